"""Fixtures of the tests of the HTTP client."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import WebServer
from surroundings import NOON, Bench
from timeline import Timeline
from world import START

from monitor import themes
from monitor.clock import SimulatedClock

RULES = functools.cache(themes.load)


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


@pytest.fixture
def dawn() -> SimulatedClock:
    return SimulatedClock(START)


@pytest.fixture
def site(dawn: SimulatedClock) -> Iterator[WebServer]:
    with WebServer(now=dawn.now) as server:
        yield server


@pytest.fixture
def line(site: WebServer, dawn: SimulatedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Timeline:
    monkeypatch.setattr(themes, "load", RULES)  # the real rules, read once for the hundreds of runs
    return Timeline(site, dawn, tmp_path)
