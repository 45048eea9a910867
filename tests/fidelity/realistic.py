"""Weeks of realistic listening, or of an export, in every scenario: the scores, and their table."""

import statistics
from collections.abc import Sequence

from tests.fidelity import listeners, parallel
from tests.fidelity.replay import Replay
from tests.fidelity.scenarios import Scenario
from tests.fidelity.score import Score, score
from tests.fidelity.timeline import Timeline
from tests.fidelity.weeks import live

DAYS = 14
Task = tuple[Scenario, Timeline]


def weeks(task: Task) -> Score:
    """One listener's weeks in one scenario."""
    scenario, timeline = task
    return score(live(Replay(timeline, scenario)))


def measure(scenarios: Sequence[Scenario], timelines: Sequence[Timeline]) -> dict[str, Score]:
    """Each scenario's score over all listeners."""
    tasks = [(scenario, timeline) for timeline in timelines for scenario in scenarios]
    table = {scenario.name: Score() for scenario in scenarios}
    for (scenario, _), one in zip(tasks, parallel.each(weeks, tasks, "listeners"), strict=True):
        table[scenario.name].add(one)
    return table


def many(seeds: Sequence[int], days: int = DAYS) -> list[Timeline]:
    """So many listeners' weeks."""
    return [listeners.timeline(seed, days) for seed in seeds]


def report(table: dict[str, Score]) -> str:
    """The table in Markdown."""
    cells = [_cells(name, one) for name, one in table.items()]
    rows = [list(cells[0]), ["---"] * len(cells[0]), *(list(row.values()) for row in cells)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cells(name: str, one: Score) -> dict[str, str]:
    errors = sorted(one.errors) or [0]
    return {
        "scenario": name,
        "recall": f"{one.recall:.4f}",
        "precision": f"{one.precision:.4f}",
        "plays": str(one.shown),
        "lost": str(len(one.lost)),
        "doubled": str(len(one.doubled)),
        "same start": str(one.same_start),
        "neither way": " + ".join(str(count) for _, count in sorted(one.excluded.items(), key=str)),
        "median error": f"{statistics.median(errors) / 1000:.1f} s",
        "99 %": f"{errors[int(0.99 * len(errors))] / 1000:.1f} s",
        "worst": f"{errors[-1] / 1000:.0f} s",
        "over 2 min": str(len(one.misdated)),
        "not datable": str(sum(one.undatable.values())),
        "requests a run": f"{one.requests / max(one.runs, 1):.2f}",
    }


def details(table: dict[str, Score]) -> str:
    """Every play that was lost, doubled or misdated, with what was on the player around it."""
    return "\n".join(text for one in table.values() for text in (*one.lost, *one.doubled, *one.misdated))
