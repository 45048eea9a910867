"""state.json: what the program remembers between runs. Losing it costs nothing, thanks to the log and Spotify."""

import json
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from lib import json_values as values
from lib.disk import atomic_write, files
from lib.json_values import Json
from lib.plays import memory_json
from lib.plays.model import Memory

VERSION = 2


class Cooldown(NamedTuple):
    """After a 429: no request from set_ms until until_ms (UTC). strikes: how many in a row named no time."""

    set_ms: int
    until_ms: int
    strikes: int


class State(NamedTuple):
    """log_size: the log's bytes after the last run that wrote this. If it differs, somebody changed the log."""

    memory: Memory = Memory()
    log_size: int = -1
    cooldown: Cooldown | None = None


def load(path: Path) -> State:
    """What was saved; an empty State when it's lost, damaged or of another version. Never raises."""
    try:
        content, _, checksum = (files.read(path) or b"").partition(b"\n")
        fields = values.table(values.parse(content))
        return _state(fields) if crc32(content) == int(checksum) else State()
    except Exception:  # noqa: BLE001 - whatever is wrong with it, it's lost
        return State()


def save(path: Path, state: State) -> None:
    """Replaces the file durably. Raises DiskError."""
    cooldown = state.cooldown._asdict() if state.cooldown else None
    fields = {
        "version": VERSION,
        "log_size": state.log_size,
        "cooldown": cooldown,
        "memory": memory_json.dump(state.memory),
    }
    content = json.dumps(fields, separators=(",", ":")).encode()
    atomic_write.replace(path, b"%s\n%d\n" % (content, crc32(content)))


def _state(fields: dict[str, Json]) -> State:
    load_memory = {1: memory_json.load_version_1, VERSION: memory_json.load}[values.whole(fields["version"])]
    return State(
        memory=load_memory(values.table(fields["memory"])),
        log_size=values.whole(fields["log_size"]),
        cooldown=_cooldown(fields["cooldown"]),
    )


def _cooldown(value: Json) -> Cooldown | None:
    """The pause after a 429; version 1 had its three numbers in a list."""
    fields = values.table(value) or dict(zip(Cooldown._fields, values.array(value), strict=False))
    if not fields:
        return None
    return Cooldown(
        set_ms=values.time_ms(fields["set_ms"]),
        until_ms=values.time_ms(fields["until_ms"]),
        strikes=values.whole(fields["strikes"]),
    )
