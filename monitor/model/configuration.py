"""What sources.toml says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

# Source id of what people hand in themselves: a shelf of texts by many authors, not an outlet.
HANDED_IN = "documents"


class Prior(StrEnum):
    """How likely an entry of a source or section is about Peru before its text is read."""

    HOME = "home"  # about Peru unless the text says otherwise
    FOREIGN = "foreign"  # not about Peru unless the text says so
    OFF = "off"  # never taken as Peru news by itself: world, entertainment, advice pages
    SPORT = "sport"  # may be about Peru, never carries a theme


@dataclass(frozen=True, slots=True)
class SectionRule:
    """`prefix` is a URL path prefix such as `/mundo/`; the longest matching prefix decides."""

    prefix: str
    prior: Prior


@dataclass(frozen=True, slots=True)
class Source:
    """One configured origin: a feed, sitemap, API or listing page."""

    id: str
    name: str
    kind: str  # name of a module in monitor.sources
    url: str
    lang: str  # "es" or "en"
    country: str  # ISO 3166-1 alpha-2
    owner: str  # owner group; outlets of one owner are not independent
    prior: Prior = Prior.FOREIGN
    sections: tuple[SectionRule, ...] = ()
    interval: timedelta = timedelta(hours=1)
    interval_set: bool = False  # the operator wrote the interval; else it is a default that may be stretched
    enabled: bool = True
    pages: bool = True  # False: use feed text only, never request article pages
    group: str = ""  # hosts of one platform share one politeness limit under this name
    id_pattern: str = ""  # regex with one group: the outlet's own article number inside its URLs
    zone: str = "America/Lima"  # of dates without a zone
    robots: str = "named"  # which robots.txt groups hold for `url`: "named" those that name us, "all" every one
    verify_tls: bool = True  # False: the operator accepts an unverified certificate of this source's own site
    aggregator: bool = False
    verified_on: date | None = None
    evidence: str = ""
    note: str = ""
    options: Mapping[str, str] = field(default_factory=dict)  # per-kind settings, e.g. CSS selectors of a listing
    line: int = 0  # of its [[source]] block, for messages

    @property
    def strict_robots(self) -> bool:
        """Do all groups of robots.txt hold for its address?

        A feed is published to be fetched, and the operator chose it; sitemaps, listings and APIs are asked like pages.
        """
        return self.robots == "all" or self.kind not in ("feed", "jsonfeed", "gdelt")

    @property
    def outlet(self) -> str:
        """The name a reader knows: `El Comercio` for `El Comercio: política`."""
        return self.name.split(":", 1)[0].strip()


@dataclass(frozen=True, slots=True)
class FetchSettings:
    contact: str = "https://example.org/peru-monitor"
    email: str = ""
    concurrency: int = 16
    host_gap: timedelta = timedelta(seconds=2)
    total_timeout: timedelta = timedelta(seconds=30)
    connect_timeout: timedelta = timedelta(seconds=5)
    read_timeout: timedelta = timedelta(seconds=10)
    wire_cap: int = 10_000_000
    body_cap: int = 25_000_000
    page_cap: int = 5_000_000
    page_budget: timedelta = timedelta(minutes=20)  # per run, for article pages


@dataclass(frozen=True, slots=True)
class RecheckSettings:
    """When pages of tagged articles are looked at again, and how many at most."""

    after: tuple[timedelta, ...] = tuple(timedelta(hours=hours) for hours in (1, 6, 24, 72, 168))  # first sight
    per_run: int = 120
    per_host: int = 12  # of a run


@dataclass(frozen=True, slots=True)
class DigestSettings:
    language: str = "en"
    recipients: tuple[str, ...] = ()
    sender: str = ""
    reply_to: str = ""
    list_id: str = ""
    unsubscribe: str = ""
    max_recipients: int = 50


@dataclass(frozen=True, slots=True)
class MailSettings:
    transport: str = ""  # "smtp", "sendmail" or "" (no mail configured)
    host: str = ""
    port: int = 587
    security: str = "starttls"  # "starttls", "tls", or "plain" (loopback only)
    user: str = ""
    password_file: Path | None = None
    ca_file: Path | None = None
    sendmail: str = "/usr/sbin/sendmail"
    timeout: timedelta = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class ScheduleSettings:
    run_minute: int = 7
    digest_day: str = "mon"
    digest_hour: int = 6
    digest_minute: int = 30


@dataclass(frozen=True, slots=True)
class Settings:
    sources: tuple[Source, ...]
    state: Path
    owners: Mapping[str, str] = field(default_factory=dict)  # owner group id -> its name
    zone: str = "America/Lima"
    min_ok_share: float = 0.0
    min_free_bytes: int = 200_000_000
    themes_dir: Path | None = None  # a user's own theme files, laid over ours
    fetch: FetchSettings = FetchSettings()
    rechecks: RecheckSettings = RecheckSettings()
    digest: DigestSettings = DigestSettings()
    mail: MailSettings = MailSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    path: Path = Path("sources.toml")
    version: str = ""  # hash of the configuration that was read
