"""The import rule of the house: arrows between modules go down only, and each door to the outside has its keeper."""

import ast
from pathlib import Path

import pytest

from tests.support.home import ROOT

SCRIPTS = ["bootstrap_token", "nowplaying_job"]
LAYERS = """
options
demo
bootstrap status follow report.command importer
consent screen
runner
job
disk spotify fake_spotify report.demo_history
browser console
report export
plays
alerts settings consent_page
errors expiry rows env_file
text secret json_values cli
"""
"""From the top down. What stands on a line imports what stands on a lower one; modules of a folder import each other."""
PLACES = {f"lib.{place}": floor for floor, line in enumerate(LAYERS.strip().splitlines()) for place in line.split()}
PURE = {
    f"lib.{place}"
    for floor in (
        "report plays",
        "alerts settings consent_page",
        "errors expiry rows env_file",
        "text secret json_values",
    )
    for place in floor.split()
}
"""Places whose modules do no input or output and know no clock."""

KEEPERS = {
    "httpx": {
        "lib.spotify.*",
        "lib.job",  # takes what makes the client
        "lib.bootstrap",  # as job
        "lib.consent",  # as job
        "lib.demo",  # is its own browser, and cuts the connection off
    },
    "os": {
        *SCRIPTS,  # os.environ is handed on
        "lib.options",  # as the scripts
        "lib.cli",  # /dev/null, in place of a standard output whose reader has left
        "lib.disk.*",
        "lib.spotify.tls",  # which certificates the system has
        "lib.spotify.transport",  # os.environ: where proxies and certificates are named
    },
    "socket": {
        "lib.spotify.*",
        "lib.demo",  # the line between its bootstrap and its browser
    },
    "tempfile": {"lib.demo"},
    "multiprocessing": {"lib.export.collect"},
    "signal": {
        "lib.importer",  # Ctrl-C waits for two files that belong together
        "lib.export.collect",  # Ctrl-C is the parent's to answer
    },
    "fcntl": {"lib.disk.*"},
    "subprocess": set(),
    "shutil": {"lib.screen", "bootstrap_token"},  # how wide the terminal is
    "webbrowser": {"lib.browser"},
}
"""Who may import what opens a door to the outside; nobody else."""

OPENERS = {
    "lib.disk.*",
    "lib.export.archive",  # what a person names on the command line
    "bootstrap_token",  # its standard input, unbuffered
    "lib.cli",  # /dev/null, in place of a standard output whose reader has left
    "lib.browser",  # an address, not a file
    "lib.demo",  # sets up a home as a person would, and reads the log as a person does
}
"""Who may open, read, write or look at a file."""
FILE_CALLS = {
    *("open", "read_text", "read_bytes", "write_text", "write_bytes", "unlink", "mkdir", "rename", "touch", "chmod"),
    *("exists", "is_file", "is_dir", "iterdir", "glob", "rglob", "stat", "scandir", "listdir"),
}
NOT_PURE = {
    *("os", "io.open", "pathlib.Path.open", "socket", "ssl", "http", "urllib.request", "httpx", "time", "threading"),
    *("subprocess", "selectors", "tempfile", "fcntl", "secrets", "random", "sys", "asyncio", "logging", "shutil"),
}
NOW = {"now", "utcnow", "today", "time", "monotonic", "perf_counter", "sleep"}


def files() -> dict[str, Path]:
    found = {name: ROOT / f"{name}.py" for name in SCRIPTS}
    for path in sorted((ROOT / "lib").rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = path
    return found


FILES = files()
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in FILES.items()}
every_module = pytest.mark.parametrize("module", TREES)


def imports(module: str) -> set[str]:
    """All that a module imports, wherever in it, by full name."""
    found = set()
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            assert node.module
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in FILES else node.module for name in names}
    return found


def covered(module: str, patterns: set[str] | list[str]) -> bool:
    return any(module == one or (one.endswith(".*") and f"{module}.".startswith(one[:-1])) for one in patterns)


def place_of(module: str) -> str:
    """The line of LAYERS that names the module, or else its folder."""
    return module if module in PLACES else module.rpartition(".")[0]


@every_module
def test_arrows_go_down_only(module: str) -> None:
    if module in SCRIPTS or module == "lib":
        return
    place = place_of(module)
    for imported in imports(module) & set(FILES) - {"lib"}:
        other = place_of(imported)
        assert other == place or PLACES[other] > PLACES[place], f"{module} imports {imported}"


def test_the_disk_knows_no_network() -> None:
    disk = [module for module in FILES if module.startswith("lib.disk")]
    assert not any(name.startswith("http") for module in disk for name in imports(module))


def test_the_stand_in_serves_the_demo_and_the_tests_alone() -> None:
    users = {module for module in FILES if any(name.startswith("lib.fake_spotify") for name in imports(module))}
    assert {module for module in users if not module.startswith("lib.fake_spotify")} == {"lib.demo"}


def test_every_module_has_its_place() -> None:
    packages = {name for name, path in FILES.items() if path.name == "__init__.py"}
    places = {place_of(module) for module in FILES if module not in SCRIPTS and module not in packages}
    assert places == set(PLACES)


def test_nothing_goes_in_circles() -> None:
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " → ".join((*path, module))
        if module not in done:
            for imported in imports(module) & set(FILES):
                visit(imported, (*path, module))
            done.add(module)

    for module in FILES:
        visit(module, ())


@pytest.mark.parametrize("door", KEEPERS)
def test_each_door_to_the_outside_has_its_keepers_and_no_idle_ones(door: str) -> None:
    users = {module for module in TREES if any(f"{name}.".startswith(f"{door}.") for name in imports(module))}
    assert {module for module in users if not covered(module, KEEPERS[door])} == set()
    named = {keeper for keeper in KEEPERS[door] if not keeper.endswith(".*")}
    assert named <= users


def calls(module: str) -> set[str]:
    """The names of all that a module calls: open(…), path.open(…)."""
    called = [node.func for node in ast.walk(TREES[module]) if isinstance(node, ast.Call)]
    names = {func.id for func in called if isinstance(func, ast.Name)}
    return names | {func.attr for func in called if isinstance(func, ast.Attribute)}


@every_module
def test_files_are_opened_where_files_are_known(module: str) -> None:
    if not covered(module, OPENERS) and module != "lib.spotify.tls":
        assert not calls(module) & FILE_CALLS


@every_module
def test_what_is_pure_is_pure(module: str) -> None:
    if module not in SCRIPTS and place_of(module) in PURE:
        outside = {name for name in imports(module) if any(f"{name}.".startswith(f"{one}.") for one in NOT_PURE)}
        assert not outside
        assert not calls(module) & (NOW | FILE_CALLS | {"resolve"})
        assert all(place_of(name) in PURE for name in imports(module) & set(FILES) - {"lib"})


def test_only_the_scripts_the_demo_and_a_time_out_read_a_clock() -> None:
    """Time is an argument, so that a test can say what time it is."""
    readers = {module for module in TREES if calls(module) & NOW}
    assert {module for module in readers if reads_a_clock(module)} == {
        "lib.cli",
        "lib.demo",
        "lib.spotify.transport",
    }


def reads_a_clock(module: str) -> bool:
    """datetime.now(…), time.time(), monotonic(): but not a call of the argument `now`."""
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.Call):
            func = node.func
            if isinstance(func, ast.Attribute) and func.attr in NOW and ast.unparse(func.value) in ("datetime", "time"):
                return True
            if isinstance(func, ast.Name) and func.id in NOW - {"now", "time"}:
                return True
    return False


ENOUGH, GLANCE = 200, 35
"""Lines of a module and of a function, at most."""


@every_module
def test_a_module_is_read_in_one_sitting(module: str) -> None:
    assert len(FILES[module].read_text(encoding="utf-8").splitlines()) <= ENOUGH


@every_module
def test_a_function_is_seen_at_a_glance(module: str) -> None:
    functions = [node for node in ast.walk(TREES[module]) if isinstance(node, ast.FunctionDef)]
    assert [one.name for one in functions if (one.end_lineno or 0) - one.lineno >= GLANCE] == []


@every_module
def test_a_module_says_what_it_is_for(module: str) -> None:
    assert ast.get_docstring(TREES[module])


def test_nothing_is_patched() -> None:
    for path in (ROOT / "tests").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        names |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
        names |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
        modules = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not names & {"monkeypatch", "mocker", "mock", "patch", "MonkeyPatch"}, path.name
        assert not any(module.startswith("unittest") for module in modules), path.name
