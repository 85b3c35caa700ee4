"""Articles, and what the theme rules say of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from monitor.errors import Reason
from monitor.model.configuration import Prior
from monitor.model.parsing import NO_MOMENT, Moment


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


class Evidence(NamedTuple):
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


class Mention(NamedTuple):
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
