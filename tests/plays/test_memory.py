"""What is remembered from run to run: no more than it takes, in named fields, and what version 1 remembered."""

import json
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest

from lib.plays import memory_json
from lib.plays.items import Identity
from lib.plays.model import Current, Line, Memory, NowPlaying, RecentPlay
from lib.plays.reconcile import FEW, MOST
from tests.support.sitting import NOON_MS, OTHER, SONG, Sitting
from tests.support.times import HOUR, MINUTE, SECOND

UNCHANGED = {
    "it stays away": (["0:00 Song |", "1:00 nothing |"], ["2:00 nothing", "15:59 nothing"]),
    "the same entries are listed": (["0:00 nothing | Song -1:00"], ["1:00 nothing"]),
}


@pytest.mark.parametrize(("runs", "more"), UNCHANGED.values(), ids=UNCHANGED)
def test_memory_stays_the_same_when_nothing_is_learned(runs: list[str], more: list[str]) -> None:
    sitting = Sitting(*runs)
    before = sitting.memory
    for run in more:
        sitting.run(run)
    assert sitting.memory is before


ON_THE_PLAYER = {
    "it plays": (["0:00 Tape 0:10 |"], "1:00 Tape 1:10"),
    "it's paused": (["0:00 Tape 0:10 |", "0:10 Tape 0:20 paused"], "1:10 Tape 0:20 paused"),
    "it was never heard": (["0:00 Song 0:20 paused |"], "1:00 Song 0:20 paused"),
}


@pytest.mark.parametrize(("runs", "more"), ON_THE_PLAYER.values(), ids=ON_THE_PLAYER)
def test_what_is_on_the_player_is_remembered_each_minute(runs: list[str], more: str) -> None:
    sitting = Sitting(*runs)
    before = sitting.memory
    sitting.run(more)
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


def test_what_is_only_shown_pushes_no_line_out_of_memory() -> None:
    sitting = Sitting("0:00 Talk 10:00 |")
    for minute in range(1, 400):
        sitting.run(f"{minute}:00 {('Song', 'Other')[minute % 2]} 0:50 paused")
    assert len(sitting.memory.lines) == FEW + 1
    assert sitting.run("400:00 Talk 11:00") == []


def test_an_entry_that_is_listed_for_long_counts_once() -> None:
    sitting = Sitting()
    for minute in range(200):
        other = replace(OTHER, uri=f"spotify:track:{minute}", title=f"Other {minute}")
        at_ms = NOON_MS + minute * MINUTE
        sitting.look(at_ms, None, [RecentPlay(SONG, NOON_MS - HOUR), RecentPlay(other, at_ms)])
    assert sum(line.startswith("Song") for line in sitting.lines) == 1


# As JSON

LINE = Line(SONG.identity, 1, 2, 3, 4, again_ms=5, broke_ms=6, played_at_ms=7)
FULL = Memory(
    Current(LINE, 7, 8, paused=True, gone_ms=9, entry_came=True),
    (replace(LINE, again_ms=None, broke_ms=None), replace(LINE, played_at_ms=None, logged=False)),
    ((13, SONG.uri), (14, OTHER.uri)),
    15,
    16,
    recent_due=False,
)
MEMORIES = {
    "everything": FULL,
    "nothing": Memory(),
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
    return value


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


# What version 1.0 saved. Its fields had no names within what was seen: identity, when, progress, state, start, until
# when, whether it has a line, and whether that is matched.

NEVER_MS = 1 << 62


def version_1(state: str, *, progress_ms: int | None = 60_000, until_ms: int = NEVER_MS, logged: bool = True) -> Memory:
    """Song since 11:59, seen at noon; Other before it, with its entry."""
    saved = {
        "seen": [_listed(SONG.identity), NOON_MS, progress_ms, state, NOON_MS - MINUTE, until_ms, logged, False],
        "lines": [[_listed(OTHER.identity), NOON_MS - 4 * MINUTE, NOON_MS - MINUTE, True]],
        "records": [[NOON_MS - MINUTE, OTHER.uri]],
        "checked_ms": NOON_MS,
        "fetched_ms": NOON_MS,
        "owed": False,
    }
    return memory_json.load_version_1(json.loads(json.dumps(saved)))


def _listed(identity: Identity) -> list[str | int]:
    return [identity.uri, identity.recording, identity.duration_ms]


STATES = {
    "playing": (False, False, MINUTE),
    "paused": (True, False, MINUTE),
    "recalled": (False, False, MINUTE),
    "gone": (False, True, MINUTE),
    "stale": (False, True, MINUTE),
    "ended": (False, True, 4 * MINUTE),
}


@pytest.mark.parametrize(("state", "paused", "gone", "progress_ms"), [(name, *row) for name, row in STATES.items()])
def test_each_state_of_version_1_is_converted(state: str, paused: bool, gone: bool, progress_ms: int) -> None:
    gone_ms = NOON_MS + 3 * MINUTE
    line = Line(SONG.identity, NOON_MS - MINUTE, NOON_MS - MINUTE, NOON_MS, NOON_MS)
    current = Current(line, NOON_MS, progress_ms, paused, gone_ms if gone else None, entry_came=state == "ended")
    assert version_1(state, until_ms=gone_ms).current == current


def test_the_lines_and_entries_of_version_1_are_converted() -> None:
    began_ms, ended_ms = NOON_MS - 4 * MINUTE, NOON_MS - MINUTE
    memory = version_1("playing")
    assert memory.lines == (Line(OTHER.identity, began_ms, began_ms, began_ms, ended_ms, played_at_ms=ended_ms),)
    assert memory.entries == ((ended_ms, OTHER.uri),)


@pytest.mark.parametrize("progress_ms", [None, 0, 9000])
def test_what_version_1_saw_only_paused_waits(progress_ms: int | None) -> None:
    began_ms = NOON_MS - MINUTE
    line = Line(SONG.identity, began_ms, began_ms, NOON_MS, NOON_MS, logged=False)
    assert version_1("paused", progress_ms=progress_ms, logged=False).current == Current(
        line, NOON_MS, progress_ms or 0, paused=True
    )


UPDATES = {
    "it plays on": (version_1("playing"), "1:00 Song 2:00 | Other -1:00", []),
    "it plays on, with an entry": (version_1("playing"), "9:00 nothing | Other -1:00, Song 3:00", []),
    "it's repeated": (version_1("playing"), "4:00 Song 1:00 | Other -1:00", ["Song 3:00"]),
    "it was paused": (version_1("paused"), "1:00 Song 1:00 paused | Other -1:00", []),
    "it plays on after a pause": (version_1("paused"), "1:00:00 Song 1:10 | Other -1:00", []),
    "it was gone": (version_1("gone", until_ms=NOON_MS + MINUTE), "2:00 Song 1:10 | Other -1:00", []),
    "it had ended": (version_1("ended", until_ms=NOON_MS + 3 * MINUTE), "5:00 Song 1:10 | Other -1:00", ["Song 3:50"]),
    "it stood still": (version_1("stale", until_ms=NOON_MS), "2:00 Song 1:00 | Other -1:00", []),
    "it was known from the log": (version_1("recalled", progress_ms=0), "9:00 Song 1:10 | Other -1:00", []),
    "it was only seen paused": (version_1("paused", logged=False), "1:00 Song 1:00 paused | Other -1:00", []),
    "seen paused, it plays now": (version_1("paused", logged=False), "1:00 Song 1:10 | Other -1:00", ["Song -1:00"]),
    "another is listed": (version_1("playing"), "9:00 nothing | Song 3:00, Other 6:00", ["Other 3:00"]),
}


@pytest.mark.parametrize(("memory", "run", "lines"), UPDATES.values(), ids=UPDATES)
def test_an_update_from_version_1_doubles_and_loses_nothing(memory: Memory, run: str, lines: list[str]) -> None:
    sitting = Sitting()
    sitting.memory = memory
    assert sitting.run(run) == lines


def test_a_memory_of_version_1_that_saw_nothing_is_converted() -> None:
    saved: dict[str, Any] = {
        "seen": None,
        "lines": [],
        "records": [],
        "checked_ms": HOUR,
        "fetched_ms": SECOND,
        "owed": True,
    }
    assert memory_json.load_version_1(json.loads(json.dumps(saved))) == Memory(checked_ms=HOUR, fetched_ms=SECOND)
