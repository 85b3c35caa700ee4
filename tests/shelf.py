"""A warehouse with a few invented articles, judged by given rules; for tests of what happens to stored articles."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from blank import blank_warehouse

from monitor.model import Document, Prior, Settings, Source
from monitor.stages.judgement_rows import Judgement, judgement_tables
from monitor.text import digest_of, stable_id
from monitor.themes import Rules
from monitor.warehouse import Row, Session

DAY = datetime(2026, 11, 9, 12, 0, tzinfo=UTC)
ANDINO = Source("andino", "Diario Andino", "feed", "https://andino.example/rss", "es", "PE", "andino", Prior.HOME)


class Shelf:
    """Stores articles as a run would have."""

    def __init__(self, state: Path, rules: Rules, **settings: Any) -> None:
        self.settings = Settings(sources=(ANDINO,), state=state, min_free_bytes=0, **settings)
        self.rules = rules
        self.warehouse = blank_warehouse(state)
        with self.warehouse.write() as session:
            _insert(session, "source", source_id="andino", outlet="Diario Andino", prior="home", known_at=DAY)

    def article(self, title: str, body: str = "", *, at: datetime = DAY, path: str = "peru", summary: str = "") -> int:
        """Store, judge by the rules of the shelf; its id."""
        url = f"https://andino.example/{path}/{digest_of(title)[:8]}"
        article_id = stable_id(url)
        lead = summary or body.partition("\n")[0]
        tagging = self.rules.tag(Document(title, lead, body, "es", url, "", Prior.HOME))
        with self.warehouse.write() as session:
            _insert(
                session, "article", article_id=article_id, source_id="andino", key=url, url=url, canonical_url=url,
                effective_at=at, first_seen_at=at, known_at=at, run_id="r",
            )  # fmt: skip
            _insert(
                session, "article_version", article_id=article_id, version=1, title=title, summary=summary, body=body,
                lang="es", section="", text_from="page", partial=False, known_at=at, run_id="r",
            )  # fmt: skip
            for table, rows in judgement_tables([Judgement(article_id, 1, tagging)], "r", at).items():
                session.append(table, rows)
        return article_id

    def refused(self, title: str, *, at: datetime = DAY) -> int:
        """An entry turned away on what its feed said."""
        url = f"https://andino.example/mundo/{digest_of(title)[:8]}"
        with self.warehouse.write() as session:
            _insert(
                session, "entry", article_id=stable_id(url), source_id="andino", outcome="rejected",
                reason="not_about_peru", key=url, guid="", link=url, canonical_url=url, title=title, summary="",
                content="", authors=[], section="", lang="es", image="", origin="", published_quality="missing",
                published_raw="", updated_quality="missing", updated_raw="", text_hash="", run_id="r", known_at=at,
            )  # fmt: skip
        return stable_id(url)

    def publish(self) -> Settings:
        self.warehouse.publish()
        return self.settings

    def rows(self, sql: str, **parameters: object) -> list[Row]:
        """Rows of the published snapshot."""
        with self.warehouse.read_snapshot() as session:
            return session.select(sql, parameters)


def _insert(session: Session, table: str, **values: Any) -> None:
    columns, marks = ", ".join(values), ", ".join(f"${name}" for name in values)
    session.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", values)
