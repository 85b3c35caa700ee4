"""Groups of one text follow from the relations alone, whatever order they are told in."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Duplicate
from monitor.stories.groups import EDITED, SAME, Place, Text, groups

T0 = datetime(2026, 6, 1, tzinfo=UTC)
RELATIONS = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9), st.sampled_from([*sorted(SAME | EDITED), "excerpt_of"])),
    max_size=20,
)


def text(number: int, *, hour: int = 0, aggregator: bool = False, words: int = 100, seq: int | None = None) -> Text:
    return Text(number, T0 + timedelta(hours=hour), aggregator, words, number if seq is None else seq)


def relation(one: int, other: int, name: str = "near", similarity: float = 0.8) -> Duplicate:
    return Duplicate(one, other, name, similarity)


def test_the_canonical_article_is_the_earliest_then_an_outlets_own_then_the_longest() -> None:
    """Each of the three decides where those before it are equal."""
    pairs = [relation(one, other) for one in range(4) for other in range(one)]
    for texts, canonical in (
        ([text(0, hour=3), text(1, hour=1), text(2, hour=2), text(3, hour=2)], 1),
        ([text(0, aggregator=True), text(1), text(2), text(3)], 1),
        ([text(0), text(1), text(2, words=101), text(3)], 2),
    ):
        assert {place.canonical_id for place in groups(texts, pairs).values()} == {canonical}


def test_equal_texts_are_one_even_where_only_one_of_them_was_verified() -> None:
    """2 is a version of 1, and 3 is word for word 2."""
    places = groups([text(n, hour=n) for n in (1, 2, 3)], [relation(2, 1), relation(3, 2, "exact")])
    assert set(places.values()) == {Place(1, 1)}


def test_a_text_between_two_groups_joins_the_one_it_is_most_like() -> None:
    """It brings them together neither way: 1 and 2 were not found alike."""
    places = groups(
        [text(n, hour=n) for n in (1, 2, 3)], [relation(3, 1, similarity=0.6), relation(3, 2, similarity=0.9)]
    )
    assert places == {1: Place(1, 1), 2: Place(2, 2), 3: Place(2, 2)}


@given(relations=RELATIONS, shuffler=st.randoms(use_true_random=False))
def test_order_makes_no_difference_and_every_member_is_verified(
    relations: list[tuple[int, int, str]], shuffler: random.Random
) -> None:
    """A member, or one with the same words, has a relation with the canonical article; ids are those of members."""
    texts = [text(number, hour=(7 * number) % 10, seq=(3 * number) % 10) for number in range(10)]
    found = [relation(one, other, name) for one, other, name in relations if one != other]
    places = groups(texts, found)
    for given_in in (texts, found):
        shuffler.shuffle(given_in)
    assert groups(texts, found) == places
    connected = {frozenset((one.article_id, one.of_id)) for one in found if one.relation in SAME | EDITED}
    equal = groups(texts, [one for one in found if one.relation in SAME])
    for number, place in places.items():
        same = {other for other in equal if equal[other] == equal[number]}
        first = {other for other in equal if equal[other] == equal[place.canonical_id]}
        assert same == first or any(frozenset((a, b)) in connected for a in same for b in first)
        assert places[place.group_id].group_id == place.group_id
