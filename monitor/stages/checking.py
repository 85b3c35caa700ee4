"""Asking for an operator: a source once, or an outlet for its feed; as polite as a run. Nothing is stored."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.clock import Clock
from monitor.errors import NoSnapshotError
from monitor.fetch import Client, Network
from monitor.fetch.robots import forbidden, newest
from monitor.model import (
    Fetched,
    HostState,
    Purpose,
    RobotsRecord,
    Settings,
    Source,
    Status,
    Validators,
)
from monitor.stages.collect import Harvest, collect
from monitor.stages.discover import Search, discover
from monitor.stages.job import Line, Progress
from monitor.stages.ledger import ROBOTS_KEPT
from monitor.stages.poll import permanent_target
from monitor.warehouse import Warehouse

_OLD = timedelta(days=30)
_RARELY = ": asked every 6 hours at most, unless an interval is configured"


@dataclass(frozen=True, slots=True)
class Checked:
    """What one source answered, and what an operator should know of it, each in a few words."""

    harvest: Harvest
    hints: tuple[str, ...]

    @property
    def verified(self) -> bool:
        """It answered, and with entries."""
        return (
            self.harvest.status is Status.OK and self.harvest.parsed is not None and bool(self.harvest.parsed.entries)
        )


async def check(
    settings: Settings,
    clock: Clock,
    chosen: Sequence[Source],
    *,
    progress: Progress = lambda *_: None,
    network: Network | None = None,
) -> list[Checked]:
    """Ask each source once, without conditions, and say what came back; in the order of `chosen`."""
    harvests: dict[str, Harvest] = {}
    async with _visit(settings, clock, network) as (client, robots):
        async for harvest in collect(chosen, {}, Line(client), lambda: False):
            harvests[harvest.source.id] = harvest
            progress("sources", len(harvests), len(chosen))
        barred = {id_ for record in robots() for id_ in forbidden(record, chosen)}
    now = clock.now()
    inspected = ((source.id, harvests[source.id]) for source in chosen)
    return [Checked(harvest, tuple(_hints(harvest, id_ in barred, now))) for id_, harvest in inspected]


async def look(
    settings: Settings, clock: Clock, url: str, *, purpose: Purpose = Purpose.FOLLOW, network: Network | None = None
) -> Search:
    """`discover` over the network. Raises FetchError."""
    async with _visit(settings, clock, network) as (client, robots):
        return await discover(url, client, robots, purpose=purpose)


@asynccontextmanager
async def _visit(
    settings: Settings, clock: Clock, network: Network | None
) -> AsyncIterator[tuple[Client, Callable[[], Sequence[RobotsRecord]]]]:
    """A client that knows what earlier runs were told, and the robots.txt it holds by now."""
    records, pauses = _remembered(settings, clock.now())
    async with Client(settings.fetch, clock, robots=records, paused=pauses, network=network) as client:
        yield client, lambda: tuple(newest([*records, *client.robots_learned]).values())


def _remembered(settings: Settings, now: datetime) -> tuple[list[RobotsRecord], list[HostState]]:
    """Of the last published run: copies of robots.txt, and hosts that asked us to wait."""
    try:
        with Warehouse(settings.state).read_snapshot() as session:
            robots = [RobotsRecord(**row) for row in session.rows("select_robots", since=now - ROBOTS_KEPT)]
            return robots, [HostState(**row) for row in session.rows("select_pauses", now=now)]
    except NoSnapshotError:
        return [], []


# ---------------------------------------------------------------- what is worth knowing


def _hints(harvest: Harvest, barred: bool, now: datetime) -> Iterator[str]:
    answer, parsed = harvest.answer, harvest.parsed
    if harvest.error and harvest.error.hint:
        yield harvest.error.hint
    if moved := permanent_target(harvest):
        yield f"moved permanently to {moved}"
    elif answer and answer.redirects:
        yield f"redirected for now to {answer.final_url}"
    if parsed is not None:
        if not parsed.entries:
            yield "no entries"
        yield from _validators(harvest, answer)
        yield from _age(harvest, now)
    if barred and not harvest.source.strict_robots:
        yield 'robots.txt forbids this address to every client; it is asked all the same unless robots = "all"'
    if not harvest.source.verify_tls:
        yield "TLS certificate not verified (configured)"


def _validators(harvest: Harvest, answer: object) -> Iterator[str]:
    if isinstance(answer, Fetched) and answer.validators == Validators():
        yield f"validators none{'' if harvest.source.interval_set else _RARELY}"


def _age(harvest: Harvest, now: datetime) -> Iterator[str]:
    dates = [entry.published.at for entry in harvest.parsed.entries if entry.published.at] if harvest.parsed else []
    if dates and now - max(dates) > _OLD:
        yield f"newest entry {(now - max(dates)).days} days old"
    elif harvest.parsed and harvest.parsed.entries and not dates:
        yield "no entry has a date"
