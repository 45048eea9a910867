"""What a play's own entry tells afterwards: rows that small changes of the rule would break, and nothing else shows."""

import pytest

from tests.support.sitting import Sitting

LINES = {
    "listed where it was left, and back before that place": (
        ["0:00 Song 0:20 |", "1:00 nothing", "9:00 nothing | Song 0:40", "10:00 Song 0:30"],
        ["Song -0:20", "Song 9:30"],
    ),
    "listed where it was left, and goes on from there": (
        ["0:00 Song 0:20 |", "1:00 nothing", "9:00 nothing | Song 0:40", "10:00 Song 0:55"],
        ["Song -0:20"],
    ),
    "never seen, left in its middle, goes on": (
        ["0:00 Other |", "1:00 nothing", "9:00 nothing | Other 6:00, Song 8:00", "10:00 Song 2:30"],
        ["Other 0:00", "Song 6:00"],
    ),
    "never seen, left in its middle, begins again": (
        ["0:00 Other |", "1:00 nothing", "9:00 nothing | Other 6:00, Song 8:00", "10:00 Song 0:30"],
        ["Other 0:00", "Song 6:00", "Song 9:30"],
    ),
    "never seen, and something else follows": (
        ["0:00 Other |", "1:00 nothing", "9:00 nothing | Other 1:00, Song 8:00", "10:00 Jingle 0:09"],
        ["Other 0:00", "Song 4:00", "Jingle 9:51"],
    ),
    "begun again, then paused": (
        ["0:00 Song 2:00 |", "1:00 Song 0:15", "2:00 Song 1:15 paused", "3:00 nothing | Song 0:45"],
        ["Song -2:00", "Song 0:45"],
    ),
    "begun again, then paused and resumed": (
        ["0:00 Song 2:00 |", "1:00 Song 0:15", "2:00 Song 0:30 paused", "9:00 Song 0:45", "10:00 nothing | Song 0:45"],
        ["Song -2:00", "Song 0:45"],
    ),
    "begun again, and both plays are listed": (
        ["0:00 Song 2:00 |", "1:00 Song 0:15", "9:00 nothing | Song 0:45", "20:00 nothing | Song 4:45"],
        ["Song -2:00", "Song 0:45"],
    ),
    "begun again, both listed, and heard once more": (
        ["0:00 Song 2:00 |", "1:00 Song 0:15", "9:00 nothing | Song 0:45, Song 4:45", "20:00 nothing | Song 18:00"],
        ["Song -2:00", "Song 0:45", "Song 14:00"],
    ),
    "begun again, paused for long": (
        ["0:00 Song 2:00 |", "1:00 Song 0:15", "40:00 Song 1:00", "50:00 nothing | Song 0:45"],
        ["Song -2:00", "Song 0:45"],
    ),
    "paused, and its first part is listed while it plays": (
        ["0:00 Song |", "1:00 Song 1:00 paused", "9:00 Song 1:20", "10:00 Song 2:20 | Song 9:00"],
        ["Song 0:00"],
    ),
    "another paused item is at another place": (
        ["0:00 Other |", "1:00 Song 1:00 paused", "2:00 Jingle 0:10 paused", "3:00 Jingle 0:12"],
        ["Other 0:00", "Jingle 2:58"],
    ),
    "paused, and listed at its start while it plays on": (
        ["0:00 Song |", "1:00 Song 1:00 paused", "9:00 Song 1:20 |", "10:00 Song 2:20 | Song 0:10"],
        ["Song 0:00"],
    ),
    "paused without a move after it, and listed at its start": (
        ["0:00 Song 0:20 |", "1:00 Song 0:40 paused", "5:00 Song 0:40", "6:00 Song 1:40 | Song -0:10"],
        ["Song -0:20"],
    ),
    "silent for 40 minutes, and listed at its start": (
        ["0:00 Song |", "40:00 Song 1:00", "41:00 Song 2:00 | Song 0:10"],
        ["Song 0:00"],
    ),
    "jumped back, and both are listed at their starts": (
        ["0:00 Song 2:00 |", "1:00 Song 0:15", "2:00 Song 1:15 | Song -1:50", "9:00 nothing | Song -1:50, Song 0:45"],
        ["Song -2:00", "Song 0:45"],
    ),
    "listed, gone, seen paused, and plays from its start": (
        ["0:00 Song 1:40 |", "1:00 nothing | Song 0:30", "2:00 Song 2:10 paused", "3:00 Song 0:05"],
        ["Song -1:40", "Song 2:55"],
    ),
    "seen paused, heard, and playing before its entry comes": (
        ["0:00 Song 1:30 paused |", "3:00 Song 1:40 | Song 0:10"],
        ["Song -1:30"],
    ),
    "seen paused, heard, gone, and begins again": (
        ["0:00 Song 1:30 paused |", "9:00 nothing | Song 0:10", "20:00 Song 0:10"],
        ["Song -1:30", "Song 19:50"],
    ),
    "never seen, and the play before it is listed later": (
        ["0:00 Other |", "1:00 nothing", "9:00 nothing | Song 8:00", "20:00 nothing | Other 1:00, Song 8:00"],
        ["Other 0:00", "Song 4:00"],
    ),
    "begun again before another, and listed later": (
        ["0:00 Song 2:00 |", "1:00 Song 0:15", "5:00 Other 0:10", "8:00 nothing | Song 0:45, Song 4:50, Other 7:50"],
        ["Song -2:00", "Other 4:50", "Song 0:45"],
    ),
}


@pytest.mark.parametrize(("runs", "lines"), LINES.values(), ids=LINES)
def test_a_play_that_was_left_or_begun_again_is_told_by_its_entry(runs: list[str], lines: list[str]) -> None:
    assert Sitting(*runs).lines == lines
