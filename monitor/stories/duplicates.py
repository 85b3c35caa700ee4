"""Which articles carry the same text, whole or in part, with the evidence. Says nothing about events.

Deterministic sampled shingles (Broder 1997, `0 mod m`): containment and Jaccard from one small set per article.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from difflib import SequenceMatcher

from monitor.model import Duplicate, StoryInput
from monitor.stories.templates import Headline, headline, overlap, recurring
from monitor.stories.terms import plain
from monitor.text import digest_of

MIN_WORDS = 20  # shorter texts are alike by chance
SHINGLE = 4  # words
KEEP_ONE_IN = 4
KEEP_ALL_BELOW = 40  # shingles
LEAD = 60  # words
MAX_WORDS = 5_000  # live pages run to tens of thousands; what they share with others stands at the top
FURNITURE = 4  # other articles of the same source that carry a shingle make it page furniture
COMMON = 64  # a shingle in more articles proposes nothing
MIN_SHARED = 3
CANDIDATES = 30
NEAR_WINDOW = timedelta(days=7)
EXCERPT_WINDOW = timedelta(days=14)
UPDATE_WINDOW = timedelta(days=1)
EXCERPT_LENGTH = 0.6  # of the longer text; anything longer is a copy, not an excerpt
PASSAGE = 200  # characters of evidence

_WORD = re.compile(r"\w+")


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
    prints = _fingerprints({one.article_id: one for one in (*window, *articles)}.values())
    fresh = {one.article_id for one in articles}
    found = []
    for one, other in _candidate_pairs(prints, fresh):
        duplicate = _verify(*sorted((one, other), key=lambda p: (p.article.at, p.article.article_id)))
        if duplicate is not None:
            found.append(duplicate)
    return tuple(sorted(found, key=lambda one: (one.article_id, one.of_id)))


@dataclass(frozen=True, slots=True)
class _Print:
    """An article's text as words, all its shingles in order, and the sample that is compared."""

    article: StoryInput
    headline: Headline
    text: str
    words: tuple[str, ...]
    shingles: tuple[str, ...]
    sample: frozenset[str]

    @property
    def lead(self) -> tuple[str, ...]:
        return self.shingles[: LEAD - SHINGLE + 1]


def _fingerprints(articles: Iterable[StoryInput]) -> list[_Print]:
    prints = [one for one in map(_fingerprint, articles) if len(one.words) >= MIN_WORDS]
    carried: dict[str, Counter[str]] = defaultdict(Counter)
    for one in prints:
        carried[one.article.source_id].update(one.sample)
    furniture = {
        source: {shingle for shingle, count in counts.items() if count > FURNITURE}
        for source, counts in carried.items()
    }
    return [_without(one, furniture[one.article.source_id]) for one in prints]


def _fingerprint(article: StoryInput) -> _Print:
    text = unicodedata.normalize("NFC", article.body or article.lead)
    words = tuple(_WORD.findall(plain(text))[:MAX_WORDS])
    shingles = tuple(" ".join(words[start : start + SHINGLE]) for start in range(len(words) - SHINGLE + 1))
    kept = shingles
    if len(shingles) >= KEEP_ALL_BELOW:
        kept = tuple(one for one in shingles if zlib.crc32(one.encode()) % KEEP_ONE_IN == 0)
    return _Print(article, headline(article.title, article.lang), text, words, shingles, frozenset(kept))


def _without(one: _Print, furniture: set[str]) -> _Print:
    if one.sample.isdisjoint(furniture):
        return one
    return _Print(one.article, one.headline, one.text, one.words, one.shingles, one.sample - furniture)


def _candidate_pairs(prints: Sequence[_Print], fresh: set[int]) -> list[tuple[_Print, _Print]]:
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


@dataclass(frozen=True, slots=True)
class _Overlap:
    """How much two texts share, and where. `*_lead` is the share of a text's opening found in the other text."""

    containment: float
    jaccard: float
    earlier_lead: float
    later_lead: float
    apart: timedelta

    @property
    def both_leads(self) -> float:
        return min(self.earlier_lead, self.later_lead)


def _verify(earlier: _Print, later: _Print) -> Duplicate | None:
    if not earlier.sample or not later.sample or recurring(earlier.headline, later.headline):
        return None
    shared = len(earlier.sample & later.sample)
    overlap_of = _Overlap(
        containment=shared / min(len(earlier.sample), len(later.sample)),
        jaccard=shared / len(earlier.sample | later.sample),
        earlier_lead=_found_in(earlier.lead, later),
        later_lead=_found_in(later.lead, earlier),
        apart=later.article.at - earlier.article.at,
    )
    relation = _relation(earlier, later, overlap_of)
    if not relation:
        return None
    similarity = overlap_of.jaccard if relation == "update" else overlap_of.containment
    one, other = (later, earlier)
    if relation == "excerpt_of" and len(later.words) > len(earlier.words):
        one, other = (earlier, later)
    ids = (one.article.article_id, other.article.article_id)
    return Duplicate(*ids, relation, round(similarity, 4), _longest_passage(one, other))


def _relation(earlier: _Print, later: _Print, shared: _Overlap) -> str:
    """The strongest relation the figures allow, or the empty string."""
    if shared.apart > EXCERPT_WINDOW:
        return ""
    if _is_excerpt(earlier, later, shared):
        return "excerpt_of"
    if earlier.article.source_id == later.article.source_id:
        same = shared.jaccard >= 0.75 and shared.both_leads >= 0.5 and shared.apart <= UPDATE_WINDOW
        return "update" if same else ""
    copied = shared.containment >= 0.5 and shared.both_leads >= 0.2
    rewritten = shared.jaccard >= 0.4 and shared.both_leads >= 0.1
    if (copied or rewritten) and shared.apart <= NEAR_WINDOW:
        return "near"
    return "shares_passage" if shared.containment >= 0.5 else ""


def _is_excerpt(earlier: _Print, later: _Print, shared: _Overlap) -> bool:
    """The shorter text is inside the longer one, and it is what the longer one is about."""
    shorter_lead, longer_lead = shared.earlier_lead, shared.later_lead
    if len(later.words) < len(earlier.words):
        shorter_lead, longer_lead = longer_lead, shorter_lead
    lengths = sorted((len(earlier.words), len(later.words)))
    inside = shared.containment >= 0.7 and shorter_lead >= 0.6 and lengths[0] <= EXCERPT_LENGTH * lengths[1]
    return inside and (longer_lead >= 0.2 or overlap(earlier.headline, later.headline) >= 0.6)


def _found_in(lead: tuple[str, ...], other: _Print) -> float:
    there = set(other.shingles)
    return sum(shingle in there for shingle in lead) / len(lead) if lead else 0.0


def _longest_passage(one: _Print, other: _Print) -> str:
    """The longest run of words both share, as the first text writes it."""
    match = SequenceMatcher(None, one.words, other.words, autojunk=False).find_longest_match()
    shared = one.words[match.a : match.a + match.size]
    spans = [found.span() for found in _WORD.finditer(one.text) if plain(found.group())]
    if shared and match.a + match.size <= len(spans):
        passage = one.text[spans[match.a][0] : spans[match.a + match.size - 1][1]]
        if tuple(_WORD.findall(plain(passage))) == shared:
            return passage[:PASSAGE]
    return " ".join(shared)[:PASSAGE]  # signs such as ½ fold to other words than they are written with
