"""What a look at the player means: one row for each row of the rule's table, and one for each of its limits."""

import pytest

from lib.plays.looks import ROWS, Verdict
from tests.support.sitting import Sitting

GONE, NEW, SAME, MOVED = Verdict

TABLE = {
    "nothing is playing": (GONE, ["0:00 Song", "1:00 nothing"]),
    "its progress lies beyond its end": (GONE, ["0:00 Song 3:20", "1:00 Song 4:20"]),
    "it wasn't there before": (NEW, ["0:00 Other 0:20", "1:00 Song 0:10"]),
    "it was listed as played, and began again": (
        NEW,
        ["0:00 Song 1:40", "1:00 Song 1:50 paused", "2:00 Song 1:50 paused | Song 1:10", "3:00 Song 0:05"],
    ),
    "it ended and began again": (NEW, ["0:00 Song 3:20", "1:00 Song 0:20"]),
    "its progress and our clock agree": (SAME, ["0:00 Song 1:40", "1:00 Song 2:50"]),
    "it had time to end, and is back nearer to its start": (NEW, ["0:00 Song 1:30", "9:00:00 Song 0:20"]),
    "it was paused or sought": (MOVED, ["0:00 Song 1:00", "1:00 Song 1:30 paused", "9:00:00 Song 1:50"]),
}


def test_every_row_of_the_table_has_a_look() -> None:
    assert list(TABLE) == [row.reason for row in ROWS]


@pytest.mark.parametrize("reason", TABLE)
def test_a_look_means_what_the_table_says(reason: str) -> None:
    verdict, runs = TABLE[reason]
    sitting = Sitting(*runs)
    assert sitting.verdict is verdict
    assert any(reason in told for told in sitting.reasons)


ONE_LINE = {
    "it plays on": ["0:00 Song 0:20", "1:00 Song 1:20", "2:00 Song 2:20"],
    "paused, and resumed an hour later": ["0:00 Song 1:00", "1:00 Song 1:10 paused", "61:00 Song 1:20"],
    "paused between two looks": ["0:00 Song 1:00", "1:00 Song 1:25"],
    "an hour of nothing, then the same place": ["0:00 Song 1:00", "1:00 nothing", "61:00 Song 1:20"],
    "paused, nothing, still paused": [
        "0:00 Song 1:00",
        "1:00 Song 1:20 paused",
        "9:00 nothing",
        "14:00 Song 1:20 paused",
    ],
    "paused, nothing, plays on": ["0:00 Song 1:00", "1:00 Song 1:20 paused", "9:00 nothing", "54:00 Song 1:30"],
    "sought forward": ["0:00 Song 0:30", "1:00 Song 3:20"],
    "sought back": ["0:00 Song 1:40", "1:00 Song 0:10"],
    "resumed from zero by Spotify": ["0:00 Song 3:20", "1:00 Song 3:30 paused", "5:00 Song 0:05"],
    "progress stands still for hours": ["0:00 Song 1:40", "1:00 Song 1:50", "2:00 Song 1:50", "3:00:00 Song 1:50"],
    "no length, no progress": ["0:00 Endless ?", "1:00 Endless ?", "2:00 Endless 1:30"],
    "the same under another id": ["0:00 Song 0:20", "1:00 Relinked 1:20"],
    "further on than it could be from its start": ["0:00 Song 3:20", "1:00 nothing", "4:00 Song 3:35"],
    "no length, further on": ["0:00 Endless 0:00", "9:00 Endless 1:00"],
    "paused where it was four minutes ago": ["0:00 Song 2:30", "4:00 Song 2:30 paused", "5:00 Song 3:30"],
    "seen just after its end": ["0:00 Song 3:20", "0:41 Song 4:01"],
    "gone before its end, and back where a repeat would be": ["0:00 Song 1:00", "1:00 nothing", "6:00 Song 3:00"],
    "unknown progress in between": ["0:00 Song 1:00", "1:00 Song ?", "2:00 Song 3:00"],
    "unknown progress of a pause": ["0:00 Song 1:00", "1:00 Song 1:30 paused", "2:00 Song ? paused", "60:00 Song 1:40"],
    "another was shown, and it goes on ten seconds back": [
        "0:00 Talk 10:00",
        "7:00 Song 0:00 paused",
        "16:00 Talk 9:50",
    ],
    "another was shown, but not heard": ["0:00 Talk 10:00", "7:00 Song 0:00 paused", "16:00 Talk 17:10"],
    "set back to its start during a pause": [
        "0:00 Song 1:40",
        "1:00 Song 1:50 paused",
        "8:00:00 Song 0:00 paused",
        "8:01:00 Song 2:00",
    ],
    "plays on the next day": ["0:00 Song 1:00", "1:00 Song 1:10 paused", "24:00:00 Song 1:20", "24:01:00 Song 2:20"],
}
TWO_LINES = {
    "another was shown, and it's back before its place": [
        "0:00 Talk 10:00",
        "7:00 Song 0:00 paused",
        "16:00 Talk 9:49",
    ],
    "set back to its start, and played from there": [
        "0:00 Song 1:40",
        "1:00 Song 1:50 paused",
        "8:00:00 Song 0:00 paused",
        "8:05:00 Song 2:00",
    ],
    "repeated at once": ["0:00 Song 3:20", "1:00 Song 0:20"],
    "begun again when its entry says it was left": ["0:00 Song 0:02 |", "1:02 nothing | Song 0:55", "2:02 Song 1:07"],
    "repeated after an ad": ["0:00 Song 2:40", "1:00 Song 3:40", "2:00 nothing", "3:00 Song 0:40"],
    "repeated, seen at its very start": ["0:00 Other 0:00", "3:00 Other 0:00"],
    "gone for an hour, and back nearer to its start": ["0:00 Song 2:30", "1:00 nothing", "60:00 Song 0:40"],
    "repeated, ten seconds early": ["0:00 Song 2:50", "1:00 Song 0:00"],
    "repeated, and looked at near the end of its next round": ["0:00 Talk 49:30", "1:00 nothing", "45:00 Talk 44:30"],
    "repeated, though nothing was seen in between": ["0:00 Talk 16:20", "60:00 nothing", "61:00 Talk 27:20"],
    "another track": ["0:00 Song 0:20", "1:00 Other 0:10"],
    "a version of another length": ["0:00 Song 0:20", "1:00 Live 0:10"],
    "back to a track after another": ["0:00 Other 0:20", "1:00 Song 0:20", "2:00 Song 1:20"],
    "no length, begun again": ["0:00 Endless 1:00", "60:00 Endless 0:20"],
    "from its start the next morning": ["0:00 Song 1:00", "1:00 Song 1:30 paused", "9:00:00 Song 0:20"],
    "an episode goes on another day, after a song": ["0:00 Talk 10:00", "20:00:00 Talk 10:05 paused", "20:01:00 Song"],
}
NO_LINE = {
    "only seen paused": ["0:00 Song 0:30 paused", "1:00 Song 0:30 paused"],
    "only seen paused, at an unknown place": ["0:00 Song 1:00 paused", "1:00 Song ? paused", "2:00 Song ? paused"],
    "plays beyond its end": ["0:00 Song 5:00:00"],
}


@pytest.mark.parametrize(
    ("runs", "lines"),
    [
        pytest.param(runs, lines, id=name)
        for lines, rows in enumerate((NO_LINE, ONE_LINE, TWO_LINES))
        for name, runs in rows.items()
    ],
)
def test_one_play_is_one_line(runs: list[str], lines: int) -> None:
    assert len(Sitting(*runs).lines) == lines


LIMITS = [
    ("beyond its end", ["0:00 Song 3:20", "1:00 Song {}"], ("4:10", SAME), ("4:10.001", GONE)),
    ("playing as expected, slower", ["0:00 Song 0:20", "1:00 Song {}"], ("1:10", SAME), ("1:09.999", MOVED)),
    ("playing as expected, faster", ["0:00 Song 0:20", "1:00 Song {}"], ("1:30", SAME), ("1:30.001", MOVED)),
    ("paused as expected", ["0:00 Song", "1:00 Song 1:00 paused", "9:00 Song {}"], ("1:10", SAME), ("1:10.001", MOVED)),
    ("ended, on time", ["0:00 Odd 3:20", "1:00 Odd {}"], ("0:29.999", NEW), ("0:30", MOVED)),
    ("back", ["0:00 Song 1:00", "5:00 Song {}"], ("0:49.999", NEW), ("0:50", MOVED)),
    ("time to end", ["0:00 Song 3:00", "1:20 Song {}"], ("0:30", NEW), ("0:30.001", MOVED)),
    ("paused for long", ["0:00 Song", "0:01 Song 3:30 paused", "{} Song 0:05"], ("30:01", MOVED), ("30:01.001", NEW)),
    ("begins again at its end", ["0:00 Song 0:20", "5:00 Song {}"], ("1:16", NEW), ("1:15.999", MOVED)),
    ("ended not long ago", ["0:00 Song 1:00", "{} Song 2:00"], ("33:00", NEW), ("33:00.001", MOVED)),
    (
        "listed, and back before that place",
        ["0:00 Song 2:30", "1:00 nothing | Song 0:10", "9:00 Song {}"],
        ("2:35.999", NEW),
        ("2:36", MOVED),
    ),
    ("paused beyond its end", ["0:00 Song 3:20", "1:00 Song {} paused"], ("4:10", SAME), ("4:10.001", SAME)),
]


@pytest.mark.parametrize(
    ("runs", "value", "verdict"),
    [
        pytest.param(runs, value, verdict, id=f"{name}: {value}")
        for name, runs, *limits in LIMITS
        for value, verdict in limits
    ],
)
def test_a_little_more_is_something_else(runs: list[str], value: str, verdict: Verdict) -> None:
    assert Sitting(*(run.format(value) for run in runs)).verdict is verdict


def test_a_loop_is_a_line_each_time() -> None:
    sitting = Sitting(*(f"{minute}:00 Other {minute % 3}:20" for minute in range(9)))
    assert sitting.starts == ["-0:20", "2:40", "5:40"]


def test_a_short_loop_is_a_line_at_each_look() -> None:
    assert len(Sitting(*(f"{minute}:00 Jingle 0:07" for minute in range(5))).lines) == 5


def test_a_first_pause_says_that_it_waits() -> None:
    sitting = Sitting("0:00 Song 0:10 paused")
    assert sitting.memory.current
    assert not sitting.memory.current.line.logged
    assert sitting.reasons == ("Song: it's paused, so it isn't a play yet.",)


def test_what_plays_beyond_its_end_is_not_called_paused() -> None:
    assert Sitting("0:00 Song 5:00").reasons == ()


def test_a_look_without_a_change_says_why_too() -> None:
    unknown = "Song: its progress is unknown, so this look tells nothing."
    assert Sitting("0:00 Song 1:00", "0:30 Song ?").reasons == (unknown,)
    assert Sitting("0:00 Song 1:00", "0:30 Song 1:30").reasons == ("Song: its progress and our clock agree.",)


def test_what_has_ended_is_told_with_the_reason() -> None:
    assert Sitting("0:00 Song", "1:00 nothing").reasons == ("What was on the player is gone: nothing is playing.",)
    assert Sitting("0:00 Song", "1:00 nothing", "2:00 nothing").reasons == ()
