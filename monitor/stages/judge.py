"""From readings to judged articles: version, relevance, themes; then duplicates and stories. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor import stories
from monitor.dates import effective_at
from monitor.model import Article, Document, Duplicate, Entry, Relevance, Source, StoryInput, StoryLink, Tagging
from monitor.stages.read import Reading
from monitor.stages.sift import prior_of
from monitor.text import digest_of, tokens
from monitor.themes import Rules

MIN_NEAR_CHARACTERS = 300  # below, texts are alike by being about the same thing
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
    story_id: int | None


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
    story_id: int | None

    @property
    def article_id(self) -> int:
        return self.reading.wanted.article_id

    @property
    def in_news(self) -> bool:
        """Part of the news: about Peru, and not an advice or lottery page."""
        return self.tagging.relevance.relevant and not self.tagging.relevance.seo_bait

    @property
    def outcome(self) -> str:
        """Of its page: stored, from_feed or rejected."""
        if not self.tagging.relevance.relevant:
            return "rejected"
        return "from_feed" if self.reading.error is not None else "stored"


def relevance_of(rules: Rules, source: Source, entry: Entry) -> Relevance:
    """Is an entry about Peru, by what its feed says of it?"""
    return rules.relevance(
        Document(
            title=entry.title,
            lead=entry.summary,
            body=entry.content,
            lang=entry.lang or source.lang,
            url=entry.link,
            section=entry.section,
            prior=prior_of(source, entry.link),
        )
    )


def judge(reading: Reading, previous: Previous | None, rules: Rules) -> Judged:
    """Version and themes of one reading."""
    article = _keep_body(reading.article, previous)
    text_hash = digest_of(article.title, article.summary, article.body)
    body_hash = digest_of(article.body) if len(tokens(article.body)) >= MIN_BODY_WORDS else ""
    unchanged = previous is not None and previous.text_hash == text_hash
    return Judged(
        reading=reading,
        article=article,
        version=None if unchanged else (previous.version + 1 if previous else 1),
        is_new=previous is None,
        effective_at=previous.effective_at if previous else effective_at(article.published, reading.wanted.seen_at),
        text_hash=text_hash,
        body_hash=body_hash,
        tagging=rules.tag(_document(article, reading)),
        story_id=previous.story_id if previous else None,
    )


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


def _document(article: Article, reading: Reading) -> Document:
    source = reading.wanted.source
    return Document(
        title=article.title,
        lead=article.summary or article.body.partition("\n")[0],
        body=article.body,
        lang=article.lang or source.lang,
        url=article.url,
        section=article.section,
        prior=prior_of(source, article.url),
    )


def group(
    judged: Sequence[Judged], window: Sequence[StoryInput], body_owners: Mapping[str, int]
) -> tuple[tuple[Duplicate, ...], tuple[StoryLink, ...]]:
    """Duplicates and story placements of articles in the news that are not placed yet.

    Near duplicates are looked for among whole texts only: teasers and feed summaries share phrases by nature.
    """
    fresh = [_story_input(item) for item in judged if item.in_news and item.story_id is None]
    exact = stories.exact_duplicates(fresh, body_owners)
    known = {(duplicate.article_id, duplicate.of_id) for duplicate in exact}
    near = stories.near_duplicates(_with_text(fresh), _with_text(window))
    duplicates = exact + tuple(one for one in near if (one.article_id, one.of_id) not in known)
    return duplicates, stories.assign(fresh, window, duplicates)


def _with_text(articles: Sequence[StoryInput]) -> list[StoryInput]:
    return [article for article in articles if len(article.body) >= MIN_NEAR_CHARACTERS]


def _story_input(item: Judged) -> StoryInput:
    source, article = item.reading.wanted.source, item.article
    return StoryInput(
        article_id=item.article_id,
        source_id=source.id,
        owner=source.owner,
        lang=article.lang or source.lang,
        at=item.effective_at,
        title=article.title,
        lead=article.summary,
        body=article.body[:6000],
        body_hash=item.body_hash,
    )
