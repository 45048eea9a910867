"""A listener played by a script: what Spotify would say of them at any moment, and what is true.

The script is told in order (`begin`, `listen`, `pause`, `seek`, `ad`, `quiet`) and lays out a timeline; the stand-in
then asks it `currently_playing` and `recently_played` for the time that its clock shows. All times are ms UTC.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

Json = dict[str, Any]


def track(title: str, artists: list[str], album: str, duration_ms: int) -> Json:
    """A track object as the Web API gives it, with the fields that Spotify still promises."""
    ident = _id(title, *artists, album)
    return {
        "type": "track",
        "id": ident,
        "uri": f"spotify:track:{ident}",
        "name": title,
        "artists": [{"type": "artist", "id": _id(name), "name": name} for name in artists],
        "album": {"type": "album", "id": _id(album), "name": album},
        "duration_ms": duration_ms,
        "is_local": False,
    }


def local_file(title: str, artist: str, duration_s: int) -> Json:
    """A file of the listener's own: no ids, no album, whole seconds."""
    uri = f"spotify:local:{artist}::{title}:{duration_s}".replace(" ", "+")
    artists = [{"type": "artist", "id": None, "name": artist}]
    album = {"type": "album", "id": None, "name": ""}
    item = {"type": "track", "id": None, "uri": uri, "name": title, "artists": artists, "album": album}
    return {**item, "duration_ms": duration_s * 1000, "is_local": True}


def episode(title: str, show: str, duration_ms: int) -> Json:
    """A podcast episode or an audiobook chapter: a show, no artists and no album."""
    ident = _id(title, show)
    item = {"type": "episode", "id": ident, "uri": f"spotify:episode:{ident}", "name": title}
    return {**item, "show": {"type": "show", "name": show}, "duration_ms": duration_ms}


def iso(ms: int) -> str:
    """Spotify's way to write a time: UTC, three digits of a second, Z."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class Heard:
    """One play as it really was: the truth that a history is measured by."""

    item: Json
    start_ms: int
    end_ms: int
    heard_ms: int = 0


@dataclass
class Stretch:
    """A time during which the player did one thing; `item` None is silence, or an ad when `kind` says so."""

    start_ms: int
    kind: str
    item: Json | None = None
    progress_ms: int = 0
    playing: bool = False


class Listener:
    """A script of listening from `start_ms` on; each call moves the script's own clock, `at_ms`, forward."""

    MOST_RECENT = 50

    def __init__(self, start_ms: int, lag_ms: int = 5000) -> None:
        self.at_ms = start_ms
        self.lag_ms = lag_ms
        self.plays: list[Heard] = []
        self.records: list[tuple[int, Json]] = []
        self._stretches = [Stretch(start_ms, "silence")]
        self._current: Heard | None = None

    def begin(self, item: Json, from_ms: int = 0) -> "Listener":
        """Starts a new play, from `from_ms` into the item; the one before ends."""
        self.end()
        self._current = Heard(item, self.at_ms, self.at_ms)
        self.plays.append(self._current)
        self._stretch(item, from_ms, playing=True)
        return self

    def listen(self, ms: int | None = None) -> "Listener":
        """Plays on for `ms`, or to the item's end."""
        play, progress = self._on_player()
        left = int(play.item["duration_ms"]) - progress
        if not self._stretches[-1].playing:
            self._stretch(play.item, progress, playing=True)
        ms = left if ms is None else min(ms, left)
        self.at_ms += ms
        play.heard_ms += ms
        return self

    def pause(self, ms: int) -> "Listener":
        """Pauses for `ms`; `listen` resumes."""
        play, progress = self._on_player()
        self._stretch(play.item, progress, playing=False)
        self.at_ms += ms
        return self

    def seek(self, to_ms: int) -> "Listener":
        """Jumps to another place of the same play."""
        play, _ = self._on_player()
        self._stretch(play.item, to_ms, playing=True)
        return self

    def ad(self, ms: int) -> "Listener":
        """An advertisement: the item is null and its type is "ad"."""
        self.end()
        self._stretches.append(Stretch(self.at_ms, "ad", playing=True))
        self.at_ms += ms
        return self.quiet(0)

    def quiet(self, ms: int) -> "Listener":
        """Nothing plays, or nothing is shown."""
        self.end()
        self._stretches.append(Stretch(self.at_ms, "silence"))
        self.at_ms += ms
        return self

    def end(self) -> "Listener":
        """Moves on from what is playing; Spotify lists it if it was heard for 30 s and is a track."""
        if self._current is not None:
            self._current.end_ms = self.at_ms
            if self._current.heard_ms >= 30_000 and self._current.item["uri"].startswith("spotify:track:"):
                self.record(self._current)
            self._current = None
        return self

    def record(self, play: Heard) -> None:
        """Lets the play surface in the recent plays; scenario in tests makes this late, wrong or missing."""
        self.records.append((play.end_ms + self.lag_ms, self.entry(play.item, play.end_ms)))

    @staticmethod
    def entry(item: Json, played_at_ms: int) -> Json:
        """One entry of the recently played."""
        return {"track": item, "played_at": iso(played_at_ms), "context": None}

    def currently_playing(self, now_ms: int) -> Json | None:
        """The answer of GET /v1/me/player/currently-playing; None stands for 204."""
        at = bisect_right(self._stretches, now_ms, key=lambda stretch: stretch.start_ms) - 1
        stretch = self._stretches[max(at, 0)]
        if stretch.kind == "silence" or now_ms >= self.at_ms:
            return None
        return {
            "timestamp": stretch.start_ms,
            "progress_ms": self._progress(stretch, now_ms),
            "is_playing": stretch.playing,
            "item": stretch.item,
            "currently_playing_type": stretch.kind,
            "context": None,
        }

    def recently_played(self, now_ms: int) -> list[Json]:
        """The items of GET /v1/me/player/recently-played: newest first, never more than 50 in all."""
        listed = [entry for surfaces_ms, entry in self.records if surfaces_ms <= now_ms]
        return sorted(listed, key=lambda entry: str(entry["played_at"]), reverse=True)[: self.MOST_RECENT]

    def _on_player(self) -> tuple[Heard, int]:
        """The play that goes on, and how far it is. Raises ValueError when the script has begun none."""
        if self._current is None:
            raise ValueError("nothing is on the player: begin something first")
        return self._current, self._progress(self._stretches[-1], self.at_ms)

    def _stretch(self, item: Json, progress_ms: int, *, playing: bool) -> None:
        self._stretches.append(Stretch(self.at_ms, item["type"], item, progress_ms, playing))

    @staticmethod
    def _progress(stretch: Stretch, at_ms: int) -> int:
        return stretch.progress_ms + (at_ms - stretch.start_ms if stretch.playing else 0)


def _id(*parts: str) -> str:
    """22 letters and digits that look like Spotify's, the same for the same parts."""
    return sha256("\0".join(parts).encode()).hexdigest()[:22]
