"""Which lines of the history are plays, for --follow, --status, --report and --import alike. Pure."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

COLUMNS = 6
EARLIEST = date(2008, 10, 1)
"""Spotify opened that month: an earlier date is a wrong clock's."""


def plays(lines: Iterable[str], today: date) -> dict[str, datetime]:
    """When each play among the lines began, by its line. What isn't a play or has an impossible date is left out."""
    dated = {line: moment(line.partition("\t")[0]) for line in lines if line.count("\t") == COLUMNS - 1}
    return {line: at for line, at in dated.items() if at and is_possible(at, today)}


def moment(started_at: str) -> datetime | None:
    """The time in a line's first column, with its offset; None for anything else."""
    try:
        at = datetime.fromisoformat(started_at)
    except ValueError:
        return None
    return at if at.tzinfo else None


def is_possible(at: datetime, today: date) -> bool:
    """Whether something can have been played then. Where it was played, it may be tomorrow already."""
    return EARLIEST <= at.date() <= today + timedelta(days=1)
