"""Which texts are worth comparing. Compares nothing itself. The warehouse does the same over stored fingerprints
(queries/select_candidates.sql): what is new against what is known; a test holds the two together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from monitor.model import StoryInput
from monitor.stories.fingerprints import MIN_WORDS, Print, fingerprint, without

WINDOW_DAYS = 14  # on either side: what is held against each other, and shows what is furniture
FURNITURE = 4  # other articles of the same source that carry a shingle make it page furniture
COMMON = 64  # a shingle proposes the articles that it occurs in first, no more
MIN_SHARED = 3
CANDIDATES = 30


def pairs(earlier: Iterable[StoryInput], articles: Iterable[StoryInput]) -> Iterator[tuple[Print, Print]]:
    """For each of `articles`, in order of time, the texts before it in this order that share most rare shingles.

    `earlier` ones come before all of them, and are those of the days around. Both texts come without what their
    sources print on their pages.
    """
    fresh = {one.article_id: one for one in articles}
    before = _in_order(one for one in earlier if one.article_id not in fresh)
    index = _Index([*before, *_in_order(fresh.values())])
    for place, one in enumerate(index.prints):
        if one.article.article_id in fresh:
            yield from index.candidates(place)


def side_by_side(one: StoryInput, other: StoryInput, window: Iterable[StoryInput]) -> list[Print]:
    """Two texts without the furniture of their sources, as far as these articles show it; one too short is left out."""
    wanted = (one.article_id, other.article_id)
    others = [article for article in window if article.article_id not in wanted]
    return [text for text in _Index([one, other, *others]).prints if text.article.article_id in wanted]


def _in_order(articles: Iterable[StoryInput]) -> list[StoryInput]:
    return sorted(articles, key=lambda one: (one.at, one.article_id))


class _Index:
    """Prints in the order they came, without the furniture of their sources, and where each value occurs."""

    def __init__(self, articles: Sequence[StoryInput]) -> None:
        prints = [one for one in map(fingerprint, articles) if len(one.words) >= MIN_WORDS]
        furniture = _furniture(prints)
        self.prints = [without(one, furniture[one.article.source_id]) for one in prints]
        self.postings: dict[int, list[int]] = defaultdict(list)
        for place, one in enumerate(self.prints):
            for value in one.sample:
                self.postings[value].append(place)

    def candidates(self, place: int) -> Iterator[tuple[Print, Print]]:
        """A print with the best of those before it."""
        one = self.prints[place]
        shared: Counter[int] = Counter()
        for value in one.sample:
            told = self.postings[value][: COMMON + 1]
            if place <= told[-1]:
                shared.update(told[: told.index(place)])
        ranked = sorted(shared, key=lambda other: (-shared[other], self.prints[other].article.article_id))
        for other in ranked[:CANDIDATES]:
            if shared[other] >= MIN_SHARED:
                yield self.prints[other], one


def _furniture(prints: Iterable[Print]) -> dict[str, set[int]]:
    """source -> values that it prints on more than a few pages."""
    carried: dict[str, Counter[int]] = defaultdict(Counter)
    for one in prints:
        carried[one.article.source_id].update(one.sample)
    return {source: {value for value, n in counts.items() if n > FURNITURE} for source, counts in carried.items()}
