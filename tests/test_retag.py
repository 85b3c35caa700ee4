"""Judging stored articles again: new tags from now on, old ones as they were, and nothing twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fishery import THEME
from shelf import DAY, Shelf

from monitor import themes
from monitor.clock import SimulatedClock
from monitor.errors import NoSnapshotError
from monitor.model import Settings
from monitor.stages.retag import Changes, Plan, preview, retag
from monitor.stages.stored import repeated_lines

LATER = DAY + timedelta(days=10)
QUOTA = "Sube la cuota de pesca en Paita"
HUAICO = "Huaico golpea Chosica"


@pytest.fixture(scope="module")
def old_rules(tmp_path_factory: pytest.TempPathFactory) -> themes.Rules:
    """Rules with one theme more, and none of the shipped terms for disasters."""
    folder = tmp_path_factory.mktemp("old")
    (folder / "fisheries.toml").write_text(THEME, encoding="utf-8")
    (folder / "disasters.toml").write_text(THEME.replace("fisheries", "disasters").replace("calamar", "pota"))
    return themes.load(folder)


@pytest.fixture
def shelf(tmp_path: Path, old_rules: themes.Rules) -> Shelf:
    return Shelf(tmp_path / "state", old_rules)


def plan_of(shelf: Shelf, **changes: object) -> Plan:
    return Plan(shelf.publish(), themes.load(), **changes)  # type: ignore[arg-type]


def again(shelf: Shelf, **changes: object) -> Changes:
    return retag(plan_of(shelf, **changes), SimulatedClock(LATER))


def test_new_rules_judge_again_and_old_tags_stay_as_they_were(shelf: Shelf) -> None:
    """A theme gained, one lost; as of the time before, the tags are what they were."""
    quota, huaico = shelf.article(QUOTA), shelf.article(HUAICO)
    shelf.publish()
    before = shelf.rows("FROM tag_at('infinity'::TIMESTAMPTZ) ORDER BY ALL")
    changes = again(shelf)
    assert (changes.articles, changes.changed) == (2, 2)
    assert changes.gained == {"disasters": 1}
    assert changes.lost == {"fisheries": 1, "disasters": 1}
    assert [example.article_id for example in changes.gains["disasters"]] == [huaico]
    assert [(row["article_id"], row["theme"]) for row in shelf.rows("FROM tag_current")] == [(huaico, "disasters")]
    assert shelf.rows("FROM tag_at($at) ORDER BY ALL", at=LATER - timedelta(seconds=1)) == before
    assert {row["article_id"] for row in before} == {quota}


def test_evidence_and_entities_are_stored_with_the_new_tags(shelf: Shelf) -> None:
    """What `why` needs is there under the new rules, known from now on."""
    shelf.article(HUAICO, "El Indeci informó que hay 20 viviendas inundadas en Chosica.")
    rules = again(shelf).rules_version
    evidence = shelf.rows("FROM theme_evidence WHERE rules_version = $rules", rules=rules)
    assert "Huaico" in [row["matched"] for row in evidence]
    assert {row["known_at"] for row in evidence} == {LATER}
    [named] = shelf.rows("SELECT entity, kind FROM entity_current WHERE entity = 'indeci'")
    assert named == {"entity": "indeci", "kind": "institution"}
    assert shelf.rows("SELECT * FROM theme_at('infinity'::TIMESTAMPTZ) WHERE theme = 'disasters'")


def test_a_second_call_finds_nothing_to_do(shelf: Shelf) -> None:
    """What the present rules judged last is left alone; rows are not doubled."""
    shelf.article(HUAICO)
    again(shelf)
    count = "SELECT (SELECT count(*) FROM relevance) AS r, (SELECT count(*) FROM theme_tag) AS t"
    before = shelf.rows(count)
    assert again(shelf).articles == 0
    assert shelf.rows(count) == before


def test_a_dry_run_tells_the_same_and_stores_nothing(shelf: Shelf) -> None:
    """Its numbers are those of the real one."""
    shelf.article(QUOTA), shelf.article(HUAICO)
    plan = plan_of(shelf)
    told = preview(plan)
    assert shelf.rows("FROM retag") == []
    assert {row["rules_version"] for row in shelf.rows("FROM relevance")} == {shelf.rules.version}
    assert told == again(shelf)


def test_rules_taken_back_count_again(shelf: Shelf, old_rules: themes.Rules) -> None:
    """From A to B and back to A: the last judgement decides, not the first row of its version."""
    quota = shelf.article(QUOTA)
    again(shelf)
    assert shelf.rows("FROM tag_current") == []
    retag(Plan(shelf.settings, old_rules), SimulatedClock(LATER + timedelta(hours=1)))
    tags = shelf.rows("SELECT article_id, theme FROM tag_current ORDER BY theme")
    assert tags == [{"article_id": quota, "theme": theme} for theme in ("disasters", "fisheries")]


def test_only_articles_since_a_day(shelf: Shelf) -> None:
    """Older ones keep the rules that judged them."""
    shelf.article(HUAICO, at=DAY - timedelta(days=30))
    recent = shelf.article("Huaico golpea Matucana")
    assert again(shelf, since=DAY - timedelta(days=1)).articles == 1
    assert [row["article_id"] for row in shelf.rows("FROM tag_current WHERE theme = 'disasters'")] == [recent]


def test_a_stop_keeps_what_was_done_and_the_next_call_goes_on(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunk by chunk: after a stop the rest is still to do, and no record says that all was done."""
    monkeypatch.setattr("monitor.stages.stored.CHUNK", 2)
    for number in range(5):
        shelf.article(f"{HUAICO} otra vez {number}")
    answers = iter([False, True])
    stopped = again(shelf, stop_asked=lambda: next(answers))
    assert (stopped.articles, stopped.stopped) == (2, True)
    assert shelf.rows("FROM retag") == []
    rest = retag(plan_of(shelf), SimulatedClock(LATER + timedelta(hours=1)))
    assert (rest.articles, rest.stopped) == (3, False)
    assert [row["articles_n"] for row in shelf.rows("FROM retag")] == [3]


def test_flips_of_relevance_and_wanted_entries_are_counted(shelf: Shelf, tmp_path: Path) -> None:
    """Rules that hold everything to be about Peru: a refused entry would be wanted, a refused article is let in."""
    shelf.article("Un concierto llena una plaza de París", "La orquesta tocó en Francia.", path="mundo")
    refused = shelf.refused("Francia vota en París")
    folder = tmp_path / "lax"
    folder.mkdir()
    gate = (themes.loading.SHIPPED / "gate.toml").read_text(encoding="utf-8")
    (folder / "gate.toml").write_text(gate.replace("threshold = 0.5", "threshold = 0.0"), encoding="utf-8")
    changes = retag(Plan(shelf.publish(), themes.load(folder)), SimulatedClock(LATER))
    assert (changes.became_relevant_n, changes.became_irrelevant_n, changes.wanted_n) == (1, 0, 1)
    assert [example.article_id for example in changes.wanted] == [refused]
    back = retag(Plan(shelf.publish(), themes.load()), SimulatedClock(LATER + timedelta(hours=1)))
    assert (back.became_relevant_n, back.became_irrelevant_n, back.wanted_n) == (0, 1, 0)


def test_nothing_stored_is_said_so(tmp_path: Path) -> None:
    """No traceback and no empty warehouse where none was."""
    settings = Settings(sources=(), state=tmp_path / "none")
    for work in (preview, lambda plan: retag(plan, SimulatedClock(LATER))):
        with pytest.raises(NoSnapshotError):
            work(Plan(settings, themes.load()))
    assert not (tmp_path / "none" / "warehouse.duckdb").exists()


def test_lines_that_a_source_repeats_earn_no_theme(shelf: Shelf) -> None:
    """A menu on every page would tag every page; the same words in one story count."""
    menu = "Lo más leído: dengue, huaicos, sismo, cocaína"
    pages = [
        shelf.article(f"Feria número {number} en Lima", f"{menu}\nHubo libros de {number}.") for number in range(12)
    ]
    story = shelf.article(HUAICO, f"{menu}\nEl huaico dejó 20 viviendas inundadas en Chosica.")
    again(shelf)
    tagged = {row["article_id"] for row in shelf.rows("FROM tag_current")}
    assert tagged == {story}
    assert tagged.isdisjoint(pages)
    bodies = shelf.rows("SELECT e.matched, e.start_offset, e.end_offset, v.body FROM theme_evidence AS e "
                        "JOIN article_version AS v USING (article_id) WHERE e.field = 'body'")  # fmt: skip
    assert bodies
    for row in bodies:
        assert row["body"][row["start_offset"] : row["end_offset"]] == row["matched"]


def test_few_pages_are_no_memory(shelf: Shelf) -> None:
    """Below ten articles nothing is known to be repeated."""
    for number in range(9):
        shelf.article(f"Feria número {number} en Lima", f"Indeci alerta por huaicos\nHubo libros de {number}.")
    with shelf.warehouse.read() as session:
        assert repeated_lines(session, LATER) == {}
    shelf.article("Feria de más en Lima", "Indeci alerta por huaicos\nHubo libros.")
    with shelf.warehouse.read() as session:
        assert repeated_lines(session, LATER) == {"andino": frozenset({"Indeci alerta por huaicos"})}


def test_a_source_no_longer_configured_keeps_the_prior_it_had(shelf: Shelf) -> None:
    """Its articles were about Peru by where they came from, and still are."""
    article = shelf.article("Huaico golpea el valle", "La quebrada se activó de noche.")
    config = replace(shelf.publish(), sources=())
    changes = retag(Plan(config, themes.load()), SimulatedClock(LATER))
    assert (changes.articles, changes.became_irrelevant_n) == (1, 0)
    assert [(row["article_id"], row["theme"]) for row in shelf.rows("FROM tag_current")] == [(article, "disasters")]


def test_holders_of_offices_are_those_of_the_articles_day(shelf: Shelf) -> None:
    """Judged again years later, "la presidenta" is still who it was."""
    for day, holder in ((datetime(2024, 5, 1, 12, tzinfo=UTC), "dina-boluarte"), (DAY, "keiko-fujimori")):
        article = shelf.article(f"La presidenta habló en Puno el {day:%d-%m-%Y}", at=day)
        again(shelf)
        rows = shelf.rows("FROM entity_mention WHERE article_id = $id AND kind = 'person'", id=article)
        assert {row["entity"] for row in rows} == {holder}
