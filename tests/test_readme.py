"""What the READMEs show is what the program does: commands, output, tables, and the map of its modules."""

import re
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from lib import errors
from lib.disk import history_log
from lib.status import Status, Trouble
from tests.support.exports import Person, files, log, zipped
from tests.support.home import ROOT, Home
from tests.support.importing import desk
from tests.support.readme import README, RECIPES, block

PLACE = "/home/me/spotify-history"
VENV = "python3 -m venv .venv && .venv/bin/python -m pip install -q -r"
SEE = f"{VENV} requirements.txt && .venv/bin/python nowplaying_job.py --demo"
TEST = f"{VENV} requirements-dev.txt && .venv/bin/python -m pytest"
MAP = (ROOT / "lib/README.md").read_text(encoding="utf-8")
MEASURES = (ROOT / "tests/README.md").read_text(encoding="utf-8")
LINES = 300
"""What a newcomer reads, at most."""


def section(heading: str, text: str = README) -> str:
    """The text between this heading and the next of any level."""
    return re.split(r"^#+ ", text.partition(f"# {heading}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


def modules() -> set[str]:
    """The modules of lib/ by the names that the map gives them."""
    paths = (path for path in (ROOT / "lib").rglob("*.py") if path.name != "__init__.py")
    return {path.relative_to(ROOT / "lib").with_suffix("").as_posix() for path in paths}


def test_there_are_two_set_up_commands_each_alone_on_its_line() -> None:
    lines = [line for line in README.splitlines() if "-m venv .venv &&" in line]
    assert lines == [SEE, TEST]
    assert f"```sh\n{SEE}\n```" in README
    assert f"```sh\n{TEST}\n```" in README


def test_it_is_short_enough_to_be_read() -> None:
    assert len(README.splitlines()) <= LINES


def test_the_map_names_every_module_of_lib_and_no_other() -> None:
    named = re.findall(r"^\| `([a-z_/]+)` \| ", MAP, re.MULTILINE)
    assert sorted(named) == sorted(modules())


def test_the_drawing_has_every_folder_and_every_module_outside_them() -> None:
    drawn = set(re.findall(r"\w+/?", section("Layers", MAP).split("```")[1].removeprefix("text")))
    assert drawn == {name.partition("/")[0] + "/" * ("/" in name) for name in modules()}


def test_the_exit_statuses_are_those_of_the_errors() -> None:
    classes = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    statuses = {kind.status for kind in classes if issubclass(kind, errors.ProgramError)}
    listed = re.findall(r"^\| (\d+) \|", section("Monitoring"), re.MULTILINE)
    assert listed == [str(status) for status in sorted({0, 2} | statuses)]


def test_every_file_of_tests_stands_beside_its_promise() -> None:
    named = re.findall(r"`(test_\w+\.py|plays/)`", section("The promises", MEASURES))
    assert sorted(named) == sorted([path.name for path in (ROOT / "tests").glob("test_*.py")] + ["plays/"])


def test_the_keys_of_the_status_are_those_that_are_promised() -> None:
    promised = section("What's promised", MAP).split("```")[1].removeprefix("text").split()
    trouble = [field.name for field in fields(Trouble)]
    named = [word.strip("(,)") for word in promised]
    assert [name for name in named if name not in trouble] == [field.name for field in fields(Status)]
    assert [name for name in named if name in trouble] == trouble


@pytest.mark.parametrize(
    "name", ["README.md", "lib/examples/recipes.md", "CHANGELOG.md", "lib/README.md", "tests/README.md"]
)
def test_every_link_and_every_file_that_is_named_exists(name: str) -> None:
    text, folder = (ROOT / name).read_text(encoding="utf-8"), (ROOT / name).parent
    linked = [link for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]
    assert [link for link in linked if not leads_somewhere(link, ROOT / name)] == []
    named = re.findall(r"`((?:lib|tests|\.ci)/[\w./]+|[\w.]+\.(?:py|example|toml))`", text)
    assert [path for path in named if not (ROOT / path).exists() and not (folder / path).exists()] == []


def leads_somewhere(link: str, source: Path) -> bool:
    """Whether the file of a relative link exists, and has the heading that the link names."""
    path, _, anchor = link.partition("#")
    target = source.parent / path if path else source
    if not anchor:
        return target.exists()
    headings = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), re.MULTILINE)
    return anchor in {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_what_the_program_is_quoted_as_saying_it_says() -> None:
    said = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "lib").rglob("*.py"))
    quoted = re.findall(r"“([^”…]+)”", " ".join(section("When something is wrong").split()))
    assert quoted
    assert [words for words in quoted if words not in said] == []


def test_the_columns_are_those_of_the_log() -> None:
    columns = list(history_log.COLUMNS)
    assert re.findall(r"^\| \d \| (\w+) \|", section("The log"), re.MULTILINE) == columns
    assert re.findall(r"(\w+): \.\[\d\]", block("recipe: jq")) == columns
    assert re.findall(r"names=\[(.*?)\]", RECIPES) == [",".join(f"'{name}'" for name in columns)]


def test_the_line_on_top_is_one_of_the_log() -> None:
    (line,) = README.split("```text\n")[1].split("```")[0].splitlines()
    columns = history_log.fields(line)
    assert columns
    assert list(columns.values()) == line.split("\t")


@pytest.mark.slow
def test_an_import_prints_what_readme_shows(tmp_path: Path) -> None:
    """Five and a half years of listening, and a log of the last half one that lost some lines and doubled one."""
    random, here = Random(1), desk(tmp_path)
    person = Person(1, datetime(2021, 6, 1, tzinfo=UTC), collection=400, silence=2.2).listen(20_000)
    now = datetime.fromtimestamp(person.played[-1].start_ms / 1000, UTC) + timedelta(days=1)
    since_ms = person.played[-1].start_ms - 180 * 86_400_000
    late = [play._replace(start_ms=play.start_ms + random.randrange(3000)) for play in person.played]
    lines = log(Random(3), [play for play in late if play.start_ms >= since_ms], lost=0.004, doubled=0.002)
    here.log.write_text(lines.text, encoding="utf-8")
    done = here.imports(zipped(tmp_path / "my_spotify_data.zip", files(person.heard)), now=now)
    assert undated(done.out.replace(str(tmp_path), PLACE)) == undated(block("import").partition("\n")[2])


@pytest.mark.parametrize("secret", [True, False], ids=["with a secret", "public client"])
def test_your_own_script_gets_an_access_token_and_the_job_goes_on(home: Home, secret: bool) -> None:
    if not secret:
        home.fake_spotify.client_secret = ""
        home.write_credentials()
    home.authorize()
    saved = home.token.read_text()
    names: dict[str, dict[str, str]] = {}
    exec(block("own script").replace(PLACE, str(home.folder)), names)
    assert names["headers"]["Authorization"].removeprefix("Bearer ") in home.fake_spotify.access_tokens
    assert (home.token.read_text() == saved) is secret, "Spotify replaces the refresh token of a public client"
    assert home.job().returncode == 0


def undated(text: str) -> str:
    """The text without dates and numbers of days."""
    return re.sub(r"\d{4}-\d\d-\d\dT\S+|\d+ \w+ \d{4}(, \d\d:\d\d)?|\d+ (?=days)", "…", text)
