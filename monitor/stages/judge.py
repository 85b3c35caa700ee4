"""From readings to judged articles: version, relevance, themes. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import NamedTuple

from monitor import extract
from monitor.dates import effective_at, local_day
from monitor.errors import Reason
from monitor.model import Article, Document, Entry, Relevance, Source, Tagging
from monitor.stages.read import Reading
from monitor.stages.sift import prior_of
from monitor.text import digest_of_words, tokens
from monitor.themes import Rules
from monitor.themes.boilerplate import without_lines

HOME_ZONE = "America/Lima"  # where the days of office begin and end
WITHDRAWN = (Reason.NOT_FOUND, Reason.GONE)
MIN_BODY_WORDS = 20  # shorter bodies are captions and stubs: equal ones prove nothing


@dataclass(frozen=True, slots=True)
class Previous:
    """The latest version the warehouse holds of an article."""

    version: int
    title: str
    summary: str
    body: str
    authors: tuple[str, ...]
    byline_org: str
    text_from: str
    text_hash: str
    effective_at: datetime
    partial: bool = False
    extractor: str = ""

    @property
    def wording(self) -> extract.Wording:
        return extract.Wording(self.title, self.summary, self.body)


@dataclass(frozen=True, slots=True)
class Judged:
    """An article ready to be stored. `version` is None when its normalised text is the one already held."""

    reading: Reading
    article: Article
    version: int | None
    is_new: bool
    effective_at: datetime
    text_hash: str
    body_hash: str
    tagging: Tagging
    changes: tuple[extract.Change, ...] = ()  # what this version changed in the one before it
    gone: Previous | None = None  # the last good copy, where its page answers now that there is none

    @property
    def article_id(self) -> int:
        return self.reading.wanted.article_id

    @property
    def outcome(self) -> str:
        """Of its page: stored, from_feed or rejected."""
        if not self.tagging.relevance.relevant:
            return "rejected"
        return "from_feed" if self.reading.error is not None else "stored"


def relevance_of(rules: Rules, source: Source, entry: Entry) -> Relevance:
    """Is an entry about Peru, by what its feed says of it?"""
    return rules.relevance(document_of_entry(source, entry))


def document_of_entry(source: Source, entry: Entry) -> Document:
    """The text of a feed entry as the rules read it."""
    return Document(
        title=entry.title,
        lead=entry.summary,
        body=entry.content,
        lang=entry.lang or source.lang,
        url=entry.link,
        section=entry.section,
        prior=prior_of(source, entry.link),
    )


class Draft(NamedTuple):
    """A reading that wants nothing but its tagging, and the text that the rules are to read."""

    document: Document
    judged: Callable[[Tagging], Judged]


def judge(reading: Reading, previous: Previous | None, rules: Rules, repeated: frozenset[str] = frozenset()) -> Judged:
    """Version and themes of one reading. Lines that its source repeats on many pages earn no theme."""
    document, judged = draft(reading, previous, repeated)
    return judged(rules.tag(document))


def draft(reading: Reading, previous: Previous | None, repeated: frozenset[str]) -> Draft:
    """`judge` up to the tagging, for those who have many."""
    article = _keep_body(reading.article, previous)
    wording = extract.Wording(article.title, article.summary, article.body)
    at = previous.effective_at if previous else effective_at(article.published, reading.wanted.seen_at)
    words = tokens(article.body)
    unchanged = previous is not None and previous.wording.hash == wording.hash
    judged = partial(
        Judged,
        reading,
        article,
        None if unchanged else (previous.version + 1 if previous else 1),
        previous is None,
        at,
        wording.hash,
        digest_of_words(words) if len(words) >= MIN_BODY_WORDS else "",
        changes=_changes(previous, article, wording) if previous and not unchanged else (),
        gone=previous if _is_withdrawn(reading, previous) else None,
    )
    return Draft(document_of_article(article, reading.wanted.source, repeated, at), judged)


def _is_withdrawn(reading: Reading, previous: Previous | None) -> bool:
    """Has a page that we read gone? One that was only told of by its feed may never have been there."""
    held = previous is not None and previous.text_from == "page" and not previous.partial
    return held and reading.error is not None and reading.error.reason in WITHDRAWN


def _changes(previous: Previous, article: Article, wording: extract.Wording) -> tuple[extract.Change, ...]:
    """What the outlet did to its text. Text from elsewhere, or by another extractor, was not edited by it."""
    if (previous.text_from, previous.extractor) != (article.text_from, article.extractor):
        return ()
    return extract.changes(previous.wording, wording, live=article.kind == "live")


def _keep_body(article: Article, previous: Previous | None) -> Article:
    """A later page that could not be read must not wipe out the text that was: only its new title and summary count."""
    if previous is None or article.text_from == "page" or previous.text_from != "page":
        return article
    return replace(
        article,
        body=previous.body,
        authors=previous.authors,
        byline_org=previous.byline_org,
        text_from="page",
        partial=True,
    )


def document_of_article(article: Article, source: Source, repeated: frozenset[str], at: datetime) -> Document:
    """The text of an article as the rules read it; lines that its source repeats on many pages earn no theme."""
    return Document(
        title=article.title,
        lead=without_lines(article.summary or article.body.partition("\n")[0], repeated),
        body=without_lines(article.body, repeated),
        lang=article.lang or source.lang,
        url=article.url,
        section=article.section,
        prior=prior_of(source, article.url),
        day=local_day(at, HOME_ZONE),
    )
