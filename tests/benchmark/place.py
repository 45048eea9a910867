"""Where the benchmark takes place: Spotify over TLS, at two ports as it has two hosts, and a home for each job."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import trustme

from lib.disk import credentials, run_state, token_store
from lib.disk.token_store import Token
from lib.fake_spotify.accounts import Authorization
from lib.fake_spotify.listener import Json, iso, track
from lib.fake_spotify.loopback import serve
from lib.fake_spotify.service import FakeSpotify
from lib.plays.items import Identity
from lib.plays.model import Line
from lib.plays.reconcile import MOST
from lib.secret import Secret
from tests.support import certificates
from tests.support.home import ROOT
from tests.support.times import MINUTE

LENGTH_MS = 600 * MINUTE
REFRESH_TOKEN = "refresh-" + 120 * "x"
PEERS = Path(__file__).with_name("peers")


class Playing:
    """A player in the middle of a long track, with all the fields Spotify sends; `changes`: another at each look."""

    def __init__(self) -> None:
        self.changes = False
        self._number = 0
        self._began_ms = now_ms() - MINUTE

    def currently_playing(self, at_ms: int) -> Json:
        """The track, playing."""
        if self.changes:
            self._number += 1
            self._began_ms = at_ms - MINUTE // 2
        uri = "spotify:playlist:37i9dQZF1DXcBWIGoYBM5M"
        return {
            "timestamp": self._began_ms,
            "progress_ms": at_ms - self._began_ms,
            "is_playing": True,
            "item": full(track(f"Song {self._number}", ["Band", "Guest"], "Album", LENGTH_MS)),
            "currently_playing_type": "track",
            "actions": {"disallows": {"resuming": True}},
            "context": {"type": "playlist", "uri": uri, **_links(uri)},
        }

    def recently_played(self, at_ms: int) -> list[Json]:
        """Fifty entries."""
        items = (full(track(f"Earlier song {n}", ["Band"], "Album", 4 * MINUTE)) for n in range(50))
        return [
            {"track": item, "played_at": iso(at_ms - n * 5 * MINUTE), "context": None}
            for n, item in enumerate(items, 1)
        ]


def now_ms() -> int:
    """The machine's clock, ms UTC."""
    return int(time.time() * 1000)


def full(item: Json) -> Json:
    """The track with what else Spotify tells of it."""
    artists = [
        {**artist, "uri": f"spotify:artist:{artist['id']}", **_links(artist["id"])} for artist in item["artists"]
    ]
    image = "https://i.scdn.co/image/ab67616d0000b273c5649add07ed3720be9d5526"
    album = {
        **item["album"],
        **_links(item["album"]["id"]),
        "album_type": "album",
        "artists": artists,
        "images": [{"url": image, "height": size, "width": size} for size in (640, 300, 64)],
        "release_date": "2007-12-28",
        "release_date_precision": "day",
        "total_tracks": 10,
        "uri": f"spotify:album:{item['album']['id']}",
    }
    rest = {"disc_number": 1, "track_number": 4, "explicit": False, "popularity": 74, "preview_url": None}
    return {**item, **_links(item["id"]), **rest, "artists": artists, "album": album, "external_ids": {"isrc": "GB1"}}


def _links(ident: str) -> Json:
    url = f"https://api.spotify.com/v1/{ident}"
    return {"href": url, "external_urls": {"spotify": url.replace("api", "open")}}


@dataclass
class Place:
    """Spotify, the certificates that its own is among, and the folder below which all lies."""

    fake_spotify: FakeSpotify
    player: Playing
    accounts_url: str
    api_url: str
    folder: Path
    certificates: Path
    bundle: Path

    def home(self, name: str) -> Path:
        """A folder with credentials and a token, as bootstrap leaves them, and the program itself."""
        home = self.folder / name
        shutil.copytree(ROOT / "lib", home / "lib", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "nowplaying_job.py", home)
        values = {
            "SPOTIFY_CLIENT_ID": self.fake_spotify.client_id,
            "SPOTIFY_CLIENT_SECRET": self.fake_spotify.client_secret,
            "SPOTIFY_ACCOUNTS_URL": self.accounts_url,
            "SPOTIFY_API_URL": self.api_url,
        }
        (home / "credentials.env").write_text("".join(f"{key}={value}\n" for key, value in values.items()))
        settings = credentials.load(home / "credentials.env", {})
        token = Token(Secret(REFRESH_TOKEN), settings.scope, settings.client_id, datetime.now(UTC))
        token_store.save(settings.token_file, token)
        return home


@contextmanager
def place(folder: Path) -> Iterator[Place]:
    """Everything in `folder`, for as long as the block lasts."""
    authority, player = trustme.CA(), Playing()
    fake_spotify = FakeSpotify(player, now_ms=now_ms)
    scope = "user-read-currently-playing user-read-recently-played"
    fake_spotify.refresh_tokens[REFRESH_TOKEN] = Authorization(scope, now_ms())
    bundle = certificates.bundle(folder / "bundle.pem", authority)
    hashed = certificates.folder(folder / "certificates", bundle)
    tls = certificates.server(authority.issue_cert("127.0.0.1"))
    with serve(fake_spotify.answer, tls) as accounts_url, serve(fake_spotify.answer, tls) as api_url:
        yield Place(fake_spotify, player, accounts_url, api_url, folder, hashed, bundle)


def fill(home: Path, gib: float) -> None:
    """Gives a home in which the job has run a log of this size, real lines at its end, and a memory that is full."""
    settings = credentials.load(home / "credentials.env", {})
    with settings.history_log.open("r+b") as log:
        lines_of_its_own = log.read()
        log.truncate(int(gib * 2**30))
        log.seek(0, os.SEEK_END)
        log.write(b"\n" + 100 * lines_of_its_own)
    state = run_state.load(settings.state_file)
    digest = 18 * "0"
    starts_ms = [now_ms() - n * 5 * MINUTE for n in range(2 * MOST, MOST, -1)]
    uris = [f"spotify:track:{n:022}" for n in range(MOST)]
    lines = [
        Line(
            Identity(uri, digest, 4 * MINUTE),
            start_ms,
            start_ms,
            start_ms,
            start_ms + 4 * MINUTE,
            played_at_ms=start_ms,
        )
        for start_ms, uri in zip(starts_ms, uris, strict=True)
    ]
    memory = replace(
        state.memory,
        lines=(*lines, *state.memory.lines)[-MOST:],
        entries=(*zip(starts_ms, uris, strict=True), *state.memory.entries)[-MOST:],
    )
    run_state.save(settings.state_file, state._replace(memory=memory, log_size=settings.history_log.stat().st_size))
