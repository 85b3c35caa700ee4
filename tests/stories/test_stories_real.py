"""On labelled real news the grouping reaches what it promises; skipped where the data is absent."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.model import StoryInput
from monitor.stories import assign

LABELLED = Path(__file__).parents[2] / "../shared/data/stories/ecbplus-dev.jsonl.gz"


def test_confusable_events_are_told_apart() -> None:
    """Forty events in twenty topics, two alike in each: BCubed F1 of at least .83 at the fixed threshold."""
    if not LABELLED.exists():
        pytest.skip(f"no labelled stories at {LABELLED}")
    with gzip.open(LABELLED, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    at = datetime(2026, 6, 1, tzinfo=UTC)
    articles = [StoryInput(n, "", "", row["lang"], at, row["title"], "", row["text"]) for n, row in enumerate(rows)]
    found = {link.article_id: link.story_id for link in assign(articles, ())}
    pairs = Counter((row["story"], found[n]) for n, row in enumerate(rows))
    gold, ours = Counter(row["story"] for row in rows), Counter(found.values())
    precision = sum(n * n / ours[story] for (_, story), n in pairs.items()) / len(rows)
    recall = sum(n * n / gold[label] for (label, _), n in pairs.items()) / len(rows)
    assert 2 * precision * recall / (precision + recall) >= 0.83
