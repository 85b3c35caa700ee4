"""Events that come again in like words: matches, tables, earthquakes, episodes, days at the exchange."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from monitor.stories.terms import dates, stems, undated

Sides = tuple[frozenset[str], frozenset[str]]

_NAME = r"[A-ZÁÉÍÓÚÑ][\w.]*"
_SIDE = rf"({_NAME}(?: (?:de |del |la )?{_NAME}){{0,3}})"
_SCORE = r"(?: (?:por )?\d+\s?-\s?\d+| en [\w ]{1,25})?"
_VERBS = (
    *("empat", "igual", "venc", "derrot", "super", "gan", "gole", "aplast", "elimin", "remont", "perd", "cae", "cay"),
    *("beat", "drew", "draw", "defeat", "lost"),
)
_WON = rf"(?:{'|'.join(_VERBS)})\w*"
_AGAINST = r"(?: a| ante| contra| con| frente a| por| sobre| to| with| against)?"


class _Kind(NamedTuple):
    """What titles of a kind say. One of the words, in lower case, is in all of them, and is looked for first: most
    titles have none, and that is found out ten times as fast."""

    pattern: re.Pattern[str]
    words: tuple[str, ...]

    def search(self, title: str, lowered: str) -> re.Match[str] | None:
        return self.pattern.search(title) if any(map(lowered.__contains__, self.words)) else None


_MEETINGS = (
    _Kind(
        re.compile(rf"{_SIDE} (?:vs?\.?|versus) {_SIDE}"),
        (" v ", " v. ", " vs ", " vs. ", " versus "),
    ),
    _Kind(
        re.compile(rf"{_SIDE}(?: le| se)? {_WON}{_SCORE}{_AGAINST}(?: su visita a)? {_SIDE}"),
        tuple(f" {verb}" for verb in _VERBS),
    ),
    _Kind(re.compile(rf"{_SIDE} y {_SIDE} (?:empat|igual)\w+"), (" empat", " igual")),
    _Kind(re.compile(rf"{_SIDE} and {_SIDE} (?:drew|draw)\w*"), (" drew", " draw")),
)
_TABLE = _Kind(
    re.compile(r"\b(?:tabla (?:de|del|general|liga|acumulada)|league table|standings)\b", re.IGNORECASE),
    ("tabla ", "league table", "standings"),
)
_SERIAL = _Kind(
    re.compile(
        r"\b(cap(?=\b|[íi]tulo)|episod|sorteo|fecha|jornada|matchday)[\wí]*\.?(?: n[.°º]+| [A-ZÁÉÍÓÚÑ]\w+){0,2} "
        r"(\d{1,4})\b",
        re.IGNORECASE,
    ),
    ("cap", "episod", "sorteo", "fecha", "jornada", "matchday"),
)
_MARKET = _Kind(
    re.compile(r"\b(bolsas? de valores|bvl|wall street|tipo de cambio|(?:precio del )?d[oó]lar)\b", re.IGNORECASE),
    ("valores", "bvl", "wall street", "tipo de cambio", "lar"),
)
_QUAKE = _Kind(re.compile(r"(?i:\b(?:magnitude?|grados?)\D{0,12})(\d(?:[.,]\d)?)"), ("magnitud", "grado"))
# What many clubs are called: those words alone make no two sides the same.
_CLUB = "sport sporting deportivo deportes club atlético universidad real alianza unión racing city united"
_REVISED = 0.5  # how far the magnitude of one earthquake is corrected


@dataclass(frozen=True, slots=True)
class Occasion:
    """Which one of its kind a title is about: None and False where it is about none of these."""

    sides: Sides | None
    magnitude: float | None
    names: frozenset[str]  # where there is a magnitude
    is_table: bool
    serial: tuple[str, str] | None = None  # what is counted, and which one: the episode, the draw, the round
    session: frozenset[str] = frozenset()  # days of a month that a report of the exchange names


def occasion(title: str, lang: str) -> Occasion:
    """What a title says of a match, an earthquake, a league table, an episode, a day at the exchange."""
    lowered = title.lower()
    serial = _SERIAL.search(undated(title, lang), lowered)
    quake = _QUAKE.search(title, lowered)
    return Occasion(
        sides=_sides(title, lowered, lang),
        magnitude=float(quake[1].replace(",", ".")) if quake else None,
        names=frozenset(stems(" ".join(re.findall(_NAME, title)), lang)) if quake else frozenset(),
        is_table=bool(_TABLE.search(title, lowered)),
        serial=(serial[1].lower(), serial[2]) if serial else None,
        session=frozenset(day for day in dates(title, lang) if day[0].isdigit() and not day.isdigit())
        if _MARKET.search(title, lowered)
        else frozenset(),
    )


def is_another(one: Occasion, other: Occasion) -> bool:
    """True for two matches that are not of the same two sides, two earthquakes of other force or place, two episodes.

    A league table tells of no match in particular: it is alone.
    """
    if one.is_table or other.is_table or _is_next(one, other):
        return True
    if one.magnitude is not None and other.magnitude is not None:
        return abs(one.magnitude - other.magnitude) > _REVISED or not one.names & other.names
    return one.sides is not None and other.sides is not None and not _same_two(one.sides, other.sides)


def _is_next(one: Occasion, other: Occasion) -> bool:
    """Another number of one series, another day at the exchange."""
    if one.session and other.session and not one.session & other.session:
        return True
    if one.serial is None or other.serial is None:
        return False
    return one.serial[0] == other.serial[0] and one.serial[1] != other.serial[1]


def _same_two(one: Sides, other: Sides) -> bool:
    (a, b), (c, d) = one, other
    return (_is_side(a, c) and _is_side(b, d)) or (_is_side(a, d) and _is_side(b, c))


def _is_side(one: frozenset[str], other: frozenset[str]) -> bool:
    return one <= other or other <= one or bool((one & other) - _club_words())


@cache
def _club_words() -> frozenset[str]:
    return frozenset(stem for lang in ("es", "en") for stem in stems(_CLUB, lang))


def _sides(title: str, lowered: str, lang: str) -> Sides | None:
    """Stems of the names on either side of `A vs. B`, `A venció 2-1 a B`, `A y B empataron`; None for other titles."""
    for meeting in _MEETINGS:
        found = meeting.search(title, lowered)
        if found:
            one, other = (frozenset(stems(side, lang)) for side in found.groups())
            if one and other:
                return one, other
    return None
