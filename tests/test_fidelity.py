"""The measure of how exact the history is, on a few days: `python -m tests.fidelity` takes more of them."""

import pytest

from tests.fidelity.simulated import SCENARIOS, live, report
from tests.fidelity.days import Scenario

EXACT = [
    "calm",
    "down for 30 min",
    "played_at is the start",
    "relinked 5 %",
    "progress ±3 s",
    "clock steps back 1 h",
    "a look in 30 sees nothing",
]


@pytest.mark.parametrize("name", EXACT)
def test_a_day_is_logged_play_for_play(name: str) -> None:
    scenario = next(scenario for scenario in SCENARIOS if scenario.name == name)
    ours = live(scenario, 7, simpler=False)["this program"]
    assert ours.lost == ours.doubled == []
    assert ours.shown > 50
    assert ours.requests <= 2.4 * ours.runs


def test_the_simpler_rules_lose_or_double_on_the_same_day() -> None:
    scores = live(Scenario("calm"), 7, simpler=True)
    worse = {name: one for name, one in scores.items() if name != "this program"}
    assert len(worse) == 4
    for name, one in worse.items():
        assert one.recall < 1 or one.precision < 1, name


def test_the_table_has_a_row_for_each_weather_and_a_column_for_each_rule() -> None:
    scenario = Scenario("an idle hour", hours=1, listening="idle")
    table = report({scenario.name: live(scenario, 1, simpler=True)})
    assert table.splitlines()[2].startswith("| an idle hour | 100.00 / 100.00 |")
    assert "records by cursor" in table.splitlines()[0]
