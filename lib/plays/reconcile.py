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
from lib.plays.observe import AWAY_MS, LONG_MS, TOLERANCE_MS, Observed, Verdict

NEAR_MS = 10 * 60_000
"""How far an entry may lie from an old line: by two clocks that agree to some minutes. From a line that's news since
the last fetch it may lie at any distance, for then the clocks disagree."""
APART_MS = 60_000
"""An entry must end this much after a play began to prove that it began later: the clocks may differ by less."""
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

    LINE = "the entry of a line"
    RESTART = "an entry shows that the play before it ended"
    CURRENT = "the entry of what's playing"
    WAITING = "first seen paused, it was played since"
    MISSED = "recently played, and in no line yet"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry beside what is known. Times in ms.

    line: the nearest older line of its recording that has no entry yet. current: what was last on the player, if it's
    this recording and has no entry; playing: it's still there. waiting: the item that was only seen paused, if it's
    this recording. ahead_ms: when the entry before it was played.
    """

    recent: RecentPlay
    line: Line | None
    current: Current | None
    playing: bool
    now_ms: int
    waiting: Waiting | None
    ahead_ms: int

    @property
    def at_ms(self) -> int:
        """When Spotify says it was played."""
        return self.recent.played_at_ms

    @property
    def began_ms(self) -> int:
        """When the current play would have begun, if it had played without a break until it was last seen."""
        return self.current.at_ms - (self.current.progress_ms or 0) if self.current else 0

    @property
    def break_ms(self) -> int:
        """For how long the current play wasn't heard since it began: it was paused, or began again."""
        playing = self.current is not None and self.current.phase is Phase.PLAYING
        return self.began_ms - self.current.started_at_ms if self.current and playing else 0

    @property
    def broken(self) -> bool:
        """The current play hasn't played without a break."""
        return self.break_ms > TOLERANCE_MS

    @property
    def since_start(self) -> bool:
        """It lies after the start of the current play."""
        return self.current is not None and self.at_ms >= self.current.started_at_ms - TOLERANCE_MS

    @property
    def at_break(self) -> bool:
        """It lies where the break ended."""
        return abs(self.at_ms - self.began_ms) <= TOLERANCE_MS

    @property
    def ends_now(self) -> bool:
        """It lies at the time of this very look: the listener is moving on."""
        return self.at_ms >= max(self.now_ms - TOLERANCE_MS, self.began_ms + TOLERANCE_MS)

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
    MatchRow(lambda it: it.line is not None, Match.LINE),
    MatchRow(lambda it: it.playing and it.break_ms > LONG_MS and it.since_start and not it.at_break, Match.CURRENT),
    MatchRow(lambda it: it.broken and it.at_break, Match.RESTART),
    MatchRow(lambda it: it.current is not None and not it.playing, Match.CURRENT),
    MatchRow(lambda it: it.playing and not it.broken and it.ends_now, Match.CURRENT),
    MatchRow(lambda it: it.broken and it.since_start, Match.RESTART),
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
    lines = [line for line in memory.lines if not line.matched and line.identity.same(identity)]
    news_ms = memory.fetched_ms - NEAR_MS
    fitting = [line for line in lines if line.until_ms >= news_ms or line.distance_ms(at_ms) <= NEAR_MS]
    nearest = min(fitting, key=lambda line: _nearness(line, at_ms), default=None)
    current, waiting = memory.current, observed.before.waiting
    if current and (current.matched or not current.identity.same(identity)):
        current = None
    playing = current is not None and current.on_player
    if current and nearest and not playing:
        nearest = min(nearest, current.line(observed.now_ms), key=lambda line: _nearness(line, at_ms))
    return Entry(
        recent=recent,
        line=nearest if nearest in lines else None,
        current=current,
        playing=playing,
        now_ms=observed.now_ms,
        waiting=waiting if waiting and waiting.identity.same(identity) else None,
        ahead_ms=ahead_ms,
    )


def _nearness(line: Line, at_ms: int) -> tuple[int, int]:
    """Which of two lines an entry belongs to: the nearer, and of two that are about as near the earlier."""
    return max(line.distance_ms(at_ms) - TOLERANCE_MS, 0), line.started_at_ms


def _count(entry: Entry, step: Step, observed: Observed) -> Step:
    """Gives an entry its line, or makes one."""
    match = next(row.match for row in MATCH_ROWS if row.fits(entry))
    match match, entry:
        case Match.LINE, Entry(line=Line() as line):
            return _matched(step, line)
        case Match.CURRENT, _:
            return _matched(step)
        case Match.RESTART, _:
            return _split(_matched(step), entry.recent.item, entry.began_ms, match.value)
        case Match.WAITING, Entry(waiting=Waiting() as waiting):
            return _heard(step, entry, waiting, observed.now_ms)
    step = _added(step, entry, max(entry.at_ms - (entry.recent.item.duration_ms or 0), entry.ahead_ms))
    if observed.now and _in_between(entry, step, observed):
        return _split(step, observed.now.item, observed.now.began_ms, "something else was played in between")
    return step


def _matched(step: Step, line: Line | None = None) -> Step:
    """The line, or else what was last on the player, has its entry now."""
    memory = step.memory
    if line:
        lines = tuple(replace(one, matched=True) if one is line else one for one in memory.lines)
        memory = replace(memory, lines=lines)
    elif memory.current:
        memory = replace(memory, current=replace(memory.current, matched=True))
    return replace(step, memory=memory)


def _split(step: Step, item: Item, began_ms: int, reason: str) -> Step:
    """What was last on the player began again at `began_ms`: the play before that keeps its line."""
    memory = step.memory
    if not memory.current:
        return step
    lines = (*memory.lines, memory.current.line(began_ms))
    current = replace(memory.current, started_at_ms=began_ms, matched=False)
    return Step(
        replace(memory, current=current, lines=lines),
        (*step.plays, Play(item, began_ms)),
        (*step.reasons, f"{item.title}: {reason}."),
    )


def _added(step: Step, entry: Entry, started_at_ms: int) -> Step:
    """A line for a play that nobody saw."""
    item = entry.recent.item
    line = Line(item.identity, started_at_ms, max(entry.at_ms, started_at_ms), matched=True)
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
        lines = (*lines, memory.current.line(waiting.at_ms))
    identity, at_ms, progress_ms = waiting.identity, waiting.at_ms, waiting.progress_ms
    current = Current(identity, waiting.started_at_ms, at_ms, progress_ms, Phase.PAUSED, now_ms, matched=True)
    return replace(step, memory=replace(memory, current=current, waiting=None, lines=lines))


def _in_between(entry: Entry, step: Step, observed: Observed) -> bool:
    """Whether it was played after the look before and before what's on the player would have begun."""
    before, current, now = observed.before.current, step.memory.current, observed.now
    if observed.verdict is not Verdict.MOVED or not before or not current or not now or not now.is_playing:
        return False
    begun = current.started_at_ms > before.started_at_ms
    return not begun and before.at_ms + TOLERANCE_MS < entry.at_ms <= now.began_ms + TOLERANCE_MS


def _dated(step: Step, observed: Observed) -> Step:
    """A play that was first seen now didn't begin before the end of the one before it, if the answer shows that end."""
    current, now = step.memory.current, observed.now
    if not current or not now or current.at_ms != now.at_ms or current.started_at_ms != now.began_ms:
        return step
    known = set(observed.before.entries)
    own = now.item.identity.uri
    ends_ms = [at_ms for at_ms, uri in step.memory.entries if (at_ms, uri) not in known and uri != own]
    end_ms = max((at_ms for at_ms in ends_ms if at_ms <= now.at_ms), default=0)
    if end_ms < current.started_at_ms + APART_MS:
        return step
    plays = tuple(
        replace(play, started_at_ms=end_ms) if play.started_at_ms == current.started_at_ms else play
        for play in step.plays
    )
    return replace(step, memory=replace(step.memory, current=replace(current, started_at_ms=end_ms)), plays=plays)
