"""A last place to write to when the folder itself takes nothing: a private file in /tmp or in memory.

A full or read-only disk must not make the program forget that it has spoken, nor lose a token that exists nowhere else.
Both places are open to all users, so only a file that is ours, private and nobody's link is read or written.
"""

import os
import stat
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from lib.disk.files import PRIVATE, write_all

FOLDERS = ("/tmp", "/dev/shm")  # noqa: S108 - see above; memory comes second, for logging out may clear it
_MOST = 128 * 1024
_SAFE = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def read(path: Path) -> bytes:
    """What was written last in the stead of `path`; empty for nothing."""
    found = []
    for place in _places(path):
        with suppress(OSError):
            fd = os.open(place, os.O_RDONLY | _SAFE)
            try:
                if _ours(fd):
                    found.append((os.fstat(fd).st_mtime_ns, os.pread(fd, _MOST, 0)))
            finally:
                os.close(fd)
    return max(found, default=(0, b""))[1]


def write(path: Path, content: bytes) -> Path | None:
    """Keeps `content` in the stead of `path`, all of it or nothing; returns where, None when no place takes it."""
    for place in _places(path):
        try:
            if _written(place, content):
                return place
        except OSError:
            _forget(place)  # half a note may stand there
    return None


def drop(path: Path) -> None:
    """Forgets what was written in the stead of `path`; raises nothing."""
    for place in _places(path):
        _forget(place)


def _forget(place: Path) -> None:
    if os.path.lexists(place):
        with suppress(OSError):
            place.unlink()


def _written(place: Path, content: bytes) -> bool:
    fd = os.open(place, os.O_CREAT | os.O_WRONLY | _SAFE, PRIVATE)
    try:
        if not _ours(fd):
            return False
        write_all(fd, content)
        os.ftruncate(fd, len(content))
        os.fsync(fd)
    finally:
        os.close(fd)
    return True


def _places(path: Path) -> list[Path]:
    name = f"nowplaying-{os.geteuid()}-{blake2b(os.fsencode(path), digest_size=12).hexdigest()}"
    return [Path(folder, name) for folder in FOLDERS]


def _ours(fd: int) -> bool:
    found = os.fstat(fd)
    private = stat.S_ISREG(found.st_mode) and not found.st_mode & 0o077
    return private and found.st_uid == os.geteuid() and found.st_nlink == 1
