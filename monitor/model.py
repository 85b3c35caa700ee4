"""Every frozen value that crosses a module border, one new type per stage. No behaviour beyond derived properties.

Instants are timezone-aware UTC datetimes named `*_at`; days are dates named `*_on`; durations are timedeltas.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from monitor.errors import FetchError, Reason

# ---------------------------------------------------------------- configuration


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


# ---------------------------------------------------------------- fetching


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


# ---------------------------------------------------------------- parsing


class DateQuality(StrEnum):
    EXACT = "exact"  # instant with its zone
    NAIVE_LOCAL = "naive_local"  # no zone given: read in the source's zone
    DATE_ONLY = "date_only"  # local midnight
    INFERRED = "inferred"  # e.g. from the URL
    FUTURE = "future"  # ahead of the clock: clamped to first sight
    BAD = "bad"  # could not be read, or out of bounds
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as published: the raw string, its UTC instant (None when unreadable) and how far to trust it."""

    raw: str
    at: datetime | None
    quality: DateQuality
    offset: timedelta | None = None


NO_MOMENT = Moment("", None, DateQuality.MISSING)


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed, sitemap or listing. All text is plain: no tags, entities unescaped once."""

    source_id: str
    link: str  # absolute http(s) URL as published
    canonical_url: str
    key: str  # identity of its article: canonical URL, or host#number where id_pattern matches
    title: str
    summary: str = ""
    content: str = ""  # full text where the feed gives it, else empty
    guid: str = ""
    authors: tuple[str, ...] = ()
    section: str = ""  # category or URL section
    published: Moment = NO_MOMENT
    updated: Moment = NO_MOMENT
    lang: str = ""  # as declared by the document, else empty
    image: str = ""
    origin: str = ""  # address of the outlet that an aggregator names, else empty


@dataclass(frozen=True, slots=True)
class Rejected:
    """An entry that cannot be used, with one Reason. Counts must add up, so none is dropped in silence."""

    reason: Reason
    title: str = ""
    link: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    entries: tuple[Entry, ...]
    rejected: tuple[Rejected, ...] = ()
    follow: tuple[Request, ...] = ()  # further documents wanted, e.g. child sitemaps
    hints: FeedHints = FeedHints()
    title: str = ""
    warning: str = ""  # parsed, but not clean: why
    complete: bool = True  # False: cut off, or a part could not be had; a 304 would keep us from the rest for ever
    next_page: str = ""  # address of the next older page of a paged feed
    hub: str = ""  # WebSub hub that the feed names; recorded, never called


# ---------------------------------------------------------------- articles


@dataclass(frozen=True, slots=True)
class Article:
    """What one page (or feed entry, where the page gives nothing) says. Becomes a version in the warehouse."""

    key: str
    url: str
    canonical_url: str
    source_id: str
    title: str
    summary: str = ""
    body: str = ""  # paragraphs separated by one newline
    authors: tuple[str, ...] = ()
    byline_org: str = ""  # desk, agency or brand given as author
    section: str = ""
    lang: str = ""
    published: Moment = NO_MOMENT
    modified: Moment = NO_MOMENT
    url_on: date | None = None  # day found in the URL
    image: str = ""
    kind: str = "article"  # article, live, opinion, video, gallery, press_release
    access: str = "unknown"  # open, metered, locked, teaser, unknown
    text_from: str = "page"  # page, feed, document
    partial: bool = False
    reason: Reason | None = None  # why text_from is feed or the text is partial
    agreement: float | None = None  # share of the text proposed that all extractors found; None where none voted
    boilerplate: float | None = None  # share of the page's visible text that is not the article
    provenance: Mapping[str, str] = field(default_factory=dict)  # field -> jsonld, meta, h1, htmldate, css, feed ...
    extractor: str = ""  # name and version of the extractor


@dataclass(frozen=True, slots=True)
class Document:
    """The text a rule sees, with what is known of its origin."""

    title: str
    lead: str  # summary, else the first paragraph
    body: str
    lang: str
    url: str = ""
    section: str = ""
    prior: Prior = Prior.FOREIGN  # of the source, after its section rules
    day: date | None = None  # of the text in Lima: decides who "the president" is


@dataclass(frozen=True, slots=True)
class Evidence:
    """One span that counted. Offsets are characters in the named field; `weight` is what it added to the score."""

    pattern: str
    field: str  # title, lead, body, section
    start: int
    end: int
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class ThemeTag:
    theme: str
    score: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Relevance:
    """Is it about Peru? `score` 0..1; `reasons` in the order they were weighed."""

    relevant: bool
    score: float
    reasons: tuple[str, ...]
    seo_bait: bool = False  # advice, lottery, "temblor hoy" pages: stored, kept out of the digest


@dataclass(frozen=True, slots=True)
class Mention:
    """A name that the text gives to an entity of the gazetteer. Offsets are characters in the named field."""

    entity: str
    kind: str  # region, zone, town, institution, group, person, party
    field: str  # title, lead, body
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Tagging:
    relevance: Relevance
    tags: tuple[ThemeTag, ...]  # best first, at most 4
    refused: tuple[ThemeTag, ...] = ()  # nearest themes below the threshold
    regions: tuple[str, ...] = ()  # slugs of Peru's regions named
    rules_version: str = ""
    entities: tuple[Mention, ...] = ()  # in the order of the text


# ---------------------------------------------------------------- duplicates and stories


@dataclass(frozen=True, slots=True)
class StoryInput:
    """What grouping needs of an article. `at` is its effective instant (published, at the latest first seen)."""

    article_id: int
    source_id: str
    owner: str
    lang: str
    at: datetime
    title: str
    lead: str
    body: str
    body_hash: str = ""
    story_id: int | None = None  # already placed


@dataclass(frozen=True, slots=True)
class Duplicate:
    """`article_id` repeats `of_id` (the earlier one; of an excerpt, the longer text). Shares are 0..1."""

    article_id: int
    of_id: int
    relation: str  # same_url, exact, near, update, excerpt_of, shares_passage
    similarity: float
    detail: str = ""  # the longest passage both share, or its beginning
    containment: float = 1.0  # of the shorter text in the other
    jaccard: float = 1.0
    leads: tuple[float, float] = (1.0, 1.0)  # of each opening, told by the other text too
    titles: float = 0.0
    passage_words: int = 0


@dataclass(frozen=True, slots=True)
class StoryLink:
    """`article_id` belongs to `story_id`; a new story carries the id of its first article."""

    article_id: int
    story_id: int
    score: float  # 0 for the article that opened the story
    linked_to: int | None = None  # the member that gave the maximum
    shared: tuple[str, ...] = ()  # terms that weighed most


@dataclass(frozen=True, slots=True)
class StoryChange:
    """A correction of the grouping: `merge` (`story_id` becomes part of `into_id`) or `split` (`article_id` leaves)."""

    action: str
    story_id: int
    article_id: int | None
    into_id: int
    score: float
    join_at: float  # what the score was held against
    reason: str


@dataclass(frozen=True, slots=True)
class PairVerdict:
    """Why two articles are or are not one text and one event. Shares 0..1, offsets in words; earlier text first."""

    relation: str  # as in Duplicate; empty: none
    containment: float  # of the shorter text in the longer one
    jaccard: float
    leads: tuple[float, float]  # how much of each opening the other text tells too
    offsets: tuple[int, int]  # words before the shared text begins
    titles: float
    passage: str  # the longest run of words both share
    similarity: float  # of the events told
    join_at: float  # what it takes for one story
    shared: tuple[str, ...]  # terms that weighed most
    text_reasons: tuple[str, ...]  # sentences
    event_reasons: tuple[str, ...]


# ---------------------------------------------------------------- outcomes


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


# ---------------------------------------------------------------- digest and mail


@dataclass(frozen=True, slots=True)
class Section:
    """Rows of one digest section. `layout` names the template block that draws it."""

    name: str
    title: str
    layout: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, object], ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """One issue: everything the renderers need, nothing they must compute."""

    week: str  # ISO week, e.g. 2026-W46
    first_on: date
    last_on: date
    language: str
    as_of: datetime
    data_until: datetime | None
    run_id: str
    rules_version: str
    subject: str
    preheader: str
    bottom_line: tuple[str, ...]
    sections: tuple[Section, ...]
    facts: Mapping[str, object]  # header and footer figures


@dataclass(frozen=True, slots=True)
class Rendered:
    """The frozen issue. `content_hash` is over all of it."""

    week: str
    language: str
    subject: str
    html: str
    text: str
    markdown: str
    content_hash: str


@dataclass(frozen=True, slots=True)
class Message:
    """One mail to one recipient, complete on the wire (CRLF)."""

    recipient: str
    sender: str
    message_id: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Delivery:
    """What the mail server answered for one message."""

    recipient: str
    message_id: str
    state: str  # sent, deferred, refused, unknown
    reply: str
