"""Where tests may keep files in memory: they sync and remove thousands of them, and a disk takes seconds for that."""

import os

MEMORY = "/dev/shm"
LEAST_BYTES = 512 << 20


def in_memory() -> str | None:
    """A folder in memory that takes what a test run writes, and where programs may be started; None if there's none."""
    if not os.access(MEMORY, os.W_OK):
        return None
    disk = os.statvfs(MEMORY)
    roomy = disk.f_bavail * disk.f_frsize > LEAST_BYTES and not disk.f_flag & os.ST_NOEXEC
    return MEMORY if roomy else None
