"""The parsed page: one lxml tree, pruned of what no reader sees, and questions asked of it. No rules of content."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from copy import deepcopy
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from monitor.errors import ExtractError, Reason
from monitor.text import clean

MAX_ELEMENTS = 20_000  # the busiest of 457 real pages has 4,098; the tools are worse than linear in this

_INVISIBLE = ("script", "style", "svg", "noscript", "template", "iframe", "link", "object", "embed")
_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\s*(?:!important\s*)?(?:;|$)", re.I)
# fmt: off
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "br", "caption", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "html", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "ul",
))
# fmt: on
_SPACE = re.compile(r"\s+")


def parse(text: str) -> HtmlElement:
    """Raises ExtractError(NOT_HTML) where the parser finds no element at all.

    libxml2 stops at 256 open elements, so deep nesting costs neither stack nor time.
    """
    parser = HTMLParser(encoding="utf-8", collect_ids=False, remove_comments=True, remove_pis=True)
    try:
        tree = document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except etree.LxmlError as error:
        raise ExtractError(Reason.NOT_HTML, f"no element could be read: {error}") from error
    _cap(tree)
    return tree


def _cap(tree: HtmlElement) -> None:
    """Cut the document off behind its MAX_ELEMENTS-th element."""
    last = next(islice(tree.iter(), MAX_ELEMENTS, None), None)
    while last is not None:
        parent = last.getparent()
        if parent is not None:
            del parent[parent.index(last) + 1 :]
        last = parent


def visible(tree: HtmlElement, *, keep_hidden: bool = False) -> HtmlElement:
    """A copy without scripts, styles and embedded documents and, unless told otherwise, without hidden elements."""
    copy = deepcopy(tree)
    etree.strip_elements(copy, *_INVISIBLE, with_tail=False)
    if not keep_hidden:
        for element in copy.xpath("//body//*[@hidden or @style]"):
            if _is_hidden(element) and element.getparent() is not None:
                element.drop_tree()
    return copy


def _is_hidden(element: HtmlElement) -> bool:
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style") or ""))


def element_text(element: HtmlElement) -> str:
    """All text of an element on one clean line."""
    return clean(" ".join(element.itertext()))


def text_outside(root: HtmlElement, tags: Collection[str]) -> str:
    """All text of a tree on one clean line, without that inside elements of these tags."""
    outside = " or ".join(f"ancestor::{tag}" for tag in tags)
    return clean(" ".join(root.xpath(f"//body//text()[not({outside})]")))


def lines(root: HtmlElement) -> list[str]:
    """Text of a tree with a line break at each block element, white space collapsed, empty lines dropped."""
    pieces: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if element.tag in _BLOCKS:
            pieces.append("\n")
        text = element.text if event == "start" else element.tail if element is not root else None
        if text:
            pieces.append(_SPACE.sub(" ", text))
    return [line for line in map(clean, "".join(pieces).split("\n")) if line]


class Head:
    """Answers questions about `<meta>`, `<link>` and `<html>`; the first value of a name wins, as browsers read it."""

    def __init__(self, tree: HtmlElement) -> None:
        self._meta: dict[str, str] = {}
        for element in tree.iter("meta"):
            name = element.get("property") or element.get("name") or element.get("http-equiv") or ""
            value = clean(element.get("content") or "")
            if name and value:
                self._meta.setdefault(name.strip().lower(), value)
        self.canonical = next(_canonicals(tree), "")
        self.lang = clean(tree.get("lang") or tree.get("xml:lang") or "")
        found = tree.find(".//head/title")
        self.title = element_text(found) if found is not None else ""

    def meta(self, *names: str) -> str:
        """Content of the first of these names (lower case) that is present, or the empty string."""
        return next((self._meta[name] for name in names if name in self._meta), "")


def _canonicals(tree: HtmlElement) -> Iterator[str]:
    for element in tree.iter("link"):
        if "canonical" in (element.get("rel") or "").lower().split():
            href = (element.get("href") or "").strip()
            if href:
                yield href
