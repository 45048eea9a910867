"""Lengths of time in milliseconds, times as people write them: `0:20`, `1:00:00`, `-0:20.500`, and time zones."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def ms(text: str) -> int:
    """Minutes and seconds, or hours, minutes and seconds, in milliseconds."""
    parts = [float(part) for part in text.removeprefix("-").split(":")]
    total_ms = round(sum(part * unit for part, unit in zip(reversed(parts), (SECOND, MINUTE, HOUR), strict=False)))
    return -total_ms if text.startswith("-") else total_ms


def shown(time_ms: int) -> str:
    """What `ms` reads: the shortest text."""
    minutes, rest = divmod(abs(time_ms), MINUTE)
    seconds, rest = divmod(rest, SECOND)
    hours, minutes = divmod(minutes, 60)
    text = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
    return ("-" if time_ms < 0 else "") + text + (f".{rest:03}" if rest else "")


@contextmanager
def zone(name: str) -> Iterator[None]:
    """That time zone as the local one."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = name
    time.tzset()
    try:
        yield
    finally:
        os.environ.pop("TZ")
        if before is not None:
            os.environ["TZ"] = before
        time.tzset()
