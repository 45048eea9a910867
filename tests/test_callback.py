"""The page after the consent: it says what really happened, whoever else connects, and takes nothing from strangers."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from html import unescape
from pathlib import Path
from select import select
from time import monotonic
from urllib.parse import urlsplit

import httpx
import pytest

from lib.fake_spotify.loopback import Answered
from lib.spotify.callback import HEADERS, Callback, Page, listening
from tests.support.home import Home, consent
from tests.support.person import Told, bootstrap_here, listens_at
from tests.support.raw import reset

needs_ipv6 = pytest.mark.skipif(not Path("/proc/net/if_inet6").exists(), reason="needs IPv6 on loopback")
DONE = Page(200, "Done", ("It worked.",))


def get(url: str, **headers: str) -> httpx.Response:
    return httpx.get(url, headers=headers, trust_env=False, verify=False, timeout=10.0)


# What the page says


def seen(home: Home, **how: str) -> tuple[httpx.Response, Told]:
    """The page that the browser gets after the consent, and what the terminal said."""
    listens_at(home, **how)
    pages: list[httpx.Response] = []

    def browse(url: str) -> str:
        pages.append(get(consent(url)))
        return ""

    told = bootstrap_here(home, browse)
    return pages[0], told


def test_connected_and_until_when(home: Home) -> None:
    page, told = seen(home)
    assert (page.status_code, told.status) == (200, 0)
    until = told.out.partition("Spotify ends this authorization on ")[2].partition(".")[0]
    assert f"until {until};" in page.text
    assert "<title>Connected to Spotify" in page.text


def test_refused_is_not_thanked_for(home: Home) -> None:
    home.fake_spotify.consents = False
    page, told = seen(home)
    assert (page.status_code, told.status) == (400, 77)
    assert "Consent was refused on Spotify's page." in unescape(page.text)
    assert f"bootstrap_token.py --credentials {home.credentials}</code>" in page.text


@pytest.mark.parametrize(
    ("status", "body", "exit_status", "said"),
    [
        (503, "", 75, "Nothing is saved yet."),
        (429, "", 75, "asks for fewer requests"),
        (400, {"error": "invalid_client"}, 78, "Copy both again from your app's page"),
        (403, "User not registered in the Developer Dashboard", 77, "User Management"),
        (200, "<script>", 76, "has no tokens"),
    ],
)
def test_an_error_of_spotifys_is_shown_with_what_to_do(
    home: Home, status: int, body: object, exit_status: int, said: str
) -> None:
    home.fake_spotify.overrule = lambda asked: Answered(status, body) if "authorization_code" in asked.body else None
    page, told = seen(home)
    assert (page.status_code, told.status) == (400, exit_status)
    assert "<title>Not connected to Spotify" in page.text
    assert said in unescape(page.text)
    assert "<script>" not in page.text


def test_a_token_that_cannot_be_saved_is_not_called_connected(home: Home) -> None:
    listens_at(home)
    pages: list[httpx.Response] = []

    def browse(url: str) -> str:
        home.token.mkdir()
        pages.append(get(consent(url)))
        return ""

    told = bootstrap_here(home, browse)
    assert told.status == 74
    assert "<title>Connected, but not saved" in pages[0].text
    assert str(home.token) in pages[0].text


def test_a_dead_code_may_be_followed_by_a_good_one(home: Home) -> None:
    listens_at(home)
    pages: list[httpx.Response] = []

    def browse(url: str) -> str:
        dead = consent(url)
        home.fake_spotify.codes.clear()
        pages.extend(get(address) for address in (dead, consent(url)))
        return ""

    told = bootstrap_here(home, browse)
    assert told.status == 0
    assert [page.status_code for page in pages] == [400, 200]
    assert "Open the address that the terminal shows now" in pages[0].text
    assert "<code>" not in pages[0].text, "there's no command to run"


def test_a_dead_code_that_the_browser_brings_may_be_followed_by_a_paste(home: Home) -> None:
    listens_at(home)

    def browse(url: str) -> str:
        dead = consent(url)
        home.fake_spotify.codes.clear()
        assert get(dead).status_code == 400
        return consent(url)

    assert bootstrap_here(home, browse).status == 0


# What doesn't disturb it


@pytest.mark.parametrize(
    ("planted", "status"),
    [
        ("/callback?code=planted-by-a-page&x=", 400),
        ("/callback?code=planted-by-a-page&state=guessed", 400),
        ("/callback?error=access_denied&state=guessed", 400),
        ("/callback?error=access_denied", 400),
        ("/callback", 400),
        ("/callback2?code=planted-by-a-page&state=guessed", 404),
        ("/callback/?code=planted-by-a-page&state=guessed", 404),
        ("/favicon.ico", 404),
    ],
)
def test_what_a_web_page_requests_is_never_exchanged(home: Home, planted: str, status: int) -> None:
    uri = listens_at(home)
    pages: list[httpx.Response] = []

    def browse(url: str) -> str:
        strange = uri.replace("/callback", planted)
        pages.extend(get(address) for address in (strange, consent(url)))
        return ""

    told = bootstrap_here(home, browse)
    assert told.status == 0
    assert [page.status_code for page in pages] == [status, 200]
    assert "planted" not in told.out + told.err + "".join(page.text for page in pages)
    assert "Paste the whole address" not in told.err + pages[0].text
    assert ("Open the address that the terminal shows now" in told.err) == (status == 400)
    (exchange,) = [asked.body for asked in home.fake_spotify.requests if "authorization_code" in asked.body]
    assert "planted" not in exchange


def test_two_codes_in_one_address_are_none(home: Home) -> None:
    listens_at(home)
    pages: list[httpx.Response] = []

    def browse(url: str) -> str:
        good = consent(url)
        pages.extend(get(address) for address in (good.replace("?", "?code=planted-by-a-page&"), good))
        return ""

    assert bootstrap_here(home, browse).status == 0
    assert [page.status_code for page in pages] == [400, 200]


@pytest.fixture
def uri() -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"http://127.0.0.1:{free.getsockname()[1]}/callback"


@pytest.fixture
def callback(uri: str, capfd: pytest.CaptureFixture[str]) -> Iterator[Callback]:
    """The listener at that address. Whatever a test does to it, it prints nothing: a request holds the code."""
    with listening(uri) as listener:
        assert listener
        yield listener
    assert capfd.readouterr() == ("", "")


def arrives(callback: Callback, uri: str) -> httpx.Response:
    """The page that the redirect leads to."""
    with ThreadPoolExecutor(1) as browser:
        page = browser.submit(get, f"{uri}?code=x")
        redirect = callback.take()
        assert redirect.query == "code=x"
        redirect.reply(DONE)
        return page.result()


def test_silent_and_slow_clients_delay_nobody(callback: Callback, uri: str) -> None:
    with ExitStack() as clients:
        slow = [
            clients.enter_context(socket.create_connection(("127.0.0.1", urlsplit(uri).port or 0))) for _ in range(50)
        ]
        for number, client in enumerate(slow):
            with suppress(ConnectionError):
                client.sendall(b"GET /callback?code=slow"[: number % 20])
        began = monotonic()
        assert arrives(callback, uri).text.count("It worked.") == 1
        callback.close()
        assert monotonic() - began < 2


def test_a_request_without_end_is_hung_up_on(callback: Callback, uri: str) -> None:
    with socket.create_connection(("127.0.0.1", urlsplit(uri).port or 0)) as client:
        client.settimeout(5)
        with pytest.raises(OSError, match=r"reset|pipe|closed"):  # noqa: PT012 - whichever sees it first
            client.sendall(b"GET /callback?code=" + b"x" * 1_000_000)
            while client.recv(1):
                pass
            raise ConnectionError("closed")
    assert arrives(callback, uri).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost:8888", "127.0.0.1.evil.example", "", "[::"])
def test_a_name_that_somebody_points_at_this_machine_gets_nothing(callback: Callback, uri: str, host: str) -> None:
    assert get(f"{uri}?code=x", Host=host).status_code == 404
    assert arrives(callback, uri).status_code == 200


def test_the_page_is_for_this_browser_only_and_runs_nothing(callback: Callback, uri: str) -> None:
    page = arrives(callback, uri)
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none';")
    assert "<script" not in page.text
    assert 'name="viewport"' in page.text


def test_the_page_shows_text_as_text() -> None:
    html = Page(400, "<b>&", ("</p><script>alert(1)</script>",), '"<img src=x>').html().decode()
    assert "<b>" not in html
    assert "<script" not in html
    assert "<img" not in html
    assert "alert(1)" in html
    assert HEADERS["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    "form",
    ["http://127.0.0.1:{}", "http://127.0.0.1:{}/", pytest.param("http://[::1]:{}/back", marks=needs_ipv6)],
)
def test_any_loopback_address_can_be_the_redirect_uri(uri: str, form: str) -> None:
    uri = form.format(urlsplit(uri).port)
    with listening(uri) as callback:
        assert callback
        assert arrives(callback, uri).status_code == 200


def test_no_other_machine_can_reach_it(callback: Callback) -> None:
    assert callback.server_address[0] == "127.0.0.1"


def test_an_address_without_a_port_is_that_of_port_80() -> None:
    with listening("http://127.0.0.1/callback") as callback:
        if callback is None:
            pytest.skip("needs the right to listen at port 80")
        assert callback.server_address[1] == 80


@pytest.mark.parametrize(("answered", "title"), [(True, "Done"), (False, "Too late")])
def test_a_second_tab_gets_a_page_at_the_end(uri: str, answered: bool, title: str) -> None:
    with ThreadPoolExecutor(1) as browser, listening(uri) as callback:
        assert callback
        if answered:
            arrives(callback, uri)
        second = browser.submit(get, f"{uri}?code=x")
        assert select([callback.bell], [], [], 5)[0]
        callback.close()
        assert f"<h1>{title}</h1>" in second.result().text


def test_the_port_can_be_used_again_at_once(uri: str) -> None:
    for _ in range(2):
        with listening(uri) as callback:
            assert callback
            assert arrives(callback, uri).status_code == 200


def test_nothing_listens_at_a_port_that_is_taken(uri: str) -> None:
    with (
        socket.create_server(("127.0.0.1", urlsplit(uri).port or 0)),
        listening(uri) as callback,
    ):
        assert callback is None


def test_nothing_listens_where_the_browser_comes_to_somebody_else() -> None:
    with listening("https://127.0.0.1:8888/callback") as callback:
        assert callback is None


def test_a_browser_that_has_left_is_no_problem(callback: Callback, uri: str) -> None:
    with socket.create_connection(("127.0.0.1", urlsplit(uri).port or 0)) as client:
        client.sendall(b"GET /callback?code=x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        redirect = callback.take()
        reset(client)
    redirect.reply(DONE)
    assert arrives(callback, uri).status_code == 200
