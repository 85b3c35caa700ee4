"""Full names of people, bodies and places as a text writes them. By capital letters only: knows nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from monitor.text import fold, tokens

_WORD = r"[^\W\d_]+(?:['’-][^\W\d_]+)*"
_INITIAL = r"[^\W\d_]\."
_RUN = re.compile(rf"{_WORD}(?:[ \t\u00a0]+(?:{_INITIAL}(?=[ \t\u00a0])|{_WORD}))+")
_WORDS = re.compile(rf"{_INITIAL}|{_WORD}")
_PARTICLES = frozenset(("de", "del", "la", "las", "los", "da", "dos", "do", "van", "von", "der", "of", "the", "e"))
_OPENING = (  # words that begin a sentence before a name
    "el la los las un una unos unas en de del al a por para con sin segun tras ante entre desde hasta sobre ayer"
    " hoy este esta estos estas ese esa asi aunque como cuando donde mientras ademas tambien pero luego despues"
    " antes su sus si no ya y o e ni fue fueron es son era eran hubo hay dijo murio lunes martes miercoles jueves"
    " viernes sabado domingo the a an in on at by for from with after before under over yesterday today this that"
    " these those when while but also his her their its as if and or since until said monday tuesday wednesday"
    " thursday friday saturday sunday january february march april may june july august september october november"
    " december"
)
_OPENERS = frozenset(_OPENING.split())


def names(text: str) -> Iterator[str]:
    """Two capitalised words or more in one sentence, particles between them; an opening "El" or "On Monday" aside."""
    for run in _RUN.finditer(text):
        found: list[str] = []
        for word in [*_WORDS.findall(run[0]), ""]:
            if (_capital(word) and not (not found and fold(word) in _OPENERS)) or (found and word in _PARTICLES):
                found.append(word)
            else:
                yield from _whole(found)
                found = []


def _capital(word: str) -> bool:
    """`Rubén`, `McGregor`, `C.`; not `POLÍTICA`, which may be any word of a headline."""
    return word[:1].isupper() and ((len(word) == 2 and word.endswith(".")) or any(char.islower() for char in word))


def _whole(found: list[str]) -> Iterator[str]:
    while found and (found[-1] in _PARTICLES or found[-1].endswith(".")):
        del found[-1]
    if sum(word not in _PARTICLES for word in found) > 1:
        yield " ".join(found)


class Named:
    """The names of one text and its words, for asking whether another text's names occur in it."""

    def __init__(self, text: str, heading: str = "") -> None:
        """No name is taken from the heading, English ones capitalise all; but names may occur there."""
        self.names = tuple(dict.fromkeys(names(text)))
        self._words = f" {_spoken(heading)} · {_spoken(text)} "
        whole = [f" {_spoken(name)} " for name in self.names]
        rest = self._words
        for name in sorted(whole, key=len, reverse=True):
            while name in rest:
                rest = rest.replace(name, " · ")
        self._alone = frozenset(rest.split())

    def has(self, name: str) -> bool:
        """Does it stand here, whole, shortened (two words of it in a row) or by its surname alone?"""
        if f" {_spoken(name)} " in self._words:
            return True
        words = [word for word in _spoken(name).split() if word not in _PARTICLES]
        if any(f" {one} {two} " in self._words for one, two in pairwise(words)):
            return True
        return any(word in self._alone for word in words[1:] if len(word) > 3)

    def missing(self, other: Named) -> list[str]:
        """Names of this text that the other one does not hold."""
        return [name for name in self.names if not other.has(name)]


def _spoken(text: str) -> str:
    """Folded words without initials."""
    return " ".join(word for word in tokens(text) if len(word) > 1)
