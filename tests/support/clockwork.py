"""A time of one's own: the job run at moments that a test chooses, against a fake Spotify that needs no socket."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from lib.fake_spotify.listener import Json, Listener
from lib.fake_spotify.service import FakeSpotify
from lib.runner import Report, run_and_report
from tests.support.home import Home
from tests.support.http import in_process
from tests.support.times import MINUTE

START_MS = 1_795_000_000_000


class Clockwork:
    """A listener whose script begins at START_MS, and a home whose job runs by the same clock."""

    def __init__(self, folder: Path, listener: Listener, fake_spotify: FakeSpotify) -> None:
        self.now_ms = START_MS
        self.listener = listener
        self.home = Home(folder, fake_spotify, "http://127.0.0.1:9")
        fake_spotify.now_ms = lambda: self.now_ms
        self.home.authorize()

    def run(
        self, *, terminal: bool = False, verbose: bool = False, say: Callable[[Report], None] = lambda _: None
    ) -> Report:
        """One run, now; `say` prints its report."""
        client = partial(in_process, self.home.fake_spotify)
        path = self.home.credentials
        return run_and_report(path, {}, client, self._now, terminal=terminal, verbose=verbose, say=say)

    def live(self, every_ms: int = MINUTE) -> "Clockwork":
        """A run each minute until the script is over and its records have surfaced; every run is well and silent."""
        while self.now_ms <= self.listener.at_ms + 3 * every_ms:
            assert self.run() == Report(0, (), ())
            self.now_ms += every_ms
        return self

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self.now_ms / 1000, UTC)


@contextmanager
def clockwork_in(folder: Path) -> Iterator[Clockwork]:
    """A home in that folder, wound up."""
    listener = Listener(START_MS)
    yield Clockwork(folder, listener, FakeSpotify(listener, now_ms=lambda: START_MS))


class Showing:
    """A player that shows just what it is told to: the item, and the recent entries."""

    def __init__(self, item: Json | None = None, recent: list[Json] | None = None, progress_ms: int = 60_000) -> None:
        self.item, self.recent, self.progress_ms = item, recent or [], progress_ms
        self._began: dict[str, int] = {}

    def currently_playing(self, now_ms: int) -> Json | None:
        """The item, playing; at the first look it is `progress_ms` in, and it runs on by the clock."""
        if self.item is None:
            return None
        began = self._began.setdefault(str(self.item["uri"]), now_ms - self.progress_ms)
        return {
            "timestamp": began,
            "progress_ms": now_ms - began,
            "is_playing": True,
            "item": self.item,
            "currently_playing_type": self.item["type"],
            "context": None,
        }

    def recently_played(self, now_ms: int) -> list[Json]:
        """The entries, whatever the time."""
        del now_ms
        return self.recent
