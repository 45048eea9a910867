"""Histories to make a page of: as lines of a log, most of them up to NOW."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random

from lib.report import demo_history

NOW = datetime(2026, 11, 24, 20, 15, tzinfo=UTC)

HOSTILE = (
    "<script>alert(1)</script>", "</style><b>bold", "'\"><img src=//x.example/ onerror=alert(1)>",
        "\u202eesrever", "\u2068\u2067isolated", "W" * 5000, "&" * 5000, "a\u200b" * 500, "\u0628\u064a " * 99,
    "\ufdfd" * 99,
    "Z\u0337\u0327\u031b\u034e\u0349" * 99, "\U0001f469\u200d\U0001f469\u200d\U0001f467" * 99,
    "", "Fine \u0000\u0007\u001b[31m",
    "A name of many words that goes on and on until nobody reads it any more, and then a little further",
)  # fmt: skip
"""Names that want to run, to break the layout, or to turn text round."""

THREE = (
    "2026-11-22T10:01:00+01:00\tRadiohead\tWeird Fishes/ Arpeggi\tIn Rainbows\t5:18\tspotify:track:1",
    "2026-11-22T10:06:18+01:00\tQueen, David Bowie\tUnder Pressure\tHot Space\t4:08\tspotify:track:2",
    "2026-11-24T08:00:00+01:00\tLong Wave\tHow a Bell Is Tuned\t\t41:00\tspotify:episode:3",
)


def three_years() -> list[str]:
    """The demo's listener."""
    return list(demo_history.lines(NOW))


def hostile() -> list[str]:
    """Hostile names in every column and every year, torn lines and impossible dates."""
    return [
        *_hostile(),
        "torn",
        "0001-01-01T00:00:00+14:00\ta\tb\tc\t1:00\td",
        "9999-12-31T23:59:59-12:00\ta\tb\tc\t1:00\td",
    ]


def _hostile() -> Iterator[str]:
    names = len(HOSTILE)
    for nth in range(3000):
        at = NOW - timedelta(hours=52 * nth)
        artists, title, album = (HOSTILE[(nth * step) % names] for step in (3, 5, 7))
        uri = f"spotify:{('track', 'episode')[nth % 3 == 0]}:{nth}"
        yield f"{at.isoformat()}\t{artists}\t{title}\t{album}\t4:00\t{uri}"


def long(plays: int) -> Iterable[str]:
    """A heavy listener: `plays` lines, newest last, some 25 minutes apart."""
    random = Random(1)
    artists = [f"Artist {number} of many" for number in range(plays // 100 + 50)]
    tracks = []
    for number in range(plays // 8 + 100):
        artist = min(int(random.expovariate(6) * len(artists)), len(artists) - 1)
        length = f"{random.randrange(2, 6)}:{random.randrange(60):02}"
        names = f"{artists[artist]}\tA song with a title, {number}\tAlbum {artist}-{number % 4}"
        tracks.append(f"{names}\t{length}\tspotify:track:{number:022}")
    at = NOW - timedelta(seconds=1500 * plays)
    for _ in range(plays):
        at += timedelta(seconds=random.randrange(200, 2800))
        yield f"{min(at, NOW).isoformat()}\t{tracks[min(int(random.expovariate(4) * len(tracks)), len(tracks) - 1)]}"
