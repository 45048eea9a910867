"""The shape of a listening history: the measured quantities, and between which values seven real ones lie."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

from tests.fidelity.timeline import NEVER_PLAYED_ON, Stream, begun_by_the_one_before
from tests.support.times import DAY, HOUR, MINUTE, SECOND


@dataclass(frozen=True, slots=True)
class Seen:
    """A stream as far as an export tells of it: not where in it the pauses were."""

    uri: str
    end_ms: int
    played_ms: int
    gap_ms: int
    """Between the end of the one before, and when it would have begun had there been no pause in it."""
    begun_by_the_one_before: bool
    reason_end: str
    goes_on: bool


def seen(streams: Sequence[Stream]) -> list[Seen]:
    """The streams by what an export tells of them."""
    found, before = [], None
    left: dict[str, int] = {}
    for one in streams:
        gap_ms = one.end_ms - one.heard_ms - before.end_ms if before else 0
        goes_on = one.from_ms > 0 and left.get(one.item["uri"]) == one.from_ms
        begun = before is not None and begun_by_the_one_before(one.reason_start, before.reason_end)
        found.append(Seen(one.item["uri"], one.end_ms, one.heard_ms, gap_ms, begun, one.reason_end, goes_on))
        left[one.item["uri"]], before = one.left_at_ms, one
    return found


def quantile(values: Sequence[float], share: float) -> float:
    """The value that so large a share of the values is at most."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0


def share(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else 0


def silences(history: Sequence[Seen]) -> list[float]:
    """Pauses and ads, ms: what lies before a stream that the one before it began."""
    return [one.gap_ms for one in history if one.gap_ms > 5 * SECOND and one.begun_by_the_one_before]


def sittings(history: Sequence[Seen]) -> list[list[Seen]]:
    """Streams with less than half an hour of nothing between them."""
    groups: list[list[Seen]] = []
    for one in history:
        if not groups or one.gap_ms > 30 * MINUTE:
            groups.append([])
        groups[-1].append(one)
    return groups


def _long_pauses(history: Sequence[Seen]) -> list[Seen]:
    return [one for one in history if one.gap_ms > 15 * MINUTE and one.begun_by_the_one_before]


def _hunts(history: Sequence[Seen]) -> list[int]:
    runs = [(short, len(list(run))) for short, run in groupby(history, key=lambda one: one.played_ms < 10 * SECOND)]
    return [length for short, length in runs if short and length >= 3]


def _days(history: Sequence[Seen]) -> list[int]:
    return list(Counter(one.end_ms // DAY for one in history).values())


def _length_ms(sitting: Sequence[Seen]) -> int:
    return sitting[-1].end_ms - (sitting[0].end_ms - sitting[0].played_ms)


Measure = Callable[[Sequence[Seen]], float]


def _played(at: float) -> Measure:
    return lambda history: quantile([one.played_ms / SECOND for one in history], at)


def _silence(at: float) -> Measure:
    return lambda history: quantile(silences(history), at) / SECOND


MEASURED: dict[str, tuple[float, float, Measure]] = {
    "streams of less than 30 s, %": (19, 47, lambda h: 100 * share([one.played_ms < 30 * SECOND for one in h])),
    "played, s: lowest tenth": (1.4, 7.5, _played(0.1)),
    "played, s: quarter": (6, 88, _played(0.25)),
    "played, s: median": (37, 185, _played(0.5)),
    "played, s: three quarters": (165, 220, _played(0.75)),
    "played, s: 95 %": (236, 334, _played(0.95)),
    "ended by themselves, %": (27, 65, lambda h: 100 * share([one.reason_end == "trackdone" for one in h])),
    "silences, %": (11, 33, lambda h: 100 * len(silences(h)) / len(h)),
    "silence, s: a tenth": (11, 32, _silence(0.1)),
    "silence, s: half": (55, 13 * 60, _silence(0.5)),
    "silence, s: three quarters": (300, 4 * 3600, _silence(0.75)),
    "silence, s: nine tenths": (1200, 20 * 3600, _silence(0.9)),
    "silence, s: 97 %": (10_200, 4 * 86_400, _silence(0.97)),
    "pauses of more than 15 min, %": (1.8, 8.6, lambda h: 100 * len(_long_pauses(h)) / len(h)),
    "... never played on, %": (
        39,
        86,
        lambda h: 100 * share([o.reason_end in NEVER_PLAYED_ON for o in _long_pauses(h)]),
    ),
    "going on where one was left, %": (1.6, 10, lambda h: 100 * share([one.goes_on for one in h])),
    "the same track twice, %": (3, 12, lambda h: 100 * share([a.uri == b.uri for a, b in pairwise(h)])),
    "hunts, a hundred streams": (1.3, 3.3, lambda h: 100 * len(_hunts(h)) / len(h)),
    "streams a sitting: median": (2, 8, lambda h: median(map(len, sittings(h)))),
    "streams a sitting: nine tenths": (18, 28, lambda h: quantile(list(map(len, sittings(h))), 0.9)),
    "sitting, min: median": (12, 24, lambda h: median(_length_ms(one) / MINUTE for one in sittings(h))),
    "sitting, min: nine tenths": (55, 90, lambda h: quantile([_length_ms(one) / MINUTE for one in sittings(h)], 0.9)),
    "streams a day: median": (10, 34, lambda h: median(_days(h))),
    "streams a day: most": (80, 185, lambda h: max(_days(h))),
    "streams an hour: most": (22, 62, lambda h: max(Counter(one.end_ms // HOUR for one in h).values())),
}
"""By name: the lowest and the highest of seven real histories, and how it's measured."""
