#!/usr/bin/env python3
"""Asks for Spotify's consent and saves the token.

Run it by hand, twice a year.
"""

import sys

try:
    import argparse
    import os
    from functools import partial
    from io import RawIOBase
    from pathlib import Path
    from shutil import get_terminal_size
    from typing import TYPE_CHECKING

    from lib.cli import guarded, now

    if TYPE_CHECKING:
        from lib.console import Console
except KeyboardInterrupt:
    sys.exit(130)

EXAMPLES = """\
examples, from the folder of the program:
  .venv/bin/python bootstrap_token.py
  .venv/bin/python bootstrap_token.py --no-browser

To run it on another machine, connect with
  ssh -L 8888:127.0.0.1:8888 me@raspberrypi
Then you can agree in the browser here, and don't need to
paste anything.

README.md lists the exit statuses.
"""


def main(argv: list[str]) -> int:
    """Exit status as README lists them; one line on stderr says what is wrong and how to fix it."""
    options = _options(argv)
    from lib.bootstrap import bootstrap  # noqa: PLC0415 - a missing package is reported, and so is Ctrl-C
    from lib.options import act  # noqa: PLC0415 - as above
    from lib.spotify.transport import connect  # noqa: PLC0415 - as above

    path: Path = options.credentials.absolute()
    console = _console(path, may_browse=not options.no_browser)
    try:
        return act(partial(bootstrap, path, os.environ, connect, now, console), path)
    except KeyboardInterrupt:
        console.end_prompt()
        raise


def _console(path: Path, *, may_browse: bool) -> "Console":
    from lib.browser import has_desktop, open_address  # noqa: PLC0415 - as above
    from lib.console import WIDEST, Console  # noqa: PLC0415 - as above

    pasted = _pasted()
    desktop = may_browse and pasted.isatty() and has_desktop(os.environ, sys.platform)
    columns = get_terminal_size((WIDEST, 24)).columns
    browse = partial(open_address, page=path.with_name(f"{path.name}.html")) if desktop else None
    return Console(pasted, sys.stdout, sys.stderr, columns, browse)


def _options(argv: list[str]) -> argparse.Namespace:
    from lib.options import add_common, empty_parser  # noqa: PLC0415 - Ctrl-C is quiet from here on

    parser = empty_parser(str(__doc__), EXAMPLES)
    group = parser.add_argument_group("the consent")
    group.add_argument("--no-browser", action="store_true", help="print the address and don't open a browser")
    add_common(parser, "as with nowplaying_job.py")
    return parser.parse_args(argv)


def _pasted() -> RawIOBase:
    """The standard input, unbuffered; one that is closed has ended."""
    try:
        return open(0, "rb", buffering=0, closefd=False)
    except OSError:
        return Path(os.devnull).open("rb", buffering=0)


if __name__ == "__main__":
    sys.exit(guarded(main))
