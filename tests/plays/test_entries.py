"""Whose an entry of recently played is: that of a line, of a part of a play, or of a play that nobody saw."""

import pytest

from lib.plays.entries import MATCH_ROWS, Match
from tests.support.sitting import Sitting

EXAMPLES = {
    Match.RESTART: ["0:00 Song 0:20 |", "1:00 Song 0:15", "2:00 Song 1:15 | Song 0:45"],
    Match.LINE: ["0:00 Song 0:20 |", "4:00 Other 0:10 | Song 3:40"],
    Match.RESUMED: ["0:00 nothing |", "45:00 nothing |", "60:00 Song 2:00 | Song 20:00"],
    Match.MISSED: ["0:00 Song 3:40 |", "1:00 Other 0:02 | Song 0:20, Jingle 0:58"],
}
LINES = {
    Match.RESTART: ["Song -0:20", "Song 0:45"],
    Match.LINE: ["Song -0:20", "Other 3:50"],
    Match.RESUMED: ["Song 18:00"],
    Match.MISSED: ["Song -3:40", "Jingle 0:38", "Other 0:58"],
}


def test_every_row_of_the_table_has_an_example() -> None:
    assert set(EXAMPLES) == set(LINES) == {row.match for row in MATCH_ROWS}


@pytest.mark.parametrize("match", EXAMPLES, ids=lambda match: match.name)
def test_an_entry_is_what_the_table_says(match: Match) -> None:
    assert Sitting(*EXAMPLES[match]).lines == LINES[match]


@pytest.mark.parametrize("match", [Match.RESTART, Match.MISSED], ids=lambda match: match.name)
def test_a_line_that_an_entry_adds_says_why(match: Match) -> None:
    assert any(match.value in reason for reason in Sitting(*EXAMPLES[match]).reasons)


NO_SECOND_LINE = {
    "hours late": ["0:00 Song 0:20 |", "4:00 nothing |", "3:00:00 nothing | Song 3:40"],
    "again and again": ["0:00 Song 0:20 |", "4:00 nothing | Song 3:40", "20:00 nothing | Song 3:40"],
    "played_at is the start": ["0:00 Song 0:20 |", "5:00 nothing | Song -0:20"],
    "under another id": ["0:00 Song 0:20 |", "5:00 nothing | Relinked 3:40"],
    "our clock is an hour slow": ["0:00 Song 0:20 |", "5:00 nothing | Song 1:03:40"],
    "our clock is a day fast": ["0:00 Song 0:20 |", "5:00 nothing | Song -23:56:20"],
    "paused, left, and listed when left": [
        "0:00 Song |",
        "1:00 Song 1:00 paused",
        "4:00 nothing |",
        "9:00:00 nothing | Song 8:59:00",
    ],
    "paused, left, and listed when it stopped": [
        "0:00 Song |",
        "1:00 Song 1:00 paused",
        "4:00 nothing |",
        "9:00:00 nothing | Song 1:00",
    ],
    "paused for hours, then ends": [
        "0:00 Song |",
        "1:00 Song 1:00 paused",
        "5:00:00 Song 1:00",
        "5:03:30 nothing | Song 5:03:00",
    ],
    "its first part is listed, then it plays on": [
        "0:00 Song |",
        "1:00 Song 1:00",
        "2:00 nothing | Song 1:00",
        "3:00 Song 1:10",
    ],
    "both parts of a play are listed": [
        "0:00 Song |",
        "1:00 Song 1:00",
        "2:00 nothing | Song 1:00",
        "3:00 Song 1:10",
        "7:00 nothing | Song 1:00, Song 6:00",
    ],
    "listed in parts that nobody saw going on": [
        "0:00 Song |",
        "1:00 Song 1:00 paused",
        "4:00 nothing |",
        "60:00 Song 1:10",
        "61:00 nothing | Song 59:50, Song 60:40",
    ],
    "seen again, paused, and then played to its end": [
        "0:00 Song |",
        "1:00 Song 1:00 paused",
        "4:00 nothing",
        "60:00 Song 1:00 paused | Song 59:00",
        "70:00 nothing | Song 66:00",
    ],
    "resumed in its middle, never seen before": ["0:00 nothing |", "45:00 nothing |", "60:00 Song 2:00 | Song 20:00"],
    "seen paused, heard, and still paused": [
        "0:00 Song 1:30 paused |",
        "1:00 Song 1:30 paused | Song 0:10",
        "2:00 Song 2:00",
    ],
    "seen paused, heard, gone, plays on": ["0:00 Song 1:30 paused |", "9:00 nothing | Song 0:10", "20:00 Song 1:40"],
}


@pytest.mark.parametrize("runs", NO_SECOND_LINE.values(), ids=NO_SECOND_LINE)
def test_an_entry_of_a_play_with_a_line_adds_none(runs: list[str]) -> None:
    assert len(Sitting(*runs).lines) == 1


SECOND_LINE = {
    "one line takes one entry": ["0:00 Song 0:20 |", "4:00 nothing | Song 3:40", "20:00 nothing | Song 9:00"],
    "of what plays now, from before": ["0:00 nothing |", "30:00 Song 0:30 | Song 25:00"],
    "of what plays now in its middle, but something else was played since": [
        "0:00 Other |",
        "45:00 nothing | Other 3:00",
        "60:00 Song 2:00 | Other 3:00, Song 20:00",
    ],
    "left paused, then begun again by somebody unseen": [
        "0:00 Song |",
        "1:00 Song 1:00 paused",
        "4:00 nothing |",
        "60:00 nothing | Song 1:00, Song 59:50",
    ],
    "restarted after a pause": ["0:00 Song 0:10 |", "1:00 Song 0:40 paused", "2:00 Song 0:45 | Song 1:15"],
    "ended, and begun again after a pause": [
        "0:00 Song 3:20 |",
        "1:00 Song 0:05 | Song 0:40",
    ],
    "of two that nobody saw": ["20:00 nothing | Song 0:00, Song 5:00"],
    "restarted between two looks": ["0:00 Song 0:20 |", "1:00 Song 0:15 | Song 0:45"],
    "restarted, with the entry later": ["0:00 Song 0:20 |", "1:00 Song 0:15 |", "9:00 nothing | Song 0:45, Song 4:45"],
}


@pytest.mark.parametrize("runs", SECOND_LINE.values(), ids=SECOND_LINE)
def test_an_entry_of_another_play_adds_a_line(runs: list[str]) -> None:
    assert len(Sitting(*runs).lines) == 2


LIMITS = [
    (
        "near an old line",
        ["0:00 Song |", "1:00 Other |", "30:00 Other 3:00 |", "40:00 nothing | Song {}"],
        ("11:00", 0),
        ("11:00.001", 1),
    ),
    (
        "near an old line's start",
        ["0:00 Song |", "1:00 Other |", "30:00 nothing |", "40:00 nothing | Song {}"],
        ("-10:00", 0),
        ("-10:00.001", 1),
    ),
    (
        "far from a new line",
        ["0:00 Song |", "1:00 Other |", "{} Other 0:30 |", "5:00:00 nothing | Song -5:00:00"],
        ("11:00", 0),
        ("11:00.001", 1),
    ),
    ("before a break", ["0:00 Song 0:20 |", "3:00 Song 0:45", "9:00 nothing | Song {}"], ("1:50", 1), ("1:49.999", 0)),
    ("after a break", ["0:00 Song 0:20 |", "3:00 Song 0:45", "9:00 nothing | Song {}"], ("2:40", 1), ("2:40.001", 0)),
    (
        "after too small a break",
        ["0:00 Song 0:20 |", "1:00 Song {}", "2:00 nothing | Song 0:00"],
        ("1:10", 0),
        ("1:09.999", 1),
    ),
    (
        "after a jump back",
        ["0:00 Song 2:00 |", "1:00 Song 0:15", "2:00 Song 1:14 | Song {}"],
        ("-0:25", 1),
        ("-0:25.001", 0),
    ),
    (
        "after it could have ended",
        ["0:00 Song 0:20 |", "4:30 Song 0:40", "9:00 nothing | Song {}"],
        ("-0:05", 1),
        ("-0:05.001", 0),
    ),
    (
        "a part of a play, early",
        ["0:00 Song |", "3:00 Song 3:00", "4:00 nothing | Song 4:00", "5:00 nothing | Song {}"],
        ("0:15", 0),
        ("0:14.999", 1),
    ),
    (
        "a part of a play, late",
        ["0:00 Song |", "3:00 Song 3:00", "4:00 nothing | Song 4:00", "5:00 nothing | Song {}"],
        ("2:59.999", 0),
        ("3:00", 1),
    ),
    ("before what plays", ["0:00 nothing |", "9:00 Song 0:30 | Song {}"], ("8:05", 1), ("8:04.999", 2)),
    ("of what was heard for 30 s", ["0:00 nothing |", "9:00 Song {} | Song 8:40"], ("0:30", 1), ("0:29.999", 2)),
    ("resumed", ["0:00 nothing |", "45:00 nothing |", "60:00 Song 1:00 | Song {}"], ("34:59.999", 1), ("35:00", 2)),
]


@pytest.mark.parametrize(
    ("runs", "value", "lines"),
    [
        pytest.param(runs, value, lines, id=f"{name}: {value}")
        for name, runs, *limits in LIMITS
        for value, lines in limits
    ],
)
def test_how_far_an_entry_may_lie(runs: list[str], value: str, lines: int) -> None:
    *before, last = [run.format(value) for run in runs]
    assert len(Sitting(*before).run(last)) == lines


def test_a_filled_in_play_begins_when_the_one_before_it_ended() -> None:
    assert Sitting("1:00 nothing | Song 0:00, Other 0:40").lines == ["Song -4:00", "Other 0:00"]


def test_a_play_of_unknown_length_is_dated_by_its_end() -> None:
    assert Sitting("20:00 nothing | Endless 0:00").starts == ["0:00"]


def test_plays_that_spotify_dates_alike_follow_each_other() -> None:
    assert Sitting("20:00 nothing | Song 0:00, Other 0:00, Jingle 0:09").starts == ["-4:00", "0:00", "0:00"]


def test_each_of_two_plays_finds_its_own_entry() -> None:
    looks = ["0:00 Song 0:20 |", "4:00 Other 0:10 |", "30:00 Song 0:20 |", "34:00 nothing"]
    late_first = Sitting(*looks, "35:00 nothing | Song 34:00", "36:00 nothing | Song 3:00, Song 34:00")
    early_first = Sitting(*looks, "35:00 nothing | Song 3:00, Song 34:00")
    assert late_first.starts == early_first.starts == ["-0:20", "3:50", "29:40"]
    assert late_first.run("37:00 nothing | Song 3:00, Song 34:00, Song 36:00") == ["Song 34:00"]


def test_something_played_before_leaves_what_plays_alone() -> None:
    assert Sitting("0:00 Song 0:20 |").run("3:00 Song 3:20 | Other -5:00") == ["Other -8:00"]


def test_a_track_resumed_after_others_goes_on_with_its_line() -> None:
    sitting = Sitting("0:00 Song 0:20 |", "1:00 Song 1:20 paused")
    assert sitting.run("20:00 Song 1:25 paused | Other 10:00") == ["Other 7:00"]
    assert sitting.run("21:00 Song 1:40") == []


def test_what_spotify_never_lists_is_logged_when_seen() -> None:
    assert Sitting("0:00 Tape 0:10 |", "1:00 Tape 1:10 |", "2:00 Talk 0:10 |").lines == ["Tape -0:10", "Talk 1:50"]


ASKED = {
    "at first": ([], "0:00 nothing", True),
    "nothing ended": (["0:00 Song 0:20 |"], "3:00 Song 3:20", False),
    "paused": (["0:00 Song 0:20 |"], "3:00 Song 3:20 paused", False),
    "paused where it was seen last": (["0:00 Song 0:10 |"], "9:00 Song 0:10 paused", True),
    "gone": (["0:00 Song 0:20 |"], "3:00 nothing", True),
    "sought": (["0:00 Song 0:20 |"], "3:00 Song 0:30", True),
    "another": (["0:00 Song 0:20 |"], "3:00 Other", True),
    "another began a while ago": (["0:00 Song 0:30 |", "10:00 Song 0:00"], "11:00 Song 1:00", True),
    "another, but just asked": (["0:00 Song 0:20 |"], "1:49.999 Other", False),
    "just asked": (["0:00 nothing |"], "0:00 nothing", False),
    "a quarter of an hour ago": (["0:00 Talk |"], "15:00 Talk 15:00", True),
    "a little less": (["0:00 Talk |"], "14:59.999 Talk 14:59", False),
    "the clock was set back": (["0:00 Talk |"], "-1:00 Talk 0:00", True),
}


@pytest.mark.parametrize(("runs", "run", "asks"), ASKED.values(), ids=ASKED)
def test_recently_played_is_fetched_when_it_may_tell_something(runs: list[str], run: str, asks: bool) -> None:
    assert Sitting(*runs).asks(run) is asks
