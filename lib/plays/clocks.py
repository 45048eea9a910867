"""What `played_at` means by our clock, learned from the lines that have their entries. Pure.

Spotify's clock and ours may differ, and on some days `played_at` is the start of a play instead of its end. Both show
in the lines: as a rule one play ends when the next begins, so the same difference comes up again and again.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from lib.plays.items import Identity
from lib.plays.model import TOLERANCE_MS, Line

NEWEST = 30
"""Only so many lines count, because a clock may have been set since those before them."""
AGREE_MS = 2500
"""Differences agree within this: a start is known to about a second, and a track takes one or two to load."""
FEWEST = 4
"""At least so many differences must agree."""
UNKNOWN_MS = 25_000
"""By how much the clocks may differ before that's known: less than the 30 s that a play must be heard to be listed."""
Difference = tuple[int, Identity]
"""By how many ms an entry lies after a start, and whose entry it is."""


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
    newest = sorted((line for line in lines if line.logged), key=lambda line: line.started_at_ms)[-NEWEST:]
    with_entries = [
        (line.played_at_ms, line, after) for line, after in pairwise(newest) if line.played_at_ms is not None
    ]
    to_ends = [(at_ms - after.started_at_ms, line.identity) for at_ms, line, after in with_entries]
    to_starts = [(at_ms - line.started_at_ms, line.identity) for at_ms, line, _ in with_entries]
    ends, starts = _agreeing(to_ends), _agreeing(to_starts)
    # Each recording counts once, for the length of one that's played again and again looks like a difference, too.
    likely = max(ends, starts, key=lambda group: len({identity for _, identity in group}))
    if len(likely) < FEWEST:
        return Clock()
    in_order = sorted(ms for ms, _ in likely)
    median_ms = in_order[(len(in_order) - 1) // 2]  # `statistics` would take 3 ms to import
    return Clock(median_ms, starts=likely is starts)


def _agreeing(differences: Sequence[Difference]) -> list[Difference]:
    """The largest group of them that agree."""
    groups = ([other for other in differences if abs(other[0] - one[0]) <= AGREE_MS] for one in differences)
    return max(groups, key=len, default=[])
