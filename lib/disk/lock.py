"""One run at a time, and the one line that a run leaves for the next even when the disk is full."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from lib.disk import files, refuge
from lib.disk.os_errors import disk_error
from lib.errors import DiskError


class Note:
    """A note kept in the lock file, which is written over in place and so takes it on a full disk too.

    Where it can't be kept there, the refuge has it. Nothing here raises: a note lost costs a repeated line, no more.
    """

    ROOM = 4096

    def __init__(self, path: Path, fd: int | None = None) -> None:
        """`fd`: the lock file, open; None to read only, or when it can't be opened."""
        self._path = path
        self._fd = fd

    def read(self) -> bytes:
        """What was noted last; empty when nothing was."""
        with suppress(DiskError):
            return (refuge.read(self._path) or files.tail(self._path, self.ROOM)).strip()
        return b""

    def write(self, note: bytes) -> None:
        """Writes the note over the old one, always of one size."""
        if self._fd is not None and self._overwritten(self._fd, note):
            refuge.drop(self._path)
        else:
            refuge.write(self._path, note)

    def _overwritten(self, fd: int, note: bytes) -> bool:
        with suppress(OSError):
            return os.pwrite(fd, note[: self.ROOM].ljust(self.ROOM), 0) == self.ROOM
        return False


class Lock(NamedTuple):
    """A lock file, opened: whether it is held, and its note."""

    held: bool
    note: Note


@contextmanager
def lock(path: Path, *, wait: bool = False) -> Iterator[Lock]:
    """Holds the lock until the block ends or the process dies, however it dies. The file is never removed.

    When another process has it, waits, or gives a Lock that isn't `held`. Raises DiskError when it can't be made.
    """
    try:
        fd = _open(path)
    except OSError as error:
        raise disk_error(path, "write", error) from None
    try:
        yield Lock(_taken(path, fd, wait), Note(path, fd))
    finally:
        os.close(fd)


def _taken(path: Path, fd: int, wait: bool) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except OSError as error:
        raise disk_error(path, "lock", error) from None
    return True


def _open(path: Path) -> int:
    fd = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, files.PRIVATE)
    if os.fstat(fd).st_size == 0:
        with suppress(OSError):
            os.pwrite(fd, b" " * Note.ROOM, 0)  # the room is there from now on, whatever happens to the disk
    return fd
