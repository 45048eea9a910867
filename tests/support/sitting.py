"""Listening told run by run in short texts, and what the rule of plays makes of it.

A run is `WHEN TITLE PROGRESS`, as `1:00 Song 1:20`, or `WHEN nothing`. More may follow: `paused`, and `| Song 3:40,
Other 4:00`, the answer of recently played, which isn't asked without a `|`. An unknown progress is `?`.
`WHEN recalls Song 0:00, Other 4:00` is a run that lost its memory and reads this log.
"""

from collections.abc import Iterable
from dataclasses import replace

from lib.plays.items import Item
from lib.plays.looks import ROWS, Verdict, look_at
from lib.plays.model import Memory, NowPlaying, Play, RecentPlay
from lib.plays.observe import observe
from lib.plays.recall import recall
from lib.plays.reconcile import finish, reconcile, should_fetch
from tests.support.times import MINUTE, SECOND, ms, shown

NOON_MS = 1_795_435_200_000
SONG = Item("spotify:track:song", "Song", "Band", "Album", 4 * MINUTE)
OTHER = Item("spotify:track:other", "Other", "Band", "Album", 3 * MINUTE)
ITEMS = {
    "Song": SONG,
    "Relinked": replace(SONG, uri="spotify:track:song2", album="Best of"),
    "Live": replace(SONG, uri="spotify:track:live", duration_ms=4 * MINUTE + 20 * SECOND),
    "Odd": replace(SONG, duration_ms=4 * MINUTE + 1),
    "Endless": replace(SONG, duration_ms=None),
    "Other": OTHER,
    "Third": replace(SONG, uri="spotify:track:third", title="Third"),
    "Fourth": replace(OTHER, uri="spotify:track:fourth", title="Fourth"),
    "Jingle": Item("spotify:track:jingle", "Jingle", "Band", "Album", 20 * SECOND),
    "Talk": Item("spotify:episode:talk", "Talk", "Show", "", 50 * MINUTE),
    "Tape": Item("spotify:local:me::tape:200", "Tape", "me", "", 200 * SECOND),
}


class Sitting:
    """Runs, each with the memory that the one before left. Times are texts, counted from noon.

    verdict, reasons: what the last run made of its look, and why. `lines` is the log, as `Song -0:20`.
    """

    def __init__(self, *runs: str) -> None:
        self.memory = Memory()
        self.plays: list[Play] = []
        self.verdict: Verdict | None = None
        self.reasons: tuple[str, ...] = ()
        for run in runs:
            self.run(run)

    def run(self, text: str) -> list[str]:
        """The lines that this run writes."""
        when, what, *words = text.partition("|")[0].split()
        now_ms = NOON_MS + ms(when)
        if what == "recalls":
            self.recall(now_ms, text.partition("recalls")[2])
            return []
        now = _now(now_ms, ITEMS[what], words) if what != "nothing" else None
        entries = [_entry(one) for one in _listed(text.partition("|")[2])] if "|" in text else None
        return self.look(now_ms, now, entries)

    def look(self, now_ms: int, now: NowPlaying | None, entries: Iterable[RecentPlay] | None = None) -> list[str]:
        """As `run`, of values."""
        look = look_at(self.memory, now, now_ms)
        self.verdict = next(row.verdict for row in ROWS if row.fits(look))
        observed = observe(self.memory, now, now_ms)
        step = observed.step if entries is None else reconcile(observed, entries)
        step = finish(self.memory, step, now_ms)
        self.memory, self.reasons = step.memory, step.reasons
        self.plays += step.plays
        return [_line(play) for play in step.plays]

    def recall(self, now_ms: int, log: str) -> None:
        """Memory is lost, and taken from this log, whose times are in whole seconds."""
        plays = [_entry(one) for one in _listed(log)]
        self.memory = recall(Memory(), [(play.item.identity, play.played_at_ms) for play in plays], now_ms)

    def asks(self, text: str) -> bool:
        """Whether this run would ask for recently played. It leaves nothing behind."""
        when, what, *words = text.split()
        now_ms = NOON_MS + ms(when)
        return should_fetch(
            observe(self.memory, _now(now_ms, ITEMS[what], words) if what != "nothing" else None, now_ms)
        )

    @property
    def lines(self) -> list[str]:
        """The log."""
        return [_line(play) for play in self.plays]

    @property
    def starts(self) -> list[str]:
        """When the lines say that the plays began."""
        return [shown(play.started_at_ms - NOON_MS) for play in self.plays]


def _now(now_ms: int, item: Item, words: list[str]) -> NowPlaying:
    progress = words[0] if words else "0:00"
    return NowPlaying(now_ms, item, None if progress == "?" else ms(progress), "paused" not in words)


def _listed(text: str) -> list[str]:
    return [one for one in text.strip().split(", ") if one]


def _entry(text: str) -> RecentPlay:
    title, at = text.split()
    return RecentPlay(ITEMS[title], NOON_MS + ms(at))


def _line(play: Play) -> str:
    return f"{play.item.title} {shown(play.started_at_ms - NOON_MS)}"
