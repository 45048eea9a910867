"""All streams that any import has brought, as a set: so neither the order nor the grouping of imports matters. Pure."""

from collections import Counter
from collections.abc import Iterable

from lib.export.collect import add_name
from lib.export.model import Entry, Names, Part, named_only


def together(parts: Iterable[Part]) -> Part:
    """What all parts bring together, in order of time, nothing twice."""
    parts = list(parts)
    whole = Part([], {}, Counter(), [])
    for part in parts:
        whole.entries.extend(part.entries)
        whole.counts.update(part.counts)
        whole.odd.extend(part.odd)
        for key, called in part.names.items():
            add_name(whole.names, key, called)
    hidden = [part.hidden for part in parts if part.hidden]
    return whole._replace(entries=_in_order(whole.entries), hidden=together(hidden) if hidden else None)


def _in_order(entries: list[Entry]) -> list[Entry]:
    entries.sort()
    return [entry for entry, before in zip(entries, [None, *entries], strict=False) if entry != before]


def apart(entries: Iterable[Entry], names: dict[str, Names]) -> tuple[list[Entry], list[Entry]]:
    """The extended export's streams, and those of the short one that the extended one doesn't have.

    A stream of both is recognized by the minute it ended in, give or take one, and by its names or its length. Of two
    streams of the same track that end in the same second, the longer one counts.
    """
    extended: list[Entry] = []
    short: list[Entry] = []
    second = 0
    keys: set[str] = set()
    for entry in entries:
        if entry[0] != second:
            second = entry[0]
            keys.clear()
        if entry[2] not in keys:
            keys.add(entry[2])
            (short if named_only(entry[2]) else extended).append(entry)
    if short:
        known: set[tuple[int, str | int]] = set()
        for ended_s, start_ms, key, *_ in extended:
            known |= {(ended_s // 60, ended_s * 1000 - start_ms), (ended_s // 60, named(names[key]))}
        short = [entry for entry in short if not _known(entry, known)]
    return extended, short


def _known(entry: Entry, known: set[tuple[int, str | int]]) -> bool:
    ended_s, start_ms, key, *_ = entry
    whats = (key, ended_s * 1000 - start_ms)
    return any((ended_s // 60 + more, what) in known for more in (-1, 0, 1) for what in whats)


def named(called: Names) -> str:
    """The key of these names in the short export."""
    title, artists, _ = called
    return f"{artists}\t{title}"
