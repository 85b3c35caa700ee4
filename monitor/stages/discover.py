"""Finding the feed of an outlet for an operator: asks as little as possible, stops at the first hit. Stores nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from monitor.errors import FetchError, ParseError, Reason
from monitor.fetch.target import parse_target
from monitor.model import Fetched, Fetcher, NotModified, Parsed, Purpose, Request, RobotsRecord, Source
from monitor.sources import discovery
from monitor.stages.cell import Cell
from monitor.stages.poll import moved_for_good

_ID = "discovery"
_MOST = 3  # of the addresses that a page names, and of those in robots.txt
# The site is there and only has nothing at this address; after any other failure it is left alone.
_HARMLESS = frozenset({Reason.NOT_FOUND, Reason.GONE, Reason.EMPTY})
_KIND_OF_HOST = {"news.google.com": "google_news", "api.gdeltproject.org": "gdelt"}


@dataclass(frozen=True, slots=True)
class Found:
    """A document that parsed: the address to configure, its kind, what is in it, and where its address came from."""

    url: str
    kind: str
    parsed: Parsed
    how: str
    answer: Fetched


@dataclass(frozen=True, slots=True)
class Search:
    """What came of it; `tried` is every address that was asked without success, each with the reason."""

    found: Found | None
    tried: tuple[tuple[str, str], ...]


async def discover(
    url: str,
    fetcher: Fetcher,
    robots: Callable[[], Sequence[RobotsRecord]] = lambda: (),
    *,
    purpose: Purpose = Purpose.FOLLOW,
) -> Search:
    """The first usable document: the address itself, what its page names, sitemaps of robots.txt, five usual paths.

    Every request obeys robots.txt like an article page, that of `url` itself by its `purpose`. `robots` tells which
    robots.txt the fetcher has read, so that none is asked twice. Raises FetchError when the site cannot or may not
    be asked at all.
    """
    looking = _Looking(fetcher, Source(_ID, url, "feed", url, "es", "PE", _ID))
    try:
        page = await looking.first(Request(url, _ID, purpose))
        found = await looking.document(page, "the address itself", any_sitemap=True) if page else None
        # Read only when its turn has come: until then robots.txt of the page's site may not be known.
        for candidate, how in _candidates(page, url, robots) if found is None else ():
            found = await looking.at(candidate, how)
            if found or looking.turned_away:
                break
        return Search(found, tuple(looking.tried.items()))
    finally:
        looking.cell.close()


def _candidates(
    page: Fetched | None, url: str, robots: Callable[[], Sequence[RobotsRecord]]
) -> Iterator[tuple[str, str]]:
    """Addresses in their order, each with where it was found."""
    here = page.final_url if page else url
    yield from ((link, "named by the page") for link in _named(page))
    texts = {record.host: record.body for record in robots() if record.status == 200}
    sitemaps = discovery.in_robots(texts.get(parse_target(here).origin, ""))
    yield from ((link, "named by robots.txt") for link in sitemaps[:_MOST])
    yield from ((link, "a usual path") for link in discovery.well_known(here))


def _named(page: Fetched | None) -> list[str]:
    try:
        return discovery.in_page(page)[:_MOST] if page else []
    except ParseError:
        return []


@dataclass(slots=True)
class _Looking:
    """One search under way: asks each address once at most, and notes what it was."""

    fetcher: Fetcher
    source: Source
    cell: Cell = field(default_factory=Cell)
    tried: dict[str, str] = field(default_factory=dict)
    turned_away: bool = False

    async def first(self, request: Request) -> Fetched | None:
        """The address that the operator named; None where the site has nothing there."""
        try:
            return _whole(await self.fetcher.fetch(request))
        except FetchError as error:
            if error.reason not in _HARMLESS:
                raise
            self.tried[request.url] = error.message
            return None

    async def at(self, url: str, how: str) -> Found | None:
        answer = None if url in self.tried else await self.ask(url)
        return await self.document(answer, how) if answer else None

    async def ask(self, url: str) -> Fetched | None:
        try:
            return _whole(await self.fetcher.fetch(Request(url, _ID, Purpose.FOLLOW)))
        except FetchError as error:
            self.tried[url] = error.message
            self.turned_away = error.reason in (Reason.RATE_LIMITED, Reason.HOST_PAUSED, Reason.CHALLENGE)
            return None

    async def document(self, answer: Fetched, how: str, *, any_sitemap: bool = False) -> Found | None:
        """What the answer holds, if it is a feed or a sitemap of news.

        A sitemap without news names every page that the site ever had: it counts only where the operator chose it.
        """
        for kind in ("feed", "news_sitemap"):
            try:
                parsed = await self.cell.parse(replace(self.source, kind=kind), answer)
            except ParseError as error:
                self.tried.setdefault(answer.request.url, error.message)
                continue
            parsed = await self.with_child(parsed)
            if not parsed.entries:
                self.tried[answer.request.url] = "it holds no entry that could be used"
            elif kind == "feed" or any_sitemap or _has_news(parsed):
                self.tried.pop(answer.request.url, None)
                return Found(moved_for_good(answer) or answer.request.url, _kind(kind, answer), parsed, how, answer)
            else:
                self.tried[answer.request.url] = "a sitemap, but not one of news"
        return None

    async def with_child(self, parsed: Parsed) -> Parsed:
        """Of an index of sitemaps: what its newest one holds."""
        answer = await self.ask(parsed.follow[0].url) if parsed.follow else None
        try:
            child = await self.cell.parse(replace(self.source, kind="news_sitemap"), answer) if answer else parsed
        except ParseError:
            return parsed
        return replace(parsed, entries=child.entries)


def _has_news(parsed: Parsed) -> bool:
    return any(entry.published.at for entry in parsed.entries)


def _kind(kind: str, answer: Fetched) -> str:
    if kind == "feed" and answer.body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return "jsonfeed"
    return _KIND_OF_HOST.get(urlsplit(answer.final_url).hostname or "", kind) if kind == "feed" else kind


def _whole(answer: Fetched | NotModified) -> Fetched:
    assert isinstance(answer, Fetched)  # nothing was asked on a condition
    return answer
