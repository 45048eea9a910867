"""credentials.env.example and crontab.example work as they stand, but for paths and secrets."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from dotenv import dotenv_values

from lib.disk import credentials
from lib.errors import SettingsError
from lib.settings import DEFAULTS
from tests.support.home import CRON, ROOT, Home

EXAMPLE = ROOT / "credentials.env.example"
CRONTAB = ROOT / "crontab.example"
FOLDER = "/home/me/spotify-history"


def filled_in(client_id: str, secret: str) -> str:
    text = EXAMPLE.read_text()
    text = text.replace("SPOTIFY_CLIENT_ID=\n", f"SPOTIFY_CLIENT_ID={client_id}\n")
    return text.replace("SPOTIFY_CLIENT_SECRET=\n", f"SPOTIFY_CLIENT_SECRET={secret}\n")


def test_as_it_stands_the_credentials_lack_just_the_id(tmp_path: Path) -> None:
    path = tmp_path / "credentials.env"
    path.write_text(EXAMPLE.read_text())
    with pytest.raises(SettingsError, match=rf"^{path}: SPOTIFY_CLIENT_ID is missing[^;]+$"):
        credentials.load(path, {})


def test_with_an_id_and_a_secret_they_are_whole(tmp_path: Path) -> None:
    path = tmp_path / "credentials.env"
    path.write_text(filled_in("5fe01282e44241328a84e7c5cc169165", "secret"))
    read = credentials.load(path, {})
    assert (read.client_id, read.client_secret.reveal()) == ("5fe01282e44241328a84e7c5cc169165", "secret")


def test_every_key_is_shown_and_what_is_commented_out_is_the_default() -> None:
    shown = dict(re.findall(r"^#?([A-Z_]+)=(.*)$", EXAMPLE.read_text(), re.MULTILINE))
    assert {key: value.strip('"') for key, value in shown.items()} == DEFAULTS
    assert list(shown) == list(DEFAULTS), "in the order of the documentation"


def test_uncommented_every_line_means_the_same_to_other_readers(tmp_path: Path) -> None:
    path = tmp_path / "credentials.env"
    path.write_text(re.sub(r"^#(?=[A-Z_]+=)", "", filled_in("abc", "secret"), flags=re.MULTILINE))
    assert dotenv_values(path, interpolate=False) == {
        **DEFAULTS,
        "SPOTIFY_CLIENT_ID": "abc",
        "SPOTIFY_CLIENT_SECRET": "secret",
    }
    assert credentials.load(path, {}).history_log == tmp_path / "history.log"


def test_the_commands_that_the_example_names_make_private_credentials(tmp_path: Path) -> None:
    (tmp_path / EXAMPLE.name).write_bytes(EXAMPLE.read_bytes())
    match = re.search(r"Copy this file:\s+(.+)$", EXAMPLE.read_text(), re.MULTILINE)
    assert match
    subprocess.run(["/bin/sh", "-c", match[1]], cwd=tmp_path, env=CRON, check=True)
    assert (tmp_path / "credentials.env").stat().st_mode & 0o777 == 0o600


def crontab_lines() -> list[str]:
    return [line for line in CRONTAB.read_text().splitlines() if line and not line.startswith("#")]


def test_the_crontab_runs_the_job_once_a_minute_by_absolute_paths() -> None:
    (line,) = crontab_lines()
    *when, command = line.split(None, 5)
    assert when == ["*"] * 5
    assert shlex.split(command) == [f"{FOLDER}/.venv/bin/python", f"{FOLDER}/nowplaying_job.py"]
    assert "%" not in command
    assert CRONTAB.read_text().endswith("\n"), "cron ignores a last line without its newline"


def test_the_crontabs_command_works_with_this_machines_paths(home: Home) -> None:
    """A copy of the program, its credentials beside it as people have them, and cron's environment."""
    home.authorize()
    command = crontab_lines()[0].split(None, 5)[5]
    command = command.replace(f"{FOLDER}/.venv/bin/python", sys.executable)
    command = command.replace(FOLDER, str(ROOT)) + f" --credentials {home.credentials}"
    done = subprocess.run(["/bin/sh", "-c", command], env=CRON, cwd="/", capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A folder with a copy of the program, as people have it."""
    folder = tmp_path / "program"
    for source in [ROOT / "nowplaying_job.py", *(ROOT / "lib").rglob("*.py")]:
        copy = folder / source.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(source.read_bytes())
    return folder


def without_options(program: Path, folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Runs the job of `program` in the working folder `folder`, as cron does."""
    job = [sys.executable, str(program / "nowplaying_job.py")]
    return subprocess.run(job, cwd=folder, env={**CRON, **env}, capture_output=True, text=True, check=False)


def test_the_default_credentials_are_beside_the_script_not_in_the_working_folder(home: Home, program: Path) -> None:
    home.authorize()
    done = without_options(program, home.folder)
    assert done.returncode == 78
    assert f"There is no {program / 'credentials.env'}." in done.stderr
    (program / "credentials.env").write_text(f'{home.credentials.read_text()}TOKEN_FILE="{home.token}"\n')
    assert without_options(program, Path("/")).returncode == 0


def test_a_run_from_cron_does_not_load_the_options(home: Home, program: Path) -> None:
    home.authorize()
    (program / "credentials.env").write_text(f'{home.credentials.read_text()}TOKEN_FILE="{home.token}"\n')
    done = without_options(program, Path("/"), PYTHONPROFILEIMPORTTIME="1")
    loaded = set(re.findall(r"\| +([\w.]+)$", done.stderr, re.MULTILINE))
    assert "lib.job" in loaded
    assert not loaded & {"argparse", "lib.options"}
