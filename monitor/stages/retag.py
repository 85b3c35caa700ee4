"""Judge stored articles again after a change of rules. Old tags stay; new ones are known from now on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from monitor.clock import Clock
from monitor.model import Settings, Source, Tagging
from monitor.stages import rows, stored, tagging
from monitor.stages.job import Progress, run_id_of
from monitor.stages.judge import relevance_of
from monitor.stages.judgement_rows import Judgement, judgement_tables
from monitor.themes import Rules
from monitor.warehouse import Row, Session, Warehouse

EXAMPLES = 3  # titles kept per theme and direction


class Example(NamedTuple):
    """An article that a change touched."""

    article_id: int
    outlet: str
    title: str


Examples = dict[str, list[Example]]


@dataclass(slots=True)
class Changes:
    """What the rules now say differently. Counts are exact; examples are the first few."""

    rules_version: str
    articles: int = 0
    changed: int = 0
    gained: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    gains: Examples = field(default_factory=lambda: defaultdict(list))
    losses: Examples = field(default_factory=lambda: defaultdict(list))
    became_relevant: list[Example] = field(default_factory=list)
    became_relevant_n: int = 0
    became_irrelevant: list[Example] = field(default_factory=list)
    became_irrelevant_n: int = 0
    wanted: list[Example] = field(default_factory=list)
    wanted_n: int = 0  # entries turned away earlier that the rules would now let in; not fetched
    stopped: bool = False

    def add(self, row: Row, tagging: Tagging) -> None:
        """Count one article: `row` of select_stored_texts before, its tagging now."""
        example = Example(row["article_id"], row["outlet"] or "", row["title"])
        before = set(row["themes"]) if row["relevant"] else set()
        now = {tag.theme for tag in tagging.tags}
        self.articles += 1
        self.changed += before != now
        for theme in now - before:
            self.gained[theme] += 1
            _keep(self.gains[theme], example)
        for theme in before - now:
            self.lost[theme] += 1
            _keep(self.losses[theme], example)
        if tagging.relevance.relevant and not row["relevant"]:
            self.became_relevant_n += 1
            _keep(self.became_relevant, example)
        elif row["relevant"] and not tagging.relevance.relevant:
            self.became_irrelevant_n += 1
            _keep(self.became_irrelevant, example)


def _keep(examples: list[Example], example: Example) -> None:
    if len(examples) < EXAMPLES:
        examples.append(example)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be judged again, and by what."""

    settings: Settings
    rules: Rules
    since: datetime | None = None
    progress: Progress = lambda *_: None
    stop_asked: Callable[[], bool] = lambda: False

    @property
    def sources(self) -> Mapping[str, Source]:
        return {source.id: source for source in self.settings.sources}

    def places(self, session: Session) -> list[int]:
        """Latest versions that other rules judged last."""
        found = stored.latest_places(session, self.since)
        return [place for place, version in found if version != self.rules.version]

    def repeated(self, session: Session) -> stored.Repeated:
        """Lines that sources repeat, by what they published last."""
        newest = session.rows("select_newest_version")[0]["known_at"]
        return stored.repeated_lines(session, newest) if newest else {}


def preview(plan: Plan) -> Changes:
    """What `retag` would change. Reads the snapshot; stores nothing. Raises NoSnapshotError."""
    changes = Changes(plan.rules.version)
    with Warehouse(plan.settings.state).read_snapshot() as session:
        repeated = plan.repeated(session)
        for chunk in _portions(plan, plan.places(session), changes):
            _judge(plan, session, chunk, repeated, changes)
        _count_wanted(plan, session, changes)
    return changes


def retag(plan: Plan, clock: Clock) -> Changes:
    """Judge again what other rules judged last, a chunk to a transaction: cut off, it goes on where it stopped.

    The caller holds the state lock. Raises NoSnapshotError where nothing is stored yet, WarehouseError.
    """
    warehouse, started_at = Warehouse(plan.settings.state), clock.now()
    warehouse.published()
    run_id = run_id_of("retag", started_at)
    changes = Changes(plan.rules.version)
    warehouse.migrate(started_at)
    with warehouse.hold():
        with warehouse.write() as session:
            session.append("theme", rows.theme_rows(plan.rules, started_at))
            places, repeated = plan.places(session), plan.repeated(session)
        for chunk in _portions(plan, places, changes):
            with warehouse.write() as session:
                judgements = _judge(plan, session, chunk, repeated, changes)
                for table, batch in judgement_tables(judgements, run_id, started_at).items():
                    session.append(table, batch)
        with warehouse.write() as session:
            _count_wanted(plan, session, changes)
            if not changes.stopped:
                session.append("retag", [_row(plan, changes, run_id, started_at, clock.now())])
    warehouse.publish()
    return changes


def _portions(plan: Plan, places: Sequence[int], changes: Changes) -> Iterable[Sequence[int]]:
    for start in range(0, len(places), stored.CHUNK):
        if plan.stop_asked():
            changes.stopped = True
            return
        yield places[start : start + stored.CHUNK]
        plan.progress("articles", min(start + stored.CHUNK, len(places)), len(places))


def _judge(
    plan: Plan, session: Session, places: Sequence[int], repeated: stored.Repeated, changes: Changes
) -> list[Judgement]:
    sources, texts = plan.sources, stored.texts(session, places)
    documents = [stored.document_of(row, sources, repeated) for row in texts]
    taggings = tagging.tag(documents, plan.rules, plan.settings.themes_dir)
    for row, found in zip(texts, taggings, strict=True):
        changes.add(row, found)
    return [Judgement(row["article_id"], row["version"], found) for row, found in zip(texts, taggings, strict=True)]


def _count_wanted(plan: Plan, session: Session, changes: Changes) -> None:
    """Entries that were turned away on what their feed said, and would not be now. Their pages are not fetched."""
    sources = plan.sources
    for chunk in stored.chunks(stored.refused_places(session, plan.since)):
        for row in stored.refused_entries(session, chunk):
            source = sources.get(row["source_id"])
            if source and relevance_of(plan.rules, source, rows.entry(row)).relevant:
                changes.wanted_n += 1
                _keep(changes.wanted, Example(row["article_id"], source.outlet, row["title"]))


def _row(plan: Plan, changes: Changes, run_id: str, started_at: datetime, finished_at: datetime) -> Row:
    return {
        "run_id": run_id,
        "rules_version": changes.rules_version,
        "since_at": plan.since,
        "started_at": started_at,
        "finished_at": finished_at,
        "articles_n": changes.articles,
        "changed_n": changes.changed,
        "became_relevant_n": changes.became_relevant_n,
        "became_irrelevant_n": changes.became_irrelevant_n,
        "wanted_n": changes.wanted_n,
        "known_at": started_at,
    }
