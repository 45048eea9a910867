"""A simulated listener, the scenario between them and the job, and what a history of their day is worth.

A day is six hours of listening drawn from a seed: full plays, skips, pauses, seeks, repeats, loops, alternation,
episodes resumed later, local files, ads, private and idle time. The scenario decides what Spotify and the clocks make
of it. Everything is deterministic for a seed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from lib.fake_spotify.listener import Heard, Json, Listener, episode, iso, local_file, track
from tests.support.times import HOUR, MINUTE, SECOND

DAY_BEGINS = 1_795_428_000_000
"""2026-11-23 10:00 UTC."""


@dataclass(frozen=True)
class DayScenario:
    """What happens to a day. Times in ms; fractions from 0 to 1."""

    name: str = "calm"
    every_ms: int = MINUTE
    hours: int = 6
    down_ms: int = 0
    clock_ms: int = 0
    clock_steps_back_ms: int = 0
    starts: bool = False
    """played_at is the start of the play."""
    lag_ms: tuple[int, int] = (3 * SECOND, 8 * SECOND)
    late: float = 0.0
    late_ms: tuple[int, int] = (HOUR, 3 * HOUR)
    never: float = 0.0
    relinked: float = 0.0
    noise_ms: int = 0
    failures: float = 0.0
    stale: bool = False
    unseen: float = 0.0
    """Looks that show nothing though something plays; of a pause half of all do then, as a player that sleeps."""
    seeks: bool = True
    listening: str = "mixed"
    """What the day is made of: "mixed", "idle" (nothing at all) or "loop" (one track over and over)."""
    loop_ms: int = 187_300


class Day(Listener):
    """A listener's day under a scenario; the script is drawn when it is made."""

    def __init__(self, scenario: DayScenario, seed: int) -> None:
        super().__init__(DAY_BEGINS)
        self.scenario, self.seed = scenario, seed
        self.random = Random(f"{seed} {scenario.hours}")
        self.sky = Random(f"{seed} {scenario.name}")
        self.last_item: Json | None = None
        self.library = [self._song(number) for number in range(60)]
        self.podcast = episode("The Long Episode", "A Show", 95 * MINUTE)
        self.podcast_at = 0
        looped = track("Lullaby", ["Band"], "Album", scenario.loop_ms)
        days: dict[str, Callable[[], object]] = {
            "mixed": self._do_something,
            "idle": lambda: self.quiet(HOUR),
            "loop": lambda: self.begin(looped).listen(),
        }
        while self.at_ms < DAY_BEGINS + scenario.hours * HOUR:
            days[scenario.listening]()
        self.quiet(10 * MINUTE)

    def _song(self, number: int) -> Json:
        seconds = 20 if number % 20 == 7 else self.random.randint(95, 420)
        title, artist = f"Song {number}", f"Band {number % 25}"
        return track(title, [artist], f"Album {number % 30}", seconds * SECOND + self.random.randint(0, 999))

    def _do_something(self) -> None:
        r = self.random
        kinds: list[tuple[float, Callable[[], None]]] = [
            (50, self._full),
            (7, lambda: self._skip(r.randint(2 * SECOND, 28 * SECOND))),
            (9, lambda: self._skip(r.randint(31 * SECOND, 80 * SECOND))),
            (6, lambda: self._paused(r.randint(3 * SECOND, 50 * SECOND))),
            (4, lambda: self._paused(r.randint(1 * MINUTE, 8 * MINUTE))),
            (0.4, lambda: self._paused(HOUR)),
            (4 if self.scenario.seeks else 0, self._sought),
            (2 if self.scenario.seeks else 0, self._begun_again_at_once),
            (2, self._begun_again),
            (1 if self.scenario.seeks else 0, self._back_to_the_start),
            (5, lambda: self._repeat(2)),
            (2, lambda: self._repeat(r.randint(3, 6))),
            (1.5, self._alternate),
            (1.5, self._podcast),
            (3, self._local),
            (3, self._ad),
            (1, self._private),
            (2, lambda: self._idle(r.randint(1 * MINUTE, 25 * MINUTE))),
        ]
        weights = [weight for weight, _ in kinds]
        r.choices([deed for _, deed in kinds], weights)[0]()

    def _pick(self) -> Json:
        """Another song than the last one: the same again is a repeat, and drawn on purpose."""
        item = self.random.choice(self.library)
        while item is self.last_item:
            item = self.random.choice(self.library)
        self.last_item = item
        return item

    def _full(self) -> None:
        self.begin(self._pick()).listen()

    def _skip(self, ms: int) -> None:
        self.begin(self._pick()).listen(ms)

    def _paused(self, ms: int) -> None:
        item = self._pick()
        self.begin(item).listen(self.random.randint(5 * SECOND, item["duration_ms"] - 2 * SECOND))
        self.pause(ms).listen()

    def _sought(self) -> None:
        item = self._pick()
        length = item["duration_ms"]
        self.begin(item).listen(self.random.randint(10 * SECOND, max(length * 2 // 3, 11 * SECOND)))
        self.seek(self.random.randint(0, length - 5 * SECOND)).listen()

    def _begun_again_at_once(self) -> None:
        """Abandoned within 30 s and begun again: one play."""
        self.begin(self._pick()).listen(self.random.randint(2 * SECOND, 28 * SECOND)).seek(0).listen()

    def _begun_again(self) -> None:
        """Abandoned later than that and begun again: two plays, each with its record."""
        item = self._pick()
        self.begin(item).listen(self.random.randint(35 * SECOND, 90 * SECOND))
        self.begin(item).listen()

    def _back_to_the_start(self) -> None:
        """Sought to the start after a minute or two: one play, which looks like the one before."""
        self.begin(self._pick()).listen(self.random.randint(35 * SECOND, 90 * SECOND)).seek(0).listen()

    def _repeat(self, times: int) -> None:
        item = self._pick()
        for _ in range(times):
            self.begin(item).listen()

    def _alternate(self) -> None:
        one, other = self._pick(), self._pick()
        for _ in range(self.random.randint(2, 4)):
            self.begin(one).listen()
            self.begin(other).listen()

    def _podcast(self) -> None:
        if self.last_item is self.podcast:
            return  # to go on at once where one was is no other play
        self.last_item = self.podcast
        heard = self.random.randint(2 * MINUTE, 25 * MINUTE)
        if self.podcast_at + heard > self.podcast["duration_ms"]:
            self.podcast_at = 0
        self.begin(self.podcast, self.podcast_at).listen(heard)
        self.podcast_at += heard

    def _local(self) -> None:
        self.last_item = local_file(f"Tape {self.random.randint(1, 6)}", "Me", 214)
        self.begin(self.last_item).listen()

    def _ad(self) -> None:
        self.ad(self.random.randint(15 * SECOND, 35 * SECOND))

    def _private(self) -> None:
        """A private session: played, and shown by nothing."""
        self.quiet(self.random.randint(5 * MINUTE, 60 * MINUTE))

    def _idle(self, ms: int) -> None:
        self.quiet(ms)

    def record(self, play: Heard) -> None:
        """The record of a play as the scenario lets it surface, if it does."""
        scenario, sky = self.scenario, self.sky
        late = sky.random() < scenario.late
        surfaces_ms = play.end_ms + sky.randint(*(scenario.late_ms if late else scenario.lag_ms))
        if sky.random() < scenario.never:
            return
        item = play.item
        if sky.random() < scenario.relinked:
            item = {**item, "id": f"re{item['id']}"[:22], "uri": f"spotify:track:re{item['id']}"[:36]}
        played_at_ms = play.start_ms if scenario.starts else play.end_ms
        entry = {**self.entry(item, played_at_ms), "of": self.plays.index(play)}
        self.records.append((surfaces_ms, entry))

    def currently_playing(self, now_ms: int) -> Json | None:
        """The truth, its progress blurred; when the scenario is stale, a stopped player goes on claiming to play."""
        playing = super().currently_playing(now_ms)
        if playing and self._unseen(now_ms, playing["is_playing"]):
            return None
        if playing is None or playing["item"] is None:
            return self._stale(now_ms) if self.scenario.stale and playing is None else playing
        if self.scenario.noise_ms:
            blur = self.sky.randint(-self.scenario.noise_ms, self.scenario.noise_ms)
            playing["progress_ms"] = min(max(playing["progress_ms"] + blur, 0), playing["item"]["duration_ms"])
        return playing

    def _unseen(self, now_ms: int, is_playing: bool) -> bool:
        share = self.scenario.unseen if is_playing or not self.scenario.unseen else 0.5
        return Random(f"{self.seed} {now_ms}").random() < share

    def _stale(self, now_ms: int) -> Json | None:
        play = self.play_before(now_ms)
        if play is None:
            return None
        progress = play.item["duration_ms"] + now_ms - play.end_ms + 30 * SECOND
        return {
            "timestamp": 0,
            "progress_ms": progress,
            "is_playing": True,
            "item": play.item,
            "currently_playing_type": "track",
        }

    def play_at(self, at_ms: int) -> int | None:
        """Which play is really being heard then: its number."""
        for number in range(len(self.plays) - 1, -1, -1):
            play = self.plays[number]
            if play.start_ms <= at_ms:
                return number if at_ms < play.end_ms else None
        return None

    def play_before(self, at_ms: int) -> Heard | None:
        """The last play that was over by then."""
        over = [play for play in self.plays if play.end_ms <= at_ms]
        return over[-1] if over else None

    def runs(self) -> Iterator[int]:
        """When the job runs, true time: each `every_ms`, a little after the minute, but not while it is down."""
        jitter = Random(f"{self.scenario.every_ms} jitter")
        ends = DAY_BEGINS + self.scenario.hours * HOUR + 9 * MINUTE
        middle = DAY_BEGINS + self.scenario.hours * HOUR // 2
        at_ms = DAY_BEGINS
        while at_ms < ends:
            if not middle <= at_ms < middle + self.scenario.down_ms:
                yield at_ms + jitter.randint(200, 2500)
            at_ms += self.scenario.every_ms
        # The listener has gone to bed; what surfaces late is looked for until it must have come.
        if self.scenario.late:
            yield from range(ends, ends + self.scenario.late_ms[1] + 20 * MINUTE, 5 * MINUTE)

    def clock(self, at_ms: int) -> int:
        """What our clock shows at a true time."""
        middle = DAY_BEGINS + self.scenario.hours * HOUR // 2
        stepped = self.scenario.clock_steps_back_ms if at_ms >= middle else 0
        return at_ms + self.scenario.clock_ms - stepped


@dataclass
class Score:
    """What a log is worth beside the truth. The errors are those of plays seen live, in ms."""

    shown: int = 0
    found: int = 0
    lines: int = 0
    true_lines: int = 0
    errors: list[int] = field(default_factory=list)
    runs: int = 0
    requests: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    misdated: list[str] = field(default_factory=list)

    def add(self, other: "Score") -> None:
        """Takes another day in."""
        for name in ("shown", "found", "lines", "true_lines", "runs", "requests"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.errors += other.errors
        self.lost += other.lost
        self.doubled += other.doubled
        self.misdated += other.misdated

    @property
    def recall(self) -> float:
        return self.found / self.shown if self.shown else 1.0

    @property
    def precision(self) -> float:
        return self.true_lines / self.lines if self.lines else 1.0


def score(day: Day, shown_live: set[int], shown_listed: set[int], lines: list[tuple[str, int, int]]) -> Score:
    """Holds lines against the plays that some answer showed.

    A line is its title, its start in ms, and by how much our clock was ahead when it was written: a play seen live
    is dated by our clock, one from the records by Spotify's, which in here is true.

    A line and a play belong together when the title is the same and the starts are nearest, within 20 minutes; one
    line to one play. A line of a play that no answer showed would be an invention all the same, and none is.
    """
    shown = shown_live | shown_listed
    result = Score(shown=len(shown), lines=len(lines))
    pairs = sorted(
        (min(abs(start_ms - day.plays[number].start_ms - ahead) for ahead in (0, ahead_ms)), number, index)
        for index, (title, start_ms, ahead_ms) in enumerate(lines)
        for number in shown
        if day.plays[number].item["name"] == title
    )
    plays, used = set[int](), set[int]()
    for distance, number, index in pairs:
        if number not in plays and index not in used and distance <= 20 * MINUTE:
            plays.add(number)
            used.add(index)
            if number in shown_live:
                result.errors.append(distance)
                if distance > 5000:
                    result.misdated.append(f"{distance // 1000:4} s {_named(day, *lines[index][:2])}")
    result.found = result.true_lines = len(plays)
    result.lost = [_named(day, day.plays[number].item["name"], day.plays[number].start_ms) for number in shown - plays]
    result.doubled = [_named(day, *line[:2]) for index, line in enumerate(lines) if index not in used]
    return result


def _named(day: Day, title: Any, at_ms: int) -> str:
    return f"{day.scenario.name}: {title} at {iso(at_ms)[11:19]}"
