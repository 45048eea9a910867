"""What the log knows better than the memory, after the memory was lost or fell behind. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from lib.plays.items import Identity
from lib.plays.model import Current, Line, Memory, Phase


def recall(memory: Memory, logged: Iterable[tuple[Identity, int]], now_ms: int) -> Memory:
    """The memory with those lines of the log's end that it doesn't know: (identity, start in ms) each.

    So a memory that was lost, or that is older than the log, doubles nothing. The latest of those lines is taken for
    what was last on the player, but not one dated in the future: a clock was wrong then. None of them has its entry
    yet, so the entries find them, should they come.
    """
    current = memory.current
    known = Counter((line.identity.uri, line.started_at_ms // 1000) for line in memory.lines)
    if current:
        known[current.identity.uri, current.started_at_ms // 1000] += 1
    missing = []
    for identity, at_ms in logged:
        known[identity.uri, at_ms // 1000] -= 1
        if known[identity.uri, at_ms // 1000] < 0:
            missing.append(Current(identity, at_ms, at_ms, 0, Phase.RECALLED))
    if not missing:
        return memory
    missing.sort(key=lambda play: play.started_at_ms)  # the log's order is that in which plays became known
    past = [play for play in missing if play.started_at_ms <= now_ms]
    if past and (current is None or past[-1].started_at_ms >= current.started_at_ms):
        missing.remove(past[-1])
        missing += [current] if current else []
        current = past[-1]
    added = [play.line(_until_ms(play, [*missing, current], now_ms)) for play in missing]
    # In order of start, for those that come first are forgotten first.
    lines: tuple[Line, ...] = tuple(sorted((*memory.lines, *added), key=lambda line: line.started_at_ms))
    return replace(memory, current=current, lines=lines, recent_due=True)


def _until_ms(play: Current, plays: list[Current | None], now_ms: int) -> int:
    """When the next of the plays began."""
    later = (one.started_at_ms for one in plays if one and one.started_at_ms > play.started_at_ms)
    return min(later, default=now_ms)
