"""Finds the duplicates of articles as they are taken in, through the table of fingerprints. Places no story.

Texts are read of those articles alone that share enough with a new one. Every article is compared with those taken
in before it, so that rounds and runs make no difference; what a source prints on its pages is learned from all that
is known by then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitor.model import Duplicate, StoryInput
from monitor.stages import rows
from monitor.stories import duplicates as rules
from monitor.stories.candidates import CANDIDATES, COMMON, FURNITURE, MIN_SHARED, WINDOW_DAYS
from monitor.stories.fingerprints import PARAMS, Print, fingerprint, sample_of, without
from monitor.stories.groups import EDITED, SAME, Place, Text, groups
from monitor.stories.prepared import Prepared
from monitor.stories.templates import headline
from monitor.warehouse import Session

STANDS_FOR = timedelta(days=1)  # a copy so close to its original need not be compared itself
Pair = tuple[int, int]  # an article and one that was taken in before it
Row = rows.Row


@dataclass(frozen=True, slots=True)
class Taken:
    """An article in the order it was taken in, with the version that is compared and its day (UTC)."""

    article: StoryInput
    version: int
    seq: int
    day: date
    prepared: Prepared | None = None  # where somebody has read its text before


@dataclass(frozen=True, slots=True)
class Stamp:
    """What every row of a run carries."""

    run_id: str
    at: datetime


def find(session: Session, taken: Sequence[Taken], stamp: Stamp) -> list[Duplicate]:
    """Store the fingerprints of a batch of articles, in order of day, and what they repeat; returns the latter."""
    if not taken:
        return []
    exact, copies = _exact(session, taken)
    printed = store_fingerprints(session, taken, copies, stamp)
    found = [
        one for day, pages in _days(session, taken, printed - copies) for one in _edited(session, day, taken, pages)
    ]
    known = {(one.article_id, one.of_id) for one in exact}
    edited = {pair: one for one in found if (pair := (one.article_id, one.of_id)) not in known}
    duplicates = [*exact, *(edited[pair] for pair in sorted(edited))]
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


def _days(session: Session, taken: Sequence[Taken], compared: Collection[int]) -> Iterator[tuple[date, set[Pair]]]:
    """Days of articles that may share text with earlier ones, each with the pairs under one address."""
    days = {one.day: set[Pair]() for one in taken if one.article.article_id in compared}
    for row in session.rows("select_same_url", first=taken[0].seq, last=taken[-1].seq, window=WINDOW_DAYS):
        days.setdefault(row["day"], set()).add((row["article_id"], row["other_id"]))
    yield from sorted(days.items())


def _edited(session: Session, day: date, taken: Sequence[Taken], pages: set[Pair]) -> Iterator[Duplicate]:
    """What the articles of a day share with those taken in before them."""
    around = {"day": day, "window": WINDOW_DAYS, "furniture": FURNITURE, "params": PARAMS}
    limits = {"first": taken[0].seq, "common": COMMON, "shared": MIN_SHARED, "candidates": CANDIDATES}
    proposed = _pairs(session.rows("select_candidates", **around, **limits))
    alike = _alike(session, proposed, around) | pages
    if not alike:
        return
    printed = session.rows("select_furniture", ids=_ids(proposed | pages), **around)
    furniture = {row["source_id"]: set(row["values"]) for row in printed}
    texts = _texts(session, _ids(alike), taken)
    cut = {one: without(text, furniture.get(text.article.source_id, set())) for one, text in texts.items()}
    for one, other in sorted(alike):
        found = rules.compare(cut[one], cut[other], same_url=(one, other) in pages)
        if found is not None:
            yield found


def _alike(session: Session, proposed: set[Pair], around: Mapping[str, object]) -> set[Pair]:
    """Those that share enough to be compared: most have little but a few phrases in common."""
    if not proposed:
        return set()
    ones, others = map(list, zip(*sorted(proposed), strict=True))
    return _pairs(session.rows("select_alike", ones=ones, others=others, least=rules.LEAST, **around))


def _pairs(found: Iterable[Row]) -> set[Pair]:
    return {(row["article_id"], row["other_id"]) for row in found}


def _ids(pairs: Iterable[Pair]) -> list[int]:
    return sorted({article_id for pair in pairs for article_id in pair})


def _texts(session: Session, ids: Sequence[int], taken: Sequence[Taken]) -> dict[int, Print]:
    """Prints of these articles; only those of earlier batches are read."""
    new = {one.article.article_id: one.article for one in taken}
    held = [one for one in ids if one not in new]
    found = session.rows("select_placed_texts", ids=held) if held else []
    articles = new | {row["article_id"]: rows.story_input(row) for row in found}
    return {one: fingerprint(articles[one]) for one in ids}


def store_fingerprints(session: Session, taken: Sequence[Taken], copies: Collection[int], stamp: Stamp) -> set[int]:
    """Those of the articles that are long enough to compare, whose ids are returned."""
    session.run("create_printed")
    printed = [row for one in taken if (row := _printed_row(one, one.article.article_id in copies, stamp)) is not None]
    session.append("printed", printed)
    return {row["article_id"] for row in printed}


def _printed_row(one: Taken, copy: bool, stamp: Stamp) -> Row | None:
    sample = one.prepared.sample if one.prepared is not None else sample_of(one.article)
    if not sample:
        return None
    return {
        "values": " ".join(map(str, sample)),
        "article_id": one.article.article_id,
        "source_id": one.article.source_id,
        "day": one.day,
        "seq": one.seq,
        "copy": copy,
        "params": PARAMS,
        "known_at": stamp.at,
    }


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
