"""A Spotify listening history in a plain file: everything behind the two scripts.

Arrows between modules go down only; lib/README.md draws them and `tests/test_house.py` holds them.
"""

import sys

__version__ = "2.0.0"

if sys.version_info < (3, 11):  # noqa: UP036 - said before anything is imported that an older one can't read
    version = ".".join(map(str, sys.version_info[:2]))
    print(f"Python 3.11 or later is needed; {sys.executable} is {version}.", file=sys.stderr)
    sys.exit(78)
