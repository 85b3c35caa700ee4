"""monitor.service: a real scheduler, in this process or in one that is signalled."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from apscheduler.triggers.cron import CronTrigger

from monitor.clock import SimulatedClock, SystemClock
from monitor.model import ScheduleSettings, Settings
from monitor.service import DIGEST_GRACE, Job, jobs, missed, operate, previous_fire, serve

SETTINGS = Settings(sources=(), state=Path("unused"))
MONDAY = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)  # 07:00 in Lima, half an hour after the digest
EVERY_SECOND = CronTrigger(second="*", timezone="UTC")
NEVER = CronTrigger(year=1999, timezone="UTC")


def _planned(last_run_at: datetime | None = None, last_digest_at: datetime | None = None) -> tuple[Job, Job]:
    return jobs(SETTINGS, lambda: 0, lambda: 0, last_run_at=last_run_at, last_digest_at=last_digest_at)


def test_digest_fires_on_monday_in_lima() -> None:
    """06:30 in Lima is 11:30 UTC, on Monday, whatever the zone of the machine."""
    _, digest = _planned()
    sunday = MONDAY - timedelta(days=1)
    assert digest.trigger.get_next_fire_time(None, sunday) == datetime(2026, 11, 16, 11, 30, tzinfo=UTC)
    assert digest.grace == DIGEST_GRACE


def test_run_fires_once_an_hour_however_late() -> None:
    """At the configured minute; a run that starts late is still a run."""
    run, _ = _planned()
    assert run.trigger.get_next_fire_time(None, MONDAY) == MONDAY + timedelta(minutes=7)
    assert run.grace is None


def test_schedule_follows_the_settings() -> None:
    """Day, time and minute come from [schedule], the zone from [monitor]."""
    settings = replace(SETTINGS, zone="Europe/Madrid", schedule=ScheduleSettings(12, "fri", 17, 5))
    run, digest = jobs(settings, lambda: 0, lambda: 0, last_run_at=None, last_digest_at=None)
    assert digest.trigger.get_next_fire_time(None, MONDAY) == datetime(2026, 11, 20, 16, 5, tzinfo=UTC)
    assert run.trigger.get_next_fire_time(None, MONDAY) == MONDAY + timedelta(minutes=12)


def test_previous_fire() -> None:
    """The last firing at or before an instant; none in eight days is none."""
    run, digest = _planned()
    fired_at = datetime(2026, 11, 16, 11, 30, tzinfo=UTC)
    assert previous_fire(digest.trigger, MONDAY) == fired_at
    assert previous_fire(digest.trigger, fired_at) == fired_at
    assert previous_fire(digest.trigger, fired_at - timedelta(seconds=1)) == fired_at - timedelta(days=7)
    assert previous_fire(run.trigger, MONDAY) == datetime(2026, 11, 16, 11, 7, tzinfo=UTC)
    assert previous_fire(NEVER, MONDAY) is None


@pytest.mark.parametrize(
    ("age", "expected"), [(timedelta(minutes=20), False), (timedelta(minutes=40), True), (timedelta(days=9), True)]
)
def test_digest_is_caught_up_when_its_last_firing_was_missed(age: timedelta, expected: bool) -> None:
    """The service was down on Monday at 06:30: the issue is made when it is back, and only then."""
    _, digest = _planned(last_digest_at=MONDAY - age)
    assert missed(digest, MONDAY) is expected


def test_first_start_runs_at_once_but_sends_nothing() -> None:
    """A fresh installation collects immediately; there is no past issue to make up for."""
    run, digest = _planned()
    assert missed(run, MONDAY)
    assert not missed(digest, MONDAY)


def _operate(*planned: Job, stop: threading.Event, environ: dict[str, str] | None = None) -> None:
    operate(planned, stop, SystemClock(), environ or {})


def _note(called: list[str], name: str, then: Callable[[], object] = lambda: None) -> Callable[[], int]:
    def call() -> int:
        called.append(name)
        then()
        return 0

    return call


def test_missed_jobs_run_in_order_one_at_a_time() -> None:
    """The digest that was missed waits for the run that was missed, so it sees the run's articles."""
    called: list[str] = []
    stop = threading.Event()
    run = Job("run", _note(called, "run", lambda: stop.wait(0.2)), NEVER, eager=True)
    digest = Job("digest", _note(called, "digest", stop.set), NEVER, eager=True)
    _operate(run, digest, stop=stop)
    assert called == ["run", "digest"]


def test_failing_job_is_logged_and_called_again(caplog: pytest.LogCaptureFixture) -> None:
    """An exception in one call is said, with its traceback, and does not end the service."""
    calls: list[int] = []
    stop = threading.Event()

    def call() -> int:
        calls.append(1)
        if len(calls) > 1:
            stop.set()
            return 69
        raise RuntimeError("boom")

    with caplog.at_level(logging.INFO, "monitor.service"):
        _operate(Job("run", call, EVERY_SECOND, eager=True), stop=stop)
    assert "run failed: boom" in caplog.text
    assert "Traceback" in caplog.text
    assert "run ended with exit code 69" in caplog.text


def test_late_job_within_its_grace_is_not_dropped(caplog: pytest.LogCaptureFixture) -> None:
    """A job that had to wait for another starts late, where APScheduler's default drops it after one second."""
    called: list[str] = []
    stop = threading.Event()
    slow = Job("run", _note(called, "run", lambda: stop.wait(2.2)), NEVER, eager=True)
    digest = Job("digest", _note(called, "digest", stop.set), EVERY_SECOND, DIGEST_GRACE)
    _operate(slow, digest, stop=stop)
    assert called == ["run", "digest"]
    assert "missed" not in caplog.text


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[socket.socket]:
    """What systemd offers a Type=notify unit: a datagram socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(str(tmp_path / "notify"))
        receiver.setblocking(False)
        yield receiver


def _told(receiver: socket.socket) -> list[str]:
    messages = []
    while True:
        try:
            messages.append(receiver.recv(100).decode())
        except BlockingIOError:
            return messages


def test_systemd_is_told(systemd: socket.socket) -> None:
    """Ready, then alive at half the watchdog's limit, then stopping."""
    stop = threading.Event()
    environ = {"NOTIFY_SOCKET": systemd.getsockname(), "WATCHDOG_USEC": "100000"}
    threading.Timer(0.4, stop.set).start()
    _operate(Job("run", lambda: 0, NEVER), stop=stop, environ=environ)
    told = _told(systemd)
    assert told[0] == "READY=1"
    assert told[-1] == "STOPPING=1"
    assert set(told[1:-1]) == {"WATCHDOG=1"}


def test_watchdog_is_not_fed_while_a_job_hangs(systemd: socket.socket) -> None:
    """A job far beyond its time must not hide behind a main loop that still turns."""
    stop = threading.Event()
    clock = SimulatedClock(MONDAY)
    hung = threading.Event()

    def hang() -> int:
        clock.move_to(MONDAY + timedelta(hours=2))
        _told(systemd)
        hung.set()
        stop.wait(5)
        return 0

    environ = {"NOTIFY_SOCKET": systemd.getsockname(), "WATCHDOG_USEC": "100000"}
    threading.Timer(0.6, stop.set).start()
    operate((Job("run", hang, NEVER, eager=True),), stop, clock, environ)
    assert hung.is_set()
    assert "WATCHDOG=1" not in _told(systemd)


def test_service_starts_with_the_settings_schedule() -> None:
    """A first start collects at once and then waits; a digest is not due."""
    called: list[str] = []
    stop = threading.Event()
    run, digest = _note(called, "run", stop.set), _note(called, "digest")
    serve(SETTINGS, run=run, digest=digest, stop=stop, clock=SystemClock())
    assert called == ["run"]


SERVICE = """
import logging, sys, threading
from apscheduler.triggers.cron import CronTrigger
from monitor.clock import SystemClock
from monitor.service import Job, operate
logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")
stop = threading.Event()
def run():
    print("started", flush=True)
    stop.wait(20)
    print("committed", flush=True)
    return 0
operate((Job("run", run, CronTrigger(second="*", timezone="UTC"), eager=True),), stop, SystemClock())
print("left", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_in_mid_run_finishes_cleanly(number: signal.Signals, top: Path) -> None:
    """The job under way is told to stop and waited for; the process ends by itself with 0."""
    environ = os.environ | {"TZ": "Asia/Kathmandu", "PYTHONPATH": str(top)}
    process = subprocess.Popen([sys.executable, "-c", SERVICE], stdout=subprocess.PIPE, text=True, env=environ)
    assert process.stdout is not None
    for line in process.stdout:
        if line == "started\n":
            break
    process.send_signal(number)
    rest, _ = process.communicate(timeout=15)
    assert process.returncode == 0
    assert [line for line in rest.splitlines() if "skipped" not in line] == [
        f"{number.name}: finishing",
        "committed",
        "run ended with exit code 0",
        "stopped",
        "left",
    ]
