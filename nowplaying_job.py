#!/usr/bin/env python3
"""Appends what Spotify says you play to history.log. cron runs it each minute; bootstrap_token.py comes first."""

import gc
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from lib.text import forgive

if TYPE_CHECKING:
    import argparse

    from lib.duty import Report

HOME = Path(__file__).resolve().parent


def main(argv: list[str]) -> int:
    """Exit status as README lists them; silent when all is well and no terminal watches."""
    forgive(sys.stdout, sys.stderr)
    options = _options(argv) if argv else None
    try:
        if options and options.demo:
            from shutil import get_terminal_size  # noqa: PLC0415 - nor this

            from lib.demo import WIDE, demo  # noqa: PLC0415 - a stand-in of Spotify, which cron's runs need not load

            return demo(sys.stdout, get_terminal_size((WIDE, 24)).columns)
        path: Path = (options.credentials if options else HOME / "credentials.env").absolute()
        if options and (options.status or options.json):
            from lib.status import show  # noqa: PLC0415 - as above

            return show(path, os.environ, _now(), sys.stdout, as_json=options.json)
        return _run(path, verbose=bool(options and options.verbose))
    except ModuleNotFoundError as missing:
        from lib.venv import advice  # noqa: PLC0415 - as above

        print(advice(missing), file=sys.stderr)
        return 78
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `| head` has seen enough; nor shall the interpreter's last flush complain
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def _run(path: Path, *, verbose: bool) -> int:
    gc.disable()  # a run leaves hardly any garbage; looking for it took 5 % of its time
    from lib.duty import attend  # noqa: PLC0415 - the demo and the status show bring their own
    from lib.spotify.transport import connect  # noqa: PLC0415 - as above

    terminal = sys.stdout is not None and sys.stdout.isatty()
    report = attend(path, os.environ, connect, _now, terminal=terminal, verbose=verbose, say=_say)
    gc.freeze()  # nor need the interpreter look through all of it as it ends: 14 %
    return report.status


def _now() -> datetime:
    return datetime.now().astimezone()


def _say(report: "Report") -> None:
    """Prints it, or raises OSError; what can't be printed is not tried again as the interpreter ends."""
    for stream, lines in ((sys.stderr, report.err), (sys.stdout, report.out)):
        try:
            if lines and stream:
                print("\n".join(lines), file=stream, flush=True)
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
            raise


def _options(argv: list[str]) -> "argparse.Namespace":
    import argparse  # noqa: PLC0415 - cron gives no options, and should not pay for reading them

    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument(
        "--credentials", metavar="FILE", type=Path, default=HOME / "credentials.env", help="default: %(default)s"
    )
    parser.add_argument("--verbose", action="store_true", help="say what was seen and why it was logged or not")
    parser.add_argument("--status", action="store_true", help="say how the history is doing; asks Spotify nothing")
    parser.add_argument("--json", action="store_true", help="with --status: for a monitor")
    parser.add_argument("--demo", action="store_true", help="live through an evening of listening, without an account")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
