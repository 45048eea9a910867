"""What an import says: for a person in a few short lines, for a program as JSON. Pure, but for the local time zone."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from lib.export.model import Part
from lib.export.past import Past
from lib.text import one_line

_LEFT_OUT = {
    "private": "from private sessions, left out; --private takes them",
    "silent": "of 0 ms, left out",
    "impossible": "with an impossible time, left out",
    "nameless": "without a name or an id, left out",
}


class Imported(NamedTuple):
    """What an import did: what it read, what is known with all imports together, and what the file has of it now.

    first_s, last_s: when the first and the last stream of all imports ended. missing: the lines of the plays that the
    log lacks of the time it covers. new_plays: those that the file didn't have before.
    """

    files: int
    new: Part
    first_s: int | None
    last_s: int | None
    known: Past
    missing: list[str]
    file: str
    plays: int
    new_plays: int
    written: bool


def for_a_person(done: Imported, *, verbose: bool) -> Iterator[str]:
    """The lines to print."""
    yield f"Read {done.files:,} file{'s' * (done.files != 1)} with {done.new.counts['streams']:,} streams."
    for reason, words in _LEFT_OUT.items():
        if done.new.counts[reason]:
            yield _row(done.new.counts[reason], words)
    if done.new.odd:
        yield _row(len(done.new.odd), f"odd, left out{'' if verbose else f': {done.new.odd[0]}'}")
    if verbose:
        yield from (f"{'':13}{what}" for what in done.new.odd)
    if done.first_s is not None and done.last_s is not None:
        yield f"All imports together: {_day(done.first_s)} to {_day(done.last_s)}."
        yield _row(len(done.known.plays), "plays")
        yield _row(done.known.too_short, "too short to count: under 30 s, and not to the end")
    yield ""
    yield from _proof(done, verbose=verbose)
    yield ""
    yield from _outcome(done)


def _proof(done: Imported, *, verbose: bool) -> Iterator[str]:
    proof = done.known.proof
    if not proof.plays:
        yield "The log has nothing yet of the export's time, so there's nothing to compare."
        return
    yield f"Export and log compared, {_day(proof.since_s)} to {_day(proof.until_s)}:"
    yield _row(proof.plays, "plays in the export")
    yield _row(len(proof.found), f"of them have their line in the log, {_percent(len(proof.found), proof.plays)}")
    yield _row(len(proof.missing), f"have none, so {'they stand' if done.written else 'they would stand'} in the past")
    yield _row(len(proof.doubled), "lines too many: their play has a line already")
    yield _row(len(proof.unknown), "lines of nothing in the export")
    if proof.short:
        yield _row(len(proof.short), "lines of plays under 30 s or in private, as the export has them")
    if (median_s := proof.error_s(50)) is not None:
        yield f"started_at is {median_s} s off in the median, {proof.error_s(99)} s at most in 99 %."
    if verbose:
        yield ""
        yield from (f"no line   {_spaced(text)}" for text in done.missing)
        yield from (f"too many  {_spaced(line.text)}" for line in proof.doubled)
        yield from (f"unknown   {_spaced(line.text)}" for line in proof.unknown)
    elif proof.missing or proof.doubled or proof.unknown:
        yield "To see which ones, add --verbose."


def _outcome(done: Imported) -> Iterator[str]:
    if not done.written:
        yield f"Nothing is written (--dry-run). It would be {done.plays:,} plays, {done.new_plays:,} of them new."
        return
    new = f"{done.new_plays:,} of them new" if done.new_plays else "as before"
    yield f"The past has {done.plays:,} plays that the log doesn't have, {new}:"
    yield f"  {one_line(done.file)}"


def _row(count: int, words: str) -> str:
    return f"{count:>11,}  {words}"


def _percent(part: int, whole: int) -> str:
    """Never 100 % of less than all."""
    return f"{1000 * part // whole / 10:.1f} %"


def _spaced(text: str) -> str:
    return one_line(text.replace("\t", "  "))


def _day(second: int) -> str:
    return datetime.fromtimestamp(second).astimezone().strftime("%-d %B %Y")


def for_a_program(done: Imported) -> dict[str, Any]:
    """The same as JSON has it: times in ISO 8601 with offset, lines as they stand in the log."""
    proof = done.known.proof
    return {
        "files": done.files,
        **{name: done.new.counts[name] for name in ("streams", *_LEFT_OUT)},
        "odd": done.new.odd,
        "first_stream": _iso(done.first_s),
        "last_stream": _iso(done.last_s),
        "plays": len(done.known.plays),
        "too_short": done.known.too_short,
        "compared": {
            "since": _iso(proof.since_s) if proof.plays else None,
            "until": _iso(proof.until_s) if proof.plays else None,
            "plays": proof.plays,
            "plays_with_line": len(proof.found),
            "plays_without_line": len(proof.missing),
            "lines_not_in_export": len(proof.doubled) + len(proof.unknown),
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
