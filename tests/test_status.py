"""--status for a person and for a monitor: works whatever is missing or wrong, asks Spotify nothing, writes nothing."""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from lib.disk import run_state
from lib.errors import Command
from lib.expiry import expires_at
from lib.fake_spotify.listener import track
from lib.fake_spotify.loopback import Answered
from lib.runner import command
from lib.status import show
from tests.support.clockwork import START_MS, Clockwork, Showing, clockwork_in
from tests.support.home import Home, consent
from tests.support.person import bootstrap_here
from tests.support.times import MINUTE


@pytest.fixture
def clockwork(tmp_path: Path) -> Iterator[Clockwork]:
    with clockwork_in(tmp_path) as one:
        one.listener.begin(track("Song", ["Band"], "Album", 300_000)).listen().quiet(0)
        yield one


def status(clockwork: Clockwork, exit_status: int = 0) -> dict[str, Any]:
    """What a monitor is told now; telling it changes no file."""
    before = files(clockwork.home.folder)
    asked = len(clockwork.home.fake_spotify.requests)
    out, prose = StringIO(), StringIO()
    now = datetime.fromtimestamp(clockwork.now_ms / 1000, UTC)
    assert show(clockwork.home.credentials, {}, now, out, as_json=True) == exit_status
    assert show(clockwork.home.credentials, {}, now, prose, as_json=False) == exit_status
    assert files(clockwork.home.folder) == before
    assert len(clockwork.home.fake_spotify.requests) == asked
    assert "Traceback" not in prose.getvalue()
    facts: dict[str, Any] = json.loads(out.getvalue())
    assert set(facts) == KEYS
    return facts


KEYS = {
    "last_success", "last_play", "authorized_at", "authorization_expires", "token_problem", "recent_plays", "trouble",
    "cooldown_until", "plays_today", "plays_total", "history_log", "token_file", "state_file",
    "credentials", "credentials_readable_by_others", "readable_by_others", "problem",
}  # fmt: skip


def files(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file in the folder, with its content and its age."""
    if not folder.exists():
        return {}
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


def moment(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def test_all_is_well(clockwork: Clockwork) -> None:
    clockwork.now_ms += MINUTE
    clockwork.run()
    facts = status(clockwork)
    assert moment(facts["last_success"]) == clockwork.now_ms
    assert facts["last_play"]["title"] == "Song"
    began = datetime.fromtimestamp(START_MS / 1000).astimezone()
    assert row(clockwork, "last play") == f"{began:%-d %B %Y, %H:%M}  Band  Song"
    assert moment(facts["last_play"]["started_at"]) == START_MS
    assert moment(facts["authorized_at"]) == START_MS
    ends = expires_at(datetime.fromtimestamp(START_MS / 1000, UTC))
    assert datetime.fromisoformat(facts["authorization_expires"]) == ends
    assert facts["trouble"] is facts["cooldown_until"] is facts["token_problem"] is facts["problem"] is None
    assert facts["credentials_readable_by_others"] is False
    assert facts["readable_by_others"] == []
    assert facts["recent_plays"] is True


def test_trouble_is_told_with_when_it_began_and_what_it_is(clockwork: Clockwork) -> None:
    clockwork.run()
    clockwork.home.fake_spotify.overrule = lambda asked: Answered(503, "upstream connect error")
    clockwork.now_ms += MINUTE
    for _ in range(3):
        clockwork.run()
        clockwork.now_ms += MINUTE
    facts = status(clockwork)
    assert moment(facts["trouble"]["since"]) == START_MS + MINUTE
    assert facts["trouble"]["what"] == "127.0.0.1 has a problem (503)."
    assert moment(facts["last_success"]) == START_MS
    clockwork.home.fake_spotify.overrule = lambda asked: None
    clockwork.run()
    assert status(clockwork)["trouble"] is None


def test_a_problem_comes_with_how_to_fix_it(clockwork: Clockwork) -> None:
    clockwork.home.token.unlink()
    clockwork.run()
    fix = status(clockwork)["trouble"]["fix"]
    assert fix == f"Run: {command(Command.BOOTSTRAP, clockwork.home.credentials)}"
    assert row(clockwork, "problem").startswith(f"There is no saved token ({clockwork.home.token}). {fix} (since ")


def test_the_name_of_a_file_does_not_control_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[2Jb" / "credentials.env"
    path.parent.mkdir()
    path.write_text("SPOTIFY_CLIENT_ID=abc\n")
    out = StringIO()
    assert show(path, {}, datetime.now(UTC), out, as_json=False) == 0
    assert "a\ufffd[2Jb/history.log" in out.getvalue()
    assert "\x1b" not in out.getvalue()


def test_the_first_good_run_after_a_problem_is_recorded_at_once(clockwork: Clockwork) -> None:
    clockwork.run()
    clockwork.home.fake_spotify.overrule = lambda asked: Answered(503)
    clockwork.now_ms += MINUTE
    clockwork.run()
    clockwork.home.fake_spotify.overrule = lambda asked: None
    clockwork.now_ms += MINUTE
    clockwork.run()
    facts = status(clockwork)
    assert moment(facts["last_success"]) == clockwork.now_ms
    assert facts["trouble"] is None


def test_bootstrap_ends_the_problems_that_it_fixes(home: Home) -> None:
    env = home.credentials.read_bytes()
    home.credentials.unlink()
    assert home.job().returncode == 78
    home.credentials.write_bytes(env)
    home.credentials.chmod(0o600)
    assert bootstrap_here(home, consent).status == 0
    assert json.loads(home.job("--status", "--json").stdout)["trouble"] is None
    done = home.job()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_plays_are_counted_today_and_in_every_part_of_the_history(clockwork: Clockwork) -> None:
    assert (status(clockwork)["plays_today"], status(clockwork)["plays_total"]) == (0, 0)
    clockwork.run()
    line = clockwork.home.log.read_text()
    old = line.replace("2026-", "2025-")
    clockwork.home.log.with_name("history.log.1").write_text(f"# older\n{old}{old.replace('2025-', '2024-')}")
    clockwork.home.log.with_name("history.log.bak").write_text(old * 2)
    facts = status(clockwork)
    assert (facts["plays_today"], facts["plays_total"]) == (1, 3)
    assert row(clockwork, "plays") == "1 today, 3 in total"
    clockwork.home.log.unlink()
    assert status(clockwork)["last_play"]["started_at"].startswith("2025-"), "right after the log was rotated"


@pytest.mark.parametrize(
    ("started_at", "is_last"),
    [
        ("2026-10-25T02:30:00+01:00", True), ("2026-10-25T02:59:00+02:00", False), ("2027-10-25T02:59:00+02:00", False),
        ("zzz", False), ("2026-10-25T02:59:00", False),
    ],
    ids=["after the clocks went back", "before they did", "a wrong clock", "no time", "no offset"],
)  # fmt: skip
def test_the_last_play_is_the_last_that_was_played(clockwork: Clockwork, started_at: str, is_last: bool) -> None:
    rest = "\tBand\t{}\tAlbum\t4:08\tspotify:track:1\n"
    lines = [("2026-10-25T02:10:00+01:00", "Known"), (started_at, "Other")]
    clockwork.home.log.write_text("".join(at + rest.format(title) for at, title in lines))
    clockwork.now_ms = moment("2026-10-25T04:00:00+01:00")
    assert status(clockwork)["last_play"]["title"] == ("Other" if is_last else "Known")


def test_json_shows_names_as_they_are_written(home: Home) -> None:
    home.authorize()
    home.fake_spotify.player = Showing(track("Hoppípolla", ["Sigur Rós"], "Takk…", 240_000))
    home.job()
    told = home.job("--status", "--json").stdout
    assert '"artists": "Sigur Rós"' in told
    in_latin = home.job("--status", "--json", env={"PYTHONIOENCODING": "iso-8859-15"}).stdout
    assert json.loads(in_latin) == json.loads(told)


def row(clockwork: Clockwork, name: str) -> str:
    """That row for a person."""
    out, now = StringIO(), datetime.fromtimestamp(clockwork.now_ms / 1000, UTC)
    show(clockwork.home.credentials, {}, now, out, as_json=False)
    (found,) = [line for line in out.getvalue().splitlines() if line.startswith(f"{name} ")]
    return found.removeprefix(name).strip()


def test_a_success_is_never_dated_after_the_trouble_that_goes_on(clockwork: Clockwork) -> None:
    clockwork.home.fake_spotify.overrule = lambda asked: (
        Answered(503) if asked.path.endswith("recently-played") else None
    )
    for _ in range(20):  # longer than a run's memory goes unwritten
        assert clockwork.run().status == 75
        clockwork.now_ms += MINUTE
    facts = status(clockwork)
    assert moment(facts["last_success"]) <= moment(facts["trouble"]["since"])


def test_a_token_from_the_end_of_the_calendar_stops_neither_status_nor_job(clockwork: Clockwork) -> None:
    clockwork.home.token.write_text(clockwork.home.token.read_text().replace("2026-", "9999-"))
    assert status(clockwork)["authorization_expires"].startswith("9999-05-")
    assert clockwork.run().status == 0


def test_a_pause_is_told_until_it_is_over(clockwork: Clockwork) -> None:
    clockwork.home.fake_spotify.overrule = lambda asked: Answered(429, "", {"Retry-After": "600"})
    clockwork.run()
    assert moment(status(clockwork)["cooldown_until"]) == START_MS + 600_000
    clockwork.now_ms += 600_000
    assert status(clockwork)["cooldown_until"] is None


def test_a_pause_that_the_job_ignores_is_not_told(clockwork: Clockwork) -> None:
    run_state.save(clockwork.home.state, run_state.State(paused_until_ms=START_MS + 400 * 24 * 60 * MINUTE))
    assert status(clockwork)["cooldown_until"] is None
    assert clockwork.run().status == 0


def test_without_token_and_log_it_says_what_is_missing(clockwork: Clockwork) -> None:
    clockwork.home.token.unlink()
    facts = status(clockwork)
    assert facts["token_problem"].startswith(f"There is no saved token ({clockwork.home.token}). Run: ")
    assert facts["last_play"] is facts["last_success"] is facts["authorization_expires"] is None
    assert row(clockwork, "authorization") == "none yet"
    assert row(clockwork, "problem") == facts["token_problem"]
    clockwork.run()
    assert facts["token_problem"].startswith(status(clockwork)["trouble"]["what"])


def test_a_rejected_token_still_tells_its_dates(clockwork: Clockwork) -> None:
    clockwork.home.fake_spotify.revoke()
    clockwork.run()
    facts = status(clockwork)
    assert facts["token_problem"].startswith("Spotify has refused the saved token since ")
    assert facts["authorization_expires"] is not None
    assert row(clockwork, "authorization") == "none that works"
    assert row(clockwork, "problem").startswith(facts["token_problem"])


def test_broken_settings_leave_what_is_known_of_the_trouble(clockwork: Clockwork) -> None:
    clockwork.home.write_credentials(SPOTIFY_REDIRECT_URI="nonsense")
    clockwork.run()
    facts = status(clockwork, 78)
    assert "SPOTIFY_REDIRECT_URI" in facts["problem"]
    assert "SPOTIFY_REDIRECT_URI" in facts["trouble"]["what"]
    assert facts["history_log"] is None


def test_missing_credentials_and_a_missing_folder_are_told(clockwork: Clockwork) -> None:
    clockwork.home.credentials.unlink()
    assert status(clockwork, 78)["problem"].startswith(f"There is no {clockwork.home.credentials}. Run: cp ")
    shutil.rmtree(clockwork.home.folder)
    assert status(clockwork, 78)["problem"].startswith(f"There is no {clockwork.home.credentials}.")


@pytest.mark.parametrize("name", ["state", "token", "log", "lock"])
@pytest.mark.parametrize("content", [b"", b"\0" * 99, b"{}", b"[" * 99_999, b'{"since_ms": 99e99}\n1'])
def test_a_damaged_file_costs_only_what_it_held(clockwork: Clockwork, name: str, content: bytes) -> None:
    clockwork.run()
    home = clockwork.home
    damaged = {"state": home.state, "token": home.token, "log": home.log, "lock": Path(f"{home.credentials}.lock")}
    damaged[name].write_bytes(content)
    facts = status(clockwork)
    known = {"state": "last_success", "token": "authorized_at", "log": "last_play"}
    assert {name for name, fact in known.items() if facts[fact] is None} == {name} - {"lock"}


def test_a_log_that_cannot_be_read_is_a_problem_among_the_facts(clockwork: Clockwork) -> None:
    clockwork.home.log.with_name("history.log.1.gz").write_text("not packed at all")
    facts = status(clockwork, 74)
    assert facts["problem"].startswith(f"Can't read {clockwork.home.log}.1.gz: ")
    assert facts["authorization_expires"] is not None


@pytest.mark.parametrize(
    ("minutes", "ago"),
    [
        (0, "(0 min ago; noted every 15 min while nothing is new)"),
        (19, "(19 min ago; noted every 15 min while nothing is new)"), (20, "(20 min ago)"),
        (119, "(119 min ago)"), (120, "(2 hours ago)"), (47 * 60, "(47 hours ago)"), (48 * 60, "(2 days ago)"),
    ],
)  # fmt: skip
def test_the_age_of_the_last_good_run_is_in_everyday_words(clockwork: Clockwork, minutes: int, ago: str) -> None:
    clockwork.run()
    now, prose = datetime.fromtimestamp((clockwork.now_ms + minutes * MINUTE) / 1000, UTC), StringIO()
    assert show(clockwork.home.credentials, {}, now, prose, as_json=False) == 0
    assert prose.getvalue().splitlines()[0].endswith(ago)


def test_for_a_person_the_script_tells_it_in_lines(home: Home) -> None:
    home.authorize()
    for path in (home.credentials, home.token):
        path.chmod(0o644)
    done = home.job("--status")
    assert (done.returncode, done.stderr) == (0, "")
    rows = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    assert rows["problem"] == "none"
    assert rows["plays"] == "0 today, 0 in total"
    assert rows["authorization"].startswith("ends ")
    assert rows["history"] == str(home.log)
    assert rows["warning"] == f"others can read files of yours; run: chmod 600 {home.credentials} {home.token}"
    assert not home.state.exists()
    assert json.loads(home.job("--status", "--json").stdout)["token_file"] == str(home.token)
