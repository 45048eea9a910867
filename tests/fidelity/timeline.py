"""Real listening, as one timeline: streams, the pauses inside them, and which of them are one play.

Listeners (`listeners.py`) and exports (`from_export.py`) are turned into it; Spotify's answers (`replay.py`), exports
(`to_export.py`) and the truth (`score.py`) are made from it. All times are ms UTC.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lib.fake_spotify.listener import Json

GAP_MS = 2000
"""How exactly a stream must go on where the one before it was left: the export has whole seconds."""
LISTED_MS = 30_000
"""Spotify lists what was heard for so long."""

NEVER_PLAYED_ON = ("logout", "endplay", "unexpected-exit-while-paused", "remote")
"""Why a stream ends that was paused and left: the app was closed, or given other work."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence inside a stream. after_ms: how much of the stream's sound came before it."""

    after_ms: int
    ms: int


@dataclass(frozen=True, slots=True)
class Span:
    """A time in which a stream sounds, or is paused. progress_ms: where in the track it was at the start."""

    start_ms: int
    end_ms: int
    progress_ms: int
    playing: bool


@dataclass(frozen=True, slots=True)
class Stream:
    """One track on the player, from the moment it came to the moment it left.

    from_ms: where in the track the sound began. heard_ms: how much sound there was. A pause after all of it means that
    the track was paused and left. The reasons are those of Spotify's export. hidden: a private session.
    """

    item: Json
    start_ms: int
    from_ms: int
    heard_ms: int
    pauses: tuple[Pause, ...] = ()
    reason_start: str = "clickrow"
    reason_end: str = "fwdbtn"
    private: bool = False
    offline: bool = False

    @property
    def end_ms(self) -> int:
        """When it left the player: the export's `ts`."""
        return self.start_ms + self.heard_ms + sum(pause.ms for pause in self.pauses)

    @property
    def left_at_ms(self) -> int:
        """Where in the track it was left."""
        return self.from_ms + self.heard_ms

    @property
    def spans(self) -> list[Span]:
        """Sound and pauses in order of time; none is empty."""
        spans, at_ms, heard_ms = [], self.start_ms, 0
        for pause in (*self.pauses, Pause(self.heard_ms, 0)):
            progress_ms, sound_ms = self.from_ms + heard_ms, pause.after_ms - heard_ms
            spans.append(Span(at_ms, at_ms + sound_ms, progress_ms, playing=True))
            at_ms, heard_ms = at_ms + sound_ms, pause.after_ms
            spans.append(Span(at_ms, at_ms + pause.ms, self.from_ms + heard_ms, playing=False))
            at_ms += pause.ms
        return [span for span in spans if span.end_ms > span.start_ms]

    @property
    def listable(self) -> bool:
        """Whether Spotify can list it at all."""
        track = self.item["uri"].startswith("spotify:track:")
        return track and self.heard_ms >= LISTED_MS and not self.private

    def continues(self, before: "Stream | None") -> bool:
        """Whether it goes on where the stream before it was left: the same play then."""
        if before is None or before.item["uri"] != self.item["uri"] or before.reason_end == "trackdone":
            return False
        return self.from_ms > 0 and abs(self.from_ms - before.left_at_ms) <= GAP_MS


def begun_by_the_one_before(reason_start: str, reason_end_before: str) -> bool:
    """Whether the end of one stream was the start of the next, so that a silence between them was a pause in the next
    or in the one before. After the app was opened, or play was pressed, the silence was one between the two.
    """
    return reason_start in ("trackdone", "fwdbtn", "backbtn") or reason_end_before in ("endplay", "clickrow")


@dataclass(frozen=True, slots=True)
class Ad:
    """An advertisement, between two streams."""

    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Play:
    """What one line of the log should be: a stream and those that go on where it was left."""

    number: int
    streams: tuple[Stream, ...]

    @property
    def item(self) -> Json:
        return self.streams[0].item

    @property
    def sounds(self) -> list[Span]:
        """When it was heard."""
        return [span for stream in self.streams for span in stream.spans if span.playing]

    @property
    def start_ms(self) -> int:
        """When it was first heard."""
        return self.sounds[0].start_ms

    @property
    def end_ms(self) -> int:
        """When it left the player for good."""
        return self.streams[-1].end_ms

    @property
    def heard_ms(self) -> int:
        return sum(stream.heard_ms for stream in self.streams)

    @property
    def finished(self) -> bool:
        return self.streams[-1].reason_end == "trackdone"


@dataclass(frozen=True, slots=True)
class Timeline:
    """Weeks of one listener: the streams in order of time, none overlapping another, and the ads between them."""

    name: str
    streams: tuple[Stream, ...]
    ads: tuple[Ad, ...] = ()


def plays(streams: Sequence[Stream]) -> list[Play]:
    """The truth: what was heard, play by play. A stream without sound is none, but may be the middle of one."""
    groups: list[list[Stream]] = []
    before: Stream | None = None
    for stream in streams:
        if stream.continues(before):
            groups[-1].append(stream)
        else:
            groups.append([stream])
        before = stream
    heard = [group for group in groups if any(stream.heard_ms for stream in group)]
    return [Play(number, tuple(group)) for number, group in enumerate(heard)]
