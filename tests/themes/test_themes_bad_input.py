"""Texts as pages deliver them: huge, empty, shouted, in several scripts, with characters that nobody sees."""

from __future__ import annotations

import pytest

from monitor.model import Document, Prior, Tagging
from monitor.themes import load
from monitor.themes.reading import compose

RULES = load()


def judged(title: str, body: str = "", lang: str = "es") -> Tagging:
    document = Document(title, "", body, lang, prior=Prior.HOME)
    tagging = RULES.tag(document)
    held = compose(document)
    spans = [(s.field, s.start, s.end, s.text) for tag in (*tagging.tags, *tagging.refused) for s in tag.evidence]
    spans += [(m.field, m.start, m.end, m.text) for m in tagging.entities]
    for field, start, end, text in spans:
        assert getattr(held, field)[start:end] == text
    return tagging


@pytest.mark.parametrize(
    "title",
    [
        "MINERÍA ILEGAL AVANZA EN PATAZ",
        "Minería\u00a0ilegal avanza en\u00a0Pataz",
        "Mine\u00adría ile\u00adgal avanza en Pa\u00adtaz",
        "Mine\u200bría ilegal avanza en Pataz",
        "Mineri\u0301a ilegal avanza en Pataz",
        "mineria ilegal avanza en pataz",
        "Незаконная добыча 非法採礦: minería ilegal avanza en Pataz",
        "\ufeffMinería ilegal avanza en Pataz",
        "Minería ilegal avanza en Pataz \ud800",
    ],
)
def test_the_same_words_in_any_dress_tag_the_same(title: str) -> None:
    """Case, spaces, hyphens that nobody sees, loose accents and other scripts change nothing, offsets included."""
    tagging = judged(title)
    assert [tag.theme for tag in tagging.tags] == ["illegal-mining-logging"]
    assert "pataz" in [mention.entity for mention in tagging.entities]


@pytest.mark.parametrize(("title", "body"), [("", ""), (" \n\t", "\u200b"), ("¿?", "..."), ("7", "2026")])
def test_texts_without_words_carry_nothing(title: str, body: str) -> None:
    """Nothing to read is no error."""
    assert judged(title, body).tags == ()


@pytest.mark.parametrize("filler", ["\n", "(", "(foto ", "Por Ana Bo ", "LIMA, ", "a", "EE. UU. "])
def test_a_huge_text_is_read_to_its_end(filler: str) -> None:
    """What is said after a hundred thousand characters of filler counts."""
    body = filler * (100_000 // len(filler)) + "\nLa Policía halló cocaína en Juliaca."
    tagging = judged("Operativo en el sur", body)
    assert "juliaca" in [mention.entity for mention in tagging.entities]


def test_a_subject_said_thousands_of_times_is_still_one() -> None:
    """Conditions are looked for nearby only, so a text of many finds is read in one go."""
    sentence = "Incautan droga en Pataz y la Fiscalía investiga a un congresista por la minería ilegal. "
    tagging = judged("Operativo", sentence * 800)
    assert {"illegal-mining-logging", "counter-narcotics"} <= {tag.theme for tag in (*tagging.tags, *tagging.refused)}
