"""What a look at the player changes: the memory, and the play that begins. Pure."""

from dataclasses import replace
from typing import NamedTuple

from lib.plays.looks import AGAIN_MS, ROWS, Look, Row, Verdict, look_at
from lib.plays.model import TOLERANCE_MS, Current, Line, Memory, NowPlaying, Play, Step, free_second
from lib.text import isolated

BRIEF_MS = 5 * 60_000
"""What's paused after so short a silence was put on meanwhile. After a longer one, it was there all the time."""

AT_ITS_START_MS = 1000
"""What waits there was never heard, so it begins when it plays."""

UNKNOWN = "its progress is unknown, so this look tells nothing"


class Observed(NamedTuple):
    """A look, the memory before it, and the step that follows from both. now: None too if the look tells nothing."""

    before: Memory
    now: NowPlaying | None
    now_ms: int
    step: Step


def observe(memory: Memory, now: NowPlaying | None, now_ms: int) -> Observed:
    """What the look shows. now: None for nothing, an ad, or what has no name."""
    before, memory = memory, _taken_up(memory, now)
    look = look_at(memory, now, now_ms)
    first_heard = look.playing and memory.current is not None and not memory.current.line.logged
    if now and now.progress_ms is None and look.same_item and not first_heard:
        return Observed(before, None, now_ms, Step(memory, (), (f"{isolated(now.item.title)}: {UNKNOWN}.",)))
    row = next(row for row in ROWS if row.fits(look))
    if now is None or row.verdict is Verdict.GONE:
        step = _gone(memory, row, now_ms)
    elif memory.current is None or row.verdict is Verdict.NEW:
        step = _begins(memory, now, row.reason)
    else:
        step = _goes_on(memory, memory.current, now, look, row)
    return Observed(before, now, now_ms, step)


def _taken_up(memory: Memory, now: NowPlaying | None) -> Memory:
    """The memory as if what waits had never been there, if the play before it goes on."""
    current, last = memory.current, memory.lines[-1] if memory.lines else None
    if not now or not current or current.line.logged or not last or not last.logged:
        return memory
    place_ms = last.heard_ms - last.began_ms
    goes_on = last.identity.same(now.item.identity) and (now.progress_ms or 0) >= place_ms - TOLERANCE_MS
    if not goes_on or (current.is_there(now) and now.began_ms >= current.seen_ms - TOLERANCE_MS):
        return memory
    taken_up = Current(last, last.heard_ms, place_ms, paused=True, gone_ms=last.until_ms)
    return replace(memory, current=taken_up, lines=(current.left(now.at_ms), *memory.lines[:-1]))


def _gone(memory: Memory, row: Row, now_ms: int) -> Step:
    """What was on the player isn't any more."""
    current = memory.current
    if current is None or current.gone_ms is not None:
        return Step(memory)
    gone = replace(memory, current=replace(current, gone_ms=now_ms), recent_due=True)
    return Step(gone, (), (f"What was on the player is gone: {row.reason}.",))


def _begins(memory: Memory, now: NowPlaying, reason: str) -> Step:
    """Something else is on the player: what was there before keeps its line, and this gets one once it's heard."""
    current, playing = memory.current, now.is_playing
    silent_ms = now.at_ms - current.seen_ms if current and current.gone_ms is not None else 0
    put_on = playing or (current is not None and silent_ms <= BRIEF_MS)
    started_at_ms = _started_at_ms(memory, now) if put_on else now.at_ms
    lines = _left(memory, now.at_ms)
    started_at_ms = free_second(lines, now.item.identity, started_at_ms)
    line = Line(
        now.item.identity,
        started_at_ms,
        began_ms=now.began_ms,
        heard_ms=now.at_ms,
        until_ms=now.at_ms,
        logged=playing,
    )
    memory = replace(
        memory, current=Current(line, now.at_ms, now.progress_ms or 0, not playing), lines=lines, recent_due=True
    )
    if playing:
        return Step(memory, (Play(now.item, started_at_ms),), (f"{isolated(now.item.title)}: {reason}.",))
    return Step(memory, (), (f"{isolated(now.item.title)}: it's paused, so it isn't a play yet.",))


def _left(memory: Memory, at_ms: int) -> tuple[Line, ...]:
    """The lines, once something else is on the player: what waits comes first, what was heard last comes last."""
    current, lines = memory.current, memory.lines
    if current is None:
        return lines
    if current.line.logged:
        return (*lines, current.left(at_ms))
    return (current.left(at_ms), *lines)


def _goes_on(memory: Memory, current: Current, now: NowPlaying, look: Look, row: Row) -> Step:
    """The same play is on the player."""
    reasons = (f"{isolated(now.item.title)}: {row.reason}.",)
    paused = not now.is_playing
    moved, was_gone = row.verdict is Verdict.MOVED, current.gone_ms is not None
    if not current.line.logged and (moved or not paused):
        return _plays_on(memory, current, now, reasons)
    line = current.line if paused else replace(current.line, began_ms=now.began_ms)
    if not paused or (was_gone and line.logged):
        line = replace(line, heard_ms=now.at_ms)
    if again_ms := _again_ms(line.started_at_ms, current.seen_ms, now):
        line = _may_have_begun_again(line, again_ms, current, look, moved=moved)
    current = Current(line, now.at_ms, now.progress_ms or 0, paused, entry_came=current.entry_came and paused)
    recent_due = memory.recent_due or moved or was_gone
    return Step(replace(memory, current=current, recent_due=recent_due), (), reasons)


def _again_ms(started_at_ms: int, seen_ms: int, now: NowPlaying) -> int | None:
    """When the play may have begun again: its progress ago, if that's after its start and after it was last seen."""
    may_have = now.began_ms > started_at_ms + TOLERANCE_MS and now.began_ms >= seen_ms - TOLERANCE_MS
    return now.began_ms if may_have else None


def _may_have_begun_again(line: Line, again_ms: int, current: Current, look: Look, *, moved: bool) -> Line:
    """The line with the moment when its play may have begun again, and how early what came before may have ended."""
    may_repeat = look.may_have_ended and look.playing and current.gone_ms is None and line.broke_ms is None
    if moved and (may_repeat or look.change_ms < -AGAIN_MS):
        return replace(line, again_ms=again_ms, broke_ms=line.started_at_ms if current.paused else current.seen_ms)
    if look.playing and line.broke_ms is None:
        return replace(line, again_ms=again_ms)
    return line


def _plays_on(memory: Memory, current: Current, now: NowPlaying, reasons: tuple[str, ...]) -> Step:
    """What was only ever seen paused is heard now, or was since the last look."""
    line, paused, progress_ms = current.line, not now.is_playing, now.progress_ms or 0
    if not line.put_on or line.only_tried(now.at_ms) or current.progress_ms < AT_ITS_START_MS:
        heard_from_ms = now.at_ms - max(progress_ms - current.progress_ms, 0)
        line = replace(line, started_at_ms=free_second(memory.lines, line.identity, heard_from_ms))
    again_ms = None if paused else _again_ms(line.started_at_ms, current.seen_ms, now)
    line = replace(line, began_ms=now.began_ms, heard_ms=now.at_ms, again_ms=again_ms, logged=not paused)
    plays = () if paused else (Play(now.item, line.started_at_ms),)
    current = Current(line, now.at_ms, progress_ms, paused)
    return Step(replace(memory, current=current, recent_due=True), plays, reasons)


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
    resumed = now.resumed_since(last_look_ms)
    if now.is_playing and not resumed:
        return now.began_ms
    latest_ms = now.at_ms if resumed else now.began_ms
    natural_end_ms = current.natural_end_ms if current and current.line.logged else 0
    return natural_end_ms if last_look_ms <= natural_end_ms <= latest_ms else (last_look_ms + latest_ms) // 2
