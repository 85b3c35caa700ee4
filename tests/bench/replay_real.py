"""Serve real feed items, one simulated day after another, to the real fetcher, and count what the warehouse holds.

    python tests/bench/replay_real.py [--data ../shared/data/replay] [--out FOLDER] [--passes 2] [--json FILE]

The server is a process of its own (TLS on loopback, every host name leads to it), so the memory printed is the
monitor's alone. Items carry title and description only: their pages answer 404, so every article degrades to feed
text, flagged and counted. The clock is simulated: politeness waits pass at once, everything else is real.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import resource
import shutil
import ssl
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from xml.etree import ElementTree

import trustme

from monitor import config, pipeline
from monitor.clock import SimulatedClock
from monitor.fetch import Network
from monitor.lock import state_lock
from monitor.model import Report, Settings, Source
from monitor.stages.issue import last_complete_week
from monitor.text import digest_of, stable_id
from monitor.urls import article_key
from monitor.warehouse import Warehouse

TOP = Path(__file__).resolve().parents[2]
HOSTS = {
    "canaln": "canaln.pe",
    "elcomercio": "elcomercio.pe",
    "elperuano": "www.elperuano.pe",
    "latina": "www.latina.pe",
    "peru21": "peru21.pe",
    "rpp": "rpp.pe",
}


# ---------------------------------------------------------------- the server


def serve(data: Path, certificate: bytes, folder: str, pipe: Connection) -> None:
    """Answer `/replay/<outlet>.xml` with the feed of the day in `<folder>/day`, everything else with 404."""
    served: Counter[str] = Counter()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            day = Path(folder, "day").read_text()
            path = data / day / Path(self.path).name
            body = path.read_bytes() if self.path.startswith("/replay/") and path.exists() else b""
            served["feeds" if body else "missing"] += 1
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "application/rss+xml; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            pass  # clients close idle connections when they are done

    server = Server(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile() as file:
        file.write(certificate)
        file.flush()
        context.load_cert_chain(file.name)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    pipe.send(server.server_address[1])
    server.serve_forever()


# ---------------------------------------------------------------- the runs


def sources(shipped: Settings) -> tuple[Source, ...]:
    """The outlets of the data with the section rules of the shipped source list."""
    by_id = {source.id: source for source in shipped.sources}
    chosen = []
    for outlet, host in HOSTS.items():
        known = by_id.get(outlet) or next(s for s in shipped.sources if host.removeprefix("www.") in s.url)
        url = f"https://{host}/replay/{outlet}.xml"
        sections = known.sections or next((s.sections for s in shipped.sources if s.outlet == known.outlet), ())
        chosen.append(
            replace(
                known,
                id=outlet,
                kind="feed",
                url=url,
                enabled=True,
                pages=True,
                sections=sections,
                aggregator=False,
                interval=timedelta(hours=1),
                group="",
            )
        )
    return tuple(chosen)


def one_day(settings: Settings, clock: SimulatedClock, network: Network, *, force: bool) -> Report:
    with state_lock(settings.state, "bench", clock.now()):
        return asyncio.run(pipeline.run(settings, clock, network=network, force=force))


def day_sources(settings: Settings, data: Path, day: str) -> frozenset[str]:
    """The outlets that have a feed on that day: the others had not been captured, which is no failure of theirs."""
    return frozenset(source.id for source in settings.sources if (data / day / f"{source.id}.xml").exists())


def main() -> int:
    options = arguments()
    if not options.data.is_dir():
        print(f"no data at {options.data}: nothing to measure", file=sys.stderr)
        return 1
    shutil.rmtree(options.out, ignore_errors=True)
    options.out.mkdir(parents=True)
    ca = trustme.CA()
    pem = ca.issue_cert(*HOSTS.values()).private_key_and_cert_chain_pem.bytes()
    ours, theirs = multiprocessing.Pipe()
    (options.out / "day").write_text("")
    process = multiprocessing.get_context("spawn").Process(
        target=serve, args=(options.data, pem, str(options.out), theirs), daemon=True
    )
    process.start()
    trust = ssl.create_default_context()
    ca.configure_trust(trust)
    network = Network.mapped({("*", 443): ("127.0.0.1", ours.recv())}, ssl=trust)
    shipped = config.load(TOP / "sources.toml", {}, state=options.out / "state")
    settings = replace(
        shipped,
        sources=sources(shipped),
        fetch=replace(shipped.fetch, page_budget=timedelta(hours=12)),
    )
    try:
        figures = measure(settings, options, network)
    finally:
        process.terminate()
    show(figures)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2, ensure_ascii=False, default=str))
    return 0 if figures["balanced"] else 1


def measure(settings: Settings, options: argparse.Namespace, network: Network) -> dict[str, object]:
    days = sorted(path.name for path in options.data.iterdir() if path.is_dir())
    clock = SimulatedClock(datetime.fromisoformat(days[0]).replace(hour=12, tzinfo=UTC))
    totals: list[dict[str, object]] = []
    digests: list[str] = []
    for number in range(options.passes):
        started, counts, stages, rejected, pages = time.perf_counter(), Counter(), Counter(), Counter(), Counter()
        balanced = True
        for day in days:
            (options.out / "day").write_text(day)
            instant = datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC)
            clock.move_to(instant if number == 0 else clock.now() + timedelta(hours=2))
            today = replace(
                settings,
                sources=tuple(
                    replace(s, enabled=s.id in day_sources(settings, options.data, day)) for s in settings.sources
                ),
            )
            report = one_day(today, clock, network, force=number > 0)
            add(report, counts, stages, rejected, pages)
            balanced &= not report.failed_checks and all(o.counts.balanced for o in report.outcomes)
            week = last_complete_week(instant, settings.zone)
            if number == 0 and instant.weekday() == 0 and "2026-W11" <= week <= "2026-W26":
                before = time.perf_counter()
                digests.append(str(pipeline.write_digest(settings, week, as_of=clock.now())["html"]))
                stages["digest"] += time.perf_counter() - before
        totals.append(
            {
                "counts": dict(counts),
                "stages": dict(stages),
                "rejected": dict(rejected),
                "pages": dict(pages),
                "seconds": time.perf_counter() - started,
                "balanced": balanced,
                "rows": held(settings),
            }
        )
    return {
        "passes": totals,
        "balanced": all(part["balanced"] for part in totals),
        "digests": digests,
        "themes": themes(settings),
        "edits": edits(settings),
        "edited_titles": dict(edited_titles(settings, options.data)),
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "warehouse_mb": Warehouse(settings.state).path.stat().st_size / 1e6,
        "archive_mb": sum(path.stat().st_size for path in (settings.state / "archive").rglob("*.gz")) / 1e6,
    }


def add(report: Report, counts: Counter, stages: Counter, rejected: Counter, pages: Counter) -> None:
    for outcome in report.outcomes:
        counts.update(
            {name: getattr(outcome.counts, name) for name in ("fetched", "new", "seen", "changed", "rejected")}
        )
        rejected.update({reason.value: n for reason, n in outcome.rejected.items()})
        counts["failed"] += outcome.status == "failed"
    counts.update(articles=report.new_articles, versions=report.new_versions, stories=report.new_stories)
    pages.update(
        {name: getattr(report.pages, name) for name in ("wanted", "stored", "from_feed", "rejected", "pending")}
    )
    pages.update({f"because {reason.value}": n for reason, n in report.page_reasons.items()})
    stages.update(report.stage_seconds)


def themes(settings: Settings) -> list[dict[str, object]]:
    with Warehouse(settings.state).read_snapshot() as session:
        return session.select("SELECT week, theme, stories, articles FROM theme_week ORDER BY week, theme")


def held(settings: Settings) -> int:
    """Rows in the tables of facts about the news; a second pass must add none."""
    tables = (
        "entry",
        "article",
        "article_version",
        "relevance",
        "theme_tag",
        "theme_evidence",
        "duplicate",
        "story_member",
    )
    with Warehouse(settings.state).read_snapshot() as session:
        return sum(session.select(f"SELECT count(*) AS n FROM {table}")[0]["n"] for table in tables)


def edits(settings: Settings) -> dict[str, object]:
    with Warehouse(settings.state).read_snapshot() as session:
        return session.select(
            "SELECT count(*) AS versions, count(*) FILTER (old_title <> new_title) AS headlines "
            "FROM edit_at(now()::TIMESTAMPTZ)"
        )[0]


def edited_titles(settings: Settings, data: Path) -> Counter[str]:
    """What became of every known address that came back under another title, found by reading the files again."""
    patterns = {source.id: source.id_pattern for source in settings.sources}
    titles: dict[int, str] = {}
    edited: list[tuple[int, str]] = []
    for path in sorted(data.glob("*/*.xml")):
        for item in ElementTree.parse(path).getroot().iter("item"):
            key = stable_id(article_key(item.findtext("link") or "", patterns[path.stem]))
            title = item.findtext("title") or ""
            if digest_of(titles.setdefault(key, title)) != digest_of(title):
                edited.append((key, path.parent.name))
                titles[key] = title
    with Warehouse(settings.state).read_snapshot() as session:
        rows = session.select("SELECT article_id, strftime(known_at, '%Y-%m-%d') AS day, outcome FROM entry")
    outcomes = {(row["article_id"], row["day"]): row["outcome"] for row in rows}
    return Counter(outcomes.get(edit, "not recorded") for edit in edited)


# ---------------------------------------------------------------- the output


def show(figures: dict) -> None:
    for number, part in enumerate(figures["passes"], 1):
        c = part["counts"]
        print(
            f"pass {number}: {c['fetched']} items served = {c['new']} new + {c['seen']} seen again + {c['changed']} "
            f"changed + {c['rejected']} rejected; {c['failed']} failed fetches; {part['seconds']:.1f} s"
        )
        print(f"  rejected by reason: {part['rejected']}")
        print(f"  stored: {c['articles']} articles, {c['versions']} further versions, {c['stories']} stories")
        print(f"  pages: {part['pages']}")
        print(f"  rows of facts held after it: {part['rows']}")
        print("  seconds per stage: " + ", ".join(f"{name} {spent:.1f}" for name, spent in part["stages"].items()))
    print(f"edits stored: {figures['edits']}")
    print(f"known addresses that came back under another title, by outcome: {figures['edited_titles']}")
    weeks = sorted({row["week"] for row in figures["themes"]})
    table = {(row["theme"], row["week"]): row["articles"] for row in figures["themes"]}
    print("articles per theme per week")
    print(f"{'theme':26s} " + " ".join(week[2:] for week in weeks))
    for theme in sorted({row["theme"] for row in figures["themes"]}):
        print(f"{theme:26s} " + " ".join(f"{table.get((theme, week), 0):6d}" for week in weeks))
    print(
        f"peak memory {figures['peak_memory_mb']:.0f} MB, warehouse {figures['warehouse_mb']:.1f} MB, "
        f"archive {figures['archive_mb']:.1f} MB, {len(figures['digests'])} digests"
    )


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=TOP.parent / "shared" / "data" / "replay")
    parser.add_argument("--out", type=Path, default=Path(tempfile.gettempdir()) / "peru-monitor-replay")
    parser.add_argument("--passes", type=int, default=2)
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
