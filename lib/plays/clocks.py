"""What `played_at` means by our clock, learned from the lines that have their entries. Pure.

Spotify's clock and ours may differ, and on some days `played_at` is the start of a play instead of its end. Both show
in the lines: as a rule one play ends when the next begins, so the same difference comes up again and again.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median_low
from typing import NamedTuple

from lib.plays.model import TOLERANCE_MS, Line

NEWEST = 30
"""So many lines count, and none before them: for a clock may be set."""
AGREE_MS = 2500
"""Differences are the same within this: a start is known to about a second, and a track takes one or two to load."""
FEWEST = 4
"""So many must be the same."""
UNKNOWN_MS = 25_000
"""By how much the clocks may differ before that's known: less than the 30 s that a play must be heard to be listed."""


class Clock(NamedTuple):
    """How Spotify dates plays. ahead_ms: by how much its clock is ahead of ours. starts: it says when a play began, not
    when it ended. Until that's known, it's None and `ahead_ms` 0."""

    ahead_ms: int = 0
    starts: bool | None = None

    @property
    def known(self) -> bool:
        """Whether it was learned."""
        return self.starts is not None

    @property
    def slack_ms(self) -> int:
        """How far an entry may lie from where it should."""
        return TOLERANCE_MS if self.known else UNKNOWN_MS


def learn(lines: Iterable[Line]) -> Clock:
    """The clock that fits most of the newest lines."""
    newest = sorted(lines, key=lambda line: line.started_at_ms)[-NEWEST:]
    dated = [(line.played_at_ms, line, after) for line, after in pairwise(newest) if line.played_at_ms is not None]
    # A line that was dated by its entry would only repeat what was learned before.
    ends = _same([played_at_ms - after.started_at_ms for played_at_ms, _, after in dated if after.was_seen])
    starts = _same([played_at_ms - line.started_at_ms for played_at_ms, line, _ in dated if line.was_seen])
    most = max(ends, starts, key=len)
    return Clock(median_low(most), starts=most is starts) if len(most) >= FEWEST else Clock()


def _same(differences_ms: Sequence[int]) -> list[int]:
    """Those that are about the same: the largest such group."""
    groups = ([other for other in differences_ms if abs(other - one) <= AGREE_MS] for one in differences_ms)
    return max(groups, key=len, default=[])
