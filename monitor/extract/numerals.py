"""Numbers written out, Spanish and English: `treinta y cinco`, `dos mil`, `one hundred and twenty`."""

from __future__ import annotations

import re
from decimal import Decimal

_SMALL = {
    word: number
    for number, words in enumerate(
        (
            "un uno una one", "dos two", "tres three", "cuatro four", "cinco five", "seis six", "siete seven",
            "ocho eight", "nueve nine", "diez ten", "once eleven", "doce twelve", "trece thirteen", "catorce fourteen",
            "quince fifteen", "dieciseis sixteen", "diecisiete seventeen", "dieciocho eighteen",
            "diecinueve nineteen", "veinte twenty", "veintiun veintiuno veintiuna", "veintidos", "veintitres",
            "veinticuatro", "veinticinco", "veintiseis", "veintisiete", "veintiocho", "veintinueve",
        ),
        1,
    )
    for word in words.split()
}  # fmt: skip
_TENS = {
    word: 10 * tens
    for tens, words in enumerate(
        ("treinta thirty", "cuarenta forty", "cincuenta fifty", "sesenta sixty", "setenta seventy", "ochenta eighty",
         "noventa ninety"), 3,
    )
    for word in words.split()
}  # fmt: skip
_HUNDREDS = {"cien": 100, "ciento": 100} | {
    f"{stem}{end}": 100 * number
    for number, stem in (
        (2, "doscient"), (3, "trescient"), (4, "cuatrocient"), (5, "quinient"), (6, "seiscient"), (7, "setecient"),
        (8, "ochocient"), (9, "novecient"),
    )
    for end in ("os", "as")
}  # fmt: skip
_SCALES = {
    "mil": 10**3, "thousand": 10**3, "millon": 10**6, "millones": 10**6, "million": 10**6, "billion": 10**9,
    "bn": 10**9, "billones": 10**12, "trillion": 10**12,
}  # fmt: skip
_ADDED = _SMALL | _TENS | _HUNDREDS  # what adds up below a scale
_HUNDRED = "hundred"
_ARTICLES = frozenset({"un", "una", "one"})  # a number only where something shows it
_ENGLISH_ARTICLES = frozenset({"a", "an"})
_ONCE = "once"  # eleven in Spanish, another word in English

ANY = "|".join(sorted((*_ADDED, *_ENGLISH_ARTICLES, "mil"), key=len, reverse=True))
_WORD = re.compile(r"[^\W\d_]+")
_NEXT = re.compile(r"(?P<seam>\s+(?:y|and)\s+|\s+|-)(?P<word>[^\W\d_]+)")
_SCALE = re.compile(rf"\s*(?P<scale>{'|'.join(sorted(_SCALES, key=len, reverse=True))})\b")


def spelled(low: str, start: int, *, english: bool) -> tuple[Decimal | None, int] | None:
    """Value and end of the number that begins at `start` of a folded text; value None for a mere article.

    Nothing where the word is none here: "once" and "a" depend on the language.
    """
    first = _WORD.match(low, start)
    if first is None or not _begins(first[0], english=english):
        return None
    total, group, room = Decimal(0), Decimal(0), Decimal(10**15)  # `room`: only less than this may be added now
    word, end, articles = first[0], first.end(), True
    while True:
        if word in _SCALES or word == _HUNDRED:
            total, group, room = _multiplied(total, group, word)
        else:
            group += 1 if word in _ENGLISH_ARTICLES else _ADDED[word]
            room = _room(word)
        articles = articles and word in _ARTICLES | _ENGLISH_ARTICLES
        following = _NEXT.match(low, end)
        if following is None or not _joins(following, word, group, room):
            return (None if articles else total + group), end
        word, end = following["word"], following.end()


def scaled(low: str, end: int, value: Decimal) -> tuple[Decimal, int]:
    """A number in digits times what stands behind it: `2,5` millones, `3 mil millones`."""
    while scale := _SCALE.match(low, end):
        value, end = value * _SCALES[scale["scale"]], scale.end()
    return value, end


def _begins(word: str, *, english: bool) -> bool:
    if english:
        return word != _ONCE
    return word not in _ENGLISH_ARTICLES


def _multiplied(total: Decimal, group: Decimal, word: str) -> tuple[Decimal, Decimal, Decimal]:
    if word == _HUNDRED:
        return total, max(group, Decimal(1)) * 100, Decimal(100)
    scale = Decimal(_SCALES[word])
    if word in ("mil", "thousand"):
        return total, max(group, Decimal(1)) * scale, scale  # "dos mil millones": it may be multiplied once more
    return (total + max(group, Decimal(1))) * scale, Decimal(0), scale


def _room(word: str) -> Decimal:
    """What may be added behind a word: units behind tens, anything below a hundred behind hundreds."""
    if word in _HUNDREDS:
        return Decimal(100)
    return Decimal(10) if word in _TENS or word == "twenty" else Decimal(0)


def _joins(following: re.Match[str], before: str, group: Decimal, room: Decimal) -> bool:
    seam, word = following["seam"].strip(), following["word"]
    if word == _HUNDRED or word in _SCALES:
        return not seam and (word != _HUNDRED or 0 < group < 10) and (word not in ("mil", "thousand") or group < 1000)
    value = _ADDED.get(word)
    if value is None or value >= room:
        return False
    if seam == "y":
        return before in _TENS and value < 10
    return seam != "and" or before in (_HUNDRED, *_SCALES)
