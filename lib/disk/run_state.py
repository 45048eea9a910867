"""state.json: the program's memory between runs. Losing it costs nothing: the log's tail and Spotify make up for it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

from lib.disk import atomic_write, files, refuge
from lib.errors import DiskError
from lib.plays import memory_json
from lib.plays.model import Memory

VERSION = 2


class Cooldown(NamedTuple):
    """After a 429: no request from set_ms until until_ms (UTC); strikes counts those that named no time."""

    set_ms: int
    until_ms: int
    strikes: int = 0


class State(NamedTuple):
    """log_size: the log's bytes after the last run that wrote this; another size means the log knows more or less."""

    memory: Memory = Memory()
    log_size: int = -1
    cooldown: Cooldown | None = None


def load(path: Path) -> State:
    """What was saved; an empty State when it is lost, damaged or of another version. Never raises."""
    return _read(refuge.read, path) or _read(files.read, path) or State()


def save(path: Path, state: State) -> None:
    """Replaces the file durably. Raises DiskError, and then the refuge has it: a pause that Spotify wants must hold."""
    fields = {"version": VERSION, **state._asdict(), "memory": memory_json.dump(state.memory)}
    content = json.dumps(fields, separators=(",", ":")).encode()
    content = b"%s\n%d\n" % (content, crc32(content))
    try:
        atomic_write.replace(path, content)
    except DiskError:
        refuge.write(path, content)
        raise
    refuge.drop(path)


def _read(read: Callable[[Path], bytes | None], path: Path) -> State | None:
    try:
        content, _, checksum = (read(path) or b"").partition(b"\n")
        fields = json.loads(content)
        return _state(fields) if crc32(content) == int(checksum) else None
    except Exception:  # noqa: BLE001 - a memory that can't be read is a lost one, whatever ails it
        return None


def _state(fields: Any) -> State:
    load = {1: memory_json.load_version_1, VERSION: memory_json.load}[fields["version"]]
    cooldown = fields["cooldown"]
    return State(load(fields["memory"]), int(fields["log_size"]), Cooldown(*cooldown) if cooldown else None)
