"""Finding the feed of an outlet that an operator adds: asks as little as possible, stops at the first hit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urljoin

from monitor import sources
from monitor.errors import FetchError, ParseError
from monitor.model import Fetched, Fetcher, Parsed, Purpose, Request, Source
from monitor.sources import discovery


@dataclass(frozen=True, slots=True)
class Found:
    """A document that parsed: its address, its kind, what is in it."""

    url: str
    kind: str
    parsed: Parsed


async def discover(url: str, fetcher: Fetcher) -> Found | None:
    """The first usable document: what the page names, then sitemaps of robots.txt, then five well-known paths.

    Every request obeys robots.txt like an article page. None where nothing was found or allowed.
    """
    source = Source("discovery", url, "feed", url, "es", "PE", "discovery")
    page = await _fetch(url, fetcher)
    if page is not None and (found := _parsed(source, page)):
        return found
    for candidate in _named(page):
        if found := await _try(source, candidate, fetcher):
            return found
    robots = await _fetch(urljoin(url, "/robots.txt"), fetcher)
    for candidate in discovery.in_robots(robots.body.decode("utf-8", "replace") if robots else "")[:3]:
        if found := await _try(source, candidate, fetcher):
            return found
    for candidate in discovery.well_known(url):
        if found := await _try(source, candidate, fetcher):
            return found
    return None


def _named(page: Fetched | None) -> list[str]:
    try:
        return discovery.in_page(page)[:3] if page else []
    except ParseError:
        return []


async def _try(source: Source, url: str, fetcher: Fetcher) -> Found | None:
    answer = await _fetch(url, fetcher)
    return _parsed(source, answer) if answer else None


async def _fetch(url: str, fetcher: Fetcher) -> Fetched | None:
    try:
        answer = await fetcher.fetch(Request(url, "discovery", Purpose.FOLLOW))
    except FetchError:
        return None
    return answer if isinstance(answer, Fetched) else None


def _parsed(source: Source, answer: Fetched) -> Found | None:
    for kind in ("feed", "news_sitemap"):
        try:
            parsed = sources.kind(kind).parse(replace(source, kind=kind), answer)
        except ParseError:
            continue
        if parsed.entries or parsed.follow:
            return Found(answer.final_url, kind, parsed)
    return None
