"""One line per play: what the rule makes of single situations, told as a listener would."""

import pytest

from lib.items import Item
from lib.memory import Memory, Play, Record, Sighting, caught_up
from lib.plays import Listening

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
NOON = 1_795_435_200_000

SONG = Item("spotify:track:song", "Song", "Band", "Album", 4 * MINUTE)
OTHER = Item("spotify:track:other", "Other", "Band", "Album", 3 * MINUTE)
RELINKED = SONG._replace(uri="spotify:track:song2", album="Best of")
EPISODE = Item("spotify:episode:talk", "Talk", "Show", "", 50 * MINUTE)
TAPE = Item("spotify:local:me::tape:200", "Tape", "me", "", 200 * SECOND)
JINGLE = Item("spotify:track:jingle", "Jingle", "Band", "Album", 20 * SECOND)


class Evening:
    """A run at each call, with the memory that the one before left; `lines` is the log."""

    def __init__(self) -> None:
        self.memory = Memory()
        self.lines: list[Play] = []

    def run(
        self,
        at_ms: int,
        item: Item | None = None,
        progress_ms: int | None = 0,
        *,
        playing: bool = True,
        records: list[Record] | None = None,
        changed_ms: int | None = None,
    ) -> list[str]:
        """What a run at NOON + `at_ms` writes: titles. `records` None: not fetched."""
        now = NOON + at_ms
        listening = Listening(self.memory, now)
        changed = None if changed_ms is None else NOON + changed_ms
        listening.see(Sighting(now, item, progress_ms, playing, changed) if item else None)
        if records is not None:
            listening.hear(records)
        self.memory = listening.memory
        self.lines += listening.plays
        return [play.item.title for play in listening.plays]

    def starts(self) -> list[int]:
        """When the lines say the plays began, after NOON."""
        return [play.start_ms - NOON for play in self.lines]


@pytest.fixture
def evening() -> Evening:
    return Evening()


def record(item: Item, at_ms: int) -> Record:
    return Record(item, NOON + at_ms)


def test_three_looks_at_one_track_are_one_line(evening: Evening) -> None:
    assert evening.run(0, SONG, 20 * SECOND) == ["Song"]
    assert evening.run(1 * MINUTE, SONG, 80 * SECOND) == []
    assert evening.run(2 * MINUTE, SONG, 140 * SECOND) == []
    assert evening.starts() == [-20 * SECOND]


def test_a_repeat_is_a_second_line(evening: Evening) -> None:
    evening.run(0, SONG, 200 * SECOND)
    assert evening.run(1 * MINUTE, SONG, 20 * SECOND) == ["Song"]
    assert evening.starts() == [-200 * SECOND, 40 * SECOND]


def test_a_track_in_a_loop_is_a_line_each_time_even_when_the_looks_fall_on_the_same_place(evening: Evening) -> None:
    three_minutes = SONG._replace(duration_ms=3 * MINUTE)
    for minute in range(9):
        evening.run(minute * MINUTE, three_minutes, minute % 3 * MINUTE + 20 * SECOND)
    assert evening.starts() == [-20 * SECOND, 160 * SECOND, 340 * SECOND]


def test_a_pause_leaves_one_line(evening: Evening) -> None:
    evening.run(0, SONG, 60 * SECOND)
    assert evening.run(1 * MINUTE, SONG, 70 * SECOND, playing=False) == []
    assert evening.run(40 * MINUTE, SONG, 70 * SECOND, playing=False) == []
    assert evening.run(41 * MINUTE, SONG, 100 * SECOND) == []
    assert evening.run(42 * MINUTE, SONG, 160 * SECOND) == []


def test_a_pause_between_two_looks_leaves_one_line(evening: Evening) -> None:
    evening.run(0, SONG, 60 * SECOND)
    assert evening.run(1 * MINUTE, SONG, 85 * SECOND) == []


def test_an_hour_of_nothing_and_then_the_same_place_is_the_same_play(evening: Evening) -> None:
    evening.run(0, SONG, 60 * SECOND)
    assert evening.run(1 * MINUTE, None) == []
    assert evening.run(61 * MINUTE, SONG, 80 * SECOND) == []


def test_seeking_leaves_one_line(evening: Evening) -> None:
    evening.run(0, SONG, 30 * SECOND)
    assert evening.run(1 * MINUTE, SONG, 200 * SECOND) == []
    assert evening.run(2 * MINUTE, SONG, 15 * SECOND + 200 * SECOND) == []
    evening.run(0, OTHER, 100 * SECOND)
    assert evening.run(1 * MINUTE, OTHER, 10 * SECOND) == []


def test_the_same_track_the_next_morning_is_another_play(evening: Evening) -> None:
    evening.run(0, SONG, 60 * SECOND)
    evening.run(1 * MINUTE, SONG, 90 * SECOND, playing=False)
    assert evening.run(9 * HOUR, SONG, 20 * SECOND) == ["Song"]


def test_progress_reset_by_a_resume_is_no_new_play(evening: Evening) -> None:
    evening.run(0, SONG, 200 * SECOND)
    evening.run(1 * MINUTE, SONG, 210 * SECOND, playing=False)
    assert evening.run(5 * MINUTE, SONG, 5 * SECOND) == []


def test_first_seen_paused_it_is_no_play_until_it_plays(evening: Evening) -> None:
    assert evening.run(0, SONG, 30 * SECOND, playing=False) == []
    assert evening.run(1 * MINUTE, SONG, 30 * SECOND, playing=False) == []
    assert evening.run(2 * MINUTE, SONG, 50 * SECOND) == ["Song"]
    assert evening.starts() == [-30 * SECOND]


@pytest.mark.parametrize("item", [EPISODE, TAPE])
def test_what_spotify_never_records_is_logged_when_it_is_seen(evening: Evening, item: Item) -> None:
    assert evening.run(0, item, 10 * SECOND, records=[]) == [item.title]
    assert evening.run(1 * MINUTE, item, 70 * SECOND, records=[]) == []


def test_an_episode_resumed_another_day_is_another_play_that_begins_when_it_is_resumed(evening: Evening) -> None:
    evening.run(0, EPISODE, 10 * MINUTE)
    evening.run(1 * MINUTE, SONG, 10 * SECOND)
    evening.run(20 * HOUR, OTHER, 10 * SECOND)
    assert evening.run(20 * HOUR + MINUTE, EPISODE, 12 * MINUTE, changed_ms=20 * HOUR + 25 * SECOND) == ["Talk"]
    assert evening.starts()[-1] == 20 * HOUR + 25 * SECOND


@pytest.mark.parametrize("progress_ms", [4 * MINUTE + 11 * SECOND, 5 * HOUR])
def test_progress_beyond_the_end_is_not_playing(evening: Evening, progress_ms: int) -> None:
    assert evening.run(0, SONG, progress_ms) == []


def test_progress_that_stands_still_is_not_playing_and_never_becomes_a_second_line(evening: Evening) -> None:
    evening.run(0, SONG, 100 * SECOND)
    for minute in range(1, 200):
        assert evening.run(minute * MINUTE, SONG, 110 * SECOND) == []


def test_a_track_of_twenty_seconds_in_a_loop_is_a_line_at_each_look(evening: Evening) -> None:
    for minute in range(5):
        assert evening.run(minute * MINUTE, JINGLE, 7 * SECOND) == ["Jingle"]


def test_unknown_progress_and_unknown_length_leave_one_line(evening: Evening) -> None:
    nameless = SONG._replace(duration_ms=None)
    assert evening.run(0, nameless, None) == ["Song"]
    assert evening.run(1 * MINUTE, nameless, None) == []
    assert evening.run(2 * MINUTE, nameless, 90 * SECOND) == []


def test_the_record_of_a_play_seen_live_adds_nothing_whenever_it_surfaces(evening: Evening) -> None:
    evening.run(0, SONG, 20 * SECOND, records=[])
    evening.run(4 * MINUTE, OTHER, 10 * SECOND, records=[])
    assert evening.run(3 * HOUR, None, records=[record(SONG, 220 * SECOND)]) == []
    assert evening.run(4 * HOUR, None, records=[record(SONG, 220 * SECOND)]) == []


@pytest.mark.parametrize("played_at", ["start", "end"])
def test_it_does_not_matter_whether_played_at_is_the_start_or_the_end(evening: Evening, played_at: str) -> None:
    evening.run(0, SONG, 20 * SECOND, records=[])
    played_at_ms = -20 * SECOND if played_at == "start" else 220 * SECOND
    assert evening.run(5 * MINUTE, OTHER, 80 * SECOND, records=[record(SONG, played_at_ms)]) == ["Other"]


@pytest.mark.parametrize("ahead_ms", [-HOUR, -5 * MINUTE, -20 * SECOND, 20 * SECOND, 5 * MINUTE, HOUR])
def test_it_does_not_matter_that_our_clock_is_wrong(evening: Evening, ahead_ms: int) -> None:
    evening.run(0, SONG, 20 * SECOND, records=[])
    assert evening.run(5 * MINUTE, OTHER, 80 * SECOND, records=[record(SONG, 220 * SECOND - ahead_ms)]) == ["Other"]


def test_a_record_under_another_id_is_the_same_play(evening: Evening) -> None:
    evening.run(0, SONG, 20 * SECOND, records=[])
    assert evening.run(5 * MINUTE, OTHER, 80 * SECOND, records=[record(RELINKED, 220 * SECOND)]) == ["Other"]


def test_a_play_between_two_looks_is_filled_in_and_dated_by_its_end(evening: Evening) -> None:
    evening.run(0, SONG, 220 * SECOND, records=[])
    found = [record(SONG, 20 * SECOND), record(JINGLE, 58 * SECOND)]
    assert evening.run(1 * MINUTE, OTHER, 2 * SECOND, records=found) == ["Jingle", "Other"]
    assert evening.starts() == [-220 * SECOND, 38 * SECOND, 58 * SECOND]


def test_a_skipped_play_that_is_filled_in_begins_no_earlier_than_the_one_ahead_of_it_ended(evening: Evening) -> None:
    found = [record(SONG, 0), record(OTHER, 40 * SECOND)]
    evening.run(1 * MINUTE, None, records=found)
    assert evening.starts() == [-240 * SECOND, 0]


def test_a_record_of_what_plays_now_is_an_earlier_play_of_it(evening: Evening) -> None:
    evening.run(0, None, records=[])
    played = [record(SONG, 25 * MINUTE)]
    assert evening.run(30 * MINUTE, SONG, 30 * SECOND, records=played) == ["Song", "Song"]
    assert evening.starts() == [21 * MINUTE, 29 * MINUTE + 30 * SECOND]


def test_a_record_tells_a_restart_from_a_seek(evening: Evening) -> None:
    evening.run(0, SONG, 20 * SECOND, records=[])
    assert evening.run(1 * MINUTE, SONG, 15 * SECOND) == []
    assert evening.run(2 * MINUTE, SONG, 75 * SECOND, records=[record(SONG, 45 * SECOND)]) == ["Song"]
    assert evening.starts() == [-20 * SECOND, 45 * SECOND]
    assert evening.run(6 * MINUTE, OTHER, 5 * SECOND, records=[record(SONG, 285 * SECOND)]) == ["Other"]


def test_plays_in_between_tell_a_new_play_from_a_pause(evening: Evening) -> None:
    evening.run(0, SONG, 20 * SECOND, records=[])
    assert evening.run(30 * MINUTE, SONG, 60 * SECOND, records=[record(OTHER, 10 * MINUTE)]) == ["Other", "Song"]


def test_a_record_long_after_a_line_of_its_track_is_a_play_of_its_own(evening: Evening) -> None:
    evening.run(0, SONG, 5 * SECOND, records=[])
    evening.run(1 * MINUTE, OTHER, 50 * SECOND, records=[])
    evening.run(30 * MINUTE, None, records=[])
    assert evening.run(56 * MINUTE, None, records=[record(SONG, 55 * MINUTE)]) == ["Song"]


def test_memory_stays_small_however_much_is_heard(evening: Evening) -> None:
    for number in range(1000):
        item = SONG._replace(uri=f"spotify:track:{number}", title=f"Song {number}" * 500)
        evening.run(number * MINUTE, item, 10 * SECOND, records=[record(item, number * MINUTE + 400 * HOUR)])
    assert len(evening.memory.lines) <= 150
    assert len(evening.memory.records) <= 150
    assert len(repr(evening.memory)) < 60_000


def test_old_lines_found_in_the_log_do_not_push_new_ones_out_of_memory(evening: Evening) -> None:
    evening.run(0, SONG, 20 * SECOND, records=[])
    evening.run(4 * MINUTE, OTHER, 10 * SECOND, records=[])
    old = [(OTHER.identity, NOON - number * HOUR) for number in range(400, 0, -1)]
    evening.memory = caught_up(evening.memory, old)
    evening.run(5 * MINUTE, OTHER, 70 * SECOND, playing=False)
    assert evening.run(6 * MINUTE, OTHER, 90 * SECOND, records=[record(SONG, 220 * SECOND)]) == []


def test_a_look_that_was_foretold_leaves_the_very_same_memory(evening: Evening) -> None:
    evening.run(0, SONG, 20 * SECOND, records=[])
    before = evening.memory
    evening.run(1 * MINUTE, SONG, 81 * SECOND)
    evening.run(2 * MINUTE, SONG, 139 * SECOND)
    assert evening.memory is before


def test_an_idle_night_is_written_down_every_quarter_of_an_hour(evening: Evening) -> None:
    evening.run(0, None, records=[])
    written = 0
    for minute in range(1, 8 * 60):
        before = evening.memory
        evening.run(minute * MINUTE, None)
        written += evening.memory is not before
    assert written == 31


def test_the_records_are_asked_for_after_something_ended_and_now_and_then(evening: Evening) -> None:
    def wanted(at_ms: int) -> bool:
        return Listening(evening.memory, NOON + at_ms).wants_records()

    assert wanted(0)
    evening.run(0, SONG, 20 * SECOND, records=[])
    assert not wanted(14 * MINUTE)
    assert wanted(15 * MINUTE)
    evening.run(3 * MINUTE, OTHER, 5 * SECOND)
    assert wanted(3 * MINUTE)
    evening.run(3 * MINUTE, OTHER, 5 * SECOND, records=[])
    evening.run(4 * MINUTE, JINGLE, 5 * SECOND)
    assert not wanted(4 * MINUTE)
    assert wanted(5 * MINUTE)
    assert wanted(-MINUTE), "a clock that was set back must not silence the question"
