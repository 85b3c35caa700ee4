"""monitor.resources: the shipped files are found in a checkout, in an editable install and in an installed wheel."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from monitor.resources import resource

SHOW = """
import site, sys
site.addsitedir(sys.argv[1])
import monitor
from monitor.resources import resource
print(monitor.__file__)
for part in sys.argv[2:]:
    print(resource(*part.split("/")))
"""
PARTS = ("sources.toml", "warehouse", "deploy/systemd/peru-monitor.service", "deploy/requirements.lock")


@pytest.fixture(scope="module")
def built(top: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Both forms of the wheel, unpacked as an installer does it."""
    folders = {}
    for form in ("standard", "editable"):
        folder = tmp_path_factory.mktemp(form)
        command = [sys.executable, "-m", "hatchling", "build", "-t", f"wheel:{form}", "-d", str(folder)]
        subprocess.run(command, cwd=top, check=True, capture_output=True)
        (wheel,) = folder.glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder / "site")
        folders[form] = folder / "site"
    return folders


def _show(site: Path) -> list[Path]:
    """What a Python that has only this installation finds, from somewhere else."""
    command = [sys.executable, "-S", "-E", "-c", SHOW, str(site), *PARTS]
    done = subprocess.run(command, cwd="/", check=True, capture_output=True, text=True)
    return [Path(line) for line in done.stdout.splitlines()]


def test_checkout(top: Path) -> None:
    """In a checkout they are the files at its top."""
    assert resource("sources.toml") == top / "sources.toml"
    assert resource("warehouse", "migrations") == top / "warehouse" / "migrations"


def test_missing_resource_means_a_broken_installation() -> None:
    """The message names the file, for whoever has to repair it."""
    with pytest.raises(FileNotFoundError, match=r"warehouse/nothing.sql is missing from this installation"):
        resource("warehouse", "nothing.sql")


def test_editable_install(built: dict[str, Path], top: Path) -> None:
    """An editable install leaves a bare `monitor/_data` beside it, which must not hide the checkout's package."""
    package, *found = _show(built["editable"])
    assert package == top / "monitor" / "__init__.py"
    assert [path.read_bytes() for path in found if path.is_file()] == [
        (top / part).read_bytes() for part in PARTS if (top / part).is_file()
    ]


def test_installed_wheel(built: dict[str, Path], top: Path) -> None:
    """A wheel carries its own copies and looks nowhere else."""
    package, *found = _show(built["standard"])
    assert package == built["standard"] / "monitor" / "__init__.py"
    assert found == [built["standard"] / "monitor" / "_data" / part for part in PARTS]
    assert found[0].read_bytes() == (top / "sources.toml").read_bytes()


def _files(folder: Path) -> set[str]:
    found = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(folder)) for path in found}


def test_wheel_holds_everything(built: dict[str, Path], top: Path) -> None:
    """SQL, templates, themes, the bundled week and the units: nothing works in a checkout only."""
    site = built["standard"]
    assert _files(top / "warehouse") == _files(site / "monitor" / "_data" / "warehouse")
    assert _files(top / "deploy") == _files(site / "monitor" / "_data" / "deploy")
    packaged = {name for name in _files(site / "monitor") if not name.startswith("_data/")}
    assert _files(top / "monitor") == packaged


def test_wheel_holds_nothing_else(built: dict[str, Path]) -> None:
    """No tests, no captures, no state."""
    assert {path.name for path in built["standard"].iterdir() if not path.name.endswith(".dist-info")} == {"monitor"}
