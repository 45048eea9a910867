"""When a play began, as far as entries can tell better than looks. Pure."""

from dataclasses import replace

from lib.plays.clocks import Clock
from lib.plays.model import TOLERANCE_MS, Current, Memory, Step, Waiting
from lib.plays.observe import Observed


def not_before_the_last(step: Step, observed: Observed, clock: Clock) -> Step:
    """A play that was first seen now didn't begin before the end of the one before it, if the answer shows that end."""
    current, now = step.memory.current, observed.now
    if clock.starts or not current or not now or not observed.step.plays:
        return step
    ends_ms = (at_ms - clock.ahead_ms for at_ms, uri in step.memory.entries if uri != now.item.identity.uri)
    end_ms = max((at_ms for at_ms in ends_ms if at_ms <= now.at_ms), default=0)
    return with_start(step, current, end_ms) if end_ms >= current.line.started_at_ms + clock.slack_ms else step


def waiting_since(memory: Memory, clock: Clock) -> Waiting | None:
    """What waits was put on when the play before it ended, if an entry shows that end."""
    waiting = memory.waiting
    if clock.starts or waiting is None or waiting.started_at_ms is None:
        return waiting
    entries_ms = (at_ms - clock.ahead_ms for at_ms, _ in memory.entries)
    ends_ms = (at_ms for at_ms in entries_ms if waiting.after_ms <= at_ms <= waiting.at_ms - waiting.progress_ms)
    return replace(waiting, started_at_ms=max(ends_ms, default=waiting.started_at_ms))


def with_start(step: Step, current: Current, started_at_ms: int) -> Step:
    """The play that begins in this run gets another start."""
    old = current.line.identity, current.line.started_at_ms
    line = replace(current.line, started_at_ms=started_at_ms)
    if line.again_ms and line.again_ms <= started_at_ms + TOLERANCE_MS:
        line = replace(line, again_ms=None, broke_ms=None)
    plays = tuple(
        replace(play, started_at_ms=started_at_ms) if (play.item.identity, play.started_at_ms) == old else play
        for play in step.plays
    )
    return step._replace(memory=replace(step.memory, current=replace(current, line=line)), plays=plays)
