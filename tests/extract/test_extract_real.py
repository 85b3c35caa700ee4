"""Real pages, where they are at hand: no page breaks the extractor and no shell passes for an article."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.errors import ExtractError
from monitor.extract import article
from monitor.model import Entry, Fetched, Source

DATA = Path(__file__).parents[2] / ".." / "shared" / "data" / "extract"
EVERY = 48  # a sample for the suite; tests/bench/extract.py takes all


@pytest.fixture(scope="module")
def gold() -> list[dict[str, str]]:
    if not (DATA / "gold.jsonl").exists():
        pytest.skip(f"real pages are not on this machine: {DATA}")
    return [json.loads(line) for line in (DATA / "gold.jsonl").read_text("utf-8").splitlines()]


def test_sample_of_real_pages(
    gold: list[dict[str, str]],
    make_fetched: Callable[..., Fetched],
    make_entry: Callable[..., Entry],
    make_source: Callable[..., Source],
) -> None:
    """Every sampled article page is accepted, with a title and most of its text; every shell is refused."""
    for row in [*gold[::EVERY], *(each for each in gold if not each["body"])]:
        page = make_fetched(gzip.decompress((DATA / row["html"]).read_bytes()), row["url"] or "https://a.example/n/1")
        try:
            found = article(page, make_entry(title="", canonical_url="", link=page.final_url), make_source())
        except ExtractError:
            assert not row["body"], row["id"]
        else:
            assert row["body"], row["id"]
            assert found.title, row["id"]
            assert len(found.body) > 0.4 * len("\n".join(row["body"])), row["id"]
