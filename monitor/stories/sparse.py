"""Sparse vectors of many articles in a few arrays, so that one is held against many at once. Knows no article."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

SCALE = 100_000  # weights are whole hundred-thousandths: sums of products are exact, whatever their order
SEPARATOR = "|"
MOST = 1_024  # rows that a term leads to, the first ones: ten thousand copies of one text must not cost their square


class Lexicon(dict[str, int]):
    """A number for every term, given when it is first asked for; 0 is the empty one."""

    def __init__(self) -> None:
        super().__init__({"": 0})
        self.terms = [""]  # by number

    def __missing__(self, term: str) -> int:
        self[term] = number = len(self.terms)
        self.terms.append(term)
        return number

    def numbers(self, terms: Iterable[str]) -> Ints:
        """One for each."""
        return np.fromiter(map(self.__getitem__, terms), np.int64)


@dataclass(frozen=True, slots=True)
class Row:
    """One vector: numbers of its terms, the heaviest first, and their weights."""

    terms: NDArray[np.int32]
    weights: NDArray[np.int32]

    @classmethod
    def of(cls, terms: Ints, weights: Floats) -> Self:
        """Terms, the heaviest first, and their weights in units of 1."""
        return cls(terms.astype(np.int32), np.rint(weights * SCALE).astype(np.int32))

    def packed(self, lexicon: Lexicon) -> tuple[str, str]:
        """Terms and weights as two strings."""
        terms = map(lexicon.terms.__getitem__, self.terms.tolist())
        return SEPARATOR.join(terms), " ".join(map(str, self.weights.tolist()))

    @classmethod
    def unpacked(cls, terms: str, weights: str, lexicon: Lexicon) -> Self:
        """What `packed` gave."""
        split = terms.split(SEPARATOR) if terms else ()
        return cls(lexicon.numbers(split).astype(np.int32), np.fromstring(weights, np.int32, sep=" "))


class Dense:
    """One row at a time, by number of term."""

    def __init__(self, terms: int) -> None:
        self._weights = np.zeros(terms)
        self._used = np.zeros(0, np.int32)

    def of(self, row: Row) -> Floats:
        """The weight of every term in this row; good until the next one is asked for."""
        self._weights[self._used] = 0.0
        self._weights[row.terms] = row.weights
        self._used = row.terms
        return self._weights


class Grid:
    """Rows of much the same length, one under the other and filled up with term 0, which weighs nothing."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.lengths = np.fromiter((len(row.terms) for row in rows), np.int64, len(rows))
        is_filled = np.arange(self.lengths.max(initial=1)) < self.lengths[:, None]
        self.terms, self.weights = np.zeros(is_filled.shape, np.int32), np.zeros(is_filled.shape, np.int32)
        if rows:
            self.terms[is_filled] = np.concatenate([row.terms for row in rows])
            self.weights[is_filled] = np.concatenate([row.weights for row in rows])

    def entries(self, rows: Ints) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Terms and weights of these rows, as wide as the longest of them."""
        width = self.lengths[rows].max(initial=1)
        return self.terms[rows, :width], self.weights[rows, :width]


class Postings:
    """The heaviest entries of every row of a grid, by term."""

    def __init__(self, grid: Grid, heaviest: int, terms: int) -> None:
        self._terms, self._own_weights = grid.terms[:, :heaviest], grid.weights[:, :heaviest]
        rows, columns = np.nonzero(self._terms)
        used = self._terms[rows, columns]
        order = np.argsort(used, kind="stable")
        self._rows = rows[order]
        self._weights = self._own_weights[rows, columns][order].astype(np.float64)
        lengths = np.bincount(used, minlength=terms)
        self._starts = np.cumsum(lengths) - lengths
        self._lengths = np.minimum(lengths, MOST)

    def common(self, rows: Ints) -> Floats:
        """What each of these rows has in common with every row in their heaviest terms: sums of products of weights.

        Of a term that very many have, the first rows only.
        """
        terms = self._terms[rows].ravel()
        lengths, count = self._lengths[terms], len(self._terms)
        places = _stretches(self._starts[terms], lengths)
        products = self._weights[places] * np.repeat(self._own_weights[rows].ravel(), lengths)
        firsts = np.repeat(np.arange(len(rows)) * count, self._terms.shape[1])
        pairs = self._rows[places] + np.repeat(firsts, lengths)
        return np.bincount(pairs, products, len(rows) * count).astype(np.float64).reshape(len(rows), count)


def _stretches(starts: Ints, lengths: Ints) -> Ints:
    """All places of several stretches, one stretch after the other."""
    ends = np.cumsum(lengths)
    found: Ints = np.repeat(starts - ends + lengths, lengths)
    found += np.arange(len(found))
    return found
