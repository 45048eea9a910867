"""What an import says: to a person in a few lines, to a program as JSON. Pure, except for the local time zone."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from lib.export.model import Batch
from lib.export.past import Past
from lib.text import isolated, one_line

_LEFT_OUT = {
    "private": ("in private sessions", "see --private"),
    "silent": ("of 0 ms", "left out"),
    "impossible": ("at impossible times", "left out"),
    "nameless": ("with neither name nor id", "left out"),
}


class Imported(NamedTuple):
    """What an import did: what it read, what is known with all imports together, and what the file has of it now.

    first_s, last_s: when the first and the last stream of all imports ended. missing: the lines of the plays that the
    log lacks of the time it covers. new_plays: those that the file didn't have before.
    """

    files: int
    new: Batch
    first_s: int | None
    last_s: int | None
    known: Past
    missing: list[str]
    file: str
    plays: int
    new_plays: int
    written: bool


def for_a_person(done: Imported, *, verbose: bool) -> Iterator[str]:
    """The lines to print. The numbers of streams add up. Except for names and paths, they fit 60 columns."""
    counts, odd = done.new.counts, done.new.odd if verbose else done.new.odd[:3]
    yield f"Read {done.files:,} file{'s' * (done.files != 1)} of the export:"
    yield _row("streams", counts["streams"])
    for reason, (label, note) in _LEFT_OUT.items():
        if counts[reason]:
            yield _row(f"… {label}", counts[reason], note)
    if repeated := _repeated(done.new):
        yield _row("… listed twice", repeated, "counted once")
    if odd:
        yield _row("odd objects", counts["odd"], "left out")
        yield from (f"    {what}" for what in odd)
        if counts["odd"] > len(odd):
            yield f"    and {counts['odd'] - len(odd):,} more"
    if done.first_s is not None and done.last_s is not None:
        yield f"All imports together, {_day(done.first_s)} to {_day(done.last_s)}:"
        yield _row("streams", done.known.streams)
        yield _row("plays", len(done.known.plays))
        yield _row("too short for a play", done.known.too_short, "under 30 s")
        yield _row("parts of a play", done.known.continued, "counted with it")
        if done.known.repeated:
            yield _row("listed twice", done.known.repeated, "counted once")
    yield ""
    yield from _proof(done, verbose=verbose)
    yield ""
    yield from _outcome(done)


def _repeated(new: Batch) -> int:
    """The streams that this export lists twice."""
    return new.counts["streams"] - sum(new.counts[reason] for reason in _LEFT_OUT) - len(new.streams)


def _proof(done: Imported, *, verbose: bool) -> Iterator[str]:
    proof = done.known.proof
    if not proof.plays:
        yield "The log has nothing yet of the export's time to compare."
        return
    yield f"Compared with the log, {_day(proof.since_s)} to {_day(proof.until_s)}:"
    yield _row("plays in the export", proof.plays)
    yield _row("… with their line in the log", len(proof.found), _percent(len(proof.found), proof.plays))
    yield _row("… without a line", len(proof.missing), "now in the past" if done.written and proof.missing else "")
    yield _row("doubled lines", len(proof.doubled))
    yield _row("lines unknown to the export", len(proof.unknown))
    if proof.short:
        yield _row("lines of shorter or private ones", len(proof.short))
    if proof.doubtful:
        yield "Almost none of these plays are in the log."
        yield "Is this the export of another account?"
    if proof.errors_s:
        yield f"  started_at is off by {proof.error_s(50)} s in the median, {proof.error_s(99)} s at 99 %"
    if verbose:
        yield from (f"without a line  {_spaced(text)}" for text in done.missing)
        yield from (f"doubled         {_spaced(line.text)}" for line in proof.doubled)
        yield from (f"unknown         {_spaced(line.text)}" for line in proof.unknown)
    elif proof.missing or proof.doubled or proof.unknown:
        yield "--verbose lists the missing, doubled and unknown lines."


def _outcome(done: Imported) -> Iterator[str]:
    yield "The past, as it would be without --dry-run:" if not done.written else "The past:"
    yield _row("plays that the log lacks", done.plays, f"{done.new_plays:,} new")
    yield f"  {one_line(done.file)}"


def _row(label: str, count: int, note: str = "") -> str:
    return f"  {label:<30}{count:>9,}  {note}".rstrip()


def _percent(part: int, whole: int) -> str:
    """Never 100 % of less than all."""
    return f"{1000 * part // whole / 10:.1f} %"


def _spaced(text: str) -> str:
    return "  ".join(isolated(one_line(field)) for field in text.split("\t"))


def _day(second: int) -> str:
    return datetime.fromtimestamp(second).astimezone().strftime("%-d %B %Y")


def for_a_program(done: Imported) -> dict[str, Any]:
    """The same as JSON has it: times in ISO 8601 with offset, lines as they stand in the log."""
    proof = done.known.proof
    return {
        "files": done.files,
        **{name: done.new.counts[name] for name in ("streams", *_LEFT_OUT)},
        "repeated": _repeated(done.new),
        "odd_objects": done.new.counts["odd"],
        "odd": done.new.odd,
        "first_stream": _iso(done.first_s),
        "last_stream": _iso(done.last_s),
        "all_streams": done.known.streams,
        "plays": len(done.known.plays),
        "too_short": done.known.too_short,
        "parts": done.known.continued,
        "all_repeated": done.known.repeated,
        "compared": {
            "since": _iso(proof.since_s) if proof.plays else None,
            "until": _iso(proof.until_s) if proof.plays else None,
            "plays": proof.plays,
            "plays_with_line": len(proof.found),
            "plays_without_line": len(proof.missing),
            "lines_not_in_export": len(proof.unknown),
            "lines_doubled": len(proof.doubled),
            "lines_too_short": len(proof.short),
            "started_at_error_s": {"median": proof.error_s(50), "p99": proof.error_s(99)},
            "missing": done.missing,
            "doubled": [line.text for line in proof.doubled],
            "unknown": [line.text for line in proof.unknown],
        },
        "past": done.file,
        "past_plays": done.plays,
        "past_plays_new": done.new_plays,
        "written": done.written,
    }


def _iso(second: int | None) -> str | None:
    return None if second is None else datetime.fromtimestamp(second).astimezone().isoformat()
