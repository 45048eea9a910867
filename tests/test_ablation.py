"""The measure of what each clause is worth: `python -m tests.ablation` takes more of it."""

import pytest

from tests.ablation.__main__ import NOTHING, told
from tests.ablation.removals import REMOVALS, Removal
from tests.ablation.trials import Trial, measure
from tests.fidelity.days import DayScenario
from tests.support.sitting import Sitting

LOOP = [f"{minute}:00 Other {minute % 3}:20 | Other {minute // 3 * 3 - 1}:40" for minute in range(1, 9)]


@pytest.mark.parametrize("removal", REMOVALS, ids=lambda removal: removal.name)
def test_each_clause_can_be_taken_out_and_comes_back(removal: Removal) -> None:
    before = Sitting(*LOOP).lines
    with removal.apply():
        Sitting(*LOOP)
    assert Sitting(*LOOP).lines == before


def test_the_table_tells_what_a_clause_is_worth() -> None:
    names = [removal.name for removal in REMOVALS]
    dear, free = names.index("look: it wasn't there before"), names.index("SAME_LENGTH_MS = 0")
    table = measure([dear, free], [Trial(DayScenario(hours=2), seed=1)])
    assert told(table, 1).startswith("days: calm: ")
    assert told(table, 2) == NOTHING
