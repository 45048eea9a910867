"""What recently played changes: lines get their entries, and plays that nobody saw get a line. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from lib.plays.entries import CLOCKS_MS, MATCH_ROWS, Entry, Match, compare
from lib.plays.items import Item
from lib.plays.looks import Verdict
from lib.plays.model import TOLERANCE_MS, Break, Current, Line, Memory, Phase, Play, RecentPlay, Step, Waiting
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
    step = observed.step
    entries = dict.fromkeys(step.memory.entries)
    for play in sorted(recent, key=lambda play: play.played_at_ms):
        if play.key not in entries:
            ahead_ms = max((at_ms for at_ms, _ in entries if at_ms <= play.played_at_ms), default=0)
            step = _count(compare(step.memory, play, observed, ahead_ms), step, observed)
        entries.pop(play.key, None)
        entries[play.key] = None  # the keys heard last are kept longest
    memory = replace(step.memory, entries=tuple(entries)[-MOST:], fetched_ms=observed.now_ms, recent_due=False)
    memory = replace(memory, waiting=_put_on_after(memory))
    return _dated(step._replace(memory=memory), observed)


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
        case (Match.RESTART, Entry(torn=Line() as line)) | (Match.RESTART, Entry(line=Line() as line)):
            step = _split(step, line, entry.recent.item, match.value)
        case ((Match.LINE | Match.CURRENT), Entry(line=Line() as line)):
            step = _left(_with(step, line, replace(line, matched=True)), line, entry.at_ms)
        case Match.WAITING, Entry(waiting=Waiting() as waiting):
            step = _heard(step, entry, waiting, observed)
        case Match.MISSED, _:
            step = _missed(step, entry, observed)
    return step


def _left(step: Step, line: Line, at_ms: int) -> Step:
    """Its entry tells at which place a play was left, if it was gone soon after: it hadn't been paused before."""
    current = step.memory.current
    if not current or current.line.started_at_ms != line.started_at_ms or current.phase is not Phase.PLAYING:
        return step
    played_ms = at_ms - current.line.seen_ms
    if current.gone_ms is None or not 0 <= played_ms <= current.gone_ms - current.line.seen_ms:
        return step
    progress_ms = (current.progress_ms or 0) + played_ms
    current = replace(current, progress_ms=progress_ms, line=replace(current.line, seen_ms=at_ms))
    return step._replace(memory=replace(step.memory, current=current))


def _missed(step: Step, entry: Entry, observed: Observed) -> Step:
    """A line for a play that nobody saw, and what that tells of the play that was last on the player."""
    started_at_ms = max(entry.at_ms - (entry.recent.item.duration_ms or 0), entry.ahead_ms)
    step = _added(step, entry, started_at_ms, seen_ms=started_at_ms)
    current = step.memory.current
    if current and current.gone_ms is not None and entry.at_ms > current.line.seen_ms:
        return _last_on_player(step, current, entry, observed.now_ms)
    if current and observed.now and _in_between(entry, current, observed):
        return _split(step, current.line, observed.now.item, "something else was played in between")
    return step


def _last_on_player(step: Step, current: Current, entry: Entry, now_ms: int) -> Step:
    """The play that nobody saw was the last on the player: it may go on where it was left."""
    line = replace(step.memory.lines[-1], seen_ms=entry.at_ms)
    lines = (*step.memory.lines[:-1], current.left(line.started_at_ms))
    current = Current(line, line.seen_ms - line.started_at_ms, Phase.PLAYING, now_ms)
    return step._replace(memory=replace(step.memory, current=current, lines=lines))


def _split(step: Step, line: Line, item: Item, reason: str) -> Step:
    """The line's play began again at `began_ms`: what came before keeps the line, and the rest gets its own."""
    began_ms, whole = line.began_ms, replace(line, began_ms=line.started_at_ms, last_break=Break.NONE)
    first = replace(whole, until_ms=began_ms, seen_ms=began_ms, matched=True)
    second = replace(line, started_at_ms=line.began_ms, last_break=Break.NONE)
    step = _with(step, line, second)
    return Step(
        replace(step.memory, lines=(*step.memory.lines, first)),
        (*step.plays, Play(item, line.began_ms)),
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
        current = replace(memory.current, line=replace(changed, seen_ms=own.seen_ms))
        memory = replace(memory, current=current)
    return step._replace(memory=memory)


def _added(step: Step, entry: Entry, started_at_ms: int, seen_ms: int) -> Step:
    """A line for a play that nobody saw. seen_ms: until when it's known to have gone on."""
    item = entry.recent.item
    taken = {line.started_at_ms // 1000 for line in step.memory.lines if line.identity == item.identity}
    while started_at_ms // 1000 in taken:
        started_at_ms += 1000  # two lines never have the same recording and start
    seen_ms, end_ms = max(seen_ms, started_at_ms), max(entry.at_ms, started_at_ms)
    line = Line(item.identity, started_at_ms, started_at_ms, seen_ms, end_ms, matched=True)
    return Step(
        replace(step.memory, lines=(*step.memory.lines, line)),
        (*step.plays, Play(item, started_at_ms)),
        (*step.reasons, f"{isolated(item.title)}: {Match.MISSED.value}."),
    )


def _heard(step: Step, entry: Entry, waiting: Waiting, observed: Observed) -> Step:
    """A line for an item that was only seen paused; what it plays on, now or later, belongs to the same play."""
    heard_ms = max(min(entry.at_ms, waiting.at_ms) - waiting.progress_ms, entry.ahead_ms)
    started_at_ms = waiting.started_at_ms or heard_ms
    current = step.memory.current
    if current and entry.playing and observed.now and waiting.goes_on(observed.now):
        return _moved(step, current, min(started_at_ms, current.line.started_at_ms))
    step = _added(step, entry, started_at_ms, seen_ms=waiting.at_ms)
    memory = step.memory
    if memory.waiting != waiting:
        return step
    lines = (*memory.lines[:-1], current.left(waiting.at_ms)) if current else memory.lines[:-1]
    current = Current(memory.lines[-1], waiting.progress_ms, Phase.PAUSED, observed.now_ms)
    return step._replace(memory=replace(memory, current=current, waiting=None, lines=lines))


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
    return _moved(step, current, end_ms)


def _put_on_after(memory: Memory) -> Waiting | None:
    """What waits was put on when the play before it ended, if an entry shows that end."""
    waiting, current = memory.waiting, memory.current
    if waiting is None or waiting.started_at_ms is None or current is None:
        return waiting
    ends_ms = (at_ms for at_ms, _ in memory.entries if current.line.seen_ms <= at_ms <= waiting.started_at_ms)
    return replace(waiting, started_at_ms=max(ends_ms, default=waiting.started_at_ms))


def _moved(step: Step, current: Current, started_at_ms: int) -> Step:
    """The play that begins in this run gets another start."""
    before_ms, line = current.line.started_at_ms, replace(current.line, started_at_ms=started_at_ms)
    plays = tuple(
        replace(play, started_at_ms=started_at_ms) if play.started_at_ms == before_ms else play for play in step.plays
    )
    return step._replace(memory=replace(step.memory, current=replace(current, line=line)), plays=plays)
