"""Spotify ends each authorization after six months: told two weeks before, daily, with the command that renews it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lib.disk import token_store
from lib.errors import Command
from lib.expiry import day_of, expires_at, reminder, time_left, why_rejected
from lib.fake_spotify.listener import track
from lib.runner import Report, command
from tests.support.clockwork import START_MS, Clockwork, clockwork_in
from tests.support.times import MINUTE, zone

DAY_MS = 24 * 60 * MINUTE
START = datetime.fromtimestamp(START_MS / 1000, UTC)
LASTS = expires_at(START) - START


@pytest.fixture
def clockwork(tmp_path: Path) -> Iterator[Clockwork]:
    with clockwork_in(tmp_path) as one:
        yield one


@pytest.mark.parametrize(
    ("authorized", "ends"),
    [
        ("2026-11-23T10:00:00+01:00", "2027-05-23T10:00:00+01:00"),
        ("2026-08-31T10:00:00+00:00", "2027-02-28T10:00:00+00:00"),
        ("2027-08-31T10:00:00+00:00", "2028-02-29T10:00:00+00:00"),
        ("2026-10-31T23:59:59-05:00", "2027-04-30T23:59:59-05:00"),
        ("2026-06-30T00:00:00+00:00", "2026-12-30T00:00:00+00:00"),
        ("2026-07-01T00:00:00+00:00", "2027-01-01T00:00:00+00:00"),
        ("2028-02-29T12:00:00+00:00", "2028-08-29T12:00:00+00:00"),
        ("9999-12-01T00:00:00+00:00", "9999-06-01T00:00:00+00:00"),
    ],
)
def test_an_authorization_ends_six_calendar_months_later(authorized: str, ends: str) -> None:
    assert expires_at(datetime.fromisoformat(authorized)) == datetime.fromisoformat(ends)


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (timedelta(days=14, seconds=1), None),
        (timedelta(days=14), "ends in 14 days, on "),
        (timedelta(days=2), "ends in 2 days, on "),
        (timedelta(days=1), "ends tomorrow, on "),
        (timedelta(seconds=1), "ends today, on "),
        (timedelta(seconds=-1), "ended on "),
        (timedelta(days=-30), "ended on "),
    ],
)
def test_the_reminder_begins_14_days_before_and_counts_down(before: timedelta, said: str | None) -> None:
    ends = expires_at(START)
    line = reminder(START, ends - before)
    assert (line is None) == (said is None)
    if line and said:
        assert said in line
        assert line.endswith(", run:")
        assert f"{ends.astimezone():%-d %B %Y}" in line


def test_a_token_of_unknown_age_brings_no_reminder() -> None:
    assert reminder(None, START) is None


def test_the_last_two_weeks_remind_daily_with_the_exact_command(clockwork: Clockwork) -> None:
    ends_ms = int(expires_at(START).timestamp() * 1000)
    said: list[tuple[int, str]] = []
    assert clockwork.run() == Report(0, (), ())
    clockwork.now_ms = ends_ms - 15 * DAY_MS
    while clockwork.now_ms < ends_ms:
        report = clockwork.run()
        assert (report.status, report.err) == (0, ())
        said += [((ends_ms - clockwork.now_ms) // DAY_MS, line) for line in report.out]
        clockwork.now_ms += 6 * 60 * MINUTE
    assert [days for days, _ in said] == list(range(14, 0, -1))
    assert all(line.endswith(" run: " + command(Command.BOOTSTRAP, clockwork.home.credentials)) for _, line in said)
    assert clockwork.run().status == 77


@pytest.mark.parametrize("public", [False, True], ids=["with a secret", "public client"])
def test_a_rejected_token_is_kept_unused_until_bootstrap_saves_another(clockwork: Clockwork, public: bool) -> None:
    home, spotify = clockwork.home, clockwork.home.fake_spotify
    if public:
        spotify.client_secret = ""
        home.write_credentials()
    clockwork.listener.begin(track("Song", ["Band"], "Album", 300_000)).listen().quiet(0)
    spotify.revoke()
    before = token_store.peek(home.token)
    report = clockwork.run()
    assert (report.status, len(report.err)) == (77, 1)
    assert report.err[0].endswith(f" Run: {command(Command.BOOTSTRAP, home.credentials)}")
    kept = token_store.peek(home.token)
    assert kept == before._replace(rejected_at=kept.rejected_at, rotates=public)
    assert kept.rejected_at is not None
    asked = len(spotify.requests)
    for _ in range(20):
        clockwork.now_ms += MINUTE
        assert clockwork.run() == Report(77, (), ())
    assert len(spotify.requests) == asked
    home.authorize()
    report = clockwork.run()
    assert (report.status, report.err) == (0, ())
    assert home.titles() == ["Song"]


def test_a_dead_token_is_told_daily(clockwork: Clockwork) -> None:
    clockwork.home.fake_spotify.revoke()
    lines: list[str] = []
    for _ in range(3):
        lines += clockwork.run().err
        clockwork.now_ms += DAY_MS
    assert lines == lines[:1] * 3


def test_days_and_hours_are_those_of_the_local_calendar() -> None:
    ends = datetime(2027, 5, 18, 20, tzinfo=UTC)
    with zone("Asia/Tokyo"):
        assert day_of(ends) == "19 May 2027"
        assert time_left(ends, ends.replace(hour=14)) == "tomorrow"
        assert time_left(ends, ends.replace(hour=16)) == "today"
        assert "since 19 May 2027, 05:00" in why_rejected(None, ends, rotates=False)


@pytest.mark.parametrize(
    ("authorized_at", "age", "rotates", "why"),
    [
        (None, timedelta(days=99), True, "its six months are over, or it was revoked."),
        (START, timedelta(days=99), False, "it was revoked."),
        (START, timedelta(days=99), True, "it was revoked, or the answer to its last refresh got lost."),
        (START, LASTS - timedelta(hours=25), False, "it was revoked."),
        (
            START,
            LASTS - timedelta(hours=24),
            True,
            f"its six months ended on {expires_at(START).astimezone():%-d %B %Y}.",
        ),
        (START, timedelta(days=182), True, f"its six months ended on {expires_at(START).astimezone():%-d %B %Y}."),
    ],
)
def test_the_likely_reason_of_a_rejection_is_told(
    authorized_at: datetime | None, age: timedelta, rotates: bool, why: str
) -> None:
    rejected_at = START + age
    since = f"Spotify has refused the saved token since {rejected_at.astimezone():%-d %B %Y, %H:%M}"
    assert why_rejected(authorized_at, rejected_at, rotates=rotates) == f"{since}: {why}"
