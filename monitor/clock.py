"""The one clock. Only this module reads the time; everything else is handed a Clock or an instant.

asyncio is imported where it is needed: `--help` builds a clock and must stay quick.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The current instant, timezone-aware UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait. Politeness gaps go through here, so a simulated clock can pass them at once."""
        ...


class SystemClock:
    """Wall time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        import asyncio

        await asyncio.sleep(seconds)


class SimulatedClock:
    """Time that stands still until it is told to move; sleeping moves it at once."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        import asyncio

        self._now += timedelta(seconds=max(0.0, seconds))
        await asyncio.sleep(0)

    def move_to(self, instant: datetime) -> None:
        """Jump forward to an instant; never backwards."""
        self._now = max(self._now, instant.astimezone(UTC))


class Stopwatch:
    """Seconds spent per stage, by the machine's monotonic counter; for reports only, never for decisions."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + perf_counter() - start
