"""Spotify's own export, read as far as a replay needs it: the zip as it came, its folder, or single JSON files."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile, is_zipfile

MEMBERS = ("Streaming_History_Audio", "Streaming_History_Video", "endsong")
"""How the names of the files of interest begin; the others are nobody's business."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A stream as the export has it. ended_ms: its `ts`, ms UTC."""

    uri: str
    title: str
    artists: str
    album: str
    ended_ms: int
    played_ms: int
    reason_start: str
    reason_end: str
    private: bool


def read(paths: Iterable[Path]) -> list[Exported]:
    """Every stream in these exports once, in order of time. Raises what Path, ZipFile and json raise."""
    found = {(one.ended_ms, one.uri): one for path in paths for text in _texts(path) for one in parse(json.loads(text))}
    return sorted(found.values(), key=lambda one: one.ended_ms)


def parse(objects: list[dict[str, Any]]) -> Iterator[Exported]:
    """The streams among an export file's objects: those that have a uri."""
    for one in objects:
        uri = one.get("spotify_track_uri") or one.get("spotify_episode_uri") or one.get("audiobook_chapter_uri")
        if uri:
            yield Exported(
                uri=uri,
                title=one.get("master_metadata_track_name") or one.get("episode_name") or "",
                artists=one.get("master_metadata_album_artist_name") or one.get("episode_show_name") or "",
                album=one.get("master_metadata_album_album_name") or "",
                ended_ms=int(datetime.fromisoformat(one["ts"]).timestamp() * 1000),
                played_ms=one["ms_played"],
                reason_start=one.get("reason_start") or "",
                reason_end=one.get("reason_end") or "",
                private=bool(one.get("incognito_mode")),
            )


def _texts(path: Path) -> Iterator[str | bytes]:
    if path.is_dir():
        for inner in sorted(path.rglob("*.json")):
            if inner.name.startswith(MEMBERS):
                yield inner.read_text(encoding="utf-8")
    elif is_zipfile(path):
        with ZipFile(path) as archive:
            for name in archive.namelist():
                if name.rpartition("/")[2].startswith(MEMBERS) and name.endswith(".json"):
                    yield archive.read(name)
    else:
        yield path.read_text(encoding="utf-8")
