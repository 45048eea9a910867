"""One line per play: what the rule makes of single situations, told as a listener would."""

import pytest

from lib.plays.items import Identity, Item
from lib.plays.model import Line, Memory, NowPlaying, Play, RecentPlay, Seen, caught_up
from lib.plays.reconcile import Listening

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
    """A run at each call, with the memory that the one before left; `lines` is the log, `reasons` the last run's."""

    def __init__(self) -> None:
        self.memory = Memory()
        self.lines: list[Play] = []
        self.reasons: list[str] = []

    def run(
        self,
        at_ms: int,
        item: Item | None = None,
        progress_ms: int | None = 0,
        *,
        playing: bool = True,
        records: list[RecentPlay] | None = None,
        changed_ms: int | None = None,
    ) -> list[str]:
        """What a run at NOON + `at_ms` writes: titles. `records` None: not fetched."""
        now = NOON + at_ms
        listening = Listening(self.memory, now)
        changed = None if changed_ms is None else NOON + changed_ms
        listening.see(NowPlaying(now, item, progress_ms, playing, changed) if item else None)
        if records is not None:
            listening.hear(records)
        self.memory = listening.memory
        self.lines += listening.plays
        self.reasons = listening.reasons
        return [play.item.title for play in listening.plays]

    def starts(self) -> list[int]:
        """When the lines say the plays began, after NOON."""
        return [play.start_ms - NOON for play in self.lines]


@pytest.fixture
def evening() -> Evening:
    return Evening()


def record(item: Item, at_ms: int) -> RecentPlay:
    return RecentPlay(item, NOON + at_ms)


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


@pytest.mark.parametrize("ahead_ms", [-24 * HOUR, -2 * HOUR, 2 * HOUR, 24 * HOUR])
def test_however_wrong_our_clock_a_record_finds_the_line_that_is_news_with_it(evening: Evening, ahead_ms: int) -> None:
    first, second = record(SONG, 4 * MINUTE - ahead_ms), record(OTHER, 7 * MINUTE - ahead_ms)
    assert evening.run(0, SONG, 0, records=[]) == ["Song"]
    assert evening.run(4 * MINUTE, OTHER, 0, records=[first]) == ["Other"]
    assert evening.run(7 * MINUTE, None, records=[first, second]) == []


@pytest.mark.parametrize(("later_ms", "titles"), [(30 * MINUTE, []), (30 * MINUTE + 1, ["Song"])])
def test_after_a_long_while_without_a_look_a_record_far_off_is_a_play_of_its_own(
    evening: Evening, later_ms: int, titles: list[str]
) -> None:
    evening.run(0, SONG, 0, records=[])
    evening.run(1 * MINUTE, None)
    assert evening.run(later_ms, None, records=[record(SONG, -5 * HOUR)]) == titles


def test_a_line_that_is_near_but_no_news_leaves_the_record_to_the_news(evening: Evening) -> None:
    evening.run(-HOUR, SONG, 5 * SECOND, records=[])
    evening.run(-59 * MINUTE, OTHER, 5 * SECOND, records=[])
    evening.run(-1 * MINUTE, None, records=[])
    evening.run(0, SONG, 0, records=[])
    assert evening.run(4 * MINUTE, None, records=[record(SONG, 4 * MINUTE - 45 * MINUTE)]) == []


@pytest.mark.parametrize("nothing", [1, 5, 45])
@pytest.mark.parametrize("resumed", [True, False], ids=["plays on", "is still paused"])
def test_a_long_pause_then_nothing_and_then_the_same_place_is_the_same_play(
    evening: Evening, nothing: int, resumed: bool
) -> None:
    evening.run(0, SONG, 60 * SECOND)
    for minute in range(1, 40):
        evening.run(minute * MINUTE, SONG, 80 * SECOND, playing=False)
    for minute in range(40, 40 + nothing):
        evening.run(minute * MINUTE, None)
    assert evening.run((40 + nothing) * MINUTE, SONG, 80 * SECOND, playing=resumed) == []
    assert evening.run((41 + nothing) * MINUTE, SONG, 90 * SECOND) == []


@pytest.mark.parametrize(
    ("progress_ms", "titles"), [(210 * SECOND, []), (190_001, []), (190 * SECOND, ["Song"]), (9 * SECOND, ["Song"])]
)
def test_what_is_resumed_further_on_than_it_could_be_from_its_start_is_the_same_play(
    evening: Evening, progress_ms: int, titles: list[str]
) -> None:
    evening.run(0, SONG, 140 * SECOND)
    evening.run(1 * MINUTE, SONG, 200 * SECOND)
    for minute in (2, 3, 4):
        evening.run(minute * MINUTE, None)
    assert evening.run(5 * MINUTE, SONG, progress_ms) == titles


def test_what_claims_to_play_on_beyond_its_end_has_stopped(evening: Evening) -> None:
    evening.run(0, SONG, 200 * SECOND, records=[])
    evening.run(1 * MINUTE, SONG, 260 * SECOND)
    assert evening.memory.seen is not None
    assert evening.memory.seen.state == "stale"
    assert evening.memory.owed, "its record is due"


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


def test_a_repeat_after_an_ad_needs_no_record(evening: Evening) -> None:
    evening.run(0, SONG, 40 * SECOND, records=[])
    for minute in (1, 2, 3):
        evening.run(minute * MINUTE, SONG, minute * MINUTE + 40 * SECOND)
    assert evening.run(4 * MINUTE, None) == []
    assert evening.run(5 * MINUTE, SONG, 40 * SECOND) == ["Song"]


def test_a_look_that_saw_nothing_by_mistake_does_not_date_what_is_seen_next(evening: Evening) -> None:
    evening.run(0, OTHER, 100 * SECOND, records=[])
    evening.run(1 * MINUTE, None)
    assert evening.run(2 * MINUTE, SONG, 108 * SECOND) == ["Song"]
    assert evening.starts()[-1] == 12 * SECOND


def test_an_episode_was_rather_resumed_after_a_look_that_saw_nothing(evening: Evening) -> None:
    evening.run(0, OTHER, 100 * SECOND, records=[])
    evening.run(1 * MINUTE, None)
    evening.run(2 * MINUTE, EPISODE, 108 * SECOND)
    assert evening.starts()[-1] == 2 * MINUTE


def test_what_was_begun_in_its_middle_is_dated_by_the_last_look_at_what_was_there_before_it(evening: Evening) -> None:
    evening.run(0, OTHER, 9 * SECOND, records=[])
    evening.run(1 * MINUTE, OTHER, 69 * SECOND, records=[])
    evening.run(2 * MINUTE, SONG, 100 * SECOND)
    assert evening.starts()[-1] == 2 * MINUTE


def test_lines_read_back_in_whole_seconds_are_settled_each_by_its_own_record(evening: Evening) -> None:
    ends = [250_400, 500_800, 751_200]
    evening.memory = caught_up(Memory(), [(SONG.identity, NOON + start) for start in (0, 250_000, 500_000)])
    looped = SONG._replace(duration_ms=250_400)
    assert evening.run(800 * SECOND, None, records=[record(looped, end) for end in ends]) == []


def test_a_line_recalled_from_the_log_may_have_been_paused_and_is_not_doubled(evening: Evening) -> None:
    evening.memory = caught_up(Memory(), [(SONG.identity, NOON)])
    assert evening.run(6 * MINUTE, SONG, 2 * MINUTE) == []
    evening.memory = caught_up(Memory(), [(TAPE.identity, NOON)])
    assert evening.run(6 * MINUTE, TAPE, 2 * MINUTE) == ["Tape"], "no record will ever tell of it"
    assert evening.reasons == ["Tape: it must have ended, and plays again."]


@pytest.mark.parametrize(("item", "titles"), [(SONG, []), (TAPE, ["Tape"])])
def test_after_a_lost_memory_a_silence_proves_no_end_where_a_record_will_tell(
    evening: Evening, item: Item, titles: list[str]
) -> None:
    evening.memory = caught_up(Memory(), [(item.identity, NOON)])
    for minute in range(6, 16):
        evening.run(minute * MINUTE, None, records=[])
    assert evening.run(16 * MINUTE, item, 80 * SECOND) == titles
    assert evening.run(17 * MINUTE, item, 140 * SECOND) == []


@pytest.mark.parametrize(
    ("item", "late_ms", "titles"),
    [(TAPE, 10 * SECOND, []), (TAPE, 10_001, ["Tape"]), (SONG, 10 * SECOND, []), (SONG, HOUR, [])],
)
def test_a_line_recalled_from_the_log_is_another_play_once_it_must_have_ended_and_no_record_will_tell(
    evening: Evening, item: Item, late_ms: int, titles: list[str]
) -> None:
    evening.memory = caught_up(Memory(), [(item.identity, NOON)])
    ended_ms = item.duration_ms or 0
    assert evening.run(ended_ms + late_ms + MINUTE, item, MINUTE) == titles


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


# Why, for who asks with --verbose. A look is (when, what, progress, whether it plays).

NAMELESS = SONG._replace(duration_ms=None)
ODD = SONG._replace(duration_ms=240_001)
Look = tuple[int, Item | None, int | None, bool]
WHY: list[tuple[str, list[Look]]] = [
    ("Song: it wasn't on the player before.", [(0, SONG, 0, True)]),
    ("Song: its progress lies beyond its end.", [(0, SONG, 5 * MINUTE, True)]),
    (
        "Song: the same item is still on the player, its progress unknown.",
        [(0, SONG, None, True), (MINUTE, SONG, 9000, True)],
    ),
    (
        "Song: progress and clock agree with the now_playing before.",
        [(0, SONG, 100 * SECOND, True), (MINUTE, SONG, 170 * SECOND, True)],
    ),
    (
        "Song: progress and clock agree with the now_playing before.",
        [(0, SONG, 30 * SECOND, False), (MINUTE, SONG, 20 * SECOND, False)],
    ),
    (
        "Song: progress and clock agree with the now_playing before.",
        [(0, SONG, 20 * SECOND, True), (MINUTE, SONG, 40 * SECOND, True), (2 * MINUTE, SONG, 100 * SECOND, True)],
    ),
    ("Song: its progress stands still.", [(minute * MINUTE, SONG, 100 * SECOND, True) for minute in range(2)]),
    ("Song: its progress stands still.", [(minute * MINUTE, SONG, 100 * SECOND, True) for minute in range(3)]),
    ("Song: paused or sought forward.", [(0, SONG, 10 * SECOND, True), (MINUTE, SONG, 200 * SECOND, True)]),
    ("Song: paused or sought forward.", [(0, SONG, 100 * SECOND, True), (MINUTE, SONG, 90 * SECOND, True)]),
    ("Song: sought back.", [(0, SONG, 100 * SECOND, True), (MINUTE, SONG, 10 * SECOND, True)]),
    (
        "Talk: it had ended, and plays again.",
        [(0, EPISODE, 49 * MINUTE, True), (2 * MINUTE, None, None, True), (3 * MINUTE, EPISODE, 9000, True)],
    ),
    (
        "Song: it ran to its end and has begun again.",
        [(0, SONG, 200 * SECOND, True), (MINUTE, SONG, 30 * SECOND, True)],
    ),
    ("Song: it ran to its end and has begun again.", [(0, ODD, 200 * SECOND, True), (MINUTE, ODD, 29_999, True)]),
    ("Song: it ran to its end and has begun again.", [(0, ODD, 200 * SECOND, True), (MINUTE, ODD, 9_999, True)]),
    (
        "Song: it had the time to end and has begun again.",
        [(0, NAMELESS, 90 * SECOND, True), (MINUTE, NAMELESS, 70 * SECOND, True)],
    ),
    (
        "What was on the player has stopped: nothing is playing.",
        [(0, SONG, 0, True), (MINUTE, None, None, True)],
    ),
    (
        "What was on the player has stopped: its progress stands still.",
        [(0, SONG, 50 * SECOND, True), (MINUTE, SONG, 50 * SECOND, True)],
    ),
    ("Song: it wasn't on the player before; paused, so not a play yet.", [(0, SONG, 0, False)]),
    ("Song: first seen paused, it plays now.", [(0, SONG, 200 * SECOND, False), (5 * MINUTE, SONG, 5 * SECOND, True)]),
]


@pytest.mark.parametrize(("reason", "looks"), WHY)
def test_each_decision_says_why(evening: Evening, reason: str, looks: list[Look]) -> None:
    for at_ms, item, progress_ms, playing in looks:
        evening.run(at_ms, item, progress_ms, playing=playing)
    assert reason in evening.reasons


def test_each_line_that_a_record_brings_says_why(evening: Evening) -> None:
    evening.run(0, SONG, 20 * SECOND, records=[])
    evening.run(1 * MINUTE, SONG, 15 * SECOND)
    evening.run(2 * MINUTE, SONG, 75 * SECOND, records=[record(SONG, 45 * SECOND)])
    assert evening.reasons[-1] == "Song: a record shows that the play before it ended."
    evening.run(30 * MINUTE, SONG, 90 * SECOND, records=[record(OTHER, 15 * MINUTE)])
    assert evening.reasons[-2:] == [
        "Other: recently played, and in no line yet.",
        "Song: something else was played in between.",
    ]


# How exact: a little more, and it is something else


@pytest.mark.parametrize(
    ("looks", "lines"),
    [
        ([(0, SONG, 250 * SECOND, True)], 1),
        ([(0, SONG, 250_001, True)], 0),
        ([(0, JINGLE, 7 * SECOND, True), (MINUTE, JINGLE, 9_400, True)], 2),
        ([(0, JINGLE, 7 * SECOND, True), (MINUTE, JINGLE, 9_600, True)], 1),
        ([(0, JINGLE, 18 * SECOND, True), (50 * SECOND, JINGLE, 15_400, True)], 2),
        ([(0, JINGLE, 18 * SECOND, True), (50 * SECOND, JINGLE, 15_600, True)], 1),
        ([(0, SONG, 210 * SECOND, False), (30 * MINUTE - 1, SONG, 5 * SECOND, False)], 0),
        ([(0, SONG, 9, True), (1, SONG, 210 * SECOND, False), (30 * MINUTE, SONG, 5 * SECOND, True)], 1),
        ([(0, SONG, 9, True), (1, SONG, 210 * SECOND, False), (30 * MINUTE + 1, SONG, 5 * SECOND, True)], 2),
        ([(0, SONG, 9, True), (1, SONG, 110 * SECOND, False), (40 * MINUTE, SONG, 100 * SECOND, True)], 1),
        ([(0, SONG, 9, True), (1, SONG, 110 * SECOND, False), (40 * MINUTE, SONG, 99_999, True)], 2),
        ([(0, NAMELESS, 60 * SECOND, True), (HOUR, NAMELESS, 20 * SECOND, True)], 2),
        ([(0, SONG, MINUTE, True), (MINUTE, SONG, 2 * MINUTE, False), (10 * MINUTE, SONG, 45 * SECOND, True)], 1),
    ],
)
def test_how_far_progress_may_lie_from_what_was_expected(evening: Evening, looks: list[Look], lines: int) -> None:
    for at_ms, item, progress_ms, playing in looks:
        evening.run(at_ms, item, progress_ms, playing=playing)
    assert len(evening.lines) == lines


@pytest.mark.parametrize(
    ("item", "progress_ms", "changed_ms", "began_ms"),
    [
        (SONG, 70 * SECOND, None, -10 * SECOND),
        (SONG, 70_001, None, MINUTE),
        (SONG, 55 * SECOND, None, 5 * SECOND),
        (SONG, 40 * SECOND, 50 * SECOND, 20 * SECOND),
        (EPISODE, 40 * SECOND, 15 * SECOND, 20 * SECOND),
        (EPISODE, 40 * SECOND, 30 * SECOND, 20 * SECOND),
        (EPISODE, 40 * SECOND, 30_001, 30_001),
        (EPISODE, 12 * MINUTE, None, MINUTE),
        (EPISODE, 12 * MINUTE, -1, MINUTE),
        (EPISODE, 12 * MINUTE, 0, 0),
        (EPISODE, 12 * MINUTE, 56_999, 56_999),
        (EPISODE, 12 * MINUTE, 57 * SECOND, MINUTE),
    ],
)
def test_when_a_play_began_that_was_not_there_a_minute_ago(
    evening: Evening, item: Item, progress_ms: int, changed_ms: int | None, began_ms: int
) -> None:
    evening.run(0, OTHER, 9000)
    evening.run(MINUTE, item, progress_ms, changed_ms=changed_ms)
    assert evening.starts()[-1] == began_ms


@pytest.mark.parametrize(
    ("progress_ms", "changed_ms", "began_ms"), [(20, 120, 100), (20, 10, 0), (0, 120, 120), (20, None, 160)]
)
def test_first_seen_paused_it_began_its_progress_before_it_was_paused(
    evening: Evening, progress_ms: int, changed_ms: int | None, began_ms: int
) -> None:
    changed_ms = changed_ms and changed_ms * SECOND
    evening.run(0, OTHER, 9000)
    evening.run(3 * MINUTE, SONG, progress_ms * SECOND, playing=False, changed_ms=changed_ms)
    evening.run(4 * MINUTE, SONG, progress_ms * SECOND + 30 * SECOND)
    assert evening.starts()[-1] == began_ms * SECOND


def test_with_a_clock_set_back_a_play_is_dated_by_its_progress(evening: Evening) -> None:
    evening.run(HOUR, OTHER, 9000)
    evening.run(0, SONG, 30 * SECOND)
    evening.run(0, OTHER, 30 * SECOND)
    assert evening.starts()[1:] == [-30 * SECOND, 0]


def test_an_episode_begun_again_is_dated_by_its_progress(evening: Evening) -> None:
    evening.run(0, EPISODE, 49 * MINUTE)
    evening.run(3 * MINUTE, EPISODE, 60 * SECOND, changed_ms=150 * SECOND)
    assert evening.starts()[-1] == 2 * MINUTE


@pytest.mark.parametrize(
    ("at_ms", "titles"),
    [
        (10 * SECOND, ["Other"]),
        (10_001, ["Other", "Song"]),
        (29 * MINUTE + 10 * SECOND, ["Other", "Song"]),
        (29 * MINUTE + 10_001, ["Other"]),
    ],
)
def test_in_between_is_after_the_look_before_and_before_what_plays_began(
    evening: Evening, at_ms: int, titles: list[str]
) -> None:
    evening.run(0, SONG, 20 * SECOND, records=[])
    assert sorted(evening.run(30 * MINUTE, SONG, 60 * SECOND, records=[record(OTHER, at_ms)])) == titles


def test_a_song_resumed_at_its_place_is_one_play_whatever_was_played_in_the_pause(evening: Evening) -> None:
    evening.run(0, SONG, 20 * SECOND, records=[])
    evening.run(1 * MINUTE, SONG, 80 * SECOND, playing=False)
    assert evening.run(20 * MINUTE, SONG, 85 * SECOND, records=[record(OTHER, 10 * MINUTE)]) == ["Other"]
    played = [record(JINGLE, 30 * MINUTE)]
    assert evening.run(40 * MINUTE, SONG, 100 * SECOND, playing=False, records=played) == ["Jingle"]
    assert evening.run(41 * MINUTE, SONG, 110 * SECOND) == []


def test_a_record_of_something_else_leaves_what_plays_alone(evening: Evening) -> None:
    evening.run(0, SONG, 20 * SECOND, records=[])
    assert evening.run(3 * MINUTE, SONG, 200 * SECOND, records=[record(OTHER, -5 * MINUTE)]) == ["Other"]
    assert evening.run(4 * MINUTE, OTHER, 2 * SECOND, records=[record(JINGLE, 238 * SECOND)]) == ["Jingle", "Other"]


@pytest.mark.parametrize(
    ("fetched_ms", "record_ms", "titles"),
    [
        (30 * MINUTE, 11 * MINUTE, []),
        (30 * MINUTE, 11 * MINUTE + 1, ["Song"]),
        (11 * MINUTE, 30 * MINUTE, []),
        (11 * MINUTE + 1, 30 * MINUTE, ["Song"]),
        (9 * MINUTE, 91 * MINUTE, []),
        (9 * MINUTE, 91 * MINUTE + 1, ["Song"]),
        (9 * MINUTE, -5 * SECOND - 90 * MINUTE, []),
        (9 * MINUTE, -5 * SECOND - 90 * MINUTE - 1, ["Song"]),
    ],
)
@pytest.mark.parametrize("then", [OTHER, None], ids=["skipped", "stopped"])
def test_how_far_from_its_line_a_record_may_lie(
    evening: Evening, fetched_ms: int, record_ms: int, titles: list[str], then: Item | None
) -> None:
    """Ten minutes; an hour and a half when the line ended no earlier than ten minutes before the last look."""
    evening.run(0, SONG, 5 * SECOND, records=[])
    evening.run(1 * MINUTE, then, 50 * SECOND, records=[])
    evening.run(fetched_ms, None, records=[])
    assert evening.run(100 * MINUTE, None, records=[record(SONG, record_ms)]) == titles


def test_a_song_that_went_on_after_a_silence_ended_when_it_was_left(evening: Evening) -> None:
    evening.run(0, SONG, 20 * SECOND, records=[])
    evening.run(1 * MINUTE, None)
    evening.run(2 * MINUTE, SONG, 80 * SECOND)
    evening.run(4 * MINUTE, OTHER, 5 * SECOND, records=[])
    evening.run(30 * MINUTE, None, records=[])
    assert evening.run(31 * MINUTE, None, records=[record(SONG, 13 * MINUTE)]) == []


def test_each_of_two_plays_of_a_song_finds_its_own_record_in_any_order(evening: Evening) -> None:
    first, second, third = (record(SONG, minute * MINUTE) for minute in (3, 34, 36))
    evening.run(0, SONG, 20 * SECOND, records=[])
    evening.run(4 * MINUTE, OTHER, 10 * SECOND, records=[])
    evening.run(30 * MINUTE, SONG, 20 * SECOND, records=[])
    evening.run(34 * MINUTE, None)
    before = evening.memory
    assert evening.run(35 * MINUTE, None, records=[second]) == []
    assert evening.run(36 * MINUTE, None, records=[first, second]) == []
    assert evening.run(37 * MINUTE, None, records=[first, second, third]) == ["Song"]
    evening.memory = before
    assert evening.run(35 * MINUTE, None, records=[first, second]) == []


@pytest.mark.parametrize(("late_ms", "first", "second"), [(10 * SECOND, True, False), (10_001, False, True)])
def test_a_record_some_seconds_late_is_still_that_of_the_play_it_ends(
    evening: Evening, late_ms: int, first: bool, second: bool
) -> None:
    evening.run(0, SONG, 0, records=[])
    evening.run(5 * MINUTE, SONG, 1 * MINUTE)
    evening.run(9 * MINUTE, None)
    assert evening.run(10 * MINUTE, None, records=[record(SONG, 4 * MINUTE + late_ms)]) == []
    assert [line.settled for line in evening.memory.lines] == [first]
    assert evening.memory.seen is not None
    assert evening.memory.seen.settled is second


@pytest.mark.parametrize("then", [OTHER, None], ids=["skipped", "stopped"])
def test_a_line_takes_one_record_and_the_next_is_another_play(evening: Evening, then: Item | None) -> None:
    evening.run(0, SONG, 20 * SECOND, records=[])
    evening.run(4 * MINUTE, then, 5 * SECOND)
    assert evening.run(5 * MINUTE, then, 65 * SECOND, records=[record(SONG, 220 * SECOND)]) == []
    later = [record(SONG, 220 * SECOND), record(SONG, 9 * MINUTE)]
    assert evening.run(20 * MINUTE, None, records=later) == ["Song"]


def test_two_plays_of_a_song_that_were_never_seen_are_two_lines(evening: Evening) -> None:
    assert evening.run(20 * MINUTE, None, records=[record(SONG, 0), record(SONG, 5 * MINUTE)]) == ["Song", "Song"]
    assert evening.starts() == [-4 * MINUTE, MINUTE]


def test_plays_that_spotify_dates_alike_follow_each_other(evening: Evening) -> None:
    evening.run(20 * MINUTE, None, records=[record(SONG, 0), record(OTHER, 0), record(NAMELESS, 9000)])
    assert evening.starts() == [-4 * MINUTE, 0, 9000]


def test_a_record_tells_when_a_song_was_skipped_and_so_when_the_next_began(evening: Evening) -> None:
    evening.run(0, SONG, 20 * SECOND, records=[])
    found = [record(SONG, 100 * SECOND), record(JINGLE, 110 * SECOND)]
    evening.run(4 * MINUTE, OTHER, 5 * SECOND, records=found)
    assert evening.starts() == [-20 * SECOND, 100 * SECOND, 235 * SECOND]


@pytest.mark.parametrize(
    ("record_ms", "began_ms"), [(8 * MINUTE, -30 * SECOND), (-30 * SECOND, -270 * SECOND), (-29_999, -30 * SECOND)]
)
def test_first_seen_paused_and_played_between_two_looks_it_began_before_the_pause(
    evening: Evening, record_ms: int, began_ms: int
) -> None:
    evening.run(0, SONG, 30 * SECOND, playing=False, records=[])
    assert evening.run(10 * MINUTE, None, records=[record(SONG, record_ms)]) == ["Song"]
    assert evening.starts() == [began_ms]


# A record of what plays now


@pytest.mark.parametrize(
    ("progress_ms", "record_ms", "starts"),
    [
        (80_000, -10_000, [-250_000, -20_000]),
        (80_000, -9_999, [-20_000]),
        (70_000, -15_000, [-255_000, -20_000]),
        (69_999, -15_000, [-20_000, -9_999]),
        (15_000, -30_000, [-20_000, 45_000]),
        (15_000, -30_001, [-270_001, -20_000]),
    ],
)
def test_a_record_of_what_plays_is_a_play_before_it_or_tells_of_a_restart(
    evening: Evening, progress_ms: int, record_ms: int, starts: list[int]
) -> None:
    evening.run(0, SONG, 20 * SECOND, records=[])
    evening.run(1 * MINUTE, SONG, progress_ms, records=[record(SONG, record_ms)])
    assert sorted(evening.starts()) == starts


def test_what_plays_on_though_a_record_says_that_it_ended_is_another_play(evening: Evening) -> None:
    evening.run(0, SONG, 20 * SECOND, records=[])
    assert evening.run(1 * MINUTE, SONG, 80 * SECOND, records=[record(SONG, 30 * SECOND)]) == []
    assert evening.run(2 * MINUTE, SONG, 140 * SECOND) == ["Song"]
    assert evening.reasons[-1] == "Song: a record shows that the play before it ended."
    assert evening.starts() == [-20 * SECOND] * 2


@pytest.mark.parametrize(
    ("at_ms", "progress_ms", "began_ms"),
    [
        (5 * MINUTE, 90 * SECOND, 210 * SECOND),
        (2 * MINUTE, 80 * SECOND, 85 * SECOND),
        (-HOUR, 85 * SECOND, -HOUR),
    ],
)
def test_what_goes_on_after_a_pause_in_which_its_record_came_is_another_play(
    evening: Evening, at_ms: int, progress_ms: int, began_ms: int
) -> None:
    evening.run(0, SONG, 20 * SECOND, records=[])
    evening.run(1 * MINUTE, SONG, 80 * SECOND, playing=False)
    assert evening.run(90 * SECOND, SONG, 80 * SECOND, playing=False, records=[record(SONG, 85 * SECOND)]) == []
    assert evening.run(at_ms, SONG, progress_ms) == ["Song"]
    assert evening.reasons[-1] == "Song: a record shows that the play before it ended."
    assert evening.starts()[-1] == began_ms


def test_a_restart_ends_the_play_before_it(evening: Evening) -> None:
    evening.run(0, SONG, 20 * SECOND, records=[])
    found = [record(SONG, 45 * SECOND), record(JINGLE, 60 * SECOND)]
    evening.run(2 * MINUTE, SONG, 65 * SECOND, records=found)
    assert evening.starts() == [-20 * SECOND, 45 * SECOND, 55 * SECOND]
    assert evening.run(7 * MINUTE, OTHER, 5 * SECOND, records=[record(SONG, 4 * MINUTE)]) == ["Other"]
    assert evening.run(9 * MINUTE, OTHER, 125 * SECOND, records=[record(SONG, 5 * MINUTE)]) == ["Song"]


# What is remembered


def test_a_record_that_is_listed_again_and_again_counts_once(evening: Evening) -> None:
    for minute in range(200):
        jingle = JINGLE._replace(uri=f"spotify:track:{minute}", title=f"Jingle {minute}")
        evening.run(minute * MINUTE, None, records=[record(SONG, -HOUR), record(jingle, minute * MINUTE)])
    assert [play.item.title for play in evening.lines].count("Song") == 1


def test_a_pause_that_goes_on_leaves_the_very_same_memory(evening: Evening) -> None:
    evening.run(0, SONG, 20 * SECOND, playing=False, records=[])
    before = evening.memory
    evening.run(1 * MINUTE, SONG, 20 * SECOND, playing=False)
    assert evening.memory is before


def test_the_last_looks_at_what_no_record_tells_of_are_remembered(evening: Evening) -> None:
    evening.run(0, TAPE, 10 * SECOND, records=[])
    before = evening.memory
    evening.run(69 * SECOND, TAPE, 79 * SECOND)
    assert evening.memory is before
    evening.run(70 * SECOND, TAPE, 80 * SECOND)
    assert evening.memory is not before


@pytest.mark.parametrize(
    ("item", "progress_ms", "playing", "wanted"),
    [
        (None, 0, True, True),
        (SONG, 30 * SECOND, True, True),
        (SONG, 200 * SECOND, True, False),
        (SONG, 200 * SECOND, False, False),
    ],
    ids=["stopped", "sought", "goes on", "paused"],
)
def test_the_records_are_asked_for_when_something_may_have_ended(
    evening: Evening, item: Item | None, progress_ms: int, playing: bool, wanted: bool
) -> None:
    evening.run(0, SONG, 20 * SECOND, records=[])
    assert not Listening(evening.memory, NOON).wants_records()
    evening.run(3 * MINUTE, item, progress_ms, playing=playing)
    assert Listening(evening.memory, NOON + 3 * MINUTE).wants_records() is wanted


def test_how_long_a_line_lasts() -> None:
    seen = Seen(SONG.identity, NOON, 20 * SECOND, "playing", NOON - 20 * SECOND, settled=True)

    def end(seen: Seen, now_ms: int) -> int:
        return seen.line(NOON + now_ms).end_ms - NOON

    assert seen.line(NOON + MINUTE) == Line(SONG.identity, NOON - 20 * SECOND, NOON + MINUTE, settled=True)
    assert end(seen, HOUR) == 220 * SECOND, "it ends by itself"
    assert end(seen._replace(state="paused"), HOUR) == HOUR
    assert end(seen._replace(state="gone", until_ms=NOON + 2 * MINUTE), HOUR) == 2 * MINUTE
    assert end(seen, -HOUR) == 0, "a clock set back does not make it end before it was seen"
    line = seen.line(NOON + MINUTE)
    assert [line.distance_ms(NOON + at_ms) for at_ms in (-20_003, 0, 60_005)] == [3, 0, 5]


# The log knows better


def logged(item: Item, at_ms: int) -> tuple[Identity, int]:
    """A line as it is read back: whole seconds."""
    return item.identity, (NOON + at_ms) // SECOND * SECOND


def test_a_memory_that_knows_the_log_stays_as_it_is(evening: Evening) -> None:
    evening.run(0, SONG, 20_300, records=[record(OTHER, -MINUTE)])
    evening.run(4 * MINUTE, JINGLE, 5_300)
    log = [logged(play.item, play.start_ms - NOON) for play in evening.lines]
    assert len(log) == 3
    assert caught_up(evening.memory, log) is evening.memory


def test_a_lost_memory_takes_the_last_line_for_what_is_on_the_player() -> None:
    memory = caught_up(Memory(owed=False), [logged(SONG, 0), logged(OTHER, 4 * MINUTE)])
    recalled = Seen(OTHER.identity, NOON + 4 * MINUTE, 0, "recalled", NOON + 4 * MINUTE)
    assert memory == Memory(seen=recalled, lines=(Line(SONG.identity, NOON, NOON + 4 * MINUTE),), owed=True)


def test_after_a_lost_memory_what_was_on_the_player_is_known_from_the_log(evening: Evening) -> None:
    evening.memory = caught_up(Memory(), [logged(OTHER, 0)])
    evening.run(1 * MINUTE, EPISODE, 12 * MINUTE)
    assert evening.starts() == [MINUTE]


@pytest.mark.parametrize("at_ms", [4 * MINUTE, 0])
def test_a_memory_older_than_the_log_learns_what_came_after(evening: Evening, at_ms: int) -> None:
    evening.run(0, SONG, 0, records=[])
    last = at_ms + 3 * MINUTE
    memory = caught_up(evening.memory, [logged(SONG, 0), logged(OTHER, at_ms), logged(JINGLE, last)])
    assert memory.seen == Seen(JINGLE.identity, NOON + last, 0, "recalled", NOON + last)
    assert {(line.identity.uri, line.start_ms - NOON, line.end_ms - NOON) for line in memory.lines} == {
        (SONG.uri, 0, min(last, 4 * MINUTE)),
        (OTHER.uri, at_ms, last),
    }
    starts = [line.start_ms for line in memory.lines]
    assert starts == sorted(starts)
    assert memory.owed


def test_a_line_that_began_in_the_very_second_of_what_is_remembered_came_after_it(evening: Evening) -> None:
    evening.run(0, SONG, 0, records=[])
    memory = caught_up(evening.memory, [logged(OTHER, 0)])
    assert memory.seen is not None
    assert memory.seen.identity == OTHER.identity
    assert [line.identity for line in memory.lines] == [SONG.identity]


def test_older_lines_in_the_log_leave_what_is_on_the_player(evening: Evening) -> None:
    evening.run(0, SONG, 0, records=[])
    memory = caught_up(evening.memory, [logged(OTHER, -HOUR), logged(OTHER, -HOUR), logged(SONG, 0)])
    assert memory.seen == evening.memory.seen
    assert memory.lines == (Line(OTHER.identity, NOON - HOUR, NOON - HOUR + 3 * MINUTE),) * 2


def test_what_was_only_seen_paused_is_no_line_that_the_log_lacks(evening: Evening) -> None:
    evening.run(0, SONG, 0, playing=False, records=[])
    memory = caught_up(evening.memory, [logged(OTHER, MINUTE)])
    assert memory.lines == ()
    assert memory.seen is not None
    assert memory.seen.identity == OTHER.identity
