"""What bootstrap says is fit for the terminal it's said on, and where a browser would appear is known."""

import ast
import os
import re
from io import RawIOBase, StringIO
from typing import cast

import pytest

from lib.browser import has_desktop
from lib.console import Console, split_command
from tests.support.home import ROOT

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
    text = "There is no token here that could be used. Run: python3 bootstrap_token.py --credentials '/home/me/a b'"
    log, terminal = StringIO(), Terminal()
    Console(NOBODY, StringIO(), log, 30).warn(text)
    Console(NOBODY, StringIO(), terminal, 30).warn(text)
    assert log.getvalue() == text + "\n"
    *prose, command = terminal.getvalue().splitlines()
    assert max(map(len, prose)) <= 30
    assert command == "  python3 bootstrap_token.py --credentials '/home/me/a b'"


@pytest.mark.parametrize(
    ("text", "prose", "command"),
    [
        ("To try again, run: a b", "To try again, run:", "a b"),
        ("Nothing to do.", "Nothing to do.", ""),
        ("Return: 5", "Return: 5", ""),
        ("It's from an earlier run: its end differs.", "It's from an earlier run: its end differs.", ""),
    ],
)
def test_a_command_is_told_from_prose(text: str, prose: str, command: str) -> None:
    assert split_command(text) == (prose, command)


def messages() -> list[str]:
    """Every text of the program that has a colon and isn't a docstring; what is filled in is an X."""
    found = []
    for path in (ROOT / "lib").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = (part.value if isinstance(part, ast.Constant) else "X" for part in node.values)
                found.append("".join(map(str, parts)))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(node.value)
    return [text for text in found if ": " in text and "\n" not in text]


def test_no_message_of_the_program_takes_prose_for_a_command() -> None:
    commands = [command for text in messages() if (command := split_command(text)[1])]
    assert commands
    assert [command for command in commands if not re.match("chmod 600 |X", command)] == []


def test_progress_is_for_who_watches() -> None:
    log, terminal = StringIO(), Terminal()
    for out in (log, terminal):
        Console(NOBODY, out, StringIO()).progress("Asking …")
    assert (log.getvalue(), terminal.getvalue()) == ("", "Asking …\n")


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
