"""An evening of listening in a few seconds: the real bootstrap, the real job, and a stand-in in Spotify's place.

No account, no network beyond loopback, and nothing is left behind.
"""

import socket
from collections.abc import Callable
from datetime import UTC, datetime
from io import RawIOBase, StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import TextIO, cast

import httpx

from lib.bootstrap import bootstrap
from lib.console import Console
from lib.disk import history_log
from lib.expiry import expires_at
from lib.fake_spotify.listener import Listener, episode, local_file, track
from lib.fake_spotify.loopback import serve
from lib.fake_spotify.service import FakeSpotify
from lib.runner import run_and_report
from lib.spotify.transport import connect

MINUTE_MS = 60_000
PACE_S = 0.1
"""A virtual minute on the viewer's clock, the run in it included: a slower machine waits less, not longer."""
WIDE = 98
"""Columns that a play with its album takes."""

WEIRD_FISHES = track("Weird Fishes/ Arpeggi", ["Radiohead"], "In Rainbows", 318_187)
PYRAMID_SONG = track("Pyramid Song", ["Radiohead"], "Amnesiac", 288_733)
UNDER_PRESSURE = track("Under Pressure", ["Queen", "David Bowie"], "Hot Space", 248_440)
HYPERBALLAD = track("Hyperballad", ["Björk"], "Post", 321_000)
TEARDROP = track("Teardrop", ["Massive Attack"], "Mezzanine", 330_773)
SINNERMAN = track("Sinnerman", ["Nina Simone"], "Pastel Blues", 622_000)
PODCAST = episode("How a Bell Is Tuned", "Long Wave", 41 * MINUTE_MS)
DEMO_TAPE = local_file("Demo tape, side B", "My old band", 187)


def evening(start_ms: int) -> tuple[Listener, dict[int, str]]:
    """What is listened to, and what the viewer is told at which minute."""
    script = Listener(start_ms)
    told: dict[int, str] = {}

    def tell(text: str) -> None:
        told[(script.at_ms - start_ms) // MINUTE_MS + 1] = text

    script.quiet(20_000).begin(WEIRD_FISHES).listen()
    tell("the same track once more: a play of its own")
    script.begin(WEIRD_FISHES).listen()
    script.begin(UNDER_PRESSURE).listen(100_000)
    tell("a pause of four minutes: the same play goes on")
    script.pause(4 * MINUTE_MS).listen()
    tell("an advertisement: not logged")
    script.ad(70_000)
    script.begin(PODCAST).listen(6 * MINUTE_MS)
    script.begin(DEMO_TAPE).listen()
    tell("skipped after 40 s, between two runs: found in the recent plays")
    script.quiet(12_000).begin(HYPERBALLAD).listen(40_000)
    script.begin(TEARDROP).listen()
    tell("Spotify out of order for ten minutes: caught up with afterwards")
    script.begin(PYRAMID_SONG).listen()
    script.begin(SINNERMAN).listen()
    script.quiet(5 * MINUTE_MS)
    return script, told


class Browser(StringIO):
    """The console of the demo's bootstrap: consents at the address it is shown, and pastes where that led."""

    def __init__(self) -> None:
        super().__init__()
        self._mine, theirs = socket.socketpair()
        self.paste = cast("RawIOBase", theirs.makefile("rb", buffering=0))
        theirs.close()

    def write(self, text: str) -> int:
        """Acts on the authorize URL, the only line that begins like one."""
        for line in text.splitlines():
            if line.startswith("http"):
                self._mine.sendall(httpx.get(line, trust_env=False).headers["Location"].encode() + b"\n")
        return len(text)

    def close(self) -> None:
        """Hangs up."""
        self._mine.close()
        self.paste.close()


def demo(out: TextIO, width: int = WIDE, pace_s: float = PACE_S) -> int:
    """Prints the evening as it goes by, for a terminal of `width` columns.

    The exit status is 0 when the log holds just what was listened to.
    """
    start = datetime.now().astimezone().replace(hour=19, minute=30, second=0, microsecond=0)
    clock = [int(start.timestamp() * 1000)]

    def now() -> datetime:
        return _moment(clock[0])

    listener, told = evening(clock[0])
    fake_spotify = FakeSpotify(listener, now_ms=lambda: clock[0])
    with TemporaryDirectory(prefix="nowplaying-demo-") as folder, serve(fake_spotify.answer) as url:
        home, began = Path(folder), monotonic()
        _set_up(home, url, fake_spotify, now, out)
        log = home / "history.log"
        outage = next(minute for minute, text in told.items() if "out of order" in text)
        lines: list[str] = []
        runs = 0
        while clock[0] < listener.at_ms:
            clock[0] += MINUTE_MS
            runs += 1
            down = outage <= runs < outage + 10
            run_and_report(
                home / "credentials.env", {}, _cut_off if down else connect, now, terminal=False, verbose=False
            )
            if runs in told:
                _print(out, clock[0], f"· {told[runs]}", dim=True)
            logged = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
            for line in logged[len(lines) :]:
                _print(out, clock[0], _columns(line, width))
            lines = logged
            sleep(max(began + runs * pace_s - monotonic(), 0))
        return _sum_up(out, listener, lines, runs, len(fake_spotify.requests))


def _set_up(home: Path, url: str, fake_spotify: FakeSpotify, now: Callable[[], datetime], out: TextIO) -> None:
    print("An evening of listening in a few seconds.", file=out)
    print("No account, no network: Spotify is a stand-in on 127.0.0.1.", file=out)
    secrets = f"SPOTIFY_CLIENT_ID={fake_spotify.client_id}\nSPOTIFY_CLIENT_SECRET={fake_spotify.client_secret}\n"
    (home / "credentials.env").write_text(f"{secrets}SPOTIFY_ACCOUNTS_URL={url}\nSPOTIFY_API_URL={url}\n")
    (home / "credentials.env").chmod(0o600)
    with Browser() as browser:
        bootstrap(home / "credentials.env", {}, connect, now, Console(browser.paste, browser, out))
    ends = f"{expires_at(now()):%-d %B %Y}"
    print(f"\n$ .venv/bin/python bootstrap_token.py  consent given; it lasts until {ends}", file=out)
    print("$ crontab:  * * * * *  .venv/bin/python nowplaying_job.py", file=out)
    print("$ tail -f history.log\n", file=out, flush=True)


def _cut_off() -> httpx.Client:
    """A client in an outage: every request meets a dead connection."""

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("Connection refused", request=request)

    return httpx.Client(transport=httpx.MockTransport(refuse))


def _columns(line: str, width: int) -> str:
    """A line of the log, its columns side by side; on a narrow terminal without the album."""
    play = history_log.fields(line) or {}
    if width < WIDE:
        return "{started_at}  {artists:<15.15}  {title:<21.21}  {length:>5}".format(**play)
    return "{started_at}  {artists:<19.19}  {title:<22.22}  {album:<12.12}  {length:>5}".format(**play)


def _print(out: TextIO, at_ms: int, text: str, *, dim: bool = False) -> None:
    before, after = ("\x1b[2m", "\x1b[0m") if dim and out.isatty() else ("", "")
    print(f"{before}{_moment(at_ms).astimezone():%H:%M}  {text}{after}", file=out, flush=True)


def _sum_up(out: TextIO, listener: Listener, lines: list[str], runs: int, requests: int) -> int:
    heard = sorted(str(play.item["uri"]) for play in listener.plays)
    logged = sorted((history_log.fields(line) or {})["uri"] for line in lines)
    lost = sum(max(heard.count(uri) - logged.count(uri), 0) for uri in set(heard))
    doubled = sum(max(logged.count(uri) - heard.count(uri), 0) for uri in set(logged))
    print(f"\n{len(heard)} plays, {len(logged)} lines: {lost} lost, {doubled} doubled.", file=out)
    print(f"{runs} runs, {requests / runs:.1f} requests each. Next: README.md, “Make the Spotify app”.", file=out)
    return 0 if lost == doubled == 0 else 70


def _moment(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC)
