"""Words become comparable terms: stems within a language, concepts and cognates between languages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import StoryInput
from monitor.stories.concepts import CONCEPTS
from monitor.stories.sparse import Lexicon
from monitor.stories.templates import headline, recurring
from monitor.stories.terms import cognate, dates, stems, undated
from monitor.stories.vectors import TermReader

AT = datetime(2026, 6, 1, tzinfo=UTC)


def shared_terms(text: str, lang: str) -> set[str]:
    """What a title has in common with titles of the other language."""
    lexicon = Lexicon()
    counts = TermReader(lexicon).counts(StoryInput(1, "medio", "medio", lang, AT, text, "", ""))
    return {lexicon.terms[number] for number in counts.shared.terms}


def test_inflected_forms_share_a_stem_without_accents() -> None:
    """Number and accents make no difference; grammar words disappear; figures lose their separators."""
    assert stems("Los mineros", "es") == stems("un minero", "es")
    assert stems("Elección y las elecciones", "es") == ["eleccion", "eleccion"]
    assert stems("1,500 miners and 1.500 miners", "en") == ["1500", "miner", "1500", "miner"]


@pytest.mark.parametrize(
    ("spanish", "english"),
    [
        ("gobierno", "government"),
        ("elecciones", "elections"),
        ("fiscalía", "prosecutors"),
        ("terremoto", "earthquake"),
        ("Estados Unidos", "United States"),
        ("estadio", "stadium"),
        ("teatro", "theatre"),
        ("presidente", "president"),
        ("crisis", "crisis"),
        ("Boluarte", "Boluarte"),
        ("Áncash 2,300", "Ancash 2.300"),
    ],
)
def test_both_languages_meet_in_shared_terms(spanish: str, english: str) -> None:
    """Concepts by table, learned words by spelling, names and figures as they are."""
    assert shared_terms(spanish, "es") & shared_terms(english, "en")


@pytest.mark.parametrize(
    ("text", "lang", "found", "left"),
    [
        ("Paro el 3 de junio en Puno", "es", ("3 de junio",), ["par", "pun"]),
        ("Cortes del 28 y 29 de junio", "es", ("28 y 29 de junio",), ["cort"]),
        ("Lunes: debate en 2026", "es", ("lunes", "2026"), ["debat"]),
        ("Strike on June 3, Monday", "en", ("june 3", "monday"), ["strike"]),
        ("Mayo de Puno gana 3-1", "es", (), ["may", "pun", "gan"]),
    ],
)
def test_dates_are_told_from_the_rest(text: str, lang: str, found: tuple[str, ...], left: list[str]) -> None:
    """Days, weekdays and years are dates; a month's name alone or a score is not."""
    assert dates(text, lang) == found
    assert stems(undated(text, lang), lang) == left


def test_recurring_needs_the_same_wording_and_another_day() -> None:
    """Another wording, the same day or no day at all is no template."""
    today = headline("Precio del dólar hoy lunes 1 de junio", "es")
    assert recurring(today, headline("Precio del dólar hoy lunes 8 de junio", "es"))
    assert not recurring(today, headline("Precio del dólar en Lima, 1 de junio", "es"))
    assert not recurring(today, headline("Precio del dólar sube", "es"))
    assert not recurring(today, headline("Marcha de mineros el 8 de junio", "es"))


def test_the_concept_table_is_folded_and_unambiguous() -> None:
    """Forms are looked up without accents, so none may carry one; every concept has both languages."""
    for forms in CONCEPTS.values():
        assert all(form.isascii() and form.islower() for form in forms)
    in_spanish, in_english = (set(CONCEPTS[lang].values()) for lang in ("es", "en"))
    assert len(in_spanish & in_english) > 150


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.sampled_from(["es", "en", "", "qu"]))
def test_no_text_breaks_it(text: str, lang: str) -> None:
    """Any characters and any language code give terms or none."""
    assert all(stems(undated(text, lang), lang))
    assert all(shared_terms(text, lang))
    assert len(cognate(text)) <= 5
