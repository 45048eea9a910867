"""Which lines of the history are plays, for --follow, --status, --report and --import alike. Pure."""

from datetime import date, datetime, timedelta

COLUMNS = 6
EARLIEST = date(2008, 10, 1)
"""Spotify opened that month: an earlier date is a wrong clock's."""


def began(line: str, today: date) -> datetime | None:
    """When the play on this line began; None if the line isn't a play, or has an impossible date."""
    at = moment(line.partition("\t")[0]) if line.count("\t") == COLUMNS - 1 else None
    return at if at and is_possible(at, today) else None


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
