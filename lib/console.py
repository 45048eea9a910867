"""Where the person is: what is said to them, wrapped at the terminal's width, and what they paste."""

from collections.abc import Callable
from io import RawIOBase
from textwrap import fill
from typing import NamedTuple, TextIO

WIDEST = 100
"""Columns of prose, at most: longer lines are hard to read."""


class Console(NamedTuple):
    """A terminal, or what stands in for one. `pasted` must be unbuffered, so that `select` knows what waits in it.

    width: the terminal's, in columns. browse: opens an address in a browser; None where there's no desktop.
    """

    pasted: RawIOBase
    out: TextIO
    err: TextIO
    width: int = WIDEST
    browse: Callable[[str], object] | None = None

    def say(self, prose: str) -> None:
        """A paragraph for the person."""
        self.show(wrapped(prose, self.width))

    def show(self, line: str = "") -> None:
        """A line that must stay whole: an address, a command, a path."""
        print(line, file=self.out, flush=True)

    def warn(self, prose: str, command: str = "") -> None:
        """What is wrong, and the command that fixes it: in one line, or at a terminal wrapped, the command alone."""
        text, between = (wrapped(prose, self.width), "\n  ") if self.err.isatty() else (prose, " ")
        print(f"{text}{between}{command}" if command else text, file=self.err, flush=True)

    def prompt(self, text: str) -> None:
        """Asks for input, where somebody can type some."""
        if self.pasted.isatty():
            print(text, end=" ", file=self.out, flush=True)

    def end_prompt(self) -> None:
        """Ends the prompt's line, where nobody pressed Enter."""
        if self.pasted.isatty():
            self.show()

    def line(self) -> str | None:
        """The next line that was pasted; None at the end of the input."""
        return bytes(self.pasted.readline()).decode("utf-8", "replace") or None


def wrapped(prose: str, columns: int, indent: str = "") -> str:
    """The prose broken between words, in WIDEST columns at most; `indent` begins its first line."""
    return fill(
        prose,
        min(columns, WIDEST),
        initial_indent=indent,
        subsequent_indent=" " * len(indent),
        break_long_words=False,
        break_on_hyphens=False,
    )
