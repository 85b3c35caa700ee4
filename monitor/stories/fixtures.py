"""The two sides of a match that a title announces or reports. Knows no club; what it finds only keeps matches apart."""

from __future__ import annotations

import re

from monitor.stories.terms import stems

Sides = tuple[frozenset[str], frozenset[str]]

_NAME = r"[A-ZÁÉÍÓÚÑ][\w.]*"
_SIDE = rf"({_NAME}(?: (?:de |del |la )?{_NAME}){{0,3}})"
_SCORE = r"(?: (?:por )?\d+\s?-\s?\d+| en [\w ]{1,25})?"
_WON = (
    r"(?:empat|igual|venc|derrot|super|gan|gole|golear|aplast|elimin|remont|perd|ca[ey]|beat|drew|draw|defeat|lost)\w*"
)
_AGAINST = r"(?: a| ante| contra| con| frente a| por| sobre| to| with| against)?"
_MEETINGS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_SIDE} (?:vs?\.?|versus) {_SIDE}",
        rf"{_SIDE}(?: le| se)? {_WON}{_SCORE}{_AGAINST}(?: su visita a)? {_SIDE}",
        rf"{_SIDE} y {_SIDE} (?:empat|igual)\w+",
        rf"{_SIDE} and {_SIDE} (?:drew|draw)\w*",
    )
)


def sides(title: str, lang: str) -> Sides | None:
    """Stems of the names on either side of `A vs. B`, `A venció 2-1 a B`, `A y B empataron`; None for other titles."""
    for meeting in _MEETINGS:
        found = meeting.search(title)
        if found:
            one, other = (frozenset(stems(side, lang)) for side in found.groups())
            if one and other:
                return one, other
    return None


def other_match(one: Sides | None, other: Sides | None) -> bool:
    """True where both titles name a match and the sides are not the same two."""
    if one is None or other is None:
        return False
    (a, b), (c, d) = one, other
    return not ((a & c and b & d) or (a & d and b & c))
