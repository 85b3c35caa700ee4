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
    """One vector: numbers of its terms, the heaviest first, and their weights. Both begin with a 0 that stands for
    no term, so that no row is empty."""

    terms: NDArray[np.int32]
    weights: NDArray[np.int32]

    @classmethod
    def of(cls, terms: Ints, weights: Floats) -> Self:
        """Terms, the heaviest first, and their weights in units of 1."""
        return cls(_led(terms), _led(np.rint(weights * SCALE)))

    def packed(self, lexicon: Lexicon) -> tuple[str, str]:
        """Terms and weights as two strings."""
        terms = [lexicon.terms[number] for number in self.terms[1:].tolist()]
        return SEPARATOR.join(terms), " ".join(map(str, self.weights[1:].tolist()))

    @classmethod
    def unpacked(cls, terms: str, weights: str, lexicon: Lexicon) -> Self:
        """What `packed` gave."""
        split = terms.split(SEPARATOR) if terms else ()
        return cls(_led(lexicon.numbers(split)), _led(np.fromstring(weights, np.int64, sep=" ")))


def _led(numbers: NDArray[np.generic]) -> NDArray[np.int32]:
    row = np.zeros(len(numbers) + 1, np.int32)
    row[1:] = numbers
    return row


class Table:
    """Rows, one after the other."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.lengths = np.fromiter((len(row.terms) for row in rows), np.int64, len(rows))
        self.starts = np.cumsum(self.lengths) - self.lengths
        self.terms = np.concatenate([row.terms for row in rows]) if rows else np.zeros(0, np.int32)
        self.weights = np.concatenate([row.weights for row in rows]).astype(np.float64) if rows else np.zeros(0)

    def entries(self, rows: Ints) -> tuple[Ints, Ints]:
        """Places of all entries of these rows, and where among them each row begins."""
        return _stretches(self.starts[rows], self.lengths[rows])

    def own(self, row: int) -> slice:
        """Where a row stands, without the 0 that leads it."""
        return slice(int(self.starts[row]) + 1, int(self.starts[row] + self.lengths[row]))


class Postings:
    """The heaviest entries of every row of a table, by term."""

    def __init__(self, table: Table, heaviest: int, terms: int) -> None:
        lengths = np.minimum(table.lengths - 1, heaviest)
        places, _ = _stretches(table.starts + 1, lengths)
        order = np.argsort(table.terms[places], kind="stable")
        self.rows = np.repeat(np.arange(len(lengths)), lengths)[order]
        self.weights = table.weights[places][order]
        self.ends = np.cumsum(np.bincount(table.terms[places], minlength=terms))

    def products(self, terms: NDArray[np.int32], weights: Floats) -> tuple[Ints, Floats]:
        """Rows that have one of these terms among their heaviest, one by one, and the product of both weights.

        Of a term that very many have, the first rows only.
        """
        starts = self.ends[terms - 1]
        lengths = np.minimum(self.ends[terms] - starts, MOST)
        places, _ = _stretches(starts, lengths)
        return self.rows[places], self.weights[places] * np.repeat(weights, lengths)


def _stretches(starts: Ints, lengths: Ints) -> tuple[Ints, Ints]:
    """All places of several stretches, one stretch after the other, and where each begins among them."""
    ends = np.cumsum(lengths)
    firsts = ends - lengths
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(starts - firsts, lengths) + np.arange(total), firsts
