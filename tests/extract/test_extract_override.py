"""A selector of an outlet is used where it finds the article, and given up, visibly, where it has rotted."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from world import PARAGRAPHS

from monitor import extract
from monitor.model import Article, Entry, Fetched, Request, Source

AT = datetime(2026, 11, 9, 12, tzinfo=UTC)
URL = "https://andino.example/peru/bus"
ASIDE = "El restaurante de la esquina ofrece este fin de semana un menú de cinco platos con vista al mar de Huanchaco."


def read(selector: str) -> Article:
    text = "".join(f"<p>{line}</p>" for line in PARAGRAPHS)
    html = (
        "<html lang=es><head><title>Atacan bus en Trujillo</title><meta property='og:type' content='article'></head>"
        f"<body><article><h1>Atacan bus en Trujillo</h1><div class='nota'>{text}</div><p class='x'>{ASIDE}</p>"
        f"<p class='y'>{PARAGRAPHS[0]}</p></article></body></html>"
    )
    options = {"body": selector} if selector else {}
    source = Source("andino", "Andino", "feed", URL, "es", "PE", "andino", options=options)
    entry = Entry("andino", URL, URL, URL, "Atacan bus en Trujillo")
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    page = Fetched(Request(URL, "andino"), URL, 200, headers, html.encode(), AT, AT)
    return extract.article(page, entry, source)


def test_a_selector_that_finds_the_article_decides() -> None:
    """The advertisement that looks like prose is gone; the origin says why."""
    assert ASIDE in read("").body
    found = read(".nota")
    assert found.body.splitlines() == list(PARAGRAPHS)
    assert found.provenance["body"] == "css"
    assert "override" not in found.provenance
    assert read(".nota p").body == found.body


@pytest.mark.parametrize("selector", [".story-contents__paragraph", ".y", "p[[", "h1"])
def test_a_selector_that_finds_too_little_is_given_up(selector: str) -> None:
    """Nothing, one paragraph of four, a selector that is none: the vote stands and the refusal is on record."""
    found = read(selector)
    assert found.body == read("").body
    assert found.provenance["override"] == "refused"
