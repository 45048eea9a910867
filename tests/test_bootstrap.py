"""bootstrap_token.py: once by hand, from consent to a saved token, whatever is pasted and whatever goes wrong."""

import fcntl
import json
import os
import re
import shlex
import signal
import socket
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from threading import Timer
from time import monotonic, sleep
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from lib.expiry import expires_at
from lib.fake_spotify.loopback import Answered, Asked
from tests.support.home import CRON, ROOT, Home, consent
from tests.support.person import Answer, Told, bootstrap_here, bootstrap_script, listens_at, minding_permissions


def code_of(address: str) -> str:
    return parse_qs(urlsplit(address).query)["code"][0]


def bare_code(url: str) -> str:
    return code_of(consent(url)) + "\n"


def whole_address(url: str) -> str:
    return consent(url) + "\n"


def by_the_listener(url: str) -> str:
    """The browser goes where it is sent, and nothing is pasted."""
    assert httpx.get(consent(url), trust_env=False, verify=False).status_code == 200
    return ""


def public(home: Home) -> None:
    """Makes the app one without a secret."""
    home.fake_spotify.client_secret = ""
    home.write_credentials()


def saved(home: Home) -> dict[str, object]:
    fields: dict[str, object] = json.loads(home.token.read_text())
    return fields


# The ways that lead to a token


@pytest.mark.parametrize("secret", [True, False], ids=["with a secret", "PKCE"])
@pytest.mark.parametrize("answer", [bare_code, whole_address, by_the_listener])
def test_a_person_gets_from_consent_to_a_crontab_line_that_works(home: Home, secret: bool, answer: Answer) -> None:
    if not secret:
        home.fake_spotify.client_secret = ""
    listens_at(home)
    told = bootstrap_script(home, answer)
    assert (told.status, told.err) == (0, "")
    assert f"\n\n{told.url}\n\n" in told.out, "the address stands alone"
    lapse = expires_at(datetime.now(UTC).astimezone())
    assert f"Spotify ends this authorization on {lapse:%-d %B %Y}." in told.out
    assert told.out.endswith("Nothing is playing on Spotify now.\n")
    assert "Let cron run the job each minute: crontab -e" in told.out
    for file in (home.log, home.token, home.state):
        assert re.search(rf"^  \w+ +{re.escape(str(file))}$", told.out, re.MULTILINE)

    token = saved(home)
    assert token["refresh_token"] in home.fake_spotify.refresh_tokens
    assert token["scope"] == "user-read-currently-playing user-read-recently-played"
    assert token["client_id"] == home.fake_spotify.client_id
    assert abs((datetime.now(UTC) - datetime.fromisoformat(str(token["authorized_at"]))).total_seconds()) < 60
    assert home.token.stat().st_mode & 0o777 == 0o600

    (line,) = [line for line in told.out.splitlines() if line.startswith("  * * * * * ")]
    job = line.removeprefix("  * * * * * ")
    assert shlex.split(job) == [
        sys.executable,
        str(ROOT / "nowplaying_job.py"),
        "--credentials",
        str(home.credentials),
    ]
    ran = subprocess.run(["/bin/sh", "-c", job], env=CRON, cwd="/", capture_output=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b"")


@pytest.mark.parametrize(
    "wrapped",
    ["{}", "{}\n", "  {}  \n", "'{}'\n", '"{}"\r\n', "<{}>\n", "{}#_=_\n"],
    ids=["no newline", "newline", "blanks", "quotes", "double quotes", "brackets", "fragment"],
)
@pytest.mark.parametrize("answer", [bare_code, whole_address])
def test_what_clings_to_a_paste_does_not_matter(home: Home, answer: Answer, wrapped: str) -> None:
    told = bootstrap_here(home, lambda url: wrapped.format(answer(url).strip()))
    assert (told.status, told.err) == (0, "")
    assert saved(home)["refresh_token"] in home.fake_spotify.refresh_tokens


def test_a_secret_is_checked_before_the_browser_opens(home: Home) -> None:
    bootstrap_here(home, bare_code)
    asked = [(one.path, parse_qs(one.body).get("grant_type")) for one in home.fake_spotify.requests]
    assert asked[0] == ("/api/token", ["client_credentials"])
    home.fake_spotify.requests.clear()
    public(home)
    assert bootstrap_here(home, bare_code).status == 0
    assert home.fake_spotify.requests[0].path == "/authorize"


def test_every_run_asks_with_a_state_and_a_challenge_of_its_own(home: Home) -> None:
    public(home)
    first, second = (parse_qs(urlsplit(bootstrap_here(home, bare_code).url).query) for _ in range(2))
    assert first["state"] != second["state"]
    assert first["code_challenge"] != second["code_challenge"]
    assert min(len(first["state"][0]), len(first["code_challenge"][0])) >= 22


def test_with_a_secret_there_is_no_challenge(home: Home) -> None:
    assert "code_challenge" not in bootstrap_here(home, bare_code).url


def test_the_verifier_is_as_long_as_the_standard_wants(home: Home) -> None:
    public(home)
    assert bootstrap_here(home, bare_code).status == 0
    (verifier,) = [parse_qs(asked.body)["code_verifier"][0] for asked in home.fake_spotify.requests if asked.body]
    assert re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", verifier), "RFC 7636, section 4.1"


@pytest.mark.parametrize(
    ("granted", "saved_scope"),
    [
        ("user-read-currently-playing", "user-read-currently-playing"),
        (None, "user-read-currently-playing user-read-recently-played"),
    ],
    ids=["less than asked for", "not said"],
)
def test_the_scope_that_is_saved_is_the_one_granted(home: Home, granted: str | None, saved_scope: str) -> None:
    grant = {"access_token": "BQA", "refresh_token": "AQA", **({"scope": granted} if granted else {})}
    home.fake_spotify.overrule = lambda asked: Answered(200, grant) if "authorization_code" in asked.body else None
    told = bootstrap_here(home, bare_code)
    assert saved(home)["scope"] == saved_scope
    assert ("plays between two runs are missed" in told.out) == (granted is not None)


def shows(home: Home, *, is_playing: bool = True) -> None:
    """What Spotify says of currently playing."""
    item = {"name": "Song", "uri": "spotify:track:1", "artists": [{"name": "Band"}]}
    home.fake_spotify.overrule = lambda asked: (
        Answered(200, {"item": item, "is_playing": is_playing}) if asked.path.endswith("currently-playing") else None
    )


@pytest.mark.parametrize(("is_playing", "said"), [(True, "Playing"), (False, "Paused")])
def test_what_is_playing_is_the_proof(home: Home, is_playing: bool, said: str) -> None:
    shows(home, is_playing=is_playing)
    told = bootstrap_here(home, whole_address)
    assert told.out.endswith(f"{said}: Band – Song on Spotify now.\n")


def test_who_watches_is_told_what_is_waited_for(home: Home) -> None:
    told = bootstrap_here(home, whole_address)
    steps = [line for line in told.out.splitlines() if line.endswith("…")]
    assert steps == [
        "Checking the credentials with Spotify …",
        "Asking Spotify for the token …",
        "Asking Spotify what's playing …",
    ]


@pytest.mark.parametrize("request_", ["client_credentials", "authorization_code", "currently-playing"])
def test_the_job_keeps_a_pause_that_spotify_asked_bootstrap_for(home: Home, request_: str) -> None:
    limit = Answered(429, "", {"Retry-After": "3600"})
    home.authorize()
    home.fake_spotify.overrule = lambda asked: limit if request_ in asked.path + asked.body else None
    told = bootstrap_here(home, whole_address)
    assert told.status == 75
    assert "asked for a pause (429): no requests before " in told.err
    asked = len(home.fake_spotify.requests)
    assert home.job().returncode == 75
    assert len(home.fake_spotify.requests) == asked


def test_where_it_never_listens_it_does_not_say_that_it_cannot(home: Home) -> None:
    redirect = "https://127.0.0.1:8888/callback"
    home.fake_spotify.redirect_uris = (redirect,)
    home.write_credentials(SPOTIFY_REDIRECT_URI=redirect)
    told = bootstrap_here(home, whole_address)
    assert told.status == 0
    assert "can't listen" not in told.out


def test_a_history_that_will_have_gaps_is_said_to(home: Home) -> None:
    home.write_credentials(SPOTIFY_SCOPE="user-read-currently-playing")
    told = bootstrap_here(home, bare_code)
    assert told.status == 0
    assert "Without the scope user-read-recently-played, plays between two runs are missed" in told.out


def test_an_odd_path_still_makes_a_crontab_line_that_works(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "my 100% music's home"
    folder.mkdir()
    home.folder = folder
    home.write_credentials()
    told = bootstrap_here(home, bare_code)
    (line,) = [line for line in told.out.splitlines() if line.startswith("  * * * * * ")]
    assert not re.search(r"(?<!\\)%", line), "cron takes a bare % for the end of the line"
    command = line.removeprefix("  * * * * * ").replace(r"\%", "%")
    assert subprocess.run(["/bin/sh", "-c", command], env=CRON, cwd="/", check=False).returncode == 0


def test_a_path_that_could_control_a_terminal_is_shown_without_that(home: Home, tmp_path: Path) -> None:
    home.folder = tmp_path / "it's\x1b[2J mine"
    home.folder.mkdir()
    home.write_credentials()
    home.credentials.chmod(0o644)
    told = bootstrap_here(home, bare_code)
    assert told.status == 0
    assert "\x1b" not in told.out + told.err
    assert told.out.count("/it's\ufffd[2J mine/") == 3
    assert shlex.split(told.err.partition("Run: ")[2])[-1] == f"{tmp_path}/it's\ufffd[2J mine/credentials.env"


# The listener


@pytest.mark.skipif(not socket.has_ipv6 or not Path("/proc/net/if_inet6").exists(), reason="needs IPv6 on loopback")
def test_the_listener_speaks_ipv6(home: Home) -> None:
    listens_at(home, "http://[::1]:{port}/callback")
    assert bootstrap_script(home, by_the_listener).status == 0


def test_where_the_port_is_taken_the_address_is_pasted(home: Home) -> None:
    port = urlsplit(listens_at(home)).port or 0
    with socket.create_server(("127.0.0.1", port)):
        told = bootstrap_here(home, whole_address)
    assert told.status == 0
    assert "by itself" not in told.out.split("Saved.")[0]
    assert f"can't listen at http://127.0.0.1:{port}/callback; is that port in use?" in told.out
    assert "paste it here" in told.out


def test_a_redirect_elsewhere_is_never_listened_for(home: Home) -> None:
    home.fake_spotify.redirect_uris = ("https://example.org/back",)
    home.write_credentials(SPOTIFY_REDIRECT_URI="https://example.org/back")
    told = bootstrap_here(home, whole_address)
    assert told.status == 0
    assert "by itself" not in told.out.split("Saved.")[0]


def test_over_ssh_the_failing_page_is_announced(home: Home) -> None:
    listens_at(home)
    told = bootstrap_here(home, whole_address)
    assert "Open this address in a browser" in told.out
    assert "the browser comes back to http://127.0.0.1:" in told.out
    assert "a page that fails to load. That's expected" in told.out


def test_on_a_desktop_the_browser_opens_the_same_address(home: Home) -> None:
    opened: list[str] = []
    told = bootstrap_here(home, whole_address, browse=opened.append)
    assert opened == [told.url]
    assert "Your browser opens Spotify's page" in told.out


# What is refused before any address is printed


def refused_at_once(home: Home, told: Told, status: int) -> None:
    assert told.status == status
    assert "/authorize?" not in told.out
    assert "Traceback" not in told.err
    assert len(told.err.splitlines()) == 1
    assert not home.token.exists()


@pytest.mark.parametrize(
    ("uri", "instead"),
    [
        ("http://localhost:8888/callback", "http://127.0.0.1:8888/callback"),
        ("https://localhost:8888/callback", "http://127.0.0.1:8888/callback"),
        ("http://music.example.org/callback", "http://127.0.0.1:8888/callback"),
    ],
)
def test_a_redirect_address_that_spotify_refuses_is_answered_with_one_to_register(
    home: Home, uri: str, instead: str
) -> None:
    home.write_credentials(SPOTIFY_REDIRECT_URI=uri)
    told = bootstrap_here(home, bare_code)
    refused_at_once(home, told, 78)
    assert f"register {instead} in the dashboard" in told.err
    assert home.fake_spotify.requests == []


@pytest.mark.parametrize("key", ["SPOTIFY_CLIENT_ID", "SPOTIFY_CLIENT_SECRET"])
def test_a_wrong_id_or_secret_is_found_out(home: Home, key: str) -> None:
    home.write_credentials(**{key: "0" * 32})
    told = bootstrap_here(home, bare_code)
    refused_at_once(home, told, 78)
    assert key in told.err
    assert "dashboard" in told.err


def test_missing_credentials_come_with_the_commands_that_make_them(home: Home) -> None:
    home.credentials.unlink()
    told = bootstrap_script(home, bare_code)
    refused_at_once(home, told, 78)
    example = ROOT / "credentials.env.example"
    assert f"cp {example} {home.credentials} && chmod 600 {home.credentials}" in told.err


def test_unreadable_credentials_come_with_the_command_that_mends_them(home: Home) -> None:
    home.credentials.chmod(0o000)
    told = bootstrap_script(home, bare_code, prefix=minding_permissions())
    refused_at_once(home, told, 78)
    assert f"chmod 600 {home.credentials}" in told.err


def test_credentials_that_are_a_folder_are_none(home: Home) -> None:
    home.credentials.unlink()
    home.credentials.mkdir()
    told = bootstrap_here(home, bare_code)
    assert told.status in (74, 78)
    assert str(home.credentials) in told.err
    assert "/authorize?" not in told.out


@pytest.mark.parametrize("name", ["credentials.env", "history.log"])
def test_a_file_that_others_can_read_is_warned_of(home: Home, name: str) -> None:
    path = home.folder / name
    path.touch()
    path.chmod(0o644)
    told = bootstrap_here(home, bare_code)
    assert told.status == 0
    assert told.err == f"Warning: others can read {path}. Run: chmod 600 {path}\n"


def test_where_no_token_can_be_saved_no_code_is_spent(home: Home) -> None:
    home.token.mkdir()
    told = bootstrap_here(home, bare_code)
    assert told.status == 74
    assert "/authorize?" not in told.out
    home.write_credentials(TOKEN_FILE="missing/token.json")
    told = bootstrap_here(home, bare_code)
    assert told.status == 74
    assert f"mkdir -p {home.folder / 'missing'}" in told.err
    assert "/authorize?" not in told.out


@pytest.mark.parametrize("elsewhere", [False, True], ids=["token beside it", "token elsewhere"])
def test_a_read_only_folder_is_found_before_a_code_is_spent(home: Home, tmp_path: Path, elsewhere: bool) -> None:
    home.folder = tmp_path / "read-only"
    home.folder.mkdir()
    home.write_credentials(**({"TOKEN_FILE": str(tmp_path / "token.json")} if elsewhere else {}))
    home.folder.chmod(0o500)
    told = bootstrap_script(home, bare_code, prefix=minding_permissions())
    home.folder.chmod(0o700)
    refused_at_once(home, told, 74)
    assert str(home.folder) in told.err
    assert home.fake_spotify.requests == []


@pytest.mark.parametrize("key", ["SPOTIFY_CLIENTSECRET", "CLIENT_SECRET", "spotify_client_secret"])
def test_a_misspelled_key_does_not_make_a_public_client(home: Home, key: str) -> None:
    text = home.credentials.read_text().replace("SPOTIFY_CLIENT_SECRET", key)
    home.credentials.write_text(text)
    told = bootstrap_here(home, bare_code)
    refused_at_once(home, told, 78)
    assert f"{key} isn't a setting: did you mean SPOTIFY_CLIENT_SECRET?" in told.err
    assert home.fake_spotify.client_secret not in told.err


# What is pasted wrong


EARLIER = b'{"refresh_token": "an-earlier-one", "scope": "", "client_id": "x"}\n'


def refused(home: Home, told: Told, said: str, status: int = 77) -> None:
    """It says what's wrong, and last the command to run next; nothing is lost, nothing half done."""
    assert told.status == status
    assert said in told.err
    *reasons, last = told.err.splitlines()
    assert len(reasons) <= 1
    assert f"{ROOT / 'bootstrap_token.py'} --credentials {home.credentials}" in last
    assert home.token.read_bytes() == EARLIER


@pytest.mark.parametrize("how", [bootstrap_script, bootstrap_here])
@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda _: "", "The input ended before a code was accepted."),
        (lambda _: "\n", "Nothing was pasted."),
        (lambda url: bare_code(url)[:-9] + "\n", "Spotify doesn't accept this code"),
    ],
    ids=["end of input", "empty paste", "torn code"],
)
def test_a_wrong_paste_is_told_apart(
    home: Home, how: Callable[[Home, Answer], Told], answer: Answer, said: str
) -> None:
    home.token.write_bytes(EARLIER)
    refused(home, how(home, answer), said)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda _: "AQB-a-code-of-someone-else's-app\n", "Spotify doesn't accept this code"),
        (
            lambda url: re.sub("state=[^&]*", "state=of-another-run", consent(url)) + "\n",
            "saved. Open the address that the terminal shows",
        ),
        (lambda url: consent(url).partition("&state=")[0] + "\n", "is cut off"),
        (lambda _: "http://127.0.0.1:8888/callback\n", "has no code"),
        (lambda url: url + "\n", "has no code"),
        (lambda _: "yes\n", "neither an address nor an authorization code. Paste the whole address"),
        (lambda _: "\x00\xff\ud7ff\n", "neither an address nor an authorization code"),
    ],
    ids=["foreign code", "other run", "no state", "no code", "authorize URL", "a word", "bytes"],
)
def test_a_paste_of_something_else_is_told_apart(home: Home, answer: Answer, said: str) -> None:
    home.token.write_bytes(EARLIER)
    refused(home, bootstrap_here(home, answer), said)


def test_consent_refused_is_said_in_plain_words(home: Home) -> None:
    home.token.write_bytes(EARLIER)
    home.fake_spotify.consents = False
    told = bootstrap_script(home, whole_address)
    refused(home, told, "Consent was refused on Spotify's page.")
    assert "access_denied" not in told.err


def test_a_code_that_has_been_used_is_dead(home: Home) -> None:
    home.token.write_bytes(EARLIER)

    def used(url: str) -> str:
        code = bare_code(url)
        home.fake_spotify.codes[code.strip()].dead = "used"
        return code

    refused(home, bootstrap_here(home, used), "Spotify doesn't accept this code: it was used before")


def test_a_code_that_has_lain_about_is_dead(home: Home) -> None:
    home.token.write_bytes(EARLIER)

    def late(url: str) -> str:
        code, clock = bare_code(url), home.fake_spotify.now_ms
        home.fake_spotify.now_ms = lambda: clock() + 11 * 60_000
        return code

    refused(home, bootstrap_here(home, late), "Spotify doesn't accept this code: it was used before")


@pytest.mark.parametrize(
    "wrong", ["\n", "yes\n", "http://127.0.0.1:8888/callback?code=AQBAQBAQB&state=old\n", "AQB-a-code-that-is-dead\n"]
)
def test_a_wrong_paste_may_be_followed_by_a_right_one(home: Home, wrong: str) -> None:
    home.token.write_bytes(EARLIER)
    told = bootstrap_here(home, lambda url: wrong + whole_address(url))
    assert told.status == 0
    assert len(told.err.splitlines()) == 1
    assert saved(home)["refresh_token"] in home.fake_spotify.refresh_tokens


@contextmanager
def ended_in_time(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Nobody waits for ever for words that don't come."""
    timer = Timer(60, process.kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def at_a_terminal(home: Home) -> Iterator[tuple[subprocess.Popen[bytes], int, str]]:
    """The script, the terminal to type at, and the authorize URL."""
    terminal, theirs = os.openpty()
    pipe = subprocess.PIPE
    command = [sys.executable, str(ROOT / "bootstrap_token.py"), "--credentials", str(home.credentials)]
    with subprocess.Popen(command, stdin=theirs, stdout=pipe, stderr=pipe, env=CRON, bufsize=0) as process:
        assert process.stdout
        said = iter(process.stdout.readline, b"")
        with ended_in_time(process):
            yield process, terminal, next(line for line in said if line.startswith(b"http")).decode().strip()
    os.close(terminal)
    os.close(theirs)


def test_at_a_terminal_a_wrong_paste_is_answered_at_once(home: Home) -> None:
    """And a code of the length that Spotify's have fits into a terminal's line."""
    with at_a_terminal(home) as (process, terminal, url):
        assert process.stderr
        os.write(terminal, b"yes\n")
        assert b"neither an address nor an authorization code" in process.stderr.readline()
        os.write(terminal, whole_address(url).encode())
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, b"")


@pytest.mark.parametrize("redirect", ["</dev/null", "<&-", "<{folder}/credentials.env"])
def test_an_input_without_a_person_ends(home: Home, redirect: str) -> None:
    shell = ["/bin/sh", "-c", f'exec "$@" {redirect.format(folder=home.folder)}', "sh"]
    done = home.script("bootstrap_token.py", prefix=shell)
    assert done.returncode == 77
    assert "he input ended" in done.stderr
    assert "Traceback" not in done.stderr


# At a terminal


@contextmanager
def screen(home: Home, columns: int = 80, *options: str, **env: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The script with a terminal for all three streams, and the side at which the person sits."""
    mine, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    command = [sys.executable, str(ROOT / "bootstrap_token.py"), "--credentials", str(home.credentials), *options]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env={**CRON, **env}) as process:
        os.close(theirs)
        with ended_in_time(process):
            yield process, mine
    os.close(mine)


def shown(terminal: int, until: str) -> str:
    """What the terminal shows up to these words, or to the end."""
    text = b""
    with suppress(OSError):
        while until.encode() not in text:
            text += os.read(terminal, 4096)
    return text.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("columns", [60, 80, 160])
def test_a_terminal_of_any_width_gets_whole_words_and_whole_addresses(home: Home, columns: int) -> None:
    listens_at(home)
    with screen(home, columns) as (process, terminal):
        text = shown(terminal, "Paste here: ")
        (url,) = [line for line in text.splitlines() if "/authorize?" in line]
        os.write(terminal, b"yes\n")
        text += shown(terminal, "Paste here: ")
        address = whole_address(url)
        os.write(terminal, address.encode())
        text += shown(terminal, "on Spotify now.")
        assert process.wait(timeout=30) == 0
    assert f"Paste here: {address}Asking Spotify for the token …\n" in text
    assert text.startswith("Checking the credentials with Spotify …\nOpen this address")
    prose = [line for line in text.splitlines() if not line.startswith(("http", " ", "Paste here: "))]
    assert max(map(len, prose)) <= min(columns, 100)
    assert f"  * * * * * {sys.executable} {ROOT}/nowplaying_job.py --credentials {home.credentials}\n" in text
    assert home.token.exists()


def test_at_a_terminal_the_prompt_ends_when_the_browser_comes(home: Home) -> None:
    listens_at(home)
    with screen(home) as (process, terminal):
        text = shown(terminal, "Paste here: ")
        (url,) = [line for line in text.splitlines() if "/authorize?" in line]
        by_the_listener(url)
        text += shown(terminal, "on Spotify now.")
        assert process.wait(timeout=30) == 0
    assert "Paste here: \nAsking Spotify for the token …\n" in text


SHOWS = """#!/bin/sh
cp -p "${{1#file://}}" {folder}/page
echo "$1" > {folder}/part && mv {folder}/part {folder}/opened
"""


@pytest.mark.parametrize(
    ("env", "options", "opened"),
    [
        ({"DISPLAY": ":9"}, (), True),
        ({"WAYLAND_DISPLAY": "wayland-9"}, (), True),
        ({}, (), False),
        ({"DISPLAY": ":9"}, ("--no-browser",), False),
        ({"DISPLAY": ":9", "SSH_CONNECTION": "192.0.2.1 5 192.0.2.2 22"}, (), False),
    ],
    ids=["X11", "Wayland", "no desktop", "--no-browser", "ssh"],
)
def test_a_browser_is_opened_where_there_is_a_desktop(
    home: Home, env: dict[str, str], options: tuple[str, ...], opened: bool
) -> None:
    browser = home.folder / "browser"
    browser.write_text(SHOWS.format(folder=home.folder))
    browser.chmod(0o700)
    asked_for, page = home.folder / "opened", home.folder / "credentials.env.html"
    with screen(home, 80, *options, BROWSER=f"{browser} %s &", **env) as (process, terminal):
        text = shown(terminal, "Paste here: ")
        (url,) = [line for line in text.splitlines() if "/authorize?" in line]
        until = monotonic() + (10 if opened else 0.2)
        while not asked_for.exists() and monotonic() < until:
            sleep(0.05)
        os.write(terminal, whole_address(url).encode())
        shown(terminal, "on Spotify now.")
        assert process.wait(timeout=30) == 0
    assert ("Your browser opens" in text) == opened
    assert asked_for.exists() == opened
    assert not page.exists()
    if opened:
        assert asked_for.read_text().strip() == page.as_uri(), "no secret in what other users can see"
        assert f'url={escape(url)}"' in (home.folder / "page").read_text()
        assert (home.folder / "page").stat().st_mode & 0o777 == 0o600


def test_no_browser_is_opened_when_nobody_sits_there(home: Home) -> None:
    env = {"DISPLAY": ":9", "BROWSER": f"touch {home.folder}/opened %s &"}
    assert bootstrap_script(home, bare_code, env=env).status == 0
    assert not (home.folder / "opened").exists()


# What else is in the way


@pytest.mark.parametrize("module", ["dotenv", "httpx"])
def test_ctrl_c_during_the_imports_is_not_answered_with_a_traceback(home: Home, tmp_path: Path, module: str) -> None:
    (tmp_path / f"{module}.py").write_text("import time; print('importing', flush=True); time.sleep(30)\n")
    pipe = subprocess.PIPE
    command = [sys.executable, str(ROOT / "bootstrap_token.py"), "--credentials", str(home.credentials)]
    env = {**CRON, "PYTHONPATH": str(tmp_path)}
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=env) as process:
        assert process.stdout
        assert process.stdout.readline() == b"importing\n"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, b"")


def test_what_earlier_runs_reported_is_over(home: Home) -> None:
    text = home.credentials.read_text()
    home.credentials.unlink()
    assert home.job().returncode == 78
    assert "There is no" in home.job("--status").stdout
    home.credentials.write_text(text)
    home.credentials.chmod(0o600)
    assert bootstrap_here(home, bare_code).status == 0
    assert "There is no" not in home.job("--status").stdout
    done = home.job()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    "earlier",
    [
        b"",
        b'{"refresh_token": ',
        b"\xff\xfe",
        b'{"refresh_token": "dead", "scope": "", "client_id": "another app", "authorized_at": null}',
        b'{"refresh_token": "dead", "client_id": "5fe01282e44241328a84e7c5cc169165", "rejected_at": "2026-01-01"}',
    ],
    ids=["empty", "truncated", "not text", "another app's", "rejected"],
)
def test_an_earlier_dead_token_never_stands_in_the_way(home: Home, earlier: bytes) -> None:
    home.token.write_bytes(earlier)
    told = bootstrap_here(home, bare_code)
    assert (told.status, told.err) == (0, "")
    assert not any("refresh_token" in parse_qs(asked.body) for asked in home.fake_spotify.requests)
    assert home.job().returncode == 0


def test_a_token_that_the_job_gave_up_is_replaced(home: Home) -> None:
    home.authorize()
    home.fake_spotify.revoke()
    assert home.job().returncode == 77
    assert bootstrap_here(home, bare_code).status == 0
    assert home.job().returncode == 0


def test_a_run_of_the_job_is_waited_for(home: Home) -> None:
    lock = os.open(f"{home.credentials}.lock", os.O_CREAT | os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)

    saved_meanwhile: list[bool] = []

    def ends() -> None:
        saved_meanwhile.append(home.token.exists())
        os.close(lock)

    def while_it_runs(url: str) -> str:
        Timer(0.5, ends).start()
        return bare_code(url)

    told = bootstrap_here(home, while_it_runs)
    assert told.status == 0
    assert "Waiting for a run of the job to end" in told.out
    assert (saved_meanwhile, home.token.exists()) == ([False], True)


def test_a_pause_is_saved_once_a_run_of_the_job_has_ended(home: Home) -> None:
    lock = os.open(f"{home.credentials}.lock", os.O_CREAT | os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)
    home.fake_spotify.overrule = lambda asked: Answered(429)
    saved_meanwhile: list[bool] = []

    def ends() -> None:
        saved_meanwhile.append(home.state.exists())
        os.close(lock)

    Timer(0.5, ends).start()
    told = bootstrap_here(home, bare_code)
    assert told.status == 75
    assert "Waiting for a run of the job to end" in told.out
    assert (saved_meanwhile, home.state.exists()) == ([False], True)


def troubled(path: str, status: int, body: object = "") -> Callable[[Asked], Answered | None]:
    return lambda asked: Answered(status, body) if asked.path == path else None


@pytest.mark.parametrize("status", [429, 500, 503])
def test_trouble_at_spotify_is_no_trouble_of_the_credentials(home: Home, status: int) -> None:
    home.fake_spotify.overrule = troubled("/api/token", status)
    home.token.write_bytes(EARLIER)
    refused(home, bootstrap_here(home, bare_code), "Nothing is saved yet.", status=75)


def test_no_connection_says_what_to_do_when_there_is_one(home: Home) -> None:
    home.token.write_bytes(EARLIER)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    home.write_credentials(SPOTIFY_ACCOUNTS_URL=f"http://127.0.0.1:{port}")
    refused(home, bootstrap_script(home, bare_code), "Can't connect to 127.0.0.1", status=75)


@pytest.mark.parametrize(
    ("status", "body", "exit_status", "said"),
    [
        (403, "User not registered in the Developer Dashboard", 77, "User Management"),
        (403, "Active premium subscription required for the owner of the app.", 77, "Premium"),
        (503, "", 75, "(503)"),
        (200, "<html>", 76, "isn't what its documentation says"),
    ],
)
def test_a_proof_that_fails_leaves_the_token_saved(
    home: Home, status: int, body: str, exit_status: int, said: str
) -> None:
    home.fake_spotify.overrule = troubled("/v1/me/player/currently-playing", status, body)
    told = bootstrap_here(home, bare_code)
    assert told.status == exit_status
    assert said in told.err
    assert "Saved." in told.out
    assert saved(home)["refresh_token"] in home.fake_spotify.refresh_tokens


def test_a_consent_that_brought_no_token_is_not_saved(home: Home) -> None:
    home.token.write_bytes(EARLIER)

    def cut(asked: Asked) -> Answered | None:
        exchange = "authorization_code" in asked.body
        return Answered(200, {"access_token": "BQA", "expires_in": 3600}) if exchange else None

    home.fake_spotify.overrule = cut
    told = bootstrap_here(home, bare_code)
    assert told.status == 76
    assert home.token.read_bytes() == EARLIER


@pytest.mark.parametrize("env", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}])
def test_a_terminal_without_utf8_is_spoken_to_as_well(home: Home, env: dict[str, str]) -> None:
    shows(home)
    told = bootstrap_script(home, bare_code, env=env)
    assert told.status == 0, told.err
    assert told.out.endswith("Playing: Band \\u2013 Song on Spotify now.\n")


def test_interrupting_it_changes_nothing(home: Home) -> None:
    home.token.write_bytes(EARLIER)
    pipe = subprocess.PIPE
    command = [sys.executable, str(ROOT / "bootstrap_token.py"), "--credentials", str(home.credentials)]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=CRON, bufsize=0) as process:
        assert process.stdout
        assert next(line for line in iter(process.stdout.readline, b"") if line.startswith(b"http"))
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, b"")
    assert home.token.read_bytes() == EARLIER


def test_a_full_disk_is_found_before_a_code_is_spent(home: Home) -> None:
    command = ["prlimit", "--fsize=1000", sys.executable, str(ROOT / "bootstrap_token.py")]
    done = subprocess.run(
        [*command, "--credentials", str(home.credentials)],
        env=CRON,
        input="",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (74, "")
    assert str(home.token) in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert sorted(path.name for path in home.folder.iterdir()) == ["credentials.env"]
