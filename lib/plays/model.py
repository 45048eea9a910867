"""What the rule of plays works on: sightings, records, lines, and the memory between two runs. Pure.

All times are milliseconds UTC since 1970, by our clock unless a record's.
"""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from lib.plays.items import Identity, Item

NEVER_MS = 1 << 62
RAN = ("playing", "recalled")
LEFT = ("gone", "ended")


class NowPlaying(NamedTuple):
    """What Spotify says is playing. `changed_ms` is its `timestamp`: a guess where nothing better is to be had."""

    at_ms: int
    item: Item
    progress_ms: int | None
    playing: bool
    changed_ms: int | None = None

    @property
    def began_ms(self) -> int:
        """When the play began, had it run without a break."""
        return self.at_ms - (self.progress_ms or 0)


class RecentPlay(NamedTuple):
    """One entry of the recently played."""

    item: Item
    played_at_ms: int


class Play(NamedTuple):
    """A play that becomes a line."""

    item: Item
    start_ms: int


class Line(NamedTuple):
    """A line of the log as it is remembered: within which time it played, and whether a record has settled it."""

    identity: Identity
    start_ms: int
    end_ms: int
    settled: bool = False

    def distance_ms(self, at_ms: int) -> int:
        """How far outside its time `at_ms` lies; 0 within."""
        return max(self.start_ms - at_ms, at_ms - self.end_ms, 0)


class Seen(NamedTuple):
    """The item on the player as one now_playing fixed it; later sightings that it foretells change nothing here.

    state: playing, paused, gone (nothing or an ad was seen since), ended (the same, and it had the time to end before
    that), stale (claims to play, but doesn't) or recalled (stands in the log; what became of it is not known).
    until_ms: when it left the player. logged: has a line; not so while it was only ever seen paused.
    """

    identity: Identity
    at_ms: int
    progress_ms: int | None
    state: str
    start_ms: int
    until_ms: int = NEVER_MS
    logged: bool = True
    settled: bool = False

    @property
    def ends_ms(self) -> int:
        """When it ends by itself if it plays on; never when its length is unknown."""
        return self.at_ms + (max(self.identity.duration_ms - (self.progress_ms or 0), 0) or NEVER_MS)

    def left(self, state: str, now_ms: int) -> "Seen":
        """The same once a look has shown that it plays no more: gone, or stale."""
        if state == "gone" and self.state == "recalled":
            state = "recalled"  # it may have been paused before, and so needn't have ended
        elif state == "gone" and self.state == "playing" and self.ends_ms <= now_ms:
            state = "ended"
        return self._replace(state=state, until_ms=self.line(now_ms).end_ms)

    def line(self, now_ms: int) -> Line:
        """Its line, which ends when it was seen to have left the player, or before that by itself."""
        end = min(self.ends_ms if self.state in RAN else NEVER_MS, self.until_ms, max(now_ms, self.at_ms))
        return Line(self.identity, self.start_ms, max(end, self.start_ms), self.settled)


class Memory(NamedTuple):
    """All that a later run needs. checked_ms: the last run written down; fetched_ms: the last look at the records;
    owed: something has ended since that look."""

    seen: Seen | None = None
    lines: tuple[Line, ...] = ()
    records: tuple[tuple[int, str], ...] = ()
    checked_ms: int = 0
    fetched_ms: int = 0
    owed: bool = True


def caught_up(memory: Memory, logged: Iterable[tuple[Identity, int]]) -> Memory:
    """The memory with the lines that stand in the log's tail and that it doesn't know: (identity, start in ms) each.

    So a state that was lost, or that is older than the log, doubles nothing. The youngest of those lines is taken for
    what was on the player, and all of them for not settled: their records, should they come, then find them.
    """
    seen = memory.seen
    lines = [*memory.lines, *([seen.line(NEVER_MS)] if seen and seen.logged else [])]
    known = Counter((line.identity.uri, line.start_ms // 1000) for line in lines)
    missing = []
    for identity, at_ms in logged:
        known[identity.uri, at_ms // 1000] -= 1
        if known[identity.uri, at_ms // 1000] < 0:
            missing.append(Seen(identity, at_ms, 0, "recalled", at_ms))
    missing.sort(key=lambda line: line.start_ms)  # the log's order is that in which plays became known
    if not missing:
        return memory
    lines = [*memory.lines, *(line.line(NEVER_MS) for line in missing)]
    if seen is None or missing[-1].start_ms >= seen.start_ms:
        lines.pop()
        if seen and seen.logged:
            lines.append(seen.line(missing[-1].start_ms))
        seen = missing[-1]
    # In order of start, for those that come first are forgotten first.
    return memory._replace(seen=seen, lines=tuple(sorted(lines, key=lambda line: line.start_ms)), owed=True)
