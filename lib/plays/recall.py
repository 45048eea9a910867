"""What the log knows better than the memory, after the memory was lost or fell behind. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from lib.plays.items import Identity
from lib.plays.model import Current, Line, Memory


def recall(memory: Memory, logged: Iterable[tuple[Identity, int]], now_ms: int) -> Memory:
    """The memory with those lines of the log's end that it doesn't know: (identity, start in ms) each.

    So a memory that was lost, or that is older than the log, doubles nothing. The latest of those lines is taken for
    what was last on the player, but not one dated in the future: a clock was wrong then. None of them has its entry
    yet, so the entries find them, should they come.
    """
    current = memory.current if memory.current and memory.current.line.logged else None
    lines = [line for line in memory.all_lines if line.logged]
    known = Counter((line.identity.uri, line.started_at_ms // 1000) for line in lines)
    missing = []
    for identity, at_ms in logged:
        known[identity.uri, at_ms // 1000] -= 1
        if known[identity.uri, at_ms // 1000] < 0:
            missing.append(Line(identity, at_ms, began_ms=at_ms, heard_ms=now_ms, until_ms=now_ms))
    if not missing:
        return memory
    found = tuple(missing)
    starts_ms = sorted(line.started_at_ms for line in [*lines, *missing])
    latest = max((line for line in missing if line.started_at_ms <= now_ms), key=_start, default=None)
    if latest and (current is None or latest.started_at_ms >= current.line.started_at_ms):
        missing.remove(latest)
        missing += [current.line] if current else []
        current = Current(latest, latest.started_at_ms, 0)
    lines = [*(line for line in memory.lines if line.logged), *(_up_to_the_next(line, starts_ms) for line in missing)]
    # In order of start, for those that come first are forgotten first.
    lines = sorted((_without_break(line, found) for line in lines), key=_start)
    return replace(memory, current=current, lines=tuple(lines), recent_due=True)


def _up_to_the_next(line: Line, starts_ms: list[int]) -> Line:
    """Whatever was played before the next line was logged: all entries up to there are the line's own."""
    end_ms = next((at_ms for at_ms in starts_ms if at_ms > line.started_at_ms), max(line.until_ms, line.started_at_ms))
    return replace(line, heard_ms=end_ms, until_ms=end_ms)


def _without_break(line: Line, found: Iterable[Line]) -> Line:
    """The line; if it began again, the log may have a line of that already."""
    if any(one.identity.same(line.identity) for one in found):
        return replace(line, again_ms=None, broke_ms=None)
    return line


def _start(line: Line) -> int:
    return line.started_at_ms
