"""JSON Feed 1.0 and 1.1 (jsonfeed.org), by its own parser: feedparser 6.0 gives no item for it."""

from __future__ import annotations

import re
from typing import Any

from monitor.errors import ParseError, Reason
from monitor.model import Fetched, Parsed, Request, Source, SourceState
from monitor.sources import jsondoc, markup
from monitor.sources.decoding import document_text
from monitor.sources.entries import Draft, collect

_VERSION = re.compile(r'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org', re.IGNORECASE)
_ABSOLUTE = re.compile(r"https?://", re.IGNORECASE)


def requests(source: Source, state: SourceState) -> tuple[Request, ...]:  # noqa: ARG001 - one shape for all kinds
    """The one configured document."""
    return (Request(source.url, source.id, group=source.group),)


def sniff(text: str) -> bool:
    """Is this text a JSON Feed? Whatever the content type says."""
    return text.startswith("{") and _VERSION.search(text) is not None


def parse(source: Source, fetched: Fetched) -> Parsed:
    """Entries of a JSON Feed. Raises ParseError: EMPTY, NOT_A_FEED, UNPARSABLE, NO_ENTRIES."""
    return parse_text(source, fetched, document_text(fetched))


def parse_text(source: Source, fetched: Fetched, text: str) -> Parsed:
    """The same for text that is decoded already."""
    document = jsondoc.load(text)
    if not isinstance(document, dict) or "items" not in document or not sniff(text):
        raise ParseError(Reason.NOT_A_FEED, "a JSON document came, but it is no JSON Feed")
    items = document["items"] if isinstance(document["items"], list) else []
    if not items:
        raise ParseError(Reason.NO_ENTRIES, "the JSON Feed is well-formed but holds no item")
    lang = jsondoc.text(document, "language")
    entries, rejected = collect(source, fetched, (_draft(item, lang) for item in items))
    return Parsed(entries, rejected, title=markup.line(jsondoc.text(document, "title"), 200))


def _draft(item: Any, lang: str) -> Draft:
    guid = jsondoc.text(item, "id")
    html, plain = jsondoc.text(item, "content_html"), jsondoc.text(item, "content_text")
    links = (jsondoc.text(item, "url"), jsondoc.text(item, "external_url"), guid if _ABSOLUTE.match(guid) else "")
    return Draft(
        links=links,
        title=jsondoc.text(item, "title"),
        summary=jsondoc.text(item, "summary"),
        content=html or markup.escaped(plain),
        guid=guid,
        authors=_authors(item),
        section=next(iter(jsondoc.texts(item, "tags")), ""),
        published=tuple(filter(None, (jsondoc.text(item, "date_published"), jsondoc.text(item, "date_modified")))),
        updated=jsondoc.text(item, "date_modified"),
        lang=jsondoc.text(item, "language") or lang,
        image=jsondoc.text(item, "image") or jsondoc.text(item, "banner_image"),
    )


def _authors(item: Any) -> tuple[str, ...]:
    """`authors` of 1.1, else the single `author` of 1.0."""
    many = jsondoc.member(item, "authors")
    people = many if isinstance(many, list) else [jsondoc.member(item, "author")]
    return tuple(filter(None, (jsondoc.text(person, "name") for person in people)))
