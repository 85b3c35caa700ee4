"""Writes one run into WARC files, so that a crash or a full disk costs no record already written."""

from __future__ import annotations

import errno
import json
import os
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Self

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from monitor import __version__
from monitor.archive.bodies import WORTH_IT, Bodies, KeptBody, payload_digest
from monitor.archive.members import cut_torn_tail
from monitor.errors import ArchiveError, DiskFullError, FetchError
from monitor.model import Fetched, NotModified, Request

ROTATE_AT = 512 * 2**20  # bytes of one file
_IDS = uuid.UUID("5b0f4f5e-31c7-4d2c-9a55-6d0b5f5f2f6a")
# They describe the bytes on the wire; the archive holds the decoded body.
_WIRE_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class ArchiveWriter:
    """Appends what one run fetched to `<target>/YYYY-MM-DD.warc.gz` (UTC day of `started_at`) or to one file.

    A file over `rotate_at` bytes is followed by `YYYY-MM-DD_002.warc.gz` and so on. A tail torn by a crash is
    cut off before anything is appended. The same input gives the same bytes. Raises DiskFullError when there
    is no room and ArchiveError for anything else that goes wrong; what could not be written whole is taken back.

    In a folder, a body that the same file already holds is kept as a `revisit` record that names the first one.
    """

    def __init__(
        self,
        target: Path,
        run_id: str,
        command: str,
        started_at: datetime,
        *,
        single_file: bool = False,
        rotate_at: int = ROTATE_AT,
    ) -> None:
        self._folder = None if single_file else target
        self._run_id, self._command, self._started_at = run_id, command, started_at
        self._rotate_at = rotate_at
        self._records = 0
        self._path = target if single_file else self._newest_file(target)
        self._open()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def path(self) -> Path:
        """The file being written."""
        return self._path

    def record(
        self,
        request: Request,
        answer: Fetched | NotModified | None,
        error: FetchError | None,
        started_at: datetime,
        finished_at: datetime,
    ) -> None:
        """Keep one exchange: a `response` or `revisit` record where there was an answer, and a `metadata` record."""
        data, kept = self._exchange(request, answer, error, started_at, finished_at)
        if self._folder is not None and self._size + len(data) > self._rotate_at:
            self._rotate()  # and write it anew: a revisit must name a record of its own file
            data, kept = self._exchange(request, answer, error, started_at, finished_at)
        offset = self._size
        self._append(data)
        if kept is not None:
            self._bodies.add(replace(kept, offset=offset))

    def sync(self) -> None:
        """Return once everything recorded so far would survive a power cut."""
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            if error.errno != errno.EINVAL:  # not a regular file: nothing to wait for
                raise _write_error(self._path, error) from error

    def close(self) -> None:
        """Sync and close; closing twice is harmless."""
        if not self._file.closed:
            try:
                self.sync()
            finally:
                self._file.close()

    # -- records

    def _exchange(
        self,
        request: Request,
        answer: Fetched | NotModified | None,
        error: FetchError | None,
        started_at: datetime,
        finished_at: datetime,
    ) -> tuple[bytes, KeptBody | None]:
        """Bytes of an exchange's records, and the body that they add to the file (its offset still open)."""
        known = _metadata(request, answer, error, started_at, finished_at) | {"run_id": self._run_id}
        response, linked, kept = b"", {}, None
        if answer is not None:
            body = answer.body if isinstance(answer, Fetched) else b""
            digest = payload_digest(body)
            first = self._bodies.find(digest)
            response_id, response = self._response(request, answer, started_at, first)
            linked = {"WARC-Concurrent-To": response_id, "WARC-Refers-To": response_id}
            if first is not None:
                known["body_at"] = first.offset
            elif len(body) >= WORTH_IT:
                kept = KeptBody(
                    digest, 0, response_id, _instant(started_at), _one_line(answer.final_url or request.url)
                )
        payload = json.dumps(known, sort_keys=True).encode()
        metadata = self._member("metadata", request.url, started_at, payload, "application/json", linked)[1]
        return response + metadata, kept

    def _response(
        self, request: Request, answer: Fetched | NotModified, at: datetime, first: KeptBody | None
    ) -> tuple[str, bytes]:
        body = answer.body if isinstance(answer, Fetched) else b""
        status = answer.status if isinstance(answer, Fetched) else 304
        http = StatusAndHeaders(_status_line(status), _archived_headers(answer, len(body)), protocol="HTTP/1.1")
        kind = "application/http; msgtype=response"
        url = answer.final_url or request.url
        if first is not None:
            return self._member("revisit", url, at, b"", kind, first.headers, http)
        return self._member("response", url, at, body, kind, {}, http)

    def _member(
        self,
        record_type: str,
        url: str,
        at: datetime,
        payload: bytes,
        content_type: str,
        extra: Mapping[str, str],
        http: StatusAndHeaders | None = None,
    ) -> tuple[str, bytes]:
        """Id and bytes of one record, a gzip member of its own."""
        record_id = f"<urn:uuid:{uuid.uuid5(_IDS, f'{self._run_id}/{self._records}')}>"
        self._records += 1
        out = BytesIO()
        writer = WARCWriter(out, gzip=True, warc_version="1.1")
        headers = {"WARC-Record-ID": record_id, "WARC-Date": _instant(at), **extra}
        record = writer.create_warc_record(
            _one_line(url),
            record_type,
            payload=BytesIO(payload),
            length=len(payload),
            warc_content_type=content_type,
            warc_headers_dict=headers,
            http_headers=http,
        )
        writer.write_record(record)
        return record_id, out.getvalue()

    def _run_info(self) -> bytes:
        fields = {
            "software": f"peru-monitor/{__version__}",
            "format": "WARC File Format 1.1",
            "run_id": self._run_id,
            "command": self._command,
            "started_at": self._started_at.isoformat(),
        }
        payload = "".join(f"{name}: {_one_line(value)}\r\n" for name, value in fields.items()).encode()
        return self._member("warcinfo", "", self._started_at, payload, "application/warc-fields", {})[1]

    # -- the file

    def _newest_file(self, folder: Path) -> Path:
        day = self._started_at.astimezone(UTC).date().isoformat()
        return max(folder.glob(f"{day}*.warc.gz"), default=folder / f"{day}.warc.gz")

    def _open(self) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._size = cut_torn_tail(self._path) if self._path.exists() else 0
            self._file = self._path.open("ab", buffering=0)
            self._bodies = Bodies(self._path if self._folder is not None else None, self._size)
        except OSError as error:
            raise _write_error(self._path, error) from error
        if self._folder is not None and self._size >= self._rotate_at:
            self._rotate()
            return
        try:
            self._append(self._run_info())
        except BaseException:
            self._file.close()
            raise

    def _rotate(self) -> None:
        self.close()
        stem = self._path.name.removesuffix(".warc.gz")
        day, _, number = stem.partition("_")
        self._path = self._path.with_name(f"{day}_{int(number or 1) + 1:03}.warc.gz")
        self._open()

    def _append(self, data: bytes) -> None:
        try:
            view = memoryview(data)
            while view:
                view = view[self._file.write(view) :]
        except OSError as error:
            with suppress(OSError):  # the next writer cuts it off as well
                os.ftruncate(self._file.fileno(), self._size)
            raise _write_error(self._path, error) from error
        self._size += len(data)


def _metadata(
    request: Request,
    answer: Fetched | NotModified | None,
    error: FetchError | None,
    started_at: datetime,
    finished_at: datetime,
) -> dict[str, object]:
    """All that the answer and the error say, as JSON values; headers as they came."""
    known: dict[str, object] = {
        "source_id": request.source_id,
        "purpose": request.purpose.value,
        "group": request.group,
        "url": request.url,
        "if_none_match": request.validators.etag,
        "if_modified_since": request.validators.last_modified,
        "started_at": started_at.isoformat(),
        "finished_at": finished_at.isoformat(),
    }
    if answer is not None:
        known |= {
            "answer": "fetched" if isinstance(answer, Fetched) else "not_modified",
            "status": answer.status if isinstance(answer, Fetched) else 304,
            "final_url": answer.final_url,
            "headers": [list(pair) for pair in answer.headers],
            "redirects": [[step.url, step.status] for step in answer.redirects],
            "wire_bytes": answer.wire_bytes if isinstance(answer, Fetched) else 0,
        }
    if error is not None:
        known["error"] = _error_values(error)
    return known


def _error_values(error: FetchError) -> dict[str, object]:
    """`dns` and `started_at` only where there is something to say."""
    values: dict[str, object] = {
        "reason": error.reason.value,
        "message": error.message,
        "status": error.status,
        "retry_at": error.retry_at.isoformat() if error.retry_at else None,
        "final_url": error.final_url,
    }
    if error.dns:
        values["dns"] = True
    if error.started_at:
        values["started_at"] = error.started_at.isoformat()
    return values


def _archived_headers(answer: Fetched | NotModified, length: int) -> list[tuple[str, str]]:
    kept = [
        (_one_line(f"X-Archive-Orig-{name}" if name.lower() in _WIRE_HEADERS else name), _one_line(value))
        for name, value in answer.headers
    ]
    return [*kept, ("Content-Length", str(length))]


def _status_line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} Unknown"


def _one_line(text: str) -> str:
    """ASCII without line breaks: a header must not be able to write another header."""
    return text.replace("\r", " ").replace("\n", " ").replace("\0", "").encode("ascii", "backslashreplace").decode()


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _write_error(path: Path, error: OSError) -> DiskFullError | ArchiveError:
    if error.errno in _FULL:
        hint = "free some space, or move old archive files away; the next run goes on where this one stopped"
        return DiskFullError(f"no room to write {path}: {error.strerror}", hint=hint)
    return ArchiveError(f"cannot write {path}: {error.strerror or error}", hint="check that its folder is writable")
