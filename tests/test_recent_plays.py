"""The recent plays: asked for when they can tell something, and never at the cost of what plays now."""

import json
from pathlib import Path

import pytest

from lib.fake_spotify.listener import track
from lib.fake_spotify.loopback import Answered, Asked
from tests.support.clockwork import Clockwork, clockwork_in
from tests.support.times import MINUTE

SONGS = [track(f"Song {n}", ["Band"], "Album", 200_000 + 7000 * n) for n in range(8)]
CURRENT = "/v1/me/player/currently-playing"
RECENT = "/v1/me/player/recently-played"


def asked(clockwork: Clockwork, path: str) -> int:
    return sum(request.path == path for request in clockwork.home.fake_spotify.requests)


def test_a_run_asks_for_one_token_and_the_current_playback(tmp_path: Path) -> None:
    with clockwork_in(tmp_path) as clockwork:
        clockwork.listener.begin(SONGS[0]).listen()
        clockwork.live()
        runs = asked(clockwork, "/api/token")
        assert asked(clockwork, CURRENT) == runs == 7
        recent = [request.query for request in clockwork.home.fake_spotify.requests if request.path == RECENT]
        assert recent == [{"limit": "50"}] * 2, "at the first run, and when the song was over"


@pytest.mark.slow
def test_an_idle_night_costs_next_to_two_requests_a_run(tmp_path: Path) -> None:
    with clockwork_in(tmp_path) as clockwork:
        clockwork.listener.quiet(240 * MINUTE)
        clockwork.live()
        assert len(clockwork.home.fake_spotify.requests) / asked(clockwork, "/api/token") < 2.1


def test_what_was_played_while_the_machine_was_off_is_filled_in(tmp_path: Path) -> None:
    with clockwork_in(tmp_path) as clockwork:
        for song in SONGS:
            clockwork.listener.begin(song).listen()
        clockwork.run()
        clockwork.now_ms = clockwork.listener.at_ms - 30_000
        clockwork.run()
        assert clockwork.home.titles() == [song["name"] for song in SONGS]
        starts = [line[0] for line in clockwork.home.lines()]
        assert starts == sorted(starts)


def test_a_first_run_writes_down_what_spotify_still_tells_of(tmp_path: Path) -> None:
    with clockwork_in(tmp_path) as clockwork:
        for song in SONGS[:3]:
            clockwork.listener.begin(song).listen()
        clockwork.listener.quiet(MINUTE)
        clockwork.now_ms = clockwork.listener.at_ms
        clockwork.run()
        assert clockwork.home.titles() == ["Song 0", "Song 1", "Song 2"]


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (Answered(500, ""), 75),
        (Answered(502, "<html>Bad gateway"), 75),
        (Answered(403, {"error": {"status": 403, "message": "Insufficient client scope"}}), 77),
        (Answered(200, "<html>"), 76),
        (Answered(200, {"items": "none"}), 76),
        (Answered(429, {}, {"Retry-After": "600"}), 75),
    ],
)
def test_a_failure_of_this_request_never_costs_the_current_play(tmp_path: Path, answer: Answered, status: int) -> None:
    def fail(request: Asked) -> Answered | None:
        return answer if request.path == RECENT else None

    with clockwork_in(tmp_path) as clockwork:
        clockwork.listener.begin(SONGS[0]).listen()
        clockwork.now_ms += 20_000
        clockwork.home.fake_spotify.overrule = fail
        assert clockwork.run().status == status
        assert clockwork.home.titles() == ["Song 0"]
        clockwork.home.fake_spotify.overrule = lambda request: None
        clockwork.now_ms += 11 * MINUTE
        assert clockwork.run().status == 0
        assert clockwork.home.titles() == ["Song 0"]


@pytest.mark.slow
def test_an_empty_answer_forgets_nothing(tmp_path: Path) -> None:
    def empty(request: Asked) -> Answered | None:
        return Answered(200, {"items": [], "cursors": None}) if request.path == RECENT else None

    with clockwork_in(tmp_path) as clockwork:
        for song in SONGS[:3]:
            clockwork.listener.begin(song).listen()
        clockwork.listener.quiet(90 * MINUTE)
        clockwork.live()
        clockwork.home.fake_spotify.overrule = empty
        clockwork.now_ms += 20 * MINUTE
        clockwork.run()
        clockwork.home.fake_spotify.overrule = lambda request: None
        clockwork.now_ms += 20 * MINUTE
        clockwork.run()
        assert clockwork.home.titles() == ["Song 0", "Song 1", "Song 2"]


@pytest.mark.slow
def test_without_the_scope_the_job_works_and_says_what_is_lost(tmp_path: Path) -> None:
    with clockwork_in(tmp_path) as clockwork:
        clockwork.home.authorize(scope="user-read-currently-playing")
        for song in SONGS[:3]:
            clockwork.listener.begin(song).listen()
        clockwork.listener.begin(SONGS[0]).listen().begin(SONGS[0]).listen()
        clockwork.live()
        assert clockwork.home.titles() == ["Song 0", "Song 1", "Song 2", "Song 0", "Song 0"]
        assert asked(clockwork, RECENT) == 0
        status = clockwork.home.job("--status").stdout
        assert "user-read-recently-played" in status
        assert json.loads(clockwork.home.job("--status", "--json").stdout)["recent_plays"] is False


def test_more_than_fifty_plays_ago_is_beyond_what_spotify_tells(tmp_path: Path) -> None:
    with clockwork_in(tmp_path) as clockwork:
        for number in range(60):
            clockwork.listener.begin(track(f"Play {number}", ["Band"], "Album", 60_000)).listen()
        clockwork.listener.quiet(MINUTE)
        clockwork.now_ms = clockwork.listener.at_ms
        clockwork.run()
        assert clockwork.home.titles() == [f"Play {number}" for number in range(10, 60)]
