"""The page: figures and notes as one HTML file that fetches nothing and runs nothing. Pure."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from html import escape

from lib.report import charts, lists, sections
from lib.report.model import Figures
from lib.report.style import STYLE
from lib.report.words import count, day, hours, span
from lib.text import one_line

LARGEST = 400 * 1024
"""Bytes of a page, however long the history: the oldest years lose their calendars, then their most played."""
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
    before = [
        _header(figures),
        _section("The last twelve months", sections.busiest_day(figures), sections.last_twelve_months(figures, at)),
    ]
    after = [
        _section("Days and hours", sections.favourite_hour(figures), sections.week(figures)),
        _section("Month by month", sections.busiest_month(figures), sections.months(figures)),
        _section(f"On {figures.today.day} {figures.today:%B} in other years", "", lists.same_days(figures)),
        _section("The last plays", "", lists.latest(figures.latest)),
    ]
    foot = _footer(figures, notes)
    room = LARGEST - len(_document(f"{''.join(before)}{''.join(after)}{foot}").encode()) - 4096
    most_played = _most_played(figures, room)
    calendars = _section("Year by year", "", sections.years(figures, at, room - len(most_played.encode())))
    return _document(f"<main>{''.join(before)}{calendars}{most_played}{''.join(after)}</main>{foot}")


def _most_played(figures: Figures, room: int) -> str:
    """The most played, also of as many of the newest years as fit into `room` bytes."""
    fitting = ""
    for years in range(len(figures.years) + 1):
        section = _section("Most played", "", lists.most_played(figures, years))
        if fitting and len(section.encode()) > room:
            break
        fitting = section
    return fitting


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
        (hours(figures.music_s), "hours of music", "at most: a skipped track counts in full"),
        (f"{figures.artists:,}", "artists", "several on one track count as one"),
        (f"{figures.first:%b %Y}", "first play", day(figures.first)),
        (count(streak.days, "day"), "longest streak", span(streak.first, streak.last)),
    ]
    divs = "".join(
        f"<div><dt>{label}</dt><dd>{number}</dd>{f'<dd class=note>{note}</dd>' if note else ''}</div>"
        for number, label, note in shown
    )
    return f"<header><h1>Listening history</h1><dl class=figures>{divs}</dl></header>"


def _footer(figures: Figures, notes: Notes) -> str:
    lengths = "Hours are the full lengths of what was played; how long you listened isn’t logged."
    if figures.unmeasured:
        lengths += f" {count(figures.unmeasured, 'play')} without a length add nothing."
    names = "Artists who play together count as one name, because the log doesn’t say where one name ends."
    return f"<footer><p>{lengths} {names}</p>{_made(notes)}</footer>"


def _made(notes: Notes) -> str:
    said = f"Made on {day(notes.made.date())} at {notes.made:%H:%M} from {count(notes.files, 'file')}."
    if notes.skipped:
        said += f" {count(notes.skipped, 'line')} that can’t be read as a play left out."
    if notes.misdated:
        said += f" {count(notes.misdated, 'play')} with an impossible date left out."
    problems = "".join(f"<p>{escape(one_line(problem))}</p>" for problem in notes.problems)
    return f"<p>{said}</p>{problems}"
