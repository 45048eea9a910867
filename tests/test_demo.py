"""nowplaying_job.py --demo: the first thing anyone sees, on any machine, without an account."""

import os
import re
import signal
import subprocess
import sys
from functools import cache
from io import StringIO
from pathlib import Path
from time import monotonic

import pytest

from lib import demo
from lib.fake_spotify.service import FakeSpotify
from tests.support.home import CRON, ROOT
from tests.support.person import minding_permissions

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, str(ROOT / "nowplaying_job.py"), "--demo"]


def test_it_takes_seconds_needs_nothing_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """In a working folder that can't be written to, with no home, no locale, and a proxy that leads nowhere."""
    nowhere, temporary = tmp_path / "read-only", tmp_path / "tmp"
    nowhere.mkdir(mode=0o500)
    temporary.mkdir()
    before = snapshot(ROOT)
    began = monotonic()
    done = subprocess.run(
        [*minding_permissions(), *COMMAND],
        cwd=nowhere,
        env={**CRON, "TMPDIR": str(temporary), "HTTP_PROXY": "http://127.0.0.1:9", "ALL_PROXY": "http://127.0.0.1:9"},
        capture_output=True,
        check=False,
    )
    took_s = monotonic() - began
    assert (done.returncode, done.stderr) == (0, b"")
    assert took_s < 10
    assert list(temporary.iterdir()) == []
    assert list(nowhere.iterdir()) == []
    assert snapshot(ROOT) == before
    assert not re.search(rb"[A-Za-z0-9_-]{60}", done.stdout), "nothing like a token"
    assert FakeSpotify.client_secret.encode() not in done.stdout
    assert b"\x1b" not in done.stdout, "colors are for terminals"


def snapshot(folder: Path) -> set[str]:
    """The program's own files and what lies beside them; caches come and go."""
    return {path.name for path in folder.iterdir() if not path.name.startswith(".")} | {
        str(path) for path in (folder / "lib").rglob("*.py")
    }


@cache
def shown(width: int) -> list[str]:
    """The lines of a demo of that width."""
    out = StringIO()
    assert demo.demo(out, {}, width, pace_s=0) == 0
    return out.getvalue().splitlines()


@pytest.mark.parametrize("width", [60, 160])
def test_it_fits_the_terminal_and_breaks_no_word(width: int) -> None:
    lines = shown(width)
    assert max(map(len, lines)) <= width
    said = " ".join(" ".join(lines).split())
    assert demo.OUTAGE in said
    assert "a fake Spotify answers" in said


def test_it_shows_an_evening_with_everything_that_happens_in_one() -> None:
    lines = shown(60)
    logged = [line for line in lines if re.match(r"\d\d:\d\d  ", line)]
    assert [re.split(r"  +", line)[2] for line in logged] == [
        "Weird Fishes/ Arpeggi",
        "Weird Fishes/ Arpeggi",
        "Under Pressure",
        "How a Bell Is Tuned",
        "Demo tape, side B",
        "Hyperballad",
        "Teardrop",
        "Pyramid Song",
        "Sinnerman",
    ]
    assert [line[:5] for line in logged] == sorted(line[:5] for line in logged)
    notes = " ".join(line.partition("· ")[2] for line in lines)
    for words in (
        "Weird Fishes again",
        "Under Pressure was paused",
        "An ad",
        "Hyperballad, skipped",
        "down for ten minutes",
    ):
        assert words in notes
    assert "9 plays, 9 lines in the log: 0 lost, 0 doubled." in lines
    runs, rate = re.findall(r"\d+(?:\.\d+)?", next(line for line in lines if "requests each" in line))
    assert int(runs) > 40
    assert float(rate) <= 2.4, "the manners that README promises"


def test_a_reader_who_has_seen_enough_may_leave(tmp_path: Path) -> None:
    shell = 'set -o pipefail; "$@" | head -n 3'
    env = {**CRON, "TMPDIR": str(tmp_path)}
    done = subprocess.run(["/bin/bash", "-c", shell, "sh", *COMMAND], env=env, capture_output=True, check=False)
    assert len(done.stdout.splitlines()) == 3
    assert done.stderr == b""
    assert list(tmp_path.iterdir()) == []


def test_interrupting_it_leaves_nothing_behind_either(tmp_path: Path) -> None:
    env = {**CRON, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(COMMAND, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, b"")
    assert list(tmp_path.iterdir()) == []


def test_a_terminal_without_utf8_sees_it_too() -> None:
    """Only the beginning of it: the rest is the same."""
    env = {**CRON, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        ["/bin/bash", "-c", '"$@" | head -n 12', "sh", *COMMAND], env=env, capture_output=True, check=False
    )
    assert done.stderr == b""
    assert os.fsdecode(done.stdout).isascii()
    assert b"Weird Fishes/ Arpeggi" in done.stdout
