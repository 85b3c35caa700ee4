"""From wanted pages to articles: fetched in rounds, one at a time per source, degraded to feed text at need."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor import extract
from monitor.errors import ExtractError, Reason, ReasonedError
from monitor.model import Article, Entry, Fetched, Fetcher, NotModified, Purpose, Request, Source
from monitor.stages.boundary import attempt

ROUND = 12  # pages per source between two commits: little is lost when the process is killed


@dataclass(frozen=True, slots=True)
class Wanted:
    """An entry whose article is to be stored."""

    entry: Entry
    article_id: int
    source: Source
    seen_at: datetime  # when the entry was first seen


@dataclass(frozen=True, slots=True)
class Reading:
    """The article made of one wanted page, and what became of the page itself."""

    wanted: Wanted
    article: Article
    page: Fetched | None
    error: ReasonedError | None


async def read_pages(
    wanted: Sequence[Wanted],
    fetcher: Fetcher,
    done: Callable[[], bool],
) -> AsyncIterator[list[Reading]]:
    """Readings, a round at a time, newest entries first; `done` (stop asked, budget spent) ends it early.

    What was not read stays pending in the warehouse and comes first in the next run.
    """
    queues: Mapping[str, list[Wanted]] = defaultdict(list)
    for item in wanted:
        queues[item.source.id].append(item)
    while any(queues.values()) and not done():
        heads = [queue[:ROUND] for queue in queues.values()]
        for queue in queues.values():
            del queue[:ROUND]
        rounds = await asyncio.gather(*(_read_some(head, fetcher, done) for head in heads if head))
        yield [reading for readings in rounds for reading in readings]


async def _read_some(wanted: Sequence[Wanted], fetcher: Fetcher, done: Callable[[], bool]) -> list[Reading]:
    readings = []
    for item in wanted:
        if done():
            break
        readings.append(await _read(item, fetcher))
    return readings


async def _read(wanted: Wanted, fetcher: Fetcher) -> Reading:
    pages: list[Fetched] = []
    result = await attempt(wanted.entry.link, lambda: _fetch_and_extract(wanted, fetcher, pages))
    page = pages[0] if pages else None
    if isinstance(result, ReasonedError):
        return Reading(wanted, extract.from_feed(wanted.entry, wanted.source, result.reason), page, result)
    return Reading(wanted, result, page, None)


async def _fetch_and_extract(wanted: Wanted, fetcher: Fetcher, pages: list[Fetched]) -> Article:
    source = wanted.source
    if not source.pages:
        raise ExtractError(Reason.PAGES_OFF, f"{source.id} is configured to use feed text only")
    answer = await fetcher.fetch(Request(wanted.entry.link, source.id, Purpose.PAGE, group=source.group))
    if isinstance(answer, NotModified):
        raise ExtractError(Reason.PROTOCOL, f"{wanted.entry.link} answered 304 to an unconditional request")
    pages.append(answer)
    return extract.article(answer, wanted.entry, source)
