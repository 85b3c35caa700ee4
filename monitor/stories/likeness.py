"""How alike articles are: one held against many at once, by their weighed terms. Knows no time and no story."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from monitor.stories.sparse import SCALE, Dense, Floats, Grid, Ints, Lexicon, Postings
from monitor.stories.vectors import Profile

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
PROBE_TERMS = 30
_BLOCK = 32  # articles that are probed at once


class Gallery:
    """Articles side by side, called by their places, 0 to n - 1. `lexicon` is the one they were weighed with."""

    def __init__(self, articles: Sequence[Profile], lexicon: Lexicon) -> None:
        self._articles, self._lexicon = articles, lexicon
        self._own = Grid([one.own for one in articles])
        self._shared = Grid([one.shared for one in articles])
        self._title = Grid([one.title for one in articles])
        langs = {lang: number for number, lang in enumerate(dict.fromkeys(one.lang for one in articles))}
        self._lang = np.fromiter((langs[one.lang] for one in articles), np.int64, len(articles))
        self._title_weight = np.maximum(1, self._title.weights.sum(axis=1))
        self._short = self._own.lengths < SHORT
        self._probes = Postings(self._own, PROBE_TERMS, len(lexicon.terms))
        self._shared_probes = Postings(self._shared, PROBE_TERMS, len(lexicon.terms)) if len(langs) > 1 else None
        self._dense = Dense(len(lexicon.terms))

    def is_short(self, place: int) -> bool:
        """True for what has hardly more than a title and a summary."""
        return bool(self._short[place])

    def probe(self, places: Sequence[int]) -> Iterator[Floats]:
        """For each of these articles, what it has in common with every article in its heaviest terms, in no unit.

        Between languages the shared terms count.
        """
        for first in range(0, len(places), _BLOCK):
            block = np.array(places[first : first + _BLOCK])
            common = self._probes.common(block)
            if self._shared_probes is not None:
                same = self._lang[block, None] == self._lang
                common = np.where(same, common, self._shared_probes.common(block))
            yield from common

    def likeness(self, place: int, others: Ints, cross_scale: Floats | None = None) -> Floats:
        """Likeness of an article to each of the others, 0..1: the cosine of the terms by the length of the texts,
        between languages that of the shared ones, times `cross_scale` (by default CROSS_SCALE for all).

        Two summaries share a place and a verb by chance. Where both texts are that short, each title must be told in
        the other text as well: the geometric mean of both figures. (Joins of real feeds, read one by one: the area
        under the curve of right against wrong ones rises from .67 to .74, with their distance in time to .85.)
        """
        found = np.zeros(len(others))
        same = self.in_language_of(place, others)
        short = same & self._short[others] & self._short[place]
        for kind, chosen in ((self._foreign, ~same), (self._brief, short), (self._plain, same & ~short)):
            (at,) = chosen.nonzero()
            if len(at):
                found[at] = kind(place, others[at])
        scale = CROSS_SCALE if cross_scale is None else cross_scale
        return np.minimum(1.0, np.where(same, found, found * scale))

    def in_language_of(self, place: int, others: Ints) -> NDArray[np.bool_]:
        """Which of the others are written in the language of this one."""
        found: NDArray[np.bool_] = self._lang[others] == self._lang[place]
        return found

    def _foreign(self, place: int, others: Ints) -> Floats:
        terms, weights = self._shared.entries(others)
        return _cosines(self._dense.of(self._articles[place].shared).take(terms) * weights)

    def _plain(self, place: int, others: Ints) -> Floats:
        terms, weights = self._own.entries(others)
        alike = _cosines(self._dense.of(self._articles[place].own).take(terms) * weights)
        (notices,) = (alike >= NOTICE).nonzero()
        if len(notices):
            told = np.maximum(self._told(place, terms[notices]), self._heard(place, others[notices]))
            alike[notices[told < NAMELESS]] = 0.0
        lengths = np.maximum(FEWEST, np.minimum(self._own.lengths[place], self._own.lengths[others]))
        by_length: Floats = alike * (PIVOT / lengths) ** SLOPE
        return by_length

    def _brief(self, place: int, others: Ints) -> Floats:
        terms, weights = self._own.entries(others)
        told = np.minimum(self._told(place, terms), self._heard(place, others))
        return np.sqrt(_cosines(self._dense.of(self._articles[place].own).take(terms) * weights, few=2) * told)

    def _told(self, place: int, terms: NDArray[np.int32]) -> Floats:
        """How much of its title each of these rows of terms tells, 0..1 by weight of words."""
        told: Floats = self._dense.of(self._articles[place].title).take(terms).sum(axis=1) / self._title_weight[place]
        return told

    def _heard(self, place: int, others: Ints) -> Floats:
        """How much of their titles is told in its text, 0..1 by weight of words."""
        terms, weights = self._title.entries(others)
        is_told = self._dense.of(self._articles[place].own).take(terms) > 0
        heard: Floats = (is_told * weights).sum(axis=1) / self._title_weight[others]
        return heard

    def heaviest_shared(self, place: int, other: int, limit: int) -> tuple[str, ...]:
        """The terms that add most to the likeness, best first."""
        one, two = self._articles[place], self._articles[other]
        mine, theirs = (one.own, two.own) if one.lang == two.lang else (one.shared, two.shared)
        products = self._dense.of(mine)[theirs.terms] * theirs.weights
        (common,) = products.nonzero()
        if len(common) > limit:
            (common,) = (products >= np.partition(products, -limit)[-limit]).nonzero()
        terms = map(self._lexicon.terms.__getitem__, theirs.terms[common].tolist())
        named = zip((-products[common]).tolist(), terms, strict=True)
        return tuple(term.lstrip("=#") for _, term in sorted(named)[:limit])


def _cosines(products: Floats, *, few: int = 1) -> Floats:
    """Sums of the products of unit vectors, of which one term may give half, two give two thirds, up to `few` (2).

    One name is no event; in a short text a first and a last name are not, either.
    """
    total, largest = products.sum(axis=1), products.max(axis=1)
    found: Floats = np.minimum(total, 2 * (total - largest))
    if few == 2:
        products[np.arange(len(products)), products.argmax(axis=1)] = 0.0
        found = np.minimum(found, 3 * (total - largest - products.max(axis=1)))
    found /= SCALE**2
    return np.minimum(found, 1.0, out=found)
