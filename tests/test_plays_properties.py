"""What holds of the rule for any listening, and what two rules that are known to be bad break.

Hypothesis draws deeds, the runs that are missed and how late the entries come. A run is the pure part of a real one:
recall the end of the log, observe, reconcile, finish.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import NamedTuple, Protocol

import pytest
from hypothesis import HealthCheck, Phase, assume, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from lib.disk.history_log import line as log_line
from lib.fake_spotify.listener import Heard, Listener, local_file, track
from lib.plays.items import Item
from lib.plays.model import Memory, NowPlaying, Play, RecentPlay
from lib.plays.observe import observe
from lib.plays.recall import recall
from lib.plays.reconcile import MOST, finish, reconcile, should_fetch
from lib.spotify.player import answer_from, recent_plays
from tests.support.times import MINUTE, SECOND

BEGINS = 1_795_435_200_000
SONGS = [track(f"Song {n}", [f"Band {n}"], "Album", (70 + 31 * n) * SECOND + 137 * n) for n in range(5)]
TAPE = local_file("Tape", "Me", 150)
LAGS = [4 * SECOND, 50 * SECOND, 200 * SECOND]


class Run(NamedTuple):
    """The answers of one run."""

    at_ms: int
    now: NowPlaying | None
    recent: list[RecentPlay]


class Session(NamedTuple):
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
        listed = {(entry.item.title, entry.played_at_ms) for run in self.runs for entry in run.recent}
        for play in self.plays():
            title = str(play.item["name"])
            live = any(run.now and run.now.is_playing and play.start_ms <= run.at_ms < play.end_ms for run in self.runs)
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
        known = ((play.item.identity, play.started_at_ms // SECOND * SECOND) for play in self.log)
        observed = observe(recall(self.memory, known, run.at_ms), run.now, run.at_ms)
        step = reconcile(observed, run.recent) if should_fetch(observed) else observed.step
        step = finish(self.memory, step, run.at_ms)
        self.memory = step.memory
        self.log += step.plays
        return [play.item.title for play in step.plays]


class LastUri:
    """Known to be bad: a line when the uri differs from the last line's."""

    def __init__(self) -> None:
        self.uri = ""

    def __call__(self, run: Run) -> list[str]:
        if not run.now or not run.now.is_playing or run.now.item.uri == self.uri:
            return []
        self.uri = run.now.item.uri
        return [run.now.item.title]


class NoMatching(LastUri):
    """Known to be bad: lines from looks and lines from entries, and neither knows of the other."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: set[tuple[int, str]] = set()

    def __call__(self, run: Run) -> list[str]:
        new = [entry for entry in run.recent if entry.key not in self.keys]
        self.keys |= {entry.key for entry in new}
        return super().__call__(run) + [entry.item.title for entry in new]


def _again(listener: Listener, which: int) -> Listener:
    """Begins that song, or another if it was the last one.

    The same again from its start, and soon left or paused, can't be told from a seek by any answer.
    """
    same = listener.plays and listener.plays[-1].item is SONGS[which]
    return listener.begin(SONGS[which - 1] if same else SONGS[which])


def _half(listener: Listener, which: int) -> Listener:
    begun = _again(listener, which)
    return begun.listen(int(begun.plays[-1].item["duration_ms"]) // 2)


def _left(listener: Listener, which: int, much: int) -> None:
    _half(listener, which).pause(much * 5 * MINUTE)
    _again(listener, which - 1).listen()


DEEDS: dict[str, Callable[[Listener, int, int], object]] = {
    "full": lambda listener, which, _: listener.begin(SONGS[which]).listen(),
    "skip": lambda listener, which, much: _again(listener, which).listen(2 * SECOND + much * 900),
    "pause": lambda listener, which, much: _half(listener, which).pause(much * 7 * SECOND).listen(),
    "left": _left,
    "sought": lambda listener, which, _: _half(listener, which).seek(20 * SECOND).listen(),
    "repeat": lambda listener, which, _: listener.begin(SONGS[which]).listen().begin(SONGS[which]).listen(),
    "tape": lambda listener, *_: listener.begin(TAPE).listen(),
    "ad": lambda listener, *_: listener.ad(25 * SECOND),
    "quiet": lambda listener, _, much: listener.quiet(much * 10 * SECOND),
}
"""What a listener may do: with which song, and how much of it."""

# Drawing and living through a session takes some milliseconds; a slow machine must not fail a promise. The same
# sessions are drawn each time, so that a run without a change has the same result.
settings.register_profile(
    "promises", deadline=None, max_examples=60, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("promises")


@st.composite
def sessions(draw: st.DrawFn, shortest: int = 1) -> Session:
    """Any session of up to 20 deeds, with any entries held back for minutes and any runs missed.

    Runs are missed only where nothing is paused: a pause that nobody saw looks like a track in a loop. `shortest`:
    how soon a track may be skipped, in 0.9 s and 2 s more.
    """
    missed = draw(st.sets(st.integers(1, 100), max_size=30))
    kinds = st.sampled_from([kind for kind in DEEDS if not missed or kind not in ("pause", "left")])
    deeds = draw(st.lists(st.tuples(kinds, st.integers(0, 4), st.integers(shortest, 90)), max_size=20))
    lags = draw(st.lists(st.sampled_from(LAGS), min_size=8, max_size=8))
    listener = Listener(BEGINS)
    for number, (kind, which, much) in enumerate(deeds):
        listener.lag_ms = lags[number % len(lags)]
        DEEDS[kind](listener, which, much)
    listener.quiet(40 * MINUTE)
    return Session(listener, list(_runs(listener, missed)), f"{deeds}, lags {lags}, missed {sorted(missed)}")


def _runs(listener: Listener, missed: set[int]) -> list[Run]:
    """A run each minute; of a long pause every tenth."""
    runs, paused = [], 0
    for number in range((listener.at_ms - BEGINS) // MINUTE):
        at_ms = BEGINS + number * MINUTE + 700
        body = listener.currently_playing(at_ms)
        paused = paused + 1 if body and not body["is_playing"] else 0
        if number in missed or (paused > 10 and paused % 10):
            continue
        recent = recent_plays({"items": listener.recently_played(at_ms)})
        runs.append(Run(at_ms, answer_from(body, at_ms).now_playing if body else None, recent))
    return runs


def doubled(rule: Rule, session: Session) -> Counter[str]:
    """The titles logged more often than they were played."""
    played = Counter(str(play.item["name"]) for play in session.plays())
    return Counter(title for run in session.runs for title in rule(run)) - played


def lost(rule: Rule, session: Session) -> Counter[str]:
    """The titles logged less often than some answer showed them."""
    return session.shown() - Counter(title for run in session.runs for title in rule(run))


@given(sessions())
def test_no_play_is_logged_twice(session: Session) -> None:
    assert not doubled(Ours(), session)


@given(sessions(shortest=32))  # of a shorter play no entry tells, and a restart may look like the play before
def test_every_play_that_an_answer_showed_has_a_line(session: Session) -> None:
    assert not lost(Ours(), session)


# Answers that need not make sense together

ITEMS = [
    Item("spotify:track:a", "A", "Band", "Album", 70 * SECOND),
    Item("spotify:track:b", "B", "Band", "Album", 101 * SECOND),
    Item("spotify:local:c", "C", "Me", "", 150 * SECOND),
]
Drawn = list[tuple[int, tuple[int, int, bool] | None, list[tuple[int, int]]]]
LOOKS = st.tuples(st.integers(0, 2), st.integers(0, 110 * SECOND), st.booleans())
LISTED = st.tuples(st.integers(0, 1), st.integers(0, 60))
ANY = st.lists(st.tuples(st.integers(1, 12 * MINUTE), st.none() | LOOKS, st.lists(LISTED, max_size=3)), max_size=25)
"""Runs: how long after the one before, which item at which place, and what has been listed since: which, and when."""


def _any_runs(drawn: Drawn) -> list[Run]:
    """Entries come in order and lie 30 s apart, for so long each was heard."""
    at_ms, runs, entries = BEGINS, list[Run](), dict[int, RecentPlay]()
    for gap_ms, look, listed in drawn:
        at_ms += gap_ms
        now = NowPlaying(at_ms, ITEMS[look[0]], look[1], look[2]) if look else None
        for which, number in listed:
            played_at_ms = at_ms // (30 * SECOND) * 30 * SECOND - number * 30 * SECOND
            if played_at_ms > max(entries, default=0):
                entries[played_at_ms] = RecentPlay(ITEMS[which], played_at_ms)
        runs.append(Run(at_ms, now, list(entries.values())[-50:]))
    return runs


@given(ANY)
def test_two_lines_never_share_recording_and_start(
    drawn: Drawn,
) -> None:
    ours = Ours()
    for run in _any_runs(drawn):
        ours(run)
    starts = Counter((play.item.uri, play.started_at_ms // SECOND) for play in ours.log)
    assert starts.total() == len(starts)


@given(ANY)
def test_no_line_is_dated_outside_what_was_seen(
    drawn: Drawn,
) -> None:
    """No earlier than a look, an entry or the look at another item before could put it, and not after its run."""
    ours, runs = Ours(), _any_runs(drawn)
    for run in runs:
        written = len(ours.log)
        ours(run)
        for play in ours.log[written:]:
            length_ms = play.item.duration_ms or 0
            looks = [one.now for one in runs if one.now and one.at_ms <= run.at_ms]
            seen = [look.began_ms for look in looks if look.item == play.item]
            put_on = [one.at_ms for one, after in pairwise(looks) if one.item != play.item == after.item]
            listed = [entry.played_at_ms - length_ms for entry in run.recent if entry.item == play.item]
            assert min(seen + put_on + listed) <= play.started_at_ms <= run.at_ms


@given(ANY)
def test_a_recording_whose_entry_arrived_has_a_line(drawn: Drawn) -> None:
    ours, runs = Ours(), _any_runs(drawn)
    for run in runs:
        ours(run)
    arrived = {entry.item.title for run in runs for entry in run.recent if entry.key in ours.memory.entries}
    assert arrived <= {play.item.title for play in ours.log}


# A memory that is lost, or old


@given(sessions(), st.data())
def test_a_state_that_is_older_than_the_log_or_lost_doubles_nothing(session: Session, data: st.DataObject) -> None:
    ours, memories = Ours(), [Memory()]
    for run in session.runs:
        ours(run)
        memories.append(ours.memory)
    assume(session.runs)
    ours.memory = data.draw(st.sampled_from(memories))
    ours(session.runs[-1])
    played = Counter(str(play.item["name"]) for play in session.plays())
    assert not Counter(play.item.title for play in ours.log) - played


@given(sessions(), st.randoms(use_true_random=False))
def test_the_order_in_which_entries_come_does_not_matter(session: Session, random: Random) -> None:
    held_back, in_order = Ours(), Ours()
    for run in session.runs[:-1]:
        held_back(run._replace(recent=[]))
        in_order(run._replace(recent=[]))
    entries = session.runs[-1].recent if session.runs else []
    shuffled = random.sample(entries, len(entries))
    for number in range(len(entries) + 1):
        at_ms = BEGINS + (30_000 + 20 * number) * MINUTE
        held_back(Run(at_ms, None, shuffled[:number]))
        in_order(Run(at_ms, None, entries))
    assert Counter(play.item.title for play in held_back.log) == Counter(play.item.title for play in in_order.log)


@given(sessions())
def test_memory_is_bounded_and_every_line_can_be_written(session: Session) -> None:
    ours = Ours()
    for run in session.runs:
        ours(run)
        assert len(ours.memory.lines) <= MOST
        assert len(ours.memory.entries) <= MOST
    for play in ours.log:
        assert log_line(play.item, play.started_at_ms).count("\t") == 5


@pytest.mark.parametrize(
    ("rule", "fault"), [(LastUri, lost), (NoMatching, doubled)], ids=["last uri loses", "no matching doubles"]
)
def test_a_rule_known_to_be_bad_fails(rule: Callable[[], Rule], fault: Callable[[Rule, Session], Counter[str]]) -> None:
    quick = settings(
        max_examples=300, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), deadline=None
    )
    try:
        find(sessions(), lambda session: bool(fault(rule(), session)), settings=quick)
    except NoSuchExample:
        pytest.fail("this rule should have been caught")
