"""Why two articles are or are not one text and one event, in figures and sentences. Decides nothing itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from monitor.model import PairVerdict, StoryInput
from monitor.stories.candidates import side_by_side
from monitor.stories.duplicates import EXCERPT_WINDOW, NEAR_WINDOW, UPDATE_WINDOW, compare
from monitor.stories.fingerprints import MIN_WORDS, Print
from monitor.stories.grouping import Board, Member, is_another, kept_after
from monitor.stories.overlaps import Overlap
from monitor.stories.sparse import Lexicon
from monitor.stories.templates import recurring
from monitor.stories.vectors import profiles

_MEANING = {
    "near": "one text in two outlets",
    "update": "the same page, published again with changes",
    "excerpt_of": "the shorter text is part of the longer one, which is about the same",
    "shares_passage": "they share a passage, but not where the story is told: no copy",
}


def verdict(one: StoryInput, other: StoryInput, window: Sequence[StoryInput]) -> PairVerdict:
    """What the rules say of a pair. `window`: other articles of those days, for page furniture and weights of terms."""
    earlier, later = sorted((one, other), key=lambda article: (article.at, article.article_id))
    everything = list({a.article_id: a for a in (*window, earlier, later)}.values())
    return _texts(side_by_side(earlier, later, everything), _events(earlier, later, everything))


def _events(earlier: StoryInput, later: StoryInput, everything: Sequence[StoryInput]) -> PairVerdict:
    """The verdict on the event; that on the texts is still empty."""
    lexicon = Lexicon()
    known = profiles(everything, lexicon)
    pair = [Member.of(one, known[one.article_id]) for one in (earlier, later)]
    board = Board(pair, lexicon)
    apart, again = later.at - earlier.at, is_another(*pair)
    plain, kept = board.likeness(1, 0), 0.0 if again else kept_after(apart)
    join_at = max(map(board.threshold, (0, 1)))
    return PairVerdict(
        relation="",
        containment=0.0,
        jaccard=0.0,
        leads=(0.0, 0.0),
        offsets=(0, 0),
        titles=0.0,
        passage="",
        similarity=round(plain * kept, 4),
        join_at=join_at,
        shared=board.shared_terms(1, 0),
        text_reasons=(),
        event_reasons=tuple(_event_reasons(plain, kept, join_at, apart, again)),
    )


def _event_reasons(plain: float, kept: float, join_at: float, apart: timedelta, again: bool) -> Iterator[str]:
    if again:
        yield "two issues of a recurring page, two matches or two earthquakes: like words about another event"
    elif kept < 0.995:
        yield f"{_days(apart)} apart, so {kept:.0%} of their likeness counts"
    word = "reach" if plain * kept >= join_at else "stay below"
    yield f"told in like words to {plain * kept:.2f}: they {word} the {join_at:.2f} it takes for one story"
    yield "an article is held against all recent members of a story: the average of mean and best decides"


def _texts(texts: Sequence[Print], verdict: PairVerdict) -> PairVerdict:
    if len(texts) < 2 or not all(text.sample for text in texts):
        short = f"one of them has fewer than {MIN_WORDS} words of its own: texts so short are alike by chance"
        return replace(verdict, text_reasons=(short,))
    pair, found = Overlap.of(*texts), compare(*texts)
    relation = found.relation if found else ""
    return replace(
        verdict,
        relation=relation,
        containment=round(pair.containment, 4),
        jaccard=round(pair.jaccard, 4),
        leads=(round(pair.earlier.lead, 4), round(pair.later.lead, 4)),
        offsets=(pair.earlier.offset, pair.later.offset),
        titles=round(pair.titles, 4),
        passage=pair.passage().text,
        text_reasons=(_MEANING[relation],) if relation else tuple(_differences(pair)),
    )


def _differences(pair: Overlap) -> Iterator[str]:
    """Why two texts stand in no relation, the plainest reason first."""
    earlier, later = pair.earlier.mine, pair.later.mine
    if recurring(earlier.headline, later.headline):
        days = [" and ".join(sorted(one.days or one.opening)) for one in (earlier.headline, later.headline)]
        yield f"two issues of a recurring page: the same wording about different days ({days[0]}; {days[1]})"
    window = UPDATE_WINDOW if pair.same_source else NEAR_WINDOW
    if pair.apart > window:
        yield f"{_days(pair.apart)} apart: looked for within {window.days} (excerpts {EXCERPT_WINDOW.days})"
    if pair.same_source and pair.jaccard < 0.75:
        yield f"pages of one source, of which {pair.jaccard:.0%} is common: an update keeps most of its text"
    if pair.containment < 0.5:
        yield f"only {pair.containment:.0%} of the shorter text is in the other"


def _days(apart: timedelta) -> str:
    days = apart / timedelta(days=1)
    return "1 day" if round(days, 1) == 1 else f"{days:.1f} days"
