"""How the rules fare on everything stored: which terms fire, and where. Reads the snapshot; stores nothing."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.model import Settings
from monitor.stages import rows, stored
from monitor.stages.judge import document_of_entry
from monitor.themes import Rules
from monitor.themes.lint import Finding, Fired, check_use
from monitor.warehouse import Warehouse


def findings(settings: Settings, rules: Rules) -> list[Finding]:
    """Terms that never fire and terms that fire anywhere. Raises NoSnapshotError where nothing is stored."""
    return check_use(rules, _fired(settings, rules))


def _fired(settings: Settings, rules: Rules) -> Iterator[Fired]:
    """Every stored article, and every entry that was turned away as not about Peru."""
    sources = {source.id: source for source in settings.sources}
    with Warehouse(settings.state).read_snapshot() as session:
        places = [place for place, _ in stored.latest_places(session)]
        for chunk in stored.chunks(places):
            for row in stored.texts(session, chunk):
                yield Fired(*rules.fired(stored.document_of(row, sources)))
        for chunk in stored.chunks(stored.refused_places(session)):
            for row in stored.refused_entries(session, chunk):
                if source := sources.get(row["source_id"]):
                    yield Fired(*rules.fired(document_of_entry(source, rows.entry(row))))
