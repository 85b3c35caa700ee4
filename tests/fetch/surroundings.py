"""What the tests of the HTTP client share: a simulated clock, a logging server, a client that reaches only it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from fakes import WebServer

from monitor.clock import SimulatedClock
from monitor.errors import FetchError
from monitor.fetch import Client, Network
from monitor.model import Fetched, FetchSettings, HostState, NotModified, Purpose, Request, RobotsRecord

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
QUICK = FetchSettings(
    total_timeout=timedelta(seconds=1.2),
    connect_timeout=timedelta(seconds=0.4),
    read_timeout=timedelta(seconds=0.4),
)


@dataclass
class Record:
    request: Request
    answer: Fetched | NotModified | None
    error: FetchError | None
    started_at: datetime
    finished_at: datetime


@dataclass
class Tape:
    """A Recorder that keeps everything in a list."""

    records: list[Record] = field(default_factory=list)

    def record(self, *values: Any) -> None:
        self.records.append(Record(*values))


@dataclass
class Bench:
    """A client's whole surroundings. Any host name on port 80 leads to `web`."""

    web: WebServer
    clock: SimulatedClock
    settings: FetchSettings = field(default_factory=FetchSettings)
    network: Network | None = None
    robots: list[RobotsRecord] = field(default_factory=list)
    paused: list[HostState] = field(default_factory=list)
    tape: Tape = field(default_factory=Tape)

    def run(self, *requests: Request, together: bool = False) -> list[Any]:
        """One run: answers, or the FetchErrors raised; what was learned is kept for the next run."""
        return asyncio.run(self._run(requests, together))

    async def _run(self, requests: tuple[Request, ...], together: bool) -> list[Any]:
        network = self.network or Network.mapped({("*", 80): self.web.address})
        client = Client(
            self.settings, self.clock, robots=self.robots, paused=self.paused, recorder=self.tape, network=network
        )
        async with client:
            if together:
                answers = await asyncio.gather(*(_outcome(client, request) for request in requests))
            else:
                answers = [await _outcome(client, request) for request in requests]
        self.robots += client.robots_learned
        self.paused += client.pauses_learned
        return list(answers)

    def get(self, url: str, purpose: Purpose = Purpose.FEED, **rest: Any) -> Any:
        return self.run(Request(url, "diario", purpose, **rest))[0]

    def page(self, url: str) -> Any:
        return self.get(url, Purpose.PAGE)

    def with_settings(self, **values: Any) -> None:
        self.settings = replace(self.settings, **values)


async def _outcome(client: Client, request: Request) -> Fetched | NotModified | FetchError:
    try:
        return await client.fetch(request)
    except FetchError as error:
        return error
