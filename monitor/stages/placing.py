"""Duplicates and stories of all articles that have none yet, once a run: the rounds of a run make no difference.

An article that a killed run left without a story is placed by the next one. What a run costs follows from what is
new: of what is placed already, fingerprints and weighed terms are read, not texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from monitor.model import Duplicate
from monitor.stages import repeats, rows, weighing
from monitor.stages.repeats import Stamp, Taken
from monitor.stories.grouping import Remembered, link
from monitor.stories.prepared import Prepared
from monitor.stories.sparse import Lexicon
from monitor.stories.vectors import TermReader, Words, words_of
from monitor.warehouse import Session

Row = dict[str, Any]
Known = Mapping[Words, Prepared]
BATCH = 2_000  # articles, and
KEPT = timedelta(days=60)  # of fingerprints and terms, which texts can always give again; no window is longer
SPAN = timedelta(days=14)  # of news at once: memory stays bounded when years are taken in


def place(
    session: Session,
    run_id: str,
    at: datetime,
    remembered: Remembered | None = None,
    known: Known = MappingProxyType({}),
) -> int:
    """Place what is not placed; all rows carry the instant of the run. Returns the number of stories opened.

    `remembered` holds weighed articles from run to run in one process; without it they are read again. `known`, in
    numbers of its lexicon, are texts that somebody has read before.
    """
    stamp, remembered, opened = Stamp(run_id, at), remembered or Remembered(), 0
    _catch_up(session, stamp)
    found: list[Duplicate] = []
    for batch in _batches(session.rows("select_unplaced")):
        taken = _take_in(session, batch, stamp, known)
        duplicates = repeats.find(session, taken, stamp)
        opened += _tell(session, taken, duplicates, stamp, remembered)
        found += duplicates
    repeats.regroup(session, found, stamp)
    for table in ("fingerprint", "article_terms", "term_count"):
        session.run(f"prune_{table}", before=at - KEPT)
    return opened


def rebuild_duplicates(session: Session) -> None:
    """Find all duplicates again, run by run, in the order and with the instants in which articles were taken in.

    Where neither texts nor rules have changed, the same fingerprints, duplicates and groups come out.
    """
    for table in ("fingerprint", "duplicate", "duplicate_group"):
        session.run(f"clear_{table}")
    for run in session.rows("select_placing_runs"):
        stamp, found = Stamp(run["run_id"], run["known_at"]), list[Duplicate]()
        for batch in _batches(session.rows("select_placed", run_id=stamp.run_id, known_at=stamp.at)):
            found += repeats.find(session, _read(session, batch), stamp)
        repeats.regroup(session, found, stamp)
        session.run("prune_fingerprint", before=stamp.at - KEPT)


def _catch_up(session: Session, stamp: Stamp) -> None:
    """Keep what grouping needs of recent articles that were placed before it was kept (by an older version)."""
    for batch in _batches(session.rows("select_unprinted", since=stamp.at - weighing.IDF_DAYS)):
        taken = _read(session, batch)
        if taken:
            repeats.store_fingerprints(session, taken, (), stamp)
            weighing.weigh(session, taken, stamp, TermReader(Lexicon()))


def _take_in(session: Session, batch: Sequence[Row], stamp: Stamp, known: Known) -> list[Taken]:
    """Number the articles of a batch and read their texts."""
    first = session.rows("select_last_seq")[0]["seq"] + 1
    taken = _read(session, [{**row, "seq": first + place} for place, row in enumerate(batch)], known)
    session.append("placed", [_placed_row(one, stamp) for one in taken])
    return taken


def _read(session: Session, batch: Sequence[Row], known: Known = MappingProxyType({})) -> list[Taken]:
    """The articles of a batch with their texts, without those of sources that nobody knows."""
    ids, versions = [row["article_id"] for row in batch], [row["version"] for row in batch]
    found = session.rows("select_texts", ids=ids, versions=versions)
    texts = {row["article_id"]: rows.story_input(row) for row in found}
    return [
        Taken(text, row["version"], row["seq"], row["day"], known.get(words_of(text)))
        for row in batch
        if (text := texts.get(row["article_id"])) is not None
    ]


def _placed_row(one: Taken, stamp: Stamp) -> Row:
    article = one.article
    return {
        "article_id": article.article_id,
        "version": one.version,
        "seq": one.seq,
        "source_id": article.source_id,
        "day": one.day,
        "words": len(article.body.split()),
        "body_hash": article.body_hash,
        "run_id": stamp.run_id,
        "known_at": stamp.at,
    }


def _tell(
    session: Session, taken: Sequence[Taken], duplicates: Sequence[Duplicate], stamp: Stamp, remembered: Remembered
) -> int:
    """Give each article its story; returns how many were opened. Remembers what the next batch may need."""
    if not taken:
        return 0
    around = weighing.window(session, taken, remembered)
    weighed = weighing.weigh(session, taken, stamp, remembered.terms)
    links = link([*around.values(), *weighed.members.values()], remembered.lexicon, duplicates)
    session.append("story_member", [rows.story_row(one, weighed.idf_version, stamp.run_id, stamp.at) for one in links])
    remembered.members = around | weighed.members
    return sum(one.story_id == one.article_id for one in links)


def _batches(articles: Sequence[Row]) -> Iterator[list[Row]]:
    """The articles in order of time, cut where a batch is full or spans too long."""
    batch: list[Row] = []
    for article in articles:
        if batch and (len(batch) == BATCH or article["effective_at"] - batch[0]["effective_at"] > SPAN):
            yield batch
            batch = []
        batch.append(article)
    if batch:
        yield batch
