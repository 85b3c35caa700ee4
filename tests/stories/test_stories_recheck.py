"""The second look parts and joins what is clear, in a fixed order, and takes nothing back."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import Duplicate, StoryChange, StoryInput
from monitor.stories import recheck as second_look
from monitor.stories.grouping import Member
from monitor.stories.recheck import Settled
from monitor.stories.sparse import Lexicon
from monitor.stories.vectors import profiles

T0 = datetime(2026, 6, 1, 12, tzinfo=UTC)
BRIDGE = (
    "Colapsa puente Solidaridad en Chiclayo tras crecida del río",
    "Crecida del río derriba el puente Solidaridad de Chiclayo",
    "Puente Solidaridad de Chiclayo colapsa por la crecida del río",
    "Río crecido derriba el puente Solidaridad en Chiclayo",
)
PORT = "Puerto de Paracas recibe grúas nuevas para el muelle norte"
OTHERS = (
    "Hospital de Tumbes estrena sala de partos",
    "Festival de cine andino abre con documental sobre quesos",
    "Exportación de arándanos crece en el primer trimestre",
    "Sunat amplía plazo para declarar la renta",
)


LEXICON = Lexicon()


def recheck(found: Sequence[Member], duplicates: Sequence[Duplicate], settled: Settled) -> tuple[StoryChange, ...]:
    return second_look(found, LEXICON, duplicates, settled)


def members(*stories: Sequence[tuple[int, str]]) -> list[Member]:
    """Articles by number and title; each group is one story, that of its first article."""
    placed = [
        StoryInput(number, "s", "o", "es", T0 + timedelta(hours=number), title, "", "", story_id=group[0][0])
        for group in (*stories, *([(90 + n, title)] for n, title in enumerate(OTHERS)))
        for number, title in group
    ]
    known = profiles(placed, LEXICON)
    return [Member.of(one, known[one.article_id]) for one in placed]


def applied(found: Sequence[Member], changes: Sequence[StoryChange]) -> list[Member]:
    """Members where the changes put them."""
    merged = {one.story_id: one.into_id for one in changes if one.action == "merge"}
    split = {one.article_id: one.into_id for one in changes if one.action == "split"}
    return [
        replace(one, story_id=split.get(one.article_id, merged.get(one.story_id or 0, one.story_id))) for one in found
    ]


TWO = (list(enumerate(BRIDGE[:2], 1)), list(enumerate(BRIDGE[2:], 3)))
MIXED = [(1, BRIDGE[0]), (2, BRIDGE[1]), (3, PORT), (4, BRIDGE[2])]


def test_two_stories_of_one_event_are_joined_into_the_older() -> None:
    """The change names both, what they score and what it took; looked at again, nothing is left to do."""
    found = members(*TWO)
    (change,) = recheck(found, (), Settled())
    assert (change.action, change.story_id, change.article_id, change.into_id) == ("merge", 3, None, 1)
    assert change.score >= change.join_at
    assert recheck(applied(found, [change]), (), Settled()) == ()


def test_a_foreign_member_leaves_under_its_own_id() -> None:
    """The others stay; looked at again, it does not come back."""
    found = members(MIXED)
    (change,) = recheck(found, (), Settled())
    assert (change.action, change.story_id, change.article_id, change.into_id) == ("split", 1, 3, 3)
    assert change.score < change.join_at
    assert recheck(applied(found, [change]), (), Settled(parted=frozenset({(3, 1)}))) == ()


def test_what_people_decided_is_left_alone() -> None:
    """Neither joined nor parted, on either side."""
    for story in (1, 3):
        assert recheck(members(*TWO), (), Settled(stories=frozenset({story}))) == ()
    assert recheck(members(MIXED), (), Settled(stories=frozenset({1}))) == ()


def test_copies_stay_together_and_earlier_changes_stand() -> None:
    """No split where a copy stays behind, where the article came with a merge, or where its id meant a story."""
    found = members(MIXED)
    for bond in ((3, 2), (2, 3)):
        assert recheck(found, [Duplicate(*bond, "near", 0.9)], Settled()) == ()
    assert recheck(found, [Duplicate(3, 2, "shares_passage", 0.9)], Settled()) != ()
    assert recheck(found, (), Settled(joined=frozenset({3}))) == ()
    assert recheck(found, (), Settled(openers=frozenset({3}))) == ()
    assert recheck(members(*TWO), (), Settled(parted=frozenset({(3, 1)}))) == ()


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False))
def test_input_order_makes_no_difference(shuffler: random.Random) -> None:
    """Shuffled members give the same changes in the same order."""
    found = members(*TWO, [(11, PORT), (12, PORT), (13, "Sismo de magnitud 4.1 en Ica")])
    expected = recheck(found, (), Settled())
    assert {change.action for change in expected} == {"merge", "split"}
    shuffler.shuffle(found)
    assert recheck(found, (), Settled()) == expected


def test_nothing_in_nothing_out() -> None:
    """Without articles there is nothing to change; nor with single ones that have nothing in common."""
    assert recheck((), (), Settled()) == ()
    assert recheck(members(), (), Settled()) == ()
