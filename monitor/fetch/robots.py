"""robots.txt (RFC 9309): what a stored copy allows us. Reads no network; the client brings the copies."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from protego import Protego

from monitor.errors import FetchError, Reason
from monitor.fetch.target import parse_target
from monitor.model import Purpose, RobotsRecord, Source, Validators

PRODUCT = "peru-monitor"  # our product token
SIZE_CAP = 512_000  # RFC 9309 section 2.5: at least 500 KiB are parsed
_FRESH = timedelta(hours=24)
_FRESH_FAILURE = timedelta(hours=1)
_GIVE_UP = timedelta(days=30)  # section 2.3.1.4: after that a robots.txt that never answers counts as none
# Section 2.2.1: the product token ends where the version begins; the parser would compare both.
_VERSION = re.compile(r"^([ \t]*user-agent[ \t]*:[ \t]*[a-z_-]+)/\S*", re.IGNORECASE | re.MULTILINE)
_AGENT = re.compile(r"^[ \t]*user-agent[ \t]*:[ \t]*([^\s#/]+)", re.IGNORECASE | re.MULTILINE)


_NO_RULES = "# no rules when last read\n"


class _Parser(Protocol):
    def can_fetch(self, url: str, user_agent: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Rules:
    """What one robots.txt says to us. `parser` None: no rules at all."""

    parser: _Parser | None = None
    names_us: bool = False
    unavailable: bool = False
    delay: timedelta = timedelta(0)

    def refusal(self, url: str, purpose: Purpose, *, strict: bool = False) -> Reason | None:
        """Why this URL may not be called, or None.

        The operator chose a feed by hand, so for it only a group that names our token counts, unless `strict`; pages
        and follow-up documents obey every rule, and an unreachable robots.txt forbids them (section 2.3.1.4).
        """
        if purpose is Purpose.FEED and not self.names_us and not strict:
            return None
        if self.unavailable:
            return Reason.ROBOTS_UNAVAILABLE
        if self.parser is None or self.parser.can_fetch(url, PRODUCT):
            return None
        return Reason.ROBOTS


def usable(record: RobotsRecord) -> bool:
    """Did the server give an answer that settles the matter: rules, or that there are none (section 2.3.1.3)?"""
    return 200 <= record.status < 500 and record.status != 429


def fresh(record: RobotsRecord, now: datetime) -> bool:
    """May the record be used without another look? A day; only an hour when the server could not answer."""
    return now - record.fetched_at < (_FRESH if usable(record) else _FRESH_FAILURE)


def newest(records: Iterable[RobotsRecord]) -> dict[str, RobotsRecord]:
    """The latest record of each host. One that failed borrows the text of the last good one, see `succeed`."""
    latest: dict[str, RobotsRecord] = {}
    for record in sorted(records, key=lambda record: record.fetched_at):
        latest[record.host] = succeed(latest.get(record.host), record)
    return latest


def succeed(before: RobotsRecord | None, now: RobotsRecord) -> RobotsRecord:
    """The record to keep after a new look. Where the server failed, the last good copy goes on to hold.

    A failed record with a body is that: status of the failure, text of the copy (section 2.3.1.4 allows it). An
    earlier 404 or an empty file leaves a copy that forbids nothing.
    """
    if usable(now) or now.failing_since is not None:
        return now
    if before is None or usable(before):
        text = before.body or _NO_RULES if before else now.body
        return replace(now, body=text, failing_since=now.fetched_at)
    return replace(now, body=before.body, failing_since=before.failing_since or before.fetched_at)


def unchanged(before: RobotsRecord, seen_at: datetime) -> RobotsRecord:
    """The copy goes on to hold after a 304."""
    return replace(before, fetched_at=seen_at)


def validators_of(record: RobotsRecord | None) -> Validators:
    """What to send with the next look; none where there is no good copy to fall back on."""
    if record is None or record.status != 200:
        return Validators()
    return Validators(record.etag, record.last_modified)


def forbidden(record: RobotsRecord, sources: Iterable[Source]) -> list[str]:
    """Ids of the sources on this host whose address is forbidden to every client, and so to us in all but name."""
    rules = read_rules(record)
    return [source.id for source in sources if _on_host(source, record.host) and _forbids(rules, source.url)]


def _on_host(source: Source, host: str) -> bool:
    try:
        return parse_target(source.url).origin == host
    except FetchError:
        return False


def _forbids(rules: Rules, url: str) -> bool:
    return rules.parser is not None and not rules.names_us and not rules.parser.can_fetch(url, PRODUCT)


def read_rules(record: RobotsRecord) -> Rules:
    """Parse a record. An HTML page in place of robots.txt means no rules; 4xx means no rules."""
    if usable(record) and record.status >= 300:
        return Rules()
    if not usable(record) and record.failing_since and record.fetched_at - record.failing_since >= _GIVE_UP:
        return Rules()
    if not usable(record) and not record.body:
        return Rules(unavailable=True)
    text = record.body.lstrip("\ufeff")
    if text.lstrip().startswith("<"):
        return Rules()
    text = _VERSION.sub(r"\1", text)
    parser = Protego.parse(text)
    names_us = any(agent.lower() == PRODUCT for agent in _AGENT.findall(text))
    return Rules(parser, names_us, delay=_delay(parser))


def _delay(parser: Protego) -> timedelta:
    """Crawl-delay and Request-rate as a gap between starts; the caller caps it."""
    delay = parser.crawl_delay(PRODUCT) or 0.0
    rate = parser.request_rate(PRODUCT)
    if rate is not None and rate.requests > 0:
        delay = max(delay, rate.seconds / rate.requests)
    return timedelta(seconds=min(max(delay, 0.0), 86_400.0))
