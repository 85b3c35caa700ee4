"""Measures the tagger and the gate on labelled passages: python tests/bench/themes.py LABELS.jsonl [--errors]

LABELS.jsonl: one passage a line with title, text, lang, outlet, section, url, relevant, themes, optional_themes (count
neither way) and hard_negative. Prints P/R/F1 per theme and language, the gate's, hard negatives tagged, and documents
per second beside one compiled regular expression per theme in the same run.
"""

from __future__ import annotations

import json
import re
import sys
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from monitor.model import Document, Prior, Tagging
from monitor.text import fold
from monitor.themes import Rules, load
from monitor.themes.loading import load_rules

TOP = Path(__file__).parents[2]
AT_HOME = {
    "elcomercio",
    "rpp",
    "peru21",
    "larepublica",
    "elperuano",
    "canaln",
    "latina",
    "gestion",
    "andina",
    "infobaeperu",
}


@dataclass
class Tally:
    """True and false positives, false negatives."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    @property
    def precision(self) -> float:
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else 0.0

    @property
    def recall(self) -> float:
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.tp / (2 * self.tp + self.fp + self.fn) if self.tp else 0.0

    def add(self, wanted: bool, got: bool) -> None:
        self.tp += wanted and got
        self.fp += got and not wanted
        self.fn += wanted and not got

    def __str__(self) -> str:
        return (
            f"P {self.precision:.3f}  R {self.recall:.3f}  F1 {self.f1:.3f}  (tp {self.tp}, fp {self.fp}, fn {self.fn})"
        )


@dataclass
class Result:
    """All tallies of one run over a label file."""

    micro: Tally = field(default_factory=Tally)
    gate: Tally = field(default_factory=Tally)
    by_theme: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    by_lang: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    gate_by_lang: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    hard: int = 0
    hard_tagged: list[str] = field(default_factory=list)

    @property
    def macro(self) -> float:
        seen = [tally.f1 for tally in self.by_theme.values() if tally.tp + tally.fn]
        return sum(seen) / len(seen) if seen else 0.0


def squeezed(name: str) -> str:
    return re.sub(r"\W", "", fold(name))


def outlets() -> dict[str, dict[str, Any]]:
    """The first source of each outlet in sources.toml, by squeezed name."""
    path = TOP / "sources.toml"
    sources = tomllib.loads(path.read_text(encoding="utf-8")).get("source", []) if path.exists() else []
    found: dict[str, dict[str, Any]] = {}
    for source in sources:
        found.setdefault(squeezed(source["name"].split(":")[0]), source)
    return found


def prior_of(outlet: str, url: str, known: dict[str, dict[str, Any]]) -> Prior:
    """As the monitor does: the source's prior, narrowed by the longest of its section rules that fits."""
    source = known.get(squeezed(outlet))
    if source is None:
        return Prior.HOME if squeezed(outlet) in AT_HOME else Prior.FOREIGN
    path = urlsplit(url).path
    fits = [prefix for prefix in source.get("sections", {}) if path.startswith(prefix)]
    return Prior(source["sections"][max(fits, key=len)] if fits else source.get("prior", "foreign"))


def document_of(label: dict[str, Any], known: dict[str, dict[str, Any]]) -> Document:
    prior = prior_of(label["outlet"], label["url"], known)
    return Document(label["title"], label["text"], "", label["lang"], label["url"], label["section"] or "", prior)


def read_labels(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def measure(rules: Rules, labels: Iterable[dict[str, Any]]) -> tuple[Result, list[tuple[dict[str, Any], Tagging]]]:
    result, wrong, known = Result(), [], outlets()
    for label in labels:
        tagging = rules.tag(document_of(label, known))
        got = {tag.theme for tag in tagging.tags}
        wanted, neutral = set(label["themes"]), set(label["optional_themes"])
        for theme in (got | wanted) - (neutral - wanted):
            for tally in (result.micro, result.by_theme[theme], result.by_lang[label["lang"]]):
                tally.add(theme in wanted, theme in got)
        for tally in (result.gate, result.gate_by_lang[label["lang"]]):
            tally.add(label["relevant"], tagging.relevance.relevant)
        if label["hard_negative"]:
            result.hard += 1
            result.hard_tagged += [label["id"]] * bool(got)
        if got - neutral != wanted - neutral or label["relevant"] != tagging.relevance.relevant:
            wrong.append((label, tagging))
    return result, wrong


def report(result: Result) -> None:
    print(f"micro  {result.micro}\nmacro  F1 {result.macro:.3f}")
    for lang, tally in sorted(result.by_lang.items()):
        print(f"  {lang}   {tally}")
    print(f"gate   {result.gate}")
    for lang, tally in sorted(result.gate_by_lang.items()):
        print(f"  {lang}   {tally}")
    print(f"hard negatives tagged: {len(result.hard_tagged)} of {result.hard} {' '.join(result.hard_tagged)}")
    for theme, tally in sorted(result.by_theme.items()):
        print(f"  {theme:28} {tally}")


def show(wrong: list[tuple[dict[str, Any], Tagging]]) -> None:
    for label, tagging in wrong:
        got = [f"{tag.theme} {tag.score:.1f}" for tag in tagging.tags]
        print(f"\n[{label['id']}] {label['section']} | {label['title'][:150]}\n   {label['text'][:160]}")
        print(f"   wanted {label['relevant']} {label['themes']} optional {label['optional_themes']}")
        refused = [f"{tag.theme} {tag.score:.1f}" for tag in tagging.refused]
        print(f"   got    {tagging.relevance.relevant} {got} refused {refused}")
        for tag in tagging.tags:
            if tag.theme not in label["themes"] + label["optional_themes"]:
                print(f"      {tag.theme}: {[(e.pattern.split(':', 1)[1], e.field, e.weight) for e in tag.evidence]}")
        if label["relevant"] != tagging.relevance.relevant:
            print(f"      {tagging.relevance.score} {tagging.relevance.reasons}")


# ---------------------------------------------------------------- speed


def long_documents(labels: list[dict[str, Any]], chars: int = 3400, count: int = 200) -> list[Document]:
    """Documents of the usual length, made of passages run together."""
    texts: Iterator[str] = (label["text"] for _ in range(1000) for label in labels if label["text"])
    documents = []
    for number in range(count):
        body = ""
        while len(body) < chars:
            body += next(texts) + "\n"
        title = labels[number % len(labels)]["title"]
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


def speed(rules: Rules, labels: list[dict[str, Any]]) -> None:
    documents = long_documents(labels)
    patterns = regexes()

    def naive(document: Document) -> Counter[int]:
        text = fold(f"{document.title}\n{document.lead}\n{document.body}")
        return Counter({number: len(pattern.findall(text)) for number, pattern in enumerate(patterns)})

    ours, theirs = per_second(documents, rules.tag), per_second(documents[:40], naive)
    print(f"speed  {ours:.0f} documents of 3,400 characters per second of processor time")
    print(f"       one regular expression per theme {theirs:.0f}; ratio {ours / theirs:.1f}")


def main(arguments: list[str]) -> None:
    labels = read_labels(Path(arguments[0]))
    rules = load()
    result, wrong = measure(rules, labels)
    report(result)
    if "--errors" in arguments:
        show(wrong)
    else:
        speed(rules, labels)


if __name__ == "__main__":
    main(sys.argv[1:])
