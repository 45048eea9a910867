"""A year left alone ends with every play once in the log, and a year's mail reads as a good assistant writes."""

import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lib.errors import NotUnderstoodError, PassingError
from tests.support.home import CRON, ROOT

pytestmark = pytest.mark.slow

BOOTSTRAP = "python3 bootstrap_token.py"
OUTAGE = "127.0.0.1 has a problem (502)."
AFTERWARDS = PassingError.remedy
REVOKED = "Spotify has refused the saved token since 7 November 2026, 21:44: it was revoked."
LAPSED = "Spotify has refused the saved token since 11 May 2027, 09:30: its six months ended on 10 May 2027."
LOGIN = "Spotify's answer to the refresh has no access token."
NO_LOG = "history.log isn't a regular file."
ELSEWHERE = "Name another file in credentials.env."
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
    f"Mon 18 Jan 2027 20:10  {SETTINGS}. Correct this in the file; credentials.env.example explains each key.",
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
    assert year["runs"] > 3000
    assert year["lost"] == []
    assert year["lines"] == year["plays"] > 500
    assert year["in order"]
    assert year["most ms off"] <= 1000
    assert year["offsets"] == ["+01:00", "+02:00"], "summer time and winter time"
    assert year["largest state"] < 64 * 1024
    command = f"{sys.executable} {ROOT / 'bootstrap_token.py'} --credentials credentials.env"
    mailed = [line.replace(command, BOOTSTRAP) for line in year["mailed"]]
    assert mailed == MAIL
