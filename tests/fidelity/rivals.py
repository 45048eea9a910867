"""The rules that other loggers use, to measure what each idea of ours buys. Known to be worse; not for use."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from lib.fake_spotify.listener import Json


class Rule(Protocol):
    """Takes each run's answers; `lines` are (title, start in ms)."""

    lines: list[tuple[str, int]]

    def run(self, at_ms: int, playing: Json | None, records: list[Json]) -> None:
        """One run by our clock, with both answers."""


def _now(at_ms: int, playing: Json | None) -> tuple[str, str, int] | None:
    """(uri, title, start by progress) of what plays."""
    if not playing or not playing["item"] or not playing["is_playing"]:
        return None
    return playing["item"]["uri"], playing["item"]["name"], at_ms - playing["progress_ms"]


def _played_at(entry: Json) -> int:
    return int(datetime.fromisoformat(entry["played_at"]).timestamp() * 1000)


class EverySighting:
    """A line per now_playing."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, int]] = []

    def run(self, at_ms: int, playing: Json | None, records: list[Json]) -> None:
        if now := _now(at_ms, playing):
            self.lines.append(now[1:])


class UriChanges:
    """A line when the uri differs from the last line's."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, int]] = []
        self.uri = ""

    def run(self, at_ms: int, playing: Json | None, records: list[Json]) -> None:
        now = _now(at_ms, playing)
        if now and now[0] != self.uri:
            self.uri = now[0]
            self.lines.append(now[1:])


class RecordsByCursor:
    """Recently played only, and of it what is newer than the newest so far."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, int]] = []
        self.cursor = 0

    def run(self, at_ms: int, playing: Json | None, records: list[Json]) -> None:
        for entry in reversed(records):
            if _played_at(entry) > self.cursor:
                self.cursor = _played_at(entry)
                self.lines.append((entry["track"]["name"], self.cursor - entry["track"]["duration_ms"]))


class EstimatedTimes:
    """Sightings and records are one play when the titles agree and the estimated starts lie within a minute."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, int]] = []

    def run(self, at_ms: int, playing: Json | None, records: list[Json]) -> None:
        seen = [(entry["track"]["name"], _played_at(entry) - entry["track"]["duration_ms"]) for entry in records]
        if now := _now(at_ms, playing):
            seen.append(now[1:])
        for title, start_ms in seen:
            if not any(title == other and abs(start_ms - at) < 60_000 for other, at in self.lines[-200:]):
                self.lines.append((title, start_ms))


RULES: dict[str, Callable[[], Rule]] = {
    "a line per now_playing": EverySighting,
    "when the uri changes": UriChanges,
    "records by cursor": RecordsByCursor,
    "estimated times": EstimatedTimes,
}
