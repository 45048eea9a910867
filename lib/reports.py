"""When a run speaks, and in what words. Pure: (trouble, what was said before, now) → lines, and what was said now.

Cron mails whatever a job prints. So: one line that says what is wrong and what mends it, then silence about the same
trouble for 24 hours, and one line when it is over if it was spoken of. At a terminal every run speaks.
"""

import json
from collections.abc import Mapping
from typing import NamedTuple

from lib.errors import BugError, ProgramError

DAY_MS = 24 * 3_600_000


class Notes(NamedTuple):
    """What a later run must know to keep silent. since_ms: the first bad run after a good one, None when all is well.

    spoken: for each kind of trouble since then, when it was last spoken of; what: the last trouble's words;
    reminded_ms: when the authorization's end was last spoken of.
    """

    since_ms: int | None = None
    spoken: Mapping[str, int] = {}
    what: str = ""
    reminded_ms: int = 0


class Speech(NamedTuple):
    """What to print, and the notes for the next run. Trouble goes to stderr, the rest to stdout."""

    err: tuple[str, ...]
    out: tuple[str, ...]
    notes: Notes


def speak(error: ProgramError | None, reminder: str | None, notes: Notes, now_ms: int, *, terminal: bool) -> Speech:
    """What a run that ended with `error` (None: well) says; `reminder` is the one of the authorization's end, if due."""
    out = []
    if reminder and (terminal or not _today(notes.reminded_ms, now_ms)):
        out.append(reminder)
        notes = notes._replace(reminded_ms=now_ms)
    if error is None:
        if notes.spoken:
            out.insert(0, f"It works again. What was reported is over: {notes.what}")
        return Speech((), tuple(out), Notes(reminded_ms=notes.reminded_ms))
    since_ms = now_ms if notes.since_ms is None or notes.since_ms > now_ms else notes.since_ms
    due = now_ms - since_ms >= error.patience_ms and not _today(notes.spoken.get(error.kind, 0), now_ms)
    what = "a bug in the program" if isinstance(error, BugError) else error.what
    notes = notes._replace(since_ms=since_ms, what=what)
    if due:
        notes = notes._replace(spoken={**notes.spoken, error.kind: now_ms})
    return Speech((words(error),) if due or terminal else (), tuple(out), notes)


def words(error: ProgramError) -> str:
    """The error for a person: what is wrong, and what mends it. One line, but for a bug's traceback."""
    gap = "\n" if isinstance(error, BugError) else " "
    return f"{error.what}{gap}{error.remedy}".rstrip()


def read_notes(content: bytes) -> Notes:
    """The notes as `write_notes` made them; none when they can't be read."""
    try:
        fields = json.loads(content)
        spoken = {str(kind): int(at_ms) for kind, at_ms in fields["spoken"].items()}
        since_ms = fields["since_ms"]
        since_ms = None if since_ms is None else int(since_ms)
        return Notes(since_ms, spoken, str(fields["what"]), int(fields["reminded_ms"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        return Notes()


def write_notes(notes: Notes) -> bytes:
    """The notes as one line of JSON, short however long the trouble's words are."""
    return json.dumps(notes._replace(what=notes.what[:400])._asdict()).encode()


def _today(then_ms: int, now_ms: int) -> bool:
    return 0 <= now_ms - then_ms < DAY_MS
