"""Reads and appends so that a kill or a full disk loses nothing.

Every OSError becomes a DiskError that names the file and what to do. Private means mode 0600 from birth.
"""

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lib.errors import DiskError
from lib.text import for_shell, one_line

PRIVATE = 0o600
_REMEDIES = {
    errno.ENOSPC: "Free some space on that disk: df -h {folder}",
    errno.EDQUOT: "Free some space in your quota: quota -s",
    errno.EFBIG: "The file may not grow any more; see the limit: ulimit -f",
    errno.EROFS: "Find out why the file system is read-only: dmesg | tail",
    errno.EIO: "The disk is failing; see: dmesg | tail",
    errno.ENOTDIR: "A part of that path isn't a folder; correct the path.",
    errno.ELOOP: "It must not be a symbolic link; see: ls -l {path}",
    errno.ENOLCK: "Its file system can't lock files; move credentials.env to a local disk.",
    errno.EACCES: "Make both yours, as root: chown {user} {folder} {path}",
    errno.EPERM: "Make both yours, as root: chown {user} {folder} {path}",
}


@contextmanager
def disk_errors(path: Path, doing: str) -> Iterator[None]:
    """A block in which each OSError is raised as the DiskError that says what couldn't be done to `path`."""
    try:
        yield
    except OSError as error:
        raise disk_error(path, doing, error) from None


def disk_error(path: Path, doing: str, error: OSError) -> DiskError:
    """The DiskError for an `error` that came up while `doing` something to `path`: what is wrong and how to fix it."""
    remedy = _REMEDIES.get(error.errno or 0, "See: ls -ld {folder} {path}")
    if error.errno == errno.ENOENT and not os.path.isdir(path.parent):
        remedy = "Create the folder: mkdir -p {folder}"
    remedy = remedy.format(user=os.geteuid(), path=for_shell(path), folder=for_shell(path.parent))
    why = os.strerror(error.errno) if error.errno else "its content is damaged"  # Python's modules give no number
    return DiskError(f"Can't {doing} {one_line(path)}: {why}.", remedy)


def read(path: Path, last: int | None = None) -> bytes | None:
    """The file, or at most its `last` bytes; None if there's none. Raises DiskError."""
    with disk_errors(path, "read"):
        try:
            with path.open("rb") as file:
                if last is not None:
                    file.seek(max(0, file.seek(0, os.SEEK_END) - last))
                return file.read(last)
        except FileNotFoundError:
            return None


def size(path: Path) -> int:
    """The file's size in bytes, 0 if there's no file. Raises DiskError."""
    with disk_errors(path, "read"):
        try:
            return path.stat().st_size
        except FileNotFoundError:
            return 0


def is_foreign(path: Path) -> bool:
    """Whether the file belongs to another user, who could have written anything into it."""
    return os.path.exists(path) and path.stat().st_uid != os.geteuid()


def is_odd(path: Path) -> bool:
    """Whether it's a folder, or a pipe or a device, where reading could block forever and replacing destroy it."""
    return os.path.exists(path) and not os.path.isfile(path)


def is_one_of(path: Path, others: Iterable[Path]) -> bool:
    """Whether the path leads to one of the others, also through links."""
    return os.path.realpath(path) in map(os.path.realpath, others)


def readable_by_others(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Those of the files that group or others may read."""
    return tuple(path for path in paths if os.path.exists(path) and path.stat().st_mode & 0o077)


def append(path: Path, content: bytes) -> int:
    """Adds all of `content` at the end, durably, or nothing; returns the file's new size in bytes.

    A last line without its newline gets one first, so nothing is ever cut off or joined. Raises DiskError, and then
    no part of `content` is left, unless the disk refuses to truncate the file again.
    """
    with disk_errors(path, "write"):
        created = not os.path.lexists(path)
        with opened(path, os.O_CREAT | os.O_RDWR | os.O_APPEND) as fd:
            before = os.fstat(fd).st_size
            if before and os.pread(fd, 1, before - 1) != b"\n":
                content = b"\n" + content
            try:
                write_all(fd, content)
                os.fsync(fd)
            except OSError:
                with suppress(OSError):
                    os.ftruncate(fd, before)
                raise
        if created:
            sync(path.parent)
    return before + len(content)


@contextmanager
def opened(path: Path, flags: int) -> Iterator[int]:
    """The file's descriptor, which is closed after the block. A new file is private. Raises OSError."""
    fd = os.open(path, flags, PRIVATE)
    try:
        yield fd
    finally:
        os.close(fd)


def write_all(fd: int, content: bytes) -> None:
    """Writes it all, however many writes that takes. Raises OSError."""
    view = memoryview(content)
    while view:
        view = view[os.write(fd, view) :]


def sync(path: Path) -> None:
    """Makes durable what a file holds, or which names a folder has. Raises OSError."""
    with opened(path, os.O_RDONLY) as fd:
        os.fsync(fd)
