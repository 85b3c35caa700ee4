"""Digests, and the mail that carries them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime


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
