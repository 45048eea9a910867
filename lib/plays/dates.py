"""When a play began, as far as entries can tell better than looks. Pure."""

from dataclasses import replace

from lib.plays.clocks import Clock
from lib.plays.model import TOLERANCE_MS, Current, Step, free_second
from lib.plays.observe import Observed


def not_before_the_last(step: Step, observed: Observed, clock: Clock) -> Step:
    """What's first seen now didn't begin before the end of the play before it, if the answer shows that end."""
    current, now = step.memory.current, observed.now
    if clock.starts or not current or not now:
        return step
    line, last_look_ms = current.line, observed.before.last_seen_ms
    waits = line.put_on and not line.logged
    if not waits and not observed.step.plays:
        return step
    guessed = waits or now.resumed_since(last_look_ms)
    earliest_ms = last_look_ms if guessed else line.started_at_ms + clock.slack_ms
    latest_ms = line.began_ms if waits else now.at_ms
    ends = [(at_ms - clock.ahead_ms, uri) for at_ms, uri in step.memory.entries]
    others_ms = [at_ms for at_ms, uri in ends if waits or uri != line.identity.uri]
    end_ms = max((at_ms for at_ms in others_ms if earliest_ms <= at_ms <= latest_ms), default=None)
    return with_start(step, current, end_ms) if end_ms is not None else step


def with_start(step: Step, current: Current, started_at_ms: int) -> Step:
    """The play that begins in this run gets another start."""
    started_at_ms = free_second(step.memory.lines, current.line.identity, started_at_ms)
    old = current.line.identity, current.line.started_at_ms
    line = replace(current.line, started_at_ms=started_at_ms)
    if line.again_ms and line.again_ms <= started_at_ms + TOLERANCE_MS:
        line = replace(line, again_ms=None, broke_ms=None)
    plays = tuple(
        replace(play, started_at_ms=started_at_ms) if (play.item.identity, play.started_at_ms) == old else play
        for play in step.plays
    )
    return step._replace(memory=replace(step.memory, current=replace(current, line=line)), plays=plays)
