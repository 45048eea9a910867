#!/usr/bin/env python3
"""Walks you through Spotify's consent and saves the refresh token. Run it by hand, twice a year."""

import argparse
import os
import sys
from datetime import datetime
from io import RawIOBase
from pathlib import Path

from lib.cli import escape_unencodable, missing_package_hint

try:
    from lib.bootstrap import Console, bootstrap
    from lib.runner import failed
    from lib.spotify.transport import connect
except ModuleNotFoundError as missing:
    print(missing_package_hint(missing), file=sys.stderr)
    sys.exit(78)

HOME = Path(__file__).resolve().parent


def main(argv: list[str]) -> int:
    """Exit status as README lists them; one line on stderr says what is wrong and how to fix it."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument(
        "--credentials", metavar="FILE", type=Path, default=HOME / "credentials.env", help="default: %(default)s"
    )
    path: Path = parser.parse_args(argv).credentials
    escape_unencodable(sys.stdout, sys.stderr)
    try:
        path = path.absolute()
        with _pasted() as pasted:
            bootstrap(path, os.environ, connect, _now, Console(pasted, sys.stdout, sys.stderr))
    except KeyboardInterrupt:
        return 130
    except OSError as error:  # every other one is a DiskError or a PassingError by now
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        print(f"Can't go on: {error}. Can nobody read the output, or is the working folder gone?", file=sys.stderr)
        return 74
    except Exception as error:  # noqa: BLE001 - what nobody expected is a bug, and is reported as one
        report = failed(error, path)
        print("\n".join(report.err), file=sys.stderr)
        return report.status
    return 0


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
