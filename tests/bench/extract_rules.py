"""What each rule of the extraction earns: F1 per set with the rule switched off, and how far halves of a set differ.

usage: python tests/bench/extract_rules.py [--data DIR] [--set NAME] [--only TEXT]

A rule that helps no more than one page, or costs others more, has no business in the lexicon. Nothing is trained, so
the halves (pages divided by outlet, ten times at random) tell how far a figure of one half can be trusted for another.
Phrases are switched off on the lines that were found with all rules; the gate is not asked again about them.
"""

from __future__ import annotations

import argparse
import ast
import importlib.util
import logging
import random
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from hashlib import md5
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import extract
from lxml.html import tostring

from monitor.extract import body, filters, lexicon, page
from monitor.text import fold

SPLITS = 10
GROUPS = ("RELATED", "FURNITURE", "COMMENTS")
Gold = dict[str, Any]
Scores = dict[str, float]  # page -> F1
Rule = tuple[str, Callable[[ExitStack], None]]


def remembered() -> None:
    """The slow extractors are asked once for each tree."""
    for name in ("_by_trafilatura", "_by_readability"):
        real, held = getattr(body, name), {}

        def ask(tree: Any, _real: Any = real, _held: dict[Any, Any] = held, **more: Any) -> Any:
            key = md5(tostring(tree)).digest(), tuple(more.items())
            if key not in _held:
                _held[key] = _real(tree, **more)
            return _held[key]

        setattr(body, name, ask)


def replaced(module: ModuleType, name: str, value: Any) -> Callable[[ExitStack], None]:
    return lambda stack: stack.enter_context(patch.object(module, name, value))


def structural() -> Iterator[Rule]:
    yield "link lines", replaced(filters, "link_lines", lambda tree: frozenset())
    yield "labelled links", replaced(filters, "_is_labelled", lambda block, line: False)
    yield "comments", replaced(filters, "before_comments", lambda lines: lines)
    yield "furniture", replaced(filters, "is_furniture", lambda line: False)
    yield "repeats", replaced(filters, "_once", lambda lines: lines)
    yield "title line", replaced(filters, "_without_title", lambda lines, title: lines)
    yield "later articles", replaced(body, "drop_later_articles", lambda tree, title="": None)
    yield "found more", replaced(body, "found_more", lambda read, base: False)
    yield "vote", replaced(body, "vote", lambda base, one, other: base)
    yield "mask", replaced(body, "mask", lambda found, articlebody: found)
    yield "jsonld rescue", replaced(body, "ENOUGH", 0)
    yield "hidden text", replaced(page.dom, "_is_hidden", lambda element: False)


def patterns(group: str) -> list[str]:
    """The alternatives of one expression of the lexicon, as its source lists them."""
    tree = ast.parse(Path(lexicon.__file__).read_text("utf-8"))
    call = next(
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == group
    )
    assert isinstance(call, ast.Call)
    return [str(eval(compile(ast.Expression(each), "lexicon", "eval"), dict(vars(lexicon)))) for each in call.args]


def worded() -> Iterator[tuple[str, re.Pattern[str], Callable[[ExitStack], None]]]:
    for group in GROUPS:
        each = patterns(group)
        make = lexicon._whole if group == "COMMENTS" else lexicon._starts
        for number, pattern in enumerate(each):
            rest = make(*each[:number], *each[number + 1 :])
            yield f"{group} {pattern}", make(pattern), replaced(lexicon, group, rest)


class Bench:
    """The pages of the data, their scores, and the lines that the rules were asked about."""

    def __init__(self, data: Path, golds: Sequence[Gold]) -> None:
        spec = importlib.util.spec_from_file_location("score", data / "score.py")
        assert spec is not None
        assert spec.loader is not None
        self._score = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self._score)
        self.data, self.golds = data, golds
        self.asked: dict[str, tuple[list[str], Any]] = {}  # page -> lines, and title and links
        remembered()
        self.found = self.scores(recording=True)

    def scores(self, *, recording: bool = False) -> Scores:
        found = {}
        for gold in self.golds:
            with ExitStack() as stack:
                if recording:
                    stack.enter_context(patch.object(filters, "article_lines", self._recorder(gold["id"])))
                read = extract.ours(gold, extract.page_bytes(self.data / gold["html"]))
            found[gold["id"]] = self._f1(gold, read["text"])
        return found

    def reworded(self, phrase: re.Pattern[str]) -> Scores:
        """Scores where a phrase is switched off: only pages with a line that it fits can differ."""
        found = dict(self.found)
        for gold in self.golds:
            lines, more = self.asked.get(gold["id"], ([], ()))
            if found[gold["id"]] and any(phrase.match(fold(line)) for line in lines):
                found[gold["id"]] = self._f1(gold, "\n".join(filters.article_lines(lines, *more)))
        return found

    def _f1(self, gold: Gold, text: str) -> float:
        return float(self._score.page(text, gold["body"], gold["optional"])[0][2])

    def _recorder(self, page_id: str) -> Callable[..., list[str]]:
        real = filters.article_lines

        def article_lines(lines: Iterable[str], *more: Any) -> list[str]:
            self.asked[page_id] = list(lines), more
            return real(self.asked[page_id][0], *more)

        return article_lines


def mean(found: Scores, golds: Sequence[Gold]) -> float:
    return sum(found[gold["id"]] for gold in golds) / max(1, len(golds))


def by_set(golds: Sequence[Gold]) -> dict[str, list[Gold]]:
    sets: dict[str, list[Gold]] = defaultdict(list)
    for gold in golds:
        sets[gold["set"]].append(gold)
    return sets


def outlet(gold: Gold) -> str:
    """Host of the page, else the outlet in its id (`fundus:pe:ElComercio:V1`), else the page."""
    host = urlsplit(gold["url"]).netloc.removeprefix("www.")
    return host or re.sub(r":V\d.*$", "", gold["id"])


def halves(golds: Sequence[Gold], found: Scores) -> None:
    for name, pages in by_set(golds).items():
        outlets = sorted({outlet(gold) for gold in pages})
        told = []
        for seed in range(SPLITS):
            chosen = set(random.Random(seed).sample(outlets, len(outlets) // 2))
            one = [gold for gold in pages if outlet(gold) in chosen]
            other = [gold for gold in pages if outlet(gold) not in chosen]
            told.append(sorted((mean(found, one), mean(found, other))))
        low, high = min(a for a, _ in told), max(b for _, b in told)
        widest = max(b - a for a, b in told)
        print(f"{name:9s} {len(outlets)} outlets: halves from {low:.3f} to {high:.3f}, of one split {widest:.3f} apart")


def report(name: str, without: Scores, bench: Bench) -> None:
    """Gain of the rule per set, pages that it helps and costs, and the largest of each."""
    gain = {page: bench.found[page] - without[page] for page in bench.found}
    helped = sorted(((n, page) for page, n in gain.items() if n > 0.0005), reverse=True)
    cost = sorted((n, page) for page, n in gain.items() if n < -0.0005)
    sets = " ".join(f"{each} {mean(gain, pages):+.4f}" for each, pages in by_set(bench.golds).items())
    ends = " ".join(f"{page} {n:+.2f}" for n, page in (*helped[:1], *cost[:1]))
    print(f"{sets}  helps {len(helped):3d} costs {len(cost):3d}  {name[:90]}  {ends}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=extract.DEFAULT_DATA)
    parser.add_argument("--set", dest="chosen", help="only this set: es96, zyte181, fundus")
    parser.add_argument("--only", default="", help="only rules whose name holds this text")
    options = parser.parse_args()
    if not (options.data / "gold.jsonl").exists():
        print(f"no gold.jsonl in {options.data}; say where the data is with --data", file=sys.stderr)
        return 2
    logging.disable(logging.CRITICAL)
    golds = [gold for gold in extract.read_gold(options.data, options.chosen) if gold["body"]]
    bench = Bench(options.data, golds)
    print("all rules: " + " ".join(f"{name} {mean(bench.found, pages):.4f}" for name, pages in by_set(golds).items()))
    halves(golds, bench.found)
    for name, off in structural():
        if options.only in name:
            with ExitStack() as stack:
                off(stack)
                report(name, bench.scores(), bench)
    for name, phrase, off in worded():
        if options.only in name:
            with ExitStack() as stack:
                off(stack)
                report(name, bench.reworded(phrase), bench)
    return 0


if __name__ == "__main__":
    sys.exit(main())
