"""When a run reports a problem. Pure: (error, what earlier runs reported, now) → what to print, and what to remember.

Cron mails whatever a job prints. So a problem is one line that says what is wrong and how to fix it, then silence
about it for 24 hours, and one line when it's over if it was reported. At a terminal every run reports.
"""

import json
from collections.abc import Mapping
from typing import NamedTuple

from lib import json_values as values
from lib.errors import MINUTE_MS, Command, ProgramError
from lib.text import one_line

HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
RELAPSE_MS = HOUR_MS
"""A transient problem that comes back within this time was never over."""
ASLEEP_MS = 3 * HOUR_MS
"""A machine that ran no job for so long was asleep: a problem from before hasn't lasted until now."""
STEP_MS = 10 * MINUTE_MS
"""How often a failing run is recorded when there's nothing else to record."""
LONGEST = 200
"""Characters kept of what was wrong."""
ROOM = 4096
"""Bytes of the lock file, where the state is kept."""
_MOST_KINDS = 8


class AlertState(NamedTuple):
    """What later runs need to keep silent, and what --status shows. Everything is 0 or empty while all is well."""

    since_ms: int = 0
    """The first bad run after a good one."""
    last_ms: int = 0
    """The last bad run, or one up to STEP_MS before it."""
    what: str = ""
    """What was wrong in that run."""
    remedy: str = ""
    command: Command | None = None
    """How to fix it."""
    reported: Mapping[str, int] = {}
    """For each kind of error, when it was last reported."""
    told: str = ""
    """What was reported last, if it isn't over."""
    waiting_ms: int = 0
    """The first of the latest bad runs, all of which had a grace period."""
    over_ms: int = 0
    """When the last problem was over."""
    reminded_ms: int = 0
    """When a run last reminded of the authorization's end."""


class Alert(NamedTuple):
    """What to print: the error on stderr, the rest on stdout. `state` is for the next run."""

    error: ProgramError | None
    out: tuple[str, ...]
    state: AlertState


def decide(
    error: ProgramError | None, reminder: str | None, state: AlertState, now_ms: int, *, terminal: bool
) -> Alert:
    """What to print after a run that raised `error`, or none; `reminder` says when the authorization ends, if it's due.

    `state` is what the run before left; `now_ms` is UTC.
    """
    if error is not None:
        return _problem(error, state, now_ms, terminal=terminal)
    out = [f"It works again. This is over: {state.told}"] if state.told else []
    if state.since_ms:
        state = AlertState(reported=state.reported, over_ms=now_ms, reminded_ms=state.reminded_ms)
    if reminder and (terminal or not _within(DAY_MS, state.reminded_ms, now_ms)):
        out.append(reminder)
        state = state._replace(reminded_ms=now_ms)
    return Alert(None, tuple(out), state)


def parse_state(content: bytes) -> AlertState:
    """The state that `format_state` wrote; an empty one when it can't be read."""
    try:
        fields = values.table(values.parse(content))
        command = values.text(fields["command"])
        reported = values.table(fields["reported"])
        return AlertState(
            since_ms=values.time_ms(fields["since_ms"]),
            last_ms=values.time_ms(fields["last_ms"]),
            what=one_line(values.text(fields["what"])),
            remedy=one_line(values.text(fields["remedy"])),
            command=Command(command) if command else None,
            reported={kind: values.time_ms(at_ms) for kind, at_ms in reported.items()},
            told=one_line(values.text(fields["told"])),
            waiting_ms=values.time_ms(fields["waiting_ms"]),
            over_ms=values.time_ms(fields["over_ms"]),
            reminded_ms=values.time_ms(fields["reminded_ms"]),
        )
    except (ValueError, KeyError):
        return AlertState()


def format_state(state: AlertState) -> bytes:
    """The state as one line of JSON, below 4 KiB. A remedy that's too long is left out: half a command does harm."""
    fields = {**state._asdict(), "command": state.command.value if state.command else ""}
    content = json.dumps(fields, ensure_ascii=False).encode("utf-8", "replace")
    fits = len(content) < ROOM or not state.remedy
    return content if fits else format_state(state._replace(remedy=""))


def _problem(error: ProgramError, state: AlertState, now_ms: int, *, terminal: bool) -> Alert:
    state = _begun(state, now_ms)
    waiting_ms = 0 if error.grace_ms == 0 else state.waiting_ms or now_ms
    state = state._replace(waiting_ms=waiting_ms)
    what = error.what if len(error.what) <= LONGEST else f"{error.what[: LONGEST - 1]}…"
    if what != state.what or not _within(STEP_MS, state.last_ms, now_ms):
        state = state._replace(what=what, remedy=error.remedy, command=error.command, last_ms=now_ms)
    due = _due(error, state, now_ms)
    if due:
        newest = sorted({**state.reported, error.kind: now_ms}.items(), key=lambda kind: kind[1])[-_MOST_KINDS:]
        state = state._replace(reported=dict(newest), told=what)
    return Alert(error if due or terminal else None, (), state)


def _due(error: ProgramError, state: AlertState, now_ms: int) -> bool:
    """Whether a run without a terminal reports the error: its grace period is over, and it wasn't reported today."""
    reported_ms = state.reported.get(error.kind, 0)
    if not error.transient and reported_ms < state.since_ms:
        reported_ms = 0  # somebody had fixed it, so it's news
    lasted_ms = now_ms - state.waiting_ms
    return error.grace_ms is not None and lasted_ms >= error.grace_ms and not _within(DAY_MS, reported_ms, now_ms)


def _begun(state: AlertState, now_ms: int) -> AlertState:
    """The state with the beginning of this problem. Reports of one that has long been over no longer count."""
    if not state.since_ms:
        back = _within(RELAPSE_MS, state.over_ms, now_ms)
        return state._replace(since_ms=now_ms, reported=state.reported if back else {})
    slept = not state.told and not _within(ASLEEP_MS, state.last_ms, now_ms)
    return state._replace(since_ms=now_ms, waiting_ms=0) if slept or state.since_ms > now_ms else state


def _within(span_ms: int, then_ms: int, now_ms: int) -> bool:
    """Whether `then` lies in the span before now. Not if the clock was set back, so nothing is silent for ever."""
    return 0 <= now_ms - then_ms < span_ms
