"""The page's sections with drawings, each with its numbers as a table. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date

from lib.report import charts
from lib.report.model import Figures, Year
from lib.report.summarize import months_before
from lib.report.words import WEEKDAYS, count, day, hours, table

_OPEN = 4
"""Years whose calendars show at once."""


def busiest_day(figures: Figures) -> str:
    """How much was played in the last twelve months, in words."""
    since = figures.twelve_months.since
    days = {of: plays for of, plays in figures.days.items() if of >= since}
    if not days:
        return f"No play since {day(since)}."
    busiest = max(days, key=lambda of: (days[of], of))
    plays = count(figures.twelve_months.plays, "play")
    return f"{plays} on {count(len(days), 'day')}. The busiest day was {day(busiest)}, with {days[busiest]:,}."


def last_twelve_months(figures: Figures, at: charts.Steps) -> str:
    """A calendar of four quarters, the last one ending with this month."""
    months = [months_before(figures.today, back) for back in range(11, -1, -1)]
    quarters = (months[nth : nth + 3] for nth in range(0, 12, 3))
    until = figures.twelve_months.until
    blocks = "".join(charts.calendar(quarter, figures.days, until, at, hover=True) for quarter in quarters)
    numbers = _by_day("The numbers by day", months, figures.days)
    return f"<div class='blocks quarters'>{blocks}</div>{charts.legend(at)}{numbers}"


def _by_day(caption: str, months: Sequence[date], days: Mapping[date, int]) -> str:
    """A row for each day of the month, a column for each month."""
    plays = {(of.day, of.year, of.month): number for of, number in days.items()}
    rows = [
        (str(number), *(str(plays.get((number, month.year, month.month), "")) for month in months))
        for number in range(1, 32)
    ]
    head = ("<span class=hidden>Day</span>", *(f"{month:%b}" for month in months))
    return f"<div class=wide>{table(caption, head, rows)}</div>"


def years(figures: Figures, at: charts.Steps, room: int) -> str:
    """The newest years that fit into `room` bytes, each with its calendar; all years as numbers."""
    shown = []
    for year in figures.years:
        shown.append(_year(year, figures.days, figures.twelve_months.until, at))
        room -= len(shown[-1])
        if room < 0:
            shown.pop()
            break
    rows = [(str(one.year), f"{one.plays:,}", hours(one.music_s), f"{one.artists:,}") for one in figures.years]
    numbers = table("The numbers by year", ("Year", "Plays", "Hours of music", "Artists"), rows)
    earlier = "".join(shown[_OPEN:])
    if earlier:
        earlier = f"<details><summary>Earlier years</summary><div class=years>{earlier}</div></details>"
    return f"<div class=years>{''.join(shown[:_OPEN])}</div>{earlier}{numbers}"


def _year(year: Year, days: Mapping[date, int], until: date, at: charts.Steps) -> str:
    months = [date(year.year, month, 1) for month in range(1, 13)]
    halves = "".join(charts.calendar(half, days, until, at, hover=False) for half in (months[:6], months[6:]))
    said = f"{count(year.plays, 'play')}, {hours(year.music_s)} hours of music, {count(year.artists, 'artist')}"
    numbers = _by_day(f"The numbers of {year.year} by day", months, days)
    return f"<div class=year><h3>{year.year}</h3><p>{said}</p><div class=blocks>{halves}</div>{numbers}</div>"


def favourite_hour(figures: Figures) -> str:
    """When most was played, in words."""
    (weekday, hour), plays = max(figures.hours.items(), key=lambda item: (item[1], item[0]))
    when = f"on {WEEKDAYS[weekday]}s between {hour}:00 and {hour + 1}:00"
    return f"Most often {when}: {count(plays, 'play')}. The clock is that of the place where you listened."


def week(figures: Figures) -> str:
    """Hour of the day by day of the week."""
    names = "".join(f"<li>{weekday[:3]}" for weekday in WEEKDAYS)
    clock = "".join(f"<span>{hour}</span>" for hour in (0, 6, 12, 18, 24))
    rows = [
        (f"{hour}:00", *(f"{figures.hours.get((weekday, hour), 0):,}" for weekday in range(7))) for hour in range(24)
    ]
    head = ("<span class=hidden>Hour</span>", *(weekday[:3] for weekday in WEEKDAYS))
    numbers = table("The numbers by hour", head, rows)
    return (
        f"<div class=heat><ol aria-hidden=true>{names}</ol>{charts.week(figures.hours)}"
        f"<div class=clock aria-hidden=true>{clock}</div></div><div class=wide>{numbers}</div>"
    )


def busiest_month(figures: Figures) -> str:
    """The month with the most plays, in words."""
    busiest = max(figures.months, key=lambda month: (month.plays, month.first))
    return f"The busiest month was {busiest.first:%B %Y}, with {count(busiest.plays, 'play')}."


def months(figures: Figures) -> str:
    """Plays and new artists, a bar for each month."""
    plays = charts.bars("Plays by month", "play", [(month.first, month.plays) for month in figures.months])
    new = [(month.first, month.new_artists) for month in figures.months]
    artists = charts.bars("New artists by month", "new artist", new)
    rows = [(f"{one.first:%b %Y}", f"{one.plays:,}", f"{one.new_artists:,}") for one in reversed(figures.months)]
    numbers = table("The numbers by month", ("Month", "Plays", "New artists"), rows)
    return f"<h3>Plays</h3>{plays}<h3>New artists</h3>{artists}{numbers}"
