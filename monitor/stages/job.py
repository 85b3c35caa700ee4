"""What one run carries from step to step: where it writes, what time it is, and what it has counted so far."""

from __future__ import annotations

import gc
import hashlib
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from monitor import themes
from monitor.clock import Clock, Stopwatch
from monitor.errors import ConfigError, Exit, Reason
from monitor.model import (
    Article,
    Document,
    Entry,
    Fetched,
    Fetcher,
    HostState,
    Outcome,
    PageCounts,
    Parsed,
    Relevance,
    RobotsRecord,
    Settings,
    Source,
    SourceState,
    Status,
    Tagging,
)
from monitor.stages import page_cell
from monitor.stories.grouping import Remembered
from monitor.stories.prepared import Prepared
from monitor.stories.vectors import Words
from monitor.warehouse import Warehouse

log = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]
Learned = tuple[Sequence[RobotsRecord], Sequence[HostState]]
Turn = Callable[[Source], Awaitable[None]]
ReadPage = Callable[[Fetched, Entry, Source], Awaitable[Article]]  # like `page_cell.article`


async def at_once(_: Source) -> None:
    """No source waits for its turn."""


@contextmanager
def seldom_swept() -> Iterator[None]:
    """For work on many texts: rules and programs stay, and looking through them for garbage again and again would
    take as long as the half of that work."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


@dataclass(frozen=True, slots=True)
class Line:
    """The way out: something that answers requests, what it learned about hosts meanwhile, and who reads answers."""

    fetcher: Fetcher
    learned: Callable[[], Learned] = lambda: ((), ())
    turn: Turn = at_once  # waits until it is a source's time to start
    parsed: Callable[[Source, Fetched], Parsed | None] = lambda *_: None  # of a document that was parsed already
    ready: Callable[[], object] = lambda: None  # called before pages are read and texts are judged
    article: ReadPage = page_cell.article
    left: Callable[[], frozenset[str] | None] = lambda: None  # addresses of pages it can answer for yet; None: of any
    round: int = 12  # pages per source between two commits: little is lost when the process is killed


@dataclass(slots=True)
class Foreseen:
    """Texts of this run: what the rules say of them, and as placing takes them, as far as that was worked out."""

    relevance: dict[Document, Relevance] = field(default_factory=dict)
    taggings: dict[Document, Tagging] = field(default_factory=dict)
    prepared: dict[Words, Prepared] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Memory:
    """What the warehouse knew when the run began."""

    states: dict[str, SourceState]
    robots: tuple[RobotsRecord, ...]
    pauses: tuple[HostState, ...]

    def of(self, source: Source) -> SourceState:
        """State of a source, blank for one never tried."""
        return self.states.get(source.id, SourceState(source.id))


@dataclass(slots=True)
class Job:
    """One run. Everything it stores is known since `started_at`: runs are serialised, none sees half of another."""

    settings: Settings
    clock: Clock
    run_id: str
    command: str
    started_at: datetime
    rules: themes.Rules
    warehouse: Warehouse
    progress: Progress = lambda *_: None
    stop_asked: Callable[[], bool] = lambda: False
    starts: Mapping[str, datetime] = field(default_factory=dict)  # source id -> its place; else `started_at`
    only: frozenset[str] = frozenset()  # sources asked for by name; empty: all that are enabled
    watch: Stopwatch = field(default_factory=Stopwatch)
    outcomes: list[Outcome] = field(default_factory=list)
    pages: Counter[str] = field(default_factory=Counter)
    page_reasons: Counter[Reason] = field(default_factory=Counter)
    stored: Counter[str] = field(default_factory=Counter)
    rechecks: Counter[str] = field(default_factory=Counter)
    repeated: Mapping[str, frozenset[str]] | None = None  # source id -> lines on many of its pages; looked up once
    foreseen: Foreseen = field(default_factory=Foreseen)
    remembered: Remembered = field(default_factory=Remembered)  # articles as grouping knows them, kept over a replay

    @contextmanager
    def waiting(self, stage: str) -> Iterator[None]:
        """For what waits for the network: the warehouse is closed meanwhile."""
        self.warehouse.rest()
        with self.watch.stage(stage):
            yield

    def done_at(self, until: datetime) -> Callable[[], bool]:
        """Tells whether pages are to be left for the next run: a stop was asked for, or their time is over."""
        return lambda: self.stop_asked() or self.clock.now() >= until

    @property
    def page_counts(self) -> PageCounts:
        settled = self.pages["stored"] + self.pages["from_feed"] + self.pages["rejected"]
        return PageCounts(
            wanted=self.pages["wanted"],
            stored=self.pages["stored"],
            from_feed=self.pages["from_feed"],
            rejected=self.pages["rejected"],
            pending=self.pages["wanted"] - settled,
        )

    @property
    def exit_code(self) -> Exit:
        """See `exit_code_of`."""
        return exit_code_of(self.outcomes, self.page_reasons, self.settings.min_ok_share)


def exit_code_of(outcomes: Sequence[Outcome], page_reasons: Mapping[Reason, int], min_ok_share: float) -> Exit:
    """70 when a bug was met, 69 when none (or less than the share asked for) of the sources tried answered, else 0."""
    if Reason.BUG in {outcome.reason for outcome in outcomes} | set(page_reasons):
        return Exit.BUG
    tried = [outcome for outcome in outcomes if outcome.reason not in (Reason.STOPPED, Reason.HOST_PAUSED)]
    ok = sum(outcome.status is not Status.FAILED for outcome in tried)
    if tried and (ok == 0 or ok / len(tried) < min_ok_share):
        return Exit.UNAVAILABLE
    return Exit.OK


def run_id_of(command: str, started_at: datetime) -> str:
    """Eight hex digits; runs are serialised, so their start identifies them."""
    return hashlib.blake2b(f"{command} {started_at.isoformat()}".encode(), digest_size=4).hexdigest()


_last_rules: dict[
    Path | None, themes.Rules
] = {}  # of this process, by folder: a service outlives edits to its rule files


def rules_in_force(settings: Settings) -> themes.Rules:
    """The rules as their files say. Broken since, those read before stay in force; the log says so.

    Raises ConfigError where none were read before.
    """
    try:
        rules = themes.load(settings.themes_dir)
    except ConfigError as error:
        if settings.themes_dir not in _last_rules:
            raise
        log.warning("rule files cannot be used, so the rules read before stay in force: %s", "; ".join(error.problems))
        return _last_rules[settings.themes_dir]
    _last_rules[settings.themes_dir] = rules
    return rules
