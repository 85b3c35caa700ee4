"""Politeness per host: one request at a time, a gap between starts, pauses the host asked for. Sends nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from monitor.clock import Clock
from monitor.errors import FetchError, Reason
from monitor.model import HostState

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
LONGEST_GAP = timedelta(seconds=60)
_PATIENCE = LONGEST_GAP  # a pause no longer than this is waited for; a longer one fails the request at once
_FAILURES = 3


@dataclass(slots=True)
class _Lane:
    """What shares one politeness limit: a registrable host, or the hosts of one platform group."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    started_at: datetime = _LONG_AGO


@dataclass(slots=True)
class _Host:
    gap: timedelta
    started_at: datetime = _LONG_AGO
    not_before_at: datetime = _LONG_AGO
    failures: int = 0  # in a row, at connection level, in this run
    error: FetchError | None = None  # the last of them


class Hosts:
    """Every request takes its turn here. `gap` is the least time between the starts of two requests to one host.

    `paused` are the pauses of earlier runs, by registrable host or by group name. Hosts are registrable names.
    """

    def __init__(self, clock: Clock, gap: timedelta, concurrency: int, paused: Iterable[HostState] = ()) -> None:
        self._clock = clock
        self._gap = gap
        self._slots = asyncio.Semaphore(concurrency)
        self._lanes: dict[str, _Lane] = {}
        self._hosts: dict[str, _Host] = {}
        self._group_of: dict[str, str] = {}
        self._learned: dict[str, HostState] = {}
        for state in paused:
            self._pause(state.host, state.not_before_at)

    @property
    def learned(self) -> list[HostState]:
        """Pauses that hosts asked for in this run, one per host, the latest end."""
        return list(self._learned.values())

    @asynccontextmanager
    async def turn(self, host: str, group: str = "") -> AsyncIterator[datetime]:
        """Hold the host for one request; gives the instant of its start. Raises FetchError(HOST_PAUSED).

        A group named once holds for its host from then on, so that article pages share the limit of the feed.
        """
        group = self._group_of.setdefault(host, group) if group else self._group_of.get(host, "")
        lane = self._lanes.setdefault(group or host, _Lane())
        async with lane.lock:
            state = self._host(host)
            await self._wait(host, group, lane, state)
            async with self._slots:
                lane.started_at = state.started_at = self._clock.now()
                yield lane.started_at

    async def _wait(self, host: str, group: str, lane: _Lane, state: _Host) -> None:
        while True:
            now = self._clock.now()
            resume_at = max(state.not_before_at, self._host(group).not_before_at if group else _LONG_AGO)
            self._refuse_if_paused(host, state, resume_at, now)
            due_at = max(lane.started_at + self._gap, state.started_at + state.gap, resume_at)
            if due_at <= now:
                return
            await self._clock.sleep((due_at - now).total_seconds())

    def _refuse_if_paused(self, host: str, state: _Host, resume_at: datetime, now: datetime) -> None:
        if state.failures >= _FAILURES:
            # The reason stays the host's own: a source must not look merely postponed when its host is gone.
            last = state.error
            raise FetchError(
                last.reason if last else Reason.UNREACHABLE,
                f"{host} failed {state.failures} times in a row and is left alone in this run",
                dns=last.dns if last else False,
            )
        if resume_at - now > _PATIENCE:
            message = f"{host} asked us to wait until {resume_at:%Y-%m-%d %H:%M:%S} UTC"
            raise FetchError(Reason.HOST_PAUSED, message, retry_at=resume_at)

    def slow_down(self, host: str, gap: timedelta) -> None:
        """Raise the gap of a host (Crawl-delay); never lowers it, never beyond one minute."""
        state = self._host(host)
        state.gap = max(state.gap, min(gap, LONGEST_GAP))

    def pause(self, host: str, until: datetime) -> None:
        """The host asked not to be called before an instant."""
        self._pause(host, until)
        self._learned[host] = HostState(host, self._host(host).not_before_at)

    def _pause(self, host: str, until: datetime) -> None:
        state = self._host(host)
        state.not_before_at = max(state.not_before_at, until)

    def answered(self, host: str) -> None:
        """The host spoke HTTP with us."""
        self._host(host).failures = 0

    def failed(self, host: str, error: FetchError) -> None:
        """The host could not be reached, did not answer in time, or its TLS failed."""
        state = self._host(host)
        state.failures += 1
        state.error = error

    def _host(self, host: str) -> _Host:
        return self._hosts.setdefault(host, _Host(self._gap))
