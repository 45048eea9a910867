"""README, where tests need what it says."""

import re

from tests.support.home import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
RECIPES = (ROOT / "lib" / "examples" / "recipes.md").read_text(encoding="utf-8")


def block(name: str) -> str:
    """The code block under the comment `<!-- name -->`, in README or among the recipes."""
    found = re.search(rf"^<!-- {name} -->\n```\w+\n(.*?)^```$", README + RECIPES, re.MULTILINE | re.DOTALL)
    assert found, f"there's no block named {name}"
    return found[1]
