"""One article held against many in arrays gives what reckoning pair by pair gives."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.stories.likeness import CROSS_SCALE, FEWEST, NAMELESS, NOTICE, PIVOT, SHORT, SLOPE, Gallery
from monitor.stories.sparse import SCALE, Lexicon, Row
from monitor.stories.vectors import Profile

Weights = Mapping[str, int]  # hundred-thousandths by term
Article = tuple[str, Weights, Weights, Weights]  # language, own, shared, title

WORDS = [f"palabra{n}" for n in range(60)]
vectors = st.dictionaries(st.sampled_from(WORDS), st.integers(1, SCALE), max_size=SHORT + 10)
articles = st.tuples(
    st.sampled_from(["es", "en"]), vectors, vectors, st.dictionaries(st.sampled_from(WORDS), st.integers(1, 900_000))
)


def row(weights: Weights, lexicon: Lexicon) -> Row:
    heaviest = sorted(weights, key=lambda term: -weights[term])
    return Row.of(lexicon.numbers(heaviest), np.array([weights[term] / SCALE for term in heaviest]))


def gallery(found: Sequence[Article]) -> Gallery:
    lexicon = Lexicon()
    return Gallery([Profile(lang, *(row(part, lexicon) for part in parts)) for lang, *parts in found], lexicon)


def cosine(one: Weights, other: Weights, few: int) -> float:
    """As the rule is told: of a dot product one term may give half, two give two thirds."""
    products = sorted((weight * other[term] for term, weight in one.items() if term in other), reverse=True)
    limits = [(count + 1) * sum(products[count:]) for count in range(few + 1)]
    return min(1.0, min(limits) / SCALE**2)


def told(title: Weights, text: Weights) -> float:
    total = sum(title.values())
    return sum(weight for term, weight in title.items() if term in text) / total if total else 0.0


def expected(one: Article, other: Article) -> float:
    (lang, own, shared, title), (other_lang, other_own, other_shared, other_title) = one, other
    if lang != other_lang:
        return min(1.0, CROSS_SCALE * cosine(shared, other_shared, 1))
    if len(own) < SHORT and len(other_own) < SHORT:
        return math.sqrt(cosine(own, other_own, 2) * min(told(title, other_own), told(other_title, own)))
    alike = cosine(own, other_own, 1)
    if alike >= NOTICE and max(told(title, other_own), told(other_title, own)) < NAMELESS:
        return 0.0
    return min(1.0, alike * (PIVOT / max(FEWEST, min(len(own), len(other_own)))) ** SLOPE)


@given(st.lists(articles, min_size=2, max_size=8))
def test_all_at_once_is_pair_by_pair(found: list[Article]) -> None:
    """Whatever the languages and lengths, also for texts without a single term."""
    several = gallery(found).likeness(0, np.arange(1, len(found)))
    assert several.tolist() == pytest.approx([expected(found[0], other) for other in found[1:]], abs=1e-12)


@given(st.lists(articles, min_size=2, max_size=8))
def test_what_shares_no_heavy_term_is_not_proposed(found: list[Article]) -> None:
    """Proposed are those with a common term among the thirty heaviest, of the language or between languages."""
    (common,) = gallery(found).probe([0])
    lang, own, shared, _ = found[0]
    mine = {False: own, True: shared}

    def heaviest(weights: Weights) -> set[str]:
        return set(sorted(weights, key=lambda term: -weights[term])[:30])

    wanted = {
        place
        for place, (other_lang, other_own, other_shared, _) in enumerate(found)
        if heaviest(mine[other_lang != lang]) & heaviest(other_shared if other_lang != lang else other_own)
    }
    assert set(np.flatnonzero(common).tolist()) == wanted
    assert all(common >= 0)


@given(vectors)
def test_a_row_comes_back_as_it_was_packed(weights: Weights) -> None:
    """Also in the numbers of another lexicon."""
    lexicon, other = Lexicon(), Lexicon()
    other.numbers(reversed(WORDS))
    packed = row(weights, lexicon).packed(lexicon)
    assert Row.unpacked(*packed, other).packed(other) == packed


def test_the_terms_that_weigh_most_are_named() -> None:
    """By the product of both weights, equal ones by name; marks of concepts and figures are left out."""
    one = ("es", {"río": 9, "puente": 5, "lima": 5, "solo": 99}, {"=rio": 4, "#120": 5}, {})
    same, foreign = ("es", {"río": 1, "puente": 9, "lima": 9}, {}, {}), ("en", {}, {"=rio": 4, "#120": 5}, {})
    found = gallery([one, same, foreign])
    assert found.heaviest_shared(0, 1, 2) == ("lima", "puente")
    assert found.heaviest_shared(0, 2, 8) == ("120", "rio")
