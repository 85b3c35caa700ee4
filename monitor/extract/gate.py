"""Is this page an article at all? Front pages, shells that need JavaScript, consent walls and soft 404s are refused.

Of 455 real article pages 2 are refused, one of which holds no text; tests/bench/extract.py names them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.errors import ExtractError, Reason
from monitor.extract import lexicon
from monitor.extract.body import ENOUGH
from monitor.text import fold, tokens

_PARAGRAPH = 80
_PARAGRAPHS = 3
_PROSE = 400  # characters in long paragraphs that are an article all the same: one-paragraph notices of town halls
_TEASERS = 4
_CUT_OFF = re.compile(r"(?:\.\.\.|…)\W*$")
_OVERLAP = 0.2
_SHORT_NEWS = 80  # characters; an agency flash that its page declares to be an article
_LINKS = 0.5
_WALL_MAX = 1500
_VISIBLE_MAX = 5000

_WIDE_SCRIPT = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")


@dataclass(frozen=True, slots=True)
class Signals:
    """What the gate weighs. `links` is the share of the text that stands in short lines of links."""

    title: str
    feed_title: str
    summary: str  # as the page describes itself
    paragraphs: tuple[str, ...]
    declared: bool  # the page calls itself an article (og:type, JSON-LD type, published_time)
    home: bool  # its final or canonical address is a front page
    links: float
    visible: str  # all visible text, for walls that leave no paragraph

    @property
    def size(self) -> int:
        return sum(map(len, self.paragraphs))

    @property
    def prose(self) -> list[str]:
        return [line for line in self.paragraphs if len(line) >= _PARAGRAPH]


def check(page: Signals) -> None:
    """Raises ExtractError with the first reason that holds; returns where the page is an article."""
    for reason, sentence in (_walls(page), _fronts(page), _shells(page)):
        if reason is not None:
            raise ExtractError(reason, sentence)


_Verdict = tuple[Reason | None, str]
_PASS: _Verdict = (None, "")


def _walls(page: Signals) -> _Verdict:
    if page.size >= _WALL_MAX:
        return _PASS
    heading = fold(page.title)
    if lexicon.CHALLENGE.search(heading):
        return Reason.CHALLENGE, "a bot check stands before the page"
    if not page.declared and lexicon.NOT_FOUND.search(heading):
        return Reason.SOFT_404, f"the page says that it does not exist: {page.title[:80]!r}"
    text = fold("\n".join(page.paragraphs) if page.size >= ENOUGH else page.visible[:_VISIBLE_MAX])
    hits = len({match.group(0) for match in lexicon.CONSENT.finditer(text)})
    if hits >= (3 if page.size >= ENOUGH else 2) and not _overlaps(page, page.title):
        return Reason.CONSENT_WALL, "a consent wall stands before the page"
    return _PASS


def _fronts(page: Signals) -> _Verdict:
    if page.home:
        return Reason.FRONT_PAGE, "the address led to a front page"
    if page.declared or page.size < ENOUGH:
        return _PASS
    if page.links > _LINKS:
        return Reason.FRONT_PAGE, "a list of links, no article"
    cut_off = sum(bool(_CUT_OFF.search(line)) for line in page.paragraphs)
    if cut_off >= _TEASERS and cut_off > len(page.paragraphs) / 2:
        return Reason.FRONT_PAGE, f"{cut_off} teasers of other pages, no article"
    if len(page.prose) < _PARAGRAPHS and sum(map(len, page.prose)) < _PROSE:
        return Reason.FRONT_PAGE, f"only {len(page.prose)} paragraphs, and nothing declares an article"
    return _PASS


def _shells(page: Signals) -> _Verdict:
    on_topic = _overlaps(page, page.title) or (page.declared and _overlaps(page, page.summary, untold=False))
    told = page.declared and page.size >= _SHORT_NEWS and on_topic
    if page.size < ENOUGH and not told:
        return Reason.NO_TEXT, f"{page.size} characters of text"
    if page.feed_title and not _overlaps(page, page.feed_title) and not _alike(page.title, page.feed_title):
        return Reason.SOFT_404, "the page is not about what its entry announced"
    if not (page.declared and len(page.prose) >= _PARAGRAPHS) and not on_topic:
        return Reason.NO_TEXT, "the text shares no word with its title"
    return _PASS


def _overlaps(page: Signals, title: str, *, untold: bool = True) -> bool:
    """Does the text hold a fifth of the title's longer words? `untold` where the title is too short to tell."""
    words = _content(title)
    if len(words) < 3 or _WIDE_SCRIPT.search(title):
        return untold
    text = set(tokens("\n".join(page.paragraphs)))
    return len(words & text) >= _OVERLAP * len(words)


def _alike(one: str, other: str) -> bool:
    shared = _content(one) & _content(other)
    return len(shared) >= _OVERLAP * max(1, len(_content(other)))


def _content(title: str) -> set[str]:
    return {word for word in tokens(title) if len(word) >= 4}
