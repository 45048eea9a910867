"""All streams that any import has brought, as a set: so neither the order nor the grouping of imports matters. Pure."""

from collections import Counter
from collections.abc import Iterable

from lib.export.collect import add_name
from lib.export.model import Batch, Names, Stream, named, named_only


def together(batches: Iterable[Batch]) -> Batch:
    """What all of them bring together, in order of time, nothing twice."""
    batches = list(batches)
    whole = Batch([], {}, Counter(), [])
    for batch in batches:
        whole.streams.extend(batch.streams)
        whole.counts.update(batch.counts)
        whole.odd.extend(batch.odd)
        for key, called in batch.names.items():
            add_name(whole.names, key, called)
    hidden = [batch.hidden for batch in batches if batch.hidden]
    return whole._replace(streams=_in_order(whole.streams), hidden=together(hidden) if hidden else None)


def _in_order(streams: list[Stream]) -> list[Stream]:
    streams.sort()
    return [stream for stream, before in zip(streams, [None, *streams], strict=False) if stream != before]


def apart(streams: Iterable[Stream], names: dict[str, Names]) -> tuple[list[Stream], list[Stream]]:
    """The extended export's streams, and those of the short one that the extended one doesn't have.

    A stream of both is recognized by the minute it ended in, give or take one, and by its names or its length. Of two
    streams of the same track that end in the same second, the longer one counts.
    """
    extended: list[Stream] = []
    short: list[Stream] = []
    second = 0
    keys: set[str] = set()
    for stream in streams:
        if stream[0] != second:
            second = stream[0]
            keys.clear()
        if stream[2] not in keys:
            keys.add(stream[2])
            (short if named_only(stream[2]) else extended).append(stream)
    if short:
        known: set[tuple[int, str | int]] = set()
        for ended_s, start_ms, key, *_ in extended:
            known |= {(ended_s // 60, ended_s * 1000 - start_ms), (ended_s // 60, named(names[key]))}
        short = [stream for stream in short if not _known(stream, known)]
    return extended, short


def _known(stream: Stream, known: set[tuple[int, str | int]]) -> bool:
    ended_s, start_ms, key, *_ = stream
    whats = (key, ended_s * 1000 - start_ms)
    return any((ended_s // 60 + more, what) in known for more in (-1, 0, 1) for what in whats)
