"""A run and its surroundings: the lock, the settings, the run itself, and the report. Errors are caught here, once."""

import shlex
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from lib import alerts, expiry
from lib.cli import HOME
from lib.disk import credentials
from lib.disk.lock import Lock, read_note
from lib.errors import BugError, Command, DiskError, ProgramError
from lib.job import Now, Outcome, run
from lib.plays.model import epoch_ms
from lib.spotify.transport import Connect
from lib.text import isolated, one_line


class Report(NamedTuple):
    """The exit status of a run, and the messages to print on stderr and stdout."""

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
    say: Callable[[Report], None] = lambda _: None,
) -> Report:
    """One run with the credentials at `path`. Raises nothing that a user could cause.

    `say` prints the report. If it raises OSError, nothing counts as reported, and the status is 74; but 141 if the
    reader has left.
    """
    lock_file = credentials.lock_file(path)
    outcome, reminder, error = None, None, None
    with Lock(lock_file) as lock:
        try:
            settings = credentials.load(path, environ)
            lock.take()
            outcome = run(settings, connect, now)
            if due := expiry.reminder(outcome.authorized_at, now()):
                reminder = remedy(due, Command.BOOTSTRAP, path)
        except Exception as caught:  # noqa: BLE001 - whatever it is, it's reported
            error = _known(caught)
        before, at = alerts.parse_state(read_note(lock_file)), now()
        alert = alerts.decide(error, reminder, before, epoch_ms(at), terminal=terminal or verbose)
        err = (message(alert.error, path),) if alert.error else ()
        told: tuple[str, ...] = ()
        if outcome and (terminal or verbose):
            told = (*(outcome.reasons if verbose else ()), _in_one_line(outcome))
        report = Report(error.status if error else 0, err, (*alert.out, *told))
        try:
            say(report)
        except OSError as unsaid:
            return report._replace(status=141 if isinstance(unsaid, BrokenPipeError) else DiskError.status)
        if alert.state != before:
            lock.note(alerts.format_state(alert.state))
    return report


def failed(error: Exception, path: Path) -> Report:
    """What to print about an error at a terminal, and the exit status."""
    known = _known(error)
    return Report(known.status, (message(known, path),), ())


def message(error: ProgramError, path: Path) -> str:
    """The error for a person: what is wrong and how to fix it, in one line; a bug's traceback comes before."""
    what = error.what if error.what.endswith((".", "!", "?", "…")) else f"{error.what}."
    fix = remedy(error.remedy, error.command, path)
    return "\n".join(filter(None, (error.details, f"{what} {fix}".rstrip())))


def remedy(text: str, what: Command | None, path: Path) -> str:
    """How to fix a problem, with the command to run."""
    return f"{text} {command(what, path)}" if what else text


def command(what: Command, path: Path) -> str:
    """The command line that runs a script with these credentials on this machine, ready to be pasted."""
    words: list[object] = [sys.executable, HOME / what.value]
    if path != HOME / "credentials.env":
        words += ["--credentials", path]
    return shlex.join(map(one_line, words))


def _known(error: Exception) -> ProgramError:
    return error if isinstance(error, ProgramError) else BugError("".join(traceback.format_exception(error)))


def _in_one_line(outcome: Outcome) -> str:
    """What a run saw and did; of several plays, the last stands for all."""
    if not outcome.lines:
        return f"{outcome.summary}; nothing new to log."
    last = "  ".join(map(isolated, outcome.lines[-1].split("\t")))
    which = "" if len(outcome.lines) == 1 else f" {len(outcome.lines)} plays, the last one"
    return f"{outcome.summary}; logged{which}: {last}"
