"""Debian's cron itself runs the job, from a crontab made of crontab.example."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.support.clockwork import Showing
from tests.support.home import ROOT, Home

pytestmark = [pytest.mark.cron, pytest.mark.slow]

FOLDER = "/home/me/spotify-history"
PID_FILE = Path("/run/crond.pid")


def why_not() -> str:
    """Why cron can't be tried here; empty when it can."""
    if not (shutil.which("cron", path="/usr/sbin:/usr/bin") and shutil.which("crontab")):
        return "needs Debian's cron: apt-get install cron"
    if os.geteuid() != 0:
        return "needs root: only root may start a cron daemon"
    return ""


def running() -> bool:
    """Whether a cron daemon is at work already; its pid file is locked, or names a living process called cron."""
    with suppress(OSError, ValueError):
        return Path(f"/proc/{int(PID_FILE.read_text())}/comm").read_text().strip() == "cron"
    return False


@contextmanager
def crontab(text: str) -> Iterator[None]:
    """This user's crontab for a while; the one before comes back whatever happens."""
    before = subprocess.run(["crontab", "-l"], capture_output=True, check=False)
    subprocess.run(["crontab", "-"], input=text.encode(), check=True)
    try:
        yield
    finally:
        if before.returncode == 0:
            subprocess.run(["crontab", "-"], input=before.stdout, check=True)
        else:
            subprocess.run(["crontab", "-r"], check=False, capture_output=True)


@contextmanager
def cron() -> Iterator[None]:
    """A daemon of our own; if one is at work already, that one will do."""
    if running():
        yield
        return
    with subprocess.Popen(["/usr/sbin/cron", "-f"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as daemon:
        try:
            yield
        finally:
            daemon.terminate()
            daemon.wait(10)
            PID_FILE.unlink(missing_ok=True)


@pytest.mark.skipif(bool(why_not()), reason=why_not())
def test_the_example_crontab_brings_a_line_within_the_next_minute(home: Home) -> None:
    home.authorize()
    home.fake_spotify.player = Showing(
        {
            "type": "track",
            "uri": "spotify:track:1",
            "name": "Song",
            "artists": [{"name": "Band"}],
            "duration_ms": 1 << 22,
        }
    )
    text = (ROOT / "crontab.example").read_text()
    text = text.replace(f"{FOLDER}/.venv/bin/python", sys.executable)
    text = text.replace(f"{FOLDER}/nowplaying_job.py", f"{ROOT}/nowplaying_job.py --credentials {home.credentials}")
    said = home.folder / "said"
    text = text.rstrip("\n") + f" >{said} 2>&1\n"
    with crontab(text), cron():
        until = time.monotonic() + 75
        while not (home.log.exists() and said.exists()) and time.monotonic() < until:
            time.sleep(0.25)
        time.sleep(0.5)  # for the run to end
    assert said.exists(), "cron ran nothing"
    assert said.read_text() == ""
    assert home.titles() == ["Song"]
    assert home.log.stat().st_mode & 0o777 == 0o600
