"""One page or feed entry -> one Article. Puts decode, body, metadata and gate together; holds no rule of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from lxml.html import HtmlElement, tostring

from monitor import urls
from monitor.errors import Reason
from monitor.extract import body, byline, decode, dom, gate, jsonld, metadata, override
from monitor.extract.dating import Dates
from monitor.extract.language import heard
from monitor.model import Article, Entry, Fetched, Source
from monitor.text import clean, clean_paragraphs

_WALL_MAX = 1500  # characters; no wall or teaser is suspected behind a longer text

EXTRACTOR = "vote/4"  # changes whenever the same bytes may give another Article


@dataclass(frozen=True, slots=True)
class _Page:
    """A page read once: its tree, its head and its JSON-LD."""

    url: str
    tree: HtmlElement
    head: dom.Head
    found: tuple[jsonld.Node, ...]
    node: jsonld.Node
    brands: tuple[str, ...]

    @property
    def declared(self) -> bool:
        """Does the page call itself an article?"""
        return (
            jsonld.is_article(self.node)
            or bool(self.head.meta("article:published_time"))
            or self.head.meta("og:type").lower() in {"article", "news", "video", "video.other"}
        )

    @property
    def description(self) -> str:
        return self.head.meta("og:description", "description", "twitter:description")


@dataclass(frozen=True, slots=True)
class _Content:
    """The text of a page and what stands between it and the reader."""

    body: body.Body
    access: str
    reason: Reason | None
    visible: int = 0  # characters that a reader of the page sees

    @property
    def boilerplate(self) -> float | None:
        return round(max(0.0, 1 - self.body.size / self.visible), 3) if self.visible else None


def article(page: Fetched, entry: Entry, source: Source) -> Article:
    """The article on a fetched page.

    Raises ExtractError and nothing else, whatever the bytes: NOT_HTML, NO_TEXT, SOFT_404, FRONT_PAGE,
    CONSENT_WALL or CHALLENGE. A locked page gives metadata and summary only, a teaser what it shows; both are
    `partial` and say why in `reason`. A canonical URL on another host is kept as provenance `syndicated_from`.
    """
    read = _read(page, source)
    origins: dict[str, str] = {}
    described = _described(read, entry, origins)
    selector = source.options.get(override.OPTION, "")
    content = _content(read, described.title, entry, selector)
    if selector and content.body.origin != "css":
        origins["override"] = "refused"  # the selector has rotted, or the page is not of its kind
    text = clean_paragraphs("\n".join(content.body.paragraphs))
    origins["body"] = content.body.origin if text else ""
    lang, origins["lang"] = metadata.language(read.head, read.node, described.title, text, source.lang)
    signed = _signed(_dated(described, read, entry, source, page.finished_at, origins), read, entry, origins)
    return replace(
        signed,
        body=text,
        lang=lang,
        access=content.access,
        partial=content.reason is not None,
        reason=content.reason,
        agreement=content.body.agreement,
        boilerplate=content.boilerplate,
        provenance=_provenance(**origins),
    )


def _described(page: _Page, entry: Entry, origins: dict[str, str]) -> Article:
    """Identity from the entry; title, address, summary, section, image and kind from the page."""
    title, origins["title"] = metadata.title(page.tree, page.head, page.node, page.brands, entry.title)
    canonical, origins["canonical_url"], origins["syndicated_from"] = metadata.canonical(
        page.head, page.url, entry.canonical_url
    )
    summary, origins["summary"] = _summary(page, entry)
    section, origins["section"] = metadata.section(page.head, page.node, entry.section, page.url)
    image, origins["image"] = metadata.image(page.head, page.node, entry.image, page.url)
    kind, origins["kind"] = metadata.kind(page.node, page.found, page.url)
    return Article(
        key=entry.key,
        url=entry.link,
        canonical_url=canonical,
        source_id=entry.source_id,
        title=title,
        summary=summary,
        section=section,
        url_on=urls.url_date(page.url) or urls.url_date(entry.link),
        image=image,
        kind=kind,
        extractor=EXTRACTOR,
    )


def _dated(
    article: Article, page: _Page, entry: Entry, source: Source, seen_at: datetime, origins: dict[str, str]
) -> Article:
    when = Dates(page.tree, page.head, page.node, source.zone, seen_at)
    published, origins["published"] = when.published(page.url, entry.published)
    modified, origins["modified"] = when.modified(entry.updated)
    return replace(article, published=published, modified=modified)


def _signed(article: Article, page: _Page, entry: Entry, origins: dict[str, str]) -> Article:
    authors, org, origin = byline.signatures(page.tree, page.head, page.node, page.found, page.brands)
    origins["authors"] = origin if authors or org else "feed" if entry.authors else ""
    return replace(article, authors=authors or entry.authors, byline_org=org)


def from_feed(entry: Entry, source: Source, reason: Reason) -> Article:
    """The article as far as its feed entry tells it; `reason` says why its page was not used."""
    link = entry.canonical_url or entry.link
    section = entry.section or urls.section_of(link)
    text = clean_paragraphs(entry.content)
    kind, kind_from = metadata.kind({}, (), link)
    return Article(
        key=entry.key,
        url=entry.link,
        canonical_url=entry.canonical_url,
        source_id=entry.source_id,
        title=clean(entry.title),
        summary=clean(entry.summary),
        body=text,
        authors=entry.authors,
        section=section,
        lang=_language(entry, text, source),
        published=entry.published,
        modified=entry.updated,
        url_on=urls.url_date(link),
        image=entry.image,
        kind=kind,
        access="locked" if reason is Reason.LOCKED else "unknown",
        text_from="feed",
        partial=True,
        reason=reason,
        provenance=_provenance(
            title="feed", body="feed" if text else "", section="feed" if entry.section else "url", kind=kind_from
        ),
        extractor=EXTRACTOR,
    )


def _language(entry: Entry, text: str, source: Source) -> str:
    """As the feed declares it, else as title and text are heard to be, else the source's."""
    return entry.lang[:2].lower() or heard(f"{entry.title}\n{entry.summary}\n{text}") or source.lang


def _provenance(**origins: str) -> dict[str, str]:
    return {name: origin for name, origin in origins.items() if origin}


def _read(page: Fetched, source: Source) -> _Page:
    tree = dom.parse(decode.html_text(page))
    head = dom.Head(tree)
    found = jsonld.nodes(tree)
    node = jsonld.article_node(found, page.final_url)
    names = metadata.brands(head, node, source.outlet, urlsplit(page.final_url).netloc)
    return _Page(page.final_url, tree, head, found, node, names)


def _content(page: _Page, title: str, entry: Entry, selector: str) -> _Content:
    """The text, behind the gate. Hidden text is looked at only where the page declares no paywall."""
    access = metadata.declared_access(page.head, page.node)
    if access == "locked":
        return _Content(body.Body(), access, Reason.LOCKED)
    shown = dom.visible(page.tree)
    seen = dom.element_text(shown)
    free = access != "metered"
    articlebody = jsonld.body(page.node) if free else ""
    html = tostring(shown, encoding="unicode") if selector else ""
    text = body.find(shown, title, articlebody)
    if text.size < body.ENOUGH and free:  # aa.com.tr shows its text by script
        revealed = body.find(dom.visible(page.tree, keep_hidden=True), title)
        text = revealed if revealed.size >= body.ENOUGH else text
    text = override.chosen(html, selector, title, text) if selector else text
    gate.check(
        gate.Signals(
            title=title,
            feed_title=entry.title,
            summary=page.description,
            paragraphs=text.paragraphs,
            declared=page.declared,
            home=metadata.is_home(page.url),
            links=text.links,
            visible=seen,
        )
    )
    about = dom.text_outside(dom.visible(page.tree), metadata.CHROME) if text.size < _WALL_MAX else ""
    if metadata.is_teaser(access, "\n".join(text.paragraphs), about):
        return _Content(text, "teaser", Reason.TEASER, len(seen))
    return _Content(text, access, Reason.NO_TEXT if text.size < body.ENOUGH else None, len(seen))


def _summary(page: _Page, entry: Entry) -> tuple[str, str]:
    """The feed's summary, else the page's description of itself."""
    candidates = (
        (clean(entry.summary), "feed"),
        (page.description, "meta"),
        (jsonld.text(page.node, "description"), "jsonld"),
    )
    return next(((value, origin) for value, origin in candidates if value), ("", ""))
