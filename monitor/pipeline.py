"""The pipeline: due sources -> entries -> articles -> themes -> duplicates and stories -> checks -> snapshot -> digest.

Read it from top to bottom. The network is never waited for with the warehouse open; every transaction stores
whole facts, so a run that is killed loses nothing that the next one does not fetch again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from monitor import digest, schedule, themes
from monitor.clock import Clock, SimulatedClock
from monitor.model import (
    Delivery,
    Entry,
    Outcome,
    Recorder,
    Relevance,
    Report,
    Settings,
    Source,
)
from monitor.stages import given, issue, ledger, outbox, poll, rows, version_rows, versions
from monitor.stages.ahead import Ahead
from monitor.stages.collect import Harvest, collect
from monitor.stages.job import Job, Learned, Line, Memory, Progress, Turn, rules_in_force, run_id_of, seldom_swept
from monitor.stages.judge import document_of_entry
from monitor.stages.read import Wanted, read_pages
from monitor.stages.sift import NOTHING, Known, Sieve, Sifted, reasons_of
from monitor.stages.stopping import Stoppable
from monitor.stages.store import place_articles, recheck_stories, store_articles, store_looks
from monitor.stories.grouping import Remembered
from monitor.text import stable_id
from monitor.warehouse import Session, Warehouse

if TYPE_CHECKING:
    from monitor.fetch import Network
    from monitor.mail import Mailer

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

    warehouse = Warehouse(settings.state)
    job = _job(settings, clock, warehouse, progress, stop_asked)
    ledger.check_disk(job)
    with warehouse.hold():
        warehouse.migrate(job.started_at)
        memory = ledger.remember(job)
        due = [one for one in _chosen(settings, only) if force or _is_due(one, memory, job.started_at + JITTER)]
        job.only = only
        job.starts = {} if force else _starts(due, memory, job.started_at)
        with ArchiveWriter(settings.state / "archive", job.run_id, "run", job.started_at) as archive:
            return await _execute(job, due, memory, lambda: _live(job, memory, archive, network, _turn(job)))


async def replay(
    settings: Settings,
    archive: Sequence[Path],
    *,
    since: datetime | None = None,
    progress: Progress = lambda *_: None,
    stop_asked: Callable[[], bool] = lambda: False,
) -> list[Report]:
    """Run every run of these WARC files again, at its own time, with the answers it got, into `settings.state`.

    With `since` only those that started on or after that day. Raises ArchiveError for files that cannot be read.
    """
    reports: list[Report] = []
    remembered = Remembered()
    rules = themes.load(settings.themes_dir)
    by_id = {source.id: source for source in settings.sources}
    warehouse = Warehouse(settings.state)
    settings.state.mkdir(parents=True, exist_ok=True)
    with (
        seldom_swept(),
        warehouse.hold(rests=False),
        Ahead(settings, rules, archive, since, remembered.lexicon) as ahead,
    ):
        for coming in ahead.runs():
            past = coming.run
            if stop_asked():
                break
            if not reports:
                warehouse.migrate(past.started_at)
            clock = SimulatedClock(past.started_at)
            job = Job(settings, clock, past.run_id, "replay", past.started_at, rules, warehouse, stop_asked=stop_asked)
            job.only = frozenset(by_id)  # also those that were disabled since
            job.remembered, job.foreseen = remembered, coming.foreseen
            asked = dict.fromkeys(request.source_id for request in past.requests)
            due = [by_id[source_id] for source_id in asked if source_id in by_id]
            with warehouse.together():
                if past.command in given.COMMANDS:
                    reports.append(given.replay(job, past))
                else:
                    memory = ledger.remember(job)
                    reports.append(await _execute(job, due, memory, partial(_still, coming.line), publish=False))
                    ahead.tell(job.repeated or {})
            progress("replay", len(reports), 0)
    if reports:
        warehouse.publish()
    return reports


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
    due = [poll.at_present_address(source, memory.of(source)) for source in due]
    ledger.record_start(job, due)
    async with open_line() as line:
        harvests = await _collect(job, due, memory, line)
        wanted = _store_entries(job, harvests, line.learned())
        del harvests
        until = job.clock.now() + job.settings.fetch.page_budget
        await _read(job, wanted, line, until)
        place_articles(job)
        recheck_stories(job)
        await _look_again(job, line, until)
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
        rechecks=dict(job.rechecks),
    )


async def _collect(job: Job, due: Sequence[Source], memory: Memory, line: Line) -> list[Harvest]:
    """Ask every due source."""
    harvests: list[Harvest] = []
    if not due:
        return harvests
    with job.waiting("fetch sources"):
        asked = collect(due, memory.states, line, job.stop_asked, at=job.started_at)
        async for harvest in asked:
            harvests.append(harvest)
            job.progress("sources", len(harvests), len(due))
    order = {source.id: place for place, source in enumerate(due)}
    return sorted(harvests, key=lambda harvest: order[harvest.source.id])


def _store_entries(job: Job, harvests: Sequence[Harvest], learned: Learned) -> list[Wanted]:
    """Sift the entries against what is known; entries, counts and validators are stored in one transaction.

    Returns the pages wanted now: of these entries, and of earlier ones that a run left over.
    """
    at, run_id = job.started_at, job.run_id
    tables = ("source_fetch", "source_poll", "source_move", "entry", "rejection")
    stored: dict[str, list[rows.Row]] = {table: [] for table in tables}
    with job.watch.stage("sift entries"), job.warehouse.write() as session:
        sieve = Sieve(_known_entries(session, harvests), _relevance_judge(job))
        for harvest in harvests:
            sifted = sieve.sift(harvest.source, harvest.parsed) if harvest.parsed else NOTHING
            taught = poll.poll_of(harvest, _ids(harvest), at)
            outcome = _outcome(job, harvest, sifted, taught)
            job.outcomes.append(outcome)
            stored["source_fetch"].append(rows.fetch_row(harvest, outcome, run_id, at))
            stored["source_poll"].append(poll.poll_row(harvest, taught, run_id, at))
            stored["source_move"] += poll.move_rows(harvest, taught, run_id, at)
            stored["entry"] += [rows.entry_row(sighting, run_id, at) for sighting in sifted.sightings]
            stored["rejection"] += rows.rejection_rows(harvest.source.id, sifted.rejected, run_id, at)
        for table, batch in stored.items():
            session.append(table, batch)
        ledger.record_learned(job, session, learned)
        return _wanted(job, session)


async def _read(job: Job, wanted: Sequence[Wanted], line: Line, until: datetime) -> None:
    """Read the wanted pages and store their articles round by round."""
    job.pages["wanted"] = len(wanted)
    settled = 0
    pages = read_pages(wanted, line, job.done_at(until))
    waiting = job.waiting if any(one.source.pages for one in wanted) else job.watch.stage  # else nobody is asked
    with waiting("fetch pages"):
        line.ready()
    while settled < len(wanted):
        with waiting("fetch pages"):
            readings = await anext(pages, None)
        if readings is None:
            break
        store_articles(job, readings, line.learned())
        settled += len(readings)
        job.progress("articles", settled, len(wanted))


async def _look_again(job: Job, line: Line, until: datetime) -> None:
    """Look again at pages of tagged articles, in what is left of the time for pages."""
    left = line.left()
    if left is not None and not left:
        return
    with job.watch.stage("look again"), job.warehouse.read() as session:
        sources, asked = _chosen(job.settings, job.only), job.settings.rechecks
        due = version_rows.due_rechecks(session, sources, job.started_at, asked, left)
    rechecks = versions.within_limits(due, job.settings.rechecks)
    looks_of_rounds = versions.look_again(rechecks, line, job.done_at(until))
    looked = 0
    while looked < len(rechecks):
        with job.waiting("look again"):
            looks = await anext(looks_of_rounds, None)
        if looks is None:
            break
        store_looks(job, looks, line.learned())
        looked += len(looks)
        job.progress("pages again", looked, len(rechecks))


# ---------------------------------------------------------------- what the steps look up


def _chosen(settings: Settings, only: frozenset[str]) -> list[Source]:
    """The sources in `only`, disabled ones too when asked for by name; else every enabled one."""
    return [source for source in settings.sources if (source.id in only if only else source.enabled)]


def _job(
    settings: Settings, clock: Clock, warehouse: Warehouse, progress: Progress, stop_asked: Callable[[], bool]
) -> Job:
    started_at, rules = clock.now(), rules_in_force(settings)
    return Job(settings, clock, run_id_of("run", started_at), "run", started_at, rules, warehouse, progress, stop_asked)


def _is_due(source: Source, memory: Memory, now: datetime) -> bool:
    return schedule.is_due(source, memory.of(source), now)


def _starts(due: Sequence[Source], memory: Memory, at: datetime) -> dict[str, datetime]:
    """Sources that are due together start at places of their own, the same in every run; one alone starts at once.

    None before its time: a source that is due within JITTER waits for it, and no other waits with it.
    """
    window = schedule.START_WINDOW if len(due) > 1 else timedelta(0)
    places = {source.id: at + schedule.start_offset(source.id, window) for source in due}
    times = {source.id: schedule.due_at(source, memory.of(source)) for source in due}
    return {id_: max(place_at, times[id_] or place_at) for id_, place_at in places.items()}


def _turn(job: Job) -> Turn:
    async def turn(source: Source) -> None:
        start_at = job.starts.get(source.id, job.started_at)
        await job.clock.sleep((start_at - job.clock.now()).total_seconds())

    return turn


@asynccontextmanager
async def _live(
    job: Job, memory: Memory, archive: Recorder, network: Network | None, turn: Turn
) -> AsyncIterator[Line]:
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
        fetcher = Stoppable(client, job.stop_asked)
        yield Line(fetcher, lambda: (client.robots_learned, client.pauses_learned), turn)


@asynccontextmanager
async def _still(line: Line) -> AsyncIterator[Line]:
    yield line


def _ids(harvest: Harvest) -> list[int]:
    return [stable_id(entry.key) for entry in harvest.parsed.entries] if harvest.parsed else []


def _known_entries(session: Session, harvests: Sequence[Harvest]) -> dict[int, Known]:
    ids = {article_id for harvest in harvests for article_id in _ids(harvest)}
    return {row["article_id"]: rows.known(row) for row in session.rows("select_known_entries", ids=sorted(ids))}


def _relevance_judge(job: Job) -> Callable[[Source, Entry], Relevance]:
    def relevance(source: Source, entry: Entry) -> Relevance:
        document = document_of_entry(source, entry)
        return job.foreseen.relevance.get(document) or job.rules.relevance(document)

    return relevance


def _outcome(job: Job, harvest: Harvest, sifted: Sifted, taught: poll.Poll) -> Outcome:
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
            started_at=harvest.started_at or job.started_at,
            failed=error is not None,
            reason=error.reason if error else None,
            headers=answer.headers if answer else (),
            hints=harvest.hints,
            retry_at=getattr(error, "retry_at", None),
            dns=getattr(error, "dns", False),
            interval=taught.interval,
            conditional=harvest.conditional_next,
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
