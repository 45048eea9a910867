"""What each clause of the rule is worth: `python -m tests.ablation [--only NAME] [--scenario NAME] [--all]`.

Takes out one clause at a time, lives through the same realistic weeks and simulated days, and prints how many more
plays get lost, doubled or misdated than with the whole rule, scenario by scenario.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence

from tests.ablation.removals import REMOVALS
from tests.ablation.trials import Cost, Trial, measure
from tests.fidelity import simulated
from tests.fidelity.weather import WEATHERS

WEEKS = (
    "calm",
    "start",
    "looks that return nothing",
    "odd answers",
    "nightly outage",
    "a tenth never listed",
    "every five minutes",
)
DAYS = ("calm", "clock 5 min off", "relinked 5 %", "progress ±3 s", "a look in 30 sees nothing", "stale progress")
"""The scenarios that differ most; `--all` takes every one."""
FETCHES = 1.1
"""Only so much more work is worth a word."""


def trials(seeds: range, name: str, *, every: bool) -> list[Trial]:
    """The scenarios whose name holds `name`, for each seed; and the calm one with a memory that gets lost."""
    weeks = [Trial(one, seed) for one in WEATHERS if every or one.name in WEEKS for seed in seeds]
    days = [Trial(one, seed) for one in simulated.SCENARIOS if every or one.name in DAYS for seed in seeds]
    lost = [Trial(one, seed, forget_each=37) for one in (WEATHERS[0], simulated.SCENARIOS[0]) for seed in seeds]
    return [trial for trial in (*weeks, *days, *lost) if name in trial.name]


def report(names: Sequence[str], table: dict[str, list[Cost]]) -> str:
    """The table in Markdown: what goes wrong more often, and where; "nothing" where nothing does."""
    rows = ["| without | costs |", "| --- | --- |"]
    for number, name in enumerate(("nothing (the whole rule)", *names)):
        told = [
            f"{scenario}: {words}"
            for scenario, costs in table.items()
            if (words := _words(costs[number], costs[0] if number else Counter()))
        ]
        rows.append(f"| {name} | {'; '.join(told) or '**nothing**'} |")
    return "\n".join(rows)


def _words(one: Cost, whole: Cost) -> str:
    told = [f"{count} {what}" for what, count in (one - whole).items() if what != "fetched"]
    if whole and one["fetched"] > FETCHES * whole["fetched"]:
        told.append(f"{100 * one['fetched'] // whole['fetched'] - 100} % more requests for recently played")
    return ", ".join(told)


def main(arguments: Sequence[str]) -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m tests.ablation", description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="only the clauses whose name holds this")
    parser.add_argument("--scenario", default="", help="only the scenarios whose name holds this")
    parser.add_argument("--all", action="store_true", help="every scenario, which takes three times as long")
    parser.add_argument("--seeds", type=int, default=2, help="listeners and days a scenario (2)")
    options = parser.parse_args(arguments)
    chosen = [number for number, removal in enumerate(REMOVALS) if options.only in removal.name]
    table = measure(chosen, trials(range(1, options.seeds + 1), options.scenario, every=options.all))
    print(report([REMOVALS[number].name for number in chosen], table))


if __name__ == "__main__":
    main(sys.argv[1:])
