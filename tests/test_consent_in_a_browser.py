"""The whole way in a real browser: Spotify's page and its two buttons, the way back, the page that follows."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from lib.fake_spotify.listener import Listener, track
from tests.support.home import Home
from tests.support.person import bootstrap_script, listens_at


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page on a phone, in the dark; what the browser complains of fails the test, but for the status 400."""
    with browser.new_context(viewport={"width": 360, "height": 640}, color_scheme="dark") as context:
        said: list[str] = []
        one = context.new_page()
        one.on("console", lambda message: said.append(message.text))
        one.on("pageerror", lambda error: said.append(str(error)))
        yield one
        assert [text for text in said if "status of 400" not in text] == []


def press(page: Page, button: str, url: str) -> str:
    """What a person does; nothing is pasted."""
    page.goto(url)
    page.get_by_role("button", name=button).click()
    page.wait_for_load_state()
    return ""


def fits(page: Page) -> bool:
    """Whether nothing must be scrolled sideways, and nothing touches the edge."""
    edges = page.evaluate("[document.documentElement.scrollWidth, document.querySelector('h1').offsetLeft]")
    return bool(edges[0] <= 360 and edges[1] >= 12)


def test_agreeing_leads_to_a_saved_token_and_a_page_that_says_so(home: Home, listener: Listener, page: Page) -> None:
    listener.quiet(3_500_000).begin(track("Song", ["Band"], "Album", 300_000)).listen()
    home.fake_spotify.consents = None
    uri = listens_at(home)
    told = bootstrap_script(home, lambda url: press(page, "Agree", url))
    assert (told.status, told.err) == (0, "")
    assert page.url.startswith(uri)
    assert page.title() == "Connected to Spotify · Spotify listening history"
    assert page.get_by_role("heading").inner_text() == "Connected to Spotify"
    assert fits(page)
    assert json.loads(home.token.read_text())["refresh_token"] in home.fake_spotify.refresh_tokens
    assert home.job().returncode == 0
    assert home.titles() == ["Song"]


def test_refusing_saves_nothing_and_says_how_to_try_again(home: Home, page: Page) -> None:
    home.fake_spotify.consents = None
    listens_at(home)
    told = bootstrap_script(home, lambda url: press(page, "Cancel", url))
    assert told.status == 77
    assert page.get_by_role("heading").inner_text() == "Not connected to Spotify"
    assert "Consent was refused" in page.inner_text("main")
    assert f"--credentials {home.credentials}" in page.inner_text("code")
    assert fits(page)
    assert not home.token.exists()


def test_an_address_from_an_earlier_run_may_be_followed_by_the_right_one(home: Home, page: Page) -> None:
    uri = listens_at(home)
    headings: list[str] = []

    def browse(url: str) -> str:
        for address in (f"{uri}?code=AQBAQBAQBAQB&state=earlier", url):
            page.goto(address)
            headings.append(page.get_by_role("heading").inner_text())
        return ""

    assert bootstrap_script(home, browse).status == 0
    assert headings == ["Not connected to Spotify", "Connected to Spotify"]
