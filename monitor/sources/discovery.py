"""Where a site may keep its feeds: links in a page, sitemaps in robots.txt, well-known paths. Fetches nothing.

For an operator who adds an outlet, never for a schedule: guessing at addresses floods a site with 404s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urldefrag, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

from monitor.model import Fetched
from monitor.sources import pages
from monitor.sources.decoding import document_text
from monitor.urls import safe_link

WELL_KNOWN = ("feed/", "rss.xml", "rss/", "feed.xml", "atom.xml")
_TYPES = re.compile(r"application/(?:rss\+xml|atom\+xml|feed\+json|rdf\+xml)", re.IGNORECASE)
_JSON = re.compile(r"application/json", re.IGNORECASE)
_SITEMAP = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_LINK = re.compile(r"<([^<>]*)>([^<]*)")
_HEAD = 500_000  # characters of a page in which its links are looked for


def in_page(fetched: Fetched) -> list[str]:
    """Addresses of feeds that a page names: `Link` headers, then `<link rel=alternate>`, relative to `<base>`.

    `application/json` counts for a JSON Feed, but not below /wp-json/, where WordPress keeps single posts. Feeds of
    readers' comments come last.
    Raises ParseError: EMPTY, NOT_A_FEED for what is no page, UNPARSABLE for one that is too much.
    """
    soup = pages.soup(document_text(fetched)[:_HEAD])
    base = soup.find("base", href=True)
    root = urljoin(fetched.final_url, _attribute(base, "href")) if isinstance(base, Tag) else fetched.final_url
    found = [*_in_headers(fetched), *_in_links(soup)]
    links = (safe_link(address, root) for address, kind in found if _is_feed(address, kind))
    return sorted(
        dict.fromkeys(urldefrag(link).url for link in links if link), key=lambda link: "comment" in link.lower()
    )


def in_robots(text: str) -> list[str]:
    """Sitemaps that a robots.txt names, those for news first."""
    found = list(dict.fromkeys(link for raw in _SITEMAP.findall(text) if (link := safe_link(raw, ""))))
    return sorted(found, key=lambda link: "news" not in link.lower())


def well_known(url: str) -> list[str]:
    """At most five addresses worth a try on the site of `url`."""
    parts = urlsplit(url)
    return [f"{parts.scheme}://{parts.netloc}/{path}" for path in WELL_KNOWN]


def _in_headers(fetched: Fetched) -> Iterator[tuple[str, str]]:
    for name, value in fetched.headers:
        if name.lower() == "link":
            for address, parameters in _LINK.findall(value):
                if re.search(r'rel\s*=\s*"?[^";]*\balternate\b', parameters, re.IGNORECASE):
                    yield address, parameters


def _in_links(soup: BeautifulSoup) -> Iterator[tuple[str, str]]:
    for link in soup.find_all("link", href=True):
        if isinstance(link, Tag) and "alternate" in [str(rel).lower() for rel in link.get_attribute_list("rel")]:
            yield _attribute(link, "href"), _attribute(link, "type")


def _is_feed(address: str, kind: str) -> bool:
    return bool(_TYPES.search(kind)) or (bool(_JSON.search(kind)) and "/wp-json/" not in address)


def _attribute(tag: Tag, name: str) -> str:
    value = tag.get(name)
    return value.strip() if isinstance(value, str) else ""
