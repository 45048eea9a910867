"""One run at a time, none stuck: the lock is let go by any death, and every run is over within 50 seconds."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event

import pytest

from lib.disk import token_store
from lib.disk.credentials import lock_file
from lib.errors import PassingError
from lib.runner import Report
from lib.spotify.transport import RUN_S, Http, connect
from tests.support.evening import Evening
from tests.support.holder import held
from tests.support.home import CRON, ROOT, consent
from tests.support.raw import Behaviour, raw_server, request_from

pytestmark = pytest.mark.slow


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[Evening]:
    with Evening(tmp_path, public=True).lived() as lived:
        yield lived


# The lock


def test_a_run_that_finds_another_at_work_asks_nothing_and_leaves_quietly(evening: Evening) -> None:
    with held(lock_file(evening.home.credentials)):
        assert evening.run() == Report(75, (), ())
    assert evening.fake_spotify.requests == []
    assert evening.home.lines() == []


def test_the_lock_is_never_removed(evening: Evening) -> None:
    evening.run()
    before = lock_file(evening.home.credentials).stat()
    evening.run()
    evening.home.job()
    after = lock_file(evening.home.credentials).stat()
    assert (after.st_ino, after.st_mode & 0o777) == (before.st_ino, 0o600)


def test_a_job_killed_in_the_middle_of_its_work_lets_go(evening: Evening) -> None:
    with silent_player(evening) as (started, job):
        assert started.wait(20)
        assert evening.run().status == 75
        job.kill()
        job.wait()
        evening.home.write_credentials()
        assert evening.run().status == 0
    assert evening.lost_and_doubled() == (0, 0)


@contextmanager
def silent_player(evening: Evening) -> Iterator[tuple[Event, "subprocess.Popen[bytes]"]]:
    """A real job that has renewed its token and waits for a player that says nothing, with the lock in its hands."""
    started, over = Event(), Event()

    def behave(connection: socket.socket) -> None:
        request_from(connection)
        started.set()
        over.wait(60)

    with raw_server(behave) as url:
        evening.home.write_credentials(SPOTIFY_API_URL=url)
        command = [sys.executable, str(ROOT / "nowplaying_job.py"), "--credentials", str(evening.home.credentials)]
        with subprocess.Popen(command, env=CRON, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as job:
            try:
                yield started, job
            finally:
                job.kill()
                over.set()


def test_bootstrap_waits_for_a_run_and_its_token_stays(evening: Evening) -> None:
    home = evening.home
    with silent_player(evening) as (started, job):
        assert started.wait(20)
        home.write_credentials()
        before = home.token.read_bytes()
        command = [sys.executable, str(ROOT / "bootstrap_token.py"), "--credentials", str(home.credentials)]
        with subprocess.Popen(command, env=CRON, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as bootstrap:
            assert bootstrap.stdin is not None
            assert bootstrap.stdout is not None
            url = next(line for line in bootstrap.stdout if "/authorize?" in line).strip()
            bootstrap.stdin.write(consent(url) + "\n")
            bootstrap.stdin.close()
            assert next(line for line in bootstrap.stdout if line.startswith("Waiting for a run of the job to end"))
            assert home.token.read_bytes() == before, "saved in the middle of a run"
            job.kill()
            assert "Saved." in bootstrap.stdout.read()
    assert bootstrap.returncode == 0
    saved = token_store.peek(home.token).refresh_token.reveal()
    assert saved.encode() not in before
    assert not evening.fake_spotify.refresh_tokens[saved].dead
    assert evening.run().status == 0


# The deadline


def drip(lines: bytes, pause_s: float = 0.02) -> Behaviour:
    """Sends a byte at a time, for ever."""

    def behave(connection: socket.socket) -> None:
        request_from(connection)
        connection.sendall(lines)
        while True:
            connection.sendall(b"x")
            time.sleep(pause_s)

    return behave


def say_nothing(connection: socket.socket) -> None:
    with suppress(OSError):
        while connection.recv(4096):
            pass


STUCK: dict[str, tuple[Behaviour, str]] = {
    "headers, a byte at a time": (drip(b"HTTP/1.1 200 OK\r\nX-Header: "), "http"),
    "a body, a byte at a time": (drip(b"HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n"), "http"),
    "chunks, a byte at a time": (drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n"), "http"),
    "nothing at all": (say_nothing, "http"),
    "a handshake that hangs": (say_nothing, "https"),
}


@pytest.mark.parametrize("name", STUCK)
def test_a_conversation_is_over_by_its_deadline(name: str) -> None:
    behave, scheme = STUCK[name]
    began = time.monotonic()
    with raw_server(behave) as url, connect() as client:
        with pytest.raises(PassingError, match=r"127\.0\.0\.1 didn't answer in time\."):
            Http(client, 0.2).request("GET", url.replace("http", scheme, 1), headers={})
        assert 0.15 < time.monotonic() - began < 3


def test_all_conversations_of_a_run_share_one_deadline() -> None:
    def slow(connection: socket.socket) -> None:
        request_from(connection)
        time.sleep(0.3)
        connection.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")

    with raw_server(slow) as url, connect() as client:
        http = Http(client, 0.8)
        assert http.request("GET", url, headers={}).status == 204
        assert http.request("GET", url, headers={}).status == 204
        with pytest.raises(PassingError):
            http.request("GET", url, headers={})


def test_the_deadline_leaves_time_for_the_disk_within_50_seconds() -> None:
    assert RUN_S <= 45


ASK = """
import sys, time
from lib.errors import PassingError
from lib.spotify.transport import Http, connect
with connect() as client:
    try:
        Http(client, 1.0).request("GET", "https://accounts.spotify.com/", headers={})
    except PassingError as error:
        print(error.what)
"""


def test_a_silent_name_server_ends_at_the_deadline_with_the_process(tmp_path: Path) -> None:
    with silent_name_server(tmp_path) as prefix:
        began = time.monotonic()
        done = subprocess.run(
            [*prefix, sys.executable, "-c", ASK], cwd=ROOT, capture_output=True, text=True, timeout=50, check=False
        )
        assert done.stdout == "accounts.spotify.com didn't answer in time.\n", done.stderr
        assert time.monotonic() - began < 6


@contextmanager
def silent_name_server(folder: Path) -> Iterator[list[str]]:
    """What to put before a command so that it asks a name server that says nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        try:
            server.bind(("127.0.0.9", 53))
        except OSError as error:
            pytest.skip(f"can't be a name server here: {error}")
        resolver = folder / "resolv.conf"
        resolver.write_text("nameserver 127.0.0.9\noptions timeout:30 attempts:5\n")
        mount = 'mount --bind "$0" /etc/resolv.conf && exec "$@"'
        prefix = ["unshare", "-m", "sh", "-c", mount, str(resolver)]
        tried = subprocess.run([*prefix, "true"], capture_output=True, text=True, check=False)
        if tried.returncode:
            pytest.skip(f"can't have a name server of its own: {tried.stderr.strip()}")
        yield prefix
