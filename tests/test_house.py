"""The import rule: arrows between modules go down only, and pure modules stay pure. ruff holds the other rules."""

import ast

import pytest

from tests.support.home import ROOT

LAYERS = """
demo
bootstrap status
runner
job
spotify.accounts spotify.player spotify.callback | disk.credentials disk.token_store disk.history_log disk.run_state
spotify.transport                                | disk.atomic_write disk.lock disk.history_parts
spotify.answer spotify.tls                       | disk.files
                                                 | disk.os_errors
fake_spotify.service
fake_spotify.accounts
fake_spotify.loopback fake_spotify.listener
cli
plays.reconcile
plays.observe alerts settings
plays.model
plays.items errors expiry
text secret json_values
"""
"""From the top down: a module imports what stands on a lower line, and nothing else. From plays.reconcile on, modules
are pure: they do no input or output, and know no clock.
"""
FLOORS = {
    f"lib.{name}": number
    for number, line in enumerate(LAYERS.strip().splitlines())
    for name in line.replace("|", " ").split()
}
PURE = {name for name, floor in FLOORS.items() if floor >= FLOORS["lib.plays.reconcile"]}
STRANGERS = ("spotify", "disk", "fake_spotify")
"""Folders that don't know each other."""
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


def test_every_module_has_its_layer() -> None:
    assert set(FLOORS) == {name for name, path in FILES.items() if path.name != "__init__.py"}


@every_module
def test_arrows_go_down_only(module: str) -> None:
    if module in FLOORS:
        assert {name for name in imports(module) & set(FLOORS) if FLOORS[name] <= FLOORS[module]} == set()


@every_module
def test_spotify_the_disk_and_the_fake_do_not_know_each_other(module: str) -> None:
    own = module.split(".")[1:2]
    if own and own[0] in STRANGERS:
        others = tuple(f"lib.{other}." for other in STRANGERS if other != own[0])
        assert not any(f"{name}.".startswith(others) for name in imports(module))


def test_the_fake_serves_the_demo_and_the_tests_alone() -> None:
    users = {module for module in FILES if any(name.startswith("lib.fake_spotify") for name in imports(module))}
    assert {module for module in users if not module.startswith("lib.fake_spotify")} == {"lib.demo"}


@pytest.mark.parametrize("module", sorted(PURE))
def test_what_is_pure_is_pure(module: str) -> None:
    assert not {name for name in imports(module) if any(f"{name}.".startswith(f"{one}.") for one in IMPURE_IMPORTS)}
    assert not calls(module) & IMPURE_CALLS


@every_module
def test_a_module_is_read_in_one_sitting(module: str) -> None:
    assert len(FILES[module].read_text(encoding="utf-8").splitlines()) <= ENOUGH


def test_nothing_is_patched() -> None:
    banned = ("monkey" + "patch", "unittest" + ".mock", "mock" + "er")
    texts = {path: path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py")}
    assert [path.name for path, text in texts.items() if any(word in text for word in banned)] == []
