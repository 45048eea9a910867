"""What `played_at` means by our clock: learned from lines that have their entries, and used from then on."""

from dataclasses import replace

import pytest

from lib.plays.clocks import FEWEST, Clock, learn
from lib.plays.model import Line
from tests.support.sitting import NOON_MS, SONG, Sitting
from tests.support.times import HOUR, MINUTE, SECOND


def evening(
    number: int = 8, *, ahead_ms: int = 0, starts: bool = False, skip: int = 0, loop: bool = False
) -> list[Line]:
    """Lines of 4 minutes right after each other, each with its entry; the first `skip` have none. loop: of one song."""
    lines = []
    for n in range(number):
        start_ms = NOON_MS + n * 4 * MINUTE
        end_ms = start_ms + 4 * MINUTE
        played_at_ms = (start_ms if starts else end_ms) + ahead_ms
        item = SONG if loop else replace(SONG, uri=f"spotify:track:{n}")
        line = Line(item.identity, start_ms, start_ms, end_ms - 9 * SECOND, end_ms, played_at_ms=played_at_ms)
        lines.append(line if n >= skip else replace(line, played_at_ms=None))
    return lines


@pytest.mark.parametrize("ahead_ms", [0, 20 * SECOND, -20 * SECOND, 5 * MINUTE + 7, -25 * HOUR], ids=str)
def test_the_clocks_difference_is_learned(ahead_ms: int) -> None:
    assert learn(evening(ahead_ms=ahead_ms)) == Clock(ahead_ms, starts=False)


@pytest.mark.parametrize("ahead_ms", [0, 20 * SECOND], ids=str)
def test_it_is_learned_that_played_at_is_the_start(ahead_ms: int) -> None:
    lines = evening(ahead_ms=ahead_ms, starts=True)
    lines = [replace(line, started_at_ms=line.started_at_ms + n**3 * 100) for n, line in enumerate(lines)]
    lines = [replace(line, played_at_ms=line.started_at_ms + ahead_ms) for line in lines]
    assert learn(lines) == Clock(ahead_ms, starts=True)


def test_some_skips_and_pauses_change_nothing() -> None:
    lines = evening(9, ahead_ms=7 * SECOND)
    odd = {2: -9 * MINUTE, 5: -HOUR, 6: 40 * SECOND}
    lines = [replace(line, played_at_ms=(line.played_at_ms or 0) + odd.get(n, 0)) for n, line in enumerate(lines)]
    assert learn(lines) == Clock(7 * SECOND, starts=False)


@pytest.mark.parametrize(
    "lines",
    [[], evening(1), evening(FEWEST), evening(9, skip=6)],
    ids=["none", "one", "too few", "too few with entries"],
)
def test_too_little_teaches_nothing(lines: list[Line]) -> None:
    assert not learn(lines).known


def test_a_song_again_and_again_is_taken_to_be_listed_at_its_ends() -> None:
    assert learn(evening(loop=True)) == Clock(0, starts=False)


def test_enough_lines_teach_it() -> None:
    assert learn(evening(FEWEST + 1)).known


def test_a_clock_that_was_set_is_learned_anew() -> None:
    later = [
        replace(line, started_at_ms=line.started_at_ms + 9 * HOUR, heard_ms=line.heard_ms + 9 * HOUR)
        for line in evening(30, ahead_ms=8 * HOUR)
    ]
    assert learn(evening(30) + later) == Clock(-HOUR, starts=False)


FOUR_SONGS = ["0:00 Third 0:10 |", "4:00 Other 0:10 |", "7:00 Song 0:10 |", "11:00 Fourth 0:10 |", "14:00 Song 0:10 |"]
"""Each one ends when the next one begins: Third at 3:50, Other at 6:50, Song at 10:50, Fourth at 13:50."""


TITLES = ["Third", "Other", "Song", "Fourth"]


def learned(ahead: int = 0, *, starts: bool = False) -> Sitting:
    """An evening of four songs whose entries came, by a clock that's so many seconds ahead."""
    times = [-10, 230, 410, 650] if starts else [230, 410, 650, 830]
    entries = [f"{title} {_text(at + ahead)}" for title, at in zip(TITLES, times, strict=True)]
    return Sitting(*FOUR_SONGS, f"15:00 Song 1:10 | {', '.join(entries)}")


def _text(seconds: int) -> str:
    return f"{'-' if seconds < 0 else ''}{abs(seconds) // 60}:{abs(seconds) % 60:02}"


@pytest.mark.parametrize("ahead", [0, 20, -20, 90])
def test_an_entry_tells_a_new_start_from_a_pause_though_the_clocks_differ(ahead: int) -> None:
    sitting = learned(ahead)
    assert sitting.run(f"16:00 Song 0:10 | Song {_text(950 + ahead)}") == ["Song 15:50"]
    paused = learned(ahead)
    paused.run("16:00 Song 1:20 paused")
    assert paused.run(f"20:00 Song 1:30 | Song {_text(19 * 60 + 50 + ahead)}") == []


@pytest.mark.parametrize("ahead", [0, 20, -20, 90])
def test_a_play_that_nobody_saw_is_dated_by_our_clock(ahead: int) -> None:
    assert learned(ahead).run(f"60:00 nothing | Song {_text(1070 + ahead)}, Jingle {_text(1090 + ahead)}") == [
        "Jingle 17:50"
    ]


def test_where_played_at_is_the_start_an_unseen_play_begins_then() -> None:
    assert learned(starts=True).run("60:00 nothing | Song 13:50, Jingle 18:00") == ["Jingle 18:00"]


@pytest.mark.parametrize(("at", "lines"), [("14:00", 0), ("13:59.999", 1)])
def test_what_plays_was_not_listed_when_it_had_just_begun(at: str, lines: int) -> None:
    assert len(learned().run(f"16:00 Song 2:10 | Song {at}")) == lines


@pytest.mark.parametrize(("at", "lines"), [("15:54", 1), ("15:54.001", 0), ("15:40", 1)])
def test_a_known_clock_tells_a_new_start_within_seconds(at: str, lines: int) -> None:
    sitting = learned()
    sitting.run("15:30 Song 1:40 paused")
    assert len(sitting.run(f"16:00 Song 0:10 | Song {at}")) == lines


@pytest.mark.parametrize("ahead", [0, 20, -20])
def test_the_end_of_the_play_before_dates_one_to_ten_seconds(ahead: int) -> None:
    assert learned(ahead).run(f"20:00 Other 2:10 | Song {_text(1080 + ahead)}") == ["Other 18:00"]
    assert learned(ahead).run(f"20:00 Other 2:10 | Song {_text(1079 + ahead)}") == ["Other 17:50"]


def test_the_play_before_may_end_the_moment_we_look() -> None:
    assert learned().run("18:00 Other 0:20 | Song 18:00") == ["Other 18:00"]
    assert learned().run("18:00 Other 0:20 | Song 18:00.001") == ["Other 17:40"]


@pytest.mark.parametrize("ahead", [0, 20, -20])
def test_what_waits_was_put_on_when_the_play_before_it_ended(ahead: int) -> None:
    sitting = learned(ahead)
    sitting.run(f"20:00 Other 0:10 paused | Song {_text(1100 + ahead)}")
    assert sitting.run("21:00 Other 1:00") == ["Other 18:20"]


def test_an_entry_just_after_a_repeat_began_is_of_the_play_before() -> None:
    sitting = learned()
    for run in ("20:00 Other 2:30", "20:30 Other 0:00", "22:00 Other 1:30 paused", "25:00 nothing | Other 20:31"):
        sitting.run(run)
    sitting.run("45:00 nothing | Other 20:31")
    assert sitting.run("60:00 Song 0:10 | Other 20:31, Other 59:50") == ["Song 59:50"]


def test_where_played_at_is_the_start_it_ends_no_play() -> None:
    assert learned(starts=True).run("18:00 Other 0:50 | Song 17:30") == ["Other 17:10"]
    sitting = learned(starts=True)
    sitting.run("20:00 Other 0:10 paused | Song 19:00")
    assert sitting.run("21:00 Other 1:00") == ["Other 17:50"]


def test_where_played_at_is_the_start_it_may_lie_before_ours() -> None:
    assert learned(starts=True).run("20:00 Other 1:00 | Other 18:50") == ["Other 19:00"]


def test_a_part_of_a_play_is_known_though_the_clocks_differ() -> None:
    sitting = learned(90)
    sitting.run("16:30 Song 2:40 | Song 17:00")
    assert sitting.run("18:30 nothing | Song 17:00, Song 18:10") == []


def test_where_played_at_is_the_start_a_late_start_is_known_by_it() -> None:
    sitting = learned(starts=True)
    for run in ("16:00 Song 2:10", "17:00 Other 0:10 paused", "18:00 Other 0:20"):
        sitting.run(run)
    assert sitting.starts[-1] == "16:25"
    assert sitting.run("19:00 Other 1:20 | Other 16:05") == []


def test_where_played_at_is_the_start_the_first_entry_is_no_restart() -> None:
    sitting = learned(starts=True)
    sitting.run("17:55 Other 0:03 paused")
    assert sitting.run("18:30 Other 0:20") == ["Other 17:50"]
    assert sitting.run("19:30 Other 1:20 | Other 18:05") == []


def test_where_played_at_is_the_start_what_was_resumed_began_then() -> None:
    sitting = learned(starts=True)
    sitting.run("45:00 nothing | Song 13:50")
    assert sitting.run("60:00 Third 0:58 | Third 29:00") == ["Third 29:00"]


def test_an_entry_at_a_repeats_start_is_that_of_the_play_before() -> None:
    sitting = learned()
    for run in ("17:00 Song 3:10", "18:00 Song 0:10 |", "18:30 Song 0:40 paused", "25:00 nothing | Song 17:51"):
        sitting.run(run)
    first, second = sitting.memory.all_lines[-2:]
    assert (first.played_at_ms, second.played_at_ms) == (NOON_MS + 17 * MINUTE + 51 * SECOND, None)
