"""A file's next version, which takes its place whole or not at all."""

import os
from contextlib import suppress
from pathlib import Path

from lib.disk.files import PRIVATE, sync_folder, write_all
from lib.disk.os_errors import disk_error
from lib.errors import DiskError

_NEW = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC


def temporary(path: Path) -> Path:
    """Where a new version of `path` is written before it takes the name. One per file: the lock keeps writers apart."""
    return path.with_name(path.name + ".tmp")


class Replacement:
    """A file's next version: room for it is taken on the disk at once, the content comes with `save`.

    Reserving first means that a disk that is full, read-only or gone says so before anything irreplaceable is
    in hand. After `save` the file holds the new content whole, or the old; never less.
    """

    def __init__(self, path: Path, room: int = 0) -> None:
        """Opens the temporary file, private from birth, and fills `room` bytes with blanks. Raises DiskError."""
        self._path = path
        self._temporary = temporary(path)
        self._fd = -1
        try:
            self._temporary.unlink(missing_ok=True)
            self._fd = os.open(self._temporary, _NEW, PRIVATE)
            if room:
                write_all(self._fd, b" " * room)
                os.fsync(self._fd)
        except OSError as error:
            self.abandon()
            raise disk_error(path, "write", error) from None

    def save(self, content: bytes) -> None:
        """Puts `content` in the place of the file, durably. Raises DiskError.

        When only the last steps fail, the temporary file is left, whole, for `adopt`.
        """
        try:
            os.lseek(self._fd, 0, os.SEEK_SET)
            write_all(self._fd, content)
            os.ftruncate(self._fd, len(content))
            os.fsync(self._fd)
            os.replace(self._temporary, self._path)
            sync_folder(self._path.parent)
        except OSError as error:
            raise disk_error(self._path, "write", error) from None
        finally:
            self._close()

    def abandon(self) -> None:
        """Gives the room back; the file stays as it was."""
        self._close()
        with suppress(OSError):
            self._temporary.unlink()

    def _close(self) -> None:
        fd, self._fd = self._fd, -1
        if fd >= 0:
            with suppress(OSError):
                os.close(fd)


def replace(path: Path, content: bytes) -> None:
    """Writes the file whole or not at all, and leaves nothing else behind. Raises DiskError."""
    replacement = Replacement(path)
    try:
        replacement.save(content)
    except DiskError:
        replacement.abandon()
        raise


def adopt(path: Path) -> None:
    """Finishes what an interrupted `save` left: the temporary file takes the name. Raises DiskError."""
    try:
        fd = os.open(temporary(path), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
        os.replace(temporary(path), path)
        sync_folder(path.parent)
    except OSError as error:
        raise disk_error(path, "write", error) from None


def discard(path: Path) -> None:
    """Removes what an interrupted `save` left. Raises nothing: it is in nobody's way."""
    if os.path.lexists(temporary(path)):
        with suppress(OSError):
            temporary(path).unlink()
