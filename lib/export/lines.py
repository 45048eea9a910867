"""Plays → the lines of the past, as the log's are. Pure, except for the local time zone."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from lib.export.model import Names, Play, named_only
from lib.text import length

_DAY_S = 86_400


class Line(NamedTuple):
    """A line of the log or of the past, read back."""

    start_s: int
    uri: str
    artists: str
    title: str
    text: str


def distinct(plays: Iterable[Play], names: dict[str, Names]) -> list[Play]:
    """The plays in order of time, only one per recording and second."""
    found: list[Play] = []
    second = 0
    taken: set[str] = set()
    for play in sorted(plays):
        if play.start_ms // 1000 != second:
            second, taken = play.start_ms // 1000, set()
        else:
            taken = taken or set(_recording(found[-1], names))
            recording = _recording(play, names)
            if not taken.isdisjoint(recording):
                continue
            taken.update(recording)
        found.append(play)
    return found


def _recording(play: Play, names: dict[str, Names]) -> list[str]:
    title, artists, _ = names[play.key]
    return _known_by(play.key, artists, title)


def _known_by(key: str, artists: str, title: str) -> list[str]:
    """What a recording is known by: its key or URI, and its names. Two that share one of them are the same."""
    return [what for what in (key, title and f"{artists}\t{title}") if what]


def written(plays: Iterable[Play], names: dict[str, Names], lengths: dict[str, int]) -> list[tuple[int, bytes]]:
    """Each play's start in seconds and its line."""
    started_at = _clock()
    known: dict[str, bytes] = {}
    found = []
    for start_ms, key, _, _, _ in plays:
        second = start_ms // 1000
        if key not in known:
            known[key] = _without_time(key, names[key], lengths.get(key))
        found.append((second, started_at(second) + known[key]))
    return found


def _without_time(key: str, called: Names, length_ms: int | None) -> bytes:
    title, artists, album = called
    uri = "" if named_only(key) else key
    return f"\t{artists}\t{title}\t{album}\t{length(length_ms)}\t{uri}\n".encode()


def unexplained(lines: Sequence[Line], plays: Iterable[Play], names: dict[str, Names]) -> Sequence[Line]:
    """The lines of an earlier past that are of none of the plays."""
    if not lines:
        return []
    starts = {(play.start_ms // 1000, what) for play in plays for what in _recording(play, names)}

    def known(line: Line) -> bool:
        whats = _known_by(line.uri, line.artists, line.title)
        seconds = range(line.start_s, line.start_s + (1 if line.uri else 60))  # without a uri: to the minute
        return any((second, what) in starts for second in seconds for what in whats)

    return [line for line in lines if not known(line)]


def remembered(
    found: Iterable[tuple[int, bytes]], old: Iterable[Line], *, with_lengths: bool
) -> list[tuple[int, bytes, bool]]:
    """The lines that `written` gives, each with whether it's new. `old`: lines of an earlier past.

    A line whose time and uri or names stand in an old one isn't new. with_lengths: it has the old length if no stream
    tells one.
    """
    lengths = {
        (line.start_s, what): line.text.split("\t")[4]
        for line in old
        for what in _known_by(line.uri, line.artists, line.title)
    }
    lines = []
    for second, text in found:
        time, artists, title, album, shown, uri = text.decode().rstrip("\n").split("\t")
        whats = _known_by(uri, artists, title)
        known = next((lengths[second, what] for what in whats if (second, what) in lengths), None)
        if known and not shown and with_lengths:
            text = "\t".join((time, artists, title, album, known, uri + "\n")).encode()  # noqa: PLW2901
        lines.append((second, text, known is None))
    return lines


def _clock() -> Callable[[int], bytes]:
    """What tells a second of UTC as local time with offset, from tables: there are hundreds of thousands to tell."""
    minutes = [f"{minute // 60:02}:{minute % 60:02}:".encode() for minute in range(24 * 60)]
    seconds = [f"{second:02}".encode() for second in range(60)]
    offsets: dict[int, tuple[int, bytes] | None] = {}
    dates: dict[int, bytes] = {}

    def local(second: int) -> bytes:
        day = second // _DAY_S
        if day not in offsets:
            ends = {_offset(day * _DAY_S), _offset(day * _DAY_S + _DAY_S - 1)}
            offsets[day] = ends.pop() if len(ends) == 1 else None  # None: clocks are changed on that day
        offset_s, zone = offsets[day] or _offset(second)
        day, rest = divmod(second + offset_s, _DAY_S)
        if day not in dates:
            dates[day] = datetime.fromtimestamp(day * _DAY_S, UTC).strftime("%Y-%m-%dT").encode()
        return dates[day] + minutes[rest // 60] + seconds[rest % 60] + zone

    return local


def _offset(second: int) -> tuple[int, bytes]:
    """How far local time is ahead of UTC, in seconds, and as ISO 8601 writes it."""
    there = datetime.fromtimestamp(second, UTC).astimezone()
    return (there.utcoffset() or timedelta()) // timedelta(seconds=1), there.isoformat()[19:].encode()
