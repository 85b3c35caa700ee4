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


class Automaton:
    """Built once for a set of needles; `find` is then linear in the length of a text."""

    def __init__(self, needles: Iterable[Needle]) -> None:
        slots: dict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
        for needle in needles:
            shape = tuple(split_words(needle.text)) if needle.cased else ()
            slots[key_of(needle.text)].append((needle.label, shape))
        self._machine = ahocorasick.Automaton()
        for key, values in slots.items():
            self._machine.add_word(key, (len(key) - 2, key.count(" ", 1, -1), tuple(dict.fromkeys(values))))
        self._machine.make_automaton()

    def find(self, words: Words, field: int) -> list[Mark]:
        """Every mark in the field, overlapping ones too, in order of their ends."""
        marks: list[Mark] = []
        for end, (before, further, slots) in self._machine.iter(words.joined):
            first = bisect_right(words.at, end - before) - 1
            last = first + further
            sentence = bisect_right(words.starts, first)
            for label, shape in slots:
                if not shape or _same_case(shape, words, first, last):
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
    blocks = [mark for mark in marks if mark.label.startswith(BLOCK)]
    if not blocks:
        return marks
    covered = [mark for mark in marks if any(block.first <= mark.first <= block.last for block in blocks)]
    consumed = {mark for mark in covered if any(_consumes(block, mark) for block in blocks)}
    return [mark for mark in marks if mark not in consumed]


def _consumes(block: Mark, mark: Mark) -> bool:
    if mark.label.startswith(BLOCK) or not block.first <= mark.first <= block.last:
        return False
    if block.first == mark.first and mark.last > block.last:
        return False
    theme = block.label.partition(":")[2]
    return not theme or mark.label.startswith(f"term:{theme}:")
