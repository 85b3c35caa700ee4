"""What a feed's head says about polling: ttl, sy:updatePeriod, skipHours, skipDays. Decides no schedule."""

from __future__ import annotations

import re
from datetime import timedelta

from monitor.model import FeedHints

_HEAD = 65_536
_FIRST_ITEM = re.compile(r"<(?:[\w.\-]+:)?(?:item|entry)[\s/>]", re.IGNORECASE)
_ELEMENT = re.compile(
    r"<(?:[\w.\-]+:)?(ttl|updatePeriod|updateFrequency|hour|day)(?:\s[^<>]*)?>\s*(?:<!\[CDATA\[\s*)?([^<\]]{1,40})",
    re.IGNORECASE,
)
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def feed_hints(text: str) -> FeedHints:
    """Hints in the part of an RSS or RDF document before its first item; what cannot be read is not there."""
    head = text[:_HEAD]
    first = _FIRST_ITEM.search(head)
    found: dict[str, list[str]] = {}
    for name, value in _ELEMENT.findall(head[: first.start()] if first else head):
        found.setdefault(name.lower(), []).append(value.strip().lower())
    ttl = _number(found.get("ttl"))
    return FeedHints(
        ttl=timedelta(minutes=ttl) if ttl else None,
        update_period=_update_period(found),
        # 24 is written for midnight, which the specification calls 0
        skip_hours=frozenset(
            int(hour) % 24 for hour in found.get("hour", []) if hour.isdecimal() and int(hour[:3]) <= 24
        ),
        skip_days=frozenset(_DAYS.index(day) for day in found.get("day", []) if day in _DAYS),
    )


def _update_period(found: dict[str, list[str]]) -> timedelta | None:
    """RSS 1.0 syndication module: updateFrequency times per updatePeriod."""
    period = _PERIODS.get(found.get("updateperiod", [""])[0])
    return period / (_number(found.get("updatefrequency")) or 1) if period else None


def _number(values: list[str] | None) -> int:
    """A plain number of at most six digits, else 0."""
    return int(values[0]) if values and values[0].isdecimal() and len(values[0]) <= 6 else 0
