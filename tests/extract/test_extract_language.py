"""Four languages told apart by a handful of words; nothing is guessed where too little is said."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from monitor.extract.language import SHORTEST, heard


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Extorsionadores atacan bus en Trujillo", "es"),
        ("Paro en Puno", "es"),
        ("Sismo de 5,6 en Ica", "es"),
        ("¿Quién será el próximo ministro?", "es"),
        ("Peru: two dead in bus attack", "en"),
        ("Peru's Congress Votes Out President", "en"),
        ("Mining firm halts work after protests", "en"),
        ("Congresso do Peru aprova moção contra presidente", "pt"),
        ("Ministro da Justiça renuncia após protestos", "pt"),
        ("Kunan p'unchaw Qosqopi tantanakuy karqa", "qu"),
        ("Qusqu llaqtapi hatun raymi kachkan", "qu"),
        ("Huk runa wañurqa Punopi", "qu"),
    ],
)
def test_a_short_title_tells_its_language(text: str, lang: str) -> None:
    """Three words can be enough."""
    assert heard(text) == lang


@pytest.mark.parametrize(
    "text", ["", "Perú", "Dina Boluarte", "Machu Picchu", "Copa Libertadores 2026", "12:30", "地震"]
)
def test_what_does_not_say_is_not_guessed(text: str) -> None:
    """Names and texts below the stated length have no language."""
    assert heard(text) == ""


def test_length_is_asked_for() -> None:
    """Two words are never judged, forty only where forty are asked for."""
    assert heard("la ley") == ""
    assert SHORTEST == 3
    assert heard("Extorsionadores atacan bus en Trujillo", at_least=40) == ""


@pytest.mark.bench
def test_real_titles(shared_data: Path) -> None:
    """Of some 6,400 real titles (most of them slugs without accents) fewer than 1 in 100 is told wrong."""
    path = shared_data / "articles" / "articles-dev.jsonl.gz"
    told = wrong = 0
    for line in gzip.decompress(path.read_bytes()).decode().splitlines():
        article = json.loads(line)
        if found := heard(article["title"]):
            told += 1
            wrong += found != article["lang"]
    assert told > 4000
    assert wrong < told / 100
