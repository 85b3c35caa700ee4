"""Sixty feeds over seven simulated days through the whole pipeline, judged by the server's log. Part of `feeds.py`."""

from __future__ import annotations

import random
import tempfile
import time
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from fakes import Logged, Reply, WebServer
from timeline import Timeline, document, outlet
from world import START

from monitor.clock import SimulatedClock


class Outlet:
    """A site with a rolling feed, an ETag, and one bad hour in which it asks for two hours of rest."""

    def __init__(self, name: str, dice: random.Random, clock: SimulatedClock) -> None:
        self.rate = dice.uniform(0.5, 40)
        self.clock = clock
        self.posts = sorted(START + timedelta(days=dice.uniform(-3, 7)) for _ in range(int(10 * self.rate)))
        self.busy_from = START + timedelta(hours=dice.uniform(10, 150)) if dice.random() < 0.3 else None
        self.refused: list[datetime] = []
        self.name = name

    def answer(self, request: Logged) -> Reply:
        now = self.clock.now()
        if self.busy_from and not self.refused and now >= self.busy_from:
            self.refused.append(now)
            return Reply(status=429, headers={"Retry-After": "7200"})
        shown = sum(post <= now for post in self.posts)
        etag = f'"{self.name}-{shown}"'
        if request.header("if-none-match") == etag:
            return Reply(status=304)
        numbers = range(max(0, shown - 30), shown + 1)
        return Reply(document(*numbers, host=f"{self.name}.example", at=now), headers={"ETag": etag})


def week(_: Path, feeds: int = 60, days: int = 7) -> bool:
    dice, clock = random.Random(11), SimulatedClock(START)
    with WebServer(now=clock.now) as web, tempfile.TemporaryDirectory() as folder:
        sites = [Outlet(f"d{n}", dice, clock) for n in range(feeds)]
        web.script("/robots.txt", Reply(status=404))
        for site in sites:
            web.script(f"http://{site.name}.example/rss", site.answer)
        line = Timeline(web, clock, Path(folder), tuple(outlet(site.name) for site in sites))
        began = time.perf_counter()
        for hour in range(24 * days):
            line.run(START + timedelta(hours=hour))
        seconds = time.perf_counter() - began
        return judged(web.log, sites, seconds, days)


def judged(log: list[Logged], sites: list[Outlet], seconds: float, days: int) -> bool:
    asked = [request for request in log if request.path == "/rss" and request.at]
    times: defaultdict[str, list[datetime]] = defaultdict(list)
    for request in asked:
        times[request.host.removesuffix(".example")].append(request.at or START)
    plain = sum(
        request.header("if-none-match") is None and request.header("if-modified-since") is None for request in asked
    )
    per_day = Counter((name, (at - START) // timedelta(days=1)) for name, found in times.items() for at in found)
    early = sum((b - a) < timedelta(hours=1) for found in times.values() for a, b in pairwise(found))
    inside = sum(
        any(start < at < start + timedelta(seconds=7200) for start in site.refused)
        for site in sites
        for at in times[site.name]
    )
    refused = sum(len(site.refused) for site in sites)
    print(f"week: {len(sites)} feeds x {days} days: {len(asked)} requests of feeds in {seconds:.0f} s")
    print(f"  unconditional {plain} (bar: {len(sites)}); most of one feed in one day {max(per_day.values())} (bar: 24)")
    print(f"  {early} sooner than an hour after the last (bar: 0)")
    print(f"  {refused} windows of Retry-After, {inside} requests inside (0)")
    return plain == len(sites) and max(per_day.values()) <= 24 and not early and not inside
