"""Reads stored articles again from the pages in the archive, after the extractor changed. Asks nobody.

A new version is appended only where the text changed; it never counts as an edit of the outlet. A page that cannot be
read within the limits of the page cell is counted as refused; its article keeps the text it has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from monitor import extract
from monitor.archive import ArchivedRun, Exchange
from monitor.errors import ExtractError, FetchError, Reason
from monitor.extract import Wording
from monitor.model import Entry, Fetched, Purpose, Settings
from monitor.stages import ledger, page_cell, rows, version_rows
from monitor.stages.job import Job
from monitor.stages.judge import Judged, Previous, judge
from monitor.stages.read import Reading, Wanted
from monitor.stages.store import held_versions
from monitor.urls import article_key, canonical_url

_BATCH = 50  # pages in memory, and between two commits
_FIELDS = ("title", "summary", "body", "authors", "byline_org")


@dataclass(slots=True)
class Difference:
    """What reading again brought: articles per field that differs, and the largest differences of text."""

    read: int = 0
    changed: int = 0  # of them with another text: a new version
    missing: int = 0  # no page in the archive
    fields: Counter[str] = field(default_factory=Counter)
    refused: Counter[Reason] = field(default_factory=Counter)  # pages in which the new extractor finds no article
    examples: list[tuple[int, str, int]] = field(default_factory=list)  # (id, title, characters more or less)


def reextract(job: Job, runs: Iterable[ArchivedRun], *, dry_run: bool) -> Difference:
    """Read every article again whose text comes from a page and another extractor. Raises ArchiveError."""
    with job.warehouse.read() as session:
        due = session.rows("select_rereadable", extractor=extract.EXTRACTOR)
    found = Difference()
    pages = last_pages(runs) if due else {}
    if not dry_run:
        ledger.record_start(job, ())
    readings = _readings(due, pages, job.settings, found)
    while batch := list(islice(readings, _BATCH)):
        _settle(job, batch, found, dry_run=dry_run)
        job.progress("articles", found.read, len(due))
    if not dry_run:
        ledger.record_end(job)
    found.examples.sort(key=lambda one: (-abs(one[2]), one[0]))
    del found.examples[20:]
    return found


def last_pages(runs: Iterable[ArchivedRun]) -> dict[str, Exchange]:
    """Address -> the last exchange that brought its page; bodies stay on disk."""
    return {
        exchange.request.url: exchange
        for run in runs
        for exchange in run.exchanges
        if exchange.request.purpose is Purpose.PAGE and exchange.metadata.get("answer") == "fetched"
        if "error" not in exchange.metadata
    }


def _readings(
    due: Sequence[rows.Row], pages: dict[str, Exchange], settings: Settings, found: Difference
) -> Iterator[Reading]:
    by_id = {source.id: source for source in settings.sources}
    for row in due:
        source = by_id.get(row["source_id"] or row["article_source_id"])
        exchange = pages.get(row["link"] or row["article_url"])
        if source is None or exchange is None:
            found.missing += 1
            continue
        link = exchange.request.url
        blank = Entry(source.id, link, canonical_url(link), article_key(link, source.id_pattern), title="")
        entry = rows.entry(row) if row["link"] else blank
        wanted = Wanted(entry, row["article_id"], source, row["first_seen_at"])
        try:
            page = exchange.answer(exchange.request)
            if isinstance(page, Fetched):
                yield Reading(wanted, page_cell.read("article", page, entry, source), page, None)
        except (ExtractError, FetchError) as error:
            found.refused[error.reason] += 1


def _settle(job: Job, readings: Sequence[Reading], found: Difference, *, dry_run: bool) -> None:
    """Compare one batch with what is held; append the versions that differ."""
    with job.warehouse.read() as session:
        held = held_versions(session, [reading.wanted.article_id for reading in readings])
    judged = [judge(reading, held[reading.wanted.article_id], job.rules) for reading in readings]
    for item in judged:
        _count(item, held[item.article_id], found)
    if not dry_run:
        with job.warehouse.write() as session:
            for table, batch in version_rows.version_tables(judged, job.run_id, job.started_at).items():
                session.append(table, batch)
                job.stored[table] += len(batch)


def _count(item: Judged, previous: Previous, found: Difference) -> None:
    found.read += 1
    article = item.article
    found.fields.update(name for name in _FIELDS if _differs(name, getattr(previous, name), getattr(article, name)))
    if item.version is not None:
        found.changed += 1
        found.examples.append((item.article_id, article.title, len(article.body) - len(previous.body)))


def _differs(name: str, old: object, new: object) -> bool:
    if name in ("title", "summary", "body"):
        return Wording(str(old)).hash != Wording(str(new)).hash
    return old != new
