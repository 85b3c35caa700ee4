"""A field as a run of folded words that remember where they stood in the original text. Knows no rules."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from monitor.text import fold
from monitor.themes.boilerplate import without_credits

_WORD = re.compile(r"\w+")
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_APART = re.compile(r"(\w+)")  # splits a text into what is between words and words, by turns
# Soft hyphens and characters of no width, which pages put inside words; they are no border of one.
_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_APART_UNSEEN = re.compile("(\\w(?:[\\w\u00ad\u200b-\u200d\u2060\ufeff]*\\w)?)")
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

    `at[i]` is about the offset of word i in `joined`; `spans[i]` are its characters in the original text;
    `starts` are the numbers of the words that open a new sentence.
    """

    field: str
    text: str
    joined: str
    at: list[int]
    spans: list[tuple[int, int]]
    starts: list[int]
    upper: bool  # everything in capitals: case proves nothing
    dateline: str = ""  # "LIMA (Reuters) -", passed over

    def shape(self, first: int, last: int) -> list[str]:
        """The words as written."""
        return [self.text[start:end] for start, end in self.spans[first : last + 1]]


@cache
def _folded(character: str) -> str:
    folded = fold(character)
    return folded if len(folded) == 1 else character


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
    unseen = _UNSEEN.search(said) is not None
    pieces = (_APART_UNSEEN if unseen else _APART).split(fold_same_length(said[start:]))
    edges = list(accumulate(map(len, pieces), initial=start))
    begins, words = edges[1:-1:2], pieces[1::2]
    if unseen:
        words = [_UNSEEN.sub("", word) for word in words]
    starts = _sentence_starts(text, begins)
    for number in starts:
        words[number] = " " + words[number]
    at = list(accumulate([len(word) + 1 for word in words], initial=1))[:-1]
    spans = list(zip(begins, edges[2::2], strict=True))
    return Words(
        field,
        text,
        f" {' '.join(words)} ",
        at,
        spans,
        starts,
        len(spans) > 2 and text.isupper(),
        dateline[0] if dateline else "",
    )


def _sentence_starts(text: str, begins: list[int]) -> list[int]:
    found = {bisect_right(begins, match.start()) for match in _BREAK.finditer(text)}
    return sorted(number for number in found if 0 < number < len(begins))
