"""Weeks of listening as people really listen: sittings, skips, tracks paused and left, streams that go on.

What a history's shape is, and between which values real ones lie, is in `shape.py`; how one listener differs from
another in `habits.py`. Everything is deterministic for a seed.
"""

from collections.abc import Callable
from math import exp, log
from random import Random

from lib.fake_spotify.listener import Json, episode, local_file
from tests.fidelity.days import HOUR, MINUTE, SECOND
from tests.fidelity.habits import SONGS, between, habits, pause_ms, songs
from tests.fidelity.layout import Layout
from tests.fidelity.timeline import NEVER_PLAYED_ON, Pause, Stream, Timeline

DAY = 24 * HOUR
BEGINS = 1_795_478_400_000
"""2026-11-24 00:00 UTC."""
LOADING_MS = 1500
"""Between two streams, at most."""


def timeline(seed: int, days: int = 14) -> Timeline:
    """So many days of one listener."""
    listener = _Listener(seed)
    listener.live(days)
    return Timeline(f"listener {seed}", tuple(listener.layout.streams), tuple(listener.layout.ads))


class _Listener:
    def __init__(self, seed: int) -> None:
        self.random, self.habits = Random(f"{seed} listening"), habits(seed)
        self.layout = Layout(BEGINS)
        self.library, self.queue_at = songs(self.random), 0
        self.podcast, self.podcast_at = episode("The Long Episode", "A Show", 95 * MINUTE), 0
        self.paused = False
        """Whether the last stream was paused in its middle, and what becomes of it is still open."""

    def live(self, days: int) -> None:
        """Each day's sittings, at the hours at which people are up."""
        for day in range(days):
            for at_ms in self._sittings(BEGINS + day * DAY):
                self._sit(max(at_ms, self.layout.at_ms + 31 * MINUTE))

    def _sittings(self, begins_ms: int) -> list[int]:
        """When a day's sittings begin."""
        r, h = self.random, self.habits
        streams = h.day * exp(r.gauss(0, 0.6))
        number = max(
            round(streams * 2.6 / (h.sitting + h.sitting_tenth) + r.uniform(-0.5, 0.5)), 1 if streams > 5 else 0
        )
        hours = sorted((r.triangular(7, 25, 18) + h.shift_h) % 24 for _ in range(max(number, 1 if streams > 5 else 0)))
        return [begins_ms + int(hour * HOUR) for hour in hours]

    def _sit(self, at_ms: int) -> None:
        r, h, layout = self.random, self.habits, self.layout
        if self._comes_back_to_go_on(at_ms):
            layout.mode = r.choices(["", "private", "offline"], [97, 1.5, 1.5])[0]
        spread = log(h.sitting_tenth / h.sitting) / 1.28
        ends = len(layout.streams) + max(round(h.sitting * exp(r.gauss(0, spread))), 1)
        looped = self._song() if r.random() < 0.01 else None
        while len(layout.streams) < ends:
            if looped:
                self._stream(looped, looped["duration_ms"], "trackdone")
            else:
                self._do_something(last=len(layout.streams) + 1 == ends)
        if not self.paused and layout.streams[-1].reason_end != "trackdone":
            layout.ended(r.choice(["logout", "unexpected-exit"]))
        layout.mode = ""

    def _comes_back_to_go_on(self, at_ms: int) -> bool:
        """What becomes of the track that was left paused: it plays on, goes on as a new stream, or never sounds again.

        Returns whether the sitting is a new one all through.
        """
        r, h, layout = self.random, self.habits, self.layout
        gap_ms, before = at_ms - layout.at_ms, layout.last
        if before and self.paused and r.random() < h.played_on:
            heard_ms, why = self._rest(before)
            layout.extend(gap_ms, heard_ms, why)
            self.paused = False
            return False
        if self.paused:
            why = r.choice(NEVER_PLAYED_ON)
            layout.extend(gap_ms if why in ("endplay", "remote") else int(gap_ms * r.uniform(0.05, 1)), 0, why)
        self.paused = False
        layout.at_ms = at_ms
        left = before and layout.streams[-1].reason_end != "trackdone" and before.left_at_ms > 2500
        if before and left and r.random() < h.goes_on:
            waits = (Pause(0, r.randint(SECOND, 4 * MINUTE)),) if r.random() < 0.3 else ()
            self._go_on(before, r.choice(["appload", "playbtn"]), waits)
            return False
        return True

    def _do_something(self, *, last: bool) -> None:
        r, h = self.random, self.habits
        if r.random() < h.ads:
            self.layout.ad(r.randint(12 * SECOND, 35 * SECOND))
        kinds: list[tuple[float, Callable[[], bool]]] = [
            (h.left_paused if last else 0, self._leave_paused),
            (h.hunts, self._hunt),
            (h.repeats, self._again),
            (h.podcasts, self._podcast),
            (0.004, self._local_file),
            (0.004, self._hand_over),
            (0.004, self._go_on_with_an_older),
        ]
        if not any(r.random() < share and deed() for share, deed in kinds):
            self._usual()

    def _usual(self) -> None:
        r, h, item = self.random, self.habits, self._song()
        length, skipped = int(item["duration_ms"]), 1 - h.finished - h.short
        kind = r.choices(["finished", "short", "skipped"], [h.finished * 1.25, h.short, skipped])[0]
        if kind == "finished":
            self._stream(item, length, "trackdone")
        elif kind == "short":
            self._stream(item, between(r, 700, 30 * SECOND), "fwdbtn")
        else:
            why = r.choices(["fwdbtn", "clickrow", "endplay"], [8, 2, 1])[0]
            self._stream(item, r.randint(20 * SECOND, length), why)

    def _leave_paused(self) -> bool:
        item = self._song()
        self._stream(item, self.random.randint(2 * SECOND, int(item["duration_ms"]) - 2 * SECOND), "endplay")
        self.paused = True
        return True

    def _hunt(self) -> bool:
        for _ in range(3 + int(self.random.expovariate(0.45))):
            self._stream(self._song(), self.random.randint(600, 9500), "fwdbtn")
        return True

    def _again(self) -> bool:
        """The same track: after its end, or from its start before that."""
        before, r = self.layout.last, self.random
        if before is None or before.item["type"] != "track":
            return False
        if before.reason_end != "trackdone":
            self.layout.ended("backbtn")
        length = int(before.item["duration_ms"])
        whole = r.random() < 0.6
        self._stream(
            before.item, length if whole else r.randint(2 * SECOND, length), "trackdone" if whole else "fwdbtn"
        )
        return True

    def _podcast(self) -> bool:
        """An episode goes on where it was left, also days later."""
        if self.podcast_at > 80 * MINUTE:
            self.podcast_at = 0
            self.podcast = episode(f"The Long Episode {self.random.randint(2, 10_000)}", "A Show", 95 * MINUTE)
        heard_ms = self.random.randint(2 * MINUTE, 12 * MINUTE)
        self._load()
        self.layout.add(self.podcast, heard_ms, ("clickrow", "endplay"), from_ms=self.podcast_at)
        self.podcast_at += heard_ms
        return True

    def _local_file(self) -> bool:
        item = local_file(f"Tape {self.random.randint(1, 6)}", "Me", 214)
        self._stream(item, item["duration_ms"], "trackdone")
        return True

    def _hand_over(self) -> bool:
        """Another device takes over what plays."""
        before = self.layout.last
        if before is None or before.reason_end == "trackdone" or _left_ms(before) < 10 * SECOND:
            return False
        self.layout.ended("remote")
        self._go_on(before, "remote")
        return True

    def _go_on_with_an_older(self) -> bool:
        """A track that was left some time ago goes on in its middle, after others."""
        for old in reversed(self.layout.streams[-20:-2]):
            if _left_ms(old) > 20 * SECOND and old.heard_ms > 20 * SECOND and old.item != self.layout.streams[-1].item:
                self._go_on(old, "playbtn")
                return True
        return False

    def _go_on(self, before: Stream, why: str, pauses: tuple[Pause, ...] = ()) -> None:
        heard_ms, end = self._rest(before)
        self._load()
        self.layout.add(before.item, heard_ms, (why, end), from_ms=before.left_at_ms, pauses=pauses)

    def _rest(self, before: Stream) -> tuple[int, str]:
        """How much of what is left of a track is heard, and why it ends then."""
        left_ms = max(_left_ms(before), 0)
        return (left_ms, "trackdone") if self.random.random() < 0.6 else (self.random.randint(0, left_ms), "fwdbtn")

    def _stream(self, item: Json, heard_ms: int, reason_end: str) -> None:
        """A track from its start, with a pause in it now and then."""
        r, layout = self.random, self.layout
        pauses: tuple[Pause, ...] = ()
        if r.random() < self.habits.paused and heard_ms > 4 * SECOND:
            pauses = (Pause(r.randint(0, heard_ms), pause_ms(r, self.habits.pauses_ms)),)
        gap = layout.last is None or layout.at_ms - layout.last.end_ms > 30 * MINUTE
        before = layout.last.reason_end if layout.last else ""
        start = r.choice(["appload", "clickrow", "playbtn"]) if gap else before
        start = start if start in ("trackdone", "fwdbtn", "backbtn", "appload", "playbtn") else "clickrow"
        self._load()
        layout.add(item, heard_ms, (start, reason_end), pauses=pauses)

    def _load(self) -> None:
        self.layout.at_ms += self.random.randint(0, LOADING_MS)

    def _song(self) -> Json:
        """The next of a playlist, or any; never the one before, for the same again is drawn on purpose."""
        before = self.layout.last.item if self.layout.last else None
        while True:
            self.queue_at = self.queue_at + 1 if self.random.random() < 0.8 else self.random.randrange(SONGS)
            item = self.library[self.queue_at % SONGS]
            if item is not before:
                return item


def _left_ms(stream: Stream) -> int:
    return int(stream.item["duration_ms"]) - stream.left_at_ms
