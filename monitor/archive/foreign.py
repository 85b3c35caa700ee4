"""Reads WARC files that others wrote (Common Crawl, wget, browsertrix): article pages one by one, problems as values.

Nothing of ours is expected in them: no run, no metadata. Only pages that are wanted are decoded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO

from monitor.archive.frames import Frame, frames
from monitor.archive.members import MAGIC, Unpacked, next_magic, unpack
from monitor.archive.messages import Message, message_of
from monitor.errors import ArchiveError, FetchError, Reason

_IN_MEMORY = 16 * 2**20  # of what is unpacked; the rest waits on the disk
_HTML = ("text/html", "application/xhtml+xml")
_BY_STATUS = {401: Reason.HTTP_AUTH, 403: Reason.HTTP_AUTH, 404: Reason.NOT_FOUND, 410: Reason.GONE}
_BY_HUNDRED = {3: Reason.REDIRECT, 4: Reason.HTTP_CLIENT, 5: Reason.HTTP_SERVER}
_OTHERS = ((b"\x28\xb5\x2f\xfd", "packed with zstd: unpack it first"), (b"filedesc:", "an ARC file, the older format"))


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

    Bodies are decoded only where `wanted(url)`, up to `page_cap` bytes; one record is in memory at a time. Damage is
    stepped over and told, a torn end is told. Raises ArchiveError for a file that cannot be opened or is no WARC.
    """
    for found in _records(path):
        if isinstance(found, Skipped):
            yield found
        elif found.headers.get("warc-type", "").lower() == "response":
            yield _page(found, wanted, page_cap)


# ---------------------------------------------------------------- records


def _records(path: Path) -> Iterator[Frame | Skipped]:
    try:
        with path.open("rb") as file:
            head = file.read(9)
            if head.startswith(MAGIC):
                yield from _packed(path, file)
            elif head.startswith(b"WARC/"):
                yield from _plain(path, file)
            else:
                raise _no_warc(path, head)
    except OSError as error:
        raise ArchiveError(f"cannot read {path}: {error.strerror or error}") from error


def _plain(path: Path, file: IO[bytes]) -> Iterator[Frame | Skipped]:
    end, size = 0, file.seek(0, 2)
    for frame in frames(file):
        if frame.start != end:
            yield _damage(path, end)
        yield frame
        end = frame.end
    if end < size:
        yield _torn(path, end)


def _packed(path: Path, file: IO[bytes]) -> Iterator[Frame | Skipped]:
    """Mostly a record is a gzip member of its own; some writers put several, or a whole file, into one."""
    size = file.seek(0, 2)
    start: int | None = 0
    trouble: tuple[int, Unpacked] | None = None  # where it began, and what it is
    while start is not None and start < size:
        with SpooledTemporaryFile(_IN_MEMORY) as plain:
            end = unpack(file, start, plain)
            if start == 0:
                _refuse_others(path, plain)
            if isinstance(end, Unpacked):
                if trouble is None:
                    trouble = (start, end)
                    yield from (frame for frame in frames(plain) if end is Unpacked.TORN or frame.digest_holds)
                start = next_magic(file, start + 1)
                continue
            if trouble is not None:
                yield _damage(path, trouble[0])
                trouble = None
            yield from _of_member(path, plain, start)
            start = end
    if trouble is not None:
        yield _damage(path, trouble[0]) if trouble[1] is Unpacked.DAMAGED else _torn(path, trouble[0])


def _of_member(path: Path, plain: IO[bytes], start: int) -> Iterator[Frame | Skipped]:
    """Records of a whole member; one problem where its lengths do not fit."""
    end = 0
    gaps = 0
    for frame in frames(plain):
        gaps += frame.start != end
        yield frame
        end = frame.end
    if gaps or end < plain.seek(0, 2):
        yield _damage(path, start)


def _refuse_others(path: Path, plain: IO[bytes]) -> None:
    plain.seek(0)
    head = plain.read(9)
    if head and not head.startswith(b"WARC/"):
        raise _no_warc(path, head)


def _no_warc(path: Path, head: bytes) -> ArchiveError:
    kind = next((what for magic, what in _OTHERS if head.startswith(magic)), "")
    hint = "give .warc or .warc.gz files"
    return ArchiveError(f"{path}: not a WARC file{f' ({kind})' if kind else ''}", hint=hint)


def _torn(path: Path, offset: int) -> Skipped:
    return Skipped(Reason.TRUNCATED, detail=f"{path}: ends in an unfinished record at offset {offset}")


def _damage(path: Path, offset: int) -> Skipped:
    return Skipped(Reason.UNPARSABLE, detail=f"{path}: damaged at offset {offset}")


# ---------------------------------------------------------------- pages


def _page(frame: Frame, wanted: Callable[[str], bool], page_cap: int) -> ForeignPage | Skipped:
    url = frame.headers.get("warc-target-uri", "").strip("<> ")
    if not wanted(url):
        return Skipped(Reason.OTHER_HOST, url or "(no address)")
    if frame.content is None:
        return Skipped(Reason.TOO_LARGE, url)
    if frame.digest_holds is False:
        return Skipped(Reason.UNPARSABLE, url, "the record is not what its digest says")
    crawled_at = _instant(frame.headers.get("warc-date", ""))
    if crawled_at is None:
        return Skipped(Reason.UNPARSABLE, url, "the record has no date, or one without a zone")
    message = message_of(frame.content)
    if message is None:
        return Skipped(Reason.PROTOCOL, url, "the record holds no HTTP response")
    if (refusal := _refusal(frame, message)) is not None:
        return Skipped(refusal, url)
    try:
        body = message.decoded(page_cap)
    except FetchError as error:
        return Skipped(error.reason, url, error.message)
    return ForeignPage(url, crawled_at, 200, message.headers, body)


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _refusal(frame: Frame, message: Message) -> Reason | None:
    """Why a response is no whole page, by its headers."""
    if message.status != 200:
        return _BY_STATUS.get(message.status) or _BY_HUNDRED.get(message.status // 100, Reason.PROTOCOL)
    if frame.headers.get("warc-truncated"):
        return Reason.TRUNCATED
    content_type = message.header("content-type").split(";")[0].strip().lower()
    return Reason.NOT_HTML if content_type and content_type not in _HTML else None
