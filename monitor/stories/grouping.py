"""Which articles tell of one event: an online single pass over the window. Decides nothing about equal texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple, Self

import numpy as np

from monitor.model import Duplicate, StoryInput, StoryLink
from monitor.stories import occasions
from monitor.stories.likeness import CROSS_SCALE, Gallery
from monitor.stories.occasions import Occasion, occasion
from monitor.stories.sparse import Floats, Lexicon
from monitor.stories.templates import Headline, headline, overlap, recurring
from monitor.stories.vectors import Profile, TermReader, profiles

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
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
MUST_LINK = frozenset({"same_url", "exact", "near", "update", "excerpt_of"})


@dataclass(frozen=True)
class Title:
    """A title, and what is read from it once it is asked for."""

    text: str
    lang: str

    @cached_property
    def headline(self) -> Headline:
        return headline(self.text, self.lang)

    @cached_property
    def occasion(self) -> Occasion:
        return occasion(self.text, self.lang)


@dataclass(frozen=True, slots=True)
class Member:
    """What it takes to place an article, or to place others beside it; `story_id` is None until it is placed."""

    article_id: int
    at: datetime
    title: Title
    profile: Profile
    story_id: int | None = None

    @classmethod
    def of(cls, article: StoryInput, profile: Profile) -> Self:
        """An article with its profile."""
        return cls(article.article_id, article.at, Title(article.title, article.lang), profile, article.story_id)


Members = dict[int, Member]


@dataclass(slots=True)
class Remembered:
    """Articles as grouping knows them, kept from run to run in one process."""

    members: Members = field(default_factory=dict)
    lexicon: Lexicon = field(default_factory=Lexicon)
    terms: TermReader = field(init=False)  # in numbers of the lexicon

    def __post_init__(self) -> None:
        self.terms = TermReader(self.lexicon)


class Twin(NamedTuple):
    """The place of a text that an article shares a story with, and how like they are."""

    place: int
    similarity: float


class Match(NamedTuple):
    """What an article scored with a story, and how like it is to each of its recent members."""

    score: float
    likeness: Sequence[float]


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
    board, followed, links = Board(in_order, lexicon), _followed(in_order, twins_of(duplicates)), []
    new = [place for place, member in enumerate(in_order) if member.story_id is None]
    probes = board.probe([place for place in new if place not in followed])
    for place in new:
        found = board.follow(place, *followed[place]) if place in followed else board.join(place, next(probes))
        board.put(place, found.story_id)
        links.append(found)
    return tuple(links)


def _followed(members: Sequence[Member], twins: Mapping[int, Sequence[tuple[float, int]]]) -> dict[int, Twin]:
    """Place of a member without a story -> the text most like it, of those before it."""
    places = {member.article_id: place for place, member in enumerate(members)}
    found = {}
    for place, member in enumerate(members):
        if member.story_id is None:
            known = ((places.get(one, place), score) for score, one in twins.get(member.article_id, ()))
            twin = next((Twin(*one) for one in known if one[0] < place), None)
            if twin is not None:
                found[place] = twin
    return found


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
        self._at = np.fromiter(((member.at - EPOCH) // INSTANT for member in members), np.int64, len(members))
        self._story = np.zeros(len(members), np.int64)
        self._is_placed = np.zeros(len(members), np.bool_)
        for place, member in enumerate(members):
            if member.story_id is not None:
                self.put(place, member.story_id)

    def put(self, place: int, story_id: int) -> None:
        """The article is part of this story."""
        self.stories[story_id].append(place)
        self._story[place], self._is_placed[place] = story_id, True

    def take(self, place: int) -> None:
        """The article is part of no story any more."""
        self.stories[int(self._story[place])].remove(place)
        self._is_placed[place] = False

    def follow(self, place: int, twin: int, score: float) -> StoryLink:
        """Into the story of another text, which is as like it as that."""
        one, other = self.members[place].article_id, self.members[twin].article_id
        return StoryLink(one, int(self._story[twin]), score, other)

    def join(self, place: int, common: Floats) -> StoryLink:
        """The best story at or over the threshold, else a new one. `common` is what `probe` gave."""
        article_id, stories = self.members[place].article_id, self.candidates(common)
        matches = self.match(place, [self.stories[story_id] for story_id in stories], at_least=JOIN_AT)
        ranked = sorted((-match.score, story_id, match) for match, story_id in zip(matches, stories, strict=True))
        for minus_score, story_id, match in ranked:
            if -minus_score < self.threshold(place):
                break
            if not self.is_another(place, self.stories[story_id]):
                nearest = self._nearest(self.stories[story_id], match.likeness)
                shared = self.shared_terms(place, nearest)
                linked_to = self.members[nearest].article_id
                return StoryLink(article_id, story_id, round(match.score, 4), linked_to, shared)
        return StoryLink(article_id, article_id, 0.0)

    def _nearest(self, story: Sequence[int], likeness: Sequence[float]) -> int:
        """Place of the recent member that is most alike; of equal ones the lowest id."""
        recent = zip(likeness, story[-RECENT_MEMBERS:], strict=True)
        return max(recent, key=lambda one: (one[0], -self.members[one[1]].article_id))[1]

    def likeness(self, place: int, other: int) -> float:
        """Of two articles, 0..1."""
        return float(self._gallery.likeness(place, np.array([other]))[0])

    def shared_terms(self, place: int, other: int) -> tuple[str, ...]:
        """The terms that weigh most in the likeness of two articles."""
        return self._gallery.heaviest_shared(place, other, SHARED_TERMS)

    def threshold(self, place: int) -> float:
        """The score at which an article joins a story."""
        return JOIN_SHORT_AT if self._gallery.is_short(place) else JOIN_AT

    def probe(self, places: Sequence[int]) -> Iterator[Floats]:
        """For each of these articles, what it has in common with every article in its heaviest terms."""
        return self._gallery.probe(places)

    def candidates(self, common: Floats) -> list[int]:
        """Stories of the articles with which one has most in common, the most promising first."""
        (near,) = ((common > 0) & self._is_placed).nonzero()
        stories, common = self._story[near], common[near]
        if len(common) > NEIGHBOURS:
            most = common >= np.partition(common, -NEIGHBOURS)[-NEIGHBOURS]
            stories, common = stories[most], common[most]
        return _first(CANDIDATES, stories[np.lexsort((stories, -common))].tolist())

    def match(self, place: int, stories: Sequence[Sequence[int]], *, at_least: float = 0.0) -> list[Match]:
        """How like an article is to each story, given as places of its members in order of time.

        Where even the nearest is less alike than `at_least`, the score is 0.
        """
        if not stories:
            return []
        recent = [story[-RECENT_MEMBERS:] for story in stories]
        others = np.array([other for story in recent for other in story])
        ends = list(accumulate(map(len, recent)))
        firsts = [0, *ends[:-1]]
        # Where a story is told in the article's language, the other language alone does not draw it in.
        is_told = np.logical_or.reduceat(self._gallery.in_language_of(place, others), firsts)
        scale = np.where(is_told, 1.0, CROSS_SCALE).repeat([len(story) for story in recent])
        likeness = self._gallery.likeness(place, others, scale)
        highest = np.maximum.reduceat(likeness, firsts).tolist()
        quiet = np.minimum.reduceat(np.abs(self._at[others] - self._at[place]), firsts).tolist()
        alike = likeness.tolist()
        return [
            _match(alike[first:end], top, instants) if top >= at_least else Match(0.0, ())
            for first, end, top, instants in zip(firsts, ends, highest, quiet, strict=True)
        ]

    def is_another(self, place: int, story: Sequence[int]) -> bool:
        """True where a recent member of the story tells of another event of the kind."""
        return any(is_another(self.members[place], self.members[other]) for other in story[-RECENT_MEMBERS:])


def _match(likeness: Sequence[float], top: float, quiet: int) -> Match:
    return Match((sum(likeness) / len(likeness) + top) / 2 * kept_after(quiet * INSTANT), likeness)


def _first(limit: int, stories: Iterable[int]) -> list[int]:
    """The first ones that differ."""
    found: dict[int, None] = {}
    for story in stories:
        found[story] = None
        if len(found) == limit:
            break
    return list(found)


def is_another(one: Member, other: Member) -> bool:
    """True for two issues of a recurring page, two matches, two earthquakes: like words about another event."""
    first, second = one.title, other.title
    returned = abs(one.at - other.at) >= RETURNED and overlap(first.headline, second.headline) >= SAME_WORDING
    return (
        returned or recurring(first.headline, second.headline) or occasions.is_another(first.occasion, second.occasion)
    )


def kept_after(quiet: timedelta) -> float:
    """Share of a score that is left after a quiet time: less every day, nothing after a week."""
    return 1 - FADE * (quiet / timedelta(days=1)) if quiet <= QUIET else 0.0
