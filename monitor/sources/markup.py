"""HTML fragments of entries -> plain text. Its output is text and must be escaped wherever it is shown."""

from __future__ import annotations

import html
import re

import nh3

from monitor.text import clean, clean_paragraphs, repair_mojibake

_TAG = re.compile(r"<(?:[A-Za-z/!?][^<>]*>|!--)")
_BLOCK = re.compile(
    r"<(?=/?(?:p|br|div|li|ul|ol|h[1-6]|tr|table|blockquote|section|article|figure|figcaption|pre|hr|dd|dt)\b)",
    re.IGNORECASE,
)
_SILENT = {"script", "style", "iframe", "noembed", "noframes", "noscript", "template", "textarea", "object", "select"}
_CLEANER = nh3.Cleaner(tags=set(), clean_content_tags=_SILENT)  # made once: that costs more than a short text
# WordPress appends it to every excerpt; it says nothing of the article.
_FOOTER = re.compile(
    r"\s*\b(?:The post|La entrada|El artículo|La publicación) .{1,300}?"
    r" (?:appeared first on|first appeared on|se publicó primero en|apareció primero en|aparece primero en) .{1,120}$"
)

_FOOTER_WORDS = ("appeared first on", "first appeared on", "primero en")


def line(fragment: str, cap: int) -> str:
    """One line of plain text, at most `cap` characters: tags off, entities decoded once, mojibake repaired."""
    return _cut(clean(_text(fragment, cap)), cap)


def paragraphs(fragment: str, cap: int) -> str:
    """Plain text with one newline between paragraphs, at most `cap` characters."""
    text = clean_paragraphs(_text(fragment, cap))
    return _cut(_without_footer(text), cap)


def summary(fragment: str, cap: int) -> str:
    """One line of plain text without the `The post X appeared first on Y` that WordPress adds."""
    return _without_footer(line(fragment, cap))


def _text(fragment: str, cap: int) -> str:
    source = fragment[: cap * 8]  # markup may outweigh its text, but not without end
    if _TAG.search(source):
        source = _CLEANER.clean(_BLOCK.sub("\n<", source))
    text = html.unescape(source) if "&" in source else source
    return repair_mojibake(text)


def _cut(text: str, cap: int) -> str:
    if len(text) <= cap:
        return text
    head = text[:cap]
    return (head.rsplit(None, 1)[0] if " " in head[-100:] else head).rstrip()


def _without_footer(text: str) -> str:
    tail = max(0, len(text) - 500)
    told = any(text.find(words, tail) >= 0 for words in _FOOTER_WORDS)  # looking for words is far cheaper
    match = _FOOTER.search(text, tail) if told else None
    return text[: match.start()].rstrip() if match else text


def escaped(text: str) -> str:
    """Plain text as a fragment that `line` and `paragraphs` give back unchanged."""
    return html.escape(text, quote=False)
