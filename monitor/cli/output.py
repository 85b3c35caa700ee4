"""How results look: tables, JSON, summary lines, progress. Data goes to stdout, everything else to stderr."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from monitor.model import Outcome, Report, Status

SCHEMA_VERSION = 1
Row = Sequence[Any]


def emit_json(value: Mapping[str, Any]) -> None:
    """One documented object on stdout."""
    click.echo(json.dumps({"schema_version": SCHEMA_VERSION, **value}, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: object) -> object:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return str(value)


def lima(instant: datetime | None, zone: str = "America/Lima") -> str:
    """An instant as a person in Lima reads it, with its offset."""
    if instant is None:
        return "-"
    local = instant.astimezone(ZoneInfo(zone))
    return f"{local:%Y-%m-%d %H:%M} {'Lima' if zone == 'America/Lima' else local.tzname()}"


def table(columns: Sequence[str], rows: Sequence[Row], *, limit: int = 60) -> str:
    """Aligned plain text; long cells are cut at `limit` characters."""
    cells = [[_cell(value, limit) for value in row] for row in rows]
    widths = [max([len(name), *(len(row[i]) for row in cells)]) for i, name in enumerate(columns)]
    numeric = [all(isinstance(row[i], (int, float)) or row[i] is None for row in rows) for i in range(len(columns))]
    lines = [list(columns), ["-" * width for width in widths], *cells]
    return "\n".join(
        "  ".join(
            text.rjust(width) if right else text.ljust(width)
            for text, width, right in zip(line, widths, numeric, strict=True)
        ).rstrip()
        for line in lines
    )


def _cell(value: object, limit: int) -> str:
    if value is None:
        return ""
    text = f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def as_csv(columns: Sequence[str], rows: Sequence[Row]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return buffer.getvalue().rstrip("\n")


def as_markdown(columns: Sequence[str], rows: Sequence[Row]) -> str:
    def line(values: Sequence[object]) -> str:
        return "| " + " | ".join(_cell(value, 200).replace("|", "\\|") for value in values) + " |"

    return "\n".join([line(columns), line(["---"] * len(columns)), *(line(row) for row in rows)])


# ---------------------------------------------------------------- runs


def summary(report: Report) -> str:
    """The last line of a run: the same words in terminal, log and mail."""
    failed = [outcome for outcome in report.outcomes if outcome.status is Status.FAILED]
    ok = len(report.outcomes) - len(failed)
    seconds = (report.finished_at - report.started_at).total_seconds()
    word = "ok" if ok or not report.outcomes else "FAILED"
    parts = [
        word + (" (stopped early)" if report.stopped else ""),
        f"{ok}/{len(report.outcomes)} sources",
        f"{report.new_articles} new articles → {report.new_stories} new stories",
        f"{report.new_versions} edits",
        f"{seconds:.0f} s",
    ]
    if failed:
        named = ", ".join(f"{outcome.source_id} {outcome.reason}" for outcome in failed[:6])
        parts.append(f"({len(failed)} failed: {named}{' ...' if len(failed) > 6 else ''})")
    if report.failed_checks:
        parts.append(f"DATA CHECKS FAILED: {', '.join(report.failed_checks)}")
    return "  ".join(parts)


def accounts(report: Report) -> list[str]:
    """The sums that must add up, in words."""
    totals, reasons = totals_of(report.outcomes)
    why = ", ".join(f"{n} {reason}" for reason, n in reasons.most_common())
    pages = report.pages
    page_why = ", ".join(f"{n} {reason}" for reason, n in Counter(report.page_reasons).most_common())
    return [
        f"entries: {totals['fetched']} fetched = {totals['new']} new + {totals['seen']} seen + "
        f"{totals['changed']} changed + {totals['rejected']} rejected" + (f" ({why})" if why else ""),
        f"pages:   {pages.wanted} wanted = {pages.stored} read + {pages.from_feed} from feed text + "
        f"{pages.rejected} not about Peru + {pages.pending} left for the next run"
        + (f" ({page_why})" if page_why else ""),
    ]


def totals_of(outcomes: Sequence[Outcome]) -> tuple[Counter[str], Counter[str]]:
    """Counts over all sources, and rejected entries by reason."""
    totals: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for outcome in outcomes:
        for name in ("fetched", "new", "seen", "changed", "rejected"):
            totals[name] += getattr(outcome.counts, name)
        reasons.update({reason.value: n for reason, n in outcome.rejected.items()})
    return totals, reasons


def report_json(report: Report) -> dict[str, Any]:
    """A report as `run --json` prints it."""
    totals, reasons = totals_of(report.outcomes)
    pages = report.pages
    return {
        "run_id": report.run_id,
        "command": report.command,
        "started_at": report.started_at,
        "finished_at": report.finished_at,
        "stopped": report.stopped,
        "entries": {**totals, "rejected_by_reason": dict(reasons)},
        "pages": {
            "wanted": pages.wanted,
            "stored": pages.stored,
            "from_feed": pages.from_feed,
            "rejected": pages.rejected,
            "pending": pages.pending,
            "reasons": {reason.value: n for reason, n in report.page_reasons.items()},
        },
        "new_articles": report.new_articles,
        "new_versions": report.new_versions,
        "new_stories": report.new_stories,
        "failed_checks": list(report.failed_checks),
        "stage_seconds": dict(report.stage_seconds),
        "sources": [
            {
                "source": outcome.source_id,
                "status": outcome.status.value,
                "reason": outcome.reason.value if outcome.reason else None,
                "detail": outcome.detail,
                "http_status": outcome.http_status,
                **{n: getattr(outcome.counts, n) for n in ("fetched", "new", "seen", "changed", "rejected")},
                "next_due_at": outcome.next_due_at,
            }
            for outcome in report.outcomes
        ],
    }


# ---------------------------------------------------------------- progress


@contextmanager
def progress(*, wanted: bool = True) -> Iterator[Callable[[str, int, int], None]]:
    """A callback that draws a bar per stage on a terminal and does nothing anywhere else."""
    if not (wanted and sys.stderr.isatty()) or os.environ.get("NO_COLOR") or os.environ.get("CI"):
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:>10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total or None)
            bars.update(tasks[stage], completed=done, total=total or None)

        yield tell
