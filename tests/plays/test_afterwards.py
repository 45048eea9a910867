"""What entries tell afterwards: of a play that was left, paused, begun again, or never seen playing."""

import pytest

from tests.support.sitting import Sitting

LINES = {
    "listed where it was left, and back before that place": (
        ["0:00 Song 0:20 |", "1:00 nothing", "9:00 nothing | Song 0:40", "10:00 Song 0:30"],
        ["Song -0:20", "Song 9:30"],
    ),
    "listed where it was left, and back before that place in its second half": (
        ["0:00 Song 3:00", "1:00 nothing | Song 0:30", "3:30 Song 2:30"],
        ["Song -3:00", "Song 1:00"],
    ),
    "listed where it was left, and goes on from there": (
        ["0:00 Song 0:20 |", "1:00 nothing", "9:00 nothing | Song 0:40", "10:00 Song 0:57"],
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
        ["Other 0:00", "Jingle 1:25"],
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
    "listed while it plays, and again as a part of that": (
        ["0:00 Other", "0:30 Other 0:30 | Other -0:10, Other 0:19"],
        ["Other 0:00"],
    ),
    "first seen now, and listed before with another between": (
        ["0:00 Song 0:40", "1:00 Song 3:00 | Song -0:40, Other 0:00"],
        ["Song -0:40", "Other -0:40"],
    ),
    "left paused, and listed when it's begun again": (
        [
            "0:00 Song 0:20 |",
            "1:00 Song 1:20",
            "2:00 Song 1:50 paused |",
            "18:00 nothing |",
            "40:00 Song 0:20 | Song 1:30",
        ],
        ["Song -0:20", "Song 39:40"],
    ),
    "listed late, but something else was heard since": (
        ["0:00 nothing |", "1:00 Other 0:30 |", "2:00 nothing", "45:00 nothing |", "60:00 Song 2:00 | Song 0:20"],
        ["Other 0:30", "Song -3:40", "Song 58:00"],
    ),
    "waited, and listed when it began again": (
        ["0:00 Song 0:30 paused |", "10:00 Song 1:00 | Song 9:00"],
        ["Song 5:00", "Song 9:30"],
    ),
    "listed in part, and played again after another": (
        [
            "0:00 Song |",
            "1:00 Song 1:00",
            "2:00 nothing | Song 0:30",
            "3:00 Other |",
            "14:00 nothing | Other 6:00, Song 12:30",
        ],
        ["Song 0:00", "Other 3:00", "Song 8:30"],
    ),
    "two parts before what plays in its middle": (
        ["-1:00 nothing |", "0:00 Song 2:00 | Song -18:00, Song -14:00"],
        ["Song -22:00", "Song -16:00"],
    ),
    "resumed in its middle, and listed before under another id": (
        ["-1:00 nothing |", "0:00 Song 1:50 | Relinked -16:00"],
        ["Song -16:00"],
    ),
    "played to its end, listed, and rests in its middle": (
        ["0:00 Other 2:50 |", "26:00 Other 2:00 paused | Other 0:10, Other 14:00"],
        ["Other -2:50", "Other 0:10"],
    ),
    "paused, listed, and rests at its start": (
        ["0:00 Song", "9:00 Song 2:00 paused", "11:00 Song 0:00 paused | Song 10:00"],
        ["Song 0:00", "Song 11:00"],
    ),
    "listed twice unseen, rests at its start, and plays": (
        ["0:00 Song", "200:00 nothing | Song 192:00, Song 200:00", "201:00 Song 0:00 paused", "204:00 Song 0:00"],
        ["Song 0:00", "Song 3:16:00", "Song 3:24:00"],
    ),
    "jumped back, and far behind where it would be": (
        ["0:00 Song 1:00", "0:30 Song 0:00", "9:30 Song 2:30"],
        ["Song -1:00"],
    ),
    "listed, and then of unknown progress": (["0:00 Song 1:00", "20:00 Song ? | Song 17:00"], ["Song -1:00"]),
    "played, listed, and paused in its middle": (
        ["0:00 Song 3:20", "60:00 Song 3:00 paused | Song 0:40, Song 37:00"],
        ["Song -3:20", "Song 0:40"],
    ),
    "known from the log, listed, and begun again": (
        ["1:00 recalls Song 0:00", "334:00 nothing | Song 329:00, Song 333:00", "335:00 Song 1:40"],
        ["Song 5:29:00", "Song 5:33:20"],
    ),
    "of unknown length, listed twice, and goes on": (
        ["0:00 Song", "333:00 nothing | Endless 324:00, Endless 328:00", "353:00 Endless 1:00"],
        ["Song 0:00", "Song 5:28:00"],
    ),
    "of unknown length, listed twice, and plays again": (
        ["0:00 nothing | Endless -4:00, Endless 0:00", "20:00 Endless 1:00"],
        ["Song -4:00", "Song 0:00", "Song 19:00"],
    ),
    "listed before, and something else waits and plays": (
        ["0:00 Song 2:00", "1:00 Other 0:00 paused", "64:00 nothing | Song -3:00", "69:00 Other 1:00"],
        ["Song -2:00", "Other 1:08:00"],
    ),
    "two plays that begin in one second": (
        ["0:00 Song 0:02.235", "5:00 Song 1:00 | Song -0:03, Song 0:00"],
        ["Song -0:02.235", "Song -0:02", "Song 4:00"],
    ),
    "listed near its start, and begun again": (
        ["0:00 Song 1:00 | Song -0:10", "20:00 Song 1:00"],
        ["Song -1:00", "Song 19:00"],
    ),
    "listed late, and what came after it plays on": (
        ["0:00 Song 1:00", "10:00 Other 0:00", "700:00 Song 0:00 paused | Song 25:00", "1000:00 Other 2:00"],
        ["Song -1:00", "Other 10:00"],
    ),
    "of unknown progress, and listed before": (["0:00 Song ? | Song -9:00"], ["Song -13:00", "Song 0:00"]),
    "sought back, and listed in parts, the last at its natural end": (
        ["0:00 Other 1:30", "1:00 Other 0:32 |", "12:00 nothing | Other 1:22, Other 3:33"],
        ["Other -1:30"],
    ),
    "begun again unseen, paused, and listed twice": (
        ["3:00 Song 3:02", "9:00 Song 3:27 paused | Song 3:58", "13:00 nothing | Song 3:58, Song 9:53"],
        ["Song -0:02", "Song 9:00"],
    ),
    "begun again soon, then paused for a minute": (
        ["0:00 Song 1:11", "2:00 Song 0:48", "6:00 Song 3:50 | Song 1:12"],
        ["Song -1:11", "Song 1:12"],
    ),
    "begun again soon, and plays on": (
        ["0:00 Song 1:01", "2:00 Song 1:47", "4:00 Song 3:47 | Song 0:13"],
        ["Song -1:01", "Song 0:13"],
    ),
    "gone for minutes, and goes on with both parts listed": (
        ["0:00 Song 1:15", "5:00 nothing", "6:00 Song 3:07", "11:00 nothing | Song 1:19, Song 6:12"],
        ["Song -1:15"],
    ),
    "begun again, and the second play is listed in parts": (
        ["0:00 Song 0:44 |", "3:00 Song 0:01", "75:00 nothing | Song 1:21, Song 2:59, Song 5:45"],
        ["Song -0:44", "Song 2:59"],
    ),
    "left early, and begun again unseen": (
        ["0:00 Song 0:20 |", "6:00 nothing | Song 0:16, Song 1:39"],
        ["Song -0:20", "Song 0:16"],
    ),
}


@pytest.mark.parametrize(("runs", "lines"), LINES.values(), ids=LINES)
def test_a_play_that_was_left_or_begun_again_is_told_by_its_entry(runs: list[str], lines: list[str]) -> None:
    assert Sitting(*runs).lines == lines


PAUSED = {
    "listed before": (["0:00 Other 1:00 paused | Other -1:00"], ["Other -2:00"]),
    "listed long before, from the 30th second on": (["0:00 Song 0:30 paused | Song -49:00"], ["Song -49:30"]),
    "another is listed before": (["0:00 Other 1:00 paused | Song -15:00"], ["Song -19:00"]),
    "listed when it was seen, and another plays": (
        ["0:00 Other 0:00 paused", "1:00 Song 1:00 | Other 0:00"],
        ["Other -3:00", "Song 0:00"],
    ),
    "listed before something else": (
        ["0:00 Other", "21:00 Song 0:50 paused | Song 0:00"],
        ["Other 0:00", "Song -4:00"],
    ),
    "listed after something else": (
        ["0:00 Other", "21:00 Song 0:50 paused | Song 0:00.001"],
        ["Other 0:00", "Song 3:00"],
    ),
    "heard within three hours": (["0:00 Song 0:20 paused |", "4:00:00 nothing | Song 3:00:00"], ["Song -0:20"]),
    "heard after three hours": (
        ["0:00 Song 0:20 paused |", "4:00:00 nothing | Song 3:00:00.001"],
        ["Song 2:56:00.001"],
    ),
    "heard, and still paused": (["0:00 Song 0:00 paused", "60:00 Song 0:00 paused | Song 21:00"], ["Song 0:00"]),
    "heard, and begun again": (["0:00 Song 0:00 paused", "10:00 Song 0:00 | Song 9:00"], ["Song 0:00"]),
    "heard, and back before its place": (
        ["0:00 Song 0:40 paused |", "1:00 Song 0:29 | Song 0:20"],
        ["Song -0:40", "Song 0:31"],
    ),
    "heard an hour later, and back before its place": (
        ["0:00 Other 2:00 paused", "60:00 Other 1:00 | Other 58:00"],
        ["Other -2:00", "Other 59:00"],
    ),
    "heard twice, gone, and back": (
        ["0:00 Song 1:00 paused", "60:00 nothing | Song 53:30, Song 54:00", "65:00 Song 0:30"],
        ["Song -1:00", "Song 53:30"],
    ),
    "it had a line already": (
        ["0:00 Song 2:00", "9:00 Song 0:00 paused", "69:00 Song 0:00 paused | Song 26:00, Song 30:00"],
        ["Song -2:00", "Song 26:00"],
    ),
    "heard, and something else plays": (
        ["0:00 Song 3:00 paused", "3:20:00 Talk 44:20 | Song 2:35:40"],
        ["Song -3:00", "Talk 2:35:40"],
    ),
    "heard, and still paused further on": (
        ["0:00 Song 0:00 paused", "3:00 Song 3:00 paused | Song 1:00"],
        ["Song 0:00"],
    ),
    "begun again at once from its start": (["0:00 Song 3:00 paused", "1:00 Song 0:10"], ["Song 0:50"]),
    "another was paused before it at the same place": (
        ["0:00 Other 0:20 paused", "5:00 Song 0:20 paused", "7:00 Song 1:00"],
        ["Song 2:20"],
    ),
    "begun at once from its start, and listed": (
        ["0:00 Song 1:00 paused", "0:30 Song 0:00", "8:00 nothing | Song 0:00, Song 4:02"],
        ["Song 0:30", "Song -1:00"],
    ),
    "at a place ten seconds off": (
        ["0:00 Song 1:10 paused", "1:00 Song 1:00 paused", "2:00 Song 1:20"],
        ["Song 1:40"],
    ),
    "at an unknown place": (["0:00 Other ? paused", "1:00 Song | Other 1:00"], ["Other 0:00", "Song 1:00"]),
    "heard twice, and another plays": (
        ["0:00 Other 2:00 paused", "201:00 Song 3:00 | Other 25:00, Other 185:00"],
        ["Other -2:00", "Other 3:02:00", "Song 3:18:00"],
    ),
    "heard twice after another, and paused": (
        ["0:00 Song 2:00", "60:00 Other 2:00 paused | Other 38:00, Other 41:00"],
        ["Song -2:00", "Other 35:00", "Other 38:00"],
    ),
    "there when the player woke up, and another was listed": (
        ["0:00 Other", "3:00 nothing", "4:00 Song 1:00 paused | Other 4:00"],
        ["Other 0:00"],
    ),
}


@pytest.mark.parametrize(("runs", "lines"), PAUSED.values(), ids=PAUSED)
def test_what_was_first_seen_paused_is_told_by_its_entry(runs: list[str], lines: list[str]) -> None:
    assert Sitting(*runs).lines == lines


LONG_PAUSES = {
    "it waited at two places, and both parts are listed": (
        [
            "1:00 Other 1:00 paused |",
            "6:00 Other 1:20 paused | Other 6:00",
            "6:30 Other 1:50 | Other 6:00",
            "8:10 Third 0:20 | Other 6:00, Other 7:50",
        ],
        ["Other 5:40", "Third 7:50"],
    ),
    "begun again when another that was begun since has ended": (
        [
            "0:00 Song 0:00",
            "1:00 Other 0:20 | Song 0:40",
            "2:00 Other 1:20",
            "3:00 Other 2:20",
            "4:05 Third 0:05 | Song 0:40, Other 3:20, Song 4:00",
        ],
        ["Song 0:00", "Other 0:40", "Song 3:20", "Third 4:00"],
    ),
    "it waited, its start is known by an entry, and its own comes": (
        ["0:00 Other 1:00", "1:00 Song 0:10 paused", "6:00 Song 1:00 | Other 5:00", "7:00 Song 2:00 | Song 5:18"],
        ["Other -1:00", "Song 5:00"],
    ),
    "it waited, was heard between two looks, and the play before goes on": (
        ["0:00 Third 0:30", "1:00 Song 0:40 paused", "2:00 Third 1:20 | Song 1:30"],
        ["Third -0:30", "Song 0:10"],
    ),
    "it waited, another played, and its entry came later": (
        [
            "0:00 Other |",
            "2:00 Other 2:00",
            "4:00 Song 0:50 paused |",
            "5:00 Song 0:50 paused",
            "6:00 nothing",
            "200:00 Third 0:10 |",
            "203:00 Third 3:10 | Song 199:48",
        ],
        ["Other 0:00", "Third 3:19:50", "Song 3:00"],
    ),
    "put on in place of another that waited": (
        ["0:00 Other |", "1:00 Song 0:20 paused", "2:00 Song 0:20 paused", "3:00 Third 0:40 paused", "9:00 Third 1:00"],
        ["Other 0:00", "Third 2:10"],
    ),
    "put on after the last look at the pause before": (
        [
            "0:00 Other |",
            "3:00 Other 2:56 paused",
            "40:00 Other 2:56 paused",
            "41:00 Song 0:10 paused",
            "43:00 Song 0:40",
        ],
        ["Other 0:00", "Song 40:04"],
    ),
    "paused for as long as it had played": (
        ["0:00 Song |", "1:00 Song 0:54 paused", "2:00 Song 0:54 paused", "3:00 Song 1:54 | Song 1:05"],
        ["Song 0:00"],
    ),
    "paused, closed, begun again, and listed only then": (
        [
            "0:00 Song |",
            "3:00 Song 2:58 paused |",
            "10:00 nothing",
            "240:00 Song 2:58 paused",
            "241:00 Song 0:53 | Song 20:00",
        ],
        ["Song 0:00", "Song 4:00:07"],
    ),
    "over, and shown paused at its start": (
        ["0:00 Other |", "2:00 Other 2:00", "3:00 Other 0:00 paused", "5:00 nothing | Other 3:01"],
        ["Other 0:00"],
    ),
    "listed in parts, the last at its natural end": (
        ["0:00 Song |", "3:20 Song 3:20", "4:10 Other 0:08 | Song 3:28, Song 4:00"],
        ["Song 0:00", "Other 4:02"],
    ),
    "unseen, after a look at another that waited": (
        ["0:00 Other |", "1:00 Song 0:20 paused |", "2:00 Song 0:20 paused", "3:10 Fourth 0:05 | Third 3:05"],
        ["Other 0:00", "Third 2:00", "Fourth 3:05"],
    ),
    "left after a second, when another had just ended": (
        ["0:00 Song 0:01 |", "1:00 nothing", "3:00 nothing | Other 0:00", "600:00 Song 0:31"],
        ["Song -0:01", "Other -3:00"],
    ),
    "another waited after it, and its own entry came later": (
        ["0:00 Song 0:48 paused |", "3:00 Other 1:23 paused |", "8:00 nothing | Song 0:43"],
        ["Song -0:48"],
    ),
    "it waited, ended unseen, and was repeated": (
        ["1:00 Other 2:14", "4:00 Song 0:12 paused | Other 2:46", "9:00 Song 3:30 | Other 2:46, Song 5:30"],
        ["Other -1:14", "Song 2:46", "Song 5:30"],
    ),
    "it waited two plays ago, and was played since": (
        [
            "2:00 Song 3:25 |",
            "5:00 Song 0:00 paused | Song 2:35",
            "6:00 Third 0:55 |",
            "16:00 Other 1:15 | Third 9:05",
            "21:00 nothing | Song 13:05, Other 16:24",
        ],
        ["Song -1:25", "Third 5:05", "Other 14:45", "Song 9:05"],
    ),
    "it rested at its start, and was played after another unseen": (
        ["1:00 Other 1:10", "4:00 Other 0:00 paused | Other 2:50", "29:00 nothing | Song 9:05, Other 12:05"],
        ["Other -0:10", "Song 5:05", "Other 9:05"],
    ),
}


@pytest.mark.parametrize(("runs", "lines"), LONG_PAUSES.values(), ids=LONG_PAUSES)
def test_what_was_left_paused_is_one_play_with_its_own_time(runs: list[str], lines: list[str]) -> None:
    assert Sitting(*runs).lines == lines


SEVERAL = {
    "played again unseen, and only waited since": (
        ["0:00 Song 2:00", "1:00 Other 0:00 paused", "64:00 nothing | Song -11:00, Song -3:00", "69:00 Other 1:00"],
        ["Song -2:00", "Song -7:00", "Other 1:08:00"],
    ),
    "played three times unseen": (
        ["0:00 Song", "600:00 nothing | Song 265:00, Song 269:00, Song 273:00"],
        ["Song 0:00", "Song 4:25:00", "Song 4:29:00"],
    ),
    "played unseen, then begun ten seconds before its entry": (
        ["0:00 Song 3:00", "333:00 Song 2:30 | Song 326:00, Song 330:40"],
        ["Song -3:00", "Song 5:30:30"],
    ),
    "played unseen for its whole length, then in its middle": (
        ["0:00 Song 3:00", "333:00 Song 2:30 | Song 326:00, Song 330:00"],
        ["Song -3:00", "Song 5:26:00", "Song 5:30:30"],
    ),
    "begun again, both listed, and begun once more": (
        ["0:00 Song 0:50", "0:30 Song 0:00", "60:00 Other 0:00 paused | Song -0:10, Song 3:30", "400:00 Song 0:00"],
        ["Song -0:50", "Song 0:30", "Song 6:40:00"],
    ),
    "begun twice, the second time unseen": (
        ["0:00 Song 1:00", "1:00 Song 0:00 | Song 0:00", "21:00 Song 3:00 | Song 12:00"],
        ["Song -1:00", "Song 1:00", "Song 18:00"],
    ),
    "played on and on unseen, and another follows": (
        ["0:00 Song", "333:50 Song 2:30", "334:00 Other 0:00 | Song 327:00, Song 331:00, Song 333:50"],
        ["Song 0:00", "Song 5:31:20", "Other 5:34:00"],
    ),
    "played unseen, and begun again before it was seen": (
        ["0:00 Song 3:00", "60:00 Song 2:40 | Song 45:00, Song 49:00"],
        ["Song -3:00", "Song 45:00", "Song 57:20"],
    ),
    "played before, then begun again": (
        ["0:00 Song 1:00", "1:00 Song 0:00 | Song -3:00, Song 0:00"],
        ["Song -1:00", "Song -7:00", "Song 1:00"],
    ),
    "played before it was first seen paused": (
        ["0:00 Song 3:00 paused", "5:00 Song 0:00 | Song -401:00, Song -398:00"],
        ["Song -6:44:00", "Song 5:00"],
    ),
    "played while another waited, and the other later": (
        ["0:00 Other", "60:00 Song 0:00 paused | Song 25:00", "65:00 nothing | Song 64:00"],
        ["Other 0:00", "Song 21:00", "Song 25:00"],
    ),
    "put on, heard, and paused at its start": (
        ["0:00 Song 1:00", "80:00 Other 0:00 paused", "83:00 Other 0:00 paused | Other 81:00"],
        ["Song -1:00", "Other 3:00"],
    ),
    "first seen paused, heard, begun again, and the clock is set back": (
        ["0:00 Song 1:00 paused", "60:00 Song 0:00 | Song 42:00", "2:00 Song 0:00"],
        ["Song -1:00", "Song 1:00:00"],
    ),
    "first seen paused, heard, and begun again an hour later": (
        ["0:00 Song 1:00 paused", "60:00 Song 0:00 | Song 42:00"],
        ["Song -1:00", "Song 1:00:00"],
    ),
    "put on and paused, and begun again, unseen": (
        [
            "0:00 Other 2:00 |",
            "1:00 Song 0:20 paused | Other 0:40",
            "6:00 Song 0:45",
            "9:00 nothing | Song 5:13, Song 8:14",
        ],
        ["Other -2:00", "Song 0:40", "Song 5:15"],
    ),
    "another ended when it began again, and nobody saw it": (
        ["0:00 Song 0:17", "5:00 Song 0:38 | Other 4:22"],
        ["Song -0:17", "Other 1:22", "Song 4:22"],
    ),
    "another ended before it can have begun again": (
        ["0:00 Song 0:17", "5:00 Song 0:38 | Other 4:17.999"],
        ["Song -0:17", "Other 1:17.999"],
    ),
    "another ended after it can have begun again": (
        ["0:00 Song 0:17", "5:00 Song 0:38 | Other 4:26.001"],
        ["Song -0:17", "Other 1:26.001"],
    ),
    "begun again and listed, by a clock that nobody knows yet": (
        ["0:00 Song 0:02 |", "1:00 Song 1:00", "2:00 Song 0:47 | Song -3:47"],
        ["Song -0:02", "Song 1:13"],
    ),
    "another was heard, and the one before is listed": (
        ["0:00 Song 1:00", "3:00 Other 0:00 paused | Other 3:00", "4:00 Other 2:00 paused | Song -19:00"],
        ["Song -1:00", "Other 0:00"],
    ),
    "heard twice from a pause, and paused at its start": (
        ["0:00 Song 3:00 paused", "1:00 nothing | Song -9:00", "2:00 Song 0:00 paused | Song 1:00"],
        ["Song -12:00"],
    ),
    "first seen paused, listed three times, and still at its place": (
        ["0:00 Song 2:20 paused | Song -32:00", "330:00 Song 2:20 | Song 320:00, Song 327:00"],
        ["Song -34:20"],
    ),
    "first seen paused, listed before and twice later": (
        ["0:00 Song 2:00 paused | Song -38:00", "218:00 Song 0:00 paused | Song 182:00, Song 207:00"],
        ["Song -40:00", "Song 3:23:00"],
    ),
    "paused, listed, and listed as a part of a play before": (
        ["0:00 Song 1:00", "5:00 Song 0:40 paused | Song 4:40", "205:00 nothing | Song 4:00"],
        ["Song -1:00", "Song 3:00"],
    ),
    "paused, and listed twice, the later one first": (
        [
            "0:00 Song 2:00",
            "20:00 Song 1:00 paused",
            "221:00 Song 0:00 paused | Song 129:00",
            "222:00 Song 1:00 paused | Song 125:00",
        ],
        ["Song -2:00", "Song 2:00"],
    ),
    "begun again, and its second play is listed hours later": (
        [
            "-1:00 nothing |",
            "0:00 Song 2:00 | Song -16:00",
            "2:00 Song 1:00 | Song 0:00",
            "400:00 nothing | Song -2:00, Song 339:00",
        ],
        ["Song -18:00", "Song 1:00"],
    ),
    "listed early and late by turns": (
        ["0:00 Song 0:50", "13:30 Song 1:00 | Song 4:30", "74:30 Song | Song -0:30, Song 17:30, Song 34:30"],
        ["Song -0:50", "Song 12:30", "Song 30:30", "Song 1:14:30"],
    ),
    "of unknown length, listed while another plays": (
        ["0:00 Endless", "1:00 Endless 1:00", "6:00 Song 3:00 | Endless 2:00"],
        ["Song 0:00", "Song 3:00"],
    ),
    "begun again unseen, then paused, and listed three times": (
        ["0:00 Song", "9:30 Song 0:10", "29:00 Song 2:00 paused | Song 9:00, Song 18:00, Song 22:00"],
        ["Song 0:00", "Song 9:20", "Song 18:00"],
    ),
    "played unseen, and goes on near its end hours later": (
        ["0:00 Song 1:00", "240:00 nothing | Song 228:00, Song 232:00", "441:00 Song 3:50 | Song 432:00"],
        ["Song -1:00", "Song 3:48:00"],
    ),
    "played unseen after a pause, and paused in its middle": (
        ["0:00 Song 1:00", "203:00 Song 3:00 paused | Song 10:00, Song 17:00"],
        ["Song -1:00", "Song 13:00"],
    ),
    "listed at its start, and resumed there": (
        ["0:00 Song", "3:00 Song 0:00 paused | Song -1:00", "5:00 Song 1:00", "6:00 Song 0:00"],
        ["Song 0:00"],
    ),
    "played unseen, and one from before it is listed later": (
        ["-9:00 Jingle |", "-8:00 Other |", "0:00 nothing | Song -1:00", "1:00 nothing | Song -1:00, Jingle -8:30"],
        ["Jingle -9:00", "Other -8:00", "Song -5:00"],
    ),
    "heard from a pause, and one from before is listed later": (
        [
            "0:00 Jingle |",
            "1:00 Other |",
            "2:00 Song 0:30 paused |",
            "9:00 nothing | Song 8:00",
            "10:00 nothing | Song 8:00, Jingle 0:20",
        ],
        ["Jingle 0:00", "Other 1:00", "Song 1:15"],
    ),
    "of unknown progress, and gone": (["0:00 Song ?", "20:00 nothing | Song 2:00"], ["Song 0:00"]),
    "ended, rests at its start, and played twice unseen": (
        ["0:00 Other 0:04 |", "4:00 Other 0:00 paused |", "15:00 nothing | Other 2:56, Other 7:53, Other 10:53"],
        ["Other -0:04", "Other 4:53", "Other 7:53"],
    ),
    "played before another, and again in its middle": (
        ["4:00 Song 1:56", "10:00 Other 2:26 | Other 2:04"],
        ["Song 2:04", "Other -0:56", "Other 7:34"],
    ),
}


@pytest.mark.parametrize(("runs", "lines"), SEVERAL.values(), ids=SEVERAL)
def test_each_play_of_one_track_gets_its_own_line(runs: list[str], lines: list[str]) -> None:
    assert Sitting(*runs).lines == lines
