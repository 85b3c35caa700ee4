"""Duplicates and stories of all articles that have none yet, once a run: the rounds of a run make no difference.

An article that a killed run left without a story is placed by the next one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from monitor import stories
from monitor.model import Duplicate, StoryInput, StoryLink
from monitor.stages import rows
from monitor.warehouse import Session

WINDOW = timedelta(days=7)
MIN_NEAR_CHARACTERS = 300  # below, texts are alike by being about the same thing
BATCH = 2_000  # articles, and
SPAN = timedelta(days=14)  # of news at once: memory stays bounded when years are taken in


def place(session: Session, run_id: str, at: datetime) -> int:
    """Place what is not placed; all rows carry the instant of the run. Returns the number of stories opened."""
    opened = 0
    for batch in _batches([rows.story_input(row) for row in session.rows("select_unplaced")]):
        duplicates, links = group(batch, *_context(session, batch))
        session.append("duplicate", [rows.duplicate_row(one, run_id, at) for one in duplicates])
        session.append("story_member", [rows.story_row(one, run_id, at) for one in links])
        opened += sum(link.story_id == link.article_id for link in links)
    return opened


def group(
    fresh: Sequence[StoryInput], window: Sequence[StoryInput], body_owners: Mapping[str, int]
) -> tuple[tuple[Duplicate, ...], tuple[StoryLink, ...]]:
    """Duplicates and story placements of articles that are not placed yet.

    Near duplicates are looked for among whole texts only: teasers and feed summaries share phrases by nature.
    """
    exact = stories.exact_duplicates(fresh, body_owners)
    known = {(duplicate.article_id, duplicate.of_id) for duplicate in exact}
    near = stories.near_duplicates(_with_text(fresh), _with_text(window))
    duplicates = exact + tuple(one for one in near if (one.article_id, one.of_id) not in known)
    return duplicates, stories.assign(fresh, window, duplicates)


def _with_text(articles: Sequence[StoryInput]) -> list[StoryInput]:
    return [article for article in articles if len(article.body) >= MIN_NEAR_CHARACTERS]


def _batches(articles: Sequence[StoryInput]) -> Iterator[list[StoryInput]]:
    """The articles in order of time, cut where a batch is full or spans too long."""
    batch: list[StoryInput] = []
    for article in articles:
        if batch and (len(batch) == BATCH or article.at - batch[0].at > SPAN):
            yield batch
            batch = []
        batch.append(article)
    if batch:
        yield batch


def _context(session: Session, batch: Sequence[StoryInput]) -> tuple[list[StoryInput], dict[str, int]]:
    """The placed articles that those of the batch may join, and who had which text first."""
    since, until = batch[0].at - WINDOW, batch[-1].at + WINDOW
    window = [rows.story_input(row) for row in session.rows("select_story_window", since=since, until=until)]
    hashes = sorted({article.body_hash for article in batch if article.body_hash})
    owners = session.rows("select_body_owners", hashes=hashes)
    return window, {row["body_hash"]: row["article_id"] for row in owners}
