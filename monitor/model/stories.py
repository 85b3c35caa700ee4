"""Articles as grouping sees them, duplicates, stories."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class StoryInput:
    """What grouping needs of an article. `at` is its effective instant (published, at the latest first seen)."""

    article_id: int
    source_id: str
    owner: str
    lang: str
    at: datetime
    title: str
    lead: str
    body: str
    body_hash: str = ""
    story_id: int | None = None  # already placed


@dataclass(frozen=True, slots=True)
class Duplicate:
    """`article_id` repeats `of_id` (the earlier one; of an excerpt, the longer text). Shares are 0..1."""

    article_id: int
    of_id: int
    relation: str  # same_url, exact, near, update, excerpt_of, shares_passage
    similarity: float
    detail: str = ""  # the longest passage both share, or its beginning
    containment: float = 1.0  # of the shorter text in the other
    jaccard: float = 1.0
    leads: tuple[float, float] = (1.0, 1.0)  # of each opening, told by the other text too
    titles: float = 0.0
    passage_words: int = 0


@dataclass(frozen=True, slots=True)
class StoryLink:
    """`article_id` belongs to `story_id`; a new story carries the id of its first article."""

    article_id: int
    story_id: int
    score: float  # 0 for the article that opened the story
    linked_to: int | None = None  # the member that gave the maximum
    shared: tuple[str, ...] = ()  # terms that weighed most


@dataclass(frozen=True, slots=True)
class StoryChange:
    """A correction of the grouping: `merge` (`story_id` becomes part of `into_id`) or `split` (`article_id` leaves)."""

    action: str
    story_id: int
    article_id: int | None
    into_id: int
    score: float
    join_at: float  # what the score was held against
    reason: str


@dataclass(frozen=True, slots=True)
class PairVerdict:
    """Why two articles are or are not one text and one event. Shares 0..1, offsets in words; earlier text first."""

    relation: str  # as in Duplicate; empty: none
    containment: float  # of the shorter text in the longer one
    jaccard: float
    leads: tuple[float, float]  # how much of each opening the other text tells too
    offsets: tuple[int, int]  # words before the shared text begins
    titles: float
    passage: str  # the longest run of words both share
    similarity: float  # of the events told
    join_at: float  # what it takes for one story
    shared: tuple[str, ...]  # terms that weighed most
    text_reasons: tuple[str, ...]  # sentences
    event_reasons: tuple[str, ...]
