"""How often source_health cries wolf, and how soon it notices a death, on simulated sources.

    python tests/bench/health.py [--sources 1000] [--days 90] [--step 3] [--seed 7]

Every source is a Poisson process of 0.1 to 30 entries a day with quieter weekends, polled hourly into a real
warehouse, from a first document of its 20 latest entries on; the shipped view judges it at every step. Only visits
that brought something are stored, and one of every source at the moment of judgement: the rest teach nothing.
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.warehouse import Warehouse

START = datetime(2026, 1, 5, 5, tzinfo=UTC)  # a Monday, midnight in Lima
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FIRST_LOAD = 20  # entries of a source's first document
JUDGED_FROM = 7 * DAY
HEALTH = "SELECT source_id, last_new_at, silent_at FROM source_health WHERE health = 'silent'"
PROBE = """INSERT INTO source_fetch (run_id, source_id, status, http_status, started_at, fetched_n, new_n, seen_n,
    changed_n, rejected_n, known_at)
    SELECT 'now', source_id, 'not_modified', 304, $now, 0, 0, 0, 0, 0, $now FROM source"""


@dataclass(frozen=True, slots=True)
class Simulated:
    id: str
    rate: float  # entries a day, over a whole week
    weekend: float  # share of a weekday's entries
    dead_at: datetime | None = None


@dataclass(slots=True)
class Verdict:
    alarms: set[tuple[str, datetime]] = field(default_factory=set)  # source and the silence
    first_alarm: dict[str, datetime] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)


def hits(source: Simulated, hour: datetime, dice: random.Random) -> bool:
    """Did the hour before bring anything?"""
    weekday = source.rate * 7 / (5 + 2 * source.weekend)
    local = hour - 5 * HOUR
    rate = weekday * (source.weekend if local.weekday() >= 5 else 1)
    return dice.random() < 1 - math.exp(-rate / 24)


def signs(source: Simulated, days: int, dice: random.Random) -> tuple[list[datetime], list[datetime]]:
    """Publication hours of the first document, and hours of later visits that brought something."""
    first: list[datetime] = []
    hour = START
    while len(first) < FIRST_LOAD and hour > START - 200 * DAY:
        hour -= HOUR
        if hits(source, hour, dice):
            first.append(hour)
    later = [at for at in (START + n * HOUR for n in range(1, 24 * days)) if hits(source, at, dice)]
    return first, [at for at in later if source.dead_at is None or at < source.dead_at]


def visit(source_id: str, at: datetime, new: int) -> dict[str, Any]:
    text = dict.fromkeys(("url", "final_url", "body_hash", "etag", "last_modified", "validators_url"), "")
    empty = dict.fromkeys(("reason", "detail", "warning", "next_due_at"))
    counts = {"fetched_n": new, "new_n": new, "seen_n": 0, "changed_n": 0, "rejected_n": 0}
    about = {"run_id": f"{at:%y%m%d%H}", "source_id": source_id, "status": "ok", "http_status": 200}
    return {**text, **empty, **counts, **about, "started_at": at, "known_at": at, "seconds": 0.0, "wire_bytes": 0}


def build(folder: Path, sources: Sequence[Simulated], days: int, dice: random.Random) -> Warehouse:
    warehouse = Warehouse(folder)
    warehouse.migrate(START)
    with warehouse.write() as session:
        for source in sources:
            first, later = signs(source, days, dice)
            session.execute(
                "INSERT INTO source (source_id, enabled, known_at) VALUES ($id, true, $at)",
                {"id": source.id, "at": START},
            )
            session.execute(
                "INSERT INTO entry (source_id, outcome, published_at, known_at) SELECT $id, 'new', unnest($at), $start",
                {"id": source.id, "at": first, "start": START},
            )
            session.append("source_fetch", [visit(source.id, at, 1) for at in (START, *later)])
    return warehouse


def judge(warehouse: Warehouse, instants: Sequence[datetime]) -> Verdict:
    """What the view says at each instant, knowing nothing of what came after it."""
    verdict = Verdict()
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
                silent = session.select(HEALTH)
                verdict.seconds.append(time.perf_counter() - began)
            for row in silent:
                verdict.alarms.add((row["source_id"], row["last_new_at"]))
                verdict.first_alarm.setdefault(row["source_id"], now)
    return verdict


def false_alarms(count: int, days: int, step: int, seed: int) -> float:
    dice = random.Random(seed)
    sources = [
        Simulated(f"s{n}", math.exp(dice.uniform(math.log(0.1), math.log(30))), dice.uniform(0.3, 1.0))
        for n in range(count)
    ]
    with tempfile.TemporaryDirectory() as folder:
        warehouse = build(Path(folder), sources, days, dice)
        instants = [START + JUDGED_FROM + n * step * HOUR for n in range(int((days - 7) * 24 / step))]
        verdict = judge(warehouse, instants)
    years = count * (days - 7) / 365
    by_rate = {"0.1-1 a day": (0.0, 1.0), "1-5 a day": (1.0, 5.0), "5-30 a day": (5.0, 99.0)}
    rates = {source.id: source.rate for source in sources}
    for name, (low, high) in by_rate.items():
        held = sum(low <= rate < high for rate in rates.values()) * (days - 7) / 365
        n = sum(low <= rates[source_id] < high for source_id, _ in verdict.alarms)
        print(f"  {name:12} {n:4} false alarms in {held:6.1f} source-years: {n / max(held, 1e-9):.2f} a year")
    print(f"  one judgement of {count} sources: {statistics.median(verdict.seconds):.2f} s")
    return len(verdict.alarms) / years


def detection(rate: float, seed: int, count: int = 168) -> list[float]:
    """Hours from death to alarm, one source dying in each hour of a week."""
    dice = random.Random(seed)
    dead_at = {f"d{n}": START + 60 * DAY + n * HOUR for n in range(count)}
    sources = [Simulated(name, rate, dice.uniform(0.3, 1.0), at) for name, at in dead_at.items()]
    with tempfile.TemporaryDirectory() as folder:
        warehouse = build(Path(folder), sources, 70, dice)
        verdict = judge(warehouse, [START + 60 * DAY + n * HOUR for n in range(count + 96)])
    return [
        (verdict.first_alarm.get(name, START + 99 * DAY) - at).total_seconds() / 3600
        for name, at in dead_at.items()
        if verdict.first_alarm.get(name, at) >= at
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, default=1000)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--step", type=int, default=3, help="hours between two judgements")
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    print(f"{args.sources} sources x {args.days} days, judged every {args.step} h")
    share = false_alarms(args.sources, args.days, args.step, args.seed)
    delays = sorted(detection(10.0, args.seed))
    late = delays[int(0.9 * len(delays))]
    print(f"false silence alarms per source-year: {share:.2f} (bar: 1)")
    print(
        f"a dead source of 10 entries a day is noticed after {statistics.median(delays):.1f} h (median; bar: 24), "
        f"90% within {late:.1f} h, the last after {delays[-1]:.1f} h"
    )
    return 0 if share <= 1 and statistics.median(delays) <= 24 else 1


if __name__ == "__main__":
    sys.exit(main())
