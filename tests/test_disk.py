"""Full, failing and read-only disks: the job says so once a day with status 74, loses nothing, and makes up for it."""

import errno
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from lib.disk import refuge
from lib.disk.credentials import lock_file
from lib.disk.os_errors import disk_error
from lib.runner import Report
from tests.support import strace
from tests.support.evening import CLIENTS, MINUTE_MS, Evening
from tests.support.evening import evening as an_evening

needs_strace = pytest.mark.skipif(bool(strace.why_not()), reason=strace.why_not() or "strace is there")
ERRORS = {
    "openat": ("ENOSPC", "EROFS"),
    "write": ("ENOSPC", "EIO", "EDQUOT"),
    "pwrite64": ("ENOSPC",),
    "fsync": ("EIO", "ENOSPC"),
    "ftruncate": ("EIO",),
    "rename": ("EIO", "ENOSPC"),
    "unlink": ("EIO",),
    "flock": ("ENOLCK",),
}


class Damage(NamedTuple):
    """What a fault cost, after the disk was well again."""

    lost: int
    doubled: int
    tokens: int
    left_over: int


@contextmanager
def evening(folder: Path, client: str, *, first: bool = False) -> Iterator[Evening]:
    """As everybody's evening, and nothing stays outside its folder."""
    with an_evening(folder, client, first=first) as lived:
        yield lived
        assert not refuge.read(lock_file(lived.home.credentials)), "nothing stays outside the folder"
        assert not refuge.read(lived.home.token), "nothing stays outside the folder"


def damage(lived: Evening) -> Damage:
    """Runs on with a disk that is well again."""
    report = lived.run()
    assert report.status in (0, 77), report
    left_over = len(lived.left_over())
    if report.status == 77:
        lived.home.authorize()
    lived.pass_ms(5 * MINUTE_MS)
    assert lived.run().status == 0
    return Damage(*lived.lost_and_doubled(), int(report.status == 77), left_over)


@needs_strace
@pytest.mark.parametrize(("client", "first"), [("public client", True), ("rotating", False)])
def test_a_call_that_fails_costs_nothing(tmp_path: Path, client: str, first: bool) -> None:
    with evening(tmp_path / "good", client, first=first) as lived:
        places = [call for call in strace.calls(lived.home) if first or "token.json" in call.told]
    faults = [(call, error) for call in places if "ENOENT" not in call.told for error in ERRORS[call.name]]

    def cost(number: int) -> Damage:
        call, error = faults[number]
        with evening(tmp_path / str(number), client, first=first) as lived:
            done = strace.fail(lived.home, strace.fault(call, error))
            spoken = len(done.stderr.splitlines())
            assert (done.returncode, spoken) == ((0, 0) if call.name == "pwrite64" else (74, 1)), (call, error, done)
            return damage(lived)

    costs = [cost(number) for number in range(len(faults))]
    lost, doubled, tokens, left_over = (sum(column) for column in zip(*costs, strict=True))
    print(f"{client}, {'first' if first else 'later'} run: {len(faults)} faults, {lost} lines lost, {doubled} doubled,")
    print(f"{tokens} tokens lost, {left_over} temporary files left after the next run")
    assert (lost, doubled, tokens, left_over) == (0, 0, 0, 0), [faults[n] for n, cost in enumerate(costs) if any(cost)]


@needs_strace
def test_half_a_line_is_taken_back_and_the_play_is_logged_when_there_is_room(tmp_path: Path) -> None:
    with evening(tmp_path / "home", "one token") as lived:
        lived.home.log.write_bytes(lived.home.log.read_bytes() + b"# a remark of my own\n" * 400)
        before = lived.home.log.read_bytes()
        done = strace.fail(lived.home, room=len(before) + 50)
        assert (done.returncode, done.stdout) == (74, "")
        assert (
            done.stderr
            == f"Can't write {lived.home.log}: File too large. The file may not grow; see the limit: ulimit -f\n"
        )
        assert lived.home.log.read_bytes() == before
        assert damage(lived) == (0, 0, 0, 0)


@needs_strace
def test_half_a_line_that_the_disk_does_not_take_back_is_healed_by_the_next_run(tmp_path: Path) -> None:
    with evening(tmp_path / "home", "one token") as lived:
        lived.home.log.write_bytes(lived.home.log.read_bytes() + b"# a remark of my own\n" * 400)
        before = lived.home.log.read_bytes()
        done = strace.fail(lived.home, "ftruncate:error=EIO", room=len(before) + 50)
        assert done.returncode == 74
        assert len(lived.home.log.read_bytes()) == len(before) + 50
        assert damage(lived) == (0, 0, 0, 0)


@needs_strace
def test_a_renewed_token_that_no_file_takes_waits_where_the_error_says(tmp_path: Path) -> None:
    with evening(tmp_path / "home", "public client") as lived:
        (write,) = [call for call in strace.calls(lived.home) if "refresh_token" in call.told and call.name == "write"]
        done = strace.fail(lived.home, strace.fault(write, "ENOSPC"))
        place = done.stderr.partition(" The renewed token waits in ")[2].partition(". ")[0]
        assert done.stderr.endswith(f" Free some space on that disk: df -h {lived.home.folder}\n")
        assert Path(place).stat().st_mode & 0o777 == 0o600
        assert lived.run().status == 0
        assert not Path(place).exists()


def test_a_client_whose_token_was_once_replaced_has_room_for_the_next_before_it_asks(tmp_path: Path) -> None:
    with evening(tmp_path / "home", "rotating") as lived:
        assert lived.run().status == 0
        asked = len(lived.fake_spotify.requests)
        done = strace.fail(lived.home, room=100)
        assert done.returncode == 74
        assert len(lived.fake_spotify.requests) == asked
        assert lived.run().status == 0


@needs_strace
def test_a_token_that_spotify_gave_up_is_not_used_again_though_the_disk_is_full(tmp_path: Path) -> None:
    with evening(tmp_path / "home", "one token") as lived:
        lived.fake_spotify.revoke()
        done = strace.fail(lived.home, "write:error=ENOSPC:when=1")
        assert done.returncode == 77
        assert done.stderr.startswith("Spotify has not taken the saved token since ")
        asked = len(lived.fake_spotify.requests)
        assert lived.run() == Report(77, (), ())
        assert len(lived.fake_spotify.requests) == asked


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
        lived.pass_ms(2 * 60 * MINUTE_MS)
    return mailed


def test_a_full_disk_is_told_once_a_day_and_the_play_is_logged_when_there_is_room(small_disk: Path) -> None:
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
            assert report.out == (f"It works again. What was reported is over: {mailed[1].partition(' Free')[0]}",)
            assert damage(lived) == (0, 0, 0, 0)


def test_a_read_only_disk_is_told_once_a_day_and_the_play_is_logged_afterwards(small_disk: Path) -> None:
    for client in CLIENTS:
        folder = small_disk / client.replace(" ", "-")
        with evening(folder, client) as lived:
            asked = len(lived.fake_spotify.requests)
            assert mount(small_disk, "-o", "remount,ro") == ""
            mailed = days_of_trouble(lived)
            assert len(mailed) == 2
            assert "Read-only file system. The file system is read-only; look for the reason: dmesg | tail" in mailed[1]
            assert len(lived.fake_spotify.requests) == asked, "Spotify was asked for what no disk would take"
            assert mount(small_disk, "-o", "remount,rw") == ""
            report = lived.run()
            assert (report.status, report.err) == (0, ())
            assert len(report.out) == 1
            assert report.out[0].startswith("It works again.")
            assert damage(lived) == (0, 0, 0, 0)


def fill(disk: Path) -> None:
    with (disk / "filler").open("wb", buffering=0) as filler:
        try:
            while filler.write(b"-" * 512):
                pass
        except OSError:
            return


# The refuge, which all users may write beside


@pytest.fixture
def remembered(tmp_path: Path) -> Iterator[Path]:
    """A file in whose stead something is kept."""
    path = tmp_path / "note"
    yield path
    refuge.drop(path)


def test_the_refuge_keeps_the_last_word_and_gives_it_up(remembered: Path) -> None:
    place = refuge.write(remembered, b"first, and rather long")
    assert place is not None
    assert place.stat().st_mode & 0o777 == 0o600
    assert refuge.write(remembered, b"second") == place
    assert refuge.read(remembered) == b"second"
    assert refuge.read(remembered.with_name("other")) == b""
    refuge.drop(remembered)
    assert refuge.read(remembered) == b""
    assert not place.exists()


@pytest.mark.parametrize("trap", ["symbolic link", "hard link", "readable by others", "pipe", "another user's"])
def test_the_refuge_neither_reads_nor_writes_what_is_not_its_own(tmp_path: Path, remembered: Path, trap: str) -> None:
    place = refuge.write(remembered, b"mine")
    assert place is not None
    theirs = tmp_path / "theirs"
    theirs.write_bytes(b"theirs")
    theirs.chmod(0o600)
    place.unlink()
    if trap == "symbolic link":
        place.symlink_to(theirs)
    elif trap == "hard link":
        link(theirs, place)
    elif trap == "pipe":
        os.mkfifo(place, 0o600)
    else:
        place.write_bytes(b"theirs")
        place.chmod(0o644 if trap == "readable by others" else 0o600)
        if trap == "another user's":
            give_away(place)
    assert refuge.read(remembered) == b""
    elsewhere = refuge.write(remembered, b"mine again")
    assert elsewhere not in (None, place)
    assert refuge.read(remembered) == b"mine again"
    assert theirs.read_bytes() == b"theirs"


def link(existing: Path, name: Path) -> None:
    try:
        os.link(existing, name)
    except OSError as error:
        pytest.skip(f"can't link from here: {error}")


def give_away(path: Path) -> None:
    try:
        os.chown(path, 65_534, -1)
    except OSError as error:
        pytest.skip(f"only root can give a file away: {error}")


# What the error says


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EROFS, errno.EIO, errno.EACCES, errno.EDQUOT])
def test_each_error_of_the_disk_names_the_file_and_a_command(tmp_path: Path, error: int) -> None:
    told = disk_error(tmp_path / "history.log", "write", OSError(error, "")).what
    assert told == f"Can't write {tmp_path}/history.log: {os.strerror(error)}."
    remedy = disk_error(tmp_path / "history.log", "write", OSError(error, "")).remedy
    assert re.search(r": (df|quota|chown|ls) .+|: dmesg .+", remedy)
