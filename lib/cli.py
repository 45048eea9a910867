"""What both scripts share: where they live, the clock, their streams, and what can stop any script."""

import os
import stat
import sys
from collections.abc import Callable, Mapping
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
        escape_unencodable(sys.stdout, sys.stderr)
        status = main(sys.argv[1:])
        if sys.stdout:
            sys.stdout.flush()
    except KeyboardInterrupt:
        status = 130
    except ModuleNotFoundError as missing:
        print(missing_package_hint(missing), file=sys.stderr)
        status = 78
    except BrokenPipeError:
        hush(sys.stdout)
        status = 141
    except OSError as error:
        hush(sys.stdout)
        print(f"Can't go on: {error}. Is the output full, or the working folder gone?", file=sys.stderr)
        status = 74
    return status


def escape_unencodable(*streams: TextIO | None) -> None:
    """Lets the streams escape what their encoding lacks: a locale without UTF-8 must not lose a warning."""
    for stream in streams:
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(stream: TextIO | None, *lines: str) -> None:
    """Prints the lines at once. Raises OSError, and then the stream is hushed."""
    try:
        if stream and lines:
            print(*lines, sep="\n", file=stream, flush=True)
    except OSError:
        hush(stream)
        raise


def stamp(stream: TextIO | None) -> str:
    """The time and a blank before a line that goes to a file; a mail has its own time, and a person has a clock."""
    with suppress(OSError, ValueError):
        if stream and stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            return f"{now().isoformat(timespec='seconds')} "
    return ""


def hush(stream: TextIO | None) -> None:
    """Sends what is still to be printed nowhere, so that Python's last flush doesn't complain."""
    if stream:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def missing_package_hint(missing: ModuleNotFoundError) -> str:
    """One line for the most common mistake: which Python to run the script with instead."""
    python, script = HOME / ".venv" / "bin" / "python", Path(sys.argv[0]).resolve()
    package = "python-dotenv" if missing.name == "dotenv" else missing.name
    return f"{package} is not installed for {sys.executable}. README says how to make .venv; run: {python} {script}"


def styled(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether the stream takes escape codes: a terminal does, unless TERM=dumb or NO_COLOR (https://no-color.org)."""
    return stream.isatty() and environ.get("TERM") != "dumb" and not environ.get("NO_COLOR")
