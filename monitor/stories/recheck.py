"""A second look at the stories of some days, now that all of their articles are known: what to part, what to join.

Proposes only. It is slow to change its mind: a story is joined or parted where the figures are clearly over or under
what they were when an article came in.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.model import Duplicate, StoryChange
from monitor.stories.grouping import CANDIDATES, RECENT_MEMBERS, Board, Member, threshold, twins_of

MERGE_MARGIN = 0.05
SPLIT_MARGIN = 0.05

Stories = Mapping[int, Sequence[Member]]


@dataclass(frozen=True, slots=True)
class Settled:
    """What stands: stories people decided about, articles that opened one, and what was parted or joined before."""

    stories: frozenset[int] = frozenset()
    openers: frozenset[int] = frozenset()
    joined: frozenset[int] = frozenset()  # articles that came with a merge
    parted: frozenset[tuple[int, int]] = frozenset()  # stories, the one that an article left first


def recheck(members: Iterable[Member], duplicates: Sequence[Duplicate], settled: Settled) -> tuple[StoryChange, ...]:
    """Splits, then merges, of stories as placed; in a fixed order, whatever the order of the input.

    Articles of one text stay together. What an earlier re-check did is not taken back, so that no article wanders.
    """
    stories = _stories(one for one in members if one.story_id not in settled.stories)
    bonds = {article: {other for _, other in found} for article, found in twins_of(duplicates).items()}
    splits = [change for story in sorted(stories) for change in _splits(stories[story], bonds, settled)]
    left = {change.article_id for change in splits}
    rest = {story: [one for one in found if one.article_id not in left] for story, found in stories.items()}
    return (*splits, *_merges(rest, settled))


def _stories(members: Iterable[Member]) -> dict[int, list[Member]]:
    stories: dict[int, list[Member]] = defaultdict(list)
    for member in sorted(members, key=lambda one: (one.at, one.article_id)):
        if member.story_id is not None:
            stories[member.story_id].append(member)
    return stories


# ---------------------------------------------------------------- splits


def _splits(story: Sequence[Member], bonds: Mapping[int, set[int]], settled: Settled) -> Iterator[StoryChange]:
    """Members that the others of their story are hardly like, the latest first; the earliest one stays."""
    rest = list(story)
    for place in range(len(story) - 1, 0, -1):
        member, others = rest[place], rest[:place] + rest[place + 1 :]
        if not _is_free(member, others, bonds, settled):
            continue
        score, needed = _against(member, others[-RECENT_MEMBERS:]), threshold(member.profile) - SPLIT_MARGIN
        if score < needed:
            rest = others
            reason = "hardly like the rest of its story, now that all of it is known"
            assert member.story_id is not None
            yield StoryChange("split", member.story_id, member.article_id, member.article_id, score, needed, reason)


def _is_free(member: Member, others: Sequence[Member], bonds: Mapping[int, set[int]], settled: Settled) -> bool:
    """Whether it may leave: no copy of it stays behind, and its own id never meant a story."""
    kept = settled.openers | settled.joined
    same_text = bonds.get(member.article_id, set())
    return member.article_id not in kept and not any(one.article_id in same_text for one in others)


def _against(member: Member, others: Sequence[Member]) -> float:
    """What `member` would score today against a story of the others."""
    board = Board()
    for other in others:
        board.add(other, 0)
    return round(board.match(member, 0)[0], 4)


# ---------------------------------------------------------------- merges


def _merges(stories: Stories, settled: Settled) -> Iterator[StoryChange]:
    """Pairs of stories of which one would be placed in the other today; each story at most once, the surest first."""
    board = Board()
    for story, members in stories.items():
        for member in members:
            board.add(member, story)
    found = [change for story in sorted(stories) for change in _mergers(story, stories, board, settled)]
    done: set[int] = set()
    for change in sorted(found, key=lambda one: (-one.score, one.story_id, one.into_id)):
        if not done & {change.story_id, change.into_id}:
            done |= {change.story_id, change.into_id}
            yield change


def _mergers(story: int, stories: Stories, board: Board, settled: Settled) -> Iterator[StoryChange]:
    """Larger (or older) stories that this one could become part of; the older one keeps its id."""
    mine = stories[story][-RECENT_MEMBERS:]
    needed = max(threshold(one.profile) for one in mine) + MERGE_MARGIN
    for other in _neighbours(story, mine, board):
        if _rank(stories[other]) <= _rank(stories[story]) or {(story, other), (other, story)} & settled.parted:
            continue
        score = round(sum(board.match(one, other)[0] for one in mine) / len(mine), 4)
        if score >= needed:
            gone, kept = sorted((story, other), key=lambda one: _age(stories[one]), reverse=True)
            reason = f"{len(mine)} of its articles would be placed there today" if len(mine) > 1 else "would join today"
            yield StoryChange("merge", gone, None, kept, score, needed, reason)


def _neighbours(story: int, mine: Sequence[Member], board: Board) -> list[int]:
    seen = Counter(other for member in mine for other in board.candidates(member) if other != story)
    return sorted(seen, key=lambda other: (-seen[other], other))[:CANDIDATES]


def _rank(story: Sequence[Member]) -> tuple[int, float, int]:
    """Larger stories come later, of equal ones the older."""
    return len(story), -story[0].at.timestamp(), -story[0].article_id


def _age(story: Sequence[Member]) -> tuple[float, int]:
    return story[0].at.timestamp(), story[0].article_id
