"""A year left alone, in virtual time: python -m tests.year FOLDER tells what a user would have been mailed.

The year is the zone's of TZ. A bootstrap on 1 September, one run each morning, and on some evenings two hours of
music with a run each minute. Some evenings are visited by trouble; the user acts on mails, but days late.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from lib.fake_spotify.listener import Json, Listener, track
from lib.fake_spotify.loopback import Answered, Asked
from lib.fake_spotify.service import FakeSpotify
from lib.runner import run_and_report
from tests.support.home import Home
from tests.support.http import in_process
from tests.support.times import MINUTE

BEGIN = datetime(2026, 9, 1, 12)  # noqa: DTZ001 - local time, which is what the year is about
RUNS = 135
BOOTSTRAPS = (timedelta(days=0), timedelta(days=69, hours=8), timedelta(days=252))
"""When the user consents: at first, two days after a revocation, and two days after the lapse of that consent."""


class Year:
    """The stand-in's world, the program's home, and what was mailed."""

    def __init__(self, folder: Path) -> None:
        self.now_ms = _ms(BEGIN)
        self.listener = Listener(self.now_ms)
        self.fake_spotify = FakeSpotify(self.listener, now_ms=lambda: self.now_ms)
        self.home = Home(folder, self.fake_spotify, "http://127.0.0.1:9")
        self.mailed: list[str] = []
        self.runs = 0
        self.largest_state = 0
        self._bootstraps = [self.now_ms + int(after.total_seconds()) * 1000 for after in BOOTSTRAPS]

    def live(self) -> None:
        """The year, day by day."""
        for day in range(366):
            self.at(day, 9, 30)
            self.run()
            if day % 90 == 4 or day in TROUBLE or day in CLOCKS_CHANGE:
                self.evening(day)

    def evening(self, day: int) -> None:
        """Two hours of music from 19:30, and across the hour when the clocks change."""
        late = day in CLOCKS_CHANGE
        self.at(day, 23 if late else 19, 30)
        begun = self.now_ms
        self.listener.quiet(begun - self.listener.at_ms)
        for song in range(80 if late else 30):
            self.listener.begin(_song(day, song)).listen()
        self.listener.quiet(0)
        trouble = TROUBLE.get(day)
        for minute in range(RUNS + (240 if late else 0)):
            self.now_ms = begun + minute * MINUTE + 7_000
            with trouble(self, minute) if trouble else _no_trouble():
                self.run()

    def run(self, client: Callable[[], httpx.Client] | None = None) -> None:
        """One run, and what cron mails of it."""
        while self._bootstraps and self.now_ms >= self._bootstraps[0]:
            self._bootstraps.pop(0)
            self.home.authorize(authorized_at=self._now())
        report = run_and_report(
            self.home.credentials, {}, lambda: in_process(self.fake_spotify), self._now, terminal=False, verbose=False
        )
        local = self._now().astimezone().strftime("%a %-d %b %Y %H:%M")
        self.mailed += [f"{local}  {line}" for line in (*report.err, *report.out)]
        self.runs += 1
        if self.home.state.exists():
            self.largest_state = max(self.largest_state, self.home.state.stat().st_size)

    def at(self, day: int, hour: int, minute: int) -> None:
        """Lets time go by until then."""
        self.now_ms = max(self.now_ms, _ms(BEGIN.replace(hour=0) + timedelta(days=day, hours=hour, minutes=minute)))

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self.now_ms / 1000, UTC)


@contextmanager
def _no_trouble() -> Iterator[None]:
    yield


@contextmanager
def _answering(year: Year, answer: Callable[[Asked], Answered | None]) -> Iterator[None]:
    year.fake_spotify.overrule = answer
    yield
    year.fake_spotify.overrule = lambda asked: None


@contextmanager
def flaky(year: Year, minute: int) -> Iterator[None]:
    """Two runs in five meet an error, now at one request, now at another."""
    with _answering(year, lambda asked: Answered(503) if (minute * 7 + len(asked.path)) % 5 < 2 else None):
        yield


@contextmanager
def outage(year: Year, minute: int) -> Iterator[None]:
    """Spotify is down for an hour and a half."""
    down = 20 <= minute < 110
    with _answering(year, lambda asked: Answered(502, "<html>Bad gateway</html>") if down else None):
        yield


@contextmanager
def rate_limit(year: Year, minute: int) -> Iterator[None]:
    """One 429 that asks for 50 minutes."""
    with _answering(year, lambda asked: Answered(429, "", {"Retry-After": "3000"}) if minute == 30 else None):
        yield


@contextmanager
def login_page(year: Year, minute: int) -> Iterator[None]:
    """Something between here and Spotify answers with a page, for 40 minutes."""
    between = 10 <= minute < 50
    with _answering(year, lambda asked: Answered(200, "<html>Please log in</html>") if between else None):
        yield


@contextmanager
def dead_disk(year: Year, minute: int) -> Iterator[None]:
    """For 45 minutes there is no writing to the log."""
    if minute in (15, 60):
        folder = year.home.log
        if minute == 15:
            folder.rename(folder.with_name("history.kept"))
            folder.mkdir()
        else:
            folder.rmdir()
            folder.with_name("history.kept").rename(folder)
    yield


@contextmanager
def revocation(year: Year, minute: int) -> Iterator[None]:
    """The user throws the app out, and thinks better of it the next day."""
    if minute == 134:
        year.fake_spotify.revoke()
    yield


@contextmanager
def wrong_settings(year: Year, minute: int) -> Iterator[None]:
    """Half an hour with a typing error in credentials.env."""
    if minute in (40, 70):
        year.home.write_credentials(**({"SPOTIFY_SCOPE": "user-read-curently-playing"} if minute == 40 else {}))
    yield


CLOCKS_CHANGE = (53, 207)
TROUBLE = {
    13: flaky, 22: outage, 40: rate_limit, 49: login_page, 67: revocation, 85: flaky, 103: dead_disk, 121: outage,
    139: wrong_settings, 175: rate_limit, 274: flaky, 319: outage,
}  # fmt: skip


def _song(day: int, number: int) -> Json:
    return track(f"Song {day}-{number}", ["Band"], "Album", 200_000 + number * 3_000)


def _ms(local: datetime) -> int:
    return int(local.timestamp() * 1000)


def lived_in(folder: Path) -> dict[str, Any]:
    """Lives the year, and tells how it went."""
    year = Year(folder)
    year.live()
    heard = [str(play.item["name"]) for play in year.listener.plays]
    logged = year.home.titles()
    starts = [datetime.fromisoformat(line[0]).timestamp() * 1000 for line in year.home.lines()]
    off = [abs(start - play.start_ms) for start, play in zip(starts, year.listener.plays, strict=False)]
    return {
        "runs": year.runs,
        "requests": len(year.fake_spotify.requests),
        "plays": len(heard),
        "lost": sorted(set(heard) - set(logged)),
        "lines": len(logged),
        "in order": logged == heard,
        "most ms off": max(off),
        "offsets": sorted({line[0][-6:] for line in year.home.lines()}),
        "largest state": year.largest_state,
        "mailed": year.mailed,
    }


if __name__ == "__main__":
    print(json.dumps(lived_in(Path(sys.argv[1])), indent=1, ensure_ascii=False))
