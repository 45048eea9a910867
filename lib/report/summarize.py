"""From plays to the figures on the page. Pure.

Several artists in one field stay one name: the log can't tell “Queen, David Bowie” from “Tyler, The Creator”.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from heapq import nsmallest
from itertools import pairwise
from operator import attrgetter

from lib.report.model import Charts, Figures, Month, Play, Ranked, Recording, SameDay, Streak, Year

Counts = Counter[Recording]
ByDay = dict[date, list[Play]]
Totals = defaultdict[tuple[str, str], int]
"""Plays by name and by whom."""
_MOST, _MOST_OF_A_YEAR = 10, 5
_LATEST = 50
_SAME_DAYS, _OF_A_SAME_DAY = 10, 6

_recording = attrgetter("recording")


def summarize(plays: Sequence[Play], today: date) -> Figures:
    """The figures of these plays, of which there is at least one, oldest first."""
    by_day: dict[date, list[Play]] = defaultdict(list)
    for play in plays:
        by_day[play.at.date()].append(play)
    days = Counter({day: len(plays) for day, plays in by_day.items()})
    counts = Counter(map(_recording, plays))
    first, last = min(days), max(today, *days)
    since = months_before(today, 11)
    return Figures(
        today=today,
        plays=len(plays),
        music_s=_music_s(counts),
        unmeasured=sum(n for one, n in counts.items() if not one.is_episode and one.length_s is None),
        artists=_artists(counts),
        first=first,
        streak=longest_streak(days),
        days=days,
        hours=Counter((day.weekday(), play.at.hour) for day, plays in by_day.items() for play in plays),
        months=_months(by_day, first, last),
        four_weeks=_recent(by_day, today - timedelta(days=27), last),
        twelve_months=_recent(by_day, since, last),
        ever=_charts(counts, first, last),
        years=_years(by_day),
        same_days=_same_days(by_day, today),
        latest=list(plays[: -_LATEST - 1 : -1]),
    )


def months_before(day: date, months: int) -> date:
    """The first day of the month, `months` before `day`."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month + 1, 1)


def longest_streak(days: Iterable[date]) -> Streak:
    """The most days in a row; of several equally long the latest."""
    ordered = sorted(days)
    begins = [ordered[0], *(day for before, day in pairwise(ordered) if (day - before).days > 1)]
    ends = [*(before for before, day in pairwise(ordered) if (day - before).days > 1), ordered[-1]]
    return max(map(Streak, begins, ends), key=lambda streak: (streak.days, streak.last))


def _music_s(counts: Counts) -> int:
    return sum(n * (one.length_s or 0) for one, n in counts.items() if not one.is_episode)


def _artists(counts: Counts) -> int:
    return len({one.artists for one in counts if not one.is_episode and one.artists})


def _months(by_day: ByDay, first: date, last: date) -> list[Month]:
    """Every month from the first play's to the last one."""
    plays, debuts = Counter[date](), Counter[date]()
    known = {""}
    for day in sorted(by_day):
        month = day.replace(day=1)
        artists = {one.artists for _, one in by_day[day] if not one.is_episode} - known
        plays[month] += len(by_day[day])
        debuts[month] += len(artists)
        known |= artists
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    firsts = [months_before(last, n) for n in reversed(range(count))]
    return [Month(month, plays[month], debuts[month]) for month in firsts]


def _years(by_day: ByDay) -> list[Year]:
    """Newest first."""
    counts: dict[int, Counts] = defaultdict(Counter)
    for day, plays in by_day.items():
        counts[day.year].update(map(_recording, plays))
    return [_year(year, counts[year]) for year in sorted(counts, reverse=True)]


def _year(year: int, counts: Counts) -> Year:
    charts = _charts(counts, date(year, 1, 1), date(year, 12, 31), _MOST_OF_A_YEAR)
    return Year(year, counts.total(), _music_s(counts), _artists(counts), charts)


def _recent(by_day: ByDay, since: date, until: date) -> Charts:
    counts = Counter(play.recording for day, plays in by_day.items() if day >= since for play in plays)
    return _charts(counts, since, until)


def _charts(counts: Counts, since: date, until: date, most: int = _MOST) -> Charts:
    artists, tracks, albums, shows = Totals(int), Totals(int), Totals(int), Totals(int)
    for one, plays in counts.items():
        if one.is_episode:
            shows[one.artists, ""] += plays
        else:
            artists[one.artists, ""] += plays
            tracks[one.title, one.artists] += plays
            albums[one.album, one.artists] += plays
    top = (_top(totals, most) for totals in (artists, tracks, albums, shows))
    return Charts(since, until, counts.total(), *top)


def _top(totals: Totals, most: int) -> list[Ranked]:
    """The most played by name; equal ones in the names' order. What has no name has no rank."""
    ranked = nsmallest(most, ((-plays, name) for name, plays in totals.items() if name[0]))
    return [Ranked(*name, -plays) for plays, name in ranked]


def _same_days(by_day: ByDay, today: date) -> list[SameDay]:
    """Newest first."""
    same = [day for day in by_day if (day.month, day.day) == (today.month, today.day) and day.year != today.year]
    newest = sorted(same, reverse=True)[:_SAME_DAYS]
    return [SameDay(day, len(by_day[day]), by_day[day][:_OF_A_SAME_DAY]) for day in newest]
