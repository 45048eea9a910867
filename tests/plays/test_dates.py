"""When a play began: `started_at`, whatever was seen of it first."""

import pytest

from tests.support.sitting import Sitting

SILENT_FOR_HALF_AN_HOUR = ["0:00 Other 1:40", "1:00 nothing |", "30:00 nothing |"]
LAST_START = {
    "seen playing": (["0:00 Song 0:20"], "-0:20"),
    "a repeat": (["0:00 Song 3:20", "1:00 Song 0:20"], "0:40"),
    "seen paused, put on in that minute": (["0:00 Other 0:09", "1:00 Song 0:10 paused", "9:00 Song 0:50"], "0:25"),
    "seen paused, there when the player woke up": (["0:00 Song 0:30 paused", "2:00 Song 0:50"], "1:40"),
    "it rests at its start, and plays an hour later": (
        ["0:00 Other 2:00", "1:00 Other 3:00", "2:00 Song 0:00 paused", "5:00 nothing", "61:00 Song 0:30"],
        "1:00:30",
    ),
    "seen paused, played the next day": (["0:00 Other", "1:00 Song 0:03 paused", "20:00:00 Song 0:33"], "19:59:30"),
    "heard long, paused, goes on the next day": (["0:00 Other", "2:00 Song 1:10 paused", "20:00:00 Song 1:40"], "0:25"),
    "an episode goes on another day": (
        ["0:00 Talk 10:00", "1:00 Other", "20:00:00 Other 1:00", "20:01:00 Talk 12:00"],
        "20:00:30",
    ),
    "a look showed nothing by mistake": (["0:00 Other 1:40 |", "1:00 nothing", "2:00 Song 1:48"], "0:12"),
    "seen paused, and plays at an unknown place": (["0:00 Song 0:00 paused", "60:00 Song ?"], "1:00:00"),
    "it waited, but the one before it came back": (
        ["0:00 Song 3:00", "65:00 Other 0:00 paused", "66:00 Song 3:00 paused", "88:00 Other 0:00"],
        "1:28:00",
    ),
    "an episode begun again": (["0:00 Talk 49:00", "3:00 Talk 1:00"], "2:00"),
    "an episode in its middle, after a silence": (
        [*SILENT_FOR_HALF_AN_HOUR, "31:00 Talk 25:00"],
        "31:00",
    ),
    "a track in its middle, after a silence": (
        [*SILENT_FOR_HALF_AN_HOUR, "31:00 Song 2:00"],
        "29:00",
    ),
    "an episode begun during a silence": (
        [*SILENT_FOR_HALF_AN_HOUR, "31:00 Talk 1:10"],
        "29:50",
    ),
    "seen paused, and then further on": (
        ["0:00 Other 2:00", "1:30 Song 0:20 paused", "9:00 Song 0:46 paused", "20:00 Song 1:00"],
        "1:00",
    ),
    "after memory was lost": (["0:30 recalls Other 0:00", "1:00 Talk 12:00"], "0:30"),
    "the clock was set back": (["1:00:00 Other 0:09", "0:00 Song 0:30"], "-0:30"),
    "first seen paused, its entry tells": (["0:00 Song 0:30 paused |", "10:00 nothing | Song 8:00"], "-0:30"),
    "seen paused after a short silence": (
        ["0:00 Other 0:00 paused", "2:00 nothing", "5:00 Song 0:50 paused", "6:00 Song 1:00"],
        "2:05",
    ),
    "seen paused after a longer silence": (
        ["0:00 Other 0:00 paused", "2:00 nothing", "5:00.001 Song 0:50 paused", "6:00 Song 1:00"],
        "5:50",
    ),
    "what waited before it had come back": (
        ["0:00 Other 0:00 paused", "2:00 nothing", "4:00 Other 0:00 paused", "5:00 Song 0:50 paused", "6:00 Song 1:00"],
        "4:05",
    ),
}


@pytest.mark.parametrize(("runs", "start"), LAST_START.values(), ids=LAST_START)
def test_a_play_is_dated_by_when_it_was_first_heard(runs: list[str], start: str) -> None:
    assert Sitting(*runs).starts[-1] == start


A_MINUTE_AFTER_ANOTHER = [
    ("Song 0:55", "0:05"),
    ("Song 1:10", "-0:10"),
    ("Song 1:10.001", "0:30"),
    ("Talk 12:00", "0:30"),
    ("Song 0:20 paused", "0:20"),
    ("Song 0:59 paused", "0:00.500"),
    ("Song 2:00 paused", "0:30"),
]


@pytest.mark.parametrize(("look", "start"), A_MINUTE_AFTER_ANOTHER)
def test_what_was_there_a_minute_ago_bounds_the_start(look: str, start: str) -> None:
    """What was resumed or is paused is dated half-way between what's possible."""
    title, progress, *_ = look.split()
    assert Sitting("0:00 Other 0:09", f"1:00 {look}", f"2:00 {title} {progress}").starts[-1] == start


ENDED_IN_BETWEEN = [
    ("0:00 Other 2:40", "1:00 Song 0:20 paused", "0:20"),
    ("0:00 Other 2:40", "1:00 Song 0:40 paused", "0:20"),
    ("0:00 Other 2:40", "1:00 Song 0:40.001 paused", "0:09.999"),
    ("0:00 Other 2:00", "1:00 Song 2:00", "1:00"),
    ("0:00 Other 1:59", "1:00 Song 2:00", "0:30"),
]


@pytest.mark.parametrize(("before", "look", "start"), ENDED_IN_BETWEEN)
def test_it_began_when_the_one_before_came_to_its_end(before: str, look: str, start: str) -> None:
    _, _, progress, *_ = look.split()
    assert Sitting(before, look, f"2:00 Song {progress}").starts[-1] == start


PAUSED_FOR_LONG = [
    ("0:29.999 paused", "3:01:00", "0:15"),
    ("0:29.999 paused", "3:01:00.001", "3:01:00.001"),
    ("0:30 paused", "3:01:00.001", "0:15"),
]


@pytest.mark.parametrize(("look", "again", "start"), PAUSED_FOR_LONG)
def test_a_try_hours_before_is_not_the_start(look: str, again: str, start: str) -> None:
    assert (
        Sitting("0:00 Other 0:09", f"1:00 Song {look}", f"{again} Song {look.split(maxsplit=1)[0]}").starts[-1] == start
    )


BY_AN_ENTRY = {
    "there when the player woke up, after another that nobody saw": (
        ["0:00 Other |", "3:00 nothing |", "60:00 Song 1:00 paused | Other 3:00, Third 50:00", "61:00 Song 1:30"],
        "1:00:30",
    ),
    "back after another, which ended in between": (
        ["0:00 Song 1:00", "1:00 Song 2:00", "2:00 Other 0:30", "3:00 Song 2:30 | Song 1:30, Other 2:10"],
        "2:10",
    ),
    "goes on in its middle after another": (["0:00 Other |", "3:00 nothing |", "4:00 Song 2:00 | Other 2:58"], "2:58"),
    "the entry lies before its start": (["0:00 Other |", "4:00 Song 0:10 | Other 2:58"], "3:50"),
    "paused, put on when the one before ended": (
        ["0:00 Other", "5:00 Song 0:03 paused | Other 3:00", "6:00 Song 0:10"],
        "3:00",
    ),
    "paused, put on just after we saw the one before": (
        ["0:00 Other", "5:00 Song 0:03 paused | Other 0:00", "6:00 Song 0:10"],
        "0:00",
    ),
    "the entry was known before": (["0:00 nothing | Other 0:00", "1:00 Song 2:00 |"], "0:00"),
    "resumed in its middle, its own entry from long ago": (
        ["0:00 nothing |", "55:00 nothing |", "60:00 Song 3:00 | Song 36:34.999"],
        "33:34.999",
    ),
    "in its middle, its own entry as it began": (["0:00 nothing |", "60:00 Song 3:00 | Song 56:35"], "57:00"),
}


@pytest.mark.parametrize(("runs", "start"), BY_AN_ENTRY.values(), ids=BY_AN_ENTRY)
def test_an_entry_that_shows_the_end_of_the_play_before_dates_it(runs: list[str], start: str) -> None:
    assert Sitting(*runs).starts[-1] == start


@pytest.mark.parametrize(("by", "start"), [("0:25", "1:00:25"), ("0:24.999", "1:00:00")])
def test_two_clocks_may_differ_a_little_before_an_entry_dates_a_play(by: str, start: str) -> None:
    entry = f"1:00:{by.removeprefix('0:')}"
    assert Sitting("0:00 Other |", f"1:01:40 Song 1:40 | Other {entry}").starts[-1] == start


def test_a_restart_is_dated_by_its_break() -> None:
    assert Sitting("0:00 Song 0:20 |", "1:00 Song 0:15", "2:00 Song 1:15 | Song 0:45").starts == ["-0:20", "0:45"]
