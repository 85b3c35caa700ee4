"""Figures of a text, Spanish and English: numbers in digits or words, money, percentages, dates. Told by value.

1.200 = 1,200 = 1 200 = 1200 = mil doscientos; 2,5 millones = 2 500 000; S/ 30 = 30 soles; 10 % = diez por ciento;
12 de noviembre = November 12. Clock times are no figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from monitor.dates import MONTHS
from monitor.extract import numerals
from monitor.text import fold

_SHORT_MONTHS = ("jan", "feb", "apr", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "dic", "ene", "abr", "may")
_MONTH = "|".join(sorted((name for name in MONTHS if len(name) > 3 or name in _SHORT_MONTHS), key=len, reverse=True))
_DATE = re.compile(
    rf"(?<!\w)(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th|ro|°|º)?\s+(?:de\s+|of\s+)?(?P<month>{_MONTH})\.?"
    r"(?:,?\s+(?:de\s+|del\s+)?(?P<year>\d{4}))?"
    rf"|(?P<month_en>{_MONTH})\.?\s+(?P<day_en>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<year_en>\d{{4}}))?"
    r"|(?P<one>\d{1,2})(?P<seam>[/.-])(?P<two>\d{1,2})(?P=seam)(?P<year_n>\d{4})"
    r"|(?P<year_iso>\d{4})-(?P<month_iso>\d{2})-(?P<day_iso>\d{2}))(?![\w:%])"
)
_CLOCK = re.compile(
    r"(?<![\w.,])(?:\d{1,2}[:h]\d{2}(?::\d{2})?|\d{1,2}(?:\.\d{2})?(?=\s*(?:[ap]\.?\s?m\b|h(?:rs?)?\b)))"
    r"(?:\s*(?:[ap]\.?\s?m\b\.?|h(?:rs?)?\b\.?))?"
)
_DIGITS = (
    r"(?<!\w)(?:(?!0[.,])\d{1,3}(?P<group>[., ])\d{3}(?:(?P=group)\d{3})*(?:(?!(?P=group))[.,]\d{1,2})?(?![\d%])"
    r"|\d+(?:[.,]\d+)?)"
)
_NUMBER = re.compile(rf"{_DIGITS}|(?<!\w)(?:{numerals.ANY})(?!\w)")
_MONEY_BEFORE = re.compile(r"(?:(?P<sol>s/\.?|pen)|(?P<dollar>us\$|u\$s|usd|\$)|(?P<euro>€|eur))\s*$")
_MONEY_BEHIND = re.compile(
    r"\s*(?:(?:de|of)\s+)?(?:nuevos\s+)?(?:(?P<sol>soles?)|(?P<dollar>dolar(?:es)?|dollars?)|(?P<euro>euros?|€))\b"
)
_PERCENT = re.compile(r"\s*(?:%|(?:por\s+ciento|percent|per\s+cent)\b)")
_COUNTED = re.compile(r"\s+(?:(?:de|of)\s+)?(?P<word>[^\W\d_]{3,})")
_ENGLISH = re.compile(r"\b(?:the|of|and|to|is|was|were|has|said|at|in)\b")
_FUNCTION_WORDS = (
    "que los las por para con del una uno sus son fue era han hay muy mas tras sin ante y and the was were who that"
    " from for with has had are after per its this than which into their over when said segun cada otros otras como"
    " pero donde desde hasta entre sobre not but they she"
)
_NO_NOUN = frozenset(_FUNCTION_WORDS.split())
_EXACT = 15  # digits


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as it stands in a text. Two are `same` by value, whatever they look like."""

    raw: str  # as written, with the sign of money or percent that belongs to it: "S/ 1.200", "dos", "12 de mayo"
    value: str  # plain digits, "1200" or "2.5"; of a date "5-12" or "5-12-2026", month first
    kind: str = ""  # "%", "S/", "US$", "€", "date", "one" (an article that may mean a number) or nothing
    counted: str = ""  # the word behind it, folded: "heridos"

    @property
    def number(self) -> float | None:
        """Its size; nothing where it is a date or beyond what a DOUBLE holds exactly."""
        return None if self.kind == "date" or len(self.value) > _EXACT else float(self.value)

    def same(self, other: Figure) -> bool:
        """A date without its year and an amount without its currency are the same as with them."""
        if "date" in (self.kind, other.kind):
            short, long = sorted((self.value, other.value), key=len)
            return self.kind == other.kind and (short == long or long.startswith(f"{short}-"))
        return self.value == other.value and (self.kind == other.kind or not self.kind or not other.kind)

    def counts_like(self, other: Figure) -> bool:
        """Do both count the same thing (herido, heridos)?"""
        return bool(self.counted and other.counted) and stem(self.counted) == stem(other.counted)


def stem(word: str) -> str:
    """Without the ending of number: enough for muerto/muertos, persona/personas, woman/women stays apart."""
    return re.sub(r"(?:es|s)$", "", word)


def figures(text: str) -> list[Figure]:
    """All figures of a text in order; an `un`, `una`, `one` before a noun is of kind "one"."""
    low = _aligned(text)
    found = list(_dates(text, low))
    for figure in found:
        low = low[: figure[0]] + " " * (figure[1] - figure[0]) + low[figure[1] :]
    low = _CLOCK.sub(lambda match: "·" * len(match[0]), low)
    found += _numbers(text, low)
    return [figure for _, _, figure in sorted(found, key=lambda each: each[0])]


def _aligned(text: str) -> str:
    """Folded, character by character, so that offsets stay those of the text."""
    return text.lower() if text.isascii() else "".join(low if len(low := fold(char)) == 1 else " " for char in text)


_Placed = tuple[int, int, Figure]  # from, to


def _dates(text: str, low: str) -> Iterator[_Placed]:
    for match in _DATE.finditer(low):
        part = match.groupdict()
        month = MONTHS.get(part["month"] or part["month_en"] or "") or int(part["month_iso"] or part["two"])
        day = int(part["day"] or part["day_en"] or part["day_iso"] or part["one"])
        if part["one"] and month > 12:
            day, month = month, day
        year = part["year"] or part["year_en"] or part["year_n"] or part["year_iso"]
        value = f"{month}-{day}-{year}" if year else f"{month}-{day}"
        yield match.start(), match.end(), Figure(text[match.start() : match.end()].rstrip("."), value, "date")


def _numbers(text: str, low: str) -> Iterator[_Placed]:
    english = bool(_ENGLISH.search(low))
    at = 0
    while match := _NUMBER.search(low, at):
        read = _read(low, match, english=english)
        if read is None:
            at = match.end()
            continue
        placed = _placed(text, low, match.start(), read[1], read[0])
        at = placed[1]
        yield placed


def _read(low: str, match: re.Match[str], *, english: bool) -> tuple[Decimal | None, int] | None:
    """Value (None for an article) and end of the number that begins here; nothing where none does."""
    if not match[0][0].isdigit():
        return numerals.spelled(low, match.start(), english=english)
    value, end = _value(match), match.end()
    return numerals.scaled(low, end, value)


def _value(match: re.Match[str]) -> Decimal:
    raw = match[0]
    if seam := match["group"]:
        return Decimal(raw.replace(seam, "").replace(",", "."))
    return Decimal(raw.replace(",", "."))


def _placed(text: str, low: str, start: int, end: int, value: Decimal | None) -> _Placed:
    kind, counted = "one" if value is None else "", ""
    if value is not None and (before := _MONEY_BEFORE.search(low[max(0, start - 8) : start])):
        kind, start = _currency(before), start - len(before[0])
    elif value is not None and (percent := _PERCENT.match(low, end)):
        kind, end = "%", percent.end()
    behind = _MONEY_BEHIND.match(low, end)
    if behind is not None and kind in ("", _currency(behind)) and value is not None:
        kind = _currency(behind)
    word = _COUNTED.match(low, end)
    if word is not None and word["word"] not in _NO_NOUN:
        counted = word["word"]
    plain = "1" if value is None else _plain(value)
    return start, end, Figure(text[start:end].strip(), plain, kind, counted)


def _currency(match: re.Match[str]) -> str:
    return "S/" if match["sol"] else "US$" if match["dollar"] else "€"


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
