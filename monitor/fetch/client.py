"""The HTTP client: politeness, robots.txt, redirects and evidence around single exchanges. Parses no document."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from types import TracebackType
from typing import Self

import aiohttp

from monitor import __version__
from monitor.clock import Clock
from monitor.codings import ACCEPTED
from monitor.errors import FetchError, Reason
from monitor.fetch.addresses import is_literal
from monitor.fetch.answers import REDIRECTS, failure, pause_until, retry_at
from monitor.fetch.exchange import Answer, Limits, exchange, open_session
from monitor.fetch.hosts import Hosts
from monitor.fetch.journey import Journey
from monitor.fetch.network import Network
from monitor.fetch.robots import SIZE_CAP, Rules, fresh, newest, read_rules, succeed, unchanged, validators_of
from monitor.fetch.target import shown
from monitor.model import (
    Fetched,
    FetchSettings,
    HostState,
    NotModified,
    Purpose,
    Recorder,
    Request,
    RobotsRecord,
    Validators,
)

_CONNECTION_REASONS = frozenset({Reason.UNREACHABLE, Reason.TIMEOUT, Reason.TLS})
_DOCUMENTS = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1"
)
_ACCEPT = {
    Purpose.FEED: _DOCUMENTS,
    Purpose.FOLLOW: _DOCUMENTS,
    Purpose.PAGE: "text/html, application/xhtml+xml, application/pdf;q=0.8, application/xml;q=0.8, */*;q=0.1",
    Purpose.ROBOTS: "text/plain, */*;q=0.1",
}


class Client:
    """Answers requests from the network; a `model.Fetcher`. Use it as an async context manager, once per run.

    `robots` and `paused` are what earlier runs learned; what this run learns is in `robots_learned` and
    `pauses_learned`. `recorder` is told of every request and of every robots.txt, also of those that failed.
    """

    def __init__(
        self,
        settings: FetchSettings,
        clock: Clock,
        *,
        robots: Sequence[RobotsRecord] = (),
        paused: Sequence[HostState] = (),
        recorder: Recorder | None = None,
        network: Network | None = None,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._recorder = recorder
        self._network = network or Network()
        self._hosts = Hosts(clock, settings.host_gap, settings.concurrency, paused)
        self._robots = newest(robots)
        self._rules: dict[str, Rules] = {}
        self._looking: dict[str, asyncio.Lock] = {}
        self._configured: set[str] = set()  # origins the operator wrote into the configuration, whatever their port
        self._session: aiohttp.ClientSession | None = None
        self.robots_learned: list[RobotsRecord] = []

    @property
    def pauses_learned(self) -> list[HostState]:
        """Hosts that asked us in this run to wait."""
        return self._hosts.learned

    async def __aenter__(self) -> Self:
        self._session = open_session(self._network, self._settings)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def fetch(self, request: Request) -> Fetched | NotModified:
        """One request with its redirects. Raises FetchError, and nothing else.

        Waits its turn first. An answer that cannot be used (see `answers.failure`) is an error; the recorder
        gets both, the answer as evidence.
        """
        called_at = self._clock.now()
        answer: Fetched | None = None
        journey: Journey | None = None
        try:
            journey = Journey(request)
            if request.purpose is Purpose.FEED:
                self._configured.add(journey.target.origin)
            answer = await self._travel(journey)
            self._judge(answer, journey)
        except FetchError as error:
            error.started_at = journey.started_at if journey else None
            self._record(request, answer, error, called_at)
            raise
        outcome = _not_modified(answer) if answer.status == HTTPStatus.NOT_MODIFIED else answer
        self._record(request, outcome, None, called_at)
        return outcome

    def _judge(self, answer: Fetched, journey: Journey) -> None:
        error = failure(
            answer.final_url,
            answer.status,
            answer.headers,
            answer.body,
            conditional=bool(journey.validators()),
            wait_until=journey.wait_until,
        )
        if error is not None:
            raise error

    def _record(
        self,
        request: Request,
        answer: Fetched | NotModified | None,
        error: FetchError | None,
        called_at: datetime,
    ) -> None:
        if self._recorder is not None:
            started_at = answer.started_at if answer else called_at
            self._recorder.record(request, answer, error, started_at, self._clock.now())

    # ------------------------------------------------------------ one request and its redirects

    async def _travel(self, journey: Journey) -> Fetched:
        while True:
            await self._check(journey)
            answer = await self._hop(journey)
            if answer.status not in REDIRECTS:
                return journey.arrived(answer, self._clock.now())
            journey.follow(answer)

    async def _check(self, journey: Journey) -> None:
        """Scheme, port and robots.txt of the next hop; each hop is checked like the first."""
        target = journey.target
        known = target.origin in self._configured or self._network.listed(target.host, target.port)
        if target.port not in (80, 443) and not known:
            raise FetchError(Reason.BAD_URL, f"{shown(target.url)} uses a port other than 80 and 443")
        if is_literal(target.host) and not self._network.permits(target.host, target.port):
            raise FetchError(Reason.SSRF_BLOCKED, f"{shown(target.url)} is not a public address")
        if journey.request.purpose is Purpose.ROBOTS:
            return
        rules = await self._rules_of(journey)
        refusal = rules.refusal(target.url, journey.request.purpose, strict=journey.request.strict_robots)
        if refusal is not None:
            what = "forbids" if refusal is Reason.ROBOTS else "could not be read, so nothing is taken from"
            raise FetchError(refusal, f"{target.origin}/robots.txt {what} {shown(target.url)}", final_url=target.url)

    async def _hop(self, journey: Journey) -> Answer:
        target = journey.target
        headers = self._headers(journey)
        async with self._hosts.turn(target.site, journey.group) as started_at:
            journey.started_at = journey.started_at or started_at
            try:
                answer = await self._exchange(journey, headers)
            except FetchError as error:
                if error.reason in _CONNECTION_REASONS:
                    self._hosts.failed(target.site, error)
                raise
            self._hosts.answered(target.site)
            self._heed(journey, answer)
        return answer

    def _heed(self, journey: Journey, answer: Answer) -> None:
        """Retry-After holds for the whole host, its other feeds and its pages."""
        now = self._clock.now()
        journey.wait_until = retry_at(answer.status, answer.headers, now)
        pause = pause_until(answer.status, journey.wait_until, now)
        if pause is not None:
            self._hosts.pause(journey.target.site, pause)

    async def _exchange(self, journey: Journey, headers: dict[str, str]) -> Answer:
        """The deadline is wall time and holds for all hops of a journey together, without the polite waits."""
        if self._session is None:
            raise RuntimeError("the client is used outside its `async with` block")
        loop = asyncio.get_running_loop()
        began = loop.time()
        seconds = self._settings.total_timeout.total_seconds() - journey.spent
        limits = self._limits(journey.request.purpose)
        try:
            verify = journey.verifies_tls
            return await exchange(
                self._session, journey.target, headers, limits, self._settings, seconds, verify_tls=verify
            )
        finally:
            journey.spent += loop.time() - began

    def _limits(self, purpose: Purpose) -> Limits:
        settings = self._settings
        if purpose is Purpose.ROBOTS:
            return Limits(SIZE_CAP, SIZE_CAP, clip=True)
        if purpose is Purpose.PAGE:
            return Limits(min(settings.wire_cap, settings.page_cap), settings.page_cap)
        return Limits(settings.wire_cap, settings.body_cap)

    def _headers(self, journey: Journey) -> dict[str, str]:
        contact = "; ".join(filter(None, (f"+{self._settings.contact}", self._settings.email)))
        return {
            "User-Agent": f"peru-monitor/{__version__} ({contact})",
            "Accept": _ACCEPT[journey.request.purpose],
            "Accept-Encoding": ACCEPTED,
            **journey.validators(),
        }

    # ------------------------------------------------------------ robots.txt

    async def _rules_of(self, journey: Journey) -> Rules:
        """The rules of an origin, looked up at most once at a time and at most once per run."""
        target = journey.target
        async with self._looking.setdefault(target.origin, asyncio.Lock()):
            if target.origin not in self._rules:
                record = self._robots.get(target.origin)
                if record is None or not fresh(record, self._clock.now()):
                    record = succeed(record, await self._look(journey, record))
                    self.robots_learned.append(record)
                rules = read_rules(record)
                self._hosts.slow_down(target.site, rules.delay)
                self._rules[target.origin] = rules
            return self._rules[target.origin]

    async def _look(self, journey: Journey, before: RobotsRecord | None) -> RobotsRecord:
        """Read robots.txt from its origin. Raises FetchError only where the host may not be called at all."""
        target, request = journey.target, journey.request
        asked = Request(
            f"{target.origin}/robots.txt",
            request.source_id,
            Purpose.ROBOTS,
            validators_of(before),
            request.group,
            verify_tls=journey.verifies_tls,
        )
        called_at = self._clock.now()
        try:
            answer = await self._travel(Journey(asked))
        except FetchError as error:
            self._record(asked, None, error, called_at)
            if error.reason in (Reason.HOST_PAUSED, Reason.SSRF_BLOCKED):
                raise
            # Section 2.3.1.2: too many redirects count as "there is none"; everything else as unreachable.
            status = (error.status or 0) if error.reason is Reason.REDIRECT else 0
            return RobotsRecord(target.origin, called_at, status)
        if answer.status == HTTPStatus.NOT_MODIFIED and before is not None:
            self._record(asked, _not_modified(answer), None, called_at)
            return unchanged(before, answer.started_at)
        self._record(asked, answer, None, called_at)
        return _robots_record(target.origin, answer)


def _robots_record(host: str, answer: Fetched) -> RobotsRecord:
    """Validators are kept where the answer came without a redirect: only that address gets them back."""
    body = answer.body.decode("utf-8", "replace") if answer.status < 300 else ""
    kept = Validators() if answer.redirects or answer.status != HTTPStatus.OK else answer.validators
    return RobotsRecord(host, answer.started_at, answer.status, body, kept.etag, kept.last_modified)


def _not_modified(answer: Fetched) -> NotModified:
    return NotModified(
        answer.request, answer.final_url, answer.headers, answer.started_at, answer.finished_at, answer.redirects
    )
