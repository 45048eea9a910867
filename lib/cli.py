"""What both scripts share: where they live, the clock, their streams, and what can stop any script."""

import os
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

HOME = Path(__file__).resolve().parents[1]
"""The folder of the scripts, and of credentials.env unless --credentials names another one."""


def now() -> datetime:
    """The machine's clock, in local time with its offset."""
    return datetime.now().astimezone()


def guarded(main: Callable[[list[str]], int]) -> int:
    """The exit status of `main(sys.argv[1:])`, and of what can stop any script: these are told in one line.

    Ctrl-C gives 130, a reader that has left (`| head`) 141, an output that takes nothing 74, a missing package 78.
    """
    try:
        sys.stdout, sys.stderr = sys.stdout or nowhere(), sys.stderr or nowhere()
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")  # a locale without UTF-8 must not lose a warning
        status = main(sys.argv[1:])
        sys.stdout.flush()
    except KeyboardInterrupt:
        status = 130
    except ModuleNotFoundError as missing:
        python, script = HOME / ".venv" / "bin" / "python", Path(sys.argv[0]).resolve()
        package = "python-dotenv" if missing.name == "dotenv" else missing.name
        hint = f"README says how to make .venv; run: {python} {script}"
        print(f"{package} is not installed for {sys.executable}. {hint}", file=sys.stderr)
        status = 78
    except BrokenPipeError:
        hush(sys.stdout)
        status = 141
    except OSError as error:
        hush(sys.stdout)
        with suppress(OSError):  # it may be the same output
            say(sys.stderr, f"Can't go on: {error}. Is the output full, or the working folder gone?")
        status = 74
    return status


def say(stream: TextIO, *lines: str) -> None:
    """Prints the lines at once. Raises OSError, and then the stream is hushed."""
    try:
        for line in lines:
            print(line, file=stream, flush=True)
    except OSError:
        hush(stream)
        raise


def stamp(stream: TextIO) -> str:
    """The time and a blank before a line that goes to a file; a mail has its own time, and a person has a clock."""
    is_file = stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
    return f"{now().isoformat(timespec='seconds')} " if is_file else ""


def hush(stream: TextIO) -> None:
    """Sends what is still to be printed nowhere, so that Python's last flush doesn't complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def nowhere() -> TextIO:
    """In place of a stream that was closed before the script began."""
    return Path(os.devnull).open("w")
