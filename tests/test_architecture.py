"""What the layout promises and no linter checks: names, sizes, docstrings, one broad handler, light start-up."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from monitor.errors import Reason

LINES = 420  # "about 400": where a file outgrows that, split it by noun
LONGER_ON_PURPOSE = {"model.py": "every value that crosses a module border, in the order of the pipeline"}
BANNED_NAMES = {"util", "utils", "helper", "helpers", "common", "base", "manager", "managers", "misc"}
HEAVY = {
    *("duckdb", "aiohttp", "feedparser", "bs4", "lxml", "trafilatura", "jinja2"),
    *("ahocorasick", "apscheduler", "warcio", "smtplib", "rich.progress"),
}

NEEDED_UNSEEN = {
    "pytz",  # duckdb imports it to hand out instants with a zone
    "tzdata",  # zoneinfo reads it where the system has no zones
}


def _modules(top: Path) -> Iterator[Path]:
    return (path for path in sorted((top / "monitor").rglob("*.py")) if "__pycache__" not in path.parts)


def _name(path: Path, top: Path) -> str:
    return str(path.relative_to(top / "monitor"))


def test_modules_stay_readable(top: Path) -> None:
    """No module outgrows what can be read in one sitting."""
    sizes = {_name(path, top): len(path.read_text().splitlines()) for path in _modules(top)}
    assert {name: size for name, size in sizes.items() if size > LINES and name not in LONGER_ON_PURPOSE} == {}


def test_modules_are_named_for_what_they_hold(top: Path) -> None:
    """No drawer for odds and ends."""
    names = [part.removesuffix(".py") for path in _modules(top) for part in path.relative_to(top).parts]
    assert set(names) & BANNED_NAMES == set()


def test_modules_say_what_they_are(top: Path) -> None:
    """Each module opens with a docstring; empty ones need none."""
    silent = [
        _name(path, top)
        for path in _modules(top)
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def _swallows_all(node: ast.AST) -> bool:
    """A handler for every exception that does not raise it again when it has cleaned up."""
    if not isinstance(node, ast.ExceptHandler) or isinstance(node.body[-1], ast.Raise):
        return False
    return node.type is None or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException"))


def test_unexpected_errors_are_caught_in_one_place(top: Path) -> None:
    """A bug in one source must not stop the others: one boundary does that, and nothing else hides a bug."""
    broad = [
        _name(path, top)
        for path in _modules(top)
        for node in ast.walk(ast.parse(path.read_text()))
        if _swallows_all(node)
    ]
    assert len(broad) == 1, broad


def test_every_reason_is_given_somewhere(top: Path) -> None:
    """The vocabulary holds no reason that nothing can produce."""
    text = "".join(path.read_text() for path in _modules(top) if path.name != "errors.py")
    unused = [reason.name for reason in Reason if not re.search(rf"\b{reason.name}\b", text)]
    assert unused == []


def _imported(*args: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "monitor", *args], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-500:]
    return {line.rsplit("|", 1)[1].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}


@pytest.mark.parametrize("args", [["--help"], ["--version"]])
def test_help_loads_nothing_heavy(args: list[str]) -> None:
    """Help, version and completion answer at once: libraries are imported by the verb that needs them."""
    imported = _imported(*args)
    assert "click" in imported
    assert imported & HEAVY == set()


def test_top_level_stays_as_it_is(top: Path) -> None:
    """A newcomer sees everything at a glance; what is not listed here has a place further down."""
    shown = {path.name for path in top.iterdir() if not path.name.startswith(".")}
    allowed = {"pyproject.toml", "README.md", "sources.toml", "monitor", "warehouse", "tests", "deploy"}
    assert shown - allowed - {"LICENSE", "CHANGELOG.md", "data", "dist", "build"} == set()
    assert allowed <= shown


def _declared(top: Path) -> set[str]:
    project = tomllib.loads((top / "pyproject.toml").read_text())["project"]
    return {re.split(r"[<>=!~\[; ]", each)[0].lower().replace("_", "-") for each in project["dependencies"]}


def test_imports_are_declared_and_declarations_imported(top: Path) -> None:
    """What happens to be installed is not a dependency, and a dependency that nothing imports is a leftover."""
    providers = packages_distributions()
    imported: set[str] = set()
    for path in _modules(top):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                imported.add(node.module.split(".")[0])
    libraries = imported - sys.stdlib_module_names - {"monitor"}
    providing = {name: {each.lower().replace("_", "-") for each in providers.get(name, ())} for name in libraries}
    assert {name for name, found in providing.items() if not found & _declared(top)} == set()
    assert _declared(top) - set().union(*providing.values()) - NEEDED_UNSEEN == set()
