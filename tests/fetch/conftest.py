"""Fixtures of the tests of the HTTP client."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fakes import WebServer
from surroundings import NOON, Bench

from monitor.clock import SimulatedClock


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(NOON)


@pytest.fixture
def web(clock: SimulatedClock) -> Iterator[WebServer]:
    with WebServer(now=clock.now) as server:
        yield server


@pytest.fixture
def bench(web: WebServer, clock: SimulatedClock) -> Bench:
    return Bench(web, clock)
