"""Weeks of a timeline lived through by the real job, in one process: every line it wrote, and what it was shown."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from lib.disk import token_store
from lib.disk.token_store import Token
from lib.fake_spotify.accounts import Authorization
from lib.fake_spotify.service import FakeSpotify
from lib.job import run
from lib.secret import Secret
from lib.settings import Settings, parse
from tests.fidelity.replay import Replay
from tests.support.http import without_httpx
from tests.support.memory import in_memory


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log: when it was written (true time), its uri, and when it says the play began."""

    written_ms: int
    uri: str
    title: str
    start_ms: int


@dataclass
class Lived:
    """What came of the weeks. looks: when the player was seen at all; requests: how many each run made, by its time."""

    replay: Replay
    lines: list[Line] = field(default_factory=list)
    looks: list[int] = field(default_factory=list)
    requests: list[tuple[int, int]] = field(default_factory=list)


def live(replay: Replay) -> Lived:
    """Runs the job at each of the replay's moments. Raises the ProgramError that a run ends with."""
    now = [replay.timeline.streams[0].start_ms]
    spotify = FakeSpotify(replay, now_ms=lambda: now[0])
    lived = Lived(replay)
    consent_ms = replay.timeline.streams[-1].start_ms  # so late that it doesn't lapse, however many weeks these are
    with _home(spotify, consent_ms) as settings, without_httpx(spotify) as client:
        for at_ms in replay.runs():
            now[0] = at_ms
            spotify.requests.clear()
            outcome = run(
                settings, lambda: nullcontext(client), lambda: datetime.fromtimestamp(replay.clock(now[0]) / 1000, UTC)
            )
            lived.lines += [_line(at_ms, line) for line in outcome.lines]
            lived.looks.append(at_ms)
            lived.requests.append((at_ms, len(spotify.requests)))
    return lived


def _line(written_ms: int, text: str) -> Line:
    started_at, _, title, _, _, uri = text.split("\t")
    return Line(written_ms, uri, title, int(datetime.fromisoformat(started_at).timestamp() * 1000))


@contextmanager
def _home(spotify: FakeSpotify, authorized_ms: int) -> Iterator[Settings]:
    """A folder with a token, in memory where there is such a place."""
    folder = Path(tempfile.mkdtemp(prefix="fidelity-", dir=in_memory()))
    text = f"SPOTIFY_CLIENT_ID={spotify.client_id}\nSPOTIFY_CLIENT_SECRET={spotify.client_secret}\n"
    settings = parse(text, folder / "credentials.env", {})
    spotify.refresh_tokens["refresh"] = Authorization(settings.scope, authorized_ms)
    token_store.save(settings.token_file, Token(Secret("refresh"), settings.scope, spotify.client_id, None))
    try:
        yield settings
    finally:
        shutil.rmtree(folder)
