"""README keeps its word: its commands, its transcripts, its drawing and its tables are those of the program."""

import io
import json
import re
import socket
import sys
from urllib.parse import urlencode

import pytest

from lib import errors
from lib.demo import demo
from lib.disk import history_log
from lib.fake_spotify.listener import Listener, track
from tests.support.home import ROOT, Home, consent
from tests.support.readme import README, block

PLACE = "/home/me/spotify-history"
VENV = "python3 -m venv .venv && .venv/bin/pip install -q -r"
SEE = f"{VENV} requirements.txt && .venv/bin/python nowplaying_job.py --demo"
TEST = f"{VENV} requirements-dev.txt && .venv/bin/python -m pytest"
SAMPLE = """\
2026-11-22T21:03:12+01:00\tRadiohead\tWeird Fishes/ Arpeggi\tIn Rainbows\t5:18\tspotify:track:4wajJ1o7jWIg62YqpkHC7S
2026-11-22T21:08:30+01:00\tRadiohead\tWeird Fishes/ Arpeggi\tIn Rainbows\t5:18\tspotify:track:4wajJ1o7jWIg62YqpkHC7S
# a note of the user's own
2026-11-23T08:00:00+01:00\tLong "Wave"\tHow a Bell Is Tuned\t\t1:02:03\tspotify:episode:6kAsbP8pxwaU2kPibKTuHE
"""


def section(heading: str) -> str:
    """The text between this heading and the next."""
    return re.split(r"^#+ ", README.partition(f"# {heading}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


def first_cells(heading: str) -> list[str]:
    """The first column of the section's table, without its title and its backticks."""
    rows = re.findall(r"^\| *(.*?) *\|", section(heading), re.MULTILINE)
    return [cell.strip("`") for cell in rows[2:]]  # after the titles and the rule below them


def modules() -> set[str]:
    """The modules of lib/ by the names that the map gives them."""
    paths = (path for path in (ROOT / "lib").rglob("*.py") if path.name != "__init__.py")
    return {path.relative_to(ROOT / "lib").with_suffix("").as_posix() for path in paths}


def test_there_are_two_set_up_commands_each_alone_on_its_line() -> None:
    lines = [line for line in README.splitlines() if "-m venv .venv &&" in line]
    assert lines == [SEE, TEST]
    assert f"```sh\n{SEE}\n```" in README
    assert f"```sh\n{TEST}\n```" in README


def test_the_map_names_every_module_of_lib_and_no_other() -> None:
    assert sorted(first_cells("Map of lib/")) == sorted(modules())


def test_the_exit_statuses_are_those_of_the_errors() -> None:
    classes = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    statuses = {kind.status for kind in classes if issubclass(kind, errors.ProgramError)}
    assert first_cells("Exit statuses") == [str(status) for status in sorted({0, 2} | statuses)]


def test_every_link_and_every_file_that_is_named_exists() -> None:
    headings = re.findall(r"^#+ (.*)$", README, re.MULTILINE)
    anchors = {"#" + re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    linked = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    named = re.findall(r"`((?:lib|tests|\.ci)/[\w./]+|[\w.]+\.(?:py|md|example|toml))`", README)
    assert linked
    assert [name for name in linked + named if name not in anchors and not (ROOT / name).exists()] == []


def test_what_the_program_is_quoted_as_saying_it_says() -> None:
    said = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "lib").rglob("*.py"))
    told = " ".join((section("What it can't do") + section("When something is wrong")).split())
    quoted = re.findall(r"“([^”…]+)”", told)
    assert len(quoted) > 10
    assert [words for words in quoted if words not in said] == []


def test_the_columns_are_those_of_the_log() -> None:
    columns = list(history_log.COLUMNS)
    assert re.findall(r"^\| \d \| (\w+) \|", section("The history"), re.MULTILINE) == columns
    assert re.findall(r"(\w+): \.\[\d\]", block("recipe: jq")) == columns
    assert re.findall(r"names=\[(.*?)\]", README) == [",".join(f"'{name}'" for name in columns)]
    assert [history_log.fields(line) is not None for line in SAMPLE.splitlines()] == [True, True, False, True]


def test_the_demo_prints_what_readme_shows() -> None:
    out = io.StringIO()
    assert demo(out, {}, 80, pace_s=0) == 0

    def undated(text: str) -> str:
        return re.sub(r"(\w+day|until) \d+ \w+ \d{4}", "", text)

    assert undated(out.getvalue()) == undated(block("demo"))


def test_bootstrap_prints_what_readme_shows(home: Home, listener: Listener) -> None:
    with socket.socket() as free:  # another than 8888, which a bootstrap beside this one may have taken
        free.bind(("127.0.0.1", 0))
        redirect = f"http://127.0.0.1:{free.getsockname()[1]}/callback"
    home.fake_spotify.redirect_uris = (redirect,)
    home.write_credentials(SPOTIFY_REDIRECT_URI=redirect)
    listener.quiet(3_500_000).begin(track("Weird Fishes/ Arpeggi", ["Radiohead"], "In Rainbows", 318_187)).listen()
    query = {"response_type": "code", "client_id": home.fake_spotify.client_id, "redirect_uri": redirect, "state": "x"}
    address = consent(f"{home.url}/authorize?{urlencode({**query, 'scope': home.settings.scope})}")
    done = home.bootstrap(re.findall(r"code=([^&]+)", address)[0] + "\n")
    assert (done.returncode, done.stderr) == (0, "")
    shown = as_shown(done.stdout.replace(redirect, "http://127.0.0.1:8888/callback"), home)
    shown = re.sub(r"127\.0\.0\.1%3A\d+", "127.0.0.1%3A8888", shown)
    shown = re.sub(r"(?<=state=).*", "made-up-for-this-page", shown)
    assert undated(shown) == undated(block("bootstrap").partition("\n")[2])


def test_status_prints_what_readme_shows(home: Home, listener: Listener) -> None:
    home.authorize()
    listener.quiet(3_500_000).begin(track("Weird Fishes/ Arpeggi", ["Radiohead"], "In Rainbows", 318_187)).listen()
    assert home.job().returncode == 0
    shown, example = home.job("--status").stdout, block("status").partition("\n")[2]
    assert undated(as_shown(shown, home)) == undated(example)
    shown, example = home.job("--status", "--json").stdout, block("status json").partition("\n")[2]
    told, exemplary = json.loads(as_shown(shown, home)), json.loads(example)
    assert {key: type(value) for key, value in told.items()} == {key: type(value) for key, value in exemplary.items()}
    assert {**told["last_play"], "started_at": ""} == {**exemplary["last_play"], "started_at": ""}
    assert told["history_log"] == exemplary["history_log"]


@pytest.mark.parametrize("name", ["reading", "renewing"])
def test_a_script_of_ones_own_gets_an_access_token(home: Home, listener: Listener, name: str) -> None:
    home.authorize()
    saved = home.token.read_text()
    listener.quiet(3_500_000).begin(track("Song", ["Band"], "Album", 300_000)).listen()
    assert (
        run_example(name, home)["headers"]["Authorization"].removeprefix("Bearer ") in home.fake_spotify.access_tokens
    )
    assert home.token.read_text() == saved
    assert home.job().returncode == 0


def test_a_script_of_ones_own_keeps_the_token_of_a_public_client(home: Home) -> None:
    home.fake_spotify.client_secret = ""
    home.write_credentials()
    home.authorize()
    saved = home.token.read_text()
    run_example("renewing", home)
    assert home.token.read_text() != saved
    assert home.job().returncode == 0


def run_example(name: str, home: Home) -> dict[str, dict[str, str]]:
    """Runs a Python example of README for this home; returns its names."""
    code = block(name).replace(PLACE, str(home.folder))
    names: dict[str, dict[str, str]] = {}
    exec(re.sub(r"https://\w+\.spotify\.com", home.url, code), names)
    return names


def as_shown(text: str, home: Home) -> str:
    """The output with README's place, id and host in the stead of the test's own."""
    job = f"{sys.executable} {ROOT}/nowplaying_job.py --credentials {home.credentials}"
    text = text.replace(job, f"{PLACE}/.venv/bin/python {PLACE}/nowplaying_job.py")
    text = text.replace(str(home.folder), PLACE).replace(home.url, "https://accounts.spotify.com")
    return text.replace(home.fake_spotify.client_id, "0123456789abcdef0123456789abcdef")


def undated(text: str) -> str:
    """The text without dates and numbers of days."""
    return re.sub(r"\d{4}-\d\d-\d\dT\S+|\d+ \w+ \d{4}(, \d\d:\d\d)?|\d+ (?=days)", "…", text)
