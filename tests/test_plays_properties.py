"""What holds of the rule for any listening and any scenario, and what two known-bad rules break.

Hypothesis draws an evening, the runs that are missed and how the records surface. A run is the pure part of the real
one: recall the log's tail, see, hear, append, remember.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import NamedTuple, Protocol

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from lib.disk.history_log import line as log_line
from lib.fake_spotify.listener import Heard, Json, Listener, local_file, track
from lib.plays.model import Memory, NowPlaying, Play, RecentPlay, caught_up
from lib.plays.reconcile import MOST, Listening
from lib.spotify.player import answer_from
from lib.spotify.player import recent_plays as records_from

SECOND = 1000
MINUTE = 60 * SECOND
BEGINS = 1_795_435_200_000
SONGS = [track(f"Song {n}", [f"Band {n}"], "Album", (70 + 31 * n) * SECOND + 137 * n) for n in range(5)]
TAPE = local_file("Tape", "Me", 150)
LAGS = [4 * SECOND, 50 * SECOND, 200 * SECOND]


class Run(NamedTuple):
    """The answers of one run."""

    at_ms: int
    now_playing: NowPlaying | None
    records: list[RecentPlay]


class Evening(NamedTuple):
    """What was really played, and what each run was answered."""

    listener: Listener
    runs: list[Run]
    story: str

    def __repr__(self) -> str:
        return self.story

    def plays(self) -> list[Heard]:
        """The truth, where a play abandoned within 30 s and begun again at once is one play."""
        plays: list[Heard] = []
        for play in self.listener.plays:
            before = plays[-1] if plays else None
            if before and before.item is play.item and before.heard_ms < 30 * SECOND and before.end_ms == play.start_ms:
                plays[-1] = replace(play, start_ms=before.start_ms)
            else:
                plays.append(play)
        return plays

    def shown(self) -> Counter[str]:
        """How often each title was played in a way that some answer showed."""
        shown = Counter[str]()
        listed = {(record.item.title, record.played_at_ms) for run in self.runs for record in run.records}
        for play in self.plays():
            title = str(play.item["name"])
            live = any(
                run.now_playing and run.now_playing.playing and play.start_ms <= run.at_ms < play.end_ms
                for run in self.runs
            )
            shown[title] += live or (title, play.end_ms) in listed
        return +shown


class Rule(Protocol):
    """A run of a rule: the titles that it would log."""

    def __call__(self, run: Run) -> list[str]: ...


class Ours:
    """The rule, with what a run keeps: the memory, and the log."""

    def __init__(self) -> None:
        self.memory = Memory()
        self.log: list[Play] = []

    def __call__(self, run: Run) -> list[str]:
        known = ((play.item.identity, play.start_ms // SECOND * SECOND) for play in self.log)
        listening = Listening(caught_up(self.memory, known), run.at_ms)
        listening.see(run.now_playing)
        if listening.wants_records():
            listening.hear(run.records)
        self.memory = listening.memory
        self.log += listening.plays
        return [play.item.title for play in listening.plays]


class LastUri:
    """Known to be bad: a line when the uri differs from the last line's."""

    def __init__(self) -> None:
        self.uri = ""

    def __call__(self, run: Run) -> list[str]:
        if not run.now_playing or not run.now_playing.playing or run.now_playing.item.uri == self.uri:
            return []
        self.uri = run.now_playing.item.uri
        return [run.now_playing.item.title]


class NoSettling(LastUri):
    """Known to be bad: lines from sightings and lines from records, and neither knows of the other."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: set[tuple[int, str]] = set()

    def __call__(self, run: Run) -> list[str]:
        new = [record for record in run.records if (record.played_at_ms, record.item.uri) not in self.keys]
        self.keys |= {(record.played_at_ms, record.item.uri) for record in new}
        return super().__call__(run) + [record.item.title for record in new]


def _tell(listener: Listener, deed: tuple[str, int, int]) -> None:
    kind, which, much = deed
    song = SONGS[which % len(SONGS)]
    length = int(song["duration_ms"])
    if kind == "full":
        listener.begin(song).listen()
    elif kind == "skip":
        # The same song again from its start, and soon left, can't be told from a seek by any answer.
        again = listener.plays and listener.plays[-1].item is song
        listener.begin(SONGS[which - 1] if again else song).listen(2 * SECOND + much * 900)
    elif kind == "pause":
        listener.begin(song).listen(length // 2).pause(much * 7 * SECOND).listen()
    elif kind == "sought":
        listener.begin(song).listen(length // 4).seek(length // 2).listen()
    elif kind == "repeat":
        listener.begin(song).listen().begin(song).listen()
    elif kind == "tape":
        listener.begin(TAPE).listen()
    elif kind == "ad":
        listener.ad(25 * SECOND)
    else:
        listener.quiet(much * 10 * SECOND)


KINDS = ["full", "skip", "pause", "sought", "repeat", "tape", "ad", "quiet"]


# Drawing and living through an evening takes some milliseconds; a slow machine must not fail a promise.
settings.register_profile("promises", deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("promises")


@st.composite
def evenings(draw: st.DrawFn, shortest: int = 1) -> Evening:
    """Any evening of up to 25 deeds, with any records held back for minutes and any runs missed.

    Runs are missed only where nothing is paused: a pause that nobody saw looks like a track in a loop. `shortest`:
    how soon a track may be skipped, in 0.9 s and 2 s more.
    """
    missed = draw(st.sets(st.integers(1, 100), max_size=30))
    kinds = st.sampled_from([kind for kind in KINDS if not missed or kind != "pause"])
    deeds = draw(st.lists(st.tuples(kinds, st.integers(0, 4), st.integers(shortest, 90)), max_size=25))
    lags = draw(st.lists(st.sampled_from(LAGS), min_size=8, max_size=8))
    listener = Listener(BEGINS)
    for number, deed in enumerate(deeds):
        listener.lag_ms = lags[number % len(lags)]
        _tell(listener, deed)
    listener.quiet(40 * MINUTE)
    minutes = range((listener.at_ms - BEGINS) // MINUTE)
    runs = [_run(listener, BEGINS + n * MINUTE + 700) for n in minutes if n not in missed]
    return Evening(listener, runs, f"{deeds}, lags {lags}, missed {sorted(missed)}")


def _run(listener: Listener, at_ms: int) -> Run:
    body: Json | None = listener.currently_playing(at_ms)
    return Run(
        at_ms,
        answer_from(body, at_ms).now_playing if body else None,
        records_from({"items": listener.recently_played(at_ms)}),
    )


def doubled(rule: Rule, evening: Evening) -> Counter[str]:
    """The titles logged more often than they were played."""
    played = Counter(str(play.item["name"]) for play in evening.plays())
    return Counter(title for run in evening.runs for title in rule(run)) - played


def lost(rule: Rule, evening: Evening) -> Counter[str]:
    """The titles logged less often than some answer showed them."""
    return evening.shown() - Counter(title for run in evening.runs for title in rule(run))


@given(evenings())
def test_no_play_is_logged_twice(evening: Evening) -> None:
    assert not doubled(Ours(), evening)


@given(evenings(shortest=32))  # of a shorter play no record tells, and a restart may look like the play before
def test_every_play_that_an_answer_showed_has_a_line(evening: Evening) -> None:
    assert not lost(Ours(), evening)


@given(evenings(), st.data())
def test_a_state_that_is_older_than_the_log_or_lost_adds_nothing(evening: Evening, data: st.DataObject) -> None:
    ours, memories = Ours(), [Memory()]
    for run in evening.runs:
        ours(run)
        memories.append(ours.memory)
    if evening.runs:
        ours.memory = data.draw(st.sampled_from(memories))
        assert ours(evening.runs[-1]) == []


@given(evenings(), st.randoms(use_true_random=False))
def test_the_order_in_which_records_surface_does_not_matter(evening: Evening, random: Random) -> None:
    held_back, in_order = Ours(), Ours()
    for run in evening.runs[:-1]:
        held_back(run._replace(records=[]))
        in_order(run._replace(records=[]))
    records = evening.runs[-1].records if evening.runs else []
    shuffled = random.sample(records, len(records))
    for number in range(len(records) + 1):
        at_ms = BEGINS + (300 + 20 * number) * MINUTE
        held_back(Run(at_ms, None, shuffled[:number]))
        in_order(Run(at_ms, None, records))
    assert Counter(play.item.title for play in held_back.log) == Counter(play.item.title for play in in_order.log)


@given(evenings())
def test_memory_is_bounded_and_every_line_can_be_written(evening: Evening) -> None:
    ours = Ours()
    for run in evening.runs:
        ours(run)
        assert len(ours.memory.lines) <= MOST
        assert len(ours.memory.records) <= MOST
    for play in ours.log:
        assert log_line(play.item, play.start_ms).count("\t") == 5


@pytest.mark.parametrize(
    ("rule", "fault"), [(LastUri, lost), (NoSettling, doubled)], ids=["last uri loses", "no settling doubles"]
)
def test_a_rule_known_to_be_bad_fails(rule: Callable[[], Rule], fault: Callable[[Rule, Evening], Counter[str]]) -> None:
    quick = settings(
        max_examples=300, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), deadline=None
    )
    try:
        find(evenings(), lambda evening: bool(fault(rule(), evening)), settings=quick)
    except NoSuchExample:
        pytest.fail("this rule should have been caught")
