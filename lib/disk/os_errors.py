"""An OSError as a message: what we couldn't do to which file, and how to fix it."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lib.errors import DiskError
from lib.text import for_shell, one_line

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
