"""nowplaying_job.py --import as a person starts it: the real script, on a terminal and off it."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from lib.disk.lock import Lock
from tests.support.exports import Person, files, zipped
from tests.support.home import CRON, ROOT
from tests.support.importing import NOW, Desk, desk
from tests.support.person import minding_permissions

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A zip of 25 MB unpacked, large enough for two processes."""
    heard = Person(5, NOW - timedelta(days=1500)).listen(30_000).heard
    past = [one for one in heard if one.ended_s < NOW.timestamp()]
    return zipped(tmp_path_factory.mktemp("export") / "my_spotify_data.zip", files(past[:30_000], size=1200))


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    return desk(tmp_path)


def command(here: Desk, *options: str | Path) -> list[str]:
    script = [sys.executable, str(ROOT / "nowplaying_job.py"), "--credentials", str(here.credentials)]
    return [*script, *map(str, options)]


def run(here: Desk, *options: str | Path, prefix: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
    whole = [*prefix, *command(here, *options)]
    return subprocess.run(whole, env=CRON, cwd="/", capture_output=True, text=True, check=False, encoding="utf-8")


def test_the_zip_becomes_the_past_and_the_log_stays_as_it_was(here: Desk, export: Path) -> None:
    here.log.write_text("2026-11-01T00:00:00+00:00\tBand\tUnheard of\tAlbum\t3:00\tspotify:track:u\n")
    before = (here.log.read_bytes(), here.log.stat().st_mtime_ns)
    done = run(here, "--import", export, "--force")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Read 25 files of the export:\n")
    assert len(here.lines()) > 15_000
    assert (here.log.read_bytes(), here.log.stat().st_mtime_ns) == before
    made = {
        path.name: path.stat().st_mode & 0o777 for path in here.folder.iterdir() if path.name.startswith("history-")
    }
    assert made == {"history-past.log": 0o600, "history-past.log.lock": 0o600, "history-past.streams": 0o600}
    again = run(here, "--import", export, "--json", "--force")
    assert json.loads(again.stdout)["past_plays_new"] == 0


def test_a_folder_with_links_and_another_log_is_found(here: Desk, export: Path) -> None:
    here.credentials.write_text("SPOTIFY_CLIENT_ID=1\nHISTORY_LOG=elsewhere/plays.txt\n")
    (here.folder / "elsewhere").mkdir()
    assert run(here, "--import", export).returncode == 0
    assert {path.name for path in (here.folder / "elsewhere").iterdir()} == {
        "plays-past.txt",
        "plays-past.txt.lock",
        "plays-past.streams",
    }


@pytest.mark.parametrize(
    ("options", "status"), [(["--import"], 2), (["--import", "/nowhere.zip"], 2)], ids=["no file", "no such file"]
)
def test_a_slip_in_the_command_is_a_matter_of_usage(here: Desk, options: list[str], status: int) -> None:
    done = run(here, *options)
    assert (done.returncode, done.stdout) == (status, "")
    assert "Traceback" not in done.stderr


def test_without_credentials_it_says_what_to_do(tmp_path: Path, export: Path) -> None:
    done = run(Desk(tmp_path), "--import", export)
    assert (done.returncode, done.stdout) == (78, "")
    assert "cp " in done.stderr


def test_two_imports_at_once_are_one(here: Desk, export: Path) -> None:
    with Lock(here.folder / "history-past.log.lock") as lock:
        lock.take()
        done = run(here, "--import", export)
    assert (done.returncode, done.stdout) == (75, "")
    assert done.stderr.startswith("Another run hasn't finished yet. Try again in a minute.")


def test_an_export_that_takes_all_memory_is_refused(here: Desk) -> None:
    export = here.folder / "endsong_0.json"
    export.write_bytes(b"[" + b"[[],[]]," * 1_500_000 + b"{}]")
    done = run(here, "--import", export, prefix=["bash", "-c", 'ulimit -v 350000; exec "$@"', "sh"])
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "There isn't enough memory to read this export. Name fewer files at a time.\n"


def test_an_unreadable_export_is_a_matter_of_the_disk(here: Desk, tmp_path: Path) -> None:
    locked = here.file("endsong_0.json", [])
    locked.chmod(0)
    done = run(here, "--import", locked, prefix=minding_permissions())
    assert (done.returncode, done.stdout) == (74, "")
    assert done.stderr.startswith(f"Can't read {locked}: Permission denied.")


def test_a_full_disk_leaves_everything_as_it_was(here: Desk, export: Path) -> None:
    here.past.write_text("2020-01-01T10:00:00+00:00\tBand\tKnown before\tAlbum\t3:00\tspotify:track:before\n")
    before = here.past.read_bytes()
    done = run(here, "--import", export, prefix=["bash", "-c", 'ulimit -f 64; exec "$@"', "sh"])
    assert (done.returncode, done.stdout) == (74, "")
    assert done.stderr.startswith("Can't write ")
    assert here.past.read_bytes() == before
    assert {path.name for path in here.folder.iterdir()} == {
        "credentials.env",
        "history-past.log",
        "history-past.log.lock",
    }


def seen(terminal: int) -> Iterator[bytes]:
    """What the terminal shows, as it comes, until the last process that has it open ends: within 30 s of silence."""
    while select.select([terminal], [], [], 30)[0]:
        try:
            yield os.read(terminal, 65_536)
        except OSError:  # the other side has closed
            return
    pytest.fail("something still holds the terminal")


def test_a_terminal_sees_a_bar_that_goes_when_it_is_done(here: Desk, export: Path) -> None:
    terminal, theirs = pty.openpty()
    with subprocess.Popen(
        command(here, "--import", export), env=CRON, stdout=subprocess.PIPE, stderr=theirs
    ) as process:
        os.close(theirs)
        shown = b"".join(seen(terminal)).decode()
        assert process.stdout
        assert process.stdout.read().startswith(b"Read 25 files")
    os.close(terminal)
    bars = [bar for bar in shown.split("\r") if "files" in bar]
    assert len(bars) == 25
    assert re.fullmatch(r"\[█+ +\]  12/25 files  \d+/\d+ MB  [\d,]+ streams", bars[11])
    assert max(map(len, bars)) < 80
    assert shown.endswith("\r\x1b[K")


@pytest.mark.parametrize(
    ("signum", "to_all"),
    [(signal.SIGINT, True), (signal.SIGINT, False), (signal.SIGTERM, False), (signal.SIGKILL, False)],
    ids=["Ctrl-C", "an interrupt", "an end", "a kill"],
)
def test_an_import_that_is_broken_off_leaves_everything_as_it_was(
    here: Desk, export: Path, signum: int, to_all: bool
) -> None:
    terminal, theirs = pty.openpty()
    started = command(here, "--import", export)
    with subprocess.Popen(started, env=CRON, stdout=subprocess.PIPE, stderr=theirs, start_new_session=True) as process:
        os.close(theirs)
        shown = b""
        for more in seen(terminal):
            if not shown:
                (os.killpg if to_all else os.kill)(process.pid, signum)
            shown += more
        assert process.wait() == (130 if signum == signal.SIGINT else -signum)
        assert process.stdout
        assert process.stdout.read() == b""
    os.close(terminal)
    assert "Traceback" not in shown.decode()
    assert [path.name for path in here.folder.iterdir()] == ["credentials.env"]
