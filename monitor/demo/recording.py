"""What a monitor would have fetched from the invented outlets, run by run: feeds as served then, pages of what was new.

Pure: articles in, exchanges out. Nothing here writes a file or knows the WARC format.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from monitor.demo import feeds, pages
from monitor.demo.newsroom import FIRST_RUN_AT, FOREIGN, LIMA, RUN_TIMES, Article
from monitor.demo.outlets import OUTLETS, Outlet
from monitor.errors import FetchError, Reason
from monitor.model import Fetched, NotModified, Purpose, Request, Source, Validators

_FEED_ITEMS = 15
_GAP = timedelta(seconds=2)  # between two requests
_OUTAGES = {("selva", datetime(2026, 11, 7, 20, 7, tzinfo=LIMA)): "the server fell silent"}
_ASKS_TO_WAIT_FROM = datetime(2026, 11, 15, 0, 0, tzinfo=LIMA)  # the outlet that is down then sends Retry-After
_WAIT = timedelta(hours=2)

# Items that no monitor can use, as real feeds have them; and second entries of one article.
_UNUSABLE = {
    "vespertino": (
        ("2026-11-03T18:40", "Especial multimedia: lo que dejó el feriado largo en las playas de Lima", ""),
        ("2026-11-06T09:15", "Galería: las ollas comunes de San Juan de Lurigancho", "javascript:abrirGaleria(1182)"),
    ),
}
_TWINS = {"andino": ("lima-bus-1", "?utm_source=rss&utm_medium=feed&utm_campaign=ultimas")}


_NO_VALIDATORS = Validators()


@dataclass(frozen=True, slots=True)
class Exchange:
    request: Request
    answer: Fetched | NotModified | None
    error: FetchError | None
    started_at: datetime
    finished_at: datetime


@dataclass(frozen=True, slots=True)
class Run:
    """One simulated run. `run_id` is made as those of real runs are."""

    started_at: datetime
    exchanges: tuple[Exchange, ...]

    @property
    def run_id(self) -> str:
        return hashlib.blake2b(f"run {self.started_at.isoformat()}".encode(), digest_size=4).hexdigest()


def record(articles: Sequence[Article], sources: Sequence[Source]) -> Iterator[Run]:
    """The runs in order, each with its exchanges."""
    monitors = [_Watch(source, OUTLETS[source.id], articles) for source in sources]
    for started_at in (at.astimezone(UTC) for at in RUN_TIMES):
        clock = _Clock(started_at)
        fed = [(watch, watch.ask_feed(started_at, clock)) for watch in monitors]
        exchanges = [exchange for _, exchange in fed]
        for watch, exchange in fed:
            if isinstance(exchange.answer, Fetched):
                exchanges += watch.ask_pages(started_at, clock)
        yield Run(started_at, tuple(exchanges))


@dataclass(slots=True)
class _Clock:
    at: datetime

    def spend(self, weight: int) -> tuple[datetime, datetime]:
        """Start and end of the next exchange; a longer answer takes longer."""
        started_at = self.at
        finished_at = started_at + timedelta(milliseconds=180 + weight % 700)
        self.at = started_at + _GAP
        return started_at, finished_at


@dataclass(slots=True)
class _Watch:
    """One source over time: what of it the monitor knows already."""

    source: Source
    outlet: Outlet
    articles: Sequence[Article]
    validators: Validators = _NO_VALIDATORS
    read: dict[str, tuple[str, str]] = field(default_factory=dict)  # article id -> title and summary last seen

    def ask_feed(self, now: datetime, clock: _Clock) -> Exchange:
        request = Request(self.source.url, self.source.id, Purpose.FEED, self.validators, self.source.group)
        outage = _outage(self.outlet, now, request.url)
        if outage:
            return Exchange(request, None, outage, *clock.spend(400))
        body = self._feed(now)
        known = _validators(body, self._changed_at(now)) if self.outlet.validates else _NO_VALIDATORS
        times = clock.spend(len(body))
        headers = (("Content-Type", self.outlet.content_type), ("Date", _http_date(times[0])), *_as_headers(known))
        if known != _NO_VALIDATORS and known == self.validators:
            return Exchange(request, NotModified(request, request.url, headers[1:], *times), None, *times)
        self.validators = known
        answer = Fetched(request, request.url, 200, headers, body, *times, wire_bytes=len(body))
        return Exchange(request, answer, None, *times)

    def ask_pages(self, now: datetime, clock: _Clock) -> Iterator[Exchange]:
        """Pages of what the feed says that it did not say before; nobody asks for those of foreign news."""
        for article in self._listed(now):
            said = (article.title, article.summary if self.outlet.write_feed is not feeds.news_sitemap else "")
            if self.read.get(article.id) != said:
                self.read[article.id] = said
                if article.theme != FOREIGN:
                    yield self._ask_page(article, now, clock)

    def _ask_page(self, article: Article, now: datetime, clock: _Clock) -> Exchange:
        url = self.outlet.feed_link(article)
        request = Request(url, self.source.id, Purpose.PAGE, group=self.source.group)
        error = _missing(article, now, url)
        if error:
            return Exchange(request, None, error, *clock.spend(200))
        body = self._page(article, now).encode()
        times = clock.spend(len(body))
        headers = (("Content-Type", "text/html; charset=utf-8"), ("Date", _http_date(times[0])))
        return Exchange(request, Fetched(request, url, 200, headers, body, *times, wire_bytes=len(body)), None, *times)

    # -- what the outlet serves

    def _served_at(self, now: datetime) -> datetime:
        return min(now, self.outlet.silent_from) if self.outlet.silent_from else now

    def _listed(self, now: datetime) -> list[Article]:
        """The newest articles in the feed as they read now, newest first."""
        at = self._served_at(now)
        mine = [a.as_of(at) for a in self.articles if a.outlet == self.outlet.id and a.in_feed(at)]
        return sorted(mine, key=lambda a: (a.known_from, a.id), reverse=True)[:_FEED_ITEMS]

    def _changed_at(self, now: datetime) -> datetime:
        listed = self._listed(now)
        return max((a.edited_at or a.known_from for a in listed), default=FIRST_RUN_AT)

    def _feed(self, now: datetime) -> bytes:
        source, outlet = self.source, self.outlet
        channel = feeds.Channel(source.name, outlet.site, source.url, source.lang)
        items = [item for article in self._listed(now) for item in _items(outlet, article)]
        items += _unusable(outlet, self._served_at(now), oldest_at=min((i.published_at for i in items), default=now))
        return outlet.write_feed(channel, sorted(items, key=lambda item: item.published_at, reverse=True))

    def _page(self, article: Article, now: datetime) -> str:
        outlet = self.outlet
        others = tuple((outlet.link(a), a.title) for a in self._listed(now) if a.id != article.id)[:6]
        page = pages.Page(article, outlet.link(article), outlet.site, outlet.name, article.lang or outlet.lang, others)
        return pages.shell(page) if article.page == "shell" else outlet.template(page)


def _items(outlet: Outlet, article: Article) -> list[feeds.Item]:
    item = feeds.Item(
        guid=f"tag:{outlet.site.partition('//')[2]},2026:{article.id}",
        link=outlet.feed_link(article),
        title=article.title,
        summary=article.summary,
        paragraphs=article.paragraphs,
        author=article.author,
        section=article.section,
        published_at=article.at,
        updated_at=article.edited_at,
    )
    twin_of, tracking = _TWINS.get(outlet.id, ("", ""))
    if article.id != twin_of:
        return [item]
    return [item, replace(item, guid=f"{item.guid}:2", link=outlet.link(article) + tracking)]


def _unusable(outlet: Outlet, now: datetime, *, oldest_at: datetime) -> list[feeds.Item]:
    items = _UNUSABLE.get(outlet.id, ())
    odd = [(datetime.fromisoformat(at).replace(tzinfo=LIMA), title, link) for at, title, link in items]
    return [
        feeds.Item(f"especial-{at:%d%H%M}", link, title, "", (), "", "especiales", at)
        for at, title, link in odd
        if oldest_at <= at <= now
    ]


def _outage(outlet: Outlet, now: datetime, url: str) -> FetchError | None:
    """The failure of a feed at this time, worded as the HTTP client words it."""
    silence = _OUTAGES.get((outlet.id, now.astimezone(LIMA)))
    if silence:
        return FetchError(Reason.TIMEOUT, f"{url}: {silence}", final_url=url)
    if outlet.down_from is None or now < outlet.down_from:
        return None
    said = f"{url} answered 503 Service Unavailable"
    if now < _ASKS_TO_WAIT_FROM:
        return FetchError(Reason.HTTP_SERVER, said, status=503, final_url=url)
    until = now + _WAIT
    said += f"; no further request to this host before {until.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    return FetchError(Reason.RATE_LIMITED, said, status=503, retry_at=until, final_url=url)


def _missing(article: Article, now: datetime, url: str) -> FetchError | None:
    if article.withdrawn(now):
        return FetchError(Reason.GONE, f"{url} answered 410 Gone", status=410, final_url=url)
    if article.page == "none":
        return FetchError(Reason.NOT_FOUND, f"{url} answered 404 Not Found", status=404, final_url=url)
    return None


def _validators(body: bytes, changed_at: datetime) -> Validators:
    etag = hashlib.blake2b(body, digest_size=8).hexdigest()
    return Validators(f'"{etag}"', _http_date(changed_at))


def _as_headers(validators: Validators) -> tuple[tuple[str, str], ...]:
    return (("ETag", validators.etag), ("Last-Modified", validators.last_modified)) if validators.etag else ()


def _http_date(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC).replace(microsecond=0), usegmt=True)
