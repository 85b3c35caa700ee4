"""What became of sources, pages and runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from monitor.errors import Reason


class Status(StrEnum):
    OK = "ok"
    NOT_MODIFIED = "not_modified"  # 304
    UNCHANGED = "unchanged"  # 200 with the same bytes
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Counts:
    """fetched == new + seen + changed + rejected, always."""

    fetched: int = 0
    new: int = 0
    seen: int = 0
    changed: int = 0
    rejected: int = 0

    @property
    def balanced(self) -> bool:
        return self.fetched == self.new + self.seen + self.changed + self.rejected


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one source fared in one run."""

    source_id: str
    status: Status
    counts: Counts = Counts()
    reason: Reason | None = None
    detail: str = ""  # one human sentence
    http_status: int | None = None
    rejected: Mapping[Reason, int] = field(default_factory=dict)
    seconds: float = 0.0
    next_due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PageCounts:
    """wanted == stored + from_feed + rejected + pending."""

    wanted: int = 0
    stored: int = 0  # text taken from the page
    from_feed: int = 0  # the page gave none: the feed's own text
    rejected: int = 0  # read and found not to be about Peru
    pending: int = 0  # left for the next run

    @property
    def balanced(self) -> bool:
        return self.wanted == self.stored + self.from_feed + self.rejected + self.pending


@dataclass(frozen=True, slots=True)
class Report:
    """One run, as printed, logged and stored."""

    run_id: str
    command: str
    started_at: datetime
    finished_at: datetime
    outcomes: tuple[Outcome, ...]
    pages: PageCounts = PageCounts()
    page_reasons: Mapping[Reason, int] = field(default_factory=dict)
    new_articles: int = 0
    new_versions: int = 0
    new_stories: int = 0
    stage_seconds: Mapping[str, float] = field(default_factory=dict)
    failed_checks: tuple[str, ...] = ()
    stopped: bool = False
    rechecks: Mapping[str, int] = field(default_factory=dict)  # outcome -> pages looked at again
