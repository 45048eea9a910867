"""The import rule: arrows between modules go down only, and pure modules stay pure. ruff holds the other rules."""

import ast

import pytest

from tests.support.home import ROOT

LAYERS = """
options
demo
bootstrap status follow report.command importer
consent screen browser
runner
job
disk spotify fake_spotify report.demo_history
console cli
export
report plays
alerts settings
errors expiry log_lines
text secret json_values
"""
"""From the top down: what stands on a line imports what is lower, and the modules of a folder import each other.
From `report plays` on, modules are pure: they do no input or output, and know no clock.
"""
PLACES = {f"lib.{place}": floor for floor, line in enumerate(LAYERS.strip().splitlines()) for place in line.split()}
IMPURE_IMPORTS = {
    *("os", "io.open", "socket", "ssl", "http", "urllib.request", "httpx", "time", "threading", "subprocess"),
    *("selectors", "tempfile", "fcntl", "secrets", "random", "sys", "asyncio", "logging", "shutil"),
}
IMPURE_CALLS = {
    *("open", "read_text", "read_bytes", "write_text", "write_bytes", "unlink", "mkdir", "rename", "touch", "chmod"),
    *("exists", "is_file", "is_dir", "iterdir", "glob", "rglob", "stat", "resolve"),
    *("now", "utcnow", "today", "time", "monotonic", "sleep"),
}
ENOUGH = 200
"""Lines of a module, at most."""

FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / "lib").rglob("*.py"))
}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in FILES.items()}
every_module = pytest.mark.parametrize("module", TREES)


def imports(module: str) -> set[str]:
    """All that a module imports, wherever in it, by full name."""
    found = set()
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in FILES else str(node.module) for name in names}
    return found


def calls(module: str) -> set[str]:
    """The names of all that a module calls: open(…), path.open(…)."""
    called = [node.func for node in ast.walk(TREES[module]) if isinstance(node, ast.Call)]
    names = {func.id for func in called if isinstance(func, ast.Name)}
    return names | {func.attr for func in called if isinstance(func, ast.Attribute)}


def place_of(module: str) -> str:
    """What stands in LAYERS for a module: itself, or its folder."""
    return module if module in PLACES else module.rpartition(".")[0]


def test_every_module_has_its_place() -> None:
    assert {place_of(name) for name, path in FILES.items() if path.name != "__init__.py"} == set(PLACES)


@every_module
def test_arrows_go_down_only(module: str) -> None:
    place = place_of(module)
    others = {place_of(name) for name in imports(module) & set(FILES) - {"lib"}} - {place}
    assert {other for other in others if PLACES[other] <= PLACES[place]} == set()


def test_the_fake_serves_the_demo_and_the_tests_alone() -> None:
    users = {module for module in FILES if any(name.startswith("lib.fake_spotify") for name in imports(module))}
    assert {module for module in users if not module.startswith("lib.fake_spotify")} == {"lib.demo"}


@every_module
def test_what_is_pure_is_pure(module: str) -> None:
    if PLACES.get(place_of(module), 0) < PLACES["lib.plays"]:
        return
    assert not {name for name in imports(module) if any(f"{name}.".startswith(f"{one}.") for one in IMPURE_IMPORTS)}
    assert not calls(module) & IMPURE_CALLS


@every_module
def test_a_module_is_read_in_one_sitting(module: str) -> None:
    assert len(FILES[module].read_text(encoding="utf-8").splitlines()) <= ENOUGH


def test_nothing_is_patched() -> None:
    banned = ("monkey" + "patch", "unittest" + ".mock", "mock" + "er")
    texts = {path: path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py")}
    assert [path.name for path, text in texts.items() if any(word in text for word in banned)] == []
