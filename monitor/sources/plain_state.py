"""What feedparser 6.0 remembers between two tags, as far as it shows in the fields that are kept. Knows no element.

Raises UnsureError where feedparser goes a way of its own, which it shall then go itself.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin

from feedparser.urls import make_safe_absolute_uri

from monitor.sources.expat import as_feedparser

Node = dict[str, Any]
Attributes = dict[str, str]

XHTML = "application/xhtml+xml"
IN_IMAGE = frozenset({"title", "link", "description", "url", "href", "width", "height"})
IN_TEXTINPUT = frozenset({"title", "link", "description", "name"})
KEPT = frozenset(
    {"title", "summary", "published", "updated", "created", "id", "link", "author", "language", "feedburner_origlink"}
)
_TYPES = {
    **dict.fromkeys(("text", "plain", "text/plain", "html", "text/html"), "text"),
    **dict.fromkeys(("xhtml", XHTML), XHTML),
}
_LONGEST_BASE = 2_000  # bases inside bases add up
_EXTRA_SLASHES = re.compile(r"^([A-Za-z][A-Za-z0-9+,\-.]*://)/+")


class UnsureError(Exception):
    """feedparser treats this in a way of its own."""


class State:
    """Contexts, scopes and texts. `depth` is 1 inside the root.

    Elements that take text are on a stack. Pending text is in one list: that of an element begins at its place.
    """

    def __init__(self) -> None:
        self.head: Node = {}
        self.entries: list[Node] = []
        self.entry: Node | None = None
        self.source: Node | None = None
        self.corner: Node | None = None  # inside an image or a textinput
        self.corner_names = IN_IMAGE
        self.in_feed = self.in_author = self.in_owner = False
        self.permalink = self.has_content = self.as_content = self.atom = False
        self.title_depth = -1
        self.title_lang = ""
        self.depth = 0
        self.markup = ""  # type and depth of the text construct that is open
        self.markup_depth = 0
        self.lang = ""
        self.texts: list[str] = []
        self._stack: list[tuple[str, int]] = []
        self._depths: dict[str, int] = {}  # of the elements that the fields of this entry came from
        self._langs: list[tuple[int, str]] = []
        self._base = ""
        self._bases: list[str] = []

    # ------------------------------------------------------------ scopes

    def enter(self, found: Attributes) -> None:
        """Begin the scope of an element: its language and base hold until `leave`."""
        self.depth += 1
        if found:
            self._take(found.get("xml:lang", found.get("lang")), found.get("xml:base", found.get("base")))
        if self._base:
            self._bases.append(self._base)

    def leave(self) -> None:
        """End it."""
        if self._langs and self._langs[-1][0] == self.depth:
            self.lang = self._langs.pop()[1]
        if self._base:
            self._bases.pop()
            self._base = (self._bases and self._bases[-1]) or self._base  # where no outer one is, it stays in force
        self.depth -= 1

    def _take(self, lang: str | None, base: str | None) -> None:
        if lang is not None:
            self._langs.append((self.depth, self.lang))
            self.lang = lang.replace("_", "-")
        if not base:
            return
        if not self._base:
            self._bases = [""] * (self.depth - 1)
        new = (make_safe_absolute_uri(self._base, base) or self._base) if self._base else _joined("", base)
        if len(new) > _LONGEST_BASE or not new.startswith(("http://", "https://")) or _joined(new, new) != new:
            raise UnsureError
        self._base = new

    def joined(self, uri: str) -> str:
        """The address relative to the base in force; an empty one is the base."""
        return _joined(self._base, uri)

    def joined_text(self, text: str) -> str:
        """The same for the text of an element, of which an empty one is none."""
        return _joined(self._base, text) if text else ""

    def context(self) -> Node:
        """What an element that is no text belongs to."""
        if self.source is not None:
            return self.source
        if self.corner is not None:
            return self.corner
        return self.head if self.entry is None else self.entry

    def begin_entry(self) -> None:
        """Fields belong to a new entry from now on."""
        self._check_place(("",))
        self.entry = {}
        self.entries.append(self.entry)
        self._depths = {}
        self.permalink = False
        self.title_depth = -1

    def begin_source(self, href: str) -> None:
        """Fields belong to the source of the entry."""
        self._check_place(("", "item"))
        self.source = {"href": href} if href else {}
        self.title_depth = -1

    def begin_corner(self, names: frozenset[str]) -> None:
        """Fields belong to an image or a textinput, as long as only elements of these names come."""
        self._check_place(("", "item"))
        self.corner, self.corner_names = {}, names
        self.title_depth = -1

    def leave_corner(self) -> None:
        """Another element came."""
        if self.innermost not in ("image", "textinput"):
            raise UnsureError
        self.corner = None

    def _check_place(self, names: tuple[str, ...]) -> None:
        if self.source is not None or self.innermost not in names:
            raise UnsureError

    # ------------------------------------------------------------ texts

    @property
    def innermost(self) -> str:
        """Name of the element that text belongs to; empty where it belongs to none."""
        return self._stack[-1][0] if self._stack else ""

    def push(self, name: str) -> None:
        """Text belongs to this element from now on."""
        self._stack.append((name, len(self.texts)))

    def pop(self, name: str) -> str | None:
        """The text of the innermost element, or None when it is not the one meant."""
        if not self._stack or self._stack[-1][0] != name:
            return None
        at = self._stack.pop()[1]
        text = "".join(self.texts[at:]).strip()
        del self.texts[at:]
        return text

    def sure(self, name: str) -> str:
        """`pop` of an element that must be the innermost."""
        text = self.pop(name)
        if text is None:
            raise UnsureError
        return text

    def text(self, name: str) -> str:
        """The same with its characters mended, as feedparser mends those that it keeps."""
        return as_feedparser(self.sure(name))

    def store(self, name: str, text: str) -> None:
        """Into the entry, unless it has one from higher up; in the head the last one counts."""
        if name not in KEPT:
            return
        if self.entry is None or self.source is not None:
            if self.in_feed or self.source is not None:
                self.context()[name] = text
        elif self.depth <= self._depths.get(name, self.depth):
            self._depths[name] = self.depth
            self.entry[name] = text

    def open(self, name: str, found: Attributes) -> None:
        """Begin a text construct. A type other than text, HTML and XHTML may mean base64."""
        markup = _TYPES.get(found.get("type", "text"))
        if markup is None or "mode" in found:
            raise UnsureError
        self.markup, self.markup_depth = markup, self.depth
        self.push(name)

    def close(self, name: str) -> str:
        """End a text construct. Atom wraps XHTML into a `div` that is not part of it."""
        if self.markup == XHTML and self.atom and self.innermost == name:
            at = self._stack[-1][1]
            self.texts[at:] = _without_div(self.texts[at:])
        self.markup, self.markup_depth = "", 0
        return self.text(name)


def _joined(base: str, uri: str) -> str:
    uri = _EXTRA_SLASHES.sub(r"\1", uri)
    if not base:
        return uri
    try:
        return urljoin(base, uri)
    except ValueError:
        return ""


def _without_div(pieces: list[str]) -> list[str]:
    """Tags and texts without the `div` around them, if there is one around all of them."""
    inked = [at for at, piece in enumerate(pieces) if piece.strip()]
    kept = pieces[inked[0] : inked[-1] + 1] if inked else []
    if not kept or not (kept[0] == "<div>" or kept[0].startswith("<div ")) or kept[-1] != "</div>":
        return kept
    depth = 0
    for piece in kept[:-1]:
        if piece.startswith("</"):
            depth -= 1
        elif piece.startswith("<"):
            depth += 1
        if depth == 0:
            return kept
    return kept[1:-1]
