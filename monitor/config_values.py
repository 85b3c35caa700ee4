"""One reader per kind of configuration value: a TOML value in, the typed value out, or ValueError in plain words."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from monitor.model import Prior

Read: TypeAlias = Callable[[object], Any]

SHORTEST_INTERVAL = timedelta(minutes=60)  # what feed readers are asked to keep to: one poll an hour
_LONGEST_INTERVAL = timedelta(days=31)
_LONGEST_UNSUBSCRIBE = 70  # a longer URI is folded by email.policy.SMTP into an encoded word no mail client reads
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ADDRESS = re.compile(r"[^\s@<>\",;:()\[\]\\]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean "interval"?`, or nothing where no known word is near."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f'; did you mean "{close[0]}"?' if close else ""


def text(pattern: str = "", meaning: str = "") -> Read:
    """Any string, or one that matches `pattern` as a whole; `meaning` says what is wanted instead."""

    def read(value: object) -> str:
        found = _string(value)
        if pattern and not re.fullmatch(pattern, found):
            raise ValueError(f"{_show(found)} is not {meaning}")
        return found

    return read


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"must be text in quotes, not {_show(value)}")
    return value


def _show(value: object) -> str:
    shown = f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
    return shown if len(shown) <= 80 else shown[:77] + "..."


name = text(r"\S(?:[^\r\n]*\S)?", "a name: one line, neither empty nor with spaces around it")
slug = text(r"[a-z0-9]+(?:[-_][a-z0-9]+)*", "an id: small letters, digits and single hyphens")


def flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"must be true or false, not {_show(value)}")
    return value


def whole(low: int, high: int) -> Read:
    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError(f"must be a whole number from {low} to {high}, not {_show(value)}")
        return value

    return read


def share(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError(f"must be a number from 0 to 1, not {_show(value)}")
    return float(value)


def one_of(*allowed: str) -> Read:
    def read(value: object) -> str:
        found = _string(value)
        if found not in allowed:
            known = ", ".join(word for word in allowed if word)
            raise ValueError(f"{_show(found)} is not one of {known}{nearest(found, allowed)}")
        return found

    return read


def prior(value: object) -> Prior:
    return Prior(one_of(*Prior)(value))


def duration(value: object) -> timedelta:
    """`90s`, `60m`, `6h`, `1d`."""
    match = re.fullmatch(r"(\d{1,6})([smhd])", value) if isinstance(value, str) else None
    if not match:
        raise ValueError(f'must be a duration such as "90s", "60m", "6h" or "1d", not {_show(value)}')
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def span(low: str, high: str) -> Read:
    """A duration within two others, both allowed."""

    def read(value: object) -> timedelta:
        found = duration(value)
        if not duration(low) <= found <= duration(high):
            raise ValueError(f"must be from {low} to {high}, not {_show(value)}")
        return found

    return read


def interval(value: object) -> timedelta:
    found = duration(value)
    if found < SHORTEST_INTERVAL:
        raise ValueError(f"{_show(value)} is too often; no source is asked more than once in 60m")
    if found > _LONGEST_INTERVAL:
        raise ValueError(f"{_show(value)} is too rare; at least once in 31d")
    return found


def zone(value: object) -> str:
    found = _string(value)
    try:
        ZoneInfo(found)
    except (KeyError, ValueError, OSError):
        known = available_timezones()
        raise ValueError(f"{_show(found)} is not a time zone such as America/Lima{nearest(found, known)}") from None
    return found


def weekday(value: object) -> str:
    # Cron counts Monday as 1, APScheduler as 0: a number would fire on the wrong day for one of the two readings.
    if value not in _DAYS:
        near = nearest(value.lower(), _DAYS) if isinstance(value, str) else ""
        raise ValueError(f'must be a day by its name, such as "mon", not {_show(value)}{near}')
    return str(value)


def wall_time(value: object) -> tuple[int, int]:
    """`06:30` as hour and minute."""
    match = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", value) if isinstance(value, str) else None
    if not match:
        raise ValueError(f'must be a time of day such as "06:30", not {_show(value)}')
    return int(match[1]), int(match[2])


def day(value: object) -> date | None:
    """A day as `2026-11-20` or `"2026-11-20"`, an instant with its zone, or an empty string for "not yet"."""
    if value == "":
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(_string(value)[:10])
    except ValueError:
        raise ValueError(f"must be a day such as 2026-11-20, not {_show(value)}") from None


def web_url(value: object) -> str:
    """An absolute http(s) address without credentials, spaces or fragment."""
    found = _string(value)
    problem = _url_problem(found)
    if problem:
        raise ValueError(f"{_show(found)} {problem}")
    return found


def _url_problem(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return "is not a web address"
    if parts.scheme not in ("http", "https") or not host:
        return "is not a web address that starts with http:// or https://"
    if re.search(r"[\s\x00-\x1f\x7f]", url):
        return "holds a space; write it as %20"
    if parts.username is not None:
        return "holds a user name; addresses are logged and archived"
    return "ends in a #fragment, which is never sent" if "#" in url else ""


def address(value: object) -> str:
    found = _string(value)
    if found and not _ADDRESS.fullmatch(found):
        raise ValueError(f"{_show(found)} is not a mail address such as desk@example.org")
    return found


def unsubscribe(value: object) -> str:
    found = _string(value)
    if found and (not found.startswith(("https://", "mailto:")) or re.search(r"\s", found)):
        raise ValueError(f"{_show(found)} must start with https:// or mailto:")
    if len(found) > _LONGEST_UNSUBSCRIBE:
        raise ValueError(f"is {len(found)} characters long; mail headers take {_LONGEST_UNSUBSCRIBE}")
    return found


def list_of(read: Read) -> Read:
    def each(value: object) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise ValueError(f"must be a list in [ ], not {_show(value)}")
        return tuple(read(item) for item in value)

    return each


def rising(read: Read) -> Read:
    """A list in which each value is larger than the one before."""

    def each(value: object) -> tuple[Any, ...]:
        found: tuple[Any, ...] = list_of(read)(value)
        if any(later <= earlier for earlier, later in pairwise(found)):
            raise ValueError(f"must rise from one value to the next, not {_show(value)}")
        return found

    return each


def path(value: object) -> Path:
    found = _string(value)
    if not found or "\x00" in found:
        raise ValueError(f"{_show(found)} is not a file name")
    return Path(found).expanduser()


def prefix(value: object) -> str:
    return str(text(r"/[^\s?#]*", 'a path of this outlet such as "/mundo/"')(value))


def number_pattern(value: object) -> str:
    found = _string(value)
    try:
        groups = re.compile(found).groups
    except re.error as error:
        raise ValueError(f"{_show(found)} is not a regular expression: {error}") from None
    if found and groups != 1:
        raise ValueError(f"{_show(found)} must have exactly one ( ) around the article number; it has {groups}")
    return found


def table(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise ValueError(f"must be a table in {{ }}, not {_show(value)}")
    return value


def options(value: object) -> dict[str, str]:
    return {key: _option(key, item) for key, item in table(value).items()}


def _option(key: str, value: object) -> str:
    try:
        return _string(value)
    except ValueError as error:
        raise ValueError(f"{key} {error}") from None
