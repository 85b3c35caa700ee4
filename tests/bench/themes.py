"""Measures the tagger and the gate on labelled passages: python tests/bench/themes.py LABELS.jsonl [--errors N|--speed]

LABELS.jsonl is what `peru-monitor themes test` takes, and the figures are the same ones. Then prints documents per
second of processor time beside one compiled regular expression per theme in the same run; with --speed only that.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from monitor import config
from monitor.cli.themes import print_card
from monitor.model import Document, Prior
from monitor.stages.labelled import read_labels
from monitor.text import fold
from monitor.themes import Rules, load
from monitor.themes.loading import load_rules
from monitor.themes.scorecard import Passage, score

TOP = Path(__file__).parents[2]


def long_documents(passages: Sequence[Passage], chars: int = 3400, count: int = 200) -> list[Document]:
    """Documents of the usual length, made of passages run together."""
    texts: Iterator[str] = (p.document.lead for _ in range(1000) for p in passages if p.document.lead)
    documents = []
    for number in range(count):
        body = ""
        while len(body) < chars:
            body += next(texts) + "\n"
        title = passages[number % len(passages)].document.title
        documents.append(Document(title, body[:200], body[:chars], "es", prior=Prior.HOME))
    return documents


def regexes() -> list[re.Pattern[str]]:
    """One alternation per theme over the same patterns, without conditions, weights, gate or evidence."""
    return [
        re.compile(r"\b(?:" + "|".join(re.escape(fold(t.text.rstrip("*"))) for t in theme.terms) + r")", re.IGNORECASE)
        for theme in load_rules().themes
    ]


def per_second(documents: list[Document], work: Callable[[Document], object], rounds: int = 3) -> float:
    """Documents per second of processor time, best of some rounds: other work on the machine must not count."""
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        for document in documents:
            work(document)
        best = min(best, time.process_time() - start)
    return len(documents) / best


def speed(rules: Rules, passages: Sequence[Passage]) -> None:
    documents = long_documents(passages)
    patterns = regexes()

    def naive(document: Document) -> Counter[int]:
        text = fold(f"{document.title}\n{document.lead}\n{document.body}")
        return Counter({number: len(pattern.findall(text)) for number, pattern in enumerate(patterns)})

    ours, theirs = per_second(documents, rules.tag), per_second(documents[:40], naive)
    print(f"speed  {ours:.0f} documents of 3,400 characters per second of processor time")
    print(f"       one regular expression per theme {theirs:.0f}; ratio {ours / theirs:.1f}")


def main(arguments: list[str]) -> None:
    rules = load()
    sources = config.load(TOP / "sources.toml", os.environ, state=TOP).sources
    passages = read_labels(Path(arguments[0]), rules, sources)
    if "--speed" not in arguments:
        errors = int(arguments[arguments.index("--errors") + 1]) if "--errors" in arguments else 0
        print_card(score(rules, passages), errors)
    speed(rules, passages)


if __name__ == "__main__":
    main(sys.argv[1:])
