"""Reads WARC files that others wrote (Common Crawl, wget, browsertrix): article pages one by one, problems as values.

Nothing of ours is expected in them: no run, no metadata. Only pages that are wanted are decoded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from warcio.archiveiterator import WARCIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from monitor.archive.members import MAGIC, members
from monitor.errors import ArchiveError, Reason

_HTML = ("text/html", "application/xhtml+xml")
_BY_STATUS = {401: Reason.HTTP_AUTH, 403: Reason.HTTP_AUTH, 404: Reason.NOT_FOUND, 410: Reason.GONE}
_BY_HUNDRED = {3: Reason.REDIRECT, 4: Reason.HTTP_CLIENT, 5: Reason.HTTP_SERVER}


@dataclass(frozen=True, slots=True)
class ForeignPage:
    """One HTML page as it was crawled; `body` is decoded."""

    url: str
    crawled_at: datetime
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Skipped:
    """A response that is not used, or a part of a file that cannot be read (`detail` names file and offset)."""

    reason: Reason
    url: str = ""
    detail: str = ""


def foreign_pages(path: Path, wanted: Callable[[str], bool], page_cap: int) -> Iterator[ForeignPage | Skipped]:
    """Every response of a file: a page, or why it is none. Other records (requests, metadata) are passed over.

    Bodies are read only where `wanted(url)`, up to `page_cap` bytes; one record is in memory at a time. Damage is
    stepped over and told, a torn end is told. Raises ArchiveError for a file that cannot be opened or is no WARC.
    """
    for record in _records(path):
        if isinstance(record, Skipped):
            yield record
        elif record.rec_type == "response" and record.http_headers is not None:
            yield _page(record, wanted, page_cap)


def _records(path: Path) -> Iterator[ArcWarcRecord | Skipped]:
    try:
        with path.open("rb") as file:
            head = file.read(5)
            file.seek(0)
            if head.startswith(MAGIC):
                yield from _compressed(path, file)
            elif head == b"WARC/":
                yield from _parsed(path, file, 0)
            else:
                raise ArchiveError(f"{path}: not a WARC file", hint="give .warc or .warc.gz files")
    except OSError as error:
        raise ArchiveError(f"cannot read {path}: {error.strerror or error}") from error


def _compressed(path: Path, file: BinaryIO) -> Iterator[ArcWarcRecord | Skipped]:
    end, size = 0, path.stat().st_size
    for member in members(file):
        if member.start != end:
            yield _damage(path, end)
        yield from _parsed(path, BytesIO(member.data), member.start)
        end = member.end
    if end < size:
        yield Skipped(Reason.TRUNCATED, detail=f"{path}: ends in an unfinished record at offset {end}")


def _parsed(path: Path, stream: BinaryIO, offset: int) -> Iterator[ArcWarcRecord | Skipped]:
    records = WARCIterator(stream)
    with closing(records):
        try:
            yield from records
        except (ArchiveLoadFailed, ValueError):
            yield _damage(path, offset or stream.tell())


def _damage(path: Path, offset: int) -> Skipped:
    return Skipped(Reason.UNPARSABLE, detail=f"{path}: damaged at offset {offset}")


def _page(record: ArcWarcRecord, wanted: Callable[[str], bool], page_cap: int) -> ForeignPage | Skipped:
    url = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
    http = record.http_headers
    refusal = _refusal(record, http.get_statuscode(), http.get_header("Content-Type") or "")
    if not wanted(url):
        return Skipped(Reason.OTHER_HOST, url)
    if refusal is not None:
        return Skipped(refusal, url)
    try:
        crawled_at = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date") or "")
    except ValueError:
        return Skipped(Reason.UNPARSABLE, url, "the record has no date")
    if crawled_at.tzinfo is None:
        return Skipped(Reason.UNPARSABLE, url, "the date of the record has no zone")
    body = record.content_stream().read(page_cap + 1)
    if len(body) > page_cap:
        return Skipped(Reason.TOO_LARGE, url)
    if getattr(record.raw_stream, "limit", 0) > 0 and not body:
        return Skipped(Reason.TRUNCATED, url)
    return ForeignPage(url, crawled_at, 200, tuple(http.headers), body)


def _refusal(record: ArcWarcRecord, status: str, content_type: str) -> Reason | None:
    """Why a response is no whole page, by its headers."""
    if status != "200":
        code = int(status) if status.isdigit() else 0
        return _BY_STATUS.get(code) or _BY_HUNDRED.get(code // 100, Reason.PROTOCOL)
    if record.rec_headers.get_header("WARC-Truncated"):
        return Reason.TRUNCATED
    if content_type and content_type.split(";")[0].strip().lower() not in _HTML:
        return Reason.NOT_HTML
    return None
