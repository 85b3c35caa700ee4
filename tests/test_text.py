"""Plain text: cleaning, folding, repair."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import text


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("TÃ­tulo: Â¿quÃ©?", "Título: ¿qué?"),
        ("â€œsÃ­â€\x9d â€“ no", "“sí” – no"),
        ("Ã\x81ncash y Ã‘aÃ±a", "Áncash y Ñaña"),
    ],
)
def test_doubly_encoded_utf_8_is_repaired(broken: str, whole: str) -> None:
    """UTF-8 that was read as Windows-1252 on its way becomes what it was."""
    assert text.repair_mojibake(broken) == whole


@pytest.mark.parametrize("whole", ["«CAFÉ»", "São Ângelo, Ñuñoa", "Ã", "1 â 2", "¿Qué? – “sí”"])
def test_good_text_is_not_repaired(whole: str) -> None:
    """Text without such pairs stays untouched."""
    assert text.repair_mojibake(whole) == whole


@given(st.text("abcáéíóúüñÁÉÍÓÚÑ¿¡“”–… ", max_size=60))
@settings(max_examples=200, deadline=None)
def test_spanish_survives_the_round_trip(whole: str) -> None:
    """Good Spanish is left alone."""
    assert text.repair_mojibake(whole) == whole


@given(st.text(max_size=80) | st.text("ñÑáÁ™ßΣİK½ſ aZ", max_size=40))
@settings(max_examples=200, deadline=None)
def test_folding_a_text_is_folding_its_characters(raw: str) -> None:
    """Whatever stands beside it, a character folds to the same, as `fold_map` says."""
    assert text.fold(raw) == text.fold_map(raw)[0]


@given(st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_clean_text_can_be_written_and_is_stable(raw: str) -> None:
    """Cleaned text is one line, encodes as UTF-8 and does not change when cleaned again."""
    once = text.clean(raw)
    assert once.encode("utf-8")[:0] == b""
    assert "\n" not in once
    assert text.clean(once) == once


def test_clean_drops_what_deceives_the_eye() -> None:
    """Bidirectional overrides, zero-width marks, controls and lone surrogates go; NBSP is a blank."""
    assert text.clean("a\u202e\u200b\x00\ud800 \xa0 b\ufeff\n") == "a b"


def test_fold_keeps_the_n_with_tilde() -> None:
    """Puño is not Puno, and Áncash is ancash."""
    assert text.fold("PUÑO Áncash Güisquil") == "puño ancash guisquil"


@given(st.text(max_size=40))
@settings(max_examples=100, deadline=None)
def test_fold_map_points_back(raw: str) -> None:
    """Every folded character knows the character it came from."""
    folded, origin = text.fold_map(raw)
    assert len(folded) == len(origin)
    assert all(0 <= at < len(raw) for at in origin)


def test_sentences_and_tokens() -> None:
    """Sentences end at punctuation before a capital; tokens are folded words and numbers."""
    assert text.sentences("Votó el Congreso. ¿Y ahora? Sigue 1.5 por ciento.") == [
        "Votó el Congreso.",
        "¿Y ahora?",
        "Sigue 1.5 por ciento.",
    ]
    assert text.tokens("El 28 de Julio, Perú") == ["el", "28", "de", "julio", "peru"]


@given(st.text(max_size=80) | st.text("ñÑáÁ™ßΣİK½ſ_ aZ9.,\u0301\u00ad\u2028", max_size=40))
@settings(max_examples=200, deadline=None)
def test_tokens_are_the_words_of_the_folded_text(raw: str) -> None:
    """Whatever the characters, tokens are what a search for words finds in the composed, folded text."""
    assert text.tokens(raw) == re.findall(r"\w+", text.fold(unicodedata.normalize("NFC", raw)))


def test_hashes_ignore_typography() -> None:
    """Case, quotes and white space make no other text; words do, and so do field borders."""
    assert text.digest_of("“Sí”,  dijo") == text.digest_of('"sí", Dijo')
    assert text.digest_of("a", "b") != text.digest_of("a b")
    assert 0 <= text.stable_id("https://d.example/a") < 2**63
