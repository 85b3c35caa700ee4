"""News sitemaps (Google's `news:` extension), plain sitemaps, and sitemap indexes one level deep."""

from __future__ import annotations

import re
from collections.abc import Iterable

from monitor import dates
from monitor.errors import ParseError, Reason
from monitor.model import Fetched, Parsed, Purpose, Rejected, Request, Source, SourceState
from monitor.sources.decoding import document_text
from monitor.sources.entries import Draft, base_url, collect, over_limit
from monitor.sources.prefilter import SITEMAP_ROOTS, Prepared, not_a_feed, prepare
from monitor.sources.xmlreading import Record, records
from monitor.urls import safe_link

_MAX_CHILDREN = 5


def requests(source: Source, state: SourceState) -> tuple[Request, ...]:  # noqa: ARG001 - one shape for all kinds
    """The one configured sitemap or index."""
    return (Request(source.url, source.id, group=source.group),)


def parse(source: Source, fetched: Fetched) -> Parsed:
    """Entries of a sitemap; of an index, the newest five children to follow.

    `options.follow` is a regular expression that children of an index must match. Raises ParseError: EMPTY,
    NOT_A_FEED, NO_ENTRIES, UNPARSABLE.
    """
    text = document_text(fetched)
    prepared = prepare(text, fetched.finished_at)
    if prepared.root not in SITEMAP_ROOTS:
        raise not_a_feed(text)
    if prepared.root == "sitemapindex":
        return Parsed((), follow=_children(source, fetched, prepared), complete=prepared.closed)
    found = list(records(prepared.text, "url"))
    if not found:
        raise ParseError(Reason.NO_ENTRIES, "the sitemap holds no address")
    entries, rejected = collect(source, fetched, map(_draft, found))
    lost = prepared.items - len(found)
    return Parsed(
        entries,
        rejected + over_limit(prepared.dropped) + _unread(lost),
        warning=_damage(lost, prepared),
        complete=prepared.closed,
    )


def _damage(lost: int, prepared: Prepared) -> str:
    if lost > 0:
        return f"the sitemap is damaged: {lost} items could not be read"
    return "" if prepared.closed else "the sitemap is cut off"


def _unread(lost: int) -> tuple[Rejected, ...]:
    return (Rejected(Reason.UNPARSABLE, detail="the sitemap is damaged at this item"),) * lost


def _draft(record: Record) -> Draft:
    """`lastmod` counts only where there is no news block: La República writes T22:59:59Z of any day there."""
    news = record.first("news.publication_date")
    return Draft(
        links=tuple(record.fields.get("loc", [])),
        title=record.first("news.title"),
        published=(news,) if news else (),
        updated="" if "news.news" in record.fields else record.first("lastmod"),
        section=record.first("news.keywords").split(",", 1)[0],
        lang=record.first("news.language"),
        image=record.first("image.loc"),
    )


def _children(source: Source, fetched: Fetched, prepared: Prepared) -> tuple[Request, ...]:
    if fetched.request.purpose is Purpose.FOLLOW:
        raise ParseError(Reason.NOT_A_FEED, "a sitemap index came from inside a sitemap index; one level is followed")
    wanted = source.options.get("follow", "")
    found = [(record.first("lastmod"), link) for record, link in _child_links(fetched, prepared) if _fits(wanted, link)]
    if not found:
        raise ParseError(Reason.NO_ENTRIES, "the sitemap index lists no child sitemap that may be followed")
    ages = [_age(lastmod, source, fetched) for lastmod, _ in found]
    newest = sorted(range(len(found)), key=lambda at: (ages[at], at))[:_MAX_CHILDREN]
    return tuple(Request(found[at][1], source.id, Purpose.FOLLOW, group=source.group) for at in newest)


def _child_links(fetched: Fetched, prepared: Prepared) -> Iterable[tuple[Record, str]]:
    for record in records(prepared.text, "sitemap"):
        link = safe_link(record.first("loc"), base_url(fetched))
        if link:
            yield record, link


def _fits(wanted: str, link: str) -> bool:
    return not wanted or re.search(wanted, link) is not None


def _age(lastmod: str, source: Source, fetched: Fetched) -> float:
    moment = dates.parse(lastmod, source.zone, fetched.finished_at)
    return (fetched.finished_at - moment.at).total_seconds() if moment.at else float("inf")
