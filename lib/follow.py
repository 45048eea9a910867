"""The last plays of the history, then each new one as it's logged. Reads files only; doesn't ask Spotify."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date, datetime
from heapq import nlargest
from pathlib import Path
from typing import NoReturn, TextIO

from lib import cli
from lib.disk import credentials, history_log, history_parts
from lib.disk.log_watcher import LogWatcher
from lib.errors import DiskError
from lib.log_lines import began
from lib.screen import Screen
from lib.text import one_line

FIRST = 10
"""Plays that are shown at once."""


@dataclass(frozen=True, slots=True)
class LoggedPlay:
    """A line of the log: when it began, in its own local time, and its fields by their columns' names."""

    started_at: datetime
    line: str
    fields: Mapping[str, str]


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
    screen = Screen(out, environ)
    with closing(LogWatcher(log)) as watcher:
        today = now().date()
        new = sorted(plays(watcher.new_lines(), today), key=_began)[-FIRST:]
        new = _earlier(log, new, today) + new
        if not new:
            cli.say(err, f"No plays yet in {one_line(str(log))}. Waiting for the first one; Ctrl-C ends this.")
        while True:
            for play in new:
                if out.isatty():
                    screen.play(play.started_at, play.fields)
                else:
                    cli.say(out, play.line)
            wait()
            new = list(plays(watcher.new_lines(), now().date()))


def plays(lines: Iterable[str], today: date) -> Iterator[LoggedPlay]:
    """The plays among the lines; a comment or a torn line is none, nor is one that is dated after tomorrow."""
    for line in lines:
        started_at, fields = began(line, today), history_log.fields(line)
        if started_at and fields:
            yield LoggedPlay(started_at, line, fields)


def _earlier(log: Path, shown: list[LoggedPlay], today: date) -> list[LoggedPlay]:
    """The latest plays of all parts of the history that make `shown`, when it's short, FIRST plays long."""
    found: dict[str, LoggedPlay] = {}
    for part in history_parts.parts(log) if len(shown) < FIRST else []:
        with suppress(DiskError):  # a part that's damaged, or being compressed just now
            found |= {play.line: play for play in nlargest(FIRST, plays(history_parts.lines(part), today), key=_began)}
    for play in shown:
        found.pop(play.line, None)
    return sorted(found.values(), key=_began)[len(shown) - FIRST :]


def _began(play: LoggedPlay) -> datetime:
    return play.started_at
