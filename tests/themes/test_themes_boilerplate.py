"""Credits, bylines, footers and repeated lines never count, and blanking them moves nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import Document, Prior
from monitor.themes import Rules, load
from monitor.themes.boilerplate import without_credits, without_lines

STORY = "El municipio inauguró una feria del libro en el parque."


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load()


@pytest.mark.parametrize(
    "line",
    [
        "© RPP, Sendero Luminoso y narcotráfico",
        "Foto: Policía Nacional, operativo contra el narcotráfico",
        "Lee también: Incautan cocaína en el VRAEM",
        "LEE TAMBIÉN | Incautan cocaína en el VRAEM",
        "Te puede interesar: Incautan cocaína en el VRAEM",
        "Read more: Cocaine seized in the VRAEM",
        "Todos los derechos reservados. Cocaína.",
        "[Lee también: Incautan cocaína en el VRAEM]",
        "La feria sigue mañana (Foto: Dirandro, cocaína incautada).",
        "Con información de la Dirandro sobre cocaína",
        "Suscríbete al boletín sobre narcotráfico",
        "Por Cocaína Narcotráfico Quispe",
    ],
)
def test_credits_and_invitations_never_count(rules: Rules, line: str) -> None:
    """The same words in a sentence of the story do."""
    said = rules.tag(Document("Feria en Breña", STORY, f"{STORY}\n{line}", "es", prior=Prior.HOME))
    assert [
        tag.theme for tag in (*said.tags, *said.refused) if tag.theme in ("counter-narcotics", "terrorism-vraem")
    ] == []
    told = rules.tag(
        Document("Feria en Breña", STORY, f"{STORY}\nIncautan cocaína en el VRAEM.", "es", prior=Prior.HOME)
    )
    assert "counter-narcotics" in [tag.theme for tag in (*told.tags, *told.refused)]


@pytest.mark.parametrize(
    "line",
    [
        "Por decisión de la Fiscalía, el alcalde quedó detenido.",
        "Con información de inteligencia, la Policía Nacional intervino ayer una casa y encontró cocaína oculta.",
        "La fuente dijo que la cocaína iba a Europa.",
        "Fotos y videos prueban el soborno, dice la fiscal.",
        "By Friday the strike had spread to Puno.",
    ],
)
def test_sentences_that_only_begin_alike_stay(line: str) -> None:
    """A byline is names and nothing else; a credit has its colon."""
    assert without_credits(line) == line


def test_a_headline_keeps_its_label(rules: Rules) -> None:
    """`VIDEO: ...` in a title is the news itself."""
    tagging = rules.tag(Document("Video: huaico arrasa viviendas en Chosica", "", "", "es", prior=Prior.HOME))
    assert [tag.theme for tag in tagging.tags] == ["disasters"]


def test_repeated_lines_are_blanked_where_they_stand() -> None:
    """Whole lines only; what comes after keeps its offset."""
    text = "Primero.\n  Dengue, Castillo, Dólar  \nÚltimo: dengue."
    blanked = without_lines(text, {"Dengue, Castillo, Dólar"})
    assert len(blanked) == len(text)
    assert blanked.index("Último") == text.index("Último")
    assert "Castillo" not in blanked
    assert "dengue" in blanked


@given(st.text(st.sampled_from("aZ ñ©([)]:\n.Foto|Lee también ")), st.sets(st.sampled_from(["a", "Foto", ""])))
@settings(max_examples=200, deadline=None)
def test_nothing_moves(text: str, lines: set[str]) -> None:
    """Whatever the text: blanked texts are as long as they were, and every character stays or becomes a space."""
    for blanked in (without_credits(text), without_lines(text, lines)):
        assert len(blanked) == len(text)
        assert all(new in (old, " ") for old, new in zip(text, blanked, strict=True))
