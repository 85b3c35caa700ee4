"""Who "la presidenta" and "el premier" are: by the day of the text, and only where it says so of Peru."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from monitor.errors import ConfigError
from monitor.model import Document, Prior
from monitor.themes import load
from monitor.themes.loading import load_rules

RULES = load()


def people(title: str, day: date | None, lang: str = "es") -> list[tuple[str, str]]:
    document = Document(title, "", "", lang, prior=Prior.HOME, day=day)
    return [(mention.entity, mention.text) for mention in RULES.tag(document).entities if mention.kind == "person"]


@pytest.mark.parametrize(
    ("day", "holder"),
    [
        (date(2022, 12, 6), "pedro-castillo"),
        (date(2022, 12, 7), "dina-boluarte"),
        (date(2025, 10, 9), "dina-boluarte"),
        (date(2025, 10, 10), "jose-jeri"),
        (date(2026, 7, 27), "jose-balcazar"),
        (date(2026, 7, 28), "keiko-fujimori"),
    ],
)
def test_a_title_means_its_holder_on_the_day(day: date, holder: str) -> None:
    """The same words name another person on each side of a handover."""
    assert people("Visita de la presidenta a Puno", day) == [(holder, "presidenta")]
    assert people("Jefe de Estado llegó a Tacna", day) == [(holder, "Jefe de Estado")]


def test_the_mention_keeps_its_place_in_the_text() -> None:
    """Offsets are those of the words, the longest naming of the office once."""
    title = "Encuesta en Lima: la presidenta de la República pierde apoyo"
    mentions = RULES.tag(Document(title, "", "", "es", prior=Prior.HOME, day=date(2024, 5, 1))).entities
    (found,) = [mention for mention in mentions if mention.kind == "person"]
    assert (found.entity, title[found.start : found.end]) == ("dina-boluarte", "presidenta de la República")


def test_ministers_and_premiers_are_resolved_too() -> None:
    """Every office with a holder in the data."""
    day = date(2026, 8, 3)
    assert ("luis-galarreta", "premier") in people("El premier viajó a Piura", day)
    assert ("elmer-cuba", "Ministro de Economía") in people("Ministro de Economía habló en Lima", day)
    assert people("Peru's president flew to Cusco", day, "en") == [("keiko-fujimori", "Peru's president")]


@pytest.mark.parametrize(
    "title",
    [
        "El presidente del Congreso habló en Lima",
        "La presidenta ejecutiva de EsSalud renunció",
        "El presidente de Colombia llamó por teléfono",
        "El mandatario chileno visitó Lima",
        "El presidente Ramiro Quispe del club de Tacna",
        "Un ex presidente declara en Lima",
        "visita de la presidenta a puno",
    ],
)
def test_other_presidents_are_not_meant(title: str) -> None:
    """Another body, another country, another name, another time; and the words of an address prove nothing."""
    assert people(title, date(2024, 5, 1)) == []


def test_without_a_day_nobody_is_meant() -> None:
    """A text of unknown date names nobody by title."""
    assert people("Visita de la presidenta a Puno", None) == []


def test_two_holders_on_one_day_mean_neither(tmp_path: Path) -> None:
    """Where the dates leave it open, nothing is guessed."""
    (tmp_path / "gazetteer-more.toml").write_text(
        '[[person]]\nid = "otra"\nnames = ["Otra Persona"]\ncue = 0.5\n'
        'office = [{ title = "president", valid_from = 2024-01-01, valid_to = 2024-12-31 }]\n',
        encoding="utf-8",
    )
    document = Document("Visita de la presidenta a Puno", "", "", "es", prior=Prior.HOME, day=date(2024, 5, 1))
    assert [m.entity for m in load(tmp_path).tag(document).entities if m.kind == "person"] == []


def test_a_holder_of_an_unknown_office_is_told(tmp_path: Path) -> None:
    """File, line, and the nearest office."""
    text = '[[person]]\nid = "otra"\nnames = ["Otra"]\noffice = [{ title = "presidente" }]\n'
    (tmp_path / "gazetteer-more.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_rules(tmp_path)
    assert caught.value.problems == ("gazetteer-more.toml:4: no [[office]] 'presidente'; nearest valid: president",)
