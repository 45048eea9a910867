#!/usr/bin/env python3
"""Appends what Spotify says you play to history.log. cron runs it each minute; bootstrap_token.py comes first."""

import os
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    import argparse

HOME = Path(__file__).resolve().parent


def main(argv: list[str]) -> int:
    """Exit status as README lists them; silent when all is well and no terminal watches."""
    options = _options(argv) if argv else None
    path: Path = (options.credentials if options else HOME / "credentials.env").absolute()
    if options and options.demo:
        from lib.demo import demo

        return demo(sys.stdout)
    if options and (options.status or options.json):
        from lib.status import show

        return show(path, os.environ, datetime.now(UTC), sys.stdout, as_json=options.json)

    from lib.duty import attend
    from lib.spotify.transport import connect

    verbose = bool(options and options.verbose)
    terminal = sys.stdout.isatty()
    report = attend(path, os.environ, connect, lambda: datetime.now(UTC), terminal=terminal, verbose=verbose)
    for stream, lines in ((sys.stderr, report.err), (sys.stdout, report.out)):
        if lines:
            _print(stream, lines)
    return report.status


def _print(stream: TextIO, lines: Iterable[str]) -> None:
    text = "\n".join(lines) + "\n"
    encoding = stream.encoding or "utf-8"  # a locale without UTF-8 must not lose a warning
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()


def _options(argv: list[str]) -> "argparse.Namespace":
    import argparse  # cron gives no options, and should not pay for reading them

    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--credentials", metavar="FILE", type=Path, default=HOME / "credentials.env")
    parser.add_argument("--verbose", action="store_true", help="say what was seen and why it was logged or not")
    parser.add_argument("--status", action="store_true", help="say how the history is doing; asks Spotify nothing")
    parser.add_argument("--json", action="store_true", help="with --status: for a monitor")
    parser.add_argument("--demo", action="store_true", help="live through an evening of listening, without an account")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
