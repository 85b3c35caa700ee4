"""Events that come again in like words: matches, league tables, earthquakes. Knows no club and no place."""

from __future__ import annotations

import re
from dataclasses import dataclass

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
_TABLE = re.compile(r"\b(?:tabla (?:de|del|general|liga|acumulada)|league table|standings)\b", re.IGNORECASE)
_QUAKE = re.compile(r"(?i:\b(?:magnitude?|grados?)\D{0,12})(\d(?:[.,]\d)?)")
_REVISED = 0.5  # how far the magnitude of one earthquake is corrected


@dataclass(frozen=True, slots=True)
class Occasion:
    """Which one of its kind a title is about: None and False where it is about none of these."""

    sides: Sides | None
    magnitude: float | None
    names: frozenset[str]
    is_table: bool


def occasion(title: str, lang: str) -> Occasion:
    """What a title says of a match, an earthquake, a league table."""
    quake = _QUAKE.search(title)
    return Occasion(
        sides=_sides(title, lang),
        magnitude=float(quake[1].replace(",", ".")) if quake else None,
        names=frozenset(stems(" ".join(re.findall(_NAME, title)), lang)),
        is_table=bool(_TABLE.search(title)),
    )


def is_another(one: Occasion, other: Occasion) -> bool:
    """True for two matches that are not of the same two sides, two tables, two earthquakes of other force or place."""
    if one.is_table and other.is_table:
        return True
    if one.magnitude is not None and other.magnitude is not None:
        return abs(one.magnitude - other.magnitude) > _REVISED or not one.names & other.names
    return one.sides is not None and other.sides is not None and not _same_two(one.sides, other.sides)


def _same_two(one: Sides, other: Sides) -> bool:
    (a, b), (c, d) = one, other
    return bool((a & c and b & d) or (a & d and b & c))


def _sides(title: str, lang: str) -> Sides | None:
    """Stems of the names on either side of `A vs. B`, `A venció 2-1 a B`, `A y B empataron`; None for other titles."""
    for meeting in _MEETINGS:
        found = meeting.search(title)
        if found:
            one, other = (frozenset(stems(side, lang)) for side in found.groups())
            if one and other:
                return one, other
    return None
