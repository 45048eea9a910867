"""What no observer can tell, whatever the rule: plays that count neither way, and starts that no answer dates.

Plays that count neither way are lost when they have no line, and doubled when they have one, for nobody. They are:

- UNSEEN: a play of less than 30 s that no look saw sounding. Nothing lists it; but a look may have seen it paused.
- AGAIN: one of two plays of a track, right after each other or with nothing in between that any answer showed. Either
  no record tells of the one, or of the end of the other, so that they look like one play with a jump back; not when the
  first reached its end without a pause: the clock shows that. Or the second goes on where the first was left.
- IN_PARTS: the second record of a play that was listed in parts, each time that it was left, when no look saw the
  player after it had gone on: it looks like another play.
"""

from collections.abc import Iterator, Sequence
from enum import Enum
from itertools import pairwise

from tests.fidelity.evidence import Evidence
from tests.fidelity.timeline import LISTED_MS, Play, Stream
from tests.fidelity.weeks import Line
from tests.support.times import MINUTE

SLACK_MS = 2 * MINUTE
"""How far off a start may be."""


class Excluded(Enum):
    """Why a play counts neither way."""

    UNSEEN = "under 30 s, seen by no look"
    AGAIN = "the same track again, with no record of it"
    IN_PARTS = "listed in parts, seen by no look after it had gone on"


class Undatable(Enum):
    """Why no answer could tell when a play began."""

    PAUSED = "paused before the first look that saw it sounding, and not seen paused"
    MIDDLE = "begun in its middle, with no look just before"


def unseen(evidence: Evidence) -> set[int]:
    """The numbers of the plays that are UNSEEN."""
    return {play.number for play in evidence.plays if play.heard_ms < LISTED_MS and play.number not in evidence.seen}


def again(evidence: Evidence, logged: set[int]) -> set[int]:
    """The numbers of the plays that are AGAIN: the one without a line, when the other has one."""
    known = [play for play in evidence.plays if evidence.known(play)]
    pairs = [pair for pair in (*pairwise(evidence.plays), *pairwise(known)) if _looks_like_one(evidence, *pair)]
    found = set[int]()
    for one, other in pairs:
        if (one.number in logged) != (other.number in logged):
            found |= {one.number, other.number} - logged
    return found


def _looks_like_one(evidence: Evidence, one: Play, other: Play) -> bool:
    if one.item["uri"] != other.item["uri"]:
        return False
    if other.streams[0].continues(one.streams[-1]):
        return True
    if one.streams[-1].start_ms in evidence.listed and other.number in evidence.plays_listed:
        return False
    between = (span for stream in (one.streams[-1], other.streams[0]) for span in stream.spans if not span.playing)
    return not one.finished or any(between)


def in_parts(evidence: Evidence, extra: Sequence[Line]) -> list[Line]:
    """Those of the lines without a play that come from the later part of a play that is IN_PARTS."""
    parts = list(_unseen_parts(evidence))
    found = []
    for line in extra:
        part = next((part for part in parts if _tells_of(evidence, line, part)), None)
        if part:
            parts.remove(part)
            found.append(line)
    return found


def _unseen_parts(evidence: Evidence) -> Iterator[Stream]:
    for play in evidence.plays:
        for stream in play.streams[1:]:
            if stream.start_ms in evidence.listed and not evidence.seen_in(stream):
                yield stream


def _tells_of(evidence: Evidence, line: Line, part: Stream) -> bool:
    earliest_ms = part.start_ms - int(part.item["duration_ms"]) - SLACK_MS
    return evidence.replay.original_uri(line.uri) == part.item["uri"] and earliest_ms <= line.start_ms <= part.end_ms


def undatable(evidence: Evidence, play: Play) -> Undatable | None:
    """Why a play that was seen can't be dated to two minutes; None when it can."""
    seen_ms = evidence.seen[play.number]
    spans = [span for stream in play.streams for span in stream.spans if play.start_ms <= span.start_ms < seen_ms]
    pauses = [span for span in spans if not span.playing]
    if any(not list(evidence.looks(span.start_ms, span.end_ms)) for span in pauses):
        return Undatable.PAUSED
    if play.streams[0].from_ms and not list(evidence.looks(play.start_ms - SLACK_MS, play.start_ms)):
        return Undatable.MIDDLE
    return None
