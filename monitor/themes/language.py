"""The rule language as values: themes, terms and their conditions. Reading it from files is loading.py's work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from monitor.themes.automaton import BLOCK, Needle, key_of
from monitor.themes.gazetteer import Gazetteer

SENTENCE = 0  # value of `within` that stands for "in the same sentence"


class Conditions(NamedTuple):
    """The labels under which the words of a term's conditions are found."""

    near: frozenset[str]
    not_near: frozenset[str]
    requires: frozenset[str]
    unless: frozenset[str]


@dataclass(frozen=True, slots=True)
class Term:
    """A pattern and what must hold for it to count. Words of conditions are plain, open (`narco*`) or @references."""

    id: str  # "<theme>:<text>", unique
    text: str
    weight: float = 2.0
    lang: str = ""
    where: str = "any"  # title; lead = title or lead; any
    case: bool = False
    near: tuple[str, ...] = ()
    not_near: tuple[str, ...] = ()
    within: int = 8  # words, or SENTENCE
    requires: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    section: str = ""  # only in this section of a site
    label: str = ""
    block: int = 0  # which [[term]] block of its theme it is of
    labels: Conditions = field(init=False, repr=False, compare=False)  # of each condition's words

    def __post_init__(self) -> None:
        object.__setattr__(self, "labels", _conditions(self.near, self.not_near, self.requires, self.unless))

    @property
    def conditions(self) -> tuple[str, ...]:
        return self.near + self.not_near + self.requires + self.unless


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence written for the theme: a title and, after a bar, its lead."""

    title: str
    lead: str
    lang: str
    tagged: bool


@dataclass(frozen=True, slots=True)
class ThemeInfo:
    """What a reader is told of a theme. IPTC Media Topics: (code, label), CC BY 4.0."""

    slug: str
    en: str
    es: str
    definition: str
    outside: str = ""
    iptc: tuple[tuple[str, str], ...] = ()
    gdelt: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme with its rules."""

    info: ThemeInfo
    terms: tuple[Term, ...]
    blocks: tuple[str, ...] = ()  # phrases that must not count for this theme
    sections: dict[str, float] = field(default_factory=dict)  # URL section -> what it adds
    examples: tuple[Example, ...] = ()

    def needles(self, gazetteer: Gazetteer) -> Iterator[Needle]:
        for block in self.blocks:
            yield Needle(block, f"{BLOCK}:{self.info.slug}")
        yield from term_needles(self.terms, gazetteer)


def term_needles(terms: tuple[Term, ...], gazetteer: Gazetteer) -> Iterator[Needle]:
    """The patterns of terms and the plain words of their conditions, each word once."""
    seen: set[str] = set()
    for term in terms:
        if term.text.startswith("@"):
            yield from gazetteer.entities[term.text[1:]].needles(term.label)
        else:
            yield Needle(term.text, term.label, cased=term.case)
        for word in term.conditions:
            if word not in seen and not word.startswith("@"):
                seen.add(word)
                yield Needle(word, word_label(word))


@lru_cache(maxsize=1_000)
def _conditions(*groups: tuple[str, ...]) -> Conditions:
    """Hundreds of terms of a theme have one and the same conditions."""
    return Conditions(*(frozenset(map(word_label, words)) for words in groups))


def word_label(word: str) -> str:
    """The label under which a condition's word is found: `@id` as it stands, plain words apart from all else."""
    return word if word.startswith("@") else f"word:{key_of(word)}"
