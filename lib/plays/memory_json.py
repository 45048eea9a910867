"""The memory as JSON and back, field by field. Pure.

Each `load` raises KeyError, TypeError or ValueError for what `dump` can't have written.
"""

from dataclasses import replace

from lib.json_values import Json, array, table, text, whole
from lib.plays.items import Identity
from lib.plays.model import Current, Line, Memory


def dump(memory: Memory) -> dict[str, Json]:
    """The memory as objects and lists of JSON, each field by its name."""
    current = memory.current
    return {
        "current": _dumped(current, line=_dumped_line(current.line)) if current else None,
        "lines": [_dumped_line(line) for line in memory.lines],
        "entries": memory.entries,
        "checked_ms": memory.checked_ms,
        "fetched_ms": memory.fetched_ms,
        "recent_due": memory.recent_due,
    }


def _dumped_line(line: Line) -> dict[str, Json]:
    return _dumped(line, identity=_dumped(line.identity))


def _dumped(value: Current | Line | Identity, **converted: Json) -> dict[str, Json]:
    """The fields of a value, those that JSON doesn't have converted. (`dataclasses.asdict` takes ten times as long.)"""
    return {name: converted[name] if name in converted else getattr(value, name) for name in value.__slots__}


def load(fields: dict[str, Json]) -> Memory:
    """The memory that `dump` wrote."""
    return Memory(
        current=_current(table(fields["current"])) if fields["current"] else None,
        lines=tuple(_line(table(line)) for line in array(fields["lines"])),
        entries=tuple(_entry(array(entry)) for entry in array(fields["entries"])),
        checked_ms=whole(fields["checked_ms"]),
        fetched_ms=whole(fields["fetched_ms"]),
        recent_due=fields["recent_due"] is True,
    )


def load_version_1(fields: dict[str, Json]) -> Memory:
    """The memory that version 1.0 of this program wrote, as far as it's needed to go on from there."""
    return Memory(
        current=_current_1(array(fields["seen"])) if fields["seen"] else None,
        lines=tuple(_line_1(array(line)) for line in array(fields["lines"])),
        entries=tuple(_entry(array(entry)) for entry in array(fields["records"])),
        checked_ms=whole(fields["checked_ms"]),
        fetched_ms=whole(fields["fetched_ms"]),
    )


def _current(fields: dict[str, Json]) -> Current:
    return Current(
        line=_line(table(fields["line"])),
        seen_ms=whole(fields["seen_ms"]),
        progress_ms=whole(fields["progress_ms"]),
        paused=fields["paused"] is True,
        gone_ms=_whole_or_none(fields["gone_ms"]),
        entry_came=fields["entry_came"] is True,
    )


def _line(fields: dict[str, Json]) -> Line:
    return Line(
        identity=_identity(table(fields["identity"])),
        started_at_ms=whole(fields["started_at_ms"]),
        began_ms=whole(fields["began_ms"]),
        heard_ms=whole(fields["heard_ms"]),
        until_ms=whole(fields["until_ms"]),
        again_ms=_whole_or_none(fields["again_ms"]),
        broke_ms=_whole_or_none(fields["broke_ms"]),
        played_at_ms=_whole_or_none(fields["played_at_ms"]),
        logged=fields["logged"] is True,
    )


def _identity(fields: dict[str, Json]) -> Identity:
    return Identity(
        uri=text(fields["uri"]), recording=text(fields["recording"]), duration_ms=whole(fields["duration_ms"])
    )


def _entry(fields: list[Json]) -> tuple[int, str]:
    at_ms, uri = fields
    return whole(at_ms), text(uri)


def _current_1(fields: list[Json]) -> Current:
    """What was last on the player: a play, or an item that was only seen paused."""
    identity, at_ms, progress_ms, state, started_at_ms, until_ms, logged, matched = fields
    line = replace(_line_1([identity, started_at_ms, at_ms, matched]), heard_ms=whole(at_ms), logged=logged is True)
    gone_ms = whole(until_ms) if state in ("gone", "ended", "stale") else None
    ended = state == "ended"
    progress_ms = line.identity.duration_ms if ended else _whole_or_none(progress_ms) or 0
    paused = state == "paused" or not line.logged
    return Current(line, line.heard_ms, progress_ms, paused, gone_ms, entry_came=ended)


def _line_1(fields: list[Json]) -> Line:
    identity, started_at_ms, until_ms, matched = fields
    uri, recording, duration_ms = array(identity)
    return Line(
        identity=Identity(uri=text(uri), recording=text(recording), duration_ms=whole(duration_ms)),
        started_at_ms=whole(started_at_ms),
        began_ms=whole(started_at_ms),
        heard_ms=whole(started_at_ms),
        until_ms=whole(until_ms),
        played_at_ms=whole(until_ms) if matched is True else None,
    )


def _whole_or_none(value: Json) -> int | None:
    return None if value is None else whole(value)
