"""The last plays of the history, then each new one as it's logged. Reads files only; doesn't ask Spotify."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, datetime
from operator import itemgetter
from pathlib import Path
from typing import NoReturn, TextIO

from lib import cli
from lib.disk import credentials, history_log, history_parts
from lib.errors import DiskError
from lib.log_lines import plays
from lib.screen import Screen
from lib.text import one_line

FIRST = 10
"""Plays that are shown at once."""


def follow(
    path: Path,
    environ: Mapping[str, str],
    now: Callable[[], datetime],
    out: TextIO,
    err: TextIO,
    wait: Callable[[], object],
) -> NoReturn:
    """Shows the history of the credentials at `path` until it's interrupted; `wait` passes the time between two looks.

    A terminal gets rows that fit it. Anything else gets the log's own lines, as from `tail -F`, for other programs.
    Raises ProgramError.
    """
    log = credentials.load(path, environ).history_log
    watched, screen = Watched(log), Screen(out, environ)
    new = _last(log, watched.new_plays(now().date()), now().date())
    watched.seen |= new.keys()  # the last line counts, though it may have no end yet
    if not new:
        cli.say(err, f"No plays yet in {one_line(log)}. Waiting for the first one; Ctrl-C ends this.")
    while True:
        for line, started_at in new.items():
            if out.isatty():
                screen.play(started_at, line)
            else:
                cli.say(out, line)
        wait()
        new = watched.new_plays(now().date())


class Watched:
    """A log that somebody watches. Each look reads its end again, so it may be rotated or rewritten meanwhile.

    A play that's logged between the last look and a rotation isn't shown.
    """

    def __init__(self, log: Path) -> None:
        self._log = log
        self.seen: set[str] = set()

    def new_plays(self, today: date) -> dict[str, datetime]:
        """When each play began that was added since the last look, by its line. Raises DiskError."""
        *lines, _unfinished = history_log.last_lines(self._log)
        new = plays((line for line in lines if line not in self.seen), today)
        self.seen |= new.keys()
        return new


def _last(log: Path, new: dict[str, datetime], today: date) -> dict[str, datetime]:
    """The last plays, FIRST of them at most; from all parts of the history if the log has too few."""
    for part in history_parts.parts(log) if len(new) < FIRST else []:
        with suppress(DiskError):  # a part that's damaged, or being compressed just now
            new = {**plays(history_parts.lines(part), today), **new}
    return dict(sorted(new.items(), key=itemgetter(1))[-FIRST:])
