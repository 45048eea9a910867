"""Fixtures that several promises need."""

import os
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser

from lib.fake_spotify.listener import Listener
from lib.fake_spotify.loopback import serve
from lib.fake_spotify.service import FakeSpotify
from lib.spotify.transport import connect
from tests.support import browser as chromium
from tests.support.home import Home
from tests.support.memory import in_memory

if "TMPDIR" not in os.environ and (memory := in_memory()):
    tempfile.tempdir = os.environ["TMPDIR"] = memory  # browsers inherit the variable


def real_ms() -> int:
    """The machine's clock, ms UTC."""
    return int(time.time() * 1000)


@pytest.fixture
def listener() -> Listener:
    """A listener who began an hour ago and whose script is the test's to tell."""
    return Listener(real_ms() - 3_600_000)


@pytest.fixture
def fake_spotify(listener: Listener) -> FakeSpotify:
    """Spotify for that listener, by the machine's clock."""
    return FakeSpotify(listener, now_ms=real_ms)


@pytest.fixture
def home(tmp_path: Path, fake_spotify: FakeSpotify) -> Iterator[Home]:
    """A folder with credentials, and the stand-in behind a real socket."""
    with serve(fake_spotify.answer) as url:
        yield Home(tmp_path, fake_spotify, url)


@pytest.fixture(scope="session")
def client() -> Iterator[httpx.Client]:
    """One for all: certificates take longer to read than Spotify to answer."""
    with connect() as one:
        yield one


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, headless; without it the tests that need it are skipped."""
    if chromium.WHY_NOT:
        pytest.skip(chromium.WHY_NOT)
    with chromium.chromium() as one:
        yield one


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Who asks for a home runs the scripts in it, and that's slow, as a browser is."""
    for item in items:
        if isinstance(item, pytest.Function) and {"home", "browser"} & set(item.fixturenames):
            item.add_marker("slow")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tells at the end what the kills, faults and the year counted: a passing test's prints would go unread."""
    counts = [
        line
        for report in terminalreporter.getreports("passed")
        for line in report.capstdout.splitlines()
        if re.search(r"\d (kills|tokens lost|faults|places|runs)\b", line) and "afterwards" not in line
    ]
    if counts:
        terminalreporter.section("counted")
        terminalreporter.write("\n".join(counts) + "\n")
