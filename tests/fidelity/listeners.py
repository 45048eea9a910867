"""Weeks of listening as people really listen: sittings, skips, tracks paused and left, streams that go on.

The shapes are measured ones; listeners differ from each other as the measured did. What a history's shape is, and
between which values real ones lie, is in `shape.py`. Everything is deterministic for a seed.
"""

from dataclasses import dataclass, replace
from itertools import pairwise
from math import exp, log
from random import Random

from lib.fake_spotify.listener import Json, episode, local_file, track
from tests.fidelity.days import HOUR, MINUTE, SECOND
from tests.fidelity.timeline import Ad, Pause, Stream, Timeline

DAY = 24 * HOUR
BEGINS = 1_795_478_400_000
"""2026-11-24 00:00 UTC."""
SONGS = 400
NEVER_PLAYED_ON = ("logout", "endplay", "unexpected-exit-while-paused", "remote")


@dataclass(frozen=True, slots=True)
class Habits:
    """What one listener differs in from another. Shares from 0 to 1, medians in streams."""

    finished: float
    hunts: float
    short: float
    paused: float
    pause_ms: tuple[int, int, int]
    """Half, three quarters and nine tenths of the pauses in the middle of a sitting are shorter."""
    left_paused: float
    played_on: float
    goes_on: float
    repeats: float
    day: float
    sitting: float
    sitting_tenth: float
    shift_h: int
    ads: float
    podcasts: float


def habits(seed: int) -> Habits:
    """One listener of many."""
    r = Random(f"{seed} habits")
    finished = r.uniform(0.28, 0.62)
    return Habits(
        finished=finished,
        hunts=r.uniform(0.013, 0.026),
        short=(0.62 - finished) * 0.7 + r.uniform(0.04, 0.16),
        paused=r.uniform(0.12, 0.24),
        pause_ms=(_between(r, 50 * SECOND, 150 * SECOND), _between(r, 2 * MINUTE, 6 * MINUTE), 11 * MINUTE),
        left_paused=r.uniform(0.3, 0.6),
        played_on=r.uniform(0.15, 0.5),
        goes_on=r.uniform(0.35, 0.8),
        repeats=r.uniform(0.015, 0.045),
        day=exp(r.uniform(log(14), log(34))),
        sitting=r.uniform(4.2, 7.5),
        sitting_tenth=r.uniform(19, 25),
        shift_h=r.randint(-3, 5),
        ads=r.choice([0.0, 0.0, 0.08]),
        podcasts=r.choice([0.0, 0.01, 0.02]),
    )


def _between(r: Random, low: int, high: int) -> int:
    return int(exp(r.uniform(log(low), log(high))))


class Listener:
    """Lives through days, and lays out their streams one after the other."""

    def __init__(self, seed: int) -> None:
        self.random = Random(f"{seed} listening")
        self.habits = habits(seed)
        self.at_ms = BEGINS
        self.streams: list[Stream] = []
        self.ads: list[Ad] = []
        self.library = _songs(self.random)
        self.queue_at = 0
        self.podcast = episode("The Long Episode", "A Show", 95 * MINUTE)
        self.left: tuple[Json, int] | None = None
        """A track paused in the middle, with no more to be said of it yet, and where it stands."""
        self.mode = ""

    def live(self, days: int) -> None:
        """Each day's sittings, at the hours at which people are up."""
        for day in range(days):
            number = self.habits.day * exp(self.random.gauss(0, 0.75))
            for at_ms in self._sittings(BEGINS + day * DAY, number):
                self._sit(max(at_ms, self.at_ms + 31 * MINUTE))

    def _sittings(self, begins_ms: int, streams: float) -> list[int]:
        """When a day's sittings begin, so that about so many streams come of them."""
        r, mean = self.random, (self.habits.sitting + self.habits.sitting_tenth) / 2.6
        number = max(round(streams / mean + r.uniform(-0.5, 0.5)), 1 if streams > 5 else 0)
        hours = [(r.triangular(7, 25, 18) + self.habits.shift_h) % 24 for _ in range(number)]
        return [begins_ms + int(hour * HOUR) for hour in sorted(hours)]

    def _sit(self, at_ms: int) -> None:
        r, h = self.random, self.habits
        self._come_back(at_ms)
        self.mode = r.choices(["", "private", "offline"], [97, 1.5, 1.5])[0]
        spread = log(h.sitting_tenth / h.sitting) / 1.28
        ends = len(self.streams) + max(round(h.sitting * exp(r.gauss(0, spread))), 1)
        looped = self._song() if r.random() < 0.01 else None
        while len(self.streams) < ends:
            if looped:
                self._stream(looped, "trackdone", looped["duration_ms"])
            else:
                self._do_something(last=len(self.streams) + 1 == ends)
        if not self.left and self.streams[-1].reason_end != "trackdone":
            self.streams[-1] = replace(self.streams[-1], reason_end=r.choice(["logout", "unexpected-exit"]))
        self.mode = ""

    def _come_back(self, at_ms: int) -> None:
        """What becomes of the track that was left paused: it plays on, goes on anew, or never sounds again."""
        r, h, gap_ms = self.random, self.habits, at_ms - self.at_ms
        paused = bool(self.left)
        if paused and r.random() < h.played_on:
            self._play_on(gap_ms)
            return
        if paused:
            why = r.choice(NEVER_PLAYED_ON)
            waited_ms = gap_ms if why in ("endplay", "remote") else int(gap_ms * r.uniform(0.05, 1))
            self._extend(Pause(self.streams[-1].heard_ms, waited_ms), 0, why)
        before = self.streams[-1] if self.streams else None
        self.left = None
        self.at_ms = at_ms
        going = before and before.reason_end not in ("trackdone", "fwdbtn") and before.left_at_ms > 2500
        if before and going and r.random() < h.goes_on:
            self._go_on(before)

    def _extend(self, pause: Pause, more_ms: int, reason_end: str) -> None:
        """The last stream, with a pause at its end, and what sounds after that."""
        last = self.streams[-1]
        heard_ms, pauses = last.heard_ms + more_ms, (*last.pauses, pause)
        self.streams[-1] = replace(last, heard_ms=heard_ms, pauses=pauses, reason_end=reason_end)
        self.at_ms = self.streams[-1].end_ms

    def _play_on(self, gap_ms: int) -> None:
        last = self.streams[-1]
        left_ms = int(last.item["duration_ms"]) - last.left_at_ms
        whole = self.random.random() < 0.6
        more_ms = left_ms if whole else self.random.randint(0, left_ms)
        self._extend(Pause(last.heard_ms, gap_ms), more_ms, "trackdone" if whole else "fwdbtn")
        self.left = None

    def _go_on(self, before: Stream) -> None:
        """The app is opened, or play is pressed, and the track goes on where it was left."""
        r = self.random
        length = int(before.item["duration_ms"])
        whole = r.random() < 0.6
        heard_ms = (
            length - before.left_at_ms if whole else r.randint(SECOND, max(length - before.left_at_ms, 2 * SECOND))
        )
        waits = (Pause(0, r.randint(SECOND, 4 * MINUTE)),) if r.random() < 0.3 else ()
        why = r.choice(["appload", "playbtn"])
        self._add(before.item, before.left_at_ms, heard_ms, waits, why, "trackdone" if whole else "fwdbtn")

    def _do_something(self, *, last: bool) -> None:
        r, h = self.random, self.habits
        before = self.streams[-1] if self.streams else None
        if r.random() < h.ads:
            ends_ms = self.at_ms + r.randint(12 * SECOND, 35 * SECOND)
            self.ads.append(Ad(self.at_ms, ends_ms))
            self.at_ms = ends_ms
        if last and r.random() < h.left_paused:
            self._leave()
        elif r.random() < h.hunts * 1.6:
            for _ in range(3 + int(r.expovariate(0.45))):
                self._stream(self._song(), "fwdbtn", r.randint(600, 9500))
        elif before and before.item["type"] == "track" and r.random() < h.repeats:
            self._again(before)
        elif r.random() < h.podcasts:
            self._listen_to_podcast()
        elif r.random() < 0.004:
            item = local_file(f"Tape {r.randint(1, 6)}", "Me", 214)
            self._stream(item, "trackdone", item["duration_ms"])
        elif before and r.random() < 0.004 and self._hand_over(before):
            pass
        elif len(self.streams) > 20 and r.random() < 0.004:
            self._go_on_with_an_older()
        else:
            self._usual(self._song())

    def _usual(self, item: Json) -> None:
        r, h, length = self.random, self.habits, int(item["duration_ms"])
        kind = r.choices(["finished", "short", "skipped"], [h.finished * 1.25, h.short, 1 - h.finished - h.short])[0]
        if kind == "finished":
            self._stream(item, "trackdone", length)
        elif kind == "short":
            self._stream(item, "fwdbtn", _between(r, 700, 30 * SECOND))
        else:
            self._stream(
                item, r.choices(["fwdbtn", "clickrow", "endplay"], [8, 2, 1])[0], r.randint(20 * SECOND, length)
            )

    def _again(self, before: Stream) -> None:
        """The same track: after its end, or from its start before that."""
        length = int(before.item["duration_ms"])
        if before.reason_end != "trackdone":
            self.streams[-1] = replace(before, reason_end="backbtn")
        heard_ms, why = (length, "trackdone") if self.random.random() < 0.6 else (self._some(length), "fwdbtn")
        self._stream(before.item, why, heard_ms)

    def _leave(self) -> None:
        """Paused in the middle of a track; what becomes of it shows when the listener comes back."""
        item = self._song()
        length = int(item["duration_ms"])
        heard_ms = self.random.randint(2 * SECOND, length - 2 * SECOND)
        self._stream(item, "endplay", heard_ms)
        self.left = item, heard_ms

    def _listen_to_podcast(self) -> None:
        """An episode goes on where it was left, some days later."""
        at_ms = next((one.left_at_ms for one in reversed(self.streams) if one.item is self.podcast), 0)
        if at_ms > 80 * MINUTE:
            number = self.random.randint(2, 10_000)
            self.podcast, at_ms = episode(f"The Long Episode {number}", "A Show", 95 * MINUTE), 0
        self._add(self.podcast, at_ms, self.random.randint(2 * MINUTE, 12 * MINUTE), (), "clickrow", "endplay")

    def _hand_over(self, before: Stream) -> bool:
        """Another device takes over what plays."""
        left_ms = int(before.item["duration_ms"]) - before.left_at_ms
        if left_ms < 10 * SECOND or before.reason_end == "trackdone":
            return False
        self.streams[-1] = replace(before, reason_end="remote")
        self._add(before.item, before.left_at_ms, left_ms, (), "remote", "trackdone")
        return True

    def _go_on_with_an_older(self) -> None:
        """A track that was left some time ago goes on in its middle, after others."""
        for old in reversed(self.streams[-20:-2]):
            left_ms = int(old.item["duration_ms"]) - old.left_at_ms
            if left_ms > 20 * SECOND and old.heard_ms > 20 * SECOND and old.item != self.streams[-1].item:
                self._add(old.item, old.left_at_ms, left_ms, (), "playbtn", "trackdone")
                return

    def _stream(self, item: Json, reason_end: str, heard_ms: int) -> None:
        """A track from its start, with a pause in it now and then."""
        pauses: tuple[Pause, ...] = ()
        if self.random.random() < self.habits.paused and heard_ms > 4 * SECOND:
            pauses = (Pause(self.random.randint(0, heard_ms), self._pause_ms()),)
        before = self.streams[-1].reason_end if self.streams else "appload"
        gap = not self.streams or self.at_ms - self.streams[-1].end_ms > 30 * MINUTE
        start = self.random.choice(["appload", "clickrow", "playbtn"]) if gap else before
        start = start if start in ("trackdone", "fwdbtn", "backbtn", "appload", "playbtn") else "clickrow"
        self._add(item, 0, heard_ms, pauses, start, reason_end)

    def _add(
        self, item: Json, from_ms: int, heard_ms: int, pauses: tuple[Pause, ...], reason_start: str, reason_end: str
    ) -> None:
        private, offline = self.mode == "private", self.mode == "offline"
        made = Stream(item, self.at_ms, from_ms, heard_ms, pauses, reason_start, reason_end, private, offline)
        self.streams.append(made)
        self.left = None
        self.at_ms = made.end_ms + self.random.randint(0, 1500)

    def _pause_ms(self) -> int:
        """How long a pause in the middle of a sitting lasts."""
        half, quarter, tenth = self.habits.pause_ms
        points = [(0.0, 5500), (0.12, 15 * SECOND), (0.5, half), (0.75, quarter), (0.9, tenth), (1.0, 28 * MINUTE)]
        at = self.random.random()
        (low, low_ms), (high, high_ms) = next(pair for pair in pairwise(points) if at <= pair[1][0])
        return int(low_ms * (high_ms / low_ms) ** ((at - low) / (high - low)))

    def _some(self, length: int) -> int:
        return self.random.randint(2 * SECOND, length)

    def _song(self) -> Json:
        """The next of a playlist, or any; never the one before, for the same again is drawn on purpose."""
        before = self.streams[-1].item if self.streams else None
        while True:
            self.queue_at = self.queue_at + 1 if self.random.random() < 0.8 else self.random.randrange(SONGS)
            item = self.library[self.queue_at % len(self.library)]
            if item is not before:
                return item


def _songs(r: Random) -> list[Json]:
    """Of usual lengths; every tenth is a live version that has the name and the artist of the one before it."""
    found = list[Json]()
    for number in range(SONGS):
        ms = int(min(max(r.gauss(205, 45), 70), 600) * SECOND) + r.randint(0, 999)
        if number % 50 == 3:
            ms = r.randint(7 * MINUTE, 14 * MINUTE)
        live = number % 10 == 9
        name = number - 1 if live else number
        length = int(found[-1]["duration_ms"]) + 20 * SECOND if live else ms
        found.append(track(f"Song {name}", [f"Band {name % 60}"], f"Album {number % 90}", length))
    return found


def timeline(seed: int, days: int = 14) -> Timeline:
    """So many days of one listener."""
    listener = Listener(seed)
    listener.live(days)
    return Timeline(f"listener {seed}", tuple(listener.streams), tuple(listener.ads))
