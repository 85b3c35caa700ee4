"""The pipeline: due sources -> entries -> articles -> themes -> duplicates and stories -> checks -> snapshot -> digest.

Read it from top to bottom. The network is never waited for with the warehouse open; every transaction stores
whole facts, so a run that is killed loses nothing that the next one does not fetch again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from monitor import digest, schedule, themes
from monitor.clock import Clock, SimulatedClock
from monitor.errors import Reason
from monitor.model import (
    Delivery,
    Entry,
    FeedHints,
    Fetcher,
    Outcome,
    Recorder,
    Relevance,
    Report,
    Settings,
    Source,
    SourceState,
    StoryInput,
)
from monitor.stages import issue, ledger, outbox, rows
from monitor.stages.collect import Harvest, collect
from monitor.stages.job import Job, Learned, Line, Memory, Progress, run_id_of
from monitor.stages.judge import Judged, group, judge, relevance_of
from monitor.stages.read import Reading, Wanted, read_pages
from monitor.stages.sift import NOTHING, Known, Sieve, Sifted, reasons_of
from monitor.text import stable_id
from monitor.warehouse import Session, Warehouse

if TYPE_CHECKING:
    from monitor.archive import ArchivedRun
    from monitor.fetch import Network
    from monitor.mail import Mailer

STORY_WINDOW = timedelta(days=7)
# cron and timers start a little early or late: a source due within this time is waited for, not skipped for an hour.
JITTER = timedelta(seconds=60)


# ---------------------------------------------------------------- the jobs


async def run(
    settings: Settings,
    clock: Clock,
    *,
    only: frozenset[str] = frozenset(),
    force: bool = False,
    progress: Progress = lambda *_: None,
    stop_asked: Callable[[], bool] = lambda: False,
    network: Network | None = None,
) -> Report:
    """Fetch what is due (or the sources in `only`; with `force` also before their time) into the warehouse.

    Raises DiskFullError, LockedError, WarehouseError; everything about single sources is in the Report.
    `network` replaces the real one (tests, benchmarks). The caller holds the state lock.
    """
    from monitor.archive import ArchiveWriter

    job = _job(settings, clock, clock.now(), progress, stop_asked)
    ledger.check_disk(job)
    job.warehouse.migrate(job.started_at)
    memory = ledger.remember(job)
    due = [source for source in _chosen(settings, only) if force or _is_due(source, memory, job.started_at + JITTER)]
    if (wait := max((_wait_for(source, memory, job.started_at) for source in due), default=0.0)) and not force:
        await clock.sleep(wait)
        job = _job(settings, clock, clock.now(), progress, stop_asked)
    with ArchiveWriter(settings.state / "archive", job.run_id, "run", job.started_at) as archive:
        return await _execute(job, due, memory, lambda: _live(job, memory, archive, network))


async def replay(
    settings: Settings,
    archived: Iterable[ArchivedRun],
    *,
    progress: Progress = lambda *_: None,
    stop_asked: Callable[[], bool] = lambda: False,
) -> list[Report]:
    """Run every archived run again, at its own time, with the answers it got, into `settings.state`."""
    reports: list[Report] = []
    rules = themes.load(settings.themes_dir)
    by_id = {source.id: source for source in settings.sources}
    warehouse = Warehouse(settings.state)
    settings.state.mkdir(parents=True, exist_ok=True)
    with warehouse.hold():
        for past in archived:
            if stop_asked():
                break
            if not reports:
                warehouse.migrate(past.started_at)
            clock = SimulatedClock(past.started_at)
            job = Job(settings, clock, past.run_id, "replay", past.started_at, rules, warehouse, stop_asked=stop_asked)
            asked = dict.fromkeys(request.source_id for request in past.requests)
            due = [by_id[source_id] for source_id in asked if source_id in by_id]
            memory = ledger.remember(job)
            reports.append(await _execute(job, due, memory, partial(_still, Line(past)), publish=False))
            progress("replay", len(reports), 0)
    if reports:
        warehouse.publish()
    return reports


async def check_sources(
    settings: Settings,
    clock: Clock,
    chosen: Sequence[Source],
    *,
    progress: Progress = lambda *_: None,
    network: Network | None = None,
) -> list[Harvest]:
    """Ask each source once and say what came back. Nothing is stored, no page is read."""
    from monitor.fetch import Client

    async with Client(settings.fetch, clock, network=network) as client:
        harvests = []
        async for harvest in collect(chosen, {}, client, lambda: False):
            harvests.append(harvest)
            progress("sources", len(harvests), len(chosen))
    return sorted(harvests, key=lambda harvest: harvest.source.id)


def write_digest(settings: Settings, week: str, *, as_of: datetime, language: str = "") -> dict[str, Path]:
    """Render a week's digest from the snapshot into `<state>/digests`; kind -> path. Nothing is sent or frozen."""
    built = issue.build(settings, week, language or settings.digest.language, as_of)
    return issue.write_files(digest.render(built), settings.state / "digests")


def send_digest(
    settings: Settings,
    clock: Clock,
    week: str,
    mailer: Mailer,
    *,
    language: str,
    stop_asked: Callable[[], bool] = lambda: False,
) -> tuple[Delivery, ...]:
    """Freeze the issue at its first sending and deliver it to those who have not got it. The caller holds the lock.

    Raises MailError when the mail server cannot be used at all; refusals of single recipients are in the result.
    """
    built = issue.build(settings, week, language, clock.now())
    frozen = issue.freeze(settings, built, clock.now())
    issue.write_files(frozen.rendered, settings.state / "digests")
    try:
        return outbox.deliver(settings, clock, frozen, settings.digest.recipients, mailer, stop_asked)
    finally:
        Warehouse(settings.state).publish()


# ---------------------------------------------------------------- one run, step by step


async def _execute(
    job: Job,
    due: Sequence[Source],
    memory: Memory,
    open_line: Callable[[], AbstractAsyncContextManager[Line]],
    *,
    publish: bool = True,
) -> Report:
    ledger.record_start(job, due)
    async with open_line() as line:
        harvests = await _collect(job, due, memory, line.fetcher)
        wanted = _store_entries(job, harvests, line.learned())
        del harvests
        await _read(job, wanted, line)
    finished_at, failed_checks = ledger.record_end(job)
    if publish:
        with job.watch.stage("publish"):
            job.warehouse.publish()
    return Report(
        run_id=job.run_id,
        command=job.command,
        started_at=job.started_at,
        finished_at=finished_at,
        outcomes=tuple(sorted(job.outcomes, key=lambda outcome: outcome.source_id)),
        pages=job.page_counts,
        page_reasons=dict(job.page_reasons),
        new_articles=job.stored["article"],
        new_versions=job.stored["article_version"] - job.stored["article"],
        new_stories=job.stored["story"],
        stage_seconds=dict(job.watch.seconds),
        failed_checks=failed_checks,
        stopped=job.stop_asked(),
    )


async def _collect(job: Job, due: Sequence[Source], memory: Memory, fetcher: Fetcher) -> list[Harvest]:
    """Ask every due source. The warehouse is closed."""
    harvests = []
    with job.watch.stage("fetch sources"):
        async for harvest in collect(due, memory.states, fetcher, job.stop_asked):
            harvests.append(harvest)
            job.progress("sources", len(harvests), len(due))
    order = {source.id: place for place, source in enumerate(due)}
    return sorted(harvests, key=lambda harvest: order[harvest.source.id])


def _store_entries(job: Job, harvests: Sequence[Harvest], learned: Learned) -> list[Wanted]:
    """Sift the entries against what is known; entries, counts and validators are stored in one transaction.

    Returns the pages wanted now: of these entries, and of earlier ones that a run left over.
    """
    at, run_id = job.started_at, job.run_id
    stored: dict[str, list[rows.Row]] = {"source_fetch": [], "entry": [], "rejection": []}
    with job.watch.stage("sift entries"), job.warehouse.write() as session:
        sieve = Sieve(_known_entries(session, harvests), _relevance_judge(job))
        for harvest in harvests:
            sifted = sieve.sift(harvest.source, harvest.parsed) if harvest.parsed else NOTHING
            outcome = _outcome(job, harvest, sifted)
            job.outcomes.append(outcome)
            stored["source_fetch"].append(rows.fetch_row(harvest, outcome, run_id, at))
            stored["entry"] += [rows.entry_row(sighting, run_id, at) for sighting in sifted.sightings]
            stored["rejection"] += rows.rejection_rows(harvest.source.id, sifted.rejected, run_id, at)
        for table, batch in stored.items():
            session.append(table, batch)
        ledger.record_learned(job, session, learned)
        return _wanted(job, session)


async def _read(job: Job, wanted: Sequence[Wanted], line: Line) -> None:
    """Read the wanted pages and store their articles round by round."""
    job.pages["wanted"] = len(wanted)
    until = job.clock.now() + job.settings.fetch.page_budget

    def done() -> bool:
        return job.stop_asked() or job.clock.now() >= until

    settled = 0
    pages = read_pages(wanted, line.fetcher, done)
    while True:
        with job.watch.stage("fetch pages"):
            readings = await anext(pages, None)
        if readings is None:
            break
        _store_articles(job, readings, line.learned())
        settled += len(readings)
        job.progress("articles", settled, len(wanted))


def _store_articles(job: Job, readings: Sequence[Reading], learned: Learned) -> None:
    """Judge, group and store one round in one transaction."""
    with job.watch.stage("judge articles"), job.warehouse.write() as session:
        ids = [reading.wanted.article_id for reading in readings]
        held = {row["article_id"]: rows.previous(row) for row in session.rows("select_versions", ids=ids)}
        judged = [judge(reading, held.get(reading.wanted.article_id), job.rules) for reading in readings]
        with job.watch.stage("group stories"):
            duplicates, links = group(judged, *_story_context(session, judged))
        at, run_id = job.started_at, job.run_id
        versions = [item for item in judged if item.version is not None]
        stored = {
            "article": [rows.article_row(item, run_id, at) for item in judged if item.is_new],
            "article_version": [rows.version_row(item, run_id, at) for item in versions],
            "relevance": [rows.relevance_row(item, run_id, at) for item in versions],
            "theme_tag": [row for item in versions for row in rows.tag_rows(item, run_id, at)],
            "theme_evidence": [row for item in versions for row in rows.evidence_rows(item, at)],
            "duplicate": [rows.duplicate_row(duplicate, run_id, at) for duplicate in duplicates],
            "story_member": [rows.story_row(link, run_id, at) for link in links],
            "page": [rows.page_row(item, run_id, at) for item in judged],
        }
        for table, batch in stored.items():
            job.stored[table] += session.append(table, batch)
        ledger.record_learned(job, session, learned)
    job.stored["story"] += sum(link.story_id == link.article_id for link in links)
    _count_pages(job, judged)


# ---------------------------------------------------------------- what the steps look up


def _chosen(settings: Settings, only: frozenset[str]) -> list[Source]:
    """The sources in `only`, disabled ones too when asked for by name; else every enabled one."""
    return [source for source in settings.sources if (source.id in only if only else source.enabled)]


def _job(
    settings: Settings, clock: Clock, started_at: datetime, progress: Progress, stop_asked: Callable[[], bool]
) -> Job:
    rules, warehouse = themes.load(settings.themes_dir), Warehouse(settings.state)
    return Job(settings, clock, run_id_of("run", started_at), "run", started_at, rules, warehouse, progress, stop_asked)


def _is_due(source: Source, memory: Memory, now: datetime) -> bool:
    return schedule.is_due(source, memory.states.get(source.id, SourceState(source.id)), now)


def _wait_for(source: Source, memory: Memory, now: datetime) -> float:
    """Seconds until the source may be asked."""
    due_at = schedule.due_at(source, memory.states.get(source.id, SourceState(source.id)))
    return max(0.0, (due_at - now).total_seconds()) if due_at else 0.0


@asynccontextmanager
async def _live(job: Job, memory: Memory, archive: Recorder, network: Network | None) -> AsyncIterator[Line]:
    from monitor.fetch import Client, Network

    client = Client(
        job.settings.fetch,
        job.clock,
        robots=memory.robots,
        paused=memory.pauses,
        recorder=archive,
        network=network or Network(),
    )
    async with client:
        yield Line(client, lambda: (client.robots_learned, client.pauses_learned))


@asynccontextmanager
async def _still(line: Line) -> AsyncIterator[Line]:
    yield line


def _known_entries(session: Session, harvests: Sequence[Harvest]) -> dict[int, Known]:
    ids = {stable_id(entry.key) for harvest in harvests if harvest.parsed for entry in harvest.parsed.entries}
    return {row["article_id"]: rows.known(row) for row in session.rows("select_known_entries", ids=sorted(ids))}


def _relevance_judge(job: Job) -> Callable[[Source, Entry], Relevance]:
    return lambda source, entry: relevance_of(job.rules, source, entry)


def _outcome(job: Job, harvest: Harvest, sifted: Sifted) -> Outcome:
    error, answer = harvest.error, harvest.answer
    return Outcome(
        source_id=harvest.source.id,
        status=harvest.status,
        counts=sifted.counts,
        reason=error.reason if error else None,
        detail=error.message if error else "",
        http_status=rows.http_status(harvest),
        rejected=reasons_of(sifted.rejected),
        seconds=harvest.seconds,
        next_due_at=schedule.next_due(
            harvest.source,
            harvest.state,
            started_at=job.started_at,
            failed=error is not None,
            reason=error.reason if error else None,
            headers=answer.headers if answer else (),
            hints=harvest.parsed.hints if harvest.parsed else FeedHints(),
            retry_at=getattr(error, "retry_at", None),
        ),
    )


def _wanted(job: Job, session: Session) -> list[Wanted]:
    """Entries whose page is not settled yet, of this run and of earlier ones that were cut short."""
    by_id = {source.id: source for source in job.settings.sources}
    return [
        Wanted(rows.entry(row), row["article_id"], by_id[row["source_id"]], row["known_at"])
        for row in session.rows("select_pending")
        if row["source_id"] in by_id
    ]


def _story_context(session: Session, judged: Sequence[Judged]) -> tuple[list[StoryInput], dict[str, int]]:
    """The articles that new ones may join, and who had which text first."""
    if not judged:
        return [], {}
    instants = [item.effective_at for item in judged]
    since, until = min(instants) - STORY_WINDOW, max(instants) + STORY_WINDOW
    window = [rows.story_input(row) for row in session.rows("select_story_window", since=since, until=until)]
    hashes = sorted({item.body_hash for item in judged if item.body_hash})
    owners = session.rows("select_body_owners", hashes=hashes)
    return window, {row["body_hash"]: row["article_id"] for row in owners}


def _count_pages(job: Job, judged: Sequence[Judged]) -> None:
    for item in judged:
        job.pages[item.outcome] += 1
        if item.reading.error is not None:
            job.page_reasons[item.reading.error.reason] += 1
        elif item.outcome == "rejected":
            job.page_reasons[Reason.NOT_ABOUT_PERU] += 1
