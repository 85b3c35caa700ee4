"""Many documents are tagged in two processes: the same answers in the same order, whatever becomes of the other one."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import fishery
import pytest

from monitor import themes
from monitor.model import Document, Prior
from monitor.stages.tagging import PORTION, Tagger

DOCUMENTS = [
    Document(title, f"Nota {number} desde Lima.", "", "es", prior=Prior.HOME)
    for number in range(2 * PORTION)
    for title in ("Huaico golpea Chosica", "Sube la cuota de pesca en Paita", "Un concierto en París")
]


@pytest.fixture
def tagger() -> Iterator[Tagger]:
    made = Tagger()
    yield made
    made.close()


def test_two_processes_say_what_one_says(tagger: Tagger) -> None:
    """In the order of the documents, with the evidence; also when the other process was killed and another starts."""
    rules = themes.load()
    alone = [rules.tag(document) for document in DOCUMENTS]
    assert tagger.tag(DOCUMENTS, rules, None) == alone
    assert tagger.process is not None
    os.kill(tagger.process.pid, signal.SIGKILL)
    tagger.process.wait()
    assert tagger.tag(DOCUMENTS, rules, None) == alone
    assert tagger.started == 2


def test_rules_that_changed_meanwhile_are_those_asked_for(tagger: Tagger, tmp_path: Path) -> None:
    """The other process reads the files anew; where it finds other rules than ours, its answers are not used."""
    file = tmp_path / "fisheries.toml"
    file.write_text(fishery.THEME, encoding="utf-8")
    rules = themes.load(tmp_path)
    file.write_text(fishery.THEME.replace("cuota", "veda"), encoding="utf-8")
    assert tagger.tag(DOCUMENTS, rules, tmp_path) == [rules.tag(document) for document in DOCUMENTS]


def test_a_bug_in_one_document_is_told_and_leaves_no_answer_behind(tagger: Tagger) -> None:
    """What the other process still had to say is nobody's: the next documents get their own answers."""
    rules = themes.load()
    with pytest.raises(AttributeError):
        tagger.tag([None, *DOCUMENTS], rules, None)  # type: ignore[list-item]
    assert tagger.tag(DOCUMENTS[::-1], rules, None) == [rules.tag(document) for document in DOCUMENTS[::-1]]
