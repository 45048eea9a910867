"""What a listener does with the player: whole tracks, skips, hunts, repeats, what is left paused, and what goes on.

Each deed lays out its streams. Those that may not be possible return whether they were done.
"""

from random import Random

from lib.fake_spotify.listener import Json, episode, local_file
from tests.fidelity.habits import SONGS, between, habits, pause_ms, songs
from tests.fidelity.layout import Layout
from tests.fidelity.timeline import Pause, Stream
from tests.support.times import MINUTE, SECOND

BEGINS = 1_795_478_400_000
"""2026-11-24 00:00 UTC."""
LOADING_MS = 1500
"""Between two streams, at most."""


class Deeds:
    """A listener with habits and a library."""

    def __init__(self, seed: int) -> None:
        self.random, self.habits = Random(f"{seed} listening"), habits(seed)
        self.layout = Layout(BEGINS)
        self.library, self.queue_at = songs(self.random), 0
        self.podcast, self.podcast_at = episode("The Long Episode", "A Show", 95 * MINUTE), 0
        self.paused = False
        """Whether the last stream was paused in its middle, and what becomes of it is still open."""

    def usual(self) -> None:
        """A track from its start: whole, for less than 30 s, or until it is skipped."""
        r, h, item = self.random, self.habits, self.song()
        length, skipped = int(item["duration_ms"]), 1 - h.finished - h.short
        kind = r.choices(["finished", "short", "skipped"], [h.finished * 1.25, h.short, skipped])[0]
        if kind == "finished":
            self.stream(item, length, "trackdone")
        elif kind == "short":
            self.stream(item, between(r, 700, 30 * SECOND), "fwdbtn")
        else:
            why = r.choices(["fwdbtn", "clickrow", "endplay"], [8, 2, 1])[0]
            self.stream(item, r.randint(20 * SECOND, length), why)

    def leave_paused(self) -> bool:
        """A track is paused in its middle; what becomes of it shows when the listener comes back."""
        item = self.song()
        self.stream(item, self.random.randint(2 * SECOND, int(item["duration_ms"]) - 2 * SECOND), "endplay")
        self.paused = True
        return True

    def hunt(self) -> bool:
        """Looking for a song: three or more for some seconds each."""
        for _ in range(3 + int(self.random.expovariate(0.45))):
            self.stream(self.song(), self.random.randint(600, 9500), "fwdbtn")
        return True

    def again(self) -> bool:
        """The same track: after its end, or from its start before that."""
        before, r = self.layout.last, self.random
        if before is None or before.item["type"] != "track":
            return False
        if before.reason_end != "trackdone":
            self.layout.ended("backbtn")
        length = int(before.item["duration_ms"])
        whole = r.random() < 0.6
        self.stream(before.item, length if whole else r.randint(2 * SECOND, length), "trackdone" if whole else "fwdbtn")
        return True

    def podcast_on(self) -> bool:
        """An episode goes on where it was left, also days later."""
        if self.podcast_at > 80 * MINUTE:
            self.podcast_at = 0
            self.podcast = episode(f"The Long Episode {self.random.randint(2, 10_000)}", "A Show", 95 * MINUTE)
        heard_ms = self.random.randint(2 * MINUTE, 12 * MINUTE)
        self._load()
        self.layout.add(self.podcast, heard_ms, ("clickrow", "endplay"), from_ms=self.podcast_at)
        self.podcast_at += heard_ms
        return True

    def local_file(self) -> bool:
        """A file of the listener's own."""
        item = local_file(f"Tape {self.random.randint(1, 6)}", "Me", 214)
        self.stream(item, item["duration_ms"], "trackdone")
        return True

    def hand_over(self) -> bool:
        """Another device takes over what plays."""
        before = self.layout.last
        if before is None or before.reason_end == "trackdone" or _left_ms(before) < 10 * SECOND:
            return False
        self.layout.ended("remote")
        self.go_on(before, "remote")
        return True

    def go_on_with_an_older(self) -> bool:
        """A track that was left some time ago goes on in its middle, after others."""
        for old in reversed(self.layout.streams[-20:-2]):
            if _left_ms(old) > 20 * SECOND and old.heard_ms > 20 * SECOND and old.item != self.layout.streams[-1].item:
                self.go_on(old, "playbtn")
                return True
        return False

    def go_on(self, before: Stream, why: str, pauses: tuple[Pause, ...] = ()) -> None:
        """A stream that goes on where another was left. why: its reason to start."""
        heard_ms, end = self.rest(before)
        self._load()
        self.layout.add(before.item, heard_ms, (why, end), from_ms=before.left_at_ms, pauses=pauses)

    def rest(self, before: Stream) -> tuple[int, str]:
        """How much of what is left of a track is heard, and why it ends then."""
        left_ms = max(_left_ms(before), 0)
        return (left_ms, "trackdone") if self.random.random() < 0.6 else (self.random.randint(0, left_ms), "fwdbtn")

    def stream(self, item: Json, heard_ms: int, reason_end: str) -> None:
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

    def song(self) -> Json:
        """The next of a playlist, or any; never the one before, for the same again is drawn on purpose."""
        before = self.layout.last.item if self.layout.last else None
        while True:
            self.queue_at = self.queue_at + 1 if self.random.random() < 0.8 else self.random.randrange(SONGS)
            item = self.library[self.queue_at % SONGS]
            if item is not before:
                return item


def _left_ms(stream: Stream) -> int:
    return int(stream.item["duration_ms"]) - stream.left_at_ms
