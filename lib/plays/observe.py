"""What a look at the player changes: the memory, and the play that begins. Pure."""

from dataclasses import replace
from typing import NamedTuple

from lib.plays.items import LISTED_MS
from lib.plays.looks import ROWS, Look, Row, Verdict, compare
from lib.plays.model import TOLERANCE_MS, Current, Line, Memory, NowPlaying, Phase, Play, Step, Waiting
from lib.text import isolated

AWAY_MS = 3 * 60 * 60_000
"""What was first seen paused after a few seconds, and plays on after so long, has begun then: before, it was a try."""
KEPT_MS = 45_000
"""A look at what plays on is remembered if the one before it is so old."""
ANSWERED_MS = 3000
"""A `timestamp` this near to now is the time of the answer itself, and tells us nothing."""


class Observed(NamedTuple):
    """A look, what it means beside the memory before it, and the step that follows from it."""

    before: Memory
    now: NowPlaying | None
    now_ms: int
    verdict: Verdict
    step: Step


def observe(memory: Memory, now: NowPlaying | None, now_ms: int, *, listable: bool = True) -> Observed:
    """What the look shows. now: None for nothing, an ad, or what has no name.

    listable: whether recently played may be asked at all.
    """
    look = compare(memory, now, now_ms, listable=listable)
    row = next(row for row in ROWS if row.fits(look))
    if now is None or row.verdict is Verdict.GONE or (row.verdict is Verdict.NEW and not now.is_playing):
        step = _gone(memory, now, row, now_ms)
    elif memory.current is None or row.verdict is Verdict.NEW:
        step = _put_on(memory, now, row.reason)
    else:
        step = _go_on(memory, memory.current, now, look, row)
    return Observed(memory, now, now_ms, row.verdict, step)


def begin(step: Step, now: NowPlaying, started_at_ms: int, reason: str) -> Step:
    """A play begins: the one before it keeps its line, and this one gets its own."""
    memory = step.memory
    lines = (*memory.lines, memory.current.left(now.at_ms)) if memory.current else memory.lines
    line = Line(now.item.identity, started_at_ms, now.began_ms, now.at_ms, now.at_ms)
    return Step(
        replace(
            memory,
            current=Current(line, now.at_ms, now.progress_ms, Phase.PLAYING),
            waiting=None,
            lines=lines,
            recent_due=True,
        ),
        (*step.plays, Play(now.item, started_at_ms)),
        (*step.reasons, f"{isolated(now.item.title)}: {reason}."),
    )


def _gone(memory: Memory, now: NowPlaying | None, row: Row, now_ms: int) -> Step:
    """The play that was on the player isn't; an item that is there, paused, waits to become a play."""
    reasons: tuple[str, ...] = ()
    put_on = memory.current is not None and memory.current.gone_ms is None  # for something else was there before
    if memory.current and memory.current.gone_ms is None:
        reasons = (f"What was on the player is gone: {row.reason}.",)
        memory = replace(memory, current=replace(memory.current, gone_ms=now_ms), recent_due=True)
    if now and not now.is_playing and not _waits(memory.waiting, now):
        started_at_ms = _started_at_ms(memory, now) if put_on else None
        waiting = Waiting(now.item.identity, started_at_ms, now.at_ms, now.progress_ms or 0)
        memory = replace(memory, waiting=waiting)
        reasons = (*reasons, f"{isolated(now.item.title)}: it's paused, so it isn't a play yet.")
    return Step(memory, (), reasons)


def _waits(waiting: Waiting | None, now: NowPlaying) -> bool:
    """Whether the item on the player is the one that waits, still at its place."""
    return (
        waiting is not None
        and waiting.identity.same(now.item.identity)
        and abs(waiting.progress_ms - (now.progress_ms or 0)) <= TOLERANCE_MS
    )


def _put_on(memory: Memory, now: NowPlaying, reason: str) -> Step:
    waiting = memory.waiting
    if waiting is None or not waiting.goes_on(now):
        return begin(Step(memory), now, _started_at_ms(memory, now), reason)
    started_at_ms = waiting.started_at_ms
    if started_at_ms is None or (waiting.progress_ms < LISTED_MS and now.at_ms - waiting.at_ms > AWAY_MS):
        started_at_ms = now.at_ms - max((now.progress_ms or 0) - waiting.progress_ms, 0)
    return begin(Step(memory), now, started_at_ms, reason)


def _go_on(memory: Memory, current: Current, now: NowPlaying, look: Look, row: Row) -> Step:
    """The same play is on the player. Memory stays the very same when nothing was learned."""
    reasons = (f"{isolated(now.item.title)}: {row.reason}.",)
    phase = Phase.PLAYING if now.is_playing and row.verdict is not Verdict.STILL else Phase.PAUSED
    moved, playing, line = row.verdict is Verdict.MOVED, phase is Phase.PLAYING, current.line
    learned = moved or phase is not current.phase or current.gone_ms is not None
    if not learned and not (playing and now.at_ms - current.seen_ms >= KEPT_MS):
        return Step(memory, (), reasons)
    back = moved and look.back
    again = back or (moved and look.ended and look.playing and not look.gone)  # perhaps
    if back or (playing and line.broke_ms is None):  # a later pause doesn't hide where it began again
        line = replace(line, began_ms=now.began_ms)
    line = replace(
        line,
        heard_ms=now.at_ms if playing or current.gone_ms is not None else line.heard_ms,
        broke_ms=current.seen_ms if again else line.broke_ms,
    )
    current = Current(line, now.at_ms, now.progress_ms, phase, listed=current.listed and not playing)
    return Step(replace(memory, current=current, waiting=None, recent_due=memory.recent_due or moved), (), reasons)


def _started_at_ms(memory: Memory, now: NowPlaying) -> int:
    """When the item that's first seen now was put on: its progress ago, unless something else was there then."""
    current = memory.current
    if current is None or current.line.identity.same(now.item.identity):
        return now.began_ms
    other_ms = current.seen_ms  # the last moment at which something else is known to have been on the player
    if not (current.gone_ms and now.item.listable):
        other_ms = max(other_ms, memory.checked_ms)  # but a look that showed nothing may be wrong
    if other_ms > now.at_ms or now.began_ms >= other_ms - TOLERANCE_MS:
        return now.began_ms
    changed_ms = now.changed_ms or 0
    if not other_ms <= changed_ms < now.at_ms - ANSWERED_MS:
        return now.at_ms
    return changed_ms if now.is_playing else max(changed_ms - (now.progress_ms or 0), other_ms)
