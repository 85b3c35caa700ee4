"""How often source_health cries wolf, by kind of alarm, and how soon it notices a death, on simulated sources.

    python tests/bench/health.py [--sources 1000] [--days 90] [--step 6] [--seed 7]

Every source is a Poisson process of 0.1 to 60 entries a day with quieter weekends, polled hourly into a real
warehouse, from a first document of its 20 latest entries on; the shipped view judges it at every step, and at no time
should it find anything. An alarm counts anew when it had gone in between. Only visits that brought something are
stored, and one of every source at the moment of judgement: the rest teach nothing. Every other source dates by the
hour, the rest by the day, as many do.
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.warehouse import Session, Warehouse

START = datetime(2026, 1, 5, 5, tzinfo=UTC)  # a Monday, midnight in Lima
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FIRST_LOAD = 20  # entries of a source's first document, and of every later one
SHARD = 100  # sources in one warehouse, as many as somebody may watch: a year of a thousand is beyond its memory limit
JUDGED_FROM = 7 * DAY
KINDS = ("silent", "shrinking", "date_frozen", "wrong_zone", "gap", "blocked")
HEALTH = "SELECT source_id, health, alarms FROM source_health WHERE health NOT IN ('ok', 'new')"
PROBE = """INSERT INTO source_fetch (run_id, source_id, status, http_status, started_at, fetched_n, new_n, seen_n,
    changed_n, rejected_n, known_at)
    SELECT 'now', source_id, 'not_modified', 304, $now, 0, 0, 0, 0, 0, $now FROM source"""
FETCHES = """INSERT INTO source_fetch (run_id, source_id, status, http_status, etag, started_at, known_at, fetched_n,
    new_n, seen_n, changed_n, rejected_n)
    SELECT strftime(stamp, '%y%m%d%H'), $id, 'ok', 200, '"e"', stamp, stamp, n, n, 0, 0, 0
    FROM (SELECT unnest($at) AS stamp, unnest($n) AS n)"""
POLLS = """INSERT INTO source_poll (run_id, source_id, fresh_n, gap, weight, lag_minutes, moved_to, known_at)
    SELECT strftime(stamp, '%y%m%d%H'), $id, n, n > $most, 0, lag, '', stamp
    FROM (SELECT unnest($at) AS stamp, unnest($n) AS n, unnest($lag) AS lag)"""
ENTRIES = """INSERT INTO entry (source_id, outcome, published_at, known_at)
    SELECT $id, 'new', unnest($published), unnest($at)"""


@dataclass(frozen=True, slots=True)
class Simulated:
    id: str
    rate: float  # entries a day, over a whole week
    weekend: float  # share of a weekday's entries
    dead_at: datetime | None = None
    by_day: bool = False  # its dates carry no time


@dataclass(slots=True)
class Verdict:
    alarms: Counter[tuple[str, str]] = field(default_factory=Counter)  # (source, kind) -> episodes
    first_alarm: dict[str, datetime] = field(default_factory=dict)  # of a silence
    seconds: list[float] = field(default_factory=list)


def count(source: Simulated, hour: datetime, dice: random.Random) -> int:
    """Entries published in the hour before (Poisson, by Knuth's product of uniforms)."""
    weekday = source.rate * 7 / (5 + 2 * source.weekend)
    local = hour - 5 * HOUR
    limit, product, n = math.exp(-weekday * (source.weekend if local.weekday() >= 5 else 1) / 24), dice.random(), 0
    while product > limit:
        product, n = product * dice.random(), n + 1
    return n


def history(source: Simulated, days: int, dice: random.Random) -> tuple[list[datetime], list[tuple[datetime, int]]]:
    """Publication instants of the first document, and later visits that brought something, each with how much."""
    first: list[datetime] = []
    hour = START
    while len(first) < FIRST_LOAD and hour > START - 200 * DAY:
        hour -= HOUR
        first += [hour - HOUR * dice.random() for _ in range(count(source, hour, dice))]
    hours = (START + n * HOUR for n in range(1, 24 * days))
    later = [(at, n) for at in hours if (n := count(source, at, dice))]
    return first, [(at, n) for at, n in later if source.dead_at is None or at < source.dead_at]


def store(session: Session, source: Simulated, days: int, dice: random.Random) -> None:
    first, later = history(source, days, dice)
    stamps = [at - HOUR * dice.random() for at, _ in later]  # of the newest of each visit
    lags = [((stamp - at) / timedelta(minutes=1)) + 30 for (at, _), stamp in zip(later, stamps, strict=True)]
    if source.by_day:
        first, stamps = ([_midnight(stamp) for stamp in both] for both in (first, stamps))
        lags = []
    about = {"id": source.id}
    session.execute(
        "INSERT INTO source (source_id, enabled, interval_set, known_at) VALUES ($id, true, true, $at)",
        {**about, "at": START},
    )
    visits = [(START, len(first)), *later]
    session.execute(FETCHES, {**about, "at": [at for at, _ in visits], "n": [n for _, n in visits]})
    if later:
        told = {"at": [at for at, _ in later], "n": [n for _, n in later], "lag": lags or [None] * len(later)}
        session.execute(POLLS, {**about, **told, "most": FIRST_LOAD})
    dated = [*((stamp, START) for stamp in first), *((stamp, at) for stamp, (at, _) in zip(stamps, later, strict=True))]
    if dated:
        session.execute(ENTRIES, {**about, "published": [stamp for stamp, _ in dated], "at": [at for _, at in dated]})


def _midnight(stamp: datetime) -> datetime:
    """Of its day in Lima, which is five hours behind."""
    return (stamp - 5 * HOUR).replace(hour=0, minute=0, second=0, microsecond=0) + 5 * HOUR


def build(folder: Path, sources: Sequence[Simulated], days: int, dice: random.Random) -> Warehouse:
    warehouse = Warehouse(folder)
    warehouse.migrate(START)
    with warehouse.write() as session:
        for source in sources:
            store(session, source, days, dice)
    return warehouse


def judge(warehouse: Warehouse, instants: Sequence[datetime]) -> Verdict:
    """What the view says at each instant, knowing nothing of what came after it."""
    verdict = Verdict()
    before: set[tuple[str, str]] = set()
    with warehouse.hold():
        for now in instants:
            with warehouse.write() as session:
                session.execute("DELETE FROM source_fetch WHERE run_id = 'now'")
                session.execute("DELETE FROM run")
                session.execute(PROBE, {"now": now})
                session.execute(
                    "INSERT INTO run (run_id, started_at, known_at) VALUES ('now', $now, $now)", {"now": now}
                )
                began = time.perf_counter()
                found = session.select(HEALTH)
                verdict.seconds.append(time.perf_counter() - began)
            present = {(row["source_id"], kind) for row in found for kind in (row["alarms"] or [row["health"]])}
            verdict.alarms.update(present - before)
            before = present
            for source_id, kind in present:
                if kind == "silent":
                    verdict.first_alarm.setdefault(source_id, now)
    return verdict


def false_alarms(number: int, days: int, step: int, seed: int) -> float:
    """Prints alarms per source-year, by kind and by rate; returns those of silence."""
    dice = random.Random(seed)
    sources = [
        Simulated(
            f"s{n}", math.exp(dice.uniform(math.log(0.1), math.log(60))), dice.uniform(0.3, 1.0), by_day=n % 2 == 1
        )
        for n in range(number)
    ]
    instants = [START + JUDGED_FROM + n * step * HOUR for n in range(int((days - 7) * 24 / step))]
    verdict = Verdict()
    for start in range(0, number, SHARD):
        with tempfile.TemporaryDirectory() as folder:
            found = judge(build(Path(folder), sources[start : start + SHARD], days, dice), instants)
        verdict.alarms.update(found.alarms)
        verdict.seconds += found.seconds
    years = (days - 7) / 365
    rates = {source.id: source.rate for source in sources}
    print(f"  {'entries a day':14}{'source-years':>13}" + "".join(f"{kind:>13}" for kind in KINDS))
    for name, low, high in (("0.1-1", 0.0, 1.0), ("1-5", 1.0, 5.0), ("5-60", 5.0, 99.0), ("all", 0.0, 99.0)):
        held = sum(low <= rate < high for rate in rates.values()) * years
        cells = [
            sum(n for (source_id, what), n in verdict.alarms.items() if what == kind and low <= rates[source_id] < high)
            for kind in KINDS
        ]
        print(f"  {name:14}{held:13.1f}" + "".join(f"{n / max(held, 1e-9):13.2f}" for n in cells))
    print(f"  one judgement of {min(number, SHARD)} sources: {statistics.median(verdict.seconds):.2f} s")
    others = {kind for _, kind in verdict.alarms} - set(KINDS)
    assert not others, others
    return sum(n for (_, kind), n in verdict.alarms.items() if kind == "silent") / (number * years)


def detection(rate: float, seed: int, weekends: tuple[float, float], number: int = 168) -> list[float]:
    """Hours from death to alarm, one source dying in each hour of a week."""
    dice = random.Random(seed)
    dead_at = {f"d{n}": START + 60 * DAY + n * HOUR for n in range(number)}
    sources = [Simulated(name, rate, dice.uniform(*weekends), at) for name, at in dead_at.items()]
    with tempfile.TemporaryDirectory() as folder:
        warehouse = build(Path(folder), sources, 70, dice)
        verdict = judge(warehouse, [START + 60 * DAY + n * HOUR for n in range(number + 96)])
    return sorted(
        (verdict.first_alarm.get(name, START + 99 * DAY) - at).total_seconds() / 3600
        for name, at in dead_at.items()
        if verdict.first_alarm.get(name, at) >= at
    )


def report_detection(rate: float, seed: int, what: str, weekends: tuple[float, float]) -> float:
    """Prints; returns the median."""
    delays = detection(rate, seed, weekends)
    within = sum(delay <= 24 for delay in delays) / len(delays)
    print(
        f"a source of {rate:g} entries a day that dies, {what}: noticed after "
        f"{statistics.median(delays):.1f} h (median), "
        f"{within:.0%} within 24 h, 90% within {delays[int(0.9 * len(delays))]:.1f} h, "
        f"the last after {delays[-1]:.1f} h"
    )
    return statistics.median(delays)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, default=1000)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--step", type=int, default=6, help="hours between two judgements")
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    even = report_detection(10.0, args.seed, "every day alike", (1.0, 1.0))
    quiet = report_detection(10.0, args.seed, "with quieter weekends", (0.3, 1.0))
    print(f"{args.sources} sources x {args.days} days, judged every {args.step} h: false alarms per source-year")
    share = false_alarms(args.sources, args.days, args.step, args.seed)
    print(f"false silence alarms per source-year: {share:.2f} (bar: 1)")
    return 0 if share <= 1 and max(even, quiet) <= 24 else 1


if __name__ == "__main__":
    sys.exit(main())
