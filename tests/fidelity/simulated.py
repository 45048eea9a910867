"""Simulated days of six hours in every scenario, and beside this program the simpler rules that other loggers use.

The days are lived through by the real job and the stand-in, in one process (`days.py`).
"""

import shutil
import statistics
import tempfile
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from lib.disk import token_store
from lib.disk.token_store import Token
from lib.errors import PassingError
from lib.fake_spotify.accounts import Authorization
from lib.fake_spotify.loopback import Answered, Asked
from lib.fake_spotify.service import FakeSpotify
from lib.job import run
from lib.secret import Secret
from lib.settings import parse
from tests.fidelity import parallel
from tests.fidelity.days import DAY_BEGINS, Day, DayScenario, Score, score
from tests.fidelity.rivals import RULES, Rule
from tests.support.http import without_httpx
from tests.support.memory import in_memory
from tests.support.times import HOUR, MINUTE, SECOND

SCENARIOS = [
    DayScenario("calm"),
    DayScenario("calm, without seeks", seeks=False),
    DayScenario("down for 30 min", down_ms=30 * MINUTE),
    DayScenario("played_at is the start", starts=True),
    DayScenario("clock 20 s off", clock_ms=20 * SECOND),
    DayScenario("clock 20 s off, the other way", clock_ms=-20 * SECOND),
    DayScenario("relinked 5 %", relinked=0.05),
    DayScenario("progress ±3 s", noise_ms=3 * SECOND),
    DayScenario("entries 200 s late", lag_ms=(195 * SECOND, 205 * SECOND)),
    DayScenario("a tenth 1 to 3 h late", late=0.1),
    DayScenario("a tenth never", never=0.1),
    DayScenario("every five minutes", every_ms=5 * MINUTE),
    DayScenario("every twenty minutes", every_ms=20 * MINUTE),
    DayScenario("clock 5 min off", clock_ms=5 * MINUTE),
    DayScenario("clock 2 h off", clock_ms=2 * HOUR),
    DayScenario("clock a day off, the other way", clock_ms=-24 * HOUR),
    DayScenario("clock steps back 1 h", clock_steps_back_ms=HOUR),
    DayScenario("clock steps on 3 h", clock_steps_back_ms=-3 * HOUR),
    DayScenario("a tenth of requests fail", failures=0.1),
    DayScenario("stale progress", stale=True),
    DayScenario("a look in 30 sees nothing", unseen=1 / 30),
    DayScenario("down for a day, 30 h", down_ms=24 * HOUR, hours=30),
    DayScenario("an idle night", listening="idle"),
    DayScenario("a loop over the night", listening="loop"),
    DayScenario("a loop of 20 s", listening="loop", loop_ms=20_000),
]


def live(scenario: DayScenario, seed: int, *, simpler: bool) -> dict[str, Score]:
    """One day by the job, and by each simpler rule if wanted."""
    day = Day(scenario, seed)
    now = [0]
    fake_spotify = FakeSpotify(day, now_ms=lambda: now[0])
    trouble = Random(f"{seed} trouble")
    shown_live, shown_listed = set[int](), set[int]()

    def overrule(asked: Asked) -> Answered | None:
        if asked.path != "/api/token" and trouble.random() < scenario.failures:
            return Answered(502, "upstream connect error")
        if asked.path.endswith("currently-playing"):
            playing = day.currently_playing(now[0])
            number = day.play_at(now[0])
            if playing and playing["item"] and playing["is_playing"] and number is not None:
                shown_live.add(number)
        elif asked.path.endswith("recently-played"):
            shown_listed.update(entry["of"] for entry in day.recently_played(now[0]))
        return None

    fake_spotify.overrule = overrule
    folder = Path(tempfile.mkdtemp(prefix="fidelity-", dir=in_memory()))
    try:
        result = _by_the_job(day, fake_spotify, now, folder, shown_live, shown_listed)
    finally:
        shutil.rmtree(folder)
    return {"this program": result, **(_by_simpler_rules(day) if simpler else {})}


def _by_the_job(
    day: Day, spotify: FakeSpotify, now: list[int], folder: Path, live: set[int], listed: set[int]
) -> Score:
    text = f"SPOTIFY_CLIENT_ID={spotify.client_id}\nSPOTIFY_CLIENT_SECRET={spotify.client_secret}\n"
    settings = parse(text, folder / "credentials.env", {})
    spotify.refresh_tokens["refresh"] = Authorization(settings.scope, DAY_BEGINS)
    token_store.save(settings.token_file, Token(Secret("refresh"), settings.scope, spotify.client_id, None))
    runs, lines = 0, []
    settings.history_log.touch()
    with without_httpx(spotify) as client, settings.history_log.open(encoding="utf-8") as log:
        for at_ms in day.runs():
            now[0], runs = at_ms, runs + 1
            with suppress(PassingError):
                run(
                    settings, lambda: nullcontext(client), lambda: datetime.fromtimestamp(day.clock(now[0]) / 1000, UTC)
                )
            for line in log:
                started_at, _, title, *_ = line.split("\t")
                started_ms = int(datetime.fromisoformat(started_at).timestamp() * 1000)
                lines.append((title, started_ms, day.clock(at_ms) - at_ms))
    result = score(day, live, listed, lines)
    result.runs, result.requests = runs, len(spotify.requests)
    return result


def _by_simpler_rules(day: Day) -> dict[str, Score]:
    """The same day by each simpler rule, given every answer at every run."""
    rules: dict[str, Rule] = {name: rule() for name, rule in RULES.items()}
    live, listed = set[int](), set[int]()
    for at_ms in day.runs():
        playing, records = day.currently_playing(at_ms), day.recently_played(at_ms)
        number = day.play_at(at_ms)
        if playing and playing["item"] and playing["is_playing"] and number is not None:
            live.add(number)
        listed.update(entry["of"] for entry in records)
        for rule in rules.values():
            rule.run(day.clock(at_ms), playing, records)
    ahead_ms = day.scenario.clock_ms
    return {
        name: score(day, live, listed, [(title, at_ms, ahead_ms) for title, at_ms in rule.lines])
        for name, rule in rules.items()
    }


def _task(task: tuple[DayScenario, int, bool]) -> tuple[str, dict[str, Score]]:
    scenario, seed, simpler = task
    return scenario.name, live(scenario, seed, simpler=simpler)


def measure(scenarios: list[DayScenario], seeds: range, *, simpler: bool) -> dict[str, dict[str, Score]]:
    """Each scenario's scores over all seeds."""
    tasks = [(scenario, seed, simpler) for seed in seeds for scenario in scenarios]
    table: dict[str, dict[str, Score]] = {scenario.name: {} for scenario in scenarios}
    for name, scores in parallel.each(_task, tasks, "days"):
        for rule, one in scores.items():
            table[name].setdefault(rule, Score()).add(one)
    return table


def report(table: dict[str, dict[str, Score]]) -> str:
    """The table in Markdown: recall / precision in percent."""
    rules = list(next(iter(table.values())))
    head = ["scenario", *rules, "median error", "worst error", "requests a run"]
    rows = [head, ["---"] * len(head)]
    for name, scores in table.items():
        ours = scores["this program"]
        errors = ours.errors or [0]
        cells = [f"{100 * one.recall:.2f} / {100 * one.precision:.2f}" for one in scores.values()]
        median, worst = f"{statistics.median(errors) / 1000:.1f} s", f"{max(errors) / 1000:.0f} s"
        rows.append([name, *cells, median, worst, f"{ours.requests / ours.runs:.2f}"])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def details(table: dict[str, dict[str, Score]]) -> str:
    """Every play that was lost, doubled or misdated by this program."""
    kinds = ("lost", "doubled", "misdated")
    ours = [scores["this program"] for scores in table.values()]
    return "\n".join(f"{kind:8} {text}" for one in ours for kind in kinds for text in getattr(one, kind))
