"""No refresh token, access token, client secret, code or verifier is ever shown, and no private file is ever public."""

import json
import re
import socket
import subprocess
import sys
import traceback
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import httpx
import pytest

from lib.disk import token_store
from lib.disk.token_store import Token
from lib.errors import ProgramError
from lib.fake_spotify.listener import Listener, track
from lib.fake_spotify.loopback import Answered, Asked
from lib.runner import failed
from lib.secret import Secret
from lib.spotify import accounts, player
from lib.spotify.accounts import Grant
from lib.spotify.callback import connected, listening
from lib.spotify.transport import Answer, Http, connect
from tests.support.home import Home, consent
from tests.support.person import bootstrap_here, bootstrap_script

SONG = track("Song", ["Band"], "Album", 200_000)


def secrets_of(home: Home) -> list[str]:
    """All that was ever secret between this home and Spotify, in every dress that it travelled in."""
    fake_spotify = home.fake_spotify
    plain = [fake_spotify.client_secret, *fake_spotify.refresh_tokens, *fake_spotify.access_tokens, *fake_spotify.codes]
    for asked in fake_spotify.requests:
        form = parse_qs(asked.body)
        plain += [form[key][0] for key in ("code", "code_verifier", "refresh_token") if key in form]
        plain += [asked.headers["authorization"].split(" ")[-1]] if "authorization" in asked.headers else []
    plain = [secret for secret in plain if secret]
    return [*plain, *map(quote, plain), *(b64encode(one.encode()).decode() for one in plain)]


def nothing_shown(home: Home, *said: str) -> None:
    for secret in secrets_of(home):
        for text in said:
            assert secret not in text
            assert secret[:24] not in text, "nor the better part of it"


# What is said


@pytest.mark.parametrize("secret", [True, False], ids=["with a secret", "PKCE"])
def test_the_whole_way_shows_no_secret(home: Home, listener: Listener, secret: bool) -> None:
    listener.quiet(3_500_000).begin(SONG).listen()
    if not secret:
        home.fake_spotify.client_secret = ""
        home.write_credentials()
    home.fake_spotify.rotates = True
    pasted = bootstrap_script(home, lambda url: "yes\n" + consent(url))
    assert pasted.status == 0
    said = [pasted.out, pasted.err]
    for options in (["--verbose"], ["--status"], ["--status", "--json"], []):
        done = home.job(*options)
        assert done.returncode == 0
        said += [done.stdout, done.stderr]
    home.fake_spotify.revoke()
    done = home.job("--verbose")
    assert done.returncode == 77
    said += [done.stdout, done.stderr, home.job("--status").stdout]
    assert len(secrets_of(home)) >= 12
    nothing_shown(home, *said, home.log.read_text(), home.state.read_text())
    nothing_shown(home, Path(f"{home.credentials}.lock").read_text())
    nothing_shown(home, *(parse_qs(urlsplit(pasted.url).query).get("state", [])))


def echo(status: int, kind: str) -> Callable[[Asked], Answered]:
    """A service that quotes the request in its error, secrets and all."""

    def answer(asked: Asked) -> Answered:
        words = f"{asked.headers.get('authorization')} {asked.body}"
        bodies: dict[str, object] = {
            "text": words,
            "oauth": {"error": "invalid_request", "error_description": words},
            "api": {"error": {"status": status, "message": words}},
            "html": f"<html>{words}</html>",
        }
        return Answered(status, bodies[kind])

    return answer


STATUSES = [200, 301, 400, 401, 403, 404, 415, 418, 429, 500, 503]


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("kind", ["text", "oauth", "api", "html"])
def test_an_answer_that_quotes_the_request_is_not_passed_on(
    home: Home, client: httpx.Client, status: int, kind: str
) -> None:
    home.fake_spotify.overrule = echo(status, kind)
    settings, code, verifier = home.settings, Secret("AQ" + "c" * 80), Secret("v" * 64)
    public = settings._replace(client_secret=Secret(""))
    access, refresh_token = Secret("BQ" + "a" * 80), Secret("AQ" + "r" * 80)
    asks: list[Callable[[], object]] = [
        lambda: accounts.client_credentials(Http(client), settings),
        lambda: accounts.exchange(Http(client), settings, code, None),
        lambda: accounts.exchange(Http(client), public, code, verifier),
        lambda: accounts.refresh(Http(client), settings, refresh_token),
        lambda: accounts.refresh(Http(client), public, refresh_token),
        lambda: player.currently_playing(Http(client), settings, access, lambda: datetime.now(UTC)),
        lambda: player.recently_played(Http(client), settings, access),
    ]
    said = [words for ask in asks for words in told(ask, home)]
    assert len(said) >= 4 * 4
    nothing_shown(home, *said)
    for secret in (code, verifier, access, refresh_token):
        assert not any(secret.reveal()[:24] in text for text in said)


def told(ask: Callable[[], object], home: Home) -> list[str]:
    """An error's every face: its text, its repr, its arguments, its traceback, and what is printed of it."""
    try:
        ask()
    except ProgramError as error:
        report = failed(error, home.credentials)
        trace = "".join(traceback.format_exception(error))
        return [str(error), repr(error), repr(error.args), repr(vars(error)), trace, *report.err]
    return []


GRANTED = {"access_token": "BQ" + "n0t-to-be_shown." * 9, "refresh_token": "AQ" + "N0R-to-be_shown." * 9, "scope": "x"}
CARRYING = [201, 302, 400, 403, 429, 500, 503]


def shown_of_it(text: str) -> bool:
    return "to-be_shown" in text.lower() or "to%2dbe" in text.lower()


@pytest.mark.parametrize("status", CARRYING)
def test_a_token_that_comes_with_a_refusal_is_not_shown(home: Home, client: httpx.Client, status: int) -> None:
    settings, saved = home.settings, Secret("AQ" + "r" * 80)
    bodies = [GRANTED, json.dumps(GRANTED)[:-9], {"error": GRANTED}, {"error": GRANTED["refresh_token"]}, [GRANTED]]
    waiting: list[object] = []
    home.fake_spotify.overrule = lambda _: Answered(status, waiting[0])
    for body in (*bodies, f"<p>{GRANTED['refresh_token']}</p>", "n0t-to-be_shown"):
        waiting[:] = [body]
        said = told(lambda: accounts.client_credentials(Http(client), settings), home)
        said += told(lambda: accounts.exchange(Http(client), settings, saved, None), home)
        said += told(lambda: accounts.refresh(Http(client), settings, saved), home)
        assert len(said) >= 3 * 6
        assert not any(map(shown_of_it, said))


@pytest.mark.parametrize("status", [201, 429, 503])
def test_nor_is_it_noted_for_later(home: Home, status: int) -> None:
    home.authorize()
    home.fake_spotify.overrule = lambda asked: Answered(status, GRANTED) if asked.path == "/api/token" else None
    done = home.job("--verbose")
    assert done.returncode in (75, 76)
    later = home.job("--status")
    note = Path(f"{home.credentials}.lock").read_text()
    assert str(status) in note, "the trouble itself is noted"
    assert not any(map(shown_of_it, (done.stdout, done.stderr, later.stdout, later.stderr, note)))


DRESSES: dict[str, Callable[[str], str]] = {
    "plain": str,
    "percent-encoded": lambda token: quote(token, safe=""),
    "percent-encoded twice": lambda token: quote(quote(token, safe=""), safe=""),
    "escaped JSON": lambda token: json.dumps(token).replace("/", "\\/"),
    "as numbers in JSON": lambda token: "".join(f"\\u{ord(char):04x}" for char in token),
    "base64": lambda token: b64encode(token.encode()).decode(),
    "in the middle of a word": lambda token: f"token={token}.",
    "beyond the first page": lambda token: " " * 4_080 + token,
}


@pytest.mark.parametrize("status", [400, 403, 404])
@pytest.mark.parametrize("dress", DRESSES)
def test_a_token_that_comes_back_encoded_is_recognized(
    home: Home, client: httpx.Client, status: int, dress: str
) -> None:
    token = "BQ" + "n0t/to+be_shown=" * 9
    worn = DRESSES[dress](token)
    home.fake_spotify.overrule = lambda _: Answered(status, f"Sorry: {worn} is not welcome")
    said = told(lambda: player.recently_played(Http(client), home.settings, Secret(token)), home)
    assert "Sorry: " in said[0]
    assert "is not welcome" in said[0]
    for text in said:
        assert not any(worn.strip()[at : at + 12] in text for at in range(len(worn.strip()) - 12))


@pytest.mark.parametrize("status", [200, 400, 403, 500])
@pytest.mark.parametrize("path", ["/api/token", "/v1/me/player/currently-playing"])
def test_no_run_prints_what_such_an_answer_quotes(home: Home, status: int, path: str) -> None:
    home.authorize()
    answer = echo(status, "text")
    home.fake_spotify.overrule = lambda asked: answer(asked) if asked.path == path else None
    done = home.job("--verbose")
    assert done.returncode in (75, 76, 77)
    assert done.stderr
    nothing_shown(home, done.stdout, done.stderr)


def test_a_token_that_fits_no_header_is_not_quoted_as_the_reason(home: Home) -> None:
    home.authorize()
    sent = {"access_token": "BQnever-to-be-shown\r\nX-Injected: yes", "expires_in": 3600}
    home.fake_spotify.overrule = lambda asked: Answered(200, sent) if asked.path == "/api/token" else None
    done = home.job("--verbose")
    assert done.returncode == 76
    assert "never-to-be-shown" not in done.stdout + done.stderr


def test_a_bugs_traceback_holds_no_secret(home: Home) -> None:
    """However deep in the program it happens; here the clock itself fails, in the midst of a request."""
    access = Secret(home.authorize())
    moments = iter([datetime.now(UTC)])
    home.fake_spotify.overrule = lambda _: Answered(204)
    with connect() as client, pytest.raises(StopIteration) as caught:
        player.currently_playing(Http(client), home.settings, access, lambda: next(moments))
    report = failed(caught.value, home.credentials)
    assert report.status == 70
    assert "Traceback" in report.err[0]
    nothing_shown(home, *report.err)


def test_what_holds_a_secret_has_no_repr_that_shows_it(home: Home) -> None:
    home.authorize()
    secret = Secret("never-to-be-shown")
    holders: list[object] = [
        secret,
        Grant(secret, secret, "scope"),
        Token(secret, "scope", "id", None),
        Answer(200, "accounts.spotify.com", b'{"access_token": "never-to-be-shown"}'),
        token_store.peek(home.token),
        home.settings,
    ]
    for holder in holders:
        for shown in (repr(holder), str(holder), f"{holder}", f"{holder!r:>9}", ascii([holder])):
            assert "never-to-be-shown" not in shown
            nothing_shown(home, shown)
    assert repr(Secret("")) == "Secret()", "whether there is one is no secret"


def test_pasting_the_same_code_wrongly_never_repeats_it(home: Home) -> None:
    codes = []

    def answer(url: str) -> str:
        code = parse_qs(urlsplit(consent(url)).query)["code"][0]
        codes.append(code)
        return f"http://127.0.0.1:8888/callback?code={code}&state=another\n/{code}\n{code}x\n"

    report = bootstrap_here(home, answer)
    assert report.status == 77
    assert len(report.err.splitlines()) == 4
    assert codes[0][:24] not in report.out + report.err


def test_the_listeners_page_and_its_log_show_no_code(home: Home) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        uri = f"http://127.0.0.1:{free.getsockname()[1]}/callback"
    with listening(uri) as callback:
        assert callback
        url = f"{uri}?code=never-to-be-shown&state=s"
        command = [sys.executable, "-c", f"import urllib.request as r; print(r.urlopen({url!r}).read())"]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as browser:
            callback.take().reply(connected("1 May 2027"))
            page, _ = browser.communicate(timeout=30)
    assert b"1 May 2027" in page
    assert b"never-to-be-shown" not in page


# What other users of the machine can see


def test_no_secret_is_in_arguments_or_the_environment_of_a_run(home: Home) -> None:
    """What `ps` and /proc show while bootstrap waits and while the job asks."""
    home.authorize()
    seen: list[str] = []

    def look(asked: Asked) -> Answered | None:
        del asked
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                arguments = (process / "cmdline").read_bytes().decode(errors="replace")
                if "nowplaying_job.py" in arguments or "bootstrap_token.py" in arguments:
                    seen.extend([arguments, (process / "environ").read_bytes().decode(errors="replace")])
        return None

    home.fake_spotify.overrule = look
    assert home.job().returncode == 0
    assert bootstrap_script(home, consent).status == 0
    assert len(seen) > 8
    nothing_shown(home, *seen)


PRIVATE = ["token.json", "state.json", "history.log", "credentials.env.lock"]


def test_private_files_are_private_from_birth_whatever_the_umask(home: Home, listener: Listener) -> None:
    """Watched from outside while bootstrap and the job make them: no file is ever anything but 0600."""
    listener.quiet(3_500_000).begin(SONG).listen()
    watcher = subprocess.Popen(
        [sys.executable, "-c", WATCH, str(home.folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with watcher:
        assert watcher.stdout
        assert watcher.stdout.readline() == "watching\n"
        shell = ["/bin/sh", "-c", 'umask 0; exec "$@"', "sh"]
        home.fake_spotify.rotates = True
        assert bootstrap_script(home, consent, prefix=shell).status == 0
        for _ in range(2):
            assert home.script("nowplaying_job.py", prefix=shell).returncode == 0
        modes = json.loads(watcher.communicate("stop\n", timeout=30)[0])
    assert {name: set(modes[name]) for name in PRIVATE} == {name: {"0o600"} for name in PRIVATE}
    assert {mode for name in modes for mode in modes[name]} == {"0o600"}, "temporary files included"


WATCH = """
import json, os, select, sys
folder, modes = sys.argv[1], {}
print("watching", flush=True)
while not select.select([sys.stdin], [], [], 0)[0]:
    for entry in os.scandir(folder):
        try:
            modes.setdefault(entry.name, []).append(oct(entry.stat().st_mode & 0o777))
        except FileNotFoundError:
            pass
print(json.dumps({name: sorted(set(found)) for name, found in modes.items()}))
"""


def test_every_file_that_is_made_is_made_private(home: Home, listener: Listener, tmp_path: Path) -> None:
    """The kernel's own record of it: no file is created with a mode that others could use for one moment."""
    if not Path("/usr/bin/strace").exists():
        pytest.skip("needs strace")
    listener.quiet(3_500_000).begin(SONG).listen()
    home.authorize()
    home.fake_spotify.rotates = True
    trace = tmp_path / "trace"
    strace = ["/usr/bin/strace", "-f", "-o", str(trace), "-e", "trace=openat,open,creat,chmod,fchmod,fchmodat"]
    assert home.script("nowplaying_job.py", prefix=[*strace, "--"]).returncode == 0
    made = re.findall(r'open\w*\(.*"([^"]+)", [^)]*O_CREAT[^)]*, (0\d+)(?:\)| <unfinished)', trace.read_text())
    ours = [(Path(path).name, mode) for path, mode in made if path.startswith(str(home.folder))]
    assert {"history.log", "credentials.env.lock"} < {name for name, _ in ours}
    assert {mode for _, mode in ours} == {"0600"}
    assert "chmod" not in trace.read_text(), "never written first and closed to others afterwards"


def test_a_bugs_traceback_keeps_what_could_be_a_token_to_itself() -> None:
    token = "AQ" + "b-_9" * 30
    told = failed(RuntimeError(f"refresh_token={token}&code={token}"), Path("/home/me/credentials.env"))
    assert token not in "".join(told.err)
    assert "RuntimeError" in told.err[0]
