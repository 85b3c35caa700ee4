"""Who signs an article: people to `authors`, desks, agencies and the outlet itself to `byline_org`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml.html import HtmlElement

from monitor.extract import jsonld, lexicon
from monitor.extract.dom import Head, element_text
from monitor.text import clean, fold, tokens

_CLASSES = ("author", "autor", "byline", "firma", "redactor", "periodista", "columnista", "writer")
_ELSEWHERE = ("nav", "footer", "aside")
_CONTAINERS = ("article", "main")
_MAX_BYLINE = 120
_MAX_AUTHORS = 12
_PREFIX = re.compile(
    r"^\W*(?:(?:escrito |publicado |redactado |text[eo]s? |written |posted )?(?:por|by|de|von|par)\b|autora?:|texto:)"
    r"\s*:?\s*",
    re.I,
)
_TAIL = re.compile(r"\s*(?:[|•·]|\s[-–—]\s|\(|\b\d|@|https?:|\S+@\S+).*$")
_NOT_WRITER = re.compile(
    r"\W*(?:fotos?|photos?|fotografias?|fotografías?|imagen|image|video|ilustracion|ilustración)\b\s*(?:de\b|by\b|:)",
    re.I,
)
_SPLIT = re.compile(r"\s*(?:[;/\n]|,\s|\s(?:y|e|and|&)\s)\s*")
_PARTICLES = frozenset(
    [
        "de",
        "del",
        "la",
        "las",
        "los",
        "y",
        "da",
        "das",
        "do",
        "dos",
        "di",
        "van",
        "von",
        "der",
        "den",
        "el",
        "al",
        "bin",
        "ibn",
        "le",
        "du",
        "san",
    ]
)


def signatures(
    tree: HtmlElement, head: Head, node: jsonld.Node, found: tuple[jsonld.Node, ...], brands: Iterable[str]
) -> tuple[tuple[str, ...], str, str]:
    """Authors (in order, each once), the organisation that signs (or ""), and where they were found.

    JSON-LD goes first, then the visible byline, then meta, and at last what trafilatura finds.
    `<meta name="author">` is always "Redacción <brand>" at Grupo El Comercio and La República, so a place that names
    only an organisation does not end the search.
    """
    known = frozenset(" ".join(tokens(brand)) for brand in brands if brand)
    people: list[str] = []
    orgs: list[str] = []
    origin = ""
    for place, raw in _places(tree, head, node, found):
        for name in _names(raw):
            (orgs if _is_org(name, known) else people).append(name)
        if people or orgs:
            origin = origin if orgs and not people and origin else place
        if people:
            break
    return tuple(dict.fromkeys(people))[:_MAX_AUTHORS], next(iter(orgs), ""), origin


def _places(
    tree: HtmlElement, head: Head, node: jsonld.Node, found: tuple[jsonld.Node, ...]
) -> Iterator[tuple[str, list[str]]]:
    yield "jsonld", [jsonld.text(author, "name") for author in jsonld.objects(node, "author", found)]
    yield "byline", list(_visible(tree))
    yield "meta", [head.meta("author", "article:author", "dc.creator", "sailthru.author", "parsely-author")]
    yield "trafilatura", _by_trafilatura(tree)


def _by_trafilatura(tree: HtmlElement) -> list[str]:
    """Knows a hundred more places than we do, and names brands and photographers too: asked only at last."""
    from trafilatura.metadata import extract_author

    try:
        return (extract_author(tree) or "").split(";")
    except (ValueError, TypeError, AttributeError, LookupError):
        return []


def _visible(tree: HtmlElement) -> Iterator[str]:
    """Texts of elements marked as author, innermost marks first; at most the first that reads like a byline."""
    for query in (
        "//*[@itemprop='author']//*[@itemprop='name']|//*[@rel='author']",
        "//*[@itemprop='author']",
        "//*[" + " or ".join(f"contains(@class,'{name}')" for name in _CLASSES) + "]",
    ):
        marked = [
            element for element in tree.xpath(query)[:40] if not any(True for _ in element.iterancestors(*_ELSEWHERE))
        ]
        inside = [element for element in marked if any(True for _ in element.iterancestors(*_CONTAINERS))]
        texts = (element.get("content") or element_text(element) for element in (inside or marked)[:20])
        named = [text for text in texts if text and len(text) <= _MAX_BYLINE and _names([text])]
        if named:
            yield from dict.fromkeys(named[:1] if "class" in query else named[:4])
            return


def _names(raws: Iterable[str]) -> list[str]:
    names: list[str] = []
    for raw in raws:
        if raw.startswith(("http://", "https://", "/", "@")) or _NOT_WRITER.match(raw):
            continue
        text = _TAIL.sub("", _PREFIX.sub("", clean(raw)))
        parts = [part.strip(" ,;:") for part in _SPLIT.split(text)]
        known = [part for part in parts if _reads_as_name(part)]
        names.extend(known if any(" " in part for part in known) else filter(_reads_as_name, [text.strip(" ,;:")]))
    return names


def _reads_as_name(text: str) -> bool:
    words = text.split()
    if not 1 <= len(words) <= 7 or len(text) > 60:
        return False
    return all(word[0].isupper() or fold(word) in _PARTICLES for word in words) and words[0][0].isalpha()


def _is_org(name: str, brands: frozenset[str]) -> bool:
    folded = " ".join(tokens(name))
    if folded in brands or lexicon.ORGANISATION.search(folded) or len(folded) < 3:
        return True
    return any(brand and f" {brand} " in f" {folded} " for brand in brands) or " " not in folded
