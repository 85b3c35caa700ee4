"""The exception tree, the exit codes and the fixed vocabulary of reasons. Nothing else may invent a reason."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum, StrEnum


class Exit(IntEnum):
    """Process exit codes (sysexits.h where one fits)."""

    OK = 0
    USAGE = 2
    BAD_DATA = 65
    UNAVAILABLE = 69
    BUG = 70
    LOCKED = 75
    CONFIG = 78
    INTERRUPTED = 130
    TERMINATED = 143


class Reason(StrEnum):
    """Why something was not fetched, not parsed, not stored or stored with less than hoped for."""

    # network
    UNREACHABLE = "unreachable"  # DNS, refused, reset, no route
    TIMEOUT = "timeout"
    TLS = "tls"
    SSRF_BLOCKED = "ssrf_blocked"
    BAD_URL = "bad_url"
    ROBOTS = "robots"
    ROBOTS_UNAVAILABLE = "robots_unavailable"
    REDIRECT = "redirect"  # loop, too many, no Location, downgrade
    TOO_LARGE = "too_large"
    TRUNCATED = "truncated"
    BAD_ENCODING = "bad_encoding"  # content coding that cannot be decoded
    PROTOCOL = "protocol"  # malformed HTTP, 304 to an unconditional request
    HTTP_AUTH = "http_auth"  # 401, 402, 403, 451
    CHALLENGE = "challenge"  # a bot wall; obeyed, never worked around
    NOT_FOUND = "not_found"  # 404
    GONE = "gone"  # 410
    RATE_LIMITED = "rate_limited"  # 429, or 503 with Retry-After
    HTTP_CLIENT = "http_client"  # other 4xx
    HTTP_SERVER = "http_server"  # 5xx
    HOST_PAUSED = "host_paused"  # an earlier answer of this host asked us to wait, or it kept failing in this run
    NOT_ARCHIVED = "not_archived"  # replay: the archive holds no answer for this request
    STOPPED = "stopped"  # the run was asked to stop or ran out of its time
    # documents
    EMPTY = "empty"  # 204, 205, or a 200 without a body
    NOT_A_FEED = "not_a_feed"  # a document of another kind, such as an HTML page
    UNPARSABLE = "unparsable"
    NO_ENTRIES = "no_entries"  # a feed without entries: a warning, never a deletion
    UNKNOWN_KIND = "unknown_kind"
    # entries
    NO_LINK = "no_link"
    UNSAFE_LINK = "unsafe_link"
    NO_TITLE = "no_title"
    OVER_LIMIT = "over_limit"  # beyond the newest 2000 of one document
    NOT_ABOUT_PERU = "not_about_peru"
    # pages
    NO_TEXT = "no_text"
    TOO_SLOW = "too_slow"  # reading it took more time or memory than any article needs
    SOFT_404 = "soft_404"
    CONSENT_WALL = "consent_wall"
    FRONT_PAGE = "front_page"
    TEASER = "teaser"
    LOCKED = "locked"
    NOT_HTML = "not_html"
    PAGES_OFF = "pages_off"  # the source is configured to use feed text only
    OTHER_HOST = "other_host"  # import: a page of a host that no source names
    ENCRYPTED = "encrypted"  # a document that wants a password
    ATTACHMENTS = "attachments"  # a mail whose attached files are not read with it
    # our side
    BUG = "bug"


class MonitorError(Exception):
    """Base of every error this package raises on purpose.

    `message` says what happened and where; `hint` says what to do about it; `exit_code` is the
    process's exit code when nothing catches it.
    """

    exit_code: Exit = Exit.BUG

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(MonitorError):
    """A week, name or id given on the command line that does not exist or cannot be read."""

    exit_code = Exit.USAGE


class ConfigError(MonitorError):
    """Configuration that cannot be used. `problems` holds one `file:line: what` sentence each."""

    exit_code = Exit.CONFIG

    def __init__(self, problems: tuple[str, ...], *, hint: str = "") -> None:
        super().__init__("\n".join(problems), hint=hint)
        self.problems = problems


class LockedError(MonitorError):
    """Another process holds the state lock or the warehouse file."""

    exit_code = Exit.LOCKED


class WarehouseError(MonitorError):
    """The warehouse cannot be opened, migrated, written or published."""

    exit_code = Exit.BUG


class NoSnapshotError(WarehouseError):
    """No run has published a snapshot yet: there is nothing to read."""

    exit_code = Exit.UNAVAILABLE


class DiskFullError(WarehouseError):
    """No room for the warehouse, its snapshot or the archive."""

    exit_code = Exit.LOCKED  # temporary: the next run succeeds once there is room


class QueryError(MonitorError):
    """An analyst's SQL that DuckDB refuses."""

    exit_code = Exit.USAGE


class ArchiveError(MonitorError):
    """A WARC file that cannot be read or written."""

    exit_code = Exit.BAD_DATA


class DataError(MonitorError):
    """A file of data given on the command line, such as labels, that cannot be used."""

    exit_code = Exit.BAD_DATA


class UnansweredError(MonitorError):
    """An address given on the command line that could not be had: unreachable, refused, private, paused."""

    exit_code = Exit.UNAVAILABLE


class MailError(MonitorError):
    """The mail server could not be reached or refused the whole session."""

    exit_code = Exit.UNAVAILABLE


class ReasonedError(MonitorError):
    """An error about one document that becomes an Outcome with its Reason; it never ends a run."""

    def __init__(self, reason: Reason, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.reason = reason


class FetchError(ReasonedError):
    """A request that brought no usable answer.

    `status` is the HTTP status when there was one; `retry_at` the instant (UTC) before which the host
    asked not to be called again; `dns` says that already the look-up of its name failed; `started_at` is when the
    request went out, None where none did.
    """

    def __init__(
        self,
        reason: Reason,
        message: str,
        *,
        status: int | None = None,
        retry_at: datetime | None = None,
        final_url: str = "",
        dns: bool = False,
        started_at: datetime | None = None,
    ) -> None:
        super().__init__(reason, message)
        self.status = status
        self.retry_at = retry_at
        self.final_url = final_url
        self.dns = dns
        self.started_at = started_at


class ParseError(ReasonedError):
    """A document that is not what its source promised. The only exception a source kind may raise."""


class ExtractError(ReasonedError):
    """A page that holds no article."""
