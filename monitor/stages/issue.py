"""One issue of the digest: its rows from the snapshot, its files, its freezing and its delivery."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor import digest
from monitor.clock import Clock
from monitor.dates import iso_week, week_bounds, week_start_at
from monitor.errors import UsageError
from monitor.model import Delivery, Digest, Rendered, Settings
from monitor.stages.rows import Row
from monitor.warehouse import Session, Warehouse, named_files

# After a temporary refusal (4xx): RFC 5321 4.5.4.1 asks for at least 30 minutes once the first tries failed.
RETRY_AFTER = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6))
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Deliverer = Callable[[Rendered, Sequence[str], datetime, str], Iterator[Delivery]]


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


def write_files(rendered: Rendered, folder: Path) -> dict[str, Path]:
    """`<week>.html`, `.txt` and `.md` (with `.es` before the ending for Spanish); kind -> path."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = file_stem(rendered.week, rendered.language)
    paths = {}
    for kind, ending, text in (
        ("html", "html", rendered.html),
        ("text", "txt", rendered.text),
        ("markdown", "md", rendered.markdown),
    ):
        paths[kind] = folder / f"{stem}.{ending}"
        paths[kind].write_text(text, encoding="utf-8")
    return paths


def file_stem(week: str, language: str) -> str:
    """File name of an issue without its ending."""
    return week if language == "en" else f"{week}.{language}"


def digest_due_at(settings: Settings, week: str) -> datetime:
    """The instant from which a week's digest may go out: the configured day and hour after its end."""
    plan = settings.schedule
    _, sunday = week_bounds(week)
    days = 1 + WEEKDAYS.index(plan.digest_day)
    local = datetime.combine(sunday + timedelta(days=days), time(plan.digest_hour, plan.digest_minute))
    return local.replace(tzinfo=ZoneInfo(settings.zone))


def undelivered(settings: Settings, week: str, language: str, now: datetime) -> list[str]:
    """Recipients who are to be sent a week's issue now: never tried, or deferred and due again."""
    warehouse = Warehouse(settings.state)
    with warehouse.read_snapshot() as session:
        latest = {row["recipient"]: row for row in session.rows("select_outbox", week=week, language=language)}
    return [recipient for recipient in settings.digest.recipients if _try_now(latest.get(recipient), now)]


def _try_now(last: Row | None, now: datetime) -> bool:
    return last is None or (last["state"] == "deferred" and last["next_try_at"] <= now)


def frozen(session: Session, week: str, language: str) -> Rendered | None:
    """The issue as first sent, if it was."""
    row = next(iter(session.rows("select_issue", week=week, language=language)), None)
    if row is None:
        return None
    names = ("week", "language", "subject", "html", "text", "markdown", "content_hash")
    return Rendered(**{name: row[name] for name in names})


def freeze(settings: Settings, issue: Digest, now: datetime) -> Rendered:
    """The issue's bytes from now on: what was frozen before, else this rendering, stored."""
    warehouse = Warehouse(settings.state)
    with warehouse.write() as session:
        before = frozen(session, issue.week, issue.language)
        if before is not None:
            return before
        rendered = digest.render(issue)
        session.append("digest_issue", [_issue_row(rendered, issue, now)])
    return rendered


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


def deliver(
    settings: Settings, clock: Clock, rendered: Rendered, recipients: Sequence[str], run_id: str, deliverer: Deliverer
) -> tuple[Delivery, ...]:
    """Send a frozen issue to those who have not got it. Every delivery is claimed in the warehouse before the wire.

    A claim without an answer (the process was killed) becomes `unknown` and is never resent by itself: nobody gets
    an issue twice. Deferred ones are tried again when their time has come. Raises MailError when no session comes up.
    """
    warehouse = Warehouse(settings.state)
    now = clock.now()
    with warehouse.write() as session:
        due = _claim(session, rendered, recipients, now)
    done = []
    for delivery in deliverer(rendered, [recipient for recipient, _ in due], now, run_id):
        attempt = dict(due)[delivery.recipient]
        with warehouse.write() as session:
            session.append("outbox", [_outbox_row(rendered, delivery, attempt, clock.now())])
        done.append(delivery)
    return tuple(done)


def _claim(session: Session, rendered: Rendered, recipients: Iterable[str], now: datetime) -> list[tuple[str, int]]:
    """Recipients to be sent to now, with the number of the try."""
    key = {"week": rendered.week, "language": rendered.language}
    latest = {row["recipient"]: row for row in session.rows("select_outbox", **key)}
    due = []
    for recipient in recipients:
        last = latest.get(recipient)
        if last and last["state"] == "sending":
            lost = Delivery(recipient, last["message_id"], "unknown", "the process ended before the server answered")
            session.append("outbox", [_outbox_row(rendered, lost, last["attempt"], now)])
        elif _try_now(last, now):
            due.append((recipient, last["attempt"] + 1 if last else 1))
    claims = [_outbox_row(rendered, Delivery(recipient, "", "sending", ""), attempt, now) for recipient, attempt in due]
    session.append("outbox", claims)
    return due


def _outbox_row(rendered: Rendered, delivery: Delivery, attempt: int, now: datetime) -> Row:
    wait = RETRY_AFTER[min(attempt, len(RETRY_AFTER)) - 1] if delivery.state == "deferred" else None
    return {
        "week": rendered.week,
        "language": rendered.language,
        "recipient": delivery.recipient,
        "message_id": delivery.message_id,
        "state": delivery.state,
        "attempt": attempt,
        "reply": delivery.reply,
        "next_try_at": now + wait if wait else None,
        "known_at": now,
    }
