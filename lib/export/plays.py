"""Streams → plays, as the log counts them. Pure."""

from collections.abc import Iterable, Iterator, Sequence

from lib.export.model import ENDED_BY_ITSELF, Entry, Play

_TAKEN_UP = ("appload", "playbtn")
_HANDED_OVER = "remote"
_SLACK_MS = 5_000
"""The lengths of a track in its streams differ by so much."""


def plays(entries: Sequence[Entry]) -> Iterator[Play]:
    """The plays of these streams, which are in order of time; also those too short to count.

    Streams are one play when they go on where the same track was left and nothing else was played in between.
    """
    whole = lengths(entry for entry in entries if entry[3] not in (*_TAKEN_UP, _HANDED_OVER))
    earliest_ms = 0
    play: Play | None = None
    reason = ""
    for ended_s, start_ms, key, reason_start, reason_end in entries:
        end_ms = ended_s * 1000
        finished = reason_end == ENDED_BY_ITSELF
        if play and play.key == key and _goes_on(play, reason, reason_start, end_ms - start_ms, whole.get(key)):
            played_ms = play.played_ms + end_ms - start_ms
            play = play._replace(end_ms=end_ms, played_ms=played_ms, finished=finished)
        else:
            if play:
                yield play
            play = Play(start_ms, key, min(earliest_ms, start_ms), end_ms, end_ms - start_ms, finished)
        earliest_ms = end_ms
        reason = reason_end
    if play:
        yield play


def lengths(entries: Iterable[Entry]) -> dict[str, int]:
    """How long a track is, in ms, by its key: its longest stream that ended by itself. An export doesn't tell."""
    longest: dict[str, int] = {}
    for ended_s, start_ms, key, _, reason_end in entries:
        if reason_end == ENDED_BY_ITSELF and ended_s * 1000 - start_ms > longest.get(key, 0):
            longest[key] = ended_s * 1000 - start_ms
    return longest


def _goes_on(play: Play, reason_end: str, reason_start: str, played_ms: int, length_ms: int | None) -> bool:
    """Whether its track went on where it was left, rather than began anew: then it would play longer than it is."""
    if play.finished or not (reason_start in _TAKEN_UP or reason_start == reason_end == _HANDED_OVER):
        return False
    return length_ms is None or play.played_ms + played_ms <= length_ms + _SLACK_MS
