"""Sparse tf-idf vectors of articles and how alike two are. Knows no time and no story."""

from __future__ import annotations

import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import mul

from monitor.model import StoryInput
from monitor.stories.terms import both_terms, stems, undated

Vector = Mapping[str, float]
Sections = tuple[Counter[str], ...]

WEIGHTS = (0.3, 0.3, 0.4)  # of title, lead and body
LEAD_WORDS = 120
BODY_WORDS = 400  # what follows is background that several stories share
TOP_TERMS = 150
SCALE = 100_000  # weights are kept to five decimals: what is stored and what was reckoned are the same numbers
SEPARATOR = "|"
# Cosines between languages run lower than within one; scaled so that one threshold serves both.
CROSS_SCALE = 1.4
# Long texts share more words by chance. Pivoted length normalisation (Singhal, Buckley and Mitra 1996), in terms:
# a like pair of this many keeps its cosine, longer ones lose, shorter ones gain, down to so many.
PIVOT = 92
FEWEST = 80
SLOPE = 1.25
# All but the same words, and neither title says one of them: a notice that an outlet shows instead of its pages.
NOTICE = 0.7
NAMELESS = 0.2
SHORT = 40  # terms: a title and a summary
_WEIGHTS = tuple(number / SCALE for number in range(SCALE + 1))


@dataclass(frozen=True, slots=True)
class Profile:
    """An article as unit vectors: `own` in the stems of its language, `shared` in terms of both languages.

    `title`: the stems of the title alone, each with how rare it is.
    """

    lang: str
    own: Vector
    shared: Vector
    title: Vector

    @property
    def is_short(self) -> bool:
        """True for what has hardly more than a title and a summary."""
        return len(self.own) < SHORT


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
    worked_out: dict[tuple[str, bool], _Idf] = field(default_factory=dict)

    def add(self, counts: TermCounts) -> None:
        """Count one more article."""
        self.documents[counts.lang] += 1
        self.own[counts.lang].update(set().union(*counts.own))
        self.shared[counts.lang].update(set().union(*counts.shared))

    def parts(self) -> Iterator[tuple[str, bool, Counter[str]]]:
        """(language, shared?, articles by term); the empty term stands for all articles of a language."""
        for lang, articles in self.documents.items():
            yield lang, False, Counter({"": articles}) + self.own[lang]
            if self.shared[lang]:
                yield lang, True, self.shared[lang]

    @classmethod
    def of(cls, parts: Iterable[tuple[str, bool, Counter[str]]]) -> Frequencies:
        """What `parts` gave."""
        found = cls()
        for lang, shared, counts in parts:
            (found.shared if shared else found.own)[lang] = counts
            if not shared:
                found.documents[lang] = counts.pop("")
        return found

    def profile(self, counts: TermCounts) -> Profile:
        """The vectors of an article that is counted here, by how rare each of its terms is."""
        own, shared = self._idf(counts.lang, shared=False), self._idf(counts.lang, shared=True)
        title = {term: round(own[term] * SCALE) / SCALE for term in counts.own[0]}
        return Profile(counts.lang, _vector(counts.own, own), _vector(counts.shared, shared), title)

    def _idf(self, lang: str, *, shared: bool) -> _Idf:
        """Worked out once for as long as nothing is added."""
        total = self.documents[lang]
        found = self.worked_out.get((lang, shared))
        if found is None or found.total != total:
            found = _Idf((self.shared if shared else self.own)[lang], total)
            self.worked_out[lang, shared] = found
        return found


def packed(vector: Vector) -> tuple[str, str]:
    """Terms and weights as two strings, heaviest first."""
    return SEPARATOR.join(vector), " ".join(str(round(weight * SCALE)) for weight in vector.values())


def unpacked(terms: str, weights: str) -> Vector:
    """What `packed` was given, exactly."""
    split = map(sys.intern, terms.split(SEPARATOR)) if terms else ()
    return dict(zip(split, map(_weight, map(int, weights.split())), strict=True))


def _weight(number: int) -> float:
    """A unit vector has one object per weight, however many articles are held."""
    return _WEIGHTS[number] if number <= SCALE else number / SCALE


def term_counts(article: StoryInput, *, bilingual: bool = True) -> TermCounts:
    """The terms of an article. Those shared by both languages are left out where nothing asks for them."""
    lang = article.lang
    texts = [undated(text, lang) for text in _sections(article)]
    if not bilingual:
        return TermCounts(lang, tuple(Counter(stems(text, lang)) for text in texts), ())
    own, shared = zip(*(map(Counter, both_terms(text, lang)) for text in texts), strict=True)
    return TermCounts(lang, own, shared)


def profiles(articles: Sequence[StoryInput]) -> dict[int, Profile]:
    """article_id -> Profile, weighed by how rare each term is among exactly these articles, per language."""
    bilingual = len({article.lang for article in articles}) > 1
    counted = [term_counts(article, bilingual=bilingual) for article in articles]
    frequencies = Frequencies()
    for counts in counted:
        frequencies.add(counts)
    return {one.article_id: frequencies.profile(counts) for one, counts in zip(articles, counted, strict=True)}


def similarity(one: Profile, other: Profile, cross_scale: float = CROSS_SCALE) -> float:
    """Likeness, 0..1: the cosine of the terms by the length of the texts, between languages that of the shared ones.

    Two summaries share a place and a verb by chance. Where both texts are that short, each title must be told in the
    other text as well: the geometric mean of both figures. (Joins of real feeds, read one by one: the area under
    the curve of right against wrong ones rises from .67 to .74, with their distance in time to .85.)
    """
    if one.lang != other.lang:
        return min(1.0, cross_scale * cosine(one.shared, other.shared))
    if one.is_short and other.is_short:
        return math.sqrt(max(0.0, cosine(one.own, other.own, few=2)) * titles_told(one, other))
    alike = cosine(one.own, other.own)
    if alike >= NOTICE and max(_told(one.title, other.own), _told(other.title, one.own)) < NAMELESS:
        return 0.0
    length = max(FEWEST, min(len(one.own), len(other.own)))
    return min(1.0, alike * math.pow(PIVOT / length, SLOPE))


def titles_told(one: Profile, other: Profile) -> float:
    """How much of its title is told in the text of the other, 0..1 by the weight of the words; the lesser of both."""
    return min(_told(one.title, other.own), _told(other.title, one.own))


def _told(title: Vector, text: Vector) -> float:
    total = sum(title.values())
    return sum(weight for term, weight in title.items() if term in text) / total if total else 0.0


def cosine(one: Vector, other: Vector, *, few: int = 1) -> float:
    """Dot product of two unit vectors, of which one term may give half, two give two thirds, up to `few` terms.

    One name is no event; in a short text a first and a last name are not, either.
    """
    common = one.keys() & other.keys()
    if not common:
        return 0.0
    products: list[float] = list(map(mul, map(one.__getitem__, common), map(other.__getitem__, common)))
    total = math.fsum(products)  # exact, so that the order of a set makes no difference
    if few == 1:
        return min(1.0, total, 2 * (total - max(products)))
    products.sort(reverse=True)
    return min(1.0, total, *((count + 1) * (total - sum(products[:count])) for count in range(1, few + 1)))


def heaviest_shared(one: Profile, other: Profile, limit: int) -> tuple[str, ...]:
    """The terms that add most to the similarity, best first."""
    a, b = (one.own, other.own) if one.lang == other.lang else (one.shared, other.shared)
    products = {term: weight * b[term] for term, weight in a.items() if term in b}
    ranked = sorted(products, key=lambda term: (-products[term], term))
    return tuple(term.lstrip("=#") for term in ranked[:limit])


def _sections(article: StoryInput) -> tuple[str, str, str]:
    body = article.body.split(None, BODY_WORDS)[:BODY_WORDS]
    return article.title, article.lead or " ".join(body[:LEAD_WORDS]), " ".join(body)


def _vector(sections: Sections, idf: Mapping[str, float]) -> Vector:
    vector: dict[str, float] = defaultdict(float)
    for share, counts in zip(WEIGHTS, sections, strict=False):
        part = [_tf(count) * idf[term] for term, count in counts.items()]
        norm = math.hypot(*part) / share
        for term, weight in zip(counts, part, strict=True):
            vector[term] += weight / norm
    top = sorted(sorted(vector), key=vector.__getitem__, reverse=True)[:TOP_TERMS]
    norm = math.hypot(*map(vector.__getitem__, top)) / SCALE
    return {term: _WEIGHTS[round(vector[term] / norm)] for term in top}


@lru_cache(maxsize=1_000)
def _tf(count: int) -> float:
    return 1 + math.log(count)


class _Idf(dict[str, float]):
    """How rare terms are among `total` articles, worked out when a term is first asked for."""

    def __init__(self, used_by: Mapping[str, int], total: int) -> None:
        self.used_by, self.total = used_by, total

    def __missing__(self, term: str) -> float:
        self[term] = found = math.log(1 + self.total / self.used_by[term])
        return found
