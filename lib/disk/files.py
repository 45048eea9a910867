"""Reading, writing, appending and locking so that a kill, a full disk or another process loses nothing.

Every OSError leaves here as a DiskError that names the file and what to do. Private means mode 0600 from birth.
"""

import errno
import fcntl
import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lib.errors import DiskError
from lib.text import one_line

_PRIVATE = 0o600
_WRITE = os.O_CREAT | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC
_REMEDIES = {
    errno.ENOSPC: "Free some space on that disk: df -h {folder}",
    errno.EDQUOT: "Free some space in your quota: quota -s",
    errno.EROFS: "The file system is read-only; look for the reason: dmesg | tail",
    errno.EIO: "The disk fails; look at it: dmesg | tail",
    errno.EISDIR: "Move that folder away: mv {path} {path}.old",
    errno.ENOTDIR: "A part of that path is no folder; correct the path in credentials.env.",
    errno.EACCES: "Give yourself access: ls -ld {folder} {path}",
    errno.EPERM: "Give yourself access: ls -ld {folder} {path}",
}


def trouble(path: Path, doing: str, error: OSError) -> DiskError:
    """`error`, met while `doing` something to `path`, as the DiskError that a person can act on."""
    shown = one_line(str(path))
    folder = one_line(str(path.parent))
    if error.errno == errno.ENOENT and not path.parent.is_dir():
        remedy = f"Make the folder: mkdir -p {folder}"
    else:
        remedy = _REMEDIES.get(error.errno or 0, "See: ls -ld {folder} {path}")
        remedy = remedy.replace("{path}", shown).replace("{folder}", folder)
    return DiskError(f"Can't {doing} {shown}: {os.strerror(error.errno or 0)}.", remedy)


def read(path: Path) -> bytes | None:
    """The whole file; None when there is none. Raises DiskError."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise trouble(path, "read", error) from None


def owner_problem(path: Path) -> str | None:
    """In words, when the file belongs to another user, which no private file of ours should."""
    try:
        uid = path.stat().st_uid
    except OSError:
        return None
    if uid == os.geteuid():
        return None
    with suppress(KeyError):
        return f"it belongs to {pwd.getpwuid(uid).pw_name}"
    return f"it belongs to user id {uid}"


def others_can_read(path: Path) -> bool:
    """Whether group or others may read the file."""
    return bool(path.stat().st_mode & 0o077)


def temporary(path: Path) -> Path:
    """Where a new version of `path` is written before it takes the name. One per file: the lock keeps writers apart."""
    return path.with_name(path.name + ".tmp")


def check_folder(path: Path) -> None:
    """Raises DiskError when no file can be made beside `path`."""
    probe = path.with_name(f"{path.name}.probe")
    try:
        os.close(os.open(probe, _WRITE, _PRIVATE))
        probe.unlink()
    except OSError as error:
        raise trouble(path, "write", error) from None


class Replacement:
    """A file's next version: room for it is taken on the disk at once, the content comes with `save`.

    Reserving first means that a disk that is full, read-only or gone says so before anything irreplaceable is
    in hand. After `save` the file holds the new content whole, or the old; never less.
    """

    def __init__(self, path: Path, room: int = 0) -> None:
        """Opens the temporary file, private from birth, and fills `room` bytes with blanks. Raises DiskError."""
        self._path = path
        self._temporary = temporary(path)
        try:
            self._temporary.unlink(missing_ok=True)
            self._fd = os.open(self._temporary, _WRITE | os.O_EXCL, _PRIVATE)
            if room:
                _write_all(self._fd, b" " * room)
                os.fsync(self._fd)
        except OSError as error:
            self.abandon()
            raise trouble(path, "write", error) from None

    def save(self, content: bytes) -> None:
        """Puts `content` in the place of the file, durably. Raises DiskError.

        When only the last steps fail, the temporary file is left, whole, for `recover` to find.
        """
        try:
            os.lseek(self._fd, 0, os.SEEK_SET)
            _write_all(self._fd, content)
            os.ftruncate(self._fd, len(content))
            os.fsync(self._fd)
            os.replace(self._temporary, self._path)
            _sync_folder(self._path.parent)
        except OSError as error:
            raise trouble(self._path, "write", error) from None
        finally:
            self._close()

    def abandon(self) -> None:
        """Gives the room back; the file stays as it was."""
        self._close()
        with suppress(OSError):
            self._temporary.unlink(missing_ok=True)

    def _close(self) -> None:
        fd, self._fd = getattr(self, "_fd", -1), -1
        if fd >= 0:
            with suppress(OSError):
                os.close(fd)


def replace(path: Path, content: bytes) -> None:
    """Writes the file whole or not at all: beside it, synced, renamed, the folder synced. Raises DiskError."""
    Replacement(path).save(content)


def tail(path: Path, limit: int) -> bytes:
    """At most the last `limit` bytes of the file; none when there is no file. Raises DiskError."""
    try:
        with path.open("rb", buffering=0) as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - limit))
            return file.read(limit) or b""
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise trouble(path, "read", error) from None


def size(path: Path) -> int:
    """The file's size in bytes, 0 when there is none. Raises DiskError."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise trouble(path, "read", error) from None


def append(path: Path, content: bytes) -> int:
    """Adds `content` at the end, durably, all of it or none; returns the file's new size in bytes.

    A last line without its newline is completed first. Raises DiskError, the file as it was before.
    """
    try:
        created = not path.exists()
        fd = os.open(path, os.O_CREAT | os.O_RDWR | os.O_APPEND | os.O_CLOEXEC, _PRIVATE)
    except OSError as error:
        raise trouble(path, "write", error) from None
    try:
        before = os.fstat(fd).st_size
        if before and os.pread(fd, 1, before - 1) != b"\n":
            content = b"\n" + content
        try:
            _write_all(fd, content)
            os.fsync(fd)
        except OSError:
            with suppress(OSError):
                os.ftruncate(fd, before)
                os.fsync(fd)
            raise
        if created:
            _sync_folder(path.parent)
        return before + len(content)
    except OSError as error:
        raise trouble(path, "write", error) from None
    finally:
        os.close(fd)


class Lock:
    """A lock file, opened. It also carries a note: that can be written over in place when the disk is full."""

    ROOM = 4096

    def __init__(self, fd: int, held: bool) -> None:
        self._fd = fd
        self.held = held

    def note(self) -> bytes:
        """What was noted last; empty when nothing was."""
        return os.pread(self._fd, self.ROOM, 0).strip()

    def take_note(self, note: bytes) -> None:
        """Writes the note over the old one, always of one size; one that can't be kept is lost, no more."""
        with suppress(OSError):
            os.pwrite(self._fd, note[: self.ROOM].ljust(self.ROOM), 0)


@contextmanager
def lock(path: Path, *, wait: bool = False) -> Iterator[Lock]:
    """Holds the lock until the block ends or the process dies, however it dies. The file is never removed.

    When another process has it, waits, or gives a Lock that isn't `held`. Raises DiskError when it can't be made.
    """
    try:
        fd = _open_lock(path)
    except OSError as error:
        raise trouble(path, "write", error) from None
    try:
        yield Lock(fd, _flock(fd, wait))
    finally:
        os.close(fd)


def _flock(fd: int, wait: bool) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True


def _open_lock(path: Path) -> int:
    try:
        fd = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, _PRIVATE)
    except OSError as error:
        if error.errno != errno.EROFS:
            raise
        return os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)  # locks as well, but takes no note
    if os.fstat(fd).st_size == 0:
        Lock(fd, held=False).take_note(b"")  # the room is there from now on, whatever happens to the disk
    return fd


def _write_all(fd: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(fd, view) :]


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
