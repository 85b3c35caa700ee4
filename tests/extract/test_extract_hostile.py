"""Any bytes at all: an Article or an ExtractError, nothing else, in bounded time and memory."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.errors import ExtractError, Reason
from monitor.extract import article, dom
from monitor.extract.body import TEXT_CAP
from monitor.extract.decode import PAGE_CAP
from monitor.model import Article, Entry, Fetched, Source

Read = Callable[..., Article]
Html = Callable[..., str]
FEW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
LD = {
    "@graph": [
        {
            "@type": "NewsArticle",
            "headline": "Puente",
            "author": {"@id": "#a"},
            "datePublished": "2026-07-20T09:30:00-05:00",
        },
        {"@id": "#a", "@type": "Person", "name": "Elmer Tafur"},
    ]
}


def attempt(page: Fetched, entry: Entry, source: Source) -> Article | Reason:
    try:
        return article(page, entry, source)
    except ExtractError as error:
        return error.reason


@pytest.fixture
def survive(
    make_fetched: Callable[..., Fetched], make_entry: Callable[..., Entry], make_source: Callable[..., Source]
) -> Callable[..., Article | Reason]:
    return lambda body, **arguments: attempt(make_fetched(body, **arguments), make_entry(), make_source())


@FEW
@given(cut=st.floats(0, 1))
def test_truncated_pages(survive: Callable[..., Article | Reason], make_html: Html, cut: float) -> None:
    """A page cut at any byte gives an article or a reason."""
    raw = make_html(ld=LD).encode()
    assert isinstance(survive(raw[: int(cut * len(raw))]), Article | Reason)


@FEW
@given(flips=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=40))
def test_damaged_pages(
    survive: Callable[..., Article | Reason], make_html: Html, flips: list[tuple[float, int]]
) -> None:
    """A page with any bytes overwritten gives an article or a reason."""
    raw = bytearray(make_html(ld=LD).encode())
    for place, value in flips:
        raw[int(place * len(raw))] = value
    assert isinstance(survive(bytes(raw)), Article | Reason)


@FEW
@given(body=st.binary(max_size=400), label=st.text(max_size=20))
def test_any_bytes_under_any_charset(survive: Callable[..., Article | Reason], body: bytes, label: str) -> None:
    """Noise behind an HTML tag, and a content type of noise."""
    assert isinstance(survive(b"<html><p>" + body, content_type=f"text/html; charset={label}"), Article | Reason)


def test_hundred_thousand_nested_elements(survive: Callable[..., Article | Reason]) -> None:
    """Deep nesting overflows no stack."""
    assert survive(b"<html><body>" + b"<div>" * 100_000 + b"x" + b"</div>" * 100_000) is Reason.NO_TEXT


def test_deeply_nested_jsonld(survive: Callable[..., Article | Reason], make_html: Html) -> None:
    """A JSON-LD block that only nests is skipped; the article is read."""
    block = '<script type="application/ld+json">' + "[" * 100_000 + "</script>"
    assert isinstance(survive(make_html(head=block)), Article)


def test_pages_are_cut_at_five_megabytes(read: Read, make_html: Html, paragraphs: tuple[str, ...]) -> None:
    """Of a larger page the first five megabytes are read."""
    padding = "<!-- " + "x" * PAGE_CAP + " -->"
    late = "<p>El alcalde de Caraz ofreció una disculpa pública a los transportistas por las demoras de la obra.</p>"
    assert read(make_html(late)).body == "\n".join([*paragraphs, late[3:-4]])
    assert read(make_html(padding + late)).body == "\n".join(paragraphs)


def test_elements_are_capped() -> None:
    """A page of a hundred thousand elements is cut, wherever in the tree the limit falls."""
    tree = dom.parse("<html><body>" + "<ul><li><b>uno</b><i>dos</i></li></ul>" * 25_000 + "<p>fin</p>")
    assert sum(1 for _ in tree.iter()) <= dom.MAX_ELEMENTS + 1
    assert "fin" not in dom.element_text(tree)


def test_text_is_bounded(survive: Callable[..., Article | Reason], make_html: Html) -> None:
    """One endless paragraph ends at the cap."""
    found = survive(make_html(paragraphs=("La obra del puente de Huaylas reabre tras protestas. " * 12_000,)))
    assert isinstance(found, Article)
    assert 0 < len(found.body) <= TEXT_CAP


def test_control_characters(read: Read, make_html: Html, paragraphs: tuple[str, ...]) -> None:
    """NULs and other control characters neither break the parser nor reach the text."""
    dirty = make_html().replace("puente", "puen\x0bte").replace("obra ", "obra\x00 \x1b")
    body = read(dirty).body
    assert len(body.split("\n")) == len(paragraphs)
    assert not any(ord(char) < 32 and char != "\n" for char in body)


def test_bidirectional_overrides_do_not_reach_the_title(read: Read, make_html: Html) -> None:
    """Marks that make a text read as something else are removed."""
    assert "\u202e" not in read(make_html(title="Puente de \u202eHuaylas reabre tras dos años de obras")).title
