"""A year left alone ends with every play once in the log, and a year's mail reads as a good assistant writes."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lib.alerts import AlertState, decide, format_state, parse_state
from lib.errors import CoolingDownError, DiskError, NotUnderstoodError, PassingError, ProgramError, TokenRejectedError
from lib.expiry import expires_at, reminder
from tests.support.home import CRON, ROOT
from tests.support.times import MINUTE

pytestmark = pytest.mark.slow

BOOTSTRAP = "python3 bootstrap_token.py"
OUTAGE = "127.0.0.1 has a problem (502)."
AFTERWARDS = PassingError.remedy
REVOKED = "Spotify has refused the saved token since 7 November 2026, 21:44: it was revoked."
LAPSED = "Spotify has refused the saved token since 11 May 2027, 09:30: its six months ended on 10 May 2027."
LOGIN = "Spotify's answer to the refresh has no access token."
NO_LOG = "Can't read history.log: Is a directory."
ELSEWHERE = "Name a file instead; see what is there: ls -la history.log"
SETTINGS = "credentials.env: SPOTIFY_SCOPE must include user-read-currently-playing"
OVER = "It works again. This is over:"
MAIL = [
    f"Wed 23 Sep 2026 20:05  {OUTAGE} {AFTERWARDS}",
    f"Wed 23 Sep 2026 21:20  {OVER} {OUTAGE}",
    f"Tue 20 Oct 2026 19:55  {LOGIN} {NotUnderstoodError.remedy}",
    f"Tue 20 Oct 2026 20:20  {OVER} {LOGIN}",
    f"Sat 7 Nov 2026 21:44  {REVOKED} Run: {BOOTSTRAP}",
    f"Mon 9 Nov 2026 09:30  {REVOKED} Run: {BOOTSTRAP}",
    f"Tue 10 Nov 2026 09:30  {OVER} {REVOKED}",
    f"Sun 13 Dec 2026 19:45  {NO_LOG} {ELSEWHERE}",
    f"Sun 13 Dec 2026 20:30  {OVER} {NO_LOG}",
    f"Thu 31 Dec 2026 20:05  {OUTAGE} {AFTERWARDS}",
    f"Thu 31 Dec 2026 21:20  {OVER} {OUTAGE}",
    f"Mon 18 Jan 2027 20:10  {SETTINGS}. Correct this in the file; credentials.env.example explains it.",
    f"Mon 18 Jan 2027 20:40  {OVER} {SETTINGS}",
    *(
        f"{datetime(2027, 5, 10) - timedelta(days=days):%a %-d %b %Y} 09:30  Spotify's authorization ends {left}, "  # noqa: DTZ001
        f"on 10 May 2027. To renew it for six months, run: {BOOTSTRAP}"
        for days, left in [*((days, f"in {days} days") for days in range(13, 1, -1)), (1, "tomorrow"), (0, "today")]
    ),
    f"Tue 11 May 2027 09:30  {LAPSED} Run: {BOOTSTRAP}",
    f"Wed 12 May 2027 09:30  {OVER} {LAPSED}",
    f"Sat 17 Jul 2027 20:05  {OUTAGE} {AFTERWARDS}",
    f"Sat 17 Jul 2027 21:20  {OVER} {OUTAGE}",
]


def lived(folder: Path) -> dict[str, Any]:
    """A year of whole runs in a time zone whose clocks change, as tests/year.py lives it."""
    command = [sys.executable, "-m", "tests.year", str(folder)]
    done = subprocess.run(
        command, cwd=ROOT, env={**CRON, "TZ": "Europe/Berlin"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.replace(f"{folder}/", ""))
    return told


def test_after_a_year_the_log_is_complete_and_the_mail_was_right(tmp_path: Path) -> None:
    """One test, so that the year is lived once, by one of pytest's workers."""
    year = lived(tmp_path)
    print(f"{year['runs']} runs, {year['requests']} requests, {year['plays']} plays, {year['lines']} lines")
    assert year["runs"] > 4000
    assert year["lost"] == []
    assert year["lines"] == year["plays"] > 800
    assert year["in order"]
    assert year["most ms off"] <= 1000
    assert year["offsets"] == ["+01:00", "+02:00"], "summer time and winter time"
    assert year["largest state"] < 64 * 1024
    command = f"{sys.executable} {ROOT / 'bootstrap_token.py'} --credentials credentials.env"
    mailed = [line.replace(command, BOOTSTRAP) for line in year["mailed"]]
    assert mailed == MAIL


def test_half_a_million_decisions_report_what_a_year_should() -> None:
    begin = datetime(2026, 9, 1, tzinfo=UTC)
    authorized_at, state, lines, runs = begin, AlertState(), [], 0
    dead_since: datetime | None = None
    for minute, trouble in enumerate(calendar()):
        now, error = begin + timedelta(minutes=minute), trouble
        if now >= expires_at(authorized_at):
            dead_since = dead_since or now
            error = TokenRejectedError("The six months are over.", "Bootstrap.")
            if now - dead_since >= timedelta(days=2):
                authorized_at, dead_since, error = now, None, None
        due = None if error else reminder(authorized_at, now)
        alert = decide(error, due, state, minute * MINUTE + FIRST_MS, terminal=False)
        if alert.state != state:
            state = parse_state(format_state(alert.state))
            assert len(format_state(state)) < 4096
        assert alert.error in (None, error)
        lines += [(minute // DAY, line) for line in ([alert.error.what] if alert.error else alert.out)]
        runs += 1
    print(f"{runs} decisions, {len(lines)} lines")
    assert runs == 365 * DAY == 525_600
    assert [(day, line.partition(" ends ")[0]) for day, line in lines] == SAID


FIRST_MS = 1_788_220_800_000
DAY = 24 * 60
FULL = DiskError("The disk is full.", "Free some.")


def calendar() -> Iterator[ProgramError | None]:
    """The trouble of each minute of a year, but for the expiry."""
    down, odd, pause = PassingError("Down.", "Wait."), NotUnderstoodError("Odd.", "Look."), CoolingDownError("Pause.")
    for day in range(365):
        for minute in range(DAY):
            if day % 30 == 3 and minute >= 1200:  # a flaky evening: never a quarter of an hour in one piece
                yield (None, down, odd)[minute * minute % 3] if minute % 14 else None
            elif day == 50 and minute < 900:
                yield down
            elif 80 <= day < 83 or (day == 120 and minute % 2):  # a full disk; one that is full every other minute
                yield FULL
            elif day == 150:  # one pause, all day
                yield pause
            elif day in (200, 201):
                yield odd if minute % 3 else down
            else:
                yield None


RECOVERED = "It works again. This is over: "
REMINDER = "Spotify's authorization"
SAID = [
    (50, "Down."),
    (50, RECOVERED + "Down."),
    (80, "The disk is full."),
    (81, "The disk is full."),
    (82, "The disk is full."),
    (83, RECOVERED + "The disk is full."),
    (120, "The disk is full."),
    (120, RECOVERED + "The disk is full."),
    *((day, REMINDER) for day in range(167, 181)),
    (181, "The six months are over."),
    (182, "The six months are over."),
    (183, RECOVERED + "The six months are over."),
    (200, "Down."),
    (200, "Odd."),
    (201, "Down."),
    (201, "Odd."),
    (202, RECOVERED + "Odd."),
    *((day, REMINDER) for day in range(353, 365)),
]
