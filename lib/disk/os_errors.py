"""An OSError in words: what could not be done to which file, and the command that helps."""

import errno
import os
from pathlib import Path

from lib.errors import DiskError
from lib.text import for_shell, one_line

_REMEDIES = {
    errno.ENOSPC: "Free some space on that disk: df -h {folder}",
    errno.EDQUOT: "Free some space in your quota: quota -s",
    errno.EFBIG: "The file may not grow; see the limit: ulimit -f",
    errno.EROFS: "The file system is read-only; look for the reason: dmesg | tail",
    errno.EIO: "The disk fails; look at it: dmesg | tail",
    errno.EISDIR: "Name a file in credentials.env; what stands there now: ls -la {path}",
    errno.ENOTDIR: "A part of that path is no folder; correct the path in credentials.env.",
    errno.ELOOP: "That is a symbolic link and must not be one: ls -l {path}",
    errno.ENOLCK: "Its file system can't lock files; keep credentials.env on a local disk.",
    errno.EACCES: "Make both yours, as root: chown USER {folder} {path}",
    errno.EPERM: "Make both yours, as root: chown USER {folder} {path}",
}


def disk_error(path: Path, doing: str, error: OSError) -> DiskError:
    """`error`, met while `doing` something to `path`, as the DiskError that a person can act on."""
    typed, folder = for_shell(path), for_shell(path.parent)
    if error.errno == errno.ENOENT and not os.path.isdir(path.parent):
        remedy = f"Make the folder: mkdir -p {folder}"
    else:
        remedy = _REMEDIES.get(error.errno or 0, "See: ls -ld {folder} {path}")
        remedy = remedy.replace("USER", str(os.geteuid())).replace("{path}", typed).replace("{folder}", folder)
    return DiskError(f"Can't {doing} {one_line(str(path))}: {os.strerror(error.errno or 0)}.", remedy)
