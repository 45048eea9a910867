"""README's picture of the page: `python -m tests.screenshots` makes .github/report.png again, with Chromium."""

from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from lib.report.command import demo
from tests.support.browser import chromium
from tests.support.histories import NOW
from tests.support.home import ROOT

PICTURE = ROOT / ".github/report.png"
SIZE = {"width": 1200, "height": 1700}


def main() -> None:
    """The top of the demo's page, at a desk."""
    with TemporaryDirectory() as folder, chromium() as browser:
        file = Path(folder) / "history.html"
        demo(file, NOW, StringIO())
        page = browser.new_page(viewport={"width": SIZE["width"], "height": SIZE["height"]})
        page.goto(file.as_uri())
        PICTURE.parent.mkdir(exist_ok=True)
        page.screenshot(path=PICTURE)


if __name__ == "__main__":
    main()
