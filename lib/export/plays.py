"""Streams → plays, as the log counts them. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from lib.export.model import ENDED_BY_ITSELF, Play, Stream

_SHORTEST_MS = 30_000
"""Spotify counts no shorter play, unless it reached its end."""
_TAKEN_UP = ("appload", "playbtn")
_HANDED_OVER = "remote"
_NOT_FROM_THE_START = (*_TAKEN_UP, _HANDED_OVER)
_NOTHING_MORE: tuple[Stream, ...] = ((0, 0, "", "", ""),)
_SLACK_MS = 5_000
"""The lengths of a track in its streams differ by so much."""


def plays(streams: Sequence[Stream]) -> Iterator[Play]:
    """The plays of these streams, which are in order of time; also those too short to count.

    Streams are one play when they go on where the same track was left and nothing else was played in between.
    """
    whole = lengths(stream for stream in streams if stream[3] not in _NOT_FROM_THE_START)
    playing, left = "", ""
    began_ms = earliest_ms = end_ms = played_ms = 0
    for ended_s, start_ms, key, reason_start, reason_end in chain(streams, _NOTHING_MORE):
        more_ms = ended_s * 1000 - start_ms
        if key == playing and _goes_on(left, reason_start, played_ms + more_ms, whole.get(key)):
            played_ms += more_ms
        else:
            if playing:
                counts = played_ms >= _SHORTEST_MS or left == ENDED_BY_ITSELF
                yield Play(began_ms, playing, earliest_ms, end_ms, counts)
            playing, began_ms, played_ms = key, start_ms, more_ms
            earliest_ms = end_ms if end_ms < start_ms else start_ms
        end_ms, left = ended_s * 1000, reason_end


def lengths(streams: Iterable[Stream]) -> dict[str, int]:
    """How long a track is, in ms, by its key: its longest stream that ended by itself. An export has no lengths."""
    longest: dict[str, int] = {}
    for ended_s, start_ms, key, _, reason_end in streams:
        if reason_end == ENDED_BY_ITSELF and ended_s * 1000 - start_ms > longest.get(key, 0):
            longest[key] = ended_s * 1000 - start_ms
    return longest


def _goes_on(reason_end: str, reason_start: str, played_ms: int, length_ms: int | None) -> bool:
    """Whether a track went on where it was left, rather than began again: then it would play longer than it is."""
    if reason_end == ENDED_BY_ITSELF or not (reason_start in _TAKEN_UP or reason_start == reason_end == _HANDED_OVER):
        return False
    return length_ms is None or played_ms <= length_ms + _SLACK_MS
