"""What Spotify's answers showed of the weeks that were lived: which plays were seen to sound, and which were listed."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from tests.fidelity.replay import Shown
from tests.fidelity.timeline import Play, Stream
from tests.fidelity.weeks import Lived


class Evidence:
    """seen: for each play that a look saw sounding, by its number, the first such look.
    listed: the streams that were in the list when a run could have asked for it, by their starts; `plays_listed`: the
    plays that they belong to.
    """

    def __init__(self, lived: Lived) -> None:
        self.lived, self.replay = lived, lived.replay
        self.plays = self.replay.plays
        self.seen: dict[int, int] = {}
        for at_ms in lived.looks:
            number = self.replay.at(at_ms).play
            if number is not None:
                self.seen.setdefault(number, at_ms)
        self.listed, self.plays_listed = set[int](), set[int]()
        self._look_at_the_list()

    def looks(self, from_ms: int, to_ms: int) -> Iterator[Shown]:
        """What the looks in that time saw, silence left out."""
        looks = self.lived.looks
        for at_ms in looks[bisect_left(looks, from_ms) : bisect_right(looks, to_ms)]:
            shown = self.replay.at(at_ms)
            if shown.kind != "silence":
                yield shown

    def seen_in(self, stream: Stream) -> bool:
        """Whether a look saw this stream on the player, sounding or paused."""
        return any(shown.item is stream.item for shown in self.looks(stream.start_ms, stream.end_ms))

    def known(self, play: Play) -> bool:
        """Whether some answer showed the play."""
        return play.number in self.seen or play.number in self.plays_listed

    def _look_at_the_list(self) -> None:
        surfaced, before = sorted(listed.surfaces_ms for listed in self.replay.listed), 0
        for at_ms in self.lived.looks:
            now = bisect_right(surfaced, at_ms)
            if now != before:
                recent = self.replay.recent(at_ms)
                self.listed |= {listed.stream.start_ms for listed in recent}
                self.plays_listed |= {listed.play for listed in recent}
                before = now
