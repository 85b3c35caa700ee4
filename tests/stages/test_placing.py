"""Grouping depends on what a run has learned, not on how it was cut into rounds, ordered, killed or repeated."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kiosk import START, opened, store, undone, words

from monitor.stages import placing
from monitor.stories.grouping import Remembered
from monitor.warehouse import Session, Warehouse

Placements = list[tuple[int, int]]


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


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """One warehouse for the module; `grouped` rolls back what it did."""
    with opened(tmp_path_factory.mktemp("placing")) as warehouse:
        yield warehouse


def grouped(
    warehouse: Warehouse,
    runs: Sequence[Sequence[Sequence[dict[str, Any]]]],
    *,
    killed: int = -1,
    remembered: Remembered | None = None,
) -> Placements:
    """Placements after these runs, each a list of rounds; run `killed` ends before it groups."""
    with undone(warehouse) as session:
        take_in(session, runs, killed=killed, remembered=remembered)
        rows = session.select("FROM placement_at('infinity'::TIMESTAMPTZ) ORDER BY article_id")
    return [(one["article_id"], one["story_id"]) for one in rows]


def take_in(
    session: Session,
    runs: Sequence[Sequence[Sequence[dict[str, Any]]]],
    *,
    killed: int = -1,
    remembered: Remembered | None = None,
) -> None:
    for number, rounds in enumerate(runs):
        at = START + timedelta(days=number)
        for articles in rounds:
            store(session, articles, at)
        if number != killed:
            placing.place(session, f"r{number}", at, remembered)


def test_the_three_reports_of_each_event_meet(empty: Warehouse) -> None:
    """Eighteen events of three days, three reports each: eighteen stories of three."""
    found = grouped(empty, [[day] for day in DAYS])
    assert len(found) == 54
    assert len({story for _, story in found}) == 18


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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


def test_what_one_process_remembers_is_what_another_would_read(empty: Warehouse) -> None:
    """A replay keeps weighed articles from run to run; every table comes out as if each run had started anew."""
    tables = ("story_member", "article_terms", "term_count", "idf", "duplicate", "duplicate_group", "placed")
    found = []
    for remembered in (Remembered(), None):
        with undone(empty) as session:
            take_in(session, [[day] for day in DAYS], remembered=remembered)
            found.append({table: session.select(f"FROM {table} ORDER BY ALL") for table in tables})
    assert found[0] == found[1]
    assert all(found[0].values())


def test_it_is_on_record_which_weights_of_terms_a_story_was_found_with(empty: Warehouse) -> None:
    """Each link names an idf, whose days and articles give the same weights again."""
    with undone(empty) as session:
        take_in(session, [[day] for day in DAYS])
        rows = session.select(
            "SELECT m.known_at, i.until_on, i.articles, (SELECT sum(articles) FROM term_count AS t WHERE t.term = '' "
            "AND t.day BETWEEN i.since_on AND i.until_on AND t.idf_version <= i.idf_version)::INTEGER AS weighed_by "
            "FROM story_member AS m JOIN idf AS i USING (idf_version) GROUP BY ALL ORDER BY ALL"
        )
    assert [(row["until_on"].day, row["articles"], row["weighed_by"]) for row in rows] == [
        (1, 18, 18),
        (2, 18, 36),
        (3, 18, 54),
    ]


def test_terms_of_articles_placed_by_an_older_version_are_made_good(empty: Warehouse) -> None:
    """Where they are missing for recent articles, the next run makes them: later ones join the same stories."""
    with undone(empty) as session:
        take_in(session, [[DAYS[0][:9]]])
        for table in ("article_terms", "term_count", "fingerprint", "idf"):
            session.execute(f"DELETE FROM {table}")
        store(session, DAYS[0][9:], START + timedelta(hours=6))
        placing.place(session, "later", START + timedelta(hours=6))
        stories = session.select("SELECT count(DISTINCT story_id) AS n FROM story_member")[0]["n"]
        copies = session.select("SELECT count(*) AS n FROM duplicate")[0]["n"]
    assert (stories, copies) == (6, 6)


def test_what_no_window_reaches_is_pruned(empty: Warehouse) -> None:
    """After two months fingerprints and terms are gone; what was found with them stays."""
    with undone(empty) as session:
        take_in(session, [[DAYS[0]]])
        placing.place(session, "later", START + placing.KEPT + timedelta(days=2))
        left = [
            session.select(f"SELECT count(*) AS n FROM {table}")[0]["n"]
            for table in ("fingerprint", "article_terms", "term_count", "placed", "duplicate", "story_member")
        ]
    assert left == [0, 0, 0, 18, 6, 18]


def test_years_taken_in_at_once_are_grouped_in_batches_of_bounded_span() -> None:
    """Batches follow time, none spans more than two weeks or holds more than two thousand articles."""
    articles = [{"article_id": n, "effective_at": START + timedelta(hours=4 * n)} for n in range(3000)]
    batches = list(placing._batches(articles))
    assert [one for batch in batches for one in batch] == articles
    assert all(batch[-1]["effective_at"] - batch[0]["effective_at"] <= placing.SPAN for batch in batches)
    assert len(list(placing._batches([{"article_id": n, "effective_at": START} for n in range(4001)]))) == 3
