"""Pages of tagged articles are looked at again, politely and not for ever; what outlets changed is stored, graded."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from fakes import Reply, WebServer
from world import HTML, LEAD, PARAGRAPHS, START, TITLE, feed, item, page, rows, run_once, source

from monitor import pipeline
from monitor.archive import archive_files
from monitor.fetch import Network
from monitor.model import RecheckSettings, Report, Settings

EDITED = (*PARAGRAPHS[:2], PARAGRAPHS[2].replace("dos heridos", "cinco heridos"))


def article(*paragraphs: str, title: str = TITLE, **headers: str) -> Reply:
    return Reply(page(title, *paragraphs), headers=HTML | headers)


def play(config: Settings, network: Network, *hours: float) -> list[Report]:
    """Runs at these hours after the start."""
    return [run_once(config, network, START + timedelta(hours=each)) for each in hours]


def grades(config: Settings) -> list[tuple[str, str, str]]:
    found = rows(config, "SELECT grade, old_value, new_value FROM edit_grade ORDER BY version, place")
    return [(row["grade"], row["old_value"], row["new_value"]) for row in found]


def test_a_figure_changed_on_the_page_is_a_graded_version(web: WebServer, network: Network, config: Settings) -> None:
    """An hour later the page tells another toll, the feed nothing: a second version, with old and new value."""
    web.script("/rss", Reply(feed(item("peru/bus", TITLE, LEAD))))
    web.script("/peru/bus", article(*PARAGRAPHS), article(*EDITED))
    _, report = play(config, network, 0, 1)
    assert (report.new_articles, report.new_versions, dict(report.rechecks)) == (0, 1, {"changed": 1})
    assert not report.failed_checks
    assert grades(config) == [("figure_changed", "dos", "cinco")]
    [edit] = rows(config, "SELECT old_body, new_body, grades FROM article_edit")
    assert "dos heridos" in edit["old_body"]
    assert "cinco heridos" in edit["new_body"]
    assert edit["grades"] == ["figure_changed"]
    [change] = rows(config, "SELECT outlet, grade, changed_at, url FROM article_change")
    assert (change["outlet"], change["grade"]) == ("Diario Andino", "figure_changed")
    assert change["changed_at"] == START + timedelta(hours=1)


def test_pages_are_looked_at_five_times_in_a_week_and_never_again(
    web: WebServer, network: Network, config: Settings
) -> None:
    """1 h, 6 h, 1 d, 3 d and 7 d after first sight, though runs come every hour; a run that comes late looks once."""
    web.script("/rss", Reply(feed(item("peru/bus", TITLE, LEAD))))
    web.script("/peru/bus", article(*PARAGRAPHS))
    looked = []
    for hours in (0, 1, 2, 5, 6, 7, 23, 24, 25, 71, 73, 167, 168, 190, 300):
        before = web.paths().count("/peru/bus")
        play(config, network, hours)
        if web.paths().count("/peru/bus") > before:
            looked.append(hours)
    assert looked == [0, 1, 6, 24, 73, 168]
    late = replace(config, state=config.state.parent / "late")
    play(late, network, 0, 50, 51)
    assert rows(late, "SELECT count(*) AS n FROM recheck") == [{"n": 1}]


def test_validators_of_the_page_are_echoed_and_a_304_changes_nothing(
    web: WebServer, network: Network, config: Settings
) -> None:
    """The look is conditional: byte for byte the ETag of the first answer, then that of the 304."""
    web.script("/rss", Reply(feed(item("peru/bus", TITLE, LEAD))))
    refreshed = Reply(status=304, headers={"ETag": 'W/"b"'})
    web.script("/peru/bus", article(*PARAGRAPHS, ETag='W/"a"'), refreshed, refreshed)
    reports = play(config, network, 0, 1, 6)
    asked = [request.header("if-none-match") for request in web.requests("/peru/bus")]
    assert asked == [None, 'W/"a"', 'W/"b"']
    assert [dict(report.rechecks) for report in reports[1:]] == [{"not_modified": 1}] * 2
    assert rows(config, "SELECT count(*) AS n FROM article_version") == [{"n": 1}]


@pytest.mark.parametrize("status", [404, 410])
def test_a_withdrawn_page_is_told_once_and_its_text_stays(
    web: WebServer, network: Network, config: Settings, status: int
) -> None:
    """Gone pages are graded `withdrawn` with their last headline; the good copy is still what views show."""
    web.script("/rss", Reply(feed(item("peru/bus", TITLE, LEAD))))
    web.script("/peru/bus", article(*PARAGRAPHS), Reply(status=status))
    reports = play(config, network, 0, 1, 6)
    assert [dict(report.rechecks) for report in reports[1:]] == [{"withdrawn": 1}] * 2
    assert grades(config) == [("withdrawn", TITLE, "")]
    [held] = rows(config, "SELECT body, text_from FROM article_current")
    assert (PARAGRAPHS[2] in held["body"], held["text_from"]) == (True, "page")


def test_a_page_that_is_gone_when_its_entry_changes_is_told(web: WebServer, network: Network, config: Settings) -> None:
    """Though nobody looked again: the run that reads the changed entry finds it. No later look tells it twice."""
    renamed = "Extorsionadores atacan bus en La Libertad"
    web.script("/rss", Reply(feed(item("peru/bus", TITLE, LEAD))), Reply(feed(item("peru/bus", renamed, LEAD))))
    web.script("/peru/bus", article(*PARAGRAPHS), Reply(status=410))
    play(replace(config, rechecks=RecheckSettings(after=())), network, 0, 2)
    play(config, network, 6, 24)
    assert grades(config) == [("withdrawn", TITLE, ""), ("headline_changed", TITLE, renamed)]
    [held] = rows(config, "SELECT title, body FROM article_current")
    assert (held["title"], PARAGRAPHS[2] in held["body"]) == (renamed, True)


def test_a_live_page_that_grows_is_one_grade(web: WebServer, network: Network, config: Settings) -> None:
    """From page to warehouse: the kind is told by the address, the growth by the number of paragraphs."""
    slug = "peru/paro-en-vivo/bus"
    more = [
        f"{n}:15 Los transportistas de la ruta {n} se suman al paro de este martes en Trujillo." for n in range(8, 12)
    ]
    web.script("/rss", Reply(feed(item(slug, TITLE, LEAD))))
    web.script(f"/{slug}", article(*PARAGRAPHS), article(*more, *PARAGRAPHS))
    play(config, network, 0, 1)
    assert rows(config, "SELECT kind FROM article_current") == [{"kind": "live"}]
    assert rows(config, "SELECT grade, counted, old_number, new_number FROM edit_grade") == [
        {"grade": "grown", "counted": "paragraphs", "old_number": 3, "new_number": 7}
    ]


def test_counters_and_stamps_on_the_page_make_no_version(web: WebServer, network: Network, config: Settings) -> None:
    """Views, ages, ads and typography differ at every look: one wording."""
    web.script("/rss", Reply(feed(item("peru/bus", TITLE, LEAD))))
    noisy = (
        "1.234 vistas",
        PARAGRAPHS[0].replace(" ", "\u00a0", 4),
        "PUBLICIDAD",
        PARAGRAPHS[1].replace("cupos", "“cupos”"),
        PARAGRAPHS[2],
        "Actualizado hace 5 minutos",
    )
    web.script("/peru/bus", article(*PARAGRAPHS), article(*noisy), article("9.876 vistas", *PARAGRAPHS))
    reports = play(config, network, 0, 1, 6)
    assert [dict(report.rechecks) for report in reports[1:]] == [{"unchanged": 1}] * 2
    assert rows(config, "SELECT count(*) AS n FROM article_version") == [{"n": 1}]


def test_a_wall_that_goes_up_later_does_not_eat_the_text(web: WebServer, network: Network, config: Settings) -> None:
    """A teaser, a consent wall and a server error at later looks leave the whole text where it is."""
    web.script("/rss", Reply(feed(item("peru/bus", TITLE, LEAD))))
    teaser = article(PARAGRAPHS[0], "Contenido exclusivo para suscriptores. Suscríbete para seguir leyendo.")
    web.script(
        "/peru/bus", article(*PARAGRAPHS), teaser, Reply(b"<html><title>Error</title></html>"), Reply(status=500)
    )
    reports = play(config, network, 0, 1, 6, 24)
    assert [set(report.rechecks) & {"changed"} for report in reports[1:]] == [set()] * 3
    [held] = rows(config, "SELECT body FROM article_current")
    assert PARAGRAPHS[2] in held["body"]


def test_a_page_that_was_down_gives_its_text_later(web: WebServer, network: Network, config: Settings) -> None:
    """A passing failure is made good at the next look; text that came at last is no edit of the outlet."""
    web.script("/rss", Reply(feed(item("peru/bus", TITLE, LEAD))))
    web.script("/peru/bus", Reply(status=500), article(*PARAGRAPHS))
    play(config, network, 0, 1)
    [held] = rows(config, "SELECT text_from, body, version FROM article_current")
    assert (held["text_from"], held["version"]) == ("page", 2)
    assert PARAGRAPHS[0] in held["body"]
    assert grades(config) == []


def test_untagged_articles_and_pages_not_allowed_are_left_alone(
    web: WebServer, network: Network, config: Settings
) -> None:
    """Nobody asks again for what no theme wants, nor for sources that give feed text only."""
    quiet = ("Feria del libro abre en Arequipa", "La feria reúne a lectores de la Ciudad Blanca, en Perú.")
    web.script("/rss", Reply(feed(item("cultura/feria", *quiet))))
    web.script("/cultura/feria", article("Una feria de libros abrió en Arequipa. " * 12, title=quiet[0]))
    silent = source("norte", pages=False)
    web.script("http://norte.example/rss", Reply(feed(item("peru/bus", TITLE, LEAD, host="norte.example"))))
    play(replace(config, sources=(source(), silent)), network, 0, 1)
    assert web.paths().count("/cultura/feria") == 1
    assert "/peru/bus" not in web.paths()


def test_disabled_sources_and_those_not_asked_for_are_left_alone(
    web: WebServer, network: Network, config: Settings
) -> None:
    """`run --source X` looks at pages of X only; pages of a source that was disabled are not asked for any more."""
    web.script("/rss", Reply(feed(item("peru/bus", TITLE, LEAD))))
    web.script("/peru/bus", article(*PARAGRAPHS))
    both = replace(config, sources=(source(), source("norte")))
    run_once(both, network)
    run_once(both, network, START + timedelta(hours=1), only=frozenset({"norte"}))
    run_once(replace(both, sources=(source(enabled=False), source("norte"))), network, START + timedelta(hours=2))
    assert web.paths().count("/peru/bus") == 1
    run_once(both, network, START + timedelta(hours=3))
    assert web.paths().count("/peru/bus") == 2


def test_a_host_is_asked_for_a_few_pages_a_run(web: WebServer, network: Network, config: Settings) -> None:
    """Beyond the limit of a host, and of a run, looks wait for the next run; each page gets its turn."""
    slugs = [f"peru/bus-{number}" for number in range(4)]
    for host in ("andino", "norte"):
        items = (item(slug, f"{TITLE} {slug[-1]} {host}", LEAD, host=f"{host}.example") for slug in slugs)
        web.script(f"http://{host}.example/rss", Reply(feed(*items)))
        for slug in slugs:
            text = (f"{paragraph} Parte {slug} de {host}." for paragraph in PARAGRAPHS)
            web.script(f"http://{host}.example/{slug}", article(*text, title=f"{TITLE} {slug[-1]} {host}"))
    limits = RecheckSettings(per_run=3, per_host=2)
    both = replace(config, sources=(source(), source("norte")), rechecks=limits)
    reports = play(both, network, 0, 1, 2, 3)
    assert [sum(report.rechecks.values()) for report in reports] == [0, 3, 3, 2]
    assert rows(both, "SELECT count(DISTINCT article_id) AS n FROM recheck") == [{"n": 8}]


def test_no_page_is_looked_at_where_the_settings_say_never(web: WebServer, network: Network, config: Settings) -> None:
    """`after = []` in [rechecks] switches looking again off."""
    web.script("/rss", Reply(feed(item("peru/bus", TITLE, LEAD))))
    web.script("/peru/bus", article(*PARAGRAPHS))
    play(replace(config, rechecks=RecheckSettings(after=())), network, 0, 24)
    assert web.paths().count("/peru/bus") == 1


def test_looks_replay_from_the_archive(web: WebServer, network: Network, config: Settings) -> None:
    """Edit, 304, withdrawal and a run stopped before its looks: the replayed warehouse holds the same facts."""
    web.script(
        "/rss", Reply(feed(item("peru/bus", TITLE, LEAD), item("peru/paro", "Paro en Trujillo por extorsión", LEAD)))
    )
    web.script(
        "/peru/bus",
        article(*PARAGRAPHS, ETag='"1"'),
        article(*EDITED, ETag='"2"'),
        Reply(status=304),
        Reply(status=404),
    )
    web.script("/peru/paro", article(*PARAGRAPHS[::-1], title="Paro en Trujillo por extorsión"))
    play(config, network, 0, 1)
    run_once(config, network, START + timedelta(hours=6), stop_asked=lambda: True)
    play(config, network, 7, 24)
    again = replace(config, state=config.state.parent / "again")
    asyncio.run(pipeline.replay(again, archive_files(config.state / "archive")))
    assert [row["outcome"] for row in rows(config, "FROM recheck WHERE url LIKE '%bus' ORDER BY known_at")] == [
        "changed",
        "not_modified",
        "withdrawn",
    ]
    for table in ("recheck", "edit_grade", "article_version", "page", "theme_tag", "relevance"):
        sql = f"SELECT * FROM {table} ORDER BY ALL"
        assert rows(again, sql) == rows(config, sql), table


def test_the_past_keeps_its_edits(web: WebServer, network: Network, config: Settings) -> None:
    """As known before the look there was no edit."""
    web.script("/rss", Reply(feed(item("peru/bus", TITLE, LEAD))))
    web.script("/peru/bus", article(*PARAGRAPHS), article(*EDITED))
    play(config, network, 0, 1)
    before: datetime = START + timedelta(minutes=30)
    assert rows(config, "SELECT count(*) AS n FROM edit_at($at)", at=before) == [{"n": 0}]
    assert rows(config, "SELECT count(*) AS n FROM edit_at($at)", at=before + timedelta(hours=1)) == [{"n": 1}]
