"""What the rule of plays works on: answers of Spotify's, plays, and the memory between two runs. Pure.

All times are milliseconds UTC since 1970: by our clock, but for `played_at_ms`, which is Spotify's.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from lib.plays.items import LISTED_MS, Identity, Item

TOLERANCE_MS = 10_000
"""Progress is reported early, late and rounded by some seconds, on both sides of a comparison; crossfade adds more."""

AWAY_MS = 3 * 60 * 60_000
"""What waited for longer, after only some seconds, begins when it plays on. What was heard before was only a try."""


def epoch_ms(moment: datetime) -> int:
    """The moment in milliseconds since 1970."""
    return int(moment.timestamp() * 1000)


@dataclass(frozen=True, slots=True)
class NowPlaying:
    """A snapshot of what's currently playing."""

    at_ms: int
    item: Item
    progress_ms: int | None
    is_playing: bool

    @property
    def began_ms(self) -> int:
        """When it began, if it has played without a break since."""
        return self.at_ms - (self.progress_ms or 0)

    def resumed_since(self, look_ms: int) -> bool:
        """Whether it goes on in its middle, if something else was there at `look_ms`."""
        return self.began_ms < look_ms - TOLERANCE_MS


@dataclass(frozen=True, slots=True)
class RecentPlay:
    """An entry of recently played."""

    item: Item
    played_at_ms: int

    @property
    def key(self) -> tuple[int, str]:
        """What stays the same however often Spotify lists the entry."""
        return self.played_at_ms, self.item.identity.uri


@dataclass(frozen=True, slots=True)
class Play:
    """A play that becomes a line of the log."""

    item: Item
    started_at_ms: int


@dataclass(frozen=True, slots=True)
class Line:
    """What was on the player, as memory keeps it: a line of the log, or one to be.

    logged: it was heard, so it's in the log. What was only ever seen paused isn't yet: it's logged once a look sees it
    playing, or an entry shows that it was played. began_ms: the start that its last progress counts from, so its own
    start if it had no break. heard_ms: the last look that saw it playing, or there again; of what isn't logged, the
    first that saw it where it is. until_ms: when something else was on the player; until then it may have been
    paused, so its entry in recently played may lie anywhere up to there. again_ms: when it may have begun again; None
    if it can't have. broke_ms: how early it may have ended before that; None for just then. played_at_ms: its latest
    entry's, by Spotify's clock.
    """

    identity: Identity
    started_at_ms: int
    began_ms: int
    heard_ms: int
    until_ms: int
    again_ms: int | None = None
    broke_ms: int | None = None
    played_at_ms: int | None = None
    logged: bool = True

    @property
    def put_on(self) -> bool:
        """Whether its start is known, though it was first seen paused: it wasn't there when the player woke up."""
        return self.started_at_ms < self.heard_ms

    def only_tried(self, at_ms: int) -> bool:
        """Whether what waits had been heard for only some seconds, and long before `at_ms`."""
        return self.heard_ms - self.began_ms < LISTED_MS and at_ms - self.heard_ms > AWAY_MS

    def first_heard_ms(self, at_ms: int) -> int:
        """When what wasn't logged yet was first heard, if an entry tells that it had been heard by `at_ms`."""
        return self.started_at_ms if self.put_on else self.began_ms - max(self.heard_ms - at_ms, 0)

    @property
    def natural_end_ms(self) -> int:
        """When it ends if it isn't paused or sought again."""
        return self.began_ms + self.identity.duration_ms

    def distance_ms(self, at_ms: int, heard_ms: int = 0) -> int:
        """How far `at_ms` lies outside its time, which begins when it was heard for `heard_ms`; 0 within."""
        return max(self.started_at_ms + heard_ms - at_ms, at_ms - self.until_ms, 0)


@dataclass(frozen=True, slots=True)
class Current:
    """The play that was last on the player: at `seen_ms` it stood at `progress_ms`, playing or paused.

    gone_ms: the first look at which it wasn't on the player any more; None while it is. entry_came: its line
    took an entry since it was seen to be paused or gone.
    """

    line: Line
    seen_ms: int
    progress_ms: int
    paused: bool = False
    gone_ms: int | None = None
    entry_came: bool = False

    @property
    def playing(self) -> bool:
        """Whether it plays, as far as the last look could tell."""
        return not self.paused and self.gone_ms is None

    @property
    def gone_early(self) -> bool:
        """Whether it was seen to be gone before its natural end."""
        return self.gone_ms is not None and self.gone_ms < self.natural_end_ms - TOLERANCE_MS

    @property
    def natural_end_ms(self) -> int:
        """When it ends if it plays on from where it was last seen."""
        return self.seen_ms + self.line.identity.duration_ms - self.progress_ms

    def is_there(self, now: NowPlaying) -> bool:
        """Whether its recording is on the player. What waits isn't, if that plays from before its place."""
        is_back = now.is_playing and now.progress_ms is not None and now.progress_ms < self.progress_ms - TOLERANCE_MS
        return self.line.identity.same(now.item.identity) and (self.line.logged or not is_back)

    def left(self, at_ms: int) -> Line:
        """Its line, once something else is on the player."""
        return replace(self.line, until_ms=max(at_ms, self.line.started_at_ms))


@dataclass(frozen=True, slots=True)
class Memory:
    """All that a later run needs.

    lines: those before the current one: first what waits, then what was heard, in order. entries: the keys of the
    entries of recently played that have been counted. checked_ms: the last run that was saved. fetched_ms: when
    recently played was last fetched. recent_due: it can tell something new, for something has ended since then.
    """

    current: Current | None = None
    lines: tuple[Line, ...] = ()
    entries: tuple[tuple[int, str], ...] = field(default=(), repr=False)
    checked_ms: int = 0
    fetched_ms: int = 0
    recent_due: bool = True

    @property
    def all_lines(self) -> tuple[Line, ...]:
        """The lines, with that of what was last on the player."""
        return (*self.lines, self.current.line) if self.current else self.lines

    @property
    def last_seen_ms(self) -> int:
        """When anything was last seen on the player; 0 if never."""
        return self.current.seen_ms if self.current else 0


def free_second(lines: Iterable[Line], identity: Identity, at_ms: int) -> int:
    """The time, or the next second that no line of the recording has yet: two never have the same start."""
    taken = {line.started_at_ms // 1000 for line in lines if line.identity.same(identity)}
    while at_ms // 1000 in taken:
        at_ms += 1000
    return at_ms


class Step(NamedTuple):
    """What a run has worked out so far: the new memory, the lines to write, and why there is or isn't a new one."""

    memory: Memory
    plays: tuple[Play, ...] = ()
    reasons: tuple[str, ...] = ()
