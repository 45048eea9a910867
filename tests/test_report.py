"""nowplaying_job.py --report: what the page says is what the log says, however long, torn or hostile that is."""

import bz2
import gzip
import lzma
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path

import pytest

from lib.report.command import demo, write
from lib.report.model import Figures, Ranked, read
from lib.report.page import LARGEST
from lib.report.summarize import longest_streak, summarize
from tests.support.histories import HOSTILE, NOW, THREE, hostile, long
from tests.support.home import CRON, ROOT, Home
from tests.support.person import minding_permissions

TODAY = NOW.date()
SONG = "Band\tSong\tAlbum\t4:08\tspotify:track:1"
OTHER = "Band, Guest\tOther song\tAlbum\t1:00:00\tspotify:track:2"
LOCAL = "My old band\tTape\t\t\tspotify:local:x"
EPISODE = "Long Wave\tBells\t\t41:00\tspotify:episode:3"


def figures(*lines: str, today: date = TODAY) -> Figures:
    return summarize(read(lines, today).plays, today)


def on(day: str, rest: str = SONG, clock: str = "10:00:00+01:00") -> str:
    return f"{day}T{clock}\t{rest}"


def page(lines: list[str], tmp_path: Path) -> str:
    write(lines, tmp_path / "history.html", tmp_path / "history.log", 1, [], NOW, StringIO())
    return (tmp_path / "history.html").read_text(encoding="utf-8")


def test_the_big_figures() -> None:
    of = figures(on("2026-11-01"), on("2026-11-02", OTHER), on("2026-11-03", EPISODE), on("2026-11-05", LOCAL))
    assert (of.plays, of.music_s, of.unmeasured, of.artists) == (4, 248 + 3600, 1, 3)
    assert (of.first, of.streak) == (date(2026, 11, 1), (date(2026, 11, 1), date(2026, 11, 3)))


def test_artists_tracks_albums_and_shows_are_counted_by_name_not_by_id() -> None:
    relinked = SONG.replace("track:1", "track:9")
    of = figures(*(on(f"2026-11-0{n}", rest) for n, rest in enumerate([SONG, relinked, OTHER, EPISODE, LOCAL], 1)))
    assert of.ever.artists == [Ranked("Band", "", 2), Ranked("Band, Guest", "", 1), Ranked("My old band", "", 1)]
    assert of.ever.tracks[0] == Ranked("Song", "Band", 2)
    assert of.ever.albums == [Ranked("Album", "Band", 2), Ranked("Album", "Band, Guest", 1)], "no album, no rank"
    assert of.ever.shows == [Ranked("Long Wave", "", 1)]


@pytest.mark.parametrize(
    ("day", "four_weeks", "twelve_months"),
    [("2026-11-24", 1, 1), ("2026-10-28", 1, 1), ("2026-10-27", 0, 1), ("2025-12-01", 0, 1), ("2025-11-30", 0, 0)],
)
def test_each_time_begins_and_ends_on_its_days(day: str, four_weeks: int, twelve_months: int) -> None:
    of = figures(on(day))
    assert (of.four_weeks.plays, of.twelve_months.plays, of.ever.plays) == (four_weeks, twelve_months, 1)
    assert [(year.year, year.plays) for year in of.years] == [(int(day[:4]), 1)]


def test_times_are_those_of_the_place_where_it_was_played() -> None:
    of = figures(on("2026-11-22", clock="23:59:59-08:00"), on("2026-11-23", EPISODE, clock="00:00:00+13:00"))
    assert of.days == {date(2026, 11, 22): 1, date(2026, 11, 23): 1}
    assert of.hours == {(6, 23): 1, (0, 0): 1}
    assert [play.recording.title for play in of.latest] == ["Song", "Bells"], "newest first, by the moment itself"


@pytest.mark.parametrize(
    ("lines", "legend"),
    [
        ([on("2026-11-20")], ["none", "1 or more"]),
        ([on("2026-11-20"), on("2026-11-21"), on("2026-11-21", OTHER)], ["none", "1", "2 or more"]),
    ],
    ids=["one day", "two days"],
)
def test_the_legend_has_only_shades_that_a_day_has(lines: list[str], legend: list[str], tmp_path: Path) -> None:
    keys = page(lines, tmp_path).partition("aria-label='Plays a day'>")[2].partition("</ul>")[0]
    assert re.findall(r"</svg>([^<]+)", keys) == legend


@pytest.mark.parametrize(("day", "chosen"), [("2026-11-20", "Last twelve months"), ("2024-05-01", "2024")])
def test_the_charts_that_show_first_have_plays(day: str, chosen: str, tmp_path: Path) -> None:
    assert re.findall(r"checked><label for=t\d>([^<]+)", page([on(day)], tmp_path)) == [chosen]


def test_every_month_counts_its_plays_and_the_artists_that_are_new() -> None:
    of = figures(on("2026-08-31"), on("2026-10-01", OTHER), on("2026-10-02"), on("2026-10-03", EPISODE))
    assert [tuple(month) for month in of.months] == [
        (date(2026, 8, 1), 1, 1), (date(2026, 9, 1), 0, 0), (date(2026, 10, 1), 3, 1), (date(2026, 11, 1), 0, 0),
    ]  # fmt: skip


def test_this_day_in_other_years_newest_first() -> None:
    of = figures(on("2026-11-24"), on("2025-11-24", OTHER), on("2025-11-23"), on("2023-11-24"))
    assert [(same.day.year, same.plays) for same in of.same_days] == [(2025, 1), (2023, 1)]


@pytest.mark.parametrize(
    ("days", "streak"),
    [([5], (5, 5)), ([1, 2, 4, 5], (4, 5)), ([3, 1, 2, 9], (1, 3)), ([1, 3, 5], (5, 5))],
    ids=["one day", "the later of two", "in any order", "single days"],
)
def test_the_longest_streak_of_days(days: list[int], streak: tuple[int, int]) -> None:
    found = longest_streak(date(2026, 11, day) for day in days)
    assert (found.first.day, found.last.day) == streak


@pytest.mark.parametrize(
    ("lines", "plays", "skipped", "misdated"),
    [
        ([on("2026-11-01"), on("2026-11-01")], 1, 0, 0),
        ([on("2026-11-01"), "2026-11-01T10:00:00+01", "\0\0\0", on("2026-11-01", "a\tb"), "a\tb\tc\td\te\tf"], 1, 4, 0),
        ([on("2026-11-01"), "", "# a note", on("2026-11-01", clock="10:00:00")], 1, 1, 0),
        (
            [on("0001-01-01", clock="00:00:00+14:00"), on("9999-12-31", clock="23:59:59-12:00"), on("1970-01-01")],
            0,
            0,
            3,
        ),
        ([on("2026-11-25"), on("2026-11-26")], 1, 0, 1),
    ],
    ids=["copied", "torn", "notes and no offset", "wrong clocks", "already tomorrow there"],
)
def test_what_is_no_play_is_left_out_and_counted(lines: list[str], plays: int, skipped: int, misdated: int) -> None:
    history = read(lines, TODAY)
    assert (len(history.plays), history.skipped, history.misdated) == (plays, skipped, misdated)


@pytest.mark.parametrize("length", ["", "4:0x", "-4:08", "1:2:3:4", "99999:00", "²:00"])
def test_a_length_that_is_none_adds_no_hours(length: str) -> None:
    of = figures(on("2026-11-01", SONG.replace("4:08", length)))
    assert (of.music_s, of.unmeasured) == (0, 1)


class Outline(HTMLParser):
    """The elements that a browser would make of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


@pytest.mark.slow
def test_a_name_is_text_and_nothing_else(tmp_path: Path) -> None:
    harmless, hostile_ = Outline(page(list(THREE), tmp_path)), Outline(page(hostile(), tmp_path))
    assert hostile_.tags - harmless.tags <= {"p"}
    assert hostile_.attributes == harmless.attributes
    text = page(hostile(), tmp_path)
    assert not re.search("[\x00-\x09\x0b-\x1f\u202a-\u202e\u2066-\u2069]", text)
    assert "<bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi>" in text
    assert "1 line that can’t be read as a play" in text


@pytest.mark.slow
def test_a_page_has_a_size_however_long_the_history_and_its_names(tmp_path: Path) -> None:
    names = [name[:200] * 3 for name in HOSTILE if name]
    worst = {"": [], "&": [], "\U0001f469": [], "\u6f22": []}  # type: dict[str, list[str]]
    for start, lines in worst.items():
        for nth in range(18 * 365):
            artists, title, album = (f"{nth % 77}{start * 80 or names[nth * step % len(names)]}" for step in (1, 2, 3))
            uri = f"spotify:{'episode' if nth % 5 == 0 else 'track'}:x"
            lines.append(on(str(TODAY - timedelta(days=nth)), f"{artists}\t{title}\t{album}\t4:00\t{uri}"))
    for lines in (list(long(100_000)), *worst.values()):
        assert LARGEST // 4 < len(page(lines, tmp_path).encode()) <= LARGEST


def test_every_part_of_the_history_is_read(home: Home) -> None:
    home.log.write_text(on("2026-11-03") + "\n")
    (home.folder / "history.log.1").write_text(on("2026-11-02") + "\n")
    (home.folder / "history.log.2.gz").write_bytes(gzip.compress(on("2026-11-01").encode()))
    (home.folder / "history-past.log").write_text(on("2019-11-01", OTHER))
    (home.folder / "history.log.bak").write_text(on("2026-11-03") + "\n")
    done = home.job("--report")
    target = home.folder / "history.html"
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"Wrote {target}, 4 plays since 1 November 2019.\n"
    assert target.stat().st_mode & 0o777 == 0o600
    assert home.job("--report").returncode == 0, "and again, in the place of the first"
    assert sorted(path.name for path in home.folder.glob("*.html*")) == ["history.html"]


def test_a_damaged_part_gives_what_it_has_and_is_named(home: Home) -> None:
    home.log.write_text(on("2026-11-03") + "\n")
    lines = "".join(on(f"2025-{1 + n % 12:02}-{1 + n % 28:02}", SONG + str(n)) + "\n" for n in range(9000))
    (home.folder / "history.log.1.gz").write_bytes(gzip.compress(lines.encode())[:-20])
    done = home.job("--report")
    assert done.returncode == 74
    assert done.stderr.startswith(f"Can't read {home.folder / 'history.log.1.gz'}")
    text = (home.folder / "history.html").read_text()
    assert "history.log.1.gz" in text
    assert "2025" in text


@pytest.mark.parametrize(("ending", "pack"), [("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)])
def test_a_part_with_wrong_bytes_in_it_is_named(home: Home, ending: str, pack: Callable[[bytes], bytes]) -> None:
    lines = "".join(on(f"2025-{1 + n % 12:02}-{1 + n % 28:02}", f"{SONG}{n * n}") + "\n" for n in range(9000))
    content = bytearray(pack(lines.encode()))
    middle = len(content) // 2
    content[middle : middle + 40] = b"\xff" * 40
    part = home.folder / f"history.log.1.{ending}"
    part.write_bytes(content)
    for option in ("--report", "--status"):
        done = home.job(option)
        assert done.returncode == 74
        assert f"Can't read {part}" in done.stderr + done.stdout
        assert "bug" not in done.stderr


def test_without_a_play_the_page_says_what_to_do(home: Home) -> None:
    done = home.job("--report", str(home.folder / "mine.html"))
    assert (done.returncode, done.stdout) == (0, f"Wrote {home.folder / 'mine.html'}, no play yet.\n")
    assert "bootstrap_token.py" in (home.folder / "mine.html").read_text()


def test_the_history_is_never_taken_for_the_page(home: Home) -> None:
    home.log.write_text(on("2026-11-03") + "\n")
    done = home.job("--report", str(home.log))
    assert done.returncode == 2
    assert home.log.read_text() == on("2026-11-03") + "\n"


@pytest.mark.parametrize("name", ["token.html", "state.html", "link.html"])
def test_no_file_of_the_program_is_taken_for_the_page(home: Home, name: str) -> None:
    home.write_credentials(TOKEN_FILE="token.html", STATE_FILE="state.html")
    home.log.write_text(on("2026-11-03") + "\n")
    (home.folder / "link.html").symlink_to(home.log)
    (home.folder / "token.html").touch()
    done = home.job("--report", str(home.folder / name))
    assert (done.returncode, done.stdout) == (74, "")
    assert done.stderr.startswith(f"{home.folder / name} is a file that this program needs")
    assert home.log.read_text() == on("2026-11-03") + "\n"


@pytest.mark.parametrize("name", ["mine[1]?*.log", "history"], ids=["signs of a pattern", "no suffix"])
def test_a_log_by_any_name_is_read_and_the_page_is_not(home: Home, name: str) -> None:
    home.write_credentials(HISTORY_LOG=name)
    (home.folder / name).write_text(on("2026-11-03") + "\n")
    for _ in range(2):
        assert "1 play since" in home.job("--report").stdout
    assert "from 1 file" in (home.folder / "history.html").read_text()


def test_a_folder_that_takes_nothing_keeps_the_old_page(home: Home) -> None:
    home.log.write_text(on("2026-11-03") + "\n")
    (home.folder / "history.html").write_text("old")
    home.folder.chmod(0o500)
    try:
        done = home.script("nowplaying_job.py", "--report", prefix=minding_permissions())
    finally:
        home.folder.chmod(0o700)
    assert done.returncode == 74
    assert done.stderr.startswith(f"Can't write {home.folder / 'history.html'}")
    assert (home.folder / "history.html").read_text() == "old"


def test_missing_credentials_are_told_in_a_line(home: Home) -> None:
    home.credentials.unlink()
    done = home.job("--report")
    assert (done.returncode, done.stdout) == (78, "")
    assert done.stderr.startswith(f"There is no {home.credentials}.")


def test_the_demo_needs_no_account(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "nowplaying_job.py"), "--report", "--demo"]
    done = subprocess.run(command, cwd=tmp_path, env=CRON, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(
        rf"Wrote {tmp_path}/history-demo\.html, 1\d,\d{{3}} plays since \d+ \w+ \d{{4}}\.\n", done.stdout
    )


@pytest.mark.slow
def test_the_demo_is_the_same_each_time(tmp_path: Path) -> None:
    for name in ("one.html", "two.html"):
        demo(tmp_path / name, NOW, StringIO())
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()
