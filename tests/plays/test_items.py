"""When two items are the same recording, and which of them Spotify ever lists."""

from dataclasses import replace

import pytest

from lib.plays.items import Item, identify
from tests.support.sitting import ITEMS, SONG
from tests.support.times import MINUTE, SECOND

SONG_MS = 4 * MINUTE
AGAIN = replace(SONG, uri="spotify:track:again")
NAMELESS = replace(SONG, uri="")
SAME = {
    "another album under another id": (SONG, replace(AGAIN, album="Best of")),
    "2 s longer": (SONG, replace(AGAIN, duration_ms=SONG_MS + 2 * SECOND)),
    "2 s shorter": (SONG, replace(AGAIN, duration_ms=SONG_MS - 2 * SECOND)),
    "other words and length under its id": (SONG, replace(SONG, title="Song (live)", duration_ms=MINUTE)),
    "no URI": (NAMELESS, NAMELESS),
    "no URI and no length": (replace(NAMELESS, duration_ms=None), replace(NAMELESS, duration_ms=None)),
}
DIFFERENT = {
    "another title": (SONG, replace(AGAIN, title="Cover")),
    "other artists": (SONG, replace(AGAIN, artists="Others")),
    "over 2 s longer": (SONG, replace(AGAIN, duration_ms=SONG_MS + 2 * SECOND + 1)),
    "over 2 s shorter": (SONG, replace(AGAIN, duration_ms=SONG_MS - 2 * SECOND - 1)),
    "no URIs and other titles": (NAMELESS, replace(NAMELESS, title="Cover")),
    "long URIs that differ at their end": (
        Item(f"spotify:local:{'x' * 99}1", "Tape 1", "", "", None),
        Item(f"spotify:local:{'x' * 99}2", "Tape 2", "", "", None),
    ),
}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param(*pair, same, id=name)
        for same, pairs in ((True, SAME), (False, DIFFERENT))
        for name, pair in pairs.items()
    ],
)
def test_a_recording_is_known_by_its_id_or_its_names_and_length(one: Item, other: Item, same: bool) -> None:
    assert one.identity.same(other.identity) is same
    assert other.identity.same(one.identity) is same


def test_a_later_version_knows_what_an_earlier_one_saved() -> None:
    assert SONG.identity.recording == "21f1537c3664728a29"
    assert SONG.identity == identify("spotify:track:song", "Band", "Song", SONG_MS)
    assert replace(SONG, duration_ms=None).identity == identify("spotify:track:song", "Band", "Song", 0)


@pytest.mark.parametrize(("length", "kept"), [(80, 80), (81, 18), (5000, 18)])
def test_a_uri_stays_short_in_memory(length: int, kept: int) -> None:
    assert len(identify("x" * length, "Band", "Song", 0).uri) == kept


@pytest.mark.parametrize(("item", "track"), [(SONG, True), (ITEMS["Talk"], False), (ITEMS["Tape"], False)])
def test_spotify_lists_tracks_only(item: Item, track: bool) -> None:
    assert item.is_track is track
