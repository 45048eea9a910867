"""What each clause of the rule is worth: `python -m tests.ablation [--only NAME] [--scenario NAME]`.

Takes out one clause at a time, lives through the same realistic weeks and simulated days, and prints how many more
plays get lost, doubled or misdated than with the whole rule, in which scenarios. What costs nothing there is tried
again on more of both.
"""

import argparse
import sys
from collections.abc import Sequence

from tests.ablation.removals import REMOVALS
from tests.ablation.trials import Cost, Setting, Trial, measure
from tests.fidelity import simulated
from tests.fidelity.scenarios import SCENARIOS

NOTHING = "**nothing**"
WORK = {"fetched": "requests for recently played", "saved": "writes of state.json"}
MORE = 1.1
"""Only so much more work is worth a word."""
NAMED = 3
"""Scenarios that a row names, those where the clause is worth most; the others are counted."""


def trials(scenarios: Sequence[Setting], seeds: range, name: str) -> list[Trial]:
    """Those whose name holds `name`, and the first of them with a memory that gets lost, for each seed."""
    settings = [(one, 0) for one in scenarios] + [(scenarios[0], 37)]
    every = (Trial(one, seed, forget_each) for one, forget_each in settings for seed in seeds)
    return [trial for trial in every if name in trial.name]


def weeks_and_days(seeds: range, name: str) -> list[Trial]:
    """The realistic weeks and the simulated days whose name holds `name`, for each seed."""
    return trials(SCENARIOS, seeds, name) + trials(simulated.SCENARIOS, seeds, name)


def told(table: dict[str, list[Cost]], number: int) -> str:
    """What the clause with that number in the table is worth, in words: where it's worth most, first."""
    found = []
    for scenario, costs in table.items():
        wrong, words = _more(costs[number], costs[0])
        if words:
            found.append((wrong, f"{scenario}: {words}"))
    found.sort(key=lambda one: -one[0])
    others = [f"{len(found) - NAMED} more"] if len(found) > NAMED else []
    return "; ".join([words for _, words in found[:NAMED]] + others) or NOTHING


def _more(one: Cost, whole: Cost) -> tuple[int, str]:
    """How many more plays go wrong than with the whole rule; and that in words, with what more work it takes."""
    wrong = {what: count for what, count in (one - whole).items() if what not in WORK}
    work = {what: one[what] / whole[what] for what in WORK if one[what] > MORE * whole[what]}
    words = [f"{count} {what}" for what, count in wrong.items()]
    words += [f"{share:.1f} × the {WORK[what]}" for what, share in work.items()]
    return sum(wrong.values()), ", ".join(words)


def report(rows: Sequence[tuple[str, str]]) -> str:
    """The table in Markdown."""
    return "\n".join(["| without | costs |", "| --- | --- |", *(f"| {name} | {costs} |" for name, costs in rows)])


def main(arguments: Sequence[str]) -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m tests.ablation", description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="only the clauses whose name holds this")
    parser.add_argument("--scenario", default="", help="only the scenarios whose name holds this")
    parser.add_argument("--seeds", type=int, default=2, help="listeners and days a scenario (2)")
    parser.add_argument("--again", type=int, default=20, help="listeners for what costs nothing with those (20)")
    options = parser.parse_args(arguments)
    chosen = [number for number, removal in enumerate(REMOVALS) if options.only in removal.name]
    first, others = range(1, options.seeds + 1), range(options.seeds + 1, options.again + 1)
    table = measure(chosen, weeks_and_days(first, options.scenario))
    words = {number: told(table, place) for place, number in enumerate(chosen, 1)}
    again = [number for number in chosen if words[number] == NOTHING]
    table = measure(again, weeks_and_days(others, options.scenario) if again else [])
    words |= {number: told(table, place) for place, number in enumerate(again, 1)}
    print(report([(REMOVALS[number].name, words[number]) for number in chosen]))


if __name__ == "__main__":
    main(sys.argv[1:])
