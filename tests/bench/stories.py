"""Measures stories and duplicates on labelled data, beside the usual methods on the same words in the same run.

usage: python tests/bench/stories.py [--clusters FILE ...] [--pairs FILE ... [--docs FILE ...]] [--twins FILE ...]
                                     [--duplicates FILE ... [--seed N]] [--speed FILE ...]

--clusters  lines with id, lang, title, text, story (date optional): BCubed and pair F1, and their macro average
--pairs     lines with lang (es, en, es-en), a, b, score 1..4: F1 of "same story" (score <= 2) at the fixed threshold;
            with --docs (id, lang, date, source, title, text) lines with ids a and b and a label (dup, skip, anything
            else is a hard negative): precision and recall of duplicates, and how many of each label were called so
--twins     clusters with one Spanish and one English text each: F1 of the es/en pairs that share a story (two reports
            of one event count as errors), and of the es/en pairs linked as nearest to each other
--duplicates  lines with title, text, lang, date: edited variants made from them (variants.py), others by another seed
--speed     lines with title and text: 300 articles against a window of 2,000, CPU seconds
Files may be gzipped; title, lang, date, source and url may be missing. Without files: all of ../shared/data.
"""

from __future__ import annotations

import argparse
import math
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from documents import SOME_DAY, Row, fields, lang_of, read, story_inputs, text_of
from duplicates import duplicates, labelled_pairs

from monitor.model import StoryInput
from monitor.stories import assign, near_duplicates
from monitor.stories.grouping import JOIN_AT
from monitor.stories.likeness import Gallery
from monitor.stories.sparse import Lexicon
from monitor.stories.terms import stems
from monitor.stories.vectors import profiles

DATA = Path(__file__).parents[2] / "../shared/data"
Grouper = Callable[[Sequence[StoryInput]], dict[int, int]]


def ours(articles: Sequence[StoryInput]) -> dict[int, int]:
    return {link.article_id: link.story_id for link in assign(articles, ())}


def centroids(articles: Sequence[StoryInput], join_at: float = 0.25) -> dict[int, int]:
    """The peer: one tf-idf vector per article, joined to the nearest centroid of the last week at or over 0.25."""
    counts = {a.article_id: Counter(stems(f"{a.title} {a.body}", a.lang)) for a in articles}
    seen = Counter(term for found in counts.values() for term in found)
    story_of: dict[int, int] = {}
    sums: dict[int, Counter[str]] = {}
    norms: dict[int, float] = {}
    last: dict[int, datetime] = {}
    holding: dict[str, set[int]] = defaultdict(set)
    for article in sorted(articles, key=lambda a: (a.at, a.article_id)):
        raw = {
            t: (1 + math.log(n)) * math.log(len(articles) / seen[t] + 1) for t, n in counts[article.article_id].items()
        }
        norm = math.sqrt(sum(w * w for w in raw.values())) or 1.0
        vector = {term: weight / norm for term, weight in raw.items()}
        dots: Counter[int] = Counter()
        for term, weight in vector.items():
            for story in holding[term]:
                dots[story] += weight * sums[story][term]  # type: ignore[assignment]
        near = [(dot / norms[s], -s) for s, dot in dots.items() if article.at - last[s] <= timedelta(days=7)]
        best = max(near, default=(0.0, 0))
        story = -best[1] if best[0] >= join_at else article.article_id
        story_of[article.article_id] = story
        total = sums.setdefault(story, Counter())
        for term, weight in vector.items():
            total[term] += weight  # type: ignore[assignment]
            holding[term].add(story)
        norms[story] = math.sqrt(sum(w * w for w in total.values())) or 1.0
        last[story] = article.at
    return story_of


def average_linkage(articles: Sequence[StoryInput], join_at: float = 0.2) -> dict[int, int]:
    """The batch peer: average-linkage clustering of the same tf-idf vectors, all articles at once, no time."""
    from scipy.cluster.hierarchy import fcluster, linkage

    gallery = gallery_of(articles)
    rest = [np.arange(place + 1, len(articles)) for place in range(len(articles) - 1)]
    distances = np.concatenate([1 - gallery.likeness(place, others) for place, others in enumerate(rest)])
    labels = fcluster(linkage(distances, "average"), 1 - join_at, "distance")
    return dict(zip([article.article_id for article in articles], map(int, labels), strict=True))


def gallery_of(articles: Sequence[StoryInput]) -> Gallery:
    lexicon = Lexicon()
    known = profiles(articles, lexicon)
    return Gallery([known[article.article_id] for article in articles], lexicon)


def groupers(count: int) -> Iterator[tuple[str, Grouper]]:
    """Ours and the peers that can be had: average linkage needs scipy, and all pairs."""
    yield "ours", ours
    yield "centroids", centroids
    try:
        import scipy  # noqa: F401
    except ImportError:
        return
    if count <= 1500:
        yield "average linkage", average_linkage


def f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def bcubed(gold: Sequence[str], found: Sequence[int]) -> tuple[float, float, float]:
    both, by_gold, by_found = Counter(zip(gold, found, strict=True)), Counter(gold), Counter(found)
    precision = sum(n * n / by_found[pair[1]] for pair, n in both.items()) / len(gold)
    recall = sum(n * n / by_gold[pair[0]] for pair, n in both.items()) / len(gold)
    return precision, recall, f1(precision, recall)


def pair_f1(gold: Sequence[str], found: Sequence[int]) -> float:
    def pairs(counts: Counter[Any]) -> int:
        return sum(n * (n - 1) // 2 for n in counts.values())

    both = pairs(Counter(zip(gold, found, strict=True)))
    return f1(both / max(1, pairs(Counter(found))), both / max(1, pairs(Counter(gold))))


def clusters(paths: Sequence[Path]) -> None:
    totals: dict[str, list[float]] = defaultdict(list)
    for path in paths:
        everything = read(path)
        fields(path, everything, "story")
        for part in sorted({str(row.get("split", "")) for row in everything}):
            rows = [row for row in everything if str(row.get("split", "")) == part]
            articles = story_inputs(rows)
            gold = [str(row["story"]) for row in rows]
            for name, group in groupers(len(rows)):
                started = time.process_time()
                placed = group(articles)
                found = [placed[number] for number in range(len(rows))]
                precision, recall, both = bcubed(gold, found)
                if part != "train":  # thousands of undated stories of many years: no stream looks like it
                    totals[name].append(both)
                print(
                    f"{path.name.split('.')[0]} {part} {name}: n={len(rows)} BCubed P={precision:.3f} R={recall:.3f} "
                    f"F1={both:.3f} pair F1={pair_f1(gold, found):.3f} cpu={time.process_time() - started:.1f}s"
                )
    for name, values in totals.items():
        print(f"macro BCubed F1 (without train) {name}: {sum(values) / len(values):.3f}")


def pairs(paths: Sequence[Path]) -> None:
    for path in paths:
        rows = [row for row in read(path) if "score" in row]
        fields(path, rows, "a", "b")
        articles = [article for number, row in enumerate(rows) for article in pair_inputs(number, row)]
        gallery = gallery_of(articles)
        langs = [row.get("lang") or "-".join(sorted({one.lang for one in pair_inputs(0, row)})) for row in rows]
        for lang in sorted(set(langs)):
            chosen = [number for number, found in enumerate(langs) if found == lang]
            said = [gallery.likeness(2 * number, np.array([2 * number + 1]))[0] >= JOIN_AT for number in chosen]
            true = [float(rows[number]["score"]) <= 2 for number in chosen]
            right = sum(a and b for a, b in zip(said, true, strict=True))
            both = f1(right / max(1, sum(said)), right / max(1, sum(true)))
            print(f"{path.name.split('.')[0]} {lang}: n={len(chosen)} F1={both:.3f}")


def pair_inputs(number: int, row: Row) -> list[StoryInput]:
    """Two texts with the languages the row states, the second's after a hyphen; their own where it states none."""
    texts = (row["a"], row["b"])
    langs = ((row.get("lang") or "-".join(lang_of({"text": text}) for text in texts)).split("-") * 2)[:2]
    return [
        StoryInput(2 * number + side, "", "", langs[side], SOME_DAY, texts[side][:80], "", texts[side])
        for side in (0, 1)
    ]


def twins(paths: Sequence[Path]) -> None:
    for path in paths:
        rows = read(path)
        fields(path, rows, "story")
        articles = story_inputs(rows)
        for name, group in groupers(len(rows)):
            members: dict[int, list[int]] = defaultdict(list)
            for article_id, story in group(articles).items():
                members[story].append(article_id)
            grouped = {(a, b) for found in members.values() for a in found for b in found}
            _told_twice(path, f"grouped {name}", rows, articles, grouped)
        linked = {(one.article_id, one.linked_to) for one in assign(articles, ()) if one.linked_to is not None}
        _told_twice(path, "linked ours", rows, articles, linked | {(b, a) for a, b in linked})


def _told_twice(
    path: Path, name: str, rows: Sequence[Row], articles: Sequence[StoryInput], found: set[tuple[int, int]]
) -> None:
    langs = [article.lang for article in articles]
    es_en = [(a, b) for a, b in found if (langs[a], langs[b]) == ("es", "en")]
    right = sum(rows[a]["story"] == rows[b]["story"] for a, b in es_en)
    precision, recall = right / max(1, len(es_en)), right / max(1, langs.count("es"))
    print(
        f"{path.name.split('.')[0]}: n={len(rows)} es/en pairs {name} "
        f"P={precision:.3f} R={recall:.3f} F1={f1(precision, recall):.3f}"
    )


def speed(paths: Sequence[Path]) -> None:
    for path in paths:
        rows = [row for row in read(path) if text_of(row)][:2300]
        articles = [
            StoryInput(
                n,
                f"s{n % 12}",
                "",
                lang_of(row),
                SOME_DAY + timedelta(minutes=5 * n),
                row.get("title") or "",
                "",
                text_of(row),
            )
            for n, row in enumerate(rows)
        ]
        window = [replace(article, story_id=article.article_id) for article in articles[:-300]]
        for name, work in (("assign", assign), ("near_duplicates", near_duplicates)):
            started = time.process_time()
            work(articles[-300:], window)
            took = time.process_time() - started
            print(f"{path.name.split('.')[0]} {name}: 300 against {len(window)}: {took:.2f} CPU s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given = {
        "clusters": ("stories/ecbplus-dev.jsonl.gz", "stories/neus-dev.jsonl.gz"),
        "pairs": ("stories/semeval22-dev.jsonl.gz",),
        "twins": ("stories/wmt-es-en-dev.jsonl.gz",),
        "duplicates": ("articles/articles-dev.jsonl.gz",),
        "speed": ("articles/articles-dev.jsonl.gz",),
    }
    for name in (*given, "docs"):
        parser.add_argument(f"--{name}", nargs="+", type=Path, metavar="FILE", default=[])
    parser.add_argument("--seed", type=int, default=7, metavar="N")
    chosen = vars(parser.parse_args())
    seed = chosen.pop("seed")
    documents = [row for path in chosen.pop("docs") for row in read(path)]
    if not any(chosen.values()):
        chosen = {name: [DATA / file for file in files] for name, files in given.items()}
    if documents:
        labelled_pairs([row for path in chosen.pop("pairs") for row in read(path)], documents)
    works = {"clusters": clusters, "pairs": pairs, "twins": twins, "duplicates": partial(edited, seed), "speed": speed}
    for name, work in works.items():
        if chosen.get(name):
            work(chosen[name])


def edited(seed: int, paths: Sequence[Path]) -> None:
    for path in paths:
        duplicates(read(path), seed=seed)


if __name__ == "__main__":
    main()
