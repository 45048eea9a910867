"""Imports in any order and grouping give the same past, byte for byte, beside any log."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.disk import history_log
from lib.plays.items import Item
from tests.support.exports import Heard, Person, Song, extended, files, short, zipped
from tests.support.importing import Desk, desk

SONGS = [
    Song("spotify:track:1", "One", "Band", (), "Album", 180_000),
    Song("spotify:track:1", "One (2011 Remaster)", "Band", (), "", 180_000),  # renamed
    Song("spotify:track:2", "Two", "Band", (), "Album", 100_000),
    Song("spotify:track:3", "One", "Band", (), "Best of", 180_000),  # the same under another uri
]
NOON_S = int(datetime(2025, 5, 1, 12, tzinfo=UTC).timestamp())


class Piece(NamedTuple):
    """A stream, and which exports tell of it."""

    heard: Heard
    private: bool
    first: bool
    second: bool
    briefly: bool


PIECES = st.builds(
    Piece,
    st.builds(
        Heard,
        st.sampled_from(SONGS),
        st.integers(0, 240).map(lambda step: NOON_S + 10 * step),
        st.sampled_from([0, 4000, 20_000, 29_999, 30_000, 60_500, 100_000, 180_000]),
        st.sampled_from(["clickrow", "trackdone", "appload", "playbtn", "backbtn", "remote"]),
        st.sampled_from(["trackdone", "fwdbtn", "logout", "endplay", "backbtn", "remote"]),
    ),
    st.sampled_from([False, False, False, True]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
LEFT = ((180, 180_000, "trackdone"), (400, 60_000, "fwdbtn"))
"""A track to its end, which tells its length, and the same track left after a minute: (ended, ms, why)."""
LINES = st.lists(st.tuples(st.sampled_from(SONGS), st.integers(0, 240)), max_size=6)


def told(pieces: Sequence[Piece], which: str) -> list[dict[str, object]]:
    if which == "briefly":
        return [short(piece.heard) for piece in pieces if piece.briefly]
    return [extended(piece.heard, incognito_mode=piece.private) for piece in pieces if getattr(piece, which)]


def after(here: Desk, *imports: list[Path]) -> bytes:
    """The past that these imports leave, from nothing."""
    here.past.unlink(missing_ok=True)
    (here.folder / "history-past.streams").unlink(missing_ok=True)
    for paths in imports:
        said = here.imports(*paths, force=True)
        assert (said.status, said.err) == (0, "")
    return here.past.read_bytes()


@settings(max_examples=40, deadline=None)
@given(pieces=st.lists(PIECES, max_size=12), lines=LINES)
@pytest.mark.slow
def test_neither_order_nor_grouping_nor_repetition_matters(pieces: list[Piece], lines: list[tuple[Song, int]]) -> None:
    with TemporaryDirectory() as folder:
        here = desk(Path(folder))
        items = [(Item(song.uri, song.title, "Band, Guest", "Album", song.length_ms), at) for song, at in lines]
        here.log.write_text("".join(f"{history_log.line(item, 1000 * (NOON_S + 10 * at))}\n" for item, at in items))
        first, second, briefly = (
            here.file(f"{name}.json", told(pieces, name)) for name in ("first", "second", "briefly")
        )
        at_once = after(here, [first, second, briefly])
        assert after(here, [first], [second], [briefly]) == at_once
        assert after(here, [briefly], [second, second], [first]) == at_once
        assert after(here, [second], [briefly], [first], [second]) == at_once
        starts = [tuple(line[:3]) for line in here.lines()]
        assert len(set(starts)) == len(starts), "two lines of one recording and start"
        assert here.starts() == sorted(here.starts())


def person() -> Person:
    return Person(7, datetime(2024, 11, 1, tzinfo=UTC), collection=80).listen(600)


def test_a_newer_export_or_one_file_of_it_adds_what_is_new(tmp_path: Path) -> None:
    heard, here = person().heard, desk(tmp_path)
    older, newer = (zipped(tmp_path / f"{count}.zip", files(heard[:count], size=90)) for count in (400, 600))
    whole = after(here, [newer])
    assert whole.count(b"\n") > 300
    assert after(here, [older], [older], [newer], [older, newer]) == whole
    for name, content in files(heard, size=90).items():
        (tmp_path / name).write_bytes(content)
    one_by_one = [[path] for path in sorted(tmp_path.glob("Streaming_History*"), reverse=True)]
    assert len(one_by_one) == 7
    assert after(here, *one_by_one) == whole


def test_the_short_export_doubles_nothing_and_fills_what_the_other_lacks(tmp_path: Path) -> None:
    heard, here = person().heard, desk(tmp_path)
    tracks = [one for one in heard if ":track:" in one.song.uri]
    brief = here.file("StreamingHistory_music_0.json", [short(one) for one in tracks])
    older = zipped(tmp_path / "older.zip", files(heard[:400]))
    newer = zipped(tmp_path / "newer.zip", files(heard))
    whole = after(here, [newer])
    assert after(here, [brief], [newer]) == after(here, [newer], [brief]) == whole
    assert after(here, [brief]).count(b"\n") > 250
    both = after(here, [older], [brief])
    assert abs(both.count(b"\n") - whole.count(b"\n")) < 40, "a short export can't tell which streams go on"
    assert any(line.endswith(b"\t") for line in both.split(b"\n")), "it has no uri"


def test_a_play_known_only_from_an_older_export_stays(tmp_path: Path) -> None:
    heard, here = person().heard, desk(tmp_path)
    older = zipped(tmp_path / "older.zip", files(heard))
    newer = zipped(tmp_path / "newer.zip", files(heard[100:]))
    assert after(here, [older], [newer]) == after(here, [older])


def test_when_what_was_kept_is_lost_the_lines_of_the_past_stay(tmp_path: Path) -> None:
    heard, here = person().heard, desk(tmp_path)
    older, newer = (
        zipped(tmp_path / f"{name}.zip", files(part)) for name, part in (("a", heard[:300]), ("b", heard[300:]))
    )
    after(here, [older, newer])
    whole = [(line[0], line[5]) for line in here.lines()]
    for lost in (b"", b"{"):
        after(here, [older])
        (here.folder / "history-past.streams").write_bytes(lost)
        assert here.imports(newer).status == 0
        assert [(line[0], line[5]) for line in here.lines()] == whole


def test_a_line_of_the_past_keeps_its_length_and_is_not_new_when_what_was_kept_is_lost(tmp_path: Path) -> None:
    here = desk(tmp_path)
    whole, part = (Heard(SONGS[0], NOON_S + at_s, ms, "clickrow", end) for at_s, ms, end in LEFT)
    assert after(here, [here.file("endsong_0.json", [extended(whole), extended(part)])])
    before = here.lines()
    assert [line[4] for line in before] == ["3:00", "3:00"]
    (here.folder / "history-past.streams").unlink()
    facts = here.imports(here.file("endsong_1.json", [extended(part)]), json=True).facts
    assert (here.lines(), facts["past_plays_new"]) == (before, 0)


def test_a_line_that_the_log_loses_comes_back_from_the_next_import(tmp_path: Path) -> None:
    listener, here = person(), desk(tmp_path)
    export = zipped(tmp_path / "all.zip", files(listener.heard))
    whole = after(here, [export])
    play = listener.played[100]
    item = Item(play.song.uri, play.song.title, play.song.artist, play.song.album, play.song.length_ms)
    here.log.write_text(f"{history_log.line(item, play.start_ms)}\n")
    assert here.imports(export).status == 0
    assert here.past.read_bytes().count(b"\n") == whole.count(b"\n") - 1
    here.log.unlink()
    assert here.imports(export).status == 0
    assert here.past.read_bytes() == whole
