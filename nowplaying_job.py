#!/usr/bin/env python3
"""Appends what Spotify says you play to history.log. cron runs it each minute; bootstrap_token.py comes first."""

import gc
import os
import sys
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from lib.cli import escape_unencodable

if TYPE_CHECKING:
    import argparse

    from lib.runner import Report

HOME = Path(__file__).resolve().parent


def main(argv: list[str]) -> int:
    """Exit status as README lists them; silent when all is well and no terminal watches."""
    escape_unencodable(sys.stdout, sys.stderr)
    options = _options(argv) if argv else None
    try:
        if options and options.files:
            return _import(options)
        return _show(options) if options and (options.demo or options.status or options.json) else _run(options)
    except ModuleNotFoundError as missing:
        from lib.cli import missing_package_hint  # noqa: PLC0415 - cron's runs need not load it

        print(missing_package_hint(missing), file=sys.stderr)
        return 78
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        if sys.stdout:
            _hush(sys.stdout)
        if isinstance(error, BrokenPipeError):  # `| head` has seen enough
            return 141
        print(f"Can't go on: {error}. Is the output full, or the working folder gone?", file=sys.stderr)
        return 74


def _show(options: "argparse.Namespace") -> int:
    """What a person asks for; a demo loads a stand-in of Spotify, which cron's runs do without."""
    out = sys.stdout or StringIO()
    if options.demo:
        from shutil import get_terminal_size  # noqa: PLC0415 - as the docstring says

        from lib.demo import WIDE, demo  # noqa: PLC0415 - as above

        status = demo(out, get_terminal_size((WIDE, 24)).columns)
    else:
        from lib.status import show  # noqa: PLC0415 - as above

        status = show(options.credentials.absolute(), os.environ, _now(), out, as_json=options.json)
    out.flush()
    return status


def _import(options: "argparse.Namespace") -> int:
    """The past from Spotify's export; a person's errand too."""
    from shutil import get_terminal_size  # noqa: PLC0415 - as for the demo

    from lib.importer import Console, Wishes, import_export  # noqa: PLC0415 - as above

    out, err = sys.stdout or StringIO(), sys.stderr or StringIO()
    console = Console(out, err, get_terminal_size().columns if err.isatty() else None)
    wishes = Wishes(options.private, options.dry_run, options.force, options.verbose, options.json)
    status = import_export(options.files, options.credentials.absolute(), os.environ, _now(), console, wishes)
    out.flush()
    return status


def _run(options: "argparse.Namespace | None") -> int:
    gc.disable()  # a run leaves hardly any garbage; looking for it took 5 % of its time
    from lib.runner import run_and_report  # noqa: PLC0415 - the demo and the status show bring their own
    from lib.spotify.transport import connect  # noqa: PLC0415 - as above

    path: Path = (options.credentials if options else HOME / "credentials.env").absolute()
    verbose = bool(options and options.verbose)
    terminal = sys.stdout is not None and sys.stdout.isatty()
    report = run_and_report(path, os.environ, connect, _now, terminal=terminal, verbose=verbose, say=_say)
    gc.freeze()  # nor need the interpreter look through all of it as it ends: 14 %
    return report.status


def _now() -> datetime:
    return datetime.now().astimezone()


def _say(report: "Report") -> None:
    """Prints it, or raises OSError."""
    for stream, lines in ((sys.stderr, report.err), (sys.stdout, report.out)):
        try:
            if lines and stream:
                print("\n".join(lines), file=stream, flush=True)
        except OSError:
            _hush(stream)
            raise


def _hush(stream: TextIO) -> None:
    """Lets what is still to be printed go nowhere, so that the interpreter's last flush doesn't complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _options(argv: list[str]) -> "argparse.Namespace":
    import argparse  # noqa: PLC0415 - cron gives no options, and should not pay for reading them

    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument(
        "--credentials", metavar="FILE", type=Path, default=HOME / "credentials.env", help="default: %(default)s"
    )
    parser.add_argument("--verbose", action="store_true", help="say what was seen and why it was logged or not")
    parser.add_argument("--status", action="store_true", help="say how the history is doing; asks Spotify nothing")
    parser.add_argument("--json", action="store_true", help="with --status or --import: for a program")
    parser.add_argument("--demo", action="store_true", help="live through an evening of listening, without an account")
    importing = parser.add_argument_group("the past, from Spotify's own export")
    importing.add_argument(
        "--import", metavar="FILE", type=Path, nargs="+", dest="files", help="the zip, or its folder"
    )
    importing.add_argument("--private", action="store_true", help="with --import: take private sessions too")
    importing.add_argument("--dry-run", action="store_true", help="with --import: say what it would do, write nothing")
    importing.add_argument("--force", action="store_true", help="with --import: even if it seems another account's")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
