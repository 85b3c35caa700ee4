"""What an HTTP status means for us: status and headers -> Reason, and the instant a server asked us to wait for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from monitor.errors import FetchError, Reason
from monitor.fetch.target import shown

Headers = Sequence[tuple[str, str]]

REDIRECTS = frozenset({301, 302, 303, 307, 308})
# 203 is a proxy's 200; 226 (RFC 3229) is a part of the feed, which its reader must never take for the whole.
_CONTENT = frozenset({200, 203, 226})
_LONGEST_WAIT = timedelta(days=7)
_SILENT_LIMIT = timedelta(hours=1)  # of a 429 that names no time
_SECONDS = re.compile(r"\+?(\d+)(?:\.\d*)?")
_REASONS = {
    401: Reason.HTTP_AUTH,
    402: Reason.HTTP_AUTH,
    403: Reason.HTTP_AUTH,
    404: Reason.NOT_FOUND,
    410: Reason.GONE,
    429: Reason.RATE_LIMITED,
    451: Reason.HTTP_AUTH,
}


def header(headers: Headers, name: str) -> str:
    """First value of a header, or the empty string."""
    return next((value for key, value in headers if key.lower() == name), "")


def retry_at(status: int, headers: Headers, now: datetime) -> datetime | None:
    """When the host asked to be called again (RFC 9110 section 10.2.3), or None if it named no time to come.

    Seconds or any of the three HTTP date forms, with any status from 300 on; at most 7 days. A value in the
    past, negative or garbage counts as absent.
    """
    asked = _asked(header(headers, "retry-after").strip(), now) if status >= HTTPStatus.MULTIPLE_CHOICES else None
    return None if asked is None or asked <= now else min(asked, now + _LONGEST_WAIT)


def pause_until(status: int, wait_until: datetime | None, now: datetime) -> datetime | None:
    """Until when the whole host is left alone: the time it named, or an hour for a 429 that names none."""
    if wait_until is None and status == HTTPStatus.TOO_MANY_REQUESTS:
        return now + _SILENT_LIMIT
    return wait_until


def _asked(value: str, now: datetime) -> datetime | None:
    seconds = _SECONDS.fullmatch(value)
    if seconds:
        longest = int(_LONGEST_WAIT.total_seconds())
        return now + timedelta(seconds=longest if len(seconds[1]) > 9 else min(int(seconds[1]), longest))
    try:
        instant = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def failure(
    url: str, status: int, headers: Headers, body: bytes, *, conditional: bool, wait_until: datetime | None
) -> FetchError | None:
    """The error that an answer stands for, or None where it is one to use (content, or a 304 we asked for)."""
    if status == HTTPStatus.NOT_MODIFIED:
        return (
            None if conditional else _error(url, status, Reason.PROTOCOL, "304, although nothing was known to compare")
        )
    if status in _CONTENT:
        return _error(url, status, Reason.EMPTY, "without a body") if not body or body.isspace() else None
    return _error(url, status, _reason(status, headers, wait_until), _phrase(status), wait_until)


def _reason(status: int, headers: Headers, wait_until: datetime | None) -> Reason:
    if _challenged(headers):
        return Reason.CHALLENGE
    if status in (204, 205):
        return Reason.EMPTY
    if status in _REASONS:
        return _REASONS[status]
    if status == HTTPStatus.SERVICE_UNAVAILABLE and wait_until:
        return Reason.RATE_LIMITED
    return _reason_of_class(status)


def _reason_of_class(status: int) -> Reason:
    if 300 <= status < 400:
        return Reason.REDIRECT
    if 400 <= status < 500:
        return Reason.HTTP_CLIENT
    return Reason.HTTP_SERVER if 500 <= status < 600 else Reason.PROTOCOL


def _challenged(headers: Headers) -> bool:
    """Cloudflare and AWS WAF say in a header that a browser test stands in the way. We obey it."""
    return header(headers, "cf-mitigated").lower() == "challenge" or header(headers, "x-amzn-waf-action") != ""


def _phrase(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _error(url: str, status: int, reason: Reason, said: str, wait_until: datetime | None = None) -> FetchError:
    wait = f"; no further request to this host before {wait_until:%Y-%m-%d %H:%M:%S} UTC" if wait_until else ""
    message = f"{shown(url)} answered {said}{wait}"
    return FetchError(reason, message, status=status, retry_at=wait_until, final_url=url)
