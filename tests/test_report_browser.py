"""The page in a real browser: it fits, fetches nothing, runs nothing, and everyone can read it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from lib.report.command import write
from tests.support.histories import NOW, THREE, hostile, three_years

pytestmark = pytest.mark.slow

HISTORIES = {"three years": three_years, "three plays": lambda: list(THREE), "no play": list[str], "hostile": hostile}
LEAVES_THE_PAGE = """() => [...document.querySelectorAll('body *')].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width > 1 && (box.left < -1 || box.right > innerWidth + 1) && !e.ownerSVGElement;
}).map(e => e.outerHTML.slice(0, 99))"""
SPILLS_OVER = """() => [...document.querySelectorAll('bdi')].filter(e => {
    const box = e.getBoundingClientRect(), row = e.closest('li').getBoundingClientRect();
    return box.width && (box.left < row.left - 1 || box.right > row.right + 1);
}).map(e => e.outerHTML.slice(0, 99))"""


@dataclass
class Opened:
    """A page that stands open in the browser, and what it has tried so far."""

    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@pytest.fixture(params=HISTORIES, scope="module")
def opened(
    request: pytest.FixtureRequest, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Opened]:
    file = tmp_path_factory.mktemp("report") / "history.html"
    write(HISTORIES[request.param](), file, Path("/home/me/spotify-history/history.log"), 1, [], NOW, StringIO())
    page = browser.new_page()
    one = Opened(page)
    page.on("console", lambda message: one.said.append(message.text))
    page.on("pageerror", lambda error: one.said.append(str(error)))
    page.on("dialog", lambda dialog: one.said.append(dialog.message))
    page.on("request", lambda asked: one.asked.append(asked.url))
    page.goto(file.as_uri())
    yield one
    page.close()


UNFOLD = """unfolded => {
    document.querySelectorAll('details').forEach(one => one.open = unfolded);
    document.querySelectorAll('.panel').forEach(one => one.style.display = unfolded ? 'block' : '');
}"""
"""Shows all that can be shown, all at once."""


def show(page: Page, width: int, scheme: str, *, unfolded: bool) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.evaluate(UNFOLD, unfolded)


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (800, "light"), (1400, "dark")])
def test_nothing_overflows(opened: Opened, width: int, scheme: str) -> None:
    for unfolded in (False, True):
        show(opened.page, width, scheme, unfolded=unfolded)
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
        assert opened.page.evaluate(LEAVES_THE_PAGE) == []
        assert opened.page.evaluate(SPILLS_OVER) == []


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1400, "dark")])
def test_axe_finds_nothing(opened: Opened, width: int, scheme: str) -> None:
    """Unfolded where there is little to unfold: axe takes its time over each cell of a table."""
    show(opened.page, width, scheme, unfolded=opened.page.locator("time").count() < 10)
    found = Axe().run(opened.page, options={"resultTypes": ["violations"]}).response
    assert [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found["violations"]] == []
    assert {"color-contrast", "document-title", "landmark-one-main"} <= {one["id"] for one in found["passes"]}


def test_the_console_is_empty_and_no_request_leaves(opened: Opened) -> None:
    show(opened.page, 800, "light", unfolded=True)
    opened.page.evaluate("fetch('https://example.com/').catch(() => 0)")
    assert [url for url in opened.asked if not url.startswith(("file:", "data:"))] == []
    assert [text for text in opened.said if "example.com" not in text] == []
    assert any("Content Security Policy" in text for text in opened.said), "the policy is what forbids it"


def test_a_time_is_chosen_with_the_keyboard_alone(opened: Opened) -> None:
    page = opened.page
    if not page.locator(".tabs").count():
        pytest.skip("no play, no charts")
    show(page, 800, "light", unfolded=False)
    page.locator("label", has_text="Last twelve months").click()
    page.keyboard.press("ArrowRight")
    assert page.locator(".panel:visible").count() == 1
    assert page.locator(".tabs input:checked + label").inner_text() == "2026"


def test_on_paper_it_has_its_drawings_and_no_controls(opened: Opened) -> None:
    page = opened.page
    page.emulate_media(media="print")
    try:
        assert page.locator("summary:visible").count() == 0
        assert page.locator(".tabs label:visible").count() <= 1
        assert page.locator("h1:visible").count() == 1
    finally:
        page.emulate_media(media="screen")
