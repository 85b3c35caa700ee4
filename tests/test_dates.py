"""Dates as published, read to the second or not at all; ISO weeks."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import dates
from monitor.model import NO_MOMENT, DateQuality, Moment

HOUR = timedelta(hours=1)
SEEN = datetime(2026, 11, 16, 12, tzinfo=UTC)
SHARED = Path(__file__).parents[2] / "shared/data/feeds/dates-dev.json"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def read(raw: str, zone: str = "America/Lima") -> Moment:
    return dates.parse(raw, zone, SEEN)


@pytest.mark.parametrize(
    ("raw", "instant"),
    [
        ("Wed, 11 Nov 2026 08:30:00 -0500", "2026-11-11T13:30:00"),
        ("Wed, 11 Nov 26 08:30 EST", "2026-11-11T13:30:00"),
        ("Wednesday, 11-Nov-26 08:30:00 GMT", "2026-11-11T08:30:00"),
        ("11 Nov 2026 08:30:00 PET", "2026-11-11T13:30:00"),
        ("11 Nov 2026 08:30:00 America/Lima", "2026-11-11T13:30:00"),
        ("11 Nov 2026 08:30:00 UTC-5", "2026-11-11T13:30:00"),
        ("11 Nov 2026 08:30:00 -0500 (hora estándar de Perú)", "2026-11-11T13:30:00"),
        ("2026-11-11T08:30:00.9876-05:00", "2026-11-11T13:30:00"),
        ("2026-11-11T08:30-05", "2026-11-11T13:30:00"),
        ("2026-11-11T24:00:00Z", "2026-11-12T00:00:00"),
        ("2026-11-11T08:30:00-05:00[America/Lima]", "2026-11-11T13:30:00"),
        ("20261111T133000Z", "2026-11-11T13:30:00"),
        ("Wed Nov 11 2026 08:30:00 GMT-0500 (hora estándar de Perú)", "2026-11-11T13:30:00"),
        ("mié., 11 nov. 2026 08:30:00 -0500", "2026-11-11T13:30:00"),
        ("mar, 03 mar 2026 08:30:00 -0500", "2026-03-03T13:30:00"),
        ("vie, 11 set 2026 08:30:00 -0500", "2026-09-11T13:30:00"),
        ("Wed Nov 11 08:30:00 PET 2026", "2026-11-11T13:30:00"),
        ("1794403800", "2026-11-11T13:30:00"),
        ("1794403800000", "2026-11-11T13:30:00"),
        ("/Date(1794403800000)/", "2026-11-11T13:30:00"),
        ("Wed, 11 Nov 2026 08:29:60 -0500", "2026-11-11T13:30:00"),
        ("Wed Nov 11 13:30:00 +0000 2026", "2026-11-11T13:30:00"),
        ("2026-11-11 08:30:00 -0500 -05", "2026-11-11T13:30:00"),
        ("2026-11-11T13:30:00+00:00Z", "2026-11-11T13:30:00"),
        ("2026-11-11T08:30:00–05:00", "2026-11-11T13:30:00"),
        ("2026-11-11T08:30:00[America/Lima]", "2026-11-11T13:30:00"),
        ("11 Nov 2026 08:30:00 UTC -5", "2026-11-11T13:30:00"),
        ("11/11/2026 08:30 (GMT-5)", "2026-11-11T13:30:00"),
        ("11/11/2026 14:30 (CET)", "2026-11-11T13:30:00"),
        ("Wed, 11th Nov 2026 13:30:00 GMT;", "2026-11-11T13:30:00"),
        ("Wed , 11 Nov 2026&nbsp;08:30:00 &#45;0500", "2026-11-11T13:30:00"),
        ("‎11‎ ‎nov‎ ‎2026‎ 08:30 PET", "2026-11-11T13:30:00"),
        ("１１ Nov 2026 ０８:３０ PET", "2026-11-11T13:30:00"),
        ("11 de noviembre de 2026, 08:30:00 hora estándar de Perú", "2026-11-11T13:30:00"),
        ("July 11, 2026 9:30 AM ET", "2026-07-11T13:30:00"),
    ],
)
def test_item_59_item_60_item_62_an_instant_with_its_zone_is_exact(raw: str, instant: str) -> None:
    """Every common way to write an instant and its zone gives that instant."""
    moment = read(raw)
    assert (moment.at, moment.quality, moment.raw) == (at(instant), DateQuality.EXACT, raw)


@pytest.mark.parametrize(
    ("raw", "instant"),
    [
        ("miércoles, 11 de noviembre de 2026 08:30", "2026-11-11T13:30:00"),
        ("11 de setiembre del 2026 a las 3:05 p. m.", "2026-09-11T20:05:00"),
        ("11 setiembre, 2026 - 12:10 am", "2026-09-11T05:10:00"),
        ("11/09/2026 10:00:00 a. m.", "2026-09-11T15:00:00"),
        ("11.09.2026 10:00", "2026-09-11T15:00:00"),
        ("2026/09/11 10:00:00", "2026-09-11T15:00:00"),
        ("2026-9-1 7:05:09", "2026-09-01T12:05:09"),
        ("1 de setiembre de 2026 a las 12:00 m.", "2026-09-01T17:00:00"),
        ("el martes 1º de setiembre de 2026 (7:05)", "2026-09-01T12:05:00"),
        ("11 nov. 2026 – 10:00 hrs.", "2026-11-11T15:00:00"),
        ("11 de novembro de 2026 10:00", "2026-11-11T15:00:00"),
        ("2026-Sep-01 7:05", "2026-09-01T12:05:00"),
        ("Sep 11, 2026 3 pm", "2026-09-11T20:00:00"),
        ("11 Nov 2026 08:30:00 XYZ", "2026-11-11T13:30:00"),
        ("11 Nov 2026 08:30:00 IST", "2026-11-11T13:30:00"),
    ],
)
def test_item_61_item_62_item_63_a_time_without_a_known_zone_is_local_to_the_source(raw: str, instant: str) -> None:
    """No zone, or one nobody can name, means the source's own; never UTC in silence."""
    moment = read(raw)
    assert (moment.at, moment.quality) == (at(instant), DateQuality.NAIVE_LOCAL)


@pytest.mark.parametrize(
    "raw",
    ["11/09/2026", "11 de setiembre de 2026", "2026-09-11", "20260911", "Sep 11, 2026", "11th of September 2026",
     "setiembre 11 de 2026", "11.set.26", "11 settembre 2026", "VIERNES 11 DE SETIEMBRE DEL 2026"],
)  # fmt: skip
def test_item_61_item_63_a_day_is_local_midnight(raw: str) -> None:
    """A day without a time is kept as its first instant in the source's zone."""
    assert read(raw) == Moment(raw, at("2026-09-11T05:00:00"), DateQuality.DATE_ONLY, timedelta(hours=-5))


@pytest.mark.parametrize(
    "raw",
    [
        "11/03/2026 3:00:00 PM",
        "Wed, 31 Nov 2026 10:00:00 -0500",
        "Wed, 11 Nov 2026 25:00:00 -0500",
        "11/09/2026 15:00 a. m.",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "0001-01-01T00:00:00Z",
        "0000-00-00 00:00:00",
        "Mon, 30 Nov -0001 00:00:00 +0000",
        "9999-12-31T23:59:59-23:00",
        "undefined",
        "ayer",
        "hace 3 horas",
        "11 de noviembre",
        "03/11/26",
        "2026-11-11 10:00 y algo más que no es zona",
        "2026-11-11-05:00",
        "11/11/2026 -05:00",
        "2026-11-11T10:00:00 +2500",
        "2026-11-11T10:00:00 +0560",
        "2026-11-11T10:00:00-05:00Z",
        "2026-11-11T10:00:00Z-05:00",
        "2026-11-11 10:00 (+9900)",
        "2026-11-11T10:00:00Z 2026-11-12T10:00:00Z",
        "Wed, 11 Nov 2026 10:00:00 GMT and more",
        "11 nov 2026 10:00 m.",
        "11/13/2026",
        "25/12/24",
        "1794403800123456",
        "788918399",
        "marzo 2026",
        "10:00 a. m.",
    ],
)
def test_item_60_item_64_what_cannot_be_read_with_certainty_has_no_instant(raw: str) -> None:
    """Ambiguous, impossible, relative and empty-field dates are BAD, and keep what was written."""
    assert read(raw) == Moment(raw, None, DateQuality.BAD)


def test_item_66_an_empty_date_is_missing() -> None:
    """Nothing written is something else than something unreadable."""
    assert read("  \n") == NO_MOMENT


def test_an_unambiguous_american_date_is_read() -> None:
    """`25/03/2026 3:00:00 PM` can only be the 25th of March."""
    assert read("25/03/2026 3:00:00 PM").at == at("2026-03-25T20:00:00")


def test_item_64_a_zone_nobody_keeps_is_applied_and_flagged() -> None:
    """An offset beyond the world's -12..+14 is taken as written, but not trusted."""
    moment = read("Wed, 11 Nov 2026 10:00:00 +1900")
    assert (moment.at, moment.quality) == (at("2026-11-10T15:00:00"), DateQuality.INFERRED)


@pytest.mark.parametrize(
    ("ahead", "kept", "quality"),
    [
        (timedelta(minutes=10), timedelta(minutes=10), DateQuality.EXACT),
        (timedelta(minutes=11), timedelta(0), DateQuality.FUTURE),
        (timedelta(hours=24), timedelta(0), DateQuality.FUTURE),
        (timedelta(hours=24, seconds=1), None, DateQuality.FUTURE),
    ],
)
def test_item_65_a_date_ahead_of_the_clock(ahead: timedelta, kept: timedelta | None, quality: DateQuality) -> None:
    """Ten minutes are clock skew, up to a day is clamped to first sight, more is no date at all."""
    moment = read((SEEN + ahead).isoformat())
    assert (moment.at, moment.quality) == (None if kept is None else SEEN + kept, quality)


def test_item_59_item_63_the_source_zone_follows_its_summer_time() -> None:
    """A zone is a place, not an offset."""
    assert read("2026-07-01 12:00", "Europe/Madrid").at == at("2026-07-01T10:00:00")
    assert read("2026-01-01 12:00", "Europe/Madrid").at == at("2026-01-01T11:00:00")


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_no_string_raises_or_gives_an_instant_out_of_bounds(raw: str) -> None:
    """Whatever is written, the answer is a Moment with no instant or one between 1995 and first sight."""
    moment = read(raw)
    assert moment.at is None or at("1995-01-01T00:00:00") <= moment.at <= SEEN + timedelta(minutes=10)
    moment.raw.encode("utf-8")


WALL = st.datetimes(datetime(1996, 1, 1), datetime(2026, 1, 1)).map(  # noqa: DTZ001 - wall time, as it is written
    lambda moment: moment.replace(second=0, microsecond=0)
)
DAYS = {
    "lunes": "lun",
    "martes": "mar",
    "miércoles": "mié",
    "jueves": "jue",
    "viernes": "vie",
    "sábado": "sáb",
    "domingo": "dom",
}
MONTHS = {
    "enero": "ene", "febrero": "feb", "marzo": "mar", "abril": "abr", "mayo": "may", "junio": "jun", "julio": "jul",
    "agosto": "ago", "setiembre": "set", "octubre": "oct", "noviembre": "nov", "diciembre": "dic",
}  # fmt: skip
SPANISH = (
    "{weekday}, {day} de {month} de {year}",
    "{day:02} {mon}. {year}",
    "{day}-{mon}-{year}",
    "{wd}., {day:02} {mon} {year}",
    "{day:02}/{number:02}/{year}",
    "{day}.{number}.{year}",
    "{wd} {day:02}-{number:02}-{year}",
    "{month} {day} de {year}",
)
CLOCKS = (
    "{hour:02}:{minute:02}",
    "{hour}.{minute:02} h",
    "{twelve}:{minute:02} {half}. m.",
    "{twelve}:{minute:02}{half}m",
)
JOINTS = (" ", ", ", " - ", " | ", " a las ", ", a las ")
NAMED = {"PET": -5.0, "GMT": 0.0, "UTC-5": -5.0, "GMT+05:30": 5.5, "EDT": -4.0, "America/Lima": -5.0, "Etc/GMT+3": -3.0}


def written(moment: datetime, day: str, clock: str) -> tuple[str, str]:
    """Day and time of day in Spanish."""
    weekday, month = list(DAYS)[moment.weekday()], list(MONTHS)[moment.month - 1]
    half = "a" if moment.hour < 12 else "p"
    names = {"weekday": weekday, "wd": DAYS[weekday], "month": month, "mon": MONTHS[month], "half": half}
    numbers = {"day": moment.day, "number": moment.month, "year": moment.year, "twelve": moment.hour % 12 or 12}
    time = clock.format(hour=moment.hour, minute=moment.minute, **names, **numbers)
    return day.format(**names, **numbers), time


@given(
    WALL,
    st.sampled_from(SPANISH),
    st.sampled_from(JOINTS),
    st.sampled_from(CLOCKS),
    st.sampled_from((str, str.upper, str.title)),
)
@settings(max_examples=400, deadline=None)
def test_item_61_item_63_a_spanish_date_comes_back(
    moment: datetime, day: str, joint: str, clock: str, case: Any
) -> None:
    """Whatever way it is written, a wall time of Lima is that instant: with accents or without, in any case."""
    date_text, time_text = written(moment, day, clock)
    for text in (case(date_text) + joint + time_text, unaccented(date_text) + joint + time_text):
        found = read(text)
        assert (found.at, found.quality) == (moment.replace(tzinfo=UTC) + 5 * HOUR, DateQuality.NAIVE_LOCAL), text
    midnight = datetime.combine(moment.date(), datetime.min.time(), UTC) + 5 * HOUR
    assert (read(date_text).at, read(date_text).quality) == (midnight, DateQuality.DATE_ONLY)


def unaccented(text: str) -> str:
    return text.translate(str.maketrans("áé", "ae"))


RFC = (
    "{0:%a}, {0.day:02} {0:%b} {0.year} {0:%H:%M:%S} {1}",
    "{0:%a}, {0.day} {0:%b} {0:%y} {0:%H:%M} {1}",
    "{0.day:02} {0:%B} {0.year} {0:%H:%M:%S}{1}",
    "{0:%a} {0:%b} {0.day:02} {0.year} {0:%H:%M:%S} {1}",
    "{0:%a} {0:%b} {0.day:>2} {0:%H:%M:%S} {1} {0.year}",
    "{0:%B} {0.day}, {0.year} at {0:%I:%M %p} {1}",
    "{0:%Y-%m-%d} {0:%H:%M:%S} {1}",
    "{0:%Y-%m-%d}T{0:%H:%M:%S}.123{1}",
    "{0:%Y/%m/%d} {0:%H:%M} ({1})",
)


@given(
    WALL,
    st.integers(-12 * 4, 14 * 4),
    st.sampled_from(RFC),
    st.sampled_from(("{}{:02}{:02}", "{}{:02}:{:02}", "GMT{}{:02}{:02}")),
)
@settings(max_examples=400, deadline=None)
def test_item_60_an_instant_with_its_offset_comes_back(moment: datetime, quarters: int, form: str, zone: str) -> None:
    """RFC 822, RFC 3339, JavaScript, asctime with a zone, plain English: any offset the world keeps, to the minute."""
    minutes = abs(quarters) * 15
    offset = zone.format("-" if quarters < 0 else "+", minutes // 60, minutes % 60)
    found = read(form.format(moment, offset))
    assert (found.at, found.offset) == (
        moment.replace(tzinfo=UTC) - quarters * timedelta(minutes=15),
        quarters * timedelta(minutes=15),
    )
    assert found.quality is DateQuality.EXACT


@given(WALL, st.sampled_from(RFC), st.sampled_from(sorted(NAMED)))
@settings(max_examples=200, deadline=None)
def test_item_62_an_instant_with_its_zone_name_comes_back(moment: datetime, form: str, name: str) -> None:
    """The same with a name from the table, or from the IANA database."""
    assert read(form.format(moment, name)).at == moment.replace(tzinfo=UTC) - NAMED[name] * HOUR


@given(st.datetimes(datetime(1996, 1, 1), datetime(2026, 1, 1)))  # noqa: DTZ001 - wall time, made aware below
@settings(max_examples=200, deadline=None)
def test_rfc_822_and_iso_agree(moment: datetime) -> None:
    """One instant in either notation is one instant."""
    aware = moment.replace(microsecond=0, tzinfo=UTC)
    rfc = aware.strftime("%d %b %Y %H:%M:%S +0000") if aware.strftime("%b").isascii() else aware.isoformat()
    assert read(rfc).at == read(aware.isoformat()).at == aware


def test_item_65_item_66_effective_instant() -> None:
    """Published, but never after first sight; first sight where nothing is known."""
    early = Moment("", SEEN - timedelta(days=1), DateQuality.EXACT)
    late = Moment("", SEEN + timedelta(minutes=5), DateQuality.EXACT)
    assert dates.effective_at(early, SEEN) == early.at
    assert dates.effective_at(late, SEEN) == SEEN
    assert dates.effective_at(NO_MOMENT, SEEN) == SEEN


def test_a_week_is_told_by_the_wall_calendar_of_its_zone() -> None:
    """Monday 03:00 UTC is still Sunday, and last week, in Lima."""
    instant = at("2026-11-16T03:00:00")
    assert dates.iso_week(instant, "UTC") == "2026-W47"
    assert dates.iso_week(instant, "America/Lima") == "2026-W46"


def test_week_bounds() -> None:
    """A week runs from its Monday to its Sunday, also across the year."""
    assert dates.week_bounds("2026-W46") == (date(2026, 11, 9), date(2026, 11, 15))
    assert dates.week_bounds("2026-W53") == (date(2026, 12, 28), date(2027, 1, 3))
    assert dates.week_start_at("2026-W46", "America/Lima") == at("2026-11-09T05:00:00")


@pytest.mark.parametrize(
    "week", ["2026-W54", "2025-W53", "2026-W00", "2026-46", "2026-w46", "", "0000-W01", "²026-W46"]
)
def test_a_week_that_does_not_exist_is_refused(week: str) -> None:
    """A wrong week is a ValueError with a sentence."""
    with pytest.raises(ValueError, match=r"ISO week"):
        dates.week_bounds(week)


def test_item_67_development_dates() -> None:
    """Of the measured strings at least 46 of 48 are right and none is wrong."""
    if not SHARED.exists():
        pytest.skip(f"no shared data at {SHARED}")
    right, wrong = 0, []
    for raw, wanted in json.loads(SHARED.read_text(encoding="utf-8")):
        expected = datetime.fromisoformat(wanted.split("|")[0].rstrip("?")) if wanted else None
        got = read(raw).at
        right += got == expected
        if got is not None and got != expected:
            wrong.append((raw, got))
    assert wrong == []
    assert right >= 46
