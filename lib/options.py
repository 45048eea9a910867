"""The options of nowplaying_job.py: what each of them starts, and which of them go together."""

import argparse
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from shutil import get_terminal_size
from time import sleep
from typing import NamedTuple

from lib import __version__
from lib.cli import HOME, now, say

EXAMPLES = """\
examples, from the folder of the program:
  .venv/bin/python nowplaying_job.py --verbose
  .venv/bin/python nowplaying_job.py --follow
  .venv/bin/python nowplaying_job.py --report
  .venv/bin/python nowplaying_job.py --status --json

README.md lists the exit statuses.
"""


class Options(argparse.Namespace):
    """What was asked for. `action` is what happens; None is a run of the job."""

    credentials: Path
    verbose: bool
    json: bool
    demo: bool
    report: str | None
    files: list[Path] | None
    private: bool
    dry_run: bool
    force: bool
    action: "Action | None"


class Action(NamedTuple):
    """What an option starts, to its exit status (None is 0), and the names of those that may stand beside it."""

    run: Callable[[Options], int | None]
    also: tuple[str, ...] = ()


OF_A_RUN = ("verbose",)
"""The options of a run of the job itself, which is what starts without any of the actions."""


def parse(argv: list[str], description: str) -> Options:
    """The options of a command line. Options that don't go together end the program with exit status 2."""
    parser = _parser(description)
    options = parser.parse_args(argv, Options())
    options.credentials = options.credentials.absolute()
    given = [name for name, value in vars(options).items() if name != "credentials" and value not in (None, False)]
    leading = next((name for name in ACTIONS if name in given), None)
    options.action = ACTIONS[leading] if leading else None
    for other in given:
        if leading and other not in (leading, *ACTIONS[leading].also):
            parser.error(f"{_spelled(leading)} and {_spelled(other)} don't go together")
        if not leading and other not in OF_A_RUN:
            needed = [_spelled(name) for name, action in ACTIONS.items() if other in action.also]
            parser.error(f"{_spelled(other)} needs {' or '.join(needed)}")
    return options


def _spelled(name: str) -> str:
    return "--import" if name == "files" else f"--{name.replace('_', '-')}"


def act(run: Callable[[], int | None], credentials: Path) -> int:
    """Does what a person started and returns the exit status. Both scripts tell their errors here.

    Only those of the output and the packages are raised: any other OSError is a ProgramError by now.
    """
    try:
        return run() or 0
    except (OSError, ModuleNotFoundError):
        raise
    except Exception as error:  # noqa: BLE001 - what nobody expected is a bug, and is reported as one
        from lib.runner import failed  # noqa: PLC0415 - only an error needs it

        report = failed(error, credentials)
        say(sys.stderr, *report.err)
        return report.status


def _status(options: Options) -> int:
    from lib.status import show  # noqa: PLC0415 - each action loads its own modules only

    return show(options.credentials, os.environ, now(), sys.stdout, as_json=options.json)


def _follow(options: Options) -> None:
    from lib.follow import follow  # noqa: PLC0415 - as above

    follow(options.credentials, os.environ, now, sys.stdout, sys.stderr, partial(sleep, 1))


def _import(options: Options) -> int:
    from lib.importer import Console, Wishes, import_export  # noqa: PLC0415 - as above

    console = Console(sys.stdout, sys.stderr, get_terminal_size().columns if sys.stderr.isatty() else None)
    wishes = Wishes(options.private, options.dry_run, options.force, options.verbose, options.json)
    return import_export(options.files or [], options.credentials, os.environ, now(), console, wishes)


def _report(options: Options) -> None:
    from lib.report import command  # noqa: PLC0415 - as above

    file = Path(options.report) if options.report else None
    if options.demo:
        command.demo(file, now(), sys.stdout)
    else:
        command.report(options.credentials, os.environ, file, now(), sys.stdout)


def _page(name: str) -> str:
    """The name of a file that the history can't have: so a slip doesn't overwrite the history."""
    if name and not name.endswith((".html", ".htm")):
        raise argparse.ArgumentTypeError(f"the name of a page ends in .html, and {name} doesn't")
    return name


def _demo(_options: Options) -> int:
    from lib.demo import demo  # noqa: PLC0415 - as above

    return demo(sys.stdout, os.environ)


ACTIONS: dict[str, Action] = {
    "report": Action(_report, also=("demo",)),
    "status": Action(_status, also=("json",)),
    "files": Action(_import, also=("json", "verbose", "private", "dry_run", "force")),
    "follow": Action(_follow),
    "demo": Action(_demo),
}
"""By the names of their options. Of several that are given, the first one here decides."""


def empty_parser(description: str, examples: str) -> argparse.ArgumentParser:
    """A parser without options. Both scripts begin with it, so that their help looks the same."""
    return argparse.ArgumentParser(
        usage="%(prog)s [options]",
        description=description,
        epilog=examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        add_help=False,
    )


def add_common(parser: argparse.ArgumentParser, title: str) -> None:
    """Adds the options that both scripts have, under this title."""
    group = parser.add_argument_group(title)
    default, which = HOME / "credentials.env", "your credentials.env; one for each account (default: %(default)s)"
    group.add_argument("--credentials", metavar="FILE", type=Path, default=default, help=which)
    group.add_argument("--version", action="version", version=f"%(prog)s {__version__}", help="show the version")
    group.add_argument("-h", "--help", action="help", help="show this help")


def _parser(description: str) -> argparse.ArgumentParser:
    parser = empty_parser(description, EXAMPLES)
    group = parser.add_argument_group("one run of the job, as without options")
    group.add_argument("--verbose", action="store_true", help="say what the run saw, and why it logged a play or not")
    group = parser.add_argument_group("look at the history")
    group.add_argument("--follow", action="store_true", help="show the last ten plays, then each new one, until Ctrl-C")
    group.add_argument(
        "--report",
        metavar="FILE",
        type=_page,
        nargs="?",
        const="",
        help="write a page to look at; FILE is history.html beside the log unless given; with --demo: a made-up "
        "listener's, history-demo.html in this folder",
    )
    group.add_argument("--status", action="store_true", help="say how the history is doing; doesn't ask Spotify")
    group.add_argument("--json", action="store_true", help="with --status or --import: as JSON, for a program")
    group = parser.add_argument_group("the past, from Spotify's own export")
    group.add_argument("--import", metavar="FILE", type=Path, nargs="+", dest="files", help="the zip, or its folder")
    group.add_argument("--private", action="store_true", help="with --import: take private sessions too")
    group.add_argument("--dry-run", action="store_true", help="with --import: say what it would do, write nothing")
    group.add_argument("--force", action="store_true", help="with --import: even if it seems another account's")
    group = parser.add_argument_group("try it out")
    group.add_argument("--demo", action="store_true", help="an evening of listening in seconds; needs no account")
    add_common(parser, "for all of these")
    return parser
