"""README, where tests need what it says."""

import re

from tests.support.home import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(name: str) -> str:
    """The code block under the comment `<!-- name -->`."""
    found = re.search(rf"^<!-- {name} -->\n```\w+\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert found, f"README has no block named {name}"
    return found[1]


def floors() -> dict[str, int]:
    """Each module of the drawing with the number of its line; the columns of a split line are two folders."""
    found: dict[str, int] = {}
    folders = [""]
    for number, line in enumerate(block("map").splitlines()):
        columns = [column.split() for column in line.split("│")[1:-1]]
        if not columns:
            folders = [""]
        elif all(len(names) == 1 and names[0].endswith("/") for names in columns):
            folders = [names[0] for names in columns]
        else:
            found |= {folder + name: number for folder, names in zip(folders, columns, strict=True) for name in names}
    return found
