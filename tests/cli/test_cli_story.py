"""`story`, `stories` and `why A B`: what they print, and that a decision holds in the next call."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cli_world import BUS, HTML, PARAGRAPHS, Desk
from fakes import Reply
from world import START, feed, item, page

PORT = ("Puerto de Paracas tendrá grúas nuevas", "El ministerio de Transportes del Perú anunció grúas para Pisco.")
PLAN = (
    "La concesionaria del puerto de Paracas explicó que las lluvias y un conflicto con los pescadores artesanales de "
    "Pisco frenaron la ampliación del muelle norte, y que la inversión llega a ciento veinte millones de dólares.",
    "El ministerio de Transportes y Comunicaciones del Perú espera que las grúas funcionen antes de fin de año.",
)


@pytest.fixture
def busy(desk: Desk) -> Desk:
    """Two outlets with one text under two titles, and a third one about a port."""
    desk.configure("andino", "costa", "sur")
    told = {
        "andino": (*BUS, PARAGRAPHS),
        "costa": ("Balean un bus en Trujillo", BUS[1], PARAGRAPHS),
        "sur": (*PORT, PLAN),
    }
    for hour, (name, (title, summary, text)) in enumerate(told.items()):
        at = START + timedelta(minutes=hour - 60)
        entry = item(f"{name}/uno", title, summary, host=f"{name}.example", at=at)
        desk.web.script(f"http://{name}.example/rss", Reply(feed(entry)))
        desk.web.script(f"/{name}/uno", Reply(page(title, *text), headers=HTML))
    assert desk("run").code == 0
    return desk


def test_a_story_is_found_by_the_address_of_an_article(busy: Desk) -> None:
    """Members by time, with outlet, owner, relation and the shared passage; the same as JSON by id."""
    shown = busy("story", "http://costa.example/costa/uno")
    assert shown.code == 0
    assert "2 articles · 1 texts · 2 outlets · 1 independent" in shown.out
    assert shown.out.index("Diario Andino (andino)") < shown.out.index("Diario Costa (costa)")
    assert "owners: andino, costa" in shown.out
    assert "citizen-security (2)" in shown.out
    assert "opened the story" in shown.out
    assert "exact 1.00 of" in shown.out
    assert PARAGRAPHS[0][:40] in shown.out
    number = busy("story", "http://costa.example/costa/uno", "--json").json["story"]["story_id"]
    assert busy("story", "show", number).out == shown.out


def test_stories_of_a_week_are_listed_best_covered_first(busy: Desk) -> None:
    """One line a story; `--owners` leaves out those that fewer owner groups told."""
    listed = busy("stories", "--week", "2026-W46", "--json").json["stories"]
    assert [story["outlets"] for story in listed] == [2, 1]
    assert "Puerto de Paracas" in busy("stories", "--week", "2026-W46").out
    assert busy("stories", "--week", "2026-W46", "--owners", "3", "--json").json["stories"] == []
    refused = busy("stories", "--week", "2027-W01")
    assert (refused.code, "has not begun" in refused.err) == (2, True)


def test_two_articles_are_explained(busy: Desk) -> None:
    """A copy with its passage, and two texts that have nothing to do with each other."""
    copy = busy("why", "http://andino.example/andino/uno", "http://costa.example/costa/uno")
    assert "same text: near" in copy.out
    assert "longest shared passage: “" + PARAGRAPHS[0][:60] in copy.out
    assert "same story: yes" in copy.out
    apart = busy("why", "http://andino.example/andino/uno", "http://sur.example/sur/uno")
    assert "same text: no" in apart.out
    assert "same story: no" in apart.out
    assert busy("why", "http://andino.example/andino/uno", "http://nowhere.example/").code == 2


def test_an_analysts_split_and_merge_hold(busy: Desk) -> None:
    """What people decide is shown with their name, and no run undoes it; --author is asked for."""
    article = "http://costa.example/costa/uno"
    assert busy("story", "split", article).code == 2
    done = busy("story", "split", article, "--author", "ana", "--note", "another bus")
    assert (done.code, "left story" in done.out) == (0, True)
    assert busy("run", "--force", at=START + timedelta(hours=2)).code == 0
    alone = busy("story", article)
    assert "1 articles" in alone.out
    assert "decided by ana" in alone.out
    assert "another bus" in alone.out
    back = busy(
        "story", "merge", "http://andino.example/andino/uno", article, "--author", "eva", at=START + timedelta(hours=3)
    )
    assert back.code == 0
    assert "2 articles" in busy("story", article).out
