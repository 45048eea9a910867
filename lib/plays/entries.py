"""What an entry of recently played is beside the lines: a table. Pure.

An entry counts once, ever, by its key (uri, played_at). The first row that fits says whose it is. Spotify's clock is
never compared with ours to decide whether two things are one play, only to choose between lines: so a recording has as
many lines as it had plays, whatever the clocks say.
"""

from collections.abc import Callable
from dataclasses import replace
from enum import Enum
from typing import NamedTuple

from lib.plays.items import LISTED_MS
from lib.plays.looks import LONG_MS
from lib.plays.model import TOLERANCE_MS, Break, Current, Line, Memory, RecentPlay, Waiting
from lib.plays.observe import AWAY_MS, Observed

NEAR_MS = 10 * 60_000
"""How far an entry may lie from an old line: by two clocks that agree to some minutes. From a line that's news since
the last fetch it may lie at any distance, for then the clocks disagree."""
CLOCKS_MS = 25_000
"""By how much Spotify's clock and ours may differ where the place of an entry decides. Under the 30 s that a play must
be heard to be listed, so that a play's own entry never looks like that of the one before it."""
PART_MS = 20_000
"""An entry that lies this long after a play's start isn't that of the play before it."""


class Match(Enum):
    """What an entry turns out to be."""

    RESTART = "its entry shows that the play before it ended"
    PART = "Spotify lists a part of a play that went on"
    LINE = "the entry of a line"
    CURRENT = "the entry of what's playing"
    WAITING = "it was first seen paused, and was played since"
    MISSED = "it was played, and has no line yet"


class Entry(NamedTuple):
    """An entry beside what is known of its recording. Times in ms.

    torn: a line whose play began again where the entry ends. within: a line in whose time it lies. line: the nearest
    line that has no entry yet; playing: that is what's on the player now. waiting: the item was only seen paused.
    other_ms: the last look at what was on the player before. ahead_ms: when the entry before it was played.
    """

    recent: RecentPlay
    torn: Line | None
    within: Line | None
    line: Line | None
    playing: bool
    now_ms: int
    waiting: Waiting | None
    other_ms: int
    ahead_ms: int

    @property
    def at_ms(self) -> int:
        """When Spotify says it was played."""
        return self.recent.played_at_ms

    @property
    def since_start(self) -> bool:
        """It lies after the start of the line's play."""
        return self.line is not None and self.at_ms >= self.line.started_at_ms - TOLERANCE_MS

    @property
    def ends_now(self) -> bool:
        """It lies at the time of this very look: the listener is moving on."""
        return self.line is not None and self.at_ms >= max(self.now_ms - CLOCKS_MS, self.line.began_ms + CLOCKS_MS)

    @property
    def heard_while_waiting(self) -> bool:
        """It's of the item that was only seen paused: it was heard before, or soon after, with nothing in between."""
        waiting = self.waiting
        if waiting is None or self.at_ms <= self.other_ms:
            return False
        return waiting.progress_ms >= LISTED_MS or 0 <= self.at_ms - waiting.at_ms <= AWAY_MS


class MatchRow(NamedTuple):
    """A row of the table."""

    fits: Callable[[Entry], bool]
    match: Match


MATCH_ROWS = (
    MatchRow(lambda it: it.torn is not None, Match.RESTART),
    MatchRow(lambda it: it.within is not None, Match.PART),
    MatchRow(lambda it: it.line is not None and not it.playing, Match.LINE),
    MatchRow(lambda it: it.playing and it.since_start and _paused(it.line), Match.PART),
    MatchRow(lambda it: it.playing and _broken(it.line), Match.RESTART),
    MatchRow(lambda it: it.playing and it.ends_now, Match.CURRENT),
    MatchRow(lambda it: it.heard_while_waiting, Match.WAITING),
    MatchRow(lambda _: True, Match.MISSED),
)
"""What an entry that wasn't counted before is. The first row that fits counts."""


def compare(memory: Memory, recent: RecentPlay, observed: Observed, ahead_ms: int) -> Entry:
    """The entry beside what is known of its recording."""
    identity, at_ms = recent.item.identity, recent.played_at_ms
    current, waiting = memory.current, observed.before.waiting
    on_player = _until(current, observed.now_ms) if current else None
    lines = [line for line in (*memory.lines, on_player) if line and line.identity.same(identity)]
    begun = [line for line in lines if line.started_at_ms + PART_MS <= at_ms]
    news_ms = memory.fetched_ms - NEAR_MS
    free = [
        line for line in lines if not line.matched and (line.until_ms >= news_ms or line.distance_ms(at_ms) <= NEAR_MS)
    ]
    nearest = min(free, key=lambda line: _nearness(line, at_ms), default=None)
    return Entry(
        recent=recent,
        torn=next((line for line in begun if _broken(line) and _ends_at_break(line, at_ms)), None),
        within=next((line for line in lines if _ran(line, at_ms)), None),
        line=nearest,
        playing=current is not None and current.playing and nearest is on_player,
        now_ms=observed.now_ms,
        waiting=waiting
        if waiting and waiting.identity.same(identity) and not any(map(waiting.became, lines))
        else None,
        other_ms=observed.before.current.line.seen_ms if observed.before.current else 0,
        ahead_ms=ahead_ms,
    )


def _paused(line: Line | None) -> bool:
    """Whether it was paused, as a look saw or as the long silence tells: Spotify may have listed what came before."""
    if line is None or line.last_break is Break.BACK:
        return False
    return line.last_break is Break.PAUSE or line.began_ms - line.started_at_ms > LONG_MS


def _broken(line: Line | None) -> bool:
    """Whether its play may have begun again: it wasn't heard without a break, and that wasn't a pause."""
    return line is not None and line.began_ms > line.started_at_ms + TOLERANCE_MS and not _paused(line)


def _ends_at_break(line: Line, at_ms: int) -> bool:
    """Whether an entry ends where a play began again; if that jumped back, wherever before."""
    return at_ms <= line.began_ms + CLOCKS_MS and (line.last_break is Break.BACK or at_ms >= line.began_ms - CLOCKS_MS)


def _ran(line: Line, at_ms: int) -> bool:
    """Whether an entry lies where a play is known to have gone on, before and after."""
    since_ms = line.began_ms if _broken(line) else line.started_at_ms
    return since_ms + PART_MS <= at_ms <= line.seen_ms - TOLERANCE_MS


def _until(current: Current, now_ms: int) -> Line:
    """The line of what was last on the player, up to now."""
    line = current.left(now_ms)
    return replace(line, seen_ms=max(now_ms, line.seen_ms)) if current.playing else line


def _nearness(line: Line, at_ms: int) -> tuple[int, int]:
    """Which of two lines an entry belongs to: the nearer, and of two that are about as near the earlier."""
    return max(line.distance_ms(at_ms) - TOLERANCE_MS, 0), line.started_at_ms
