"""source_health: each source judged by its own history, at any rate; every state, from rows as runs store them."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest
from blank import blank_warehouse
from world import START

from monitor.warehouse import Row

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Histories:
    """Visits of sources, hour by hour, straight into the tables."""

    def __init__(self, folder: Path) -> None:
        self.warehouse = blank_warehouse(folder)
        self.sources: set[str] = set()

    def visits(self, name: str, hours: Iterable[float], news: Iterable[float] = (), **more: object) -> None:
        """A visit at each hour; those in `news` brought one entry, dated then or as `published` says: all, or each."""
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
            hours = list(hours)
            row = {"status": "ok", "reason": None, **more, "id": name, "runs": [f"{hour}" for hour in hours]}
            session.execute(
                "INSERT INTO source_fetch (run_id, source_id, status, http_status, reason, started_at, known_at, "
                "fetched_n, new_n, seen_n, changed_n, rejected_n) "
                "SELECT unnest($runs), $id, $status, 200, $reason, unnest($times) AS at_, at_, unnest($n) AS n_, n_, "
                "0, 0, 0",
                {**row, "times": [START + hour * HOUR for hour in hours], "n": [int(hour in fresh) for hour in hours]},
            )
            new = [hour for hour in hours if hour in fresh]
            session.execute(
                "INSERT INTO entry (source_id, article_id, outcome, published_at, known_at) "
                "SELECT $id, unnest($articles), 'new', unnest($published), unnest($times)",
                {
                    "id": name,
                    "articles": [hash((name, hour)) >> 2 for hour in new],
                    "published": published
                    if isinstance(published, list)
                    else [published or START + hour * HOUR for hour in new],
                    "times": [START + hour * HOUR for hour in new],
                },
            )

    def polls(self, name: str, hours: Iterable[float], **taught: object) -> None:
        """What the visits at these hours taught: any columns of source_poll."""
        columns, marks = ", ".join(taught), ", ".join(f"${column}" for column in taught)
        with self.warehouse.write() as session:
            for hour in hours:
                session.execute(
                    f"INSERT INTO source_poll (run_id, source_id, known_at, {columns}) "
                    f"VALUES ($run, $id, $at, {marks})",
                    {"run": f"{hour}", "id": name, "at": START + hour * HOUR, **taught},
                )

    def attempt(self, name: str, hour: float) -> None:
        """A run was about to ask, and died."""
        with self.warehouse.write() as session:
            session.execute(
                "INSERT INTO attempt (run_id, source_id, attempted_at, known_at) VALUES ('dead', $id, $at, $at)",
                {"id": name, "at": START + hour * HOUR},
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


def test_ten_a_day_are_missed_within_24_hours_always(past: Histories) -> None:
    """Twelve Poisson sources with quieter weekends, each dying right after an entry, in every part of a week."""
    deaths = {}
    for n in range(12):
        dice = random.Random(n)
        news = [h for h in range(24 * 30) if dice.random() < (0.25 if (h // 24) % 7 >= 5 else 0.4)]
        deaths[f"ten{n}"] = last = next(h for h in news if h >= 24 * 22 + 14 * n)
        past.visits(f"ten{n}", range(last + 30), [h for h in news if h <= last])
    with past.warehouse.read() as session:
        told = session.select("FROM source_health_at($at)", {"at": START + 24 * 32 * HOUR})
    for row in told:
        died_at = START + deaths[row["source_id"]] * HOUR
        assert died_at + 6 * HOUR < row["silent_at"] <= died_at + DAY, row["source_id"]
        assert row["detail"].startswith(f"nothing new since {died_at - 5 * HOUR:%Y-%m-%d}; usual: ")
    assert len(told) == len(deaths)


def test_office_hours_are_no_silence(past: Histories) -> None:
    """Ten a day from nine to six, Monday to Friday: the first weekend and every other are quiet, Tuesday is not."""
    weeks = 24 * 7 * 5
    news = [h for h in range(weeks) if (h // 24) % 7 < 5 and 2 <= h % 24 < 12]
    past.visits("office", range(weeks + 60), news)
    for hour in (24 * 5 + 12, 24 * 7 + 1, 24 * 14 + 1, weeks + 1):
        assert past.health("office", hour)["health"] == "ok", hour
    assert past.health("office", weeks + 48)["health"] == "silent"


def test_what_the_monitor_slept_through_is_nobodys_silence(past: Histories) -> None:
    """Three days without a run: no alarm in them, and no pause of the source's afterwards, when it does die."""
    before, after = range(24 * 14), range(24 * 17 + 2, 24 * 20)
    past.visits("ten", [*before, *after, *range(24 * 20, 24 * 22)], [h for h in [*before, *after] if h % 5 in (0, 2)])
    assert past.health("ten", 24 * 17 - 1)["alarms"] == []
    assert past.health("ten", 24 * 17 + 5)["alarms"] == []
    assert past.health("ten", 24 * 21)["alarms"] == ["silent"]


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


def test_frozen_dates_are_seen_at_two_entries_a_week(past: Histories) -> None:
    """Six entries in three weeks, none dated after those before: frozen, however rarely the source writes."""
    weekly = [84 * n for n in range(13)]
    past.visits("slow", range(0, 84 * 7, 12), weekly[:7])
    assert past.health("slow", 84 * 7)["health"] == "ok"
    past.visits("slow", range(84 * 7, 84 * 13, 12), weekly[7:], published=START + 84 * 6 * HOUR)
    row = past.health("slow", 84 * 12 + 12)
    assert (row["health"], row["alarms"]) == ("date_frozen", ["date_frozen"])


def test_an_outlet_that_dates_back_by_habit_is_not_frozen(past: Histories) -> None:
    """Five of six entries carry an older date, month after month: its own habit, no alarm."""
    days = [24 * n for n in range(30)]
    dates = [START + (24 * n if n % 6 == 0 else 24 * (n - n % 6) - 48) * HOUR for n in range(30)]
    past.visits("back", days, days, published=dates)
    for n in (12, 17, 23, 29):
        assert "date_frozen" not in past.health("back", 24 * n + 1)["alarms"], n


@pytest.mark.parametrize(("lag", "said"), [(300.0, "ahead"), (-290.0, "behind"), (-60.0, ""), (420.0, "")])
def test_item_65_a_wrong_zone_is_seen_at_any_rate(past: Histories, lag: float, said: str) -> None:
    """Item 65: five entries in six weeks, each about five hours off: an alarm; an hour or seven are none."""
    days = [24 * 8 * n for n in range(6)]
    past.visits("zone", days, days)
    past.polls("zone", days[1:], lag_minutes=lag)
    row = past.health("zone", days[-1] + 1)
    assert row["health"] == ("wrong_zone" if said else "ok")
    assert said in (row["detail"] or "")


def test_alarms_that_hold_together_are_all_named(past: Histories) -> None:
    """A gap yesterday, dates five hours off, and now it refuses us: the state is one, the alarms are all."""
    past.visits("poor", range(6), range(6))
    past.polls("poor", range(1, 5), lag_minutes=300.0)
    past.polls("poor", [5], lag_minutes=301.0, gap=True)
    assert past.health("poor", 5)["alarms"] == ["wrong_zone", "gap"]
    past.visits("poor", [7], status="failed", reason="http_auth")
    row = past.health("poor", 8)
    assert (row["health"], row["alarms"]) == ("blocked", ["blocked", "wrong_zone", "gap"])
    assert past.health("poor", 24 * 5)["alarms"] == ["blocked", "wrong_zone"]  # the gap is over after three days


def test_a_source_that_was_not_asked_is_not_failing(past: Histories) -> None:
    """The run was stopped, or its host wanted a pause: no failure, no attempt; the pause is told while it lasts."""
    past.visits("x", range(3), [0])
    past.visits("x", [3], status="failed", reason="stopped")
    past.visits("x", [4], status="failed", reason="host_paused")
    with past.warehouse.write() as session:
        session.execute(
            "UPDATE source_fetch SET detail = 'a.example asked us to wait', next_due_at = $due WHERE run_id = '4'",
            {"due": START + 9 * HOUR},
        )
    row = past.health("x", 5)
    assert (row["health"], row["failures"], row["fetches"], row["reason"]) == ("ok", 0, 3, None)
    assert (row["last_attempt_at"], row["next_due_at"]) == (START + 2 * HOUR, START + 9 * HOUR)
    assert row["remarks"] == ["a.example asked us to wait"]
    assert past.health("x", 10)["remarks"] == []


def test_a_run_that_died_leaves_its_attempt(past: Histories) -> None:
    """What was about to be asked counts as asked: last attempt and next due follow it, the state does not."""
    past.visits("x", range(3), [0])
    past.attempt("x", 4)
    row = past.health("x", 5)
    assert (row["last_attempt_at"], row["next_due_at"]) == (START + 4 * HOUR, START + 5 * HOUR)
    assert (row["health"], row["last_run_at"]) == ("ok", START + 2 * HOUR)
    assert past.health("x", 3)["last_attempt_at"] == START + 2 * HOUR


def test_failures_are_weighed_and_a_success_clears_them(past: Histories) -> None:
    """Three failures of 1, 0.5 and 0.25; a 304 afterwards sets both to nothing."""
    past.visits("x", [0], [0])
    past.visits("x", [1, 2, 3], status="failed", reason="timeout")
    for hour, weight in ((1, 1.0), (2, 0.5), (3, 0.25)):
        past.polls("x", [hour], weight=weight)
    row = past.health("x", 3)
    assert (row["failures"], row["weighted_failures"], row["health"]) == (3, 1.75, "failing")
    past.visits("x", [4], status="not_modified")
    row = past.health("x", 4)
    assert (row["failures"], row["weighted_failures"], row["health"]) == (0, 0, "ok")


def test_a_redirect_waits_for_confirmation_in_sight(past: Histories) -> None:
    """Target, number of hits and since when; one answer from the configured address starts the count anew."""
    past.visits("x", range(6), [0])
    past.polls("x", [0, 1, 3, 4], moved_to="http://b.example/")
    past.polls("x", [2], moved_to="")
    row = past.health("x", 4)
    assert (row["redirect_to"], row["redirect_hits"], row["redirect_since_at"]) == (
        "http://b.example/", 2, START + 3 * HOUR,
    )  # fmt: skip
    assert "waits for confirmation" in " ".join(row["remarks"])
    assert row["address"] == "http://a.example/"
    past.polls("x", [5], moved_to="")
    assert past.health("x", 5)["redirect_to"] is None


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


def test_every_column_of_the_view_is_explained(past: Histories) -> None:
    """All that an analyst is promised has a column of its own, and every column a comment."""
    with past.warehouse.read() as session:
        sql = "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'source_health'"
        comments = {row["column_name"]: row["comment"] for row in session.select(sql)}
    assert {
        "source_id", "outlet", "enabled", "health", "failures", "reason", "detail", "last_attempt_at",
        "last_success_at", "last_new_at", "fetches", "failed_fetches", "next_due_at", "alarms", "weighted_failures",
        "silent_at", "last_gap_at", "redirect_to", "redirect_hits", "redirect_since_at", "interval_minutes", "remarks",
    } <= comments.keys()  # fmt: skip
    assert all(comments.values())
