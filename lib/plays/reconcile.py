"""Which sightings and which records are one play. Pure: no clock, no I/O; the heart of the program.

A *now_playing* is what plays now: our clock, with a progress. A *record* is an entry of the recently played: Spotify's
clock. A *line* is a play that stands in the log. All times are milliseconds UTC.

The rule. A now_playing is held against the one remembered before it, on our clock alone: progress and elapsed time
tell "as expected", "paused or sought" and "begun again". A record counts once, ever, by its key (played_at, uri). It
settles the nearest line of the same recording that no record has settled yet; when there is none it is a play of
its own and becomes a line. What is playing now has no record yet: Spotify lists a play only after the listener has
moved on. So the number of lines of a recording is the number of its plays, whatever the two clocks say.
"""

from collections.abc import Iterable

from lib.plays.model import LEFT, NEVER_MS, Line, Memory, NowPlaying, Play, RecentPlay, Seen
from lib.plays.observe import TOLERANCE_MS, compare, start_ms

NEAR_MS = 10 * 60_000
"""How far a record may lie from its line, by two clocks that agree to some minutes."""
REACH_MS = 90 * 60_000
"""... and when the line is news since the last look at them, for then the clocks disagree; any, if that was lately."""
SWEEP_MS = 15 * 60_000
"""The recent plays are fetched at least this often, for plays that fell between two sightings."""
SOONEST_MS = 2 * 60_000
"""... and no more often than this, for a record surfaces seconds to minutes after its play."""
LAST_LOOK_MS = 2 * 60_000
"""How near its end a look may be the last one before an item begins again."""
MOST = 150
"""Lines and record keys remembered, each: three times what Spotify lists."""


class Listening:
    """One run's reckoning: tell it what is seen, ask whether the records can add to it, tell it those.

    Afterwards `plays` holds the lines to write, in order of start, `reasons` why each thing was or wasn't one, and
    `memory` what the next run needs: the very memory it began with when nothing was learned.
    """

    def __init__(self, memory: Memory, now_ms: int, *, recorded: bool = True) -> None:
        """`recorded`: whether the records may be asked for at all."""
        self._recorded = recorded
        self._before = memory
        self._now_ms = now_ms
        self._seen = memory.seen
        self._sighting: NowPlaying | None = None
        self._lines = list(memory.lines)
        self._records = dict.fromkeys(memory.records)
        self._fetched_ms = memory.fetched_ms
        self._owed = memory.owed
        self._doubt_ms = NEVER_MS
        self._plays: list[Play] = []
        self.reasons: list[str] = []

    @property
    def plays(self) -> list[Play]:
        """The lines to write."""
        return sorted(self._plays, key=lambda play: play.start_ms)

    @property
    def memory(self) -> Memory:
        """What the next run needs."""
        lines, records = tuple(self._lines[-MOST:]), tuple(self._records)[-MOST:]
        after = Memory(self._seen, lines, records, self._before.checked_ms, self._fetched_ms, self._owed)
        if after == self._before and 0 <= self._now_ms - after.checked_ms < SWEEP_MS:
            return self._before
        return after._replace(checked_ms=self._now_ms)

    def wants_records(self) -> bool:
        """Whether the records can tell something: after something ended, and now and then."""
        age = self._now_ms - self._fetched_ms
        return age < 0 or age >= (SOONEST_MS if self._owed else SWEEP_MS)

    def see(self, now_playing: NowPlaying | None) -> None:
        """Takes in what plays now; None for nothing, an ad or what can't be told."""
        self._sighting = now_playing
        if now_playing is None:
            self._stop("gone", "nothing is playing")
            return
        verdict, reason = compare(self._seen, now_playing, self._before.checked_ms)
        if verdict == "new":
            self._begin(now_playing, start_ms(self._seen, now_playing, self._floor_ms(now_playing)), reason)
            return
        self.reasons.append(f"{now_playing.item.title}: {reason}.")
        if self._seen and verdict != "stale":
            self._go_on(self._seen, now_playing, verdict)
        elif self._seen and self._seen.identity.same(now_playing.item.identity):
            self._stop("stale", reason)

    def hear(self, records: Iterable[RecentPlay]) -> None:
        """Takes in the recent plays, each of which counts once."""
        for record in sorted(records, key=lambda record: record.played_at_ms):
            key = (record.played_at_ms, record.item.identity.uri)
            known = key in self._records
            self._records.pop(key, None)
            self._records[key] = None  # the keys heard last are kept longest
            if not known:
                self._place(record)
        self._fetched_ms, self._owed = self._now_ms, False

    def _floor_ms(self, now_playing: NowPlaying) -> int:
        """When the player last had something else."""
        if self._seen is None:
            return 0
        # A look that saw nothing may have been mistaken; but an episode is more likely resumed after it.
        mistaken = self._seen.state in LEFT and now_playing.item.recordable
        return self._seen.at_ms if mistaken else max(self._before.checked_ms, self._seen.at_ms)

    def _stop(self, state: str, reason: str) -> None:
        if self._seen and self._seen.until_ms == NEVER_MS:
            self.reasons.append(f"What was on the player has stopped: {reason}.")
            self._seen = self._seen.left(state, self._now_ms)
            self._owed = True

    def _begin(self, now_playing: NowPlaying, began_ms: int, reason: str) -> None:
        self._doubt_ms = NEVER_MS
        if self._seen and self._seen.logged:
            self._lines.append(self._seen.line(self._now_ms))
        state = "playing" if now_playing.playing else "paused"
        item, at_ms, progress_ms = now_playing.item, now_playing.at_ms, now_playing.progress_ms
        self._seen = Seen(item.identity, at_ms, progress_ms, state, began_ms, logged=now_playing.playing)
        self._owed = True
        self.reasons.append(f"{item.title}: {reason}{'' if now_playing.playing else '; paused, so not a play yet'}.")
        if now_playing.playing:
            self._plays.append(Play(item, began_ms))

    def _go_on(self, seen: Seen, now_playing: NowPlaying, verdict: str) -> None:
        state = "playing" if now_playing.playing else "paused"
        if now_playing.playing and seen.settled:
            ended_ms = seen.start_ms if seen.until_ms == NEVER_MS else seen.until_ms
            began_ms = min(max(now_playing.began_ms, ended_ms), now_playing.at_ms)
            self._begin(now_playing, began_ms, "a record shows that the play before it ended")
        elif now_playing.playing and not seen.logged:
            self._begin(now_playing, seen.start_ms, "first seen paused, it plays now")
        elif verdict == "moved" or state != seen.state or self._matters(now_playing):
            self._owed = self._owed or verdict == "moved"
            self._doubt_ms = seen.at_ms if verdict == "moved" and now_playing.playing else NEVER_MS
            at_ms, progress_ms = now_playing.at_ms, now_playing.progress_ms
            self._seen = seen._replace(at_ms=at_ms, progress_ms=progress_ms, state=state, until_ms=NEVER_MS)

    def _matters(self, now_playing: NowPlaying) -> bool:
        """Whether a look that was foretold is remembered all the same: near the end of what no record will tell of."""
        left_ms = (now_playing.item.duration_ms or 0) - (now_playing.progress_ms or 0)
        return now_playing.playing and left_ms <= LAST_LOOK_MS and not (self._recorded and now_playing.item.recordable)

    def _place(self, record: RecentPlay) -> None:
        """Gives a record its line: one that stands, or a new one."""
        identity, at_ms = record.item.identity, record.played_at_ms
        seen = self._seen if self._seen and self._seen.logged and self._seen.identity.same(identity) else None
        stopped = seen.line(self._now_ms) if seen and seen.state != "playing" else None
        lines = [line for line in (*self._lines, stopped) if line and not line.settled and line.identity.same(identity)]
        fitting = [line for line in lines if self._fits(line, at_ms)]
        if nearest := min(fitting, key=lambda line: _nearness(line, at_ms), default=None):
            self._settle(nearest, at_ms, seen if nearest is stopped else None)
        elif seen and self._sighting and seen.state == "playing" and not seen.settled:
            self._place_beside_current(record, seen, self._sighting)
        else:
            self._fill_in(record)
            if self._sighting and self._doubt_ms + TOLERANCE_MS < at_ms <= self._sighting.began_ms + TOLERANCE_MS:
                self._begin(self._sighting, self._sighting.began_ms, "something else was played in between")

    def _fits(self, line: Line, at_ms: int) -> bool:
        if line.end_ms < self._fetched_ms - NEAR_MS:
            return line.distance_ms(at_ms) <= NEAR_MS
        recent = 0 <= self._now_ms - self._fetched_ms <= 2 * SWEEP_MS
        return recent or line.distance_ms(at_ms) <= REACH_MS

    def _settle(self, line: Line, at_ms: int, seen: Seen | None) -> None:
        end_ms = min(max(at_ms, line.start_ms), line.end_ms)
        if seen:
            self._seen = seen._replace(settled=True, until_ms=end_ms)
        else:
            self._lines[self._lines.index(line)] = line._replace(settled=True, end_ms=end_ms)

    def _place_beside_current(self, record: RecentPlay, seen: Seen, now_playing: NowPlaying) -> None:
        """A record of what is playing, whose line it can't be unless the listener moved on this very moment."""
        began_ms = now_playing.began_ms
        if record.played_at_ms > began_ms + TOLERANCE_MS:
            self._seen = seen._replace(settled=True)  # should it still play next time, that is another play
        elif began_ms > seen.start_ms + TOLERANCE_MS and record.played_at_ms >= seen.start_ms - TOLERANCE_MS:
            self._seen = seen._replace(settled=True, until_ms=min(max(record.played_at_ms, seen.start_ms), began_ms))
            self._begin(now_playing, began_ms, "a record shows that the play before it ended")
        else:
            self._fill_in(record)

    def _fill_in(self, record: RecentPlay) -> None:
        """A play that was never seen: it began its length before its end, but not before the play ahead of it ended."""
        end_ms = record.played_at_ms
        ahead_ms = max((line.end_ms for line in self._lines if line.end_ms <= end_ms), default=0)
        start_ms = max(end_ms - (record.item.duration_ms or 0), ahead_ms)
        paused = self._before.seen
        if paused and not paused.logged and paused.identity.same(record.item.identity) and paused.start_ms < end_ms:
            start_ms = paused.start_ms
        self._lines.append(Line(record.item.identity, start_ms, end_ms, settled=True))
        self.reasons.append(f"{record.item.title}: recently played, and in no line yet.")
        self._plays.append(Play(record.item, start_ms))


def _nearness(line: Line, at_ms: int) -> tuple[int, int]:
    """Which of two lines a time belongs to: the nearer, and of two that are about as near the earlier."""
    return max(line.distance_ms(at_ms) - TOLERANCE_MS, 0), line.start_ms
