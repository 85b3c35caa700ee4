"""Which articles carry the same text, whole or in part, with the evidence. Says nothing about events."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from monitor.model import Duplicate, StoryInput
from monitor.stories.fingerprints import MIN_WORDS, Print, fingerprints
from monitor.stories.overlaps import PASSAGE, Overlap, Side
from monitor.stories.templates import recurring
from monitor.text import digest_of

COMMON = 64  # a shingle in more articles proposes nothing
MIN_SHARED = 3
CANDIDATES = 30
NEAR_WINDOW = timedelta(days=7)
EXCERPT_WINDOW = timedelta(days=14)
UPDATE_WINDOW = timedelta(days=1)
EXCERPT_LENGTH = 0.6  # of the longer text; anything longer is a copy, not an excerpt
# What may stand before a copied text: a new lead, the menu of the page. In words, and against what is shared.
PREAMBLE = 110
PREAMBLE_SHARE = 0.5
SHORT_PREAMBLE = 45
KINSHIP = 0.46  # weights and threshold: `python tests/bench/stories.py --duplicates`


def exact_duplicates(articles: Sequence[StoryInput], known: Mapping[str, int]) -> tuple[Duplicate, ...]:
    """Articles whose normalised body equals that of an earlier one, in order of (at, id).

    `known` maps the body hash of articles already stored to their ids; they count as earlier. Bodies of
    fewer than 20 words are never equal.
    """
    originals = dict(known)
    found = []
    for article in sorted(articles, key=lambda one: (one.at, one.article_id)):
        if len(article.body.split()) < MIN_WORDS:
            continue
        original = originals.setdefault(article.body_hash or digest_of(article.body), article.article_id)
        if original != article.article_id:
            found.append(Duplicate(article.article_id, original, "exact", 1.0, article.body[:PASSAGE]))
    return tuple(found)


def near_duplicates(articles: Sequence[StoryInput], window: Sequence[StoryInput]) -> tuple[Duplicate, ...]:
    """Pairs that share much of their text, at least one of each in `articles`; sorted, whatever the input order.

    Relations: `near` (another source's copy), `update` (the same source within a day), `excerpt_of`
    (`article_id` is the shorter text) and `shares_passage` (no copy: the shared text is not where the story
    is told). `detail` is the longest passage shared. The text is the body, or the lead where there is none.
    """
    prints = fingerprints({one.article_id: one for one in (*window, *articles)}.values())
    fresh = {one.article_id for one in articles}
    found = []
    for one, other in _candidate_pairs(prints, fresh):
        duplicate = compare(*sorted((one, other), key=lambda p: (p.article.at, p.article.article_id)))
        if duplicate is not None:
            found.append(duplicate)
    return tuple(sorted(found, key=lambda one: (one.article_id, one.of_id)))


def compare(earlier: Print, later: Print) -> Duplicate | None:
    """The relation of two texts, None where there is none worth telling."""
    if not earlier.sample or not later.sample or recurring(earlier.headline, later.headline):
        return None
    pair = Overlap.of(earlier, later)
    relation = relation_of(pair)
    if not relation:
        return None
    similarity = pair.jaccard if relation == "update" else pair.containment
    one, other = (pair.shorter.mine, pair.longer.mine) if relation == "excerpt_of" else (later, earlier)
    passage = Overlap.of(other, one).passage()
    return Duplicate(one.article.article_id, other.article.article_id, relation, round(similarity, 4), passage)


def relation_of(pair: Overlap) -> str:
    """The strongest relation the figures allow, or the empty string."""
    # Pages of one outlet lend each other stock paragraphs for weeks; what belongs together follows within a day.
    if pair.apart > (UPDATE_WINDOW if pair.same_source else EXCERPT_WINDOW):
        return ""
    if _is_excerpt(pair):
        return "excerpt_of"
    if pair.same_source:
        return "update" if _is_update(pair) else ""
    if pair.apart <= NEAR_WINDOW and _is_copy(pair):
        return "near"
    return "shares_passage" if pair.containment >= 0.5 else ""


def _is_update(pair: Overlap) -> bool:
    """The same page again, a little changed; where more changed, at least its title must still be the same."""
    if pair.jaccard >= 0.75:
        return pair.leads >= 0.4
    return pair.jaccard >= 0.45 and pair.leads >= 0.2 and pair.titles >= 0.8


def _is_copy(pair: Overlap) -> bool:
    if pair.containment >= 0.5:
        return pair.leads >= 0.35 or _is_aligned(pair)
    return pair.jaccard >= 0.35 and (pair.leads >= 0.25 or _is_aligned(pair))


def _is_aligned(pair: Overlap) -> bool:
    """Both texts are the shared one from near their beginning on."""
    return _opens_soon(pair.earlier) and _opens_soon(pair.later)


def _opens_soon(side: Side) -> bool:
    """Little stands before the shared text, or what stands there is not what the title announces."""
    if side.offset > PREAMBLE_SHARE * sum(side.told):
        return False
    return side.offset <= SHORT_PREAMBLE or (side.offset <= PREAMBLE and side.titled >= 0.55)


def _is_excerpt(pair: Overlap) -> bool:
    """The shorter text is inside the longer one, and it is what the longer one is about."""
    shorter, longer = pair.shorter, pair.longer
    short_enough = len(shorter.mine.words) <= EXCERPT_LENGTH * len(longer.mine.words)
    if not short_enough or pair.containment < 0.7 or shorter.lead < 0.6:
        return False
    return longer.lead >= 0.4 or _kinship(pair) >= KINSHIP


def _kinship(pair: Overlap) -> float:
    """Is the rest of the longer text about the same? A second article in its tail has its own words and ends it."""
    longer = pair.longer
    return longer.echoed + 0.2 * longer.titled + 0.5 * pair.titles + 0.6 * min(0.3, longer.after)


def _candidate_pairs(prints: Sequence[Print], fresh: set[int]) -> list[tuple[Print, Print]]:
    """Pairs with enough rare shingles in common, for each fresh article its best ones; no pair twice."""
    postings: dict[str, list[int]] = defaultdict(list)
    for position, one in enumerate(prints):
        for shingle in one.sample:
            postings[shingle].append(position)
    pairs: set[tuple[int, int]] = set()
    for position, one in enumerate(prints):
        if one.article.article_id in fresh:
            lists = (postings[shingle] for shingle in one.sample)
            shared = Counter(other for found in lists if len(found) <= COMMON for other in found if other != position)
            ranked = sorted(shared, key=lambda other: (-shared[other], prints[other].article.article_id))
            chosen = [other for other in ranked[:CANDIDATES] if shared[other] >= MIN_SHARED]
            pairs.update((min(position, other), max(position, other)) for other in chosen)
    return [(prints[a], prints[b]) for a, b in sorted(pairs)]
