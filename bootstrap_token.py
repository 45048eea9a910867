#!/usr/bin/env python3
"""Asks for Spotify's consent and saves the token. Run it by hand, twice a year."""

import signal

signal.signal(signal.SIGINT, signal.SIG_DFL)  # no traceback for Ctrl-C during the imports

import argparse
import os
import sys
from datetime import datetime
from io import RawIOBase
from pathlib import Path
from shutil import get_terminal_size

from lib import __version__
from lib.cli import escape_unencodable, missing_package_hint

try:
    from lib.bootstrap import bootstrap
    from lib.browser import has_desktop, open_address
    from lib.console import WIDEST, Console
    from lib.runner import failed
    from lib.spotify.transport import connect
except ModuleNotFoundError as missing:
    print(missing_package_hint(missing), file=sys.stderr)
    sys.exit(78)

HOME = Path(__file__).resolve().parent
EXAMPLES = """\
examples:
  .venv/bin/python bootstrap_token.py
      for the credentials.env beside this script
  .venv/bin/python bootstrap_token.py --credentials ~/other/credentials.env
      for another account: each has its own folder
  ssh -L 8888:127.0.0.1:8888 me@raspberrypi
      to run it there and agree in the browser here: then you don't have to
      paste anything

README.md explains the exit status.
"""


def main(argv: list[str]) -> int:
    """Exit status as README lists them; one line on stderr says what is wrong and how to fix it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    options = _options(argv)
    escape_unencodable(sys.stdout, sys.stderr)
    console = _console(may_browse=not options.no_browser)
    path: Path = options.credentials
    try:
        path = path.absolute()
        bootstrap(path, os.environ, connect, _now, console)
    except KeyboardInterrupt:
        console.end_prompt()
        return 130
    except OSError as error:  # every other one is a DiskError or a PassingError by now
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        print(f"Can't go on: {error}. Can nobody read the output, or is the working folder gone?", file=sys.stderr)
        return 74
    except Exception as error:  # noqa: BLE001 - what nobody expected is a bug, and is reported as one
        report = failed(error, path)
        console.warn("\n".join(report.err))
        return report.status
    return 0


def _console(*, may_browse: bool) -> Console:
    pasted = _pasted()
    desktop = may_browse and pasted.isatty() and has_desktop(os.environ, sys.platform)
    columns = get_terminal_size((WIDEST, 24)).columns
    return Console(pasted, sys.stdout, sys.stderr, columns, open_address if desktop else None)


def _options(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog=EXAMPLES,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--credentials",
        metavar="FILE",
        type=Path,
        default=HOME / "credentials.env",
        help="the app's id and secret, and your settings (default: %(default)s)",
    )
    parser.add_argument("--no-browser", action="store_true", help="print the address and don't open a browser")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    return parser.parse_args(argv)


def _now() -> datetime:
    return datetime.now().astimezone()


def _pasted() -> RawIOBase:
    """The standard input, unbuffered; one that is closed has ended."""
    try:
        return open(0, "rb", buffering=0, closefd=False)
    except OSError:
        return Path(os.devnull).open("rb", buffering=0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
