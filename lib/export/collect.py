"""Streams → what is kept of them. Two processes read the files, since reading JSON is most of the work."""

import signal
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from errno import ENOMEM
from functools import partial
from multiprocessing import Pipe, Process, cpu_count
from multiprocessing.connection import Connection

from lib.export.archive import Member
from lib.export.model import Batch, Names, Stream
from lib.export.read import Row, rows

_FIRST_MS = int(datetime(2006, 4, 1, tzinfo=UTC).timestamp()) * 1000
"""Spotify was founded then: nothing was played before."""
_WORTH_IT = 4 << 20
"""Bytes from which on starting a process takes less time than it saves."""
MOST_NAMED = 100
"""Odd objects of one file that are named; all of them are counted."""
_HELPERS = 2
_DIED = "A process that reads the files died; is there enough memory?"


@contextmanager
def batches(members: Sequence[Member], now_s: int, *, private: bool) -> Iterator[Iterator[Batch]]:
    """What each file brings, in their order. Raises as `rows` does, while it's iterated."""
    read = partial(batch, now_s=now_s, private=private)
    if cpu_count() == 1 or sum(member.size for member in members) < _WORTH_IT:
        yield map(read, members)
        return
    helpers = [_start(read, members[first::_HELPERS]) for first in range(_HELPERS)]
    try:
        yield (_received(helpers[number % _HELPERS][1]) for number in range(len(members)))
    finally:
        for process, found in helpers:
            process.terminate()
            process.join()
            found.close()


def _start(read: Callable[[Member], Batch], members: Sequence[Member]) -> tuple[Process, Connection]:
    """A process that reads these files, and where it says what they bring, each followed by the next."""
    ours, theirs = Pipe(duplex=False)
    process = Process(target=_help, args=(read, members, ours, theirs), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def _received(helper: Connection) -> Batch:
    try:
        found: Batch | Exception = helper.recv()
    except EOFError:
        raise OSError(ENOMEM, _DIED) from None
    if isinstance(found, Exception):
        raise found
    return found


def _help(read: Callable[[Member], Batch], members: Sequence[Member], ours: Connection, theirs: Connection) -> None:
    """Reads files and sends what they bring, or the error; until nobody takes it any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asks
    ours.close()
    with suppress(OSError):
        for member in members:
            theirs.send(_batch_or_error(read, member))


def _batch_or_error(read: Callable[[Member], Batch], member: Member) -> Batch | Exception:
    try:
        return read(member)
    except Exception as error:  # noqa: BLE001 - handed on
        return error


def batch(member: Member, now_s: int, *, private: bool) -> Batch:
    """What one file brings: private sessions only if `private`, nothing that ends after `now_s`."""
    odd: list[str] = []
    counts: Counter[str] = Counter()

    def note(what: str) -> None:
        counts["odd"] += 1
        if len(odd) < MOST_NAMED:
            odd.append(what)

    read = collect(rows(member, note), now_s, private=private)
    return read._replace(odd=odd, counts=read.counts + counts)


def collect(found: Iterable[Row], now_s: int, *, private: bool) -> Batch:
    """The streams that are kept; and how many aren't."""
    streams: list[Stream] = []
    secret: list[Row] = []
    counts: Counter[str] = Counter()
    names: dict[str, Names] = {}
    for row in found:
        stream, called, in_private = row
        ended_s, start_ms, key, _, _ = stream
        if in_private and not private:
            secret.append(row)
        elif start_ms == ended_s * 1000:
            counts["silent"] += 1
        elif ended_s > now_s or start_ms < _FIRST_MS:
            counts["impossible"] += 1
        elif not key:
            counts["nameless"] += 1
        else:
            if names.get(key) is not called:
                add_name(names, key, called)
            streams.append(stream)
    hidden = collect(secret, now_s, private=True) if secret else None
    counts["private"] = len(secret)
    counts["streams"] = counts.total() + len(streams)
    return Batch(streams, names, counts, [], hidden)


def add_name(names: dict[str, Names], key: str, called: Names) -> None:
    """Keeps one of several names, always the same one; a track that Spotify has lost has none in later exports."""
    names[key] = max(called, names.get(key, called))
