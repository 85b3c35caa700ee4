"""A warehouse of invented outlets and articles, built row by row through the real migration and views."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from monitor.digest import Result, SectionSpec, build, parse_header
from monitor.extract import Change, Wording, changes
from monitor.model import Digest
from monitor.text import digest_of, stable_id

WAREHOUSE = Path(__file__).parents[2] / "warehouse"
SECTIONS = {path.stem: path.read_text(encoding="utf-8") for path in sorted((WAREHOUSE / "digest").glob("*.sql"))}
SPECS: Mapping[str, SectionSpec] = {name: parse_header(sql, name) for name, sql in SECTIONS.items()}
MONDAY = date(2026, 11, 9)  # of 2026-W46, the week under test
WEEK = "2026-W46"
AS_OF = datetime(2026, 11, 16, 11, 30, tzinfo=UTC)
RULES = "r1"

THEMES = {
    "illegal-mining-logging": ("Illegal mining & logging", "Minería y tala ilegal"),
    "counter-narcotics": ("Counter-narcotics & drugs", "Narcotráfico y lucha antidrogas"),
    "political-stability": ("Political stability & governance", "Estabilidad política y gobierno"),
    "mining-minerals": ("Mining & critical minerals", "Minería y minerales críticos"),
    "protest-unrest": ("Protest & social conflict", "Protesta y conflicto social"),
    "citizen-security": ("Extortion & citizen security", "Extorsión e inseguridad ciudadana"),
    "china-russia": ("China, Russia & other powers", "China, Rusia y otras potencias"),
    "disasters": ("Disasters & emergencies", "Desastres y emergencias"),
    "public-health": ("Public health", "Salud pública"),
}


def lima(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """An instant given in Lima time (UTC-5, no summer time)."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) + timedelta(hours=5)


class World:
    """Adds facts as a run would. Weeks count from the week under test: 0 is this week, -1 the last."""

    def __init__(self) -> None:
        self.con = duckdb.connect()
        for folder in ("migrations", "views"):
            for path in sorted((WAREHOUSE / folder).glob("*.sql")):
                self.con.execute(path.read_text(encoding="utf-8"))
        self.titles = 0
        self.waiting: dict[tuple[str, ...], list[list[Any]]] = {}

    def close(self) -> None:
        self.con.close()

    def insert(self, table: str, **values: Any) -> None:
        """Kept until something is read, then written many rows at a time."""
        self.waiting.setdefault((table, *values), []).append(list(values.values()))

    def flush(self) -> None:
        for (table, *columns), rows in self.waiting.items():
            mark = f"({', '.join('?' * len(columns))})"
            for start in range(0, len(rows), 100):
                chunk = rows[start : start + 100]
                self.con.execute(
                    f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([mark] * len(chunk))}",
                    [value for row in chunk for value in row],
                )
        self.waiting.clear()

    def one(self, sql: str, **values: Any) -> Any:
        """The first row of a query."""
        self.flush()
        return self.con.execute(sql, values).fetchone()

    @staticmethod
    def day(week: int, weekday: int = 2) -> date:
        return MONDAY + timedelta(days=7 * week + weekday)

    def themes(self, slugs: Iterable[str] = THEMES, rules: str = RULES, week: int = -12) -> None:
        for slug in slugs:
            en, es = THEMES[slug]
            self.insert(
                "theme",
                theme=slug,
                label_en=en,
                label_es=es,
                definition="",
                rules_version=rules,
                known_at=lima(self.day(week)),
            )

    def source(self, source_id: str, owner: str = "", **more: Any) -> None:
        name = source_id.replace("-", " ").title()
        values = {
            "source_id": source_id,
            "name": name,
            "outlet": name,
            "kind": "feed",
            "url": f"https://{source_id}.example/rss",
            "lang": "es",
            "country": "PE",
            "owner": owner or source_id,
            "enabled": True,
            "pages": True,
            "aggregator": False,
            "known_at": lima(self.day(-12)),
        }
        self.insert("source", **{**values, **more})

    def fetch(self, source_id: str, at: datetime, status: str = "ok", new: int = 1, **more: Any) -> None:
        values = {
            "run_id": f"{at:%y%m%d%H}",
            "source_id": source_id,
            "status": status,
            "started_at": at,
            "fetched_n": new,
            "new_n": new,
            "seen_n": 0,
            "changed_n": 0,
            "rejected_n": 0,
            "known_at": at,
        }
        self.insert("source_fetch", **{**values, **more})
        if new and status != "failed":
            self.entry(source_id, at)

    def entry(self, source_id: str, at: datetime, outcome: str = "new", key: str = "") -> None:
        """An entry that said something new, as a run stores it; another one each time, unless `key` names it."""
        reason = "not_about_peru" if outcome == "rejected" else None
        article_id = stable_id(key or f"{source_id} {at:%y%m%d%H%M}")
        self.insert(
            "entry", article_id=article_id, source_id=source_id, outcome=outcome, reason=reason, run_id="", known_at=at
        )

    def collect(self, sources: Sequence[str], weeks: Iterable[int], **more: Any) -> None:
        """One answered fetch per source on the Monday and Thursday of each week, and the runs they belong to."""
        for week in weeks:
            for weekday in (0, 3):
                at = lima(self.day(week, weekday), 0, 7)
                self.run(at)
                for source_id in sources:
                    self.fetch(source_id, at, **more)

    def run(self, at: datetime, failed_checks: Sequence[str] = (), ended: bool = True) -> None:
        run_id = f"{at:%y%m%d%H}"
        self.insert("run", run_id=run_id, command="run", started_at=at, rules_version=RULES, known_at=at)
        if ended:
            self.insert("run_end", run_id=run_id, finished_at=at, failed_checks=list(failed_checks), known_at=at)

    def article(
        self,
        source_id: str,
        at: datetime,
        title: str = "",
        *,
        themes: Sequence[str] = (),
        story: int | None = None,
        known_at: datetime | None = None,
        linked_to: int | None = None,
        copy_of: int | None = None,
        bait: bool = False,
        relevant: bool = True,
        rules: str = RULES,
        regions: Sequence[str] = (),
        url: str = "",
        lang: str = "es",
        body: str = "",
        summary: str = "",
        access: str = "open",
        kind: str = "article",
        text_from: str = "page",
    ) -> int:
        self.titles += 1
        title = title or f"Titular inventado {self.titles}"
        url = url or f"https://{source_id}.example/nota-{self.titles}"
        article_id = stable_id(url)
        known_at = known_at or at + timedelta(minutes=30)
        row = {"article_id": article_id, "known_at": known_at, "run_id": f"{known_at:%y%m%d%H}"}
        self.insert(
            "article",
            **row,
            source_id=source_id,
            key=url,
            url=url,
            canonical_url=url,
            first_seen_at=known_at,
            published_at=at,
            published_quality="exact",
            effective_at=at,
        )
        self.version(article_id, 1, title, summary, body, known_at, lang, text_from, access, kind)
        self.insert(
            "relevance",
            **row,
            version=1,
            relevant=relevant,
            score=1.0,
            reasons=[],
            seo_bait=bait,
            regions=list(regions),
            rules_version=rules,
        )
        for slug in themes:
            self.insert("theme_tag", **row, version=1, theme=slug, score=2.0, rules_version=rules)
        self.insert("story_member", **row, story_id=story or article_id, score=0.5, linked_to=linked_to, shared=[])
        if copy_of is not None:
            self.insert("duplicate", **row, of_id=copy_of, relation="exact", similarity=1.0)
        return article_id

    def version(
        self,
        article_id: int,
        number: int,
        title: str,
        summary: str,
        body: str,
        known_at: datetime,
        lang: str = "es",
        text_from: str = "page",
        access: str = "open",
        kind: str = "article",
    ) -> None:
        self.insert(
            "article_version",
            article_id=article_id,
            version=number,
            title=title,
            summary=summary,
            body=body,
            lang=lang,
            kind=kind,
            access=access,
            text_from=text_from,
            partial=False,
            text_hash=digest_of(title, summary, body),
            run_id=f"{known_at:%y%m%d%H}",
            known_at=known_at,
        )

    def edited(self, article_id: int, at: datetime, title: str, summary: str = "", body: str = "", **more: Any) -> None:
        """A further wording of a known article, graded as a run grades it."""
        last, *held, text_from = self.one(
            "SELECT version, title, summary, body, text_from FROM article_version WHERE article_id = $id "
            "ORDER BY version DESC LIMIT 1",
            id=article_id,
        )
        self.version(article_id, last + 1, title, summary, body, at, **more)
        if text_from == more.get("text_from", "page"):
            found = changes(Wording(*held), Wording(title, summary, body), live=more.get("kind") == "live")
            for place, change in enumerate(found, 1):
                self.graded(article_id, last + 1, at, change, place)

    def graded(self, article_id: int, version: int, at: datetime, change: Change, place: int = 1) -> None:
        row = {"old_value": change.old, "new_value": change.new, "counted": change.counted}
        sizes = {"old_number": change.old_number, "new_number": change.new_number}
        where = {"article_id": article_id, "version": version, "place": place, "grade": change.grade}
        self.insert("edit_grade", **where, field=change.field, **row, **sizes, known_at=at)

    # ------------------------------------------------------------ reading

    def section(
        self, name: str, monday: date = MONDAY, as_of: datetime = AS_OF, weeks: int = 8
    ) -> list[dict[str, Any]]:
        return [dict(row) for row in self.result(name, monday, as_of, weeks)[1]]

    def result(self, name: str, monday: date = MONDAY, as_of: datetime = AS_OF, weeks: int = 8) -> Result:
        self.flush()
        sql = SECTIONS[name]
        given = {"week_start": monday, "as_of": as_of, "weeks": weeks}
        wanted = {key: given[key] for key in given if re.search(rf"\${key}\b", sql)}
        self.con.execute(sql, wanted)
        columns = [column[0] for column in self.con.description]
        return columns, [dict(zip(columns, row, strict=True)) for row in self.con.fetchall()]

    def digest(self, language: str = "en", week: str = WEEK, as_of: datetime = AS_OF) -> Digest:
        monday = datetime.strptime(f"{week}-1", "%G-W%V-%u").replace(tzinfo=UTC).date()
        results = {name: self.result(name, monday, as_of) for name in SECTIONS}
        return build(
            week,
            language,
            results,
            SPECS,
            as_of=as_of,
            data_until=lima(self.day(1, 0), 6, 7),
            run_id="8f31c2",
            rules_version=RULES,
            zone="America/Lima",
        )
