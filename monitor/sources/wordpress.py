"""Posts of the WordPress REST API (`/wp-json/wp/v2/posts`), for sites whose feed is switched off."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from monitor.errors import ParseError, Reason
from monitor.model import Fetched, Parsed, Purpose, Request, Source, SourceState
from monitor.sources import jsondoc
from monitor.sources.decoding import document_text
from monitor.sources.entries import Draft, collect

_FIELDS = "id,date_gmt,modified_gmt,link,title,excerpt"
_PER_PAGE = 50
_MAX_PAGES = 2
_OVERLAP = timedelta(days=2)


def requests(source: Source, state: SourceState) -> tuple[Request, ...]:
    """The newest 50 posts, since two days before the last success where there was one.

    `source.url` is the site's address, or a complete API address (with a query), which is used as it is.
    """
    if urlsplit(source.url).query:
        return (Request(source.url, source.id, group=source.group),)
    return (Request(_address(source, state), source.id, group=source.group),)


def _address(source: Source, state: SourceState) -> str:
    site = source.url.split("/wp-json", 1)[0].rstrip("/")
    query = {"per_page": str(_PER_PAGE), "_fields": _FIELDS}
    if state.last_success_at:
        # by the day, so that the address (and its validators) stay the same for a while
        query["after"] = (state.last_success_at - _OVERLAP).strftime("%Y-%m-%dT00:00:00")
    return f"{site}/wp-json/wp/v2/posts?{urlencode(query, safe=',:')}"


def parse(source: Source, fetched: Fetched) -> Parsed:
    """Entries of one page of posts; a second page is asked for where X-WP-TotalPages says there is one.

    Raises ParseError: EMPTY, NOT_A_FEED, UNPARSABLE, and NO_ENTRIES for an empty list.
    """
    document = jsondoc.load(document_text(fetched))
    if not isinstance(document, list):
        message = jsondoc.text(document, "message")[:200] or "no list of posts"
        raise ParseError(Reason.NOT_A_FEED, f"the WordPress API answered: {message}")
    if not document:
        raise ParseError(Reason.NO_ENTRIES, "the WordPress API lists no post")
    entries, rejected = collect(source, fetched, map(_draft, document))
    return Parsed(entries, rejected, follow=_next_page(source, fetched))


def _draft(post: Any) -> Draft:
    published, modified = _gmt(post, "date_gmt"), _gmt(post, "modified_gmt")
    return Draft(
        links=(jsondoc.text(post, "link"),),
        title=jsondoc.text(post, "title.rendered"),
        summary=jsondoc.text(post, "excerpt.rendered"),
        content=jsondoc.text(post, "content.rendered"),
        guid=jsondoc.text(post, "guid.rendered") or jsondoc.text(post, "id"),
        published=tuple(filter(None, (published, jsondoc.text(post, "date")))),
        updated=modified,
    )


def _gmt(post: Any, name: str) -> str:
    """The `*_gmt` fields are UTC but do not say so."""
    value = jsondoc.text(post, name)
    return f"{value}Z" if value and value[-1].isdigit() else value


def _next_page(source: Source, fetched: Fetched) -> tuple[Request, ...]:
    total = fetched.header("x-wp-totalpages")
    page = parse_qs(urlsplit(fetched.request.url).query).get("page", ["1"])[0]
    current = int(page) if page.isdecimal() and len(page) < 4 else 1
    if not total.isdecimal() or current >= min(int(total[:4]), _MAX_PAGES):
        return ()
    mark = "&" if "?" in fetched.request.url else "?"
    return (Request(f"{fetched.request.url}{mark}page={current + 1}", source.id, Purpose.FOLLOW, group=source.group),)
