"""Pages and documents that somebody hands in (`import-warc`, `add`): judged, stored and archived like those we fetched.

Asks nobody. An article that is known already is left as it is; what is not about Peru is counted, not stored.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from urllib.parse import quote, urlsplit

from monitor import themes
from monitor.archive import ArchivedRun, ArchiveWriter, ForeignPage, Skipped
from monitor.clock import Clock
from monitor.errors import ExtractError, Reason
from monitor.model import (
    HANDED_IN,
    Article,
    Entry,
    Fetched,
    Prior,
    Purpose,
    Recorder,
    Report,
    Request,
    Settings,
    Source,
)
from monitor.stages import ledger, page_cell
from monitor.stages.job import Job, Progress, run_id_of
from monitor.stages.judge import Judged, judge
from monitor.stages.read import Reading, Wanted
from monitor.stages.store import append_judged, held_versions, known_lines, place_articles
from monitor.text import stable_id
from monitor.urls import article_key, canonical_url, safe_link
from monitor.warehouse import Warehouse

# What people add by hand. It has no address of its own and is never fetched; what they add is about Peru unless it
# plainly is not.
DOCUMENTS = Source(
    id=HANDED_IN,
    name="Documents",
    kind="document",
    url="",
    lang="es",
    country="PE",
    owner=HANDED_IN,
    prior=Prior.HOME,
    enabled=False,
    pages=False,
)
ADD = "add"
COMMANDS = ("import-warc", ADD)  # of archived runs that hold what was handed in
_BATCH = 25  # pages in memory, and between two commits
_FEED_HOSTS = ("www.", "feeds.", "rss.", "feed.")


@dataclass(slots=True)
class Tally:
    """What became of everything handed in: stored + known + the refused = seen."""

    seen: int = 0
    stored: int = 0
    known: int = 0
    refused: Counter[Reason] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)  # files that could not be read whole
    articles: list[tuple[int, str]] = field(default_factory=list)  # (id, title) of the last ones stored
    failed_checks: tuple[str, ...] = ()

    @property
    def balanced(self) -> bool:
        return self.seen == self.stored + self.known + self.refused.total()

    def refuse(self, reason: Reason) -> None:
        self.seen += 1
        self.refused[reason] += 1


class Outlets:
    """Which source a page belongs to, by its host."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._by_host: dict[str, Source] = {}
        for source in sources:
            if not source.aggregator:
                self._by_host.setdefault(_bare(urlsplit(source.url).hostname or ""), source)

    def of(self, url: str) -> Source | None:
        """The source whose host this is, or a host above it."""
        host = _bare(urlsplit(url).hostname or "")
        while host:
            if host in self._by_host:
                return self._by_host[host]
            host = host.partition(".")[2]
        return None


def _bare(host: str) -> str:
    for prefix in _FEED_HOSTS:
        host = host.removeprefix(prefix)
    return host


# ---------------------------------------------------------------- the jobs


def hand_in(
    settings: Settings,
    clock: Clock,
    command: str,
    handed: Iterable[Fetched | Skipped],
    *,
    progress: Progress = lambda *_: None,
) -> Tally:
    """Store what is handed in, archive it, publish. The caller holds the state lock.

    Raises DiskFullError, WarehouseError and whatever `handed` raises; what was stored until then stays.
    """
    now = clock.now()
    warehouse = Warehouse(settings.state)
    rules = themes.load(settings.themes_dir)
    job = Job(settings, clock, run_id_of(command, now), command, now, rules, warehouse, progress)
    ledger.check_disk(job)
    warehouse.migrate(now)
    with ArchiveWriter(settings.state / "archive", job.run_id, command, now) as archive:
        tally = take(job, handed, archive, documents=command == ADD)
    warehouse.publish()
    return tally


def replay(job: Job, past: ArchivedRun) -> Report:
    """Store once more what a run of that kind handed in."""
    tally = take(job, past.given(), None, documents=past.command == ADD)
    return Report(
        run_id=job.run_id,
        command=job.command,
        started_at=job.started_at,
        finished_at=job.clock.now(),
        outcomes=(),
        page_reasons=dict(tally.refused),
        new_articles=job.stored["article"],
        new_stories=job.stored["story"],
        stage_seconds=dict(job.watch.seconds),
        failed_checks=tally.failed_checks,
    )


def take(job: Job, handed: Iterable[Fetched | Skipped], archive: Recorder | None, *, documents: bool = False) -> Tally:
    """Judge and store what is handed in, a batch at a time; `archive` keeps what was stored."""
    tally = Tally()
    if documents:
        job.settings = replace(job.settings, sources=(*job.settings.sources, DOCUMENTS))
    ledger.record_start(job, ())
    rest = iter(handed)
    while batch := list(_read(islice(rest, _BATCH), job.settings, tally)):
        _store(job, [reading for reading in batch if reading is not None], archive, tally)
        job.progress("pages", tally.seen, 0)
    place_articles(job)
    _, tally.failed_checks = ledger.record_end(job)
    assert tally.balanced, tally
    return tally


def pages_of(found: Iterable[ForeignPage | Skipped], outlets: Outlets, now: datetime) -> Iterator[Fetched | Skipped]:
    """Foreign pages as answers to requests of ours."""
    for item in found:
        source = outlets.of(item.url) if isinstance(item, ForeignPage) else None
        if isinstance(item, Skipped):
            yield item
        elif source is None or safe_link(item.url) is None:
            yield Skipped(Reason.OTHER_HOST, item.url)
        else:
            at = min(item.crawled_at, now)
            request = Request(item.url, source.id, Purpose.PAGE, group=source.group)
            yield Fetched(request, item.url, item.status, item.headers, item.body, at, at, (), len(item.body))


def document_file(name: str, body: bytes, now: datetime) -> Fetched:
    """A file as an answer; its name is all that is kept of where it lay."""
    request = Request(f"document:{quote(name)}", DOCUMENTS.id, Purpose.PAGE)
    return Fetched(request, request.url, 200, (), body, now, now, (), len(body))


# ---------------------------------------------------------------- one batch


def _read(items: Iterator[Fetched | Skipped], settings: Settings, tally: Tally) -> Iterator[Reading | None]:
    by_id = {source.id: source for source in settings.sources}
    for item in items:
        if isinstance(item, Skipped):
            _note(item, tally)
            yield None
            continue
        source = by_id.get(item.request.source_id)
        if source is None:
            tally.refuse(Reason.OTHER_HOST)
            yield None
            continue
        yield _reading(item, source, tally)


def _note(item: Skipped, tally: Tally) -> None:
    if item.url:
        tally.refuse(item.reason)
    else:
        tally.problems.append(item.detail)


def _reading(page: Fetched, source: Source, tally: Tally) -> Reading | None:
    entry = _entry(page, source)
    try:
        article = _extracted(page, entry, source)
    except ExtractError as error:
        tally.refuse(error.reason)
        if source.id == DOCUMENTS.id:
            tally.problems.append(error.message)
        return None
    return Reading(Wanted(entry, stable_id(entry.key), source, page.finished_at), article, page, None)


def _extracted(page: Fetched, entry: Entry, source: Source) -> Article:
    kind = "document" if source.id == DOCUMENTS.id else "article"
    return page_cell.read(kind, page, entry, source)


def _entry(page: Fetched, source: Source) -> Entry:
    """An entry that knows no more than the address: everything else is the page's to say."""
    link = page.request.url
    if safe_link(link) is None:  # a file: the same bytes are the same document, whatever it is called
        return Entry(
            source.id, link, link, f"document#{hashlib.blake2b(page.body, digest_size=16).hexdigest()}", title=""
        )
    return Entry(source.id, link, canonical_url(link), article_key(link, source.id_pattern), title="")


def _store(job: Job, readings: Sequence[Reading], archive: Recorder | None, tally: Tally) -> None:
    with job.warehouse.write() as session:
        held = held_versions(session, [reading.wanted.article_id for reading in readings])
        repeated = known_lines(job, session)
        fresh: dict[int, Judged] = {}
        for reading in readings:
            article_id = reading.wanted.article_id
            if article_id in held or article_id in fresh:
                tally.seen += 1
                tally.known += 1
                continue
            judged = judge(reading, None, job.rules, repeated.get(reading.wanted.source.id, frozenset()))
            if not judged.tagging.relevance.relevant:
                tally.refuse(Reason.NOT_ABOUT_PERU)
                if reading.wanted.source.id == DOCUMENTS.id:
                    tally.problems.append(f"{reading.wanted.entry.link} is not about Peru")
                continue
            fresh[article_id] = judged
        for judged in fresh.values():
            _keep(judged, archive)
        append_judged(job, session, list(fresh.values()))
    tally.seen += len(fresh)
    tally.stored += len(fresh)
    tally.articles = [(item.article_id, item.article.title) for item in fresh.values()] or tally.articles


def _keep(judged: Judged, archive: Recorder | None) -> None:
    page = judged.reading.page
    if archive is not None and page is not None:
        archive.record(page.request, page, None, page.started_at, page.finished_at)
