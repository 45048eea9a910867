"""What an entry of recently played is, compared with the lines: a table. Pure.

An entry counts once, ever, by its key (uri, played_at). The first row that fits says whose it is. So a recording has as
many lines as it had plays. lib/README.md explains the rule ("When is it the same play?").
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import Enum
from typing import NamedTuple

from lib.plays.clocks import Clock
from lib.plays.items import LISTED_MS
from lib.plays.looks import AGAIN_MS
from lib.plays.model import Current, Line, Memory, RecentPlay, Waiting
from lib.plays.observe import AWAY_MS, Observed

NEAR_MS = 10 * 60_000
"""How far an entry may lie from an old line. From one that had its end since the last fetch it may lie at any distance:
then the clocks disagree, and that hasn't been learned yet."""
PART_MS = 15_000
"""An entry that lies this long after a play's start isn't that of the play before it."""
FRESH_MS = 75_000
"""What is further on when it's first seen has rather been resumed, for we look each minute."""


class Match(Enum):
    """What an entry turns out to be."""

    RESTART = "its entry shows that the play before it ended"
    LINE = "the entry of a line"
    WAITING = "it was first seen paused, and was played since"
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
    line: the nearest line that can take the entry. waiting: the item was only seen paused.
    """

    recent: RecentPlay
    at_ms: int
    previous_ms: int
    started_at_ms: int
    restarted: Line | None
    line: Line | None
    waiting: Waiting | None

    @property
    def match(self) -> Match:
        """What it is, by the table."""
        return next(row.match for row in MATCH_ROWS if row.fits(self))

    @property
    def heard_while_waiting(self) -> bool:
        """It's of the item that was only seen paused: that had been heard for long enough before, or was soon after."""
        waiting = self.waiting
        if waiting is None:
            return False
        return waiting.progress_ms >= LISTED_MS or 0 <= self.at_ms - waiting.at_ms <= AWAY_MS


class MatchRow(NamedTuple):
    """A row of the table."""

    fits: Callable[[Entry], bool]
    match: Match


MATCH_ROWS = (
    MatchRow(lambda it: it.restarted is not None, Match.RESTART),
    MatchRow(lambda it: it.heard_while_waiting, Match.WAITING),
    MatchRow(lambda it: it.line is not None, Match.LINE),
    MatchRow(lambda _: True, Match.MISSED),
)
"""What an entry that wasn't counted before is. The first row that fits counts."""


def match_entry(memory: Memory, dated: DatedEntry, observed: Observed, clock: Clock) -> Entry:
    """The entry, compared with what is known of its recording."""
    recent, at_ms, previous_ms, _ = dated
    current_line = _until_now(memory.current, observed.now_ms) if memory.current else None
    lines = [line for line in (*memory.lines, current_line) if line and line.identity.same(recent.item.identity)]
    takers = [line for line in lines if _can_take(line, at_ms, clock) and _is_near(line, at_ms, memory.fetched_ms)]
    if memory.current and memory.current.playing:
        other_ms = memory.lines[-1].heard_ms if memory.lines else 0
        takers = [line for line in takers if line is not current_line or not _too_early(line, at_ms, clock, other_ms)]
    return Entry(
        recent,
        at_ms,
        previous_ms,
        started_at_ms=at_ms if clock.starts else max(at_ms - (recent.item.duration_ms or 0), previous_ms),
        restarted=next((line for line in lines if _restarted(line, at_ms, clock)), None),
        line=min(takers, key=lambda line: line.distance_ms(at_ms), default=None),
        waiting=_waiting(memory, observed, lines, dated, clock),
    )


def _can_take(line: Line, at_ms: int, clock: Clock) -> bool:
    """Whether an entry can be a line's: it has none yet, or one of them is of a part, and the play was heard after."""
    if line.played_at_ms is None:
        return True
    parts_ms = at_ms, line.played_at_ms - clock.ahead_ms
    return any(line.started_at_ms + PART_MS <= part_ms < line.heard_ms for part_ms in parts_ms)


def _is_near(line: Line, at_ms: int, fetched_ms: int) -> bool:
    """Whether an entry is near enough, at any distance if the play was on the player until after the last fetch."""
    return line.until_ms >= fetched_ms - NEAR_MS or line.distance_ms(at_ms) <= NEAR_MS


def _too_early(line: Line, at_ms: int, clock: Clock, other_ms: int) -> bool:
    """Whether what's playing can't have been listed by then, since it hadn't been heard for long enough.

    other_ms: when the play before it was last heard.
    """
    if line.until_ms - line.started_at_ms < LISTED_MS:
        return True
    if clock.starts and line.has_break:
        return at_ms < other_ms  # its start may be dated late, and then its entry lies before it
    return at_ms < line.started_at_ms - clock.slack_ms + (LISTED_MS if clock.starts is False else 0)


def _restarted(line: Line, at_ms: int, clock: Clock) -> bool:
    """Whether the line's play began again at an entry's time."""
    if not line.has_break or at_ms < line.started_at_ms + PART_MS:
        return False
    if clock.starts and line.played_at_ms is None:
        return False  # the entry is that of its own start
    since_ms = min(line.broke_ms or line.began_ms, line.began_ms) - clock.slack_ms
    return since_ms <= at_ms <= line.began_ms + (AGAIN_MS if clock.known else clock.slack_ms)


def _until_now(current: Current, now_ms: int) -> Line:
    """The line of what was last on the player, up to now."""
    line = current.left(now_ms)
    return replace(line, heard_ms=max(now_ms, line.heard_ms)) if current.playing else line


def _waiting(
    memory: Memory, observed: Observed, lines: Sequence[Line], dated: DatedEntry, clock: Clock
) -> Waiting | None:
    """The item that was only seen paused, if it has no line and the entry is its own.

    It isn't if it lies before the last look at another play, or if the item began again right then.
    """
    candidates = (memory.waiting, observed.before.waiting, _resumed(observed, dated))
    waiting = next((one for one in candidates if one and one.identity.same(dated.recent.item.identity)), None)
    now, other = observed.now, observed.before.current
    if waiting is None or any(map(waiting.became, lines)) or (other and dated.at_ms <= other.seen_ms):
        return None
    began_then = now and now.is_playing and abs(dated.at_ms - now.began_ms) <= clock.slack_ms
    return None if now and began_then and waiting.identity.same(now.item.identity) else waiting


def _resumed(observed: Observed, dated: DatedEntry) -> Waiting | None:
    """What is first seen now, in its middle: as if it had waited there until just before its line begins.

    It's there if its newest entry lies within it. If that lies before, it may also have begun right after.
    """
    current, now = observed.step.memory.current, observed.now
    if not dated.newest or not current or not now or not observed.step.plays:
        return None
    progress_ms, before = now.progress_ms or 0, dated.at_ms <= now.began_ms
    if before and progress_ms <= FRESH_MS:
        return None
    began_ms = None if before else now.began_ms
    return Waiting(now.item.identity, began_ms, current.line.started_at_ms - 1, progress_ms)
