"""A file's next version, which takes its place whole or not at all.

It's written to a temporary file, one for each file, because the lock keeps writers apart.
"""

import os
from contextlib import suppress
from pathlib import Path

from lib.disk.files import disk_errors, opened, sync, write_all
from lib.errors import DiskError


def temporary(path: Path) -> Path:
    """Where the next version of `path` is written."""
    return path.with_name(path.name + ".tmp")


def reserve(path: Path, room: int) -> None:
    """Takes room for the next version, so a disk that is full, read-only or gone says so in time. Raises DiskError."""
    try:
        with disk_errors(path, "write"):
            _write(path, b" " * room, new=True)
    except DiskError:
        discard(path)
        raise


def save(path: Path, content: bytes, *, reserved: bool = False) -> None:
    """Replaces the file with `content`, durably. `reserved`: in the room of `reserve`. Raises DiskError.

    When only the last steps fail, the temporary file stays, whole, for `adopt`.
    """
    with disk_errors(path, "write"):
        try:
            _write(path, content, new=not reserved)
        except OSError:
            _write(path, content, new=not reserved)  # once more, as there may be no other copy of a new token
        _take_name(path)


def replace(path: Path, content: bytes) -> None:
    """Writes all of the file or nothing, and leaves nothing else behind. Raises DiskError."""
    try:
        save(path, content)
    except DiskError:
        discard(path)
        raise


def adopt(path: Path) -> None:
    """Finishes what an interrupted `save` left. Raises DiskError."""
    with disk_errors(path, "write"):
        sync(temporary(path))
        _take_name(path)


def discard(path: Path) -> None:
    """Removes what an interrupted `save` left. Raises nothing, because it's in nobody's way."""
    with suppress(OSError):
        temporary(path).unlink()


def _write(path: Path, content: bytes, *, new: bool) -> None:
    if new:
        temporary(path).unlink(missing_ok=True)
    how = os.O_CREAT | os.O_EXCL if new else 0
    with opened(temporary(path), how | os.O_WRONLY | os.O_NOFOLLOW) as fd:
        write_all(fd, content)
        os.ftruncate(fd, len(content))
        os.fsync(fd)


def _take_name(path: Path) -> None:
    os.replace(temporary(path), path)
    sync(path.parent)
