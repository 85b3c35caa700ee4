"""JSON-LD blocks of a page, read leniently (Arc builds them by string concatenation). Chooses the article's node."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from monitor.text import clean, clean_paragraphs

Node = Mapping[str, Any]

_BLOCK_CAP = 2_000_000  # characters
_NODE_CAP = 3_000
_WRAPPERS = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>|;)\s*$")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_DOUBLE_COMMA = re.compile(r",(\s*,)+")
_TAG = re.compile(r"<[^<>]{1,500}>")
_BREAK = re.compile(r"<\s*(?:br|/p|/div|/li|/h[1-6])\s*/?\s*>", re.I)
_ARTICLE_TYPES = frozenset({"blogposting", "liveblogposting", "report", "socialmediaposting"})
_MEDIA_TYPES = frozenset({"videoobject", "imagegallery", "mediagallery", "videogallery"})


def nodes(tree: HtmlElement) -> tuple[Node, ...]:
    """Every object of every block, outermost first; a block that cannot be read is skipped."""
    found: list[Node] = []
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower():
            found.extend(_walk(_load(script.text_content()[:_BLOCK_CAP])))
        if len(found) >= _NODE_CAP:
            break
    return tuple(found[:_NODE_CAP])


def _load(raw: str) -> object:
    text = _WRAPPERS.sub("", _WRAPPERS.sub("", raw))
    repaired = _TRAILING_COMMA.sub(r"\1", _DOUBLE_COMMA.sub(",", text))
    for attempt in (text, repaired, html.unescape(repaired)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _walk(value: object) -> Iterator[Node]:
    queue = [value]
    seen = 0
    while queue and seen < _NODE_CAP:
        item = queue.pop(0)
        seen += 1
        if isinstance(item, dict):
            yield item
            queue.extend(child for child in item.values() if isinstance(child, dict | list))
        elif isinstance(item, list):
            queue.extend(child for child in item if isinstance(child, dict | list))


def types(node: Node) -> frozenset[str]:
    """Lower-case type names without their namespace."""
    raw = node.get("@type")
    names = raw if isinstance(raw, list) else [raw]
    return frozenset(str(name).rsplit("/", 1)[-1].lower() for name in names if name)


def is_article(node: Node) -> bool:
    return any(name.endswith("article") or name in _ARTICLE_TYPES for name in types(node))


def is_media(node: Node) -> bool:
    return bool(types(node) & _MEDIA_TYPES)


def article_node(found: tuple[Node, ...], url: str) -> Node:
    """The node that describes the page: an article whose address is the page's, else the first with a headline."""
    articles = [node for node in found if is_article(node)]
    path = urlsplit(url).path.rstrip("/")
    here = [node for node in articles if path and path in _addresses(node)]
    titled = [node for node in articles if text(node, "headline", "name")]
    return next(iter(here or titled or articles), {})


def _addresses(node: Node) -> set[str]:
    page = node.get("mainEntityOfPage")
    values = [node.get("url"), node.get("@id"), page.get("@id") if isinstance(page, dict) else page]
    return {_path(value) for value in values if isinstance(value, str)}


def _path(value: str) -> str:
    try:
        return urlsplit(value).path.rstrip("/")
    except ValueError:
        return ""


def text(node: Node, *names: str) -> str:
    """First non-empty string under these names: entities resolved twice (some outlets escape twice), no tags."""
    for name in names:
        value = node.get(name)
        if isinstance(value, list):
            value = next((item for item in value if isinstance(item, str)), None)
        if isinstance(value, str) and value.strip():
            return clean(_plain(value))
    return ""


def body(node: Node) -> str:
    """`articleBody` as paragraphs; most outlets give it without any break."""
    value = node.get("articleBody")
    return clean_paragraphs(_plain(_BREAK.sub("\n", html.unescape(value)))) if isinstance(value, str) else ""


def _plain(value: str) -> str:
    return _TAG.sub(" ", html.unescape(html.unescape(value)))


def flag(node: Node, name: str) -> bool | None:
    """A boolean that outlets write as true, "True", "http://schema.org/False"..."""
    value = str(node.get(name, "")).rsplit("/", 1)[-1].strip().lower()
    return {"true": True, "false": False}.get(value)


def objects(node: Node, name: str, found: tuple[Node, ...] = ()) -> list[Node]:
    """Values under a name as nodes: strings become {"name": ...}, `@id` references are resolved among `found`."""
    value = node.get(name)
    items = value if isinstance(value, list) else [value]
    result: list[Node] = []
    for item in items:
        if isinstance(item, str) and item.strip():
            result.append({"name": item})
        elif isinstance(item, dict):
            result.append(_resolve(item, found))
    return result


def _resolve(node: Node, found: tuple[Node, ...]) -> Node:
    reference = node.get("@id")
    if reference is None or node.get("name"):
        return node
    return next((other for other in found if other.get("@id") == reference and other.get("name")), node)
