"""A field as a run of folded words that remember where they stood in the original text. Knows no rules."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

import numpy as np

from monitor.text import fold, spaced
from monitor.themes.boilerplate import without_credits

_WORD = re.compile(r"\w+")
_BETWEEN = re.compile(r"\W")
_FOREIGN = re.compile(r"[^\x00-\x7f]")
# Soft hyphens and characters of no width, which pages put inside words; they are no border of one.
_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
# A line break or bar; or a full stop, but not after so few letters as in "EE. UU." or "Sr. Vega".
_BREAK = re.compile(r"[\n|.!?;…](?:(?<=[\n|])|(?<=\w{4}.)[\"'»”)\]]*(?=\s))")
# "LIMA (Reuters) -", "(Lima, EFE).-": says where a story was filed, not what it is about.
_DATELINE = re.compile(
    r"\s*(?:[^\W\d_][\w.,' ]{1,40}\((?:Reuters|AP|AFP|EFE|Efe|Bloomberg|Xinhua|Andina)\)|"
    r"\((?:[^\W\d_][\w.' ]{1,30}, )?(?:Reuters|AP|AFP|EFE|Andina)\))\s*\.?\s*[-–—]+"
)


@dataclass(frozen=True, slots=True)
class Words:
    """`joined` is " word word  word ": one space inside a sentence, two between sentences, so no phrase spans two.

    `at[i]` is about the offset of word i in `joined`; in the original text it reaches from `edges[2 * i]` to
    `edges[2 * i + 1]`; `starts` are the numbers of the words that open a new sentence.
    """

    field: str
    text: str
    joined: str
    at: list[int]
    edges: list[int]
    starts: list[int]
    upper: bool  # everything in capitals: case proves nothing
    dateline: str = ""  # "LIMA (Reuters) -", passed over

    def start(self, word: int) -> int:
        """Where a word begins in the original text."""
        return self.edges[2 * word]

    def span(self, first: int, last: int) -> tuple[int, int]:
        """The characters in the original text from one word to another (both included)."""
        return self.edges[2 * first], self.edges[2 * last + 1]

    def shape(self, first: int, last: int) -> list[str]:
        """The words as written, as far as there are any."""
        edges = self.edges[2 * first : 2 * last + 2]
        return [self.text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=False)]


@cache
def _folded(character: str) -> str:
    folded = fold(character)
    return folded if len(folded) == 1 else character


class _Foreign(dict[str, str]):
    """What each character is in a spaced text of the same length, worked out when it is first met."""

    def __missing__(self, char: str) -> str:
        self[char] = _BETWEEN.sub(" ", _folded(char).lower())
        return self[char]


_FOREIGN_OF = _Foreign()


def fold_same_length(text: str) -> str:
    """`fold`, one character for one: the few that would become several (ß, …) stay as they are."""
    return _FOREIGN.sub(lambda match: _folded(match[0]), text).lower()


def split_words(text: str) -> list[str]:
    """The words of a pattern or text as written."""
    return _WORD.findall(unicodedata.normalize("NFC", text))


def folded(text: str) -> str:
    """The words of a text as the automaton sees them, one space apart."""
    return fold_same_length(" ".join(split_words(text)))


def read_words(field: str, text: str, start: int = 0) -> Words:
    """Words of composed (NFC) text from character `start` on; a dateline at that place is passed over."""
    dateline = _DATELINE.match(text, start)
    start = dateline.end() if dateline else start
    said = text if field == "title" else without_credits(text)
    said = " " * start + said[start:]
    seen = _UNSEEN.sub("", said)
    plain = spaced(seen, _FOREIGN_OF)
    edges = _edges(plain) if len(seen) == len(said) else _edges_among(said, plain)
    words = plain.split()
    starts = _sentence_starts(text, edges)
    for number in starts:
        words[number] = " " + words[number]
    return Words(
        field,
        text,
        f" {' '.join(words)} ",
        list(accumulate([len(word) + 1 for word in words[:-1]], initial=1)) if words else [],
        edges,
        starts,
        len(words) > 2 and text.isupper(),
        dateline[0] if dateline else "",
    )


def _edges(plain: str) -> list[int]:
    """Where the words of a spaced text begin and end, by turns."""
    blank = np.frombuffer(f" {plain} ".encode("utf-32-le", "surrogatepass"), "<u4") == ord(" ")
    edges: list[int] = np.flatnonzero(blank[1:] != blank[:-1]).tolist()
    return edges


def _edges_among(said: str, plain: str) -> list[int]:
    """The same in a text that holds unseen characters, which `plain` is without."""
    kept = [place for place, char in enumerate(said) if not _UNSEEN.match(char)]
    edges = _edges(plain)
    edges[::2] = [kept[begin] for begin in edges[::2]]
    edges[1::2] = [kept[end - 1] + 1 for end in edges[1::2]]
    return edges


def _sentence_starts(text: str, edges: list[int]) -> list[int]:
    """Each break opens a sentence with the word after it: every other edge is where a word begins."""
    found = {bisect_right(edges, match.start()) // 2 for match in _BREAK.finditer(text)}
    return sorted(number for number in found if 0 < number < len(edges) // 2)
