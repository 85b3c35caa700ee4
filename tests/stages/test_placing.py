"""Grouping depends on what a run has learned, not on how it was cut into rounds, ordered, killed or repeated."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.stages import placing
from monitor.text import digest_of
from monitor.warehouse import Session, Warehouse

START = datetime(2026, 6, 1, 12, tzinfo=UTC)
_SYLLABLES = ("ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi")
Placements = list[tuple[int, int]]


def words(chance: random.Random, count: int) -> list[str]:
    return ["".join(chance.choices(_SYLLABLES, k=3)) for _ in range(count)]


def invented_days(days: int = 3) -> list[list[dict[str, Any]]]:
    """Per day six events with three reports each, one of them a copy of the first under another title."""
    chance, found, number = random.Random(4), [], 0
    for day in range(days):
        articles = []
        for _ in range(6):
            names = words(chance, 8)
            texts = [" ".join(words(chance, 50) + chance.choices(names, k=40)) for _ in range(2)]
            for source, text in enumerate((texts[0], texts[1], f"{' '.join(words(chance, 12))} {texts[0]}")):
                number += 1
                at = START + timedelta(days=day, minutes=chance.randrange(300))
                title = " ".join(names[:4] + words(chance, 3))
                articles.append({"id": number, "source": f"s{source}", "at": at, "title": title, "body": text})
        found.append(articles)
    return found


DAYS = invented_days()


@cache
def columns(table: str, session: Session) -> dict[str, None]:
    found = session.select(f"SELECT column_name FROM duckdb_columns() WHERE table_name = '{table}'")
    return dict.fromkeys(one["column_name"] for one in found)


def append(session: Session, table: str, rows: Sequence[dict[str, Any]]) -> None:
    """Rows of the columns that grouping reads; the others stay empty."""
    session.append(table, [{**columns(table, session), **row} for row in rows])


def store(session: Session, articles: Sequence[dict[str, Any]], at: datetime) -> None:
    """What a run appends before it groups."""
    names = {"id": "article_id", "source": "source_id", "at": "effective_at"}
    heads = [{new: one[old] for old, new in names.items()} for one in articles]
    append(session, "article", [{**head, "key": str(head["article_id"]), "known_at": at} for head in heads])
    fixed = {"version": 1, "lang": "es", "summary": "", "known_at": at}
    texts = [
        {"article_id": one["id"], "title": one["title"], "body": one["body"], "body_hash": digest_of(one["body"])}
        for one in articles
    ]
    append(session, "article_version", [{**text, **fixed} for text in texts])
    judged = {"version": 1, "relevant": True, "seo_bait": False, "reasons": [], "regions": [], "known_at": at}
    append(session, "relevance", [{"article_id": one["id"], **judged} for one in articles])


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """One warehouse for the module; `grouped` rolls back what it did."""
    warehouse = Warehouse(tmp_path_factory.mktemp("placing"))
    warehouse.migrate(START)
    with warehouse.write() as session:
        names = [(f"s{number}", f"O{number}", f"o{number}") for number in range(3)]
        rows = [{"source_id": s, "outlet": outlet, "owner": owner, "known_at": START} for s, outlet, owner in names]
        append(session, "source", rows)
    with warehouse.hold():
        yield warehouse


class UndoError(Exception):
    """Ends a transaction without storing it."""


def grouped(
    warehouse: Warehouse, runs: Sequence[Sequence[Sequence[dict[str, Any]]]], *, killed: int = -1
) -> Placements:
    """Placements after these runs, each a list of rounds; run `killed` ends before it groups."""
    found: Placements = []
    with suppress(UndoError), warehouse.write() as session:
        for number, rounds in enumerate(runs):
            at = START + timedelta(days=number)
            for articles in rounds:
                store(session, articles, at)
            if number != killed:
                placing.place(session, f"r{number}", at)
        found = [
            (one["article_id"], one["story_id"])
            for one in session.select("FROM placement_at('infinity'::TIMESTAMPTZ) ORDER BY article_id")
        ]
        raise UndoError
    return found


def test_the_three_reports_of_each_event_meet(empty: Warehouse) -> None:
    """Eighteen events of three days, three reports each: eighteen stories of three."""
    found = grouped(empty, [[day] for day in DAYS])
    assert len(found) == 54
    assert len({story for _, story in found}) == 18


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chance=st.randoms(use_true_random=False))
def test_rounds_and_order_of_a_run_make_no_difference(empty: Warehouse, chance: random.Random) -> None:
    """However the articles of a run come in, and in however many rounds, they are placed alike."""
    runs = []
    for day in DAYS:
        shuffled = chance.sample(day, len(day))
        cut = chance.randrange(1, len(day))
        runs.append([shuffled[:cut], shuffled[cut:]])
    assert grouped(empty, runs) == grouped(empty, [[day] for day in DAYS])


def test_a_run_killed_before_it_grouped_is_made_good_by_the_next(empty: Warehouse) -> None:
    """Its articles are placed with those of the next run, as if both had been one."""
    killed = grouped(empty, [[DAYS[0]], [DAYS[1]]], killed=0)
    assert killed == grouped(empty, [[DAYS[0], DAYS[1]]])
    assert len(killed) == 36


def test_placing_twice_changes_nothing(empty: Warehouse) -> None:
    """A run without news leaves every table of stories as it is."""
    once = grouped(empty, [[DAYS[0]]])
    assert grouped(empty, [[DAYS[0]], [], []]) == once


def test_runs_by_the_day_and_one_run_for_all_agree_on_clear_events(empty: Warehouse) -> None:
    """Weights of words come from the window of each run, so borderline scores may differ; clear events do not."""
    assert grouped(empty, [[day] for day in DAYS]) == grouped(empty, [DAYS])


def test_years_taken_in_at_once_are_grouped_in_batches_of_bounded_span() -> None:
    """Batches follow time, none spans more than two weeks or holds more than two thousand articles."""
    articles = [{"article_id": n, "effective_at": START + timedelta(hours=4 * n)} for n in range(3000)]
    batches = list(placing._batches(articles))
    assert [one for batch in batches for one in batch] == articles
    assert all(batch[-1]["effective_at"] - batch[0]["effective_at"] <= placing.SPAN for batch in batches)
    assert len(list(placing._batches([{"article_id": n, "effective_at": START} for n in range(4001)]))) == 3
