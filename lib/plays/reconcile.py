"""What recently played changes: lines get their entries, and plays that nobody saw get a line. Pure.

lib/README.md explains the rule ("When is it the same play?").
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from lib.plays.clocks import Clock, learn
from lib.plays.dates import not_before_the_last, with_start
from lib.plays.entries import DatedEntry, Entry, Match, match_entry
from lib.plays.items import Item
from lib.plays.looks import AGAIN_MS
from lib.plays.model import TOLERANCE_MS, Current, Line, Memory, NowPlaying, Play, RecentPlay, Step, free_second
from lib.plays.observe import Observed
from lib.text import isolated

SWEEP_MS = 15 * 60_000
"""Recently played is fetched at least this often, for plays that fell between two looks; and the memory is saved."""
SOONEST_MS = 110_000
"""After an end, it's fetched no more often than this, for an entry appears seconds to minutes after its play: a little
less than two minutes, because runs come some seconds early or late."""
MOST = 150
"""Lines and entries remembered, each: three times what Spotify lists."""
FEW = 10
"""Items remembered that were only seen paused."""

INTERRUPTED = "another play ended just when it began again"


def should_fetch(observed: Observed) -> bool:
    """Whether recently played can tell something: after something ended, and now and then."""
    memory, now_ms = observed.step.memory, observed.now_ms
    age_ms = now_ms - memory.fetched_ms
    return not 0 <= age_ms < (SOONEST_MS if memory.recent_due else SWEEP_MS)


def reconcile(observed: Observed, recent: Iterable[RecentPlay]) -> Step:
    """Takes in recently played; each entry counts once, in the order of `played_at`."""
    step = observed.step
    clock = learn(step.memory.all_lines)
    recent = sorted(recent, key=lambda play: play.played_at_ms)
    for new in _new_entries(recent, step.memory.entries, clock):
        step = _take_in(step, match_entry(step.memory, new, observed, clock), observed)
    keys = dict.fromkeys(play.key for play in recent)
    entries = (*(key for key in step.memory.entries if key not in keys), *keys)  # those heard last are kept longest
    memory = replace(step.memory, entries=entries[-MOST:], fetched_ms=observed.now_ms, recent_due=False)
    return not_before_the_last(step._replace(memory=memory), observed, clock)


def finish(before: Memory, step: Step, now_ms: int) -> Step:
    """The run's last step: plays in order, and the memory to save; the very one from before if nothing was learned."""
    lines = step.memory.lines
    waiting = [line for line in lines if not line.logged][-FEW:]
    memory = replace(step.memory, lines=(*waiting, *[line for line in lines if line.logged][-MOST:]))
    plays = tuple(sorted(step.plays, key=lambda play: play.started_at_ms))
    if memory == before and 0 <= now_ms - before.checked_ms < SWEEP_MS:
        return step._replace(memory=before, plays=plays)
    return step._replace(memory=replace(memory, checked_ms=now_ms), plays=plays)


def _new_entries(recent: list[RecentPlay], counted: Iterable[tuple[int, str]], clock: Clock) -> Iterator[DatedEntry]:
    """The entries that haven't been counted yet, dated by our clock."""
    counted = dict.fromkeys(counted)
    for play in recent:
        if play.key not in counted:
            previous_ms = max((at_ms for at_ms, _ in counted if at_ms <= play.played_at_ms), default=0)
            at_ms, previous_ms = play.played_at_ms - clock.ahead_ms, previous_ms - clock.ahead_ms
            yield DatedEntry(play, at_ms, previous_ms, newest=play is recent[-1])
        counted[play.key] = None


def _take_in(step: Step, entry: Entry, observed: Observed) -> Step:
    """What an entry changes."""
    match = entry.match
    if match is Match.RESTART and entry.restarted:
        return _split(step, entry.restarted, entry.recent.item, entry.recent.played_at_ms, match.value)
    if match is Match.RESUMED and entry.resumed_ms is not None and step.memory.current:
        return with_start(step, step.memory.current, entry.resumed_ms)
    if match is Match.LINE and entry.line:
        return _entry_came(step, entry, entry.line)
    return _interrupted(_missed(step, entry, observed.now_ms), entry, observed.now)


def _interrupted(step: Step, entry: Entry, now: NowPlaying | None) -> Step:
    """If another play ended just when what's on may have begun again, that did begin again."""
    current = step.memory.current
    if not current or not now or not current.is_there(now) or current.line.identity.same(entry.recent.item.identity):
        return step
    if abs(entry.at_ms - (current.line.again_ms or 0)) > AGAIN_MS:
        return step
    return _split(step, current.line, now.item, None, INTERRUPTED)


def _split(step: Step, line: Line, item: Item, played_at_ms: int | None, reason: str) -> Step:
    """The line's play began again at `again_ms`: what came before keeps the line, and the rest gets its own."""
    again_ms = free_second(step.memory.all_lines, line.identity, line.again_ms or line.began_ms)
    first = replace(
        line,
        began_ms=line.started_at_ms,
        heard_ms=line.broke_ms or line.started_at_ms,
        until_ms=again_ms,
        again_ms=None,
        broke_ms=None,
        played_at_ms=played_at_ms,
    )
    second = replace(line, started_at_ms=again_ms, again_ms=None, broke_ms=None, played_at_ms=None)
    memory = _changed(step.memory, line, second)
    return _with_play(step, replace(memory, lines=(*memory.lines, first)), item, again_ms, reason)


def _entry_came(step: Step, entry: Entry, line: Line) -> Step:
    """A line has its entry. For what was on the player last, that also tells how far it came."""
    played_at_ms = max(line.played_at_ms or 0, entry.recent.played_at_ms)
    changed = replace(line if line.logged else _heard(step, entry, line), played_at_ms=played_at_ms)
    memory = _changed(step.memory, line, changed)
    current = memory.current
    if current and not current.playing and current.line.started_at_ms == changed.started_at_ms:
        memory = replace(memory, current=_left_at(replace(current, entry_came=True), entry.at_ms))
    if line.logged:
        return step._replace(memory=memory)
    return _with_play(step, memory, entry.recent.item, changed.started_at_ms, entry.match.value)


def _heard(step: Step, entry: Entry, line: Line) -> Line:
    """The line of what was only seen paused, now that its entry shows that it was played."""
    current = step.memory.current
    is_there = current is not None and current.gone_ms is None and current.line.identity == line.identity
    started_at_ms = max(line.first_heard_ms(entry.at_ms), entry.previous_ms)
    if line.only_tried(entry.at_ms):
        started_at_ms = entry.started_at_ms
    others = (other for other in step.memory.all_lines if other.logged)
    started_at_ms = free_second(others, line.identity, started_at_ms)
    heard_ms = line.until_ms if is_there else line.heard_ms
    return replace(line, started_at_ms=started_at_ms, heard_ms=heard_ms, logged=True)


def _left_at(current: Current, at_ms: int) -> Current:
    """The play at the place where it was left at that time, if it was seen to be gone soon after."""
    played_ms = at_ms - current.seen_ms
    if current.paused or not 0 <= played_ms <= (current.gone_ms or 0) - current.seen_ms:
        return current
    return replace(current, seen_ms=at_ms, progress_ms=current.progress_ms + played_ms)


def _missed(step: Step, entry: Entry, now_ms: int) -> Step:
    """A line for a play that nobody saw. If it was the last one on the player, it may go on where it was left."""
    identity = entry.recent.item.identity
    started_at_ms = free_second(step.memory.all_lines, identity, entry.started_at_ms)
    line = Line(
        identity,
        started_at_ms,
        began_ms=started_at_ms,
        heard_ms=started_at_ms,
        until_ms=max(entry.at_ms, started_at_ms),
        played_at_ms=entry.recent.played_at_ms,
    )
    memory, current = step.memory, step.memory.current
    if current and current.gone_ms is not None and entry.at_ms > current.seen_ms + TOLERANCE_MS:
        # Nobody knows how far it came: half-way is as good as any.
        progress_ms = min(entry.at_ms - line.started_at_ms, (entry.recent.item.duration_ms or 0) // 2)
        last = Current(line, entry.at_ms, progress_ms, gone_ms=now_ms, entry_came=True)
        memory = replace(memory, current=last, lines=(*memory.lines, current.left(line.started_at_ms)))
    else:
        memory = replace(memory, lines=(*memory.lines, line))
    return _with_play(step, memory, entry.recent.item, line.started_at_ms, entry.match.value)


def _changed(memory: Memory, line: Line, changed: Line) -> Memory:
    """The memory with a line changed: one of those before, or that of what was last on the player."""
    if any(one is line for one in memory.lines):
        return replace(memory, lines=tuple(changed if one is line else one for one in memory.lines))
    if memory.current is None:
        return memory
    if memory.current.playing:  # an entry was compared with the line as if it was heard up to now
        changed = replace(changed, heard_ms=memory.current.line.heard_ms)
    return replace(memory, current=replace(memory.current, line=changed))


def _with_play(step: Step, memory: Memory, item: Item, started_at_ms: int, reason: str) -> Step:
    told = f"{isolated(item.title)}: {reason}."
    return Step(memory, (*step.plays, Play(item, started_at_ms)), (*step.reasons, told))
