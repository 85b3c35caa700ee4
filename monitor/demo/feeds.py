"""Feed documents as the invented outlets serve them: RSS, Atom, JSON Feed, news sitemap; text in, bytes out.

A document depends on its items alone, so that one whose items did not change has the same bytes and ETag.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape
from zlib import crc32


@dataclass(frozen=True, slots=True)
class Channel:
    title: str
    site: str
    url: str
    lang: str


@dataclass(frozen=True, slots=True)
class Item:
    """One item. An empty `link` means that the outlet forgot it."""

    guid: str
    link: str
    title: str
    summary: str
    paragraphs: tuple[str, ...]
    author: str
    section: str
    published_at: datetime
    updated_at: datetime | None = None


_MONTHS = ("ene.", "feb.", "mar.", "abr.", "may.", "jun.", "jul.", "ago.", "set.", "oct.", "nov.", "dic.")


def rss(channel: Channel, items: list[Item]) -> bytes:
    """RSS 2.0 with summaries."""
    return _rss(channel, items, lambda item: format_datetime(item.published_at))


def rss_full_text(channel: Channel, items: list[Item]) -> bytes:
    """RSS 2.0 that carries whole texts in content:encoded."""
    return _rss(channel, items, lambda item: format_datetime(item.published_at), full_text=True)


def rss_broken_dates(channel: Channel, items: list[Item]) -> bytes:
    """RSS 2.0 of a system whose editors type the date by hand."""
    return _rss(channel, items, broken_date)


def broken_date(item: Item) -> str:
    """One of six ways to get a date wrong, always the same one for the same item."""
    at = item.published_at
    spoken = f"{at.day} de {_MONTHS[at.month - 1]} de {at.year}"
    ways = (
        f"{at:%Y-%m-%d %H:%M:%S}",
        spoken,
        f"{spoken}, {at:%H:%M} h",
        format_datetime((at + timedelta(hours=9)).replace(tzinfo=at.tzinfo)),
        format_datetime(at + timedelta(days=30)),
        "hace un momento",
    )
    return ways[crc32(item.guid.encode()) % len(ways)]


def _rss(channel: Channel, items: list[Item], date: Callable[[Item], str], *, full_text: bool = False) -> bytes:
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/">',
        "<channel>",
        f"<title>{escape(channel.title)}</title>",
        f"<link>{channel.site}/</link>",
        f'<atom:link href="{escape(channel.url)}" rel="self" type="application/rss+xml"/>',
        f"<description>{escape(channel.title)}</description>",
        f"<language>{channel.lang}</language>",
        "<ttl>60</ttl>",
        *(_rss_item(item, date(item), full_text) for item in items),
        "</channel>",
        "</rss>",
    ]
    return _bytes(lines)


def _rss_item(item: Item, date: str, full_text: bool) -> str:
    lines = [
        "<item>",
        f"<title>{escape(item.title, quote=False)}</title>",
        f"<link>{escape(item.link)}</link>" if item.link else "",
        f'<guid isPermaLink="false">{item.guid}</guid>',
        f"<pubDate>{date}</pubDate>",
        f"<dc:creator>{escape(item.author)}</dc:creator>" if item.author else "",
        f"<category>{escape(item.section)}</category>",
        f"<description><![CDATA[<p>{escape(item.summary, quote=False)}</p>]]></description>",
        f"<content:encoded><![CDATA[{_html(item)}]]></content:encoded>" if full_text else "",
        "</item>",
    ]
    return "\n".join(line for line in lines if line)


def _html(item: Item) -> str:
    return "\n".join(f"<p>{escape(line, quote=False)}</p>" for line in item.paragraphs)


def atom(channel: Channel, items: list[Item]) -> bytes:
    """Atom 1.0 (RFC 4287) with summaries; `updated` moves with an edit."""
    newest = max((item.updated_at or item.published_at for item in items), default=None)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{channel.lang}">',
        f"<id>{channel.site}/</id>",
        f"<title>{escape(channel.title)}</title>",
        f'<link rel="self" href="{escape(channel.url)}"/>',
        f'<link rel="alternate" type="text/html" href="{channel.site}/"/>',
        f"<updated>{newest.isoformat()}</updated>" if newest else "",
        *map(_atom_entry, items),
        "</feed>",
    ]
    return _bytes([line for line in lines if line])


def _atom_entry(item: Item) -> str:
    lines = [
        "<entry>",
        f"<id>{item.guid}</id>",
        f"<title>{escape(item.title, quote=False)}</title>",
        f'<link rel="alternate" href="{escape(item.link)}"/>' if item.link else "",
        f"<published>{item.published_at.isoformat()}</published>",
        f"<updated>{(item.updated_at or item.published_at).isoformat()}</updated>",
        f"<author><name>{escape(item.author)}</name></author>" if item.author else "",
        f'<category term="{escape(item.section)}"/>',
        f'<summary type="text">{escape(item.summary, quote=False)}</summary>',
        "</entry>",
    ]
    return "\n".join(line for line in lines if line)


def json_feed(channel: Channel, items: list[Item]) -> bytes:
    """JSON Feed 1.1."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "home_page_url": f"{channel.site}/",
        "feed_url": channel.url,
        "language": "es-PE",
        "items": [_json_item(item) for item in items],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _json_item(item: Item) -> dict[str, object]:
    known = {
        "id": item.guid,
        "url": item.link,
        "title": item.title,
        "summary": item.summary,
        "content_text": item.summary,
        "date_published": item.published_at.isoformat(),
        "date_modified": item.updated_at.isoformat() if item.updated_at else "",
        "tags": [item.section],
    }
    return {key: value for key, value in known.items() if value}


def news_sitemap(channel: Channel, items: list[Item]) -> bytes:
    """A news sitemap: addresses, titles and dates; no summaries."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">',
        *(_sitemap_url(channel, item) for item in items),
        "</urlset>",
    ]
    return _bytes(lines)


def _sitemap_url(channel: Channel, item: Item) -> str:
    lines = [
        "<url>",
        f"<loc>{escape(item.link)}</loc>",
        f"<lastmod>{item.updated_at.isoformat()}</lastmod>" if item.updated_at else "",
        "<news:news>",
        f"<news:publication><news:name>{escape(channel.title)}</news:name>"
        f"<news:language>{channel.lang}</news:language></news:publication>",
        f"<news:publication_date>{item.published_at.isoformat()}</news:publication_date>",
        f"<news:title>{escape(item.title, quote=False)}</news:title>",
        "</news:news>",
        "</url>",
    ]
    return "\n".join(line for line in lines if line)


def _bytes(lines: list[str]) -> bytes:
    return "\n".join(lines).encode() + b"\n"
