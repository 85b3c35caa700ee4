"""Invented articles straight into a warehouse, as a run appends them before it places them. Fetches nothing."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from blank import blank_warehouse

from monitor.extract import agency_of
from monitor.text import digest_of
from monitor.warehouse import Session, Warehouse

START = datetime(2026, 6, 1, 12, tzinfo=UTC)
SYLLABLES = ("ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi")
Item = dict[str, Any]  # id, source, at, title, body; url, lang


class UndoError(Exception):
    """Ends a transaction without storing it."""


def words(chance: random.Random, count: int) -> list[str]:
    return ["".join(chance.choices(SYLLABLES, k=3)) for _ in range(count)]


def prose(seed: int, count: int) -> str:
    """Words that no other seed gives in this order, always the same for a seed."""
    return " ".join(words(random.Random(seed), count))


@cache
def columns(table: str, session: Session) -> dict[str, None]:
    found = session.select(f"SELECT column_name FROM duckdb_columns() WHERE table_name = '{table}'")
    return dict.fromkeys(one["column_name"] for one in found)


def append(session: Session, table: str, rows: Sequence[Item]) -> None:
    """Rows of the columns that grouping reads; the others stay empty."""
    session.append(table, [{**columns(table, session), **row} for row in rows])


def store(session: Session, articles: Sequence[Item], at: datetime) -> None:
    """What a run appends before it groups."""
    names = {"id": "article_id", "source": "source_id", "at": "effective_at"}
    heads = [{new: one[old] for old, new in names.items()} | {"canonical_url": one.get("url", "")} for one in articles]
    append(session, "article", [{**head, "key": str(head["article_id"]), "known_at": at} for head in heads])
    fixed = {"version": 1, "summary": "", "known_at": at}
    texts = [
        {
            "article_id": one["id"],
            "lang": one.get("lang", "es"),
            "title": one["title"],
            "body": one["body"],
            "agency": agency_of("", one["body"]),
            "body_hash": digest_of(one["body"]) if len(one["body"].split()) >= 20 else "",
        }
        for one in articles
    ]
    append(session, "article_version", [{**text, **fixed} for text in texts])
    judged = {"version": 1, "relevant": True, "seo_bait": False, "reasons": [], "regions": [], "known_at": at}
    append(session, "relevance", [{"article_id": one["id"], **judged} for one in articles])


@contextmanager
def opened(folder: Path, sources: int = 3) -> Iterator[Warehouse]:
    """A warehouse with sources s0, s1, ... of owners of their own, held open."""
    warehouse = blank_warehouse(folder)
    with warehouse.write() as session:
        names = [(f"s{number}", f"O{number}", f"o{number}") for number in range(sources)]
        rows = [{"source_id": s, "outlet": outlet, "owner": owner, "known_at": START} for s, outlet, owner in names]
        append(session, "source", rows)
    with warehouse.hold():
        yield warehouse


@contextmanager
def undone(warehouse: Warehouse) -> Iterator[Session]:
    """A session of which nothing stays."""
    with suppress(UndoError), warehouse.write() as session:
        yield session
        raise UndoError
