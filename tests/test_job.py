"""nowplaying_job.py: what cron's minute-by-minute runs make of what is played."""

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest

from lib.disk import token_store
from lib.fake_spotify.listener import Json, Listener, episode, local_file, track
from lib.fake_spotify.loopback import Answered
from lib.runner import Report
from lib.status import show
from tests.support.clockwork import START_MS, Clockwork, Showing, clockwork_in
from tests.support.home import CRON, ROOT, Home, consent
from tests.support.person import bootstrap_script, minding_permissions
from tests.support.times import MINUTE

SONG = track("Weird Fishes/ Arpeggi", ["Radiohead"], "In Rainbows", 318_187)
DUET = track("Under Pressure", ["Queen", "David Bowie"], "Hot Space", 248_440)
PODCAST = episode("How a Bell Is Tuned", "Long Wave", 41 * MINUTE)
TAPE = local_file("Demo tape", "My old band", 187)


@pytest.fixture
def clockwork(tmp_path: Path) -> Iterator[Clockwork]:
    with clockwork_in(tmp_path) as one:
        yield one


# Bootstrap, then cron


def by_the_listener(url: str) -> str:
    return str(httpx.get(consent(url), trust_env=False, verify=False).text and "")


@pytest.mark.parametrize(
    ("answer", "secret"),
    [(by_the_listener, True), (consent, False)],
    ids=["listener", "PKCE"],
)
def test_after_any_bootstrap_ten_polls_in_crons_environment_write_each_play_once(
    home: Home, answer: Any, secret: bool, worker_port: int
) -> None:
    if not secret:
        home.fake_spotify.client_secret = ""
    uri = f"http://127.0.0.1:{worker_port}/callback"
    home.fake_spotify.redirect_uris = (uri,)
    home.write_credentials(SPOTIFY_REDIRECT_URI=uri)
    told = bootstrap_script(home, answer)
    assert (told.status, told.err) == (0, "")

    player = home.fake_spotify.player = Showing()
    for item, polls in ((None, 1), (SONG, 3), (PODCAST, 2), (None, 1), (TAPE, 2), (DUET, 1)):
        player.item = item
        for _ in range(polls):
            done = home.job()
            assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert home.titles() == ["Weird Fishes/ Arpeggi", "How a Bell Is Tuned", "Demo tape", "Under Pressure"]


@pytest.fixture
def worker_port() -> int:
    """A port of this worker's own."""
    return 18_000 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


# What a line says


@pytest.mark.parametrize(
    ("item", "columns"),
    [
        (SONG, ["Radiohead", "Weird Fishes/ Arpeggi", "In Rainbows", "5:18", SONG["uri"]]),
        (DUET, ["Queen, David Bowie", "Under Pressure", "Hot Space", "4:08", DUET["uri"]]),
        (PODCAST, ["Long Wave", "How a Bell Is Tuned", "", "41:00", PODCAST["uri"]]),
        (TAPE, ["My old band", "Demo tape", "", "3:07", "spotify:local:My+old+band::Demo+tape:187"]),
        (episode("Loomings", "Moby-Dick", 5_025_000), ["Moby-Dick", "Loomings", "", "1:23:45", None]),
        (
            {"type": "chapter", "uri": "spotify:episode:1", "name": "Loomings", "audiobook": {"name": "Moby-Dick"}},
            ["Moby-Dick", "Loomings", "", "", "spotify:episode:1"],
        ),
        (track("", ["", "Band"], "", 59_999), ["Band", "", "", "0:59", None]),
    ],
    ids=["track", "two artists", "podcast", "local file", "audiobook chapter", "chapter with audiobook", "empty names"],
)
def test_each_kind_of_play_has_its_line(clockwork: Clockwork, item: Json, columns: list[str | None]) -> None:
    clockwork.home.fake_spotify.player = Showing(item, progress_ms=5_500)
    clockwork.run()
    (line,) = clockwork.home.lines()
    assert line[1:] == [found if wanted is None else wanted for wanted, found in zip(columns, line[1:], strict=True)]
    began = datetime.fromisoformat(line[0])
    assert began.timestamp() == (START_MS - 5_500) // 1000
    assert began.utcoffset() is not None
    assert began.microsecond == 0


def test_started_at_is_local_time_with_its_offset(home: Home) -> None:
    home.authorize()
    home.fake_spotify.player = Showing(SONG)
    assert home.job(env={"TZ": "Asia/Kolkata"}).returncode == 0
    ((started_at, *_),) = home.lines()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+05:30", started_at)


@pytest.mark.parametrize(
    "answered",
    [
        Answered(204),
        Answered(200, {"item": None, "currently_playing_type": "ad", "is_playing": True, "timestamp": START_MS}),
        Answered(200, {"item": SONG, "currently_playing_type": "ad", "is_playing": True, "progress_ms": 5000}),
        Answered(200, {"item": None, "currently_playing_type": "unknown", "is_playing": True}),
        Answered(200, {"item": SONG, "currently_playing_type": "unknown", "is_playing": True, "progress_ms": 5000}),
        Answered(200, {"item": None, "currently_playing_type": "episode", "is_playing": True, "progress_ms": 5000}),
        Answered(200, {"item": None, "currently_playing_type": "track", "is_playing": True, "timestamp": 0}),
        Answered(200, {"item": None}),
        Answered(200, {"item": {}}),
        Answered(200, {"is_playing": False, "progress_ms": None}),
        Answered(200, {"item": SONG, "currently_playing_type": "track", "is_playing": False, "progress_ms": 5000}),
    ],
    ids=[
        "204",
        "ad",
        "named ad",
        "unknown",
        "named unknown",
        "null episode",
        "idle",
        "null item",
        "empty item",
        "no item",
        "paused",
    ],
)
def test_what_is_no_play_gets_no_line(clockwork: Clockwork, answered: Answered) -> None:
    clockwork.home.fake_spotify.overrule = lambda asked: answered if asked.path.endswith("currently-playing") else None
    for _ in range(3):
        report = clockwork.run()
        assert report == Report(0, (), ())
        clockwork.now_ms += MINUTE
    assert clockwork.home.lines() == []


# One line per play


def titles(clockwork: Clockwork) -> list[str]:
    return [str(line[2]) for line in clockwork.live().home.lines()]


def test_three_polls_within_one_track_are_one_line(clockwork: Clockwork) -> None:
    clockwork.listener.quiet(20_000).begin(SONG).listen()
    assert titles(clockwork) == ["Weird Fishes/ Arpeggi"]


def test_a_pause_goes_on_in_the_same_line(clockwork: Clockwork) -> None:
    clockwork.listener.begin(SONG).listen(100_000).pause(7 * MINUTE).listen()
    assert titles(clockwork) == ["Weird Fishes/ Arpeggi"]


@pytest.mark.parametrize("to_ms", [10_000, 290_000])
def test_seeking_stays_in_the_same_line(clockwork: Clockwork, to_ms: int) -> None:
    clockwork.listener.quiet(20_000).begin(SONG).listen(150_000).seek(to_ms).listen()
    assert titles(clockwork) == ["Weird Fishes/ Arpeggi"]


def test_a_repeat_is_a_line_of_its_own(clockwork: Clockwork) -> None:
    clockwork.listener.quiet(20_000).begin(SONG).listen().begin(SONG).listen()
    assert titles(clockwork) == ["Weird Fishes/ Arpeggi"] * 2
    first, second = (datetime.fromisoformat(line[0]) for line in clockwork.home.lines())
    assert abs((second - first).total_seconds() - 318) <= 1


def test_an_ad_between_two_tracks_leaves_both_whole(clockwork: Clockwork) -> None:
    clockwork.listener.quiet(20_000).begin(SONG).listen().ad(70_000).begin(DUET).listen()
    assert titles(clockwork) == ["Weird Fishes/ Arpeggi", "Under Pressure"]


def test_what_was_played_while_the_machine_slept_is_fetched(clockwork: Clockwork) -> None:
    clockwork.listener.begin(SONG).listen().begin(DUET).listen().quiet(0)
    clockwork.now_ms = clockwork.listener.at_ms + 2 * 3_600_000
    clockwork.run()
    assert clockwork.home.titles() == ["Weird Fishes/ Arpeggi", "Under Pressure"]


# By hand


def test_at_a_terminal_one_line_says_what_was_seen_and_done(home: Home) -> None:
    home.authorize()
    home.fake_spotify.player = Showing(DUET)
    said = [at_a_terminal(home) for _ in range(2)]
    assert re.fullmatch(
        r"Playing: Queen, David Bowie – Under Pressure; logged: \S+  Queen, David Bowie  Under Pressure .*\r\n", said[0]
    )
    assert said[1] == "Playing: Queen, David Bowie – Under Pressure; nothing new to log.\r\n"


def at_a_terminal(home: Home) -> str:
    terminal, theirs = pty.openpty()
    command = [sys.executable, str(ROOT / "nowplaying_job.py"), "--credentials", str(home.credentials)]
    done = subprocess.run(command, stdin=theirs, stdout=theirs, stderr=theirs, env=CRON, cwd="/", check=True)
    os.close(theirs)
    said = os.read(terminal, 65_536).decode()
    os.close(terminal)
    assert done.returncode == 0
    return said


def test_verbose_gives_the_reasons_too(home: Home) -> None:
    home.authorize()
    home.fake_spotify.player = Showing(DUET)
    done = home.job("--verbose")
    assert (done.returncode, done.stderr) == (0, "")
    reason, last = done.stdout.splitlines()
    assert reason == "Under Pressure: it wasn't there before."
    assert last.startswith("Playing: Queen, David Bowie – Under Pressure; logged: ")


def test_a_run_by_hand_that_finds_nothing_new_says_what_it_saw(clockwork: Clockwork) -> None:
    assert clockwork.run(verbose=True) == Report(0, (), ("Nothing is playing; nothing new to log.",))


def test_a_track_named_like_a_placeholder_is_shown_by_its_name(clockwork: Clockwork) -> None:
    clockwork.home.fake_spotify.player = Showing(track("{bootstrap} {status}", ["{path}"], "Album", 240_000))
    reason, last = clockwork.run(verbose=True).out
    assert reason == "{bootstrap} {status}: it wasn't there before."
    (line,) = clockwork.home.lines()
    assert last == "Playing: {path} – {bootstrap} {status}; logged: " + "  ".join(line)


def test_of_several_plays_the_last_is_shown_and_each_has_its_reason(clockwork: Clockwork) -> None:
    for number in range(9):
        clockwork.listener.begin(track(f"Song {number}", ["Band"], "Album", 4 * MINUTE)).listen()
    clockwork.listener.quiet(0)
    clockwork.now_ms = clockwork.listener.at_ms + MINUTE
    *reasons, last = clockwork.run(verbose=True).out
    assert reasons == [f"Song {number}: it was played, and has no line yet." for number in range(9)]
    assert last == "Nothing is playing; logged 9 plays, the last one: " + "  ".join(clockwork.home.lines()[-1])


@pytest.mark.parametrize("mark", ["\u200f", "\u061c", "\u05d0"], ids=["U+200F", "U+061C", "alef"])
def test_a_right_to_left_name_does_not_reorder_the_sentence_around_it(clockwork: Clockwork, mark: str) -> None:
    home, out = clockwork.home, StringIO()
    home.fake_spotify.player = Showing(track(f"Song{mark} 12", [f"{mark} Band"], "Album", 240_000))
    *_, last = clockwork.run(verbose=True).out
    assert last.startswith(f"Playing: \u2068{mark} Band\u2069 – \u2068Song{mark} 12\u2069; logged: ")
    assert last.count("\u2068") == last.count("\u2069") == 4
    assert home.titles() == [f"Song{mark} 12"], "the log has the name as it is"
    show(home.credentials, {}, datetime.now(UTC), out, as_json=False)
    (row,) = [line for line in out.getvalue().splitlines() if line.startswith("last play")]
    assert row.endswith(f"  \u2068{mark} Band\u2069  \u2068Song{mark} 12\u2069")


def test_lines_in_a_file_begin_with_the_time_but_mail_does_not(home: Home) -> None:
    file = home.folder / "job.out"
    done = home.script("nowplaying_job.py", "--verbose", prefix=["/bin/sh", "-c", f'exec "$@" >>{file} 2>&1', "sh"])
    assert done.returncode == 77
    stamp, _, line = file.read_text().partition(" ")
    assert datetime.fromisoformat(stamp).utcoffset() is not None
    assert home.job("--verbose").stderr == line
    assert line.startswith("There is no saved token")


@pytest.mark.parametrize("command", ["nowplaying_job.py --demo", "nowplaying_job.py --status", "bootstrap_token.py"])
def test_an_output_that_takes_nothing_ends_it_with_a_line(home: Home, command: str) -> None:
    script, *options = command.split()
    done = home.script(script, *options, prefix=["/bin/sh", "-c", 'exec "$@" >/dev/full', "sh"])
    assert done.returncode == 74
    assert done.stderr.startswith("Can't go on: [Errno 28] No space left on device.")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("shell", "status"), [('"$@" >/dev/full 2>&1; echo $?', "74"), ('{ "$@"; echo $? >&2; } | exec true', "141")]
)
@pytest.mark.parametrize("option", ["--status", "--verbose"])
def test_the_exit_status_tells_of_an_output_that_is_gone(home: Home, shell: str, status: str, option: str) -> None:
    home.authorize()
    done = home.script("nowplaying_job.py", option, prefix=["/bin/sh", "-c", shell, "sh"])
    assert (done.stdout + done.stderr).split() == [status]


@pytest.mark.slow
@pytest.mark.parametrize("script", ["nowplaying_job.py", "bootstrap_token.py"])
def test_a_working_folder_that_is_gone_ends_it_with_a_line(tmp_path: Path, script: str) -> None:
    shell = f'mkdir {tmp_path}/gone && cd {tmp_path}/gone && rmdir {tmp_path}/gone && exec "$@"'
    command = ["/bin/sh", "-c", shell, "sh", sys.executable, str(ROOT / script), "--credentials", "credentials.env"]
    done = subprocess.run(command, env=CRON, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (74, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("Can't go on: [Errno 2] No such file or directory")


@pytest.mark.parametrize("option", ["--verbos", "--unknown", "history.log"])
def test_wrong_usage_is_told_at_once(home: Home, option: str) -> None:
    done = home.job(option)
    assert done.returncode == 2
    assert "usage:" in done.stderr


def test_a_closed_terminal_stops_nothing(home: Home) -> None:
    home.authorize()
    home.fake_spotify.player = Showing(DUET)
    done = home.script("nowplaying_job.py", prefix=["/bin/sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh"])
    assert done.returncode == 0
    assert home.titles() == ["Under Pressure"]


# A token that is no use


def token_file(home: Home, content: bytes | None) -> None:
    if content is None:
        home.token.unlink()
    else:
        home.token.write_bytes(content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "There is no saved token"),
        (b"", "damaged"),
        (b'{"refresh_token": "AQ', "damaged"),
        (b"refresh_token=AQ", "damaged"),
        (b"\xff\xfe\x00", "damaged"),
        (b"null", "damaged"),
        (b'["AQ"]', "damaged"),
        (b"{}", "damaged"),
        (b'{"refresh_token": null}', "damaged"),
        (b'{"refresh_token": ""}', "damaged"),
        (b'{"refresh_token": "AQ\\ud800", "client_id": "5fe01282e44241328a84e7c5cc169165"}', "damaged"),
        (
            b'{"refresh_token": "AQ", "client_id": "5fe01282e44241328a84e7c5cc169165", "authorized_at": "soon"}',
            "damaged",
        ),
        (b"[" * 100_000, "damaged"),
        (b'{"refresh_token": "AQ", "client_id": "another"}', "is for another app than SPOTIFY_CLIENT_ID"),
        (b'{"refresh_token": "AQ"}', "is for another app than SPOTIFY_CLIENT_ID"),
    ],
    ids=lambda value: (value or b"missing")[:40].decode("latin-1") if not isinstance(value, str) else "",
)
def test_a_token_file_that_is_no_use_says_so_once_and_stays(
    clockwork: Clockwork, content: bytes | None, said: str
) -> None:
    home = clockwork.home
    token_file(home, content)
    report = clockwork.run()
    assert report.status == 77
    assert report.out == ()
    (line,) = report.err
    assert said in line
    assert f"bootstrap_token.py --credentials {home.credentials}" in line
    assert (home.token.read_bytes() if home.token.exists() else None) == content
    clockwork.now_ms += MINUTE
    assert clockwork.run() == Report(77, (), ()), "the same trouble is spoken of once a day"
    assert home.fake_spotify.requests == []


@pytest.mark.parametrize("key", ["HISTORY_LOG", "TOKEN_FILE", "STATE_FILE"])
@pytest.mark.parametrize("odd", ["pipe", "/dev/null"])
def test_a_pipe_or_a_device_is_neither_waited_for_nor_replaced(clockwork: Clockwork, key: str, odd: str) -> None:
    home = clockwork.home
    os.mkfifo(home.folder / "pipe")
    home.write_credentials(**{key: odd})
    problem = f"{home.folder / odd} isn't a regular file. Name another file in {home.credentials}."
    assert clockwork.run() == Report(74, (problem,), ())
    assert Path("/dev/null").is_char_device()


def test_the_targets_of_links_are_updated_and_the_links_stay(clockwork: Clockwork) -> None:
    home = clockwork.home
    home.fake_spotify.rotates = True
    (home.folder / "real").mkdir()
    home.token.rename(home.folder / "real" / "token.json")
    for file in (home.token, home.state, home.log):
        file.symlink_to(home.folder / "real" / file.name)
    home.fake_spotify.player = Showing(DUET)
    for _ in range(2):
        assert clockwork.run() == Report(0, (), ())
    assert all(file.is_symlink() for file in (home.token, home.state, home.log))
    assert sorted(file.name for file in (home.folder / "real").iterdir()) == ["history.log", "state.json", "token.json"]
    assert home.titles() == ["Under Pressure"]


def test_a_path_that_the_system_refuses_is_a_matter_of_the_disk(home: Home) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "nowplaying_job.py"), "--credentials", str(home.folder / ("x" * 300))],
        env=CRON, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 74
    assert "File name too long" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_credentials_that_link_to_nothing_are_named(clockwork: Clockwork) -> None:
    path = clockwork.home.credentials
    path.rename(path.with_name("elsewhere.env"))
    path.symlink_to("nowhere.env")
    assert clockwork.run() == Report(78, (f"{path} is a link to a file that can't be found. See: ls -l {path}",), ())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_token_file_of_another_user_is_not_trusted(home: Home) -> None:
    home.authorize()
    os.chown(home.token, 65_533, 65_533)
    done = home.job()
    assert (done.returncode, done.stdout) == (77, "")
    assert "can't be trusted: it belongs to another user." in done.stderr
    assert f"chown {os.geteuid()} {home.token}" in done.stderr
    assert home.fake_spotify.requests == []


@pytest.mark.parametrize("how", ["revoked", "expired"])
def test_a_token_that_spotify_refused_is_kept_and_not_used_again(clockwork: Clockwork, how: str) -> None:
    home = clockwork.home
    (refresh_token,) = home.fake_spotify.refresh_tokens
    if how == "revoked":
        home.fake_spotify.revoke()
    else:
        clockwork.now_ms += 184 * 24 * 3_600_000
    report = clockwork.run()
    assert report.status == 77
    assert "bootstrap_token.py" in report.err[0]
    assert json.loads(home.token.read_text())["refresh_token"] == refresh_token
    asked = len(home.fake_spotify.requests)
    for _ in range(3):
        clockwork.now_ms += MINUTE
        assert clockwork.run() == Report(77, (), ())
    assert len(home.fake_spotify.requests) == asked


# What a renewed token is good for


CURRENT, RECENT = "user-read-currently-playing", "user-read-recently-played"


@pytest.mark.parametrize(
    ("saved", "renewed", "asks"),
    [(f"{CURRENT} {RECENT}", CURRENT, False), (CURRENT, f"{CURRENT} {RECENT}", True), (CURRENT, None, False),
     (f"{CURRENT} {RECENT}", None, True), ("", None, True)],
    ids=["a scope was taken back", "a scope was added", "as saved: one", "as saved: both", "nobody knows"],
)  # fmt: skip
def test_a_run_asks_for_what_the_renewed_token_allows(
    clockwork: Clockwork, saved: str, renewed: str | None, asks: bool
) -> None:
    refresh_token, access_token = clockwork.home.authorize(scope=saved), "BQ" + "x" * 100
    clockwork.home.fake_spotify.access_tokens[access_token] = (f"{CURRENT} {RECENT}", START_MS + 3_600_000)
    fields = {"access_token": access_token, "token_type": "Bearer", "refresh_token": f"{refresh_token}-next"}
    answered = Answered(200, fields | ({} if renewed is None else {"scope": renewed}))
    clockwork.home.fake_spotify.overrule = lambda asked: answered if asked.path == "/api/token" else None
    assert clockwork.run().status == 0
    assert asks is any(request.path.endswith("recently-played") for request in clockwork.home.fake_spotify.requests)
    kept = token_store.peek(clockwork.home.token)
    assert (kept.refresh_token.reveal(), kept.scope) == (f"{refresh_token}-next", saved if renewed is None else renewed)
    assert kept.rotates


def test_a_refresh_token_that_comes_again_changes_nothing(clockwork: Clockwork) -> None:
    before = clockwork.home.token.read_bytes()
    fields = {"access_token": "BQ", "refresh_token": json.loads(before)["refresh_token"]}
    clockwork.home.fake_spotify.overrule = lambda asked: Answered(200, fields) if asked.path == "/api/token" else None
    clockwork.run()
    assert clockwork.home.token.read_bytes() == before


def test_a_new_refresh_token_is_kept_though_no_access_token_comes_with_it(clockwork: Clockwork) -> None:
    answered = Answered(200, {"token_type": "Bearer", "refresh_token": "AQ" + "y" * 100})
    clockwork.home.fake_spotify.overrule = lambda asked: answered
    report = clockwork.run(verbose=True)
    assert report.status == 76
    assert report.err[0].startswith("Spotify's answer to the refresh has no access token. If it lasts")
    assert token_store.peek(clockwork.home.token).refresh_token.reveal() == "AQ" + "y" * 100


def test_a_lost_state_writes_no_line_again(clockwork: Clockwork) -> None:
    clockwork.home.fake_spotify.player = Showing(SONG)
    for _ in range(3):
        clockwork.run()
        clockwork.now_ms += MINUTE
        clockwork.home.state.unlink()
    assert clockwork.home.titles() == [SONG["name"]]


# Words that can't be said


def test_what_nobody_expected_is_reported_as_a_bug(clockwork: Clockwork) -> None:
    clockwork.home.fake_spotify.overrule = lambda asked: Answered(1 // 0)
    report = clockwork.run()
    assert report.status == 70
    assert "ZeroDivisionError" in report.err[0]


def test_what_could_not_be_printed_counts_as_never_said(clockwork: Clockwork) -> None:
    printed: list[Report] = []

    def say(report: Report) -> None:
        printed.append(report)
        raise OSError

    clockwork.home.token.unlink()
    report = clockwork.run(say=say)
    assert (report.status, printed[0].status) == (74, 77)
    assert clockwork.run() == printed[0], "said by the next run"
    assert clockwork.run() == Report(77, (), ())


def test_what_could_not_be_said_is_said_by_the_next_run(home: Home) -> None:
    command = [sys.executable, str(ROOT / "nowplaying_job.py"), "--credentials", str(home.credentials)]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, env=CRON, stdout=full, stderr=full, check=False)
    assert done.returncode == 74
    again = home.job()
    assert (again.returncode, len(again.stderr.splitlines())) == (77, 1)
    assert home.job().stderr == ""


@pytest.mark.parametrize("script", ["nowplaying_job.py", "bootstrap_token.py"])
def test_credentials_that_are_a_folder_are_a_slip(home: Home, script: str) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / script), "--credentials", str(home.folder)],
        env=CRON, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, len(done.stderr.splitlines())) == (78, 1)
    assert done.stderr.endswith(" is a folder. Name the file itself: --credentials FILE\n")


@pytest.mark.slow
@pytest.mark.parametrize("script", ["nowplaying_job.py", "bootstrap_token.py"])
def test_a_python_without_the_packages_names_the_one_that_has_them(script: str) -> None:
    done = subprocess.run(
        [sys.executable, "-S", str(ROOT / script)], env=CRON, capture_output=True, text=True, check=False
    )
    assert done.returncode == 78
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"python-dotenv is not installed for {sys.executable}.")
    assert line.endswith(f"run: {ROOT}/.venv/bin/python {ROOT / script}")


@pytest.mark.slow
@pytest.mark.parametrize("script", ["nowplaying_job.py", "bootstrap_token.py"])
def test_a_python_that_is_too_old_is_told_so(script: str) -> None:
    older = "import runpy, sys; sys.version_info = (3, 9, 2, 'final', 0); sys.path.insert(0, sys.argv[1])"
    command = [sys.executable, "-c", f"{older}; runpy.run_path(sys.argv[2])", str(ROOT), str(ROOT / script)]
    done = subprocess.run(command, env=CRON, capture_output=True, text=True, check=False)
    assert done.returncode == 78
    assert done.stderr == f"Python 3.11 or later is needed; {sys.executable} is 3.9.\n"


# A log that can't be written


def test_a_missing_log_folder_comes_with_its_command_and_loses_no_play(home: Home) -> None:
    folder = home.folder / "music" / "logs"
    home.write_credentials(HISTORY_LOG=str(folder / "history.log"))
    home.authorize()
    home.fake_spotify.player = Showing(SONG)
    done = home.job()
    assert (done.returncode, done.stdout) == (74, "")
    assert f"mkdir -p {folder}" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    folder.mkdir(parents=True)
    done = home.job()
    assert done.returncode == 0
    assert "It works again" in done.stdout
    assert (folder / "history.log").read_text().count(SONG["uri"]) == 1


def test_a_read_only_log_folder_loses_no_play(home: Home) -> None:
    folder = home.folder / "logs"
    folder.mkdir(mode=0o500)
    home.write_credentials(HISTORY_LOG=str(folder / "history.log"))
    home.authorize()
    home.fake_spotify.player = Showing(SONG)
    done = home.script("nowplaying_job.py", prefix=minding_permissions())
    assert (done.returncode, done.stdout) == (74, "")
    assert str(folder / "history.log") in done.stderr
    assert len(done.stderr.splitlines()) == 1
    folder.chmod(0o700)
    assert home.script("nowplaying_job.py", prefix=minding_permissions()).returncode == 0
    assert (folder / "history.log").read_text().count(SONG["uri"]) == 1


def test_a_folder_instead_of_the_log_loses_no_play(clockwork: Clockwork) -> None:
    home = clockwork.home
    home.log.mkdir()
    home.fake_spotify.player = Showing(SONG)
    report = clockwork.run()
    assert report.status == 74
    assert str(home.log) in report.err[0]
    home.log.rmdir()
    clockwork.now_ms += MINUTE
    assert clockwork.run().status == 0
    assert home.titles() == [SONG["name"]]


@pytest.mark.parametrize(
    "unended",
    [
        b"# a remark of my own",
        b"2026-01-01T00:00:00+00:00\tBand\tSong\tAlbum\t3:00\tspotify:track:1",
        b"2026-01-01T00:00:00+00:00\tBand\tSo",
        b"2026-01-01T00",
    ],
    ids=["remark", "whole line", "torn line", "torn time"],
)
def test_a_last_line_without_newline_is_ended_never_cut_or_joined(clockwork: Clockwork, unended: bytes) -> None:
    home = clockwork.home
    home.log.write_bytes(b"# first\n" + unended)
    home.fake_spotify.player = Showing(SONG)
    assert clockwork.run().status == 0
    assert home.log.read_bytes().startswith(b"# first\n" + unended + b"\n")
    assert home.lines()[2][2] == SONG["name"]


def test_no_play_leaves_the_log_alone(clockwork: Clockwork) -> None:
    clockwork.home.log.write_bytes(b"# mine, without a newline")
    clockwork.listener.quiet(3 * MINUTE)
    clockwork.live()
    assert clockwork.home.log.read_bytes() == b"# mine, without a newline"


def test_the_working_folder_is_never_written_to(home: Home, tmp_path: Path, listener: Listener) -> None:
    listener.begin(SONG).listen().quiet(0)
    home.authorize()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    command = [
        sys.executable,
        str(ROOT / "nowplaying_job.py"),
        "--credentials",
        os.path.relpath(home.credentials, elsewhere),
    ]
    done = subprocess.run(command, cwd=elsewhere, env=CRON, check=False)
    assert done.returncode == 0
    assert list(elsewhere.iterdir()) == []
    assert home.titles() == [SONG["name"]]
