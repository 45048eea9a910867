"""Everything that is known of the past, beside the log: which plays it has, and which the log doesn't have. Pure."""

from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

from lib.export.compare import NEAR_MS, Proof, compare
from lib.export.lines import Line, distinct
from lib.export.merge import apart
from lib.export.model import Batch, Play
from lib.export.plays import lengths, plays


class Past(NamedTuple):
    """The plays in order of time, how many streams and runs of them were too short for one, and the proof.

    streams: how many there are. continued: those that go on with what an earlier one began. lengths: of the tracks
    in ms, by their keys, as far as they are known.
    """

    streams: int
    plays: list[Play]
    too_short: int
    continued: int
    proof: Proof
    lengths: dict[str, int]

    @property
    def repeated(self) -> int:
        """The streams that the exports list twice."""
        return self.streams - len(self.plays) - self.too_short - self.continued

    @property
    def unlogged(self) -> list[Play]:
        """The plays that the log doesn't have."""
        return [play for play in self.plays if play not in self.proof.found]


def past(whole: Batch, log: Sequence[Line]) -> Past:
    """The past that these streams make, compared with the lines of the log. Both are in order of time."""
    extended, short = apart(whole.streams, whole.names)
    hidden = whole.hidden or Batch([], {}, Counter(), [])
    counting, skips, too_short = [], list(plays(hidden.streams)), 0
    since_ms = log[0].start_s * 1000 - NEAR_MS if log else 0
    for play in chain(plays(extended), plays(short)):
        if play.counts:
            counting.append(play)
        else:
            too_short += 1
            if log and play.end_ms >= since_ms:
                skips.append(play)
    continued = len(extended) + len(short) - len(counting) - too_short
    counting = distinct(counting, whole.names)
    until_s = whole.streams[-1][0] if whole.streams else 0
    unlisted = sorted(skips), hidden.names | whole.names
    proof = compare((counting, whole.names), unlisted, log, until_s)
    return Past(len(whole.streams), counting, too_short, continued, proof, lengths(extended))


def played(kept: Batch) -> list[Play]:
    """The plays that these streams make, in order of time."""
    extended, short = apart(kept.streams, kept.names)
    return distinct((play for play in chain(plays(extended), plays(short)) if play.counts), kept.names)


def foreign(new: Batch, log: Sequence[Line]) -> bool:
    """Whether what was just read seems to be another account's than the log."""
    if not log:
        return False
    since_s = log[0].start_s - NEAR_MS // 1000
    return past(new._replace(streams=[stream for stream in new.streams if stream[0] >= since_s]), log).proof.foreign
