"""An export as a timeline. It says when each stream ended and how much of it sounded, but not when it was silent.

Most likely, and so assumed: a stream that the end of the one before it began was on the player ever since, and a
silence was a pause in it; any other began after the silence. A stream that ended because the app was closed or given
other work was paused until then. Where else in a stream a pause was can't be known, and is drawn from a seed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from lib.export.archive import members
from lib.export.model import named_only
from lib.export.read import rows
from lib.fake_spotify.listener import Json, episode, track
from tests.fidelity.timeline import GAP_MS, NEVER_PLAYED_ON, Pause, Stream, Timeline, begun_by_the_one_before
from tests.support.times import DAY, MINUTE, SECOND

GOES_ON = ("appload", "playbtn", "remote")
"""How a stream begins that may go on where one of its track was left; the others begin at zero."""
LOADING_MS = 5 * SECOND
"""A silence as short as this is no pause."""


class ExportedStream(NamedTuple):
    """A stream that has a uri."""

    uri: str
    title: str
    artists: str
    album: str
    ended_ms: int
    played_ms: int
    reason_start: str
    reason_end: str
    private: bool


def read(paths: Iterable[Path]) -> list[ExportedStream]:
    """The streams of these exports that have a uri, each once, in order of time. Raises NotAnExportError."""
    found = {}
    for member in members(paths):
        for (ended_s, start_ms, uri, reason_start, reason_end), names, private in rows(member, lambda _: None):
            if uri and not named_only(uri):
                times = ended_s * 1000, ended_s * 1000 - start_ms
                found[ended_s, uri] = ExportedStream(uri, *names, *times, reason_start, reason_end, private)
    return sorted(found.values(), key=lambda one: one.ended_ms)


def timeline(name: str, streams: Sequence[ExportedStream], variant: int = 1) -> Timeline:
    """What most likely happened. variant: a seed for what can't be known."""
    reader = _Reader(streams, Random(f"{variant} {name}"))
    return Timeline(name, tuple(reader.streams()))


def parts(whole: Timeline, days: int = 28) -> list[Timeline]:
    """The timeline in parts of so many days each, to be replayed side by side; no play is cut."""
    groups: list[list[Stream]] = []
    for stream in whole.streams:
        before = groups[-1][-1] if groups else None
        if not groups or (stream.start_ms - groups[-1][0].start_ms > days * DAY and not stream.continues(before)):
            groups.append([])
        groups[-1].append(stream)
    return [Timeline(f"{whole.name}, part {number}", tuple(group)) for number, group in enumerate(groups, 1)]


class _Reader:
    def __init__(self, exported: Sequence[ExportedStream], random: Random) -> None:
        self.exported, self.random = exported, random
        self.items = _items(exported)
        self.left: dict[str, int] = {}
        """Where in it each track was left."""

    def streams(self) -> Iterator[Stream]:
        """The streams, one after the other."""
        ended_ms, reason = 0, ""
        for one in self.exported:
            stream = self._stream(one, ended_ms, reason)
            self.left[one.uri] = 0 if one.reason_end == "trackdone" else stream.left_at_ms
            ended_ms, reason = stream.end_ms, one.reason_end
            yield stream

    def _stream(self, one: ExportedStream, before_ms: int, reason_before: str) -> Stream:
        """One stream; where streams overlap, on two devices or by rounding, the later one is cut short."""
        heard_ms = max(min(one.played_ms, one.ended_ms - before_ms), 0)
        silence_ms = max(one.ended_ms - heard_ms - before_ms, 0)
        pauses: tuple[Pause, ...] = ()
        if before_ms and silence_ms > LOADING_MS and begun_by_the_one_before(one.reason_start, reason_before):
            pauses = (Pause(self._paused_after_ms(one, heard_ms, silence_ms), silence_ms),)
        start_ms = max(one.ended_ms, before_ms) - heard_ms - sum(pause.ms for pause in pauses)
        from_ms = self._from_ms(one, heard_ms)
        item = self.items[one.uri]
        return Stream(
            item, start_ms, from_ms, heard_ms, pauses, one.reason_start, one.reason_end, private=one.private
        )  # fmt: skip

    def _paused_after_ms(self, one: ExportedStream, heard_ms: int, silence_ms: int) -> int:
        """How much sounded before the pause: all, when it never played on; or when it was skipped after a pause."""
        closed = one.reason_end in NEVER_PLAYED_ON
        likely = 1.0 if closed and silence_ms > 15 * MINUTE else 0.0 if one.reason_end == "trackdone" else 0.5
        return heard_ms if self.random.random() < likely else self.random.randint(0, heard_ms)

    def _from_ms(self, one: ExportedStream, heard_ms: int) -> int:
        """Where the sound began: a track that was left goes on there if what's left of it is long enough."""
        left_ms, length_ms = self.left.get(one.uri, 0), int(self.items[one.uri]["duration_ms"])
        if one.reason_start not in GOES_ON or left_ms + heard_ms > length_ms + GAP_MS:
            return 0
        if one.reason_end == "trackdone" and abs(left_ms + heard_ms - length_ms) > LOADING_MS:
            return 0
        return left_ms


def _items(streams: Sequence[ExportedStream]) -> dict[str, Json]:
    """What each uri stands for. An export has no lengths: the longest stream that ended by itself is the best guess.

    If all of those may have begun in the middle of the track, what was heard before counts too.
    """
    whole, resumed, longest, left = (defaultdict[str, int](int) for _ in range(4))
    for one in streams:
        began_ms = left[one.uri] if one.reason_start in GOES_ON else 0
        reached_ms = began_ms + one.played_ms
        if one.reason_end == "trackdone":
            length = resumed if began_ms else whole
            length[one.uri] = max(length[one.uri], reached_ms)
        longest[one.uri] = max(longest[one.uri], reached_ms)
        left[one.uri] = 0 if one.reason_end == "trackdone" else reached_ms
    lengths = {uri: whole[uri] or resumed[uri] or longest[uri] + 3 * MINUTE for uri in longest}
    return {one.uri: _item(one, lengths[one.uri]) for one in streams}


def _item(one: ExportedStream, length_ms: int) -> Json:
    ident = one.uri.rpartition(":")[2]
    if one.uri.startswith("spotify:track:"):
        return {**track(one.title, [one.artists], one.album, length_ms), "id": ident, "uri": one.uri}
    return {**episode(one.title, one.artists, length_ms), "id": ident, "uri": one.uri}
