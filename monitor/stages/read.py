"""From wanted pages to articles: fetched in rounds, one at a time per source, degraded to feed text at need."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from monitor import extract
from monitor.errors import ExtractError, Reason, ReasonedError
from monitor.model import Article, Entry, Fetched, NotModified, Purpose, Request, Source
from monitor.stages.boundary import attempt
from monitor.stages.job import Line

Asked = TypeVar("Asked")
Got = TypeVar("Got")


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
    line: Line,
    done: Callable[[], bool],
) -> AsyncIterator[list[Reading]]:
    """Readings, a round at a time, newest entries first; `done` (stop asked, budget spent) ends it early.

    What was not read stays pending in the warehouse and comes first in the next run.
    """

    def source_id_of(item: Wanted) -> str:
        return item.source.id

    async for readings in in_rounds(wanted, line.round, source_id_of, lambda item: _read(item, line), done):
        yield [reading for reading in readings if not _was_stopped(reading)]


def _was_stopped(reading: Reading) -> bool:
    return reading.error is not None and reading.error.reason is Reason.STOPPED


async def in_rounds(
    asked: Sequence[Asked],
    size: int,
    source_id_of: Callable[[Asked], str],
    look: Callable[[Asked], Awaitable[Got]],
    done: Callable[[], bool],
) -> AsyncIterator[list[Got]]:
    """What looking brought, a round at a time: `size` pages of a source one by one, all sources at once."""
    queues: Mapping[str, list[Asked]] = defaultdict(list)
    for item in asked:
        queues[source_id_of(item)].append(item)
    while any(queues.values()) and not done():
        heads = [queue[:size] for queue in queues.values()]
        for queue in queues.values():
            del queue[:size]
        rounds = await asyncio.gather(*(_one_by_one(head, look, done) for head in heads if head))
        yield [got for found in rounds for got in found]


async def _one_by_one(
    asked: Sequence[Asked], look: Callable[[Asked], Awaitable[Got]], done: Callable[[], bool]
) -> list[Got]:
    found = []
    for item in asked:
        if done():
            break
        found.append(await look(item))
    return found


async def _read(wanted: Wanted, line: Line) -> Reading:
    pages: list[Fetched] = []
    result = await attempt(wanted.entry.link, lambda: _fetch_and_extract(wanted, line, pages))
    page = pages[0] if pages else None
    if isinstance(result, ReasonedError):
        return Reading(wanted, extract.from_feed(wanted.entry, wanted.source, result.reason), page, result)
    return Reading(wanted, result, page, None)


async def _fetch_and_extract(wanted: Wanted, line: Line, pages: list[Fetched]) -> Article:
    source = wanted.source
    if not source.pages:
        raise ExtractError(Reason.PAGES_OFF, f"{source.id} is configured to use feed text only")
    request = Request(wanted.entry.link, source.id, Purpose.PAGE, group=source.group, verify_tls=source.verify_tls)
    answer = await line.fetcher.fetch(request)
    if isinstance(answer, NotModified):
        raise ExtractError(Reason.PROTOCOL, f"{wanted.entry.link} answered 304 to an unconditional request")
    pages.append(answer)
    return await line.article(answer, wanted.entry, source)
