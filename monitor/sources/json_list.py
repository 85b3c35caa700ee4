"""A list of articles in JSON from an outlet's own endpoint, read with the paths of the source's options."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from monitor.errors import ParseError, Reason
from monitor.model import Fetched, Parsed, Request, Source, SourceState
from monitor.sources import jsondoc, markup
from monitor.sources.decoding import document_text
from monitor.sources.entries import Draft, collect

_FIELD = re.compile(r"\{([\w.\-]+)\}")
_ABSOLUTE = re.compile(r"https?://|//", re.IGNORECASE)


def requests(source: Source, state: SourceState) -> tuple[Request, ...]:  # noqa: ARG001 - one shape for all kinds
    """The one configured endpoint."""
    return (Request(source.url, source.id, group=source.group),)


def parse(source: Source, fetched: Fetched) -> Parsed:
    """Entries of a JSON list.

    Options are dotted paths: `items` (empty: the document is the list), and inside an item `title`, `link`,
    `date`, `summary`, `content`, `id`, `section`, `image`, `author`. `link` may be a template such as
    `https://diario.example/noticia/{id}-{slug}`; `link_prefix` goes before links that are not absolute.
    Raises ParseError: EMPTY, NOT_A_FEED, UNPARSABLE, NO_ENTRIES.
    """
    document = jsondoc.load(document_text(fetched))
    path = source.options.get("items", "")
    items = jsondoc.member(document, path)
    if not isinstance(items, list):
        raise ParseError(Reason.NOT_A_FEED, f"the JSON document holds no list at {path or 'its top'!r}")
    if not items:
        raise ParseError(Reason.NO_ENTRIES, "the JSON list is empty")
    entries, rejected = collect(source, fetched, (_draft(source, item) for item in items))
    return Parsed(entries, rejected)


def _draft(source: Source, item: Any) -> Draft:
    def value(name: str, default: str) -> str:
        return jsondoc.text(item, source.options.get(name, default))

    author = value("author", "author")
    return Draft(
        links=(_link(source, item),),
        title=value("title", "title"),
        summary=value("summary", "summary"),
        content=value("content", "content"),
        guid=value("id", "id"),
        authors=(author,) if author else (),
        section=value("section", "section"),
        published=(value("date", "date"),),
        image=value("image", "image"),
    )


def _link(source: Source, item: Any) -> str:
    path = source.options.get("link", "link")
    if "{" in path:
        values = {name: jsondoc.text(item, name) for name in _FIELD.findall(path)}
        return _FIELD.sub(lambda match: quote(values[match[1]], safe="/-_.~%"), path) if all(values.values()) else ""
    link = markup.line(jsondoc.text(item, path), 4000)
    return link if not link or _ABSOLUTE.match(link) else source.options.get("link_prefix", "") + link
