"""Which texts are worth comparing, article by article as they come in. The warehouse does the same over stored
fingerprints (queries/select_candidates.sql); a test holds the two together. Compares nothing itself."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from monitor.model import StoryInput
from monitor.stories.fingerprints import MIN_WORDS, Print, fingerprint, without

WINDOW_DAYS = 14  # on either side
FURNITURE = 4  # other articles of the same source that carry a shingle make it page furniture
COMMON = 64  # a shingle in more articles proposes nothing
MIN_SHARED = 3
CANDIDATES = 30


def pairs(earlier: Iterable[StoryInput], articles: Iterable[StoryInput]) -> Iterator[tuple[Print, Print]]:
    """For each of `articles`, in order of time, the texts before it in this order that share most rare shingles.

    Both come without the page furniture that is known by then, which is why what comes later changes no pair.
    """
    index, fresh = _Index(), {one.article_id: one for one in articles}
    before = _in_order(one for one in earlier if one.article_id not in fresh)
    for one in (*before, *_in_order(fresh.values())):
        taken = fingerprint(one)
        if len(taken.words) >= MIN_WORDS:
            index.add(taken)
            if one.article_id in fresh:
                yield from index.candidates()


def _in_order(articles: Iterable[StoryInput]) -> list[StoryInput]:
    return sorted(articles, key=lambda one: (one.at.date(), one.at, one.article_id))


@dataclass(slots=True)
class _Index:
    """Prints in the order they came, and where each value occurs."""

    prints: list[Print] = field(default_factory=list)
    postings: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, one: Print) -> None:
        for value in one.sample:
            self.postings[value].append(len(self.prints))
        self.prints.append(one)

    def candidates(self) -> Iterator[tuple[Print, Print]]:
        """The newest print with the best of those before it."""
        newest = len(self.prints) - 1
        one = self.cut(newest)
        shared: Counter[int] = Counter()
        for value in one.sample:
            near = self._near(value)
            if len(near) <= COMMON + 1:
                shared.update(other for other in near if other != newest and not self._is_furniture(value, other))
        ranked = sorted(shared, key=lambda other: (-shared[other], self.prints[other].article.article_id))
        for other in ranked[:CANDIDATES]:
            if shared[other] >= MIN_SHARED:
                yield self.cut(other), one

    def _near(self, value: int) -> list[int]:
        day = self.prints[-1].article.at.date()
        found = self.postings[value]
        return [at for at in found if abs((self.prints[at].article.at.date() - day).days) <= WINDOW_DAYS]

    def _is_furniture(self, value: int, at: int) -> bool:
        source = self.prints[at].article.source_id
        return sum(self.prints[one].article.source_id == source for one in self._near(value)) > FURNITURE

    def cut(self, at: int) -> Print:
        """A print without its furniture, as far as it is known."""
        one = self.prints[at]
        return without(one, {value for value in one.sample if self._is_furniture(value, at)})


def side_by_side(one: StoryInput, other: StoryInput, window: Iterable[StoryInput]) -> tuple[Print, Print]:
    """Two texts without the furniture of their sources, as far as these articles show it."""
    index = _Index()
    others = [article for article in window if article.article_id not in (one.article_id, other.article_id)]
    for article in (*others, one, other):
        index.add(fingerprint(article))
    return index.cut(len(index.prints) - 2), index.cut(len(index.prints) - 1)
