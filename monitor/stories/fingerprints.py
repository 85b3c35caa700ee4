"""An article's text as words, shingles and a small sample of them, without its source's page furniture.

Deterministic sampled shingles (Broder 1997, `0 mod m`): containment and Jaccard from one small set per article.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from monitor.model import StoryInput
from monitor.stories.templates import Headline, headline
from monitor.stories.terms import plain

MIN_WORDS = 20  # shorter texts are alike by chance
SHINGLE = 4  # words
KEEP_ONE_IN = 4
KEEP_ALL_BELOW = 40  # shingles
LEAD = 60  # words
MAX_WORDS = 5_000  # live pages run to tens of thousands; what they share with others stands at the top
FURNITURE = 4  # other articles of the same source that carry a shingle make it page furniture

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Print:
    """A text as words, all its shingles in order, and the sample that is compared."""

    article: StoryInput
    headline: Headline
    text: str
    words: tuple[str, ...]
    shingles: tuple[str, ...]
    sample: frozenset[str]

    @property
    def lead(self) -> tuple[str, ...]:
        return self.shingles[: LEAD - SHINGLE + 1]


def fingerprints(articles: Iterable[StoryInput]) -> list[Print]:
    """Prints of the articles long enough to compare, without what more than four others of the same source carry."""
    prints = [one for one in map(fingerprint, articles) if len(one.words) >= MIN_WORDS]
    carried: dict[str, Counter[str]] = defaultdict(Counter)
    for one in prints:
        carried[one.article.source_id].update(one.sample)
    furniture = {
        source: {shingle for shingle, count in counts.items() if count > FURNITURE}
        for source, counts in carried.items()
    }
    return [without(one, furniture[one.article.source_id]) for one in prints]


def fingerprint(article: StoryInput) -> Print:
    """The print of one article, furniture and all. The text is the body, or the lead where there is none."""
    text = unicodedata.normalize("NFC", article.body or article.lead)
    words = tuple(_WORD.findall(plain(text))[:MAX_WORDS])
    found = shingles(words)
    sample = frozenset(one for one in found if len(found) < KEEP_ALL_BELOW or _sampled(one))
    return Print(article, headline(article.title, article.lang, text), text, words, found, sample)


def without(one: Print, furniture: set[str]) -> Print:
    """The text without the stretches that its source prints on every page."""
    if one.sample.isdisjoint(furniture):
        return one
    words = tuple(_cut(one, furniture))
    return replace(one, words=words, shingles=shingles(words), sample=one.sample - furniture)


def spans(text: str) -> list[tuple[int, int]]:
    """Where the words of a print stand in its text."""
    return [found.span() for found in _WORD.finditer(text) if plain(found.group())]


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text as prints write them."""
    return tuple(_WORD.findall(plain(text)))


def shingles(words: Sequence[str]) -> tuple[str, ...]:
    """Every four words in a row."""
    return tuple(" ".join(words[start : start + SHINGLE]) for start in range(len(words) - SHINGLE + 1))


def _sampled(shingle: str) -> bool:
    return zlib.crc32(shingle.encode()) % KEEP_ONE_IN == 0


def _cut(one: Print, furniture: set[str]) -> Iterator[str]:
    """The words outside furniture, which reaches from one of its shingles to the next where none stands between."""
    marked = [(at, one.shingles[at] in furniture) for at in range(len(one.shingles)) if one.shingles[at] in one.sample]
    inside, done = marked[0][1], 0
    for at, is_furniture in marked:
        if is_furniture and not inside:
            yield from one.words[done:at]
        if is_furniture or inside:
            done = at + SHINGLE if is_furniture else at
        inside = is_furniture
    yield from () if inside else one.words[done:]
