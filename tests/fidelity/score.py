"""What a log is worth beside the truth: plays and lines, one to one.

A play counts when some answer showed it: a look saw it sounding, or it was listed at a time when the job ran. A line
belongs to the play of the same recording whose start is nearest, if it lies within the play's time on the player, or
as far outside as two clocks and a start computed from the end can put it.

Plays that no observer can tell apart count neither way, which means that nothing is lost when they have no line, and
nothing doubled when they have one. They are these and no others:

- UNSEEN: a play of less than 30 s that no look saw sounding. Nothing lists it; but a look may have seen it paused.
- AGAIN: a play right before or after another of the same track, between two looks, of which no record tells: it was
  left before its end, or a pause hides that it reached it, so that it looks like a jump back within one play.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import pairwise

from lib.fake_spotify.listener import iso
from tests.fidelity.days import MINUTE
from tests.fidelity.replay import Replay
from tests.fidelity.timeline import LISTED_MS, Play
from tests.fidelity.weeks import Line, Lived

SLACK_MS = 2 * MINUTE
"""How far off a start may be for anyone to call it right; more than that is counted as misdated."""


class Excluded(Enum):
    """Why a play counts neither way."""

    UNSEEN = "under 30 s, seen by no look"
    AGAIN = "the same track again between two looks, with no record"


class Undatable(Enum):
    """Why no answer could tell when a play began."""

    PAUSED = "paused before the first look that saw it sounding"
    MIDDLE = "begun in its middle, out of sight"


@dataclass
class Score:
    """Counts over any number of weeks; errors of `started_at` in ms, of plays that a look saw sounding."""

    shown: int = 0
    found: int = 0
    lines: int = 0
    true_lines: int = 0
    same_start: int = 0
    errors: list[int] = field(default_factory=list)
    excluded: Counter[Excluded] = field(default_factory=Counter)
    undatable: Counter[Undatable] = field(default_factory=Counter)
    misdated: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    runs: int = 0
    requests: int = 0

    @property
    def recall(self) -> float:
        return self.found / self.shown if self.shown else 1.0

    @property
    def precision(self) -> float:
        return self.true_lines / self.lines if self.lines else 1.0

    def add(self, other: "Score") -> None:
        """Takes other weeks in."""
        for name in ("shown", "found", "lines", "true_lines", "same_start", "runs", "requests"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("errors", "misdated", "lost", "doubled"):
            getattr(self, name).extend(getattr(other, name))
        self.excluded.update(other.excluded)
        self.undatable.update(other.undatable)


def score(lived: Lived) -> Score:
    """Holds the lines against the truth."""
    return _Judge(lived).score()


class _Judge:
    def __init__(self, lived: Lived) -> None:
        self.lived, self.replay = lived, lived.replay
        self.plays: Sequence[Play] = self.replay.plays
        self.seen = self._seen()
        self.listed = self._listed()

    def score(self) -> Score:
        paired = self._paired()
        lines, plays = set(paired.values()), set(paired)
        shown = set(self.seen) | self.listed
        excluded = self._excluded()
        lost = shown - plays - set(excluded)
        not_shown = plays - shown  # a true line of a play that was seen paused only
        extra = [line for number, line in enumerate(self.lived.lines) if number not in lines]
        result = Score(
            shown=len((shown & plays) | lost), found=len(shown & plays), lines=len(self.lived.lines) - len(not_shown),
            true_lines=len(plays - not_shown), same_start=len(self.lived.lines) - len(self._starts()),
            excluded=Counter(excluded[number] for number in excluded if number not in plays or number in not_shown),
            lost=[f"lost     {self._named(self.plays[number])}" for number in sorted(lost)],
            doubled=[f"doubled  {self._line(line)}" for line in extra],
        )  # fmt: skip
        self._date(result, paired)
        busy = [count for at_ms, count in self.lived.requests if self.replay.at(at_ms).kind != "silence"]
        result.runs, result.requests = len(busy), sum(busy)
        return result

    def _seen(self) -> dict[int, int]:
        """For each play that a look saw sounding, the first such look."""
        found: dict[int, int] = {}
        for at_ms in self.lived.looks:
            shown = self.replay.at(at_ms)
            if shown.play is not None:
                found.setdefault(shown.play, at_ms)
        return found

    def _listed(self) -> set[int]:
        """Plays that were in the list when a run could have asked for it."""
        found, before = set[int](), 0
        surfaced = sorted(listed.surfaces_ms for listed in self.replay.listed)
        for at_ms in self.lived.looks:
            now = bisect_right(surfaced, at_ms)
            if now != before:
                found |= {listed.play for listed in self.replay.recent(at_ms)}
                before = now
        return found

    def _starts(self) -> set[tuple[str, int]]:
        return {(self._uri(line), line.start_ms) for line in self.lived.lines}

    def _uri(self, line: Line) -> str:
        return self.replay.original.get(line.uri, line.uri)

    def _paired(self) -> dict[int, int]:
        """Which play has which line, by their numbers; the nearest first."""
        by_uri: dict[str, list[Play]] = {}
        for play in self.plays:
            by_uri.setdefault(play.item["uri"], []).append(play)
        pairs = sorted(
            (self._distance_ms(play, line), play.number, number)
            for number, line in enumerate(self.lived.lines)
            for play in by_uri.get(self._uri(line), [])
            if self._fits(play, line)
        )
        plays: dict[int, int] = {}
        taken = set[int]()
        for _, play_number, line_number in pairs:
            if play_number not in plays and line_number not in taken:
                plays[play_number] = line_number
                taken.add(line_number)
        return plays

    def _fits(self, play: Play, line: Line) -> bool:
        """A start computed from the end lies a track's length before it, and the end may be taken for the start."""
        off_ms = SLACK_MS + abs(self.replay.weather.clock_ms)
        first_ms = play.start_ms - int(play.item["duration_ms"]) - off_ms
        return first_ms <= line.start_ms <= play.end_ms + off_ms and line.written_ms >= play.start_ms

    def _distance_ms(self, play: Play, line: Line) -> int:
        """How far the line's start is from when the play was first heard, by either clock.

        A play that was first seen paused may as well be dated to when it was seen to play on.
        """
        starts = [play.start_ms]
        if (seen_ms := self.seen.get(play.number)) is not None:
            span = next(span for span in play.sounds if span.start_ms <= seen_ms < span.end_ms)
            starts += [span.start_ms, span.start_ms - span.progress_ms + play.streams[0].from_ms]
        clocks = (0, self.replay.weather.clock_ms)
        return min(abs(line.start_ms - start_ms - ahead_ms) for start_ms in starts for ahead_ms in clocks)

    def _excluded(self) -> dict[int, Excluded]:
        found = {
            play.number: Excluded.UNSEEN
            for play in self.plays
            if play.heard_ms < LISTED_MS and play.number not in self.seen
        }
        for one, other in pairwise(self.plays):
            if one.item["uri"] == other.item["uri"] and self._looks_like_one(one, other):
                found.update({play.number: Excluded.AGAIN for play in (one, other)})
        return found

    def _looks_like_one(self, one: Play, other: Play) -> bool:
        """Whether no record tells of the first, nor any look between the two, nor the clock that it reached its end."""
        if one.number in self.listed or one.end_ms + MINUTE < other.streams[0].start_ms:
            return False
        pauses = [span for stream in (one.streams[-1], other.streams[0]) for span in stream.spans if not span.playing]
        return not one.finished or bool(pauses)

    def _date(self, result: Score, paired: dict[int, int]) -> None:
        for number in sorted(set(paired) & set(self.seen)):
            play, line = self.plays[number], self.lived.lines[paired[number]]
            error_ms = self._distance_ms(play, line)
            why = self._undatable(play) if error_ms > SLACK_MS else None
            if why:
                result.undatable[why] += 1
                continue
            result.errors.append(error_ms)
            if error_ms > SLACK_MS:
                result.misdated.append(f"misdated {error_ms // 1000} s: {self._line(line)} is {self._named(play)}")

    def _undatable(self, play: Play) -> Undatable | None:
        """Why a play couldn't be dated to two minutes; None when it could."""
        seen_ms = self.seen[play.number]
        spans = [span for stream in play.streams for span in stream.spans if span.end_ms <= seen_ms]
        pauses = [span for span in spans if not span.playing and span.start_ms >= play.start_ms]
        if any(self._looks_between(span.start_ms, span.end_ms) == 0 for span in pauses):
            return Undatable.PAUSED
        if play.streams[0].from_ms and not self._looks_between(play.start_ms - SLACK_MS, play.start_ms):
            return Undatable.MIDDLE
        return None

    def _looks_between(self, from_ms: int, to_ms: int) -> int:
        looks = self.lived.looks
        return sum(
            self.replay.at(at).kind != "silence"
            for at in looks[bisect_left(looks, from_ms) : bisect_right(looks, to_ms)]
        )

    def _line(self, line: Line) -> str:
        where = f"{self.replay.weather.name}, {self.replay.timeline.name}"
        around = [play for play in self.plays if play.item["uri"] == self._uri(line)]
        near = min(around, key=lambda play: abs(play.start_ms - line.start_ms), default=None)
        context = "\n".join(self._around(near)) if near else ""
        return f"{where}: {line.title} at {_at(line.start_ms)}, written {_at(line.written_ms)}\n{context}"

    def _named(self, play: Play) -> str:
        where = f"{self.replay.weather.name}, {self.replay.timeline.name}"
        return f"{where}: {play.item['name']} at {_at(play.start_ms)}\n" + "\n".join(self._around(play))

    def _around(self, play: Play) -> Iterator[str]:
        """The play, and what was on the player before and after it."""
        for near in self.plays[max(play.number - 1, 0) : play.number + 2]:
            seen = f"first seen {_at(self.seen[near.number])}" if near.number in self.seen else "never seen"
            records = [
                f"{_at(listed.played_at_ms)} listed {_at(listed.surfaces_ms)}"
                for listed in self.replay.listed
                if listed.play == near.number
            ]
            yield f"   {'→' if near is play else ' '} {near.item['name']}, {seen}, records: {records or 'none'}"
            for stream in near.streams:
                spans = [
                    f"{'plays' if span.playing else 'paused'} {_at(span.start_ms)} at {span.progress_ms // 1000} s"
                    for span in stream.spans
                ]
                length = stream.item["duration_ms"] // 1000
                why = f"{stream.reason_start}…{stream.reason_end}"
                yield f"        {why} of {length} s: {', '.join(spans)}, left {_at(stream.end_ms)}"
        lines = [line for line in self.lived.lines if self._uri(line) == play.item["uri"]]
        yield f"     lines: {[f'{_at(line.start_ms)} written {_at(line.written_ms)}' for line in lines]}"


def _at(ms: int) -> str:
    return iso(ms)[5:19].replace("T", " ")
