"""The proof: plays of the export and lines of the log, one to one by recording and time. Pure.

An export doesn't say when a play began, only how long it sounded and when it ended. So it began between the end of
what was played before and the time that the export implies, pauses left out. A line's distance is how far outside of
that it lies.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

from lib.errors import MINUTE_MS
from lib.export.lines import Line
from lib.export.model import Names, Play, named, named_only

NEAR_MS = 10 * MINUTE_MS
"""How far outside a line may lie and still be that play's: a wrong guess of the log is wrong by a track's length."""
SAME_MS = MINUTE_MS
"""A second line of a play lies no further than that from it; a line that does may be another play's."""
_AT_ONCE_MS = 5_000
_ENOUGH_LINES = 20
"""Fewer lines can't show whose they are: the export may lack all of them, as it does a new log's last days."""


class Proof(NamedTuple):
    """How log and export agree from `since_s` to `until_s` (UTC), the time that both cover.

    found: plays with their line. missing: plays without. short: lines of plays under 30 s or in private, which the
    export has, too. doubled: second lines of a play. unknown: lines of nothing in the export.
    errors_s: of `started_at`, sorted, over the plays whose start is known exactly.
    """

    since_s: int
    until_s: int
    found: frozenset[Play]
    missing: list[Play]
    short: list[Line]
    doubled: list[Line]
    unknown: list[Line]
    errors_s: list[int]

    @property
    def plays(self) -> int:
        """The export's plays of that time."""
        return len(self.found) + len(self.missing)

    @property
    def doubtful(self) -> bool:
        """Whether log and export look like two accounts'. Two people's favorites may coincide now and then."""
        return bool(self.plays and self._lines) and len(self.found) * 20 < self._lines

    @property
    def foreign(self) -> bool:
        """Whether they do, and there are enough lines to be sure."""
        return self.doubtful and self._lines >= _ENOUGH_LINES

    @property
    def _lines(self) -> int:
        return len(self.found) + len(self.short) + len(self.doubled) + len(self.unknown)

    def error_s(self, percent: int) -> int | None:
        """The error that so many in a hundred plays don't exceed; None when no start is known exactly."""
        return self.errors_s[(len(self.errors_s) * percent - 1) // 100] if self.errors_s else None


class _Near(NamedTuple):
    """A play that a line could be of: how far the line lies outside, how far from the start that the export implies,
    and the two by their places in the lists. The nearest sort first."""

    distance_ms: int
    apart_ms: int
    line: int
    play: int


Named: TypeAlias = tuple[Sequence[Play], dict[str, Names]]
"""Plays in order of time, and their names."""


def compare(listed: Named, unlisted: Named, lines: Sequence[Line], until_s: int) -> Proof:
    """The plays that count, and those too short or in private, beside the lines of the log in order of time.

    Which line is a play's doesn't depend on the unlisted ones; they only explain lines that are left over.
    `until_s`: when the export's last stream ended.
    """
    plays, names = listed
    since_s = max(lines[0].start_s, plays[0].start_ms // 1000) if lines and plays else until_s
    plays = [play for play in plays if play.end_ms >= since_s * 1000 - NEAR_MS]
    lines = [line for line in lines if line.start_s <= until_s]
    pairs, nearest = _one_to_one(plays, lines, names)
    found = frozenset(plays[play] for play in pairs.values())
    rest = [number for number in range(len(lines)) if number not in pairs and lines[number].start_s >= since_s]
    skipped, nearest_skips = _one_to_one(unlisted[0], [lines[number] for number in rest], unlisted[1])
    proof = Proof(since_s, until_s, found, [], [], [], [], _errors_s(plays, lines, pairs))
    for place, number in enumerate(rest):
        play = nearest.get(number)
        if place in skipped and (play is None or nearest_skips[place][:2] < play[:2]):
            proof.short.append(lines[number])
        else:
            (proof.doubled if play else proof.unknown).append(lines[number])
    proof.missing.extend(play for play in plays if play not in found and play.start_ms >= since_s * 1000)
    return proof


def _one_to_one(
    plays: Sequence[Play], lines: Sequence[Line], names: dict[str, Names]
) -> tuple[dict[int, int], dict[int, _Near]]:
    """Each line's play, one line a play, the nearest first; and each line's nearest play, whether it's the line's."""
    pairs: dict[int, int] = {}
    nearest: dict[int, _Near] = {}
    taken: dict[int, int] = {}
    doubled: set[int] = set()
    for near in sorted(_candidates(plays, lines, names)):
        nearest.setdefault(near.line, near)
        if near.line in pairs or near.line in doubled:
            continue
        if near.play not in taken:
            pairs[near.line] = near.play
            taken[near.play] = near.line
        elif near.distance_ms <= SAME_MS:
            doubled.add(near.line)
    for number in sorted(doubled):  # of two lines that are as near, and within a minute, the later one is too many
        first = taken[nearest[number].play]
        as_near = nearest[number].distance_ms == nearest[first].distance_ms
        if as_near and 0 < lines[first].start_s - lines[number].start_s <= SAME_MS // 1000:
            pairs[number] = pairs.pop(first)
            taken[pairs[number]] = number
    return pairs, nearest


def _candidates(plays: Sequence[Play], lines: Sequence[Line], names: dict[str, Names]) -> Iterator[_Near]:
    by_recording: dict[str, list[int]] = defaultdict(list)
    for number, play in enumerate(plays):
        by_recording[_recording(play.key, names)].append(number)

    def end_ms(number: int) -> int:
        return plays[number].end_ms

    for place, line in enumerate(lines):
        at_ms = line.start_s * 1000
        those = next((by_recording[name] for name in _recordings(line, names) if name in by_recording), [])
        for index in range(bisect_left(those, at_ms - NEAR_MS, key=end_ms), len(those)):
            play = plays[those[index]]
            if play.earliest_ms > at_ms + NEAR_MS:
                break
            distance_ms = _distance_ms(play, at_ms)
            if distance_ms <= NEAR_MS:
                yield _Near(distance_ms, abs(at_ms - play.start_ms), place, those[index])


def _distance_ms(play: Play, at_ms: int) -> int:
    late_ms = at_ms - play.start_ms - (MINUTE_MS if named_only(play.key) else 1000)
    if at_ms <= play.end_ms:  # the log saw no more than the end of it
        late_ms = min(late_ms, NEAR_MS)
    return max(play.earliest_ms - at_ms, late_ms, 0)


def _recording(key: str, names: dict[str, Names]) -> str:
    """What two uris of the same names share: Spotify has a track under several."""
    return named(names[key]).casefold() if names[key][0] else key


def _recordings(line: Line, names: dict[str, Names]) -> Iterator[str]:
    """The recordings that the line may be of: by its uri, or by title and first artist, whose name may hold commas."""
    if line.uri in names:
        yield _recording(line.uri, names)
    artists = line.artists.split(", ")
    for count in range(len(artists), 0, -1):
        yield f"{', '.join(artists[:count])}\t{line.title}".casefold()


def _errors_s(plays: Sequence[Play], lines: Sequence[Line], pairs: dict[int, int]) -> list[int]:
    """Over the plays that began when the one before ended: no pause makes their start in the export uncertain."""
    exact = ((lines[line].start_s, plays[play]) for line, play in pairs.items())
    return sorted(
        abs(start_s - play.start_ms // 1000)
        for start_s, play in exact
        if play.start_ms - play.earliest_ms <= _AT_ONCE_MS and not named_only(play.key)
    )
