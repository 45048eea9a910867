"""Weeks of listening as people really listen: sittings, skips, tracks paused and left, streams that go on.

What a history's shape is, and between which values real ones lie, is in `shape.py`; how one listener differs from
another in `habits.py`. Everything is deterministic for a seed.
"""

from collections.abc import Callable
from math import exp, log

from tests.fidelity.deeds import BEGINS, Deeds
from tests.fidelity.timeline import NEVER_PLAYED_ON, Pause, Timeline
from tests.support.times import DAY, HOUR, MINUTE, SECOND


def timeline(seed: int, days: int = 14) -> Timeline:
    """So many days of one listener."""
    listener = _Listener(seed)
    listener.live(days)
    return Timeline(f"listener {seed}", tuple(listener.layout.streams), tuple(listener.layout.ads))


class _Listener(Deeds):
    """Lives through days, and decides what to do when."""

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
        looped = self.song() if r.random() < 0.01 else None
        while len(layout.streams) < ends:
            if looped:
                self.stream(looped, looped["duration_ms"], "trackdone")
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
            heard_ms, why = self.rest(before)
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
            self.go_on(before, r.choice(["appload", "playbtn"]), waits)
            return False
        return True

    def _do_something(self, *, last: bool) -> None:
        r, h = self.random, self.habits
        if r.random() < h.ads:
            self.layout.ad(r.randint(12 * SECOND, 35 * SECOND))
        kinds: list[tuple[float, Callable[[], bool]]] = [
            (h.left_paused if last else 0, self.leave_paused),
            (h.hunts, self.hunt),
            (h.repeats, self.again),
            (h.podcasts, self.podcast_on),
            (0.004, self.local_file),
            (0.004, self.hand_over),
            (0.004, self.go_on_with_an_older),
        ]
        if not any(r.random() < share and deed() for share, deed in kinds):
            self.usual()
