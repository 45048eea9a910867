"""What recently played changes: lines get their entries, and plays that nobody saw get a line. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from lib.plays.clocks import learn
from lib.plays.dates import dated, moved, put_on
from lib.plays.entries import MATCH_ROWS, Entry, Listed, Match, compare
from lib.plays.items import Item
from lib.plays.model import Current, Line, Memory, Phase, Play, RecentPlay, Step, Waiting
from lib.plays.observe import Observed
from lib.text import isolated

SWEEP_MS = 15 * 60_000
"""Recently played is fetched at least this often, for plays that fell between two looks, and the memory is saved."""
SOONEST_MS = 2 * 60_000
"""... and no more often than this, for an entry appears seconds to minutes after its play."""
IN_ITS_MIDDLE_MS = 90 * 1000
"""... unless a play was first seen so far from its start: then an entry may say that it was begun in its middle."""
MOST = 150
"""Lines and entries remembered, each: three times what Spotify lists."""


def recent_due(observed: Observed) -> bool:
    """Whether recently played can tell something: after something ended, and now and then."""
    memory, now_ms = observed.step.memory, observed.now_ms
    age_ms = now_ms - memory.fetched_ms
    in_its_middle = any(now_ms - play.started_at_ms > IN_ITS_MIDDLE_MS for play in observed.step.plays)
    return age_ms < 0 or age_ms >= (SOONEST_MS if memory.recent_due else SWEEP_MS) or in_its_middle


def reconcile(observed: Observed, recent: Iterable[RecentPlay]) -> Step:
    """Takes in recently played; each entry counts once, in the order of `played_at`."""
    step, current = observed.step, observed.step.memory.current
    clock = learn((*step.memory.lines, current.line) if current else step.memory.lines)
    entries = dict.fromkeys(step.memory.entries)
    plays = sorted(recent, key=lambda play: play.played_at_ms)
    for play in plays:
        if play.key not in entries:
            before_ms = max((at_ms for at_ms, _ in entries if at_ms <= play.played_at_ms), default=0)
            at_ms, before_ms = play.played_at_ms - clock.ahead_ms, before_ms - clock.ahead_ms
            entry = compare(step.memory, Listed(play, at_ms, before_ms, play is plays[-1]), observed, clock)
            step = _count(entry, step, observed)
        entries.pop(play.key, None)
        entries[play.key] = None  # the keys heard last are kept longest
    memory = replace(step.memory, entries=tuple(entries)[-MOST:], fetched_ms=observed.now_ms, recent_due=False)
    memory = replace(memory, waiting=put_on(memory, clock))
    return dated(step._replace(memory=memory), observed, clock)


def finish(before: Memory, step: Step, now_ms: int) -> Step:
    """The run's last step: plays in order, and the memory to save; the very one from before if nothing was learned."""
    memory = replace(step.memory, lines=step.memory.lines[-MOST:])
    plays = tuple(sorted(step.plays, key=lambda play: play.started_at_ms))
    if memory == before and 0 <= now_ms - before.checked_ms < SWEEP_MS:
        return step._replace(memory=before, plays=plays)
    return step._replace(memory=replace(memory, checked_ms=now_ms), plays=plays)


def _count(entry: Entry, step: Step, observed: Observed) -> Step:
    """Gives an entry its line, or makes one. An entry that's a part of a play changes nothing."""
    match = next(row.match for row in MATCH_ROWS if row.fits(entry))
    match match, entry:
        case Match.RESTART, Entry(torn=Line() as line):
            step = _split(step, line, entry.recent.item, match.value, entry.recent.played_at_ms)
        case Match.LINE, Entry(line=Line() as line):
            played_at_ms = max(line.played_at_ms or 0, entry.recent.played_at_ms)
            step = _with(step, line, replace(line, played_at_ms=played_at_ms))
            step = _listed(step, step.memory.current, line, entry.at_ms) if step.memory.current else step
        case Match.WAITING, Entry(waiting=Waiting() as waiting):
            step = _heard(step, entry, waiting, observed)
        case Match.MISSED, _:
            step = _missed(step, entry, observed)
    return step


def _listed(step: Step, current: Current, line: Line, at_ms: int) -> Step:
    """What was last on the player has its entry. If it was gone soon after, that also tells at which place."""
    if current.playing or current.line.started_at_ms != line.started_at_ms:
        return step
    played_ms = at_ms - current.seen_ms
    if current.gone_ms and current.phase is Phase.PLAYING and 0 <= played_ms <= current.gone_ms - current.seen_ms:
        current = replace(current, seen_ms=at_ms, progress_ms=(current.progress_ms or 0) + played_ms)
    return step._replace(memory=replace(step.memory, current=replace(current, listed=True)))


def _missed(step: Step, entry: Entry, observed: Observed) -> Step:
    """A line for a play that nobody saw, and what that tells of the play that was last on the player."""
    step = _added(step, entry, entry.started_at_ms, entry.started_at_ms, entry.at_ms)
    current = step.memory.current
    if current and current.gone_ms is not None and entry.at_ms > current.seen_ms:
        return _last_on_player(step, current, entry, observed.now_ms)
    return step


def _last_on_player(step: Step, current: Current, entry: Entry, now_ms: int) -> Step:
    """The play that nobody saw was the last on the player: it may go on where it was left."""
    line = step.memory.lines[-1]
    lines = (*step.memory.lines[:-1], current.left(line.started_at_ms))
    current = Current(line, entry.at_ms, entry.at_ms - line.started_at_ms, Phase.PLAYING, now_ms, listed=True)
    return step._replace(memory=replace(step.memory, current=current, lines=lines))


def _split(step: Step, line: Line, item: Item, reason: str, played_at_ms: int) -> Step:
    """The line's play began again at `began_ms`: what came before keeps the line, and the rest gets its own."""
    began_ms = line.began_ms
    first = replace(
        line,
        began_ms=line.started_at_ms,
        heard_ms=line.broke_ms or line.started_at_ms,
        until_ms=began_ms,
        broke_ms=None,
        played_at_ms=played_at_ms,
    )
    second = replace(line, started_at_ms=began_ms, broke_ms=None, played_at_ms=None)
    step = _with(step, line, second)
    return Step(
        replace(step.memory, lines=(*step.memory.lines, first)),
        (*step.plays, Play(item, began_ms)),
        (*step.reasons, f"{isolated(item.title)}: {reason}."),
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
        current = replace(memory.current, line=replace(changed, heard_ms=own.heard_ms))
        memory = replace(memory, current=current)
    return step._replace(memory=memory)


def _added(step: Step, entry: Entry, started_at_ms: int, heard_ms: int, until_ms: int) -> Step:
    """A line for a play that nobody saw. heard_ms: until when it's known to have gone on."""
    item = entry.recent.item
    taken = {line.started_at_ms // 1000 for line in step.memory.lines if line.identity == item.identity}
    while started_at_ms // 1000 in taken:
        started_at_ms += 1000  # two lines never have the same recording and start
    heard_ms, end_ms = max(heard_ms, started_at_ms), max(until_ms, started_at_ms)
    line = Line(item.identity, started_at_ms, started_at_ms, heard_ms, end_ms, played_at_ms=entry.recent.played_at_ms)
    return Step(
        replace(step.memory, lines=(*step.memory.lines, line)),
        (*step.plays, Play(item, started_at_ms)),
        (*step.reasons, f"{isolated(item.title)}: {Match.MISSED.value}."),
    )


def _heard(step: Step, entry: Entry, waiting: Waiting, observed: Observed) -> Step:
    """A line for an item that was only seen paused; what it plays on, now or later, belongs to the same play."""
    heard_ms = max(min(entry.at_ms, waiting.at_ms) - waiting.progress_ms, entry.before_ms)
    started_at_ms = waiting.started_at_ms or heard_ms
    current = step.memory.current
    if current and current.playing and observed.now and waiting.goes_on(observed.now):
        return moved(step, current, min(started_at_ms, current.line.started_at_ms))
    step = _added(step, entry, started_at_ms, waiting.at_ms, observed.now_ms)
    memory = step.memory
    if memory.waiting != waiting:
        return step
    lines = (*memory.lines[:-1], current.left(waiting.at_ms)) if current else memory.lines[:-1]
    current = Current(memory.lines[-1], waiting.at_ms, waiting.progress_ms, Phase.PAUSED, observed.now_ms, listed=True)
    return step._replace(memory=replace(memory, current=current, waiting=None, lines=lines))
