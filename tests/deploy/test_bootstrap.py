"""deploy/bootstrap.py and the locks: what a newcomer's first command does. Installing for real is left to the build."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

LOCKS = ("requirements.lock", "requirements-test.lock")


@pytest.fixture
def bootstrap(top: Path, tmp_path: Path) -> ModuleType:
    """The script as a module whose project is a small copy, so that nothing touches this checkout's .venv."""
    for part in ("pyproject.toml", "monitor/__init__.py", *(f"deploy/{lock}" for lock in LOCKS)):
        (tmp_path / part).parent.mkdir(exist_ok=True)
        (tmp_path / part).write_bytes((top / part).read_bytes())
    spec = importlib.util.spec_from_file_location("bootstrap", top / "deploy" / "bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.ROOT = tmp_path
    module.VENV = tmp_path / ".venv"
    module.PYTHON = tmp_path / ".venv" / "bin" / "python"
    return module


def _installed(bootstrap: ModuleType, verb: str) -> Callable[[], bool]:
    bootstrap.PYTHON.parent.mkdir(parents=True, exist_ok=True)
    bootstrap.PYTHON.touch()
    (bootstrap.VENV / f"stamp-{verb}").write_text(bootstrap.expected(verb))
    return lambda: bool(bootstrap.is_current(verb))


def test_old_pythons_can_read_it(top: Path) -> None:
    """A Python that is too old must get as far as saying so: no syntax newer than 3.6, no import beyond the stdlib."""
    tree = ast.parse((top / "deploy" / "bootstrap.py").read_text(), feature_version=(3, 6))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names


def test_without_a_verb_it_explains_itself(top: Path) -> None:
    """No verb is a usage error; --help is not."""
    script = [sys.executable, top / "deploy" / "bootstrap.py"]
    bare = subprocess.run(script, capture_output=True, text=True, check=False)
    asked = subprocess.run([*script, "--help"], capture_output=True, text=True, check=False)
    assert (bare.returncode, asked.returncode) == (2, 0)
    assert "run [--live]" in bare.stdout
    assert bare.stdout == asked.stdout


def test_old_python_is_told_what_is_needed(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no newer Python is on the path, one line says which version is needed and which was used."""
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(bootstrap, "VERSION", "3.9")
    monkeypatch.setenv("PATH", "")
    message = bootstrap.main(["run"])
    assert "needs Python 3.11 or newer; this is 3.9" in message


def test_missing_ensurepip_names_the_package(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Debian splits venv off; the message is the command to type."""
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match="apt-get install python3-venv"):
        bootstrap.install_with_pip("deploy/requirements.lock")


@pytest.mark.parametrize("part", ["pyproject.toml", "monitor/__init__.py", "deploy/requirements.lock"])
def test_set_up_is_repeated_only_when_something_changed(bootstrap: ModuleType, part: str) -> None:
    """An untouched checkout starts at once; another version, dependency or lock installs again."""
    current = _installed(bootstrap, "run")
    assert current()
    with (bootstrap.ROOT / part).open("a") as file:
        file.write("\n# changed\n")
    assert not current()


def test_moved_checkout_is_set_up_again(bootstrap: ModuleType, tmp_path: Path) -> None:
    """An editable install points at its folder, so a copy with its .venv must not run the original's code."""
    current = _installed(bootstrap, "run")
    moved = tmp_path / "moved"
    for part in ("pyproject.toml", "monitor/__init__.py", "deploy/requirements.lock"):
        (moved / part).parent.mkdir(parents=True, exist_ok=True)
        (moved / part).write_bytes((tmp_path / part).read_bytes())
    bootstrap.ROOT = moved
    assert not current()


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["run"], ["-m", "monitor", "replay", "--demo"]),
        (["run", "--live", "--quiet"], ["-m", "monitor", "run", "--quiet"]),
        (["test", "-k", "lock"], ["deploy/checks.py", "-k", "lock"]),
    ],
)
def test_verbs_hand_over(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, args: list[str], expected: list[str]
) -> None:
    """run shows the bundled week, --live collects into ./data, test runs the checks; the rest is passed on."""
    _installed(bootstrap, "test")
    started: list[list[str]] = []
    monkeypatch.setattr(bootstrap.os, "execv", lambda path, argv: started.append(argv))
    monkeypatch.setattr(bootstrap.os, "chdir", lambda path: None)
    monkeypatch.setenv("MONITOR_STATE", "")
    monkeypatch.delenv("MONITOR_STATE")
    bootstrap.main(args)
    assert started == [[str(bootstrap.PYTHON), *expected]]
    assert os.environ.get("MONITOR_STATE") == (str(bootstrap.ROOT / "data") if "--live" in args else None)


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_no_place(top: Path, lock: str) -> None:
    """Hashes for everything; no index address and no path of the machine that compiled it."""
    text = (top / "deploy" / lock).read_text()
    assert not re.search(r"https?:|--index|--find-links|file:", text)
    requirements = re.findall(r"^([a-z0-9._-]+)==[^\n]*\\\n    --hash=sha256:[0-9a-f]{64}", text, re.MULTILINE)
    assert len(requirements) == len(re.findall(r"^[a-z0-9._-]+==", text, re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_covers_the_project(top: Path, lock: str) -> None:
    """Every dependency of pyproject, the build backend and pip itself are locked: nothing is resolved at set-up."""
    project = tomllib.loads((top / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + ["pip", "hatchling", "editables"]
    if "test" in lock:
        wanted += project["optional-dependencies"]["test"]
    locked = set(re.findall(r"^([a-z0-9._-]+)==", (top / "deploy" / lock).read_text(), re.MULTILINE))
    names = {re.split(r"[<>=!~\[; ]", requirement)[0].lower().replace("_", "-") for requirement in wanted}
    assert names - locked == set()


def test_locks_agree(top: Path) -> None:
    """The tests run on the versions that users get."""
    texts = [(top / "deploy" / lock).read_text() for lock in LOCKS]
    run, test = (dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", text, re.MULTILINE)) for text in texts)
    assert run.items() <= test.items()


CHECKS = """
import sys
sys.path.insert(0, {deploy!r})
import checks
checks.CHECKS = (("true",), ("false",), ("true",))
checks.Path = lambda _: type("Bin", (), {{"parent": __import__("pathlib").Path("/bin")}})
sys.exit(checks.main([]))
"""


def test_checks_stop_at_the_first_failure(top: Path) -> None:
    """What is run is printed, and the exit code is that of the check that failed."""
    code = CHECKS.format(deploy=str(top / "deploy"))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert re.findall(r"^\$ (.*)$", done.stdout, re.MULTILINE) == ["true", "false"]
