"""What the log tells a run whose memory is lost, or older than the log."""

import pytest

from lib.plays.items import Identity, Item
from lib.plays.model import Current, Line, Memory
from lib.plays.recall import recall
from tests.support.sitting import ITEMS, NOON_MS, OTHER, SONG, Sitting
from tests.support.times import HOUR, MINUTE, SECOND, ms

NOTHING_NEW = {
    "it plays on": "1:00 recalls Song 0:00; 1:01 Song 1:01",
    "it was paused": "6:00 recalls Song 0:00; 6:00 Song 1:30",
    "it went away and came back": "6:00 recalls Song 0:00; 6:00 nothing |; 16:00 Song 1:20; 17:00 Song 2:20",
    "it could have ended": "6:00 recalls Song 0:00; 1:05:00 Song 1:00",
    "its entry comes": "6:00 recalls Song 0:00; 6:00 nothing | Song 4:00",
    "its entry comes late": "6:00 recalls Song 0:00, Other 4:00; 3:00:00 nothing | Song 4:00, Other 3:00:00",
    "each of a loop finds its own": "8:00 recalls Song 0:00, Song 4:00; 8:10 nothing | Song 4:00, Song 8:00",
    "its entry comes, and it goes on": "1:00 recalls Song -4:00; 10:00 nothing | Song -2:00; 20:00 Song 2:10",
    "dated in the future, and its entry comes": "1:00 recalls Song 9:00; 1:00 nothing | Song 13:00",
    "a track that's never listed plays on": "1:00 recalls Tape 0:00; 3:30 Tape 3:19",
}
A_NEW_PLAY = {
    "another track": ("6:00 recalls Song 0:00; 6:00 Other 0:10", "Other 5:50"),
    "it ended, and began again": ("6:00 recalls Song 0:00; 6:00 Song 2:00", "Song 4:00"),
    "an episode in its middle": ("0:30 recalls Other 0:00; 1:00 Talk 12:00", "Talk 0:30"),
    "its line has its entry": (
        "3:00 recalls Song 0:00; 6:00 nothing | Song 4:00; 20:00 nothing | Song 4:00, Song 9:00",
        "Song 5:00",
    ),
}


@pytest.mark.parametrize("runs", NOTHING_NEW.values(), ids=NOTHING_NEW)
def test_a_play_with_a_line_in_the_log_gets_no_second_one(runs: str) -> None:
    assert Sitting(*runs.split("; ")).lines == []


@pytest.mark.parametrize(("runs", "line"), A_NEW_PLAY.values(), ids=A_NEW_PLAY)
def test_what_the_log_lacks_gets_its_line(runs: str, line: str) -> None:
    assert Sitting(*runs.split("; ")).lines == [line]


def logged(item: Item, at: str) -> tuple[Identity, int]:
    """A line as it's read back: in whole seconds."""
    return item.identity, (NOON_MS + ms(at)) // SECOND * SECOND


def test_a_memory_that_knows_the_log_stays_the_same() -> None:
    sitting = Sitting("0:00 Song 0:20.300 | Other -1:00", "4:00 Jingle 0:05.300")
    log = [(play.item.identity, play.started_at_ms // SECOND * SECOND) for play in sitting.plays]
    assert len(log) == 3
    assert recall(sitting.memory, log, NOON_MS + 5 * MINUTE) is sitting.memory


def test_the_latest_line_is_taken_for_what_was_on_the_player() -> None:
    memory = recall(Memory(recent_due=False), [logged(SONG, "0:00"), logged(OTHER, "4:00")], NOON_MS + 5 * MINUTE)
    song_ms, other_ms, now_ms = NOON_MS, NOON_MS + 4 * MINUTE, NOON_MS + 5 * MINUTE
    assert memory == Memory(
        current=Current(Line(OTHER.identity, other_ms, other_ms, now_ms, now_ms), other_ms, 0),
        lines=(Line(SONG.identity, song_ms, song_ms, other_ms, other_ms),),
        recent_due=True,
    )


def test_a_line_dated_in_the_future_is_not_what_was_on_the_player() -> None:
    memory = recall(Memory(), [logged(SONG, "0:00"), logged(OTHER, "9:00:00")], NOON_MS + MINUTE)
    assert memory.current
    assert memory.current.line.identity == SONG.identity
    assert [line.until_ms - NOON_MS for line in memory.lines] == [9 * HOUR]


def test_a_future_line_does_not_double_what_plays_now() -> None:
    sitting = Sitting("0:00 Song")
    sitting.memory = recall(sitting.memory, [logged(SONG, "0:00"), logged(OTHER, "9:00:00")], NOON_MS + MINUTE)
    assert sitting.run("1:00 Song 1:00") == []


@pytest.mark.parametrize("at", ["4:00", "0:00"])
def test_a_memory_older_than_the_log_learns_what_came_after(at: str) -> None:
    sitting = Sitting("0:00 Song |")
    memory = recall(sitting.memory, [logged(SONG, "0:00"), logged(OTHER, at)], NOON_MS + 9 * MINUTE)
    assert memory.current
    assert memory.current.line.identity == OTHER.identity
    assert [line.identity for line in memory.lines] == [SONG.identity]
    assert memory.recent_due


def test_older_lines_leave_what_is_on_the_player() -> None:
    sitting = Sitting("0:00 Song |")
    memory = recall(sitting.memory, [logged(OTHER, "-60:00"), logged(SONG, "0:00")], NOON_MS + MINUTE)
    assert memory.current == sitting.memory.current
    assert [(line.identity, line.until_ms) for line in memory.lines] == [(OTHER.identity, NOON_MS)]


def test_a_restart_that_is_in_the_log_is_not_told_again_by_its_entry() -> None:
    sitting = Sitting("0:00 Song 0:20 |", "1:00 Song 0:15")
    sitting.memory = recall(sitting.memory, [logged(SONG, "-0:20"), logged(SONG, "0:45")], NOON_MS + 2 * MINUTE)
    assert sitting.run("2:00 Song 1:15 | Song 0:45") == []


def test_a_restart_that_is_not_in_the_log_is_still_told_by_its_entry() -> None:
    sitting = Sitting("0:00 Song 0:20 |", "1:00 Song 0:15", "5:00 Other 0:10")
    sitting.memory = recall(sitting.memory, [logged(ITEMS["Jingle"], "-60:00")], NOON_MS + 6 * MINUTE)
    assert sitting.run("6:00 Other 1:10 | Song 0:45") == ["Song 0:45"]


@pytest.mark.parametrize(("at", "now"), [("0:59", SONG), ("1:00", SONG), ("1:01", None)])
def test_a_line_from_this_moment_may_be_on_the_player(at: str, now: Item | None) -> None:
    current = recall(Memory(), [logged(SONG, at)], NOON_MS + MINUTE).current
    assert (current and current.line.identity) == (now and now.identity)


def test_what_only_waits_is_no_line_of_the_log() -> None:
    sitting = Sitting("0:00 Song 0:10 paused |")
    memory = recall(sitting.memory, [logged(OTHER, "0:00")], NOON_MS + MINUTE)
    assert [line.identity for line in memory.all_lines] == [OTHER.identity]


def test_what_waited_is_logged_once_though_its_line_was_not_remembered() -> None:
    sitting = Sitting("0:00 Other 0:20 |", "1:00.700 Song 0:40 paused |")
    before = sitting.memory
    sitting.run("2:00.700 Song 1:20 |")
    log = [(play.item.identity, play.started_at_ms // SECOND * SECOND) for play in sitting.plays]
    sitting.memory = recall(before, log, NOON_MS + 3 * MINUTE)
    assert sitting.run("3:00.700 Song 2:20 |") == []


def test_old_lines_do_not_push_new_ones_out_of_memory() -> None:
    sitting = Sitting("0:00 Song 0:20 |", "4:00 Other 0:10 |")
    old = [logged(OTHER, f"-{number}:00:00") for number in range(400, 0, -1)]
    sitting.memory = recall(sitting.memory, old, NOON_MS + 5 * MINUTE)
    assert sitting.run("5:00 Other 1:10 paused") == []
    assert sitting.run("6:00 Other 1:30 | Song 3:40") == []


def test_the_same_line_twice_in_the_log_is_two_plays() -> None:
    memory = recall(Memory(), [logged(SONG, "0:00"), logged(SONG, "0:00")], NOON_MS + MINUTE)
    assert len(memory.lines) == 1
    assert memory.current
