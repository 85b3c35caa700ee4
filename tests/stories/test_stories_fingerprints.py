"""What a text leaves in the table of fingerprints: the same for good, for it is held against what was stored before."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from monitor.model import StoryInput
from monitor.stories.fingerprints import Print, fingerprint, without, words_of
from monitor.stories.terms import plain


def printed(body: str) -> Print:
    return fingerprint(StoryInput(1, "uno", "", "es", datetime(2026, 6, 1, tzinfo=UTC), "", "", body))


def test_the_values_of_a_short_text_are_those_of_all_its_shingles() -> None:
    """Folded, without signs, four words at a time; the hash is BLAKE2b of 64 bits, high byte first."""
    found = printed("«El Niño» llegó: 1,5 °C más en Piura.")
    assert found.words == (b"el", b"nino", b"llego", b"1", b"5", b"c", b"mas", b"en", b"piura")
    assert found.values == {
        b"el nino llego 1": 2206861752535088007,
        b"nino llego 1 5": 9795774277724881897,
        b"llego 1 5 c": 4216370528625065454,
        b"1 5 c mas": 3174574490127943781,
        b"5 c mas en": 5569448672986367981,
        b"c mas en piura": 10679330857482997844,
    }


def test_of_a_long_text_one_in_four_is_kept() -> None:
    """Which ones, follows from the shingle alone."""
    found = printed(" ".join(f"palabra{number}" for number in range(400)))
    assert (len(found.shingles), len(found.sample), min(found.sample)) == (397, 100, 60345099539704116)
    assert found.sample == printed(" ".join(f"palabra{number}" for number in range(400)).upper()).sample


@given(st.text())
def test_words_are_runs_of_letters_figures_and_underscores(text: str) -> None:
    """Whatever else is written between them, in whatever script."""
    assert [word.decode() for word in words_of(text)] == re.findall(r"\w+", plain(text))


@given(st.text(st.sampled_from("ab_1 ™ﬁé.²"), max_size=200))
def test_a_text_is_cut_where_its_furniture_stands(text: str) -> None:
    """What is left has no value of the furniture, and nothing is cut without any."""
    found = printed(text)
    assert without(found, set()) == found
    furniture = set(sorted(found.sample)[::2])
    assert without(found, furniture).sample == found.sample - furniture
