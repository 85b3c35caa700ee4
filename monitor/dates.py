"""One strict date parser: the string as published -> instant and quality. No fuzzy guessing, and never "now".

Also ISO weeks. Knows English and Spanish, and the month names of Portuguese and Italian; anything it cannot read
with certainty is BAD, with no instant.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from monitor.model import NO_MOMENT, DateQuality, Moment

_EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)  # before that: epoch 0, 0001-01-01 and other empty database fields
_CLOCK_SKEW = timedelta(minutes=10)
_LOCAL_AS_GMT = timedelta(hours=24)

# Abbreviations that mean one offset; IST, AMT, PYT and the military letters do not, and are read as unknown.
_HOURS = {
    **dict.fromkeys(("z", "ut", "utc", "gmt", "wet"), 0.0),
    **dict.fromkeys(("pet", "cot", "ect", "est", "cdt"), -5.0),
    **dict.fromkeys(("bot", "vet", "clt", "edt", "ast"), -4.0),
    **dict.fromkeys(("clst", "art", "brt", "uyt", "adt"), -3.0),
    **dict.fromkeys(("cst", "mdt"), -6.0),
    **dict.fromkeys(("mst", "pdt"), -7.0),
    **dict.fromkeys(("cet", "bst", "west", "met"), 1.0),
    **dict.fromkeys(("cest", "eet", "mest", "sast"), 2.0),
    **dict.fromkeys(("eest", "msk"), 3.0),
    **dict.fromkeys(("jst", "kst"), 9.0),
    **dict.fromkeys(("hkt", "sgt", "awst"), 8.0),
    **dict.fromkeys(("pst", "akdt"), -8.0),
    "akst": -9.0,
    "hst": -10.0,
    "brst": -2.0,
    "aest": 10.0,
    "aedt": 11.0,
    "nzst": 12.0,
    "nzdt": 13.0,
}
# What Intl writes in full, in es-PE and in English.
_SPELLED = {
    **dict.fromkeys(
        ("hora estandar de peru", "hora de peru", "hora peruana", "hora de lima", "peru standard time"), -5.0
    ),
    **dict.fromkeys(("coordinated universal time", "hora universal coordinada", "tiempo universal coordinado"), 0.0),
}
# US newsrooms name the place, not the offset: it follows summer time.
_PLACES = {"et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver", "pt": "America/Los_Angeles"}
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january ene enero janeiro gen gennaio",
            "feb february febrero fev fevereiro febbraio",
            "mar march marzo marco",
            "apr april abr abril aprile",
            "may mayo mai maio mag maggio",
            "jun june junio junho giu giugno",
            "jul july julio julho lug luglio",
            "aug august ago agosto",
            "sep sept september set setiembre septiembre setembro settembre",  # set, setiembre: the Peruvian norm
            "oct october octubre out outubro ott ottobre",
            "nov november noviembre novembro novembre",
            "dec december dic diciembre dez dezembro dicembre",
        ),
        start=1,
    )
    for name in names.split()
}
_WEEKDAY = (
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
    r"|lun(?:es)?|mar(?:tes)?|mie(?:rcoles)?|jue(?:ves)?|vie(?:rnes)?|sab(?:ado)?|dom(?:ingo)?"
    r"|(?:seg(?:unda)?|ter(?:ca)?|qua(?:rta)?|qui(?:nta)?|sex(?:ta)?)(?:-feira)?"
    r"|(?:lune|marte|mercole|giove|vener)di|mer|gio|ven|sabato|domenica)[\s.,]*"
)
_MONTH = rf"(?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\.?"
_CLOCK = (
    r"(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?"
    r"(?:\s*(?P<half>(?:[ap]\.?\s?)?m)\b\.?)?(?:\s*(?:h|hs|hrs|horas)\b\.?)?"  # "12:00 m." is noon
)
_SHORT_CLOCK = r"(?P<hour>\d{1,2})\s*(?P<half>(?:[ap]\.?\s?)?m)\b\.?"  # "3 pm"
# An offset, also with its name behind it (`-0500 PET`; Go writes `-0500 -05`), or a name, one of them spelled out.
_ZONE = (
    r"(?:\s*(?P<zone>(?:(?:utc|gmt)\s?)?[+-]\d[\d:]*z?(?=$|\s)|"
    rf"{'|'.join(_SPELLED)}|[a-z][a-z\d_+\-:/]*$)(?:(?<=\d)\s(?:[a-z]{{2,5}}|[+-]\d\d))?)?"
)
# A dash only with a blank behind it: `2025-11-03-05:00` and `03/11/2025 -05:00` end in an offset, or may.
_AT = r"(?:(?:\s*[,|]?\s*|\s*-\s+)(?:a las?\s+|at\s+)?|t)"


def _grammar(day: str, *, clock: str = _CLOCK, needed: bool = False) -> re.Pattern[str]:
    tail = rf"{_AT}{clock}{_ZONE}"
    return re.compile(rf"^(?:el\s)?(?:{_WEEKDAY})?{day}{tail if needed else f'(?:{tail})?'}$", re.IGNORECASE)


_ORDINAL = "(?:st|nd|rd|th|e?ro|er|o|°)?"  # 1st, 1ro, 1ero, 1º, 1°
_DAY_MONTH_YEAR = (
    rf"(?P<day>\d{{1,2}}){_ORDINAL}(?:\s+(?:de|of)\s+|[\s\-/.]+){_MONTH}"
    r"(?:\s+del?\s+|[\s\-/.,]+)(?P<year>\d{4}|\d{2})(?!\d)"
)
_MONTH_DAY_YEAR = rf"{_MONTH}\s+(?P<day>\d{{1,2}}){_ORDINAL}(?:\s*,\s*|\s+(?:del?\s+)?)(?P<year>\d{{4}})(?!\d)"
_YEAR_MONTH_DAY = rf"(?P<year>\d{{4}})[\s\-/]{_MONTH}[\s\-/](?P<day>\d{{1,2}})(?!\d)"
_ISO_DAY = r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d)"
_DAY_FIRST = r"(?P<day>\d{1,2})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<year>\d{4})(?!\d)"

_DAY_FIRST_GRAMMARS = (_grammar(_DAY_FIRST), _grammar(_DAY_FIRST, clock=_SHORT_CLOCK, needed=True))
# RFC 822/1123 and Spanish share one grammar; RFC 3339 and ISO; JS Date.toString(); asctime; Spanish numerals.
_GRAMMARS = (
    _grammar(_DAY_MONTH_YEAR),
    _grammar(_ISO_DAY),
    _grammar(_MONTH_DAY_YEAR),
    _grammar(_DAY_MONTH_YEAR, clock=_SHORT_CLOCK, needed=True),
    _grammar(_MONTH_DAY_YEAR, clock=_SHORT_CLOCK, needed=True),
    *_DAY_FIRST_GRAMMARS,
    _grammar(_YEAR_MONTH_DAY),
)
_ASCTIME = re.compile(
    rf"^{_WEEKDAY}{_MONTH}\s+(?P<day>\d{{1,2}})\s+{_CLOCK}\s+(?:(?P<zone>[a-z+-][a-z+\-:\d/_]*)\s+)?(?P<year>\d{{4}})$",
    re.IGNORECASE,
)
_COMPACT = re.compile(
    r"^(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})"
    r"(?:t?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?)?(?P<zone>z|[+-]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)
_EPOCH = re.compile(
    r"^(?:/date\()?(?P<seconds>\d{9,10})(?P<millis>\d{3})?(?:\.\d+)?(?:[+-]\d{4})?(?:\)/)?$", re.IGNORECASE
)
_OFFSET = re.compile(
    r"^(?:(?:utc|gmt)\s*)?([+-])(\d{1,2}?)(?::?(\d{2})(?::?\d{2})?)?(z?)$",
    re.IGNORECASE,
)
# RFC 822 comment, also `(hora estándar de Perú)` of JS; `[America/Lima]` of RFC 9557; or the time in brackets
_COMMENT = re.compile(r"\s*(?:\(([^()]*)\)|\[([^\[\]]*)\])$")
_BRACKETED_CLOCK = re.compile(rf"\s*[\[(]({_CLOCK})[\])]$", re.IGNORECASE)
_FIRST = re.compile(r"\bprimero\b", re.IGNORECASE)
# Marks that leave no trace on paper (Internet Explorer put U+200E into every date), and dashes of every length.
_AS_PLAIN = {
    **dict.fromkeys((0xAD, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065))),
    **dict.fromkeys((*range(0x2010, 0x2016), 0x2212), "-"),
}
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]+")
_AMERICAN_HALF = re.compile(r"\d\s*[AP]M\b")


@dataclass(frozen=True, slots=True)
class _Reading:
    """Local wall time and what the string said of its zone (None: nothing)."""

    local: datetime
    zone: str | None
    date_only: bool


def parse(raw: str, zone: str, seen_at: datetime) -> Moment:
    """Read a date as published, to the second.

    `zone` is the source's IANA zone, for times without one; `seen_at` (aware) is when we first saw it. Never
    raises for a bad string. Quality and instant:
    EXACT, NAIVE_LOCAL, DATE_ONLY (local midnight): `at` as read; INFERRED: read, but the zone is one nobody
    keeps (+1900) or an unstated convention (asctime is UTC, RFC 9110 section 5.6.7);
    FUTURE: up to 24 h ahead of `seen_at`, `at` is `seen_at`; further ahead, `at` is None;
    BAD: unreadable, ambiguous or before 1995, `at` is None; MISSING: empty.
    """
    kept = _UNPRINTABLE.sub("", raw).strip()[:200]
    if not kept:
        return NO_MOMENT
    text, comment = _simplify(kept)
    epoch = _EPOCH.match(text)
    if epoch:
        at = datetime.fromtimestamp(int(epoch["seconds"]), UTC)
        return _bounded(kept, at, DateQuality.EXACT, timedelta(0), seen_at)
    try:
        reading = _read(text)
        if reading and not reading.zone and _names_zone(comment):
            reading = replace(reading, zone=comment)
        return _resolve(kept, reading, zone, seen_at) if reading else _bad(kept)
    except (ValueError, OverflowError):  # 31 November, 25:00, year 0, or out of range with its offset
        return _bad(kept)


def _bad(raw: str) -> Moment:
    return Moment(raw, None, DateQuality.BAD)


def _simplify(raw: str) -> tuple[str, str]:
    """The date in plain characters (no accents, single blanks, case kept for zone names), and the comment behind it."""
    decoded = html.unescape(raw) if "&" in raw else raw
    plain = decoded if decoded.isascii() else _without_accents(decoded)
    text = " ".join(plain.split()).strip("\"'").rstrip(" .,;")
    text = _BRACKETED_CLOCK.sub(r" \1", _FIRST.sub("1", text))
    comment = _COMMENT.search(text) if text.endswith((")", "]")) else None
    return (text[: comment.start()], comment[1] or comment[2] or "") if comment else (text, "")


def _without_accents(text: str) -> str:
    marked = unicodedata.normalize("NFKD", text.translate(_AS_PLAIN))
    return "".join(char for char in marked if not unicodedata.combining(char))


def _names_zone(comment: str) -> bool:
    """Is it a zone, as in `10:00 (GMT-5)` and `10:00[Europe/Madrid]`?"""
    return bool(comment) and _offset(comment)[0] is not None


def _read(text: str) -> _Reading | None:
    """Match the grammars in order. Raises ValueError when one matches but names no possible time."""
    for grammar in (*_GRAMMARS, _COMPACT):
        match = grammar.match(text)
        if match:
            return None if _ambiguous(grammar, match, text) else _reading(match.groupdict())
    match = _ASCTIME.match(text)
    return _reading({"zone": "asctime", **{k: v for k, v in match.groupdict().items() if v}}) if match else None


def _ambiguous(grammar: re.Pattern[str], match: re.Match[str], text: str) -> bool:
    """`11/03/2025 3:00:00 PM` is how en-US software writes; whether it means March or November cannot be told."""
    if grammar not in _DAY_FIRST_GRAMMARS or not _AMERICAN_HALF.search(text):
        return False
    day, month = int(match["day"]), int(match["month"])
    return day <= 12 and month <= 12 and day != month


def _reading(got: dict[str, str | None]) -> _Reading:
    month = got["month"] or ""
    number = int(month) if month.isdigit() else MONTHS[month.lower()]
    day = date(_year(got["year"] or ""), number, int(got["day"] or 0))
    if got.get("hour") is None:
        return _Reading(datetime.combine(day, datetime.min.time()), got.get("zone"), date_only=True)
    return _Reading(datetime.combine(day, datetime.min.time()) + _clock(got), got.get("zone"), date_only=False)


def _year(digits: str) -> int:
    """Two digits as RFC 5322 section 4.3 reads them."""
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + (2000 if year < 50 else 1900)


def _clock(got: dict[str, str | None]) -> timedelta:
    """Time of day. 24:00 ends the day (ISO 8601), second 60 is a leap second; anything beyond is a ValueError."""
    hour, minute, second = (int(got.get(name) or 0) for name in ("hour", "minute", "second"))
    half = (got.get("half") or "").lower()
    if half == "m" and hour != 12:
        raise ValueError("only noon is called m.")
    if half.startswith("p") and hour < 12:
        hour += 12
    elif half.startswith("a") and hour >= 12:
        hour = 0 if hour == 12 else 99
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        raise ValueError("no such time of day")
    return timedelta(hours=hour, minutes=minute, seconds=second)


def _resolve(raw: str, reading: _Reading, zone: str, seen_at: datetime) -> Moment:
    offset, quality = _offset(reading.zone) if reading.zone else (None, DateQuality.NAIVE_LOCAL)
    if isinstance(offset, ZoneInfo):
        offset = offset.utcoffset(reading.local)
    if offset is None:
        offset = _zone(zone).utcoffset(reading.local) or timedelta(0)
    if reading.date_only:
        quality = DateQuality.DATE_ONLY
    return _bounded(raw, (reading.local - offset).replace(tzinfo=UTC), quality, offset, seen_at)


def _offset(name: str) -> tuple[timedelta | ZoneInfo | None, DateQuality]:
    """Offset a zone text stands for; (None, NAIVE_LOCAL) when it is unknown: never UTC by default.

    Raises ValueError for numbers that are no offset (+2500, -05:00Z, Z+1): what was meant cannot be told.
    """
    text = name.strip()
    if text == "asctime":
        return timedelta(0), DateQuality.INFERRED
    numeric = _OFFSET.match(text)
    if numeric:
        return _numeric_offset(numeric)
    low = text.lower().rstrip(".")
    hours = _HOURS.get(low, _SPELLED.get(low))
    if hours is not None:
        return timedelta(hours=hours), DateQuality.EXACT
    named = _named_zone(_PLACES.get(low, text))
    if named is None and re.search(r"[\d+]", text):
        raise ValueError("no such offset")
    return named, DateQuality.EXACT if named else DateQuality.NAIVE_LOCAL


def _numeric_offset(match: re.Match[str]) -> tuple[timedelta, DateQuality]:
    minutes = int(match[3] or 0)
    span = timedelta(hours=int(match[2]), minutes=minutes) * (1 if match[1] == "+" else -1)
    if minutes > 59 or abs(span) >= timedelta(hours=24) or (match[4] and span):
        raise ValueError("no such offset")
    kept_somewhere = timedelta(hours=-12) <= span <= timedelta(hours=14)
    return span, DateQuality.EXACT if kept_somewhere else DateQuality.INFERRED


def _named_zone(text: str) -> ZoneInfo | None:
    if not re.fullmatch(r"[A-Za-z]+(?:/[A-Za-z0-9_+\-]+){1,2}", text):
        return None
    try:
        return _zone(text)
    except (OSError, ValueError, LookupError):  # ZoneInfoNotFoundError is a KeyError
        return None


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _bounded(raw: str, at: datetime, quality: DateQuality, offset: timedelta, seen_at: datetime) -> Moment:
    if at < _EARLIEST:
        return _bad(raw)
    ahead = at - seen_at
    if ahead <= _CLOCK_SKEW:
        return Moment(raw, at, quality, offset)
    # five hours ahead is Lima time labelled GMT; beyond a day nothing can be made of it (NetNewsWire's rule)
    return Moment(raw, seen_at.astimezone(UTC) if ahead <= _LOCAL_AS_GMT else None, DateQuality.FUTURE, offset)


def local_midnight(day: date, zone: str) -> datetime:
    """The UTC instant at which a day begins in an IANA zone."""
    return datetime.combine(day, datetime.min.time(), tzinfo=_zone(zone)).astimezone(UTC)


def effective_at(published: Moment, seen_at: datetime) -> datetime:
    """The instant to sort and group by: published, but never later than first seen; first seen when unknown."""
    return min(published.at, seen_at) if published.at else seen_at


def local_day(instant: datetime, zone: str) -> date:
    """The calendar day of an instant where the readers are."""
    return instant.astimezone(_zone(zone)).date()


def iso_week(instant: datetime, zone: str) -> str:
    """ISO 8601 week of an aware instant, as read on a wall calendar in `zone`: `2026-W46`."""
    year, week, _ = instant.astimezone(_zone(zone)).isocalendar()
    return f"{year:04d}-W{week:02d}"


def week_bounds(week: str) -> tuple[date, date]:
    """Monday and Sunday of `2026-W46`. Raises ValueError, with a sentence, for a week that does not exist."""
    match = re.fullmatch(r"([0-9]{4})-W([0-9]{2})", week)
    if not match:
        raise ValueError(f"{week!r} is not an ISO week; write it like 2026-W46")
    try:
        year, number = int(match[1]), int(match[2])
        return date.fromisocalendar(year, number, 1), date.fromisocalendar(year, number, 7)
    except ValueError:
        raise ValueError(f"{match[1]} has no week {match[2]}; ISO weeks run from 01 to 52 or 53") from None


def week_start_at(week: str, zone: str) -> datetime:
    """The UTC instant at which a week begins in `zone`. Raises ValueError like `week_bounds`."""
    return local_midnight(week_bounds(week)[0], zone)
