"""What a look at the player means compared with the one before it: a table. Pure, on our clock alone.

A *look* is one answer of currently playing. The first row that fits says what it means.
"""

from collections.abc import Callable
from enum import Enum
from typing import NamedTuple

from lib.plays.model import TOLERANCE_MS, Memory, NowPlaying

LONG_MS = 30 * 60_000
"""So long after its natural end, a play isn't taken for a repeat. After so long a pause, what's lower isn't sought."""
AGAIN_MS = 4000
"""A track that begins again when it has ended does so within this time."""


class Verdict(Enum):
    """What a look means for the play that was last on the player."""

    GONE = "it isn't on the player any more"
    NEW = "another play begins"
    SAME = "it goes on as expected"
    MOVED = "it's the same play, but it was paused or sought"


class Look(NamedTuple):
    """A look compared with the one before it. Times in ms.

    shows_item: something is on the player. same_item: that's the recording that was last there. was_playing: it played
    when it was last there, elapsed_ms ago, at last_progress_ms. gone_early: it was seen to be gone before its natural
    end. entry_came: it was found in recently played since then.
    """

    shows_item: bool
    same_item: bool
    playing: bool
    was_playing: bool
    gone_early: bool
    entry_came: bool
    duration_ms: int | None
    progress_ms: int
    last_progress_ms: int
    elapsed_ms: int

    @property
    def beyond_end(self) -> bool:
        """It claims to play on after its end: reported of players that stopped hours ago."""
        return bool(self.playing and self.duration_ms and self.progress_ms > self.duration_ms + TOLERANCE_MS)

    @property
    def change_ms(self) -> int:
        """By how much its progress changed."""
        return self.progress_ms - self.last_progress_ms

    @property
    def jumped_back(self) -> bool:
        """It's nearer to its start than before."""
        return self.change_ms < -TOLERANCE_MS

    @property
    def began_at_last_look(self) -> bool:
        """Its progress is what it would be if it had begun when it was last there."""
        return self.was_playing and abs(self.progress_ms - self.elapsed_ms) <= AGAIN_MS

    @property
    def as_expected(self) -> bool:
        """It played on, or stayed paused, all the time."""
        return abs(self.change_ms - (self.elapsed_ms if self.was_playing else 0)) <= TOLERANCE_MS

    @property
    def overdue_ms(self) -> int:
        """How long ago its natural end was; negative before that end."""
        remaining_ms = self.duration_ms - self.last_progress_ms if self.duration_ms else 0
        return self.elapsed_ms - max(remaining_ms, 0)

    @property
    def had_time_to_end(self) -> bool:
        """It could have reached its natural end, and this progress from its start again."""
        return self.progress_ms <= self.overdue_ms + TOLERANCE_MS

    @property
    def may_have_ended(self) -> bool:
        """It played, as far as we know to its natural end, and we look soon after that."""
        return self.was_playing and not self.gone_early and 0 <= self.overdue_ms <= LONG_MS

    @property
    def on_lap(self) -> bool:
        """Its progress is what it would be if it had run to its end and begun again at once, perhaps several times."""
        if not self.duration_ms or not self.playing:
            return False
        off_ms = (self.overdue_ms - self.progress_ms) % self.duration_ms
        return min(off_ms, self.duration_ms - off_ms) <= AGAIN_MS


class Row(NamedTuple):
    """A row of the table."""

    fits: Callable[[Look], bool]
    verdict: Verdict
    reason: str


ROWS = (
    Row(lambda it: not it.shows_item, Verdict.GONE, "nothing is playing"),
    Row(lambda it: it.beyond_end, Verdict.GONE, "its progress lies beyond its end"),
    Row(lambda it: not it.same_item, Verdict.NEW, "it wasn't there before"),
    Row(
        lambda it: it.entry_came and (it.change_ms < -AGAIN_MS or it.began_at_last_look),
        Verdict.NEW,
        "it was listed as played, and began again",
    ),
    Row(lambda it: it.may_have_ended and it.had_time_to_end and it.on_lap, Verdict.NEW, "it ended and began again"),
    Row(lambda it: it.as_expected, Verdict.SAME, "its progress and our clock agree"),
    Row(
        lambda it: it.jumped_back and it.had_time_to_end and (it.was_playing or it.elapsed_ms > LONG_MS),
        Verdict.NEW,
        "it had time to end, and is back nearer to its start",
    ),
    Row(lambda _: True, Verdict.MOVED, "it was paused or sought"),
)
"""What a look means. The first row that fits counts."""


def look_at(memory: Memory, now: NowPlaying | None, now_ms: int) -> Look:
    """What is on the player now, compared with what was last there."""
    current = memory.current
    item = now.item if now else None
    return Look(
        shows_item=item is not None,
        same_item=now is not None and current is not None and current.is_there(now),
        playing=now is not None and now.is_playing,
        was_playing=current is not None and not current.paused,
        gone_early=current is not None and current.gone_early,
        entry_came=current is not None and current.entry_came,
        duration_ms=item.duration_ms if item else None,
        progress_ms=(now.progress_ms or 0) if now else 0,
        last_progress_ms=current.progress_ms if current else 0,
        elapsed_ms=now_ms - current.seen_ms if current else 0,
    )
