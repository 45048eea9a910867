"""What the page is made from: plays read from lines of the log, and the figures computed from them. Pure values."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter
from typing import NamedTuple

from lib.log_lines import is_possible, moment

_COLUMNS = 5
"""Of a line, besides started_at."""
_EPISODES = ("spotify:episode:", "spotify:chapter:")


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """A line of the log without its date. Of an episode, `artists` is the show's name.

    length_s: None when the line doesn't tell. Compared by identity, so that counting is fast: there is one for all
    lines that differ in their dates only.
    """

    is_episode: bool
    artists: str
    title: str
    album: str
    length_s: int | None


class Play(NamedTuple):
    """A line of the log. `at` has the clock and the offset of the place where it was played."""

    at: datetime
    recording: Recording


@dataclass(frozen=True, slots=True)
class History:
    """All plays, oldest first. `skipped`: lines that are no play; `misdated`: plays dated impossibly, also left out."""

    plays: list[Play]
    skipped: int = 0
    misdated: int = 0


def read(lines: Iterable[str], today: date) -> History:
    """The plays of these lines, each different line once: a copy of a log repeats its lines.

    Blank lines and comments (#) are neither plays nor counted as skipped.
    """
    recordings: dict[str, Recording | None] = {}
    plays: list[Play] = []
    skipped = misdated = 0
    for line in dict.fromkeys(lines):
        started_at, _, rest = line.partition("\t")
        if rest not in recordings:
            recordings[rest] = _recording(rest)
        at, recording = moment(started_at), recordings[rest]
        if at is None or recording is None:
            skipped += bool(line.strip()) and not line.startswith("#")
        elif is_possible(at, today):
            plays.append(Play(at, recording))
        else:
            misdated += 1
    plays.sort(key=itemgetter(0))
    return History(plays, skipped, misdated)


def _recording(rest: str) -> Recording | None:
    columns = rest.split("\t")
    if len(columns) != _COLUMNS:
        return None
    artists, title, album, length, uri = columns
    return Recording(uri.startswith(_EPISODES), artists, title, album, _seconds(length))


def _seconds(length: str) -> int | None:
    """4:08 or 1:02:03 in seconds; None for what is no length, or more than a day."""
    parts = length.split(":")
    if len(parts) not in (2, 3) or not all(part.isdecimal() and len(part) < 4 for part in parts):
        return None
    seconds = 0
    for part in parts:
        seconds = seconds * 60 + int(part)
    return seconds if seconds <= 86_400 else None


class Ranked(NamedTuple):
    """One of the most played. `by`: a track's or an album's artists, otherwise empty."""

    name: str
    by: str
    plays: int


@dataclass(frozen=True, slots=True)
class Charts:
    """The most played of a time, each list with the most played first."""

    since: date
    until: date
    plays: int
    artists: list[Ranked]
    tracks: list[Ranked]
    albums: list[Ranked]
    shows: list[Ranked]


class Streak(NamedTuple):
    """Days in a row, each with a play."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1


class Month(NamedTuple):
    """A month of all, also one without plays. `new_artists`: heard for the first time."""

    first: date
    plays: int
    new_artists: int


class Year(NamedTuple):
    """A calendar year with plays."""

    year: int
    plays: int
    music_s: int
    artists: int
    charts: Charts


class SameDay(NamedTuple):
    """The day of another year that has today's date: how many plays, and the first of them."""

    day: date
    plays: int
    first: list[Play]


@dataclass(frozen=True, slots=True)
class Figures:
    """All that the page shows of at least one play. Years and same days: newest first; months: oldest first.

    music_s: the recordings' full lengths, in seconds; `unmeasured`: plays of music whose length isn't known.
    hours: plays by weekday (Monday is 0) and hour.
    """

    today: date
    plays: int
    music_s: int
    unmeasured: int
    artists: int
    first: date
    streak: Streak
    days: Counter[date]
    hours: Counter[tuple[int, int]]
    months: list[Month]
    four_weeks: Charts
    twelve_months: Charts
    ever: Charts
    years: list[Year]
    same_days: list[SameDay]
    latest: list[Play]
