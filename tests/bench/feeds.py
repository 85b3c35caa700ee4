"""Hostile and real feeds, throughput beside plain peers in the same run, bombs, and a simulated week of politeness.

    python tests/bench/feeds.py [--data ../shared/data/feeds] [--only documents parsing fetching bombs week]

documents  every file of captures/, real/ and nasty/: crashes, seconds, memory; expectations of nasty.jsonl
parsing    feeds/real through our reader and through feedparser as it comes, CPU seconds, alternating
fetching   200 loopback hosts that answer after 20 ms: our client, and requests or httpx where they are installed
bombs      200 MB in a few kilobytes, in a process of its own: how it ends and how much memory it took
week       60 feeds, hourly runs over seven simulated days, judged by the log of the server
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import importlib.util
import io
import json
import multiprocessing
import random
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "sources"), str(TESTS / "fetch")]

import brotli  # noqa: E402
import feedparser  # noqa: E402
import test_source_captures as captures  # noqa: E402
import zstandard  # noqa: E402
from fakes import Logged, Reply, WebServer  # noqa: E402
from timeline import Timeline, document, outlet  # noqa: E402
from world import START  # noqa: E402

from monitor import sources  # noqa: E402
from monitor.clock import SimulatedClock, SystemClock  # noqa: E402
from monitor.errors import FetchError, ParseError  # noqa: E402
from monitor.fetch import Client, Network  # noqa: E402
from monitor.model import Fetched, FetchSettings, Request, Source  # noqa: E402
from monitor.stages.cell import Cell, suspicious  # noqa: E402

DATA = TESTS.parent / "../shared/data/feeds"
PARTS = ("documents", "parsing", "fetching", "bombs", "week")
SEEN = datetime(2026, 8, 1, 12, tzinfo=UTC)
SOURCE = Source("x", "X", "feed", "https://faro.example/rss", "es", "PE", "x")
SLOW = 20.0
HOSTS, LATENCY = 200, 0.02
BOMB = 200_000_000


def fetched(body: bytes) -> Fetched:
    return Fetched(Request(SOURCE.url, "x"), SOURCE.url, 200, (), body, SEEN, SEEN)


def peak_mb() -> float:
    """Highest resident size of this process; getrusage would count that of the parent before exec."""
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) / 1024


# ---------------------------------------------------------------- documents


def documents(data: Path) -> bool:
    """Every file once; the cell takes the suspicious ones."""
    files = [
        file
        for folder in ("captures", "real", "nasty")
        for file in sorted((data / folder).glob("*"))
        if file.suffix != ".json"
    ]
    crashes, seconds, apart, parsed = [], {}, 0, 0
    cell = Cell()
    for file in files:
        body = file.read_bytes()
        apart += suspicious(body)
        began = time.perf_counter()
        try:
            parsed += len(asyncio.run(cell.parse(SOURCE, fetched(body))).entries)
        except ParseError:
            pass
        except Exception as error:
            crashes.append(f"{file.name}: {type(error).__name__}: {error}")
        seconds[file.name] = time.perf_counter() - began
    cell.close()
    slowest = max(seconds, key=seconds.__getitem__)
    over = sum(spent > SLOW for spent in seconds.values())
    print(f"documents: {len(files)} files, {parsed} entries, {len(crashes)} crashes")
    print(f"  {apart} suspicious ones read apart, in {cell.started} processes; {over} took over {SLOW:.0f} s")
    print(f"  slowest {slowest}: {seconds[slowest]:.1f} s; peak memory here {peak_mb():.0f} MB")
    for crash in crashes:
        print(f"  CRASH {crash}")
    captures.FEEDS = data
    cases = [json.loads(line) for line in (data / "nasty.jsonl").read_text(encoding="utf-8").splitlines()]
    unmet = {case["path"]: found for case in cases if (found := captures.problems(case))}
    print(f"  expectations met: {len(cases) - len(unmet)} of {len(cases)}")
    for name, found in unmet.items():
        print(f"  UNMET {name}: {', '.join(found)}")
    return not crashes and not unmet and seconds[slowest] <= SLOW


# ---------------------------------------------------------------- parsing


def parsing(data: Path) -> bool:
    bodies = [file.read_bytes() for file in sorted((data / "real").glob("*.xml"))]
    kind = sources.kind("feed")
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(3):
        began = time.process_time()
        for body in bodies:
            kind.parse(SOURCE, fetched(body))
        middle = time.process_time()
        for body in bodies:
            feedparser.parse(io.BytesIO(body))
        ours.append(middle - began)
        theirs.append(time.process_time() - middle)
    size = sum(map(len, bodies)) / 1e6
    mine, peer = statistics.median(ours), statistics.median(theirs)
    print(f"parsing: {len(bodies)} real feeds, {size:.1f} MB, CPU of the median of three rounds")
    print(f"  ours {mine:.2f} s ({size / mine:.1f} MB/s), feedparser as it comes {peer:.2f} s ({size / peer:.1f} MB/s)")
    print(f"  ratio {peer / mine:.2f} (above 1: ours is faster, with dates, links, HTML and identities done)")
    return True


# ---------------------------------------------------------------- fetching


def slow_server(pipe: Connection) -> None:
    """Answers everything with a small feed after the latency, over keep-alive connections."""
    body = document(1, 2, 3)
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    none = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while raw := await reader.readuntil(b"\r\n\r\n"):
                await asyncio.sleep(LATENCY)
                writer.write(none if b"/robots.txt " in raw.split(b"\r\n", 1)[0] else head + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def run() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=512)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


def fetching(_: Path) -> bool:
    """Hosts, not requests, are what is parallel: every host sees one request at a time."""
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=slow_server, args=(theirs,), daemon=True)
    server.start()
    port = ours.recv()
    try:
        seconds = asyncio.run(with_our_client(port))
        print(f"fetching: {HOSTS} hosts that answer after {LATENCY * 1000:.0f} ms, 16 at once")
        print(f"  ours: {seconds:.2f} s, {2 * HOSTS / seconds:.0f} requests/s (feed and robots.txt of each)")
        for name in ("requests", "httpx"):
            if importlib.util.find_spec(name) is None:
                print(f"  {name}: skipped, not installed")
                continue
            peer = with_peer(name, port)
            print(f"  {name}: {peer:.2f} s, {HOSTS / peer:.0f} requests/s (feed only, 16 threads)")
    finally:
        server.kill()
        server.join()
    return True


async def with_our_client(port: int) -> float:
    settings = FetchSettings(host_gap=timedelta(0))
    network = Network.mapped({("*", 80): ("127.0.0.1", port)})
    began = time.perf_counter()
    async with Client(settings, SystemClock(), network=network) as client:
        answers = await asyncio.gather(
            *(client.fetch(Request(f"http://host{n}.example/rss", "x")) for n in range(HOSTS))
        )
    assert all(isinstance(answer, Fetched) for answer in answers)
    return time.perf_counter() - began


def with_peer(name: str, port: int) -> float:
    peer: Any = importlib.import_module(name)
    client = peer.Session() if name == "requests" else peer.Client()
    began = time.perf_counter()
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: client.get(f"http://127.0.0.1:{port}/rss?{n}").status_code, range(HOSTS)))
    assert set(answers) == {200}
    return time.perf_counter() - began


# ---------------------------------------------------------------- bombs


def pack(label: str) -> bytes:
    plain = b"\0" * BOMB
    if label == "gzip":
        return gzip.compress(plain, 6)
    return brotli.compress(plain, quality=2) if label == "br" else zstandard.ZstdCompressor().compress(plain)


def defuse(label: str, body: bytes, pipe: Connection) -> None:
    """In a process of its own, so that its memory is the client's alone."""
    idle = peak_mb()
    with WebServer() as web:
        web.script("/rss", Reply(body, headers={"Content-Encoding": label}))

        async def run() -> str:
            network = Network.mapped({("*", 80): web.address})
            async with Client(FetchSettings(), SimulatedClock(START), network=network) as client:
                try:
                    await client.fetch(Request("http://bomba.example/rss", "x"))
                except FetchError as error:
                    return error.reason.value
            return "accepted"

        pipe.send((asyncio.run(run()), idle, peak_mb()))


def bombs(_: Path) -> bool:
    fine = True
    for label in ("gzip", "br", "zstd"):
        body = pack(label)
        ours, theirs = multiprocessing.Pipe()
        process = multiprocessing.get_context("spawn").Process(target=defuse, args=(label, body, theirs))
        process.start()
        ended, idle, peak = ours.recv()
        process.join()
        print(
            f"bombs: {label}, {len(body):,} bytes for {BOMB // 10**6} MB: {ended}, peak {peak:.0f} MB (idle {idle:.0f})"
        )
        fine = fine and ended == "too_large" and peak < 150
    return fine


# ---------------------------------------------------------------- a week


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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    args = parser.parse_args()
    fine = True
    for part in args.only:
        if part in ("documents", "parsing") and not args.data.is_dir():
            print(f"{part}: skipped, no data at {args.data}")
            continue
        fine = globals()[part](args.data) and fine
    print("all bars met" if fine else "SOME BARS NOT MET")
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
