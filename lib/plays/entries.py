"""What an entry of recently played is, compared with the lines: a table. Pure.

An entry counts once, ever, by its key (uri, played_at). The first row that fits says whose it is. So a recording has as
many lines as it had plays. lib/README.md explains the rule ("When is it the same play?").
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from enum import Enum
from typing import NamedTuple

from lib.plays.clocks import Clock
from lib.plays.items import LISTED_MS
from lib.plays.looks import AGAIN_MS
from lib.plays.model import Current, Line, Memory, NowPlaying, RecentPlay
from lib.plays.observe import Observed

NEAR_MS = 10 * 60_000
"""How far an entry may lie from an old line. From one that had its end since the last fetch it may lie at any distance:
then the clocks disagree, and that hasn't been learned yet."""
PART_MS = 15_000
"""An entry that lies this long after a play's start isn't that of the play before it."""


class Match(Enum):
    """What an entry turns out to be."""

    RESTART = "its entry shows that the play before it ended"
    LINE = "the entry of a line"
    RESUMED = "the entry of the part before of what was resumed"
    MISSED = "it was played, and has no line yet"


class DatedEntry(NamedTuple):
    """An entry of an answer. at_ms: its `played_at` by our clock; previous_ms: that of the entry before it.

    newest: no other entry of the answer is newer.
    """

    recent: RecentPlay
    at_ms: int
    previous_ms: int
    newest: bool


class Entry(NamedTuple):
    """An entry compared with what is known of its recording. Times in ms.

    started_at_ms: when its play began, at the earliest. restarted: a line whose play began again at the entry's time.
    resumed_ms: when what's first seen now was first heard, if the entry is that of its part before. line: the nearest
    line that can take the entry.
    """

    recent: RecentPlay
    at_ms: int
    previous_ms: int
    started_at_ms: int
    restarted: Line | None
    resumed_ms: int | None
    line: Line | None

    @property
    def match(self) -> Match:
        """What it is, by the table."""
        return next(row.match for row in MATCH_ROWS if row.fits(self))


class MatchRow(NamedTuple):
    """A row of the table."""

    fits: Callable[[Entry], bool]
    match: Match


MATCH_ROWS = (
    MatchRow(lambda it: it.restarted is not None, Match.RESTART),
    MatchRow(lambda it: it.resumed_ms is not None, Match.RESUMED),
    MatchRow(lambda it: it.line is not None, Match.LINE),
    MatchRow(lambda _: True, Match.MISSED),
)
"""What an entry that wasn't counted before is. The first row that fits counts."""


def match_entry(memory: Memory, dated: DatedEntry, observed: Observed, clock: Clock) -> Entry:
    """The entry, compared with what is known of its recording."""
    recent, at_ms, previous_ms, _ = dated
    current_line = _until_now(memory.current, observed.now_ms) if memory.current else None
    all_lines = (*memory.lines, current_line) if current_line else memory.lines
    lines = [line for line in all_lines if line.identity.same(recent.item.identity)]
    playing = current_line if memory.current and memory.current.playing else None
    there = current_line if memory.current and memory.current.gone_ms is None else None
    takers = [
        line
        for line in lines
        if _can_take(line, at_ms, clock)
        and _is_near(line, at_ms, memory.fetched_ms)
        and (line.logged or _was_heard(line, at_ms, all_lines, clock))
        and (line.logged or dated.newest or line is not there)
        and not (line is playing and _too_early(line, at_ms, clock))
    ]
    heard_ms = LISTED_MS - clock.slack_ms if clock.starts is False else 0
    line = min(takers, key=lambda line: min(line.distance_ms(at_ms, heard_ms), NEAR_MS), default=None)
    looks_ms = [*(line.heard_ms for line in all_lines), memory.last_seen_ms, observed.before.last_seen_ms]
    return Entry(
        recent,
        at_ms,
        previous_ms,
        started_at_ms=at_ms if clock.starts else _earliest_start_ms(dated, looks_ms),
        restarted=next((line for line in lines if _restarted(line, dated, observed.now, clock)), None),
        resumed_ms=_resumed_ms(memory, observed, dated, line, clock),
        line=line,
    )


def _earliest_start_ms(dated: DatedEntry, looks_ms: Iterable[int]) -> int:
    """When the play can have begun: at most its length before its end, and after what came before it."""
    others_ms = [seen_ms for seen_ms in looks_ms if seen_ms <= dated.at_ms - LISTED_MS]
    return max(dated.at_ms - (dated.recent.item.duration_ms or 0), dated.previous_ms, *others_ms)


def _can_take(line: Line, at_ms: int, clock: Clock) -> bool:
    """Whether an entry can be a line's: it has none yet, or one of them is of a part, and the play went on after it."""
    if line.played_at_ms is None:
        return True
    if line.distance_ms(at_ms) > clock.slack_ms:
        return False
    earliest_ms, taken_ms = line.started_at_ms + PART_MS, line.played_at_ms - clock.ahead_ms
    at_its_end = not clock.starts and abs(at_ms - line.natural_end_ms) <= clock.slack_ms
    if at_its_end and earliest_ms <= taken_ms <= at_ms:
        return True
    return any(earliest_ms <= part_ms < line.heard_ms for part_ms in (at_ms, taken_ms))


def _is_near(line: Line, at_ms: int, fetched_ms: int) -> bool:
    """Whether an entry is near enough, at any distance if the play was on the player until after the last fetch."""
    return line.distance_ms(at_ms) <= NEAR_MS or line.until_ms >= fetched_ms - NEAR_MS


def _too_early(line: Line, at_ms: int, clock: Clock) -> bool:
    """Whether what's playing can't have been listed by then, since it hadn't been heard for long enough."""
    if line.until_ms - line.started_at_ms < LISTED_MS:
        return True
    if clock.starts:
        return False  # its start may be dated late, and then its entry lies before it
    return at_ms < line.started_at_ms + (clock.slack_ms if clock.known else -clock.slack_ms)


def _restarted(line: Line, dated: DatedEntry, now: NowPlaying | None, clock: Clock) -> bool:
    """Whether the line's play began again at an entry's time."""
    at_ms = dated.at_ms
    if line.again_ms is None:
        return False
    if not clock.known and dated.newest and line.broke_ms and now and line.again_ms == now.began_ms:
        return True  # whatever the clocks say, it was listed just when the break was seen
    if at_ms < line.started_at_ms + PART_MS:
        return False
    if clock.starts and line.played_at_ms is None:
        return False  # the entry is that of its own start
    since_ms = min(line.broke_ms or line.again_ms, line.again_ms) - clock.slack_ms
    return since_ms <= at_ms <= line.again_ms + (AGAIN_MS if clock.known else clock.slack_ms)


def _until_now(current: Current, now_ms: int) -> Line:
    """The line of what was last on the player, up to now."""
    line = current.left(now_ms)
    return replace(line, heard_ms=max(now_ms, line.heard_ms)) if current.playing else line


def _was_heard(line: Line, at_ms: int, lines: Iterable[Line], clock: Clock) -> bool:
    """Whether what was only seen paused was heard before an entry's time: long enough, and while it was there."""
    missing_ms = LISTED_MS - (line.heard_ms - line.began_ms)
    others_ms = (other.heard_ms for other in lines if other.logged and other.heard_ms <= line.heard_ms)
    was_there = max(others_ms, default=0) < at_ms <= line.until_ms + clock.slack_ms
    return was_there and missing_ms <= max(at_ms - line.heard_ms, 0)


def _resumed_ms(memory: Memory, observed: Observed, dated: DatedEntry, taker: Line | None, clock: Clock) -> int | None:
    """When what's first seen now was first heard, if the entry is that of its part before.

    It's that if it's the newest and came late: it was listed only now that its play was over or went on.
    """
    current, now, at_ms = memory.current, observed.now, dated.at_ms
    if not dated.newest or not current or not now or not observed.step.plays:
        return None
    if not current.line.identity.same(dated.recent.item.identity):
        return None
    last, other_ms = observed.before.current, max((line.heard_ms for line in memory.lines), default=0)
    waited = last is not None and not last.line.logged and last.is_there(now)
    late = at_ms < min(now.began_ms, memory.fetched_ms - NEAR_MS)
    late = late and (taker is None or taker.distance_ms(at_ms) > 0)
    if at_ms <= other_ms or not (waited or late) or abs(at_ms - now.began_ms) <= clock.slack_ms:
        return None
    heard_ms = at_ms if clock.starts else at_ms - (now.progress_ms or 0)
    if last and waited:
        heard_ms = last.line.first_heard_ms(at_ms)
    return min(max(heard_ms, dated.previous_ms), current.line.started_at_ms)
