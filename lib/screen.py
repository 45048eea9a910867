"""Where a person watches plays go by: the row of each one, and a heading when the day changes."""

from collections.abc import Mapping
from datetime import date, datetime
from shutil import get_terminal_size
from textwrap import fill
from typing import TextIO

from lib import cli, rows

WIDTH = 80
"""Columns of an output that isn't a terminal."""


class Screen:
    """A terminal, or what stands in for one. Its width may change at any time."""

    def __init__(self, out: TextIO, environ: Mapping[str, str], width: int | None = None) -> None:
        self._out = out
        self._width = width
        self._styled = cli.styled(out, environ)
        self._day: date | None = None

    def play(self, started_at: datetime, play: Mapping[str, str]) -> None:
        """Shows a line of the log, by its columns' names."""
        if started_at.date() != self._day:
            self._day = started_at.date()
            self.say(rows.heading(started_at), style="1")
        self._print(rows.row(started_at, play, self._columns()))

    def say(self, text: str, indent: str = "", style: str = "") -> None:
        """Prints prose, broken between words. `style` is the number of an escape code: 1 is bold, 2 is faint."""
        wrapped = fill(
            text,
            self._columns(),
            initial_indent=indent,
            subsequent_indent=" " * len(indent),
            break_long_words=False,
            break_on_hyphens=False,
        )
        self._print(f"\x1b[{style}m{wrapped}\x1b[0m" if style and self._styled else wrapped)

    def _columns(self) -> int:
        return self._width or get_terminal_size((WIDTH, 24)).columns

    def _print(self, text: str) -> None:
        print(text, file=self._out, flush=True)
