"""Many small tasks in all processors, and a bar of how many are done; the bar at a terminal only."""

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


def each(work: Callable[[Task], Result], tasks: Sequence[Task], what: str) -> Iterator[Result]:
    """The results, in the order of the tasks. what: the bar's unit."""
    with ProcessPoolExecutor() as pool:
        for done, result in enumerate(pool.map(work, tasks), 1):
            _show(done, len(tasks), what)
            yield result


def _show(done: int, total: int, what: str) -> None:
    if sys.stderr.isatty():
        filled = 40 * done // total
        bar = f"[{'█' * filled}{' ' * (40 - filled)}] {done}/{total} {what}"
        print(f"\r{bar}", end="\n" if done == total else "", file=sys.stderr, flush=True)
