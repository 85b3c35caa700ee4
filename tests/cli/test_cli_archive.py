"""Pages and documents handed in, and the archive read again, from the command line."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path

from cli_world import BUS, HTML, PARAGRAPHS, Desk
from fakes import Reply
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter
from world import START, feed, item, page

from monitor.errors import Exit


def crawl(path: Path, *urls: str) -> Path:
    """A WARC file of another crawler."""
    body = page(BUS[0], *PARAGRAPHS)
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for url in urls:
            http = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
            dated = {"WARC-Date": "2026-11-01T08:00:00Z"}
            record = writer.create_warc_record(
                url, "response", payload=BytesIO(body), length=len(body), http_headers=http, warc_headers_dict=dated
            )
            writer.write_record(record)
    return path


def test_import_counts_by_reason_and_goes_on_after_a_bad_file(desk: Desk, tmp_path: Path) -> None:
    """One file is no WARC: it is named on stderr, the others are taken in."""
    bad = tmp_path / "bad.warc.gz"
    bad.write_bytes(b"no")
    good = crawl(tmp_path / "cc.warc.gz", "https://andino.example/peru/bus", "https://otro.example/peru/bus")
    done = desk("import-warc", bad, good)
    assert done.code == 0
    assert done.out.splitlines()[0] == "2 pages: 1 stored, 0 known, 1 not used"
    assert "other_host" in done.out
    assert f"{bad}: not a WARC file" in done.err
    again = desk("import-warc", good, "--json", at=START + timedelta(hours=1)).json
    assert (again["stored"], again["known"], again["refused"]) == (0, 1, {"other_host": 1})


def test_nothing_readable_is_bad_data_and_a_missing_file_a_usage_error(desk: Desk, tmp_path: Path) -> None:
    """65 where no file gave a page; 2 for a name that is none."""
    bad = tmp_path / "bad.warc.gz"
    bad.write_bytes(b"no")
    assert desk("import-warc", bad).code == Exit.BAD_DATA
    missing = desk("import-warc", tmp_path / "none.warc.gz")
    assert (missing.code, "is not a file" in missing.err) == (Exit.USAGE, True)


def test_a_file_and_an_address_are_added(desk: Desk, tmp_path: Path) -> None:
    """Each is one document; what an address answers is asked for like any page."""
    note = tmp_path / "nota.md"
    note.write_text("# Informe sobre minería ilegal\n\n" + "\n\n".join(PARAGRAPHS), encoding="utf-8")
    desk.web.script(
        "http://ministerio.example/informe", Reply(page("Informe del Perú", *PARAGRAPHS[::-1]), headers=HTML)
    )
    done = desk("add", note, "http://ministerio.example/informe")
    assert (done.code, done.out.splitlines()[0]) == (0, "2 documents: 2 stored, 0 known, 0 not used")
    assert "Informe sobre minería ilegal" in done.out
    refused = desk("add", "http://ministerio.example/nada", at=START + timedelta(hours=1))
    assert refused.code == Exit.BAD_DATA
    assert "not_found" in refused.out


def test_reextract_and_replay_since(desk: Desk) -> None:
    """Nothing to read again with the same extractor; a replay from a day on leaves out earlier runs."""
    desk.web.script("/rss", Reply(feed(item("peru/bus", *BUS))))
    desk.web.script("/peru/bus", Reply(page(BUS[0], *PARAGRAPHS), headers=HTML))
    assert desk("reextract").code == Exit.USAGE
    desk("run")
    desk("run", at=START + timedelta(days=2))
    found = desk("reextract", "--dry-run", "--json", at=START + timedelta(days=3)).json
    assert (found["dry_run"], found["read"], found["changed"]) == (True, 0, 0)
    assert desk("replay", "--json").json["runs"] == 2
    assert desk("replay", "--since", "2026-11-10", "--json").json["runs"] == 1
