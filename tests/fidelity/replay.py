"""What Spotify answers while a timeline is lived: the player's state and the recent plays, at any moment.

A player shows a pause for some minutes and then nothing. A stream is listed once it has left the player, if it was
heard for 30 s; how late, with which time, and whether at all, is the scenario's.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from random import Random

from lib.fake_spotify.listener import Json, iso
from tests.fidelity.scenarios import Scenario
from tests.fidelity.timeline import LISTED_MS, Pause, Stream, Timeline, plays
from tests.support.times import DAY, HOUR, MINUTE, SECOND

MOST_RECENT = 50
QUIET_BEAT_MS = 15 * MINUTE
"""Runs in a silence: one a minute would see the same."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A time during which the player shows one thing; `kind` "silence" is a 204. play: the play that sounds then."""

    start_ms: int
    end_ms: int
    kind: str
    item: Json | None = None
    progress_ms: int = 0
    playing: bool = False
    play: int | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of the recently played. stream: which one of the timeline it tells of."""

    played_at_ms: int
    surfaces_ms: int
    play: int
    stream: Stream
    entry: Json = field(compare=False)


class Replay:
    """A player for the stand-in, and what each answer of it really is about."""

    def __init__(self, timeline: Timeline, scenario: Scenario, seed: int = 0) -> None:
        self.scenario, self._seed = scenario, f"{seed} {timeline.name} {scenario.name}"
        streams = [part for stream in timeline.streams for part in self._begun_again(stream)]
        self.timeline = replace(timeline, streams=tuple(streams))
        self.plays = plays(streams)
        self.shown = self._shown()
        self._starts = [shown.start_ms for shown in self.shown]
        self.listed = sorted(self._listed(), key=lambda listed: listed.played_at_ms)
        self._played_at = [listed.played_at_ms for listed in self.listed]
        self._original = {listed.entry["track"]["uri"]: listed.stream.item["uri"] for listed in self.listed}

    def at(self, now_ms: int) -> Shown:
        """What the player shows."""
        shown = self.shown[max(bisect_right(self._starts, now_ms) - 1, 0)]
        if shown.kind == "silence" or not shown.start_ms <= now_ms < shown.end_ms or self._blind(now_ms, shown):
            return Shown(now_ms, now_ms, "silence")
        return shown

    def currently_playing(self, now_ms: int) -> Json | None:
        """The body of the answer, None for 204."""
        shown = self.at(now_ms)
        if shown.kind == "silence":
            return None
        progress_ms = shown.progress_ms + (now_ms - shown.start_ms if shown.playing else 0)
        return {
            "timestamp": shown.start_ms,
            "progress_ms": None if self._happens(self.scenario.unknown, f"{now_ms} unknown") else progress_ms,
            "is_playing": shown.playing,
            "item": shown.item,
            "currently_playing_type": shown.kind,
            "context": None,
        }

    def recently_played(self, now_ms: int) -> list[Json]:
        """The entries of the answer, newest first."""
        return [listed.entry for listed in self.recent(now_ms)]

    def recent(self, now_ms: int) -> list[Listed]:
        """What is listed at that time."""
        found: list[Listed] = []
        for number in range(bisect_right(self._played_at, now_ms) - 1, -1, -1):
            if self.listed[number].surfaces_ms <= now_ms:
                found.append(self.listed[number])
                if len(found) == MOST_RECENT:
                    break
        return found

    def original_uri(self, uri: str) -> str:
        """The uri that the player shows, for one that a record gives."""
        return str(self._original.get(uri, uri))

    def runs(self) -> list[int]:
        """When the job runs: at its beat while the player shows something, and now and then in a long silence."""
        jitter, beat_ms, outage = Random(f"{self._seed} runs"), self.scenario.every_ms, self.scenario.outage
        last_ms = max([self.timeline.streams[-1].end_ms, *(listed.surfaces_ms for listed in self.listed)])
        beats = set(range(self.timeline.streams[0].start_ms // HOUR * HOUR, last_ms + HOUR, QUIET_BEAT_MS))
        for shown in self.shown:
            beats.update(range(-(-shown.start_ms // beat_ms) * beat_ms, shown.end_ms + 3 * MINUTE, beat_ms))
        awake = (at_ms for at_ms in sorted(beats) if not outage[0] <= at_ms // HOUR % 24 < outage[1])
        return [at_ms + jitter.randint(200, 2500) for at_ms in awake]

    def clock(self, at_ms: int) -> int:
        """What our clock shows at a true time."""
        return at_ms + self.scenario.clock_ms

    def _shown(self) -> list[Shown]:
        number = {id(stream): play.number for play in self.plays for stream in play.streams}
        found = [Shown(ad.start_ms, ad.end_ms, "ad", playing=True) for ad in self.timeline.ads]
        for stream in self.timeline.streams:
            if not (stream.private or stream.offline):
                found += self._shown_of(stream, number.get(id(stream)))
        return sorted(found, key=lambda shown: shown.start_ms)

    def _begun_again(self, stream: Stream) -> list[Stream]:
        """The stream, or what comes before its first pause ends, and another one from the start of the track."""
        pause = stream.pauses[0] if stream.pauses else None
        if not pause or pause.after_ms == stream.heard_ms:
            return [stream]
        if not self._happens(self.scenario.begun_again, f"{stream.start_ms} again"):
            return [stream]
        first = replace(stream, heard_ms=pause.after_ms, pauses=(pause,), reason_end="clickrow")
        later = tuple(Pause(one.after_ms - pause.after_ms, one.ms) for one in stream.pauses[1:])
        rest_ms = stream.heard_ms - pause.after_ms
        again = replace(
            stream,
            start_ms=first.end_ms,
            from_ms=0,
            heard_ms=rest_ms,
            pauses=later,
            reason_start="clickrow",
            reason_end="fwdbtn" if stream.reason_end == "trackdone" else stream.reason_end,
        )
        return [first, again]

    def _shown_of(self, stream: Stream, play: int | None) -> Iterator[Shown]:
        kind, sought_ms = str(stream.item["type"]), 0
        for span in stream.spans:
            end_ms = span.end_ms
            if span.playing:
                progress_ms = span.progress_ms - sought_ms
                yield Shown(span.start_ms, end_ms, kind, stream.item, progress_ms, playing=True, play=play)
                continue
            end_ms = min(end_ms, span.start_ms + Random(f"{span.start_ms} awake").randint(*self.scenario.awake_ms))
            stuck = self._happens(self.scenario.stuck, f"{span.start_ms} stuck")
            progress_ms = stream.item["duration_ms"] + MINUTE if stuck else span.progress_ms
            yield Shown(span.start_ms, end_ms, kind, stream.item, progress_ms - sought_ms, stuck)
            if stream.reason_end != "trackdone" and self._happens(self.scenario.sought, f"{span.start_ms} sought"):
                sought_ms = Random(f"{span.start_ms} sought").randint(sought_ms, span.progress_ms)

    def _listed(self) -> Iterator[Listed]:
        sky = Random(self._seed)
        number = {id(stream): play.number for play in self.plays for stream in play.streams}
        ends_ms = self.timeline.streams[-1].end_ms
        following = [*(after for _, after in pairwise(self.timeline.streams)), None]
        for stream, after in zip(self.timeline.streams, following, strict=True):
            late, never, relinked = (sky.random() for _ in range(3))
            left_open = stream.reason_end in ("logout", "unexpected-exit-while-paused") and sky.random() < 0.5
            told_ms = (after.start_ms if after else ends_ms) if left_open or stream.offline else stream.end_ms
            lag_ms = sky.randint(3 * SECOND, 8 * SECOND)
            if late < self.scenario.late:
                low, high = self.scenario.late_ms
                lag_ms = int(low * (high / low) ** sky.random())
            unlisted = self.scenario.finished_only and stream.reason_end != "trackdone"
            if stream.listable and never >= self.scenario.never and not unlisted:
                item = _relinked(stream.item) if relinked < self.scenario.relinked else stream.item
                parts = [(part_ms, part_ms) for part_ms in self._parts_of(stream)]
                for played_at_ms, known_ms in (*parts, (self._played_at_of(stream), told_ms)):
                    entry = {"track": item, "played_at": iso(played_at_ms), "context": None}
                    yield Listed(played_at_ms, known_ms + lag_ms, number[id(stream)], stream, entry)

    def _parts_of(self, stream: Stream) -> Iterator[int]:
        """When it changed the device, if it did: Spotify then lists what was heard up to there."""
        if stream.reason_end == "trackdone" and self._happens(self.scenario.in_parts, f"{stream.start_ms} part"):
            span = max((span for span in stream.spans if span.playing), key=lambda span: span.end_ms - span.start_ms)
            if span.end_ms - span.start_ms > 2 * LISTED_MS:
                yield Random(f"{stream.start_ms} part").randint(span.start_ms + LISTED_MS, span.end_ms - LISTED_MS)

    def _played_at_of(self, stream: Stream) -> int:
        kind = self.scenario.played_at
        if kind == "by day":
            kind = Random(f"{self._seed} {stream.end_ms // DAY}").choice(["left", "stopped"])
        sounds = [span for span in stream.spans if span.playing]
        return {"left": stream.end_ms, "stopped": sounds[-1].end_ms, "start": sounds[0].start_ms}[kind]

    def _blind(self, now_ms: int, shown: Shown) -> bool:
        share = self.scenario.blind if shown.playing or not self.scenario.blind else 0.5
        return self._happens(share, str(now_ms))

    def _happens(self, share: float, what: str) -> bool:
        return share > 0 and Random(f"{self._seed} {what}").random() < share


def _relinked(item: Json) -> Json:
    length_ms = item["duration_ms"] + SECOND
    return {**item, "id": f"re{item['id']}"[:22], "uri": f"spotify:track:re{item['id']}"[:36], "duration_ms": length_ms}
