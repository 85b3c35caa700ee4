"""Hostile and real feeds, throughput beside plain peers in the same run, bombs, and a simulated week of politeness.

    python tests/bench/feeds.py [--data ../shared/data/feeds] [--only contract documents alike ...] [--minutes 10]

contract   the numbered points and sequences of fetching, from a run of their tests
documents  every file of captures/, real/ and nasty/: crashes, seconds, memory; expectations of nasty.jsonl
alike      every document through our own reader and through feedparser: where they differ
parsing    real/ through our reader and through feedparser as it comes, CPU seconds, alternating
fetching   200 loopback hosts that answer after 20 ms: our client, and requests or httpx where they are installed
bombs      200 MB in a few kilobytes, in a process of its own: how it ends and how much memory it took
week       60 feeds, hourly runs over seven simulated days, judged by the log of the server
fuzz       with --minutes only: mutated documents through every source kind; what fails is kept and named
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import resource
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "sources"), str(TESTS / "fetch")]

import checklist  # noqa: E402
import feedparser  # noqa: E402
import test_plain_feed as plain_feeds  # noqa: E402
import test_source_captures as captures  # noqa: E402
from feeds_fuzz import fuzz  # noqa: E402
from feeds_network import bombs, fetching, peak_mb  # noqa: E402
from feeds_week import week  # noqa: E402

from monitor import sources  # noqa: E402
from monitor.errors import ParseError  # noqa: E402
from monitor.model import Fetched, Request, Source  # noqa: E402
from monitor.sources import expat, plain_feed  # noqa: E402
from monitor.sources.decoding import document_text  # noqa: E402
from monitor.sources.prefilter import prepare  # noqa: E402
from monitor.stages.cell import Cell, suspicious  # noqa: E402

DATA = TESTS.parent / "../shared/data/feeds"
SEEN = datetime(2026, 8, 1, 12, tzinfo=UTC)
SOURCE = Source("x", "X", "feed", "https://faro.example/rss", "es", "PE", "x")
SLOW, MEMORY, FASTER = 20.0, 512, 3.0
LARGE = 1_000_000  # bytes of a document beyond which one turn of parsing is enough


def fetched(body: bytes, url: str = SOURCE.url) -> Fetched:
    return Fetched(Request(url, "x"), url, 200, (), body, SEEN, SEEN)


def real_feeds(data: Path) -> dict[Path, str]:
    """File -> its address: those of index.json where there is one, else every file."""
    index = data / "real/index.json"
    if index.exists():
        listed = json.loads(index.read_text(encoding="utf-8"))
        named = {data / "real" / row["file"]: str(row.get("url") or SOURCE.url) for row in listed}
        return {file: url for file, url in named.items() if file.is_file()}
    return {file: SOURCE.url for file in sorted((data / "real").glob("*")) if file.is_file()}


# ---------------------------------------------------------------- the contract


def contract(_: Path) -> bool:
    """Points whose tests all passed, in a run made now."""
    named, ended = checklist.tests(), checklist.results()
    states = {number: checklist.verdict(sorted(set(named[number])), ended) for number in checklist.points()}
    items = [state for number, state in states.items() if not number.startswith("S")]
    sequences = [state for number, state in states.items() if number.startswith("S")]
    print(
        f"contract: checklist {items.count('passed')}/{len(items)} and {sequences.count('passed')}/{len(sequences)}, "
        f"from {len(ended)} tests"
    )
    for number, state in states.items():
        if state != "passed":
            print(f"  {number}: {state}")
    return set(states.values()) == {"passed"}


# ---------------------------------------------------------------- documents


def documents(data: Path) -> bool:
    """Every file once, as the pipeline would: the cell takes the suspicious ones."""
    addresses = real_feeds(data)
    files = [*addresses, *(file for name in ("captures", "nasty") for file in sorted((data / name).glob("*")))]
    cell = Cell()
    visits = [visited(cell, file, addresses.get(file, SOURCE.url)) for file in files]
    cell.close()
    apart = sum(visit["apart"] for visit in visits)
    crashes = [visit for visit in visits if visit["crash"]]
    slowest = max(visits, key=lambda visit: float(visit["seconds"]))
    largest = max(visits, key=lambda visit: float(visit["mb"]))
    inside = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"documents: {len(files)} files, {sum(visit['entries'] for visit in visits)} entries, {len(crashes)} crashes")
    print(f"  {apart} suspicious ones read apart, in {cell.started} processes of at most {inside:.0f} MB")
    print(f"  slowest {slowest['name']}: {slowest['seconds']:.1f} s")
    print(f"  most memory {largest['name']}: {largest['mb']:.0f} MB")
    for visit in crashes:
        print(f"  CRASH {visit['name']}: {visit['crash']}")
    met = expected(data, {visit["name"]: visit for visit in visits})
    return met and not crashes and slowest["seconds"] <= SLOW and max(largest["mb"], inside) <= MEMORY


def visited(cell: Cell, file: Path, url: str) -> dict[str, Any]:
    """How one document ended: entries, seconds of wall time, peak memory of this process."""
    body = file.read_bytes()
    found: dict[str, Any] = {"name": file.name, "entries": 0, "crash": "", "apart": suspicious(body)}
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    began = time.perf_counter()
    try:
        found["entries"] = len(asyncio.run(cell.parse(SOURCE, fetched(body, url))).entries)
    except ParseError:
        pass
    except Exception as error:
        found["crash"] = f"{type(error).__name__}: {error}"
    return {**found, "seconds": time.perf_counter() - began, "mb": peak_mb()}


def expected(data: Path, visits: dict[str, dict[str, Any]]) -> bool:
    """What of nasty.jsonl is met."""
    listed = data / "nasty.jsonl"
    if not listed.exists():
        print("  expectations: skipped, no nasty.jsonl")
        return True
    captures.FEEDS = data
    cases = [json.loads(line) for line in listed.read_text(encoding="utf-8").splitlines() if line.strip()]
    unmet = {case["path"]: found for case in cases if (found := list(faults(case, visits.get(case["path"]))))}
    print(f"  expectations met: {len(cases) - len(unmet)} of {len(cases)}")
    for name, found in unmet.items():
        print(f"  UNMET {name}: {', '.join(found)}")
    return not unmet


def faults(case: dict[str, Any], visit: dict[str, Any] | None) -> Iterator[str]:
    if visit is None:
        yield "no such file"
        return
    yield from captures.problems(case)
    if visit["mb"] > case["expect"].get("max_mb", MEMORY):
        yield f"memory ({visit['mb']:.0f} MB)"


def alike(data: Path) -> bool:
    """Our own reader and feedparser, at every document of which ours is sure."""
    files = [file for name in ("real", "captures", "nasty") for file in sorted((data / name).glob("*.xml"))]
    read = differ = 0
    for file in files:
        with suppress(ParseError):
            try:
                read += plain_feeds.both(file.read_bytes())
            except AssertionError:
                differ += 1
                print(f"  DIFFERS {file.name}")
    print(f"alike: {len(files)} documents, {read} read without feedparser, {differ} otherwise than by it")
    return not differ


# ---------------------------------------------------------------- parsing


def parsing(data: Path) -> bool:
    bodies = [body for file in real_feeds(data) if readable(body := file.read_bytes())]
    if not bodies:
        print(f"parsing: skipped, no feeds in {data / 'real'}")
        return True
    kind = sources.kind("feed")
    mine = peer = 0.0
    for body in bodies:
        ours, theirs = [], []
        for _ in range(1 if len(body) > LARGE else 3):
            began = time.process_time()
            with suppress(ParseError):
                kind.parse(SOURCE, fetched(body))
            middle = time.process_time()
            with as_it_comes():
                feedparser.parse(io.BytesIO(body))
            ours.append(middle - began)
            theirs.append(time.process_time() - middle)
        mine, peer = mine + min(ours), peer + min(theirs)
    mb = sum(map(len, bodies)) / 1e6
    print(f"parsing: {len(bodies)} real feeds, {mb:.1f} MB, CPU of the best of three turns at each")
    print(f"  ours {mine:.2f} s ({mb / mine:.1f} MB/s), feedparser as it comes {peer:.2f} s ({mb / peer:.1f} MB/s)")
    print(f"  read without feedparser: {sum(map(plain, bodies))} of {len(bodies)}")
    print(f"  ratio {peer / mine:.2f} (bar {FASTER:.0f}; ours has its dates, links, HTML and identities done)")
    return peer / mine >= FASTER


def plain(body: bytes) -> bool:
    """Is our own reader sure of it?"""
    with suppress(ParseError):
        prepared = prepare(document_text(fetched(body)), SEEN)
        return bool(plain_feed.read(prepared.text, prepared.root))
    return False


@contextmanager
def as_it_comes() -> Iterator[None]:
    """feedparser with the SAX driver that it would take by itself, not with ours."""
    preferred = feedparser.api.PREFERRED_XML_PARSERS
    kept = list(preferred)
    preferred.remove(expat.__name__)
    try:
        yield
    finally:
        preferred[:] = kept


def readable(body: bytes) -> bool:
    """Does feedparser survive it? Where it does not, there is nothing to compare."""
    try:
        feedparser.parse(io.BytesIO(body))
    except Exception:
        return False
    return True


PARTS = {
    "contract": contract,
    "documents": documents,
    "alike": alike,
    "parsing": parsing,
    "fetching": fetching,
    "bombs": bombs,
    "week": week,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--only", nargs="*", choices=PARTS, default=list(PARTS))
    parser.add_argument("--minutes", type=float, default=0.0, help="fuzz for so long after the other parts")
    parser.add_argument("--seed", type=int, default=1, help="of the fuzzing")
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    fine = True
    for part in args.only:
        if part in ("documents", "alike", "parsing") and not args.data.is_dir():
            print(f"{part}: skipped, no data at {args.data}")
            continue
        fine = PARTS[part](args.data) and fine
    if args.minutes:
        fine = fuzz(args.data, args.minutes, args.seed) and fine
    print("all bars met" if fine else "SOME BARS NOT MET")
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
