"""Lays out streams one after the other: the hand of a listener on the player."""

from dataclasses import replace

from lib.fake_spotify.listener import Json
from tests.fidelity.timeline import Ad, Pause, Stream


class Layout:
    """at_ms: until when the listening is laid out. mode: "private" or "offline", for what is laid out meanwhile."""

    def __init__(self, at_ms: int) -> None:
        self.at_ms = at_ms
        self.streams: list[Stream] = []
        self.ads: list[Ad] = []
        self.mode = ""

    @property
    def last(self) -> Stream | None:
        """The last stream so far."""
        return self.streams[-1] if self.streams else None

    def add(
        self,
        item: Json,
        heard_ms: int,
        reasons: tuple[str, str],
        *,
        from_ms: int = 0,
        pauses: tuple[Pause, ...] = (),
    ) -> None:
        """A stream. reasons: why it starts, why it ends."""
        private, offline = self.mode == "private", self.mode == "offline"
        made = Stream(item, self.at_ms, from_ms, heard_ms, pauses, *reasons, private=private, offline=offline)
        self.streams.append(made)
        self.at_ms = made.end_ms

    def ad(self, ms: int) -> None:
        """An advertisement."""
        self.ads.append(Ad(self.at_ms, self.at_ms + ms))
        self.at_ms += ms

    def extend(self, paused_ms: int, heard_ms: int, reason_end: str) -> None:
        """The last stream was paused when it seemed to end: so long, and then so much more of it sounded."""
        last = self.streams[-1]
        pauses = (*last.pauses, Pause(last.heard_ms, paused_ms))
        self.streams[-1] = replace(last, heard_ms=last.heard_ms + heard_ms, pauses=pauses, reason_end=reason_end)
        self.at_ms = self.streams[-1].end_ms

    def ended(self, reason_end: str) -> None:
        """The last stream ended for another reason than it seemed."""
        self.streams[-1] = replace(self.streams[-1], reason_end=reason_end)
