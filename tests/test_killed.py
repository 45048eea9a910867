"""Killed anywhere, the job loses no line, doubles none, and loses no token that had reached the disk."""

from pathlib import Path

import pytest

from tests.support import strace
from tests.support.evening import Damage, Evening, damage, evening
from tests.support.times import MINUTE

pytestmark = pytest.mark.slow

needs_strace = pytest.mark.skipif(bool(strace.why_not()), reason=strace.why_not() or "strace is there")


@needs_strace
@pytest.mark.parametrize(
    ("client", "first"),
    [("one token", False), ("public client", True), ("rotating", False)],
)
def test_killed_at_any_call_that_writes_syncs_renames_or_locks(tmp_path: Path, client: str, first: bool) -> None:
    with evening(tmp_path / "good", client, first=first) as lived:
        places = strace.calls(lived.home)
    assert {"openat", "write", "fsync", "rename", "flock", "ftruncate"} <= {call.name for call in places}

    def cost(number: int) -> Damage:
        with evening(tmp_path / str(number), client, first=first) as lived:
            strace.kill(lived.home, places[number])
            return damage(lived)

    costs = [cost(number) for number in range(len(places))]
    lost, doubled, tokens, left_over = (sum(column) for column in zip(*costs, strict=True))
    print(f"{client}, {'first' if first else 'later'} run: {len(places)} kills, {lost} lines lost, {doubled} doubled,")
    print(
        f"{tokens} tokens lost (killed before the first byte of the new one was written, which nothing can prevent), "
        f"{left_over} temporary files left after the next run"
    )
    assert (lost, doubled, left_over) == (0, 0, 0)
    written = [number for number, call in enumerate(places) if call.name == "write" and "refresh_token" in call.told]
    at_fault = [number for number, cost in enumerate(costs) if cost.tokens]
    assert at_fault[-1:] == written, "a token is lost only when its first byte was never written"


@needs_strace
@pytest.mark.parametrize("left", ["nothing", "a whole token"])
def test_what_is_written_is_on_the_disk_before_anything_counts_on_it(tmp_path: Path, left: str) -> None:
    with evening(tmp_path / "home", "public client", first=True) as lived:
        if left == "a whole token":
            lived.home.token.rename(lived.home.token.with_name("token.json.tmp"))
        calls = [(call.name, call.target) for call in strace.calls(lived.home) if call.name in ("write", "fsync")]
        calls = [call for number, call in enumerate(calls) if call != calls[number - 1] or call[0] == "fsync"]
    renewed = [("write", "token.json.tmp"), ("fsync", "token.json.tmp")]
    folder = ("fsync", "home")
    adopted = [("fsync", "token.json.tmp"), folder] if left == "a whole token" else []
    log = [("write", "history.log"), ("fsync", "history.log"), folder]
    state = [("write", "state.json.tmp"), ("fsync", "state.json.tmp"), folder]
    assert calls == [*adopted, *renewed, *renewed, folder, *log, *state], "room, token, log, state"


def test_a_line_cut_anywhere_is_ended_and_logged_once(tmp_path: Path) -> None:
    with evening(tmp_path, "one token", first=False) as lived:
        whole, state = lived.home.log.read_bytes(), lived.home.state.read_bytes()
        lived.run()
        line = lived.home.log.read_bytes()[len(whole) :]
        assert len(line) > 80
        cuts = range(1, len(line), 3)
        for cut in cuts:
            lived.home.log.write_bytes(whole + line[:cut])
            lived.home.state.write_bytes(state)
            assert damage(lived) == (0, 0, 0, 0), line[:cut]
            assert lived.home.log.read_bytes().startswith(whole + line[:cut] + b"\n"), "nothing is cut off or joined"
            lived.pass_ms(-5 * MINUTE)
    print(f"{len(cuts)} places to cut a line: 0 lines lost, 0 doubled, 0 joined")


@needs_strace
@pytest.mark.parametrize("written", [9, 60])
@pytest.mark.parametrize("first", [True, False], ids=["first run", "later run"])
def test_a_line_cut_by_a_kill_is_ended_and_logged_once(tmp_path: Path, first: bool, written: int) -> None:
    remark = b"# a remark of my own\n" * 400

    def prepared(lived: Evening) -> int:
        with lived.home.log.open("ab") as log:
            log.write(remark)
        return lived.home.log.stat().st_size + written

    with evening(tmp_path / "whole", "one token", first=first) as lived:
        calls = strace.calls(lived.home, prepared(lived))
        (_, rest) = [call for call in calls if call.name == "write" and call.target.endswith("history.log")]
    with evening(tmp_path / "killed", "one token", first=first) as lived:
        size = prepared(lived)
        strace.kill(lived.home, rest, room=size)
        assert lived.home.log.stat().st_size == size, "a part of the line"
        assert damage(lived) == (0, 0, 0, 0)
        assert remark in lived.home.log.read_bytes()
