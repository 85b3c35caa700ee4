"""RSS 0.9x-2.0, RDF and Atom, over text that the pre-filter has made safe; else JSON Feed.

What `plain_feed` is sure of is read there, the rest by feedparser: both give one shape, and one entry comes of it.
feedparser is only ever given bytes of ours: it opens files and URLs when it is handed a string.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import feedparser
import feedparser.api

from monitor.errors import ParseError, Reason
from monitor.model import Fetched, Parsed, Request, Source, SourceState
from monitor.sources import expat, jsonfeed, markup, plain_feed
from monitor.sources.decoding import document_text
from monitor.sources.entries import Draft, base_url, collect, over_limit
from monitor.sources.hints import feed_hints
from monitor.sources.prefilter import SITEMAP_ROOTS, Prepared, prepare
from monitor.urls import safe_link

feedparser.api.PREFERRED_XML_PARSERS.insert(
    0, expat.__name__
)  # its own list for that purpose; nobody else here uses it

_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
_HEADERS = {"content-type": "application/xml; charset=utf-8"}
_IMAGE_NAME = re.compile(r"\.(?:jpe?g|png|webp)\b", re.IGNORECASE)
_ABSOLUTE = re.compile(r"\s*https?://", re.IGNORECASE)
_Node = dict[str, Any]  # a FeedParserDict; read with dict.get, past the aliases that its own get() follows
_HTML_TYPES = ("text/html", "application/xhtml+xml", "html", "")


def requests(source: Source, state: SourceState) -> tuple[Request, ...]:  # noqa: ARG001 - one shape for all kinds
    """The one configured document."""
    return (Request(source.url, source.id, group=source.group),)


def parse(source: Source, fetched: Fetched) -> Parsed:
    """Entries of a feed. Raises ParseError: EMPTY, NOT_A_FEED, NO_ENTRIES, UNPARSABLE and those of decoding."""
    text = document_text(fetched)
    if jsonfeed.sniff(text):
        return jsonfeed.parse_text(source, fetched, text)
    prepared = prepare(text, fetched.finished_at)
    document = _document(prepared)
    items = document["entries"]
    if not items:
        raise _without_items(document, prepared)
    head = document["feed"]
    lang = str(head.get("language") or "")
    entries, rejected = collect(source, fetched, (_draft(item, lang) for item in items))
    return Parsed(
        entries=entries,
        rejected=rejected + over_limit(prepared.dropped),
        hints=feed_hints(prepared.text),
        title=markup.line(str(head.get("title") or ""), 200),
        warning=_warning(document),
        complete=not document.get("bozo") or prepared.closed,
        next_page=_related(head, "next", fetched),
        hub=_related(head, "hub", fetched),
    )


def _related(head: _Node, rel: str, fetched: Fetched) -> str:
    """Address of a document that the feed names as related, when it is a safe one."""
    links = (_text(node, "href") for node in _nodes(head, "links") if node.get("rel") == rel)
    return next((safe for link in links if (safe := safe_link(link, base_url(fetched)))), "")


def _document(prepared: Prepared) -> _Node:
    """What the plain reader is certain of; the rest, and all that gives no item, is for feedparser to judge."""
    document = plain_feed.read(prepared.text, prepared.root)
    return document if document and document["entries"] else _feedparser(prepared)


def _feedparser(prepared: Prepared) -> _Node:
    if prepared.root in SITEMAP_ROOTS:
        raise ParseError(
            Reason.NOT_A_FEED,
            f"a sitemap (<{prepared.root}>) came instead of a feed",
            hint='set kind = "news_sitemap" for this source',
        )
    body = io.BytesIO((_DECLARATION + prepared.text).encode("utf-8", "ignore"))
    try:
        # no content-location: links are joined once, by us, so that a guid stays as published
        with expat.texts_aside() as texts:
            document: _Node = feedparser.parse(
                body, response_headers=_HEADERS, sanitize_html=False, resolve_relative_uris=False
            )
    except (
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        AssertionError,
        ArithmeticError,
        RecursionError,
    ) as error:
        # what feedparser 6.0 and its date, base64 and SGML code let through on damaged input
        raise ParseError(Reason.UNPARSABLE, f"the feed cannot be parsed: {type(error).__name__}: {error}") from error
    for part in (document["feed"], document["entries"]) if texts else ():
        expat.put_back(part, texts)
    return document


def _without_items(document: _Node, prepared: Prepared) -> ParseError:
    """An empty feed, even an ill-formed one, is one as long as it is complete."""
    if document.get("bozo") and not prepared.closed:
        return ParseError(Reason.UNPARSABLE, f"the feed is damaged and gives no item: {_bozo(document)}")
    return ParseError(Reason.NO_ENTRIES, "the feed is complete but holds no item")


def _warning(document: _Node) -> str:
    return f"the feed is not well-formed: {_bozo(document)}" if document.get("bozo") else ""


def _bozo(document: _Node) -> str:
    return markup.line(str(document.get("bozo_exception") or "unknown fault"), 200)


def _draft(item: _Node, lang: str) -> Draft:
    published = _text(item, "published")
    updated = _text(item, "updated")
    summary = _text(item, "summary")
    content = max((_text(part, "value") for part in _nodes(item, "content")), key=len, default="")
    return Draft(
        links=tuple(_links(item)),
        title=_text(item, "title"),
        summary="" if summary == content and len(content) > 1000 else summary,
        content=content,
        guid=_text(item, "id"),
        authors=tuple(_authors(item)),
        section=next((_text(tag, "term") for tag in _nodes(item, "tags") if tag.get("term")), ""),
        published=tuple(filter(None, (published, updated, _text(item, "created")))),
        updated=updated,
        lang=_text(_node(item, "title_detail"), "language") or lang,
        image=_image(item),
        origin=_text(_node(item, "source"), "href"),
    )


def _text(item: _Node, key: str) -> str:
    """A string of feedparser's, without its aliases: `published` must not stand in for `updated`."""
    value = dict.get(item, key)
    return value if isinstance(value, str) else ""


def _nodes(item: _Node, key: str) -> list[_Node]:
    value = dict.get(item, key)
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def _node(item: _Node, key: str) -> _Node:
    value = dict.get(item, key)
    return value if isinstance(value, dict) else {}


def _links(item: _Node) -> Iterator[str]:
    """alternate > plain link > guid that is a permalink > feedburner:origLink; enclosures and replies never."""
    for node in _nodes(item, "links"):
        if node.get("rel", "alternate") == "alternate" and node.get("type", "") in _HTML_TYPES:
            yield _text(node, "href")
    guid, link = _text(item, "id"), _text(item, "link")
    if link != guid or _ABSOLUTE.match(guid):  # a guid such as `x` becomes the link of an item that has none
        yield link
    if dict.get(item, "guidislink") and _ABSOLUTE.match(guid):
        yield guid
    yield _text(item, "feedburner_origlink")


def _authors(item: _Node) -> Iterator[str]:
    for author in _nodes(item, "authors"):
        yield _text(author, "name")
    yield _text(item, "author")


def _image(item: _Node) -> str:
    pictures = (media for media in _nodes(item, "media_content") if _is_image(media))
    attached = (link for link in _nodes(item, "links") if link.get("rel") == "enclosure" and _is_image(link))
    found = (*pictures, *_nodes(item, "media_thumbnail"), *attached)
    return next((address for node in found if (address := _text(node, "url") or _text(node, "href"))), "")


def _is_image(node: _Node) -> bool:
    kind = _text(node, "medium") or _text(node, "type")
    return kind.startswith("image") or (not kind and bool(_IMAGE_NAME.search(_text(node, "url"))))
