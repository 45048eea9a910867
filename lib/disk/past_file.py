"""history-past.log and the streams kept beside it: what earlier imports left, and how an import replaces it."""

import os
from pathlib import Path
from typing import NamedTuple

from lib import settings
from lib.disk import atomic_write, files
from lib.disk.lock import Lock
from lib.errors import BusyError, DiskError
from lib.text import one_line


class Contents(NamedTuple):
    """Of both files; None for a file that isn't there. streams: as `kept` encodes them."""

    past: bytes | None
    streams: bytes | None


class PastFile:
    """The past of one log. A lock of its own keeps two imports apart; nothing is locked before there is a change."""

    def __init__(self, log: Path) -> None:
        self.path = Path(os.path.realpath(settings.past(log)))  # resolve() raises RuntimeError on a loop
        self._streams = self.path.with_name(f"{self.path.stem}.streams")

    def read(self) -> Contents:
        """What earlier imports left. Raises DiskError."""
        for path in (self.path, self._streams):
            if files.is_odd(path):
                raise DiskError(f"{one_line(path)} isn't a regular file.", "Move it away.")
        return Contents(files.read(self.path), files.read(self._streams))

    def replace(self, before: Contents, after: Contents) -> None:
        """Writes what changed. Raises DiskError; BusyError if `before` isn't what is there any more.

        The past comes first: if the second write doesn't happen, the next import still finds all that the first one
        replaced.
        """
        with Lock(self.path.with_name(f"{self.path.name}.lock")) as lock:
            lock.take()
            if self.read() != before:
                raise BusyError("Another import changed the past meanwhile.", "Try again.")
            for path, old, new in zip((self.path, self._streams), before, after, strict=True):
                if new is not None and new != old:
                    atomic_write.replace(path, new)
