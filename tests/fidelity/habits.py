"""What one listener differs in from another, drawn between the lowest and the highest of seven real histories."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log
from random import Random

from lib.fake_spotify.listener import Json, track
from tests.support.times import MINUTE, SECOND

SONGS = 400


@dataclass(frozen=True, slots=True)
class Habits:
    """One listener. Shares from 0 to 1; numbers in streams.

    finished, short: streams that reach their end, and that are left within 30 s. hunts: how often several in a row
    are. paused: streams with a pause in the midst of a sitting, and pauses_ms how long half, three quarters and nine
    tenths of those last at most. left_paused: sittings that end so; played_on: how many of those tracks are; goes_on:
    how many of the others go on as a new stream. day, sitting: the medians; a tenth of all sittings is longer than
    sitting_tenth. shift_h: how much later than others they are up.
    """

    finished: float
    short: float
    hunts: float
    paused: float
    pauses_ms: tuple[int, int, int]
    left_paused: float
    played_on: float
    goes_on: float
    repeats: float
    day: float
    sitting: float
    sitting_tenth: float
    shift_h: int
    ads: float
    podcasts: float


def habits(seed: int) -> Habits:
    """One listener of many."""
    r = Random(f"{seed} habits")
    finished = r.uniform(0.28, 0.62)
    return Habits(
        finished=finished,
        short=(0.62 - finished) * 0.7 + r.uniform(0.04, 0.16),
        hunts=r.uniform(0.02, 0.036),
        paused=r.uniform(0.12, 0.24),
        pauses_ms=(between(r, 50 * SECOND, 150 * SECOND), between(r, 3 * MINUTE, 6 * MINUTE), 11 * MINUTE),
        left_paused=r.uniform(0.3, 0.6),
        played_on=r.uniform(0.15, 0.45),
        goes_on=r.uniform(0.35, 0.8),
        repeats=r.uniform(0.015, 0.045),
        day=between(r, 14, 34),
        sitting=r.uniform(4.2, 6.0) + (0.62 - finished) * 5,
        sitting_tenth=r.uniform(20, 24),
        shift_h=r.randint(-3, 5),
        ads=r.choice([0.0, 0.0, 0.08]),
        podcasts=r.choice([0.0, 0.01, 0.02]),
    )


def between(r: Random, low: int, high: int) -> int:
    """A number from `low` to `high`, its logarithm drawn evenly."""
    return int(exp(r.uniform(log(low), log(high))))


def pause_ms(r: Random, pauses_ms: Sequence[int]) -> int:
    """How long a pause in the midst of a sitting lasts."""
    half, quarter, tenth = pauses_ms
    points = [(0.0, 5500), (0.12, 15 * SECOND), (0.5, half), (0.75, quarter), (0.9, tenth), (1.0, 28 * MINUTE)]
    at = r.random()
    (low, low_ms), (high, high_ms) = next(pair for pair in pairwise(points) if at <= pair[1][0])
    return int(low_ms * (high_ms / low_ms) ** ((at - low) / (high - low)))


def songs(r: Random) -> list[Json]:
    """Of usual lengths; every tenth is a live version that has the name and the artist of the one before it."""
    found = list[Json]()
    for number in range(SONGS):
        ms = int(min(max(r.gauss(205, 45), 70), 600) * SECOND) + r.randint(0, 999)
        if number % 50 == 3:
            ms = r.randint(7 * MINUTE, 14 * MINUTE)
        live = number % 10 == 9
        name = number - 1 if live else number
        length = int(found[-1]["duration_ms"]) + 20 * SECOND if live else ms
        found.append(track(f"Song {name}", [f"Band {name % 60}"], f"Album {number % 90}", length))
    return found
