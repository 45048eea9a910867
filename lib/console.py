"""Where the person is: what is said to them, wrapped at the terminal's width, and what they paste."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from io import RawIOBase
from select import select
from textwrap import fill
from typing import TextIO

WIDEST = 100
"""Columns of prose, at most: longer lines are hard to read."""
AT_ONCE_S = 0.05
_COMMAND = re.compile(r"(?s)^(.*(?:\bRun|[,;] run):) (.*)$")


@dataclass(frozen=True, slots=True)
class Console:
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
        self.show(_wrapped(prose, self.width))

    def show(self, line: str = "") -> None:
        """A line that must stay whole: an address, a command, a path."""
        print(line, file=self.out, flush=True)

    def progress(self, prose: str) -> None:
        """What happens now, for somebody who watches."""
        if self.out.isatty():
            self.say(prose)

    def warn(self, text: str) -> None:
        """What is wrong, in one line; at a terminal the prose is wrapped and its command has a line of its own."""
        if self.err.isatty() and "\n" not in text:
            prose, command = split_command(text)
            text = _wrapped(prose, self.width) + (f"\n  {command}" if command else "")
        print(text, file=self.err, flush=True)

    @property
    def typed(self) -> bool:
        """Whether a person types what is pasted."""
        return self.pasted.isatty()

    def prompt(self, text: str) -> None:
        """Asks for input, where somebody can type some."""
        if self.typed:
            print(text, end=" ", file=self.out, flush=True)

    def end_prompt(self) -> None:
        """Ends the prompt's line, where nobody pressed Enter."""
        if self.typed:
            self.show()

    def line(self) -> str | None:
        """The next line that was pasted; None at the end of the input.

        At a terminal it's all that comes at once, for an address may be pasted with line breaks in it.
        """
        line = more = bytes(self.pasted.readline())
        while more and self.typed and select([self.pasted], [], [], AT_ONCE_S)[0]:
            more = bytes(self.pasted.readline())
            line += more
        return line.decode("utf-8", "replace") if line else None


def split_command(text: str) -> tuple[str, str]:
    """A message as prose and the command that it ends with, which must stay whole; empty when it ends with none."""
    found = _COMMAND.match(text)
    return (found[1], found[2]) if found else (text, "")


def _wrapped(prose: str, width: int) -> str:
    return fill(prose, min(width, WIDEST), break_long_words=False, break_on_hyphens=False)
