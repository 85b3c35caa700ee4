"""Measures duplicates on edited variants of real articles, beside MinHash of datasketch and rensa in the same run."""

from __future__ import annotations

import re
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from documents import lang_of, story_inputs, text_of
from variants import DUPLICATES, NEGATIVES, scenes

from monitor.model import StoryInput
from monitor.stories import exact_duplicates, near_duplicates

SAME_TEXT = frozenset({"exact", "near", "update", "excerpt_of"})
Pairs = set[tuple[int, int]]
_WORD = re.compile(r"\w+")


def ours(articles: Sequence[StoryInput]) -> Pairs:
    found = (*exact_duplicates(articles, {}), *near_duplicates(articles, ()))
    return {
        (min(one.article_id, one.of_id), max(one.article_id, one.of_id)) for one in found if one.relation in SAME_TEXT
    }


def peers() -> Iterator[tuple[str, Callable[[Sequence[StoryInput]], Pairs]]]:
    """MinHash as its libraries set it, and as news needs it; a library that is not installed is named and left out."""
    for library in ("datasketch", "rensa"):
        try:
            __import__(library)
        except ImportError:
            print(f"{library}: not installed, left out")
            continue
        for size, threshold in ((5, 0.7), (2, 0.45)):
            yield f"{library} {size}-gram/{threshold}", _minhash(library, size, threshold)


def _minhash(library: str, size: int, threshold: float) -> Callable[[Sequence[StoryInput]], Pairs]:
    def run(articles: Sequence[StoryInput]) -> Pairs:
        grams = {one.article_id: _grams(one.body, size) for one in articles}
        pairs = _banded(library, grams, threshold)
        return {(a, b) for a, b in pairs if len(grams[a] & grams[b]) >= threshold * len(grams[a] | grams[b])}

    return run


def _grams(text: str, size: int) -> frozenset[str]:
    words = _WORD.findall(text.lower())
    return frozenset(" ".join(words[start : start + size]) for start in range(len(words) - size + 1))


def _banded(library: str, grams: dict[int, frozenset[str]], threshold: float) -> Pairs:
    """Candidates by the library's own signature, 256 permutations, in bands that reach the threshold."""
    if library == "datasketch":
        from datasketch import MinHash, MinHashLSH

        index = MinHashLSH(threshold=threshold, num_perm=256)
        pairs: Pairs = set()
        for number, found in grams.items():
            signature = MinHash(num_perm=256)
            signature.update_batch([gram.encode() for gram in found])
            pairs.update((min(number, other), max(number, other)) for other in index.query(signature))
            index.insert(number, signature)
        return pairs
    from rensa import RMinHash

    rows = 4 if threshold < 0.6 else 8
    buckets: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, found in grams.items():
        signature = RMinHash(num_perm=256, seed=1)
        signature.update(sorted(found))
        digest = signature.digest()
        for band in range(0, 256, rows):
            buckets[band, zlib.crc32(repr(digest[band : band + rows]).encode())].append(number)
    return {(a, b) for members in buckets.values() for place, b in enumerate(members) for a in members[:place]}


def duplicates(rows: Sequence[dict[str, Any]], count: int = 1100, seed: int = 7) -> None:
    """Recall per kind of edit, precision, false positives per hard negative; on clean texts and on raw pages."""
    given = [{**row, "title": row.get("title") or "", "text": text_of(row), "lang": lang_of(row)} for row in rows]
    base = [row for row in given if len(row["text"].split()) >= 150 and row["lang"] == "es"]
    if not base:
        raise SystemExit("no Spanish text of 150 words or more to make variants of")
    base = base[:: max(1, len(base) // count)][:count]
    for raw in (False, True):
        made = scenes(base, raw=raw, seed=seed)
        kind = "raw pages" if raw else "clean texts"
        print(f"\n{kind}: {len(made.articles)} documents, {len(made.labels)} labelled pairs")
        for name, find in (("ours", ours), *peers()):
            started = time.process_time()
            found = find(made.articles)
            _report(name, made.labels, found, time.process_time() - started)


def labelled_pairs(rows: Sequence[dict[str, Any]], documents: Sequence[dict[str, Any]]) -> None:
    """Precision and recall on pairs that others labelled: dup, skip, and any other label for a hard negative."""
    number_of = {row.get("id"): number for number, row in enumerate(documents)}
    unknown = sorted({row[side] for row in rows for side in ("a", "b")} - number_of.keys())
    if unknown:
        raise SystemExit(f"{len(unknown)} ids of pairs are in no document: {', '.join(map(str, unknown[:3]))} ...")
    articles = story_inputs(documents)
    labels = {
        (min(pair), max(pair)): row["label"]
        for row in rows
        for pair in [(number_of[row["a"]], number_of[row["b"]])]
        if row["label"] != "skip"
    }
    total = Counter(labels.values())
    print(f"{len(documents)} documents, {len(rows)} labelled pairs")
    for name, find in (("ours", ours), *peers()):
        found = find(articles)
        hit = Counter(labels[pair] for pair in found if pair in labels)
        precision = hit["dup"] / max(1, sum(hit.values()))
        recall = hit["dup"] / max(1, total["dup"])
        both = 2 * precision * recall / (precision + recall) if hit["dup"] else 0.0
        called = " ".join(f"{label} {hit[label]}/{count}" for label, count in sorted(total.items()))
        print(f"{name}: P={precision:.3f} R={recall:.3f} F1={both:.3f} called duplicates: {called}")


def _report(name: str, labels: dict[tuple[int, int], str], found: Pairs, seconds: float) -> None:
    total = Counter(labels.values())
    hit = Counter(labels[pair] for pair in found if pair in labels)
    recall = {kind: hit[kind] / total[kind] for kind in DUPLICATES}
    excerpt = (recall["excerpt_head"] + recall["excerpt_middle"]) / 2
    right = sum(hit[kind] for kind in DUPLICATES)
    wrong = sum(hit[kind] for kind in NEGATIVES)
    precision = right / max(1, right + wrong)
    macro = sum(recall.values()) / len(recall)
    print(
        f"{name}: macro recall {macro:.3f} precision {precision:.3f} excerpt recall {excerpt:.3f} "
        f"unlabelled {len(found) - right - wrong} cpu {seconds:.1f}s"
    )
    print("  recall " + " ".join(f"{kind} {value:.2f}" for kind, value in recall.items()))
    print("  called duplicates: " + " ".join(f"{kind} {hit[kind] / total[kind]:.3f}" for kind in NEGATIVES))
