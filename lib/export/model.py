"""What is in an export, and what is kept of it. Pure."""

from collections import Counter
from typing import NamedTuple, TypeAlias

from lib.errors import ProgramError

ENDED_BY_ITSELF = "trackdone"


class NotAnExportError(ProgramError):
    """A file that was named can't be imported: it isn't there, or isn't an export, or is a broken or hostile one.

    Status 2, usage: the command is fine on another file, and running it again on this one never helps.
    """

    status = 2
    transient = False
    remedy = (
        "Ask Spotify for “Extended streaming history” at https://www.spotify.com/account/privacy/ "
        "and name the zip that it sends."
    )


Names: TypeAlias = tuple[str, str, str]
"""The names of a track or an episode, fit for one line: (title, artists, album). A bare tuple, as Stream is."""


Stream: TypeAlias = tuple[int, int, str, str, str]
"""A stream as it is kept: (ended_s, start_ms, key, reason_start, reason_end), in order of time when sorted.

A bare tuple, as there are hundreds of thousands, which go from one process to another. key: the uri, or artists and
title with a tab between where an export has no URI.
"""


class Batch(NamedTuple):
    """What one file, or all of them, brought. Of the streams that were left out, `counts` has how many and why:

    silent (0 ms), impossible (its time), nameless, private. It also counts the odd objects, which aren't streams. odd:
    the first of them, by file and index. hidden: the streams of private sessions, to compare with the log; they are
    never kept.
    """

    streams: list[Stream]
    names: dict[str, Names]
    counts: Counter[str]
    odd: list[str]
    hidden: "Batch | None" = None


def named(called: Names) -> str:
    """The key of these names in the short export."""
    title, artists, _ = called
    return f"{artists}\t{title}"


def named_only(key: str) -> bool:
    """Whether the key is one of the short export, which has no URIs, and times to the minute."""
    return "\t" in key


class Play(NamedTuple):
    """One play, of one stream or of several that continue each other. All times are ms UTC.

    start_ms: as the export implies it, so too late by the pauses in the first stream. earliest_ms: the end of what was
    played before, so that the play really began between the two. counts: whether it's a play to Spotify, and so to the
    log: of 30 s, or to its end.
    """

    start_ms: int
    key: str
    earliest_ms: int
    end_ms: int
    counts: bool
