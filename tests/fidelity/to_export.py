"""A timeline as Spotify exports it, for the tests."""

from pathlib import Path
from typing import Any

from tests.fidelity.timeline import Stream, Timeline
from tests.support.exports import Heard, Song, dump, extended, zipped


def write(path: Path, timeline: Timeline, each: int = 15_000) -> None:
    """The zip that the listener would get by mail, so many streams to a file. Local files and ads aren't in it."""
    whole = [_object(stream) for stream in timeline.streams if not stream.item.get("is_local")]
    parts = (whole[at : at + each] for at in range(0, len(whole), each))
    zipped(path, {f"Streaming_History_Audio_2026_{number}.json": dump(part) for number, part in enumerate(parts)})


def _object(stream: Stream) -> dict[str, Any]:
    item = stream.item
    is_track = item["type"] == "track"
    artist = (item["artists"][0] if is_track else item["show"])["name"]
    song = Song(item["uri"], item["name"], artist, (), item["album"]["name"] if is_track else "", item["duration_ms"])
    reasons = stream.reason_start, stream.reason_end
    heard = Heard(song, stream.end_ms // 1000, stream.heard_ms, *reasons, private=stream.private)
    begun_s = stream.start_ms // 1000 if stream.offline else None
    return extended(heard, offline=stream.offline, offline_timestamp=begun_s)
