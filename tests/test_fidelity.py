"""The measure of how exact the history is, on a few days: `python -m tests.fidelity` takes more of them."""

from pathlib import Path

import pytest

from tests.fidelity import from_export, listeners, realistic, shape, simulated, to_export
from tests.fidelity.days import DayScenario
from tests.fidelity.scenarios import SCENARIOS, Scenario
from tests.fidelity.timeline import Pause, Stream, Timeline, plays

EXACT = [
    "calm",
    "down for 30 min",
    "played_at is the start",
    "relinked 5 %",
    "progress ±3 s",
    "clock steps back 1 h",
    "a look in 30 sees nothing",
]
LISTENER, DAYS = 11, 3


@pytest.mark.parametrize("name", EXACT)
@pytest.mark.slow
def test_a_day_is_logged_play_for_play(name: str) -> None:
    scenario = next(scenario for scenario in simulated.SCENARIOS if scenario.name == name)
    ours = simulated.live(scenario, 7, simpler=False)["this program"]
    assert ours.lost == ours.doubled == []
    assert ours.shown > 50
    assert ours.requests <= 2.4 * ours.runs


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
@pytest.mark.slow
def test_real_listening_is_logged_play_for_play(scenario: Scenario) -> None:
    ours = realistic.weeks((scenario, listeners.timeline(LISTENER, DAYS)))
    assert ours.lost == ours.doubled == ours.misdated == []
    assert ours.shown > 40


@pytest.mark.slow
def test_an_export_replayed_is_logged_play_for_play(tmp_path: Path) -> None:
    to_export.write(tmp_path / "my_spotify_data.zip", listeners.timeline(LISTENER, DAYS))
    ours = realistic.weeks((SCENARIOS[0], _exported(tmp_path / "my_spotify_data.zip")))
    assert ours.lost == ours.doubled == []
    assert ours.shown > 40


def test_an_export_is_read_back_as_the_plays_it_was_made_of(tmp_path: Path) -> None:
    lived = listeners.timeline(3, 20)
    to_export.write(tmp_path / "export.zip", lived, each=100)
    read = _exported(tmp_path / "export.zip")
    told = [stream for stream in lived.streams if not stream.item.get("is_local")]
    assert [stream.item["uri"] for stream in read.streams] == [stream.item["uri"] for stream in told]
    off = [abs(one.end_ms - other.end_ms) for one, other in zip(read.streams, told, strict=True)]
    assert max(off) < 1500
    assert len(plays(read.streams)) == pytest.approx(len(plays(told)), rel=0.02)


def _exported(path: Path) -> Timeline:
    return from_export.timeline("export", from_export.read([path]))


@pytest.mark.slow
def test_listeners_are_as_real_ones_are() -> None:
    """Over two months each: the listener in the middle of 20 lies between the lowest and the highest of the real ones,
    and at most six lie outside.
    """
    histories = [shape.seen(listeners.timeline(seed, 60).streams) for seed in range(1, 21)]
    for name, (lowest, highest, measure) in shape.MEASURED.items():
        values = sorted(measure(history) for history in histories)
        assert lowest <= values[len(values) // 2] <= highest, name
        assert sum(not lowest <= value <= highest for value in values) <= 6, name


ITEM = listeners.timeline(1, 1).streams[0].item


@pytest.mark.parametrize(
    ("second", "number"),
    [
        pytest.param(Stream(ITEM, 900_000, 50_000, 60_000, reason_start="appload"), 1, id="goes on where it was left"),
        pytest.param(Stream(ITEM, 900_000, 0, 60_000, reason_start="backbtn"), 2, id="begins again"),
        pytest.param(Stream(ITEM, 900_000, 80_000, 10_000, reason_start="clickrow"), 2, id="goes on elsewhere"),
    ],
)
def test_what_is_one_play(second: Stream, number: int) -> None:
    first = Stream(ITEM, 0, 0, 50_000, (Pause(50_000, 300_000),), reason_end="logout")
    assert len(plays([first, second])) == number


@pytest.mark.slow
def test_the_simpler_rules_lose_or_double_on_the_same_day() -> None:
    scores = simulated.live(DayScenario("calm"), 7, simpler=True)
    worse = {name: one for name, one in scores.items() if name != "this program"}
    assert len(worse) == 4
    for name, one in worse.items():
        assert one.recall < 1 or one.precision < 1, name


def test_the_table_has_a_row_for_each_scenario() -> None:
    scenario = DayScenario("an idle hour", hours=1, listening="idle")
    table = simulated.report({scenario.name: simulated.live(scenario, 1, simpler=True)})
    assert table.splitlines()[2].startswith("| an idle hour | 100.00 / 100.00 |")
    assert "records by cursor" in table.splitlines()[0]
