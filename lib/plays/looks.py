"""What a look at the player means compared with the one before it: a table. Pure, on our clock alone.

A *look* is one answer of currently playing. The first row that fits says what it means.
"""

from collections.abc import Callable
from enum import Enum
from typing import NamedTuple

from lib.plays.items import LISTED_MS
from lib.plays.model import TOLERANCE_MS, Memory, NowPlaying, Phase

LONG_MS = 30 * 60_000
"""After so long without a look, it says nothing that the clock and the progress agree."""
AGAIN_MS = 4000
"""A track that begins again when it has ended does so within this time."""


class Verdict(Enum):
    """What a look means for the play that was last on the player."""

    GONE = "it isn't on the player any more"
    NEW = "another play begins"
    SAME = "it goes on as expected"
    MOVED = "it's the same play, but it was paused or sought"
    STILL = "it's on the player, but doesn't play"


class Look(NamedTuple):
    """A look compared with the one before it. Times in ms; None is unknown.

    same_item: it shows the recording that was last on the player. waited: it was only seen paused until now, and so
    isn't a play yet. listable: recently played will tell of it. entry_came: it was found there since it was last heard.
    last_progress_ms: the progress at the look before, elapsed_ms ago. overdue_ms: from its natural end to the look that
    first missed it, or to now; negative before that end.
    """

    shows_item: bool
    same_item: bool
    waited: bool
    playing: bool
    listable: bool
    entry_came: bool
    phase: Phase
    gone: bool
    duration_ms: int | None
    progress_ms: int | None
    last_progress_ms: int | None
    elapsed_ms: int
    overdue_ms: int

    @property
    def beyond_end(self) -> bool:
        """It claims to play on after its end: reported of players that stopped hours ago."""
        return bool(self.playing and self.duration_ms and (self.progress_ms or 0) > self.duration_ms + TOLERANCE_MS)

    @property
    def change_ms(self) -> int:
        """By how much its progress changed."""
        return (self.progress_ms or 0) - (self.last_progress_ms or 0)

    @property
    def jumped_back(self) -> bool:
        """It's nearer to its start than before. What was gone and is there again, paused, rests where it was left."""
        rests = self.gone and not self.playing and (self.progress_ms or 0) >= LISTED_MS
        tolerance_ms = min(TOLERANCE_MS, (self.duration_ms or 0) // 8)  # a short track's place is known more exactly
        return self.change_ms < -tolerance_ms and not rests

    @property
    def as_expected(self) -> bool:
        """It played on, or stayed paused, all the time."""
        return abs(self.change_ms - (0 if self.phase is Phase.PAUSED else self.elapsed_ms)) <= TOLERANCE_MS

    @property
    def had_time_to_end(self) -> bool:
        """It could have reached its natural end, and this progress from its start again."""
        remaining_ms = self.duration_ms - (self.last_progress_ms or 0) if self.duration_ms else 0
        return (self.progress_ms or 0) <= self.elapsed_ms - remaining_ms + TOLERANCE_MS

    @property
    def may_have_ended(self) -> bool:
        """It played, and we looked soon after its natural end; and no entry says that it was left before that."""
        left_before = self.entry_came and not self.was_over
        return self.phase is Phase.PLAYING and 0 <= self.overdue_ms <= LONG_MS and not left_before

    @property
    def on_lap(self) -> bool:
        """Its progress is what it would be if it had run to its end and begun again at once, perhaps several times."""
        if not self.duration_ms or not self.playing:
            return False
        played_ms = (self.last_progress_ms or 0) + self.elapsed_ms - (self.progress_ms or 0)
        laps = round(played_ms / self.duration_ms)
        fits = abs(played_ms - laps * self.duration_ms) <= min(AGAIN_MS, self.duration_ms // 8)
        return fits and (laps == 1 or not self.gone)  # what was gone didn't go round and round unseen

    @property
    def was_over(self) -> bool:
        """It had come to its end."""
        return self.duration_ms is not None and (self.last_progress_ms or 0) >= self.duration_ms - TOLERANCE_MS

    @property
    def begins_early(self) -> bool:
        """It's in its first half: so it has rather begun than been resumed."""
        return self.duration_ms is None or (self.progress_ms or 0) <= self.duration_ms // 2


class Row(NamedTuple):
    """A row of the table."""

    fits: Callable[[Look], bool]
    verdict: Verdict
    reason: str


ROWS = (
    Row(lambda it: not it.shows_item, Verdict.GONE, "nothing is playing"),
    Row(lambda it: it.beyond_end, Verdict.GONE, "its progress lies beyond its end"),
    Row(lambda it: not it.same_item and not it.playing, Verdict.GONE, "another item is on the player, paused"),
    Row(lambda it: it.waited, Verdict.NEW, "it was first seen paused: once it plays, it's a play"),
    Row(lambda it: not it.same_item, Verdict.NEW, "it wasn't on the player before"),
    Row(lambda it: None in (it.last_progress_ms, it.progress_ms), Verdict.SAME, "its progress is unknown"),
    Row(
        lambda it: it.entry_came and it.jumped_back and (it.begins_early or it.was_over),
        Verdict.NEW,
        "it was listed as played, and is back nearer to its start",
    ),
    Row(
        lambda it: it.may_have_ended and it.had_time_to_end and it.on_lap,
        Verdict.NEW,
        "it ended and began again",
    ),
    Row(lambda it: it.playing and it.change_ms == 0 and it.elapsed_ms > 0, Verdict.STILL, "its progress stands still"),
    Row(lambda it: it.as_expected, Verdict.SAME, "its progress and our clock agree"),
    Row(lambda it: not it.had_time_to_end, Verdict.MOVED, "it had no time to end: it was paused or sought"),
    Row(lambda it: it.phase is Phase.RECALLED and it.listable, Verdict.MOVED, "it may have been paused"),
    Row(lambda it: it.phase is Phase.RECALLED, Verdict.NEW, "it must have ended, and plays again"),
    Row(
        lambda it: it.phase is Phase.PAUSED and it.listable and it.elapsed_ms < LONG_MS,
        Verdict.MOVED,
        "it was resumed; Spotify may have set its progress back",
    ),
    Row(
        lambda it: it.jumped_back and it.begins_early,
        Verdict.NEW,
        "it had time to end, and is back nearer to its start",
    ),
    Row(lambda _: True, Verdict.MOVED, "it was paused or sought"),
)
"""What a look means. The first row that fits counts."""


def look_at(memory: Memory, now: NowPlaying | None, now_ms: int, *, listable: bool) -> Look:
    """What is on the player now, compared with what was last there. listable: recently played may be asked at all."""
    current, waiting = memory.current, memory.waiting
    item = now.item if now else None
    duration_ms = item.duration_ms if item else None
    last_progress_ms = current.progress_ms if current else None
    seen_ms = current.seen_ms if current else now_ms
    gone_ms = current.gone_ms if current else None
    natural_end_ms = seen_ms + max((duration_ms or 0) - (last_progress_ms or 0), 0)
    return Look(
        shows_item=item is not None,
        same_item=item is not None and current is not None and current.line.identity.same(item.identity),
        waited=item is not None and waiting is not None and waiting.identity.same(item.identity),
        playing=now is not None and now.is_playing,
        listable=listable and item is not None and item.listable,
        entry_came=current is not None and current.entry_came,
        phase=current.phase if current else Phase.PLAYING,
        gone=gone_ms is not None,
        duration_ms=duration_ms,
        progress_ms=now.progress_ms if now else None,
        last_progress_ms=last_progress_ms,
        elapsed_ms=now_ms - seen_ms,
        overdue_ms=(gone_ms or now_ms) - natural_end_ms,
    )
