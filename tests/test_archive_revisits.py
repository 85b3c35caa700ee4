"""Equal bodies are kept once per file, as standard `revisit` records; other readers agree that our files are WARC."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from monitor.archive import ArchiveWriter, archive_files, read_runs
from monitor.model import Fetched, Purpose, Request

T0 = datetime(2026, 11, 9, 12, tzinfo=UTC)
BODY = b"<rss>" + b"abcdefgh" * 300 + b"</rss>"


def put(folder: Path, run: int, *bodies: bytes, rotate_at: int = 2**29, day: int = 0) -> None:
    """One run that fetched these bodies, each from its own address."""
    at = T0 + timedelta(hours=run, days=day)
    with ArchiveWriter(folder, f"run-{run}-{day}", "run", at, rotate_at=rotate_at) as writer:
        for number, body in enumerate(bodies):
            request = Request(f"https://diario.example/{number}", "diario", Purpose.FEED)
            headers = (("Content-Type", "text/xml"), ("ETag", f'"{run}"'))
            writer.record(request, Fetched(request, request.url, 200, headers, body, at, at), None, at, at)


def bodies(folder: Path) -> list[bytes]:
    """Every body, as a replay gets it."""
    found = []
    for run in read_runs(archive_files(folder)):
        for request in run.requests:
            answer = asyncio.run(run.fetch(request))
            assert isinstance(answer, Fetched)
            assert answer.header("etag") == f'"{run.started_at.hour - 12}"'
            found.append(answer.body)
    return found


def records(path: Path) -> list[tuple[str, dict[str, str]]]:
    with path.open("rb") as file:
        return [
            (record.rec_type, dict(record.rec_headers.headers))
            for record in ArchiveIterator(file, check_digests="raise")
        ]


def test_an_unchanged_body_is_kept_once_a_day(tmp_path: Path) -> None:
    """Three runs that got the same bytes: one response, two revisits that name it; a replay sees no difference."""
    for run in range(3):
        put(tmp_path, run, BODY, b"<rss/>", BODY + bytes([run]))
    [path] = archive_files(tmp_path)
    kinds = [kind for kind, _ in records(path)]
    assert (kinds.count("response"), kinds.count("revisit")) == (7, 2)
    assert bodies(tmp_path) == [body for run in range(3) for body in (BODY, b"<rss/>", BODY + bytes([run]))]
    responses = {headers["WARC-Record-ID"]: headers for kind, headers in records(path) if kind == "response"}
    for kind, headers in records(path):
        if kind == "revisit":
            first = responses[headers["WARC-Refers-To"]]
            assert headers["WARC-Profile"].endswith("identical-payload-digest")
            assert headers["WARC-Payload-Digest"] == first["WARC-Payload-Digest"]
            assert headers["WARC-Refers-To-Target-URI"] == first["WARC-Target-URI"]
            assert headers["WARC-Refers-To-Date"] == first["WARC-Date"]


def test_no_reference_leaves_its_file(tmp_path: Path) -> None:
    """Another day, and a file that was full, keep the body again: each file can be moved or lost by itself."""
    put(tmp_path, 0, BODY)
    put(tmp_path, 0, BODY, day=1)
    assert [kind for path in archive_files(tmp_path) for kind, _ in records(path)].count("response") == 2
    small = tmp_path / "small"
    put(small, 0, BODY, BODY, BODY, rotate_at=1500)
    files = archive_files(small)
    assert len(files) > 1
    assert bodies(small) == [BODY] * 3
    for path in files:
        kinds = [kind for kind, _ in records(path)]
        assert "response" in kinds or "revisit" not in kinds


def test_a_lost_or_spoilt_memory_of_bodies_costs_room_only(tmp_path: Path) -> None:
    """Without the file beside it, or with nonsense in it, bodies are kept again and read back right."""
    put(tmp_path, 0, BODY)
    (beside,) = tmp_path.glob("*.bodies")
    beside.unlink()
    put(tmp_path, 1, BODY)
    beside.write_bytes(b"\xff\x00 nonsense\nsha1:x\tmany\ta\tb\tc\n")
    put(tmp_path, 2, BODY)
    assert bodies(tmp_path) == [BODY] * 3


def test_what_a_crash_tore_off_is_not_referred_to(tmp_path: Path) -> None:
    """The memory of bodies may be ahead of the file: what was cut off is kept again."""
    put(tmp_path, 0, BODY[:-1] + b"1")
    [path] = archive_files(tmp_path)
    whole = path.stat().st_size
    put(tmp_path, 1, BODY)
    with path.open("r+b") as file:
        file.truncate(whole + 300)
    put(tmp_path, 2, BODY)
    assert BODY in bodies(tmp_path)[-1:]


def test_a_second_reader_agrees(tmp_path: Path) -> None:
    """FastWARC, a parser of its own in C++, finds the same records, whole and with good digests."""
    fastwarc = pytest.importorskip("fastwarc", reason="FastWARC is not installed")
    for run in range(2):
        put(tmp_path, run, BODY, b"<rss/>")
    [path] = archive_files(tmp_path)
    kind: Any = fastwarc.WarcRecordType
    with path.open("rb") as file:
        found = []
        for record in fastwarc.ArchiveIterator(file, parse_http=True, verify_digests=True):
            found.append(record.record_type)
            if record.record_type == kind.response:
                assert record.http_headers.status_code == 200
                assert record.reader.read() in (BODY, b"<rss/>")
    assert found.count(kind.response) == 3
    assert found.count(kind.revisit) == 1
    assert found.count(kind.metadata) == 4
    assert found.count(kind.warcinfo) == 2
