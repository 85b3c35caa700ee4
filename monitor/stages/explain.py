"""Answers about what is stored: one article with all its evidence, and the state of the whole installation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from monitor.errors import UsageError
from monitor.model import Settings
from monitor.text import stable_id
from monitor.urls import article_key, canonical_url
from monitor.warehouse import Session, Warehouse


def article(settings: Settings, wanted: str) -> dict[str, Any]:
    """Everything known of an article, by id or address. Raises UsageError when nothing is known of it.

    `kind` is "article", or "entry" for one that was turned away before its page was read.
    """
    with Warehouse(settings.state).read_snapshot() as session:
        for article_id in _ids(settings, wanted):
            key = {"id": article_id, "canonical": _canonical(wanted), "url": wanted}
            found = next(iter(session.rows("find_article", **key)), None)
            if found:
                return _explained(session, found)
            entry = next(iter(session.rows("find_entry", **key)), None)
            if entry:
                return {"kind": "entry", "article": entry, "reasons": []}
    raise UsageError(
        f"nothing is known of {wanted}", hint="give an id from `peru-monitor sql`, or the article's address"
    )


def _ids(settings: Settings, wanted: str) -> list[int]:
    """Ids that the argument may stand for."""
    if wanted.isdigit():
        return [int(wanted)]
    patterns = dict.fromkeys(["", *(source.id_pattern for source in settings.sources)])
    return [stable_id(article_key(wanted, pattern)) for pattern in patterns]


def _canonical(wanted: str) -> str:
    return canonical_url(wanted) if "://" in wanted else wanted


def _explained(session: Session, found: dict[str, Any]) -> dict[str, Any]:
    article_id = found["article_id"]
    spans = session.rows("explain_themes", id=article_id, version=found["version"], rules=found["rules_version"])
    themes: dict[str, dict[str, Any]] = {}
    for span in spans:
        theme = themes.setdefault(span["theme"], {"theme": span["theme"], "score": span["score"], "evidence": []})
        theme["evidence"].append({name: value for name, value in span.items() if name not in ("theme", "score")})
    return {
        "kind": "article",
        "article": found,
        "themes": list(themes.values()),
        "duplicates": session.rows("explain_duplicates", id=article_id),
        "members": session.rows("explain_story", story=found["story_id"]) if found["story_id"] else [],
        "versions": session.rows("explain_versions", id=article_id),
    }


def status(settings: Settings, now: datetime) -> dict[str, Any]:
    """Last run, due times, sources in trouble, outbox, sizes. `healthy` when the last run ended with code 0 or 75."""
    warehouse = Warehouse(settings.state)
    empty: dict[str, Any] = {"healthy": False, "last_run": None, "trouble": [], "outbox": {}, "snapshot": None}
    if not warehouse.snapshot.exists():
        return empty
    with warehouse.read_snapshot() as session:
        last = next(iter(session.rows("select_last_run_end")), None)
        if last is None:
            return empty
        return {
            **session.rows("select_status", now=now)[0],
            "healthy": last["exit_code"] == 0 and not last["failed_checks"],
            "last_run": last,
            "trouble": session.rows("select_trouble"),
            "outbox": {row["state"]: row["n"] for row in session.rows("select_outbox_states")},
            "snapshot": str(warehouse.snapshot),
            "warehouse_bytes": warehouse.snapshot.stat().st_size,
        }
