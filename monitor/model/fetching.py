"""Requests, answers, and what is remembered of sources and hosts between runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from monitor.errors import FetchError


class Purpose(StrEnum):
    FEED = "feed"
    PAGE = "page"
    ROBOTS = "robots"
    FOLLOW = "follow"  # a further document of a source: child sitemap, next page


@dataclass(frozen=True, slots=True)
class Validators:
    """Echoed byte for byte (RFC 9110 section 13); never invented, never re-formatted."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    url: str
    source_id: str
    purpose: Purpose = Purpose.FEED
    validators: Validators = Validators()
    group: str = ""
    validators_url: str = ""  # final URL of the answer that gave the validators; empty: `url`
    strict_robots: bool = False  # a feed, too, obeys the groups of robots.txt that are for everybody
    verify_tls: bool = True  # False holds for the site of `url` only, never behind a redirect to another


@dataclass(frozen=True, slots=True)
class Redirect:
    url: str
    status: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """A complete answer whose body was decoded within its caps. `body` is the decoded entity."""

    request: Request
    final_url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    started_at: datetime
    finished_at: datetime
    redirects: tuple[Redirect, ...] = ()
    wire_bytes: int = 0

    def header(self, name: str) -> str:
        """First value of a header, or the empty string."""
        low = name.lower()
        return next((value for key, value in self.headers if key.lower() == low), "")

    @property
    def validators(self) -> Validators:
        return Validators(self.header("etag"), self.header("last-modified"))


@dataclass(frozen=True, slots=True)
class NotModified:
    """A 304 to a conditional request. Headers may refresh validators and caching hints."""

    request: Request
    final_url: str
    headers: tuple[tuple[str, str], ...]
    started_at: datetime
    finished_at: datetime
    redirects: tuple[Redirect, ...] = ()

    def header(self, name: str) -> str:
        low = name.lower()
        return next((value for key, value in self.headers if key.lower() == low), "")


@dataclass(frozen=True, slots=True)
class FeedHints:
    """What the document says about polling; None where it says nothing."""

    ttl: timedelta | None = None
    update_period: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()  # Monday = 0, GMT


@dataclass(frozen=True, slots=True)
class SourceState:
    """What the warehouse remembers of one source; all None or zero before its first attempt."""

    source_id: str
    url: str = ""  # of the last attempt; validators belong to it
    last_attempt_at: datetime | None = None
    last_success_at: datetime | None = None
    next_due_at: datetime | None = None
    failures: int = 0  # consecutive
    validators: Validators = Validators()
    body_hash: str = ""
    gone: bool = False
    validators_url: str = ""  # final URL of the answer that gave the validators; empty: `url`
    weight: float = 0.0  # consecutive failures, each by how much it counts
    learned: timedelta | None = None  # interval learned from its feed; None: as configured
    learned_from: timedelta | None = None  # the configured interval at that time: learning starts anew with another
    newest: frozenset[int] = frozenset()  # article ids of the newest entries of its last document
    fresh_at: datetime | None = None  # last time its document held entries that the one before did not
    full_at: datetime | None = None  # last complete answer (200)
    daily: bool = False  # up to then it brought something on most days
    probe_helped: bool = False  # that answer was a probe, and brought what its 304s had hidden
    moved_from: str = ""  # configured address of a permanent move that was confirmed
    moved_to: str = ""  # its new address
    moving_to: str = ""  # permanent redirect seen in the latest answers, not yet confirmed
    moving_since_at: datetime | None = None
    moving_hits: int = 0
    hints: FeedHints = FeedHints()  # of its last document, in whose place a 304 stands (`ttl`: the longest of them)


@dataclass(frozen=True, slots=True)
class HostState:
    """A host (or platform group) that asked us to wait."""

    host: str
    not_before_at: datetime


@dataclass(frozen=True, slots=True)
class RobotsRecord:
    """One robots.txt as last read (RFC 9309). `status` 0 stands for "could not be reached"."""

    host: str  # scheme://host[:port]
    fetched_at: datetime
    status: int
    body: str = ""
    etag: str = ""
    last_modified: str = ""
    failing_since: datetime | None = None  # first look of those in a row that the server could not answer


class Recorder(Protocol):
    """Keeps every exchange with the outside; the WARC archive is one."""

    def record(
        self,
        request: Request,
        answer: Fetched | NotModified | None,
        error: FetchError | None,
        started_at: datetime,
        finished_at: datetime,
    ) -> None: ...


class Fetcher(Protocol):
    """Answers requests: the HTTP client on a live run, the archive on a replay."""

    async def fetch(self, request: Request) -> Fetched | NotModified:
        """Raises FetchError, and nothing else."""
        ...
