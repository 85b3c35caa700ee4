"""What a digest section is: the header of its SQL file and the columns its layout needs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.errors import ConfigError

Result = tuple[Sequence[str], Sequence[Mapping[str, object]]]  # columns, rows


def _columns(names: str) -> frozenset[str]:
    return frozenset(names.split())


# Columns that a layout draws; `table` draws whatever it is given.
LAYOUTS: Mapping[str, frozenset[str]] = {
    "summary": _columns(
        "articles texts stories outlets owners articles_last stories_last stories_untagged articles_bait "
        "articles_backlog sources_enabled sources_answered fetches fetches_failed entries_fetched entries_new "
        "entries_seen entries_changed entries_rejected weeks_usable began_on runs runs_cut_off failed_checks "
        "rules_now rules_before week_over"
    ),
    "theme_table": _columns(
        "theme label_en label_es stories stories_last change usual low high weeks_usable stories_like z flagged new_n "
        "continuing_n growing_n resurfaced_n quiet_n articles outlets owners history"
    ),
    "theme_leads": _columns(
        "theme label_en label_es rank theme_stories title lang url effective_at state outlets outlet_n owner_n "
        "owners_before outlets_before regions story_id more_sql"
    ),
    "edits": _columns(
        "change outlet lang url edited_at edits old_title new_title headline_changed old_summary new_summary "
        "recounted cited total"
    ),
    "stories": _columns("story_id title lang url last_at outlets outlet_n owner_n unheard themes_en themes_es total"),
    "articles": _columns("title lang url outlet effective_at learned_at week adds_story themes_en themes_es total"),
    "regrouped": _columns("action title lang url other_title articles decided author changed_at weeks total"),
    "coverage": _columns(
        "name state fetches ok failed reasons detail entries_new mean_new articles teasers last_ok_at last_new_at "
        "failing_since turned_away themes"
    ),
    "reasons": _columns("stage reason n served fetches sources example_title example_link"),
    "table": frozenset(),
}
_HEADER = re.compile(r"^--\s*(title|title_es|layout):\s*(.+?)\s*$")


@dataclass(frozen=True, slots=True)
class SectionSpec:
    """`name` is the file's stem, such as `02_theme_change`; it decides the order."""

    name: str
    title: str
    title_es: str
    layout: str

    def title_in(self, language: str) -> str:
        return self.title_es if language == "es" else self.title


def parse_header(sql: str, name: str = "") -> SectionSpec:
    """The `-- title:`, `-- title_es:` and `-- layout:` lines at the top of a section file.

    `title_es` may be missing (the English title is used), `layout` too (`table`).
    Raises ConfigError where there is no title or the layout is unknown.
    """
    found: dict[str, str] = {}
    for line in sql.splitlines():
        if not line.startswith("--"):
            break
        match = _HEADER.match(line)
        if match:
            found.setdefault(match[1], match[2])
    layout = found.get("layout", "table")
    if "title" not in found:
        raise ConfigError((f"{name}.sql: no `-- title:` line at the top",))
    if layout not in LAYOUTS:
        raise ConfigError((f"{name}.sql: unknown layout {layout!r}; known: {', '.join(sorted(LAYOUTS))}",))
    return SectionSpec(name, found["title"], found.get("title_es", found["title"]), layout)


def check_columns(spec: SectionSpec, columns: Sequence[str]) -> None:
    """Raises ConfigError when a section does not deliver what its layout draws."""
    missing = sorted(LAYOUTS[spec.layout] - set(columns))
    if missing:
        raise ConfigError((f"{spec.name}.sql: layout {spec.layout} needs column {', '.join(missing)}",))
