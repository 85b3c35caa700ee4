"""The systemd units, the cron file and the container file: valid, shut in, and calling verbs that exist."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.resources import resource

UNITS = sorted(resource("deploy", "systemd").glob("*.service"))
TIMERS = sorted(resource("deploy", "systemd").glob("*.timer"))
CRON = resource("deploy", "cron", "peru-monitor")
CONTAINER = resource("deploy", "container", "Containerfile")
PROGRAM = "/opt/peru-monitor/bin/peru-monitor"

needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not on this machine")


def _analyze(*args: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *args], capture_output=True, text=True, check=False)


def _read(unit: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(unit)
    return parser


def _cron_lines() -> list[str]:
    return [line for line in CRON.read_text().splitlines() if line and not line.startswith("#")]


def _commands() -> list[str]:
    from_units = [_read(unit)["Service"]["ExecStart"] for unit in UNITS]
    from_cron = [part for line in _cron_lines() for part in re.findall(rf"{PROGRAM}[^&]*", line)]
    return sorted({command.strip() for command in from_units + from_cron})


@needs_systemd
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_unit_is_shut_in(unit: Path) -> None:
    """systemd's own score of the sandbox stays at or below 1.2 of 10 (an unconfined service has 9.6)."""
    done = _analyze("security", "--offline=true", "--threshold=12", unit)
    assert done.returncode == 0, done.stdout[-400:] + done.stderr


@needs_systemd
def test_units_verify(tmp_path: Path) -> None:
    """systemd reads every unit and timer without a complaint."""
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for unit in (*UNITS, *TIMERS):
        # verify insists that the program exists, and it is installed nowhere on a build machine.
        (tmp_path / unit.name).write_text(unit.read_text().replace(PROGRAM, str(program)))
    done = _analyze("verify", "--man=no", *(tmp_path / unit.name for unit in (*UNITS, *TIMERS)))
    ours = [line for line in done.stderr.splitlines() if "peru-monitor" in line or str(tmp_path) in line]
    assert not ours, "\n".join(ours)


@needs_systemd
@pytest.mark.parametrize("timer", TIMERS, ids=lambda timer: timer.name)
def test_timer_has_a_next_time(timer: Path) -> None:
    """The calendar expression is one that systemd can compute."""
    done = _analyze("calendar", _read(timer)["Timer"]["OnCalendar"])
    assert "Next elapse:" in done.stdout, done.stderr


def test_every_timer_has_its_service() -> None:
    """A timer starts the service of its own name."""
    assert {timer.stem for timer in TIMERS} <= {unit.stem for unit in UNITS}
    assert all(_read(timer)["Timer"]["Persistent"] == "yes" for timer in TIMERS)


def test_units_share_one_sandbox() -> None:
    """What protects one protects all: the sandbox lines are the same in every unit."""
    texts = [unit.read_text().partition("# What it may touch")[2] for unit in UNITS]
    sandboxes = {text.partition("[Install]")[0].strip() for text in texts}
    assert len(sandboxes) == 1
    assert "IPAddressDeny=link-local multicast" in sandboxes.pop()


def test_digest_timer_is_hourly_and_leaves_the_hour_to_the_program() -> None:
    """A weekly timer would never retry deferred mail, and would skip a week whose run held the lock at that minute."""
    when = _read(resource("deploy", "systemd", "peru-monitor-digest.timer"))["Timer"]["OnCalendar"]
    assert when.startswith("*-*-* *:")
    service = _read(resource("deploy", "systemd", "peru-monitor-digest.service"))["Service"]["ExecStart"]
    assert "--if-due" in service


@pytest.mark.parametrize("command", _commands())
def test_commands_exist(command: str) -> None:
    """Every command that a unit or cron calls is one the program understands, options included."""
    program, *args = shlex.split(command)
    assert program == PROGRAM
    done = subprocess.run(
        [sys.executable, "-m", "monitor", *args, "--help"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_cron_file_is_one_cron_can_read() -> None:
    """Assignments or five fields, a user and a command; no bare %, which cron turns into a line end; no CRON_TZ."""
    number = r"(?:\*|\d{1,2}(?:-\d{1,2})?)(?:/\d{1,2})?"
    job = re.compile(rf"(?:{number}(?:,{number})*\s+){{5}}(?P<user>[a-z_][a-z0-9_-]*)\s+(?P<command>/\S.*)")
    lines = _cron_lines()
    assert CRON.read_text().endswith("\n")
    assert "." not in CRON.name  # Debian's cron skips files in cron.d whose name holds a dot
    assert not any(line.startswith("CRON_TZ") for line in lines)
    jobs = [line for line in lines if not re.fullmatch(r"[A-Z_]+=\S*", line)]
    assert len(jobs) == 1
    found = job.fullmatch(jobs[0])
    assert found
    assert found["user"] == "peru-monitor"
    assert not re.search(r"(?<!\\)%", found["command"])
    assert subprocess.run(["sh", "-n", "-c", found["command"]], check=False).returncode == 0


def test_system_user_is_declared() -> None:
    """The user that the units and cron run as is made by sysusers.d, with the state folder as its home."""
    text = resource("deploy", "systemd", "peru-monitor.sysusers.conf").read_text()
    (line,) = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert shlex.split(line) == ["u", "peru-monitor", "-", "peru-monitor", "/var/lib/peru-monitor"]
    assert {_read(unit)["Service"]["User"] for unit in UNITS} == {"peru-monitor"}


def test_container_copies_what_the_build_needs(top: Path) -> None:
    """Each path that the container file copies exists, and it installs from the hash lock as its own user."""
    text = CONTAINER.read_text()
    copied = [name for line in re.findall(r"^COPY (?!--from)(.*) \S+$", text, re.MULTILINE) for name in line.split()]
    assert copied
    assert [name for name in copied if not (top / name).exists()] == []
    assert "--require-hashes -r deploy/requirements.lock" in text
    assert re.search(r"^USER peru-monitor$", text, re.MULTILINE)
