"""When a source is due: intervals given and learned, what server and document ask for, back-off. Pure: no clock."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from monitor.errors import Reason
from monitor.model import FeedHints, Source, SourceState, Validators

Headers = Sequence[tuple[str, str]]

FLOOR = timedelta(hours=1)  # start to start; what readers agree is polite for a feed
CEILING = timedelta(hours=24)  # of hints and back-off
WEEK = timedelta(days=7)
NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # until the operator changes the address
UNCONDITIONAL = timedelta(hours=6)  # where every request costs the server the whole document
START_WINDOW = timedelta(seconds=5)  # over which the sources of one run start
_STEP = timedelta(minutes=10)
_QUIET = timedelta(days=31)
_STUCK = timedelta(days=7)  # of 304s from a source that brings something every day
_PROBE_AGAIN = timedelta(hours=24)
_UNDEAD_AFTER = 30  # failures in a row: dead feeds do come back, so they are asked weekly
_UNDEAD_WEIGHT = 15.0  # and what they must weigh: a month of broken name look-ups at our end proves nothing
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
# As often our own line as theirs (mediacloud/rss-fetcher counts name look-ups a quarter, soft failures a half).
_SOFT = frozenset({Reason.TIMEOUT, Reason.UNREACHABLE, Reason.ROBOTS_UNAVAILABLE, Reason.NOT_FOUND})
_DIRECTIVE = re.compile(r'([a-z-]+)\s*(?:=\s*"?([^",\s]*)"?)?', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Overlap:
    """One document beside the one before: its entries, those that were not in it, whether it could be compared.

    `gap`: not one entry in common, so others may have come and gone unseen.
    """

    entries: int
    fresh: int
    known_before: bool
    gap: bool = False


# ---------------------------------------------------------------- before an attempt


def due_at(source: Source, state: SourceState) -> datetime | None:
    """The earliest instant for the next request: in the past if now, None if never.

    Counted from the start of the last attempt, so that a run that died in the middle still holds the interval.
    """
    if not source.enabled:
        return None
    if state.last_attempt_at is None or (state.url and not same_address(source, state)):
        return datetime.min.replace(tzinfo=UTC)
    if state.gone or (state.next_due_at is not None and state.next_due_at >= NEVER):
        return None
    earliest = state.last_attempt_at + interval_of(source, state)
    return earliest if state.next_due_at is None else max(earliest, state.next_due_at)


def is_due(source: Source, state: SourceState, now: datetime) -> bool:
    """May the source be asked at `now` (UTC)?"""
    due = due_at(source, state)
    return due is not None and due <= now


def same_address(source: Source, state: SourceState) -> bool:
    """Is the last attempt's address still the source's? A permanent move that we followed changes nothing."""
    return state.url == source.url or (
        state.moved_to != "" and {source.url, state.url} <= {state.moved_from, state.moved_to}
    )


def validators_for(source: Source, state: SourceState) -> Validators:
    """What to send back. Validators belong to the address that gave them: a changed one starts without."""
    return state.validators if state.url and same_address(source, state) else Validators()


def wants_probe(state: SourceState, now: datetime) -> bool:
    """Ask once without validators? A source that brings something daily and has said 304 for a week may be stuck.

    Where such a probe did bring what the 304s had hidden, the next follows after a day; never two in one day.
    """
    if state.full_at is None or not state.daily or state.validators == Validators():
        return False
    return now - state.full_at >= (_PROBE_AGAIN if state.probe_helped else _STUCK)


def start_offset(source_id: str, window: timedelta = START_WINDOW) -> timedelta:
    """Where in a window a source starts, the same on every run: spreads sources that are due together."""
    return window * _share(source_id)


# ---------------------------------------------------------------- after an attempt


def interval_of(source: Source, state: SourceState) -> timedelta:
    """The interval in force: the learned one, as long as the operator has not configured another."""
    learned = state.learned if state.learned_from == source.interval else None
    return max(FLOOR, learned or source.interval)


def adapted(source: Source, state: SourceState, overlap: Overlap | None, now: datetime) -> timedelta:
    """The interval to go on with after a success; `overlap` None for a 304 or the same bytes again.

    A document that shares nothing with the one before halves it; one that is two thirds new takes an hour off: a feed
    must not roll over between two visits. Otherwise it returns to the configured one in steps of 10 minutes (the
    thresholds are those of mediacloud/rss-fetcher). Without anything new for a month it grows by an hour each
    time, to a day, unless the operator named an interval. Never below an hour.
    """
    present, base = interval_of(source, state), max(FLOOR, source.interval)
    if overlap is not None and overlap.gap:
        return max(FLOOR, present / 2)
    if overlap is not None and overlap.known_before and 3 * overlap.fresh > 2 * overlap.entries:
        return max(FLOOR, min(present, base) - (FLOOR if state.failures == 0 else timedelta(0)))
    if overlap is not None and overlap.fresh:
        return min(present + _STEP, base)
    quiet = state.fresh_at is not None and now - state.fresh_at > _QUIET
    if quiet and not source.interval_set:
        return max(base, min(present + FLOOR, CEILING))
    return present if present >= base else min(present + _STEP, base)


def weight_of(reason: Reason | None, *, dns: bool = False) -> float:
    """How much a failure counts towards back-off: a name that could not be looked up a quarter, soft ones a half."""
    if reason is None or reason in _NOT_TRIED:
        return 0.0
    if dns:
        return 0.25
    return 0.5 if reason in _SOFT else 1.0


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
    dns: bool = False,
    interval: timedelta | None = None,
    conditional: bool = True,
) -> datetime:
    """When to ask again after an attempt that started at `started_at`.

    `state` is the state before the attempt; `headers` those of a 200 or 304; `retry_at` what Retry-After said;
    `interval` the adapted one; `conditional` whether there are validators for the next request. Never earlier
    than the interval in force, one hour, or `retry_at`. A 410 gives NEVER.
    """
    if failed and reason is Reason.GONE:
        return NEVER
    if failed:
        weight = state.weight + weight_of(reason, dns=dns)
        undead = state.failures + 1 >= _UNDEAD_AFTER and weight >= _UNDEAD_WEIGHT and reason not in _NOT_TRIED
        interval = interval_of(source, state)
        due = started_at + (
            max(interval, WEEK) if undead else _after_failure(source, interval, weight, reason, retry_at)
        )
    else:
        least = interval or interval_of(source, state)
        if not conditional and not source.interval_set:
            least = max(least, UNCONDITIONAL)
        due = _postponed(started_at, started_at + max(least, _asked(headers, hints)), hints)
    return max(due, retry_at or due)


def _after_failure(
    source: Source, interval: timedelta, weight: float, reason: Reason | None, retry_at: datetime | None
) -> timedelta:
    if reason in _NOT_TRIED or (reason is Reason.RATE_LIMITED and retry_at is not None):
        return interval
    if reason in _DAILY:
        return max(interval, CEILING)
    if reason is Reason.RATE_LIMITED:
        return 2 * interval + FLOOR * _share(source.id)
    backoff = max(interval, min(interval * 2 ** min(weight, 16.0), CEILING))
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
