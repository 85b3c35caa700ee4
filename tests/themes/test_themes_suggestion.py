"""Suggested terms: what sets the texts of a theme apart, without what the theme has already."""

from __future__ import annotations

import pytest

from monitor.themes import Rules, load
from monitor.themes.suggestion import Contrast

PLACES = ("Paita", "Ilo", "Callao", "Chancay", "Matarani", "Pisco", "Talara", "Huacho")


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load()


@pytest.fixture
def contrast() -> Contrast:
    made = Contrast()
    for number, place in enumerate(PLACES * 3):
        made.add(f"Huaico en {place}: activan quebrada seca", f"El comité {number} dio la alerta.", inside=True)
        made.add(f"Feria del libro en {place}", f"El comité {number} dio la lista.", inside=False)
        made.add(f"Concierto número {number}", "La orquesta dio un recital.", inside=False)
    return made


def test_words_of_the_theme_come_before_words_of_all(rules: Rules, contrast: Contrast) -> None:
    """`quebrada seca` sets the theme apart; `comité` and the names of places do not."""
    found = [one.text for one in contrast.ranked(rules, "disasters", 10)]
    assert any("quebrada seca" in text for text in found)
    assert not {"comite", "paita", "ilo"} & set(found)


def test_terms_that_the_theme_has_are_left_out(rules: Rules, contrast: Contrast) -> None:
    """`huaico` is a term of disasters, not one of elections."""
    assert not [one.text for one in contrast.ranked(rules, "disasters", 50) if "huaico" in one.text]
    assert [one.text for one in contrast.ranked(rules, "elections", 50) if "huaico" in one.text]


def test_runs_that_say_the_same_are_told_once(rules: Rules, contrast: Contrast) -> None:
    """Not `quebrada`, `quebrada seca` and `activan quebrada seca` one after the other."""
    found = [one.text for one in contrast.ranked(rules, "disasters", 50) if "quebrada" in one.text]
    assert len(found) == 1


def test_the_counts_are_numbers_of_texts(rules: Rules, contrast: Contrast) -> None:
    """A word that one text repeats counts once."""
    contrast.add("Lodo, lodo y lodo", "Más lodo.", inside=True)
    assert contrast.inside["lodo"] == 1
    best = contrast.ranked(rules, "disasters", 1)[0]
    assert (best.inside, best.outside) == (len(PLACES) * 3, 0)
    assert best.z > 2
