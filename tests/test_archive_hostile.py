"""WARC files that are broken or strange: each response and each piece of damage is told, and the rest is read."""

from __future__ import annotations

import base64
import gzip
import hashlib
import random
import zlib
from contextlib import suppress
from pathlib import Path

import brotli
import pytest

from monitor.archive import ForeignPage, Skipped, foreign_pages
from monitor.errors import ArchiveError, Reason

CAP = 100_000
HTML = "<html><title>Huaico en Chosica</title><p>Un huaico bloqueó la Carretera Central, en Perú.</p></html>".encode()
PLAIN = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"


def packed(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def record(
    name: str, content: bytes = PLAIN + HTML, *, kind: str = "response", length: object = None, **more: str
) -> bytes:
    """One record of http://andino.example/<name>, unpacked."""
    headers = {
        "WARC-Type": kind,
        "WARC-Target-URI": f"http://andino.example/{name}",
        "WARC-Date": "2026-11-01T08:00:00Z",
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(content) if length is None else length),
    } | {key.replace("_", "-"): value for key, value in more.items()}
    head = "WARC/1.0\r\n" + "".join(f"{key}: {value}\r\n" for key, value in headers.items()) + "\r\n"
    return head.encode() + content + b"\r\n\r\n"


def answer(body: bytes, **headers: str) -> bytes:
    lines = "".join(f"{key.replace('_', '-')}: {value}\r\n" for key, value in headers.items())
    return f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{lines}\r\n".encode() + body


def told(tmp_path: Path, data: bytes, name: str = "x.warc") -> list[str]:
    """What came of a file: names of the pages that were read whole, reasons of the rest."""
    path = tmp_path / name
    path.write_bytes(data)
    found = list(foreign_pages(path, lambda url: "andino" in url, CAP))
    assert all(one.body == HTML for one in found if isinstance(one, ForeignPage))
    return [one.url.rpartition("/")[2] if isinstance(one, ForeignPage) else one.reason.value for one in found]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "protocol"),
        (b"\x00\x01 not HTTP", "protocol"),
        (b"ICY 200 OK\r\n\r\n" + HTML, "protocol"),
        (b"HTTP/1.1 999 Denied\r\n\r\n", "protocol"),
        (b"HTTP/1.1 301 Moved\r\nLocation: /b\r\n\r\n", "redirect"),
        (b"HTTP/1.1 503 Busy\r\n\r\n", "http_server"),
        (answer(packed(HTML)[:-12], Content_Encoding="gzip"), "truncated"),
        (answer(b"\x1f\x8b\x08\x00" + b"\xff" * 40, Content_Encoding="gzip"), "bad_encoding"),
        (answer(b"40\r\nshort", Transfer_Encoding="chunked"), "truncated"),
        (answer(HTML[:20], Content_Length=str(len(HTML))), "truncated"),
        (answer(packed(b"a" * 9_000_000), Content_Encoding="gzip"), "too_large"),
        (answer(b"%PDF-1.7").replace(b"text/html", b"application/pdf"), "not_html"),
    ],
)
def test_a_response_that_is_no_page_has_its_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    """One word each, and the responses around it are read."""
    data = record("a") + record("bad", content) + record("c")
    assert told(tmp_path, data) == ["a", reason, "c"]
    assert told(tmp_path, packed(record("a")) + packed(record("bad", content))) == ["a", reason]


@pytest.mark.parametrize(
    "content",
    [
        answer(HTML, Content_Encoding="gzip"),  # said to be packed, kept unpacked
        answer(HTML, Transfer_Encoding="chunked", Content_Encoding="gzip"),
        answer(packed(HTML)),  # packed without saying so
        answer(brotli.compress(HTML), Content_Encoding="br"),
        answer(zlib.compress(HTML), Content_Encoding="deflate"),
        answer(
            b"5;x=1\r\n" + HTML[:5] + b"\r\n%X\r\n%s\r\n0\r\n\r\n" % (len(HTML) - 5, HTML[5:]),
            Transfer_Encoding="chunked",
        ),
        answer(HTML).replace(b"\r\n", b"\n"),
        answer(HTML).replace(b"HTTP/1.1 200 OK", b"HTTP/2 200"),
    ],
)
def test_bodies_are_read_however_they_were_kept(tmp_path: Path, content: bytes) -> None:
    """The headers of the wire are believed only as far as the bytes bear them out."""
    assert told(tmp_path, record("a", content)) == ["a"]


@pytest.mark.parametrize("length", ["7", "400000", "-5", "many", "", "9" * 40])
def test_a_wrong_length_costs_its_record_alone(tmp_path: Path, length: str) -> None:
    """Too short, too long, no number: the next record is found by its first line."""
    assert told(tmp_path, record("a") + record("b", length=length) + record("c")) == ["a", "unparsable", "c"]


def test_a_wrong_digest_is_told(tmp_path: Path) -> None:
    """`WARC-Block-Digest` in base 32 or hexadecimal, SHA-1 or SHA-256; one of an unknown kind proves nothing."""
    block = PLAIN + HTML
    sha1 = "sha1:" + base64.b32encode(hashlib.sha1(block).digest()).decode()
    wrong = "sha1:" + base64.b32encode(hashlib.sha1(HTML).digest()).decode()
    data = record("a", WARC_Block_Digest=sha1) + record("b", WARC_Block_Digest=wrong)
    data += record("c", WARC_Block_Digest=f"sha256:{hashlib.sha256(block).hexdigest()}")
    data += record("d", WARC_Block_Digest="blake9:abc") + record("e", WARC_Block_Digest="sha1:!!")
    assert told(tmp_path, data) == ["a", "unparsable", "c", "d", "e"]


def test_records_packed_together_are_read_one_by_one(tmp_path: Path) -> None:
    """Two records in a member, and a whole file in one member, cut off or not."""
    together = packed(record("a") + record("b")) + packed(record("c"))
    assert told(tmp_path, together, "x.warc.gz") == ["a", "b", "c"]
    noise = random.Random(1).randbytes(60_000).hex().encode()
    whole = packed(record("a") + record("b", PLAIN + noise) + record("c"))
    assert told(tmp_path, whole, "x.warc.gz") == ["a", "too_large", "c"]
    assert told(tmp_path, whole[:3_000], "x.warc.gz") == ["a", "truncated"]


def test_a_broken_member_gives_nothing_that_is_not_proven(tmp_path: Path) -> None:
    """A flipped bit behind the text: the checksum of the member fails, so the text is not trusted."""
    middle = bytearray(packed(record("b")))
    middle[-6] ^= 1
    assert told(tmp_path, packed(record("a")) + bytes(middle) + packed(record("c"))) == [
        "a",
        "unparsable",
        "c",
    ]
    assert told(tmp_path, packed(record("a")) + bytes(middle)) == ["a", "unparsable"]


def test_records_without_date_or_address_are_told(tmp_path: Path) -> None:
    """No date, a date without zone, no address; header names in capitals and folded lines are read."""
    data = record("a", WARC_Date="yesterday") + record("b", WARC_Date="2026-11-01T08:00:00")
    data += record("c").replace(b"WARC-Target-URI: http://andino.example/c\r\n", b"")
    data += record("d").replace(b"WARC-Target-URI:", b"WARC-TARGET-URI:\r\n ").replace(b"WARC-Type", b"warc-type")
    assert told(tmp_path, data) == ["unparsable", "unparsable", "other_host", "d"]


def test_other_kinds_of_record_are_passed_over(tmp_path: Path) -> None:
    """Requests, metadata, revisits and conversions hold no page; extra line ends between records are no damage."""
    kinds = ("warcinfo", "request", "metadata", "revisit", "conversion", "strange")
    data = b"".join(record("x", b"some text", kind=kind) + b"\r\n" for kind in kinds)
    assert told(tmp_path, data + record("a")) == ["a"]
    assert told(tmp_path, data + record("a").rstrip()) == ["a"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not a WARC file"),
        (b"filedesc://x.arc 0.0.0.0 20100101000000 text/plain 5\n", "an ARC file"),
        (packed(b"filedesc://x.arc 0.0.0.0 20100101000000 text/plain 5\n"), "an ARC file"),
        (packed(b"just text"), "not a WARC file"),
        (b"\x28\xb5\x2f\xfd....", "packed with zstd"),
    ],
)
def test_other_files_are_refused_by_name(tmp_path: Path, data: bytes, words: str) -> None:
    """The message says which file, and what it is where that can be told."""
    with pytest.raises(ArchiveError, match=words):
        told(tmp_path, data)


def test_any_damage_is_a_value(tmp_path: Path) -> None:
    """Two hundred files with flipped, lost and doubled bytes: no other exception, and never a page that was changed."""
    chance = random.Random(3)
    sha1 = "sha1:" + hashlib.sha1(PLAIN + HTML).hexdigest()
    for members in (True, False):
        parts = [record(name, WARC_Block_Digest=sha1) for name in "abcd"]
        good = b"".join(map(packed, parts)) if members else b"".join(parts)
        for _ in range(100):
            data = bytearray(good)
            at, size = chance.randrange(len(data)), chance.randrange(1, 60)
            data[at : at + size] = chance.choice((b"", bytes(data[at : at + size]) * 2, chance.randbytes(size)))
            with suppress(ArchiveError):
                told(tmp_path, bytes(data))  # which compares every body


def test_skipped_parts_name_file_and_offset(tmp_path: Path) -> None:
    """So that somebody can look."""
    path = tmp_path / "x.warc"
    path.write_bytes(record("a") + b"rubbish\r\n" + record("b"))
    [_, damage, _] = foreign_pages(path, lambda _: True, CAP)
    assert damage == Skipped(Reason.UNPARSABLE, detail=f"{path}: damaged at offset {len(record('a'))}")
