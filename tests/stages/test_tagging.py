"""Many documents are tagged in two processes: the same answers in the same order, whatever becomes of the other one."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path

import fishery
import pytest

from monitor import themes
from monitor.model import Document, Prior, Tagging
from monitor.stages.tagging import PORTION, Tagger

DOCUMENTS = [
    Document(title, f"Nota {number} desde Lima.", "", "es", prior=Prior.HOME)
    for number in range(4 * PORTION)
    for title in ("Huaico golpea Chosica", "Sube la cuota de pesca en Paita", "Un concierto en París")
]


@pytest.fixture
def tagger() -> Iterator[Tagger]:
    made = Tagger()
    yield made
    made.close()


def waited(tagger: Tagger) -> None:
    """Until the process has answered what it was asked for last."""
    assert tagger.process is not None
    assert select.select([tagger.process.stdout], [], [], 60)[0]


def answer(tagger: Tagger, documents: Sequence[Document], folder: Path | None = None) -> list[Tagging]:
    """What the process alone says."""
    tagger.running()
    tagger._ask_for(documents, folder)
    waited(tagger)
    return tagger._answer()


def test_two_processes_say_what_one_says(tagger: Tagger) -> None:
    """In the order of the documents, with the evidence; also when the other process was killed and another starts."""
    rules = themes.load()
    alone = [rules.tag(document) for document in DOCUMENTS]
    assert answer(tagger, DOCUMENTS) == alone
    assert tagger.tag(DOCUMENTS, rules, None) == alone
    assert tagger.process is not None
    os.kill(tagger.process.pid, signal.SIGKILL)
    tagger.process.wait()
    assert tagger.tag(DOCUMENTS, rules, None) == alone
    assert tagger.started == 2


def test_what_was_asked_before_is_no_answer_to_what_is_asked_now(tagger: Tagger) -> None:
    """Nobody waits for a slow process: what it says of earlier documents, or after a bug in one, is dropped."""
    rules = themes.load()
    tagger.running()
    tagger._ask_for(DOCUMENTS[:PORTION], None)
    with pytest.raises(AttributeError):
        tagger.tag([None, *DOCUMENTS], rules, None)  # type: ignore[list-item]
    backwards = DOCUMENTS[::-1]
    assert tagger.tag(backwards, rules, None) == [rules.tag(document) for document in backwards]
    if tagger._at:
        waited(tagger)
    assert tagger.tag(DOCUMENTS, rules, None) == [rules.tag(document) for document in DOCUMENTS]


def test_rules_that_changed_meanwhile_are_those_asked_for(tagger: Tagger, tmp_path: Path) -> None:
    """The other process reads the files anew; where it finds other rules than ours, its answers are not used."""
    file = tmp_path / "fisheries.toml"
    file.write_text(fishery.THEME, encoding="utf-8")
    rules = themes.load(tmp_path)
    file.write_text(fishery.THEME.replace("cuota", "veda"), encoding="utf-8")
    assert {one.rules_version for one in answer(tagger, DOCUMENTS[:2], tmp_path)}.isdisjoint({rules.version})
    assert tagger.tag(DOCUMENTS, rules, tmp_path) == [rules.tag(document) for document in DOCUMENTS]
