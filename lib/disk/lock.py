"""One run at a time, and a note from each run to the next, which a full disk can't prevent."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import Self

from lib.alerts import ROOM
from lib.disk import files
from lib.disk.files import disk_errors
from lib.errors import BusyError, DiskError
from lib.text import for_shell


class Lock:
    """A lock file, open for the length of a `with` block. It's never removed, and it's unlocked however we die."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fd = -1
        self._problem: DiskError | None = None

    def __enter__(self) -> Self:
        """Opens the file, which can fail: then `take` raises, and no note is kept.

        A new file is filled up, so that a note always fits, even on a full disk.
        """
        try:
            with disk_errors(self._path, "write"):
                self._fd = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, files.PRIVATE)
            if files.size(self._path) < ROOM:
                self.note(read_note(self._path))
        except DiskError as problem:
            self._problem = problem
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):  # it may never have been opened
            os.close(self._fd)

    def take(self, *, wait: bool = False) -> None:
        """Holds the lock until the block ends, at once or after a wait. Raises BusyError, DiskError."""
        if self._problem:
            raise self._problem
        with disk_errors(self._path, "lock"):
            try:
                fcntl.flock(self._fd, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                stop = f"Try again in a minute. If it never ends, stop it: fuser -k {for_shell(self._path)}"
                raise BusyError("Another run hasn't finished yet.", stop) from None

    def note(self, note: bytes) -> None:
        """Replaces the note. Raises nothing: a note that's lost only means that something is reported again."""
        with suppress(OSError):
            os.pwrite(self._fd, note[:ROOM].ljust(ROOM), 0)


def read_note(path: Path) -> bytes:
    """The last note in the lock file; empty if there's none."""
    with suppress(DiskError):
        return (files.read(path, ROOM) or b"").strip()
    return b""
