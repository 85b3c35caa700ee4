"""Articles as sparse tf-idf vectors. Compares nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, chain, pairwise
from typing import NamedTuple, Self

import numpy as np

from monitor.model import StoryInput
from monitor.stories.sparse import Floats, Ints, Lexicon, Row
from monitor.stories.terms import both_terms, concepts_of_phrases, undated, words

WEIGHTS = (0.3, 0.3, 0.4)  # of title, lead and body
LEAD_WORDS = 120
BODY_WORDS = 400  # what follows is background that several stories share
TOP_TERMS = 150
_WORDS = 200_000  # that are kept with their numbers
_HALF = 32  # bits
_LOWER = (1 << _HALF) - 1
_UNUSED = np.zeros(0, np.int64)


class Sections(NamedTuple):
    """Title, lead and body, one after the other: numbers of the terms of each, in order of appearance, how often each
    is used there, and where the three begin and end."""

    terms: Ints
    times: Ints
    edges: tuple[int, ...]

    @classmethod
    def of(cls, counts: Sequence[Counter[int]]) -> Self:
        edges = (0, *accumulate(map(len, counts)))
        terms = np.fromiter(chain.from_iterable(counts), np.int64, edges[-1])
        times = np.fromiter(chain.from_iterable(one.values() for one in counts), np.int64, edges[-1])
        return cls(terms, times, edges)


Words = tuple[str, str, str, str]  # title, lead, body and language


@dataclass(frozen=True, slots=True)
class TermCounts:
    """How often title, lead and body use each term: stems of the language, and terms that both languages share."""

    lang: str
    own: Sections
    shared: Sections

    def renumbered(self, numbers: Ints) -> Self:
        """In the numbers of another lexicon: `numbers[n]` is there what n is here."""
        own, shared = (one._replace(terms=numbers[one.terms]) for one in (self.own, self.shared))
        return replace(self, own=own, shared=shared)


class TermReader:
    """Counts terms of articles in numbers of a lexicon. Those that both languages share are left out where nothing
    asks for them."""

    def __init__(self, lexicon: Lexicon, *, bilingual: bool = True) -> None:
        self.lexicon, self._bilingual = lexicon, bilingual
        self._words: dict[str, _WordNumbers] = {}  # by language

    def counts(self, article: StoryInput) -> TermCounts:
        """The terms of an article."""
        own, shared = zip(*[self._numbers(text, article.lang) for text in _sections(article)], strict=True)
        return TermCounts(article.lang, _counted(*own), _counted(*shared))

    def _numbers(self, text: str, lang: str) -> tuple[list[int], list[int]]:
        """Of the stems, and of what both languages share."""
        if lang not in self._words:
            self._words[lang] = _WordNumbers(self.lexicon, lang)
        found = words(text)
        pairs = np.fromiter(map(self._words[lang].__getitem__, found), np.int64, len(found))
        own, shared = pairs >> _HALF, pairs & _LOWER
        if not self._bilingual:
            return own[own > 0].tolist(), []
        phrases = [self.lexicon[concept] for concept in concepts_of_phrases(text, lang)]
        return own[own > 0].tolist(), phrases + shared[shared > 0].tolist()


class _WordNumbers(dict[str, int]):
    """Two numbers of each word, packed into one: of its stem, and of the term that both languages share; 0 is none."""

    def __init__(self, lexicon: Lexicon, lang: str) -> None:
        super().__init__()
        self._lexicon, self._lang = lexicon, lang

    def __missing__(self, word: str) -> int:
        if len(self) == _WORDS:
            self.clear()
        own, shared = both_terms(word, self._lang)
        self[word] = found = self._lexicon[own] << _HALF | self._lexicon[shared]
        return found


@dataclass(frozen=True, slots=True)
class Profile:
    """An article as unit vectors in numbers of a lexicon: `own` in the stems of its language, `shared` in terms of
    both languages. `title`: the stems of the title alone, each with how rare it is."""

    lang: str
    own: Row
    shared: Row
    title: Row

    @classmethod
    def unpacked(cls, lang: str, parts: Iterable[tuple[str, str]], lexicon: Lexicon) -> Self:
        """From what `Row.packed` gave of own, shared and title."""
        return cls(lang, *(Row.unpacked(*part, lexicon) for part in parts))


class Frequencies:
    """How many articles use each term, per language and kind of terms: what idf is made of.

    The term of number 0, the empty one, stands for all articles of a language.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._used_by: dict[tuple[str, bool], Ints] = defaultdict(lambda: _UNUSED)
        self._first = _UNUSED  # by number of term, where it first stands in the text at hand

    def add(self, counts: TermCounts) -> None:
        """Count one more article."""
        for shared, sections in ((False, counts.own), (True, counts.shared)):
            used_by = self._room(counts.lang, shared=shared)
            used_by[sections.terms] += 1  # once, also for a term that stands there for several sections
            used_by[0] += not shared

    def parts(self) -> Iterator[tuple[str, bool, list[str], list[int]]]:
        """(language, shared?, terms, how many articles use each)."""
        for (lang, shared), used_by in self._used_by.items():
            used = np.flatnonzero(used_by)
            if len(used):
                yield lang, shared, [self._lexicon.terms[number] for number in used.tolist()], used_by[used].tolist()

    @classmethod
    def of(cls, parts: Iterable[tuple[str, bool, Sequence[str], Sequence[int]]], lexicon: Lexicon) -> Self:
        """What `parts` gave."""
        found = cls(lexicon)
        for lang, shared, terms, articles in parts:
            numbers = lexicon.numbers(terms)
            found._room(lang, shared=shared)[numbers] = articles
        return found

    def _room(self, lang: str, *, shared: bool) -> Ints:
        """The counts, with a place for every term of the lexicon."""
        used_by = self._used_by[lang, shared]
        if len(used_by) < len(self._lexicon.terms):
            used_by = np.concatenate([used_by, np.zeros(len(self._lexicon.terms), np.int64)])
            self._used_by[lang, shared] = used_by
        return used_by

    def profile(self, counts: TermCounts) -> Profile:
        """The vectors of an article that is counted here, by how rare each of its terms is."""
        own = self._vector(counts.own, counts.lang, shared=False)
        shared = self._vector(counts.shared, counts.lang, shared=True)
        title = counts.own.terms[: counts.own.edges[1]]
        return Profile(counts.lang, own, shared, Row.of(title, self._idf(title, counts.lang, shared=False)))

    def _idf(self, terms: Ints, lang: str, *, shared: bool) -> Floats:
        found: Floats = np.log(1 + self._used_by[lang, False][0] / self._used_by[lang, shared][terms])
        return found

    def _vector(self, sections: Sections, lang: str, *, shared: bool) -> Row:
        """The heaviest terms; of equal ones those that come first in the text."""
        parts = (1 + np.log(sections.times)) * self._idf(sections.terms, lang, shared=shared)
        for share, (start, end) in zip(WEIGHTS, pairwise(sections.edges), strict=True):
            parts[start:end] *= share / _norm(parts[start:end])
        terms, place = self._distinct(sections.terms)
        weights = np.bincount(place, parts, len(terms)).astype(np.float64)
        top = np.argsort(-weights, kind="stable")[:TOP_TERMS]
        return Row.of(terms[top], weights[top] / _norm(weights[top]))

    def _distinct(self, terms: Ints) -> tuple[Ints, Ints]:
        """The terms that differ, in order of appearance, and the place of every term among them."""
        if len(self._first) < len(self._lexicon.terms):
            self._first = np.zeros(len(self._lexicon.terms), np.int64)
        order = np.arange(len(terms))
        self._first[terms[::-1]] = order[::-1]
        first = self._first[terms]
        is_first = first == order
        return terms[is_first], (np.cumsum(is_first) - 1)[first]


def _norm(vector: Floats) -> float:
    return float(np.sqrt(vector @ vector)) or 1.0


def words_of(article: StoryInput) -> Words:
    """All that its terms follow from."""
    return article.title, article.lead, article.body, article.lang


def profiles(articles: Sequence[StoryInput], lexicon: Lexicon) -> dict[int, Profile]:
    """article_id -> Profile, weighed by how rare each term is among exactly these articles, per language."""
    reader = TermReader(lexicon, bilingual=len({article.lang for article in articles}) > 1)
    counted = list(map(reader.counts, articles))
    frequencies = Frequencies(lexicon)
    for counts in counted:
        frequencies.add(counts)
    return {one.article_id: frequencies.profile(counts) for one, counts in zip(articles, counted, strict=True)}


def _sections(article: StoryInput) -> Iterator[str]:
    """Title, lead, first and further part of the body, without dates."""
    body = article.body.split(None, BODY_WORDS)[:BODY_WORDS]
    for text in (article.title, article.lead, " ".join(body[:LEAD_WORDS]), " ".join(body[LEAD_WORDS:])):
        yield undated(text, article.lang)


def _counted(title: list[int], lead: list[int], head: list[int], tail: list[int]) -> Sections:
    """Title, lead and body from the terms of title, lead, and both parts of the body, whose first is the lead of a
    text that has none."""
    return Sections.of((Counter(title), Counter(lead or head), Counter(head + tail)))
