"""Which articles carry the same text, whole or in part, with the evidence. Says nothing about events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.model import Duplicate, StoryInput
from monitor.stories.candidates import FURNITURE, pairs
from monitor.stories.fingerprints import MIN_WORDS, Print
from monitor.stories.overlaps import PASSAGE, Overlap, Side
from monitor.stories.templates import Headline, headline, overlap, recurring
from monitor.text import digest_of

NEAR_WINDOW = timedelta(days=7)
EXCERPT_WINDOW = timedelta(days=14)
UPDATE_WINDOW = timedelta(days=1)
SAME_TITLE = 0.5
BLURB = 60  # words: so short a text may be what an outlet prints under every part of a series
EXCERPT_LENGTH = 0.6  # of the longer text; anything longer is a copy, not an excerpt
# What may stand before a copied text: a new lead, the menu of the page. In words, and against what is shared.
PREAMBLE = 110
PREAMBLE_SHARE = 0.5
SHORT_PREAMBLE = 45
LEAST = 0.35  # of both texts together, so of the shorter one as well: less is no relation
KINSHIP = 0.53  # weights and threshold: `python tests/bench/stories.py --duplicates`


@dataclass(frozen=True, slots=True)
class Carrier:
    """The article that a body came with first, and how many of each source have carried it."""

    article_id: int
    at: datetime
    headline: Headline
    sources: Mapping[str, int]

    def told_by(self, article: StoryInput) -> Carrier:
        """One more article carries it."""
        sources = {**self.sources, article.source_id: self.sources.get(article.source_id, 0) + 1}
        return replace(self, sources=sources)


def exact_duplicates(articles: Sequence[StoryInput], known: Mapping[str, Carrier]) -> tuple[Duplicate, ...]:
    """Articles whose normalised body equals one that came before, in order of (at, id); the later repeats the earlier.

    `known` has the first carrier of each body hash among the articles that came before these. Bodies of fewer than
    20 words are never equal; nor is what a source shows under other titles again and again (a notice, a wall) or, where
    it is short, even once (the announcement of a series, a stub under the dollar of the day).
    """
    carriers = dict(known)
    found = []
    for article in sorted(articles, key=lambda one: (one.at, one.article_id)):
        if len(article.body.split(maxsplit=MIN_WORDS)) < MIN_WORDS:
            continue
        body, titled = article.body_hash or digest_of(article.body), headline(article.title, article.lang)
        first = carriers.setdefault(body, Carrier(article.article_id, article.at, titled, {}))
        carriers[body] = first.told_by(article)
        if first.article_id == article.article_id:
            continue
        titles = overlap(titled, first.headline)
        shown = first.sources.get(article.source_id, 0)
        is_wall = shown >= FURNITURE and titles < SAME_TITLE
        if not (is_wall or (shown and _is_blurb(article, first, titled))):
            found.append(_exact(article, first, titles))
    return tuple(found)


def _is_blurb(article: StoryInput, first: Carrier, titled: Headline) -> bool:
    """The words that stand under every issue of a page or every part of a series: the titles tell what is new."""
    is_other = recurring(titled, first.headline) or overlap(titled, first.headline) < SAME_TITLE
    return is_other and len(article.body.split()) < BLURB


def _exact(article: StoryInput, first: Carrier, titles: float) -> Duplicate:
    """The later of both in time is the repeat, whichever came in first."""
    (_, of_id), (_, repeat_id) = sorted([(first.at, first.article_id), (article.at, article.article_id)])
    body = article.body
    return Duplicate(
        repeat_id, of_id, "exact", 1.0, body[:PASSAGE], titles=round(titles, 4), passage_words=len(body.split())
    )


def near_duplicates(articles: Sequence[StoryInput], window: Sequence[StoryInput]) -> tuple[Duplicate, ...]:
    """Pairs that share much of their text, at least one of each in `articles`; sorted, whatever the input order.

    Relations: `near` (another source's copy), `update` (the same source within a day), `excerpt_of`
    (`article_id` is the shorter text) and `shares_passage` (no copy: the shared text is not where the story
    is told). `detail` is the longest passage shared. The text is the body, or the lead where there is none.
    """
    found = (compare(one, other) for one, other in pairs(window, articles))
    return tuple(sorted((one for one in found if one is not None), key=lambda one: (one.article_id, one.of_id)))


def compare(one: Print, other: Print, *, same_url: bool = False) -> Duplicate | None:
    """The relation of two texts, None where there is none worth telling."""
    earlier, later = sorted((one, other), key=lambda text: (text.article.at, text.article.article_id))
    if not earlier.sample or not later.sample or recurring(earlier.headline, later.headline):
        return None
    pair = Overlap.of(earlier, later)
    relation = "same_url" if same_url and _is_one_page(pair) else relation_of(pair)
    if not relation:
        return None
    repeat, original = (pair.shorter, pair.longer) if relation == "excerpt_of" else (pair.later, pair.earlier)
    passage = Overlap(original, repeat).passage()
    return Duplicate(
        repeat.mine.article.article_id,
        original.mine.article.article_id,
        relation,
        round(pair.jaccard if relation == "update" else pair.containment, 4),
        passage.text,
        round(pair.containment, 4),
        round(pair.jaccard, 4),
        (round(repeat.lead, 4), round(original.lead, 4)),
        round(pair.titles, 4),
        passage.words,
    )


def _is_one_page(pair: Overlap) -> bool:
    """Pages under one canonical address. Some outlets give every page that of their home page: look at the text too."""
    return pair.containment >= 0.5 or pair.titles >= SAME_TITLE


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
    return pair.jaccard >= LEAST and (pair.leads >= 0.25 or _is_aligned(pair))


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
