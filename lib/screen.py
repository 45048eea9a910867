"""Plays in a terminal: a heading for each day, and rows whose columns line up, whatever is in a name."""

from collections.abc import Mapping
from datetime import date, datetime
from shutil import get_terminal_size
from typing import TextIO
from unicodedata import category, east_asian_width, normalize

from lib.console import wrapped
from lib.text import isolated, one_line

_WITH_ALBUM = 80
"""From this width on, the album is shown."""
_WIDEST = 132
"""A longer row is hard to read from end to end."""
_TIME, _LENGTH, _GAP = 5, 7, 2


class Screen:
    """A terminal, or what stands in for one. Its width may change at any time."""

    def __init__(self, out: TextIO, environ: Mapping[str, str], width: int | None = None) -> None:
        self._out = out
        self._width = width
        self._styled = styled(out, environ)
        self._day: date | None = None

    def play(self, started_at: datetime, line: str) -> None:
        """Shows a line of the log."""
        if started_at.date() != self._day:
            self._day = started_at.date()
            self.say(f"{started_at:%A %-d %B %Y}", style="1")
        self._print(row(started_at, line, self._columns()))

    def say(self, text: str, indent: str = "", style: str = "") -> None:
        """Prints prose, broken between words. `style` is the number of an escape code: 1 is bold, 2 is faint."""
        prose = wrapped(text, self._columns(), indent)
        self._print(f"\x1b[{style}m{prose}\x1b[0m" if style and self._styled else prose)

    def _columns(self) -> int:
        return self._width or get_terminal_size().columns  # 80 where there's no terminal

    def _print(self, text: str) -> None:
        print(text, file=self._out, flush=True)


def styled(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether the stream takes escape codes: a terminal does, unless TERM=dumb or NO_COLOR (https://no-color.org)."""
    return stream.isatty() and environ.get("TERM") != "dumb" and not environ.get("NO_COLOR")


def row(started_at: datetime, line: str, width: int) -> str:
    """A line of the log for a terminal of `width` columns: it's never wider than that.

    The time is the line's own local time. Names are cut where they don't fit; a narrow terminal shows no album, and the
    narrowest nothing but the time.
    """
    _, artists, title, album, length, _ = line.split("\t")
    shares = [(artists, 3), (title, 4), (album, 3)] if width >= _WITH_ALBUM else [(artists, 2), (title, 3)]
    room = min(width, _WIDEST) - _TIME - _LENGTH - _GAP * (len(shares) + 1)
    if room < 0:
        return f"{started_at:%H:%M}"[:width]
    names = [fit(name, room * share // sum(share for _, share in shares)) for name, share in shares]
    return (" " * _GAP).join([f"{started_at:%H:%M}", *names, f"{fit(length, _LENGTH).strip():>{_LENGTH}}"])


def fit(text: str, columns: int) -> str:
    """The text in just so many columns, cut with … or filled up with blanks. It doesn't reorder what's beside it."""
    text = normalize("NFC", one_line(text))
    if display_width(text) > columns:
        text = _beginning(text, columns - 1) + "…"[:columns]
    return isolated(text) + " " * (columns - display_width(text))


def display_width(text: str) -> int:
    """How many columns a terminal gives the text."""
    return sum(map(_columns, text))


def _columns(char: str) -> int:
    if category(char) in ("Mn", "Me", "Cf"):  # accents, variation selectors, joiners
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def _beginning(text: str, columns: int) -> str:
    kept = ""
    for char in text:
        columns -= _columns(char)
        if columns < 0:
            break
        kept += char
    return kept.rstrip(" \u200d")
