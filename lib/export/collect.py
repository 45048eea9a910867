"""Streams → what is kept of them. The files are read two at a time, since reading JSON is most of the work."""

import signal
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from multiprocessing import Pool, cpu_count

from lib.export.archive import Member
from lib.export.model import Entry, Names, Part
from lib.export.read import Row, rows
from lib.text import one_line

_FIRST_MS = int(datetime(2006, 4, 1, tzinfo=UTC).timestamp()) * 1000
"""Spotify was founded then: nothing was played before."""
_PROCESSES = 2
"""More would hold more files in memory at once, and wait for the one that puts it all together."""
_WORTH_IT = 4 << 20
"""Bytes from which on starting processes takes less time than it saves."""


@contextmanager
def parts(members: Sequence[Member], now_s: int, *, private: bool) -> Iterator[Iterable[Part]]:
    """What each file brings, in their order. Raises as `rows` does, while it's iterated."""
    read = partial(part, now_s=now_s, private=private)
    pool = None
    if cpu_count() > 1 and sum(member.size for member in members) >= _WORTH_IT:
        with suppress(OSError):  # a machine without shared memory for their locks
            pool = Pool(_PROCESSES, signal.signal, (signal.SIGINT, signal.SIG_IGN))  # Ctrl-C is the parent's
    if pool is None:
        yield map(read, members)
    else:
        with pool:
            yield pool.imap(read, members)


def part(member: Member, now_s: int, *, private: bool) -> Part:
    """What one file brings: private sessions only if `private`, nothing that ends after `now_s`."""
    odd: list[str] = []
    found = collect(rows(member, odd.append), now_s, private=private)
    return found._replace(odd=odd)


def collect(streams: Iterable[Row], now_s: int, *, private: bool) -> Part:
    """The streams that are kept, their names fit for one line; and how many aren't."""
    entries: list[Entry] = []
    hidden: list[Entry] = []
    counts: Counter[str] = Counter()
    names: dict[str, Names] = {}
    keys: dict[tuple[str, str, str, str], str] = {}
    for uri, title, artists, album, ended_s, played_ms, start, end, in_private in streams:
        start_ms = ended_s * 1000 - played_ms
        if not played_ms:
            counts["silent"] += 1
        elif ended_s > now_s or start_ms < _FIRST_MS:
            counts["impossible"] += 1
        elif not (key := keys.get((uri, title, artists, album)) or _named(names, keys, uri, title, artists, album)):
            counts["nameless"] += 1
        elif in_private and not private:
            counts["private"] += 1
            hidden.append((ended_s, start_ms, key, start, end))
        else:
            entries.append((ended_s, start_ms, key, start, end))
    counts["streams"] = counts.total() + len(entries)
    return Part(entries, names, hidden, counts, [])


def _named(
    names: dict[str, Names], keys: dict[tuple[str, str, str, str], str], uri: str, title: str, artists: str, album: str
) -> str:
    """The key of what is met for the first time under these names; empty when nothing tells what it is."""
    as_it_came = uri, title, artists, album
    title, artists = one_line(title), one_line(artists)
    key = one_line(uri) or (f"{artists}\t{title}" if title else "")
    if key:
        add_name(names, key, (title, artists, one_line(album)))
        keys[as_it_came] = key
    return key


def add_name(names: dict[str, Names], key: str, called: Names) -> None:
    """Keeps one of several names, always the same one; a track that Spotify has lost has none in later exports."""
    names[key] = max(called, names.get(key, called))
