"""history.log: one line per play, tab-separated, append-only. The user may edit, rotate, compress or delete it."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from lib.disk import files
from lib.plays.items import Identity, Item, identify
from lib.text import length

COLUMNS = ("started_at", "artists", "title", "album", "length", "uri")
"""If you change these, older lines aren't recognized any more: the last plays are logged twice if the state is lost."""
TAIL = 64 * 1024
"""Bytes at the log's end that are read for its last lines, however long the log is."""
LONGEST = 4 << 20
"""No line of ours is longer, because answers of Spotify's are read to 1 MiB."""


def line(item: Item, start_ms: int) -> str:
    """The line of a play that began at `start_ms` (UTC): local time with offset, whole seconds; no newline."""
    started_at = datetime.fromtimestamp(start_ms // 1000).astimezone().isoformat()
    return "\t".join((started_at, item.artists, item.title, item.album, length(item.duration_ms), item.uri))


def fields(text: str) -> dict[str, str] | None:
    """A line of the log by its columns' names; None if it isn't a line of ours."""
    parts = text.split("\t")
    return dict(zip(COLUMNS, parts, strict=True)) if len(parts) == len(COLUMNS) else None


def append(path: Path, lines: Sequence[str]) -> int:
    """Adds the lines durably, all or none; returns the log's new size in bytes. Raises DiskError."""
    return files.append(path, "".join(f"{text}\n" for text in lines).encode())


def last_lines(path: Path) -> list[str]:
    """What is in the log's last 64 KiB, line by line; after the last newline, what's unfinished. Raises DiskError."""
    tail = files.read(path, TAIL) or b""
    if b"\n" not in tail[:-1]:
        tail = files.read(path, LONGEST) or b""
    return [line.rstrip("\r") for line in tail.decode("utf-8", "replace").split("\n")]


def recent(path: Path) -> list[tuple[Identity, int]]:
    """The plays at the end of the log: each one's recording and start (ms UTC), oldest first. Raises DiskError.

    What isn't a line of ours (a comment, a torn line) is left out.
    """
    return list(filter(None, map(_read_back, last_lines(path))))


def _read_back(text: str) -> tuple[Identity, int] | None:
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
    return identify(found["uri"], found["artists"], found["title"], seconds * 1000), start_ms
