"""One Aho-Corasick automaton over every pattern, entity and exclusion. Finds marks; judges nothing.

A. V. Aho and M. J. Corasick, "Efficient string matching", CACM 18 (1975).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import ahocorasick

from monitor.themes.words import Words, folded, split_words

BLOCK = "block"  # label of an exclusion; "block:<theme>" shields one theme only


@dataclass(frozen=True, slots=True)
class Needle:
    """A string to look for and the label that a find carries. A trailing `*` leaves the last word open."""

    text: str
    label: str
    cased: bool = False


class Mark(NamedTuple):
    """A find: words `first` to `last` (both included) of the field numbered `field`."""

    label: str
    field: int
    first: int
    last: int
    sentence: int

    def inside(self, other: Mark) -> bool:
        """Strictly within the other's span, in the same field."""
        return (
            self.field == other.field
            and other.first <= self.first
            and self.last <= other.last
            and self.last - self.first < other.last - other.first
        )


_new = tuple.__new__  # what Mark() comes to, at half its price: a page has hundreds


class Automaton:
    """Built once for a set of needles; `find` is then linear in the length of a text."""

    def __init__(self, needles: Iterable[Needle]) -> None:
        plain: dict[str, dict[str, None]] = defaultdict(dict)  # key -> labels, in order and once each
        cased: dict[str, dict[tuple[str, tuple[str, ...]], None]] = defaultdict(dict)
        for needle in needles:
            key = key_of(needle.text)
            if needle.cased:
                cased[key][needle.label, tuple(split_words(needle.text))] = None
            else:
                plain[key][needle.label] = None
        self._machine = ahocorasick.Automaton()
        for key in plain.keys() | cased.keys():
            slots = tuple(plain.get(key, ())), tuple(cased.get(key, ()))
            self._machine.add_word(key, (len(key) - 2, key.count(" ", 1, -1), *slots))
        self._machine.make_automaton()

    def find(self, words: Words, field: int) -> list[Mark]:
        """Every mark in the field, overlapping ones too, in order of their ends."""
        marks: list[Mark] = []
        at, starts = words.at, words.starts
        for end, (before, further, plain, cased) in self._machine.iter(words.joined):
            first = bisect_right(at, end - before) - 1
            last, sentence = first + further, bisect_right(starts, first)
            marks += [_new(Mark, (label, field, first, last, sentence)) for label in plain]
            for label, shape in cased:
                if _same_case(shape, words, first, last):
                    marks.append(Mark(label, field, first, last, sentence))
        return marks


def key_of(text: str) -> str:
    """The automaton's key: folded words between spaces, open at the end for a trailing `*`."""
    key = folded(text)
    return f" {key}" if text.endswith("*") else f" {key} "


def _same_case(shape: tuple[str, ...], words: Words, first: int, last: int) -> bool:
    """APP is not app and La Convención no convención. A text all in capitals proves nothing, so it never matches."""
    if words.upper:
        return False
    return all(map(_word_matches, shape, words.shape(first, last)))


def _word_matches(wanted: str, found: str) -> bool:
    if wanted.isupper() and len(wanted) > 1:
        return found.isupper()
    return found[0].isupper() or not wanted[0].isupper()


def resolve(marks: list[Mark]) -> list[Mark]:
    """Marks of one field without those that an exclusion consumed (leftmost, then longest)."""
    blocks: dict[int, list[Mark]] = defaultdict(list)  # by each word that one stands over
    for block in marks:
        if block.label.startswith(BLOCK):
            for word in range(block.first, block.last + 1):
                blocks[word].append(block)
    if not blocks:
        return marks
    return [
        mark
        for mark in marks
        if mark.first not in blocks or not any(_consumes(block, mark) for block in blocks[mark.first])
    ]


def _consumes(block: Mark, mark: Mark) -> bool:
    """Does an exclusion that stands over the mark's first word take it away?"""
    if mark.label.startswith(BLOCK) or (block.first == mark.first and mark.last > block.last):
        return False
    theme = block.label.partition(":")[2]
    return not theme or mark.label.startswith(f"term:{theme}:")
