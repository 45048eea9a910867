"""JSON from elsewhere: its shape is nobody's promise, so each value is taken by the type it should have."""

import json
from collections.abc import Mapping, Sequence

Json = Mapping[str, "Json"] | Sequence["Json"] | str | int | float | bool | None
LATEST_MS = 1 << 45
"""A thousand years from now: a larger number is no time."""


def parse(content: str | bytes) -> Json:
    """The JSON in `content`. Raises ValueError."""
    try:
        parsed: Json = json.loads(content)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return parsed


def table(value: Json) -> dict[str, Json]:
    """The object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def array(value: Json) -> list[Json]:
    """The array; an empty one for anything else."""
    return value if isinstance(value, list) else []


def text(value: Json) -> str:
    """The string; empty for anything else."""
    return value if isinstance(value, str) else ""


def number(value: Json) -> int | None:
    """A time in ms, or another number from 0 to LATEST_MS; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < LATEST_MS:
        return None
    return int(value)


def time_ms(value: Json) -> int:
    """A time in ms. Raises ValueError for anything else."""
    if (found := number(value)) is None:
        raise ValueError(value)
    return found


def whole(value: Json) -> int:
    """An integer. Raises TypeError for anything else."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(value)
    return value
