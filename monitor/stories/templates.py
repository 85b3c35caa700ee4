"""Pages that come again every day or week under one title: the dollar today, water cuts, the next draw. No clock."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.stories.terms import dates, stems, undated

_SAME_WORDING = 0.6


@dataclass(frozen=True, slots=True)
class Headline:
    """A title as its wording (stems without figures) and the days it names."""

    wording: frozenset[str]
    days: frozenset[str]


def headline(title: str, lang: str) -> Headline:
    """Take a title apart. Weekdays count where no day of a month is named; a year is no day."""
    wording = frozenset(stem for stem in stems(undated(title, lang), lang) if not stem.isdigit())
    named = [found for found in dates(title, lang) if not found.isdigit()]
    days = [found for found in named if any(char.isdigit() for char in found)]
    return Headline(wording, frozenset(days or named))


def recurring(one: Headline, other: Headline) -> bool:
    """True for two issues of one recurring page: the same wording about different days."""
    if not one.days or not other.days or one.days & other.days:
        return False
    return overlap(one, other) >= _SAME_WORDING


def overlap(one: Headline, other: Headline) -> float:
    """Jaccard of the wordings, 0..1."""
    union = one.wording | other.wording
    return len(one.wording & other.wording) / len(union) if union else 0.0
