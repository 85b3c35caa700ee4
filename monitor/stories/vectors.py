"""Sparse tf-idf vectors of articles and how alike two are. Knows no time and no story."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from monitor.model import StoryInput
from monitor.stories.terms import shared_terms, stems, undated

Vector = Mapping[str, float]
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


@dataclass(frozen=True, slots=True)
class TermCounts:
    """How often title, lead and body use each term: stems of the language, and terms that both languages share."""

    lang: str
    own: Sections
    shared: Sections


@dataclass(slots=True)
class Frequencies:
    """How many articles use each term, per language and kind of terms: what idf is made of."""

    documents: Counter[str] = field(default_factory=Counter)
    own: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    shared: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, counts: TermCounts) -> None:
        """Count one more article."""
        self.documents[counts.lang] += 1
        self.own[counts.lang].update(set().union(*counts.own))
        self.shared[counts.lang].update(set().union(*counts.shared))

    def profile(self, counts: TermCounts) -> Profile:
        """The vectors of an article that is counted here, by how rare each of its terms is."""
        total = self.documents[counts.lang]
        own = _vector(counts.own, self.own[counts.lang], total)
        return Profile(counts.lang, own, _vector(counts.shared, self.shared[counts.lang], total))


def term_counts(article: StoryInput, *, bilingual: bool = True) -> TermCounts:
    """The terms of an article. Those shared by both languages are left out where nothing asks for them."""
    lang = article.lang
    texts = [undated(text, lang) for text in _sections(article)]
    own = tuple(Counter(stems(text, lang)) for text in texts)
    return TermCounts(lang, own, tuple(Counter(shared_terms(text, lang)) for text in texts) if bilingual else ())


def profiles(articles: Sequence[StoryInput]) -> dict[int, Profile]:
    """article_id -> Profile, weighed by how rare each term is among exactly these articles, per language."""
    bilingual = len({article.lang for article in articles}) > 1
    counted = {article.article_id: term_counts(article, bilingual=bilingual) for article in articles}
    frequencies = Frequencies()
    for counts in counted.values():
        frequencies.add(counts)
    return {article_id: frequencies.profile(counts) for article_id, counts in counted.items()}


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


def _sections(article: StoryInput) -> tuple[str, str, str]:
    body = article.body.split(None, BODY_WORDS)[:BODY_WORDS]
    return article.title, article.lead or " ".join(body[:LEAD_WORDS]), " ".join(body)


def _vector(sections: Sections, used_by: Mapping[str, int], total: int) -> Vector:
    vector: dict[str, float] = {}
    for share, counts in zip(WEIGHTS, sections, strict=False):
        part = {term: (1 + math.log(count)) * math.log(1 + total / used_by[term]) for term, count in counts.items()}
        for term, weight in _unit(part).items():
            vector[term] = vector.get(term, 0.0) + share * weight
    top = sorted(vector, key=lambda term: (-vector[term], term))[:TOP_TERMS]
    return _unit({term: vector[term] for term in top})


def _unit(vector: Mapping[str, float]) -> dict[str, float]:
    norm = math.sqrt(sum(weight * weight for weight in vector.values()))
    return {term: weight / norm for term, weight in vector.items()} if norm else {}
