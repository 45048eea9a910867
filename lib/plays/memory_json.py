"""The memory as JSON and back, field by field. Pure.

Each `load` raises KeyError, TypeError or ValueError for what `dump` can't have written.
"""

from dataclasses import asdict
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
    lines = [Line(_identity_1(line[0]), _int(line[1]), _int(line[2]), line[3] is True) for line in fields["lines"]]
    current = None
    if fields["seen"]:
        identity, at_ms, progress_ms, state, started_at_ms, until_ms, logged, settled = fields["seen"]
        if logged:
            phases = {"paused": Phase.PAUSED, "recalled": Phase.RECALLED}
            gone_ms = None if state in ("playing", "paused", "recalled") else min(_int(until_ms), fields["checked_ms"])
            current = Current(
                identity=_identity_1(identity),
                started_at_ms=_int(started_at_ms),
                at_ms=_int(at_ms),
                progress_ms=_int_or_none(progress_ms),
                phase=phases.get(state, Phase.PLAYING),
                gone_ms=gone_ms,
                matched=settled is True,
            )
    return Memory(
        current=current,
        lines=tuple(lines),
        entries=tuple((_int(at_ms), str(uri)) for at_ms, uri in fields["records"]),
        checked_ms=_int(fields["checked_ms"]),
        fetched_ms=_int(fields["fetched_ms"]),
    )


def _current(fields: Json) -> Current:
    return Current(
        identity=_identity(fields["identity"]),
        started_at_ms=_int(fields["started_at_ms"]),
        at_ms=_int(fields["at_ms"]),
        progress_ms=_int_or_none(fields["progress_ms"]),
        phase=Phase(fields["phase"]),
        gone_ms=_int_or_none(fields["gone_ms"]),
        matched=fields["matched"] is True,
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
        until_ms=_int(fields["until_ms"]),
        matched=fields["matched"] is True,
    )


def _identity(fields: Json) -> Identity:
    return Identity(uri=str(fields["uri"]), recording=str(fields["recording"]), duration_ms=_int(fields["duration_ms"]))


def _identity_1(fields: list[Any]) -> Identity:
    return Identity(uri=str(fields[0]), recording=str(fields[1]), duration_ms=_int(fields[2]))


def _int_or_none(value: Any) -> int | None:
    return None if value is None else _int(value)


def _int(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(value)
    return value
