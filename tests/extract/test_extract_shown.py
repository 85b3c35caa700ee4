"""Dates and names that a page only shows: no JSON-LD, no meta, as small outlets and older themes publish."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from monitor.model import NO_MOMENT, Article, DateQuality

Read = Callable[..., Article]
Html = Callable[..., str]
NOWHERE = "https://elfarodelsur.example/politica/puente-de-huaylas-reabre"


def dated(read: Read, make_html: Html, shown: str, **arguments: str) -> Article:
    html = make_html(**arguments).replace("</h1>", f"</h1><div class='x9'><span>{shown}</span></div>", 1)
    return read(html, url=NOWHERE, published=NO_MOMENT)


@pytest.mark.parametrize(
    ("shown", "at"),
    [
        ("12 de julio de 2026", "2026-07-12T05:00"),
        ("Publicado el 12 de julio de 2026 a las 22:10", "2026-07-13T03:10"),
        ("Lima, 12 de julio del 2026", "2026-07-12T05:00"),
        ("Huaraz, domingo 12 de julio de 2026", "2026-07-12T05:00"),
        ("12/07/2026 10:20 p. m.", "2026-07-13T03:20"),
        ("12.07.2026 | Política", "2026-07-12T05:00"),
        ("Por Elmer Tafur - 12 julio, 2026", "2026-07-12T05:00"),
        ("2026-7-12 22:17:36", "2026-07-13T03:17"),
        ("Sun, 12 Jul 2026 22:17:36 GMT", "2026-07-12T22:17"),
    ],
)
def test_a_date_at_the_headline(read: Read, make_html: Html, shown: str, at: str) -> None:
    """Day first, in the outlet's zone where none is given: ten at night in Lima is the next day in UTC."""
    found = dated(read, make_html, shown)
    assert found.published.at is not None
    assert found.published.at.isoformat()[:16] == at
    assert found.provenance["published"] == "shown"


def test_an_update_is_no_publication(read: Read, make_html: Html) -> None:
    """ "Actualizado el" is when the text changed."""
    found = dated(read, make_html, "Actualizado el 12 de julio de 2026 10:20")
    assert found.modified.at is not None
    assert found.provenance["modified"] == "shown"
    assert found.provenance.get("published") != "shown"


def test_a_numeric_date_of_an_english_page_is_not_read(read: Read, make_html: Html) -> None:
    """05/06/2026 is June in Lima and may be May in Miami."""
    assert dated(read, make_html, "05/06/2026", lang="en").provenance.get("published") != "shown"


def test_a_sentence_with_a_date_is_no_date_line(read: Read, make_html: Html) -> None:
    """Only a text that is a date and nothing else dates a page."""
    found = dated(read, make_html, "La obra empezó el 12 de julio de 2024")
    assert found.provenance.get("published") != "shown"
    assert found.published.quality is not DateQuality.EXACT


def byline(read: Read, make_html: Html, html: str) -> Article:
    return read(make_html().replace("</h1>", f"</h1>{html}", 1), authors=())


def test_photographers_are_no_authors(read: Read, make_html: Html) -> None:
    """ "Foto: ..." marked as an author names who took the picture."""
    found = byline(read, make_html, "<p class=autor>Foto: Rosa Quiñe</p><p class=autor>Por Elmer Tafur</p>")
    assert found.authors == ("Elmer Tafur",)


def test_names_beside_the_article_are_not_its_authors(read: Read, make_html: Html) -> None:
    """A list of columnists in an aside signs nothing."""
    aside = "<aside><p class=author>Rosa Quiñe</p></aside>"
    found = read(
        make_html().replace("<main>", f"{aside}<main>").replace("</h1>", "</h1><p class=firma>Elmer Tafur</p>")
    )
    assert found.authors == ("Elmer Tafur",)
