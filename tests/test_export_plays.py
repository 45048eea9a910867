"""Which streams of an export are plays, and what their lines say."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.disk import history_log
from lib.export.lines import written
from lib.export.model import Play
from lib.plays.items import Item
from tests.support.exports import Heard, Song, extended
from tests.support.importing import Desk, desk
from tests.support.times import zone

SONG = Song("spotify:track:" + 22 * "s", "Song", "Band", (), "Album", 180_000)
OTHER = Song("spotify:track:" + 22 * "o", "Other", "Choir", (), "Disc", 200_000)
NOON_S = int(datetime(2024, 5, 1, 12, tzinfo=UTC).timestamp())
HOUR_S = 3600


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    return desk(tmp_path)


def stream(song: Song, ended_s: int, played_s: float, start: str = "clickrow", end: str = "fwdbtn") -> Heard:
    return Heard(song, NOON_S + ended_s, int(played_s * 1000), start, end)


def starts(here: Desk, streams: Sequence[Heard]) -> list[tuple[str, int]]:
    """The past's plays: title, and start in seconds after noon."""
    said = here.imports(here.file("endsong_0.json", [extended(one) for one in streams]))
    assert (said.status, said.err) == (0, "")
    return [(line[2], int(datetime.fromisoformat(line[0]).timestamp()) - NOON_S) for line in here.lines()]


@pytest.mark.parametrize(
    ("streams", "plays"),
    [
        pytest.param([stream(SONG, 180, 180)], [("Song", 0)], id="30 s or more"),
        pytest.param([stream(SONG, 30, 29.999)], [], id="under 30 s"),
        pytest.param([stream(SONG, 5, 5, end="trackdone")], [("Song", 0)], id="under 30 s to its end"),
        pytest.param([stream(SONG, 5, 0, end="trackdone")], [], id="0 ms"),
        pytest.param(
            [stream(SONG, 100, 100, end="logout"), stream(SONG, 7 * HOUR_S, 80, "appload", "trackdone")],
            [("Song", 0)],
            id="taken up hours later",
        ),
        pytest.param(
            [stream(SONG, 20, 20, end="endplay"), stream(SONG, 60, 15, "playbtn", "endplay")],
            [("Song", 0)],
            id="30 s in two streams",
        ),
        pytest.param(
            [stream(SONG, 60, 60, end="remote"), stream(SONG, 180, 120, "remote", "trackdone")],
            [("Song", 0)],
            id="handed over to another device",
        ),
        pytest.param(
            [stream(SONG, 100, 100), stream(OTHER, 150, 40), stream(SONG, 230, 80, "playbtn", "trackdone")],
            [("Song", 0), ("Other", 110), ("Song", 150)],
            id="taken up after another was played",
        ),
        pytest.param(
            [stream(SONG, 180, 180, end="trackdone"), stream(SONG, 360, 180, "trackdone", "trackdone")],
            [("Song", 0), ("Song", 180)],
            id="on repeat",
        ),
        pytest.param(
            [stream(SONG, 180, 180, end="trackdone"), stream(SONG, 300, 100, "playbtn")],
            [("Song", 0), ("Song", 200)],
            id="played again after its end",
        ),
        pytest.param(
            [stream(SONG, 50, 50, end="backbtn"), stream(SONG, 230, 180, "backbtn", "trackdone")],
            [("Song", 0), ("Song", 50)],
            id="from the start again",
        ),
        pytest.param(
            [
                stream(SONG, 180, 180, end="trackdone"),
                stream(OTHER, 380, 200),
                stream(SONG, 500, 120, end="logout"),
                stream(SONG, 700, 170, "appload"),
            ],
            [("Song", 0), ("Other", 180), ("Song", 380), ("Song", 530)],
            id="too long to be the rest of it",
        ),
        pytest.param(
            [stream(SONG, 400, 180, "trackdone", "trackdone"), stream(SONG, 200, 180)],
            [("Song", 20), ("Song", 220)],
            id="not in order of time",
        ),
        pytest.param([stream(SONG, 180, 180), stream(SONG, 180, 180)], [("Song", 0)], id="the same stream twice"),
        pytest.param([stream(SONG, 180, 40), stream(SONG, 180, 180)], [("Song", 0)], id="two that end together"),
    ],
)
def test_a_play_is_what_it_is_in_the_log(here: Desk, streams: list[Heard], plays: list[tuple[str, int]]) -> None:
    assert starts(here, streams) == plays
    counts = here.imports(here.folder / "endsong_0.json", json=True).facts
    assert counts["streams"] == len(streams) == counts["silent"] + counts["repeated"] + counts["all_streams"]
    assert counts["all_streams"] == sum(counts[name] for name in ("plays", "too_short", "parts", "all_repeated"))


def columns(here: Desk, *objects: dict[str, object], private: bool = False) -> list[list[str]]:
    assert here.imports(here.file("endsong_0.json", list(objects)), private=private).status == 0
    return here.lines()


def test_a_line_has_the_columns_of_the_log(here: Desk) -> None:
    (line,) = columns(here, extended(stream(SONG, 180, 180, end="trackdone")))
    assert line[1:] == ["Band", "Song", "Album", "3:00", SONG.uri]
    assert datetime.fromisoformat(line[0]).timestamp() == NOON_S
    assert here.past.stat().st_mode & 0o777 == 0o600


def test_a_length_is_the_longest_stream_that_ended_by_itself(here: Desk) -> None:
    heard = [stream(SONG, 170, 170, end="trackdone"), stream(OTHER, 400, 90), stream(SONG, 900, 175.5, end="trackdone")]
    assert [line[4] for line in columns(here, *map(extended, [*heard, stream(SONG, 1500, 300)]))] == [
        "2:55",
        "",
        "2:55",
        "2:55",
    ]


EPISODE = Song("spotify:episode:" + 22 * "e", "How a Bell Is Tuned", "Long Wave", (), "", 3_000_000)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({}, ["Long Wave", "How a Bell Is Tuned", "", "", EPISODE.uri]),
        (
            {
                "spotify_episode_uri": None,
                "audiobook_chapter_uri": "spotify:chapter:1",
                "audiobook_title": "Moby",
                "audiobook_chapter_title": "Loomings",
            },
            ["Moby", "Loomings", "", "", "spotify:chapter:1"],
        ),
        (
            {"spotify_episode_uri": None, "audiobook_uri": "spotify:show:1", "audiobook_title": "Moby"},
            ["", "Moby", "", "", "spotify:show:1"],
        ),
    ],
    ids=["an episode", "a chapter", "a book"],
)
def test_words_are_named_as_the_log_names_them(here: Desk, changed: dict[str, object], named: list[str]) -> None:
    assert [line[1:] for line in columns(here, extended(stream(EPISODE, 180, 180), **changed))] == [named]


def test_a_track_that_spotify_has_lost_keeps_the_name_it_had(here: Desk) -> None:
    lost = {
        "master_metadata_track_name": None,
        "master_metadata_album_artist_name": None,
        "master_metadata_album_album_name": None,
    }
    lines = columns(here, extended(stream(SONG, 180, 180)), extended(stream(SONG, 900, 180), **lost))
    assert [line[2] for line in lines] == ["Song", "Song"]
    nobody = extended(stream(SONG, 1800, 180), **lost, spotify_track_uri=None)
    assert len(columns(here, nobody)) == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"ts": "2024-05-01T12:03:00.999Z"},
        {"ts": "2024-05-01T14:03:00+02:00"},
        {"reason_start": None, "reason_end": None},
        {"reason_start": "switched-to-video", "reason_end": ""},
        {"offline_timestamp": 1_714_564_980_000},
        {"incognito_mode": None, "shuffle": None, "skipped": None},
    ],
    ids=["a fraction of a second", "an offset", "no reasons", "an unknown reason", "milliseconds", "no flags"],
)
def test_fields_may_have_any_of_the_shapes_that_spotify_has_used(here: Desk, changed: dict[str, object]) -> None:
    (line,) = columns(here, extended(stream(SONG, 180, 180), **changed))
    assert datetime.fromisoformat(line[0]).timestamp() == NOON_S


def test_private_sessions_are_taken_on_demand_only(here: Desk) -> None:
    secret = extended(stream(SONG, 180, 180), incognito_mode=True)
    assert columns(here, secret) == []
    assert SONG.uri.encode() not in (here.folder / "history-past.streams").read_bytes()
    assert len(columns(here, secret, private=True)) == 1


@pytest.mark.parametrize(
    "ts", ["1970-01-01T00:00:03Z", "2005-12-31T23:59:59Z", "2026-11-24T12:00:01Z", "2099-01-01T00:00:00Z"]
)
def test_impossible_times_are_counted_and_not_written(here: Desk, ts: str) -> None:
    said = here.imports(here.file("endsong.json", [extended(stream(SONG, 180, 180), ts=ts)]), json=True)
    assert (said.status, said.facts["impossible"], here.lines()) == (0, 1, [])


ZONES = [
    "UTC",
    "Europe/Zurich",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "XYZ-1:07",
]


@given(
    start_s=st.integers(1_150_000_000, 1_800_000_000),
    zone_name=st.sampled_from(ZONES),
    length_ms=st.none() | st.integers(0, 10**8),
)
def test_a_line_is_formatted_as_the_log_formats_it(start_s: int, zone_name: str, length_ms: int | None) -> None:
    play = Play(start_s * 1000, "spotify:track:1", 0, start_s * 1000 + 9000, counts=True)
    lengths = {} if length_ms is None else {"spotify:track:1": length_ms}
    with zone(zone_name):
        ((second, text),) = written([play], {"spotify:track:1": ("T", "A", "B")}, lengths)
        expected = history_log.line(Item("spotify:track:1", "T", "A", "B", length_ms), start_s * 1000)
    assert (second, text.decode()) == (start_s, f"{expected}\n")
