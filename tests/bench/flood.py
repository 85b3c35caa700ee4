"""Hostile days through the placing: one text ten thousand times, one notice on every page, edited copies, odd dates.

usage: python tests/bench/flood.py [--copies 10000]

Each scene is placed whole and at a quarter of its size, then looked at again as the next day's run does: the ratio of
CPU seconds says whether anything grows with the square (4 is linear, 16 square). Counts are those an analyst reads.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from scale import OUTLETS, START, Newsroom, Row, Store

from monitor.stages import placing, rechecking
from monitor.text import digest_of
from monitor.warehouse import Warehouse

Scene = Callable[[Newsroom, int], Iterator[Row]]


def copies(newsroom: Newsroom, count: int) -> Iterator[Row]:
    """One text under titles of its own in every outlet, all day."""
    body = newsroom._words(300)
    for number in range(count):
        yield _row(newsroom, number, number % OUTLETS, newsroom._words(7), body)


def edited(newsroom: Newsroom, count: int) -> Iterator[Row]:
    """The same with an opening and an end of its own for each."""
    body = newsroom._words(300)
    for number in range(count):
        yield _row(newsroom, number, number % OUTLETS, newsroom._words(7), f"{newsroom._words(20)} {body}")


def notice(newsroom: Newsroom, count: int) -> Iterator[Row]:
    """One outlet shows one wall instead of its pages, each under the title of the page."""
    wall = newsroom._words(80)
    for number in range(count):
        yield _row(newsroom, number, 1, newsroom._words(9), wall)


def tiny(newsroom: Newsroom, count: int) -> Iterator[Row]:
    """Empty texts, and texts of twenty words."""
    for number in range(count):
        yield _row(newsroom, number, number % OUTLETS, newsroom._words(8), newsroom._words(20) if number % 2 else "")


def odd_dates(newsroom: Newsroom, count: int) -> Iterator[Row]:
    """Copies of one text over four centuries."""
    body = newsroom._words(200)
    for number in range(count):
        row = _row(newsroom, number, number % OUTLETS, newsroom._words(7), body)
        yield {**row, "effective_at": START + timedelta(days=newsroom.chance.randrange(-70_000, 70_000))}


def _row(newsroom: Newsroom, number: int, source: int, title: str, body: str) -> Row:
    at = START + timedelta(seconds=8 * number % 80_000)
    return {**newsroom._row(at, source, title, body), "article_id": number + 1, "body_hash": digest_of(body)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--copies", type=int, default=10_000)
    count = parser.parse_args().copies
    for scene in (copies, edited, notice, tiny, odd_dates):
        small, whole = (measure(scene, size) for size in (count // 4, count))
        print(f"  {sum(whole) / max(0.001, sum(small)):.1f} times the CPU for 4 times the articles", flush=True)


def measure(scene: Scene, count: int) -> tuple[float, float]:
    """CPU seconds of placing, and of looking again."""
    with tempfile.TemporaryDirectory() as folder:
        warehouse = Warehouse(Path(folder))
        warehouse.migrate(START)
        store = Store(warehouse)
        store.sources()
        with warehouse.hold(), warehouse.write() as session:
            store.run(session, list(scene(Newsroom(), count)), START)
            started = time.process_time()
            placing.place(session, "flood", START + timedelta(days=1))
            placed = time.process_time() - started
            changes = rechecking.recheck(session, "again", START + timedelta(days=2), "America/Lima")
            again = time.process_time() - started - placed
            [found] = session.select(
                "SELECT count(*) AS articles, count(DISTINCT story_id) AS stories, max(n) AS largest FROM "
                "(SELECT story_id, count(*) OVER (PARTITION BY story_id) AS n "
                "FROM placement_at('infinity'::TIMESTAMPTZ))"
            )
            [groups] = session.select("SELECT count(DISTINCT group_id) AS n FROM duplicate_group")
            [edges] = session.select("SELECT count(*) AS n FROM duplicate")
            [top] = session.select(
                "SELECT count(DISTINCT a.source_id) AS outlets, count(DISTINCT s.owner) AS owners "
                "FROM placement_at('infinity'::TIMESTAMPTZ) AS p JOIN article AS a USING (article_id) "
                "JOIN source AS s USING (source_id) GROUP BY p.story_id ORDER BY count(*) DESC LIMIT 1"
            )
    print(
        f"{scene.__name__}: {found['articles']} articles in {found['stories']} stories, the largest of "
        f"{found['largest']} ({top['outlets']} outlets, {top['owners']} owners); {edges['n']} relations, "
        f"{groups['n']} groups; placed in {placed:.1f} CPU s, looked at again in {again:.1f} ({changes} changes)",
        flush=True,
    )
    return placed, again


if __name__ == "__main__":
    main()
