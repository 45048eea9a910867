"""history.log: one line per play, tab-separated, append-only.

`started_at  artists  title  album  length  uri`; the file is the user's to edit, rotate, compress or delete.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from lib.disk import files
from lib.errors import DiskError
from lib.plays.items import Identity, Item, identify

COLUMNS = ("started_at", "artists", "title", "album", "length", "uri")
"""Lines are written and read by these. Who changes them has a log of two kinds of lines, and doubles the last plays
should the state be lost before the old kind has gone from the log's end; a new column is best the last.
"""
TAIL = 64 * 1024
"""Bytes of the log's end that are read to find its last lines, however large it is; more only for a longer line."""
_LONGEST = 4 << 20
"""No line of ours is longer: an answer of Spotify's is read to 1 MiB."""
_PACKED = (".gz", ".bz2", ".xz", ".zst")


class Entry(NamedTuple):
    """A line read back: its text, and what the rule of plays knows a line by."""

    text: str
    identity: Identity
    start_ms: int


def line(item: Item, start_ms: int) -> str:
    """The line of a play that began at `start_ms` (UTC): local time with offset, whole seconds; no newline."""
    play = {
        "started_at": datetime.fromtimestamp(start_ms // 1000).astimezone().isoformat(),
        "artists": item.artists,
        "title": item.title,
        "album": item.album,
        "length": length(item.duration_ms),
        "uri": item.uri,
    }
    return "\t".join(play[name] for name in COLUMNS)


def fields(text: str) -> dict[str, str] | None:
    """A line of the log by its columns' names; None for what is no line of ours."""
    parts = text.rstrip("\r").split("\t")
    return dict(zip(COLUMNS, parts, strict=True)) if len(parts) == len(COLUMNS) else None


def length(duration_ms: int | None) -> str:
    """5:18, or 1:02:03 from an hour on; empty when unknown."""
    if duration_ms is None:
        return ""
    minutes, seconds = divmod(duration_ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def append(path: Path, lines: Sequence[str]) -> int:
    """Adds the lines durably, all or none; returns the log's new size in bytes. Raises DiskError.

    A last line that lacks its end (an editor's, or one that a dying run left) is ended first: nothing is ever cut off.
    """
    return files.append(path, "".join(f"{text}\n" for text in lines).encode())


def size(path: Path) -> int:
    """The log's size in bytes, 0 when there is none. Raises DiskError."""
    return files.size(path)


def recent(path: Path) -> list[Entry]:
    """The lines at the end of the log, oldest first, and of the log rotated last when that end is short.

    What is no line of ours (a comment, a torn line) is left out. Raises DiskError.
    """
    limit = TAIL
    tail = files.tail(path, limit)
    while len(tail) == limit < _LONGEST and b"\n" not in tail[:-1]:
        limit *= 4
        tail = files.tail(path, limit)
    lines = _lines(tail)
    if len(tail) < TAIL and (rotated := files.newest(path.parent, (f"{path.name}.", f"{path.name}-"), besides=_PACKED)):
        older: list[str] = []
        with suppress(DiskError):
            older = _lines(files.tail(rotated, TAIL - len(tail)))
        known = set(lines)  # a copy of the log is no other log
        lines = [line for line in older if line not in known] + lines
    return [entry for entry in map(_entry, lines) if entry is not None]


def _lines(content: bytes) -> list[str]:
    return content.decode("utf-8", "replace").split("\n")


def _entry(text: str) -> Entry | None:
    found = fields(text)
    if found is None:
        return None
    try:
        start_ms = int(datetime.fromisoformat(found["started_at"]).timestamp()) * 1000
        seconds = 0
        for part in filter(None, found["length"].split(":")):
            seconds = seconds * 60 + int(part)
    except (ValueError, OverflowError):
        return None
    return Entry(text, identify(found["uri"], found["artists"], found["title"], seconds * 1000), start_ms)
