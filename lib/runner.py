"""A run and its surroundings: lock, settings, the run itself, and what is said of it. Both scripts' error boundary."""

import shlex
import sys
import traceback
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from lib import alerts, expiry
from lib.disk import credentials
from lib.disk.lock import Note, lock
from lib.errors import BugError, BusyError, DiskError, ProgramError, SettingsError
from lib.job import Connect, Now, Outcome, run

HOME = Path(__file__).resolve().parents[1]
_SHOWN = 3
"""Lines of a run that are shown in full; the first may log fifty."""


class Report(NamedTuple):
    """What a run has to say, line by line, and its exit status."""

    status: int
    err: tuple[str, ...]
    out: tuple[str, ...]


def run_and_report(
    path: Path,
    environ: Mapping[str, str],
    connect: Connect,
    now: Now,
    *,
    terminal: bool,
    verbose: bool,
    say: Callable[[Report], None] | None = None,
) -> Report:
    """One run with the credentials at `path`. Raises nothing that a user could cause.

    `say` brings the report to the person. When it raises OSError, nothing is noted as said, and the status is 74.
    """
    try:
        lock_file = credentials.lock_file(path)
    except SettingsError as error:
        report = failed(error, path)
        if say:
            say(report)
        return report
    try:
        with lock(lock_file) as taken:
            outcome = _run(path, environ, connect, now) if taken.held else _busy()
            return _report(path, outcome, taken.note, now(), say, interactive=terminal or verbose, verbose=verbose)
    except DiskError as error:
        outcome = Outcome(_unlocked(path, environ, error))
        return _report(path, outcome, Note(lock_file), now(), say, interactive=terminal or verbose, verbose=verbose)


def failed(error: Exception, path: Path) -> Report:
    """What is said of an error at a terminal, and the exit status."""
    told = error if isinstance(error, ProgramError) else BugError("".join(traceback.format_exception(error)))
    return Report(told.status, (spelled_out(alerts.message(told), path),), ())


def command(script: str, path: Path) -> str:
    """The very command that runs `script` with these credentials on this machine, fit to be typed or pasted."""
    words = [sys.executable, str(HOME / script)]
    if path != HOME / "credentials.env":
        words += ["--credentials", str(path)]
    return shlex.join(words)


def spelled_out(text: str, path: Path) -> str:
    """The text with `{bootstrap}` and `{status}` as commands."""
    text = text.replace("{bootstrap}", command("bootstrap_token.py", path))
    return text.replace("{status}", command("nowplaying_job.py", path) + " --status")


def _run(path: Path, environ: Mapping[str, str], connect: Connect, now: Now) -> Outcome:
    try:
        settings = credentials.load(path, environ)
        return run(settings, connect, now)
    except ProgramError as error:
        return Outcome(error)
    except Exception:  # noqa: BLE001 - the boundary: a bug is reported with its traceback, once a day
        return Outcome(BugError(traceback.format_exc()))


def _busy() -> Outcome:
    return Outcome(BusyError("Another run is still at work."), summary="another run is at work")


def _unlocked(path: Path, environ: Mapping[str, str], error: DiskError) -> ProgramError:
    """Why there is no lock: for want of credentials, as a rule, in a folder that isn't there."""
    try:
        credentials.load(path, environ)
    except ProgramError as reason:
        return reason
    return error


def _report(
    path: Path,
    outcome: Outcome,
    note: Note,
    now: datetime,
    say: Callable[[Report], None] | None,
    *,
    interactive: bool,
    verbose: bool,
) -> Report:
    reminder = expiry.reminder(outcome.authorized_at, now)
    notes = alerts.parse_state(note.read())
    now_ms = int(now.timestamp() * 1000)
    speech = alerts.decide(outcome.error, reminder, notes, now_ms, terminal=interactive)
    err, out = ([spelled_out(line, path) for line in lines] for lines in (speech.err, speech.out))
    out = [*(outcome.reasons if verbose else ()), *out]  # as they are: a track may be named like a placeholder
    if outcome.error is None and interactive:
        out.append(_in_one_line(outcome))
    status = outcome.error.status if outcome.error else 0
    report = Report(status, tuple(err), tuple(out))
    try:
        if say:
            say(report)
    except OSError:
        return report._replace(status=DiskError.status)
    if speech.notes != notes:
        note.write(alerts.format_state(speech.notes))
    return report


def _in_one_line(outcome: Outcome) -> str:
    summary = outcome.summary[:1].upper() + outcome.summary[1:]
    if not outcome.lines:
        return f"{summary}; nothing new to log."
    shown = [line.replace("\t", "  ") for line in outcome.lines[-_SHOWN:]]
    rest = f"{len(outcome.lines) - len(shown)} plays and " if len(outcome.lines) > len(shown) else ""
    return f"{summary}; logged: {rest}{' | '.join(shown)}"
