"""A line that a source puts under every page earns no theme, once the source is known."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from fakes import Reply, WebServer
from world import START, feed, item, page, rows, run_once, settings, source

from monitor.clock import SimulatedClock
from monitor.fetch import Network
from monitor.model import Fetched, Purpose, Request
from monitor.stages.given import hand_in

MENU = "En portada: Indeci alerta por huaicos, sismo en Arequipa y dengue en Piura"
TEXT = (
    "La feria del libro de {place} abrió sus puertas con cien editoriales y una lectura de poesía en la plaza mayor.",
    "El alcalde de {place} dijo que espera a miles de lectores y que la entrada será libre durante toda la semana.",
)
HTML = {"Content-Type": "text/html; charset=utf-8"}


def test_a_menu_on_every_page_stops_tagging(tmp_path: Path) -> None:
    """The first pages of a source cannot be told apart from news; those of the next run can."""
    with WebServer() as web:
        first = [f"Lugar{number}" for number in range(12)]
        entries = [
            item(f"peru/{place.lower()}", f"Lluvias en la feria del libro de {place}", "Abrió ayer.") for place in first
        ]
        late = item("peru/tardia", "Lluvias en la feria del libro de Puno", "Abrió hoy.", at=START + timedelta(hours=1))
        web.script("/rss", Reply(feed(*entries)), Reply(feed(late)))
        for place in [*first, "tardia"]:
            body = page(f"Lluvias en la feria del libro de {place}", *(text.format(place=place) for text in TEXT), MENU)
            web.script(f"/peru/{place.lower()}", Reply(body, headers=HTML))
        config, network = settings(tmp_path / "state", source()), Network.mapped({("*", 80): web.address})
        run_once(config, network)
        run_once(config, network, START + timedelta(hours=2))
    held = rows(config, "SELECT body FROM article_current WHERE url LIKE '%/tardia'")
    assert [MENU in row["body"] for row in held] == [True], "the line is stored as it was; it only does not count"
    tagged = rows(config, "SELECT a.url FROM tag_current JOIN article_current AS a USING (article_id) ORDER BY 1")
    urls = [row["url"].rsplit("/", 1)[1] for row in tagged]
    assert urls == sorted(place.lower() for place in first)


def test_a_menu_stops_tagging_what_is_handed_in(tmp_path: Path) -> None:
    """Pages of an archive are read like those fetched: what their outlet repeats, as known before, earns no theme."""
    config = settings(tmp_path / "state", source())
    for start, places in (
        (START, [f"Lugar{number}" for number in range(12)]),
        (START + timedelta(hours=1), ["tardia"]),
    ):
        pages = [
            Fetched(
                Request(f"https://andino.example/peru/{place.lower()}", "andino", Purpose.PAGE),
                f"https://andino.example/peru/{place.lower()}", 200, (("Content-Type", "text/html; charset=utf-8"),),
                page(f"Lluvias en la feria de {place}", *(text.format(place=place) for text in TEXT), MENU),
                start, start, (), 1,
            )
            for place in places
        ]  # fmt: skip
        hand_in(config, SimulatedClock(start), "import-warc", pages)
    tagged = rows(config, "SELECT DISTINCT a.url FROM tag_current JOIN article_current AS a USING (article_id)")
    assert sorted(row["url"].rsplit("/", 1)[1] for row in tagged) == sorted(f"lugar{number}" for number in range(12))
