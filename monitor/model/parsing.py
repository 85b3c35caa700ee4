"""Entries of feeds, with their dates."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.errors import Reason
from monitor.model.fetching import FeedHints, Request


class DateQuality(StrEnum):
    EXACT = "exact"  # instant with its zone
    NAIVE_LOCAL = "naive_local"  # no zone given: read in the source's zone
    DATE_ONLY = "date_only"  # local midnight
    INFERRED = "inferred"  # e.g. from the URL
    FUTURE = "future"  # ahead of the clock: clamped to first sight
    BAD = "bad"  # could not be read, or out of bounds
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as published: the raw string, its UTC instant (None when unreadable) and how far to trust it."""

    raw: str
    at: datetime | None
    quality: DateQuality
    offset: timedelta | None = None


NO_MOMENT = Moment("", None, DateQuality.MISSING)


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed, sitemap or listing. All text is plain: no tags, entities unescaped once."""

    source_id: str
    link: str  # absolute http(s) URL as published
    canonical_url: str
    key: str  # identity of its article: canonical URL, or host#number where id_pattern matches
    title: str
    summary: str = ""
    content: str = ""  # full text where the feed gives it, else empty
    guid: str = ""
    authors: tuple[str, ...] = ()
    section: str = ""  # category or URL section
    published: Moment = NO_MOMENT
    updated: Moment = NO_MOMENT
    lang: str = ""  # as declared by the document, else empty
    image: str = ""
    origin: str = ""  # address of the outlet that an aggregator names, else empty


@dataclass(frozen=True, slots=True)
class Rejected:
    """An entry that cannot be used, with one Reason. Counts must add up, so none is dropped in silence."""

    reason: Reason
    title: str = ""
    link: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    entries: tuple[Entry, ...]
    rejected: tuple[Rejected, ...] = ()
    follow: tuple[Request, ...] = ()  # further documents wanted, e.g. child sitemaps
    hints: FeedHints = field(default_factory=FeedHints)
    title: str = ""
    warning: str = ""  # parsed, but not clean: why
    complete: bool = True  # False: cut off, or a part could not be had; a 304 would keep us from the rest for ever
    next_page: str = ""  # address of the next older page of a paged feed
    hub: str = ""  # WebSub hub that the feed names; recorded, never called
