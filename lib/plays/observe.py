"""What a look at the player changes: the memory, and the play that begins. Pure."""

from dataclasses import replace
from typing import NamedTuple

from lib.plays.items import LISTED_MS
from lib.plays.looks import AGAIN_MS, ROWS, Look, Row, Verdict, look_at
from lib.plays.model import TOLERANCE_MS, Current, Line, Memory, NowPlaying, Play, Step, Waiting
from lib.text import isolated

AWAY_MS = 3 * 60 * 60_000
"""What waited for longer, after only some seconds, begins when it plays on. What was heard before was only a try."""
KEPT_MS = 45_000
"""A look at what's still on the player is remembered if the one before it is so old."""

UNKNOWN = "its progress is unknown, so this look tells nothing"


class Observed(NamedTuple):
    """A look, the memory before it, and the step that follows from both. now: None too if the look tells nothing."""

    before: Memory
    now: NowPlaying | None
    now_ms: int
    step: Step


def observe(memory: Memory, now: NowPlaying | None, now_ms: int) -> Observed:
    """What the look shows. now: None for nothing, an ad, or what has no name."""
    look = look_at(memory, now, now_ms)
    if now and now.progress_ms is None and look.same_item:
        return Observed(memory, None, now_ms, Step(memory, (), (f"{isolated(now.item.title)}: {UNKNOWN}.",)))
    row = next(row for row in ROWS if row.fits(look))
    if now is None or row.verdict is Verdict.GONE or (row.verdict is Verdict.NEW and not now.is_playing):
        step = _gone(memory, now, row, now_ms)
    elif memory.current is None or row.verdict is Verdict.NEW:
        step = _begins(memory, now, row.reason)
    else:
        step = _goes_on(memory, memory.current, now, look, row)
    return Observed(memory, now, now_ms, step)


def _gone(memory: Memory, now: NowPlaying | None, row: Row, now_ms: int) -> Step:
    """What was on the player isn't any more; an item that is there, paused, waits to become a play."""
    step, current, waiting = Step(memory), memory.current, memory.waiting
    was_there = current is not None and current.gone_ms is None
    if current and was_there:
        gone = replace(memory, current=replace(current, gone_ms=now_ms), recent_due=True)
        step = Step(gone, (), (f"What was on the player is gone: {row.reason}.",))
    if now and not now.is_playing:
        return _waits(step, now, put_on=was_there or _replaces(waiting, now))
    if waiting and not waiting.gone:
        return step._replace(memory=replace(step.memory, waiting=replace(waiting, gone=True)))
    return step


def _replaces(waiting: Waiting | None, now: NowPlaying) -> bool:
    """Whether the item on the player is there in place of another that waited."""
    return waiting is not None and not waiting.gone and not waiting.identity.same(now.item.identity)


def _waits(step: Step, now: NowPlaying, *, put_on: bool) -> Step:
    """The item waits from now on, or still does. put_on: in place of something else."""
    memory, waiting = step.memory, step.memory.waiting
    if waiting and waiting.rests(now):
        if now.at_ms - waiting.seen_ms < KEPT_MS:
            return step
        return step._replace(memory=replace(memory, waiting=replace(waiting, seen_ms=now.at_ms, gone=False)))
    started_at_ms, after_ms = (_started_at_ms(memory, now), memory.last_seen_ms) if put_on else (None, 0)
    if waiting and waiting.goes_on(now):
        started_at_ms, after_ms = waiting.started_at_ms, waiting.after_ms
    waiting = Waiting(now.item.identity, started_at_ms, after_ms, now.at_ms, now.at_ms, now.progress_ms or 0)
    reason = f"{isolated(now.item.title)}: it's paused, so it isn't a play yet."
    return Step(replace(memory, waiting=waiting, waited=_waited(memory, now)), (), (*step.reasons, reason))


def _waited(memory: Memory, now: NowPlaying) -> Waiting | None:
    """What waited last before the item that's on the player now."""
    both = (one for one in (memory.waiting, memory.waited) if one and not one.identity.same(now.item.identity))
    return next(both, None)


def _begins(memory: Memory, now: NowPlaying, reason: str) -> Step:
    """A play begins: the one before it keeps its line, and this one gets its own."""
    started_at_ms = _started_at_ms(memory, now)
    if memory.waiting and memory.waiting.goes_on(now):
        started_at_ms = _waited_since_ms(memory.waiting, now)
    lines = (*memory.lines, memory.current.left(now.at_ms)) if memory.current else memory.lines
    line = Line(
        now.item.identity,
        started_at_ms,
        began_ms=now.began_ms,
        heard_ms=now.at_ms,
        until_ms=now.at_ms,
        again_ms=_again_ms(started_at_ms, memory.last_seen_ms, now),
    )
    current = Current(line, now.at_ms, now.progress_ms or 0)
    waited = _waited(replace(memory, waited=None), now)  # what waited before the last play had its time
    return Step(
        replace(memory, current=current, waiting=None, waited=waited, lines=lines, recent_due=True),
        (Play(now.item, started_at_ms),),
        (f"{isolated(now.item.title)}: {reason}.",),
    )


def _goes_on(memory: Memory, current: Current, now: NowPlaying, look: Look, row: Row) -> Step:
    """The same play is on the player. Memory stays the very same when nothing was learned."""
    reasons = (f"{isolated(now.item.title)}: {row.reason}.",)
    paused = not now.is_playing
    moved, was_gone = row.verdict is Verdict.MOVED, current.gone_ms is not None
    learned = moved or paused != current.paused or was_gone
    if not learned and now.at_ms - current.seen_ms < KEPT_MS:
        return Step(memory, (), reasons)
    line = current.line if paused else replace(current.line, began_ms=now.began_ms)
    if not paused or was_gone:
        line = replace(line, heard_ms=now.at_ms)
    if again_ms := _again_ms(line.started_at_ms, current.seen_ms, now):
        may_repeat = look.may_have_ended and not paused and not was_gone and line.broke_ms is None
        if moved and (may_repeat or look.change_ms < -AGAIN_MS):
            broke_ms = line.started_at_ms if current.paused else current.seen_ms
            line = replace(line, again_ms=again_ms, broke_ms=broke_ms)
        elif not paused and line.broke_ms is None:
            line = replace(line, again_ms=again_ms)
    current = Current(line, now.at_ms, now.progress_ms or 0, paused, entry_came=current.entry_came and paused)
    recent_due = memory.recent_due or moved or was_gone
    waited = _waited(memory, now)
    return Step(replace(memory, current=current, waiting=None, waited=waited, recent_due=recent_due), (), reasons)


def _again_ms(started_at_ms: int, seen_ms: int, now: NowPlaying) -> int | None:
    """When the play may have begun again: its progress ago, if that's after its start and after it was last seen."""
    may_have = now.began_ms > started_at_ms + TOLERANCE_MS and now.began_ms >= seen_ms - TOLERANCE_MS
    return now.began_ms if may_have else None


def _waited_since_ms(waiting: Waiting, now: NowPlaying) -> int:
    """When a play that was first seen paused began: when it was put on, or now that it's first heard."""
    only_tried = waiting.progress_ms < LISTED_MS and now.at_ms - waiting.at_ms > AWAY_MS
    if waiting.started_at_ms is not None and not only_tried:
        return waiting.started_at_ms
    return now.at_ms - max((now.progress_ms or 0) - waiting.progress_ms, 0)


def _started_at_ms(memory: Memory, now: NowPlaying) -> int:
    """When the item that's first seen now was put on: its progress ago, unless something else was there then.

    If it's paused or was resumed, it began at some moment since the last look: half-way, for lack of better.
    """
    current, last_look_ms = memory.current, memory.last_seen_ms
    if not 0 < last_look_ms <= now.at_ms:  # the first look, or the clock was set back
        return now.began_ms
    was_silent = current is not None and current.gone_ms is not None and memory.checked_ms > now.began_ms + TOLERANCE_MS
    if was_silent and not now.item.is_track:  # a look that shows nothing may be wrong, but then a track's entry tells
        return now.at_ms
    resumed = now.began_ms < last_look_ms - TOLERANCE_MS
    if now.is_playing and not resumed:
        return now.began_ms
    latest_ms = now.at_ms if resumed else now.began_ms
    natural_end_ms = current.natural_end_ms if current and current.seen_ms == last_look_ms else 0
    return natural_end_ms if last_look_ms <= natural_end_ms <= latest_ms else (last_look_ms + latest_ms) // 2
