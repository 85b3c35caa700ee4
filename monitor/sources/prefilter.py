"""XML as found in the wild -> text that a parser can be trusted with. Removes and repairs; interprets nothing.

Every bound here answers a measured way to make feedparser slow or fail: blank prologs, DTDs, attribute and
category floods, lone surrogates, bare ampersands.
"""

from __future__ import annotations

import html
import html.entities
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from monitor import dates
from monitor.errors import ParseError, Reason
from monitor.sources import markup
from monitor.sources.entries import MAX_ITEMS

_MAX_CATEGORIES = 50
_MAX_LABELS = 500  # categories that the cut below could not remove, in one item
_MAX_TAGS = 400_000
_MAX_ITEM_TAGS = 20_000
_MAX_REFERENCES = 1_000_000
_MAX_BREAKS = 500_000
_MAX_PREFIXES = 200
_MAX_DECLARATIONS = 50
_JUNK_BEFORE_ROOT = 65_536
_TAIL = 500
_SPACE = re.compile(r"\s*")

_NAME = r"(?:[A-Za-z_][\w.\-]*:)?"
_ROOT = re.compile(rf"<{_NAME}(rss|rdf|feed|channel|urlset|sitemapindex)(?=[\s/>])", re.IGNORECASE)
SITEMAP_ROOTS = frozenset({"urlset", "sitemapindex"})
_PAGE = re.compile(r"\s*<(?:!doctype\s+html|html|head|body|script|meta)\b", re.IGNORECASE)
_PAGE_TITLE = re.compile(r"<title[^<>]*>([^<]{0,300})", re.IGNORECASE)
_FIRST_TAG = re.compile(r"<([A-Za-z_][\w.:\-]{0,40})")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufdd0-\ufdef\ufffe\uffff]+")
_CONTROL_BYTES = bytes({*range(0x20)} - {0x09, 0x0A, 0x0D})
_DECLARATION = re.compile(r"<!(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)[^<>]*>?", re.IGNORECASE)
_BARE_AMPERSAND = re.compile(r"&(?!#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)")
_REFERENCE = re.compile(r"&(#?\w+);")
_XML_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_SPACE_NUMBERS = frozenset({"#9", "#10", "#13", "#x9", "#xA", "#xD", "#xa", "#xd"})
_LONG_TAG = re.compile(r"<([A-Za-z_][\w:.\-]*)\s([^<>]{1000,})>")
_FEED_ITEM = re.compile(rf"<({_NAME}(?:item|entry))(?=[\s/>])", re.IGNORECASE)
_SITEMAP_ITEM = re.compile(rf"<({_NAME}(?:url|sitemap))(?=[\s/>])", re.IGNORECASE)
_LABEL = rf"{_NAME}(?:category|subject|keywords|tags)"
_LABEL_START = re.compile(rf"<{_LABEL}(?=[\s/>])", re.IGNORECASE)
_LABEL_ELEMENT = re.compile(
    rf"<({_LABEL})(?=[\s/>])(?:[^<>]*/>|[^<>]*>[^<]*(?:<!\[CDATA\[[^<\]]*\]\]>[^<]*)*</\1\s*>)", re.IGNORECASE
)
_PREFIX = re.compile(r"xmlns:([\w.\-]+)\s*=")
_ITEM_DATE = re.compile(
    r"<(?:pubDate|(?:\w+:)?date|published|updated|(?:\w+:)?publication_date)[^<>]*>\s*(?:<!\[CDATA\[)?([^<\]]{6,100})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document from its root element on, well-formed wherever that could be had, without any DTD.

    `root` is the root's local name, lower case; `items` and `dropped` count items kept and cut as too many.
    """

    text: str
    root: str
    items: int
    dropped: int

    @property
    def closed(self) -> bool:
        """Does the root end? An ill-formed document may be complete, one that was cut off is not."""
        return re.search(rf"</{_NAME}{self.root}\s*>\s*$", self.text[-_TAIL:], re.IGNORECASE) is not None


def prepare(text: str, seen_at: datetime) -> Prepared:
    """Raises ParseError: NOT_A_FEED for other documents, UNPARSABLE for one that is built to exhaust a parser."""
    start = _skip_prolog(text)
    match = _root(text, start)
    repaired = _repair(_calm(_without_tail(text[match.start() :], match[0])))
    root = match[1].lower()
    item = _SITEMAP_ITEM if root in SITEMAP_ROOTS else _FEED_ITEM
    cut, items, dropped = _cut_items(repaired, item, seen_at)
    trimmed = _cut_labels(cut, item)
    _refuse_floods(trimmed, item)
    return Prepared(trimmed, root, items, dropped)


def not_a_feed(text: str) -> ParseError:
    """Says what came instead of a feed: the page's title, the root element or the first words."""
    if _PAGE.match(text) or "<html" in text[:2000].lower():
        title = _PAGE_TITLE.search(text[:_JUNK_BEFORE_ROOT])
        name = markup.line(title[1], 120) if title else ""
        return ParseError(Reason.NOT_A_FEED, f"an HTML page came instead of a feed, titled “{name or 'untitled'}”")
    tag = _FIRST_TAG.search(text[:_JUNK_BEFORE_ROOT])
    if tag and text.startswith("<"):
        return ParseError(Reason.NOT_A_FEED, f"a <{tag[1]}> document came instead of a feed")
    return ParseError(Reason.NOT_A_FEED, f"what came is neither a feed nor a page; it begins “{excerpt(text)}”")


def excerpt(text: str) -> str:
    """The first words of a document, fit for a message."""
    return markup.line(_CONTROL.sub(" ", text[:400]), 80)


def _skip_prolog(text: str) -> int:
    """Offset behind the XML declaration, processing instructions, comments and DOCTYPE."""
    at = 0
    for _ in range(_MAX_DECLARATIONS):
        space = _SPACE.match(text, at)
        at = space.end() if space else at
        after = _after_declaration(text, at)
        if after == at:
            break
        at = after
    return at


def _after_declaration(text: str, at: int) -> int:
    if text.startswith("<?", at):
        return _behind(text, "?>", at)
    if text.startswith("<!--", at):
        return _behind(text, "-->", at)
    if text[at : at + 9].upper() == "<!DOCTYPE" and "HTML" not in text[at + 9 : at + 16].upper():
        return _behind_doctype(text, at + 9)
    return at


def _behind(text: str, mark: str, at: int) -> int:
    found = text.find(mark, at)
    return at if found < 0 else found + len(mark)


def _behind_doctype(text: str, at: int) -> int:
    """Behind `>`, or behind `]>` of an internal subset, or before a further `<` where neither comes first."""
    stop = re.compile(r"[\[<>]").search(text, at)
    if stop is None:
        return len(text)
    if stop[0] == "[":
        end = re.compile(r"\]\s*>").search(text, stop.end())
        return end.end() if end else stop.end()
    return stop.end() if stop[0] == ">" else stop.start()


def _root(text: str, start: int) -> re.Match[str]:
    """The root of a feed or sitemap: at `start`, or behind junk such as PHP warnings, but never inside a page."""
    match = _ROOT.match(text, start)
    if match is None and not _PAGE.match(text, start):
        match = _ROOT.search(text, start, start + _JUNK_BEFORE_ROOT)
    if match is None:
        raise not_a_feed(text)
    return match


def _without_tail(text: str, opening: str) -> str:
    """Without what follows the root, such as a script that a proxy appended, unless it holds items."""
    close = text.rfind(f"</{opening[1:]}")
    end = text.find(">", close) + 1 if close >= 0 else 0
    return text[:end] if end and not _FEED_ITEM.search(text, end) else text


def _calm(text: str) -> str:
    """Without control characters; in a flood of lines, without the line ends: expat calls back for each."""
    if text.count("\n") + text.count("\r") + text.count("]") > _MAX_BREAKS:
        text = text.replace("\n", " ").replace("\r", " ")
        if text.count("]") > _MAX_BREAKS:
            raise ParseError(Reason.UNPARSABLE, f"the document holds more than {_MAX_BREAKS:,} brackets")
    return _CONTROL.sub("", text) if _may_hold_controls(text) else text


def _may_hold_controls(text: str) -> bool:
    """Several times as fast as the expression: a C0 control is one byte of UTF-8, U+FDD0 to U+FDEF begin with two."""
    data = text.encode("utf-8", "surrogatepass")
    return (
        len(data.translate(None, _CONTROL_BYTES)) < len(data)
        or b"\xef\xb7" in data
        or "\ufffe" in text
        or "\uffff" in text
    )


def _repair(text: str) -> str:
    """Fix references and tags outside CDATA sections; close a CDATA section that never ends."""
    parts: list[str] = []
    at = 0
    while True:
        start = text.find("<![CDATA[", at)
        if start < 0:
            parts.append(_repair_markup(text[at:]))
            return "".join(parts)
        parts.append(_repair_markup(text[at:start]))
        end = text.find("]]>", start + 9)
        if end < 0:
            return "".join([*parts, text[start:], "]]>"])
        parts.append(text[start : end + 3])
        at = end + 3


def _repair_markup(text: str) -> str:
    if "&" in text:
        text = _REFERENCE.sub(_reference, _BARE_AMPERSAND.sub("&amp;", text))
    if "<!" in text:
        text = _DECLARATION.sub("", text)
    return _LONG_TAG.sub(_shorten, text) if len(text) > 1000 else text


def _reference(match: re.Match[str]) -> str:
    """HTML names and numbers become their characters; XML's five stay; the rest was never a reference."""
    name = match[1]
    if name in _XML_NAMES or name in _SPACE_NUMBERS:
        return match[0]
    char = html.unescape(match[0]) if name.startswith("#") else html.entities.html5.get(f"{name};", match[0])
    return "" if _CONTROL.search(char) or "\ufffd" in char else html.escape(char)


def _shorten(match: re.Match[str]) -> str:
    """50,000 attributes on one element take feedparser 39 s; no real tag of this length has carried a word."""
    attributes = match[2]
    if attributes.count("=") <= 64 and len(attributes) <= 16_384:
        return match[0]
    return f"<{match[1]}/>" if attributes.endswith("/") else f"<{match[1]}>"


def _cdata_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where CDATA sections are; all of them end, since `_repair` closed the last."""
    start = text.find("<![CDATA[")
    while start >= 0:
        end = text.find("]]>", start) + 3
        yield start, end
        start = text.find("<![CDATA[", end)


class _Cdata:
    """Answers whether an offset is inside a CDATA section."""

    def __init__(self, text: str) -> None:
        spans = list(_cdata_spans(text))
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]

    def covers(self, at: int) -> bool:
        index = bisect_right(self._starts, at) - 1
        return index >= 0 and at < self._ends[index]


def _cut_items(text: str, item: re.Pattern[str], seen_at: datetime) -> tuple[str, int, int]:
    """Keep the newest 2000 items (all of them, nearly always). Returns text, items kept, items cut."""
    starts = list(item.finditer(text))
    if len(starts) <= MAX_ITEMS:
        return text, len(starts), 0
    cdata = _Cdata(text)
    starts = [match for match in starts if not cdata.covers(match.start())]
    surplus = len(starts) - MAX_ITEMS
    if surplus <= 0:
        return text, len(starts), 0
    spans = _item_spans(text, starts)
    ages = [_age(text[start:end], seen_at) for start, end in spans]
    oldest = sorted(range(len(spans)), key=lambda at: (ages[at], at))[MAX_ITEMS:]
    return _without(text, [spans[at] for at in sorted(oldest)]), MAX_ITEMS, surplus


def _item_spans(text: str, starts: list[re.Match[str]]) -> list[tuple[int, int]]:
    """From each start tag to its end tag, or to the next start where there is none."""
    limits = [match.start() for match in starts[1:]] + [len(text)]
    spans = []
    for match, limit in zip(starts, limits, strict=True):
        close = text.rfind(f"</{match[1]}", match.end(), limit)
        end = text.find(">", close, limit) + 1 if close >= 0 else 0
        spans.append((match.start(), end or limit))
    return spans


def _age(item: str, seen_at: datetime) -> float:
    found = _ITEM_DATE.search(item)
    moment = dates.parse(found[1], "UTC", seen_at) if found else None
    return (seen_at - moment.at).total_seconds() if moment and moment.at else float("inf")


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    kept: list[str] = []
    at = 0
    for start, end in spans:
        kept.append(text[at:start])
        at = end
    return "".join([*kept, text[at:]])


def _cut_labels(text: str, item: re.Pattern[str]) -> str:
    """At most 50 categories per item, and no keywords: feedparser compares each with all before it."""
    labels = _LABEL_START.findall(text)
    if len(labels) <= _MAX_CATEGORIES and not any("keywords" in label.lower() for label in labels):
        return text
    cdata = _Cdata(text)
    items = [match.start() for match in item.finditer(text) if not cdata.covers(match.start())]
    seen: dict[int, int] = {}
    surplus: list[tuple[int, int]] = []
    for match in _LABEL_ELEMENT.finditer(text):
        if cdata.covers(match.start()):
            continue
        owner = bisect_right(items, match.start())
        seen[owner] = seen.get(owner, 0) + 1
        if seen[owner] > _MAX_CATEGORIES or "keywords" in match[1].lower():
            surplus.append(match.span())
    return _without(text, surplus)


def _refuse_floods(text: str, item: re.Pattern[str]) -> None:
    """What could still take feedparser more than seconds is no feed anybody publishes."""
    bare = _without(text, _cdata_spans(text))
    if bare.count("&") > _MAX_REFERENCES:
        raise ParseError(Reason.UNPARSABLE, f"the document holds more than {_MAX_REFERENCES:,} references")
    if bare.count("<") > _MAX_TAGS:
        raise ParseError(Reason.UNPARSABLE, f"the document holds more than {_MAX_TAGS:,} tags")
    if len(set(_PREFIX.findall(bare))) > _MAX_PREFIXES:
        raise ParseError(Reason.UNPARSABLE, f"the document declares more than {_MAX_PREFIXES} namespaces")
    starts = [match.start() for match in item.finditer(bare)]
    for start, end in zip([0, *starts], [*starts, len(bare)], strict=True):
        if end - start > _MAX_ITEM_TAGS and bare.count("<", start, end) > _MAX_ITEM_TAGS:
            raise ParseError(Reason.UNPARSABLE, f"one item holds more than {_MAX_ITEM_TAGS:,} tags")
        if end - start > _MAX_LABELS and len(_LABEL_START.findall(bare, start, end)) > _MAX_LABELS:
            raise ParseError(Reason.UNPARSABLE, f"one item holds more than {_MAX_LABELS} categories")
