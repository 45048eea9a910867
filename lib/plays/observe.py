"""What a look at the player means beside the one before it. Pure, on our clock alone.

A *look* is one answer of currently playing. The table below says what it means; the first row that fits counts.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

from lib.plays.model import Current, Line, Memory, NowPlaying, Phase, Play, Step, Waiting

TOLERANCE_MS = 10_000
"""Progress is reported early, late and rounded by some seconds, on both sides of a comparison; crossfade adds more."""
LONG_MS = 30 * 60_000
"""After so long without a word, nothing can be told from how the clock and the progress agree."""
AWAY_MS = 3 * 60 * 60_000
"""What was first seen paused and plays on after so long has its start then: what was heard before was a try."""
LAST_LOOK_MS = 90_000
"""A look so near the end may be the last one before the end. It's remembered: so we know whether it was really near."""
ANSWERED_MS = 3000
"""A `timestamp` this near to now is the time of the answer itself, and tells us nothing."""


class Verdict(Enum):
    """What a look means for the play that was last on the player."""

    GONE = "it isn't on the player any more"
    NEW = "another play begins"
    SAME = "it goes on as expected"
    MOVED = "it's the same play, but it was paused or sought"
    STILL = "it's on the player, but doesn't play"


@dataclass(frozen=True, slots=True)
class Look:
    """A look beside the one before it. Times in ms; None is unknown.

    same: it shows the recording that was last on the player. listed: recently played will tell of it. before_ms:
    the progress at the look before, elapsed_ms ago. over_ms: how long after it could have ended by itself it was
    first seen to be gone, or is seen now.
    """

    shows_item: bool
    same: bool
    playing: bool
    listed: bool
    phase: Phase
    matched: bool
    gone: bool
    duration_ms: int | None
    progress_ms: int | None
    before_ms: int | None
    elapsed_ms: int
    over_ms: int

    @property
    def beyond_end(self) -> bool:
        """It claims to play on after its end: reported of players that stopped hours ago."""
        return bool(self.playing and self.duration_ms and (self.progress_ms or 0) > self.duration_ms + TOLERANCE_MS)

    @property
    def moved_ms(self) -> int:
        """By how much its progress changed."""
        return (self.progress_ms or 0) - (self.before_ms or 0)

    @property
    def back(self) -> bool:
        """It's nearer to its start than before."""
        return self.moved_ms < -self._lap_tolerance_ms

    @property
    def as_expected(self) -> bool:
        """It played on, or stayed paused, all the time."""
        return abs(self.moved_ms - (0 if self.phase is Phase.PAUSED else self.elapsed_ms)) <= TOLERANCE_MS

    @property
    def had_time_to_end(self) -> bool:
        """It could have ended and begun again by now."""
        left_ms = (self.duration_ms - (self.before_ms or 0)) if self.duration_ms else 0
        return (self.progress_ms or 0) <= self.elapsed_ms - left_ms + TOLERANCE_MS

    @property
    def ended(self) -> bool:
        """It played, and we looked soon after it could have ended by itself."""
        return self.phase is Phase.PLAYING and 0 <= self.over_ms <= LONG_MS

    @property
    def on_lap(self) -> bool:
        """Its progress is what it would be if it had run to its end and begun again at once."""
        if not self.duration_ms or not self.playing:
            return False
        laps, off_ms = divmod((self.before_ms or 0) + self.elapsed_ms - (self.progress_ms or 0), self.duration_ms)
        nearest = laps if off_ms <= self.duration_ms // 2 else laps + 1
        near = min(off_ms, self.duration_ms - off_ms) <= self._lap_tolerance_ms
        return near and (nearest == 1 or not self.gone)

    @property
    def begins_early(self) -> bool:
        """It's in its first half: so it has rather begun than been resumed."""
        return (self.progress_ms or 0) <= (self.duration_ms or 0) // 2

    @property
    def _lap_tolerance_ms(self) -> int:
        return min(TOLERANCE_MS, self.duration_ms // 8) if self.duration_ms else TOLERANCE_MS


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table."""

    fits: Callable[[Look], bool]
    verdict: Verdict
    reason: str


ROWS = (
    Row(lambda it: not it.shows_item, Verdict.GONE, "nothing is playing"),
    Row(lambda it: it.beyond_end, Verdict.GONE, "its progress lies beyond its end"),
    Row(lambda it: not it.same and not it.playing, Verdict.GONE, "another item is on the player, paused"),
    Row(lambda it: not it.same, Verdict.NEW, "it wasn't on the player before"),
    Row(lambda it: it.before_ms is None or it.progress_ms is None, Verdict.SAME, "its progress is unknown"),
    Row(lambda it: it.matched and it.back, Verdict.NEW, "it was listed as played, and is back nearer to its start"),
    Row(lambda it: it.ended and it.had_time_to_end and it.on_lap, Verdict.NEW, "it ended and began again"),
    Row(lambda it: it.playing and it.moved_ms == 0 and it.elapsed_ms > 0, Verdict.STILL, "its progress stands still"),
    Row(lambda it: it.as_expected, Verdict.SAME, "its progress and our clock agree"),
    Row(lambda it: not it.had_time_to_end, Verdict.MOVED, "it had no time to end: it was paused or sought"),
    Row(lambda it: it.phase is Phase.RECALLED and it.listed, Verdict.MOVED, "it may have been paused"),
    Row(lambda it: it.phase is Phase.RECALLED, Verdict.NEW, "it must have ended, and plays again"),
    Row(lambda it: it.ended and it.gone and it.begins_early, Verdict.NEW, "it had ended, and plays again"),
    Row(
        lambda it: it.phase is Phase.PAUSED and it.listed and it.elapsed_ms < LONG_MS,
        Verdict.MOVED,
        "it was resumed; Spotify may have set its progress back",
    ),
    Row(lambda it: it.back, Verdict.NEW, "it had time to end, and is back nearer to its start"),
    Row(lambda _: True, Verdict.MOVED, "it was paused or sought"),
)
"""What a look means. The first row that fits counts."""


@dataclass(frozen=True, slots=True)
class Observed:
    """A look, what it means beside the memory before it, and the step that follows from it."""

    before: Memory
    now: NowPlaying | None
    now_ms: int
    verdict: Verdict
    step: Step


def observe(memory: Memory, now: NowPlaying | None, now_ms: int, *, listed: bool = True) -> Observed:
    """What the look shows. now: None for nothing, an ad, or what has no name.

    listed: whether recently played may be asked at all.
    """
    look = _look(memory.current, now, now_ms, listed=listed)
    row = next(row for row in ROWS if row.fits(look))
    if now is None or row.verdict is Verdict.GONE or (row.verdict is Verdict.NEW and not now.is_playing):
        step = _gone(memory, now, row, now_ms)
    elif memory.current is None or row.verdict is Verdict.NEW:
        step = _put_on(memory, now, row.reason)
    else:
        step = _go_on(memory, memory.current, now, look, row)
    return Observed(memory, now, now_ms, row.verdict, step)


def begin(step: Step, now: NowPlaying, started_at_ms: int, reason: str) -> Step:
    """A play begins: the one before it keeps its line, and this one gets its own."""
    memory = step.memory
    lines = (*memory.lines, memory.current.left(now.at_ms)) if memory.current else memory.lines
    line = Line(now.item.identity, started_at_ms, now.began_ms, now.at_ms, now.at_ms)
    return Step(
        replace(
            memory, current=Current(line, now.progress_ms, Phase.PLAYING), waiting=None, lines=lines, recent_due=True
        ),
        (*step.plays, Play(now.item, started_at_ms)),
        (*step.reasons, f"{now.item.title}: {reason}."),
    )


def _look(current: Current | None, now: NowPlaying | None, now_ms: int, *, listed: bool) -> Look:
    duration_ms = now.item.duration_ms if now else None
    before_ms = current.progress_ms if current else None
    seen_ms = current.line.seen_ms if current else now_ms
    gone_ms = current.gone_ms if current else None
    return Look(
        shows_item=now is not None,
        same=current is not None and now is not None and current.line.identity.same(now.item.identity),
        playing=now is not None and now.is_playing,
        listed=listed and now is not None and now.item.listable,
        phase=current.phase if current else Phase.PLAYING,
        matched=current is not None and current.line.matched,
        gone=gone_ms is not None,
        duration_ms=duration_ms,
        progress_ms=now.progress_ms if now else None,
        before_ms=before_ms,
        elapsed_ms=now_ms - seen_ms,
        over_ms=(gone_ms or now_ms) - seen_ms - max((duration_ms or 0) - (before_ms or 0), 0),
    )


def _gone(memory: Memory, now: NowPlaying | None, row: Row, now_ms: int) -> Step:
    """The play that was on the player isn't; an item that is there, paused, waits to become a play."""
    reasons: tuple[str, ...] = ()
    if memory.current and memory.current.gone_ms is None:
        reasons = (f"What was on the player is gone: {row.reason}.",)
        memory = replace(memory, current=replace(memory.current, gone_ms=now_ms), recent_due=True)
    if now and not now.is_playing and not _waits(memory.waiting, now):
        waiting = Waiting(now.item.identity, _started_at_ms(memory, now), now.at_ms, now.progress_ms or 0)
        memory = replace(memory, waiting=waiting)
        reasons = (*reasons, f"{now.item.title}: it's paused, so it isn't a play yet.")
    return Step(memory, (), reasons)


def _waits(waiting: Waiting | None, now: NowPlaying) -> bool:
    """Whether the item on the player is the one that waits, still at its place."""
    return (
        waiting is not None
        and waiting.identity.same(now.item.identity)
        and abs(waiting.progress_ms - (now.progress_ms or 0)) <= TOLERANCE_MS
    )


def _put_on(memory: Memory, now: NowPlaying, reason: str) -> Step:
    waiting = memory.waiting
    if waiting is None or not waiting.identity.same(now.item.identity):
        return begin(Step(memory), now, _started_at_ms(memory, now), reason)
    if now.at_ms - waiting.at_ms <= AWAY_MS:
        return begin(Step(memory), now, waiting.started_at_ms, "first seen paused, it plays now")
    played_ms = (now.progress_ms or 0) - waiting.progress_ms
    return begin(Step(memory), now, now.at_ms - max(played_ms, 0), "first seen paused long ago, it plays now")


def _go_on(memory: Memory, current: Current, now: NowPlaying, look: Look, row: Row) -> Step:
    """The same play is on the player. Memory stays the very same when nothing was learned."""
    reasons = (f"{now.item.title}: {row.reason}.",)
    phase = Phase.PLAYING if now.is_playing and row.verdict is not Verdict.STILL else Phase.PAUSED
    moved, line = row.verdict is Verdict.MOVED, current.line
    nearly_over = (now.item.duration_ms or 0) - (now.progress_ms or 0) <= LAST_LOOK_MS
    plays_on = line.matched and phase is Phase.PLAYING  # so Spotify may list it once more
    learned = moved or plays_on or phase is not current.phase or current.gone_ms is not None
    if not learned and not (nearly_over and phase is Phase.PLAYING):
        return Step(memory, (), reasons)
    went_back = moved and look.back
    line = replace(
        line,
        began_ms=now.began_ms if phase is Phase.PLAYING or went_back else line.began_ms,
        seen_ms=now.at_ms,
        went_back=went_back or (line.went_back and not moved),
        matched=line.matched and not plays_on,
    )
    current = Current(line, now.progress_ms, phase)
    return Step(replace(memory, current=current, recent_due=memory.recent_due or moved), (), reasons)


def _started_at_ms(memory: Memory, now: NowPlaying) -> int:
    """When the item that's first seen now was put on: its progress ago, unless something else was there then."""
    current = memory.current
    if current is None or current.line.identity.same(now.item.identity):
        return now.began_ms
    other_ms = current.line.seen_ms  # the last moment at which something else is known to have been on the player
    if not (current.gone_ms and now.item.listable):
        other_ms = max(other_ms, memory.checked_ms)  # but a look that showed nothing may be wrong
    if other_ms > now.at_ms or now.began_ms >= other_ms - TOLERANCE_MS:
        return now.began_ms
    changed_ms = now.changed_ms or 0
    if not other_ms <= changed_ms < now.at_ms - ANSWERED_MS:
        return now.at_ms
    return changed_ms if now.is_playing else max(changed_ms - (now.progress_ms or 0), other_ms)
