"""Made-up exports: years of listening in the shapes of real ones, as Spotify's files and as the lines of a log."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

from lib.disk import history_log
from lib.plays.items import Item
from tests.support.times import HOUR

FOLDER = "Spotify Extended Streaming History"


class Song(NamedTuple):
    """A track or an episode. others: the artists that the Web API names and an export doesn't."""

    uri: str
    title: str
    artist: str
    others: tuple[str, ...]
    album: str
    length_ms: int


class Heard(NamedTuple):
    """A stream, as the export has it."""

    song: Song
    ended_s: int
    played_ms: int
    reason_start: str = "clickrow"
    reason_end: str = "trackdone"
    private: bool = False


class Played(NamedTuple):
    """A play, as it was: one or more streams. told_s: its start as an export tells it, pauses being unknown there."""

    song: Song
    start_ms: int
    told_s: int


def songs(random: Random, count: int) -> list[Song]:
    """A collection: mostly tracks of three minutes or so, some from compilations, some episodes."""
    found = []
    for number in range(count):
        kind = "episode" if number % 50 == 49 else "track"
        artist = f"{random.choice(('The Bells', 'Björk & Co', 'Motörhead', '坂本', 'Tyler, The Maker'))} {number // 9}"
        others = (f"Guest {number}",) if number % 5 == 0 else ()
        length_ms = random.randrange(1_800_000, 5_400_000) if kind == "episode" else random.randrange(95_000, 420_000)
        uri = f"spotify:{kind}:{random.getrandbits(128):022x}"[:36]
        found.append(Song(uri, f"Song No. {number} “live”", artist, others, f"Album {number // 11}", length_ms))
    return found


class Person:
    """Someone who listens for years: sittings, skips, pauses, repeats, and tracks that are left and taken up again."""

    def __init__(self, seed: int, start: datetime, collection: int = 3000, silence: float = 1.0) -> None:
        """`silence`: how much longer than usual the pauses between two sittings are."""
        self._random = Random(seed)
        self._silence = silence
        self._songs = songs(self._random, collection)
        self._at_ms = int(start.timestamp()) * 1000
        self._reason = "clickrow"
        self.heard: list[Heard] = []
        self.played: list[Played] = []

    def listen(self, streams: int) -> "Person":
        """Goes on until so many streams more are in the export."""
        until = len(self.heard) + streams
        while len(self.heard) < until:
            for _ in range(self._random.choice((1, 2, 2, 3, 6, 12, 25))):
                self._one()
            self._at_ms += int(self._silence * HOUR * self._random.choice((0.6, 1, 2, 5, 9, 30)))
            self._reason = "clickrow"
        return self

    def _one(self) -> None:
        """A track, chosen among the favourites as a rule, and what becomes of it."""
        random = self._random
        song = self._songs[int(len(self._songs) * random.random() ** 2.5)]
        what = random.random()
        if what < 0.33:  # hunting
            self._play(song, (random.randrange(0, 29_000), "fwdbtn"))
        elif what < 0.75:
            self._play(song, (song.length_ms, "trackdone"))
            while random.random() < 0.06:  # on repeat
                self._play(song, (song.length_ms, "trackdone"))
        elif what < 0.9:
            self._play(song, (random.randrange(30_000, song.length_ms), random.choice(("fwdbtn", "endplay"))))
        elif what < 0.93:  # once more from the start
            self._play(song, (random.randrange(5000, song.length_ms), "backbtn"))
            self._play(song, (song.length_ms, "trackdone"))
        else:
            self._leave_and_take_up(song)

    def _leave_and_take_up(self, song: Song) -> None:
        first = self._random.randrange(4000, song.length_ms - 4000)
        left, back = (first, self._random.choice(("logout", "endplay"))), (song.length_ms - first, "trackdone")
        if self._random.random() < 0.8:
            self._play(song, left, back)
        else:  # with another in between: two plays
            self._play(song, left)
            self._play(self._songs[0] if song != self._songs[0] else self._songs[1], (40_000, "endplay"))
            self._reason = "playbtn"
            self._play(song, back)

    def _play(self, song: Song, *streams: tuple[int, str]) -> None:
        """One play, of these streams: (how long, why it ended) each."""
        start_ms, told_s, played_ms = self._at_ms, 0, 0
        for number, (ms, reason_end) in enumerate(streams):
            if number:
                self._at_ms += self._random.choice((20_000, 600_000, 7 * HOUR))
                self._reason = self._random.choice(("appload", "playbtn"))
            if self._random.random() < 0.08:
                self._at_ms += self._random.choice((15_000, 60_000, 900_000, 4 * HOUR))  # paused inside
            self._at_ms += ms
            self.heard.append(Heard(song, self._at_ms // 1000, ms, self._reason, reason_end))
            told_s = told_s or (self._at_ms // 1000 * 1000 - ms) // 1000
            self._reason = reason_end if reason_end in ("trackdone", "fwdbtn", "backbtn") else "clickrow"
            played_ms += ms
        if played_ms >= 30_000 or streams[-1][1] == "trackdone":
            self.played.append(Played(song, start_ms, told_s))


def extended(stream: Heard, **changed: Any) -> dict[str, Any]:
    """The stream as an object of the extended history; `changed` fields are set, or added."""
    song = stream.song
    episode = ":episode:" in song.uri
    track = {"name": song.title, "album_artist_name": song.artist, "album_album_name": song.album}
    return {
        "ts": datetime.fromtimestamp(stream.ended_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "platform": "Android OS 14 API 34 (samsung, SM-G991B)",
        "ms_played": stream.played_ms,
        "conn_country": "CH",
        "ip_addr": "203.0.113.77",
        **{f"master_metadata_{'track_' * (key == 'name')}{key}": None if episode else track[key] for key in track},
        "spotify_track_uri": None if episode else song.uri,
        "episode_name": song.title if episode else None,
        "episode_show_name": song.artist if episode else None,
        "spotify_episode_uri": song.uri if episode else None,
        "audiobook_title": None,
        "audiobook_uri": None,
        "audiobook_chapter_uri": None,
        "audiobook_chapter_title": None,
        "reason_start": stream.reason_start,
        "reason_end": stream.reason_end,
        "shuffle": False,
        "skipped": stream.reason_end == "fwdbtn",
        "offline": False,
        "offline_timestamp": stream.ended_s - stream.played_ms // 1000,
        "incognito_mode": stream.private,
    } | changed


def short(stream: Heard) -> dict[str, Any]:
    """The stream as an object of the *Account data* package."""
    return {
        "endTime": datetime.fromtimestamp(stream.ended_s, UTC).strftime("%Y-%m-%d %H:%M"),
        "artistName": stream.song.artist,
        "trackName": stream.song.title,
        "msPlayed": stream.played_ms,
    }


def dump(objects: Iterable[Any]) -> bytes:
    """The objects as one of Spotify's files, each field on a line of its own."""
    texts = (json.dumps(one, ensure_ascii=False, separators=(",\n    ", ": ")) for one in objects)
    return ("[\n  " + ",\n  ".join(f"{{\n    {text[1:-1]}\n  }}" for text in texts) + "\n]\n").encode()


def files(heard: Sequence[Heard], size: int = 12_001) -> dict[str, bytes]:
    """The extended history's files by name, of so many streams each."""
    found = {}
    for number, first in enumerate(range(0, len(heard), size)):
        part = heard[first : first + size]
        year = datetime.fromtimestamp(part[0].ended_s, UTC).year
        found[f"Streaming_History_Audio_{year}_{number}.json"] = dump(map(extended, part))
    return found


def zipped(path: Path, contents: dict[str, bytes], folder: str = FOLDER) -> Path:
    """The zip as Spotify sends it, with what else lies in it."""
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(f"{folder}/ReadMeFirst_ExtendedStreamingHistory.pdf", b"%PDF-1.4")
        for name, content in contents.items():
            archive.writestr(f"{folder}/{name}", content)
    return path


def line(play: Played, uri: str = "") -> str:
    """The play as the log has it: all its artists, its real length, and maybe another uri of the same track."""
    song = play.song
    artists = ", ".join((song.artist, *song.others))
    return history_log.line(Item(uri or song.uri, song.title, artists, song.album, song.length_ms), play.start_ms)


class Log(NamedTuple):
    """A log that isn't what it should be: the plays that it lost, and the lines that it has twice."""

    lines: list[str]
    lost: list[Played]
    doubled: list[str]

    @property
    def text(self) -> str:
        return "".join(f"{one}\n" for one in self.lines)


def log(random: Random, played: Sequence[Played], lost: float = 0.01, doubled: float = 0.005) -> Log:
    """A line for each play but those lost, some under another uri, some once more: the same or up to a minute later."""
    found = Log([], [], [])
    for number, play in enumerate(played):
        if number and random.random() < lost:
            found.lost.append(play)
            continue
        uri = f"spotify:track:{'R' * 22}" if random.random() < 0.03 and ":track:" in play.song.uri else ""
        found.lines.append(line(play, uri))
        if random.random() < doubled:
            again = line(play._replace(start_ms=play.start_ms + random.choice((0, 1000, 55_000))), uri)
            found.lines.append(again)
            found.doubled.append(again)
    return found
