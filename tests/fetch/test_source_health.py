"""source_health: each source judged by its own history, at any rate; every state, from rows as runs store them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from world import START

from monitor.warehouse import Row, Warehouse

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Histories:
    """Visits of sources, hour by hour, straight into the tables."""

    def __init__(self, folder: Path) -> None:
        self.warehouse = Warehouse(folder)
        self.warehouse.migrate(START)
        self.sources: set[str] = set()

    def visits(self, name: str, hours: Iterable[float], news: Iterable[float] = (), **more: object) -> None:
        """A visit at each hour; those in `news` brought one entry, dated then unless `published` says otherwise."""
        fresh = set(news)
        published = more.pop("published", None)
        with self.warehouse.write() as session:
            if name not in self.sources:
                self.sources.add(name)
                session.execute(
                    "INSERT INTO source (source_id, url, enabled, interval_minutes, interval_set, known_at) "
                    "VALUES ($id, 'http://a.example/', true, 60, true, $at)",
                    {"id": name, "at": START},
                )
            for hour in hours:
                at = START + hour * HOUR
                row = {"run": f"{hour}", "id": name, "at": at, "n": int(hour in fresh), "status": "ok", "reason": None}
                session.execute(
                    "INSERT INTO source_fetch (run_id, source_id, status, http_status, reason, started_at, known_at, "
                    "fetched_n, new_n, seen_n, changed_n, rejected_n) "
                    "VALUES ($run, $id, $status, 200, $reason, $at, $at, $n, $n, 0, 0, 0)",
                    {**row, **{key: value for key, value in more.items() if key in row}},
                )
                if hour in fresh:
                    session.execute(
                        "INSERT INTO entry (source_id, article_id, outcome, published_at, known_at) "
                        "VALUES ($id, $article, 'new', $published, $at)",
                        {"id": name, "article": hash((name, hour)) >> 2, "published": published or at, "at": at},
                    )

    def health(self, name: str, hour: float) -> Row:
        """The row of one source as known at an hour."""
        with self.warehouse.read() as session:
            sql = "SELECT * FROM source_health_at($at) WHERE source_id = $id"
            [row] = session.select(sql, {"at": START + hour * HOUR, "id": name})
            return row


@pytest.fixture
def past(tmp_path: Path) -> Histories:
    return Histories(tmp_path)


def test_a_busy_source_is_missed_within_the_day_a_rare_one_after_weeks(past: Histories) -> None:
    """Ten entries a day: silent after about a day; one a week: a fortnight is nothing, six weeks are silence."""
    past.visits("busy", range(24 * 20 + 60), [h for h in range(24 * 20) if h % 5 in (0, 2)])
    assert past.health("busy", 24 * 20 + 9)["health"] == "ok"
    told = past.health("busy", 24 * 20 + 30)
    assert told["health"] == "silent"
    assert told["silent_at"] - told["last_new_at"] <= DAY
    weekly = [7 * 24 * n for n in range(9)]
    past.visits("rare", range(0, 24 * 7 * 20, 12), weekly)
    assert past.health("rare", weekly[-1] + 24 * 15)["health"] == "ok"
    assert past.health("rare", weekly[-1] + 24 * 70)["health"] == "silent"


def test_a_batch_a_day_is_no_silence_until_the_next(past: Histories) -> None:
    """Everything at seven in the morning: 23 quiet hours say nothing."""
    past.visits("batch", range(24 * 30), [24 * n for n in range(29)])
    assert past.health("batch", 24 * 29 - 1)["health"] == "ok"


def test_weekends_count_as_the_source_keeps_them(past: Histories) -> None:
    """Busy from Monday to Friday, nothing at weekends: Sunday night is no silence, Tuesday is."""
    working = [h for h in range(24 * 7 * 8) if (h // 24) % 7 < 5 and h % 2 == 0]
    past.visits("office", range(24 * 7 * 8 + 60), working)
    assert past.health("office", 24 * 7 * 8 - 1)["health"] == "ok"
    assert past.health("office", 24 * 7 * 8 + 50)["health"] == "silent"


def test_without_history_a_week_is_silence(past: Histories) -> None:
    """A source that brought something once: seven days; one that never did likewise."""
    past.visits("new", range(0, 24 * 9, 6), [0])
    past.visits("mute", range(0, 24 * 9, 6))
    for name in ("new", "mute"):
        assert past.health(name, 24 * 6)["health"] == "ok"
        assert past.health(name, 24 * 8)["health"] == "silent"


def test_half_of_what_is_usual_is_shrinking(past: Histories) -> None:
    """Twenty-four a week for six weeks, then five: shrinking, with both figures; sixteen are nothing unusual."""
    past.visits(
        "thin", range(24 * 49), [h for h in range(24 * 42) if h % 7 == 0] + [24 * 42 + 30 * n for n in range(5)]
    )
    past.visits(
        "steady", range(24 * 49), [h for h in range(24 * 42) if h % 7 == 0] + [24 * 42 + 10 * n for n in range(16)]
    )
    row = past.health("thin", 24 * 49 - 1)
    assert (row["health"], row["detail"]) == ("shrinking", "5 entries in seven days; 24 are usual")
    assert past.health("steady", 24 * 49 - 1)["health"] == "ok"


def test_new_entries_with_an_old_date_are_frozen(past: Histories) -> None:
    """Entries keep coming, all dated the same: the dates are frozen, the source is not silent."""
    past.visits("ice", range(24 * 9), [12 * n for n in range(18)], published=START)
    row = past.health("ice", 24 * 9 - 1)
    assert row["health"] == "date_frozen"
    assert row["detail"].endswith("2026-11-09")


@pytest.mark.parametrize(
    ("reason", "health"), [("http_auth", "blocked"), ("challenge", "blocked"), ("timeout", "failing"), ("gone", "gone")]
)
def test_failures_have_their_states(past: Histories, reason: str, health: str) -> None:
    """Refused is blocked, 410 is gone, the rest is failing; failures in a row are counted and weighed."""
    past.visits("x", range(3), [0])
    past.visits("x", range(3, 6), status="failed", reason=reason)
    row = past.health("x", 6)
    assert (row["health"], row["failures"], row["weighted_failures"], row["reason"]) == (health, 3, 3, reason)
    assert row["last_success_at"] == START + 2 * HOUR


def test_health_of_the_past_knows_nothing_of_later(past: Histories) -> None:
    """Any earlier instant gives the state as it was known then."""
    past.visits("x", range(24 * 10), [h for h in range(24 * 5) if h % 3 == 0])
    assert past.health("x", 24 * 5)["health"] == "ok"
    assert past.health("x", 24 * 9)["health"] == "silent"
    assert past.health("x", 24 * 5)["last_new_at"] <= START + 5 * DAY


def test_health_needs_the_columns_others_read(past: Histories) -> None:
    """The view's names are read by the command line and the digest."""
    past.visits("x", [0], [0])
    names = {
        "source_id", "outlet", "enabled", "health", "failures", "reason", "detail", "last_attempt_at",
        "last_success_at", "last_new_at", "fetches", "failed_fetches", "next_due_at",
    }  # fmt: skip
    assert names <= past.health("x", 1).keys()
    assert isinstance(past.health("x", 1)["last_attempt_at"], datetime)
