"""After a 429 no request is made until the time that Spotify named has passed, whatever becomes of the process."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from lib.disk import run_state
from lib.errors import PassingError
from lib.fake_spotify.listener import track
from lib.fake_spotify.loopback import Answered, Asked
from lib.plays.model import Memory
from lib.runner import Report
from lib.spotify.transport import retry_after_s
from tests.support.clockwork import Clockwork, clockwork_in
from tests.support.times import MINUTE, SECOND

THREE = {"token": "/api/token", "player": "/v1/me/player/currently-playing", "recent": "/v1/me/player/recently-played"}


@pytest.fixture
def clockwork(tmp_path: Path) -> Iterator[Clockwork]:
    with clockwork_in(tmp_path) as one:
        one.listener.begin(track("Song", ["Band"], "Album", 300_000)).listen().quiet(0)
        one.now_ms += MINUTE
        yield one


def limit(clockwork: Clockwork, request: str, headers: dict[str, str] | None = None, body: str = "{}") -> None:
    """From now on Spotify answers that request with 429."""

    def overrule(asked: Asked) -> Answered | None:
        return Answered(429, body, headers or {}) if asked.path == THREE[request] else None

    clockwork.home.fake_spotify.overrule = overrule


def asks(clockwork: Clockwork) -> bool:
    """Whether a run now makes any request. A run that makes none is silent and ends with 75."""
    before = len(clockwork.home.fake_spotify.requests)
    report = clockwork.run()
    asked = len(clockwork.home.fake_spotify.requests) > before
    assert asked or report == Report(75, (), ())
    return asked


def pauses_for(clockwork: Clockwork, seconds: int) -> bool:
    """Whether a run that is answered 429 now is followed by that many seconds without a request, and not one more."""
    began = clockwork.now_ms
    assert clockwork.run().status == 75
    silent = []
    for after in (1, seconds - 1):
        clockwork.now_ms = began + after * SECOND
        silent.append(not asks(clockwork))
    clockwork.now_ms = began + seconds * SECOND
    return all(silent) and asks(clockwork)


@pytest.mark.parametrize("request_", THREE)
def test_the_pause_lasts_as_many_seconds_as_spotify_says(clockwork: Clockwork, request_: str) -> None:
    limit(clockwork, request_, {"Retry-After": "4321"}, "API rate limit exceeded")
    assert pauses_for(clockwork, 4321)


@pytest.mark.parametrize("packing", ["gzip", "zstd", "identity"])
@pytest.mark.parametrize("request_", THREE)
def test_the_pause_holds_though_what_comes_with_it_cannot_be_read(
    clockwork: Clockwork, request_: str, packing: str
) -> None:
    too_long = "a page " * 200_000
    limit(clockwork, request_, {"Retry-After": "4321", "Content-Encoding": packing}, too_long)
    assert pauses_for(clockwork, 4321)


@pytest.mark.parametrize("request_", THREE)
@pytest.mark.parametrize("said", [None, "soon"])
def test_without_a_time_that_makes_sense_the_pause_is_ten_minutes(
    clockwork: Clockwork, request_: str, said: str | None
) -> None:
    limit(clockwork, request_, {} if said is None else {"Retry-After": said})
    assert pauses_for(clockwork, 600)


def test_the_pause_holds_though_the_log_cannot_be_written(clockwork: Clockwork) -> None:
    clockwork.home.write_credentials(HISTORY_LOG="no-such-folder/history.log")
    limit(clockwork, "recent", {"Retry-After": "4321"})
    assert clockwork.run().status == 74
    clockwork.now_ms += 4320 * SECOND
    assert not asks(clockwork)


@pytest.mark.parametrize("request_", ["token", "player"])
def test_a_pause_costs_none_of_the_memory(clockwork: Clockwork, request_: str) -> None:
    clockwork.run()
    memory = run_state.load(clockwork.home.state).memory
    assert memory != Memory()
    limit(clockwork, request_)
    assert clockwork.run().status == 75
    assert run_state.load(clockwork.home.state).memory == memory


def test_the_longest_pause_that_was_ever_reported_is_kept(clockwork: Clockwork) -> None:
    limit(clockwork, "token", {"Retry-After": "86400"})
    assert pauses_for(clockwork, 86_400)


def test_plays_from_before_and_during_the_pause_are_all_logged(clockwork: Clockwork) -> None:
    limit(clockwork, "recent", {"Retry-After": "600"})
    assert clockwork.run().status == 75
    assert clockwork.home.titles() == ["Song"]
    clockwork.listener.begin(track("Another", ["Band"], "Album", 200_000)).listen().quiet(0)
    clockwork.home.fake_spotify.overrule = lambda asked: None
    clockwork.now_ms += 600 * SECOND
    assert clockwork.run().status == 0
    assert clockwork.home.titles() == ["Song", "Another"]


@pytest.mark.parametrize(("back_s", "keeps"), [(0, True), (7 * 86_400 - 3600, True), (7 * 86_400 - 3599, False)])
def test_a_pause_that_a_wrong_clock_set_lasts_a_week_at_most(clockwork: Clockwork, back_s: int, keeps: bool) -> None:
    limit(clockwork, "token", {"Retry-After": "3600"})
    clockwork.run()
    clockwork.now_ms -= back_s * SECOND
    assert asks(clockwork) is not keeps


def test_a_pause_is_silent_but_explained_at_a_terminal(clockwork: Clockwork) -> None:
    limit(clockwork, "player", {"Retry-After": "600"})
    assert clockwork.run() == Report(75, (), ())
    report = clockwork.run(terminal=True)
    until = datetime.fromtimestamp(clockwork.now_ms / 1000 + 600).astimezone()
    what = f"Spotify asked for a pause (429): no requests before {until:%-d %B, %H:%M}."
    assert report == Report(75, (f"{what} {PassingError.remedy}",), ())


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("1", 1),
        (" 30 ", 30),
        ("604800", 604_800),
        ("604801", None),
        ("", None),
        ("0", None),
        ("-5", None),
        ("1e3", None),
        ("1_0", None),
        ("²", None),
        ("9" * 5000, None),
        ("Mon, 23 Nov 2026 10:00:30 GMT", None),
    ],
)
def test_retry_after_is_a_number_of_seconds_up_to_a_week(value: str, seconds: int | None) -> None:
    assert retry_after_s(value) == seconds
