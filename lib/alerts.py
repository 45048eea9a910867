"""When a run speaks, and in what words. Pure: (trouble, what was said before, now) → lines, and what was said now.

Cron mails whatever a job prints. So: one line that says what is wrong and what mends it, then silence about the same
trouble for 24 hours, and one line when it is over if it was spoken of. At a terminal every run speaks.
"""

import json
from collections.abc import Mapping
from typing import NamedTuple

from lib.errors import MINUTE_MS, BugError, ProgramError

HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
RELAPSE_MS = HOUR_MS
"""Trouble that comes and goes by itself and is back so soon was never over."""
ASLEEP_MS = 3 * HOUR_MS
"""A machine that ran no job for so long slept: what failed before that has not lasted until now."""
STEP_MS = 10 * MINUTE_MS
"""How often a run that fails is written down while there is nothing else to note."""
LONGEST = 300
LATEST_MS = 1 << 45
"""A thousand years on: a number beyond is damage."""


class AlertState(NamedTuple):
    """What a later run must know to keep silent, and what --status tells. All is 0 or empty while all is well.

    since_ms: the first bad run after a good one; last_ms: the last bad run, give or take STEP_MS; what: its trouble.
    spoken: for each kind of trouble, when it was last spoken of; told: what was said last, of a trouble not yet over.
    waiting_ms: the first of the latest bad runs that asked for patience, without another trouble in between;
    over_ms: when the last trouble was over; reminded_ms: when the authorization's end was last spoken of.
    """

    since_ms: int = 0
    last_ms: int = 0
    what: str = ""
    spoken: Mapping[str, int] = {}
    told: str = ""
    over_ms: int = 0
    waiting_ms: int = 0
    reminded_ms: int = 0


class Alert(NamedTuple):
    """What to print, and the notes for the next run. Trouble goes to stderr, the rest to stdout."""

    err: tuple[str, ...]
    out: tuple[str, ...]
    notes: AlertState


_TIMES = ("since_ms", "last_ms", "over_ms", "waiting_ms", "reminded_ms")
_MOST_KINDS = 8


def decide(
    error: ProgramError | None, reminder: str | None, notes: AlertState, now_ms: int, *, terminal: bool
) -> Alert:
    """What a run says that ended with `error` (None: well); `reminder`: the one of the authorization's end, if due."""
    if error is not None:
        return _trouble(error, notes, now_ms, terminal=terminal)
    out = [f"It works again. What was reported is over: {notes.told}"] if notes.told else []
    if notes.since_ms:
        notes = AlertState(spoken=notes.spoken, over_ms=now_ms, reminded_ms=notes.reminded_ms)
    if reminder and (terminal or not _within(DAY_MS, notes.reminded_ms, now_ms)):
        out.append(reminder)
        notes = notes._replace(reminded_ms=now_ms)
    return Alert((), tuple(out), notes)


def message(error: ProgramError) -> str:
    """The error for a person: what is wrong, and what mends it. One line, but for a bug's traceback."""
    gap = "\n" if isinstance(error, BugError) else " "
    stop = "" if gap == "\n" or error.what.endswith((".", "!", "?", "…")) else "."
    return f"{error.what}{stop}{gap}{error.remedy}".rstrip()


def parse_state(content: bytes) -> AlertState:
    """The notes as `format_state` made them; none when they can't be read."""
    try:
        fields = json.loads(content)
        spoken = {str(kind): _time(at_ms) for kind, at_ms in fields["spoken"].items()}
        since_ms, last_ms, *others = (_time(fields[name]) for name in _TIMES)
        return AlertState(since_ms, last_ms, str(fields["what"]), spoken, str(fields["told"]), *others)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return AlertState()


def format_state(notes: AlertState) -> bytes:
    """The notes as one line of JSON, below 4 KiB however long the trouble's words are."""
    short = notes._replace(what=notes.what[:LONGEST], told=notes.told[:LONGEST])
    return json.dumps(short._asdict(), ensure_ascii=False).encode("utf-8", "replace")


def _trouble(error: ProgramError, notes: AlertState, now_ms: int, *, terminal: bool) -> Alert:
    notes = _begun(notes, now_ms)
    waiting_ms = (notes.waiting_ms or now_ms) if error.grace_ms else 0
    notes = notes._replace(waiting_ms=waiting_ms)
    what = "a bug in the program" if isinstance(error, BugError) else error.what
    if what != notes.what or not _within(STEP_MS, notes.last_ms, now_ms):
        notes = notes._replace(what=what, last_ms=now_ms)
    spoken_ms = notes.spoken.get(error.kind, 0)
    if not error.transient and spoken_ms < notes.since_ms:
        spoken_ms = 0  # somebody had mended it, so this is news
    due = now_ms - (waiting_ms or now_ms) >= error.grace_ms and not _within(DAY_MS, spoken_ms, now_ms)
    if due:
        spoken = sorted({**notes.spoken, error.kind: now_ms}.items(), key=lambda kind: kind[1])[-_MOST_KINDS:]
        notes = notes._replace(spoken=dict(spoken), told=what)
    return Alert((message(error),) if due or terminal else (), (), notes)


def _begun(notes: AlertState, now_ms: int) -> AlertState:
    """The notes with the beginning of this trouble; what was said of one long over counts no more."""
    if not notes.since_ms:
        back = _within(RELAPSE_MS, notes.over_ms, now_ms)
        return notes._replace(since_ms=now_ms, waiting_ms=0, spoken=notes.spoken if back else {})
    slept = not notes.told and not _within(ASLEEP_MS, notes.last_ms, now_ms)
    return notes._replace(since_ms=now_ms, waiting_ms=0) if slept or notes.since_ms > now_ms else notes


def _time(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value < LATEST_MS:
        raise ValueError(value)
    return value


def _within(span_ms: int, then_ms: int, now_ms: int) -> bool:
    """Whether `then` lies in the span before now; a clock set back makes that False, so nothing is silent for ever."""
    return 0 <= now_ms - then_ms < span_ms
