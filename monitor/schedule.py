"""When a source is due: minimum intervals, what server and document ask for, back-off. Pure: no clock, no state."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from monitor.errors import Reason
from monitor.model import FeedHints, Source, SourceState, Validators

Headers = Sequence[tuple[str, str]]

FLOOR = timedelta(hours=1)  # start to start; what readers agree is polite for a feed
CEILING = timedelta(hours=24)  # of hints and back-off
WEEK = timedelta(days=7)
NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # until the operator changes the address
_UNDEAD_AFTER = 30  # failures in a row: dead feeds do come back, so they are asked weekly
_JITTER = 0.10
# The server has decided, and asking sooner will not change it.
_DAILY = frozenset(
    {
        Reason.NOT_FOUND,
        Reason.HTTP_AUTH,
        Reason.CHALLENGE,
        Reason.ROBOTS,
        Reason.BAD_URL,
        Reason.SSRF_BLOCKED,
        Reason.UNKNOWN_KIND,
    }
)
# No request was made, so nothing was learned about the source.
_NOT_TRIED = frozenset({Reason.HOST_PAUSED, Reason.STOPPED})
_DIRECTIVE = re.compile(r'([a-z-]+)\s*(?:=\s*"?([^",\s]*)"?)?', re.IGNORECASE)


def due_at(source: Source, state: SourceState) -> datetime | None:
    """The earliest instant for the next request: in the past if now, None if never.

    Counted from the start of the last attempt, so that a run that died in the middle still holds the interval.
    """
    if not source.enabled:
        return None
    if state.last_attempt_at is None or (state.url and state.url != source.url):
        return datetime.min.replace(tzinfo=UTC)
    if state.gone or (state.next_due_at is not None and state.next_due_at >= NEVER):
        return None
    earliest = state.last_attempt_at + _interval(source)
    return earliest if state.next_due_at is None else max(earliest, state.next_due_at)


def is_due(source: Source, state: SourceState, now: datetime) -> bool:
    """May the source be asked at `now` (UTC)?"""
    due = due_at(source, state)
    return due is not None and due <= now


def validators_for(source: Source, state: SourceState) -> Validators:
    """What to send back. Validators belong to the address that gave them: a changed one starts without."""
    return state.validators if state.url == source.url else Validators()


def start_offset(source_id: str, window: timedelta) -> timedelta:
    """Where in a window a source starts, the same on every run: spreads sources that are due together."""
    return window * _share(source_id)


def next_due(
    source: Source,
    state: SourceState,
    *,
    started_at: datetime,
    failed: bool,
    reason: Reason | None,
    headers: Headers,
    hints: FeedHints,
    retry_at: datetime | None,
) -> datetime:
    """When to ask again after an attempt that started at `started_at`.

    `state` is the state before the attempt; `headers` those of a 200 or 304; `retry_at` what Retry-After said.
    Never earlier than the interval of the source, one hour, or `retry_at`. A 410 gives NEVER.
    """
    if failed and reason is Reason.GONE:
        return NEVER
    if failed:
        due = started_at + _after_failure(source, state.failures + 1, reason, retry_at)
    else:
        wait = max(_interval(source), _asked(headers, hints))
        due = _postponed(started_at, started_at + wait, hints)
    return max(due, retry_at or due)


def _interval(source: Source) -> timedelta:
    return max(FLOOR, source.interval)


def _after_failure(source: Source, failures: int, reason: Reason | None, retry_at: datetime | None) -> timedelta:
    interval = _interval(source)
    if reason in _NOT_TRIED or (reason is Reason.RATE_LIMITED and retry_at is not None):
        return interval
    if failures >= _UNDEAD_AFTER:
        return max(interval, WEEK)
    if reason in _DAILY:
        return max(interval, CEILING)
    if reason is Reason.RATE_LIMITED:
        return 2 * interval + FLOOR * _share(source.id)
    backoff = max(interval, min(interval * (1 << min(failures, 16)), CEILING))
    return max(interval, backoff * (1 - _JITTER + 2 * _JITTER * _share(source.id)))


def _asked(headers: Headers, hints: FeedHints) -> timedelta:
    """The longest of the caching and polling hints, within [1 h, 24 h]."""
    asked = [wait for wait in (_cache_lifetime(headers), hints.ttl, hints.update_period) if wait is not None]
    return min(max([FLOOR, *asked]), CEILING)


def _cache_lifetime(headers: Headers) -> timedelta | None:
    """How long the answer stays fresh (RFC 9111 section 4.2): max-age less Age, else Expires less Date.

    `s-maxage` is for shared caches and is ignored; no-cache and no-store mean no lifetime.
    """
    directives = _directives(_values(headers, "cache-control"))
    if "no-cache" in directives or "no-store" in directives:
        return None
    age = _seconds(directives.get("max-age", ""))
    if age is not None:
        return age - (_seconds(_first(headers, "age")) or timedelta(0))
    expires, date = _instant(_first(headers, "expires")), _instant(_first(headers, "date"))
    return expires - date if expires and date else None


def _directives(values: Sequence[str]) -> dict[str, str]:
    """Cache-Control as name -> value; of a repeated max-age the first counts (RFC 9111 section 4.2.1)."""
    found: dict[str, str] = {}
    for match in _DIRECTIVE.finditer(",".join(values)):
        found.setdefault(match[1].lower(), match[2] or "")
    return found


def _seconds(text: str) -> timedelta | None:
    """Delta-seconds; a number beyond reason counts as a year."""
    text = text.strip()
    if not (text.isascii() and text.isdigit()):
        return None
    year = 365 * 86_400
    return timedelta(seconds=year if len(text) > 9 else min(int(text), year))


def _instant(text: str) -> datetime | None:
    try:
        instant = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant


def _values(headers: Headers, name: str) -> list[str]:
    return [value for key, value in headers if key.lower() == name]


def _first(headers: Headers, name: str) -> str:
    return next(iter(_values(headers, name)), "")


def _postponed(started_at: datetime, due: datetime, hints: FeedHints) -> datetime:
    """Move out of skipHours and skipDays (GMT, RSS 2.0), but never past a day after the start."""
    latest = max(due, started_at + CEILING)
    moved = due.astimezone(UTC)
    while moved < latest and (moved.hour in _hours(hints) or moved.weekday() in hints.skip_days):
        moved = moved.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return min(moved, latest)


def _hours(hints: FeedHints) -> frozenset[int]:
    return frozenset(hour % 24 for hour in hints.skip_hours)  # RSS 0.91 counts 1 to 24


def _share(source_id: str) -> float:
    """A fixed share in [0, 1) for a source id."""
    return int.from_bytes(hashlib.blake2b(source_id.encode(), digest_size=6).digest(), "big") / 2**48
