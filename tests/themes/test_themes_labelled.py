"""Label files: what is read, which prior a passage gets, and how a bad line is named."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.errors import DataError, Exit
from monitor.model import Prior, SectionRule, Source
from monitor.stages.labelled import Origins, read_labels, unknown_themes
from monitor.themes import Rules, load

ANDINO = Source("andino", "Diario Andino", "feed", "https://andino.example/rss", "es", "PE", "andino", Prior.HOME)
SOURCES = (
    replace(ANDINO, sections=(SectionRule("/mundo/", Prior.OFF),)),
    replace(ANDINO, id="lejano", name="The Far Paper: Peru", url="https://far.example/peru/rss", country="GB"),
    replace(ANDINO, id="buscado", name="Búsqueda", url="https://news.example/rss?q=site%3Amontaña.example&hl=es"),
)
GOOD = {"title": "Huaico en Chosica", "relevant": True, "themes": ["disasters"]}


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load()


def write(folder: Path, *lines: str) -> Path:
    path = folder / "labels.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_line_needs_title_relevance_and_themes_only(tmp_path: Path, rules: Rules) -> None:
    """Everything else may be absent or null; unknown keys are ignored."""
    path = write(tmp_path, json.dumps(GOOD), "", json.dumps({**GOOD, "section": None, "batch": "x", "id": "two"}))
    first, second = read_labels(path, rules, SOURCES)
    assert (first.name, second.name) == ("line 1", "two")
    assert first.themes == {"disasters"}
    assert not first.hard_negative


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{not json", "not JSON"),
        ("[1]", "must be an object, not list"),
        (json.dumps({"title": "x", "relevant": True}), "themes is missing"),
        (json.dumps({**GOOD, "relevant": "yes"}), 'relevant must be true or false, not "yes"'),
        (json.dumps({**GOOD, "themes": "disasters"}), "themes must be a list of slugs"),
        (json.dumps({**GOOD, "hard_negative": 1}), "hard_negative must be true or false, not 1"),
    ],
)
def test_a_bad_line_is_named_with_what_is_wrong(tmp_path: Path, rules: Rules, line: str, said: str) -> None:
    """The number of the line and the fault; exit code 65."""
    path = write(tmp_path, json.dumps(GOOD), line)
    with pytest.raises(DataError) as caught:
        read_labels(path, rules, SOURCES)
    assert f"{path}:2: {said}" in caught.value.message
    assert caught.value.exit_code == Exit.BAD_DATA


def test_a_file_that_is_no_text_or_empty_is_refused(tmp_path: Path, rules: Rules) -> None:
    """No traceback for a picture, no division by zero for an empty file."""
    path = tmp_path / "labels.jsonl"
    for content, said in ((b"\xff\xfe\x00", "not UTF-8"), (b"\n\n", "no labelled passage")):
        path.write_bytes(content)
        with pytest.raises(DataError, match=said):
            read_labels(path, rules, SOURCES)


def test_themes_that_the_rules_do_not_have_are_told(tmp_path: Path, rules: Rules) -> None:
    """A slug misspelt in the labels can only be missed, so the reader is told."""
    path = write(tmp_path, json.dumps({**GOOD, "themes": ["disasters", "fisheries"]}))
    assert unknown_themes(read_labels(path, rules, SOURCES), rules) == ["fisheries"]


@pytest.mark.parametrize(
    ("outlet", "url", "prior"),
    [
        ("Diario Andino", "https://elsewhere.example/peru/nota", Prior.HOME),
        ("diario andino", "https://andino.example/mundo/nota", Prior.OFF),
        ("", "https://www.andino.example/mundo/nota", Prior.OFF),
        ("", "https://montaña.example/nota", Prior.HOME),
        ("The Far Paper", "https://far.example/peru/story", Prior.HOME),
        ("The Far Paper", "https://far.example/us-news/story", Prior.FOREIGN),
        ("Radio del Valle", "https://valle.pe/nota", Prior.HOME),
        ("infobaeperu", "", Prior.HOME),
        ("Perú 21", "", Prior.HOME),
        ("Elsewhere Times", "https://times.example/peru/", Prior.FOREIGN),
    ],
)
def test_priors_come_from_sources_names_and_addresses(rules: Rules, outlet: str, url: str, prior: Prior) -> None:
    """The configured source with its section rules; else outlets of Peru by name or by .pe; else foreign."""
    assert Origins(SOURCES, rules).prior(outlet, url) is prior
