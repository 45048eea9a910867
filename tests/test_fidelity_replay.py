"""What the measure's Spotify answers while a timeline is lived: the player, and the recent plays."""

import pytest

from lib.fake_spotify.listener import iso, track
from tests.fidelity.replay import Replay
from tests.fidelity.scenarios import Scenario
from tests.fidelity.timeline import Pause, Stream, Timeline
from tests.support.times import HOUR, MINUTE, SECOND

BEGAN = 1_795_478_400_000
ONE, OTHER = (track(name, ["Band"], "Album", 200 * SECOND) for name in ("One", "Other"))
LEFT = Stream(ONE, BEGAN, 0, 100 * SECOND, (Pause(100 * SECOND, 3 * HOUR),), reason_end="endplay")
"""Heard for 100 s, paused, and left three hours later for the other."""
AFTER = Stream(OTHER, LEFT.end_ms, 0, 200 * SECOND, reason_end="trackdone")


def replay(*streams: Stream, played_at: str = "left") -> Replay:
    return Replay(Timeline("test", streams), Scenario(played_at=played_at))


@pytest.mark.parametrize(
    ("at_ms", "shown"),
    [
        pytest.param(90 * SECOND, ("One", True, 90 * SECOND), id="plays"),
        pytest.param(101 * SECOND, ("One", False, 100 * SECOND), id="paused"),
        pytest.param(HOUR, None, id="nothing, an hour after"),
        pytest.param(3 * HOUR + 101 * SECOND, ("Other", True, SECOND), id="the next"),
        pytest.param(3 * HOUR + 10 * MINUTE, None, id="nothing, when it's over"),
    ],
)
def test_the_player_shows_a_pause_for_some_minutes(at_ms: int, shown: tuple[str, bool, int] | None) -> None:
    answer = replay(LEFT, AFTER).currently_playing(BEGAN + at_ms)
    found = answer and (answer["item"]["name"], answer["is_playing"], answer["progress_ms"])
    assert found == shown


@pytest.mark.parametrize(
    ("kind", "played_at_ms"),
    [("left", LEFT.end_ms), ("stopped", BEGAN + 100 * SECOND), ("start", BEGAN)],
)
def test_a_track_left_paused_is_listed_when_another_begins(kind: str, played_at_ms: int) -> None:
    lived = replay(LEFT, AFTER, played_at=kind)
    assert lived.recently_played(LEFT.end_ms) == []
    entries = lived.recently_played(LEFT.end_ms + 10 * SECOND)
    assert [entry["played_at"] for entry in entries] == [iso(played_at_ms)]


@pytest.mark.parametrize(
    "stream",
    [
        pytest.param(Stream(ONE, BEGAN, 0, 29 * SECOND), id="under 30 s"),
        pytest.param(Stream(ONE, BEGAN, 0, 90 * SECOND, private=True), id="in a private session"),
    ],
)
def test_what_is_never_listed(stream: Stream) -> None:
    assert replay(stream, AFTER).recently_played(BEGAN + 2 * HOUR) == []


def test_what_was_heard_offline_is_listed_when_the_next_begins() -> None:
    lived = replay(Stream(ONE, BEGAN, 0, 90 * SECOND, offline=True), AFTER)
    assert lived.currently_playing(BEGAN + MINUTE) is None
    assert lived.recently_played(BEGAN + HOUR) == []
    assert len(lived.recently_played(AFTER.start_ms + 10 * SECOND)) == 1


def test_only_the_last_50_are_listed() -> None:
    streams = [Stream(ONE, BEGAN + number * MINUTE, 0, 50 * SECOND) for number in range(60)]
    entries = replay(*streams).recently_played(BEGAN + 2 * HOUR)
    assert len(entries) == 50
    assert entries[0]["played_at"] == iso(streams[-1].end_ms)


def test_runs_look_each_minute_while_something_is_on_the_player() -> None:
    runs = replay(LEFT, AFTER).runs()
    assert sum(at_ms <= BEGAN + 100 * SECOND for at_ms in runs) == 2
    silence = [at_ms for at_ms in runs if BEGAN + HOUR < at_ms < BEGAN + 2 * HOUR]
    assert len(silence) == 4
