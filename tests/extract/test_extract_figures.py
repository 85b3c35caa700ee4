"""Figures of a text by value, whatever they look like; and numbers written out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.extract.figures import figures
from monitor.extract.names import names


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.200", "1200"), ("1,200", "1200"), ("1 200", "1200"), ("1\u00a0200", "1200"), ("1\u202f200", "1200"),
        ("1200", "1200"), ("1.200,50", "1200.5"), ("1,200.50", "1200.5"), ("12.345.678", "12345678"), ("2,5", "2.5"),
        ("2.5", "2.5"), ("0.125", "0.125"), ("2025", "2025"), ("2,5 millones", "2500000"), ("3 mil", "3000"),
        ("3 mil millones", "3000000000"), ("$1.5bn", "1500000000"), ("dos mil", "2000"), ("mil", "1000"),
        ("mil doscientos", "1200"), ("un millón", "1000000"), ("treinta y cinco", "35"), ("veintidós", "22"),
        ("dieciséis", "16"), ("ciento un", "101"), ("quinientas", "500"), ("dos mil millones", "2000000000"),
        ("once", "11"), ("twenty-five", "25"), ("one hundred and twenty", "120"), ("two hundred thousand", "200000"),
        ("12 de noviembre", "11-12"), ("12 de noviembre de 2026", "11-12-2026"), ("November 12, 2026", "11-12-2026"),
        ("12/11/2026", "11-12-2026"), ("2026-11-12", "11-12-2026"), ("1 de setiembre", "9-1"),
    ],
)  # fmt: skip
def test_a_figure_is_told_by_value(text: str, value: str) -> None:
    """Digits of four conventions, words of two languages, scales and dates."""
    assert [figure.value for figure in figures(text)] == [value]


@pytest.mark.parametrize(
    ("text", "kind", "counted"),
    [
        ("S/ 30", "S/", ""), ("S/. 30", "S/", ""), ("30 soles", "S/", "soles"), ("US$ 30", "US$", ""),
        ("30 dólares", "US$", "dolares"), ("30 %", "%", ""), ("30 por ciento", "%", ""), ("30 percent", "%", ""),
        ("30 toneladas de oro", "", "toneladas"), ("30 millones de vacunas", "", "vacunas"), ("30 y más", "", ""),
        ("una fosa", "one", "fosa"),
    ],
)  # fmt: skip
def test_a_figure_knows_what_it_counts(text: str, kind: str, counted: str) -> None:
    """Money, shares, and the word behind it."""
    [figure] = figures(text)
    assert (figure.kind, figure.counted) == (kind, counted)


@pytest.mark.parametrize(
    "text",
    ["10:45", "10:45:30", "10 a. m.", "22h30", "a Lima", "Once the vote ended, he left", "B2B", "km²", "según", ""],
)
def test_what_is_no_figure(text: str) -> None:
    """Clock times, digits inside words, the English `once`, the Spanish `a`."""
    assert figures(text) == []


def test_the_scale_belongs_to_the_figure_before_it() -> None:
    """And what is joined by `y` only where Spanish joins so."""
    text = "tres y cinco heridos; entre 3 y 5 días; 10 % o diez por ciento de 2,5 millones"
    assert [figure.value for figure in figures(text)] == ["3", "5", "3", "5", "10", "10", "2500000"]


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet=st.sampled_from("0123456789.,/-%$ :hSsyañ²½٣１Ⅳmillonesdosmayounce\u00a0"), max_size=60))
def test_any_text_has_figures(text: str) -> None:
    """Nothing raises, and every figure stands in the text as it says."""
    for figure in figures(text):
        assert figure.raw in text
        assert figure.same(figure)


def test_names_are_runs_of_capitalised_words() -> None:
    """With particles, accents and initials; without what opens a sentence, capitals throughout and lone words."""
    text = (
        "El fiscal Rubén Huamán Ñaupa citó a María de los Ángeles Paz. On Monday Donald J. Trump met Émile Ågren. "
        "GRAN PARO en Puno. La Libertad espera."
    )
    assert list(names(text)) == ["Rubén Huamán Ñaupa", "María de los Ángeles Paz", "Donald J. Trump", "Émile Ågren"]
