"""Which articles tell of one event: an online single pass over the window. Decides nothing about equal texts."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from itertools import islice

from monitor.model import Duplicate, StoryInput, StoryLink
from monitor.stories import occasions
from monitor.stories.occasions import Occasion, occasion
from monitor.stories.templates import Headline, headline, overlap, recurring
from monitor.stories.vectors import CROSS_SCALE, Profile, heaviest_shared, profiles, similarity

JOIN_AT = 0.23
# A title and a summary share a place and a verb by chance; read on real feeds, joins under this were half wrong.
JOIN_SHORT_AT = 0.28
RECENT_MEMBERS = 30
CANDIDATES = 12
PROBE_TERMS = 30
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
    def of(cls, article: StoryInput, profile: Profile) -> Member:
        """An article with its profile."""
        return cls(article.article_id, article.at, article.title, profile, article.story_id)

    @cached_property
    def headline(self) -> Headline:
        return headline(self.title, self.profile.lang)

    @cached_property
    def probes(self) -> tuple[tuple[str, float], ...]:
        """The heaviest terms."""
        return tuple(islice(self.profile.own.items(), PROBE_TERMS))

    @cached_property
    def shared_probes(self) -> tuple[tuple[str, float], ...]:
        return tuple(islice(self.profile.shared.items(), PROBE_TERMS))

    @cached_property
    def occasion(self) -> Occasion:
        return occasion(self.title, self.profile.lang)


def assign(
    articles: Sequence[StoryInput], window: Sequence[StoryInput], duplicates: Sequence[Duplicate] = ()
) -> tuple[StoryLink, ...]:
    """One link for every article that has no story yet, in order of (at, id); input order makes no difference.

    `window` holds the placed articles of the last days (those without a story only weigh the terms).
    A story that is opened carries the id of its first article. Duplicates follow their original where that
    one is known here.
    """
    everything = {one.article_id: one for one in (*articles, *window)}
    known = profiles(_in_order(everything.values()))
    wanted = {one.article_id for one in articles}
    members = [Member.of(one, known[one.article_id]) for one in everything.values()]
    return link([one for one in members if one.story_id is not None or one.article_id in wanted], duplicates)


def link(members: Iterable[Member], duplicates: Sequence[Duplicate] = ()) -> tuple[StoryLink, ...]:
    """`assign` for articles that are weighed already: one link for every member that has no story yet."""
    board, twins = Board(), twins_of(duplicates)
    fresh = []
    for member in sorted(members, key=lambda one: (one.at, one.article_id)):
        if member.story_id is None:
            fresh.append(member)
        else:
            board.add(member, member.story_id)
    links = []
    for member in fresh:
        found = board.follow(member, twins.get(member.article_id, ())) or board.place(member)
        board.add(member, found.story_id)
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


class Postings(dict[str, dict[int, float]]):
    """Term -> the stories that have it among their heaviest, with the most that it weighs there."""

    def add(self, probes: Sequence[tuple[str, float]], story_id: int) -> None:
        """One more article of a story."""
        for term, weight in probes:
            stories = self.get(term)
            if stories is None:
                self[term] = {story_id: weight}
            elif weight > stories.get(story_id, 0.0):
                stories[story_id] = weight

    def collect(self, probes: Sequence[tuple[str, float]], found: dict[int, float]) -> None:
        """Add to `found` what each story has in common with these terms."""
        for term, weight in probes:
            for story_id, other in self.get(term, _NO_STORIES).items():
                found[story_id] += weight * other


_NO_STORIES: dict[int, float] = {}


@dataclass(slots=True)
class Board:
    """Stories so far, with an inverted index over the terms of their members."""

    stories: dict[int, list[Member]] = field(default_factory=dict)
    story_of: dict[int, int] = field(default_factory=dict)
    own: dict[str, Postings] = field(default_factory=lambda: defaultdict(Postings))
    shared: dict[str, Postings] = field(default_factory=lambda: defaultdict(Postings))

    def add(self, member: Member, story_id: int) -> None:
        self.stories.setdefault(story_id, []).append(member)
        self.story_of[member.article_id] = story_id
        lang = member.profile.lang
        self.own[lang].add(member.probes, story_id)
        self.shared[lang].add(member.shared_probes, story_id)

    def follow(self, member: Member, twins: Sequence[tuple[float, int]]) -> StoryLink | None:
        """The story of the text most like this one, where that text is on the board."""
        for score, article_id in twins:
            if article_id in self.story_of:
                return StoryLink(member.article_id, self.story_of[article_id], score, article_id)
        return None

    def place(self, member: Member) -> StoryLink:
        """The best story at or over the threshold, else a new one."""
        best = max((self.match(member, story_id) for story_id in self.candidates(member)), default=None)
        if best is None or best[0] < threshold(member.profile):
            return StoryLink(member.article_id, member.article_id, 0.0)
        score, _, nearest_id = best
        story_id = self.story_of[nearest_id]
        nearest = next(one for one in self.stories[story_id] if one.article_id == nearest_id)
        shared = heaviest_shared(member.profile, nearest.profile, SHARED_TERMS)
        return StoryLink(member.article_id, story_id, round(score, 4), nearest_id, shared)

    def candidates(self, member: Member) -> list[int]:
        """Stories with the same heavy terms, the most promising first; between languages the shared terms."""
        found: dict[int, float] = defaultdict(float)
        for lang, postings in self.own.items():
            if lang == member.profile.lang:
                postings.collect(member.probes, found)
            else:
                self.shared[lang].collect(member.shared_probes, found)
        return heapq.nsmallest(CANDIDATES, found, key=lambda story_id: (-found[story_id], story_id))

    def match(self, member: Member, story_id: int) -> tuple[float, int, int]:
        """Score, and the nearest member; the middle value breaks ties in favour of the older story."""
        recent = self.stories[story_id][-RECENT_MEMBERS:]
        # Where a story is told in the member's language, the other language alone does not draw it in.
        is_told = any(other.profile.lang == member.profile.lang for other in recent)
        scale = 1.0 if is_told else CROSS_SCALE
        scored = [(similarity(member.profile, other.profile, scale), -other.article_id) for other in recent]
        top, minus_id = max(scored)
        mean = sum(score for score, _ in scored) / len(scored)
        score = (mean + top) / 2 * kept_after(min(abs(member.at - other.at) for other in recent))
        # What stays below the threshold anyway need not be looked at for days and matches in its titles.
        again = score >= JOIN_AT and any(is_another(member, other) for other in recent)
        return 0.0 if again else score, -story_id, -minus_id


def is_another(one: Member, other: Member) -> bool:
    """True for two issues of a recurring page, two matches, two earthquakes: like words about another event."""
    returned = abs(one.at - other.at) >= RETURNED and overlap(one.headline, other.headline) >= SAME_WORDING
    return returned or recurring(one.headline, other.headline) or occasions.is_another(one.occasion, other.occasion)


def threshold(profile: Profile) -> float:
    """The score at which an article joins a story."""
    return JOIN_SHORT_AT if profile.is_short else JOIN_AT


def kept_after(quiet: timedelta) -> float:
    """Share of a score that is left after a quiet time: less every day, nothing after a week."""
    return 1 - FADE * (quiet / timedelta(days=1)) if quiet <= QUIET else 0.0
