"""Which articles are one text, from the relations between pairs. Knows no text and no story."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.model import Duplicate

SAME = frozenset({"same_url", "exact"})
EDITED = frozenset({"near", "update"})


@dataclass(frozen=True, slots=True)
class Text:
    """What decides which member of a group the others are held against."""

    article_id: int
    at: datetime
    aggregator: bool
    words: int
    seq: int  # order of arrival

    @property
    def rank(self) -> tuple[datetime, bool, int, int]:
        """The earliest, then an outlet's own page, then the longest."""
        return self.at, self.aggregator, -self.words, self.article_id


@dataclass(frozen=True, slots=True)
class Place:
    """The group of an article, and the canonical article of that group."""

    group_id: int
    canonical_id: int


def groups(texts: Iterable[Text], relations: Iterable[Duplicate]) -> dict[int, Place]:
    """article_id -> Place, for whole components of `relations`; the same whatever came first.

    Equal texts are one. Of edited ones each joins the canonical text it was verified against, the most alike where
    there are several; one that only resembles a member, not the canonical text, stays apart: no chains. A group is
    called by the member that came in first, so its id stays when an earlier article turns up.
    """
    known = {text.article_id: text for text in texts}
    found = [one for one in relations if one.article_id in known and one.of_id in known]
    one_of = _equal(known, found)
    alike = _alike(one_of, found)
    canonical_of: dict[int, int] = {}
    for lead in sorted(set(one_of.values()), key=lambda one: known[one].rank):
        near = ((-likeness, known[other].rank, other) for other, likeness in alike[lead].items())
        joined = min((one for one in near if canonical_of.get(one[2]) == one[2]), default=None)
        canonical_of[lead] = joined[2] if joined else lead
    members: dict[int, list[int]] = defaultdict(list)
    for article_id, lead in one_of.items():
        members[canonical_of[lead]].append(article_id)
    return {
        article_id: Place(min(found, key=lambda one: known[one].seq), canonical)
        for canonical, found in members.items()
        for article_id in found
    }


def _equal(known: Mapping[int, Text], relations: Iterable[Duplicate]) -> dict[int, int]:
    """article_id -> the first in rank of all that carry the same text."""
    parent = dict(zip(known, known, strict=True))

    def top(one: int) -> int:
        while parent[one] != one:
            parent[one] = one = parent[parent[one]]
        return one

    for relation in relations:
        if relation.relation in SAME:
            first, second = sorted((top(relation.article_id), top(relation.of_id)), key=lambda one: known[one].rank)
            parent[second] = first
    return {one: top(one) for one in known}


def _alike(one_of: Mapping[int, int], relations: Iterable[Duplicate]) -> dict[int, dict[int, float]]:
    """Texts that were found to be versions of each other, with their likeness."""
    alike: dict[int, dict[int, float]] = defaultdict(dict)
    for one in relations:
        a, b = one_of[one.article_id], one_of[one.of_id]
        if one.relation in EDITED and a != b:
            alike[a][b] = alike[b][a] = max(one.similarity, alike[a].get(b, 0.0))
    return alike
