"""What bootstrap says is fit for the terminal it's said on, and where a browser would appear is known."""

import os
from io import RawIOBase, StringIO
from typing import cast

import pytest

from lib.browser import has_desktop
from lib.console import Console

PROSE = "It says in some words what is wrong with http://127.0.0.1:8888/callback?and=a-very-long-address now."
NOBODY = cast("RawIOBase", None)


class Terminal(StringIO):
    """Shows text to a person."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("width", [20, 60, 500])
def test_prose_is_wrapped_between_words_at_a_readable_width(width: int) -> None:
    out = StringIO()
    Console(NOBODY, out, StringIO(), width).say(PROSE)
    lines = out.getvalue().splitlines()
    assert " ".join(lines) == PROSE
    assert all(len(line) <= min(width, 100) or " " not in line for line in lines)


def test_an_error_is_one_line_with_its_command_alone_on_terminals() -> None:
    text, command = "Others can read the file that holds your token. Run:", "chmod 600 '/home/me/a b/token.json'"
    log, terminal = StringIO(), Terminal()
    Console(NOBODY, StringIO(), log, 30).warn(text, command)
    Console(NOBODY, StringIO(), terminal, 30).warn(text, command)
    assert log.getvalue() == f"{text} {command}\n"
    *prose, last = terminal.getvalue().splitlines()
    assert max(map(len, prose)) <= 30
    assert last == f"  {command}"


def test_a_prompt_is_for_who_types() -> None:
    for typed in (True, False):
        mine, theirs = os.openpty() if typed else os.pipe()
        out = StringIO()
        with os.fdopen(theirs if typed else mine, "rb", buffering=0) as pasted:
            Console(pasted, out, StringIO()).prompt("Paste here:")
        os.close(mine if typed else theirs)
        assert out.getvalue() == ("Paste here: " if typed else "")


@pytest.mark.parametrize(
    ("environ", "platform", "desktop"),
    [
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "linux", False),
        ({"DISPLAY": ""}, "linux", False),
        ({}, "darwin", True),
        ({"DISPLAY": ":0", "SSH_CONNECTION": "1 2 3 4"}, "linux", False),
        ({"SSH_CONNECTION": "1 2 3 4"}, "darwin", False),
    ],
)
def test_a_desktop_is_where_a_browser_would_appear(environ: dict[str, str], platform: str, desktop: bool) -> None:
    assert has_desktop(environ, platform) == desktop
