"""The page: figures and notes as one HTML file that fetches nothing and runs nothing. Pure."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from html import escape

from lib.report import charts, lists
from lib.report.model import Figures, Year
from lib.report.style import STYLE
from lib.report.summarize import months_before
from lib.report.words import WEEKDAYS, count, day, span, table
from lib.text import one_line

LARGEST = 400 * 1024
"""Bytes of a page, however long the history: the oldest years lose their calendars."""
_OPEN = 4
"""Years whose calendars show at once."""
_POLICY = (
    "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; "
    f"style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'"
)
_ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16' fill='%23b2401a'%3E"
    "%3Cpath d='M1 9h3v6H1zM6.500 4h3v11h-3zM12 1h3v14h-3z'/%3E%3C/svg%3E"
)


@dataclass(frozen=True, slots=True)
class Notes:
    """What the foot of the page says of how it was made. `problems`: files that couldn't be read, in words."""

    made: datetime
    files: int
    skipped: int = 0
    misdated: int = 0
    problems: tuple[str, ...] = ()


def page(figures: Figures, notes: Notes) -> str:
    """The whole page."""
    at = charts.steps(figures.days.values())
    parts = [
        _header(figures),
        _section("The last twelve months", _busiest(figures), _last_twelve_months(figures, at)),
        "",  # the years, as many as there is room for
        _section("Most played", "", lists.most_played(figures)),
        _section("Days and hours", _favourite(figures), _week(figures)),
        _section("Month by month", _busiest_month(figures), _months(figures)),
        _section(f"On {figures.today.day} {figures.today:%B} in other years", "", lists.same_days(figures)),
        _section("The last plays", "", lists.latest(figures.latest)),
    ]
    foot = _footer(figures, notes)
    room = LARGEST - len(_document(f"{''.join(parts)}{foot}").encode()) - 1024
    parts[2] = _section("Year by year", "", _years(figures, at, room))
    return _document(f"<main>{''.join(parts)}</main>{foot}")


def empty_page(notes: Notes, log: str) -> str:
    """The page of a history without a play."""
    return _document(
        "<main><header><h1>Listening history</h1></header><section><h2>Nothing has been played yet</h2>"
        f"<p class=lead>There is no play in <code>{escape(one_line(log))}</code>.</p>"
        "<p>The page fills as soon as the job has logged something: run <code>bootstrap_token.py</code> once, let cron "
        "run <code>nowplaying_job.py</code> every minute, play some music, and make this page again with "
        "<code>nowplaying_job.py --report</code>.</p></section></main>"
        f"<footer>{_made(notes)}</footer>"
    )


def _document(body: str) -> str:
    return (
        "<!doctype html><html lang=en><head><meta charset=utf-8>"
        f'<meta http-equiv=Content-Security-Policy content="{_POLICY}">'
        "<meta name=viewport content='width=device-width,initial-scale=1'><meta name=color-scheme content='light dark'>"
        f'<title>Listening history</title><link rel=icon href="{_ICON}"><style>{STYLE}</style></head>'
        f"<body>{body}</body></html>\n"
    )


def _section(heading: str, lead: str, content: str) -> str:
    said = f"<p class=lead>{lead}</p>" if lead else ""
    return f"<section><h2>{heading}</h2>{said}{content}</section>"


def _header(figures: Figures) -> str:
    streak = figures.streak
    shown = [
        (f"{figures.plays:,}", "plays" if figures.plays != 1 else "play", ""),
        (f"{figures.music_s // 3600:,}", "hours of music", "at most: a skipped track counts in full"),
        (f"{figures.artists:,}", "artists", "several on one track count as one"),
        (f"{figures.first:%b %Y}", "first play", day(figures.first)),
        (count(streak.days, "day"), "longest streak", span(streak.first, streak.last)),
    ]
    divs = "".join(
        f"<div><dt>{label}</dt><dd>{number}</dd>{f'<dd class=note>{note}</dd>' if note else ''}</div>"
        for number, label, note in shown
    )
    return f"<header><h1>Listening history</h1><dl class=figures>{divs}</dl></header>"


def _busiest(figures: Figures) -> str:
    since = figures.twelve_months.since
    days = {of: plays for of, plays in figures.days.items() if of >= since}
    if not days:
        return f"No play since {day(since)}."
    busiest = max(days, key=lambda of: (days[of], of))
    plays = count(figures.twelve_months.plays, "play")
    return f"{plays} on {count(len(days), 'day')}. The busiest day was {day(busiest)}, with {days[busiest]:,}."


def _last_twelve_months(figures: Figures, at: charts.Steps) -> str:
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


def _years(figures: Figures, at: charts.Steps, room: int) -> str:
    """The newest years that there is room for, each with its calendar; the others as numbers."""
    shown = []
    for year in figures.years:
        shown.append(_year(year, figures.days, figures.twelve_months.until, at))
        room -= len(shown[-1])
        if room < 0:
            shown.pop()
            break
    rows = [(str(one.year), f"{one.plays:,}", f"{one.music_s // 3600:,}", f"{one.artists:,}") for one in figures.years]
    numbers = table("The numbers by year", ("Year", "Plays", "Hours of music", "Artists"), rows)
    earlier = "".join(shown[_OPEN:])
    if earlier:
        earlier = f"<details><summary>Earlier years</summary><div class=years>{earlier}</div></details>"
    return f"<div class=years>{''.join(shown[:_OPEN])}</div>{earlier}{numbers}"


def _year(year: Year, days: Mapping[date, int], until: date, at: charts.Steps) -> str:
    months = [date(year.year, month, 1) for month in range(1, 13)]
    halves = "".join(charts.calendar(half, days, until, at, hover=False) for half in (months[:6], months[6:]))
    hours = f"{count(year.music_s // 3600, 'hour')} of music"
    said = f"{count(year.plays, 'play')}, {hours}, {count(year.artists, 'artist')}"
    numbers = _by_day(f"The numbers of {year.year} by day", months, days)
    return f"<div class=year><h3>{year.year}</h3><p>{said}</p><div class=blocks>{halves}</div>{numbers}</div>"


def _favourite(figures: Figures) -> str:
    (weekday, hour), plays = max(figures.hours.items(), key=lambda item: (item[1], item[0]))
    when = f"on {WEEKDAYS[weekday]}s between {hour}:00 and {hour + 1}:00"
    return f"Most often {when}: {count(plays, 'play')}. The clock is that of the place where you listened."


def _week(figures: Figures) -> str:
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


def _busiest_month(figures: Figures) -> str:
    busiest = max(figures.months, key=lambda month: (month.plays, month.first))
    return f"The busiest month was {busiest.first:%B %Y}, with {count(busiest.plays, 'play')}."


def _months(figures: Figures) -> str:
    plays = charts.bars("Plays by month", "play", [(month.first, month.plays) for month in figures.months])
    new = [(month.first, month.new_artists) for month in figures.months]
    artists = charts.bars("New artists by month", "new artist", new)
    rows = [(f"{one.first:%b %Y}", f"{one.plays:,}", f"{one.new_artists:,}") for one in reversed(figures.months)]
    numbers = table("The numbers by month", ("Month", "Plays", "New artists"), rows)
    return f"<h3>Plays</h3>{plays}<h3>New artists</h3>{artists}{numbers}"


def _footer(figures: Figures, notes: Notes) -> str:
    hours = "Hours are the full lengths of what was played; how long you listened isn’t logged."
    if figures.unmeasured:
        hours += f" {count(figures.unmeasured, 'play')} without a length add nothing."
    names = "Artists who play together count as one name, because the log doesn’t say where one name ends."
    return f"<footer><p>{hours} {names}</p>{_made(notes)}</footer>"


def _made(notes: Notes) -> str:
    said = f"Made on {day(notes.made.date())} at {notes.made:%H:%M} from {count(notes.files, 'file')}."
    if notes.skipped:
        said += f" {count(notes.skipped, 'line')} that can’t be read as a play left out."
    if notes.misdated:
        said += f" {count(notes.misdated, 'play')} with an impossible date left out."
    problems = "".join(f"<p>{escape(one_line(problem))}</p>" for problem in notes.problems)
    return f"<p>{said}</p>{problems}"
