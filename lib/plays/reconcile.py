"""Which entries of recently played are of plays that have a line, and which are plays that nobody saw. Pure.

An entry counts once, ever, by its key (uri, played_at). It's matched to a line of the same recording that has no
entry yet; the table below says to which. Spotify's clock is never compared with ours to decide whether two things are
one play, only to choose between lines. So a recording has as many lines as it had plays, whatever the clocks say.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import Enum

from lib.plays.items import LISTED_MS, Item
from lib.plays.model import Current, Line, Memory, Phase, Play, RecentPlay, Step, Waiting
from lib.plays.observe import AWAY_MS, TOLERANCE_MS, Observed, Verdict

NEAR_MS = 10 * 60_000
"""How far an entry may lie from an old line: by two clocks that agree to some minutes. From a line that's news since
the last fetch it may lie at any distance, for then the clocks disagree."""
CLOCKS_MS = 25_000
"""By how much Spotify's clock and ours may differ where the place of an entry decides. Under the 30 s that a play must
be heard to be listed, so that a play's own entry never looks like that of the one before it."""
PART_MS = 20_000
"""An entry that lies this long after a play's start isn't that of the play before it."""
SWEEP_MS = 15 * 60_000
"""Recently played is fetched at least this often, for plays that fell between two looks, and the memory is saved."""
SOONEST_MS = 2 * 60_000
"""... and no more often than this, for an entry appears seconds to minutes after its play."""
IN_ITS_MIDDLE_MS = 90 * 1000
"""... unless a play was first seen so far from its start: then an entry may say that it was begun in its middle."""
MOST = 150
"""Lines and entries remembered, each: three times what Spotify lists."""


class Match(Enum):
    """What an entry turns out to be."""

    RESTART = "its entry shows that the play before it ended"
    PART = "Spotify lists a part of a play that went on"
    LINE = "the entry of a line"
    CURRENT = "the entry of what's playing"
    WAITING = "it was first seen paused, and was played since"
    MISSED = "it was played, and has no line yet"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry beside what is known of its recording. Times in ms.

    within: the line in whose time it lies, matched or not. line: the nearest line that has no entry yet. playing: that
    is what's on the player now. waiting: the item was only seen paused. ahead_ms: when the entry before it was played.
    """

    recent: RecentPlay
    within: Line | None
    line: Line | None
    playing: bool
    now_ms: int
    waiting: Waiting | None
    ahead_ms: int

    @property
    def at_ms(self) -> int:
        """When Spotify says it was played."""
        return self.recent.played_at_ms

    @property
    def broken(self) -> bool:
        """The line's play wasn't heard without a break: it was paused, or began again."""
        return self.line is not None and self.line.began_ms > self.line.started_at_ms + TOLERANCE_MS

    @property
    def ends_first_part(self) -> bool:
        """The line's play jumped back to its start, and the entry is of what came before; or it lies at the break."""
        line = self.line
        if line is None or not self.broken or self.at_ms < line.started_at_ms - TOLERANCE_MS:
            return False
        return self.at_ms <= line.began_ms + CLOCKS_MS and (line.went_back or self.at_ms >= line.began_ms - CLOCKS_MS)

    @property
    def ends_now(self) -> bool:
        """It lies at the time of this very look: the listener is moving on."""
        return self.line is not None and self.at_ms >= max(self.now_ms, self.line.began_ms + CLOCKS_MS) - TOLERANCE_MS

    @property
    def heard_while_waiting(self) -> bool:
        """It's of the item that was only seen paused, and soon enough, or was heard for long enough before that."""
        waiting = self.waiting
        if waiting is None or self.at_ms <= waiting.started_at_ms:
            return False
        return self.at_ms - waiting.at_ms <= AWAY_MS or waiting.progress_ms >= LISTED_MS


@dataclass(frozen=True, slots=True)
class MatchRow:
    """A row of the table."""

    fits: Callable[[Entry], bool]
    match: Match


MATCH_ROWS = (
    MatchRow(lambda it: it.ends_first_part, Match.RESTART),
    MatchRow(lambda it: it.within is not None, Match.PART),
    MatchRow(lambda it: it.line is not None and not it.playing, Match.LINE),
    MatchRow(lambda it: it.playing and it.broken, Match.RESTART),
    MatchRow(lambda it: it.playing and it.ends_now, Match.CURRENT),
    MatchRow(lambda it: it.heard_while_waiting, Match.WAITING),
    MatchRow(lambda _: True, Match.MISSED),
)
"""What an entry that wasn't counted before is. The first row that fits counts."""


def recent_due(observed: Observed) -> bool:
    """Whether recently played can tell something: after something ended, and now and then."""
    memory, now_ms = observed.step.memory, observed.now_ms
    age_ms = now_ms - memory.fetched_ms
    in_its_middle = any(now_ms - play.started_at_ms > IN_ITS_MIDDLE_MS for play in observed.step.plays)
    return age_ms < 0 or age_ms >= (SOONEST_MS if memory.recent_due else SWEEP_MS) or in_its_middle


def reconcile(observed: Observed, recent: Iterable[RecentPlay]) -> Step:
    """Takes in recently played; each entry counts once, in the order of `played_at`."""
    step = observed.step
    entries = dict.fromkeys(step.memory.entries)
    for play in sorted(recent, key=lambda play: play.played_at_ms):
        if play.key not in entries:
            ahead_ms = max((at_ms for at_ms, _ in entries if at_ms <= play.played_at_ms), default=0)
            step = _count(_entry(step, play, observed, ahead_ms), step, observed)
        entries.pop(play.key, None)
        entries[play.key] = None  # the keys heard last are kept longest
    memory = replace(step.memory, entries=tuple(entries)[-MOST:], fetched_ms=observed.now_ms, recent_due=False)
    return _dated(replace(step, memory=memory), observed)


def finish(before: Memory, step: Step, now_ms: int) -> Step:
    """The run's last step: plays in order, and the memory to save; the very one from before if nothing was learned."""
    memory = replace(step.memory, lines=step.memory.lines[-MOST:])
    plays = tuple(sorted(step.plays, key=lambda play: play.started_at_ms))
    if memory == before and 0 <= now_ms - before.checked_ms < SWEEP_MS:
        return replace(step, memory=before, plays=plays)
    return replace(step, memory=replace(memory, checked_ms=now_ms), plays=plays)


def _entry(step: Step, recent: RecentPlay, observed: Observed, ahead_ms: int) -> Entry:
    """The entry beside what is known of its recording."""
    memory, identity, at_ms = step.memory, recent.item.identity, recent.played_at_ms
    current, waiting = memory.current, observed.before.waiting
    lines = list(memory.lines)
    on_player = _until(current, observed.now_ms) if current else None
    lines = [line for line in (*lines, on_player) if line and line.identity.same(identity)]
    within = next((line for line in lines if line.started_at_ms + PART_MS <= at_ms <= line.seen_ms), None)
    news_ms = memory.fetched_ms - NEAR_MS
    free = [
        line for line in lines if not line.matched and (line.until_ms >= news_ms or line.distance_ms(at_ms) <= NEAR_MS)
    ]
    nearest = min(free, key=lambda line: _nearness(line, at_ms), default=None)
    return Entry(
        recent=recent,
        within=within,
        line=nearest,
        playing=current is not None and current.playing and nearest is on_player,
        now_ms=observed.now_ms,
        waiting=waiting if waiting and waiting.identity.same(identity) else None,
        ahead_ms=ahead_ms,
    )


def _until(current: Current, now_ms: int) -> Line:
    """The line of what was last on the player, up to now."""
    line = current.left(now_ms)
    return replace(line, seen_ms=max(now_ms, line.seen_ms)) if current.playing else line


def _nearness(line: Line, at_ms: int) -> tuple[int, int]:
    """Which of two lines an entry belongs to: the nearer, and of two that are about as near the earlier."""
    return max(line.distance_ms(at_ms) - TOLERANCE_MS, 0), line.started_at_ms


def _count(entry: Entry, step: Step, observed: Observed) -> Step:
    """Gives an entry its line, or makes one."""
    match = next(row.match for row in MATCH_ROWS if row.fits(entry))
    match match, entry:
        case Match.PART, _:
            return step
        case Match.RESTART, Entry(line=Line() as line):
            return _split(step, line, entry.recent.item, match.value)
        case ((Match.LINE | Match.CURRENT), Entry(line=Line() as line)):
            return _with(step, line, replace(line, matched=True))
        case Match.WAITING, Entry(waiting=Waiting() as waiting):
            return _heard(step, entry, waiting, observed.now_ms)
    step = _added(step, entry, max(entry.at_ms - (entry.recent.item.duration_ms or 0), entry.ahead_ms))
    if observed.now and step.memory.current and _in_between(entry, step.memory.current, observed):
        return _split(step, step.memory.current.line, observed.now.item, "something else was played in between")
    return step


def _split(step: Step, line: Line, item: Item, reason: str) -> Step:
    """The line's play began again at `began_ms`: what came before keeps the line, and the rest gets its own."""
    first = replace(line, until_ms=line.began_ms, seen_ms=line.began_ms, matched=True)
    second = replace(line, started_at_ms=line.began_ms, went_back=False, matched=False)
    step = _with(step, line, second)
    return Step(
        replace(step.memory, lines=(*step.memory.lines, first)),
        (*step.plays, Play(item, line.began_ms)),
        (*step.reasons, f"{item.title}: {reason}."),
    )


def _with(step: Step, line: Line, changed: Line) -> Step:
    """The step with a line changed: one of those before, or that of what was last on the player."""
    memory = step.memory
    if any(one is line for one in memory.lines):
        lines = tuple(changed if one is line else one for one in memory.lines)
        memory = replace(memory, lines=lines)
    elif memory.current:
        # What it lasts and was seen until was only known for this run.
        own = memory.current.line
        memory = replace(memory, current=replace(memory.current, line=replace(changed, seen_ms=own.seen_ms)))
    return replace(step, memory=memory)


def _added(step: Step, entry: Entry, started_at_ms: int) -> Step:
    """A line for a play that nobody saw."""
    item = entry.recent.item
    end_ms = max(entry.at_ms, started_at_ms)
    line = Line(item.identity, started_at_ms, started_at_ms, started_at_ms, end_ms, matched=True)
    return Step(
        replace(step.memory, lines=(*step.memory.lines, line)),
        (*step.plays, Play(item, started_at_ms)),
        (*step.reasons, f"{item.title}: {Match.MISSED.value}."),
    )


def _heard(step: Step, entry: Entry, waiting: Waiting, now_ms: int) -> Step:
    """A line for an item that was only seen paused; if it still is, what it may play on belongs to the same play."""
    step = _added(step, entry, waiting.started_at_ms)
    memory = step.memory
    if memory.waiting != waiting:
        return step
    lines = memory.lines[:-1]
    if memory.current:
        lines = (*lines, memory.current.left(waiting.at_ms))
    line = replace(memory.lines[-1], seen_ms=waiting.at_ms)
    current = Current(line, waiting.progress_ms, Phase.PAUSED, now_ms)
    return replace(step, memory=replace(memory, current=current, waiting=None, lines=lines))


def _in_between(entry: Entry, current: Current, observed: Observed) -> bool:
    """Whether it was played after the look before and before what's on the player would have begun."""
    before = observed.before.current
    if observed.verdict is not Verdict.MOVED or not current.playing or not before:
        return False
    split = current.line.started_at_ms > before.line.started_at_ms
    return not split and before.line.seen_ms + TOLERANCE_MS < entry.at_ms <= current.line.began_ms + TOLERANCE_MS


def _dated(step: Step, observed: Observed) -> Step:
    """A play that was first seen now didn't begin before the end of the one before it, if the answer shows that end."""
    current, now = step.memory.current, observed.now
    if not current or not now or not step.plays or current.line.seen_ms != now.at_ms:
        return step
    start_ms, known = current.line.started_at_ms, set(observed.before.entries)
    ends_ms = [
        at_ms for at_ms, uri in step.memory.entries if (at_ms, uri) not in known and uri != now.item.identity.uri
    ]
    end_ms = max((at_ms for at_ms in ends_ms if at_ms <= now.at_ms), default=0)
    if end_ms < start_ms + CLOCKS_MS:
        return step
    line = replace(current.line, started_at_ms=end_ms)
    plays = tuple(
        replace(play, started_at_ms=end_ms) if play.started_at_ms == start_ms else play for play in step.plays
    )
    return replace(step, memory=replace(step.memory, current=replace(current, line=line)), plays=plays)
