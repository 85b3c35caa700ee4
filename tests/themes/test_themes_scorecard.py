"""Scoring rules against labelled passages: what counts, what is neutral, what the intervals are."""

from __future__ import annotations

import pytest

from monitor.model import Document, Prior
from monitor.themes import Rules, load
from monitor.themes.scorecard import RELEVANT, Passage, score

HUAICO = Document("Huaico golpea Chosica", "Las lluvias dejaron 20 viviendas inundadas.", "", "es", prior=Prior.HOME)
CORRIDA = Document("Un concierto llena el parque", "La orquesta tocó valses.", "", "es", prior=Prior.HOME)
ABROAD = Document("Un concierto en París", "La orquesta tocó valses en Francia.", "", "es", prior=Prior.FOREIGN)


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load()


def passage(document: Document, *themes: str, **changes: object) -> Passage:
    plain = {"name": document.title, "document": document, "relevant": True, "themes": frozenset(themes)}
    return Passage(**{**plain, **changes})  # type: ignore[arg-type]


def test_right_wrong_and_missed_are_counted(rules: Rules) -> None:
    """One theme found, one missed, one given to a text that has none: P, R and F1 follow."""
    card = score(
        rules, [passage(HUAICO, "disasters"), passage(CORRIDA, "elections"), passage(HUAICO, hard_negative=True)]
    )
    micro = card.tallies.micro
    assert (micro.tp, micro.fp, micro.fn) == (1, 1, 1)
    assert (micro.p, micro.r, micro.f1) == (0.5, 0.5, 0.5)
    assert (card.hard_negatives, card.hard_negative_fp) == (1, 1)
    assert card.tallies.macro_f1 == pytest.approx((2 / 3 + 0) / 2)


def test_optional_themes_count_neither_way(rules: Rules) -> None:
    """Given or not, an optional theme is neither right nor wrong, and misleads nobody."""
    given = passage(HUAICO, optional=frozenset({"disasters"}), hard_negative=True)
    missed = passage(CORRIDA, optional=frozenset({"elections"}))
    card = score(rules, [given, missed])
    assert (card.tallies.micro.tp, card.tallies.micro.fp, card.tallies.micro.fn) == (0, 0, 0)
    assert card.hard_negative_fp == 0
    assert card.worst(5) == []


def test_the_gate_is_counted_apart(rules: Rules) -> None:
    """A text wrongly held to be about Peru (or not) is an error of the gate, with the gate's reasons."""
    card = score(rules, [passage(HUAICO, "disasters"), passage(ABROAD), passage(CORRIDA, relevant=False)])
    gate = card.tallies.gate
    assert (gate.tp, gate.fp, gate.fn) == (1, 1, 1)
    assert {(mistake.what, mistake.missed) for mistake in card.worst(5)} == {(RELEVANT, True), (RELEVANT, False)}
    assert all(mistake.reasons for mistake in card.worst(5))


def test_the_worst_errors_come_first_with_their_evidence(rules: Rules) -> None:
    """A theme given with a high score is a worse error than one that was missed; its spans are shown."""
    worst = score(rules, [passage(CORRIDA, "elections"), passage(HUAICO)]).worst(2)
    assert [(mistake.what, mistake.missed) for mistake in worst] == [("disasters", False), ("elections", True)]
    assert "Huaico" in [span.text for span in worst[0].evidence]


def test_intervals_hold_the_figure_and_never_change(rules: Rules) -> None:
    """The bootstrap draws with a fixed seed: the same labels give the same interval, around the figure."""
    passages = [passage(HUAICO, "disasters"), passage(CORRIDA, "elections")] * 10
    first, second = score(rules, passages), score(rules, passages)
    assert first.intervals == second.intervals
    low, high = first.intervals["micro f1"]
    assert low < first.tallies.micro.f1 < high


def test_the_figures_are_those_of_the_documented_object(rules: Rules) -> None:
    """Exactly the keys that machines rely on."""
    figures = score(rules, [passage(HUAICO, "disasters", hard_negative=True)]).figures()
    assert figures == {
        "n": 1,
        "micro": {"p": 1.0, "r": 1.0, "f1": 1.0},
        "macro_f1": 1.0,
        "by_lang": {"es": {"p": 1.0, "r": 1.0, "f1": 1.0}},
        "by_theme": {"disasters": {"p": 1.0, "r": 1.0, "f1": 1.0}},
        "gate": {"p": 1.0, "r": 1.0, "f1": 1.0},
        "hard_negative_fp": 0,
        "hard_negatives": 1,
        "rules_version": rules.version,
    }
