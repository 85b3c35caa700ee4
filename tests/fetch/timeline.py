"""Runs the whole pipeline again and again over simulated days, against a server whose log carries simulated times."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from blank import blank_warehouse
from fakes import Logged, WebServer
from world import START, feed, item, settings, source

from monitor import pipeline
from monitor.clock import SimulatedClock
from monitor.fetch import Network
from monitor.model import Outcome, Report, Settings, Source
from monitor.warehouse import Row, Warehouse

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TITLES = (
    "Congreso debate la moción",
    "Paro en Puno",
    "Puerto de Chancay crece",
    "Lluvias en Piura",
    "Cupos en Trujillo",
)


def document(*numbers: int, host: str = "andino.example", at: datetime = START) -> bytes:
    """A feed with one item per number; the number is its address."""
    return feed(*(item(f"peru/{n}", f"{TITLES[n % 5]}: nota {n}", "Lima, Perú.", host=host, at=at) for n in numbers))


def outlet(name: str = "andino", **changes: object) -> Source:
    """A source whose pages are not asked, so that the log holds its feed and robots.txt only."""
    return source(name, pages=False, **changes)


@dataclass
class Timeline:
    web: WebServer
    clock: SimulatedClock
    folder: Path
    sources: Sequence[Source] = field(default_factory=lambda: (outlet(),))
    network: Network | None = None

    @property
    def config(self) -> Settings:
        return settings(self.folder / "state", *self.sources)

    def run(self, at: datetime, **options: Any) -> Report:
        """One run at an instant, as cron would start it."""
        blank_warehouse(self.config.state)
        self.clock.move_to(at)
        network = self.network or Network.mapped({("*", 80): self.web.address})
        return asyncio.run(pipeline.run(self.config, self.clock, network=network, **options))

    def runs(self, count: int, every: timedelta = HOUR, start: datetime = START) -> list[Report]:
        return [self.run(start + n * every) for n in range(count)]

    def asked(self, path: str = "/rss") -> list[Logged]:
        return self.web.requests(path)

    def times(self, path: str = "/rss") -> list[datetime]:
        return [request.at for request in self.asked(path) if request.at is not None]

    def sent(self, header: str, path: str = "/rss") -> list[str | None]:
        """What each request carried in one header."""
        return [request.header(header) for request in self.asked(path)]

    def rows(self, sql: str) -> list[Row]:
        with Warehouse(self.config.state).read_snapshot() as session:
            return session.select(sql)

    def health(self, name: str = "andino") -> Row:
        [row] = self.rows(f"FROM source_health WHERE source_id = '{name}'")
        return row


def outcome(report: Report, name: str = "andino") -> Outcome:
    return next(found for found in report.outcomes if found.source_id == name)
