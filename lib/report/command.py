"""`--report`: reads the history, writes the page. The only module here that reads or writes a file."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TextIO

from lib.disk import atomic_write, credentials, files, history_parts
from lib.errors import DiskError
from lib.report import demo_history
from lib.report.model import read
from lib.report.page import Notes, empty_page, page
from lib.report.summarize import summarize
from lib.report.words import count, day
from lib.settings import PAGE
from lib.text import one_line


def report(path: Path, environ: Mapping[str, str], file: Path | None, now: datetime, out: TextIO) -> None:
    """Writes the page of the history that the credentials at `path` name, and prints one line.

    file: history.html beside the log unless given. Raises SettingsError, DiskError; that a part of the history can't
    be read to its end is raised after the page is written with what it has, and says so.
    """
    settings = credentials.load(path, environ)
    log, target = settings.history_log, file or settings.history_log.with_name(PAGE)
    parts, errors = history_parts.parts(log), list[DiskError]()
    _check(target, (path, log, settings.token_file, settings.state_file, *parts))
    write(_lines(parts, errors), target, log, len(parts), errors, now, out)
    if errors:
        raise errors[0]


def demo(file: Path | None, now: datetime, out: TextIO) -> None:
    """Writes the page of a made-up listener, into the working folder unless `file` is given. Raises DiskError."""
    write(demo_history.lines(now), file or Path("history-demo.html"), Path("history.log"), 1, [], now, out)


def _check(target: Path, kept: Iterable[Path]) -> None:
    """Raises DiskError if the page would replace one of the files to keep."""
    if files.is_one_of(target, kept):
        what = f"{one_line(str(target))} is a file that this program needs, so no page is written there."
        raise DiskError(what, "Name another one: --report FILE.html")


def _lines(parts: Iterable[Path], errors: list[DiskError]) -> Iterator[str]:
    """The lines of all parts. What is wrong with a part is added to `errors`."""
    for part in parts:
        try:
            yield from history_parts.lines(part)
        except DiskError as error:
            errors.append(error)


def write(
    lines: Iterable[str], file: Path, log: Path, files: int, errors: list[DiskError], now: datetime, out: TextIO
) -> None:
    """Writes the page of these lines, whole or not at all, readable by its owner alone. Raises DiskError.

    log and files: where the lines come from, for the page to say.
    """
    history = read(lines, now.date())
    notes = Notes(now, files, history.skipped, history.misdated, tuple(error.what for error in errors))
    plays = history.plays
    text = page(summarize(plays, now.date()), notes) if plays else empty_page(notes, str(log))
    atomic_write.replace(file.absolute(), text.encode())
    since = f", {count(len(plays), 'play')} since {day(plays[0].at.date())}" if plays else ", no play yet"
    print(f"Wrote {one_line(str(file.absolute()))}{since}.", file=out)
