#!/usr/bin/env python3
"""Asks for Spotify's consent and saves the token. Run it by hand, twice a year."""

import sys

try:
    import argparse
    import os
    from functools import partial
    from io import RawIOBase
    from pathlib import Path
    from shutil import get_terminal_size
    from typing import TYPE_CHECKING

    from lib import __version__
    from lib.cli import HOME, guarded, now

    if TYPE_CHECKING:
        from lib.console import Console
except KeyboardInterrupt:
    sys.exit(130)

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
    options = _options(argv)
    from lib.bootstrap import bootstrap  # noqa: PLC0415 - a missing package is reported, and so is Ctrl-C
    from lib.runner import failed  # noqa: PLC0415 - as above
    from lib.spotify.transport import connect  # noqa: PLC0415 - as above

    path: Path = options.credentials.absolute()
    console = _console(path, may_browse=not options.no_browser)
    try:
        bootstrap(path, os.environ, connect, now, console)
    except KeyboardInterrupt:
        console.end_prompt()
        raise
    except OSError:
        raise  # of the output: every other one is a ProgramError by now
    except Exception as error:  # noqa: BLE001 - what nobody expected is a bug, and is reported as one
        report = failed(error, path)
        console.warn("\n".join(report.err))
        return report.status
    return 0


def _console(path: Path, *, may_browse: bool) -> "Console":
    from lib.browser import has_desktop, open_address  # noqa: PLC0415 - as above
    from lib.console import WIDEST, Console  # noqa: PLC0415 - as above

    pasted = _pasted()
    desktop = may_browse and pasted.isatty() and has_desktop(os.environ, sys.platform)
    columns = get_terminal_size((WIDEST, 24)).columns
    browse = partial(open_address, page=path.with_name(f"{path.name}.html")) if desktop else None
    return Console(pasted, sys.stdout, sys.stderr, columns, browse)


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


def _pasted() -> RawIOBase:
    """The standard input, unbuffered; one that is closed has ended."""
    try:
        return open(0, "rb", buffering=0, closefd=False)
    except OSError:
        return Path(os.devnull).open("rb", buffering=0)


if __name__ == "__main__":
    sys.exit(guarded(main))
