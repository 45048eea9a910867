"""Three years of a made-up listener, as lines of a log: the same each time but for the day on which they end. Pure.

No artist, record or show here is meant to be a real one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import accumulate
from math import exp
from random import Random

_DAYS = 3 * 365 + 20


def _list(words: str) -> list[str]:
    return words.split("|")


_ARTISTS = _list(
    "Paper Lighthouse|The Slow Ferries|Marta Quill|Nine Kites|Velvet Cartographers|Océane Brume|Juniper Static|"
    "Low Tide Orchestra|Holloway & Fern|Kōri|Copper Herons|The Glass Orchard|Moss Telegraph|Ночной трамвай|Wren Atlas|"
    "Amber Switchyard|Cloud Notary|Salt Ledger|Analog Picnic|Ida Northwind|Rio Cinza|Distant Bakery|Quartz Hotel|"
    "Little Meridian|Dust and Daughters|Fennel|Parallel Gardens|The Late Trains|Orchid Radio|Bright Barrow|Hanna Vale|"
    "Elder Creek|Night Shift Choir|Saint Ember|Mono Garden|Αργό Κύμα|Harbour & Sons|Yarrow|Twelve Doors|Sable Coast|"
    "Postcard Weather|Winter Arcade|The Umbrella Repairmen|Field Recorder|Lantern Street|Ottoline|Grey Heron Motel"
)
_FIRST = _list("Slow|Quiet|Paper|Northern|Distant|Golden|Empty|Silver|Second|Hollow|Warm|Late|Broken|Little|Early")
_SECOND = _list("Harbour|Window|Garden|Signal|River|Summer|Engine|Letter|Station|Mirror|Field|Winter|Avenue|Orbit")
_TITLES = _list(
    "{0} {1}|{1}|{0} {1} at Night|Nobody in the {1}|The {1} We Left|Letters from the {0} {1}|Not a {0} {1}|{0} Again|"
    "Leaving the {1}|{1}, Late|Half of the {1}|{0} Enough|Where the {1} Ends|One More {0} {1}|{1} Song"
)
_SHOWS = ("Long Wave", "The Kitchen Table", "Maps of Nowhere", "Half an Hour of History")
_EPISODES = _list("How a Bell Is Tuned|The Last Lighthouse Keeper|A Short History of Salt|Bread|Why Maps Lie|Tides")
_WORKDAY = ((7, 0.75, 6), (10, 0.45, 11), (14, 0.3, 8), (17, 0.6, 6), (20, 0.55, 12))
_WEEKEND = ((11, 0.5, 9), (15, 0.45, 12), (19, 0.6, 14), (22, 0.45, 12))
"""When the listener may sit down: the hour, the chance, and the most tracks."""


@dataclass(frozen=True, slots=True)
class _Artist:
    """A name, the day on which the listener loves it most, for how many days, and its albums."""

    name: str
    peak: int
    width: int
    albums: list[list[tuple[str, int]]]
    """Each an album's tracks: the line without its date, and the length in seconds."""

    def weight(self, day: int) -> float:
        """How likely it is to be chosen on that day."""
        away = (day - self.peak) / self.width
        known = day > self.peak - 1.4 * self.width
        return (exp(-away * away) + 0.06) if known else 0.0


def lines(now: datetime) -> Iterator[str]:
    """The log up to `now`, oldest first."""
    random = Random(20)  # noqa: S311 - no secret: the same listener each time
    artists = [_artist(random, number, name) for number, name in enumerate(_ARTISTS)]
    first = now - timedelta(days=_DAYS)
    for day in range(_DAYS + 1):
        weights = list(accumulate(artist.weight(day) for artist in artists))
        date = (first + timedelta(days=day)).date()
        for hour, tracks in _sittings(random, day, date.weekday()):
            at = datetime.combine(date, time(hour, random.randrange(60), random.randrange(60)), now.tzinfo)
            for rest, length_s in _choose(random, artists, weights, tracks, podcast=hour == 7):
                if at > now:
                    return
                yield f"{at.isoformat(timespec='seconds')}\t{rest}"
                at += timedelta(seconds=length_s if random.random() < 0.8 else random.randrange(20, length_s))


def _artist(random: Random, number: int, name: str) -> _Artist:
    albums = [_album(random, number, name, nth) for nth in range(random.choice((1, 2, 2, 3)))]
    return _Artist(name, random.randrange(_DAYS + 60), random.choice((40, 70, 120, 300)), albums)


def _album(random: Random, number: int, name: str, nth: int) -> list[tuple[str, int]]:
    title = f"{random.choice(_FIRST)} {random.choice(_SECOND)}"
    tracks = []
    for track in range(random.randrange(7, 12)):
        song = random.choice(_TITLES).format(random.choice(_FIRST), random.choice(_SECOND))
        guest = f", {random.choice(_ARTISTS)}" if random.random() < 0.04 else ""
        length_s = random.randrange(140, 330)
        uri = f"spotify:track:demo{number:06}{nth:06}{track:06}"
        rest = f"{name}{guest}\t{song}\t{title}\t{length_s // 60}:{length_s % 60:02}\t{uri}"
        tracks.append((rest, length_s))
    return tracks


def _sittings(random: Random, day: int, weekday: int) -> Iterator[tuple[int, int]]:
    """The hours at which the listener sits down on that day, each with a number of tracks."""
    away = day % 365 in range(215, 226)  # a holiday without headphones
    if away or random.random() < 0.06:
        return
    for hour, chance, most in _WORKDAY if weekday < 5 else _WEEKEND:
        if random.random() < chance:
            yield hour + random.randrange(2), random.randrange(2, most)


def _choose(
    random: Random, artists: list[_Artist], weights: list[float], tracks: int, *, podcast: bool
) -> list[tuple[str, int]]:
    """An episode on some mornings; otherwise an album from its start, or tracks in any order."""
    if podcast and random.random() < 0.5:
        return [_episode(random)]
    chosen = random.choices(artists, cum_weights=weights, k=tracks)
    if random.random() < 0.4:
        return random.choice(chosen[0].albums)[:tracks]
    return [random.choice(random.choice(artist.albums)[:5]) for artist in chosen]


def _episode(random: Random) -> tuple[str, int]:
    show, title = random.choices(_SHOWS, (6, 3, 2, 1))[0], random.choice(_EPISODES)
    minutes = random.randrange(24, 55)
    return f"{show}\t{title}\t\t{minutes}:00\tspotify:episode:demo{len(title):018}", minutes * 60
