"""Every frozen value that crosses a module border, one new type per stage. No behaviour beyond derived properties.

Instants are timezone-aware UTC datetimes named `*_at`; days are dates named `*_on`; durations are timedeltas.
"""

from monitor.model.articles import Article, Document, Evidence, Mention, Relevance, Tagging, ThemeTag
from monitor.model.configuration import (
    HANDED_IN,
    DigestSettings,
    FetchSettings,
    MailSettings,
    Prior,
    RecheckSettings,
    ScheduleSettings,
    SectionRule,
    Settings,
    Source,
)
from monitor.model.fetching import (
    FeedHints,
    Fetched,
    Fetcher,
    HostState,
    NotModified,
    Purpose,
    Recorder,
    Redirect,
    Request,
    RobotsRecord,
    SourceState,
    Validators,
)
from monitor.model.issues import Delivery, Digest, Message, Rendered, Section
from monitor.model.outcomes import Counts, Outcome, PageCounts, Report, Status
from monitor.model.parsing import NO_MOMENT, DateQuality, Entry, Moment, Parsed, Rejected
from monitor.model.stories import Duplicate, PairVerdict, StoryChange, StoryInput, StoryLink

__all__ = [
    "HANDED_IN",
    "NO_MOMENT",
    "Article",
    "Counts",
    "DateQuality",
    "Delivery",
    "Digest",
    "DigestSettings",
    "Document",
    "Duplicate",
    "Entry",
    "Evidence",
    "FeedHints",
    "FetchSettings",
    "Fetched",
    "Fetcher",
    "HostState",
    "MailSettings",
    "Mention",
    "Message",
    "Moment",
    "NotModified",
    "Outcome",
    "PageCounts",
    "PairVerdict",
    "Parsed",
    "Prior",
    "Purpose",
    "RecheckSettings",
    "Recorder",
    "Redirect",
    "Rejected",
    "Relevance",
    "Rendered",
    "Report",
    "Request",
    "RobotsRecord",
    "ScheduleSettings",
    "Section",
    "SectionRule",
    "Settings",
    "Source",
    "SourceState",
    "Status",
    "StoryChange",
    "StoryInput",
    "StoryLink",
    "Tagging",
    "ThemeTag",
    "Validators",
]
