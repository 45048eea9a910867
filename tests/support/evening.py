"""A home in which an evening is going on: what the job should have logged is known at any moment."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from lib.disk import history_log
from lib.fake_spotify.listener import Json, Listener, track
from lib.fake_spotify.loopback import serve
from lib.fake_spotify.service import FakeSpotify
from lib.runner import Report, run_and_report
from tests.support.home import Home
from tests.support.http import plainly
from tests.support.times import MINUTE

CLIENTS = {"one token": (False, False), "public client": (True, False), "rotating": (False, True)}
"""For each kind of client: whether it is public, and whether its token rotates."""


class Evening:
    """Songs of four minutes each, by the machine's clock, from which that of runs in this process may differ."""

    def __init__(self, folder: Path, *, public: bool, rotates: bool = False, minutes: int = 1, songs: int = 9) -> None:
        """It began `minutes` ago. `public`: the client has no secret and gets a new refresh token in each run;
        `rotates`: so it does, with a secret.
        """
        self._offset_ms = 0
        self.listener = Listener(self.now_ms() - minutes * MINUTE)
        for n in range(songs):
            self.listener.begin(track(f"Song {n}", [f"Band {n}"], "Album", 4 * MINUTE)).listen()
        self.listener.quiet(0)
        self.fake_spotify = FakeSpotify(self.listener, now_ms=self.now_ms, rotates=rotates)
        if public:
            self.fake_spotify.client_secret = ""
        self._folder = folder
        self.home: Home

    @contextmanager
    def lived(self) -> Iterator["Evening"]:
        """Serves Spotify, and bootstraps."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with serve(self.fake_spotify.answer) as url:
            self.home = Home(self._folder, self.fake_spotify, url)
            self.home.authorize()
            yield self

    def now_ms(self) -> int:
        """The clock of Spotify and of the runs in this process."""
        return int(time.time() * 1000) + self._offset_ms

    def pass_ms(self, ms: int) -> None:
        """Lets time go by."""
        self._offset_ms += ms

    def run(self) -> Report:
        """One run of the job in this process, by the evening's clock."""

        def now() -> datetime:
            return datetime.fromtimestamp(self.now_ms() / 1000, UTC)

        return run_and_report(self.home.credentials, {}, plainly, now, terminal=False, verbose=False)

    def lines(self) -> list[list[str]]:
        """The log's lines as columns, without remarks and what a death left of a line."""
        return [line for line in self.home.lines() if len(line) == len(history_log.COLUMNS)]

    def heard(self) -> list[str]:
        """The titles of what has begun by now."""
        return [_title(play.item) for play in self.listener.plays if play.start_ms <= self.now_ms()]

    def lost_and_doubled(self) -> tuple[int, int]:
        """How many plays the log lacks, and how many lines it has too many."""
        title = history_log.COLUMNS.index("title")
        heard, logged = self.heard(), [line[title] for line in self.lines()]
        lost = sum(max(heard.count(title) - logged.count(title), 0) for title in set(heard))
        return lost, len(logged) - len(heard) + lost

    def left_over(self) -> list[str]:
        """Temporary files in the folder."""
        return [path.name for path in self.home.folder.iterdir() if path.suffix in (".tmp", ".probe")]


class Damage(NamedTuple):
    """What a death of the job or a fault of the disk cost."""

    lost: int
    doubled: int
    tokens: int
    left_over: int


def damage(lived: Evening) -> Damage:
    """Runs on when all is well again, with what is on the player then and with the next song."""
    report = lived.run()
    assert report.status in (0, 77), report
    left_over = len(lived.left_over())
    if report.status == 77:
        assert "the answer to its last refresh got lost" in report.err[0]
        lived.home.authorize()
        lived.run()
    lived.pass_ms(5 * MINUTE)
    assert lived.run().status == 0
    return Damage(*lived.lost_and_doubled(), int(report.status == 77), left_over)


def _title(item: Json) -> str:
    return str(item["name"])


@contextmanager
def evening(folder: Path, client: str, *, first: bool = False) -> Iterator[Evening]:
    """An evening before its first run, or after one, with another song on the player since."""
    public, rotates = CLIENTS[client]
    with Evening(folder, public=public, rotates=rotates, minutes=1 if first else 5).lived() as lived:
        if not first:
            lived.pass_ms(-4 * MINUTE)
            assert lived.run().status == 0
            lived.pass_ms(4 * MINUTE)
        yield lived
