"""Full, failing and read-only disks: the job says so once a day with status 74, loses nothing, and makes up for it."""

import errno
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.disk.files import disk_error
from lib.runner import Report
from tests.support import strace
from tests.support.evening import CLIENTS, Damage, Evening, damage, evening
from tests.support.times import MINUTE

pytestmark = pytest.mark.slow

needs_strace = pytest.mark.skipif(bool(strace.why_not()), reason=strace.why_not() or "strace is there")
ERRORS = {
    "openat": "EROFS", "write": "ENOSPC", "pwrite64": "ENOSPC", "fsync": "EIO", "ftruncate": "EIO", "rename": "EIO",
    "unlink": "EIO", "flock": "ENOLCK",
}  # fmt: skip
"""One for each call: what happens next doesn't depend on which error it is."""


@needs_strace
@pytest.mark.parametrize(("client", "first"), [("public client", True), ("rotating", False)])
def test_a_call_that_fails_costs_nothing(tmp_path: Path, client: str, first: bool) -> None:
    with evening(tmp_path / "good", client, first=first) as lived:
        places = [call for call in strace.calls(lived.home) if first or "token.json" in call.told]
    faults = [(call, ERRORS[call.name]) for call in places if "ENOENT" not in call.told]

    def cost(number: int) -> Damage:
        call, error = faults[number]
        with evening(tmp_path / str(number), client, first=first) as lived:
            done = strace.fail(lived.home, strace.fault(call, error))
            told = (done.returncode, len(done.stderr.splitlines()))
            tried_again = call.name == "pwrite64" or call.target.endswith(".tmp")
            assert told == (74, 1) or (tried_again and told == (0, 0)), (call, error, done)
            return damage(lived)

    costs = [cost(number) for number in range(len(faults))]
    lost, doubled, tokens, left_over = (sum(column) for column in zip(*costs, strict=True))
    print(f"{client}, {'first' if first else 'later'} run: {len(faults)} faults, {lost} lines lost, {doubled} doubled,")
    print(f"{tokens} tokens lost, {left_over} temporary files left after the next run")
    assert (lost, doubled, tokens, left_over) == (0, 0, 0, 0), [faults[n] for n, cost in enumerate(costs) if any(cost)]


@needs_strace
def test_half_a_line_is_removed_and_logged_when_there_is_room(tmp_path: Path) -> None:
    with evening(tmp_path / "home", "one token") as lived:
        lived.home.log.write_bytes(lived.home.log.read_bytes() + b"# a remark of my own\n" * 400)
        before = lived.home.log.read_bytes()
        done = strace.fail(lived.home, room=len(before) + 50)
        assert (done.returncode, done.stdout) == (74, "")
        remedy = "The file may not grow any more; see the limit: ulimit -f"
        assert done.stderr == f"Can't write {lived.home.log}: File too large. {remedy}\n"
        assert lived.home.log.read_bytes() == before
        assert damage(lived) == (0, 0, 0, 0)


@needs_strace
def test_half_a_line_that_stays_is_ended_by_the_next_run(tmp_path: Path) -> None:
    with evening(tmp_path / "home", "one token") as lived:
        lived.home.log.write_bytes(lived.home.log.read_bytes() + b"# a remark of my own\n" * 400)
        before = lived.home.log.read_bytes()
        done = strace.fail(lived.home, "ftruncate:error=EIO", room=len(before) + 50)
        assert done.returncode == 74
        assert len(lived.home.log.read_bytes()) == len(before) + 50
        assert damage(lived) == (0, 0, 0, 0)


def test_a_rotating_token_has_its_room_reserved_before_the_request(tmp_path: Path) -> None:
    with evening(tmp_path / "home", "rotating") as lived:
        assert lived.run().status == 0
        asked = len(lived.fake_spotify.requests)
        done = strace.fail(lived.home, room=100)
        assert done.returncode == 74
        assert len(lived.fake_spotify.requests) == asked
        assert lived.run().status == 0


# Real disks


def mount(folder: Path, *options: str) -> str:
    """Mounts a small file system there; why it can't be, empty when it could."""
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(["mount", *options, str(folder)], capture_output=True, text=True, check=False)
    return done.stderr.strip() if done.returncode else ""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KiB of its own."""
    disk = tmp_path / "disk"
    if problem := mount(disk, "-t", "tmpfs", "-o", "size=256k", "none"):
        pytest.skip(f"can't mount here: {problem}")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def days_of_trouble(lived: Evening) -> list[str]:
    """What cron would mail in two days of a disk that takes nothing, by some of its runs; each fails with 74."""
    mailed: list[str] = []
    for _ in range(2 * 12):
        report = lived.run()
        assert (report.status, report.out) == (74, ())
        mailed += report.err
        lived.pass_ms(2 * 60 * MINUTE)
    return mailed


def test_a_full_disk_is_reported_daily_and_loses_no_play(small_disk: Path) -> None:
    for client in CLIENTS:
        folder = small_disk / client.replace(" ", "-")
        with evening(folder, client) as lived:
            asked = len(lived.fake_spotify.requests)
            fill(small_disk)
            mailed = days_of_trouble(lived)
            assert len(mailed) == 2
            assert "No space left on device. Free some space on that disk: df -h " in mailed[1]
            if client == "public client":
                assert len(lived.fake_spotify.requests) == asked, "a token was spent for which there was no room"
            (small_disk / "filler").unlink()
            report = lived.run()
            assert (report.status, report.err) == (0, ())
            assert report.out == (f"It works again. This is over: {mailed[1].partition(' Free')[0]}",)
            assert damage(lived) == (0, 0, 0, 0)


def test_on_a_read_only_disk_nothing_is_asked_and_no_play_lost(small_disk: Path) -> None:
    for client in CLIENTS:
        folder = small_disk / client.replace(" ", "-")
        with evening(folder, client) as lived:
            asked = len(lived.fake_spotify.requests)
            assert mount(small_disk, "-o", "remount,ro") == ""
            report = lived.run()
            assert (report.status, report.out) == (74, ())
            (line,) = report.err
            assert "Read-only file system. Find out why the file system is read-only: dmesg | tail" in line
            assert len(lived.fake_spotify.requests) == asked, "Spotify was asked for what no disk would take"
            assert mount(small_disk, "-o", "remount,rw") == ""
            assert lived.run() == Report(0, (), ())
            assert damage(lived) == (0, 0, 0, 0)


def fill(disk: Path) -> None:
    with (disk / "filler").open("wb", buffering=0) as filler:
        try:
            while filler.write(b"-" * 512):
                pass
        except OSError:
            return


# What the error says


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EROFS, errno.EIO, errno.EACCES, errno.EDQUOT])
def test_each_error_of_the_disk_names_the_file_and_a_command(tmp_path: Path, error: int) -> None:
    told = disk_error(tmp_path / "history.log", "write", OSError(error, "")).what
    assert told == f"Can't write {tmp_path}/history.log: {os.strerror(error)}."
    remedy = disk_error(tmp_path / "history.log", "write", OSError(error, "")).remedy
    assert re.search(r": (df|quota|chown|ls) .+|: dmesg .+", remedy)
