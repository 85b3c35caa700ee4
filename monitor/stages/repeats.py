"""Finds the duplicates of articles as they are taken in, through the table of fingerprints. Places no story.

Texts are read of those articles alone that share enough with a new one. Every article is compared with those that
were taken in before it, as they were known then: rounds, batches and runs make no difference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from monitor.model import Duplicate, StoryInput
from monitor.stages import rows
from monitor.stories import duplicates as rules
from monitor.stories.candidates import CANDIDATES, COMMON, FURNITURE, MIN_SHARED, WINDOW_DAYS
from monitor.stories.fingerprints import MIN_WORDS, PARAMS, Print, fingerprint, without
from monitor.stories.groups import EDITED, SAME, Place, Text, groups
from monitor.stories.templates import headline
from monitor.warehouse import Session

MIN_NEAR_CHARACTERS = 300  # below, texts are alike by being about the same thing
STANDS_FOR = timedelta(days=1)  # a copy so close to its original need not be compared itself
KEPT = timedelta(days=60)  # fingerprints: longer than any window, so that late arrivals find what they repeat


@dataclass(frozen=True, slots=True)
class Taken:
    """An article in the order it was taken in, with the version that is compared and its day (UTC)."""

    article: StoryInput
    version: int
    seq: int
    day: date


@dataclass(frozen=True, slots=True)
class Stamp:
    """What every row of a run carries."""

    run_id: str
    at: datetime


def find(session: Session, taken: Sequence[Taken], stamp: Stamp) -> list[Duplicate]:
    """Store the fingerprints of articles, in order of day, and what they repeat; returns the duplicates found."""
    found: list[Duplicate] = []
    for _, of_day in groupby(taken, key=lambda one: one.day):
        found += _find_of_day(session, list(of_day), stamp)
    return found


def _find_of_day(session: Session, taken: Sequence[Taken], stamp: Stamp) -> list[Duplicate]:
    exact, copies = _exact(session, taken)
    prints = store_fingerprints(session, taken, copies, stamp)
    known = {(one.article_id, one.of_id) for one in exact}
    found = {(one.article_id, one.of_id): one for one in _edited(session, taken, prints)}
    duplicates = [*exact, *(found[pair] for pair in sorted(found.keys() - known))]
    session.append("duplicate", [rows.duplicate_row(one, stamp.run_id, stamp.at) for one in duplicates])
    return duplicates


def _exact(session: Session, taken: Sequence[Taken]) -> tuple[tuple[Duplicate, ...], set[int]]:
    """Equal texts, and those of the new articles that an article of about the same day stands for."""
    hashes = sorted({one.article.body_hash for one in taken if one.article.body_hash})
    carriers = {
        row["body_hash"]: rules.Carrier(
            row["article_id"], row["effective_at"], headline(row["title"], row["lang"]), row["sources"]
        )
        for row in (session.rows("select_carriers", hashes=hashes, first=taken[0].seq) if hashes else ())
    }
    exact = rules.exact_duplicates([one.article for one in taken], carriers)
    at = {one.article_id: one.at for one in carriers.values()} | {
        one.article.article_id: one.article.at for one in taken
    }
    place = {one.article.article_id: place for place, one in enumerate(taken)}
    copies = {
        max(one.article_id, one.of_id, key=lambda article_id: place.get(article_id, -1))
        for one in exact
        if abs(at[one.article_id] - at[one.of_id]) <= STANDS_FOR
    }
    return exact, copies


def _edited(session: Session, taken: Sequence[Taken], prints: Mapping[int, Print]) -> Iterator[Duplicate]:
    """What new articles share with those taken in before them, furniture left out."""
    window = {"first": taken[0].seq, "day": taken[0].day, "window": WINDOW_DAYS}
    limits = {"common": COMMON, "shared": MIN_SHARED, "candidates": CANDIDATES, "furniture": FURNITURE}
    proposed = session.rows("select_candidates", **window, **limits, params=PARAMS)
    pages = {(row["article_id"], row["other_id"]) for row in session.rows("select_same_url", **window)}
    pairs = sorted({(row["article_id"], row["other_id"]) for row in proposed} | pages)
    if not pairs:
        return
    texts = {**prints, **_held(session, {one for pair in pairs for one in pair} - prints.keys())}
    furniture = _furniture(session, texts, window)
    seq = {one.article.article_id: one.seq for one in taken}
    for pair in pairs:
        one, other = (furniture.cut(texts[article_id], seq[pair[0]]) for article_id in pair)
        found = rules.compare(one, other, same_url=pair in pages)
        if found is not None:
            yield found


def _held(session: Session, ids: Collection[int]) -> dict[int, Print]:
    found = session.rows("select_placed_texts", ids=sorted(ids)) if ids else []
    return {row["article_id"]: fingerprint(rows.story_input(row)) for row in found}


@dataclass(frozen=True, slots=True)
class _Furniture:
    """Values that sources print on many pages, each with the number of the article that made it known."""

    known: Mapping[str, Mapping[int, int]]

    def cut(self, text: Print, seq: int) -> Print:
        """The text as it was to be compared with article number `seq`."""
        known = self.known.get(text.article.source_id, {})
        return without(text, {value for value in text.sample & known.keys() if known[value] <= seq})


def _furniture(session: Session, texts: Collection[int], window: Mapping[str, object]) -> _Furniture:
    known: dict[str, dict[int, int]] = defaultdict(dict)
    found = session.rows("select_furniture", ids=sorted(texts), furniture=FURNITURE, params=PARAMS, **window)
    for row in found:
        known[row["source_id"]][row["value"]] = row["from_seq"]
    return _Furniture(known)


def store_fingerprints(
    session: Session, taken: Sequence[Taken], copies: Collection[int], stamp: Stamp
) -> dict[int, Print]:
    """article_id -> print of the articles that are long enough to compare."""
    session.run("create_printed")
    prints = {}
    for one in taken:
        if len(one.article.body) >= MIN_NEAR_CHARACTERS:
            made = fingerprint(one.article)
            if len(made.words) >= MIN_WORDS:
                prints[one.article.article_id] = made
    session.append(
        "printed",
        [
            {
                "values": sorted(prints[one.article.article_id].sample),
                "article_id": one.article.article_id,
                "source_id": one.article.source_id,
                "day": one.day,
                "seq": one.seq,
                "copy": one.article.article_id in copies,
                "params": PARAMS,
                "known_at": stamp.at,
            }
            for one in taken
            if one.article.article_id in prints
        ],
    )
    return prints


# ---------------------------------------------------------------- groups


def regroup(session: Session, found: Iterable[Duplicate], stamp: Stamp) -> None:
    """Renew the groups that these duplicates touch; only what changed is stored."""
    fresh = [one for one in found if one.relation in SAME | EDITED]
    if not fresh:
        return
    relations = _component(session, fresh)
    ids = sorted({one for relation in relations for one in (relation.article_id, relation.of_id)})
    texts = [
        Text(row["article_id"], row["effective_at"], row["aggregator"], row["words"], row["seq"])
        for row in session.rows("select_group_texts", ids=ids)
    ]
    held = {
        row["article_id"]: Place(row["group_id"], row["canonical_id"]) for row in session.rows("select_groups", ids=ids)
    }
    places = groups(texts, relations)
    changed = [
        {
            "article_id": article_id,
            "group_id": place.group_id,
            "canonical_id": place.canonical_id,
            "run_id": stamp.run_id,
            "known_at": stamp.at,
        }
        for article_id, place in sorted(places.items())
        if held.get(article_id) != place
    ]
    session.append("duplicate_group", changed)


def _component(session: Session, fresh: Sequence[Duplicate]) -> list[Duplicate]:
    """All relations that hang together with these."""
    found: dict[tuple[int, int, str], Duplicate] = {}
    reached: set[int] = set()
    frontier = {article_id for one in fresh for article_id in (one.article_id, one.of_id)}
    while frontier:
        reached |= frontier
        for row in session.rows("select_relations", ids=sorted(frontier), relations=sorted(SAME | EDITED)):
            one = Duplicate(row["article_id"], row["of_id"], row["relation"], row["similarity"])
            found[one.article_id, one.of_id, one.relation] = one
        frontier = {article_id for one in found.values() for article_id in (one.article_id, one.of_id)} - reached
    return list(found.values())
