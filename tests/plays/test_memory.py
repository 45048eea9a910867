"""What is remembered from run to run: no more than it takes, in named fields."""

import json
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest

from lib.plays import memory_json
from lib.plays.model import Current, Line, Memory, NowPlaying, Phase, RecentPlay, Waiting
from lib.plays.reconcile import MOST
from tests.support.sitting import NOON_MS, OTHER, SONG, Sitting
from tests.support.times import HOUR, MINUTE

UNCHANGED = {
    "it plays on": (["0:00 Song 0:20 |"], ["0:20 Song 0:41", "0:44.999 Song 1:04"]),
    "it stays paused": (["0:00 Song 0:20 |", "1:00 Song 0:50 paused"], ["2:00 Song 0:50 paused"]),
    "it was never heard": (["0:00 Song 0:20 paused |"], ["1:00 Song 0:20 paused"]),
    "it stays away": (["0:00 Song |", "1:00 nothing |"], ["2:00 nothing", "15:59 nothing"]),
    "it stands still": (["0:00 Song 0:20 |", "1:00 Song 0:20"], ["2:00 Song 0:20"]),
    "the same entries are listed": (["0:00 nothing | Song -1:00"], ["1:00 nothing"]),
}


@pytest.mark.parametrize(("runs", "more"), UNCHANGED.values(), ids=UNCHANGED)
def test_memory_stays_the_same_when_nothing_is_learned(runs: list[str], more: list[str]) -> None:
    sitting = Sitting(*runs)
    before = sitting.memory
    for run in more:
        sitting.run(run)
    assert sitting.memory is before


def test_what_plays_on_is_remembered_each_minute() -> None:
    sitting = Sitting("0:00 Tape 0:10 |")
    before = sitting.memory
    sitting.run("0:44.999 Tape 0:55")
    assert sitting.memory is before
    sitting.run("0:45 Tape 0:55")
    assert sitting.memory is not before


def test_an_idle_night_is_saved_every_quarter_of_an_hour() -> None:
    sitting, saved = Sitting("0:00 nothing |"), 0
    for minute in range(1, 8 * 60):
        before = sitting.memory
        sitting.run(f"{minute}:00 nothing")
        saved += sitting.memory is not before
    assert saved == 31


def test_memory_stays_small_however_much_is_heard() -> None:
    sitting = Sitting()
    for number in range(400):
        item = replace(SONG, uri=f"spotify:track:{number}", title=f"Song {number}" * 500)
        at_ms = NOON_MS + number * MINUTE
        sitting.look(at_ms, NowPlaying(at_ms, item, 9000, is_playing=True), [RecentPlay(item, at_ms + 400 * HOUR)])
    assert len(sitting.memory.lines) == len(sitting.memory.entries) == MOST
    assert len(json.dumps(memory_json.dump(sitting.memory))) < 100_000


def test_an_entry_that_is_listed_for_long_counts_once() -> None:
    sitting = Sitting()
    for minute in range(200):
        other = replace(OTHER, uri=f"spotify:track:{minute}", title=f"Other {minute}")
        at_ms = NOON_MS + minute * MINUTE
        sitting.look(at_ms, None, [RecentPlay(SONG, NOON_MS - HOUR), RecentPlay(other, at_ms)])
    assert sum(line.startswith("Song") for line in sitting.lines) == 1


# As JSON

LINE = Line(SONG.identity, 1, 2, 3, 4, broke_ms=5, played_at_ms=6)
FULL = Memory(
    Current(LINE, 7, 8, Phase.PAUSED, 9, entry_came=True),
    Waiting(OTHER.identity, 10, 11, 12),
    (replace(LINE, broke_ms=None), replace(LINE, played_at_ms=None)),
    ((13, SONG.uri), (14, OTHER.uri)),
    15,
    16,
    recent_due=False,
)
MEMORIES = {
    "everything": FULL,
    "nothing": Memory(),
    "unknown progress": replace(FULL, current=Current(LINE, 7, None, Phase.PLAYING)),
    "no start": replace(FULL, waiting=Waiting(OTHER.identity, None, 8, 9)),
}


@pytest.mark.parametrize("memory", MEMORIES.values(), ids=MEMORIES)
def test_what_is_saved_is_what_is_loaded(memory: Memory) -> None:
    assert memory_json.load(json.loads(json.dumps(memory_json.dump(memory)))) == memory


def test_every_field_is_saved_by_its_name() -> None:
    """So two numbers that are swapped in code don't go unnoticed."""
    assert json.loads(json.dumps(memory_json.dump(FULL))) == _named(FULL)


def _named(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _named(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_named(one) for one in value]
    return value.value if isinstance(value, Phase) else value


def test_a_later_version_reads_each_phase_by_its_word() -> None:
    assert [phase.value for phase in Phase] == ["playing", "paused", "recalled"]


@pytest.mark.parametrize("name", [field.name for field in fields(Memory)])
def test_a_memory_without_a_field_is_refused(name: str) -> None:
    saved = memory_json.dump(FULL)
    del saved[name]
    with pytest.raises(KeyError):
        memory_json.load(saved)


@pytest.mark.parametrize("odd", ["1", 1.5, True, None, []], ids=repr)
def test_a_time_that_is_no_whole_number_is_refused(odd: Any) -> None:
    with pytest.raises(TypeError):
        memory_json.load({**memory_json.dump(FULL), "checked_ms": odd})
