"""Drafts of entries, as a document gives them -> Entry or Rejected. Shared by every source kind; parses no format."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from urllib.parse import unquote, urlsplit

from monitor import dates
from monitor.errors import ParseError, Reason
from monitor.model import NO_MOMENT, DateQuality, Entry, Fetched, Moment, Rejected, Source
from monitor.sources import markup
from monitor.urls import article_key, canonical_url, safe_link, section_of, url_date, without_userinfo

MAX_ITEMS = 2000
_MAX_DRAFTS = 20_000
_TITLE_CAP = 1_000
_SUMMARY_CAP = 64_000
_CONTENT_CAP = 1_000_000
_FALLBACK_TITLE = 80
_NOT_A_URL = frozenset({"", "undefined", "null", "none"})  # what templates write for an empty field
_SLUG_ID = re.compile(r"^(?:noticia|nota|n|id)?\d+$")


@dataclass(frozen=True, slots=True)
class Draft:
    """One item as published. Markup is still in the texts, dates are strings, links may be relative.

    `links` and `published` hold candidates, best first.
    """

    links: tuple[str, ...] = ()
    title: str = ""
    summary: str = ""
    content: str = ""
    guid: str = ""
    authors: tuple[str, ...] = ()
    section: str = ""
    published: tuple[str, ...] = ()
    updated: str = ""
    lang: str = ""
    image: str = ""
    origin: str = ""


def collect(
    source: Source, fetched: Fetched, drafts: Iterable[Draft]
) -> tuple[tuple[Entry, ...], tuple[Rejected, ...]]:
    """Every draft becomes one Entry or one Rejected, in order. Of more than 2000 the newest are kept.

    Raises ParseError(UNPARSABLE) beyond 20,000 drafts, which is no list anybody publishes.
    """
    base = base_url(fetched)
    results = [_finish(source, base, fetched.finished_at, draft) for draft in islice(drafts, _MAX_DRAFTS + 1)]
    if len(results) > _MAX_DRAFTS:
        raise ParseError(Reason.UNPARSABLE, f"the document holds more than {_MAX_DRAFTS:,} items")
    entries = [result for result in results if isinstance(result, Entry)]
    rejected = [result for result in results if isinstance(result, Rejected)]
    if len(entries) > MAX_ITEMS:
        entries, late = _newest(entries)
        rejected += late
    return tuple(entries), tuple(rejected)


def over_limit(count: int, title: str = "", link: str = "") -> tuple[Rejected, ...]:
    """`count` rejections of items beyond the newest 2000."""
    return (Rejected(Reason.OVER_LIMIT, title, link, f"beyond the newest {MAX_ITEMS} items"),) * count


def base_url(fetched: Fetched) -> str:
    """What relative links are relative to: Content-Location where it is a usable address, else the final URL."""
    return safe_link(fetched.header("content-location"), fetched.final_url) or fetched.final_url


def language(declared: str) -> str:
    """Primary subtag of a declared language: `es` of `es-PE`; empty when it is none."""
    subtag = declared.strip().replace("_", "-").split("-", 1)[0].lower()
    return subtag if subtag.isalpha() and subtag.isascii() and len(subtag) in (2, 3) else ""


def _newest(entries: list[Entry]) -> tuple[list[Entry], list[Rejected]]:
    order = sorted(range(len(entries)), key=lambda at: _age_key(entries[at], at))
    kept = sorted(order[:MAX_ITEMS])
    late = [entries[at] for at in sorted(order[MAX_ITEMS:])]
    return [entries[at] for at in kept], [over_limit(1, entry.title, entry.link)[0] for entry in late]


def _age_key(entry: Entry, position: int) -> tuple[float, int]:
    return (-entry.published.at.timestamp() if entry.published.at else 0.0, position)


def _finish(source: Source, base: str, seen_at: datetime, draft: Draft) -> Entry | Rejected:
    wanted = [link for link in draft.links if link.strip().lower() not in _NOT_A_URL]
    link = next(filter(None, (safe_link(without_userinfo(link), base) for link in wanted)), None)
    title = markup.line(draft.title, _TITLE_CAP)
    if link is None:
        return _without_link(title, wanted)
    summary = markup.summary(draft.summary, _SUMMARY_CAP)
    content = markup.paragraphs(draft.content, _CONTENT_CAP)
    title = title or _first_words(summary or content) or _slug_words(link)
    if not title:
        return Rejected(Reason.NO_TITLE, "", link, "no title, no text and no words in its address")
    return Entry(
        source_id=source.id,
        link=link,
        canonical_url=canonical_url(link),
        key=article_key(link, source.id_pattern),
        title=title,
        summary=summary,
        content=content,
        guid=markup.line(draft.guid, _TITLE_CAP),
        authors=_names(draft.authors),
        section=section_of(link) or markup.line(draft.section, 100),
        published=_published(draft, link, source.zone, seen_at),
        updated=dates.parse(draft.updated, source.zone, seen_at),
        lang=language(draft.lang),
        image=_image(draft.image, base),
        origin=safe_link(draft.origin, base) or "" if draft.origin else "",
    )


def _without_link(title: str, wanted: list[str]) -> Rejected:
    if not wanted:
        return Rejected(Reason.NO_LINK, title, "", "the item has no link")
    shown = ascii(without_userinfo(wanted[0]).strip()[:200])[1:-1]
    return Rejected(Reason.UNSAFE_LINK, title, shown, "not a plain http or https address")


def _published(draft: Draft, link: str, zone: str, seen_at: datetime) -> Moment:
    """The first candidate that can be read; else the first as it is, BAD; without any, the day in the URL."""
    first = None
    for raw in filter(str.strip, draft.published):
        moment = dates.parse(raw, zone, seen_at)
        if moment.at:
            return moment
        first = first or moment
    return first or _dated_by_link(link, zone, seen_at)


def _dated_by_link(link: str, zone: str, seen_at: datetime) -> Moment:
    day = url_date(link)
    if day is None:
        return NO_MOMENT
    moment = dates.parse(day.isoformat(), zone, seen_at)
    return (
        replace(moment, raw="", quality=DateQuality.INFERRED) if moment.quality is DateQuality.DATE_ONLY else NO_MOMENT
    )


def _names(authors: tuple[str, ...]) -> tuple[str, ...]:
    """Distinct names in order; bare e-mail addresses are nobody's name."""
    names = (markup.line(author, 200) for author in authors[:20])
    return tuple(dict.fromkeys(name for name in names if name and "@" not in name))


def _image(image: str, base: str) -> str:
    return "" if image.strip().lower() in _NOT_A_URL else safe_link(image, base) or ""


def _first_words(text: str) -> str:
    head = text.split("\n", 1)[0]
    if len(head) <= _FALLBACK_TITLE:
        return head
    return head[: _FALLBACK_TITLE + 1].rsplit(" ", 1)[0][:_FALLBACK_TITLE] + "…"


def _slug_words(link: str) -> str:
    """`Congreso aprueba la ley` of `/politica/congreso-aprueba-la-ley-noticia-123/`; empty for a bare number."""
    segments = [part for part in unquote(urlsplit(link).path).split("/") if part]
    words = re.split(r"[-_+\s]+", re.sub(r"\.\w{2,5}$", "", segments[-1])) if segments else []
    while words and (_SLUG_ID.match(words[-1]) or words[-1] == "noticia"):
        words.pop()
    text = markup.line(" ".join(words), _FALLBACK_TITLE)
    return text[:1].upper() + text[1:]
