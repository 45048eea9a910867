"""Numbers, dates and names as the page writes them. Pure."""

from collections.abc import Sequence
from datetime import date
from html import escape

from lib.text import one_line

_LONGEST = 80
"""Letters of a name: no more fit."""
_LARGEST = 240
"""Bytes of a name in the page, which has a size to keep: & is five, an emoji four."""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def name(text: str) -> str:
    """A name from the log as HTML: it runs nothing, turns no other text round, and ends somewhere."""
    text = one_line(text).strip()
    kept = text if len(text) <= _LONGEST else text[: _LONGEST - 1]
    while len(escape(kept, quote=False).encode()) > _LARGEST:
        kept = kept[:-1]
    return f"<bdi>{escape(kept, quote=False) or '(no name)'}{'…' if kept != text else ''}</bdi>"


def count(number: int, noun: str) -> str:
    """1 play, 1,204 plays."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def hours(seconds: int) -> str:
    """772, and 0.2 when it's few."""
    return f"{seconds // 3600:,}" if seconds >= 36_000 else f"{seconds / 3600:.1f}"


def day(of: date) -> str:
    """3 December 2023."""
    return f"{of.day} {of:%B} {of.year}"


def span(first: date, last: date) -> str:
    """From day to day, without saying a month or a year twice."""
    if first == last:
        return day(first)
    if first.year != last.year:
        return f"{day(first)} to {day(last)}"
    if first.month != last.month:
        return f"{first.day} {first:%B} to {day(last)}"
    return f"{first.day} to {day(last)}"


def table(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A chart's numbers, closed until they are asked for; the first of each row names it."""
    top = "".join(f"<th scope=col>{cell}" for cell in head)
    body = "".join(f"<tr><th scope=row>{first}<td>{'<td>'.join(cells)}" for first, *cells in rows)
    return (
        f"<details><summary>{caption}</summary><table><thead><tr>{top}</thead><tbody>{body}</tbody></table></details>"
    )
