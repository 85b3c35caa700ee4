"""When a page says it was published and changed: every candidate in order of trust, read by monitor.dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from monitor import dates, urls
from monitor.extract import jsonld
from monitor.extract.dom import Head, element_text
from monitor.model import NO_MOMENT, DateQuality, Moment

Candidate = tuple[str, str]  # origin, raw date

_PRECISE = frozenset({DateQuality.EXACT, DateQuality.NAIVE_LOCAL, DateQuality.INFERRED})
_USABLE = _PRECISE | {DateQuality.DATE_ONLY}
_PUBLISHED_META = (
    "article:published_time",
    "article:published",
    "og:published_time",
    "og:article:published_time",
    "datepublished",
    "publishdate",
    "publish-date",
    "publish_date",
    "pubdate",
    "publication_date",
    "published_date",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "dc.date.issued",
    "dc.date.created",
    "dcterms.created",
    "dcterms.issued",
    "dc.date",
    "dcterms.date",
    "article.published",
    "date",
    "fecha",
)
_MODIFIED_META = (
    "article:modified_time",
    "og:updated_time",
    "article:modified",
    "datemodified",
    "dcterms.modified",
    "last-modified",
)
_MAX_RAW = 80
_STAMPS = 40  # elements behind the headline that may hold the date
_LABEL = re.compile(
    r"^\W*(?:(?:fecha(?:\s+de\s+publicacion|\s+de\s+publicación)?|publicad[oa]|publicación|creado|posted|published|date)"
    r"(?:\s+(?:el|on|at|en))?\s*[:|]?\s*|[^\W\d_][^\d,:]{1,25}[,:]\s+(?=(?:[^\W\d_]+,?\s+)?\d))",
    re.I,
)
_UPDATED = re.compile(
    r"^\W*(?:(?:última\s+|last\s+)?(?:actualizad[oa]|actualización|modificad[oa]|updated?|modified)(?:\s+(?:el|on|at|en|a\s+las))?"
    r"\s*[:|]?\s*)",
    re.I,
)
_SEAM = re.compile(r"\s*[|•·]\s*|\s+[-–—]\s+")
_NUMERIC = re.compile(r"^\d{1,2}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{4}")
_CONTAINERS = ("article", "main")


class Dates:
    """Reads the dates of one page; `zone` is the source's, `seen_at` when the page arrived."""

    def __init__(self, tree: HtmlElement, head: Head, node: jsonld.Node, zone: str, seen_at: datetime) -> None:
        self._tree, self._head, self._node = tree, head, node
        self._zone, self._seen_at = zone, seen_at

    def published(self, url: str, feed: Moment) -> tuple[Moment, str]:
        """The date of publication and where it was found.

        JSON-LD, meta, itemprop and `<time>` go before the feed and the URL: La República's URLs keep the day of
        the first draft. A bare day gives way to a full instant of the same day further down.
        """
        best, origin = self._first(self._published_candidates())
        if best.at is None and feed.at is None:
            shown, found = self._first(self._shown_candidates())
            best, origin = (shown, found) if shown.at is not None else (best, origin)
        if best.at is None or (best.quality is DateQuality.DATE_ONLY and self._same_day(best, feed)):
            best, origin = (feed, "feed") if feed.at is not None else (best, origin)
        if best.at is not None:
            return best, origin
        guess, found = self._inferred(url)
        return (guess, found) if guess.at is not None else (best, origin)

    def modified(self, feed: Moment) -> tuple[Moment, str]:
        best, origin = self._first(self._modified_candidates())
        if best.at is None and feed.at is None:
            best, origin = self._first(self._shown_updates())
        if best.at is None and feed.at is not None:
            return feed, "feed"
        return best, origin

    def _first(self, candidates: Iterator[Candidate]) -> tuple[Moment, str]:
        """First usable candidate, made precise by a later one of the same day; else the first that was given."""
        first_given, chosen = (NO_MOMENT, ""), (NO_MOMENT, "")
        for origin, raw in candidates:
            moment = dates.parse(raw, self._zone, self._seen_at)
            if not first_given[1] and moment.raw:
                first_given = moment, origin
            if self._better(moment, chosen[0]):
                chosen = moment, origin
            if chosen[0].quality in _PRECISE:
                break
        return chosen if chosen[1] else first_given

    def _better(self, moment: Moment, chosen: Moment) -> bool:
        if moment.quality not in _USABLE:
            return False
        return chosen.at is None or (moment.quality in _PRECISE and self._same_day(chosen, moment))

    def _same_day(self, one: Moment, other: Moment) -> bool:
        zone = ZoneInfo(self._zone)
        return bool(one.at and other.at and one.at.astimezone(zone).date() == other.at.astimezone(zone).date())

    def _published_candidates(self) -> Iterator[Candidate]:
        yield "jsonld", jsonld.text(self._node, "datePublished", "uploadDate", "dateCreated")
        yield from (("meta", self._head.meta(name)) for name in _PUBLISHED_META)
        yield from (("itemprop", raw) for raw in self._marked("datePublished", "dateCreated"))
        yield from (("time", raw) for raw in self._times())

    def _modified_candidates(self) -> Iterator[Candidate]:
        yield "jsonld", jsonld.text(self._node, "dateModified")
        yield from (("meta", self._head.meta(name)) for name in _MODIFIED_META)
        yield from (("itemprop", raw) for raw in self._marked("dateModified"))

    def _marked(self, *names: str) -> Iterator[str]:
        for element in self._tree.iter("meta", "time", "span", "div", "p", "abbr"):
            if set(names) & set((element.get("itemprop") or "").split()):
                yield _raw(element)

    def _times(self) -> Iterator[str]:
        """`<time>` elements of the article, not those of teasers beside it."""
        found = list(self._tree.iter("time"))
        inside = [element for element in found if any(True for _ in element.iterancestors(*_CONTAINERS))]
        yield from (_raw(element) for element in (inside or found)[:2])

    def _shown_candidates(self) -> Iterator[Candidate]:
        """Short texts at the headline that are a date and nothing else, a label or place before it aside.

        `05/06/2022` is read day first, as in Spanish; in an English page it may mean May, and is left alone.
        """
        english = self._head.lang.lower().startswith("en")
        for text in self._at_headline():
            for part in (text, *_SEAM.split(text)):
                stamp = _LABEL.sub("", part).strip(" ,.")
                if stamp and not (english and _NUMERIC.match(stamp)):
                    yield "shown", stamp

    def _shown_updates(self) -> Iterator[Candidate]:
        for text in self._at_headline():
            if _UPDATED.match(text):
                yield "shown", _UPDATED.sub("", text).strip(" ,.")

    def _at_headline(self) -> Iterator[str]:
        heading = next(self._tree.iter("h1"), None)
        if heading is None:
            return
        around = [
            *heading.xpath(f"following::*[position() <= {_STAMPS}]"),
            *heading.xpath("preceding::*[@class]")[-10:],
        ]
        for element in around:
            text = element_text(element)
            if 8 <= len(text) <= _MAX_RAW and any(char.isdigit() for char in text):
                yield text

    def _inferred(self, url: str) -> tuple[Moment, str]:
        day = urls.url_date(url)
        if day is not None:
            return self._guess(day.isoformat()), "url"
        guess = self._by_htmldate(url)
        return self._guess(
            "" if guess.endswith("-01-01") else guess
        ), "htmldate"  # that day means "some day of the year"

    def _guess(self, day: str) -> Moment:
        moment = dates.parse(day, self._zone, self._seen_at)
        return replace(moment, quality=DateQuality.INFERRED) if moment.quality in _USABLE else NO_MOMENT

    def _by_htmldate(self, url: str) -> str:
        from htmldate import find_date  # 10 MB, and needed by one page in fifteen

        try:
            return find_date(self._tree, original_date=True, url=url or None, max_date=self._seen_at) or ""
        except (ValueError, TypeError, AttributeError, LookupError, OverflowError):
            return ""  # a date that cannot be guessed stays unknown


def _raw(element: HtmlElement) -> str:
    raw = element.get("datetime") or element.get("content") or element_text(element)
    return raw if len(raw) <= _MAX_RAW else ""
