"""Rows of versions and of what changed between them. Column names are those of warehouse/migrations."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from monitor.extract import Change
from monitor.model import Fetched, RecheckSettings, Source, Validators
from monitor.stages import rows, versions
from monitor.stages.judge import Judged, Previous
from monitor.stages.judgement_rows import Judgement, judgement_tables
from monitor.stages.read import Wanted
from monitor.stages.versions import Look, Recheck
from monitor.warehouse import Session


def version_tables(judged: Sequence[Judged], run_id: str, known_at: datetime) -> dict[str, list[rows.Row]]:
    """Everything that hangs on the new versions, by table."""
    fresh = [item for item in judged if item.version is not None]
    return {
        "article_version": [rows.version_row(item, run_id, known_at) for item in fresh],
        **judgement_tables((Judgement(i.article_id, i.version or 0, i.tagging) for i in fresh), run_id, known_at),
        "edit_grade": [
            *(row for item in fresh for row in grade_rows(item, run_id, known_at)),
            *(withdrawal_row(item.article_id, item.gone, run_id, known_at) for item in judged if item.gone),
        ],
    }


def look_tables(
    looks: Sequence[Look], judged: Sequence[Judged], held: Mapping[int, Previous], run_id: str, known_at: datetime
) -> dict[str, list[rows.Row]]:
    """Everything that one round of looking again brought, by table."""
    by_id = {item.article_id: item for item in judged}
    tables = version_tables(judged, run_id, known_at)
    tables["recheck"] = [recheck_row(look, by_id.get(look.article_id), run_id, known_at) for look in looks]
    tables["edit_grade"] += [
        withdrawal_row(look.article_id, held[look.article_id], run_id, known_at)
        for look in looks
        if look.newly_withdrawn and held[look.article_id].text_from == "page"
    ]
    return tables


def recheck_row(look: Look, judged: Judged | None, run_id: str, known_at: datetime) -> rows.Row:
    answer, error = look.answer, look.error
    return {
        "run_id": run_id,
        "article_id": look.recheck.wanted.article_id,
        "source_id": look.recheck.wanted.source.id,
        "url": look.recheck.wanted.entry.link,
        "outcome": look.outcome(judged),
        "http_status": rows.status_of(answer, error),
        "reason": error.reason.value if error else None,
        "detail": error.message if error else None,
        "seconds": (answer.finished_at - answer.started_at).total_seconds() if answer else None,
        "wire_bytes": answer.wire_bytes if isinstance(answer, Fetched) else 0,
        **rows.validator_columns(look.validators, look.validators_url),
        "known_at": known_at,
    }


def grade_rows(item: Judged, run_id: str, known_at: datetime) -> list[rows.Row]:
    """What a new version changed."""
    return [
        _grade_row(item.article_id, item.version or 0, place, change, run_id, known_at)
        for place, change in enumerate(item.changes, 1)
    ]


def withdrawal_row(article_id: int, held: Previous, run_id: str, known_at: datetime) -> rows.Row:
    """A page that is gone; the last good copy stays the current one."""
    return _grade_row(article_id, held.version, 1, Change("withdrawn", "page", held.title, ""), run_id, known_at)


def _grade_row(article_id: int, version: int, place: int, change: Change, run_id: str, known_at: datetime) -> rows.Row:
    return {
        "article_id": article_id,
        "version": version,
        "place": place,
        "grade": change.grade,
        "field": change.field,
        "old_value": change.old,
        "new_value": change.new,
        "counted": change.counted,
        "old_number": change.old_number,
        "new_number": change.new_number,
        "run_id": run_id,
        "known_at": known_at,
    }


def due_rechecks(
    session: Session,
    sources: Sequence[Source],
    at: datetime,
    asked: RecheckSettings,
    among: Collection[str] | None = None,
) -> list[Recheck]:
    """Pages of these sources whose next look is due, with `among` only those of these addresses.

    Most runs end after the first, cheap question.
    """
    by_id = {source.id: source for source in sources}
    linked = None
    if among is not None:
        linked = {row["article_id"] for row in session.rows("select_linked", links=sorted(among))}
        if not linked:
            return []
    looks = rows.by("article_id", session.rows("select_due_looks", **versions.due_at(at, asked)))
    due = looks if linked is None else {one: looks[one] for one in looks.keys() & linked}
    if not due:
        return []
    passing = [reason.value for reason in versions.PASSING]
    found = session.rows("select_recheckable", ids=list(due), passing=passing)
    return [
        _recheck(due[row["article_id"]], row, by_id[row["source_id"]]) for row in found if row["source_id"] in by_id
    ]


def _recheck(due: rows.Row, found: rows.Row, source: Source) -> Recheck:
    return Recheck(
        Wanted(rows.entry(found), due["article_id"], source, due["first_seen_at"]),
        Validators(due["etag"], due["last_modified"]),
        due["validators_url"],
        due["last_outcome"] == "withdrawn",
        due["round"],
        found["owners"],
    )
