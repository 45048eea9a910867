"""The clauses of the rule, and what takes each of them out for a while: rows, parts of rows, constants, functions."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial

from lib.plays import clocks, dates, entries, items, looks, model, observe, reconcile
from lib.plays.clocks import Clock
from lib.plays.entries import MATCH_ROWS, DatedEntry
from lib.plays.looks import ROWS, Look, Row
from lib.plays.model import Current, Line, Memory, NowPlaying, Step
from tests.support.changed import changed
from tests.support.times import DAY


@dataclass(frozen=True, slots=True)
class Removal:
    """A clause by its name, and what takes it out of the rule of this process for a while."""

    name: str
    apply: Callable[[], AbstractContextManager[None]]


NOTHING = ROWS[0]
"""The look that shows nothing. Without the row, it's ignored: it can't be anything else."""


def _without_rows() -> list[Removal]:
    """Each row but the last of each table, which fits whatever is left."""
    of_looks = [
        Removal(f"look: {row.reason}", partial(changed, (*ROWS[:n], *ROWS[n + 1 :]), "ROWS", observe))
        for n, row in enumerate(ROWS[:-1])
        if row is not NOTHING
    ]
    of_entries = [
        Removal(
            f"entry: {row.match.value} (row {n + 1})",
            partial(changed, (*MATCH_ROWS[:n], *MATCH_ROWS[n + 1 :]), "MATCH_ROWS", entries),
        )
        for n, row in enumerate(MATCH_ROWS[:-1])
    ]
    return of_looks + of_entries


def _otherwise(reason: str, condition: str, fits: Callable[[Look], bool]) -> Removal:
    """A row with only a part of its condition."""
    number = next(number for number, row in enumerate(ROWS) if row.reason == reason)
    rows = (*ROWS[:number], Row(fits, ROWS[number].verdict, reason), *ROWS[number + 1 :])
    return Removal(f"look: {reason}: “{condition}”", partial(changed, rows, "ROWS", observe))


BACK, AGAIN = "it was listed as played, and began again", "it ended and began again"
LATE = "it had time to end, and is back nearer to its start"
PARTS = [
    _otherwise(BACK, "was listed", lambda it: it.jumped_back),
    _otherwise(BACK, "began when it was left", lambda it: it.entry_came and it.change_ms < -looks.AGAIN_MS),
    _otherwise(AGAIN, "not long ago", lambda it: it.was_playing and it.had_time_to_end and it.on_lap),
    _otherwise(AGAIN, "had time to end", lambda it: it.may_have_ended and it.on_lap),
    _otherwise(AGAIN, "on lap", lambda it: it.may_have_ended and it.had_time_to_end),
    _otherwise(LATE, "played, or long ago", lambda it: it.jumped_back and it.had_time_to_end),
    _otherwise(LATE, "had time to end", lambda it: it.jumped_back and it.was_playing),
]

CONSTANTS = {
    "SAME_LENGTH_MS": [items],
    "LISTED_MS": [model, entries],
    "TOLERANCE_MS": [looks, observe, clocks, dates, reconcile, model],
    "LONG_MS": [looks],
    "AWAY_MS": [model],
    "BRIEF_MS": [observe],
    "AT_ITS_START_MS": [observe],
    "NEAR_MS": [entries],
    "PART_MS": [entries],
    "AGAIN_MS": [looks, observe, entries, reconcile],
    "AGREE_MS": [clocks],
    "UNKNOWN_MS": [clocks],
    "SWEEP_MS": [reconcile],
    "SOONEST_MS": [reconcile],
}


def _without_constants() -> list[Removal]:
    """Each constant as nothing, and so large that it never decides."""
    return [
        Removal(f"{name} = {words}", partial(changed, value, name, *modules))
        for name, modules in CONSTANTS.items()
        for value, words in ((0, "0"), (1000 * DAY, "∞"))
    ]


def _by_its_time(
    restarted: Callable[[Line, DatedEntry, NowPlaying | None, Clock], bool],
    line: Line,
    dated: DatedEntry,
    _: NowPlaying | None,
    clock: Clock,
) -> bool:
    return restarted(line, dated, None, clock)


def _later(started_ms: int, now: NowPlaying) -> int | None:
    return now.began_ms if now.began_ms > started_ms + model.TOLERANCE_MS else None


def _ends(lines: Iterable[Line]) -> Clock:
    clock = clocks.learn(lines)
    return clock._replace(starts=False) if clock.known else clock


def _ignoring_nothing(gone: Callable[[Memory, Row, int], Step], memory: Memory, row: Row, now_ms: int) -> Step:
    return Step(memory) if row is NOTHING else gone(memory, row, now_ms)


OTHERS = [
    Removal(f"look: {NOTHING.reason}", partial(changed, partial(_ignoring_nothing, observe._gone), "_gone", observe)),
    Removal("FEWEST = 1", partial(changed, 1, "FEWEST", clocks)),
    Removal("MOST = 50", partial(changed, 50, "MOST", reconcile)),
    Removal("another id for a recording", partial(changed, lambda a, b: a.uri == b.uri, "same", items.Identity)),
    Removal("what's shown in between is forgotten", partial(changed, lambda memory, _: memory, "_taken_up", observe)),
    Removal("what waits was heard for long enough", partial(changed, lambda *_: True, "_was_heard", entries)),
    Removal(
        "what waits goes on at its place",
        partial(changed, lambda it, now: it.line.identity.same(now.item.identity), "is_there", Current),
    ),
    Removal(
        "it began again after it was last seen",
        partial(changed, lambda started_ms, _, now: _later(started_ms, now), "_again_ms", observe),
    ),
    Removal("what waits keeps its start", partial(changed, property(lambda _: False), "put_on", Line)),
    Removal("dated by what was there before", partial(changed, lambda _, now: now.began_ms, "_started_at_ms", observe)),
    Removal("the clocks are learned", partial(changed, lambda _: Clock(), "learn", reconcile)),
    Removal(
        "whether the clock gives starts is learned",
        partial(changed, _ends, "learn", reconcile),
    ),
    Removal("it wasn't gone before its end", partial(changed, property(lambda _: False), "gone_early", Current)),
    Removal("the last part ends at its natural end", partial(changed, property(lambda _: 0), "natural_end_ms", Line)),
    Removal(
        "where an entry that shows a new start lies",
        partial(changed, lambda line, *_: line.again_ms is not None, "_restarted", entries),
    ),
    Removal(
        "the newest entry, while the clocks aren't known",
        partial(changed, partial(_by_its_time, entries._restarted), "_restarted", entries),
    ),
    Removal(
        "a line takes more than one entry",
        partial(changed, lambda it, *_: it.played_at_ms is None, "_can_take", entries),
    ),
    Removal("the newest entry tells what was resumed", partial(changed, lambda *_: None, "_resumed_ms", entries)),
    Removal("too early for what plays", partial(changed, lambda *_: False, "_too_early", entries)),
    Removal(
        "another play shows that it began again", partial(changed, lambda step, *_: step, "_interrupted", reconcile)
    ),
    Removal("its entry tells where it was left", partial(changed, lambda current, _: current, "_left_at", reconcile)),
    Removal("what plays lasts until now", partial(changed, lambda it, _: it.line, "_until_now", entries)),
    Removal(
        "dated by the end of the play before", partial(changed, lambda step, *_: step, "not_before_the_last", reconcile)
    ),
    Removal(
        "a line's time reaches to the next play",
        partial(changed, lambda it, _: replace(it.line, until_ms=it.line.heard_ms), "left", Current),
    ),
]


REMOVALS: Sequence[Removal] = [*_without_rows(), *PARTS, *_without_constants(), *OTHERS]
"""Every clause."""
