"""What a look at the player changes: the memory, and the play that begins. Pure."""

from dataclasses import replace
from typing import NamedTuple

from lib.plays.items import LISTED_MS
from lib.plays.looks import ROWS, Look, Row, Verdict, look_at
from lib.plays.model import TOLERANCE_MS, Current, Line, Memory, NowPlaying, Phase, Play, Step, Waiting
from lib.text import isolated

AWAY_MS = 3 * 60 * 60_000
"""What waited for longer, after only some seconds, begins when it plays on. What was heard before was only a try."""
KEPT_MS = 45_000
"""A look at what plays on is remembered if the one before it is so old."""
ANSWERED_MS = 3000
"""A `timestamp` this near to now is the time of the answer itself, and tells us nothing."""


class Observed(NamedTuple):
    """A look, what it means compared with the memory before it, and the step that follows from it."""

    before: Memory
    now: NowPlaying | None
    now_ms: int
    verdict: Verdict
    step: Step


def observe(memory: Memory, now: NowPlaying | None, now_ms: int, *, listable: bool = True) -> Observed:
    """What the look shows. now: None for nothing, an ad, or what has no name.

    listable: whether recently played may be asked at all.
    """
    look = look_at(memory, now, now_ms, listable=listable)
    row = next(row for row in ROWS if row.fits(look))
    if now is None or row.verdict is Verdict.GONE or (row.verdict is Verdict.NEW and not now.is_playing):
        step = _gone(memory, now, row, now_ms)
    elif memory.current is None or row.verdict is Verdict.NEW:
        step = _begins(memory, now, row.reason)
    else:
        step = _goes_on(memory, memory.current, now, look, row)
    return Observed(memory, now, now_ms, row.verdict, step)


def _gone(memory: Memory, now: NowPlaying | None, row: Row, now_ms: int) -> Step:
    """What was on the player isn't any more; an item that is there, paused, waits to become a play."""
    step, current = Step(memory), memory.current
    was_there = current is not None and current.gone_ms is None
    if current and was_there:
        gone = replace(memory, current=replace(current, gone_ms=now_ms), recent_due=True)
        step = Step(gone, (), (f"What was on the player is gone: {row.reason}.",))
    return _waits(step, now, put_on=was_there) if now and not now.is_playing else step


def _waits(step: Step, now: NowPlaying, *, put_on: bool) -> Step:
    """The item waits from now on, unless it has waited at this place before. put_on: in place of something else."""
    memory = step.memory
    if memory.waiting and memory.waiting.rests(now):
        return step
    started_at_ms = _started_at_ms(memory, now) if put_on else None
    waiting = Waiting(now.item.identity, started_at_ms, now.at_ms, now.progress_ms or 0)
    reason = f"{isolated(now.item.title)}: it's paused, so it isn't a play yet."
    return Step(replace(memory, waiting=waiting), (), (*step.reasons, reason))


def _begins(memory: Memory, now: NowPlaying, reason: str) -> Step:
    """A play begins: the one before it keeps its line, and this one gets its own."""
    started_at_ms = _started_at_ms(memory, now)
    if memory.waiting and memory.waiting.goes_on(now):
        started_at_ms = _waited_since_ms(memory.waiting, now)
    lines = (*memory.lines, memory.current.left(now.at_ms)) if memory.current else memory.lines
    line = Line(now.item.identity, started_at_ms, began_ms=now.began_ms, heard_ms=now.at_ms, until_ms=now.at_ms)
    current = Current(line, now.at_ms, now.progress_ms, Phase.PLAYING)
    return Step(
        replace(memory, current=current, waiting=None, lines=lines, recent_due=True),
        (Play(now.item, started_at_ms),),
        (f"{isolated(now.item.title)}: {reason}.",),
    )


def _goes_on(memory: Memory, current: Current, now: NowPlaying, look: Look, row: Row) -> Step:
    """The same play is on the player. Memory stays the very same when nothing was learned."""
    reasons = (f"{isolated(now.item.title)}: {row.reason}.",)
    phase = Phase.PLAYING if now.is_playing and row.verdict is not Verdict.STILL else Phase.PAUSED
    playing, was_gone = phase is Phase.PLAYING, current.gone_ms is not None
    learned = row.verdict is Verdict.MOVED or phase is not current.phase or was_gone
    if not learned and not (playing and now.at_ms - current.seen_ms >= KEPT_MS):
        return Step(memory, (), reasons)
    line = _with_break(current, now, look, playing=playing) if row.verdict is Verdict.MOVED else current.line
    if playing and line.broke_ms is None:  # a later pause doesn't hide where it began again
        line = replace(line, began_ms=now.began_ms)
    if playing or was_gone:
        line = replace(line, heard_ms=now.at_ms)
    current = Current(line, now.at_ms, now.progress_ms, phase, entry_came=current.entry_came and not playing)
    due = memory.recent_due or row.verdict is Verdict.MOVED
    return Step(replace(memory, current=current, waiting=None, recent_due=due), (), reasons)


def _with_break(current: Current, now: NowPlaying, look: Look, *, playing: bool) -> Line:
    """The line, with the break since the look before, if its play may have begun again then."""
    line, may_have_ended = current.line, look.may_have_ended and playing and not look.gone
    if look.jumped_back or (may_have_ended and line.broke_ms is None):
        line = replace(line, began_ms=now.began_ms)
    return replace(line, broke_ms=current.seen_ms) if look.jumped_back or may_have_ended else line


def _waited_since_ms(waiting: Waiting, now: NowPlaying) -> int:
    """When a play that was first seen paused began: when it was put on, or now that it's first heard."""
    only_tried = waiting.progress_ms < LISTED_MS and now.at_ms - waiting.at_ms > AWAY_MS
    if waiting.started_at_ms is not None and not only_tried:
        return waiting.started_at_ms
    return now.at_ms - max((now.progress_ms or 0) - waiting.progress_ms, 0)


def _started_at_ms(memory: Memory, now: NowPlaying) -> int:
    """When the item that's first seen now was put on: its progress ago, unless something else was there then."""
    current = memory.current
    if current is None:
        return now.began_ms
    if current.line.identity.same(now.item.identity):
        return max(now.began_ms, min(current.seen_ms, now.at_ms))
    other_ms = current.seen_ms  # the last moment at which something else is known to have been on the player
    if not (current.gone_ms and now.item.listable):
        other_ms = max(other_ms, memory.checked_ms)  # but a look that showed nothing may be wrong
    clock_was_set_back = other_ms > now.at_ms
    if clock_was_set_back or now.began_ms >= other_ms - TOLERANCE_MS:
        return now.began_ms
    changed_ms = now.changed_ms or 0
    if not other_ms <= changed_ms < now.at_ms - ANSWERED_MS:
        return now.at_ms
    return changed_ms if now.is_playing else max(changed_ms - (now.progress_ms or 0), other_ms)
