"""Another process that holds the lock, as a run that was stopped does."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_HOLD = (
    "import fcntl, sys; f = open(sys.argv[1], 'a'); fcntl.flock(f, fcntl.LOCK_EX); print(flush=True); sys.stdin.read()"
)


@contextmanager
def held(lock_file: Path) -> "Iterator[subprocess.Popen[bytes]]":
    """The process, with the lock in its hands; it is killed in the end, if it is still there."""
    command = [sys.executable, "-c", _HOLD, str(lock_file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        try:
            yield holder
        finally:
            holder.kill()
