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
    """A file's next version. Room for it is reserved at once, the content comes with `save`.

    So a disk that is full, read-only or gone says so before anything irreplaceable is in hand. After `save` the file
    holds all of the new content, or all of the old.
    """

    def __init__(self, path: Path, room: int = 0) -> None:
        """Opens the temporary file, private from birth, and fills `room` bytes with blanks. Raises DiskError."""
        self._path = path
        self._fd = -1
        try:
            temporary(path).unlink(missing_ok=True)
            self._fd = os.open(temporary(path), _NEW, PRIVATE)
            if room:
                write_all(self._fd, b" " * room)
                os.fsync(self._fd)
        except OSError as error:
            self.abandon()
            raise disk_error(path, "write", error) from None

    def save(self, content: bytes) -> None:
        """Replaces the file with `content`, durably. Raises DiskError.

        When only the last steps fail, the temporary file stays, whole, for `adopt`.
        """
        fd, self._fd = self._fd, -1
        try:
            try:
                _fill(fd, content)
            except OSError:
                _fill(fd, content)  # once more, because there may be no other copy of a new token
            finally:
                os.close(fd)
            _take_name(self._path)
        except OSError as error:
            raise disk_error(self._path, "write", error) from None

    def abandon(self) -> None:
        """Gives the room back if it wasn't used; the file stays as it was. Raises nothing."""
        if self._fd >= 0:
            with suppress(OSError):
                os.close(self._fd)
            self._fd = -1
            discard(self._path)


def replace(path: Path, content: bytes) -> None:
    """Writes all of the file or nothing, and leaves nothing else behind. Raises DiskError."""
    try:
        Replacement(path).save(content)
    except DiskError:
        discard(path)
        raise


def adopt(path: Path) -> None:
    """Finishes what an interrupted `save` left: the temporary file takes the name. Raises DiskError."""
    try:
        fd = os.open(temporary(path), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
        _take_name(path)
    except OSError as error:
        raise disk_error(path, "write", error) from None


def discard(path: Path) -> None:
    """Removes what an interrupted `save` left. Raises nothing, because it's in nobody's way."""
    if os.path.lexists(temporary(path)):
        with suppress(OSError):
            temporary(path).unlink()


def _fill(fd: int, content: bytes) -> None:
    os.lseek(fd, 0, os.SEEK_SET)
    write_all(fd, content)
    os.ftruncate(fd, len(content))
    os.fsync(fd)


def _take_name(path: Path) -> None:
    os.replace(temporary(path), path)
    sync_folder(path.parent)
