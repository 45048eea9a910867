"""The memory as JSON and back, field by field. Pure.

Each `load` raises KeyError, TypeError or ValueError for what `dump` can't have written.
"""

from dataclasses import asdict, replace
from typing import Any

from lib.plays.items import Identity
from lib.plays.model import Current, Line, Memory, Phase, Waiting

Json = dict[str, Any]


def dump(memory: Memory) -> Json:
    """The memory as objects and lists of JSON, each field by its name."""
    fields = asdict(memory)
    if memory.current:
        fields["current"]["phase"] = memory.current.phase.value
    return fields


def load(fields: Json) -> Memory:
    """The memory that `dump` wrote."""
    return Memory(
        current=_current(fields["current"]) if fields["current"] else None,
        waiting=_waiting(fields["waiting"]) if fields["waiting"] else None,
        lines=tuple(_line(line) for line in fields["lines"]),
        entries=tuple((_int(at_ms), str(uri)) for at_ms, uri in fields["entries"]),
        checked_ms=_int(fields["checked_ms"]),
        fetched_ms=_int(fields["fetched_ms"]),
        recent_due=fields["recent_due"] is True,
    )


def load_version_1(fields: Json) -> Memory:
    """The memory that version 1.0 of this program wrote, as far as it's needed to go on from there."""
    lines = [_line_1(line[0], line[1], line[2], line[3]) for line in fields["lines"]]
    current = None
    if fields["seen"]:
        identity, at_ms, progress_ms, state, started_at_ms, until_ms, logged, matched = fields["seen"]
        gone = state not in ("playing", "paused", "recalled")
        phases = {"paused": Phase.PAUSED, "recalled": Phase.RECALLED}
        line = replace(_line_1(identity, started_at_ms, at_ms, matched), seen_ms=_int(at_ms))
        line = replace(line, began_ms=_int(at_ms) - (progress_ms or 0))
        if logged:
            gone_ms = min(_int(until_ms), _int(fields["checked_ms"])) if gone else None
            current = Current(line, _int_or_none(progress_ms), phases.get(state, Phase.PLAYING), gone_ms)
    return Memory(
        current=current,
        lines=tuple(lines),
        entries=tuple((_int(at_ms), str(uri)) for at_ms, uri in fields["records"]),
        checked_ms=_int(fields["checked_ms"]),
        fetched_ms=_int(fields["fetched_ms"]),
    )


def _line_1(identity: Any, started_at_ms: Any, until_ms: Any, matched: Any) -> Line:
    return Line(
        identity=Identity(uri=str(identity[0]), recording=str(identity[1]), duration_ms=_int(identity[2])),
        started_at_ms=_int(started_at_ms),
        began_ms=_int(started_at_ms),
        seen_ms=_int(started_at_ms),
        until_ms=_int(until_ms),
        matched=matched is True,
    )


def _current(fields: Json) -> Current:
    return Current(
        line=_line(fields["line"]),
        progress_ms=_int_or_none(fields["progress_ms"]),
        phase=Phase(fields["phase"]),
        gone_ms=_int_or_none(fields["gone_ms"]),
    )


def _waiting(fields: Json) -> Waiting:
    return Waiting(
        identity=_identity(fields["identity"]),
        started_at_ms=_int(fields["started_at_ms"]),
        at_ms=_int(fields["at_ms"]),
        progress_ms=_int(fields["progress_ms"]),
    )


def _line(fields: Json) -> Line:
    return Line(
        identity=_identity(fields["identity"]),
        started_at_ms=_int(fields["started_at_ms"]),
        began_ms=_int(fields["began_ms"]),
        seen_ms=_int(fields["seen_ms"]),
        until_ms=_int(fields["until_ms"]),
        went_back=fields["went_back"] is True,
        matched=fields["matched"] is True,
    )


def _identity(fields: Json) -> Identity:
    return Identity(uri=str(fields["uri"]), recording=str(fields["recording"]), duration_ms=_int(fields["duration_ms"]))


def _int_or_none(value: Any) -> int | None:
    return None if value is None else _int(value)


def _int(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(value)
    return value
