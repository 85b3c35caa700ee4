"""One issue of the digest: its rows from the snapshot, its files and its freezing. Its delivery is in outbox.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor import digest
from monitor.dates import iso_week, week_bounds, week_start_at
from monitor.errors import UsageError
from monitor.model import Digest, Rendered, Settings
from monitor.stages.rows import Row
from monitor.warehouse import Session, Warehouse, named_files

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Frozen:
    """An issue as first sent. Its mails carry `frozen_at` as their date and `run_id` as their run, on every try."""

    rendered: Rendered
    frozen_at: datetime
    run_id: str


def last_complete_week(now: datetime, zone: str) -> str:
    """The ISO week before the one that is running, by the clock of `zone`."""
    return iso_week(now - timedelta(days=7), zone)


def weeks_between(first: datetime, last: datetime, zone: str) -> list[str]:
    """The complete ISO weeks from the one that holds `first` to the last one that was over at `last`."""
    weeks = []
    instant = first
    while (week := iso_week(instant, zone)) <= last_complete_week(last, zone):
        weeks.append(week)
        instant += timedelta(days=7)
    return weeks


def check_week(week: str, now: datetime, zone: str) -> None:
    """Raises UsageError for a week that cannot be read, does not exist or has not begun."""
    try:
        week_bounds(week)
    except ValueError as error:
        raise UsageError(f"{week!r} is not a week: {error}", hint="write it as 2026-W46") from error
    if week_start_at(week, zone) > now:
        raise UsageError(
            f"week {week} has not begun yet", hint=f"the last complete one is {last_complete_week(now, zone)}"
        )


def build(settings: Settings, week: str, language: str, as_of: datetime) -> Digest:
    """The digest of a week as the snapshot knew it at `as_of`. Raises WarehouseError when there is no snapshot."""
    monday, _ = week_bounds(week)
    specs, results = {}, {}
    with Warehouse(settings.state).read_snapshot() as session:
        for name, sql in named_files("digest").items():
            columns, rows = session.table(sql, {"week_start": monday, "as_of": as_of, "weeks": 8})
            specs[name] = digest.parse_header(sql, name)
            results[name] = (columns, [dict(zip(columns, row, strict=True)) for row in rows])
        last_run = next(iter(session.rows("select_last_run", as_of=as_of)), None)
    return digest.build(
        week,
        language,
        results,
        specs,
        as_of=as_of,
        data_until=last_run["started_at"] if last_run else None,
        run_id=last_run["run_id"] if last_run else "",
        rules_version=last_run["rules_version"] if last_run else "",
        zone=settings.zone,
    )


def write_files(rendered: Rendered, folder: Path, *, as_of: datetime | None = None) -> dict[str, Path]:
    """`<week>.html`, `.txt` and `.md`, see `file_stem`; kind -> path."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = file_stem(rendered.week, rendered.language, as_of)
    paths = {}
    for kind, ending, text in (
        ("html", "html", rendered.html),
        ("text", "txt", rendered.text),
        ("markdown", "md", rendered.markdown),
    ):
        paths[kind] = folder / f"{stem}.{ending}"
        paths[kind].write_text(text, encoding="utf-8")
    return paths


def file_stem(week: str, language: str, as_of: datetime | None = None) -> str:
    """File name of an issue without its ending: `2026-W46`, `2026-W46.es`, `2026-W46.as-of-20261116T113000Z`."""
    stem = week if language == "en" else f"{week}.{language}"
    return f"{stem}.as-of-{as_of.astimezone(UTC):%Y%m%dT%H%M%SZ}" if as_of else stem


def digest_due_at(settings: Settings, week: str) -> datetime:
    """The instant from which a week's digest may go out: the configured day and hour after its end."""
    plan = settings.schedule
    _, sunday = week_bounds(week)
    days = 1 + WEEKDAYS.index(plan.digest_day)
    local = datetime.combine(sunday + timedelta(days=days), time(plan.digest_hour, plan.digest_minute))
    return local.replace(tzinfo=ZoneInfo(settings.zone))


def watched(settings: Settings, week: str) -> bool:
    """Whether the monitor was at work before the week was over: else its digest would say nothing."""
    over_at = week_start_at(week, settings.zone) + timedelta(days=7)
    with Warehouse(settings.state).read_snapshot() as session:
        first = session.rows("select_first_run")[0]["started_at"]
    return first is not None and first < over_at


# ---------------------------------------------------------------- freezing


def frozen(session: Session, week: str, language: str) -> Frozen | None:
    """The issue as first sent, if it was."""
    row = next(iter(session.rows("select_issue", week=week, language=language)), None)
    if row is None:
        return None
    names = ("week", "language", "subject", "html", "text", "markdown", "content_hash")
    last_run = next(iter(session.rows("select_last_run", as_of=row["as_of"])), None)
    run_id = last_run["run_id"] if last_run else ""
    return Frozen(Rendered(**{name: row[name] for name in names}), row["known_at"], run_id)


def sent(settings: Settings, week: str, language: str) -> Frozen | None:
    """The issue as first sent, from the snapshot. Raises NoSnapshotError."""
    with Warehouse(settings.state).read_snapshot() as session:
        return frozen(session, week, language)


def freeze(settings: Settings, issue: Digest, now: datetime) -> Frozen:
    """The issue's bytes from now on: what was frozen before, else this rendering, stored."""
    with Warehouse(settings.state).write() as session:
        before = frozen(session, issue.week, issue.language)
        if before is not None:
            return before
        rendered = digest.render(issue)
        session.append("digest_issue", [_issue_row(rendered, issue, now)])
    return Frozen(rendered, now, issue.run_id)


def _issue_row(rendered: Rendered, issue: Digest, now: datetime) -> Row:
    return {
        "week": rendered.week,
        "language": rendered.language,
        "subject": rendered.subject,
        "html": rendered.html,
        "text": rendered.text,
        "markdown": rendered.markdown,
        "content_hash": rendered.content_hash,
        "rules_version": issue.rules_version,
        "data_until": issue.data_until,
        "as_of": issue.as_of,
        "known_at": now,
    }
