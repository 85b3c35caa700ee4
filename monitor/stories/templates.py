"""Pages that come again every day or week under one title: the dollar today, water cuts, the next draw. No clock."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from monitor.stories.terms import dates, stems, undated

_SAME_WORDING = 0.6
_SAME_TITLE = 0.85
_OPENING = 250  # characters


@dataclass(frozen=True)
class Headline:
    """A title as its wording (stems without figures), the days it names, and those the text opens with; each is read
    once it is asked for."""

    title: str
    lang: str
    text: str = ""

    @cached_property
    def wording(self) -> frozenset[str]:
        return frozenset(stem for stem in stems(undated(self.title, self.lang), self.lang) if not stem.isdigit())

    @cached_property
    def days(self) -> frozenset[str]:
        return _days(self.title, self.lang)

    @cached_property
    def opening(self) -> frozenset[str]:
        return _days(self.text, self.lang)


def headline(title: str, lang: str, text: str = "") -> Headline:
    """Take a title apart. Weekdays count where no day of a month is named; a year is no day."""
    return Headline(title, lang, text[:_OPENING])


def recurring(one: Headline, other: Headline) -> bool:
    """True for two issues of one recurring page: the same wording about different days.

    Days that only the texts name count under titles that are all but equal: reports of one event may name several.
    """
    if one.days and other.days:
        return _differ(one.days, other.days) and overlap(one, other) >= _SAME_WORDING
    days, others = one.days or one.opening, other.days or other.opening
    return _differ(days, others) and overlap(one, other) >= _SAME_TITLE


def _days(text: str, lang: str) -> frozenset[str]:
    named = [found for found in dates(text, lang) if not found.isdigit()]
    return frozenset([found for found in named if any(char.isdigit() for char in found)] or named)


def _differ(days: frozenset[str], others: frozenset[str]) -> bool:
    """A weekday and a day of a month may be one day."""
    kinds = {any(char.isdigit() for char in day) for day in days | others}
    return bool(days and others) and not days & others and len(kinds) == 1


def overlap(one: Headline, other: Headline) -> float:
    """Jaccard of the wordings, 0..1."""
    union = one.wording | other.wording
    return len(one.wording & other.wording) / len(union) if union else 0.0
