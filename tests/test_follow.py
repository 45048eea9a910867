"""nowplaying_job.py --follow: the last ten plays and each new one, at any width, whatever happens to the log."""

import fcntl
import gzip
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest

from lib.disk.history_log import TAIL, last_lines
from lib.errors import DiskError
from lib.follow import follow
from lib.screen import display_width, fit, row
from tests.support.histories import NOW
from tests.support.home import CRON, ROOT

Step = Callable[[Path], object]
"""Something that happens to the log between two looks."""


def line(number: int, artists: str = "Band", title: str = "Song") -> str:
    """The log's line of the play with that number, an hour after the one before."""
    day, hour = divmod(number, 24)
    started_at = f"2026-11-{day + 1:02}T{hour:02}:03:12+01:00"
    return f"{started_at}\t{artists}\t{title} {number}\tAlbum\t4:08\tspotify:track:{number:022}\n"


def lines(*numbers: int) -> str:
    return "".join(map(line, numbers))


def add(*numbers: int) -> Step:
    """Appends these plays to the log, which is made if there is none."""

    def step(log: Path) -> None:
        with log.open("a", encoding="utf-8") as file:
            file.write(lines(*numbers))

    return step


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Where the history of the folder's credentials is to be."""
    (tmp_path / "credentials.env").write_text("SPOTIFY_CLIENT_ID=5fe01282e44241328a84e7c5cc169165\n")
    (tmp_path / "credentials.env").chmod(0o600)
    return tmp_path / "history.log"


def followed(log: Path, *steps: Step) -> tuple[list[int], str]:
    """The numbers of the plays that are shown, one step after each look, and what is said beside them."""
    out, err, left = StringIO(), StringIO(), iter(steps)

    def wait() -> None:
        step = next(left, None)
        if step is None:
            raise KeyboardInterrupt
        step(log)

    with pytest.raises(KeyboardInterrupt):
        follow(log.parent / "credentials.env", {}, lambda: NOW, out, err, wait)
    assert all(re.fullmatch(r"[^\t]+(\t[^\t]*){5}", shown) for shown in out.getvalue().splitlines()), "whole lines"
    return [int(number) for number in re.findall(r"(\d+)$", out.getvalue(), re.MULTILINE)], err.getvalue()


def test_it_shows_the_last_ten_plays_then_each_new_one(log: Path) -> None:
    add(*range(25))(log)
    shown, said = followed(log, add(25), add(), add(26, 27))
    assert shown == [*range(15, 28)]
    assert said == ""


def test_a_play_whose_line_had_no_end_is_shown_once(log: Path) -> None:
    log.write_text(lines(1, 2).removesuffix("\n"))
    shown, _ = followed(log, lambda log: log.write_text(lines(1, 2, 3)))
    assert shown == [1, 2, 3]


def test_it_waits_for_a_log_and_says_so(log: Path) -> None:
    shown, said = followed(log, add(), add(1), add(2))
    assert shown == [1, 2]
    assert said == f"No plays yet in {log}. Waiting for the first one; Ctrl-C ends this.\n"


def moved(log: Path) -> None:
    log.rename(log.with_name("history.log.1"))


def moved_and_made_anew(log: Path) -> None:
    moved(log)
    log.touch()


def compressed(log: Path) -> None:
    log.with_name("history.log.1.gz").write_bytes(gzip.compress(log.read_bytes()))
    log.unlink()


def rewritten_beside(log: Path) -> None:
    (log.parent / "new").write_bytes(log.read_bytes())
    (log.parent / "new").rename(log)


def rewritten_in_place(log: Path) -> None:
    log.write_text("# a note at the top, so that all lines are elsewhere\n" + log.read_text())


def shortened_in_place(log: Path) -> None:
    log.write_text(log.read_text().split("\n", maxsplit=3)[3])


REPLACED = [moved, moved_and_made_anew, compressed, rewritten_beside, rewritten_in_place, shortened_in_place]


@pytest.mark.parametrize("replaced", REPLACED, ids=lambda step: step.__name__.replace("_", " "))
def test_when_the_log_is_replaced_no_play_is_missed_or_shown_twice(log: Path, replaced: Step) -> None:
    add(*range(20))(log)

    def at_once(log: Path) -> None:
        replaced(log)
        add(21)(log)

    assert followed(log, replaced, add(20), at_once, add(22))[0] == [*range(10, 23)]


def test_it_goes_on_after_copytruncate(log: Path) -> None:
    add(1, 2)(log)

    def copytruncate(log: Path) -> None:
        shutil.copy(log, log.with_name("history.log.1"))
        os.truncate(log, 0)

    assert followed(log, copytruncate, add(3), add(4))[0] == [1, 2, 3, 4]


def test_a_short_log_is_made_up_to_ten_from_the_other_parts(log: Path) -> None:
    add(*range(20, 24))(log)
    log.with_name("history.log.1").write_text(lines(17, 18, 19))
    log.with_name("history.log.2.gz").write_bytes(gzip.compress(lines(14, 15, 16).encode()))
    log.with_name("history-past.log").write_text(lines(*range(14)))
    log.with_name("history.log.copy").write_text(lines(21, 22))
    log.with_name("history.log.3.gz").write_bytes(b"damaged")
    assert followed(log, add(24))[0] == [*range(14, 25)]


def test_only_plays_are_shown_and_only_when_they_are_whole(log: Path) -> None:
    log.write_text("# a note\n\n2026-11-23\tonly\tthree\n" + line(1) + "not a time" + line(9))
    begun = line(2)[:40]

    def append(text: str) -> Step:
        def step(log: Path) -> None:
            with log.open("a") as file:
                file.write(text)

        return step

    assert followed(log, append(begun), append(line(2)[40:]), append("# another note\n"))[0] == [1, 2]


def test_of_a_long_log_only_the_end_is_read(log: Path) -> None:
    log.write_text("".join(line(number % 600, title=f"Song {number}") for number in range(5_000)))
    assert 700 < len(last_lines(log)) < 1_000
    assert followed(log, add(1))[0][-1] == 1


def test_a_log_as_long_as_its_end_is_read_whole(log: Path) -> None:
    first = line(1)
    log.write_text(first + "#" * (TAIL - len(first) - 1) + "\n")
    assert last_lines(log)[0] == first.rstrip("\n")


def test_a_line_from_elsewhere_is_read_without_its_end(log: Path) -> None:
    log.write_bytes(b"from Windows: \xff X\r\n")
    assert last_lines(log) == ["from Windows: \ufffd X", ""]


def test_a_folder_in_the_place_of_the_log_ends_it_with_a_line(log: Path) -> None:
    def replaced(log: Path) -> None:
        log.unlink()
        log.mkdir()

    add(1)(log)
    with pytest.raises(DiskError, match=f"^Can't read {log}: Is a directory"):
        followed(log, replaced)


# At a real terminal


@contextmanager
def terminal(log: Path, columns: int) -> Iterator[tuple[subprocess.Popen[bytes], Callable[[str], str]]]:
    """The real script at a terminal; the function gives all that has been shown once it ends so, or the script has."""
    mine, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    command = [sys.executable, str(ROOT / "nowplaying_job.py"), "--follow", "--credentials"]
    with subprocess.Popen(
        [*command, str(log.parent / "credentials.env")],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**CRON, "PYTHONUTF8": "1", "TERM": "xterm"},
    ) as process:
        os.close(theirs)
        shown = bytearray()

        def until(end: str) -> str:
            with suppress(OSError):  # the script has ended
                while not shown.endswith(end.encode()) and select.select([mine], [], [], 20)[0]:
                    shown.extend(os.read(mine, 65_536).replace(b"\r\n", b"\n"))
            return shown.decode()

        try:
            yield process, until
        finally:
            process.kill()
            os.close(mine)


@pytest.mark.slow
def test_a_terminal_gets_rows_that_fit_under_their_day(log: Path) -> None:
    log.write_text(line(1, "Sigur Rós", "Hoppípolla") + line(25, "宇多田ヒカル", "A title that is " + "very " * 9))
    with terminal(log, 60) as (process, until):
        until("…     4:08\n")
        add(26)(log)
        shown = until("Song 26                       4:08\n")
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130
        assert until("its end") == shown
    assert shown == (
        "\x1b[1mSunday 1 November 2026\x1b[0m\n"
        "01:03  Sigur Rós         Hoppípolla 1                  4:08\n"
        "\x1b[1mMonday 2 November 2026\x1b[0m\n"
        "01:03  宇多田ヒカル      A title that is very ver…     4:08\n"
        "02:03  Band              Song 26                       4:08\n"
    )


@pytest.mark.slow
def test_without_credentials_it_says_how_to_make_them(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "nowplaying_job.py"), "--follow", "--credentials", str(tmp_path / "none.env")]
    done = subprocess.run(command, env=CRON, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (78, "")
    assert done.stderr.startswith(f"There is no {tmp_path / 'none.env'}. Run: cp ")
    assert len(done.stderr.splitlines()) == 1


# Names in columns


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Björk", "Björk     "),
        ("Bjo\u0308rk", "Björk     "),
        ("Massive Attack", "Massive A…"),
        ("Massive     Attack", "Massive…  "),
        ("宇多田ヒカル", "宇多田ヒ… "),
        ("아이유", "아이유    "),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af", "한글      "),
        ("🔥🔥", "🔥🔥      "),
        ("น้ำ", "น้ำ        "),
        ("z\u0336\u0335a\u0336", "z\u0336\u0335a\u0336        "),
        ("tab\tand\x1b[2J", "tab and\ufffd[…"),
        ("\u202egnol yrev si siht", "gnol yrev…"),
        ("فيروز", "\u2068فيروز\u2069     "),
        ("אביתר בנאי ועוד", "\u2068אביתר בנא…\u2069"),
        ("1\u200f2\u061c3", "\u20681\u200f2\u061c3\u2069       "),
        ("\u2069\u2069אב", "\u2068אב\u2069        "),
        ("", "          "),
    ],
    ids=[
        *("plain", "decomposed", "long", "cut at blanks", "wide", "Hangul", "decomposed Hangul", "emoji", "Thai"),
        *("piled accents", "control characters", "an override", "right to left", "right to left and long"),
        *("direction marks", "an isolate's end", "empty"),
    ],
)
def test_a_name_fills_its_ten_columns_and_disturbs_no_other(name: str, shown: str) -> None:
    assert fit(name, 10) == shown
    assert display_width(shown) == 10


@pytest.mark.parametrize("width", [1, 4, 9, 17, 18, 20, 40, 60, 79, 80, 100, 160, 400])
@pytest.mark.parametrize("name", ["", "Long " * 50, "宇多田" * 50, "אביתר" * 50])
def test_a_row_is_never_wider_than_the_terminal(width: int, name: str) -> None:
    line = f"2026-11-23T10:03:00+00:00\t{name}\t{name}\t{name}\t1:02:03\tspotify:track:1"
    shown = row(datetime(2026, 11, 23, 10, 3, tzinfo=UTC), line, width)
    assert display_width(shown) <= width
    assert shown.startswith("10:03"[:width])
    assert shown.endswith("  1:02:03") == (width >= 18)
