"""The invented outlets: how each builds addresses, feed and pages. The monitor's view of them is sources.toml."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

from monitor.demo import feeds, pages
from monitor.demo.newsroom import LIMA, Article

FeedWriter = Callable[[feeds.Channel, list[feeds.Item]], bytes]


@dataclass(frozen=True, slots=True)
class Outlet:
    """`tracking` is what the feed hangs on its links; `validates` is whether it answers 304 to a known ETag."""

    id: str
    site: str
    name: str
    lang: str
    write_feed: FeedWriter
    content_type: str
    template: pages.Template
    tracking: str = ""
    path: str = "/{section}/{slug}"
    validates: bool = True
    silent_from: datetime | None = None
    down_from: datetime | None = None

    def link(self, article: Article) -> str:
        """Address of an article, as its page declares it."""
        number = crc32(article.id.encode()) % 900_000 + 100_000
        return self.site + self.path.format(section=article.section, slug=article.slug, number=number)

    def feed_link(self, article: Article) -> str:
        return self.link(article) + self.tracking


_UTM = "?utm_source=rss&utm_medium=feed&utm_campaign="
_RSS, _ATOM, _XML = (
    "application/rss+xml; charset=utf-8",
    "application/atom+xml; charset=utf-8",
    "text/xml; charset=utf-8",
)
_JSON = "application/feed+json"
_SILENT_FROM = datetime(2026, 11, 8, 18, 0, tzinfo=LIMA)
_DOWN_FROM = datetime(2026, 11, 14, 0, 0, tzinfo=LIMA)

OUTLETS: dict[str, Outlet] = {
    outlet.id: outlet
    for outlet in (
        Outlet(
            "andino",
            "https://www.diario-el-andino.example",
            "Diario El Andino",
            "es",
            feeds.rss,
            _RSS,
            pages.broadsheet,
            _UTM + "portada",
            "/{section}/{slug}-noticia/",
        ),
        Outlet(
            "vespertino",
            "https://elvespertino.example",
            "El Vespertino de Lima",
            "es",
            feeds.rss,
            _XML,
            pages.broadsheet,
            "?ref=rss",
        ),
        Outlet("kuntur", "https://agenciakuntur.example", "Agencia Kuntur", "es", feeds.rss, _RSS, pages.bulletin),
        Outlet(
            "norte",
            "https://lavozdelnorte.example",
            "La Voz del Norte",
            "es",
            feeds.rss,
            _RSS,
            pages.weblog,
            path="/{section}/{slug}/",
        ),
        Outlet(
            "altiplano",
            "https://correodelaltiplano.example",
            "Correo del Altiplano",
            "es",
            feeds.atom,
            _ATOM,
            pages.weblog,
            silent_from=_SILENT_FROM,
        ),
        Outlet(
            "courier",
            "https://limacourier.example",
            "The Lima Courier",
            "en",
            feeds.atom,
            _ATOM,
            pages.magazine,
            _UTM + "atom",
        ),
        Outlet("lupa", "https://lupaandina.example", "Lupa Andina", "es", feeds.rss_full_text, _RSS, pages.magazine),
        Outlet(
            "gobierno",
            "https://noticias-estado.example",
            "Portal de Noticias del Estado",
            "es",
            feeds.json_feed,
            _JSON,
            pages.bulletin,
            validates=False,
        ),
        Outlet(
            "canal7norte",
            "https://canalsietenorte.example",
            "Canal Siete Norte",
            "es",
            feeds.news_sitemap,
            _XML,
            pages.bulletin,
            path="/{section}/{slug}-n{number}",
        ),
        Outlet(
            "selva",
            "https://radioselvaviva.example",
            "Radio Selva Viva",
            "es",
            feeds.rss_broken_dates,
            _XML,
            pages.undated,
        ),
        Outlet(
            "worldpost",
            "https://theworldpost.example",
            "The World Post",
            "en",
            feeds.rss,
            _RSS,
            pages.magazine,
            _UTM + "world",
        ),
        Outlet(
            "desk",
            "https://andespolicydesk.example",
            "Andes Policy Desk",
            "en",
            feeds.rss,
            _RSS,
            pages.magazine,
            down_from=_DOWN_FROM,
        ),
    )
}
