"""What an article page becomes: text, metadata, access, and where each came from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from monitor.errors import Reason
from monitor.extract import EXTRACTOR, from_feed
from monitor.model import Article, DateQuality, Entry, Moment, Source

Read = Callable[..., Article]
Html = Callable[..., str]

LD = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Puente de Huaylas reabre tras dos años de obras y protestas",
    "datePublished": "2026-07-20T09:30:00-05:00",
    "dateModified": "2026-07-20T16:05:00Z",
    "author": [{"@type": "Person", "name": "Rosaura Chunga"}, {"@type": "Person", "name": "Redacción Faro"}],
    "articleSection": "Política",
    "image": {"@type": "ImageObject", "url": "/fotos/puente.jpg"},
}


def test_body_is_the_paragraphs_and_nothing_else(read: Read, make_html: Html, paragraphs: tuple[str, ...]) -> None:
    """Navigation, title and footer stay out; paragraphs are separated by one newline."""
    assert read(make_html()).body == "\n".join(paragraphs)


def test_article_carries_what_the_page_declares(read: Read, make_html: Html) -> None:
    """JSON-LD gives dates with their zone, people, section and an absolute image; a desk goes to byline_org."""
    found = read(make_html(ld=LD))
    assert found.title == LD["headline"]
    assert found.authors == ("Rosaura Chunga",)
    assert found.byline_org == "Redacción Faro"
    assert found.published.at == datetime(2026, 7, 20, 14, 30, tzinfo=UTC)
    assert found.published.quality is DateQuality.EXACT
    assert found.modified.at == datetime(2026, 7, 20, 16, 5, tzinfo=UTC)
    assert found.section == "Política"
    assert found.image == "https://elfarodelsur.example/fotos/puente.jpg"
    assert (found.kind, found.access, found.partial, found.reason) == ("article", "unknown", False, None)
    assert found.provenance["published"] == "jsonld"
    assert found.extractor == EXTRACTOR


def test_identity_is_the_entrys(read: Read, make_html: Html) -> None:
    """Whatever canonical URL the page names, the key stays the entry's."""
    found = read(make_html(head='<link rel="canonical" href="/politica/otra-ruta-noticia-4821/">'), key="faro#4821")
    assert found.key == "faro#4821"
    assert found.canonical_url == "https://elfarodelsur.example/politica/otra-ruta-noticia-4821"


@pytest.mark.parametrize("href", ["https://elfarodelsur.example/", "/", "javascript:void(0)", "https://[broken"])
def test_useless_canonicals_are_ignored(
    read: Read, make_html: Html, make_entry: Callable[..., Entry], href: str
) -> None:
    """A canonical that is the home page, or no link at all, gives way to the entry's."""
    found = read(make_html(head=f'<link rel="canonical" href="{href}">'))
    assert found.canonical_url == make_entry().canonical_url
    assert "syndicated_from" not in found.provenance


def test_canonical_on_another_host_is_only_noted(read: Read, make_html: Html, make_entry: Callable[..., Entry]) -> None:
    """A syndicated page says where it comes from, but keeps its own address."""
    found = read(make_html(head='<link rel="canonical" href="https://agencia.example/nota/77">'))
    assert found.canonical_url == make_entry().canonical_url
    assert found.provenance["syndicated_from"] == "https://agencia.example/nota/77"


def test_related_links_are_taken_out(read: Read, make_html: Html, paragraphs: tuple[str, ...]) -> None:
    """Interstitial links in Spanish and English vanish; prose that begins with the same words stays."""
    prose = "Mira, yo no tengo nada contra el ministro, dijo el alcalde, pero la obra debió terminar el año pasado."
    mixed = (
        paragraphs[0],
        "LEA TAMBIÉN: Alcalde de Caraz pide investigar la obra",
        paragraphs[1],
        "PUEDES VER: Estas son las vías cerradas",
        prose,
        "Te puede interesar | Camioneros levantan el paro",
        paragraphs[2],
        "Read more: Bridge reopens in the Andes",
        paragraphs[3],
    )
    assert read(make_html(paragraphs=mixed)).body.split("\n") == [*paragraphs[:2], prose, *paragraphs[2:]]


def test_lines_that_are_links_are_taken_out(read: Read, make_html: Html, paragraphs: tuple[str, ...]) -> None:
    """A headline linked between paragraphs is another article; a link inside a sentence is part of it."""
    linked = '<a href="/n/1/">Alcalde de Caraz pide investigar la obra del puente y sus costos</a>'
    inside = 'El informe, <a href="/informe.pdf">publicado en mayo</a>, enumera catorce observaciones a la obra.'
    body = read(make_html(paragraphs=(*paragraphs[:2], linked, inside, *paragraphs[2:]))).body
    assert "Alcalde de Caraz" not in body
    assert "publicado en mayo, enumera" in body


def test_text_ends_at_the_comments(read: Read, make_html: Html, paragraphs: tuple[str, ...]) -> None:
    """What readers wrote is not what the outlet wrote, even where it is marked up like the article."""
    comments = (
        "<h3>Deja un comentario</h3>"
        "<p>Esa obra está mal hecha desde el principio y todos los vecinos de Caraz lo sabemos muy bien.</p>"
    )
    assert "mal hecha" not in read(make_html(comments)).body


def test_repeated_paragraphs_come_once(read: Read, make_html: Html, paragraphs: tuple[str, ...]) -> None:
    """A mobile and a desktop copy of the same text are one text."""
    assert read(make_html(paragraphs=paragraphs + paragraphs)).body == "\n".join(paragraphs)


def test_second_article_of_an_endless_page_is_cut(read: Read, make_html: Html, paragraphs: tuple[str, ...]) -> None:
    """Articles appended for endless scrolling do not leak into the first."""
    other = "".join(
        f"<p>El festival número {number} de la papa reunió en Andahuaylas a productores de nueve distritos.</p>"
        for number in range(4)
    )
    page = make_html().replace(
        "</main>", f"<article><h1>Festival de la papa en Andahuaylas</h1>{other}</article></main>"
    )
    assert read(page).body == "\n".join(paragraphs)


def test_jsonld_rescues_an_empty_page(read: Read, make_html: Html, paragraphs: tuple[str, ...]) -> None:
    """Where the HTML holds no text, articleBody is used and said to be."""
    found = read(make_html(ld=LD | {"articleBody": "\n".join(paragraphs)}, paragraphs=()))
    assert found.body == "\n".join(paragraphs)
    assert found.provenance["body"] == "jsonld"


def test_truncated_articlebody_never_replaces_the_page(
    read: Read, make_html: Html, paragraphs: tuple[str, ...]
) -> None:
    """A quarter of outlets cut articleBody short; the page's own text wins."""
    assert read(make_html(ld=LD | {"articleBody": paragraphs[0]})).body == "\n".join(paragraphs)


def test_locked_page_gives_no_text(read: Read, make_html: Html, paragraphs: tuple[str, ...]) -> None:
    """Hidden text and articleBody of a locked page are never lifted; title and summary are kept."""
    head = (
        '<meta property="article:content_tier" content="locked"><meta name="description" content="Reabre el puente.">'
    )
    found = read(make_html(head=head, ld=LD | {"articleBody": "\n".join(paragraphs), "isAccessibleForFree": "False"}))
    assert (found.body, found.access, found.partial, found.reason) == ("", "locked", True, Reason.LOCKED)
    assert found.summary == "Reabre el puente."
    assert found.title == LD["headline"]


def test_hidden_text_of_a_paid_page_stays_hidden(read: Read, make_html: Html, paragraphs: tuple[str, ...]) -> None:
    """A page that is not free shows what it shows: the rest of its text is neither read nor rescued from JSON-LD."""
    hidden = f'<div class="paywall" style="display: none">{"".join(f"<p>{each}</p>" for each in paragraphs[1:])}</div>'
    ld = LD | {"isAccessibleForFree": False, "articleBody": "\n".join(paragraphs)}
    found = read(make_html(hidden, ld=ld, paragraphs=paragraphs[:1]))
    assert found.body == paragraphs[0]
    assert (found.access, found.partial, found.reason) == ("teaser", True, Reason.TEASER)


def test_text_revealed_by_script_is_read_where_nothing_is_sold(
    read: Read, make_html: Html, paragraphs: tuple[str, ...]
) -> None:
    """A page without any paywall that shows its text by script is an ordinary page."""
    hidden = f'<div style="display:none">{"".join(f"<p>{each}</p>" for each in paragraphs)}</div>'
    assert read(make_html(hidden, ld=LD, paragraphs=())).body == "\n".join(paragraphs)


def test_teaser_is_flagged(read: Read, make_html: Html, paragraphs: tuple[str, ...]) -> None:
    """A short text beside an invitation to subscribe is a teaser; the invitation is no text."""
    found = read(make_html("<p>Contenido exclusivo para suscriptores</p>", paragraphs=paragraphs[:2]))
    assert (found.access, found.partial, found.reason) == ("teaser", True, Reason.TEASER)
    assert found.body == "\n".join(paragraphs[:2])


@pytest.mark.parametrize(
    ("tier", "free", "access"),
    [("free", None, "open"), ("metered", None, "metered"), (None, True, "open"), ("locked", True, "metered")],
)
def test_access_tier(read: Read, make_html: Html, tier: str | None, free: bool | None, access: str) -> None:
    """The outlet's own declaration decides; text that is delivered is kept."""
    head = f'<meta property="article:content_tier" content="{tier}">' if tier else ""
    found = read(make_html(head=head, ld=LD | ({"isAccessibleForFree": free} if free is not None else {})))
    assert found.access == access
    assert not found.partial


def test_short_declared_flash_is_kept_as_partial(read: Read, make_html: Html) -> None:
    """Two lines of a breaking story are news, and said to be thin."""
    flash = ("El puente de Huaylas reabre este lunes tras dos años de obras, informó el ministerio de Transportes.",)
    found = read(make_html(ld=LD, paragraphs=flash))
    assert found.body == flash[0]
    assert (found.partial, found.reason) == (True, Reason.NO_TEXT)


def test_url_day_and_published_are_kept_apart(read: Read, make_html: Html) -> None:
    """Outlets stamp datePublished anew on update and leave the first day in the URL: both are kept."""
    found = read(make_html(ld=LD), url="https://elfarodelsur.example/politica/2026/07/18/puente-de-huaylas/")
    assert found.url_on == date(2026, 7, 18)
    assert found.published.at == datetime(2026, 7, 20, 14, 30, tzinfo=UTC)


def test_bare_day_gives_way_to_the_instant_of_that_day(read: Read, make_html: Html, feed_moment: Moment) -> None:
    """A date without a time is made precise by the feed, if both mean the same day in Lima."""
    found = read(make_html(ld=LD | {"datePublished": "2026-07-20"}), published=feed_moment)
    assert (found.published, found.provenance["published"]) == (feed_moment, "feed")


def test_bare_day_is_made_precise_by_the_page_itself(read: Read, make_html: Html) -> None:
    """A later place on the page may add the hour, but only of the same day."""
    same = '<meta property="article:published_time" content="2026-07-20T09:15:00-05:00">'
    other = '<meta property="article:published_time" content="2026-07-12T09:15:00-05:00">'
    ld = LD | {"datePublished": "2026-07-20"}
    assert read(make_html(head=same, ld=ld)).published.at == datetime(2026, 7, 20, 14, 15, tzinfo=UTC)
    assert read(make_html(head=other, ld=ld)).published.at == datetime(2026, 7, 20, 5, 0, tzinfo=UTC)


def test_naive_time_is_local_time(read: Read, make_html: Html) -> None:
    """A page time without a zone is read in the zone of its source, and says so."""
    found = read(make_html(ld=LD | {"datePublished": "2026-07-19 22:17:36"}))
    assert found.published.at == datetime(2026, 7, 20, 3, 17, 36, tzinfo=UTC)
    assert found.published.quality is DateQuality.NAIVE_LOCAL


def test_day_in_the_url_is_only_inferred(read: Read, make_html: Html) -> None:
    """Where nothing else is known, the URL's day is taken, at local midnight, as inferred."""
    found = read(make_html(), url="https://elfarodelsur.example/politica/2026/07/18/puente-de-huaylas/")
    assert found.published.at == datetime(2026, 7, 18, 5, 0, tzinfo=UTC)
    assert found.published.quality is DateQuality.INFERRED


def test_unknown_date_stays_unknown(read: Read, make_html: Html) -> None:
    """No date on the page, in the feed or in the URL: no date, and never the moment of fetching."""
    assert read(make_html()).published.at is None


def test_title_is_voted(read: Read, make_html: Html) -> None:
    """An og:title written for search engines loses against h1 and headline."""
    head = '<meta property="og:title" content="Puente Huaylas: lo que debes saber HOY | El Faro del Sur">'
    assert read(make_html(head=head, ld=LD)).title == LD["headline"]


def test_template_language_is_not_believed(read: Read, make_html: Html) -> None:
    """`lang="en"` left in a template does not make Spanish text English."""
    assert read(make_html(lang="en")).lang == "es"


@pytest.mark.parametrize(
    ("author", "authors", "org"),
    [
        ("Por Rosaura Chunga y Elmer Tafur", ("Rosaura Chunga", "Elmer Tafur"), ""),
        ({"@type": "Organization", "name": "Agencia Andina"}, (), "Agencia Andina"),
        ("El Faro del Sur", (), "El Faro del Sur"),
        ([{"name": "María de los Ángeles Quispe"}, "EFE"], ("María de los Ángeles Quispe",), "EFE"),
    ],
)
def test_people_and_desks_are_told_apart(
    read: Read, make_html: Html, author: Any, authors: tuple[str, ...], org: str
) -> None:
    """Only people are authors; agencies, desks and the outlet itself sign as organisations."""
    found = read(make_html(ld=LD | {"author": author}))
    assert (found.authors, found.byline_org) == (authors, org)


@pytest.mark.parametrize(
    ("kind", "url"),
    [
        ("opinion", "https://elfarodelsur.example/opinion/columnistas/el-puente/"),
        ("live", "https://elfarodelsur.example/politica/puente-lbposting-noticia/"),
        ("gallery", "https://elfarodelsur.example/fotogalerias/puente/"),
        ("press_release", "https://elfarodelsur.example/notas-de-prensa/puente/"),
    ],
)
def test_kind_by_address(read: Read, make_html: Html, kind: str, url: str) -> None:
    """The address tells opinion, live coverage, galleries and press releases from articles."""
    assert read(make_html(), url=url).kind == kind


def test_kind_by_type(read: Read, make_html: Html) -> None:
    """A live blog declares itself."""
    assert read(make_html(ld=LD | {"@type": "LiveBlogPosting"})).kind == "live"


def test_broken_jsonld_is_read(read: Read, make_html: Html) -> None:
    """Raw newlines, stray commas and doubly escaped entities, as content systems print them."""
    block = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Puente &amp;quot;reabre&amp;quot;",'
        '\n"description": "Primera\nsegunda",, "datePublished": "2026-07-20T09:30:00-05:00",'
        ' "articleSection": ["Obras",],}</script>'
    )
    found = read(make_html(head=block))
    assert found.section == "Obras"
    assert found.published.at == datetime(2026, 7, 20, 14, 30, tzinfo=UTC)
    assert found.summary == "Primera segunda"


def test_feed_entry_stands_in_for_its_page(
    make_entry: Callable[..., Entry], make_source: Callable[..., Source], feed_moment: Moment
) -> None:
    """Without a page, the feed's own text is used, flagged, with the reason."""
    content = "Primer párrafo del feed.\n\nSegundo párrafo."
    item = make_entry(summary="Reabre el puente.", content=content, published=feed_moment, authors=("Elmer Tafur",))
    found = from_feed(item, make_source(), Reason.ROBOTS)
    assert found.body == "Primer párrafo del feed.\nSegundo párrafo."
    assert (found.text_from, found.partial, found.reason) == ("feed", True, Reason.ROBOTS)
    assert (found.summary, found.published, found.authors) == ("Reabre el puente.", feed_moment, ("Elmer Tafur",))
    assert (found.section, found.lang, found.key) == ("politica", "es", item.key)


def test_feed_summary_is_never_a_body(make_entry: Callable[..., Entry], make_source: Callable[..., Source]) -> None:
    """An entry without content has no body: a summary stays a summary."""
    found = from_feed(make_entry(summary="Reabre el puente."), make_source(), Reason.TIMEOUT)
    assert (found.body, found.summary) == ("", "Reabre el puente.")


def test_same_bytes_give_the_same_article(read: Read, make_html: Html) -> None:
    """Extraction depends on nothing but its arguments."""
    assert read(make_html(ld=LD)) == read(make_html(ld=LD))
