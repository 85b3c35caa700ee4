"""After a change of the extractor, articles are read again from the archive; only texts that differ get a version."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fakes import Reply, WebServer
from world import START, feed, item, page, rows, run_once, settings, source

from monitor import extract, themes
from monitor.archive import archive_files, read_runs
from monitor.clock import SimulatedClock
from monitor.fetch import Network
from monitor.model import Article, Entry, Fetched, Settings, Source
from monitor.stages.job import Job
from monitor.stages.reextract import Difference, reextract
from monitor.warehouse import Warehouse

TITLES = {
    "bus": "Extorsionadores atacan bus en Trujillo",
    "paro": "Transportistas de Trujillo anuncian paro por extorsión",
}
PARAGRAPHS = (
    "Un bus de transporte público fue atacado a balazos la madrugada del lunes en el distrito de El Porvenir.",
    "Los extorsionadores exigían el pago de cupos a la empresa desde hace tres semanas, dijo un dirigente del gremio.",
    "La Policía Nacional del Perú informó que hay dos heridos y que el conductor se encuentra fuera de peligro.",
)


@pytest.fixture
def config(tmp_path: Path) -> Settings:
    """Two articles read by the extractor of that time."""
    config = settings(tmp_path / "state", source())
    with WebServer() as web:
        web.script("/rss", Reply(feed(*(item(f"peru/{slug}", title, PARAGRAPHS[0]) for slug, title in TITLES.items()))))
        for slug, title in TITLES.items():
            body = page(title, *PARAGRAPHS, f"Lo dijo el vocero de {slug}.")
            web.script(f"/peru/{slug}", Reply(body, headers={"Content-Type": "text/html; charset=utf-8"}))
        run_once(config, Network.mapped({("*", 80): web.address}))
    return config


def again(config: Settings, *, dry_run: bool = False) -> Difference:
    at = START + timedelta(days=1)
    warehouse = Warehouse(config.state)
    job = Job(config, SimulatedClock(at), "again", "reextract", at, themes.load(), warehouse)
    found = reextract(job, read_runs(archive_files(config.state / "archive")), dry_run=dry_run)
    warehouse.publish()
    return found


def better(monkeypatch: pytest.MonkeyPatch) -> None:
    """An extractor of a later version, which leaves out a sentence of one of the pages."""
    real = extract.article

    def article(page: Fetched, entry: Entry, source: Source) -> Article:
        read = real(page, entry, source)
        return replace(read, body=read.body.replace("Lo dijo el vocero de bus.", "").strip(), extractor="vote/99")

    monkeypatch.setattr(extract, "EXTRACTOR", "vote/99")
    monkeypatch.setattr(extract, "article", article)


def test_the_same_extractor_has_nothing_to_do(config: Settings) -> None:
    """Articles of the present extractor are not read again."""
    assert again(config) == Difference()


def test_only_texts_that_differ_get_a_version(config: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are read, one differs in its body: one version, judged and tagged, and no edit of the outlet."""
    better(monkeypatch)
    found = again(config)
    assert (found.read, found.changed, found.missing, dict(found.fields)) == (2, 1, 0, {"body": 1})
    assert [(title, n < 0) for _, title, n in found.examples] == [(TITLES["bus"], True)]
    assert rows(config, "SELECT count(*) AS n FROM article_version") == [{"n": 3}]
    assert rows(config, "SELECT count(*) AS n FROM article_edit") == [{"n": 0}]
    assert rows(config, "SELECT count(*) AS n FROM edit_grade") == [{"n": 0}]
    assert rows(config, "SELECT count(*) AS n FROM tag_current AS t JOIN article_current USING (article_id)") != [
        {"n": 0}
    ]
    [run] = rows(config, "SELECT failed_checks FROM run_end WHERE run_id = 'again'")
    assert run["failed_checks"] == []


def test_a_dry_run_tells_and_stores_nothing(config: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same figures, no row."""
    better(monkeypatch)
    assert again(config, dry_run=True).changed == 1
    assert rows(config, "SELECT count(*) AS n FROM article_version") == [{"n": 2}]
    assert rows(config, "SELECT count(*) AS n FROM run") == [{"n": 1}]


def test_pages_no_longer_archived_are_counted(config: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive that was thinned out costs those articles their new reading, nothing else."""
    better(monkeypatch)
    for path in archive_files(config.state / "archive"):
        path.unlink()
    assert again(config).missing == 2
