"""How exact the history is: `python -m tests.fidelity [--scenario NAME] [--seeds N] [--show]`.

Prints two tables: simulated days in every scenario, beside simpler rules; and two weeks of each of 20 realistic
listeners. `--export FILE…` prints the second for the listener whose Spotify export it is.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.fidelity import from_export, realistic, simulated
from tests.fidelity.scenarios import SCENARIOS
from tests.fidelity.timeline import Timeline


def main() -> None:
    """Measures and prints."""
    options = _options(sys.argv[1:])
    seeds = range(options.first, options.first + options.seeds)
    if options.export:
        _realistic(options, [part for seed in seeds[: options.variants] for part in _exported(options.export, seed)])
        return
    if not options.realistic:
        _simulated(options, seeds)
    if not options.simulated:
        _realistic(options, realistic.many(seeds, options.days))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fidelity", description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=20, help="days per scenario, and listeners (20)")
    parser.add_argument("--first", type=int, default=1, help="the first seed (1)")
    parser.add_argument("--days", type=int, default=realistic.DAYS, help="days of each realistic listener (14)")
    parser.add_argument("--scenario", default="", help="only the scenarios whose name holds this")
    parser.add_argument("--simulated", action="store_true", help="only the simulated days")
    parser.add_argument("--realistic", action="store_true", help="only the realistic listeners")
    parser.add_argument("--export", nargs="+", type=Path, metavar="FILE", help="replay an export: zip, folder, JSON")
    parser.add_argument("--variants", type=int, default=1, help="guesses at an export's pauses (1)")
    parser.add_argument("--alone", action="store_true", help="without the simpler rules")
    parser.add_argument("--show", action="store_true", help="name every play lost, doubled or misdated")
    return parser.parse_args(arguments)


def _exported(paths: Sequence[Path], seed: int) -> list[Timeline]:
    return from_export.parts(from_export.timeline(f"export {seed}", from_export.read(paths), seed))


def _simulated(options: argparse.Namespace, seeds: range) -> None:
    scenarios = [scenario for scenario in simulated.SCENARIOS if options.scenario in scenario.name]
    if scenarios:
        table = simulated.measure(scenarios, seeds, simpler=not options.alone)
        print(simulated.report(table), end="\n\n")
        if options.show:
            print(simulated.details(table))


def _realistic(options: argparse.Namespace, timelines: Sequence[Timeline]) -> None:
    scenarios = [scenario for scenario in SCENARIOS if options.scenario in scenario.name]
    if scenarios:
        table = realistic.measure(scenarios, timelines)
        print(realistic.report(table))
        if options.show:
            print(realistic.details(table))


if __name__ == "__main__":
    main()
