"""Reads WARC files run by run and answers requests with what was recorded; bodies stay on disk until asked for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitor.archive.members import Member, damaged, member_at, whole_members
from monitor.errors import ArchiveError, FetchError, Reason
from monitor.model import Fetched, NotModified, Purpose, Redirect, Request, Validators


@dataclass(frozen=True, slots=True)
class Exchange:
    """One recorded exchange. The body stays in the file until it is asked for."""

    request: Request
    started_at: datetime
    finished_at: datetime
    metadata: Mapping[str, Any]
    body_at: tuple[Path, int] | None = None  # file and offset of the response record

    def answer(self, request: Request, *, with_body: bool = True) -> Fetched | NotModified:
        """What the client gave or raised for it then. Raises FetchError as recorded, ArchiveError when unreadable.

        Without its body, which is then empty, for those who know already what it says.
        """
        known = self.metadata
        if "error" in known:
            raise _recorded_error(known["error"])
        headers = tuple((name, value) for name, value in known["headers"])
        redirects = tuple(Redirect(url, status) for url, status in known["redirects"])
        times = (self.started_at, self.finished_at)
        if known["answer"] == "not_modified":
            return NotModified(request, known["final_url"], headers, *times, redirects)
        body = self._body() if with_body else b""
        return Fetched(
            request, known["final_url"], known["status"], headers, body, *times, redirects, known["wire_bytes"]
        )

    def _body(self) -> bytes:
        if self.body_at is None:
            raise ArchiveError(f"the archive lacks the response of {self.request.url}")
        path, offset = self.body_at
        with path.open("rb") as file:
            member = member_at(file, offset)
        if member is None:
            raise damaged(path, offset)
        return _record(path, member).block.partition(b"\r\n\r\n")[2]  # HTTP headers, then the body


@dataclass(frozen=True)
class ArchivedRun:
    """One recorded run; satisfies `model.Fetcher`. Robots files are kept as evidence and never answered from here."""

    run_id: str
    command: str
    started_at: datetime
    exchanges: tuple[Exchange, ...]
    _exact: dict[tuple[str, str, Purpose], Exchange] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _by_url: dict[str, Exchange] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for exchange in self.exchanges:  # a later one wins: it is the retry that the run went on with
            request = exchange.request
            if request.purpose is not Purpose.ROBOTS:
                self._exact[request.source_id, request.url, request.purpose] = exchange
                self._by_url[request.url] = exchange

    @property
    def requests(self) -> tuple[Request, ...]:
        """The feed requests of the run, each once, in the order in which they were first answered."""
        feeds = (one.request for one in self.exchanges if one.request.purpose is Purpose.FEED)
        return tuple(dict.fromkeys(feeds))

    @property
    def answers(self) -> tuple[Exchange, ...]:
        """What `fetch` answers with, each once, in the order in which it was first asked for."""
        return tuple(self._exact.values())

    def given(self) -> Iterator[Fetched]:
        """The pages and documents that somebody handed in, in order (runs of `import-warc` and `add`)."""
        for exchange in self.exchanges:
            answer = exchange.answer(exchange.request)
            if isinstance(answer, Fetched):
                yield answer

    async def fetch(self, request: Request) -> Fetched | NotModified:
        """The recorded answer. Raises the recorded FetchError, or one with NOT_ARCHIVED where there is none."""
        return self.answer(request)

    def answer(self, request: Request, *, with_body: bool = True) -> Fetched | NotModified:
        """`fetch`, at once; without its body for those who know already what it says."""
        found = self._exact.get((request.source_id, request.url, request.purpose)) or self._by_url.get(request.url)
        if found is None:
            raise FetchError(Reason.NOT_ARCHIVED, f"run {self.run_id} of the archive holds no answer for {request.url}")
        return found.answer(request, with_body=with_body)


def archive_files(folder: Path) -> tuple[Path, ...]:
    """The WARC files of an archive folder, oldest first; none where the folder is missing."""
    return tuple(sorted(folder.glob("*.warc.gz")))


def read_runs(paths: Sequence[Path]) -> Iterator[ArchivedRun]:
    """Runs in file order, one in memory at a time, bodies left on disk; a run may continue in the next file.

    A torn tail costs its last record and a warning. Raises ArchiveError, with file and offset, for a file that
    is no WARC, was not written by this program, or is damaged before its end.
    """
    run: _OpenRun | None = None
    for path in paths:
        for member in whole_members(path):
            record = _record(path, member)
            if record.kind == "warcinfo":
                opened = _opened_run(path, member, record)
                if run is not None and run.run_id != opened.run_id:
                    yield run.closed()
                    run = None
                run = run or opened
            elif run is None:
                raise ArchiveError(f"{path}: a record without its run at offset {member.start}")
            else:
                run.take(path, member, record)
    if run is not None:
        yield run.closed()


def runs_since(runs: Iterable[ArchivedRun], day: datetime | None) -> Iterator[ArchivedRun]:
    """Runs that started on or after a day (UTC); all where it is None."""
    since = day.replace(tzinfo=UTC) if day else None
    return (run for run in runs if since is None or run.started_at >= since)


@dataclass(slots=True)
class _OpenRun:
    """A run whose records are still being read."""

    run_id: str
    command: str
    started_at: datetime
    exchanges: list[Exchange] = field(default_factory=list)
    responses: dict[str, tuple[Path, int]] = field(default_factory=dict)  # those still without metadata

    def take(self, path: Path, member: Member, record: _Record) -> None:
        if record.kind in ("response", "revisit"):
            self.responses[record.header("WARC-Record-ID")] = (path, member.start)
        elif record.kind == "metadata":
            body_at = self.responses.pop(record.header("WARC-Refers-To"), None)
            self.exchanges.append(_exchange(path, member, record.block, body_at))

    def closed(self) -> ArchivedRun:
        return ArchivedRun(self.run_id, self.command, self.started_at, tuple(self.exchanges))


@dataclass(frozen=True, slots=True)
class _Record:
    """A record as our writer makes them, each a gzip member of its own (WARC 1.1, 4 and 5); warcio takes five times as
    long, which shows in a replay. HTTP headers are in the metadata record, too: nobody takes them apart here."""

    head: str
    block: bytes

    @property
    def kind(self) -> str:
        return self.header("WARC-Type")

    def header(self, name: str) -> str:
        """Its value; empty where there is none."""
        return self.head.partition(f"\r\n{name}: ")[2].partition("\r\n")[0]


def _record(path: Path, member: Member) -> _Record:
    head, _, rest = member.data.partition(b"\r\n\r\n")
    record = _Record(head.decode("utf-8", "replace"), rest.removesuffix(b"\r\n\r\n"))
    if not record.kind or record.header("Content-Length") != str(len(record.block)):
        raise damaged(path, member.start)
    return record


def _opened_run(path: Path, member: Member, record: _Record) -> _OpenRun:
    lines = record.block.decode("utf-8", "replace").splitlines()
    fields = dict(line.split(": ", 1) for line in lines if ": " in line)
    try:
        return _OpenRun(fields["run_id"], fields["command"], datetime.fromisoformat(fields["started_at"]))
    except (KeyError, ValueError) as error:
        message = f"{path}: the WARC at offset {member.start} was not written by peru-monitor"
        raise ArchiveError(message, hint="only its own archive can be replayed") from error


def _exchange(path: Path, member: Member, payload: bytes, body_at: tuple[Path, int] | None) -> Exchange:
    try:
        known = json.loads(payload)
        validators = Validators(known["if_none_match"], known["if_modified_since"])
        request = Request(known["url"], known["source_id"], Purpose(known["purpose"]), validators, known["group"])
        started_at, finished_at = (datetime.fromisoformat(known[name]) for name in ("started_at", "finished_at"))
        _ = Reason(known["error"]["reason"]) if "error" in known else known["answer"]
        body_at = (path, int(known["body_at"])) if "body_at" in known else body_at  # a revisit: the first such body
    except (KeyError, TypeError, ValueError) as error:
        raise ArchiveError(f"{path}: metadata at offset {member.start} cannot be read: {error}") from error
    return Exchange(request, started_at, finished_at, known, body_at)


def _recorded_error(known: Mapping[str, Any]) -> FetchError:
    retry_at = datetime.fromisoformat(known["retry_at"]) if known["retry_at"] else None
    started_at = datetime.fromisoformat(known["started_at"]) if "started_at" in known else None
    return FetchError(
        Reason(known["reason"]),
        known["message"],
        status=known["status"],
        retry_at=retry_at,
        final_url=known["final_url"],
        dns=known.get("dns", False),  # written only where it is so
        started_at=started_at,
    )
