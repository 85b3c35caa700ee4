"""How alike articles are: one held against many at once, by their weighed terms. Knows no time and no story."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from monitor.stories.sparse import SCALE, Floats, Ints, Lexicon, Postings, Table
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
_PLACES = 4096  # entries of one row, at most


class Gallery:
    """Articles side by side, called by their places, 0 to n - 1. `lexicon` is the one they were weighed with."""

    def __init__(self, articles: Sequence[Profile], lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._own = Table([one.own for one in articles])
        self._shared = Table([one.shared for one in articles])
        self._title = Table([one.title for one in articles])
        langs = {lang: number for number, lang in enumerate(dict.fromkeys(one.lang for one in articles))}
        self._lang = np.fromiter((langs[one.lang] for one in articles), np.int64, len(articles))
        self._short = self._own.lengths <= SHORT
        self._title_weight = np.fromiter((int(one.title.weights.sum()) for one in articles), np.float64, len(articles))
        self._several = len(langs) > 1
        self._probes = Postings(self._own, PROBE_TERMS, len(lexicon.terms))
        self._shared_probes = Postings(self._shared, PROBE_TERMS, len(lexicon.terms)) if self._several else None
        self._dense = np.zeros(len(lexicon.terms))  # a vector by number of term; all 0 between two uses

    def is_short(self, place: int) -> bool:
        """True for what has hardly more than a title and a summary."""
        return bool(self._short[place])

    def probe(self, place: int) -> tuple[Ints, Floats]:
        """Articles with some of the same heaviest terms, and what they have in common in these, in no unit.

        Between languages the shared terms count.
        """
        found = [self._probed(self._own, self._probes, place, same=True)]
        if self._shared_probes is not None:
            found.append(self._probed(self._shared, self._shared_probes, place, same=False))
        others = np.concatenate([rows for rows, _ in found])
        common = np.bincount(others, np.concatenate([products for _, products in found])).astype(np.float64)
        places: Ints = np.flatnonzero(common)
        return places, common[places]

    def _probed(self, table: Table, postings: Postings, place: int, *, same: bool) -> tuple[Ints, Floats]:
        row = table.own(place)
        row = slice(row.start, min(row.stop, row.start + PROBE_TERMS))
        places, products = postings.products(table.terms[row], table.weights[row])
        if not self._several:
            return places, products
        wanted = (self._lang[places] == self._lang[place]) == same
        return places[wanted], products[wanted]

    def likeness(self, place: int, others: Ints, cross_scale: Floats | None = None) -> Floats:
        """Likeness of an article to each of the others, 0..1: the cosine of the terms by the length of the texts,
        between languages that of the shared ones, times `cross_scale` (by default CROSS_SCALE for all).

        Two summaries share a place and a verb by chance. Where both texts are that short, each title must be told in
        the other text as well: the geometric mean of both figures. (Joins of real feeds, read one by one: the area
        under the curve of right against wrong ones rises from .67 to .74, with their distance in time to .85.)
        """
        found = np.zeros(len(others))
        same = self._lang[others] == self._lang[place]
        short = same & self._short[others] & self._short[place]
        for kind, chosen in ((self._foreign, ~same), (self._brief, short), (self._plain, same & ~short)):
            if chosen.any():
                found[chosen] = kind(place, others[chosen])
        scale = CROSS_SCALE if cross_scale is None else cross_scale
        return np.minimum(1.0, np.where(same, found, found * scale))

    def in_language_of(self, place: int, others: Ints) -> NDArray[np.bool_]:
        """Which of the others are written in the language of this one."""
        found: NDArray[np.bool_] = self._lang[others] == self._lang[place]
        return found

    def _foreign(self, place: int, others: Ints) -> Floats:
        return self._cosines(self._shared, place, others, few=1)

    def _plain(self, place: int, others: Ints) -> Floats:
        alike = self._cosines(self._own, place, others, few=1)
        notices = np.flatnonzero(alike >= NOTICE)
        if len(notices):
            alike[notices[np.maximum(*self._titles_told(place, others[notices])) < NAMELESS]] = 0.0
        terms = np.maximum(FEWEST, np.minimum(self._own.lengths[place], self._own.lengths[others]) - 1)
        by_length: Floats = alike * (PIVOT / terms) ** SLOPE
        return by_length

    def _brief(self, place: int, others: Ints) -> Floats:
        told = np.minimum(*self._titles_told(place, others))
        return np.sqrt(self._cosines(self._own, place, others, few=2) * told)

    def _cosines(self, table: Table, place: int, others: Ints, *, few: int) -> Floats:
        """Dot products of unit vectors, of which one term may give half, two give two thirds, up to `few` (2) terms.

        One name is no event; in a short text a first and a last name are not, either.
        """
        places, firsts = table.entries(others)
        with self._spread(table, place) as weights:
            products = weights[table.terms[places]] * table.weights[places]
        total: Floats = np.add.reduceat(products, firsts)
        largest = np.maximum.reduceat(products, firsts)
        found = np.minimum(total, 2 * (total - largest))
        if few == 2:
            # Whole numbers, told apart by their place: one of them is the largest, and the next may be as large.
            apart = products * _PLACES + np.arange(len(products)) - np.repeat(firsts, table.lengths[others])
            is_largest = apart == np.repeat(np.maximum.reduceat(apart, firsts), table.lengths[others])
            second = np.maximum.reduceat(np.where(is_largest, 0.0, products), firsts)
            found = np.minimum(found, 3 * (total - largest - second))
        found /= SCALE**2
        return np.minimum(found, 1.0, out=found)

    def _titles_told(self, place: int, others: Ints) -> tuple[Floats, Floats]:
        """How much of its title is told in each of the others, and of theirs in its text, 0..1 by weight of words."""
        places, firsts = self._own.entries(others)
        with self._spread(self._title, place) as weights:
            told = np.add.reduceat(weights[self._own.terms[places]], firsts)
        places, firsts = self._title.entries(others)
        with self._spread(self._own, place) as weights:
            heard = np.where(weights[self._title.terms[places]] > 0, self._title.weights[places], 0.0)
        theirs = np.add.reduceat(heard, firsts) / np.maximum(1.0, self._title_weight[others])
        return told / max(1.0, self._title_weight[place]), theirs

    @contextmanager
    def _spread(self, table: Table, place: int) -> Iterator[Floats]:
        """The vector of an article by number of term."""
        row = table.own(place)
        self._dense[table.terms[row]] = table.weights[row]
        try:
            yield self._dense
        finally:
            self._dense[table.terms[row]] = 0.0

    def heaviest_shared(self, place: int, other: int, limit: int) -> tuple[str, ...]:
        """The terms that add most to the likeness, best first."""
        table = self._own if self._lang[place] == self._lang[other] else self._shared
        one, two = table.own(place), table.own(other)
        common, mine, theirs = np.intersect1d(table.terms[one], table.terms[two], return_indices=True)
        products = (table.weights[one][mine] * table.weights[two][theirs]).tolist()
        named = {
            self._lexicon.terms[number]: product for number, product in zip(common.tolist(), products, strict=True)
        }
        ranked = sorted(named, key=lambda term: (-named[term], term))
        return tuple(term.lstrip("=#") for term in ranked[:limit])
