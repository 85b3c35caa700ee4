"""Scores monitor.extract and its peers on real article pages with a gold standard, all in one run.

usage: python tests/bench/extract.py [--data DIR] [--set NAME] [--no-peers] [--out DIR]
       python tests/bench/extract.py --fuzz MINUTES [--seed N]     damaged pages instead (page_fuzz.py)

The data (not part of this repository) is a folder with gold.jsonl, html/*.html.gz and score.py; the measures are those
of its score.py. A line of gold may lack everything but its id and html; pages whose file is missing are named and left
out. Peers: trafilatura alone, readability-lxml, and newspaper4k (extra `bench`). CPU is process time,
memory the growth of the peak resident set in a process of its own for each extractor.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import logging
import multiprocessing
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

DEFAULT_DATA = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "extract"
SEEN_AT = datetime(2027, 1, 1, tzinfo=UTC)  # after every page of the data
BARS = {"es96": 0.985, "zyte181": 0.968, "fundus": 0.965}
SPANISH_BARS = {"title": 0.93, "day": 0.90, "author": 0.70}
REJECT_BAR = 0.02
RATE_BAR = 0.4  # of trafilatura in the same run; on an idle core that is about 14 pages a CPU-second

# The zone of the outlet decides which day its reader sees; a configured source carries it.
# fmt: off
ZONES = {
    "AR": "America/Argentina/Buenos_Aires", "CL": "America/Santiago", "CO": "America/Bogota",
    "CR": "America/Costa_Rica", "CU": "America/Havana", "DO": "America/Santo_Domingo", "EC": "America/Guayaquil",
    "ES": "Europe/Madrid", "GT": "America/Guatemala", "HN": "America/Tegucigalpa", "MX": "America/Mexico_City",
    "PA": "America/Panama", "PE": "America/Lima", "PY": "America/Asuncion", "SV": "America/El_Salvador",
    "US": "America/New_York", "UY": "America/Montevideo", "VE": "America/Caracas", "AT": "Europe/Vienna",
    "AU": "Australia/Sydney", "BE": "Europe/Brussels", "BR": "America/Sao_Paulo", "CA": "America/Toronto",
    "CH": "Europe/Zurich", "CZ": "Europe/Prague", "DE": "Europe/Berlin", "DK": "Europe/Copenhagen",
    "FR": "Europe/Paris", "IE": "Europe/Dublin", "IND": "Asia/Kolkata", "ISL": "Atlantic/Reykjavik",
    "IT": "Europe/Rome", "JP": "Asia/Tokyo", "KR": "Asia/Seoul", "NL": "Europe/Amsterdam", "NO": "Europe/Oslo",
    "PL": "Europe/Warsaw", "SE": "Europe/Stockholm", "TR": "Europe/Istanbul", "TW": "Asia/Taipei",
    "UK": "Europe/London", "ZA": "Africa/Johannesburg",
}
# fmt: on

BLANK = {
    "set": "pages",
    "url": "",
    "body": None,
    "optional": [],
    "title": None,
    "author": None,
    "date": None,
    "note": "",
}
Gold = dict[str, Any]
Extractor = Callable[[Gold, bytes], dict[str, Any]]


def zone_of(gold: Gold) -> str:
    country = gold.get("country") or (gold["id"].split(":")[1].upper() if gold["set"] == "fundus" else "")
    return ZONES.get(country, "UTC")


def ours(gold: Gold, body: bytes) -> dict[str, Any]:
    from monitor.errors import ExtractError
    from monitor.extract import article
    from monitor.model import Entry, Fetched, Request, Source

    url = gold["url"] or "https://example.org/a/page-without-address"
    zone = zone_of(gold)
    source = Source("bench", "Bench", "feed", url, gold.get("lang") or "", "PE", "bench", zone=zone)
    page = Fetched(Request(url, "bench"), url, 200, (("Content-Type", "text/html"),), body, SEEN_AT, SEEN_AT)
    try:
        found = article(page, Entry("bench", url, "", url, ""), source)
    except ExtractError as error:
        return {"text": "", "rejected": f"{error.reason}: {error.message}"}
    return {
        "text": found.body,
        "title": found.title,
        "date": _day(found.published.at, found.published.offset, zone),
        "authors": list(found.authors),
        "byline_org": found.byline_org,
        "access": found.access,
        "partial": found.partial,
        "reason": found.reason,
        "kind": found.kind,
        "provenance": dict(found.provenance),
    }


def _day(at: datetime | None, offset: timedelta | None, zone: str) -> str | None:
    """The day the reader sees: by the date's own offset, or by the outlet's zone where the page speaks in UTC."""
    if at is None:
        return None
    local = at + offset if offset else at.astimezone(ZoneInfo(zone))
    return local.date().isoformat()


def trafilatura_alone(gold: Gold, body: bytes) -> dict[str, Any]:
    import trafilatura

    found = trafilatura.bare_extraction(body, include_comments=False, with_metadata=True, url=gold["url"])
    if found is None or isinstance(found, dict):
        return {"text": ""}
    return {"text": found.text, "title": found.title, "date": found.date, "authors": [found.author or ""]}


def readability_alone(gold: Gold, body: bytes) -> dict[str, Any]:
    from lxml import html
    from readability import Document  # type: ignore[import-untyped]

    from monitor.extract import decode, dom

    try:
        document = Document(decode.decode(body))
        text = "\n".join(dom.lines(html.document_fromstring(document.summary())))
        return {"text": text, "title": document.short_title()}
    except ValueError:
        return {"text": ""}


def newspaper_alone(gold: Gold, body: bytes) -> dict[str, Any]:
    import newspaper  # type: ignore[import-not-found]

    from monitor.extract import decode

    try:
        found = newspaper.Article(
            gold["url"] or "https://example.org/", language=gold.get("lang") or "en", fetch_images=False
        )
        found.download(input_html=decode.decode(body))
        found.parse()
    except Exception:  # it raises on pages whose language it lacks; that counts against it
        return {"text": ""}
    date = found.publish_date
    return {"text": found.text, "title": found.title, "date": date.date().isoformat() if date else None}


EXTRACTORS: dict[str, Extractor] = {
    "monitor": ours,
    "trafilatura": trafilatura_alone,
    "readability": readability_alone,
    "newspaper4k": newspaper_alone,
}


def read_lines(data: Path) -> Iterator[Gold]:
    for line in filter(str.strip, (data / "gold.jsonl").read_text("utf-8").splitlines()):
        gold = {**BLANK, **json.loads(line)}
        yield {"html": f"html/{gold['id'].replace(':', '_')}.html.gz", **gold}


def read_gold(data: Path, only: str | None) -> Iterator[Gold]:
    """The pages at hand, every field that score.py reads filled in."""
    for gold in read_lines(data):
        if only in (None, gold["set"]) and (data / gold["html"]).exists():
            yield gold


def page_bytes(path: Path) -> bytes:
    raw = path.read_bytes()
    return gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw


def run(name: str, data: Path, out: Path, only: str | None) -> None:
    """Write predictions and costs of one extractor; meant for a process of its own."""
    logging.disable(logging.CRITICAL)
    extractor = EXTRACTORS[name]
    start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cpu, slowest, rows = 0.0, 0.0, []
    for gold in read_gold(data, only):
        body = page_bytes(data / gold["html"])
        before = time.process_time()
        row = extractor(gold, body)
        spent = time.process_time() - before
        cpu, slowest = cpu + spent, max(slowest, spent)
        rows.append({"id": gold["id"], **row})
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    (out / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    costs = {"rate": len(rows) / cpu, "slowest": slowest, "peak": peak / 1024, "growth": (peak - start) / 1024}
    (out / f"{name}.costs.json").write_text(json.dumps(costs), "utf-8")


def score(data: Path, golds: list[Gold], predictions: Path) -> tuple[str, dict[str, dict[str, tuple[float, int]]]]:
    """The printed report of score.py (the folder's own, else the default one), and set -> measure -> (value, pages)."""
    scorer = next((path for path in (data / "score.py", DEFAULT_DATA / "score.py") if path.exists()), None)
    if scorer is None:
        sys.exit(f"no score.py in {data} or {DEFAULT_DATA}")
    chosen = predictions.with_suffix(".gold")
    chosen.write_text("".join(json.dumps(gold) + "\n" for gold in golds), "utf-8")
    command = [sys.executable, str(scorer), str(predictions), str(chosen)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, dict[str, tuple[float, int]]] = {}
    current = ""
    for line in answer.stdout.splitlines():
        current = line.split()[0] if not line.startswith(" ") else current
        measures = found.setdefault(current, {})
        if match := re.search(r"n= *(\d+) .* F1=([\d.]+)", line):
            measures["F1"] = float(match[2]), int(match[1])
        elif match := re.search(r"(title|day) +([\d.]+) \(n=(\d+)\)", line):
            measures[match[1]] = float(match[2]), int(match[3])
    return answer.stdout, found


def authors_right(golds: list[Gold], rows: dict[str, dict[str, Any]]) -> Iterator[tuple[str, bool]]:
    """Whether the set of author names is exactly the gold's, by page."""
    for gold in golds:
        if gold.get("author"):
            row = rows[gold["id"]]
            given = row.get("authors") or [row.get("byline_org") or ""]
            yield gold["set"], _names(", ".join(given)) == _names(gold["author"])


def _names(text: str) -> frozenset[str]:
    return frozenset(name.strip().casefold() for name in re.split(r"[,;/]| y | and ", text) if name.strip())


def report_gate(golds: list[Gold], rows: dict[str, dict[str, Any]]) -> bool:
    articles = [gold for gold in golds if gold["body"]]
    refused = [gold["id"] for gold in articles if rows[gold["id"]].get("rejected")]
    for page in refused:
        print(f"  false reject {page}: {rows[page]['rejected']}")
    for gold in articles:
        if rows[gold["id"]].get("partial"):
            print(f"  partial {gold['id']}: {rows[gold['id']]['reason']}, {len(rows[gold['id']]['text'])} characters")
    share = len(refused) / len(articles) if articles else 0.0
    shells = [gold["id"] for gold in golds if not gold["body"]]
    missed = [page for page in shells if not (rows[page].get("rejected") or rows[page].get("partial"))]
    for page in shells:
        row = rows[page]
        print(f"  degenerate {page}: {row.get('rejected') or row.get('reason') or 'TAKEN FOR AN ARTICLE'}")
    print(f"  false rejects {share:.3f} (bar {REJECT_BAR}), degenerate pages missed: {len(missed)}")
    return share <= REJECT_BAR and not missed


def report(data: Path, out: Path, names: list[str], only: str | None) -> bool:
    golds = list(read_gold(data, only))
    results = {name: report_one(name, data, out, golds) for name in names}
    rows = rows_of("monitor", out)
    passed = report_gate(golds, {gold["id"]: rows[gold["id"]] for gold in golds})
    mine = results["monitor"]
    for each, measures in mine.items():
        if "F1" in measures:
            rivals = {name: found[each]["F1"][0] for name, found in results.items() if name != "monitor"}
            f1, bar = measures["F1"][0], BARS.get(each, 0.0)
            told = ", ".join(f"{name} {value:.3f}" for name, value in rivals.items()) or "no peer run"
            met = f1 >= bar and all(f1 > value for value in rivals.values())
            passed &= verdict(f"{each} F1 {f1:.3f} (bar {bar}; {told})", met)
    for measure, bar in SPANISH_BARS.items():
        if measure in mine.get("es96", {}):
            value, n = mine["es96"][measure]
            passed &= verdict(f"es96 {measure} {value:.3f} (bar {bar}, n={n})", value >= bar)
    if "trafilatura" in names:
        rates = [
            json.loads((out / f"{name}.costs.json").read_text("utf-8"))["rate"] for name in ("monitor", "trafilatura")
        ]
        met = rates[0] >= RATE_BAR * rates[1]
        passed &= verdict(f"speed {rates[0] / rates[1]:.2f} of trafilatura (bar {RATE_BAR})", met)
    print("all bars met" if passed else "BELOW A BAR")
    return passed


def verdict(sentence: str, met: bool) -> bool:
    print(f"  {'ok   ' if met else 'BELOW'} {sentence}")
    return met


def rows_of(name: str, out: Path) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in map(json.loads, (out / f"{name}.jsonl").read_text("utf-8").splitlines())}


def report_one(name: str, data: Path, out: Path, golds: list[Gold]) -> dict[str, dict[str, tuple[float, int]]]:
    costs = json.loads((out / f"{name}.costs.json").read_text("utf-8"))
    text, found = score(data, golds, out / f"{name}.jsonl")
    print(f"== {name}: {costs['rate']:.1f} pages per CPU-second, slowest {costs['slowest']:.2f} s, ", end="")
    print(f"peak {costs['peak']:.0f} MB (+{costs['growth']:.0f})\n{text}", end="")
    right: dict[str, list[bool]] = {}
    for each, ok in authors_right(golds, rows_of(name, out)):
        right.setdefault(each, []).append(ok)
    for each, oks in right.items():
        found.setdefault(each, {})["author"] = sum(oks) / len(oks), len(oks)
        print(f"{each:14s} author {sum(oks) / len(oks):.3f} (n={len(oks)})")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    parser.add_argument("--set", dest="only", help="only this set: es96, zyte181, fundus, degenerate_es")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--out", type=Path, help="keep the predictions in this folder")
    parser.add_argument("--fuzz", type=float, metavar="MINUTES", help="read damaged pages instead, for so long")
    parser.add_argument("--seed", type=int, default=0, help="the first damage of --fuzz")
    options = parser.parse_args()
    if not (options.data / "gold.jsonl").exists():
        print(f"no gold.jsonl in {options.data}; say where the data is with --data", file=sys.stderr)
        return 2
    if options.fuzz:
        from page_fuzz import fuzz

        return fuzz(options.data, options.fuzz, options.seed)
    names = ["monitor"] if options.no_peers else list(EXTRACTORS)
    if importlib.util.find_spec("newspaper") is None and "newspaper4k" in names:
        print("newspaper4k is not installed (extra `bench`): its lines are left out")
        names.remove("newspaper4k")
    missing = [gold["id"] for gold in read_lines(options.data) if not (options.data / gold["html"]).exists()]
    if missing:
        print(f"{len(missing)} pages are not in the folder and left out: {' '.join(missing[:5])}")
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        out = options.out or Path(folder)
        out.mkdir(parents=True, exist_ok=True)
        for name in names:
            child = multiprocessing.get_context("spawn").Process(
                target=run, args=(name, options.data, out, options.only)
            )
            child.start()
            child.join()
            if child.exitcode:
                return 1
        return 0 if report(options.data, out, names, options.only) else 1


if __name__ == "__main__":
    sys.exit(main())
