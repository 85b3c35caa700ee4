"""Lines that are on the page but not of the article: related links, calls to subscribe, comments, repeated blocks.

No published extractor has Spanish text patterns for these; 18 of 96 Spanish-language pages carry interstitial links.
"""

from __future__ import annotations

from collections.abc import Iterable

from lxml.html import HtmlElement

from monitor.extract import lexicon
from monitor.extract.dom import element_text
from monitor.text import fold, tokens

RELATED_MAX = 220  # characters; a longer line is prose whatever it begins with
_REPEAT_MIN = 40  # shorter lines may honestly come twice ("Sí.", "-No lo sé.")
_LINK_SHARE = 0.8
_LABEL_MAX = 30  # characters of "Te contamos: "; a link so short is a name or a word, in a sentence
_LABEL_ENDS = (":", "|", "►", "▶", "»", ">", "→")
_COMMENTS_AFTER = 0.3  # share of the text that must stand before a comment heading


def article_lines(lines: Iterable[str], title: str = "", links: frozenset[str] = frozenset()) -> list[str]:
    """The lines without furniture. `links` holds lines that are links and nothing else (see `link_lines`)."""
    kept = [line for line in before_comments(list(lines)) if not is_furniture(line) and line not in links]
    return _without_title(_once(kept), title)


def is_furniture(line: str) -> bool:
    """A related link, a call to subscribe or share, or an advertisement label."""
    if len(line) >= RELATED_MAX:
        return False
    folded = fold(line)
    return bool(lexicon.RELATED.match(folded) or lexicon.FURNITURE.match(folded))


def before_comments(lines: list[str]) -> list[str]:
    """Everything before the first comment heading that has a good part of the text above it."""
    total = sum(map(len, lines))
    above = 0
    for index, line in enumerate(lines):
        if len(line) < RELATED_MAX and above >= _COMMENTS_AFTER * total and lexicon.COMMENTS.match(fold(line)):
            return lines[:index]
        above += len(line)
    return lines


def _once(lines: list[str]) -> list[str]:
    """Without copies: OEM and El Deber pages carry a mobile and a desktop copy of each paragraph.

    A line that comes again is a copy where the line beside it comes again too, or where it follows itself. A lone one
    is the question of an interview or the item of a recipe.
    """
    first: dict[str, int] = {}
    for place, line in enumerate(lines):
        first.setdefault(line, place)
    return [line for place, line in enumerate(lines) if not _is_copy(lines, first[line], place)]


def _is_copy(lines: list[str], first: int, place: int) -> bool:
    if first == place or len(lines[place]) < _REPEAT_MIN:
        return False
    behind = place + 1 < len(lines) and lines[first + 1] == lines[place + 1]
    before = first > 0 and lines[first - 1] == lines[place - 1]
    return first == place - 1 or behind or before


def _without_title(lines: list[str], title: str) -> list[str]:
    wanted = tokens(title)
    head = [line for line in lines[:3] if not wanted or tokens(line) != wanted]
    return head + lines[3:]


def link_lines(tree: HtmlElement) -> frozenset[str]:
    """Short lines of the page that are links for more than four fifths of their characters."""
    found = set()
    for block in {anchor.getparent() for anchor in tree.iter("a")}:
        if block is None or block.tag not in ("p", "li", "strong", "b", "em", "h2", "h3", "h4", "h5", "h6"):
            continue
        line = element_text(block)
        if 0 < len(line) < RELATED_MAX and (_linked(block) > _LINK_SHARE * len(line) or _is_labelled(block, line)):
            found.add(line)
    return frozenset(found)


def _is_labelled(block: HtmlElement, line: str) -> bool:
    """A few words, a colon or bar, and then one link to the end: whatever the words, they announce another page."""
    links = [element_text(anchor) for anchor in block.iter("a")]
    if len(links) != 1 or not links[0] or not line.endswith(links[0]):
        return False
    label = line[: -len(links[0])].rstrip()
    return len(label) <= _LABEL_MAX and label.endswith(_LABEL_ENDS) and len(links[0]) > _LABEL_MAX


def _linked(block: HtmlElement) -> int:
    return sum(len(element_text(anchor)) for anchor in block.iter("a"))
