"""When an authorization ends, and when to remind of it. Pure.

An authorization ends six months after the consent, and a refresh doesn't extend it (Spotify: "Introducing refresh
token expiration", in force for all apps since 2026-07-20).
"""

from calendar import monthrange
from datetime import MAXYEAR, datetime, timedelta

MONTHS = 6
REMIND_BEFORE = timedelta(days=14)


def expires_at(authorized_at: datetime) -> datetime:
    """Six calendar months after the consent, at the same time of day; 31 August ends on the last of February.

    A date at the end of the calendar, which only a damaged file has, gets one that it can still show.
    """
    month = authorized_at.month - 1 + MONTHS
    year, month = min(authorized_at.year + month // 12, MAXYEAR), month % 12 + 1
    return authorized_at.replace(year=year, month=month, day=min(authorized_at.day, monthrange(year, month)[1]))


def reminder(authorized_at: datetime | None, now: datetime) -> str | None:
    """One line from 14 days before the end, which the bootstrap command is to follow; None until then."""
    if authorized_at is None or now < (end := expires_at(authorized_at)) - REMIND_BEFORE:
        return None
    if now < end:
        return f"Spotify's authorization ends {time_left(end, now)}, on {day_of(end)}. To renew it for six months, run:"
    return f"Spotify's authorization ended on {day_of(end)} and can stop working at any moment. To renew it, run:"


def why_rejected(authorized_at: datetime | None, rejected_at: datetime, *, rotates: bool) -> str:
    """Since when Spotify refuses the token, and the likely reason.

    `rotates`: each refresh replaced the token, so that the newest may have been lost on its way here.
    """
    since = f"Spotify has refused the saved token since {rejected_at.astimezone():%-d %B %Y, %H:%M}"
    if authorized_at is None:
        return f"{since}: its six months are over, or it was revoked."
    end = expires_at(authorized_at)
    if rejected_at >= end - timedelta(days=1):
        return f"{since}: its six months ended on {day_of(end)}."
    why = "it was revoked, or the answer to its last refresh got lost" if rotates else "it was revoked"
    return f"{since}: {why}."


def time_left(end: datetime, now: datetime) -> str:
    """today, tomorrow or in 9 days, by the local calendar."""
    days = (end.astimezone().date() - now.astimezone().date()).days
    return "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"


def day_of(moment: datetime) -> str:
    """23 May 2027, by the local calendar."""
    return moment.astimezone().strftime("%-d %B %Y")
