"""Answers about what is stored: one article with all its evidence, and the state of the whole installation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from monitor import themes
from monitor.errors import UsageError
from monitor.model import Settings
from monitor.stages import rows
from monitor.stages.evidence import evidence
from monitor.stages.judge import relevance_of
from monitor.text import stable_id
from monitor.urls import article_key, canonical_url
from monitor.warehouse import Session, Warehouse

OVERDUE = timedelta(days=1)  # without a run: hourly ones have stopped, whoever was to start them
CERTAIN = 3  # failures in a row: a source that is back within two hours is nobody's concern


def article(settings: Settings, wanted: str) -> dict[str, Any]:
    """Everything known of an article, by id or address. Raises UsageError when nothing is known of it.

    `kind` is "article", or "entry" for one whose page was not read: turned away, with the reasons recomputed by the
    rules now in force, or still pending.
    """
    with Warehouse(settings.state).read_snapshot() as session:
        for article_id in ids_of(settings, wanted):
            key = {"id": article_id, "canonical": _canonical(wanted), "url": wanted}
            found = next(iter(session.rows("find_article", **key)), None)
            if found:
                return {**_explained(session, found), **evidence(settings, session, found)}
            entry = next(iter(session.rows("find_entry", **key)), None)
            if entry:
                return _explained_entry(settings, entry)
    raise UsageError(
        f"nothing is known of {wanted}",
        hint="give the article's address, or its id, such as `peru-monitor sql 'FROM article_current'` shows",
    )


def _explained_entry(settings: Settings, row: dict[str, Any]) -> dict[str, Any]:
    names = ("article_id", "source_id", "link", "title", "summary", "section", "outcome", "reason", "known_at")
    source = next((source for source in settings.sources if source.id == row["source_id"]), None)
    found = {"kind": "entry", "article": {name: row[name] for name in names}, "relevance": None}
    if source is not None:
        rules = themes.load(settings.themes_dir)
        relevance = relevance_of(rules, source, rows.entry(row))
        found["relevance"] = {**asdict(relevance), "rules_version": rules.version}
    return found


def ids_of(settings: Settings, wanted: str) -> list[int]:
    """Ids that the argument may stand for."""
    if re.fullmatch(r"[0-9]{1,19}", wanted):
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


# ---------------------------------------------------------------- the installation


def status(settings: Settings, now: datetime) -> dict[str, Any]:
    """Last run, due times, sources in trouble, outbox, sizes. `healthy` when `problems` is empty."""
    warehouse = Warehouse(settings.state)
    empty: dict[str, Any] = {"healthy": False, "last_run": None, "problems": ["no run yet"], "trouble": []}
    if not warehouse.snapshot.exists():
        return empty
    with warehouse.read_snapshot() as session:
        last = next(iter(session.rows("select_last_run_end")), None)
        if last is None:
            return empty
        figures = session.rows("select_status", now=now)[0]
        outbox = {row["state"]: row["n"] for row in session.rows("select_outbox_states")}
        trouble = session.rows("select_trouble")
    problems = list(_problems(last, outbox, now))
    return {
        "healthy": not problems,
        "problems": problems,
        "last_run": last,
        "next_due_at": figures["next_due_at"],
        "due_now": figures["due_now"],
        "articles": figures["articles"],
        "stories": figures["stories"],
        "outbox": outbox,
        "trouble": trouble,
        "snapshot": warehouse.snapshot,
        "warehouse_bytes": warehouse.snapshot.stat().st_size,
        "warehouse_schema": figures["schema_version"],
    }


def _problems(last: dict[str, Any], outbox: dict[str, int], now: datetime) -> Iterator[str]:
    """What an operator must look at. A replay is no part of operation: only what it found counts."""
    if last["exit_code"] is None:
        yield "the last run was cut off"
    elif last["exit_code"] != 0:
        yield f"the last run ended with exit code {last['exit_code']}"
    if last["failed_checks"]:
        yield f"data checks failed: {', '.join(last['failed_checks'])}"
    if last["command"] == "run" and now - last["started_at"] > OVERDUE:
        yield f"no run for {(now - last['started_at']).days} days: is the schedule still there?"
    for state in ("refused", "unknown"):
        if outbox.get(state):
            yield f"{outbox[state]} digest mails {state}: `peru-monitor sql 'FROM outbox'`"


def last_success_at(settings: Settings) -> datetime | None:
    """End of the last run that ended with code 0; None where there is none."""
    warehouse = Warehouse(settings.state)
    if not warehouse.snapshot.exists():
        return None
    with warehouse.read_snapshot() as session:
        at: datetime | None = session.rows("select_last_success")[0]["finished_at"]
    return at


def source_health(settings: Settings) -> dict[str, dict[str, Any]]:
    """Rows of source_health by source id; empty before the first run."""
    warehouse = Warehouse(settings.state)
    if not warehouse.snapshot.exists():
        return {}
    with warehouse.read_snapshot() as session:
        return {row["source_id"]: row for row in session.rows("select_health")}


def new_trouble(settings: Settings) -> list[dict[str, Any]]:
    """Sources whose trouble became certain in the last run: told once, not every hour."""
    with Warehouse(settings.state).read_snapshot() as session:
        return session.rows("select_new_trouble", failures=CERTAIN)
