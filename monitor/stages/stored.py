"""Stored texts as the rules read them, a chunk at a time, so that history of any length fits into memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from monitor.dates import local_day
from monitor.model import Document, Prior, Source
from monitor.stages.judge import HOME_ZONE
from monitor.stages.sift import prior_of
from monitor.themes.boilerplate import without_lines
from monitor.warehouse import Row, Session

CHUNK = 2000  # texts in memory at once
REMEMBERED = timedelta(days=30)  # lines of older pages are forgotten: layouts change
Repeated = Mapping[str, frozenset[str]]  # source id -> lines that it repeats on many pages


def latest_places(session: Session, since: datetime | None = None) -> list[tuple[int, str | None]]:
    """Places of the latest versions, of articles that count from `since` on, and the rules that judged them last."""
    return [(row["place"], row["rules_version"]) for row in session.rows("select_latest_places", since=since)]


def texts(session: Session, places: Sequence[int]) -> list[Row]:
    """Rows of `select_stored_texts` for a chunk of ascending places."""
    return _rows(session, "select_stored_texts", places)


def refused_places(session: Session, since: datetime | None = None) -> list[int]:
    """Places of the latest entries that were turned away as not about Peru."""
    return [row["place"] for row in session.rows("select_refused_places", since=since)]


def refused_entries(session: Session, places: Sequence[int]) -> list[Row]:
    """Rows of `entry` for a chunk of ascending places."""
    return _rows(session, "select_refused_entries", places)


def chunks(places: Sequence[int]) -> Iterator[Sequence[int]]:
    """The places, as many at a time as fit into memory."""
    yield from (places[start : start + CHUNK] for start in range(0, len(places), CHUNK))


def repeated_lines(session: Session, now: datetime) -> Repeated:
    """Lines that stand on more than 30 % of the last 50 articles of a source: menus, footers, calls to subscribe."""
    found = session.rows("select_repeated_lines", since=now - REMEMBERED)
    return {row["source_id"]: frozenset(row["lines"]) for row in found}


def _rows(session: Session, query: str, places: Sequence[int]) -> list[Row]:
    """A range of row numbers is read fast; what lies between the places wanted is dropped."""
    wanted = set(places)
    return [row for row in session.rows(query, first=places[0], last=places[-1]) if row["place"] in wanted]


def document_of(row: Row, sources: Mapping[str, Source], repeated: Repeated | None = None) -> Document:
    """The text as it is judged on arrival. A source that is no longer configured keeps the prior it had."""
    at = row.get("effective_at")
    source, lines = sources.get(row["source_id"]), (repeated or {}).get(row["source_id"], frozenset())
    return Document(
        title=row["title"],
        lead=without_lines(row["summary"] or row["body"].partition("\n")[0], lines),
        body=without_lines(row["body"], lines),
        lang=row["lang"],
        url=row["url"],
        section=row["section"],
        prior=prior_of(source, row["url"]) if source else Prior(row["prior"] or Prior.FOREIGN),
        day=local_day(at, HOME_ZONE) if at else None,
    )
