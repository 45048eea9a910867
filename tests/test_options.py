"""The options of nowplaying_job.py, and what both scripts do whatever their options are."""

import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest

from lib import __version__
from lib.options import ACTIONS, parse
from lib.screen import styled
from tests.support.home import CRON, ROOT


def script(*options: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "nowplaying_job.py"), *options]
    return subprocess.run(command, env={**CRON, **env}, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--demo --status", "--status and --demo don't go together"),
        ("--status --follow", "--status and --follow don't go together"),
        ("--follow --verbose", "--follow and --verbose don't go together"),
        ("--status --json --verbose", "--status and --verbose don't go together"),
        ("--demo --json", "--demo and --json don't go together"),
        ("--json", "--json needs --status or --import"),
        ("--verbose --json", "--json needs --status or --import"),
        ("--dry-run", "--dry-run needs --import"),
        ("--private", "--private needs --import"),
        ("--verbose --force", "--force needs --import"),
    ],
)
def test_options_that_do_not_go_together_are_a_usage_error(
    options: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(options.split(), "")
    assert caught.value.code == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.endswith(f"error: {said}\n")


@pytest.mark.parametrize(
    ("options", "action"),
    [
        ("--status --json", "status"),
        ("--status", "status"),
        ("--follow", "follow"),
        ("--demo", "demo"),
        ("--verbose", ""),
    ],
)
def test_one_option_decides_what_happens(options: str, action: str) -> None:
    parsed = parse([*options.split(), "--credentials", "some.env"], "")
    assert parsed.action == ACTIONS.get(action)
    assert parsed.credentials == Path.cwd() / "some.env"


@pytest.mark.slow
@pytest.mark.parametrize("columns", [60, 80])
def test_help_fits_the_terminal_and_says_what_file_is(columns: int) -> None:
    done = script("--help", COLUMNS=str(columns))
    assert done.returncode == 0
    path = str(ROOT / "credentials.env)")
    assert max(len(line) for line in done.stdout.splitlines() if path not in line) <= columns
    said = " ".join(done.stdout.split())
    assert f"--credentials FILE your credentials.env; one for each account (default: {path}" in said
    assert all(f"--{action} " in said for action in ("import", "report", "status", "follow", "demo"))


@pytest.mark.slow
def test_the_help_of_bootstrap_fits_too_and_has_the_same_words() -> None:
    command = [sys.executable, str(ROOT / "bootstrap_token.py"), "--help"]
    done = subprocess.run(command, env={**CRON, "COLUMNS": "60"}, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert max(len(line) for line in lines if str(ROOT) not in line) <= 60
    assert lines[0] == "usage: bootstrap_token.py [options]"
    common = script("--help").stdout.partition("  --credentials")[2].partition("\n\n")[0]
    assert " ".join(common.split()) in " ".join(done.stdout.split())


@pytest.mark.slow
def test_the_examples_in_help_are_commands_that_exist() -> None:
    examples = re.findall(r"^  \.venv/bin/python nowplaying_job\.py (.*)$", script("--help").stdout, re.MULTILINE)
    assert len(examples) == 4
    for example in examples:
        parse(example.split(), "")


@pytest.mark.slow
def test_version_is_that_of_the_package() -> None:
    assert script("--version").stdout == f"nowplaying_job.py {__version__}\n"


@pytest.mark.parametrize(
    ("terminal", "env", "takes"),
    [
        (True, {}, True),
        (True, {"TERM": "xterm", "NO_COLOR": ""}, True),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"TERM": "dumb"}, False),
        (False, {}, False),
    ],
    ids=["a terminal", "an empty NO_COLOR", "NO_COLOR", "TERM=dumb", "a pipe"],
)
def test_escape_codes_are_for_terminals_that_want_them(terminal: bool, env: dict[str, str], takes: bool) -> None:
    class Output(StringIO):
        def isatty(self) -> bool:
            return terminal

    assert styled(Output(), env) == takes


INTERRUPTED = """\
import os, runpy, signal, sys

class Interrupt:
    def find_spec(self, name, *_):
        if name == module:
            os.kill(os.getpid(), signal.SIGINT)

_, module, *sys.argv = sys.argv
sys.meta_path.insert(0, Interrupt())
sys.path.insert(0, os.path.dirname(sys.argv[0]))
runpy.run_path(sys.argv[0], run_name="__main__")
"""
"""Runs a script as Python does, and interrupts it as it imports a certain module."""


@pytest.mark.slow
@pytest.mark.parametrize("module", ["lib", "lib.cli", "lib.options", "argparse", "lib.runner", "dotenv.parser"])
def test_ctrl_c_while_python_still_imports_is_as_quiet_as_later(module: str, tmp_path: Path) -> None:
    options = ["--credentials", str(tmp_path / "credentials.env")]
    command = [sys.executable, "-c", INTERRUPTED, module, str(ROOT / "nowplaying_job.py"), *options]
    done = subprocess.run(command, env=CRON, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")
