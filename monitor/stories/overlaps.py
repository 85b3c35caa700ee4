"""How much two texts share, where the shared text stands in each, and whether it is what each is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from monitor.model import HANDED_IN
from monitor.stories.fingerprints import SHINGLE, Print, Words, shingles, spans, words_of
from monitor.stories.templates import overlap
from monitor.stories.terms import stems

PASSAGE = 200  # characters of evidence
_RUN = 25  # shingles: where most of so many in a row are shared, the shared text has begun
_MOST = 0.6


@dataclass(frozen=True, slots=True)
class Passage:
    """The beginning of a passage as written, and how many words it has in all."""

    text: str
    words: int


@dataclass(frozen=True)
class Side:
    """One of two texts, seen from the other. Offsets and counts in words."""

    mine: Print
    other: Print

    @cached_property
    def shared(self) -> tuple[bool, ...]:
        """For each shingle of mine: does the other text have it?"""
        there = set(self.other.shingles)
        return tuple(shingle in there for shingle in self.mine.shingles)

    @cached_property
    def told(self) -> tuple[bool, ...]:
        """`shared` without either title: a link to the other article is not its text."""
        titles = {*shingles(words_of(self.mine.article.title)), *shingles(words_of(self.other.article.title))}
        pairs = zip(self.mine.shingles, self.shared, strict=True)
        return tuple(is_shared and shingle not in titles for shingle, is_shared in pairs)

    @property
    def lead(self) -> float:
        """Share of my opening that the other text tells too, 0..1."""
        opening = self.told[: len(self.mine.lead)]
        return sum(opening) / len(opening) if opening else 0.0

    @cached_property
    def offset(self) -> int:
        """Words before the shared text begins; all of them where it is nowhere in one piece."""
        found = self.told
        running = sum(found[:_RUN])
        for start in range(len(found)):
            if running >= _MOST * min(_RUN, len(found) - start):
                return start
            running -= found[start]
            running += found[start + _RUN] if start + _RUN < len(found) else 0
        return len(self.mine.words)

    @cached_property
    def after(self) -> float:
        """Share of mine that follows the last shared words, 0..1."""
        found = self.shared
        return next((place for place, is_shared in enumerate(reversed(found)) if is_shared), 0) / max(1, len(found))

    @cached_property
    def titled(self) -> float:
        """Share of my title's stems that the other text uses: is it about what my title says? 0..1."""
        title = set(stems(self.mine.article.title, self.mine.article.lang))
        return len(title & _vocabulary(self.other.words, self.mine.article.lang)) / len(title) if title else 0.0

    @cached_property
    def echoed(self) -> float:
        """Share of the other text's stems that come again in what is mine alone, 0..1."""
        alone = [True] * len(self.mine.words)
        for start, is_shared in enumerate(self.shared):
            if is_shared:
                alone[start : start + SHINGLE] = [False] * SHINGLE
        rest = [word for word, is_alone in zip(self.mine.words, alone, strict=True) if is_alone]
        theirs = _vocabulary(self.other.words, self.mine.article.lang)
        return len(theirs & _vocabulary(rest, self.mine.article.lang)) / len(theirs) if theirs else 0.0


@dataclass(frozen=True)
class Overlap:
    """Two texts side by side, the earlier first."""

    earlier: Side
    later: Side

    @classmethod
    def of(cls, earlier: Print, later: Print) -> Overlap:
        """Both samples hold something."""
        return cls(Side(earlier, later), Side(later, earlier))

    @cached_property
    def containment(self) -> float:
        a, b = self.earlier.mine.sample, self.later.mine.sample
        return len(a & b) / min(len(a), len(b))

    @cached_property
    def jaccard(self) -> float:
        a, b = self.earlier.mine.sample, self.later.mine.sample
        return len(a & b) / len(a | b)

    @property
    def apart(self) -> timedelta:
        return self.later.mine.article.at - self.earlier.mine.article.at

    @property
    def same_source(self) -> bool:
        """Pages of one outlet; what people handed in comes from many."""
        source_id = self.earlier.mine.article.source_id
        return source_id == self.later.mine.article.source_id != HANDED_IN

    @cached_property
    def leads(self) -> float:
        """The lower of both: a copy tells the same from the first line on."""
        return min(self.earlier.lead, self.later.lead)

    @cached_property
    def titles(self) -> float:
        """Jaccard of the wordings of both titles."""
        return overlap(self.earlier.mine.headline, self.later.mine.headline)

    @property
    def shorter(self) -> Side:
        return self.later if len(self.later.mine.words) < len(self.earlier.mine.words) else self.earlier

    @property
    def longer(self) -> Side:
        return self.earlier if self.shorter is self.later else self.later

    def passage(self) -> Passage:
        """The longest run of words both share, as the later text writes it."""
        start, length = _longest_run(self.later.mine.shingles, self.earlier.mine.shingles)
        words = self.later.mine.words[start : start + length]
        return Passage(_as_written(self.later.mine.text, words)[:PASSAGE], len(words))


def _vocabulary(words: Iterable[bytes], lang: str) -> set[str]:
    return set(stems(_line(words), lang))


def _line(words: Iterable[bytes]) -> str:
    return b" ".join(words).decode()


def _longest_run(one: Words, other: Words) -> tuple[int, int]:
    """Where the longest run of words in common starts in `one`, and its length; the first of equal ones.

    Runs are followed from shingle to shingle: four words in a row are rare where single words are not.
    """
    places: dict[bytes, list[int]] = defaultdict(list)
    for at, shingle in enumerate(other):
        places[shingle].append(at)
    best_end, best, running = 0, 0, dict[int, int]()
    for at, shingle in enumerate(one):
        running = {there: running.get(there - 1, 0) + 1 for there in places.get(shingle, ())}
        longest = max(running.values(), default=0)
        if longest > best:
            best_end, best = at, longest
    return (best_end - best + 1, best + SHINGLE - 1) if best else (0, 0)


def _as_written(text: str, shared: Words) -> str:
    """The passage with its capitals and signs, where it stands in one piece in the text."""
    # Signs such as ½ fold to other words than they are written with, and furniture was cut: look before quoting.
    whole = words_of(text)
    starts = (at for at in range(len(whole) - len(shared) + 1) if whole[at : at + len(shared)] == shared)
    start, where = next(starts, None), spans(text)
    if shared and start is not None and start + len(shared) <= len(where):
        passage = text[where[start][0] : where[start + len(shared) - 1][1]]
        if words_of(passage) == shared:
            return passage
    return _line(shared)
