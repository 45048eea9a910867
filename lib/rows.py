"""Plays as rows of a terminal: columns that line up in every script, and names that can't disturb their neighbors."""

from collections.abc import Mapping
from datetime import datetime
from unicodedata import bidirectional, category, east_asian_width, normalize

from lib.text import one_line

_WITH_ALBUM = 80
"""From this width on, the album is shown."""
_WIDEST = 132
"""A longer row is hard to read from end to end."""
_TIME, _LENGTH, _GAP = 5, 7, 2
_ISOLATE, _END = "\u2068", "\u2069"


def heading(started_at: datetime) -> str:
    """The day above its plays: Monday 23 November 2026."""
    return f"{started_at:%A %-d %B %Y}"


def row(started_at: datetime, play: Mapping[str, str], width: int) -> str:
    """A line of the log, by its columns' names, for a terminal of `width` columns: it's never wider than that.

    The time is the line's own local time. Names are cut where they don't fit; a narrow terminal shows no album, and the
    narrowest nothing but the time.
    """
    shares = {"artists": 3, "title": 4, "album": 3} if width >= _WITH_ALBUM else {"artists": 2, "title": 3}
    room = min(width, _WIDEST) - _TIME - _LENGTH - _GAP * (len(shares) + 1)
    if room < 0:
        return f"{started_at:%H:%M}"[:width]
    names = [fit(play[name], room * share // sum(shares.values())) for name, share in shares.items()]
    return (" " * _GAP).join([f"{started_at:%H:%M}", *names, f"{fit(play['length'], _LENGTH).strip():>{_LENGTH}}"])


def fit(text: str, columns: int) -> str:
    """The text in just so many columns, cut with … or filled up with blanks.

    Text that runs from right to left is isolated, so that it doesn't reorder what stands beside it.
    """
    text = normalize("NFC", one_line(text))
    if display_width(text) > columns:
        text = _beginning(text, columns - 1) + "…"[:columns]
    blanks = " " * (columns - display_width(text))
    if any(bidirectional(char) in ("R", "AL", "AN") for char in text):
        text = f"{_ISOLATE}{text}{_END}"
    return text + blanks


def display_width(text: str) -> int:
    """How many columns a terminal gives the text."""
    return sum(map(_columns, text))


def _columns(char: str) -> int:
    if category(char) in ("Mn", "Me", "Cf"):  # accents, variation selectors, joiners
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def _beginning(text: str, columns: int) -> str:
    kept = ""
    for char in text:
        columns -= _columns(char)
        if columns < 0:
            break
        kept += char
    return kept.rstrip(" \u200d")
