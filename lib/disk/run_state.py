"""state.json: what the program remembers between runs. Losing it costs at most a pause after a 429."""

import json
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from lib import json_values as values
from lib.disk import atomic_write, files
from lib.errors import LONGEST_WAIT_S
from lib.plays import memory_json
from lib.plays.model import Memory

VERSION = 2


class State(NamedTuple):
    """What one run tells the next.

    log_size: the log's bytes after the last run that wrote this. If it differs, somebody changed the log.
    paused_until_ms: when the last 429's pause ends (UTC); 0 if there was none.
    """

    memory: Memory = Memory()
    log_size: int = -1
    paused_until_ms: int = 0

    def pause_ends_ms(self, now_ms: int) -> int | None:
        """When requests may be made again; None if now. A pause beyond the longest was set by a wrong clock."""
        return self.paused_until_ms if now_ms < self.paused_until_ms <= now_ms + LONGEST_WAIT_S * 1000 else None


def load(path: Path) -> State:
    """What was saved; an empty State when it's lost, damaged or of another version. Never raises."""
    try:
        content, _, checksum = (files.read(path) or b"").partition(b"\n")
        fields = values.table(values.parse(content))
        load_memory = {1: memory_json.load_version_1, VERSION: memory_json.load}[values.whole(fields["version"])]
        state = State(
            memory=load_memory(values.table(fields["memory"])),
            log_size=values.whole(fields["log_size"]),
            paused_until_ms=values.number(fields.get("paused_until_ms")) or 0,
        )
        return state if crc32(content) == int(checksum) else State()
    except Exception:  # noqa: BLE001 - whatever is wrong with it, it's lost
        return State()


def save(path: Path, state: State) -> None:
    """Replaces the file durably. Raises DiskError."""
    fields = {
        "version": VERSION,
        "log_size": state.log_size,
        "paused_until_ms": state.paused_until_ms,
        "memory": memory_json.dump(state.memory),
    }
    content = json.dumps(fields, separators=(",", ":")).encode()
    atomic_write.replace(path, b"%s\n%d\n" % (content, crc32(content)))
