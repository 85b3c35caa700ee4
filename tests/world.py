"""A small invented news world on loopback: settings, feeds and pages for tests that run the whole pipeline."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path

from blank import blank_warehouse

from monitor import pipeline
from monitor.clock import SimulatedClock
from monitor.fetch import Network
from monitor.model import FetchSettings, Prior, Report, SectionRule, Settings, Source
from monitor.warehouse import Row, Warehouse

START = datetime(2026, 11, 9, 12, 0, tzinfo=UTC)  # a Monday, 07:00 in Lima
HTML = {"Content-Type": "text/html; charset=utf-8"}
# An article: title and summary as in the feed, paragraphs as on its page.
TITLE = "Extorsionadores atacan bus en Trujillo"
LEAD = "La Policía investiga el ataque a balazos contra un bus en La Libertad."
PARAGRAPHS = (
    "Un bus de transporte público fue atacado a balazos la madrugada del lunes en el distrito de El Porvenir.",
    "Los extorsionadores exigían el pago de cupos a la empresa desde hace tres semanas, dijo un dirigente del gremio.",
    "La Policía Nacional del Perú informó que hay dos heridos y que el conductor se encuentra fuera de peligro.",
)


def source(name: str = "andino", **changes: object) -> Source:
    """An enabled Spanish home outlet at http://<name>.example/rss, with a world section."""
    plain = Source(
        id=name,
        name=f"Diario {name.title()}",
        kind="feed",
        url=f"http://{name}.example/rss",
        lang="es",
        country="PE",
        owner=name,
        prior=Prior.HOME,
        sections=(SectionRule("/mundo/", Prior.OFF),),
        interval_set=True,  # its feeds come without validators; left to itself it would be asked every 6 hours
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def item(slug: str, title: str, summary: str, *, host: str = "andino.example", at: datetime = START) -> str:
    """One RSS item; `slug` may carry its section."""
    link = f"http://{host}/{slug}"
    return (
        f"<item><title>{escape(title)}</title><link>{escape(link)}</link><guid>{escape(link)}</guid>"
        f"<pubDate>{format_datetime(at)}</pubDate><description>{escape(summary)}</description></item>"
    )


def feed(*items: str) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Feed</title>'
    return (head + "".join(items) + "</channel></rss>").encode()


def page(title: str, *paragraphs: str) -> bytes:
    """A plain article page."""
    body = "".join(f"<p>{escape(text)}</p>" for text in paragraphs)
    return (
        f"<!doctype html><html lang=es><head><title>{escape(title)}</title>"
        f'<meta property="og:type" content="article"></head><body><article><h1>{escape(title)}</h1>{body}'
        "</article></body></html>"
    ).encode()


def settings(state: Path, *sources: Source, **changes: object) -> Settings:
    fetch = FetchSettings(host_gap=timedelta(0))
    return replace(Settings(sources=sources, state=state, fetch=fetch, min_free_bytes=0), **changes)  # type: ignore[arg-type]


def run_once(config: Settings, network: Network, at: datetime = START, **options: object) -> Report:
    """One run of the real pipeline at a simulated instant."""
    blank_warehouse(config.state)
    return asyncio.run(pipeline.run(config, SimulatedClock(at), network=network, **options))  # type: ignore[arg-type]


def rows(config: Settings, sql: str, **parameters: object) -> list[Row]:
    """Rows of the published snapshot."""
    with Warehouse(config.state).read_snapshot() as session:
        return session.select(sql, parameters)


def counts(report: Report, source_id: str = "andino") -> Mapping[str, int]:
    """Counts of one source that are not zero."""
    outcome = next(outcome for outcome in report.outcomes if outcome.source_id == source_id)
    names = ("fetched", "new", "seen", "changed", "rejected")
    return {name: value for name in names if (value := getattr(outcome.counts, name))}
