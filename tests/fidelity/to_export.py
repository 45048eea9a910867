"""A timeline as Spotify exports it, for the tests: the objects, and the zip."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from lib.fake_spotify.listener import iso
from tests.fidelity.timeline import Stream, Timeline

FOLDER = "Spotify Extended Streaming History"
PERSONAL = {
    "platform": "android",
    "conn_country": "DE",
    "ip_addr": "192.0.2.17",
    "username": "somebody",
}
"""What an export says about its owner; made up."""


def objects(timeline: Timeline) -> Iterator[dict[str, Any]]:
    """The objects of an extended streaming history; local files and ads aren't in it."""
    for stream in timeline.streams:
        if not stream.item.get("is_local"):
            yield _object(stream)


def write(path: Path, timeline: Timeline, each: int = 15_000) -> None:
    """The zip that the listener would get by mail, so many streams to a file."""
    everything = list(objects(timeline))
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for number, at in enumerate(range(0, len(everything), each)):
            text = json.dumps(everything[at : at + each], indent=2, ensure_ascii=False)
            archive.writestr(f"{FOLDER}/Streaming_History_Audio_2026_{number}.json", text)
        archive.writestr(f"{FOLDER}/ReadMeFirst_ExtendedStreamingHistory.pdf", b"%PDF-1.4")


def _object(stream: Stream) -> dict[str, Any]:
    item, is_track = stream.item, stream.item["type"] == "track"
    return {
        "ts": f"{iso(stream.end_ms)[:19]}Z",
        **PERSONAL,
        "ms_played": stream.heard_ms,
        "master_metadata_track_name": item["name"] if is_track else None,
        "master_metadata_album_artist_name": item["artists"][0]["name"] if is_track else None,
        "master_metadata_album_album_name": item["album"]["name"] if is_track else None,
        "spotify_track_uri": item["uri"] if is_track else None,
        "episode_name": None if is_track else item["name"],
        "episode_show_name": None if is_track else item["show"]["name"],
        "spotify_episode_uri": None if is_track else item["uri"],
        "audiobook_title": None,
        "audiobook_uri": None,
        "audiobook_chapter_uri": None,
        "audiobook_chapter_title": None,
        "reason_start": stream.reason_start,
        "reason_end": stream.reason_end,
        "shuffle": False,
        "skipped": stream.reason_end == "fwdbtn",
        "offline": stream.offline,
        "offline_timestamp": stream.start_ms // 1000 if stream.offline else None,
        "incognito_mode": stream.private,
    }
