"""From due sources to parsed documents: one request (and its follow-ups) per source, errors as values."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor import schedule, sources
from monitor.errors import ParseError, Reason, ReasonedError
from monitor.model import (
    FeedHints,
    Fetched,
    NotModified,
    Parsed,
    Purpose,
    Request,
    Source,
    SourceState,
    Status,
    Validators,
)
from monitor.stages.boundary import attempt
from monitor.stages.cell import Cell
from monitor.stages.job import Line

# A server that answers these may be choking on the validators: the next request goes without (RFC 9110 13.1).
REFUSES_CONDITIONS = (400, 403, 412)
_OLDER_PAGES = 2


@dataclass(frozen=True, slots=True)
class Harvest:
    """What one source brought. `parsed` is set when status is ok; `error` when it is failed."""

    source: Source
    state: SourceState
    status: Status
    answer: Fetched | NotModified | None = None
    parsed: Parsed | None = None
    error: ReasonedError | None = None
    body_hash: str = ""
    probe: bool = False  # asked without validators, to see whether a 304 is stuck

    @property
    def started_at(self) -> datetime | None:
        """When its request went out, also one that brought nothing; None where none did."""
        return self.answer.started_at if self.answer else getattr(self.error, "started_at", None)

    @property
    def hints(self) -> FeedHints:
        """What the document says about polling; without one, what the last one said."""
        return self.parsed.hints if self.parsed else self.state.hints

    @property
    def seconds(self) -> float:
        return (self.answer.finished_at - self.answer.started_at).total_seconds() if self.answer else 0.0

    @property
    def wire_bytes(self) -> int:
        return self.answer.wire_bytes if isinstance(self.answer, Fetched) else 0

    @property
    def validators(self) -> Validators:
        """To be echoed next time: those of this answer; after a failure those of the last good one.

        None after a document that was not complete. One that is only ill-formed keeps them: some never are anything
        else (La República), and would be sent whole every time.
        """
        if self.parsed is not None and not self.parsed.complete:
            return Validators()
        if isinstance(self.answer, Fetched) and self.status is not Status.FAILED:
            return self.answer.validators
        if getattr(self.error, "status", None) in REFUSES_CONDITIONS:
            return Validators()
        kept = schedule.validators_for(self.source, self.state)
        if isinstance(self.answer, NotModified):
            return Validators(
                self.answer.header("etag") or kept.etag, self.answer.header("last-modified") or kept.last_modified
            )
        return kept

    @property
    def conditional_next(self) -> bool:
        """Can the next request be a cheap one? Counted so, too: one after a document that was cut for once."""
        if self.validators != Validators():
            return True
        once = self.state.last_success_at is None or self.state.validators != Validators()
        return once and isinstance(self.answer, Fetched) and self.answer.validators != Validators()

    @property
    def validators_url(self) -> str:
        """Address that gave the validators: they are sent to no other."""
        if isinstance(self.answer, Fetched) and self.status is not Status.FAILED:
            return self.answer.final_url
        return self.state.validators_url if self.validators != Validators() else ""


async def collect(
    due: Sequence[Source],
    states: Mapping[str, SourceState],
    line: Line,
    stopped: Callable[[], bool],
    *,
    at: datetime | None = None,
) -> AsyncIterator[Harvest]:
    """Harvests as they come in. Politeness and concurrency are the line's; a stop skips what has not begun.

    `at` is the start of the run, by which it is decided whether a 304 may be stuck.
    """
    cell = Cell()
    visits = [_Visit(source, states.get(source.id, SourceState(source.id)), line, cell, at) for source in due]
    tasks = [asyncio.create_task(_one(visit, stopped)) for visit in visits]
    try:
        for task in asyncio.as_completed(tasks):
            yield await task
    finally:
        for unfinished in tasks:
            unfinished.cancel()
        cell.close()


@dataclass(slots=True)
class _Visit:
    """One source's turn in a run; `first` is what it answered, kept when reading it fails."""

    source: Source
    state: SourceState
    line: Line
    cell: Cell
    at: datetime | None
    first: Fetched | NotModified | None = None

    @property
    def probe(self) -> bool:
        return self.at is not None and schedule.wants_probe(self.state, self.at)

    def failed(self, error: ReasonedError) -> Harvest:
        return Harvest(
            self.source,
            self.state,
            Status.FAILED,
            self.first,
            error=error,
            body_hash=self.state.body_hash,
            probe=self.probe,
        )

    async def fetch(self, request: Request) -> Fetched | NotModified:
        source = self.source
        asked = replace(request, strict_robots=source.strict_robots, verify_tls=source.verify_tls)
        return await self.line.fetcher.fetch(asked)

    async def parse(self, answer: Fetched) -> Parsed:
        return self.line.parsed(self.source, answer) or await self.cell.parse(self.source, answer)

    async def run(self) -> Harvest:
        source, state = self.source, self.state
        first, *others = sources.kind(source.kind).requests(source, state)
        validators = Validators() if self.probe else schedule.validators_for(source, state)
        answer = await self.fetch(replace(first, validators=validators, validators_url=state.validators_url))
        self.first = answer
        done = Harvest(source, state, Status.NOT_MODIFIED, answer, body_hash=state.body_hash, probe=self.probe)
        if isinstance(answer, NotModified):
            return done
        body_hash = hashlib.blake2b(answer.body, digest_size=16).hexdigest()
        if body_hash == state.body_hash and schedule.same_address(source, state) and not others:
            return replace(done, status=Status.UNCHANGED)
        parsed = await self.read(answer)
        for request in (*others, *parsed.follow):
            parsed = await self.with_follow_up(request, parsed)
        parsed = await self.with_older_pages(parsed)
        return replace(done, status=Status.OK, parsed=parsed, body_hash=body_hash if parsed.complete else "")

    async def read(self, answer: Fetched) -> Parsed:
        """The document; one without entries is a success that says so, and deletes nothing.

        On a listing page it means that the selector no longer fits, which is an error.
        """
        try:
            return await self.parse(answer)
        except ParseError as error:
            if error.reason is not Reason.NO_ENTRIES or self.source.kind == "listing":
                raise
            return Parsed((), warning=error.message, complete=False)

    async def with_older_pages(self, parsed: Parsed) -> Parsed:
        """At first contact, up to two older pages of a paged feed (RFC 5005 section 3); never again afterwards."""
        for _ in range(_OLDER_PAGES if self.state.last_success_at is None and self.at is not None else 0):
            if not parsed.next_page:
                break
            request = Request(parsed.next_page, self.source.id, Purpose.FOLLOW, group=self.source.group)
            parsed = await self.with_follow_up(request, replace(parsed, next_page=""))
        return parsed

    async def with_follow_up(self, request: Request, parsed: Parsed) -> Parsed:
        """Entries of one more document. One that fails is a warning: what the first document gave still counts."""

        async def fetch() -> Parsed:
            answer = await self.fetch(request)
            if isinstance(answer, NotModified):
                raise ParseError(Reason.PROTOCOL, f"{request.url} answered 304 to an unconditional request")
            return await self.parse(answer)

        further = await attempt(f"{self.source.id} {request.url}", fetch)
        if isinstance(further, ReasonedError):
            warning = "; ".join(filter(None, [parsed.warning, further.message]))
            return replace(parsed, warning=warning, complete=False)
        return replace(
            parsed,
            entries=parsed.entries + further.entries,
            rejected=parsed.rejected + further.rejected,
            warning="; ".join(filter(None, [parsed.warning, further.warning])),
            next_page=further.next_page,
            complete=parsed.complete and further.complete,
        )


async def _one(visit: _Visit, stopped: Callable[[], bool]) -> Harvest:
    if not stopped():
        await visit.line.turn(visit.source)
    if stopped():
        return visit.failed(ReasonedError(Reason.STOPPED, "the run was stopped before this source's turn"))
    result = await attempt(visit.source.id, visit.run)
    return visit.failed(result) if isinstance(result, ReasonedError) else result
