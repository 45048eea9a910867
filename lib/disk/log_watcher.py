"""What is added to the log while somebody watches, whichever file stands at its path."""

import os
from io import BufferedReader
from pathlib import Path

from lib.disk.history_log import TAIL
from lib.disk.os_errors import disk_errors


class LogWatcher:
    """Reads on from where it was, also after the log was rotated (moved or truncated) or rewritten by an editor."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._file: BufferedReader | None = None
        self._unended = b""
        self._seen: set[str] = set()

    def new_lines(self) -> list[str]:
        """The lines added since the last call, without their ends; the first call gives the log's last 64 KiB.

        A line that was given before isn't given again, though an editor rewrites the whole file. Raises DiskError.
        """
        with disk_errors(self._log, "read"):
            lines = self._rest()
            if self._replaced():
                self._open()
                lines += self._rest()
        new = [line for line in dict.fromkeys(lines) if line not in self._seen]
        self._seen.update(new)
        return new

    def close(self) -> None:
        """Ends the watch."""
        if self._file:
            self._file.close()

    def _replaced(self) -> bool:
        """Whether another file than the open one stands at the path. If the path is empty for now, none does."""
        try:
            there = os.stat(self._log)
        except FileNotFoundError:
            return False
        return self._file is None or not os.path.samestat(there, os.fstat(self._file.fileno()))

    def _open(self) -> None:
        self.close()
        self._file = self._log.open("rb")
        self._unended = b""
        start = os.fstat(self._file.fileno()).st_size - TAIL
        if start > 0:
            self._file.seek(start)
            self._file.readline()

    def _rest(self) -> list[str]:
        if self._file is None:
            return []
        if os.fstat(self._file.fileno()).st_size < self._file.tell():  # truncated
            self._file.seek(0)
            self._unended = b""
        *lines, self._unended = (self._unended + self._file.read()).split(b"\n")
        return [line.decode("utf-8", "replace").rstrip("\r") for line in lines]
