"""An evening of listening in a few seconds: the real bootstrap, the real job, and a fake Spotify.

No account, no network beyond loopback, and nothing is left behind.
"""

import socket
from collections.abc import Mapping
from datetime import datetime, timedelta
from io import RawIOBase, StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import TextIO, cast

import httpx

from lib.bootstrap import bootstrap
from lib.console import Console
from lib.errors import MINUTE_MS
from lib.expiry import expires_at
from lib.fake_spotify.listener import Listener, episode, local_file, track
from lib.fake_spotify.loopback import serve
from lib.fake_spotify.service import FakeSpotify
from lib.follow import Watched
from lib.runner import run_and_report
from lib.screen import Screen
from lib.spotify.transport import connect

PACE_S = 0.1
"""How long a minute of the evening takes, its run included: a slower machine waits less, not longer."""
LAST_MINUTE = 56
"""When the evening is over, and Spotify has had time to list its last play."""
OUTAGE = "Spotify is down for ten minutes: the job catches up afterwards."

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
    tell("Weird Fishes again: a play of its own.")
    script.begin(WEIRD_FISHES).listen()
    script.begin(UNDER_PRESSURE).listen(100_000)
    tell("Under Pressure was paused for four minutes: still the same play.")
    script.pause(4 * MINUTE_MS).listen()
    tell("An ad: not logged.")
    script.ad(70_000)
    script.begin(PODCAST).listen(6 * MINUTE_MS)
    script.begin(DEMO_TAPE).listen()
    tell("Hyperballad, skipped after 40 seconds between two runs, was found in recently played.")
    script.quiet(12_000).begin(HYPERBALLAD).listen(40_000)
    script.begin(TEARDROP).listen()
    tell(OUTAGE)
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


def demo(out: TextIO, environ: Mapping[str, str], width: int | None = None, pace_s: float = PACE_S) -> int:
    """Prints the evening as it goes by, in `width` columns; None asks the terminal.

    The exit status is 0 when the log holds just what was listened to.
    """
    start = datetime.now().astimezone().replace(hour=19, minute=30, second=0, microsecond=0)
    clock = [start]
    screen = Screen(out, environ, width)
    listener, told = evening(int(start.timestamp() * 1000))
    fake_spotify = FakeSpotify(listener, now_ms=lambda: int(clock[0].timestamp() * 1000))
    logged: list[str] = []
    with TemporaryDirectory(prefix="nowplaying-demo-") as folder, serve(fake_spotify.answer) as url:
        path, log, began = Path(folder, "credentials.env"), Watched(Path(folder, "history.log")), monotonic()
        _set_up(path, url, fake_spotify, start, screen)
        outage = next(minute for minute, text in told.items() if text == OUTAGE)
        for minute in range(1, LAST_MINUTE + 1):
            clock[0] = start + timedelta(minutes=minute)
            client = _cut_off if outage <= minute < outage + 10 else connect
            run_and_report(path, {}, client, lambda: clock[0], terminal=False, verbose=False)
            if minute in told:
                screen.say(told[minute], indent="       · ", style="2")
            for line, started_at in log.new_plays(clock[0].date()).items():
                screen.play(started_at, line)
                logged.append(line)
            sleep(max(began + minute * pace_s - monotonic(), 0))
    return _sum_up(screen, listener, logged, len(fake_spotify.requests))


def _set_up(path: Path, url: str, fake_spotify: FakeSpotify, now: datetime, screen: Screen) -> None:
    screen.say("An evening of listening in a few seconds. It needs no account and no network: a fake Spotify answers.")
    secrets = f"SPOTIFY_CLIENT_ID={fake_spotify.client_id}\nSPOTIFY_CLIENT_SECRET={fake_spotify.client_secret}\n"
    path.write_text(f"{secrets}SPOTIFY_ACCOUNTS_URL={url}\nSPOTIFY_API_URL={url}\n")
    path.chmod(0o600)
    with Browser() as browser:
        bootstrap(path, {}, connect, lambda: now, Console(browser.paste, browser, browser))
    screen.say("")
    screen.say("$ .venv/bin/python bootstrap_token.py")
    screen.say(f"Connected to the fake Spotify until {expires_at(now):%-d %B %Y}.")
    screen.say("$ crontab -e")
    screen.say("From now on cron runs nowplaying_job.py once a minute.")
    screen.say("$ .venv/bin/python nowplaying_job.py --follow")


def _cut_off() -> httpx.Client:
    """A client in an outage: every request meets a dead connection."""

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("Connection refused", request=request)

    return httpx.Client(transport=httpx.MockTransport(refuse))


def _sum_up(screen: Screen, listener: Listener, logged: list[str], requests: int) -> int:
    heard = sorted(str(play.item["uri"]) for play in listener.plays)
    uris = sorted(line.rpartition("\t")[2] for line in logged)
    lost = sum(max(heard.count(uri) - uris.count(uri), 0) for uri in set(heard))
    doubled = sum(max(uris.count(uri) - heard.count(uri), 0) for uri in set(uris))
    screen.say("")
    screen.say(f"{len(heard)} plays, {len(uris)} lines in the log: {lost} lost, {doubled} doubled.")
    screen.say(f"{LAST_MINUTE} runs of the job made {requests / LAST_MINUTE:.1f} requests each.")
    screen.say("Now for your own plays: README.md, “Make the Spotify app”.")
    return 0 if lost == doubled == 0 else 70
