"""What a log is worth beside the truth: plays and lines, one to one.

A play counts when some answer showed it: a look saw it sounding, or it was listed at a time when the job ran. A line
belongs to the play of the same recording whose start is nearest, if it lies in the play's time on the player, or as
far outside as a start that is computed from the end can put it. What no observer can tell (`untold.py`) is left out.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.fidelity import explain, untold
from tests.fidelity.evidence import Evidence
from tests.fidelity.timeline import Play
from tests.fidelity.untold import SLACK_MS, Excluded, Undatable
from tests.fidelity.weeks import Line, Lived


@dataclass
class Score:
    """Counts over any number of weeks. shown: plays that should have a line; found: those that have one.

    same_start: lines of one recording with one start, but the first. errors: of `started_at` in ms, of the plays that a
    look saw sounding and some answer could date. runs, requests: of the runs that saw something on the player.
    """

    shown: int = 0
    found: int = 0
    lines: int = 0
    same_start: int = 0
    runs: int = 0
    requests: int = 0
    errors: list[int] = field(default_factory=list)
    excluded: Counter[Excluded] = field(default_factory=Counter)
    undatable: Counter[Undatable] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    misdated: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Of the plays, how many have a line."""
        return self.found / self.shown if self.shown else 1.0

    @property
    def precision(self) -> float:
        """Of the lines, how many are a play."""
        return self.found / self.lines if self.lines else 1.0

    def add(self, other: "Score") -> None:
        """Takes other weeks in."""
        for name in ("shown", "found", "lines", "same_start", "runs", "requests"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("errors", "lost", "doubled", "misdated"):
            getattr(self, name).extend(getattr(other, name))
        self.excluded.update(other.excluded)
        self.undatable.update(other.undatable)


def score(lived: Lived) -> Score:
    """Holds the lines against the truth."""
    evidence = Evidence(lived)
    paired = _paired(evidence)
    known = {play.number for play in evidence.plays if evidence.known(play)}
    again = untold.again(evidence, set(paired)) & known
    lost = sorted(known - set(paired) - again)
    taken = set(paired.values())
    extra = [line for number, line in enumerate(lived.lines) if number not in taken]
    parts = untold.in_parts(evidence, extra)
    doubled = [line for line in extra if line not in parts]
    found = len(known & set(paired))
    result = Score(found + len(lost), found, found + len(doubled), _same_start(evidence))
    unseen = len(untold.unseen(evidence))
    result.excluded = Counter({Excluded.UNSEEN: unseen, Excluded.AGAIN: len(again), Excluded.IN_PARTS: len(parts)})
    result.lost = [f"lost: {explain.play(evidence, evidence.plays[number])}" for number in lost]
    result.doubled = [f"doubled: {explain.line(evidence, line)}" for line in doubled]
    busy = [count for at_ms, count in lived.requests if evidence.replay.at(at_ms).kind != "silence"]
    result.runs, result.requests = len(busy), sum(busy)
    _date(result, evidence, paired)
    return result


def _paired(evidence: Evidence) -> dict[int, int]:
    """Which play has which line, by their numbers: the nearest first."""
    by_uri: dict[str, list[Play]] = {}
    for play in evidence.plays:
        by_uri.setdefault(play.item["uri"], []).append(play)
    pairs = sorted(
        (_distance_ms(evidence, play, line), play.number, number)
        for number, line in enumerate(evidence.lived.lines)
        for play in by_uri.get(evidence.replay.original_uri(line.uri), [])
        if _fits(play, line, abs(evidence.replay.scenario.clock_ms))
    )
    plays: dict[int, int] = {}
    taken = set[int]()
    for _, play_number, line_number in pairs:
        if play_number not in plays and line_number not in taken:
            plays[play_number] = line_number
            taken.add(line_number)
    return plays


def _fits(play: Play, line: Line, clock_ms: int) -> bool:
    earliest_ms = play.start_ms - int(play.item["duration_ms"]) - SLACK_MS - clock_ms
    return earliest_ms <= line.start_ms <= play.end_ms + SLACK_MS + clock_ms and line.written_ms >= play.start_ms


def _distance_ms(evidence: Evidence, play: Play, line: Line) -> int:
    """How far the line's start is from when the play was first heard, by Spotify's clock or by ours.

    A play that no look saw before a pause may as well be dated to when it played on: as a stretch, or as the whole.
    """
    starts = [play.start_ms]
    if (seen_ms := evidence.seen.get(play.number)) is not None:
        span = next(span for span in play.sounds if span.start_ms <= seen_ms < span.end_ms)
        starts += [span.start_ms, span.start_ms - (span.progress_ms - play.streams[0].from_ms)]
    clocks = (0, evidence.replay.scenario.clock_ms)
    return min(abs(line.start_ms - start_ms - ahead_ms) for start_ms in starts for ahead_ms in clocks)


def _same_start(evidence: Evidence) -> int:
    starts = [(evidence.replay.original_uri(line.uri), line.start_ms) for line in evidence.lived.lines]
    return len(starts) - len(set(starts))


def _date(result: Score, evidence: Evidence, paired: dict[int, int]) -> None:
    for number in sorted(set(paired) & set(evidence.seen)):
        play, line = evidence.plays[number], evidence.lived.lines[paired[number]]
        error_ms = _distance_ms(evidence, play, line)
        why = untold.undatable(evidence, play) if error_ms > SLACK_MS else None
        if why:
            result.undatable[why] += 1
            continue
        result.errors.append(error_ms)
        if error_ms > SLACK_MS:
            result.misdated.append(f"misdated by {error_ms // 1000} s: {explain.play(evidence, play)}")


def total(scores: Iterable[Score]) -> Score:
    """All of them together."""
    result = Score()
    for one in scores:
        result.add(one)
    return result
