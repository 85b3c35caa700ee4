"""How one issue speaks: language, numbers, dates and links. Pure formatting; decides nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from monitor.digest.phrases import DAYS, MONTHS, PHRASES, REASONS, REGIONS
from monitor.text import clean

Row = Mapping[str, Any]
BARS = "▁▂▃▄▅▆▇█"
_URL_SAFE = "!#$%&'()*+,-./:;=?@[]_~"
_TITLE_LIMIT = 180


@dataclass(frozen=True, slots=True)
class Frame:
    """`language` is en or es; `monday` the first day of the week; instants are shown in `zone`."""

    language: str
    monday: date
    zone: ZoneInfo
    week: str

    @property
    def _index(self) -> int:
        return 1 if self.language == "es" else 0

    def say(self, key: str, **values: object) -> str:
        return PHRASES[key][self._index].format(**values)

    def count(self, key: str, n: int) -> str:
        """`1 story`, `1,284 stories`."""
        one, _, many = PHRASES[key][self._index].partition("|")
        return (one if n == 1 or not many else many).format(n=self.number(n))

    def number(self, value: float) -> str:
        """Thousands with a comma, halves with a point, as both English and Peruvian usage have it."""
        return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"

    def signed(self, value: int) -> str:
        return "0" if value == 0 else f"{'+' if value > 0 else '−'}{abs(value):,}"

    def percent(self, share: float) -> str:
        return f"{share:.0%}"

    def reason(self, word: str) -> str:
        pair = REASONS.get(word)
        return pair[self._index] if pair else word.replace("_", " ")

    def label(self, row: Row) -> str:
        return str(row[f"label_{self.language}"])

    def labels(self, row: Row) -> Sequence[str]:
        return row[f"themes_{self.language}"] or ()

    def day(self, day: date | datetime) -> str:
        """`Mon 9 Nov`; an instant is read in the zone first."""
        local = day.astimezone(self.zone) if isinstance(day, datetime) else day
        return f"{DAYS[self._index][local.weekday()]} {local.day} {MONTHS[self._index][local.month - 1]}"

    def long_day(self, day: date) -> str:
        return f"{self.day(day)} {day.year}"

    def moment(self, instant: datetime) -> str:
        """`Mon 9 Nov 06:30`, in the zone."""
        return f"{self.day(instant)} {instant.astimezone(self.zone):%H:%M}"

    def region(self, slug: str) -> str:
        return REGIONS.get(slug) or slug.replace("-", " ").title()

    def lang_of(self, row: Row) -> str:
        """Language of a headline where it differs from the frame, else empty."""
        lang = str(row.get("lang") or "")[:2].lower()
        return lang if lang.isalpha() and lang != self.language else ""


def bars(history: Sequence[int | None]) -> str:
    """One block per week, the highest week full, zero the lowest; a dot where nothing was collected."""
    top = max((n for n in history if n is not None), default=0)
    return "".join("·" if n is None else BARS[max(1, round(n / top * 7)) if n else 0] for n in history)


def headline(text: str) -> str:
    """A title as one clean line of bounded length; without words, an ellipsis."""
    line = clean(text) or "…"
    return line if len(line) <= _TITLE_LIMIT else line[:_TITLE_LIMIT].rsplit(" ", 1)[0] + "…"


def safe_link(url: str) -> str:
    """An http(s) address that is safe in an attribute and in Markdown, or the empty string."""
    try:
        parts = urlsplit(re.sub(r"\s", "", clean(url)))
        host = parts.netloc.encode("idna").decode()
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host or "@" in host or len(url) > 2000:
        return ""
    encoded = (quote(part, safe=_URL_SAFE) for part in (parts.path, parts.query, parts.fragment))
    return urlunsplit((parts.scheme, host, *encoded))


def tidy(value: object) -> Any:
    """The same value with every string in it cleaned of control and direction-changing characters."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {key: tidy(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [tidy(item) for item in value]
    return value
