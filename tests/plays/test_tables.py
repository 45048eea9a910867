"""lib/README.md tells the rule as the code has it: the same rows in the same order, and the same constants."""

import re

import pytest

from lib.plays import clocks, entries, items, looks, model, observe, reconcile
from tests.support.home import ROOT

README = (ROOT / "lib" / "README.md").read_text(encoding="utf-8")
NUMBERS = {
    name: value
    for module in (items, model, looks, observe, clocks, entries, reconcile)
    for name, value in vars(module).items()
    if re.fullmatch(r"[A-Z_]+_MS|MOST|FEW|NEWEST|FEWEST", name)
}
UNITS_MS = {"ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000}


def rows(heading: str) -> list[list[str]]:
    """The rows of the table below a heading, as their cells."""
    section = README.partition(f"### {heading}\n")[2].partition("\n##")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_what_a_look_means_is_told_row_by_row() -> None:
    told = [(verdict, reason) for _, verdict, reason in rows("What a look means")]
    assert told == [(row.verdict.name.lower(), row.reason) for row in looks.ROWS]


def test_whose_an_entry_is_is_told_row_by_row() -> None:
    assert [why for *_, why in rows("Whose an entry is")] == [row.match.value for row in entries.MATCH_ROWS]


def test_every_constant_of_the_rule_is_told() -> None:
    assert {name for names, *_ in rows("The numbers") for name in re.findall(r"`(\w+)`", names)} == set(NUMBERS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param(name, value, id=name)
        for names, values, _ in rows("The numbers")
        for name, value in zip(re.findall(r"`(\w+)`", names), values.split(", "), strict=True)
    ],
)
def test_a_constant_is_what_is_told(name: str, value: str) -> None:
    number, _, unit = value.partition(" ")
    assert int(number) * UNITS_MS.get(unit, 1) == NUMBERS[name]
