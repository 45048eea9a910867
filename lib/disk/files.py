"""Reads and appends so that a kill or a full disk loses nothing.

Every OSError becomes a DiskError that names the file and what to do. Private means mode 0600 from birth.
"""

import os
import pwd
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from lib.disk.os_errors import disk_error

PRIVATE = 0o600


def read(path: Path) -> bytes | None:
    """The whole file; None if there's none. Raises DiskError."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise disk_error(path, "read", error) from None


def owner_problem(path: Path) -> str | None:
    """Says whose the file is if it belongs to another user, who could have written anything into it."""
    try:
        uid = path.stat().st_uid
    except OSError:
        return None
    if uid == os.geteuid():
        return None
    with suppress(KeyError):
        return f"it belongs to {pwd.getpwuid(uid).pw_name}"
    return f"it belongs to user id {uid}"


def is_odd(path: Path) -> bool:
    """Whether it's a pipe, a device or the like: reading it could block forever, and replacing it would destroy it."""
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def is_one_of(path: Path, others: Iterable[Path]) -> bool:
    """Whether the path leads to one of the others, also through links."""
    return os.path.realpath(path) in map(os.path.realpath, others)


def readable_by_others(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Those of the files that group or others may read."""
    return tuple(path for path in paths if os.path.exists(path) and path.stat().st_mode & 0o077)


def check_room(path: Path, room: int) -> None:
    """Raises DiskError if no file of `room` bytes can be created next to `path`."""
    probe = path.with_name(f"{path.name}.probe")
    try:
        fd = os.open(probe, os.O_CREAT | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC, PRIVATE)
        try:
            write_all(fd, b" " * room)
            os.fsync(fd)
        finally:
            os.close(fd)
            probe.unlink()
    except OSError as error:
        raise disk_error(path, "write", error) from None


def tail(path: Path, limit: int) -> bytes:
    """At most the last `limit` bytes of the file; none if there's no file. Raises DiskError."""
    try:
        with path.open("rb", buffering=0) as file:
            length = file.seek(0, os.SEEK_END)
            file.seek(max(0, length - limit))
            return file.read(limit) or b""
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise disk_error(path, "read", error) from None


def size(path: Path) -> int:
    """The file's size in bytes, 0 if there's no file. Raises DiskError."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise disk_error(path, "read", error) from None


def append(path: Path, content: bytes) -> int:
    """Adds all of `content` at the end, durably, or nothing; returns the file's new size in bytes.

    A last line without its newline gets one first, so nothing is ever cut off or joined. Raises DiskError, and then
    no part of `content` is left, unless the disk refuses to truncate the file again.
    """
    try:
        created = not os.path.lexists(path)
        fd = os.open(path, os.O_CREAT | os.O_RDWR | os.O_APPEND | os.O_CLOEXEC, PRIVATE)
        try:
            after = _append(fd, content)
        finally:
            os.close(fd)
        if created:
            sync_folder(path.parent)
    except OSError as error:
        raise disk_error(path, "write", error) from None
    return after


def write_all(fd: int, content: bytes) -> None:
    """Writes it all, however many writes that takes. Raises OSError."""
    view = memoryview(content)
    while view:
        view = view[os.write(fd, view) :]


def sync_folder(folder: Path) -> None:
    """Makes the names in the folder durable. Raises OSError."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _append(fd: int, content: bytes) -> int:
    before = os.fstat(fd).st_size
    if before and os.pread(fd, 1, before - 1) != b"\n":
        content = b"\n" + content
    try:
        write_all(fd, content)
        os.fsync(fd)
    except OSError:
        with suppress(OSError):
            os.ftruncate(fd, before)
            os.fsync(fd)
        raise
    return before + len(content)
