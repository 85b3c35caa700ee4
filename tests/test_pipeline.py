"""The pipeline over loopback: real fetcher, real warehouse, real archive; only the clock is simulated."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fakes import Raw, Reply, WebServer
from world import HTML, LEAD, PARAGRAPHS, START, TITLE, counts, feed, item, page, rows, run_once, settings, source

from monitor import pipeline
from monitor.archive import archive_files, read_runs
from monitor.errors import DiskFullError, LockedError, Reason
from monitor.fetch import Network
from monitor.model import Fetched, Prior, Settings, Status
from monitor.stages.job import exit_code_of
from monitor.warehouse import Warehouse


def test_a_page_becomes_an_article_with_themes_evidence_and_story(
    web: WebServer, network: Network, config: Settings
) -> None:
    """One feed entry ends as one article read from its page, tagged with evidence, in a story of its own."""
    web.script("/rss", Reply(feed(item("peru/bus", TITLE, LEAD))))
    web.script("/peru/bus", Reply(page(TITLE, *PARAGRAPHS), headers=HTML))
    report = run_once(config, network)
    assert counts(report) == {"fetched": 1, "new": 1}
    assert (report.pages.wanted, report.pages.stored, report.new_articles, report.new_stories) == (1, 1, 1, 1)
    assert not report.failed_checks
    [article] = rows(config, "FROM article_current")
    assert (article["title"], article["text_from"], article["outlet"]) == (TITLE, "page", "Diario Andino")
    assert PARAGRAPHS[1] in article["body"]
    assert article["week"] == "2026-W46"
    evidence = rows(config, "FROM theme_evidence WHERE theme = 'citizen-security'")
    fields = {"title": article["title"], "lead": article["summary"], "body": article["body"]}
    assert evidence
    for span in evidence:
        assert fields[span["field"]][span["start_offset"] : span["end_offset"]] == span["matched"]


def test_a_second_run_changes_nothing(web: WebServer, network: Network, config: Settings) -> None:
    """The same feed an hour later: everything is seen, no page is asked again, no row is added."""
    web.script("/rss", Reply(feed(item("peru/bus", TITLE, LEAD)) + b"\n"), Reply(feed(item("peru/bus", TITLE, LEAD))))
    run_once(config, network)
    tables = ["article", "article_version", "entry", "theme_tag", "theme_evidence", "relevance", "story_member"]
    before = {table: rows(config, f"SELECT count(*) AS n FROM {table}") for table in tables}
    report = run_once(config, network, START + timedelta(hours=2))
    assert counts(report) == {"fetched": 1, "seen": 1}
    assert before == {table: rows(config, f"SELECT count(*) AS n FROM {table}") for table in tables}
    assert web.paths().count("/peru/bus") == 1


def test_an_edited_title_is_a_change_of_a_known_article(web: WebServer, network: Network, config: Settings) -> None:
    """A new wording under a known address is a new version with the old title beside it, never a new article."""
    web.script(
        "/rss",
        Reply(feed(item("peru/bus", TITLE, LEAD))),
        Reply(feed(item("peru/bus", "Dos muertos en ataque a bus en Trujillo", LEAD))),
    )
    run_once(config, network)
    report = run_once(config, network, START + timedelta(hours=2))
    assert counts(report) == {"fetched": 1, "changed": 1}
    assert (report.new_articles, report.new_versions) == (0, 1)
    [edit] = rows(config, "SELECT old_title, new_title FROM article_edit")
    assert edit == {"old_title": TITLE, "new_title": "Dos muertos en ataque a bus en Trujillo"}


def test_an_old_wording_served_again_says_nothing(web: WebServer, network: Network, config: Settings) -> None:
    """After an edit, a cache that still serves the first wording under its old date makes no third version."""
    first, second = (
        item("peru/bus", TITLE, LEAD),
        item("peru/bus", "Otro titular del ataque en Trujillo", LEAD, at=START),
    )
    web.script("/rss", Reply(feed(first)), Reply(feed(second)), Reply(feed(first) + b"\n"))
    for hours in (0, 2, 4):
        report = run_once(config, network, START + timedelta(hours=hours))
    assert counts(report) == {"fetched": 1, "seen": 1}


def test_white_space_quotes_and_case_make_no_version(web: WebServer, network: Network, config: Settings) -> None:
    """Typography is not an edit."""
    title = "El alcalde dice: “Habrá agua” en Piura"
    web.script(
        "/rss",
        Reply(feed(item("peru/agua", title, LEAD))),
        Reply(feed(item("peru/agua", 'El Alcalde  dice: "habrá agua" en Piura', LEAD))),
    )
    run_once(config, network)
    assert counts(run_once(config, network, START + timedelta(hours=2))) == {"fetched": 1, "seen": 1}


def test_a_missing_page_degrades_to_feed_text(web: WebServer, network: Network, config: Settings) -> None:
    """A page that answers 404 leaves an article with the feed's own text, flagged with the reason and counted."""
    web.script("/rss", Reply(feed(item("peru/bus", TITLE, LEAD))))
    report = run_once(config, network)
    assert (report.pages.from_feed, dict(report.page_reasons)) == (1, {Reason.NOT_FOUND: 1})
    [article] = rows(config, "SELECT text_from, partial, reason, summary FROM article_current")
    assert article == {"text_from": "feed", "partial": True, "reason": "not_found", "summary": LEAD}


def test_foreign_news_is_rejected_before_its_page_is_asked(web: WebServer, network: Network, config: Settings) -> None:
    """A story of the world section and one of another town called Peru are counted as rejected, and not fetched."""
    web.script(
        "/rss",
        Reply(feed(item("mundo/madrid", "Madrid aprueba presupuesto", "El ayuntamiento de la capital española."))),
    )
    web.script(
        "/us/rss",
        Reply(feed(item("local/fire", "Fire in Peru, Indiana", "Crews in Miami County.", host="post.example"))),
    )
    post = source("post", url="http://post.example/us/rss", lang="en", prior=Prior.FOREIGN, country="US")
    report = run_once(replace(config, sources=(source(), post)), network)
    assert counts(report) == counts(report, "post") == {"fetched": 1, "rejected": 1}
    assert {row["reason"] for row in rows(config, "FROM rejection")} == {"not_about_peru"}
    assert not {"/mundo/madrid", "/local/fire"} & set(web.paths())


def test_one_bad_source_stops_no_other(web: WebServer, network: Network, config: Settings) -> None:
    """HTML instead of a feed, an empty 200, a cut body, a refused page and a good feed in one run."""
    web.script("http://html.example/rss", Reply(b"<html><title>Mantenimiento</title></html>"))
    web.script("http://empty.example/rss", Reply(b""))
    web.script("http://cut.example/rss", Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n<rss>"))
    web.script("http://andino.example/rss", Reply(feed(item("peru/bus", TITLE, LEAD))))
    names = ("andino", "html", "empty", "cut", "missing")
    report = run_once(replace(config, sources=tuple(map(source, names))), network)
    found = {outcome.source_id: outcome.reason for outcome in report.outcomes}
    assert found == {
        "andino": None,
        "html": Reason.NOT_A_FEED,
        "empty": Reason.EMPTY,
        "cut": Reason.TRUNCATED,
        "missing": Reason.NOT_FOUND,
    }
    assert report.new_articles == 1
    assert all(outcome.detail for outcome in report.outcomes if outcome.status is Status.FAILED)
    assert exit_code_of(report.outcomes, report.page_reasons, 0.0) == 0


def test_no_network_reports_every_source_and_exits_69(tmp_path: Path) -> None:
    """Every source is unreachable with its reason, nothing is stored, and the exit code says so."""
    config = settings(tmp_path / "state", source("uno"), source("dos"))
    report = run_once(config, Network.mapped({}))
    assert {outcome.reason for outcome in report.outcomes} == {Reason.UNREACHABLE}
    assert exit_code_of(report.outcomes, report.page_reasons, 0.0) == 69
    assert rows(config, "SELECT count(*) AS n FROM entry") == [{"n": 0}]


def test_validators_are_echoed_and_a_304_is_a_success(web: WebServer, network: Network, config: Settings) -> None:
    """The second request carries the first answer's ETag byte for byte; the 304 counts as success."""
    web.script("/rss", Reply(feed(item("peru/bus", TITLE, LEAD)), headers={"ETag": 'W/"a-gzip"'}), Reply(status=304))
    run_once(config, network)
    report = run_once(config, network, START + timedelta(hours=2))
    assert [request.header("if-none-match") for request in web.requests("/rss")] == [None, 'W/"a-gzip"']
    assert report.outcomes[0].status is Status.NOT_MODIFIED


def test_a_source_is_not_asked_twice_within_its_interval(web: WebServer, network: Network, config: Settings) -> None:
    """Ten minutes later nothing is due; a minute before its time a source is waited for, not skipped for an hour."""
    web.script("/rss", Reply(feed(item("peru/bus", TITLE, LEAD))))
    run_once(config, network)
    assert run_once(config, network, START + timedelta(minutes=10)).outcomes == ()
    late = run_once(config, network, START + timedelta(minutes=59, seconds=30))
    assert len(late.outcomes) == 1
    asked_at = rows(config, "SELECT max(started_at) AS at FROM source_fetch")[0]["at"]
    assert asked_at >= START + timedelta(hours=1)


def test_a_stopped_run_leaves_its_pages_to_the_next(web: WebServer, network: Network, config: Settings) -> None:
    """Asked to stop after the feeds, the run ends cleanly; the next one reads what was left, though the feed is 304."""
    web.script("/rss", Reply(feed(item("peru/bus", TITLE, LEAD)), headers={"ETag": '"1"'}), Reply(status=304))
    web.script("/peru/bus", Reply(page(TITLE, *PARAGRAPHS), headers={"Content-Type": "text/html"}))
    stopped = run_once(config, network, stop_asked=lambda: "/rss" in web.paths())
    assert (stopped.stopped, stopped.pages.pending, stopped.new_articles) == (True, 1, 0)
    report = run_once(config, network, START + timedelta(hours=2))
    assert (report.pages.wanted, report.pages.stored) == (1, 1)
    [article] = rows(config, "FROM article")
    assert article["first_seen_at"] == START


def test_replaying_the_archive_gives_the_same_warehouse(web: WebServer, network: Network, config: Settings) -> None:
    """Runs with an edit, a 304, a missing page and a failing source, replayed from WARC: the same facts."""
    other = source("norte")
    web.script(
        "http://andino.example/rss",
        Reply(feed(item("peru/bus", TITLE, LEAD))),
        Reply(feed(item("peru/bus", "Dos heridos en Trujillo", LEAD))),
        Reply(status=500),
    )
    web.script("/peru/bus", Reply(page(TITLE, *PARAGRAPHS), headers={"Content-Type": "text/html"}))
    web.script(
        "http://norte.example/rss",
        Reply(
            feed(item("peru/paro", "Paro de transportistas en Trujillo", LEAD, host="norte.example")),
            headers={"ETag": '"9"'},
        ),
        Reply(status=304),
    )
    config = replace(config, sources=(source(), other))
    for hours in (0, 2, 4):
        run_once(config, network, START + timedelta(hours=hours))
    again = replace(config, state=config.state.parent / "again")
    asyncio.run(pipeline.replay(again, archive_files(config.state / "archive")))
    names = [row["table_name"] for row in rows(config, "SELECT table_name FROM duckdb_tables() ORDER BY ALL")]
    assert len(names) > 20
    for table in names:
        columns = UNLIKE.get(table, "*")
        if columns:
            sql = f"SELECT {columns} FROM {table} ORDER BY ALL"
            assert rows(again, sql) == rows(config, sql), table


# What a replay cannot or must not repeat: clocks of the machine, places in a run, what hosts were told, the command.
UNLIKE = {
    "schema_version": "",
    "attempt": "* EXCLUDE (attempted_at)",
    "host_pause": "",
    "robots": "",
    "run": "* EXCLUDE (command)",
    "run_end": "* EXCLUDE (finished_at, stage_seconds)",
    "source_fetch": "* EXCLUDE (started_at, seconds)",
    "page": "* EXCLUDE (seconds)",
    "recheck": "* EXCLUDE (seconds)",
}


def test_a_held_warehouse_is_reported_and_nothing_is_lost(web: WebServer, network: Network, config: Settings) -> None:
    """A writer in another process: one clear message with its process number; once it is gone the run succeeds."""
    import subprocess
    import sys

    web.script("/rss", Reply(feed(item("peru/bus", TITLE, LEAD))))
    run_once(config, network)
    path = Warehouse(config.state).path
    hold = (
        f"import duckdb, sys; c = duckdb.connect({str(path)!r}); print('held', flush=True); sys.stdin.read(); c.close()"
    )
    holder = subprocess.Popen([sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(LockedError, match=f"held open by process {holder.pid}"):
            run_once(config, network, START + timedelta(hours=2))
    finally:
        holder.communicate()
    assert run_once(config, network, START + timedelta(hours=2)).outcomes


def test_a_full_disk_is_refused_before_anything_is_fetched(web: WebServer, network: Network, config: Settings) -> None:
    """Too little room: a message with both numbers, no request."""
    with pytest.raises(DiskFullError, match="MB needed"):
        run_once(replace(config, min_free_bytes=10**18), network)
    assert web.log == []


def test_every_response_is_in_the_archive(web: WebServer, network: Network, config: Settings) -> None:
    """Feed, page and robots.txt answers of a run can be read back with their bodies."""
    body = feed(item("peru/bus", TITLE, LEAD))
    web.script("/rss", Reply(body))
    web.script("/peru/bus", Reply(page(TITLE, *PARAGRAPHS), headers={"Content-Type": "text/html"}))
    run_once(config, network)
    [archived] = read_runs(archive_files(config.state / "archive"))
    kept = {exchange.request.url: exchange for exchange in archived.exchanges}
    answer = kept["http://andino.example/rss"].answer(kept["http://andino.example/rss"].request)
    assert isinstance(answer, Fetched)
    assert answer.body == body
    assert {"http://andino.example/peru/bus", "http://andino.example/robots.txt"} <= set(kept)
