"""state.json lost, damaged or out of date, and a log that people do things to: nothing doubled, nothing lost."""

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lib.disk import history_log
from lib.fake_spotify.listener import episode, local_file, track
from lib.plays.items import Item
from tests.support.clockwork import Clockwork, clockwork_in
from tests.support.times import MINUTE

pytestmark = pytest.mark.slow

SONG = track("Song", ["Band"], "Album", 200_000)
OTHER = track("Other", ["Band", "Guest"], "Album", 190_000)
OLD = Item("spotify:track:old", "Old song", "Old band", "Old album", 180_000)
EVENING = ["Song", "Song", "Other", "Talk", "Tape", "Song", "Other", "Other", "Song"]


def test_a_late_line_does_not_hide_what_plays_from_a_lost_memory(tmp_path: Path) -> None:
    with clockwork_in(tmp_path) as made:
        listener = made.listener
        listener.lag_ms = 5 * MINUTE
        listener.begin(OTHER).listen(10_000).begin(SONG).listen(40_000)
        listener.begin(track("Long", ["Band"], "Album", 30 * MINUTE)).listen()
        for _ in range(20):
            made.run()
            made.now_ms += MINUTE
        assert made.home.titles() == ["Other", "Long", "Song"]
        forget(made)
        for _ in range(3):
            made.run()
            made.now_ms += MINUTE
        assert made.home.titles() == ["Other", "Long", "Song"]


@pytest.fixture
def clockwork(tmp_path: Path) -> Iterator[Clockwork]:
    """An evening with repeats, an episode and a local file; 32 runs see it."""
    with clockwork_in(tmp_path) as made:
        listener = made.listener
        listener.quiet(5000).begin(SONG).listen().begin(SONG).listen().begin(OTHER).listen()
        listener.begin(episode("Talk", "Show", 30 * MINUTE)).listen(5 * MINUTE)
        listener.begin(local_file("Tape", "Me", 240)).listen()
        listener.begin(SONG).listen().begin(OTHER).listen().begin(OTHER).listen().begin(SONG).listen()
        listener.quiet(MINUTE)
        yield made


def forget(clockwork: Clockwork) -> None:
    clockwork.home.state.unlink(missing_ok=True)


def truncate(clockwork: Clockwork) -> None:
    content = clockwork.home.state.read_bytes()
    clockwork.home.state.write_bytes(content[: len(content) // 2])


def damage(clockwork: Clockwork) -> None:
    content = bytearray(clockwork.home.state.read_bytes())
    content[len(content) // 3] ^= 1
    clockwork.home.state.write_bytes(bytes(content))


def age(clockwork: Clockwork) -> None:
    clockwork.home.state.write_text('{"version": 0, "last_uri": "spotify:track:1"}\n')


def garble(clockwork: Clockwork) -> None:
    clockwork.home.state.write_bytes(b"\xff\x00[[[[")


@pytest.mark.parametrize("harm", [forget, truncate, damage, age, garble])
@pytest.mark.parametrize("runs_between", [1, 2, 5])
def test_a_state_lost_or_damaged_again_and_again_doubles_and_loses_nothing(
    clockwork: Clockwork, harm: Callable[[Clockwork], None], runs_between: int
) -> None:
    runs = 0
    while clockwork.now_ms <= clockwork.listener.at_ms + 3 * MINUTE:
        assert clockwork.run().status == 0
        runs += 1
        if runs % runs_between == 0 and clockwork.home.state.exists():
            harm(clockwork)
        clockwork.now_ms += MINUTE
    assert clockwork.home.titles() == EVENING


@pytest.mark.parametrize("runs_behind", [1, 2, 3, 7, 20])
def test_a_state_older_than_the_log_doubles_and_loses_nothing(clockwork: Clockwork, runs_behind: int) -> None:
    states: list[bytes] = []
    while clockwork.now_ms <= clockwork.listener.at_ms + 3 * MINUTE:
        clockwork.run()
        states.append(clockwork.home.state.read_bytes())
        if len(states) % (runs_behind + 1) == 0:
            clockwork.home.state.write_bytes(states[-1 - runs_behind])
        clockwork.now_ms += MINUTE
    assert clockwork.home.titles() == EVENING


def rotate(log: Path) -> None:
    log.replace(log.with_name("history.log.1"))


def compress(log: Path) -> None:
    with gzip.open(log.with_name("history.log.1.gz"), "wb") as packed:
        packed.write(log.read_bytes())
    log.unlink()


@pytest.mark.parametrize("away", [rotate, compress, Path.unlink])
def test_a_log_rotated_emptied_or_deleted_goes_on_where_it_was(
    clockwork: Clockwork, away: Callable[[Path], None]
) -> None:
    earlier: list[str] = []
    for _ in range(4):
        for _ in range(8):
            clockwork.run()
            clockwork.now_ms += MINUTE
        earlier += clockwork.home.titles()
        if clockwork.home.log.exists():
            away(clockwork.home.log)
    clockwork.live()
    assert earlier + clockwork.home.titles() == EVENING


def test_a_log_edited_by_hand_is_taken_as_it_is(clockwork: Clockwork) -> None:
    clockwork.live()
    lines = clockwork.home.log.read_text().splitlines()
    edited = ["# my evening", *lines[:3], "", lines[4].replace("Tape", "Tape, side A"), *lines[5:-1]]
    clockwork.home.log.write_text("\n".join(edited) + "\n")
    clockwork.now_ms += 20 * MINUTE
    for _ in range(3):
        clockwork.run()
        clockwork.now_ms += MINUTE
    assert clockwork.home.log.read_text().splitlines() == edited


def test_only_the_tail_of_a_large_log_is_read(clockwork: Clockwork) -> None:
    log = clockwork.home.log
    line = history_log.line(OLD, 1_700_000_000_000)
    log.write_text(f"{line}\n" * 20_000)
    before = len(log.read_text().splitlines())
    clockwork.run()
    clockwork.now_ms += MINUTE
    clockwork.run()
    assert len(history_log.recent(log)) < 1000
    assert len(log.read_text().splitlines()) == before + 1
