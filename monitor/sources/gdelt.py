"""The article list of the GDELT DOC 2.0 API, as RSS or JSON: an aggregator that knows titles and addresses only."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from monitor.errors import ParseError, Reason
from monitor.model import DateQuality, Entry, Fetched, Moment, Parsed, Request, Source, SourceState
from monitor.sources import feed, jsondoc
from monitor.sources.decoding import document_text
from monitor.sources.entries import Draft, collect

_LANGUAGES = {"spanish": "es", "english": "en", "portuguese": "pt", "french": "fr", "german": "de", "italian": "it"}
_SPACED = re.compile(r"\s+(?=[,.;:!?%)\]»”](?:\s|$))")
_LIMIT = re.compile(r"please limit requests|too many requests", re.IGNORECASE)


def requests(source: Source, state: SourceState) -> tuple[Request, ...]:
    """The one configured query."""
    return feed.requests(source, state)


def parse(source: Source, fetched: Fetched) -> Parsed:
    """Entries of an article list. Dates say when GDELT saw the article, so they are INFERRED.

    Raises ParseError: RATE_LIMITED for the sentence that GDELT sends with status 200, else like `feed`.
    """
    text = document_text(fetched)
    if _LIMIT.search(text[:300]) and text[0] not in "<{":
        raise ParseError(Reason.RATE_LIMITED, "GDELT asks for fewer requests; leave at least 5 seconds between calls")
    parsed = feed.parse(source, fetched) if text[0] == "<" else _json(source, fetched, text)
    return replace(parsed, entries=tuple(map(_clean, parsed.entries)))


def _json(source: Source, fetched: Fetched, text: str) -> Parsed:
    articles = jsondoc.member(jsondoc.load(text), "articles")
    if not isinstance(articles, list) or not articles:
        raise ParseError(Reason.NO_ENTRIES, "GDELT found no article for this query")
    entries, rejected = collect(source, fetched, map(_draft, articles))
    return Parsed(entries, rejected)


def _draft(article: Any) -> Draft:
    domain = jsondoc.text(article, "domain")
    return Draft(
        links=(jsondoc.text(article, "url"),),
        title=jsondoc.text(article, "title"),
        published=(jsondoc.text(article, "seendate"),),
        lang=_LANGUAGES.get(jsondoc.text(article, "language").lower(), ""),
        image=jsondoc.text(article, "socialimage"),
        origin=f"https://{domain}/" if domain else "",
    )


def _clean(entry: Entry) -> Entry:
    """GDELT separates punctuation by blanks: `Congreso aprueba la ley , dice ministro`."""
    return replace(entry, title=_SPACED.sub("", entry.title), published=_inferred(entry.published))


def _inferred(moment: Moment) -> Moment:
    return replace(moment, quality=DateQuality.INFERRED) if moment.quality is DateQuality.EXACT else moment
