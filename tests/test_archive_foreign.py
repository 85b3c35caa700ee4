"""WARC files of others: only our outlets, only Peru, everything counted; damage in one file costs nothing else."""

from __future__ import annotations

import asyncio
import gzip
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter
from world import PARAGRAPHS, START, TITLE, page, rows, source

from monitor import pipeline
from monitor.archive import ForeignPage, Skipped, archive_files, foreign_pages
from monitor.clock import SimulatedClock
from monitor.errors import ArchiveError, Reason
from monitor.model import Settings
from monitor.stages import given
from monitor.stages.given import Tally

CAP = 200_000
BUS = page(TITLE, *PARAGRAPHS)
MADRID = page(
    "Madrid aprueba el presupuesto de su ayuntamiento",
    "El pleno del Ayuntamiento de Madrid aprobó este martes el presupuesto municipal con los votos de la mayoría.",
    "La oposición criticó la falta de inversión en los barrios del sur de la capital de España durante el debate.",
    "El alcalde defendió las cuentas y anunció que el año próximo se construirán dos bibliotecas en Vallecas.",
)


class Crawl:
    """A WARC file as a crawler writes it: warcinfo, request and response pairs, gzip member by member."""

    def __init__(self, path: Path, *, gzip: bool = True) -> None:
        self.path, self._out = path, BytesIO()
        self._writer = WARCWriter(self._out, gzip=gzip)
        self._writer.write_record(self._writer.create_warcinfo_record(path.name, {"software": "nutch"}))

    def add(self, url: str, body: bytes, *, status: str = "200 OK", **headers: str) -> Crawl:
        kept = {"Content-Type": "text/html; charset=utf-8", **{k.replace("_", "-"): v for k, v in headers.items()}}
        dated = {"WARC-Date": "2026-11-01T08:00:00Z"}
        asked = StatusAndHeaders(f"GET {url} HTTP/1.1", [("User-Agent", "CCBot")], is_http_request=True)
        answered = StatusAndHeaders(status, list(kept.items()), protocol="HTTP/1.1")
        for kind, payload, http in (("request", b"", asked), ("response", body, answered)):
            record = self._writer.create_warc_record(
                url, kind, payload=BytesIO(payload), length=len(payload), http_headers=http, warc_headers_dict=dated
            )
            self._writer.write_record(record)
        return self

    def write(self) -> Path:
        self.path.write_bytes(self._out.getvalue())
        return self.path


def ours(url: str) -> bool:
    return "andino.example" in url


def found(path: Path) -> list[ForeignPage | Skipped]:
    return list(foreign_pages(path, ours, CAP))


def take_in(config: Settings, *paths: Path) -> Tally:
    outlets = given.Outlets(config.sources)
    pages = (one for path in paths for one in foreign_pages(path, lambda url: outlets.of(url) is not None, CAP))
    return given.hand_in(config, SimulatedClock(START), "import-warc", given.pages_of(pages, outlets, START))


def test_only_pages_of_our_outlets_about_peru_are_stored(tmp_path: Path, config: Settings) -> None:
    """Each response is stored, known or refused for one reason; the counts add up and the article is tagged."""
    crawl = Crawl(tmp_path / "cc.warc.gz")
    crawl.add("https://www.andino.example/peru/bus", BUS).add("https://andino.example/peru/bus?utm_source=x", BUS)
    crawl.add("https://andino.example/mundo/madrid", MADRID).add("https://otro.example/peru/bus", BUS)
    crawl.add("https://andino.example/gone", b"", status="404 Not Found")
    crawl.add("https://andino.example/img.jpg", b"\xff\xd8", Content_Type="image/jpeg")
    crawl.add("https://andino.example/vacio", b"<html><title>Andino</title></html>")
    tally = take_in(config, crawl.write())
    assert (tally.seen, tally.stored, tally.known) == (7, 1, 1)
    assert {reason: n for reason, n in tally.refused.items() if reason not in (Reason.NO_TEXT, Reason.SOFT_404)} == {
        Reason.NOT_ABOUT_PERU: 1,
        Reason.OTHER_HOST: 1,
        Reason.NOT_FOUND: 1,
        Reason.NOT_HTML: 1,
    }
    assert not tally.problems
    assert not tally.failed_checks
    [article] = rows(config, "SELECT title, source_id, first_seen_at, known_at FROM article_current")
    assert (article["title"], article["source_id"]) == ("Extorsionadores atacan bus en Trujillo", "andino")
    assert article["first_seen_at"] == datetime(2026, 11, 1, 8, tzinfo=UTC)
    assert article["known_at"] == START
    assert rows(config, "SELECT count(*) > 0 AS tagged FROM tag_current") == [{"tagged": True}]


def test_importing_twice_changes_nothing(tmp_path: Path, config: Settings) -> None:
    """What is known already is counted as known."""
    path = Crawl(tmp_path / "cc.warc.gz").add("https://andino.example/peru/bus", BUS).write()
    take_in(config, path)
    tally = take_in(replace(config), path)
    assert (tally.seen, tally.stored, tally.known) == (1, 0, 1)
    assert rows(config, "SELECT count(*) AS n FROM article_version") == [{"n": 1}]


def test_an_import_replays_from_our_own_archive(tmp_path: Path, config: Settings) -> None:
    """Pages taken in are kept in our archive, so the foreign file may go."""
    take_in(config, Crawl(tmp_path / "cc.warc.gz").add("https://andino.example/peru/bus", BUS).write())
    again = replace(config, state=tmp_path / "again")
    asyncio.run(pipeline.replay(again, archive_files(config.state / "archive")))
    for table in ("article", "article_version", "theme_tag", "relevance", "story_member", "page"):
        sql = f"SELECT * FROM {table} ORDER BY ALL"
        assert rows(again, sql) == rows(config, sql), table


@pytest.mark.parametrize("coding", ["", "gzip", "chunked"])
@pytest.mark.parametrize("compressed", [True, False])
def test_bodies_come_decoded(tmp_path: Path, coding: str, compressed: bool) -> None:
    """Crawlers keep the bytes of the wire or the decoded body; files are compressed by record, or not at all."""
    body = {"": BUS, "gzip": gzip.compress(BUS), "chunked": b"%x\r\n%s\r\n0\r\n\r\n" % (len(BUS), BUS)}[coding]
    headers = {"": {}, "gzip": {"Content_Encoding": "gzip"}, "chunked": {"Transfer_Encoding": "chunked"}}[coding]
    crawl = Crawl(tmp_path / "cc.warc", gzip=compressed).add("https://andino.example/a", body, **headers)
    [one] = found(crawl.write())
    assert isinstance(one, ForeignPage)
    assert one.body == BUS


def test_a_torn_file_gives_what_is_whole(tmp_path: Path) -> None:
    """A download cut off in the middle: its whole records, and one problem that names file and offset."""
    path = (
        Crawl(tmp_path / "cc.warc.gz").add("https://andino.example/a", BUS).add("https://andino.example/b", BUS).write()
    )
    path.write_bytes(path.read_bytes()[:-40])
    first, problem = found(path)
    assert isinstance(first, ForeignPage)
    assert isinstance(problem, Skipped)
    assert (problem.reason, problem.url) == (Reason.TRUNCATED, "")
    assert problem.detail.startswith(f"{path}: ends in an unfinished record at offset")


def test_damage_in_the_middle_is_stepped_over(tmp_path: Path) -> None:
    """Records on both sides of a bad block are read, and the gap is told."""
    crawl = Crawl(tmp_path / "cc.warc.gz").add("https://andino.example/a", BUS)
    start = len(crawl._out.getvalue())
    path = crawl.add("https://andino.example/b", BUS).add("https://andino.example/c", BUS).write()
    data = bytearray(path.read_bytes())
    data[start + 400 : start + 600] = b"\0" * 200
    path.write_bytes(bytes(data))
    got = found(path)
    assert [one.url for one in got if isinstance(one, ForeignPage)] == [
        "https://andino.example/a",
        "https://andino.example/c",
    ]
    assert [one.reason for one in got if isinstance(one, Skipped)] == [Reason.UNPARSABLE]


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 no", b"\x1f\x8b\x08broken", b"WARC/1.0\r\nnonsense"])
def test_what_is_no_warc_is_told(tmp_path: Path, data: bytes) -> None:
    """An error that names the file, or a problem; never another exception."""
    path = tmp_path / "x.warc.gz"
    path.write_bytes(data)
    with suppress(ArchiveError):
        assert all(isinstance(one, Skipped) and str(path) in one.detail for one in found(path))


def test_a_page_over_the_cap_is_refused(tmp_path: Path) -> None:
    """Also one that grows only when it is inflated."""
    bomb = gzip.compress(b"a" * 5_000_000)
    crawl = Crawl(tmp_path / "cc.warc.gz").add("https://andino.example/a", bomb, Content_Encoding="gzip")
    assert [one.reason for one in found(crawl.write()) if isinstance(one, Skipped)] == [Reason.TOO_LARGE]


def test_feeds_on_another_host_still_name_their_outlet() -> None:
    """feeds.andino.example is the feed of andino.example; aggregators are the outlet of nothing."""
    outlets = given.Outlets(
        [
            source("a", url="https://feeds.andino.example/rss"),
            source("g", url="https://news.example/x", aggregator=True),
        ]
    )
    assert [
        outlets.of(url) is not None
        for url in (
            "https://www.andino.example/1",
            "https://sub.andino.example/",
            "https://news.example/1",
            "https://example/",
        )
    ] == [True, True, False, False]
