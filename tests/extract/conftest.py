"""Builders of invented pages: one outlet that does not exist, articles that nobody wrote elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.model import Article, Entry, Fetched, Moment, Request, Source

SEEN_AT = datetime(2026, 7, 20, 18, 0, tzinfo=UTC)
URL = "https://elfarodelsur.example/politica/puente-de-huaylas-reabre-tras-dos-años-noticia-4821/".replace("ñ", "n")
TITLE = "Puente de Huaylas reabre tras dos años de obras y protestas"
PARAGRAPHS = (
    "El puente de Huaylas volvió a abrirse este lunes después de dos años de obras, tres paralizaciones y una protesta"
    " que mantuvo cerrada la carretera durante once días.",
    "La ministra de Transportes, Rosa Quiñe, dijo que la obra costó 41 millones de soles, seis más de los previstos, y"
    " atribuyó la demora a las lluvias de marzo.",
    "Los comuneros de Yuracmarca, que bloquearon la vía en abril, pidieron que se publique el informe de la supervisora"
    " antes de firmar el acta de recepción.",
    "Según la municipalidad, por el puente pasarán cada día unos 1.800 vehículos, la mitad de ellos camiones cargados"
    " de fruta con destino a la costa.",
)


def html(
    body: str = "",
    *,
    title: str = TITLE,
    head: str = "",
    ld: dict[str, Any] | None = None,
    lang: str = "es",
    paragraphs: tuple[str, ...] = PARAGRAPHS,
) -> str:
    """A page of the invented outlet; `body` is put behind the paragraphs, inside the article."""
    block = f'<script type="application/ld+json">{json.dumps(ld, ensure_ascii=False)}</script>' if ld else ""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{title} | El Faro del Sur</title>'
        '<meta property="og:site_name" content="El Faro del Sur"><meta property="og:type" content="article">'
        f"{head}{block}"
        '</head><body><header><nav><a href="/">Inicio</a> <a href="/politica/">Política</a></nav></header>'
        f"<main><article><h1>{title}</h1>{text}{body}</article></main>"
        '<footer><a href="/nosotros/">Nosotros</a></footer></body></html>'
    )


def fetched(body: str | bytes, url: str = URL, content_type: str = "text/html; charset=utf-8") -> Fetched:
    raw = body.encode("utf-8") if isinstance(body, str) else body
    return Fetched(Request(url, "faro"), url, 200, (("Content-Type", content_type),), raw, SEEN_AT, SEEN_AT)


def entry(**changes: Any) -> Entry:
    base = Entry(source_id="faro", link=URL, canonical_url=URL.rstrip("/"), key=URL.rstrip("/"), title=TITLE)
    return replace(base, **changes)


def source(**changes: Any) -> Source:
    base = Source("faro", "El Faro del Sur: política", "feed", "https://elfarodelsur.example/rss", "es", "PE", "faro")
    return replace(base, **changes)


@pytest.fixture
def read() -> Callable[..., Article]:
    """Extract a page given as HTML (or bytes), with changes to its entry."""
    from monitor.extract import article

    def extract(body: str | bytes, url: str = URL, content_type: str = "text/html", **changes: Any) -> Article:
        return article(fetched(body, url, content_type), entry(**changes), source())

    return extract


@pytest.fixture
def make_html() -> Callable[..., str]:
    return html


@pytest.fixture
def make_entry() -> Callable[..., Entry]:
    return entry


@pytest.fixture
def make_source() -> Callable[..., Source]:
    return source


@pytest.fixture
def make_fetched() -> Callable[..., Fetched]:
    return fetched


@pytest.fixture
def paragraphs() -> tuple[str, ...]:
    return PARAGRAPHS


@pytest.fixture
def feed_moment() -> Moment:
    from monitor import dates

    return dates.parse("Mon, 20 Jul 2026 09:15:00 -0500", "America/Lima", SEEN_AT)
