"""A story is told with its evidence, counted by voices, and corrected by people for good."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fakes import Reply, WebServer
from world import START, feed, item, page, rows, run_once, settings, source

from monitor.errors import UsageError
from monitor.fetch import Network
from monitor.model import Settings
from monitor.stages import rechecking, storytelling
from monitor.warehouse import Warehouse

HTML = {"Content-Type": "text/html; charset=utf-8"}
BUS = (
    "Un grupo de extorsionadores disparó contra un bus de la empresa Los Pinos en el distrito de El Porvenir, en la "
    "provincia de Trujillo, cuando iniciaba su ruta con doce pasajeros a bordo durante la madrugada del lunes.",
    "Los vecinos denuncian que las bandas exigen cupos de dos mil soles por semana a los transportistas de La Libertad "
    "y que nadie se atreve a denunciar por temor a represalias, según dijo un dirigente del gremio.",
    "La Policía Nacional del Perú informó que hay dos heridos y que el conductor se encuentra fuera de peligro.",
)
PORT = (
    "El puerto de Paracas recibirá grúas nuevas antes de fin de año, anunció el ministerio de Transportes del Perú en "
    "una visita a las obras de ampliación del muelle norte, que lleva ocho meses de retraso.",
    "La concesionaria explicó que las lluvias y un conflicto con los pescadores artesanales de Pisco frenaron la obra, "
    "y que la inversión total llega a ciento veinte millones de dólares.",
)
SECOND = (
    "La Policía Nacional del Perú busca a los extorsionadores que dispararon la madrugada del lunes contra un bus "
    "de la empresa Los Pinos en El Porvenir, distrito de Trujillo, y dejaron dos heridos entre los doce pasajeros.",
    "El gremio de transportistas de La Libertad anunció un paro si el ministerio del Interior no refuerza la "
    "seguridad frente a las bandas que cobran cupos de dos mil soles por semana a cada empresa de buses.",
)
THIRD = (
    "Trujillo despertó con el ataque a balazos de extorsionadores contra un bus de Los Pinos en El Porvenir: "
    "dos heridos, doce pasajeros en el suelo y una empresa que había dejado de pagar cupos a las bandas de la región.",
    "«Nadie denuncia por miedo», repite el conductor, que sobrevivió y pide a la Policía Nacional del Perú y al gremio "
    "de transportistas que acompañen a las familias de los heridos durante esta semana.",
)
TITLES = {
    "andino": "Extorsionadores atacan bus de Los Pinos en Trujillo",
    "costa": "Ataque a bus en El Porvenir deja dos heridos en Trujillo",
    "radio": "Policía busca a los extorsionadores del bus de Los Pinos en Trujillo",
    "norte": "Conductor del bus de Los Pinos atacado en Trujillo pide ayuda",
    "sur": "Puerto de Paracas tendrá grúas nuevas",
}


@pytest.fixture
def told(once: Settings, tmp_path: Path) -> Settings:
    """A copy of the desk that each test may change."""
    shutil.copytree(once.state, tmp_path / "state")
    return replace(once, state=tmp_path / "state")


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Five outlets: one event in four of them, twice in the same words and twice by the agency EFE; and a port."""
    texts: dict[str, tuple[str, ...]] = {
        "andino": BUS,
        "costa": BUS,
        "radio": (f"Lima, 9 nov (EFE).- {SECOND[0]}", *SECOND[1:]),
        "norte": (*THIRD, "Con información de EFE"),
        "sur": PORT,
    }
    config = settings(tmp_path_factory.mktemp("desk") / "state", *(source(name) for name in texts))
    with WebServer() as web:
        network = Network.mapped({("*", 80): web.address})
        for hour, (name, text) in enumerate(texts.items()):
            entry = item(
                f"{name}/uno", TITLES[name], text[0], host=f"{name}.example", at=START + timedelta(hours=hour - 6)
            )
            web.script(f"http://{name}.example/rss", Reply(feed()), Reply(feed(entry)))
            web.script(f"/{name}/uno", Reply(page(TITLES[name], *text), headers=HTML))
        run_once(config, network, START - timedelta(days=1))
        run_once(config, network)
    return config


def ids(config: Settings) -> dict[str, int]:
    return {row["source_id"]: row["article_id"] for row in rows(config, "SELECT source_id, article_id FROM article")}


def counted(config: Settings, name: str) -> dict[str, Any]:
    (found,) = rows(config, f"FROM story_current WHERE list_contains(outlet_names, 'Diario {name.title()}')")
    return found


def test_agency_copies_are_counted_once(told: Settings) -> None:
    """Four outlets and four owners tell it, in three texts and two voices: the desk of one outlet, and EFE."""
    found = counted(told, "andino")
    assert (found["articles"], found["texts"], found["outlets"], found["owners"]) == (4, 3, 4, 4)
    assert found["owners_independent"] == 2
    assert (found["agencies"], found["state"]) == (["EFE"], "new")
    (weekly,) = rows(
        told, "FROM story_week_at(DATE '2026-11-09', 'infinity') WHERE story_id = $id", id=found["story_id"]
    )
    assert weekly["owners"] == 2  # what the digest counts


def test_states_agree_with_the_digest(told: Settings) -> None:
    """In the week of the last run the view says what story_week_at says; a week later the story has gone quiet."""
    weekly = {row["story_id"]: row["state"] for row in rows(told, "FROM story_week_at(DATE '2026-11-09', 'infinity')")}
    assert {row["story_id"]: row["state"] for row in rows(told, "FROM story_current")} == weekly
    with WebServer() as web:
        late = item("andino/dos", "Otra cosa en Arequipa", "Feria del libro.", host="andino.example", at=START)
        web.script("http://andino.example/rss", Reply(feed(late)))
        run_once(told, Network.mapped({("*", 80): web.address}), START + timedelta(days=8))
    assert counted(told, "costa")["state"] == "gone quiet"


def test_a_story_is_printed_by_time_with_relation_and_reason(told: Settings) -> None:
    """Members by time; the copy names its original and the passage, the others what placed them."""
    found = storytelling.story(told, "http://costa.example/costa/uno")
    assert found == storytelling.story(told, str(ids(told)["radio"]))
    by_outlet = {row["outlet"]: row for row in found["members"]}
    assert list(by_outlet) == ["Diario Andino", "Diario Costa", "Diario Radio", "Diario Norte"]
    copy = by_outlet["Diario Costa"]
    assert (copy["relation"], copy["of_id"]) == ("exact", ids(told)["andino"])
    assert by_outlet["Diario Radio"]["linked_to"] in ids(told).values()
    assert by_outlet["Diario Radio"]["shared"]


def test_a_pair_is_explained(told: Settings) -> None:
    """A copy with its passage, two reports of one event, and two that have nothing in common."""
    known = {name: str(number) for name, number in ids(told).items()}
    copy = storytelling.pair(told, known["andino"], known["costa"])
    assert (copy["relation"], copy["one_story"], copy["containment"]) == ("near", True, 1.0)
    assert copy["passage"] in "\n".join(BUS)
    told_twice = storytelling.pair(told, known["andino"], known["radio"])
    assert (told_twice["relation"], told_twice["one_story"]) == ("", True)
    assert told_twice["similarity"] >= told_twice["join_at"]
    apart = storytelling.pair(told, known["andino"], known["sur"])
    assert (apart["relation"], apart["one_story"]) == ("", False)
    assert "only 0% of the shorter text is in the other" in apart["text_reasons"]
    with pytest.raises(UsageError, match="same article"):
        storytelling.pair(told, known["sur"], known["sur"])


def test_a_merge_holds_also_for_what_comes_later(told: Settings) -> None:
    """Merged stories count as one from then on; what was known before the decision stays as it was."""
    known = ids(told)
    later = START + timedelta(days=1)
    done = storytelling.merge(told, str(known["andino"]), str(known["sur"]), author="ana", note="", now=later)
    assert counted(told, "sur") == counted(told, "andino")
    assert counted(told, "sur")["articles"] == 5
    before = rows(told, "FROM placement_at($at) WHERE article_id = $id", at=START, id=known["sur"])
    assert [row["story_id"] for row in before] == [done["story_id"]]
    with pytest.raises(UsageError, match="one story already"):
        storytelling.merge(told, str(known["sur"]), str(known["andino"]), author="ana", note="", now=later)
    assert storytelling.story(told, str(done["story_id"]))["decisions"][0]["author"] == "ana"


def test_a_split_wins_over_what_was_computed_and_can_be_taken_back(told: Settings) -> None:
    """The article becomes a story of its own, and merging that story brings it back."""
    known = ids(told)
    at = START + timedelta(days=1)
    done = storytelling.split(told, str(known["norte"]), author="ana", note="another bus", now=at)
    assert (counted(told, "norte")["articles"], counted(told, "andino")["articles"]) == (1, 3)
    with pytest.raises(UsageError, match="alone in its story"):
        storytelling.split(told, str(known["norte"]), author="ana", note="", now=at)
    back = at + timedelta(hours=1)
    storytelling.merge(told, str(known["andino"]), str(done["into_id"]), author="eva", note="", now=back)
    assert counted(told, "norte")["articles"] == 4
    storytelling.split(told, str(known["norte"]), author="ana", note="", now=back + timedelta(hours=1))
    assert counted(told, "norte")["articles"] == 1


def test_the_first_article_can_leave_its_own_story(told: Settings) -> None:
    """The story keeps its id; the article gets one that never meant another story."""
    known = ids(told)
    done = storytelling.split(told, str(known["andino"]), author="ana", note="", now=START + timedelta(days=1))
    assert done["into_id"] != known["andino"]
    assert counted(told, "costa")["articles"] == 3


def look_again(config: Settings, days: float) -> int:
    """The daily re-check, so long after the last run."""
    at = START + timedelta(days=days)
    with Warehouse(config.state).write() as session:
        changes = rechecking.recheck(session, f"later-{days}", at, config.zone)
    Warehouse(config.state).publish()
    return changes


@pytest.fixture
def apart(told: Settings) -> Settings:
    """The desk, had the fourth report been placed in a story of its own."""
    with Warehouse(told.state).write() as session:
        alone = "UPDATE story_member SET story_id = article_id WHERE article_id = $id"
        session.select(alone, {"id": ids(told)["norte"]})
    return told


def test_stories_are_looked_at_again_by_the_first_run_of_each_day(told: Settings) -> None:
    """One record a day; another run on the same day in Lima does nothing."""
    days = rows(told, "SELECT count(*) AS n, count(DISTINCT known_at) AS days FROM story_recheck")[0]
    assert (days["n"], days["days"]) == (2, 2)
    assert look_again(told, 0.1) == 0
    assert rows(told, "SELECT count(*) AS n FROM story_recheck")[0]["n"] == 2


def test_a_merge_by_the_re_check_is_an_event_with_its_time(apart: Settings) -> None:
    """From its instant on the stories are one, with score and reason; before it they are two; done once."""
    known = ids(apart)
    assert look_again(apart, 1) == 1
    (event,) = rows(apart, "FROM story_event")
    assert (event["action"], event["story_id"], event["into_id"]) == ("merge", known["norte"], known["andino"])
    assert event["score"] >= event["join_at"]
    placed = "SELECT story_id FROM placement_at($at) WHERE article_id = $id"
    for days, story in ((0.5, "norte"), (1, "andino")):
        (found,) = rows(apart, placed, at=START + timedelta(days=days), id=known["norte"])
        assert found["story_id"] == known[story], days
    assert look_again(apart, 2) == 0
    (told_of,) = storytelling.story(apart, str(known["norte"]))["decisions"]
    assert (told_of["author"], "would" in told_of["note"]) == (None, True)


def test_what_an_analyst_decides_wins_over_the_re_check(apart: Settings) -> None:
    """Taken out of a merged story, an article stays out; a story that people decided about is not touched."""
    known = ids(apart)
    assert look_again(apart, 1) == 1
    storytelling.split(apart, str(known["norte"]), author="ana", note="", now=START + timedelta(days=1.5))
    assert counted(apart, "norte")["articles"] == 1
    assert look_again(apart, 2) == 0
    assert counted(apart, "norte")["articles"] == 1
