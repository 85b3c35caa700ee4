"""A second look at the stories of some days, now that all of their articles are known: what to part, what to join.

Proposes only. It is slow to change its mind: a story is joined or parted where the figures are clearly over or under
what they were when an article came in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.model import Duplicate, StoryChange
from monitor.stories.grouping import CANDIDATES, JOIN_AT, RECENT_MEMBERS, Board, Member, twins_of
from monitor.stories.sparse import Lexicon

ROUNDED = 0.0001  # a score is rounded up by less
MERGE_MARGIN = 0.05
SPLIT_MARGIN = 0.05
Near = dict[int, list[int]]  # place -> candidates
Rank = tuple[int, float, int]


@dataclass(frozen=True, slots=True)
class Settled:
    """What stands: stories people decided about, articles that opened one, and what was parted or joined before."""

    stories: frozenset[int] = frozenset()
    openers: frozenset[int] = frozenset()
    joined: frozenset[int] = frozenset()  # articles that came with a merge
    parted: frozenset[tuple[int, int]] = frozenset()  # stories, the one that an article left first


def recheck(
    members: Iterable[Member], lexicon: Lexicon, duplicates: Sequence[Duplicate], settled: Settled
) -> tuple[StoryChange, ...]:
    """Splits, then merges, of stories as placed; in a fixed order, whatever the order of the input.

    Articles of one text stay together. What an earlier re-check did is not taken back, so that no article wanders.
    `lexicon` is the one that members were weighed with.
    """
    board = _board(members, lexicon, settled)
    bonds = {article: {other for _, other in found} for article, found in twins_of(duplicates).items()}
    splits = [change for story in sorted(board.stories) for change in _splits(story, board, bonds, settled)]
    return (*splits, *_merges(board, settled))


def _board(members: Iterable[Member], lexicon: Lexicon, settled: Settled) -> Board:
    """The articles in order of time, where they stand."""
    placed = [one for one in members if one.story_id is not None and one.story_id not in settled.stories]
    return Board(sorted(placed, key=lambda one: (one.at, one.article_id)), lexicon)


# ---------------------------------------------------------------- splits


def _splits(story: int, board: Board, bonds: Mapping[int, set[int]], settled: Settled) -> Iterator[StoryChange]:
    """Members that the others of their story are hardly like, the latest first; the earliest one stays."""
    for place in board.stories[story][:0:-1]:
        member, others = board.members[place], [one for one in board.stories[story] if one != place]
        if not _is_free(member, [board.members[one] for one in others], bonds, settled):
            continue
        score, needed = round(_score(place, others, board), 4), board.threshold(place) - SPLIT_MARGIN
        if score < needed:
            board.take(place)
            reason = "hardly like the rest of its story, now that all of it is known"
            yield StoryChange("split", story, member.article_id, member.article_id, score, needed, reason)


def _score(place: int, story: Sequence[int], board: Board) -> float:
    """What stays below the threshold anyway need not be looked at for days and matches in its titles."""
    score = board.match(place, [story])[0].score
    return 0.0 if score >= JOIN_AT and board.is_another(place, story) else score


def _is_free(member: Member, others: Sequence[Member], bonds: Mapping[int, set[int]], settled: Settled) -> bool:
    """Whether it may leave: no copy of it stays behind, and its own id never meant a story."""
    kept = settled.openers | settled.joined
    same_text = bonds.get(member.article_id, set())
    return member.article_id not in kept and not any(one.article_id in same_text for one in others)


# ---------------------------------------------------------------- merges


def _merges(board: Board, settled: Settled) -> Iterator[StoryChange]:
    """Pairs of stories of which one would be placed in the other today; each story at most once, the surest first."""
    near, ranks = _near(board), {story: _rank(story, board) for story in board.stories}
    found = [change for story in sorted(board.stories) for change in _mergers(story, board, near, ranks, settled)]
    done: set[int] = set()
    for change in sorted(found, key=lambda one: (-one.score, one.story_id, one.into_id)):
        if not done & {change.story_id, change.into_id}:
            done |= {change.story_id, change.into_id}
            yield change


def _near(board: Board) -> Near:
    """Place of every recent member -> candidates."""
    recent = sorted(place for story in board.stories.values() for place in story[-RECENT_MEMBERS:])
    return {place: board.candidates(common) for place, common in zip(recent, board.probe(recent), strict=True)}


def _mergers(
    story: int, board: Board, near: Near, ranks: Mapping[int, Rank], settled: Settled
) -> Iterator[StoryChange]:
    """Larger (or older) stories that this one could become part of; the older one keeps its id."""
    mine = board.stories[story][-RECENT_MEMBERS:]
    needed = max(map(board.threshold, mine)) + MERGE_MARGIN
    larger = [
        other
        for other in _neighbours(story, mine, near)
        if ranks[other] > ranks[story] and not {(story, other), (other, story)} & settled.parted
    ]
    stories, at_least = [board.stories[other] for other in larger], needed - ROUNDED if len(mine) == 1 else 0.0
    scores = [[match.score for match in board.match(one, stories, at_least=at_least)] for one in mine]
    for other, of_mine in zip(larger, zip(*scores, strict=True), strict=True):
        if _mean(of_mine) < needed:
            continue
        score = _mean([_score(one, board.stories[other], board) for one in mine])
        if score >= needed:
            gone, kept = sorted((story, other), key=lambda one: _age(one, board), reverse=True)
            reason = f"{len(mine)} of its articles would be placed there today" if len(mine) > 1 else "would join today"
            yield StoryChange("merge", gone, None, kept, score, needed, reason)


def _mean(scores: Sequence[float]) -> float:
    return round(sum(scores) / len(scores), 4)


def _neighbours(story: int, mine: Sequence[int], near: Near) -> list[int]:
    seen = Counter(other for place in mine for other in near[place] if other != story)
    return sorted(seen, key=lambda other: (-seen[other], other))[:CANDIDATES]


def _rank(story: int, board: Board) -> Rank:
    """Larger stories come later, of equal ones the older."""
    at, article_id = _age(story, board)
    return len(board.stories[story]), -at, -article_id


def _age(story: int, board: Board) -> tuple[float, int]:
    first = board.members[board.stories[story][0]]
    return first.at.timestamp(), first.article_id
