"""`peru-monitor serve`: calls the run every hour and the digest every week until told to stop. Knows no pipeline."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import FrameType
from zoneinfo import ZoneInfo

from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_MISSED,
    JobEvent,
)
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger

from monitor.clock import Clock
from monitor.errors import Exit
from monitor.model import Settings

log = logging.getLogger(__name__)

DIGEST_GRACE = timedelta(hours=6)
HUNG_AFTER = timedelta(hours=1)  # far beyond the page budget of a run: then the watchdog may restart us
_WAKE = timedelta(seconds=30)
_LONGEST_GAP = timedelta(days=8)  # a weekly trigger has fired at least once in it


@dataclass(frozen=True, slots=True)
class Job:
    """Something to call on a schedule. `call` returns a process exit code.

    `grace` is how late it may start, None for however late. `last_success_at` decides whether a firing was missed
    while the service was down; None means it never succeeded, and then it is due at once only if `eager`.
    """

    name: str
    call: Callable[[], int]
    trigger: BaseTrigger
    grace: timedelta | None = None
    last_success_at: datetime | None = None
    eager: bool = False


def jobs(
    settings: Settings,
    run: Callable[[], int],
    digest: Callable[[], int],
    *,
    last_run_at: datetime | None,
    last_digest_at: datetime | None,
) -> tuple[Job, Job]:
    """The hourly run and the weekly digest as configured, in the configured zone."""
    zone, when = ZoneInfo(settings.zone), settings.schedule
    hourly = CronTrigger(minute=when.run_minute, timezone=zone)
    # The day goes by name: a number means another day to cron (1 = Monday) than to APScheduler (0 = Monday).
    weekly = CronTrigger(day_of_week=when.digest_day, hour=when.digest_hour, minute=when.digest_minute, timezone=zone)
    return (
        Job("run", run, hourly, None, last_run_at, eager=True),
        Job("digest", digest, weekly, DIGEST_GRACE, last_digest_at),
    )


def serve(
    settings: Settings,
    *,
    run: Callable[[], int],
    digest: Callable[[], int],
    stop: threading.Event,
    clock: Clock,
    last_run_at: datetime | None = None,
    last_digest_at: datetime | None = None,
) -> None:
    """The hourly run and the weekly digest of the settings, until told to stop; see `operate`.

    `last_run_at` and `last_digest_at` are the last successes the warehouse knows of, None where there is none.
    """
    operate(jobs(settings, run, digest, last_run_at=last_run_at, last_digest_at=last_digest_at), stop, clock)


def operate(
    planned: tuple[Job, ...], stop: threading.Event, clock: Clock, environ: Mapping[str, str] = os.environ
) -> None:
    """Call the jobs on their schedules, one at a time, until `stop` is set or SIGTERM or SIGINT arrives.

    A job under way is waited for, so jobs must look at `stop` themselves. A job that was missed while the service
    was down is called at once, in the order given. Tells systemd when it is ready and, while no job hangs, that it
    is alive (sd_notify(3)).
    """
    pulse = _Pulse(clock)
    scheduler = _scheduler(planned, pulse, clock.now())
    with _signals(stop):
        scheduler.start()
        try:
            _notify(environ, "READY=1")
            _wait(stop, pulse, environ)
        finally:
            stop.set()
            _notify(environ, "STOPPING=1")
            scheduler.shutdown(wait=True)
    log.info("stopped")


def missed(job: Job, now: datetime) -> bool:
    """Whether the job's last success is older than its last firing before `now`."""
    if job.last_success_at is None:
        return job.eager
    fired_at = previous_fire(job.trigger, now)
    return fired_at is not None and job.last_success_at < fired_at


def previous_fire(trigger: BaseTrigger, now: datetime) -> datetime | None:
    """The last instant at or before `now` at which the trigger fired; None where that is over eight days ago."""
    last: datetime | None = None
    following = trigger.get_next_fire_time(None, now - _LONGEST_GAP)
    while following is not None and following <= now:
        last = following
        following = trigger.get_next_fire_time(last, last + timedelta(microseconds=1))
    return last


class _Pulse:
    """Since when a job has been under way, read by the watchdog."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since: datetime | None = None

    def during(self, job: Job) -> Callable[[], None]:
        def call() -> None:
            self._since = self._clock.now()
            try:
                code = job.call()
            finally:
                self._since = None
            _log_exit(job.name, code)

        return call

    @property
    def fresh(self) -> bool:
        since = self._since
        return since is None or self._clock.now() - since < HUNG_AFTER


def _log_exit(name: str, code: int) -> None:
    level = logging.INFO if code in (Exit.OK, Exit.LOCKED) else logging.ERROR
    log.log(level, "%s ended with exit code %d", name, code)


def _scheduler(planned: tuple[Job, ...], pulse: _Pulse, now: datetime) -> BackgroundScheduler:
    # One thread: the jobs share one lock, so a digest that is due during a run waits for it instead of failing.
    scheduler = BackgroundScheduler(executors={"default": ThreadPoolExecutor(1)}, timezone=ZoneInfo("UTC"))
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # the listener below says it once, in our words
    scheduler.add_listener(_on_trouble, EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)
    for place, job in enumerate(planned):
        due_at = now + place * timedelta(microseconds=1) if missed(job, now) else None
        scheduler.add_job(
            pulse.during(job),
            job.trigger,
            id=job.name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None if job.grace is None else int(job.grace.total_seconds()),
            next_run_time=due_at or job.trigger.get_next_fire_time(None, now),
        )
        log.info("%s: %s", job.name, "missed while stopped, starting now" if due_at else f"on schedule {job.trigger}")
    return scheduler


def _on_trouble(event: JobEvent) -> None:
    # APScheduler only writes these to its own log, and the unit stays "active (running)".
    if event.code == EVENT_JOB_ERROR:
        log.error("%s failed: %s", event.job_id, event.exception, exc_info=event.exception)
    elif event.code == EVENT_JOB_MISSED:
        log.error("%s was missed: due at %s", event.job_id, event.scheduled_run_time)
    else:
        log.warning("%s skipped: the one before is still under way", event.job_id)


@contextmanager
def _signals(stop: threading.Event) -> Iterator[None]:
    """SIGTERM and SIGINT ask for a stop; a second one acts as if we were not here."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def ask(number: int, _frame: FrameType | None) -> None:
        log.info("%s: finishing", signal.Signals(number).name)
        stop.set()
        signal.signal(number, before[signal.Signals(number)])

    for number in before:
        signal.signal(number, ask)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _wait(stop: threading.Event, pulse: _Pulse, environ: Mapping[str, str]) -> None:
    limit = environ.get("WATCHDOG_USEC", "")
    pause = timedelta(microseconds=int(limit)) / 2 if limit.isdecimal() else _WAKE
    while not stop.wait(min(pause, _WAKE).total_seconds()):
        if pulse.fresh:
            _notify(environ, "WATCHDOG=1")


def _notify(environ: Mapping[str, str], message: str) -> None:
    """sd_notify(3): one datagram to the socket systemd named; nothing where there is none."""
    address = environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
        try:
            sender.sendto(message.encode(), "\0" + address[1:] if address.startswith("@") else address)
        except OSError as error:
            log.warning("systemd could not be told %s: %s", message, error)
