"""The drawings: SVG that takes its size and its colours from the page's style. Pure.

Each says in its label what it shows; the page has its numbers beside it.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from lib.report.words import WEEKDAYS, count, day

Steps = tuple[int, ...]
"""The most plays of a day of the first, second, … shade; more plays have the last shade."""
_MONTH_WIDTH = 7
"""Columns of a month: six weeks at the most, and a gap."""


def steps(days: Iterable[int]) -> Steps:
    """Shades for these numbers of plays, one of which at least isn't 0: about as many days have each, at least one."""
    played = sorted(plays for plays in days if plays)
    return tuple(sorted({played[(len(played) - 1) * quarter // 4] for quarter in (1, 2, 3)} - {played[-1]}))


def shade(plays: int, at: Steps) -> int:
    """0 for none, then 1 to 4."""
    return 1 + bisect_left(at, plays) if plays else 0


def legend(at: Steps) -> str:
    """The shades with what they stand for."""
    lows = [1, *(step + 1 for step in at)]
    ranges = [str(low) if low == high else f"{low}–{high}" for low, high in zip(lows, at, strict=False)]
    words = ["none", *ranges, f"{lows[-1]} or more"]
    keys = "".join(f"<li><svg class=s{number}><rect/></svg>{text}" for number, text in enumerate(words))
    return f"<ul class=legend aria-label='Plays a day'>{keys}</ul>"


def calendar(months: Sequence[date], days: Mapping[date, int], until: date, at: Steps, *, hover: bool) -> str:
    """Months side by side: a column for each week, a square for each day until `until`; Monday is on top.

    hover: whether each day says what it is under the mouse, which takes ten times the room.
    """
    squares = [square for nth, month in enumerate(months) for square in _squares(nth * _MONTH_WIDTH, month, until)]
    draw = _one_by_one if hover else _by_shade
    label = f"Calendar, {months[0]:%B %Y} to {months[-1]:%B %Y}"
    names = "".join(f"<span>{month:%b}</span>" for month in months)
    drawn = "".join(draw(squares, days, at))
    width = len(months) * _MONTH_WIDTH
    return (
        f"<div class=block><div class=months aria-hidden=true>{names}</div>"
        f"<svg role=img aria-label='{label}' viewBox='0 -.5 {width} 7'>{drawn}</svg></div>"
    )


_Square = tuple[int, int, date]
"""Column, row, day."""


def _squares(left: int, month: date, until: date) -> Iterator[_Square]:
    of = month
    while of.month == month.month and of <= until:
        yield left + (month.weekday() + of.day - 1) // 7, of.weekday(), of
        of += timedelta(days=1)


def _one_by_one(squares: list[_Square], days: Mapping[date, int], at: Steps) -> Iterator[str]:
    for x, y, of in squares:
        plays = days.get(of, 0)
        title = f"{WEEKDAYS[y]}, {day(of)}: {count(plays, 'play')}"
        yield f"<path class=s{shade(plays, at)} d='M{x} {y}h.84'><title>{title}</title></path>"


def _by_shade(squares: list[_Square], days: Mapping[date, int], at: Steps) -> Iterator[str]:
    paths: dict[int, str] = {}
    for x, y, of in squares:
        found = shade(days.get(of, 0), at)
        paths[found] = f"{paths.get(found, '')}M{x} {y}h.84"
    return (f"<path class=s{found} d='{path}'/>" for found, path in sorted(paths.items()))


def week(hours: Mapping[tuple[int, int], int]) -> str:
    """Hours of the day from left to right, days of the week from Monday on top."""
    most = max(hours.values())
    cells = []
    for weekday, called in enumerate(WEEKDAYS):
        for hour in range(24):
            plays = hours.get((weekday, hour), 0)
            title = f"{called}, {hour}:00 to {hour + 1}:00: {count(plays, 'play')}"
            full = f" fill-opacity={0.2 + 0.8 * plays / most:.2f}" if plays else " class=none"
            cells.append(f"<rect x={hour} y={weekday} width=.93 height=.9{full}><title>{title}</title></rect>")
    drawn = "".join(cells)
    return (
        "<svg role=img aria-label='Plays by hour and weekday' viewBox='0 0 24 7' preserveAspectRatio=none>"
        f"{drawn}</svg>"
    )


_SLOTS = 24
"""Fewer months are drawn as wide as if they were so many."""
_LABELS = 8
"""Years named below the bars, at the most: so many fit on a phone."""


def bars(label: str, noun: str, months: Sequence[tuple[date, int]]) -> str:
    """A bar for each month."""
    slots, most = max(len(months), _SLOTS), max(number for _, number in months) or 1
    drawn = []
    for x, (month, number) in enumerate(months):
        height = 100 * number / most
        title = f"<title>{month:%B %Y}: {count(number, noun)}</title>"
        drawn.append(f"<rect x={x} y={100 - height:.4g} width=.8 height={height:.4g}>{title}</rect>")
    januaries = [(x, month.year) for x, (month, _) in enumerate(months) if month.month == 1 or x == 0]
    if len(januaries) > 1 and januaries[1][0] < slots / 12:
        januaries.pop(0)  # too near the next one
    shown = januaries[:: -(-len(januaries) // _LABELS)]
    years = "".join(f"<text x={100 * x / slots:.3g}% y=12>{year}</text>" for x, year in shown)
    return (
        f"<svg class=bars role=img aria-label='{label}' viewBox='0 0 {slots} 100' preserveAspectRatio=none>"
        f"{''.join(drawn)}</svg><svg class=axis aria-hidden=true>{years}</svg>"
    )


def bar(share: float) -> str:
    """How much of the longest bar."""
    return f"<svg class=bar aria-hidden=true><rect width={100 * share:.3g}% /></svg>"
