"""When an authorization ends, and when to remind of it. Pure.

Spotify ends every authorization six months after the consent, in force for all apps since 2026-07-20;
refreshing does not extend it (SPOTIFY's "Introducing refresh token expiration", 2026-06-18).
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
    day = end.astimezone().strftime("%-d %B %Y")
    if now < end:
        days = (end - now).days
        left = "in less than a day" if days == 0 else "in 1 day" if days == 1 else f"in {days} days"
        return f"Spotify's authorization ends {left}, on {day}. Two minutes renew it for six months: {{bootstrap}}"
    return f"Spotify's authorization ended on {day} and may stop working at any moment. Renew it now: {{bootstrap}}"
