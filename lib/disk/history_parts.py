"""Every part of the history: the log, what was rotated away from it, compressed or not, and the imported past."""

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable, Iterator
from glob import escape
from io import BufferedIOBase
from pathlib import Path

from lib.disk.files import disk_error, disk_errors
from lib.errors import DiskError
from lib.settings import OURS, PAGES
from lib.text import one_line

_UNPACK: dict[str, Callable[[Path], BufferedIOBase]] = {".gz": gzip.GzipFile, ".bz2": bz2.BZ2File, ".xz": lzma.LZMAFile}
_CANT_UNPACK = (".zst", ".zip", ".7z")


def parts(log: Path) -> list[Path]:
    """The files of the history, `history*.log*`, without pages and the program's own, by name. Raises DiskError."""
    with disk_errors(log.parent, "read"):
        ending = f"{escape(log.suffix)}*" if log.suffix else ""
        found = log.parent.glob(f"{escape(log.stem)}*{ending}")
        return sorted(path for path in found if path.suffix not in (*OURS, *PAGES) and path.is_file())


def lines(part: Path) -> Iterator[str]:
    """The lines of one part, unpacked, without their ends. Raises DiskError."""
    if part.suffix in _CANT_UNPACK:
        what = f"Can't read {one_line(part)}: this program can't unpack {part.suffix}."
        raise DiskError(what, "Unpack it, or compress it with gzip, bzip2 or xz.")
    unpack = _UNPACK.get(part.suffix)
    try:
        with unpack(part) if unpack else part.open("rb") as file:
            for line in file:
                yield line.decode("utf-8", "replace").rstrip("\r\n")
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        raise disk_error(part, "read", error if isinstance(error, OSError) else OSError()) from None
