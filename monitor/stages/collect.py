"""From due sources to parsed documents: one request (and its follow-ups) per source, errors as values."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from monitor import schedule, sources
from monitor.errors import ParseError, Reason, ReasonedError
from monitor.model import Fetched, Fetcher, NotModified, Parsed, Request, Source, SourceState, Status, Validators
from monitor.stages.boundary import attempt

# A server that answers these may be choking on the validators: the next request goes without (RFC 9110 13.1).
REFUSES_CONDITIONS = (400, 403, 412)


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

    @property
    def seconds(self) -> float:
        return (self.answer.finished_at - self.answer.started_at).total_seconds() if self.answer else 0.0

    @property
    def wire_bytes(self) -> int:
        return self.answer.wire_bytes if isinstance(self.answer, Fetched) else 0

    @property
    def validators(self) -> Validators:
        """To be echoed next time: those of this answer; after a failure those of the last good one.

        None after a document that was not clean (cut off in the middle): a 304 would keep us from the rest for ever.
        """
        if self.parsed is not None and self.parsed.warning:
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
    def validators_url(self) -> str:
        """Address that gave the validators: they are sent to no other."""
        if isinstance(self.answer, Fetched) and self.status is not Status.FAILED:
            return self.answer.final_url
        return self.state.validators_url if self.validators != Validators() else ""


async def collect(
    due: Sequence[Source],
    states: Mapping[str, SourceState],
    fetcher: Fetcher,
    stopped: Callable[[], bool],
) -> AsyncIterator[Harvest]:
    """Harvests as they come in. Politeness and concurrency are the fetcher's; a stop skips what has not begun."""
    tasks = [
        asyncio.create_task(_one(source, states.get(source.id, SourceState(source.id)), fetcher, stopped))
        for source in due
    ]
    try:
        for task in asyncio.as_completed(tasks):
            yield await task
    finally:
        for unfinished in tasks:
            unfinished.cancel()


async def _one(source: Source, state: SourceState, fetcher: Fetcher, stopped: Callable[[], bool]) -> Harvest:
    if stopped():
        return _failed(source, state, ReasonedError(Reason.STOPPED, "the run was stopped before this source's turn"))
    seen: list[Fetched | NotModified] = []
    result = await attempt(source.id, lambda: _fetch_and_parse(source, state, fetcher, seen))
    if isinstance(result, ReasonedError):
        return replace(_failed(source, state, result), answer=seen[0] if seen else None)
    return result


def _failed(source: Source, state: SourceState, error: ReasonedError) -> Harvest:
    return Harvest(source, state, Status.FAILED, error=error, body_hash=state.body_hash)


async def _fetch_and_parse(
    source: Source, state: SourceState, fetcher: Fetcher, seen: list[Fetched | NotModified]
) -> Harvest:
    kind = sources.kind(source.kind)
    first, *others = kind.requests(source, state)
    validators = schedule.validators_for(source, state)
    answer = await fetcher.fetch(replace(first, validators=validators, validators_url=state.validators_url))
    seen.append(answer)
    if isinstance(answer, NotModified):
        return Harvest(source, state, Status.NOT_MODIFIED, answer, body_hash=state.body_hash)
    body_hash = hashlib.blake2b(answer.body, digest_size=16).hexdigest()
    if body_hash == state.body_hash and state.url == source.url and not others:
        return Harvest(source, state, Status.UNCHANGED, answer, body_hash=body_hash)
    parsed = kind.parse(source, answer)
    for request in (*others, *parsed.follow):
        parsed = await _with_follow_up(source, request, parsed, fetcher)
    return Harvest(source, state, Status.OK, answer, parsed, body_hash="" if parsed.warning else body_hash)


async def _with_follow_up(source: Source, request: Request, parsed: Parsed, fetcher: Fetcher) -> Parsed:
    """Entries of one more document. A follow-up that fails is a warning: what the first document gave still counts."""

    async def fetch() -> Parsed:
        answer = await fetcher.fetch(request)
        if isinstance(answer, NotModified):
            raise ParseError(Reason.PROTOCOL, f"{request.url} answered 304 to an unconditional request")
        return sources.kind(source.kind).parse(source, answer)

    further = await attempt(f"{source.id} {request.url}", fetch)
    if isinstance(further, ReasonedError):
        return replace(parsed, warning="; ".join(filter(None, [parsed.warning, further.message])))
    return replace(
        parsed,
        entries=parsed.entries + further.entries,
        rejected=parsed.rejected + further.rejected,
        warning="; ".join(filter(None, [parsed.warning, further.warning])),
    )
