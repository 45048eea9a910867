"""The table of realistic listeners: weeks of each, in every weather, in all processors."""

import statistics
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

from tests.fidelity import listeners
from tests.fidelity.replay import Replay, Weather
from tests.fidelity.score import Score, score
from tests.fidelity.timeline import Timeline
from tests.fidelity.weeks import live


def weeks(timeline: Timeline, weather: Weather) -> Score:
    """One listener's weeks in one weather."""
    return score(live(Replay(timeline, weather)))


def _task(task: tuple[Weather, int, int]) -> tuple[str, Score]:
    weather, seed, days = task
    return weather.name, weeks(listeners.timeline(seed, days), weather)


def measure(weathers: Sequence[Weather], seeds: Sequence[int], days: int = 14) -> dict[str, Score]:
    """Each weather's score over all listeners."""
    tasks = [(weather, seed, days) for seed in seeds for weather in weathers]
    table = {weather.name: Score() for weather in weathers}
    with ProcessPoolExecutor() as pool:
        for name, one in progress(pool.map(_task, tasks), len(tasks)):
            table[name].add(one)
    return table


def progress(results: Iterator[tuple[str, Score]], total: int) -> Iterator[tuple[str, Score]]:
    """The results, and a bar of how many there are; at a terminal only."""
    for done, result in enumerate(results, 1):
        if sys.stderr.isatty():
            filled = 40 * done // total
            print(f"\r[{'█' * filled}{' ' * (40 - filled)}] {done}/{total}", end="", file=sys.stderr, flush=True)
        yield result
    if sys.stderr.isatty():
        print(file=sys.stderr)


HEAD = [
    "scenario", "recall", "precision", "plays", "lost", "doubled", "same start", "neither way", "median error", "99 %", "worst",
    "over 2 min", "not datable", "requests a run",
]  # fmt: skip


def report(table: dict[str, Score]) -> str:
    """The table in Markdown."""
    rows = [HEAD, ["---"] * len(HEAD), *([name, *_cells(one)] for name, one in table.items())]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cells(one: Score) -> list[str]:
    errors = sorted(one.errors) or [0]
    median, most = statistics.median(errors), errors[int(0.99 * len(errors))]
    excluded, undatable = sum(one.excluded.values()), sum(one.undatable.values())
    return [
        f"{one.recall:.4f}", f"{one.precision:.4f}", str(one.shown), str(len(one.lost)), str(len(one.doubled)),
        str(one.same_start), str(excluded), f"{median / 1000:.1f} s", f"{most / 1000:.1f} s", f"{errors[-1] / 1000:.0f} s",
        str(len(one.misdated)), str(undatable), f"{one.requests / max(one.runs, 1):.2f}",
    ]  # fmt: skip
