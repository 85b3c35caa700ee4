"""Whose text an article is."""

from __future__ import annotations

import pytest

from monitor.extract import agency_of


@pytest.mark.parametrize(
    ("byline_org", "body", "expected"),
    [
        ("Agencia EFE", "", "EFE"),
        ("con información de reuters", "", "REUTERS"),
        ("Redacción Lima", "Lima, 3 nov (ANDINA).- El Congreso aprobó la norma.", "ANDINA"),
        ("", "LIMA (Reuters) - Peru's central bank held its rate. (EFE)", "REUTERS"),
        ("", "El Congreso aprobó la norma. Fuente: Europa Press.\n", "EUROPA PRESS"),
        ("", "The court ruled on Monday. (AFP)", "AFP"),
        ("", "Con información de AP", "AP"),
    ],
)
def test_an_agency_is_named_as_author_in_the_dateline_or_in_the_closing_line(
    byline_org: str, body: str, expected: str
) -> None:
    """In this order, in capitals."""
    assert agency_of(byline_org, body) == expected


@pytest.mark.parametrize(
    ("byline_org", "body"),
    [
        ("Lima Gris", "El Congreso aprobó la norma."),
        ("APEC", "efectos"),
        ("", "El canciller habló con EFE sobre la cumbre."),
        ("", f"{'palabra ' * 20}(EFE) {'palabra ' * 20}"),
        ("", "Fuente: EFE y otros medios"),
    ],
)
def test_an_agency_that_is_only_mentioned_is_not_the_author(byline_org: str, body: str) -> None:
    """Part of a longer word, in the middle of the text, or followed by more."""
    assert agency_of(byline_org, body) is None
