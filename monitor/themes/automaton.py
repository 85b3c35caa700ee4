"""One Aho-Corasick automaton over every pattern, entity and exclusion. Finds marks; judges nothing.

A. V. Aho and M. J. Corasick, "Efficient string matching", CACM 18 (1975).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import ahocorasick

from monitor.themes.words import Words, folded, split_words

BLOCK = "block"  # label of an exclusion; "block:<theme>" shields one theme only
ENTITY = "entity:"  # how the labels of entities begin that a longer one may hold: Lima in Universidad de Lima


@dataclass(frozen=True, slots=True)
class Needle:
    """A string to look for and the label that a find carries. A trailing `*` leaves the last word open."""

    text: str
    label: str
    cased: bool = False


class Mark(NamedTuple):
    """Where something was found: words `first` to `last` (both included) of the field numbered `field`."""

    field: int
    first: int
    last: int

    def inside(self, other: Mark) -> bool:
        """Strictly within the other's span, in the same field."""
        return (
            self.field == other.field
            and other.first <= self.first
            and self.last <= other.last
            and self.last - self.first < other.last - other.first
        )


Names = Mapping[str, tuple[str, ...]]  # label -> @references that it counts under


class Slot(NamedTuple):
    """What a key stands for; one find has many labels, and most have the same few."""

    before: int  # characters from where it opens to its last one
    further: int  # words after its first
    labels: tuple[str, ...]
    counted: tuple[str, ...]  # its labels and the @references that they count under
    special: bool  # is an exclusion or an entity among them?
    unnamed: Slot | None  # without the entities, if there are any
    cased: tuple[tuple[tuple[str, ...], Slot], ...] = ()  # words as written, and what they stand for if found so

    def only(self, labels: tuple[str, ...], names: Names) -> Slot:
        """The same place with fewer labels."""
        return _slot(self.before, self.further, labels, names)


Hit = tuple[Mark, Slot]
_new = tuple.__new__  # what Mark() comes to, at half its price: a page has hundreds


class Automaton:
    """Built once for a set of needles; `find` is then linear in the length of a text."""

    def __init__(self, needles: Iterable[Needle], names: Names | None = None) -> None:
        self.names = names or {}
        plain: dict[str, dict[str, None]] = defaultdict(dict)  # key -> labels, in order and once each
        cased: dict[str, dict[tuple[str, tuple[str, ...]], None]] = defaultdict(dict)
        for needle in needles:
            key = key_of(needle.text)
            if needle.cased:
                cased[key][needle.label, tuple(split_words(needle.text))] = None
            else:
                plain[key][needle.label] = None
        self._machine = ahocorasick.Automaton()
        for key in sorted(plain.keys() | cased.keys()):
            place = len(key) - 2, key.count(" ", 1, -1)
            as_written = tuple((shape, _slot(*place, (label,), self.names)) for label, shape in cased.get(key, ()))
            self._machine.add_word(key, _slot(*place, tuple(plain.get(key, ())), self.names, as_written))
        self._machine.make_automaton()

    def find(self, words: Words, field: int) -> list[Hit]:
        """Everything in the field, overlapping ones too, in order of their ends."""
        hits: list[Hit] = []
        at = words.at
        for end, slot in self._machine.iter(words.joined):
            before, further, labels, _, _, _, cased = slot
            first = bisect_right(at, end - before) - 1
            mark = _new(Mark, (field, first, first + further))
            if labels:
                hits.append((mark, slot))
            for shape, one in cased:
                if _same_case(shape, words, mark):
                    hits.append((mark, one))
        return hits


def _slot(
    before: int,
    further: int,
    labels: tuple[str, ...],
    names: Names,
    cased: tuple[tuple[tuple[str, ...], Slot], ...] = (),
) -> Slot:
    counted = (*labels, *(name for label in labels for name in names.get(label, ())))
    others = tuple(label for label in labels if not label.startswith(ENTITY))
    return Slot(
        before,
        further,
        labels,
        counted if len(counted) > len(labels) else labels,
        len(others) < len(labels) or any(label.startswith(BLOCK) for label in labels),
        _slot(before, further, others, names) if len(others) < len(labels) else None,
        cased,
    )


def key_of(text: str) -> str:
    """The automaton's key: folded words between spaces, open at the end for a trailing `*`."""
    key = folded(text)
    return f" {key}" if text.endswith("*") else f" {key} "


def _same_case(shape: tuple[str, ...], words: Words, mark: Mark) -> bool:
    """APP is not app and La Convención no convención. A text all in capitals proves nothing, so it never matches."""
    return not words.upper and all(map(_word_matches, shape, words.shape(mark.first, mark.last)))


def _word_matches(wanted: str, found: str) -> bool:
    if wanted.isupper() and len(wanted) > 1:
        return found.isupper()
    return found[0].isupper() or not wanted[0].isupper()


def standing(hits: list[Hit], names: Names) -> list[Hit]:
    """The hits of one field without what exclusions consumed (leftmost, then longest) and names within longer names."""
    special = [hit for hit in hits if hit[1].special]
    blocks = [(mark, label) for mark, slot in special for label in slot.labels if label.startswith(BLOCK)]
    if blocks:
        hits = _resolved(hits, blocks, names)
        special = [hit for hit in hits if hit[1].special]
    nested = _nested([mark for mark, slot in special if slot.unnamed])
    if not nested:
        return hits
    return [(hit[0], hit[1].unnamed) if hit[1].unnamed and hit[0] in nested else hit for hit in hits]


def _resolved(hits: list[Hit], blocks: list[tuple[Mark, str]], names: Names) -> list[Hit]:
    over: dict[int, list[tuple[Mark, str]]] = defaultdict(list)  # by each word that one stands over
    for block in blocks:
        for word in range(block[0].first, block[0].last + 1):
            over[word].append(block)
    kept = []
    for mark, slot in hits:
        exclusions = over.get(mark.first, ())
        labels = tuple(label for label in slot.labels if not any(_consumes(*one, mark, label) for one in exclusions))
        if labels:
            kept.append((mark, slot if labels == slot.labels else slot.only(labels, names)))
    return kept


def _consumes(block: Mark, exclusion: str, mark: Mark, label: str) -> bool:
    """Does an exclusion that stands over the mark's first word take it away?"""
    if label.startswith(BLOCK) or (block.first == mark.first and mark.last > block.last):
        return False
    theme = exclusion.partition(":")[2]
    return not theme or label.startswith(f"term:{theme}:")


def _nested(entities: list[Mark]) -> set[Mark]:
    """Entities named inside a longer one (Lima in Universidad de Lima) are not named themselves."""
    longer: dict[int, list[Mark]] = defaultdict(list)  # by each word that one stands over
    for mark in entities:
        if mark.last > mark.first:
            for word in range(mark.first, mark.last + 1):
                longer[word].append(mark)
    return {mark for mark in entities if mark.first in longer and any(map(mark.inside, longer[mark.first]))}
