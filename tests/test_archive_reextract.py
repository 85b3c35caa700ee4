"""After the extractor changed, articles are read again from the archive; only texts that differ get a version."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fakes import Reply, WebServer
from world import HTML, PARAGRAPHS, START, TITLE, feed, item, page, rows, run_once, settings, source

from monitor import themes
from monitor.archive import ArchiveWriter, archive_files, read_runs
from monitor.clock import SimulatedClock
from monitor.errors import Reason
from monitor.extract import EXTRACTOR
from monitor.fetch import Network
from monitor.model import Fetched, Purpose, Request, Settings
from monitor.stages import page_cell
from monitor.stages.job import Job
from monitor.stages.page_cell import PageCell
from monitor.stages.reextract import Difference, reextract
from monitor.warehouse import Warehouse

TITLES = {"bus": TITLE, "paro": "Transportistas de Trujillo anuncian paro por extorsión"}
SIDE = "Hoy también: feria del libro en Arequipa y fiesta de la vendimia en Ica."


@pytest.fixture
def config(tmp_path: Path) -> Settings:
    """Two articles read by the extractor of today."""
    config = settings(tmp_path / "state", source())
    with WebServer() as web:
        web.script("/rss", Reply(feed(*(item(f"peru/{slug}", title, PARAGRAPHS[0]) for slug, title in TITLES.items()))))
        for slug, title in TITLES.items():
            body = page(title, *PARAGRAPHS, f"Lo dijo el vocero de {slug}.")
            web.script(f"/peru/{slug}", Reply(body, headers=HTML))
        run_once(config, Network.mapped({("*", 80): web.address}))
    return config


@pytest.fixture
def dated(config: Settings) -> Settings:
    """The same, read by an extractor of the past, which took a line of the margin into one of the two."""
    with Warehouse(config.state).write() as session:
        session.execute("UPDATE article_version SET extractor = 'vote/0'")
        session.execute(
            "UPDATE article_version SET body = body || chr(10) || $side WHERE title = $title",
            {"side": SIDE, "title": TITLE},
        )
    return config


def again(config: Settings, *, dry_run: bool = False) -> Difference:
    at = START + timedelta(days=1)
    warehouse = Warehouse(config.state)
    job = Job(config, SimulatedClock(at), "again", "reextract", at, themes.load(), warehouse)
    found = reextract(job, read_runs(archive_files(config.state / "archive")), dry_run=dry_run)
    warehouse.publish()
    return found


def test_the_same_extractor_has_nothing_to_do(config: Settings) -> None:
    """Articles of the present extractor are not read again."""
    assert again(config) == Difference()


def test_only_texts_that_differ_get_a_version(dated: Settings) -> None:
    """Both are read, one differs in its body: one version, judged and tagged, and no edit of the outlet."""
    found = again(dated)
    assert (found.read, found.changed, found.missing, dict(found.fields)) == (2, 1, 0, {"body": 1})
    assert [(title, n) for _, title, n in found.examples] == [(TITLE, -len(SIDE) - 1)]
    assert rows(dated, "SELECT count(*) AS n FROM article_version") == [{"n": 3}]
    assert rows(dated, "SELECT extractor FROM article_version WHERE version = 2") == [{"extractor": EXTRACTOR}]
    assert rows(dated, "SELECT count(*) AS n FROM article_edit") == [{"n": 0}]
    assert rows(dated, "SELECT count(*) AS n FROM edit_grade") == [{"n": 0}]
    assert rows(dated, "SELECT count(*) AS n FROM tag_current AS t JOIN article_current USING (article_id)") != [
        {"n": 0}
    ]
    [run] = rows(dated, "SELECT failed_checks FROM run_end WHERE run_id = 'again'")
    assert run["failed_checks"] == []


def test_a_dry_run_tells_and_stores_nothing(dated: Settings) -> None:
    """The same figures, no row."""
    assert again(dated, dry_run=True).changed == 1
    assert rows(dated, "SELECT count(*) AS n FROM article_version") == [{"n": 2}]
    assert rows(dated, "SELECT count(*) AS n FROM run") == [{"n": 1}]


def test_pages_no_longer_archived_are_counted(dated: Settings) -> None:
    """An archive that was thinned out costs those articles their new reading, nothing else."""
    for path in archive_files(dated.state / "archive"):
        path.unlink()
    assert again(dated).missing == 2


@pytest.fixture
def short_of_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[PageCell]:
    """The process that reads pages gets one second for each."""
    cell = PageCell(cpu_seconds=1, memory=page_cell.MEMORY)
    monkeypatch.setattr(page_cell, "_SHARED", cell)
    yield cell
    cell.close()


def test_a_hostile_page_costs_one_reading(dated: Settings, short_of_time: PageCell) -> None:
    """Its reason is counted, its text stays as it was held, and the pages behind it are read."""
    link, at = "http://andino.example/peru/paro", START + timedelta(hours=1)
    endless = page(TITLES["paro"], *PARAGRAPHS) + b"<p " + b" ".join(b"a%d=1" % n for n in range(400_000)) + b">"
    asked = Request(link, "andino", Purpose.PAGE)
    with ArchiveWriter(dated.state / "archive", "later", "run", at) as archive:
        archive.record(asked, Fetched(asked, link, 200, tuple(HTML.items()), endless, at, at), None, at, at)
    found = again(dated)
    assert (dict(found.refused), found.read, found.changed) == ({Reason.TOO_SLOW: 1}, 1, 1)
    held = {row["title"]: row["body"] for row in rows(dated, "SELECT title, body FROM article_current")}
    assert PARAGRAPHS[2] in held[TITLES["paro"]]
    assert SIDE not in held[TITLE]
