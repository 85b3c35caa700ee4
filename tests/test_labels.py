"""What people say of articles wins over the rules, stays when rules change, and measures them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from shelf import DAY, Shelf

from monitor import themes
from monitor.clock import SimulatedClock
from monitor.errors import UsageError
from monitor.stages.labels import Said, label, labelled_passages
from monitor.stages.retag import Plan, retag
from monitor.themes.scorecard import score

HUAICO = "Huaico golpea Chosica"
HOUR = timedelta(hours=1)
FEWER = """\
slug = "disasters"
en = "Disasters"
es = "Desastres"
in = "Floods."

[[term]]
text = "sismo"

[examples]
es = ["Sismo sacude Ica | Indeci evalúa daños."]

[counterexamples]
es = ["Abre un restaurante | Sirve sopas."]
"""


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "state", themes.load())


def tags(shelf: Shelf, at: object = "infinity") -> list[tuple[str, float | None]]:
    found = shelf.rows("SELECT theme, score FROM tag_at($at::TIMESTAMPTZ) ORDER BY theme", at=at)
    return [(row["theme"], row["score"]) for row in found]


def names(shelf: Shelf, at: object = "infinity") -> list[str]:
    return [theme for theme, _ in tags(shelf, at)]


def test_added_and_removed_themes_win_over_the_rules(shelf: Shelf) -> None:
    """A theme given by a person has no score; one taken away is gone; before the label it was as the rules said."""
    article = str(shelf.article(HUAICO))
    told = label(shelf.publish(), article, Said("Ana", add=("public-health",), remove=("disasters",)), DAY + HOUR)
    assert told["themes"] == ["public-health"]
    assert tags(shelf) == [("public-health", None)]
    assert names(shelf, DAY) == ["disasters"]


def test_the_latest_word_counts(shelf: Shelf) -> None:
    """What was taken away can be given back, with the score it had."""
    article = str(shelf.article(HUAICO))
    label(shelf.publish(), article, Said("Ana", remove=("disasters",)), DAY + HOUR)
    label(shelf.publish(), article, Said("Luis", add=("disasters",), note="El huaico es la noticia"), DAY + 2 * HOUR)
    [(theme, points)] = tags(shelf)
    assert theme == "disasters"
    assert points is not None
    assert points > 0
    assert names(shelf, DAY + HOUR) == []
    [said] = shelf.rows("SELECT author, note, holds FROM label_current WHERE theme = 'disasters'")
    assert said == {"author": "Luis", "note": "El huaico es la noticia", "holds": True}


def test_relevance_is_said_apart(shelf: Shelf) -> None:
    """An article held not to be about Peru leaves every view; the reason names who said so."""
    article_id = shelf.article(HUAICO)
    label(shelf.publish(), str(article_id), Said("Ana", relevant=False), DAY + HOUR)
    assert shelf.rows("FROM article_current") == []
    assert names(shelf) == []
    [row] = shelf.rows("SELECT relevant, reasons FROM relevance_at('infinity'::TIMESTAMPTZ)")
    assert row["relevant"] is False
    assert row["reasons"][0] == "label by Ana"
    label(shelf.publish(), str(article_id), Said("Ana", relevant=True), DAY + 2 * HOUR)
    assert names(shelf) == ["disasters"]


def test_adding_a_theme_lets_an_article_in(shelf: Shelf) -> None:
    """Nothing that is not about Peru carries a theme: who adds one says that it is."""
    article_id = shelf.article("Un concierto llena una plaza de París", "Tocó en Francia.", path="mundo")
    shelf.publish()
    assert names(shelf) == []
    label(shelf.settings, str(article_id), Said("Ana", add=("us-relations",)), DAY + HOUR)
    assert names(shelf) == ["us-relations"]
    assert [row["article_id"] for row in shelf.rows("FROM article_current")] == [article_id]


def test_labels_outlive_a_change_of_rules(shelf: Shelf, tmp_path: Path) -> None:
    """New rules lose the theme that a person accepted, and gain none on an article that was gone through."""
    accepted = shelf.article(HUAICO)
    other = shelf.article("Huaico golpea Matucana")
    label(shelf.publish(), str(accepted), Said("Ana", accept=True), DAY + HOUR)
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "disasters.toml").write_text(FEWER, encoding="utf-8")
    (folder / "mudslides.toml").write_text(FEWER.replace("disasters", "mudslides").replace('"sismo"', '"huaico"'))
    retag(Plan(shelf.publish(), themes.load(folder)), SimulatedClock(DAY + 2 * HOUR))
    found = shelf.rows("SELECT article_id, theme FROM tag_current ORDER BY theme")
    assert found == [{"article_id": accepted, "theme": "disasters"}, {"article_id": other, "theme": "mudslides"}]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (Said("Ana"), "nothing is said"),
        (Said(" ", accept=True), "needs an author"),
        (Said("Ana", add=("disaster",)), "no theme 'disaster'; nearest valid: disasters"),
        (Said("Ana", add=("disasters",), remove=("disasters",)), "both added and removed"),
        (Said("Ana", accept=True, relevant=False), "carries no theme"),
    ],
)
def test_words_that_cannot_be_meant_are_refused(shelf: Shelf, said: Said, why: str) -> None:
    """Nothing is stored, and the message says what is wrong."""
    article = str(shelf.article(HUAICO))
    with pytest.raises(UsageError, match=why):
        label(shelf.publish(), article, said, DAY + HOUR)
    assert shelf.rows("FROM label") == []


def test_an_unknown_article_is_refused(shelf: Shelf) -> None:
    """A label is always of something stored."""
    with pytest.raises(UsageError, match="nothing is known"):
        label(shelf.publish(), "12345", Said("Ana", accept=True), DAY + HOUR)


def test_rules_are_measured_on_labelled_articles(shelf: Shelf) -> None:
    """Where all was gone through, what is not said is wrong; elsewhere only what was said counts."""
    rules = themes.load()
    whole = shelf.article(HUAICO)
    part = shelf.article("Huaico golpea un hospital en Chosica", "Los médicos de EsSalud atienden a los heridos.")
    refused = shelf.refused("Francia vota en París")
    settings = shelf.publish()
    with pytest.raises(UsageError, match="labelled yet"):
        labelled_passages(settings, rules)
    label(settings, str(whole), Said("Ana", accept=True, remove=("disasters",)), DAY + HOUR)
    label(settings, str(part), Said("Ana", add=("elections",)), DAY + HOUR)
    label(settings, str(refused), Said("Ana", relevant=False), DAY + HOUR)
    passages = {passage.name: passage for passage in labelled_passages(settings, rules)}
    assert set(passages) == {str(whole), str(part), str(refused)}
    assert passages[str(whole)].themes == passages[str(whole)].optional == frozenset()
    card = score(rules, passages.values(), intervals=False)
    assert (card.tallies.micro.tp, card.tallies.micro.fp, card.tallies.micro.fn) == (0, 1, 1)
    assert (card.tallies.gate.tp, card.tallies.gate.fp, card.tallies.gate.fn) == (2, 0, 0)
