#!/usr/bin/env python3
"""Walks you through Spotify's consent and saves the refresh token. Run it by hand, twice a year."""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

HOME = Path(__file__).resolve().parent


def main(argv: list[str]) -> int:
    """Exit status as README lists them; one line on stderr says what is wrong and what mends it."""
    from lib.bootstrap import Console, bootstrap
    from lib.duty import failed
    from lib.spotify.transport import connect

    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--credentials", metavar="FILE", type=Path, default=HOME / "credentials.env")
    path = parser.parse_args(argv).credentials.absolute()
    console = Console(open(0, "rb", buffering=0, closefd=False), sys.stdout, sys.stderr)
    try:
        bootstrap(path, os.environ, connect, lambda: datetime.now(UTC), console)
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        report = failed(error, path)
        console.warn("\n".join(report.err))
        return report.status
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
