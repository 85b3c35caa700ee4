"""Beginnings and ends of runs in the warehouse: what is remembered, what is about to be asked, how it ended."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor import __version__
from monitor.errors import DiskFullError
from monitor.model import HostState, RobotsRecord, Source, Status
from monitor.stages import rows
from monitor.stages.job import Job, Learned, Memory
from monitor.warehouse import Session, named_files

ROBOTS_KEPT = timedelta(days=30)  # a last good copy may be used so long when the host does not answer (RFC 9309 2.4)


def check_disk(job: Job) -> None:
    """Refuse to start where the run could not end: the snapshot alone needs another copy of the warehouse."""
    size = job.warehouse.path.stat().st_size if job.warehouse.path.exists() else 0
    needed = max(job.settings.min_free_bytes, 3 * size)
    free = job.warehouse.free_bytes()
    if free < needed:
        raise DiskFullError(
            f"{free // 1_000_000} MB free on the disk of {job.settings.state}, {needed // 1_000_000} MB needed",
            hint="free some space; nothing was fetched",
        )


def remember(job: Job) -> Memory:
    """Source states, robots.txt copies and host pauses."""
    with job.watch.stage("open warehouse"), job.warehouse.read() as session:
        since, now = job.started_at - ROBOTS_KEPT, job.started_at
        return Memory(
            states={row["source_id"]: rows.source_state(row) for row in session.rows("select_source_states")},
            robots=tuple(RobotsRecord(**row) for row in session.rows("select_robots", since=since)),
            pauses=tuple(HostState(**row) for row in session.rows("select_pauses", now=now)),
        )


def record_start(job: Job, due: Sequence[Source]) -> None:
    """Attempts are committed before the first request, so that no crash or second process asks too soon again.

    Each at the place its source will have in the run, which is later than the run's start.
    """
    at = job.started_at
    run = {
        "run_id": job.run_id,
        "command": job.command,
        "started_at": at,
        "code_version": __version__,
        "config_version": job.settings.version,
        "rules_version": job.rules.version,
        "known_at": at,
    }
    attempts = [
        {
            "run_id": job.run_id,
            "source_id": source.id,
            "url": source.url,
            "attempted_at": job.starts.get(source.id, at),
            "known_at": at,
        }
        for source in due
    ]
    with job.watch.stage("open warehouse"), job.warehouse.write() as session:
        session.append("run", [run])
        session.append("source", rows.changed_sources(job.settings.sources, session.rows("select_known_sources"), at))
        if not session.rows("select_themes", rules_version=job.rules.version):
            session.append("theme", rows.theme_rows(job.rules, at))
        session.append("attempt", attempts)


def record_learned(job: Job, session: Session, learned: Learned) -> None:
    """What hosts told us: robots.txt and requests to wait."""
    robots, pauses = learned
    if robots:
        from monitor.fetch.robots import forbidden

        named = [source for source in job.settings.sources if source.enabled]
        session.append("robots", [rows.robots_row(one, forbidden(one, named), job.started_at) for one in robots])
    session.append("host_pause", [rows.pause_row(state, job.started_at) for state in pauses])


def record_end(job: Job) -> tuple[datetime, tuple[str, ...]]:
    """Run the data checks and store how the run ended; (end, names of failed checks)."""
    finished_at, pages = job.clock.now(), job.page_counts
    assert pages.balanced, pages
    with job.watch.stage("checks"), job.warehouse.write() as session:
        failed = failed_checks(session)
        end = {
            "run_id": job.run_id,
            "finished_at": finished_at,
            "exit_code": int(job.exit_code),
            "stopped": job.stop_asked(),
            "sources_tried": len(job.outcomes),
            "sources_ok": sum(outcome.status is not Status.FAILED for outcome in job.outcomes),
            "new_articles": job.stored["article"],
            "new_versions": job.stored["article_version"] - job.stored["article"],
            "new_stories": job.stored["story"],
            "pages_wanted": pages.wanted,
            "pages_stored": pages.stored,
            "pages_from_feed": pages.from_feed,
            "pages_rejected": pages.rejected,
            "pages_pending": pages.pending,
            "stage_seconds": json.dumps({name: round(spent, 3) for name, spent in job.watch.seconds.items()}),
            "failed_checks": list(failed),
            "known_at": job.started_at,
        }
        session.append("run_end", [end])
    return finished_at, failed


def failed_checks(session: Session) -> tuple[str, ...]:
    """Names of the data checks that find something in the rows since the last run; those that failed then, in all."""
    checks = named_files("checks")
    standing = checks.keys() & {row["name"] for row in session.rows("select_standing_failures")}
    session.run("start_checks")
    failed = {name for name in checks.keys() - standing if session.select(checks[name])}
    if standing:
        session.run("start_full_checks")
        failed |= {name for name in standing if session.select(checks[name])}
    return tuple(sorted(failed))
