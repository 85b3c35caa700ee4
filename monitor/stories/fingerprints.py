"""An article's text as words, shingles and a small sample of them, without its source's page furniture.

Deterministic sampled shingles (Broder 1997, `0 mod m`): containment and Jaccard from one small set per article.
"""

from __future__ import annotations

import hashlib
import re
import struct
import unicodedata
import zlib
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property

from monitor.model import StoryInput
from monitor.stories.templates import Headline, headline
from monitor.stories.terms import plain

MIN_WORDS = 20  # shorter texts are alike by chance
MIN_CHARACTERS = 300  # of stored texts; below, they are alike by being about the same thing
SHINGLE = 4  # words
KEEP_ONE_IN = 4
KEEP_ALL_BELOW = 40  # shingles
LEAD = 60  # words
MAX_WORDS = 5_000  # live pages run to tens of thousands; what they share with others stands at the top
PARAMS = f"ascii {SHINGLE}-grams, crc32 % {KEEP_ONE_IN} of {KEEP_ALL_BELOW} and more, blake2b-64"  # with every row

_WORD = re.compile(r"\w+")
_IN_WORDS = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")
_BLANKS = bytes(code if code in _IN_WORDS else ord(" ") for code in range(256))
Words = tuple[bytes, ...]  # in ASCII


@dataclass(frozen=True)
class Print:
    """A text as words, all its shingles in order, and the values of those few that are compared."""

    article: StoryInput
    text: str
    words: Words
    shingles: Words
    values: Mapping[bytes, int]  # by shingle

    @property
    def lead(self) -> Words:
        return self.shingles[: LEAD - SHINGLE + 1]

    @cached_property
    def sample(self) -> frozenset[int]:
        return frozenset(self.values.values())

    @cached_property
    def headline(self) -> Headline:
        return headline(self.article.title, self.article.lang, self.text)


def fingerprint(article: StoryInput) -> Print:
    """The print of one article, furniture and all. The text is the body, or the lead where there is none."""
    text = unicodedata.normalize("NFC", article.body or article.lead)
    words = words_of(text)[:MAX_WORDS]
    found = shingles(words)
    return Print(article, text, words, found, _sample(found))


def sample_of(article: StoryInput) -> tuple[int, ...]:
    """The values of an article's print; none where it is too short to be compared with stored ones."""
    if len(article.body) < MIN_CHARACTERS:
        return ()
    made = fingerprint(article)
    return tuple(made.values.values()) if len(made.words) >= MIN_WORDS else ()


def without(one: Print, furniture: Set[int]) -> Print:
    """The text without the stretches that its source prints on every page."""
    if one.sample.isdisjoint(furniture):
        return one
    words = tuple(_cut(one, furniture))
    values = {shingle: value for shingle, value in one.values.items() if value not in furniture}
    return replace(one, words=words, shingles=shingles(words), values=values)


def spans(text: str) -> list[tuple[int, int]]:
    """Where the words of a print stand in its text."""
    return [found.span() for found in _WORD.finditer(text) if plain(found.group())]


def words_of(text: str) -> Words:
    """The words of a text as prints write them."""
    return tuple(plain(text).encode().translate(_BLANKS).split())


def shingles(words: Words) -> Words:
    """Every four words in a row."""
    return tuple(map(b" ".join, zip(*(words[start:] for start in range(SHINGLE)), strict=False)))


def _sample(found: Words) -> dict[bytes, int]:
    """Some of the shingles with their values: 64 bits, the same on every machine and version."""
    kept: Sequence[bytes] = found
    if len(found) >= KEEP_ALL_BELOW:
        kept = [shingle for shingle in found if zlib.crc32(shingle) % KEEP_ONE_IN == 0]
    digests = b"".join([hashlib.blake2b(shingle, digest_size=8).digest() for shingle in kept])
    return dict(zip(kept, struct.unpack(f">{len(kept)}Q", digests), strict=True))


def _cut(one: Print, furniture: Set[int]) -> Iterator[bytes]:
    """The words outside furniture, which reaches from one of its shingles to the next where none stands between."""
    found = ((at, one.values.get(shingle)) for at, shingle in enumerate(one.shingles))
    marked = [(at, value in furniture) for at, value in found if value is not None]
    inside, done = marked[0][1], 0
    for at, is_furniture in marked:
        if is_furniture and not inside:
            yield from one.words[done:at]
        if is_furniture or inside:
            done = at + SHINGLE if is_furniture else at
        inside = is_furniture
    yield from () if inside else one.words[done:]
