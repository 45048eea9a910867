"""When an authorization ends, and when to remind of it. Pure.

Spotify ends every authorization six months after the consent, in force for all apps since 2026-07-20;
refreshing does not extend it (Spotify's "Introducing refresh token expiration", 2026-06-18).
"""

from calendar import monthrange
from datetime import datetime, timedelta

MONTHS = 6
REMIND_BEFORE = timedelta(days=14)


def expires_at(authorized_at: datetime) -> datetime:
    """Six calendar months after the consent, at the same time of day; 31 August ends on the last of February."""
    month = authorized_at.month - 1 + MONTHS
    year, month = authorized_at.year + month // 12, month % 12 + 1
    return authorized_at.replace(year=year, month=month, day=min(authorized_at.day, monthrange(year, month)[1]))


def reminder(authorized_at: datetime | None, now: datetime) -> str | None:
    """One line for a person from 14 days before the end, with `{bootstrap}` in it; None until then."""
    if authorized_at is None or now < (end := expires_at(authorized_at)) - REMIND_BEFORE:
        return None
    day = day_of(end)
    if now < end:
        left = time_left(end, now)
        return f"Spotify's authorization ends {left}, on {day}. Two minutes renew it for six months: {{bootstrap}}"
    return f"Spotify's authorization ended on {day} and may stop working at any moment. Renew it now: {{bootstrap}}"


def why_rejected(authorized_at: datetime | None, rejected_at: datetime, *, rotates: bool) -> str:
    """In words for a person: since when Spotify takes the token no more, and for what reason as far as one can tell.

    `rotates`: the token was replaced at each renewal, and so may have been lost with an answer.
    """
    since = f"Spotify has not taken the saved token since {rejected_at.astimezone():%-d %B %Y, %H:%M}"
    if authorized_at is None:
        return f"{since}: its six months are over, or it was revoked."
    end = expires_at(authorized_at)
    if rejected_at >= end - timedelta(days=1):
        return f"{since}: its six months ended on {day_of(end)}."
    lost = "it was revoked, or the answer to its last renewal got lost on the way"
    return f"{since}: {lost if rotates else 'it was revoked'}."


def time_left(end: datetime, now: datetime) -> str:
    """today, tomorrow or in 9 days, by the local calendar."""
    days = (end.astimezone().date() - now.astimezone().date()).days
    return "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"


def day_of(moment: datetime) -> str:
    """23 May 2027, by the local calendar."""
    return moment.astimezone().strftime("%-d %B %Y")
