"""A year of invented news through the warehouse and the placing (duplicates and stories), one run a day, one process.

usage: python tests/bench/scale.py [--articles 100000 | --million] [--days 365] [--out FOLDER]

Prints peak memory, CPU per article in the first full month and in the last, articles per second, and what the tables
hold. Nothing is fetched: articles are appended as a run would have, then placed as a run does; the time of placing
alone is counted. Articles are lean, about 180 words of which a third are their event's own, one outlet in six writes
in English: the figures are for the machinery, not for the length of texts (real ones have 420 words on average).
"""

from __future__ import annotations

import argparse
import random
import resource
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

from monitor.extract import agency_of
from monitor.stages import placing
from monitor.stories.grouping import Remembered
from monitor.text import digest_of
from monitor.warehouse import Session, Warehouse

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
OUTLETS = 24
TABLES = (
    "article",
    "article_version",
    "relevance",
    "placed",
    "fingerprint",
    "article_terms",
    "term_count",
    "duplicate",
    "duplicate_group",
    "story_member",
)
_SYLLABLES = ("ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "ño", "zu", "cra", "ten")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """What several articles tell of: its own words, and the text that others copy."""

    words: tuple[str, ...]
    title: str
    text: str


class Newsroom:
    """Invents articles: half about events of the last three days, one in ten a copy, one in thirty a daily page."""

    def __init__(self, seed: int = 1) -> None:
        self.chance = random.Random(seed)
        self.vocabulary = [
            "".join(self.chance.choices(_SYLLABLES, k=self.chance.choice((2, 3, 3, 4)))) for _ in range(20_000)
        ]
        self.weights = list(accumulate(1 / (rank + 8) for rank in range(20_000)))
        self.events: list[Event] = []
        self.made = 0

    def day(self, number: int, count: int) -> Iterator[Row]:
        """Articles of one day, as rows of the columns that differ."""
        self.events = self.events[-3 * max(1, count // 3) :]
        for _ in range(count):
            yield self._article(START + timedelta(days=number, hours=self.chance.uniform(-11, 0)), number)

    def _article(self, at: datetime, day: int) -> Row:
        self.made += 1
        source, draw = self.chance.randrange(OUTLETS), self.chance.random()
        if draw < 0.03:
            title = f"precio de la divisa hoy {day % 28 + 1} de mayo"
            return self._row(at, 0, title, f"{self._template()} {self._words(6)}")
        if draw < 0.5 and self.events:
            event = self.chance.choice(self.events)
            if self.chance.random() < 0.2:
                return self._row(at, source, self._words(8), f"{self._words(15)} {event.text}")
            return self._row(at, source, f"{' '.join(event.words[:4])} {self._words(4)}", self._told(event.words))
        words = tuple(self._words(12).split())
        event = Event(words, f"{' '.join(words[:5])} {self._words(3)}", self._told(words))
        self.events.append(event)
        return self._row(at, source, event.title, event.text)

    def _told(self, words: tuple[str, ...]) -> str:
        """About 180 words, every third of them one of the event's own."""
        plain = self._words(120).split()
        own = self.chance.choices(words, k=60)
        return " ".join(f"{plain[2 * n]} {plain[2 * n + 1]} {own[n]}" for n in range(60))

    def _template(self) -> str:
        return " ".join(self.vocabulary[100:200])

    def _words(self, count: int) -> str:
        return " ".join(self.chance.choices(self.vocabulary, cum_weights=self.weights, k=count))

    def _row(self, at: datetime, source: int, title: str, body: str) -> Row:
        return {
            "article_id": self.made,
            "source_id": f"s{source}",
            "effective_at": at,
            "lang": "en" if source % 6 == 5 else "es",
            "title": title,
            "body": body,
            "body_hash": digest_of(body),
        }


class Store:
    """Appends what a run would have appended; every column that grouping does not read stays NULL."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse
        with warehouse.read() as session:
            found = session.select("SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal")
        self.columns: dict[str, list[str]] = {}
        for row in found:
            self.columns.setdefault(row["table_name"], []).append(row["column_name"])

    def row(self, table: str, **values: object) -> Mapping[str, object]:
        return {**dict.fromkeys(self.columns[table]), **values}

    def sources(self) -> None:
        with self.warehouse.write() as session:
            for n in range(OUTLETS):
                values = {"source_id": f"s{n}", "outlet": f"Outlet {n}", "owner": f"o{n % 16}", "aggregator": False}
                session.append("source", [self.row("source", **values, known_at=START)])

    def run(self, session: Session, articles: list[Row], at: datetime) -> None:
        names = ("article_id", "lang", "title", "body", "body_hash")
        fixed = {"version": 1, "summary": "", "known_at": at}
        session.append(
            "article",
            [
                self.row(
                    "article",
                    **{name: row[name] for name in ("article_id", "source_id", "effective_at")},
                    key=str(row["article_id"]),
                    known_at=at,
                )
                for row in articles
            ],
        )
        versions = [
            self.row(
                "article_version", **{name: row[name] for name in names}, **fixed, agency=agency_of("", row["body"])
            )
            for row in articles
        ]
        session.append("article_version", versions)
        judged = {"version": 1, "relevant": True, "seo_bait": False, "reasons": [], "regions": [], "known_at": at}
        relevance = [self.row("relevance", article_id=row["article_id"], **judged) for row in articles]
        session.append("relevance", relevance)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--million", action="store_true")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    count = 1_000_000 if asked.million else asked.articles
    with tempfile.TemporaryDirectory() as folder:
        measure(asked.out or Path(folder), count, asked.days)


def measure(folder: Path, count: int, days: int) -> None:
    warehouse, newsroom = Warehouse(folder), Newsroom()
    warehouse.migrate(START)
    store = Store(warehouse)
    store.sources()
    spent: list[float] = []
    remembered = Remembered()
    with warehouse.hold():
        for day in range(days):
            articles = list(newsroom.day(day, count // days))
            with warehouse.write() as session:
                store.run(session, articles, START + timedelta(days=day))
            started = time.process_time()
            with warehouse.write() as session:
                placing.place(session, f"{day:08x}", START + timedelta(days=day), remembered)
            spent.append((time.process_time() - started) / len(articles))
            if day % 30 == 29:
                mean = sum(spent[-30:]) / 30
                print(f"day {day + 1}: {1000 * mean:.2f} ms an article, peak {_megabytes():.0f} MB", flush=True)
    first, last = (sum(part) / len(part) for part in (spent[15:45] or spent, spent[-30:]))
    print(
        f"{newsroom.made} articles, {days} runs: {1000 * first:.2f} ms each in the first full month, {1000 * last:.2f} "
        f"in the last ({last / first:.2f} times); {len(spent) / sum(spent):.0f} articles per CPU second; "
        f"peak memory {_megabytes():.0f} MB"
    )
    report(warehouse)


def report(warehouse: Warehouse) -> None:
    with warehouse.read() as session:
        for table in TABLES:
            [size] = session.select(
                f"SELECT (SELECT count(*) FROM {table}) AS n, count(DISTINCT block_id) * 0.262144 AS megabytes "
                f"FROM pragma_storage_info('{table}') WHERE persistent"
            )
            print(f"  {table}: {size['n']} rows, {size['megabytes']:.1f} MB")
        for row in session.select("SELECT relation, count(*) AS n FROM duplicate GROUP BY relation ORDER BY relation"):
            print(f"  {row['relation']}: {row['n']}")
        [found] = session.select(
            "SELECT count(DISTINCT group_id) AS n, max(size) AS largest FROM (SELECT group_id, "
            "count(DISTINCT article_id) AS size FROM duplicate_group GROUP BY group_id)"
        )
        print(f"  groups of one text: {found['n']}, largest {found['largest']}")
        started = time.process_time()
        [found] = session.select("SELECT count(*) AS n, max(articles) AS largest FROM story_current")
        spent = time.process_time() - started
        print(f"  stories: {found['n']}, largest {found['largest']}; story_current took {spent:.2f} CPU s")
    print(f"  file: {warehouse.path.stat().st_size / 1e6:.0f} MB")


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
