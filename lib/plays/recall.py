"""What the log knows better than the memory, after the memory was lost or fell behind. Pure."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from lib.plays.items import Identity
from lib.plays.model import TOLERANCE_MS, Current, Line, Memory, Phase


def recall(memory: Memory, logged: Iterable[tuple[Identity, int]], now_ms: int) -> Memory:
    """The memory with those lines of the log's end that it doesn't know: (identity, start in ms) each.

    So a memory that was lost, or that is older than the log, doubles nothing. The latest of those lines is taken for
    what was last on the player, but not one dated in the future: a clock was wrong then. None of them has its entry
    yet, so the entries find them, should they come.
    """
    current = memory.current
    lines = [*memory.lines, *([current.line] if current else [])]
    known = Counter((line.identity.uri, line.started_at_ms // 1000) for line in lines)
    missing = []
    for identity, at_ms in logged:
        known[identity.uri, at_ms // 1000] -= 1
        if known[identity.uri, at_ms // 1000] < 0:
            missing.append(Line(identity, at_ms, began_ms=at_ms, heard_ms=at_ms, until_ms=now_ms))
    if not missing:
        return memory
    found = tuple(missing)
    starts_ms = sorted(line.started_at_ms for line in [*lines, *missing])
    latest = max((line for line in missing if line.started_at_ms <= now_ms), key=_start, default=None)
    if latest and (current is None or latest.started_at_ms >= current.line.started_at_ms):
        missing.remove(latest)
        missing += [current.line] if current else []
        current = Current(latest, latest.heard_ms, 0, Phase.RECALLED)
    ends_ms = [_next(starts_ms, line.started_at_ms, now_ms) for line in missing]
    # Whatever was played before the next line was logged: all entries up to there are its own.
    added = [replace(line, heard_ms=end_ms, until_ms=end_ms) for line, end_ms in zip(missing, ends_ms, strict=True)]
    lines = [_settled(line, found) for line in (*memory.lines, *added)]
    # In order of start, for those that come first are forgotten first.
    return replace(memory, current=current, lines=tuple(sorted(lines, key=_start)), recent_due=True)


def _settled(line: Line, found: tuple[Line, ...]) -> Line:
    """The line; without its break, if the log already has the line of what began then."""
    begun = (one for one in found if one.identity.same(line.identity))
    if any(abs(one.started_at_ms - line.began_ms) <= TOLERANCE_MS for one in begun):
        return replace(line, began_ms=line.started_at_ms, broke_ms=None)
    return line


def _start(line: Line) -> int:
    return line.started_at_ms


def _next(starts_ms: list[int], start_ms: int, now_ms: int) -> int:
    """When the play after the one that began at `start_ms` began; now for the last one."""
    after = bisect_right(starts_ms, start_ms)
    return starts_ms[after] if after < len(starts_ms) else max(now_ms, start_ms)
