"""OPML 2.0 (opml.org/spec2): lists of feeds as readers exchange them. Reads bytes and writes text; asks no address.

What OPML has no word for travels in attributes of a namespace of ours, so that an export can be imported without loss.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import format_datetime
from typing import Any
from xml.parsers import expat

from lxml import etree

from monitor.errors import DataError

NAMESPACE = "urn:peru-monitor:opml"
_MOST_BYTES = 10_000_000
_MOST_OUTLINES = 20_000
_DEEPEST = 100
_FEEDS = frozenset({"feed", "jsonfeed", "google_news", "gdelt"})  # what any reader can subscribe to
_FLAGS = frozenset({"enabled", "pages", "verify_tls", "aggregator"})
_TABLES = frozenset({"sections", "options"})
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Outline:
    """One subscription: its address (empty where it has none), its title, the words of ours, and where it stands.

    `folders` are the texts of the outlines around it, the outermost first; `kind` is OPML's `type`.
    """

    url: str
    title: str
    language: str
    kind: str
    commented: bool
    own: Mapping[str, Any]
    folders: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Listing:
    """`owners` are the owner groups (id -> name) that the list explains."""

    outlines: tuple[Outline, ...]
    owners: Mapping[str, str]


class _RefusedError(Exception):
    """Something no list of feeds needs; ends the parser at once."""


# ---------------------------------------------------------------- reading


def read(raw: bytes) -> Listing:
    """Subscriptions in the order of the file, nested or not.

    A document type is refused before anything in it is read: entities are the one thing in XML that can grow or reach
    out. Raises DataError with the line.
    """
    if len(raw) > _MOST_BYTES:
        raise DataError(f"the file is larger than {_MOST_BYTES // 1_000_000} MB: that is no list of feeds")
    reader = _Reader()
    try:
        reader.parser.Parse(raw, True)
    except _RefusedError as refusal:
        raise DataError(f"line {reader.parser.CurrentLineNumber}: {refusal}") from None
    except expat.ExpatError as error:
        raise DataError(
            f"line {error.lineno}: not well-formed XML: {expat.ErrorString(error.code)}",
            hint="export it once more from the reader it came from",
        ) from None
    return Listing(tuple(reader.outlines), reader.owners)


@dataclass(slots=True)
class _Reader:
    outlines: list[Outline] = field(default_factory=list)
    owners: dict[str, str] = field(default_factory=dict)
    stack: list[tuple[str, bool]] = field(default_factory=list)  # text of each open outline, whether it is commented
    depth: int = 0
    parser: Any = None

    def __post_init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = self.refuse_doctype
        self.parser.StartElementHandler = self.opened
        self.parser.EndElementHandler = self.closed

    def refuse_doctype(self, *_: object) -> None:
        raise _RefusedError("a document type declaration, which OPML does not have; the file was not read any further")

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth == 1 and name.lower() != "opml":
            raise _RefusedError(f"<{name.rsplit(' ', 1)[-1][:40]}> instead of <opml>: this is no OPML file")
        if self.depth > _DEEPEST or len(self.outlines) > _MOST_OUTLINES:
            raise _RefusedError("nested too deeply or too long for a list of feeds")
        if name == "outline":
            self.outline(attributes)

    def outline(self, attributes: dict[str, str]) -> None:
        plain = {key.lower(): " ".join(value.split()) for key, value in attributes.items() if " " not in key}
        own = _own(attributes)
        text = plain.get("text") or plain.get("title", "")
        commented = plain.get("iscomment", "").lower() == "true" or bool(self.stack and self.stack[-1][1])
        url = plain.get("xmlurl") or (plain.get("url", "") if own or plain.get("type") else "")
        if url:
            folders = tuple(folder for folder, _ in self.stack)
            title = plain.get("title") or text
            language, kind, line = plain.get("language", ""), plain.get("type", ""), self.parser.CurrentLineNumber
            self.outlines.append(Outline(url, title, language, kind, commented, own, folders, line))
        elif own.get("owner"):
            self.owners[str(own["owner"])] = text
        self.stack.append((text, commented))

    def closed(self, name: str) -> None:
        self.depth -= 1
        if name == "outline":
            self.stack.pop()


def _own(attributes: Mapping[str, str]) -> dict[str, Any]:
    """Our attributes with the types they have in sources.toml; one that cannot be read is left as text."""
    prefix = NAMESPACE + " "
    return {key[len(prefix) :]: _typed(key[len(prefix) :], value) for key, value in attributes.items()
            if key.startswith(prefix)}  # fmt: skip


def _typed(key: str, value: str) -> Any:
    if key in _FLAGS and value in ("true", "false"):
        return value == "true"
    try:
        if key == "verified_at":
            return date.fromisoformat(value)
        return json.loads(value) if key in _TABLES else value
    except (ValueError, RecursionError):
        return value


# ---------------------------------------------------------------- writing


def write(blocks: Iterable[Mapping[str, Any]], owners: Mapping[str, str], now: datetime) -> str:
    """Sources as OPML, under an outline for each owner. `blocks` are those of sources.toml.

    A source that only this program understands has no `xmlUrl`, so that other readers leave it alone.
    """
    root = etree.Element("opml", version="2.0", nsmap={"pm": NAMESPACE})
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = "Sources of peru-monitor"
    etree.SubElement(head, "dateCreated").text = format_datetime(now.astimezone(UTC), usegmt=True)
    body = etree.SubElement(root, "body")
    groups: dict[str, Any] = {}
    for block in blocks:
        owner = str(block["owner"])
        if owner not in groups:
            groups[owner] = etree.SubElement(body, "outline", _attributes({"text": owners.get(owner, owner)}))
            groups[owner].set(f"{{{NAMESPACE}}}owner", owner)
        _subscription(groups[owner], block)
    etree.indent(root)
    text: str = etree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _subscription(group: Any, block: Mapping[str, Any]) -> None:
    feed = block["kind"] in _FEEDS
    words = {"type": "rss" if feed else "link", "text": block["name"], "title": block["name"]}
    words |= {"xmlUrl" if feed else "url": block["url"], "language": block["lang"]}
    element = etree.SubElement(group, "outline", _attributes(words))
    for key, value in block.items():
        if key not in ("name", "url"):
            element.set(f"{{{NAMESPACE}}}{key}", _fit(_text(value)))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return json.dumps(dict(value), ensure_ascii=False)
    return value.isoformat() if isinstance(value, date) else str(value)


def _attributes(words: Mapping[str, str]) -> dict[str, str]:
    return {key: _fit(value) for key, value in words.items()}


def _fit(text: str) -> str:
    """Without the characters that no XML document may hold."""
    return _NOT_XML.sub("", text)
