"""What a page says of itself, dates and signatures apart: title, address, section, language, image, access, kind."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from monitor import urls
from monitor.extract import jsonld, lexicon
from monitor.extract.dom import Head, element_text
from monitor.extract.language import CONTRADICTS, KNOWN, heard
from monitor.text import fold, tokens

Found = tuple[str, str]  # value, origin

_SUFFIX = re.compile(r"\s+(?:[|•·»]|-|–|—|::)\s+")
_MAX_TITLE = 400
CHROME = ("header", "nav", "footer", "aside")  # where every page of an outlet says the same

_CUT_OFF = re.compile(r"(?:\.\.\.|…|\[…\]|\[\.\.\.\])\s*$")
_TEASER_MAX = 1000  # characters; a longer text was not cut off, whatever the page says around it
_CUT_OFF_MAX = 600
_TIERS = {"free": "open", "metered": "metered", "locked": "locked", "premium": "locked", "subscriber": "locked"}

_KIND_OF_TYPE = (
    ("live", frozenset({"liveblogposting"})),
    ("opinion", frozenset({"opinionnewsarticle"})),
)
_KIND_OF_PATH = (
    # Arc's own mark in El Comercio slugs, and the words the other outlets use
    ("live", re.compile(r"(?:^|[/-])(?:lbposting|minuto-a-minuto|en-vivo|live-updates|live-?blog)(?:[/-]|$)")),
    ("press_release", re.compile(r"/(?:notas?-de-prensa|nota-prensa|press-releases?|comunicados?)/")),
    ("opinion", re.compile(r"/(?:opinion|opinions|columnistas?|columnas?|editorial(?:es)?|blogs?|commentary)/")),
    ("gallery", re.compile(r"/(?:fotogalerias?|galerias?|galerias-fotograficas|photos?|gallery|galleries)/")),
    ("video", re.compile(r"/(?:videos?|watch|multimedia/video)/")),
)


def brands(head: Head, node: jsonld.Node, outlet: str, host: str) -> tuple[str, ...]:
    """Names under which the outlet may sign or end its titles."""
    publisher = (jsonld.text(each, "name") for each in jsonld.objects(node, "publisher"))
    label = host.removeprefix("www.")
    return tuple(name for name in (outlet, head.meta("og:site_name"), *publisher, label, label.split(".")[0]) if name)


def title(tree: HtmlElement, head: Head, node: jsonld.Node, names: Iterable[str], feed: str) -> Found:
    """The value shared by two of h1, JSON-LD headline, og:title and the feed; else a lone h1, og:title, headline..."""
    known = [" ".join(tokens(name)) for name in names]
    h1s = _h1s(tree, known)
    og = without_brand(head.meta("og:title", "twitter:title"), known)
    tag = without_brand(head.title, known)
    headline = jsonld.text(node, "headline", "name")
    first = _best_h1(h1s, (headline, og, tag, feed))
    ballot = [("h1", first), ("jsonld", headline), ("meta", og), ("feed", feed), ("title", tag)]
    for index, (origin, value) in enumerate(ballot):
        if value and any(_same(value, other) for _, other in ballot[index + 1 :]):
            return value[:_MAX_TITLE], origin
    lone = [("h1", first if len(h1s) == 1 else ""), *ballot[2:3], *ballot[1:2], *ballot[3:], ("h1", first)]
    return next(((value[:_MAX_TITLE], origin) for origin, value in lone if value), ("", ""))


def _h1s(tree: HtmlElement, known: list[str]) -> list[str]:
    found = [element for element in tree.iter("h1") if not any(True for _ in element.iterancestors("nav", "footer"))]
    texts = dict.fromkeys(element_text(element) for element in found)
    return [text for text in texts if len(text) >= 5 and " ".join(tokens(text)) not in known]


def _best_h1(h1s: list[str], others: Iterable[str]) -> str:
    agreed = (text for text in h1s if any(_same(text, other) for other in others))
    return next(agreed, h1s[0] if h1s else "")


def _same(one: str, other: str) -> bool:
    return bool(one and other) and tokens(one) == tokens(other)


def without_brand(value: str, known: Iterable[str]) -> str:
    """The title without " | Outlet" at its end; other tails stay, they may be part of the headline."""
    names = set(known)
    parts = _SUFFIX.split(value)
    seams = [match.group(0) for match in _SUFFIX.finditer(value)]
    while len(parts) > 1 and _is_brand(parts[-1], names):
        parts.pop()
        seams.pop()
    return "".join(part + seam for part, seam in zip(parts, [*seams, ""], strict=True)).strip()


def _is_brand(tail: str, names: set[str]) -> bool:
    folded = " ".join(tokens(tail))
    squeezed = folded.replace(" ", "")
    return any(folded == name or squeezed == name.replace(" ", "") or f" {name} " in f" {folded} " for name in names)


def canonical(head: Head, final_url: str, fallback: str) -> tuple[str, str, str]:
    """Canonical URL, where it was found, and a canonical URL on another host (a syndicated original) or "".

    Refused: a canonical that is the home page of an article's page (granma.cu), and one that cannot be followed.
    Relative ones are resolved. An address on another host is reported, never adopted.
    """
    foreign = ""
    host = _host(urls.canonical_url(final_url))
    for origin, raw in (("canonical", head.canonical), ("meta", head.meta("og:url"))):
        link = urls.safe_link(raw, final_url) if raw else None
        found = urls.canonical_url(link) if link else ""
        if not found or is_home(found):
            continue
        if _host(found) == host:
            return found, origin, foreign
        foreign = foreign or found
    return fallback or urls.canonical_url(final_url), "feed" if fallback else "url", foreign


def is_home(url: str) -> bool:
    """Is this the front page of its host, a language front page included?"""
    path = urlsplit(url).path.strip("/").lower()
    return path in {"", "es", "en", "home", "portada", "inicio"} or bool(re.fullmatch(r"index\.\w+", path))


def _host(url: str) -> str:
    return urlsplit(url).netloc.removeprefix("www.")


def section(head: Head, node: jsonld.Node, feed: str, url: str) -> Found:
    candidates = (
        (jsonld.text(node, "articleSection"), "jsonld"),
        (head.meta("article:section"), "meta"),
        (feed, "feed"),
        (urls.section_of(url), "url"),
    )
    return next(((value, origin) for value, origin in candidates if value), ("", ""))


def language(head: Head, node: jsonld.Node, title: str, body: str, default: str) -> Found:
    """Two letters: as declared, unless a text of some length contradicts it (templates keep `lang="en"` in Spanish
    pages); where nothing is declared, what title and text are heard to be, else the source's.
    """
    declared = _two_letters(jsonld.text(node, "inLanguage")), _two_letters(head.lang)
    origin = "jsonld" if declared[0] else "html" if declared[1] else "source"
    value = declared[0] or declared[1]
    if not value:
        found = heard(f"{title}\n{body}")
        return (found, "text") if found else (default, origin)
    found = heard(body, CONTRADICTS) if value in KNOWN else ""
    return (found, "text") if found and found != value else (value, origin)


def _two_letters(tag: str) -> str:
    match = re.match(r"([a-z]{2})(?:[-_]|$)", tag.strip().lower())
    return match.group(1) if match else ""


def image(head: Head, node: jsonld.Node, feed: str, base: str) -> Found:
    first = next(iter(jsonld.objects(node, "image")), {})
    candidates = (
        (head.meta("og:image", "og:image:url", "twitter:image"), "meta"),
        (jsonld.text(first, "url", "contentUrl", "name"), "jsonld"),
        (feed, "feed"),
    )
    for value, origin in candidates:
        link = urls.safe_link(value, base) if value else None
        if link:
            return link, origin
    return "", ""


def declared_access(head: Head, node: jsonld.Node) -> str:
    """Tier by the page's own declaration: open, metered, locked or unknown.

    `isAccessibleForFree: false` alone means metered: nearly all such pages carry the whole text. A page
    that says both "locked" and "free" (The Telegraph) is metered too.
    """
    free = jsonld.flag(node, "isAccessibleForFree")
    tier = _TIERS.get(head.meta("article:content_tier", "content_tier").lower(), "")
    if tier == "locked" and free:
        return "metered"
    return tier or {True: "open", False: "metered", None: "unknown"}[free]


def is_teaser(declared: str, body: str, page: str) -> bool:
    """Is the text only the beginning of the article? `page` is all visible text of the page."""
    if _CUT_OFF.search(body) and len(body) < _CUT_OFF_MAX:
        return True
    if len(body) >= _TEASER_MAX or declared == "open":
        return False
    return bool(lexicon.TEASER.search(fold(page))) or (declared == "metered" and len(body) < _CUT_OFF_MAX)


def kind(node: jsonld.Node, found: tuple[jsonld.Node, ...], url: str) -> Found:
    """article, live, opinion, video, gallery or press_release, by JSON-LD type and then by the address."""
    named = jsonld.types(node)
    for value, names in _KIND_OF_TYPE:
        if named & names:
            return value, "jsonld"
    path = urlsplit(url).path.lower()
    for value, pattern in _KIND_OF_PATH:
        if pattern.search(path):
            return value, "url"
    if not node:
        media = frozenset().union(*(jsonld.types(each) for each in found if jsonld.is_media(each)))
        if media:
            return "video" if "videoobject" in media else "gallery", "jsonld"
    return "article", "default"
