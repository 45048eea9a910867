"""The files of an export: in the zip as it came, in a folder, or named one by one. Only the history is ever opened."""

import re
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from operator import itemgetter
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from lib.export.model import NotAnExportError
from lib.text import for_shell, one_line

MOST_BYTES = 2 << 30
"""Of all files together, unpacked; a heavy listener's ten years are an eighth of it."""
MOST_BYTES_OF_ONE = 64 << 20
"""Of one file, unpacked; Spotify's have about 12 MB."""
_HISTORY = re.compile(r"(Streaming_History_(Audio|Video)|StreamingHistory|endsong|endvideo).*\.json", re.IGNORECASE)
_ENCRYPTED = 0x1
_BROKEN = (BadZipFile, struct.error, zlib.error, EOFError, RuntimeError, ValueError)
_AGAIN = "Download it again."
_UNPACK = "Unpack it, and name the folder."


class Member(NamedTuple):
    """One file of the history: its name, its size unpacked in bytes, and how to get its content."""

    name: str
    size: int
    content: Callable[[], bytes]


def members(paths: Iterable[Path]) -> list[Member]:
    """The history's files in all that was named, their sizes checked. Nothing is unpacked yet.

    Raises NotAnExportError, as `content` does too, and OSError.
    """
    found = [member for path in paths for member in _in(path)]
    for member in found:
        if member.size > MOST_BYTES_OF_ONE:
            raise NotAnExportError(f"{member.name} would unpack to {_mib(member.size)}; no file of an export does.")
    total = sum(member.size for member in found)
    if total > MOST_BYTES:
        raise NotAnExportError(f"All of it would unpack to {_mib(total)}; at most {_mib(MOST_BYTES)} are read.")
    return found


def _mib(size: int) -> str:
    return f"{size >> 20:,} MiB"


def _in(path: Path) -> Iterator[Member]:
    if path.is_dir():
        files = [file for file in sorted(path.rglob("*")) if _HISTORY.fullmatch(file.name) and file.is_file()]
    elif path.is_file():
        with path.open("rb") as beginning:
            if beginning.read(2) == b"PK":
                yield from _in_zip(path)
                return
        files = [path]
    else:
        there = "isn't a file or a folder" if path.exists() else "isn't there"
        raise NotAnExportError(f"{one_line(str(path))} {there}.", "Name the zip that Spotify sent.")
    if not files:
        zips = (file for file in sorted(path.rglob("*.zip")) if file.is_file())
        raise _no_history(path, next(zips, None))
    for file in files:
        yield Member(one_line(str(file)), file.stat().st_size, file.read_bytes)


def _in_zip(path: Path) -> Iterator[Member]:
    shown = one_line(str(path))
    try:
        with ZipFile(path) as archive:
            entries = [(PurePosixPath(entry.filename.replace("\\", "/")), entry) for entry in archive.infolist()]
    except _BROKEN:
        raise NotAnExportError(f"{shown} is a broken zip, perhaps cut off.", _AGAIN) from None
    for name, _ in entries:
        if name.is_absolute() or ".." in name.parts:
            raise NotAnExportError(f"{shown} holds a path that leads out of it: {one_line(str(name))}.")
    history = [(name, entry) for name, entry in entries if _HISTORY.fullmatch(name.name) and not entry.is_dir()]
    if not history:
        raise _no_history(path)
    for name, entry in sorted(history, key=itemgetter(0)):
        if entry.flag_bits & _ENCRYPTED:
            raise NotAnExportError(f"{shown} is encrypted.", _UNPACK)
        if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise NotAnExportError(f"{shown} is compressed in a way this program can't unpack.", _UNPACK)
        yield Member(one_line(name.name), entry.file_size, partial(_unpacked, path, entry))


def _no_history(path: Path, inside: Path | None = None) -> NotAnExportError:
    """inside: a zip in that folder."""
    remedy = f"Name the zip in it: {for_shell(inside)}" if inside else NotAnExportError.remedy
    return NotAnExportError(f"{one_line(str(path))} holds no streaming history.", remedy)


def _unpacked(path: Path, entry: ZipInfo) -> bytes:
    """No more than the size that was checked: zipfile stops there, and finds the checksum wrong."""
    try:
        with ZipFile(path) as archive:
            return archive.read(entry)
    except _BROKEN:
        raise NotAnExportError(f"{one_line(str(path))} is broken at {one_line(entry.filename)}.", _AGAIN) from None
