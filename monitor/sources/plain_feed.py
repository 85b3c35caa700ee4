"""Well-formed RSS 0.9x-2.0 and Atom 1.0 straight from expat, in the shape in which feedparser 6.0 gives them.

Says what feedparser would say or nothing at all: whatever feedparser treats in a way of its own is left to it.
Only what `feed.py` takes is kept; no HTML is cleaned and no date is read here.
"""

from __future__ import annotations

from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from monitor.sources.plain_elements import KINDS, PECULIAR, UNKNOWN, Kind, check_corner
from monitor.sources.plain_names import Names, attributes
from monitor.sources.plain_state import XHTML, Attributes, Node, State, UnsureError

_ATOM = "http://www.w3.org/2005/atom"
_XLINK = "http://www.w3.org/1999/xlink"
_BUFFER = 1 << 20


def read(text: str, root: str) -> Node | None:
    """`feed` and `entries` of a document that begins with its root element; None where feedparser has to read it."""
    if root not in ("rss", "feed"):
        return None
    reader = _Reader()
    try:
        reader.read(text.encode("utf-8", "ignore"))
    except (UnsureError, expat.ExpatError):
        return None
    return {"feed": reader.state.head, "entries": reader.state.entries}


class _Reader:
    """Hands the events of expat to what their elements do."""

    def __init__(self) -> None:
        self.state = State()
        self._names = Names()
        self._kinds: dict[str, Kind] = {}
        self._parser = expat.ParserCreate("utf-8", " ")

    def read(self, document: bytes) -> None:
        """Raises UnsureError, and ExpatError when the document is not well-formed."""
        parser = self._parser
        parser.buffer_text = True
        parser.buffer_size = _BUFFER
        parser.StartNamespaceDeclHandler = self._declared
        parser.StartElementHandler = self._started
        parser.EndElementHandler = self._ended
        parser.CharacterDataHandler = self.state.texts.append
        parser.Parse(document, True)

    def _declared(self, prefix: str | None, uri: str | None) -> None:
        if not uri:
            return
        if uri.split() != [uri] or (uri == _XLINK and self.state.depth):  # xlink becomes an attribute
            raise UnsureError
        if self._names.declare(prefix, uri):
            self._kinds.clear()
        if uri.lower() == _ATOM and not self.state.depth:
            self.state.atom = True

    def _started(self, name: str, given: dict[str, str]) -> None:
        state = self.state
        kind = self._kinds.get(name) or self._kind(name)
        found = attributes(given) if given else {}
        state.enter(found)
        if state.markup_depth:
            self._inline(kind, found)
            return
        if state.corner is not None:
            check_corner(state, kind, found)
        kind.start(state, kind.key, found)
        if state.markup == XHTML:
            self._parser.CharacterDataHandler = self._escaped

    def _ended(self, name: str) -> None:
        state = self.state
        kind = self._kinds.get(name) or self._kind(name)
        if state.depth > state.markup_depth > 0:
            state.texts.append(f"</{kind.local}>")
        else:
            if state.markup == XHTML:
                self._parser.CharacterDataHandler = state.texts.append
            kind.end(state, kind.key)
        state.leave()

    def _kind(self, name: str) -> Kind:
        key, local = self._names.element(name)
        start, end = KINDS.get(key, UNKNOWN)
        if key in PECULIAR:
            raise UnsureError
        kind = self._kinds[name] = Kind(key, local, start, end)
        return kind

    def _inline(self, kind: Kind, found: Attributes) -> None:
        """A tag inside a text construct: only XHTML may have them."""
        known = kind.key in KINDS or kind.local in ("svg", "math")
        if self.state.markup != XHTML or known or kind.key == self.state.innermost:
            raise UnsureError
        written = "".join(f" {key}={quoteattr(value)}" for key, value in found.items())
        self.state.texts.append(f"<{kind.local}{written}>")

    def _escaped(self, text: str) -> None:
        self.state.texts.append(escape(text))
