"""What placing an article takes from its text alone, so that it may be worked out before the article is placed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from monitor.model import StoryInput
from monitor.stories.fingerprints import sample_of
from monitor.stories.sparse import Ints
from monitor.stories.vectors import TermCounts, TermReader


@dataclass(frozen=True, slots=True)
class Prepared:
    """The terms of a text, in numbers of a lexicon, and the values of its fingerprint."""

    counts: TermCounts
    sample: tuple[int, ...]

    @classmethod
    def of(cls, article: StoryInput, terms: TermReader) -> Self:
        """Of the article as the warehouse gives it to placing."""
        return cls(terms.counts(article), sample_of(article))

    def renumbered(self, numbers: Ints) -> Prepared:
        """In the numbers of another lexicon: `numbers[n]` is there what n is here."""
        return Prepared(self.counts.renumbered(numbers), self.sample)
