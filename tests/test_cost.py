"""Promises about what a run costs, as far as they can be told without a stopwatch; tests.benchmark has one."""

import re
from pathlib import Path

import pytest
import trustme

from lib.disk import run_state
from lib.fake_spotify.listener import Listener, track
from lib.fake_spotify.loopback import Answered, serve
from lib.fake_spotify.service import FakeSpotify
from tests.support import certificates
from tests.support.clockwork import clockwork_in
from tests.support.home import Home
from tests.support.times import HOUR, MINUTE

SONG = track("Song", ["Band"], "Album", 3_600_000)
NEEDLESS = {
    *("http.server", "socketserver", "secrets", "asyncio"),
    *("lib.demo", "lib.follow", "lib.screen", "lib.status", "lib.bootstrap"),
    *("lib.report", "lib.export", "lib.importer"),
}
"""What a run by cron has no use for, and httpx doesn't load either."""


def loaded(home: Home) -> set[str]:
    """The modules that a run loads."""
    done = home.job(env={"PYTHONPROFILEIMPORTTIME": "1"})
    return set(re.findall(r"\| +([\w.]+)$", done.stderr, re.MULTILINE))


def test_a_run_in_a_silence_writes_nothing(tmp_path: Path) -> None:
    def files() -> dict[Path, tuple[bytes, int]]:
        return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in tmp_path.iterdir()}

    with clockwork_in(tmp_path) as clockwork:
        clockwork.listener.begin(SONG).listen(MINUTE).quiet(HOUR)
        for _ in range(3):
            clockwork.run()
            clockwork.now_ms += MINUTE
        before = files()
        read_to = run_state.load(clockwork.home.state).log_size
        assert read_to == clockwork.home.log.stat().st_size, "or each run would read the end of the log"
        for _ in range(3):
            assert clockwork.run().status == 0
            assert files() == before
            clockwork.now_ms += MINUTE


def test_a_refresh_token_that_comes_again_unchanged_is_not_written_again(home: Home) -> None:
    same, access = home.authorize(), "BQ" + "x" * 100
    until_ms = home.fake_spotify.now_ms() + 3_600_000
    home.fake_spotify.access_tokens[access] = (home.settings.scope, until_ms)
    granted = {"access_token": access, "token_type": "Bearer", "expires_in": 3600, "refresh_token": same}
    home.fake_spotify.overrule = lambda asked: Answered(200, granted) if asked.path == "/api/token" else None
    before = home.token.stat()
    assert home.job().returncode == 0
    assert (home.token.stat().st_ino, home.token.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_run_loads_what_it_needs_and_no_more(home: Home, listener: Listener) -> None:
    home.authorize()
    listener.begin(SONG).listen()
    modules = loaded(home)
    assert {"httpx", "lib.job"} <= modules
    assert not modules & NEEDLESS


@pytest.mark.parametrize("why", ["pause", "dead token", "no token", "wrong settings"])
def test_a_run_that_asks_nothing_does_not_load_httpx(home: Home, why: str) -> None:
    home.authorize()
    if why == "pause":
        home.fake_spotify.overrule = lambda _: Answered(429, headers={"Retry-After": "3600"})
    elif why == "dead token":
        home.fake_spotify.revoke()
    elif why == "no token":
        home.token.unlink()
    else:
        home.write_credentials(SPOTIFY_CLIENT_ID="")
    home.job()
    asked = len(home.fake_spotify.requests)
    assert "httpx" not in loaded(home)
    assert len(home.fake_spotify.requests) == asked


@pytest.mark.slow
def test_a_run_makes_one_connection_to_a_host(tmp_path: Path, fake_spotify: FakeSpotify, listener: Listener) -> None:
    listener.begin(SONG).listen()
    authority = trustme.CA()
    tls = certificates.server(authority.issue_cert("127.0.0.1"))
    bundle = certificates.bundle(tmp_path / "bundle.pem", authority)
    with serve(fake_spotify.answer, tls) as url:
        home = Home(tmp_path, fake_spotify, url)
        home.authorize()
        assert home.job(env={"SSL_CERT_FILE": str(bundle)}).returncode == 0
    assert len(fake_spotify.requests) == 3
    assert tls.session_stats()["accept"] == 1
