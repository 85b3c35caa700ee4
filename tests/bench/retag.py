"""How long and how much memory it takes to judge many stored articles again.

    python tests/bench/retag.py [--data articles-dev.jsonl.gz] [--articles 100000] [--out FOLDER]

Real texts, repeated until there are enough, judged by "earlier" rules; then `peru-monitor retag` runs on them as a
process of its own, and its time and peak memory are printed.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from monitor import themes
from monitor.model import Document, Prior
from monitor.stages.judgement_rows import Judgement, judgement_tables
from monitor.warehouse import Session, Warehouse

TOP = Path(__file__).resolve().parents[2]
AT = datetime(2026, 11, 9, 12, 0, tzinfo=UTC)
SPACING = 1_000_000  # between the ids of an article and of its repetitions
SOURCE = """
INSERT INTO source BY NAME SELECT 'bench' AS source_id, 'Bench' AS outlet, 'home' AS prior, $at AS known_at"""
ARTICLE = """
INSERT INTO article BY NAME SELECT $id + i * $spacing AS article_id, 'bench' AS source_id, $url AS url, $url AS key,
    $at AS effective_at, $at AS first_seen_at, $at AS known_at FROM range($copies) AS r(i)"""
VERSION = """
INSERT INTO article_version BY NAME SELECT $id + i * $spacing AS article_id, 1 AS version, $title AS title,
    '' AS summary, $body AS body, $lang AS lang, '' AS section, $at AS known_at FROM range($copies) AS r(i)"""
REPEAT = """
INSERT INTO {table} BY NAME SELECT t.* REPLACE (t.article_id + r.i * $spacing AS article_id)
FROM {table} AS t, range(1, $copies) AS r(i) WHERE t.article_id < $spacing"""


def build(data: Path, state: Path, articles: int) -> int:
    """A warehouse of that many articles with their tags; how many characters an article has on average."""
    rules, warehouse = themes.load(), Warehouse(state)
    warehouse.migrate(AT)
    with gzip.open(data, "rt", encoding="utf-8") as lines:
        items = [json.loads(line) for line in lines]
    copies, characters = -(-articles // len(items)), 0
    with warehouse.write() as session:
        session.execute(SOURCE, {"at": AT})
    judgements = []
    with warehouse.hold():
        for start in range(0, len(items), 200):
            with warehouse.write() as session:
                for number, item in enumerate(items[start : start + 200], start):
                    judgements.append(_store(session, rules, item, number, copies))
                    characters += len(item["text"])
        tables = judgement_tables(judgements, "before", AT)
        for table, rows in tables.items():
            with warehouse.write() as session:
                session.append(table, rows)
                session.execute(REPEAT.format(table=table), {"spacing": SPACING, "copies": copies})
    warehouse.publish()
    return characters // len(items)


def _store(session: Session, rules: themes.Rules, item: dict[str, str], number: int, copies: int) -> Judgement:
    title, body, lang = item.get("title") or item["text"][:80], item["text"], item.get("lang") or "es"
    where = {"id": number, "spacing": SPACING, "copies": copies, "at": AT}
    session.execute(ARTICLE, {**where, "url": item.get("url") or ""})
    session.execute(VERSION, {**where, "title": title, "body": body, "lang": lang})
    tagging = rules.tag(Document(title, body.partition("\n")[0], body, lang, item.get("url") or "", "", Prior.HOME))
    return Judgement(number, 1, replace(tagging, rules_version="before"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=TOP / "../shared/data/articles/articles-dev.jsonl.gz")
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    folder = options.out or Path(tempfile.mkdtemp(prefix="retag-"))
    characters = build(options.data, folder, options.articles)
    print(f"built: {options.articles:,} articles of {characters:,} characters, {_megabytes(folder):,.0f} MB")
    start = time.perf_counter()
    command = [sys.executable, "-m", "monitor", "--state", str(folder), "retag", "--json"]
    done = subprocess.run(command, cwd=TOP, check=True, capture_output=True, text=True, env={**os.environ, "CI": "1"})
    seconds = time.perf_counter() - start
    changes, usage = json.loads(done.stdout), resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"retag: {changes['articles']:,} articles in {seconds:.0f} s ({changes['articles'] / seconds:.0f} a second)")
    print(f"       processor {usage.ru_utime + usage.ru_stime:.0f} s, peak memory {usage.ru_maxrss / 1024:.0f} MB")
    print(f"       warehouse {_megabytes(folder):,.0f} MB after")
    if not options.out:
        shutil.rmtree(folder)


def _megabytes(folder: Path) -> float:
    return (folder / "warehouse.duckdb").stat().st_size / 1e6


if __name__ == "__main__":
    main()
