"""Judges what was read and stores it, one round in one transaction: articles, versions, tags. Stories once a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from monitor.errors import Reason
from monitor.stages import ledger, placing, rechecking, rows, version_rows, versions
from monitor.stages.job import Job, Learned
from monitor.stages.judge import Judged, Previous, draft
from monitor.stages.read import Reading
from monitor.stages.stored import Repeated, repeated_lines
from monitor.stages.versions import Look
from monitor.warehouse import Session


def store_articles(job: Job, readings: Sequence[Reading], learned: Learned) -> None:
    """Judge, group and store one round of wanted pages."""
    with job.watch.stage("judge articles"), job.warehouse.write() as session:
        held = held_versions(session, [reading.wanted.article_id for reading in readings])
        judged = judge_all(job, readings, held, known_lines(job, session))
        append_judged(job, session, judged)
        ledger.record_learned(job, session, learned)
    _count_pages(job, judged)


def store_looks(job: Job, looks: Sequence[Look], learned: Learned) -> None:
    """Judge and store one round of further looks. Stories and duplicates stay as they were placed at first."""
    with job.watch.stage("judge articles"), job.warehouse.write() as session:
        if looks:
            _append_looks(job, session, looks)
        ledger.record_learned(job, session, learned)


def _append_looks(job: Job, session: Session, looks: Sequence[Look]) -> None:
    held = held_versions(session, [look.article_id for look in looks])
    readings = versions.readable(looks, held)
    judged = judge_all(job, readings, held, known_lines(job, session) if readings else {})
    stored = version_rows.look_tables(looks, judged, held, job.run_id, job.started_at)
    for table, batch in stored.items():
        session.append(table, batch)
        job.stored[table] += len(batch)
    job.rechecks.update(row["outcome"] for row in stored["recheck"])


def judge_all(job: Job, readings: Sequence[Reading], held: Mapping[int, Previous], lines: Repeated) -> list[Judged]:
    """`judge` of each reading, in order."""
    drafts = [
        draft(one, held.get(one.wanted.article_id), lines.get(one.wanted.source.id, frozenset())) for one in readings
    ]
    return [one.judged(job.foreseen.taggings.get(one.document) or job.rules.tag(one.document)) for one in drafts]


def known_lines(job: Job, session: Session) -> Repeated:
    """Lines that sources repeat on many pages, looked up once a run."""
    if job.repeated is None:
        job.repeated = repeated_lines(session, job.started_at)
    return job.repeated


def held_versions(session: Session, ids: Sequence[int]) -> dict[int, Previous]:
    """The latest version of each of these articles that the warehouse holds."""
    held = session.rows("select_held", ids=list(ids)) if ids else []
    found = session.rows("select_versions", ids=list(ids), **held[0]) if held else []
    return {row["article_id"]: rows.previous(row) for row in found}


def append_judged(job: Job, session: Session, judged: Sequence[Judged]) -> None:
    """Append articles with all that hangs on them, but their stories: those are found once a run."""
    at, run_id = job.started_at, job.run_id
    stored = {
        "article": [rows.article_row(item, run_id, at) for item in judged if item.is_new],
        **version_rows.version_tables(judged, run_id, at),
        "page": [rows.page_row(item, run_id, at) for item in judged],
    }
    for table, batch in stored.items():
        session.append(table, batch)
        job.stored[table] += len(batch)


def place_articles(job: Job) -> None:
    """Find duplicates and stories of what has none yet, in one transaction."""
    with job.watch.stage("group stories"), job.warehouse.write() as session:
        job.stored["story"] += placing.place(session, job.run_id, job.started_at, job.remembered, job.foreseen.prepared)


def recheck_stories(job: Job) -> None:
    """Look at the stories of the last days again, in the first run of each day."""
    with job.watch.stage("recheck stories"), job.warehouse.write() as session:
        job.stored["story_event"] += rechecking.recheck(
            session, job.run_id, job.started_at, job.settings.zone, job.remembered
        )


def _count_pages(job: Job, judged: Sequence[Judged]) -> None:
    for item in judged:
        job.pages[item.outcome] += 1
        if item.reading.error is not None:
            job.page_reasons[item.reading.error.reason] += 1
        elif item.outcome == "rejected":
            job.page_reasons[Reason.NOT_ABOUT_PERU] += 1
