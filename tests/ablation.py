"""What each clause of the rule is worth: `python -m tests.ablation [--only NAME] [--scenario NAME] [--seeds N]`.

Takes out one clause at a time, lives through the same realistic weeks and simulated days, and prints how many more
plays are lost, doubled or misdated than with the whole rule, scenario by scenario.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from types import ModuleType
from typing import NamedTuple

from lib.plays import reconcile
from tests.fidelity import listeners, parallel, simulated
from tests.fidelity.days import MINUTE, Scenario
from tests.fidelity.realistic import weeks
from tests.fidelity.weather import WEATHERS, Weather
from tests.support.changed import changed

Setting = Weather | Scenario
Cost = Counter[str]
"""How many plays were "lost", "doubled" and "misdated"."""


class Removal(NamedTuple):
    """A clause by its name, and what takes it out of the rule of this process for a while."""

    name: str
    apply: Callable[[], AbstractContextManager[None]]


class Trial(NamedTuple):
    """One removal in one scenario, for one seed. removal: its number, -1 for the whole rule."""

    removal: int
    scenario: Setting
    seed: int


def without_row(number: int, table: str, module: ModuleType) -> AbstractContextManager[None]:
    """A table of rows lacks that one."""
    rows = getattr(module, table)
    return changed((*rows[:number], *rows[number + 1 :]), table, module)


def removals() -> list[Removal]:
    """Every clause: each row of the rule's tables, and each constant (0, or so large that it never decides).

    A stub, with one example: the rest is filled in with the tables of the rule.
    """
    return [Removal("NEAR_MS = 0", lambda: changed(0, "NEAR_MS", reconcile))]


def cost(trial: Trial) -> Cost:
    """What goes wrong in one trial."""
    with removals()[trial.removal].apply() if trial.removal >= 0 else nullcontext():
        if isinstance(trial.scenario, Weather):
            one = weeks((trial.scenario, listeners.timeline(trial.seed)))
            return Counter(lost=len(one.lost), doubled=len(one.doubled), misdated=len(one.misdated))
        day = simulated.live(trial.scenario, trial.seed, simpler=False)["this program"]
        misdated = sum(error_ms > 2 * MINUTE for error_ms in day.errors)
        return Counter(lost=len(day.lost), doubled=len(day.doubled), misdated=misdated)


def measure(chosen: Sequence[int], scenarios: Sequence[Setting], seeds: range) -> dict[tuple[int, str], Cost]:
    """The costs by removal and scenario; those of the whole rule under -1."""
    trials = [Trial(number, one, seed) for number in (-1, *chosen) for one in scenarios for seed in seeds]
    table: dict[tuple[int, str], Cost] = {}
    for trial, one in zip(trials, parallel.each(cost, trials, "trials"), strict=True):
        kind = "weeks" if isinstance(trial.scenario, Weather) else "days"
        table.setdefault((trial.removal, f"{kind}, {trial.scenario.name}"), Counter()).update(one)
    return table


def report(table: dict[tuple[int, str], Cost]) -> str:
    """The table in Markdown: what goes wrong more often, and where; "nothing" where nothing does."""
    rows = ["| without | costs |", "| --- | --- |"]
    names = ["the whole rule", *(removal.name for removal in removals())]
    for number in sorted({number for number, _ in table}):
        costs = {name: one for (at, name), one in table.items() if at == number}
        more = {name: one - table[-1, name] if number >= 0 else one for name, one in costs.items()}
        told = [f"{name}: {_words(one)}" for name, one in more.items() if +one]
        rows.append(f"| {names[number + 1]} | {'; '.join(told) or 'nothing'} |")
    return "\n".join(rows)


def _words(one: Cost) -> str:
    return ", ".join(f"{count} {what}" for what, count in (+one).items())


def main(arguments: Sequence[str]) -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m tests.ablation", description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="only the clauses whose name holds this")
    parser.add_argument("--scenario", default="", help="only the scenarios whose name holds this")
    parser.add_argument("--seeds", type=int, default=3, help="listeners and days a scenario (3)")
    options = parser.parse_args(arguments)
    chosen = [number for number, removal in enumerate(removals()) if options.only in removal.name]
    everything: list[Setting] = [*WEATHERS, *simulated.SCENARIOS]
    scenarios = [one for one in everything if options.scenario in one.name]
    print(report(measure(chosen, scenarios, range(1, options.seeds + 1))))


if __name__ == "__main__":
    main(sys.argv[1:])
