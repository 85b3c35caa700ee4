"""How often source_health cries wolf, by kind of alarm, and how soon it notices a death, on simulated sources.

    python tests/bench/health.py [--sources 1000] [--days 90] [--step 12] [--seed 7]

Every source is a Poisson process with quieter weekends, asked every hour (a minute early or late) from a first document
of its 20 latest entries on; every visit is stored in a real warehouse, which the shipped view judges every few hours.
An alarm of silence that ends between two judgements is seen only by chance: each that is seen counts for as many as
its duration says were missed. Every other source dates by the hour, the rest by the day, as many do.
"""

from __future__ import annotations

import argparse
import math
import random
import resource
import statistics
import sys
import tempfile
import time
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.warehouse import Session, Warehouse

START = datetime(2026, 1, 5, 5, tzinfo=UTC)  # a Monday, midnight in Lima
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FIRST_LOAD = 20  # entries of a source's first document
JUDGED_FROM = 7 * DAY
KINDS = ("silent", "shrinking", "date_frozen", "wrong_zone", "gap", "blocked")
HEALTH = "SELECT source_id, health, alarms, silent_at FROM source_health_at($now) WHERE health NOT IN ('ok', 'new')"
WORLD = """
CREATE TEMP TABLE published (source_id VARCHAR, stamp TIMESTAMPTZ, by_day BOOLEAN);
CREATE TEMP TABLE visit (run_id VARCHAR, stamp TIMESTAMPTZ);
CREATE TEMP TABLE arrival (source_id VARCHAR, run_id VARCHAR, stamp TIMESTAMPTZ, n INTEGER, lag DOUBLE);
"""
SOURCE = """INSERT INTO source (source_id, url, enabled, interval_minutes, interval_set, known_at)
    SELECT unnest($ids), 'http://a.example/', true, 60, true, $at"""
PUBLISHED = "INSERT INTO published SELECT $id, unnest($stamps), $by_day"
VISIT = """INSERT INTO visit SELECT printf('%06d', n), stamp FROM (
    SELECT unnest($stamps) AS stamp, unnest(range(len($stamps))) AS n)"""
# What nobody asked for in time (after the last visit) never arrives.
ENTRY = """INSERT INTO entry (source_id, outcome, published_at, known_at)
    SELECT p.source_id, 'new',
        if(p.by_day, date_trunc('day', p.stamp - INTERVAL 5 HOUR) + INTERVAL 5 HOUR, p.stamp), v.stamp
    FROM published AS p ASOF JOIN visit AS v ON p.stamp <= v.stamp ORDER BY v.stamp"""
ARRIVAL = """INSERT INTO arrival
    SELECT p.source_id, v.run_id, v.stamp, count(*),
        median(CASE WHEN NOT p.by_day THEN date_diff('second', v.stamp, p.stamp) / 60.0 + 30 END)
    FROM published AS p ASOF JOIN visit AS v ON p.stamp <= v.stamp GROUP BY ALL"""
FETCH = """INSERT INTO source_fetch (run_id, source_id, url, status, http_status, etag, last_modified, started_at,
    next_due_at, known_at, fetched_n, new_n, seen_n, changed_n, rejected_n)
    SELECT v.run_id, s.source_id, s.url, if(n > 0, 'ok', 'not_modified'), if(n > 0, 200, 304), '"e"', '', v.stamp,
        v.stamp + INTERVAL 1 HOUR, v.stamp, coalesce(n, 0), coalesce(n, 0), 0, 0, 0
    FROM visit AS v CROSS JOIN source AS s LEFT JOIN arrival AS a ON a.run_id = v.run_id AND a.source_id = s.source_id
    WHERE v.stamp >= $since AND v.stamp < $until ORDER BY v.stamp"""
POLL = """INSERT INTO source_poll (run_id, source_id, fresh_n, gap, weight, lag_minutes, moved_to, newest, known_at)
    SELECT v.run_id, s.source_id, if(v.stamp > $first, n, NULL), false, 0, if(v.stamp > $first, a.lag, NULL), '',
        if(n > 0, range(100), NULL), v.stamp
    FROM visit AS v CROSS JOIN source AS s LEFT JOIN arrival AS a ON a.run_id = v.run_id AND a.source_id = s.source_id
    WHERE v.stamp >= $since AND v.stamp < $until ORDER BY v.stamp"""


@dataclass(frozen=True, slots=True)
class Simulated:
    id: str
    rate: float  # entries a day, over a whole week
    weekend: float  # share of a weekday's entries
    stamps: tuple[datetime, ...]  # of its entries
    by_day: bool = False  # its dates carry no time


@dataclass(slots=True)
class Verdict:
    alarms: defaultdict[tuple[str, str], float] = field(default_factory=lambda: defaultdict(float))  # source, kind
    silent_at: dict[str, datetime] = field(default_factory=dict)  # the first one told
    seconds: list[float] = field(default_factory=list)


# ---------------------------------------------------------------- the world


def simulate(
    name: str, rate: float, weekend: float, days: int, dice: random.Random, *, by_day: bool = False
) -> Simulated:
    """Entries from before START on: an even Poisson process, thinned at weekends."""
    weekday = rate * 7 / (5 + 2 * weekend)
    at, stamps = START - (2 * FIRST_LOAD / rate + 7) * DAY, []
    while (at := at + DAY * dice.expovariate(weekday)) < START + days * DAY:
        if (at - 5 * HOUR).weekday() < 5 or dice.random() < weekend:
            stamps.append(at)
    first = bisect_right(stamps, START)
    return Simulated(name, rate, weekend, tuple(stamps[max(0, first - FIRST_LOAD) :]), by_day)


def build(folder: Path, sources: Sequence[Simulated], days: int, dice: random.Random) -> Warehouse:
    """A warehouse with every hourly visit, in the order of time, as runs store them."""
    warehouse = Warehouse(folder)
    warehouse.migrate(START)
    visits = [START + n * HOUR + dice.random() * timedelta(minutes=1) for n in range(24 * days)]
    with warehouse.hold(rests=False), warehouse.write() as session:
        session.execute(WORLD)
        session.execute(SOURCE, {"ids": [source.id for source in sources], "at": START})
        session.execute(VISIT, {"stamps": visits})
        for source in sources:
            if source.stamps:
                told = {"id": source.id, "stamps": list(source.stamps), "by_day": source.by_day}
                session.execute(PUBLISHED, told)
        for statement in (ENTRY, ARRIVAL):
            session.execute(statement)
        store_visits(session, visits[0], days)
    return warehouse


def store_visits(session: Session, first: datetime, days: int) -> None:
    for week in range(0, days, 7):
        part = {"since": START + week * DAY, "until": START + min(week + 7, days) * DAY}
        session.execute(FETCH, part)
        session.execute(POLL, {**part, "first": first})


# ---------------------------------------------------------------- the judgement


def judge(warehouse: Warehouse, sources: Sequence[Simulated], instants: Sequence[datetime]) -> Verdict:
    """What the view says at each instant, knowing nothing of what came after it."""
    verdict, step = Verdict(), instants[1] - instants[0]
    stamps = {source.id: source.stamps for source in sources}
    before: set[tuple[str, str, datetime | None]] = set()
    with warehouse.hold(rests=False):
        for now in instants:
            began = time.perf_counter()
            with warehouse.read() as session:
                found = session.select(HEALTH, {"now": now})
            verdict.seconds.append(time.perf_counter() - began)
            present = {
                (row["source_id"], kind, row["silent_at"] if kind == "silent" else None)
                for row in found
                for kind in (row["alarms"] or [row["health"]])
            }
            for name, kind, since in present - before:
                verdict.alarms[name, kind] += seen_share(stamps[name], since, step) if since else 1
                if since:
                    verdict.silent_at[name] = since
            before = present
    return verdict


def seen_share(stamps: Sequence[datetime], since: datetime, step: timedelta) -> float:
    """For how many alarms one stands that was seen: the inverse of its chance to meet a judgement."""
    place = bisect_right(stamps, since)
    if place == len(stamps):
        return 1.0
    lasts = math.ceil((stamps[place] - since) / HOUR) * HOUR
    return max(1.0, step / lasts)


def instants_of(days: int, step: int) -> list[datetime]:
    return [START + JUDGED_FROM + n * step * HOUR for n in range((days - 7) * 24 // step)]


# ---------------------------------------------------------------- false alarms of a mixed population


def false_alarms(number: int, days: int, step: int, seed: int) -> float:
    """Prints alarms per source-year, by kind and by rate; returns those of silence."""
    dice = random.Random(seed)
    rates = [math.exp(dice.uniform(math.log(0.1), math.log(60))) for _ in range(number)]
    sources = [
        simulate(f"s{n}", rate, dice.uniform(0.3, 1.0), days, dice, by_day=n % 2 == 1) for n, rate in enumerate(rates)
    ]
    with tempfile.TemporaryDirectory() as folder:
        warehouse = build(Path(folder), sources, days, dice)
        verdict = judge(warehouse, sources, instants_of(days, step))
        size = warehouse.path.stat().st_size
    years = (days - 7) / 365
    print(f"  {'entries a day':14}{'source-years':>13}" + "".join(f"{kind:>13}" for kind in KINDS))
    for low, high in ((0.1, 1), (1, 5), (5, 9), (9, 12), (12, 60), (0.1, 60)):
        group = {source.id for source in sources if low <= source.rate < high}
        held = max(len(group) * years, 1e-9)
        cells = (sum(verdict.alarms[name, kind] for name in group) / held for kind in KINDS)
        print(f"  {f'{low:g} to {high:g}':14}{held:13.1f}" + "".join(f"{cell:13.2f}" for cell in cells))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"  {number * 24 * days:,} visits stored, {size / 1e6:.0f} MB; one judgement takes "
        f"{statistics.median(verdict.seconds):.2f} s (median), {max(verdict.seconds):.2f} s at most; "
        f"{peak:.0f} MB of memory at most"
    )
    others = {kind for _, kind in verdict.alarms} - set(KINDS)
    assert not others, others
    return sum(n for (_, kind), n in verdict.alarms.items() if kind == "silent") / (number * years)


# ---------------------------------------------------------------- ten a day: deaths, and what noticing them costs


def dying(name: str, hour: int, weekend: float, days: int, dice: random.Random) -> Simulated:
    """Of ten entries a day; it dies right after the first entry that follows an hour of its last week but one."""
    source = simulate(name, 10.0, weekend, days, dice)
    last = bisect_right(source.stamps, START + (days - 14) * DAY + hour * HOUR)
    return Simulated(name, 10.0, weekend, source.stamps[: last + 1])


def ten_a_day(days: int, step: int, seed: int) -> tuple[float, float]:
    """Prints; returns hours from death to alarm at worst, and false alarms of silence per source-year."""
    dice = random.Random(seed)
    weekends = (1.0, 0.75, 0.5, 0.3)
    sources = [
        dying(f"{weekend}-{hour}", hour, weekend, days, dice) for weekend in weekends for hour in range(0, 168, 2)
    ]
    with tempfile.TemporaryDirectory() as folder:
        verdict = judge(build(Path(folder), sources, days, dice), sources, instants_of(days, step))
    print(f"  {'weekend':14}{'source-years':>13}{'false silence':>15}   hours from death to alarm: median, 99 %, last")
    for chosen in (*((weekend,) for weekend in weekends), weekends):
        group = [source for source in sources if source.weekend in chosen]
        false, held = false_and_held(group, verdict)
        delays = delays_of(group, verdict)
        what = f"{chosen[0]:.0%}" if len(chosen) == 1 else "all"
        print(
            f"  {what:14}{held:13.1f}{false / held:15.2f}   "
            f"{statistics.median(delays):.1f}, {delays[int(0.99 * len(delays))]:.1f}, {delays[-1]:.1f}"
        )
    return delays[-1], false / held


def false_and_held(group: Iterable[Simulated], verdict: Verdict) -> tuple[float, float]:
    """Alarms of silence while the sources lived, and the years for which they did."""
    told = {source.id: verdict.alarms[source.id, "silent"] - (source.id in verdict.silent_at) for source in group}
    return sum(told.values()), sum((source.stamps[-1] - START - JUDGED_FROM) / (365 * DAY) for source in group)


def delays_of(group: Iterable[Simulated], verdict: Verdict) -> list[float]:
    never = START + 9999 * DAY
    return sorted((verdict.silent_at.get(source.id, never) - source.stamps[-1]) / HOUR for source in group)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, default=1000)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--step", type=int, default=12, help="hours between two judgements")
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    print(f"10 entries a day for {args.days} days, by the weekends' share of a weekday; dying right after an entry")
    worst, _ = ten_a_day(args.days, args.step, args.seed)
    print(f"the last death was noticed after {worst:.1f} h (bar: 24)")
    print(f"{args.sources} sources x {args.days} days, judged every {args.step} h: false alarms per source-year")
    share = false_alarms(args.sources, args.days, args.step, args.seed)
    print(f"false silence alarms per source-year: {share:.2f} (bar: 1)")
    return 0 if share <= 1 and worst <= 24 else 1


if __name__ == "__main__":
    sys.exit(main())
