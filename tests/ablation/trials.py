"""Weeks and days lived through by the rule alone, with any clause taken out: what gets lost, doubled or misdated.

Spotify's answers are worked out once for each listener and scenario; then each removal is tried on the same answers.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, partial

from lib.plays import items, observe, recall, reconcile
from lib.plays.model import Memory, NowPlaying, Play, RecentPlay
from lib.spotify.player import answer_from, recent_plays
from tests.ablation.removals import REMOVALS
from tests.fidelity import days, listeners, parallel
from tests.fidelity.days import Day, DayScenario
from tests.fidelity.replay import Replay
from tests.fidelity.scenarios import Scenario
from tests.fidelity.score import score
from tests.fidelity.weeks import Line, Lived
from tests.support.changed import changed
from tests.support.times import MINUTE, SECOND

LIVED_DAYS = 14
Setting = Scenario | DayScenario
Cost = Counter[str]
"""How many plays were "lost", "doubled", "misdated" or "with the start of another"; how often recently played was
"fetched", and the memory "saved"."""


@dataclass
class Answers:
    """What Spotify says at each run. at_ms is true time, now_ms is what our clock shows then."""

    player: Replay | Day
    looks: list[tuple[int, int, NowPlaying | None]] = field(default_factory=list)
    _recent: dict[int, list[RecentPlay]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for at_ms in self.player.runs():
            body, now_ms = self.player.currently_playing(at_ms), self.player.clock(at_ms)
            self.looks.append((at_ms, now_ms, answer_from(body, now_ms).now_playing if body else None))

    def recent(self, at_ms: int) -> list[RecentPlay]:
        """Recently played, at that time."""
        if at_ms not in self._recent:
            self._recent[at_ms] = recent_plays({"items": self.player.recently_played(at_ms)})
        return self._recent[at_ms]


@dataclass(frozen=True, slots=True)
class Ran:
    """What one run did."""

    at_ms: int
    plays: tuple[Play, ...]
    fetched: bool
    saved: bool


def runs(answers: Answers, forget_each: int = 0) -> Iterator[Ran]:
    """The rule's runs, as the job does them. forget_each: after so many runs memory is lost."""
    memory, log = Memory(), list[Play]()
    for number, (at_ms, now_ms, now) in enumerate(answers.looks, 1):
        if forget_each and number % forget_each == 0:
            logged = ((play.item.identity, _whole_s(play.started_at_ms)) for play in log[-200:])
            memory = recall.recall(Memory(), logged, now_ms)
        observed = observe.observe(memory, now, now_ms)
        step, due = observed.step, reconcile.should_fetch(observed)
        if due:
            step = reconcile.reconcile(observed, answers.recent(at_ms))
        step = reconcile.finish(memory, step, now_ms)
        saved, memory = step.memory is not memory, step.memory
        log += step.plays
        yield Ran(at_ms, step.plays, due, saved)


def cost(answers: Answers, forget_each: int = 0) -> Cost:
    """What goes wrong."""
    ran = list(runs(answers, forget_each))
    player = answers.player
    one = _score_weeks(player, ran) if isinstance(player, Replay) else _score_day(player, answers, ran)
    return one + Counter(fetched=sum(run.fetched for run in ran), saved=sum(run.saved for run in ran))


def _score_weeks(replay: Replay, ran: Sequence[Ran]) -> Cost:
    lines = [
        Line(run.at_ms, play.item.uri, play.item.title, _whole_s(play.started_at_ms))
        for run in ran
        for play in run.plays
    ]
    one = score(Lived(replay, lines, [run.at_ms for run in ran]))
    wrong = Counter(lost=len(one.lost), doubled=len(one.doubled), misdated=len(one.misdated))
    return wrong + Counter({"with the start of another": one.same_start})


def _score_day(day: Day, answers: Answers, ran: Sequence[Ran]) -> Cost:
    live, listed = set[int](), set[int]()
    for at_ms, _, now in answers.looks:
        number = day.play_at(at_ms)
        if now and now.is_playing and number is not None:
            live.add(number)
    for run in ran:
        if run.fetched:
            listed.update(entry["of"] for entry in day.recently_played(run.at_ms))
    lines = [
        (play.item.title, _whole_s(play.started_at_ms), day.clock(run.at_ms) - run.at_ms)
        for run in ran
        for play in run.plays
    ]
    one = days.score(day, live, listed, lines)
    misdated = sum(error_ms > 2 * MINUTE for error_ms in one.errors)
    return Counter(lost=len(one.lost), doubled=len(one.doubled), misdated=misdated)


def _whole_s(ms: int) -> int:
    return ms // SECOND * SECOND


@dataclass(frozen=True, slots=True)
class Trial:
    """One listener or day, on which every removal is tried. forget_each: after so many runs memory is lost."""

    setting: Setting
    seed: int
    forget_each: int = 0

    @property
    def name(self) -> str:
        """The scenario's."""
        lost = ", memory lost" if self.forget_each else ""
        return ("weeks: " if isinstance(self.setting, Scenario) else "days: ") + self.setting.name + lost


def _player(setting: Setting, seed: int) -> Replay | Day:
    return (
        Replay(listeners.timeline(seed, LIVED_DAYS), setting) if isinstance(setting, Scenario) else Day(setting, seed)
    )


def costs(chosen: Sequence[int], trial: Trial) -> list[Cost]:
    """What goes wrong with the whole rule, and then without each of the clauses chosen by their numbers."""
    answers = Answers(_player(trial.setting, trial.seed))
    with changed(cache(items.identify), "identify", items):  # four fifths of the time, otherwise
        found = [cost(answers, trial.forget_each)]
        for number in chosen:
            with REMOVALS[number].apply():
                found.append(cost(answers, trial.forget_each))
    return found


def measure(chosen: Sequence[int], trials: Sequence[Trial]) -> dict[str, list[Cost]]:
    """By scenario: the costs of the whole rule, and then without each clause chosen."""
    table: dict[str, list[Cost]] = {}
    for trial, found in zip(trials, parallel.each(partial(costs, chosen), trials, "trials"), strict=True):
        total = table.setdefault(trial.name, [Counter() for _ in found])
        for one, more in zip(total, found, strict=True):
            one.update(more)
    return table
