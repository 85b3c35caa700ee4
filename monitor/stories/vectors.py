"""Sparse tf-idf vectors of articles and how alike two are. Knows no time and no story."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitor.model import StoryInput
from monitor.stories.terms import shared_terms, stems, undated

Vector = Mapping[str, float]
Splitter = Callable[[str, str], list[str]]
Sections = tuple[Counter[str], ...]

WEIGHTS = (0.3, 0.3, 0.4)  # of title, lead and body
LEAD_WORDS = 120
BODY_WORDS = 400  # what follows is background that several stories share
TOP_TERMS = 150
# Cosines between languages run lower than within one; scaled so that one threshold serves both.
CROSS_SCALE = 1.4


@dataclass(frozen=True, slots=True)
class Profile:
    """An article as unit vectors: `own` in the stems of its language, `shared` in terms of both languages."""

    lang: str
    own: Vector
    shared: Vector


def profiles(articles: Sequence[StoryInput]) -> dict[int, Profile]:
    """article_id -> Profile, weighed by how rare each term is among exactly these articles, per language."""
    bilingual = len({article.lang for article in articles}) > 1
    own = _weighed(articles, stems)
    shared = _weighed(articles, shared_terms) if bilingual else {}
    return {a.article_id: Profile(a.lang, own[a.article_id], shared.get(a.article_id, {})) for a in articles}


def similarity(one: Profile, other: Profile) -> float:
    """Cosine, 0..1; between languages over the shared terms."""
    if one.lang == other.lang:
        return cosine(one.own, other.own)
    return min(1.0, CROSS_SCALE * cosine(one.shared, other.shared))


def cosine(one: Vector, other: Vector) -> float:
    """Dot product of two unit vectors, of which no single term may give more than half: one name is no event."""
    if len(one) > len(other):
        one, other = other, one
    products = [weight * other[term] for term, weight in one.items() if term in other]
    total = sum(products)
    return min(total, 2 * (total - max(products, default=0.0)))


def heaviest_shared(one: Profile, other: Profile, limit: int) -> tuple[str, ...]:
    """The terms that add most to the similarity, best first."""
    a, b = (one.own, other.own) if one.lang == other.lang else (one.shared, other.shared)
    products = {term: weight * b[term] for term, weight in a.items() if term in b}
    ranked = sorted(products, key=lambda term: (-products[term], term))
    return tuple(term.lstrip("=#") for term in ranked[:limit])


def _weighed(articles: Sequence[StoryInput], split: Splitter) -> dict[int, Vector]:
    counted: dict[str, dict[int, Sections]] = {}
    for article in articles:
        sections = tuple(Counter(split(undated(text, article.lang), article.lang)) for text in _sections(article))
        counted.setdefault(article.lang, {})[article.article_id] = sections
    vectors: dict[int, Vector] = {}
    for found in counted.values():
        idf = _idf(found.values())
        vectors.update((article_id, _vector(sections, idf)) for article_id, sections in found.items())
    return vectors


def _sections(article: StoryInput) -> tuple[str, str, str]:
    body = article.body.split(None, BODY_WORDS)[:BODY_WORDS]
    return article.title, article.lead or " ".join(body[:LEAD_WORDS]), " ".join(body)


def _idf(documents: Iterable[Sections]) -> dict[str, float]:
    seen: Counter[str] = Counter()
    total = 0
    for sections in documents:
        total += 1
        seen.update(set().union(*sections))
    return {term: math.log(1 + total / count) for term, count in seen.items()}


def _vector(sections: Sections, idf: Mapping[str, float]) -> Vector:
    vector: dict[str, float] = {}
    for share, counts in zip(WEIGHTS, sections, strict=True):
        part = {term: (1 + math.log(count)) * idf[term] for term, count in counts.items()}
        for term, weight in _unit(part).items():
            vector[term] = vector.get(term, 0.0) + share * weight
    top = sorted(vector, key=lambda term: (-vector[term], term))[:TOP_TERMS]
    return _unit({term: vector[term] for term in top})


def _unit(vector: Mapping[str, float]) -> dict[str, float]:
    norm = math.sqrt(sum(weight * weight for weight in vector.values()))
    return {term: weight / norm for term, weight in vector.items()} if norm else {}
