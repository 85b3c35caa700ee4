"""Which articles tell of one event: an online single pass over the window. Decides nothing about equal texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple, Self

import numpy as np

from monitor.model import Duplicate, StoryInput, StoryLink
from monitor.stories import occasions
from monitor.stories.likeness import CROSS_SCALE, Gallery
from monitor.stories.occasions import Occasion, occasion
from monitor.stories.sparse import Lexicon
from monitor.stories.templates import Headline, headline, overlap, recurring
from monitor.stories.vectors import Profile, profiles

JOIN_AT = 0.23
# A title and a summary share a place and a verb by chance; read on real feeds, joins under this were half wrong.
JOIN_SHORT_AT = 0.28
RECENT_MEMBERS = 30
NEIGHBOURS = 256  # articles that propose their stories, of which at most
CANDIDATES = 12  # are looked at
SHARED_TERMS = 8
# An event is news for days, not weeks; a like story later is another event.
QUIET = timedelta(days=7)
FADE = 0.06  # a day
# Pages such as the table of a league come back under much the same title without naming a day.
RETURNED = timedelta(days=3)
SAME_WORDING = 0.4
MUST_LINK = frozenset({"same_url", "exact", "near", "update", "excerpt_of"})


@dataclass(frozen=True)
class Member:
    """What it takes to place an article, or to place others beside it; `story_id` is None until it is placed."""

    article_id: int
    at: datetime
    title: str
    profile: Profile
    story_id: int | None = None

    @classmethod
    def of(cls, article: StoryInput, profile: Profile) -> Self:
        """An article with its profile."""
        return cls(article.article_id, article.at, article.title, profile, article.story_id)

    @cached_property
    def headline(self) -> Headline:
        return headline(self.title, self.profile.lang)

    @cached_property
    def occasion(self) -> Occasion:
        return occasion(self.title, self.profile.lang)


Members = dict[int, Member]


@dataclass(slots=True)
class Remembered:
    """Articles as grouping knows them, kept from run to run in one process."""

    members: Members = field(default_factory=dict)
    lexicon: Lexicon = field(default_factory=Lexicon)


class Match(NamedTuple):
    """What an article scored with a story, and the place of its nearest member."""

    score: float
    nearest: int


def assign(
    articles: Sequence[StoryInput], window: Sequence[StoryInput], duplicates: Sequence[Duplicate] = ()
) -> tuple[StoryLink, ...]:
    """One link for every article that has no story yet, in order of (at, id); input order makes no difference.

    `window` holds the placed articles of the last days (those without a story only weigh the terms).
    A story that is opened carries the id of its first article. Duplicates follow their original where that
    one is known here.
    """
    everything = {one.article_id: one for one in (*articles, *window)}
    lexicon = Lexicon()
    known = profiles(_in_order(everything.values()), lexicon)
    wanted = {one.article_id for one in articles}
    members = [Member.of(one, known[one.article_id]) for one in everything.values()]
    return link([one for one in members if one.story_id is not None or one.article_id in wanted], lexicon, duplicates)


def link(members: Iterable[Member], lexicon: Lexicon, duplicates: Sequence[Duplicate] = ()) -> tuple[StoryLink, ...]:
    """`assign` for articles that are weighed already, in numbers of `lexicon`: one link for every member that has no
    story yet."""
    in_order = sorted(members, key=lambda one: (one.story_id is None, one.at, one.article_id))
    board, twins, links = Board(in_order, lexicon), twins_of(duplicates), []
    for place, member in enumerate(in_order):
        if member.story_id is not None:
            board.put(place, member.story_id)
            continue
        found = board.follow(place, twins.get(member.article_id, ())) or board.join(place)
        board.put(place, found.story_id)
        links.append(found)
    return tuple(links)


def twins_of(duplicates: Sequence[Duplicate]) -> dict[int, list[tuple[float, int]]]:
    """article_id -> (similarity, article_id) of the texts it must share a story with, most alike first."""
    twins: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for one in duplicates:
        if one.relation in MUST_LINK:
            twins[one.article_id].append((one.similarity, one.of_id))
            twins[one.of_id].append((one.similarity, one.article_id))
    for found in twins.values():
        found.sort(key=lambda twin: (-twin[0], twin[1]))
    return twins


def _in_order(articles: Iterable[StoryInput]) -> list[StoryInput]:
    return sorted(articles, key=lambda one: (one.at, one.article_id))


class Board:
    """Articles side by side, and the stories of those that are placed. An article is called by its place here."""

    def __init__(self, members: Sequence[Member], lexicon: Lexicon) -> None:
        self.members = members
        self.stories: dict[int, list[int]] = defaultdict(list)
        self._gallery = Gallery([member.profile for member in members], lexicon)
        self._places = {member.article_id: place for place, member in enumerate(members)}
        self._story = np.zeros(len(members), np.int64)
        self._is_placed = np.zeros(len(members), np.bool_)

    def put(self, place: int, story_id: int) -> None:
        """The article is part of this story."""
        self.stories[story_id].append(place)
        self._story[place], self._is_placed[place] = story_id, True

    def take(self, place: int) -> None:
        """The article is part of no story any more."""
        self.stories[int(self._story[place])].remove(place)
        self._is_placed[place] = False

    def follow(self, place: int, twins: Sequence[tuple[float, int]]) -> StoryLink | None:
        """The story of the text most like this one, where that text is on the board."""
        for score, article_id in twins:
            twin = self._places.get(article_id)
            if twin is not None and self._is_placed[twin]:
                return StoryLink(self.members[place].article_id, int(self._story[twin]), score, article_id)
        return None

    def join(self, place: int) -> StoryLink:
        """The best story at or over the threshold, else a new one."""
        article_id, stories = self.members[place].article_id, self.candidates(place)
        matches = self.match(place, [self.stories[story_id] for story_id in stories], at_least=JOIN_AT)
        found = [(match.score, -story_id, match.nearest) for match, story_id in zip(matches, stories, strict=True)]
        score, minus_id, nearest = max(found, default=(0.0, 0, place))
        if score < self.threshold(place):
            return StoryLink(article_id, article_id, 0.0)
        shared = self.shared_terms(place, nearest)
        return StoryLink(article_id, -minus_id, round(score, 4), self.members[nearest].article_id, shared)

    def likeness(self, place: int, other: int) -> float:
        """Of two articles, 0..1."""
        return float(self._gallery.likeness(place, np.array([other]))[0])

    def shared_terms(self, place: int, other: int) -> tuple[str, ...]:
        """The terms that weigh most in the likeness of two articles."""
        return self._gallery.heaviest_shared(place, other, SHARED_TERMS)

    def threshold(self, place: int) -> float:
        """The score at which an article joins a story."""
        return JOIN_SHORT_AT if self._gallery.is_short(place) else JOIN_AT

    def candidates(self, place: int) -> list[int]:
        """Stories of the articles that share most of the heavy terms, the most promising first."""
        others, common = self._gallery.probe(place)
        placed = self._is_placed[others]
        stories, common = self._story[others[placed]], common[placed]
        if len(common) > NEIGHBOURS:
            near = common >= np.partition(common, -NEIGHBOURS)[-NEIGHBOURS]
            stories, common = stories[near], common[near]
        ranked = stories[np.lexsort((stories, -common))]
        return list(dict.fromkeys(ranked.tolist()))[:CANDIDATES]

    def match(self, place: int, stories: Sequence[Sequence[int]], *, at_least: float = 0.0) -> list[Match]:
        """Score of an article with each story, given as places of its members in order of time, and the nearest.

        Where even the nearest is less alike than `at_least`, the score is 0, whoever is nearest.
        """
        if not stories:
            return []
        recent = [story[-RECENT_MEMBERS:] for story in stories]
        others = np.array([other for story in recent for other in story], np.int64)
        ends = list(accumulate(map(len, recent)))
        firsts = [0, *ends[:-1]]
        # Where a story is told in the article's language, the other language alone does not draw it in.
        is_told = np.logical_or.reduceat(self._gallery.in_language_of(place, others), firsts)
        scale = np.repeat(np.where(is_told, 1.0, CROSS_SCALE), np.diff(ends, prepend=0))
        likeness = self._gallery.likeness(place, others, scale)
        near = (np.maximum.reduceat(likeness, firsts) >= at_least).tolist()
        scores = likeness.tolist()
        return [
            self._match(place, story, scores[end - len(story) : end]) if is_near else Match(0.0, story[0])
            for story, end, is_near in zip(recent, ends, near, strict=True)
        ]

    def _match(self, place: int, story: Sequence[int], likeness: Sequence[float]) -> Match:
        top, minus_id = max(zip(likeness, (-self.members[other].article_id for other in story), strict=True))
        member, others = self.members[place], [self.members[other] for other in story]
        kept = kept_after(min(abs(member.at - other.at) for other in others))
        score = (sum(likeness) / len(likeness) + top) / 2 * kept
        # What stays below the threshold anyway need not be looked at for days and matches in its titles.
        again = score >= JOIN_AT and any(is_another(member, other) for other in others)
        return Match(0.0 if again else score, self._places[-minus_id])


def is_another(one: Member, other: Member) -> bool:
    """True for two issues of a recurring page, two matches, two earthquakes: like words about another event."""
    returned = abs(one.at - other.at) >= RETURNED and overlap(one.headline, other.headline) >= SAME_WORDING
    return returned or recurring(one.headline, other.headline) or occasions.is_another(one.occasion, other.occasion)


def kept_after(quiet: timedelta) -> float:
    """Share of a score that is left after a quiet time: less every day, nothing after a week."""
    return 1 - FADE * (quiet / timedelta(days=1)) if quiet <= QUIET else 0.0
