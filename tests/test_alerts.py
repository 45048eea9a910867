"""When a run without a terminal speaks, which is when cron mails: a table of evenings, and the real job."""

import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lib.alerts import AlertState, decide, format_state, parse_state
from lib.cli import HOME
from lib.disk.credentials import lock_file
from lib.errors import (
    BugError,
    BusyError,
    Command,
    CoolingDownError,
    DiskError,
    NotAllowedError,
    NotAuthorizedError,
    NotUnderstoodError,
    PassingError,
    ProgramError,
    RateLimitedError,
    SettingsError,
    TokenRejectedError,
)
from lib.fake_spotify.listener import track
from lib.runner import Report, command, failed, message
from tests.support.clockwork import START_MS, Clockwork, clockwork_in
from tests.support.holder import held
from tests.support.home import ROOT, Home
from tests.support.times import MINUTE

HOUR, DAY = 60, 24 * 60
WELL = None
OUTAGE = PassingError("No network.", "Wait.")
OTHER_OUTAGE = PassingError("Spotify has trouble.", "Wait.")
GARBAGE = NotUnderstoodError("Garbage.", "Look.")
DEAD = TokenRejectedError("Token dead.")
FORBIDDEN = NotAllowedError("Not allowed.", "Look.")
FULL = DiskError("Disk full.", "df")
WRONG = SettingsError("Settings wrong.", "Edit.")
BUSY = BusyError("Busy.", "ps")
LIMITED = RateLimitedError("Too many requests.", None)
COOLING = CoolingDownError("Pausing.", "Wait.")
OVER = "It works again. This is over: "
HERE = HOME / "credentials.env"


def said(error: ProgramError) -> str:
    """The error as it's printed, with a short command."""
    return message(error, HERE).replace(command(Command.BOOTSTRAP, HERE), "BOOTSTRAP")


class Cron:
    """Runs one after the other, each with an error or none, and the lines that cron would have mailed."""

    def __init__(self, *, terminal: bool = False) -> None:
        self.state = AlertState()
        self.mailed: list[tuple[int, str]] = []
        self._terminal = terminal

    def run(self, minute: int, error: ProgramError | None, reminder: str | None = None) -> "Cron":
        """One run. Its state goes through the form that it has on disk."""
        alert = decide(error, reminder, self.state, START_MS + minute * MINUTE, terminal=self._terminal)
        assert alert.error in (None, error)
        self.state = parse_state(format_state(alert.state))
        reported = [said(alert.error)] if alert.error else alert.out
        self.mailed += [(minute, line) for line in reported]
        return self

    def runs(self, minutes: Iterable[int], error: ProgramError | None) -> "Cron":
        """A run at each of these minutes."""
        for minute in minutes:
            self.run(minute, error)
        return self


def mailed(*stretches: tuple[int, ProgramError | None]) -> list[tuple[int, str]]:
    """What is mailed by a run each minute, for stretches of (minutes, error); after an hour, each fifth run will do."""
    cron, begun = Cron(), 0
    for length, error in stretches:
        cron.runs((begun + minute for minute in range(length) if minute < HOUR or minute % 5 == 0), error)
        begun += length
    return cron.mailed


TABLE: dict[str, tuple[list[tuple[int, ProgramError | None]], list[tuple[int, str]]]] = {
    "all is well": ([(DAY, WELL)], []),
    "an outage of 14 minutes": ([(9, WELL), (15, OUTAGE), (9, WELL)], []),
    "a flaky cron": ([(10, OUTAGE), (1, WELL), (14, GARBAGE), (2, WELL), (12, OTHER_OUTAGE), (1, WELL)] * 9, []),
    "an outage of an hour": ([(60, OUTAGE), (9, WELL)], [(15, "No network. Wait."), (60, OVER + "No network.")]),
    "an outage in two guises": (
        [(10, OUTAGE), (20, OTHER_OUTAGE), (20, OUTAGE), (9, WELL)],
        [(15, "Spotify has trouble. Wait."), (50, OVER + "Spotify has trouble.")],
    ),
    "three days without network": (
        [(3 * DAY, OUTAGE), (9, WELL)],
        [(15 + n * DAY, "No network. Wait.") for n in range(3)] + [(3 * DAY, OVER + "No network.")],
    ),
    "an outage that ends and comes back": (
        [(30, OUTAGE), (20, WELL), (40, OUTAGE), (9, WELL)],
        [(15, "No network. Wait."), (30, OVER + "No network.")],
    ),
    "two outages hours apart": (
        [(30, OUTAGE), (120, WELL), (40, OUTAGE), (9, WELL)],
        [
            (15, "No network. Wait."),
            (30, OVER + "No network."),
            (165, "No network. Wait."),
            (190, OVER + "No network."),
        ],
    ),
    "answers that make no sense": ([(20, GARBAGE), (9, WELL)], [(15, "Garbage. Look."), (20, OVER + "Garbage.")]),
    "a dead token": (
        [(9, WELL), (2 * DAY + 60, DEAD), (9, WELL)],
        [(9 + n * DAY, "Token dead. Run: BOOTSTRAP") for n in range(3)] + [(2 * DAY + 69, OVER + "Token dead.")],
    ),
    "a dead token, renewed, and dead again": (
        [(10, DEAD), (5, WELL), (10, DEAD), (9, WELL)],
        [
            (0, "Token dead. Run: BOOTSTRAP"),
            (10, OVER + "Token dead."),
            (15, "Token dead. Run: BOOTSTRAP"),
            (25, OVER + "Token dead."),
        ],
    ),
    "a dead token, renewed, an outage, and dead again": (
        [(10, DEAD), (5, WELL), (5, OUTAGE), (10, DEAD)],
        [
            (0, "Token dead. Run: BOOTSTRAP"),
            (10, OVER + "Token dead."),
            (20, "Token dead. Run: BOOTSTRAP"),
        ],
    ),
    "an outage during which the token dies": (
        [(30, OUTAGE), (30, DEAD), (9, WELL)],
        [(15, "No network. Wait."), (30, "Token dead. Run: BOOTSTRAP"), (60, OVER + "Token dead.")],
    ),
    "an account that is refused now and then": (
        [(5, FORBIDDEN), (5, WELL)] * 9,
        [(0, "Not allowed. Look."), (5, OVER + "Not allowed.")],
    ),
    "a full disk": ([(DAY + 60, FULL)], [(0, "Disk full. df"), (DAY, "Disk full. df")]),
    "a disk that is full every other minute": (
        [(1, FULL), (1, WELL)] * 90,
        [(0, "Disk full. df"), (1, OVER + "Disk full.")],
    ),
    "settings that are wrong": ([(DAY + 60, WRONG)], [(0, "Settings wrong. Edit."), (DAY, "Settings wrong. Edit.")]),
    "settings corrected, then wrong again": (
        [(5, WRONG), (5, WELL), (5, WRONG)],
        [(0, "Settings wrong. Edit."), (5, OVER + "Settings wrong."), (10, "Settings wrong. Edit.")],
    ),
    "another run at work for a while": ([(14, BUSY), (9, WELL)], []),
    "a run that has stopped and holds the lock": ([(60, BUSY), (9, WELL)], [(15, "Busy. ps"), (60, OVER + "Busy.")]),
    "an outage, then a run that has stopped": (
        [(30, OUTAGE), (30, BUSY)],
        [(15, "No network. Wait."), (30, "Busy. ps")],
    ),
    "a pause of ten hours": ([(1, LIMITED), (10 * HOUR, COOLING), (9, WELL)], []),
    "a pause and a new one": (
        [(1, LIMITED), (20, COOLING), (1, LIMITED), (10 * HOUR, COOLING), (9, WELL)],
        [(21, "Too many requests."), (622, OVER + "Too many requests.")],
    ),
    "pauses for three days": (
        [(1, LIMITED), (59, COOLING)] * 72 + [(9, WELL)],
        [(60 + n * DAY, "Too many requests.") for n in range(3)] + [(3 * DAY, OVER + "Too many requests.")],
    ),
}


@pytest.mark.parametrize("name", TABLE)
def test_what_is_mailed(name: str) -> None:
    stretches, lines = TABLE[name]
    assert [(minute, line.removesuffix(f" {PassingError.remedy}")) for minute, line in mailed(*stretches)] == lines


def test_a_bug_is_reported_at_once_with_its_traceback_then_daily() -> None:
    bug = BugError("Traceback:\n  File …\nKeyError: 'x'")
    ((minute, text), over) = mailed((DAY, bug), (9, WELL))
    assert (minute, text) == (0, f"{bug.details}\n{bug.what} {bug.remedy}")
    assert over == (DAY, OVER + "This is a bug in the program.")


def test_a_command_names_the_credentials_unless_they_are_the_usual_ones() -> None:
    script = f"{sys.executable} {ROOT / 'nowplaying_job.py'}"
    assert command(Command.JOB, HERE) == script
    assert command(Command.JOB, Path("/my files/a.env")) == f"{script} --credentials '/my files/a.env'"


def test_what_nobody_expected_is_a_bug_without_what_could_be_a_token() -> None:
    try:
        raise KeyError("AQ" + "x" * 100)  # noqa: TRY301 - for its traceback
    except KeyError as error:
        report = failed(error, HERE)
    (text,) = report.err
    assert (report.status, report.out) == (70, ())
    assert text.startswith("Traceback (most recent call last):\n  File ")
    assert text.endswith(f"\nKeyError: '…'\n{BugError('').what} {BugError.remedy}")
    assert failed(DEAD, HERE) == Report(77, (message(DEAD, HERE),), ())


def test_at_a_terminal_each_run_speaks() -> None:
    told = Cron(terminal=True).runs(range(5), OUTAGE).run(5, COOLING).run(6, WELL)
    assert [minute for minute, _ in told.mailed] == [0, 1, 2, 3, 4, 5]


def test_a_report_at_a_terminal_is_not_mailed_as_well() -> None:
    state = decide(DEAD, None, AlertState(), START_MS, terminal=True).state
    assert decide(DEAD, None, state, START_MS + MINUTE, terminal=False).error is None


def test_patience_is_counted_from_the_first_run_that_asked_for_it() -> None:
    cron = Cron().runs(range(60), FULL).run(60, OUTAGE)
    assert [minute for minute, _ in cron.mailed] == [0], "an hour of a full disk is no hour without a network"
    cron.runs(range(61, 76), OUTAGE)
    assert [minute for minute, _ in cron.mailed] == [0, 75]


@pytest.mark.parametrize("kind", [DiskError, SettingsError, NotAuthorizedError])
def test_another_trouble_of_the_same_kind_is_news(kind: type[ProgramError]) -> None:
    cron = Cron().runs(range(5), kind("The one.")).runs(range(5, 10), kind("The other."))
    assert [minute for minute, _ in cron.mailed] == [0, 5]


def test_a_laptop_that_slept_over_a_failed_run_wakes_silently() -> None:
    cron = Cron().run(0, OUTAGE).runs(range(9 * HOUR, 9 * HOUR + 14), OUTAGE).run(9 * HOUR + 14, WELL)
    assert cron.mailed == []


@pytest.mark.parametrize(("every", "first"), [(HOUR, HOUR), (179, 179), (180, None)])
def test_a_schedule_of_hours_hears_of_an_outage_but_no_rarer_one(every: int, first: int | None) -> None:
    cron = Cron().runs(range(0, 5 * every, every), OUTAGE)
    assert [minute for minute, _ in cron.mailed] == ([first] if first else [])


@pytest.mark.parametrize("back", [HOUR, DAY, 400 * DAY])
@pytest.mark.parametrize(("error", "patience"), [(OUTAGE, 15), (DEAD, 0)])
def test_a_clock_set_back_neither_silences_nor_repeats_for_ever(error: ProgramError, patience: int, back: int) -> None:
    cron = Cron().runs(range(30), error)
    cron.runs(range(-back, -back + DAY, 5), error)
    assert [minute for minute, _ in cron.mailed] == [patience, -back + patience]
    cron.run(-back + DAY, WELL)
    assert len(cron.mailed) == 3


@pytest.mark.parametrize("ahead", [HOUR, 400 * DAY])
def test_a_clock_that_was_far_ahead_for_a_while_repeats_once(ahead: int) -> None:
    cron = Cron().runs(range(5), DEAD).runs(range(ahead, ahead + 5), DEAD).runs(range(5, DAY, 5), DEAD)
    assert len(cron.mailed) <= 3


def test_the_reminder_comes_daily_on_stdout_and_changes_nothing_else() -> None:
    cron = Cron()
    for minute in range(0, 3 * DAY, 5):
        cron.run(minute, WELL, "Renew it.")
    assert cron.mailed == [(n * DAY, "Renew it.") for n in range(3)]


def test_a_clock_set_back_brings_the_reminder_once_more_and_no_oftener() -> None:
    cron = Cron().run(0, WELL, "Renew it.")
    for minute in range(-DAY, -DAY + 99):
        cron.run(minute, WELL, "Renew it.")
    assert [minute for minute, _ in cron.mailed] == [0, -DAY]


def test_a_terminal_is_reminded_at_each_run() -> None:
    cron = Cron(terminal=True).run(0, WELL, "Renew it.").run(1, WELL, "Renew it.")
    assert cron.mailed == [(0, "Renew it."), (1, "Renew it.")]


def test_a_failed_run_does_not_bring_the_reminder_twice_a_day() -> None:
    cron = Cron().run(0, WELL, "Renew it.").run(1, OUTAGE).run(2, WELL, "Renew it.")
    assert cron.mailed == [(0, "Renew it.")]


def test_eight_troubles_by_turns_are_each_told_once_a_day() -> None:
    cron = Cron()
    wrongs = [SettingsError(f"{letter} wrong.", "Edit.") for letter in "IHGFEDCBA"]
    for minute, wrong in enumerate([*wrongs, *wrongs[1:], *wrongs[1:]]):
        cron.run(minute, wrong)
    assert [line for _, line in cron.mailed] == [f"{wrong.what} Edit." for wrong in wrongs]


def test_two_runs_at_one_moment_speak_once() -> None:
    assert len(Cron().run(0, DEAD).run(0, DEAD).mailed) == 1


def test_the_notes_name_the_newest_trouble_and_when_it_was_last_met() -> None:
    cron = Cron().run(0, OUTAGE).run(1, DEAD).run(10, DEAD)
    assert (cron.state.what, cron.state.last_ms) == ("Token dead.", START_MS + MINUTE)
    assert (cron.state.remedy, cron.state.command) == ("Run:", Command.BOOTSTRAP)
    cron.run(11, DEAD)
    assert (cron.state.since_ms, cron.state.last_ms) == (START_MS, START_MS + 11 * MINUTE)


@pytest.mark.parametrize(
    ("what", "remedy", "line"),
    [
        ("No network", "Wait.", "No network. Wait."),
        ("No network.", "Wait.", "No network. Wait."),
        ("No network!", "Wait.", "No network! Wait."),
        ("No network?", "Wait.", "No network? Wait."),
        ("No network …", "Wait.", "No network … Wait."),
        ("No network", "", "No network."),
    ],
)
def test_what_is_wrong_is_a_sentence_before_how_to_fix_it(what: str, remedy: str, line: str) -> None:
    assert said(ProgramError(what, remedy)) == line


@pytest.mark.parametrize(
    "damaged",
    [b"", b"null", b"[]", b"{}", b"{", b"\xff\x00", b'{"since_ms": 1e999}', b"[" * 9999,
     format_state(AlertState(since_ms=START_MS)).replace(b'"since_ms": 1', b'"since_ms": -1'),
     format_state(AlertState(since_ms=1 << 45)),
     format_state(AlertState(since_ms=START_MS)).replace(b'"reported": {}', b'"reported": {"a": "b"}')],
)  # fmt: skip
def test_notes_that_are_damaged_are_none(damaged: bytes) -> None:
    assert parse_state(damaged) == AlertState()


@pytest.mark.parametrize("letter", ["\x00", "'", '"', "ä", "🎵", "\udcff"])
def test_the_state_fits_the_lock_file_however_long_the_problems_are(letter: str) -> None:
    cron = Cron()
    for minute in range(9):
        cron.run(minute, DiskError(f"{minute}{letter * 9999}", letter * 9999))
    assert len(cron.state.reported) == 8
    assert len(format_state(cron.state)) < 4096
    assert not parse_state(format_state(cron.state)).remedy, "half a command does harm"


def test_a_cut_problem_shows_that_it_is_and_its_remedy_is_whole() -> None:
    fix = f"Run: cp {'a' * 400} {'b' * 400}"
    state = Cron().run(0, DiskError("x" * 999, fix)).state
    assert (state.what, state.remedy) == ("x" * 199 + "…", fix)


@pytest.mark.parametrize("field", AlertState._fields)
@pytest.mark.parametrize("value", [b'"x"', b"[1]", b'{"x": 1}', b"-1", b"null"])
def test_a_note_with_a_field_of_another_type_stops_nothing(field: str, value: bytes) -> None:
    note = re.sub(rb'("%s": )("[^"]*"|{}|\d+)' % field.encode(), rb"\1" + value, format_state(AlertState(since_ms=1)))
    assert value in note
    for error in (OUTAGE, WELL):
        alert = decide(error, "Renew it.", parse_state(note), START_MS, terminal=False)
        assert format_state(alert.state)


def test_a_note_that_somebody_made_too_long_stops_nothing() -> None:
    assert format_state(AlertState(remedy="x", reported={"kind" * 2000: 1}))


def test_notes_do_not_control_a_terminal() -> None:
    state = AlertState(what="\x1b[2J", remedy="\n", told="\x9b2J")
    assert parse_state(format_state(state)) == AlertState(what="\ufffd[2J", remedy=" ", told="\ufffd2J")


def test_each_number_and_text_of_the_state_is_read_back_as_itself() -> None:
    state = AlertState(
        since_ms=1, last_ms=2, what="what", remedy="remedy", command=Command.JOB, reported={"kind": 3}, told="told",
        waiting_ms=4, over_ms=5, reminded_ms=6,
    )  # fmt: skip
    assert parse_state(format_state(state)) == state


def test_good_runs_record_nothing_and_failing_runs_little() -> None:
    cron = Cron().run(0, WELL)
    assert cron.state == AlertState()
    noted = []
    for minute in range(1, 120):
        before = cron.state
        noted += [minute] if cron.run(minute, OUTAGE).state != before else []
    assert len(noted) <= 13


# The real thing, on a day of its own


@pytest.fixture
def clockwork(tmp_path: Path) -> Iterator[Clockwork]:
    with clockwork_in(tmp_path) as one:
        one.listener.begin(track("Song", ["Band"], "Album", 300_000)).listen().quiet(0)
        yield one


def day_of(clockwork: Clockwork, status: int) -> list[str]:
    """What cron mails in 25 hours of some runs that all end so."""
    lines: list[str] = []
    for minutes in (0, 1, 14, 60, 12 * HOUR, 23 * HOUR, DAY, DAY + 60):
        clockwork.now_ms = START_MS + minutes * MINUTE
        report = clockwork.run()
        assert (report.status, report.out) == (status, ())
        lines += report.err
    return lines


def test_wrong_settings_are_told_once_a_day(clockwork: Clockwork) -> None:
    clockwork.home.write_credentials(SPOTIFY_SCOPE="user-library-read")
    lines = day_of(clockwork, 78)
    assert lines == lines[:1] * 2
    assert "SPOTIFY_SCOPE must include user-read-currently-playing" in lines[0]
    clockwork.home.write_credentials()
    report = clockwork.run()
    assert (report.status, report.err, len(report.out)) == (0, (), 1)
    assert report.out[0].startswith("It works again.")


def test_missing_credentials_are_told_once_a_day(clockwork: Clockwork) -> None:
    clockwork.home.credentials.unlink()
    lines = day_of(clockwork, 78)
    assert lines == lines[:1] * 2
    assert lines[0].startswith(f"There is no {clockwork.home.credentials}. Run: cp ")


def test_a_stopped_run_that_holds_the_lock_is_reported_after_15_minutes(clockwork: Clockwork) -> None:
    with held(lock_file(clockwork.home.credentials)):
        lines = day_of(clockwork, 75)
    (first, second) = lines
    assert first == second
    again = "Another run hasn't finished yet. Try again in a minute. If it never ends, stop it: fuser -k"
    assert first == f"{again} {lock_file(clockwork.home.credentials)}"
    assert clockwork.run().out == ("It works again. This is over: Another run hasn't finished yet.",)
    assert clockwork.home.titles() == ["Song"]


def test_recovery_and_reminder_go_to_stdout_and_trouble_to_stderr(home: Home) -> None:
    home.authorize(authorized_at=datetime.now(UTC) - timedelta(days=175))
    home.write_credentials(SPOTIFY_REDIRECT_URI="nonsense")
    done = home.job()
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (78, "", 1)
    home.write_credentials()
    done = home.job()
    assert (done.returncode, done.stderr) == (0, "")
    recovery, reminder = done.stdout.splitlines()
    assert recovery.startswith("It works again. This is over: ")
    script = f"{sys.executable} {ROOT / 'bootstrap_token.py'} --credentials {home.credentials}"
    assert reminder.endswith(f" To renew it for six months, run: {script}")
    assert home.job().stdout == ""
