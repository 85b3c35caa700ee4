"""Real and nasty documents kept outside the repository; skipped where they are absent."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor import sources
from monitor.errors import ParseError, Reason
from monitor.model import Fetched, Parsed, Request, Source

SHARED = Path(__file__).parents[3] / "shared/data"
FEEDS = SHARED / "feeds"
SEEN = datetime(2026, 8, 1, 12, tzinfo=UTC)
SOURCE = Source("x", "X", "feed", "https://faro.example/rss", "es", "PE", "x")


def parse(path: Path, headers: dict[str, str] | None = None) -> Parsed:
    request = Request(SOURCE.url, "x")
    pairs = tuple((headers or {}).items())
    fetched = Fetched(request, SOURCE.url, 200, pairs, path.read_bytes(), SEEN, SEEN)
    return sources.kind("feed").parse(SOURCE, fetched)


def files(folder: Path, pattern: str) -> list[Path]:
    found = sorted(folder.glob(pattern))
    if not found:
        pytest.skip(f"no shared data at {folder}")
    return found


def keys(parsed: Parsed) -> set[str]:
    return {entry.key for entry in parsed.entries}


def problems(case: dict[str, Any]) -> list[str]:
    """What of a case's expectations is not met."""
    want = case["expect"]
    started = time.process_time()
    try:
        parsed = parse(FEEDS / "nasty" / case["path"], case["headers"])
    except ParseError as error:
        met = error.reason is Reason.NOT_A_FEED if want.get("not_a_feed") else not want.get("n")
        return [] if met else [f"{error.reason}: {error}"]
    titles = [" ".join(title.split()) for title in want.get("titles", [])]
    instants = [entry.published.at.strftime("%Y-%m-%dT%H:%M:%SZ") for entry in parsed.entries if entry.published.at]
    number = len(parsed.entries) + len(parsed.rejected)
    refused = any(item.reason is Reason.UNSAFE_LINK for item in parsed.rejected)
    text = " ".join(f"{entry.title} {entry.summary} {entry.content}" for entry in parsed.entries)
    checks = {
        "number": number == want.get("n", number) and number >= want.get("n_min", 0),
        "titles": not titles or [entry.title for entry in parsed.entries] == titles,
        "dates": instants == want.get("dates", instants),
        "links": not want.get("links") or [entry.link for entry in parsed.entries] == want["links"],
        "ttl": "ttl" not in want or parsed.hints.ttl == timedelta(minutes=want["ttl"]),
        "unsafe link": refused == want.get("unsafe_link", refused),
        "plain links": all("@" not in entry.link.split("/")[2] for entry in parsed.entries),
        "identities": len(keys(parsed)) == want.get("distinct_ids", len(keys(parsed))),
        "plain title": not want.get("no_html_title") or not any(re.search("[<>]", e.title) for e in parsed.entries),
        "markup": want.get("xss", "<script") not in text,
        "time": time.process_time() - started < want.get("max_s", 20),
    }
    return [name for name, met in checks.items() if not met]


def test_the_nasty_collection() -> None:
    """Every hostile or Peru-shaped document meets what stands beside it."""
    listed = FEEDS / "nasty.jsonl"
    if not listed.exists():
        pytest.skip(f"no shared data at {listed}")
    cases = [json.loads(line) for line in listed.read_text(encoding="utf-8").splitlines()]
    unmet = {case["path"]: found for case in cases if (found := problems(case))}
    print(f"nasty: {len(cases) - len(unmet)} of {len(cases)} met")
    assert unmet == {}


@pytest.mark.parametrize("folder", ["real", "captures"])
def test_real_feeds_give_every_item(folder: str) -> None:
    """No item of a real feed is lost between the document and the counts."""
    for path in files(FEEDS / folder, "*.xml"):
        parsed = parse(path)
        items = len(re.findall(rb"<(?:item|entry)[\s>]", path.read_bytes()))
        assert len(parsed.entries) + len(parsed.rejected) == items, path.name


def test_replay_days_give_every_item() -> None:
    """Every item of the replayed days (every fifth document) becomes an entry with a title and a date."""
    for path in files(SHARED / "replay", "*/*.xml")[::5]:
        parsed = parse(path)
        assert parsed.rejected == ()
        assert len(parsed.entries) == path.read_bytes().count(b"<item>"), path
        assert all(entry.title and entry.published.at for entry in parsed.entries), path
