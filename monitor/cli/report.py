"""A run in words and as JSON: the summary line, the sums behind it, and what deserves a person's attention."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from monitor.errors import Exit, Reason
from monitor.model import Outcome, Report, Status

NAMED = 6  # failed sources that the summary line names
COUNTS = ("fetched", "new", "seen", "changed", "rejected")


def failures(report: Report) -> list[Outcome]:
    """Sources that were asked and brought nothing usable."""
    return [o for o in report.outcomes if o.status is Status.FAILED and o.reason is not Reason.STOPPED]


def summary(report: Report, code: int) -> str:
    """The last line of a run: the same words in terminal, log and mail."""
    failed = failures(report)
    asked = sum(outcome.reason is not Reason.STOPPED for outcome in report.outcomes)
    seconds = (report.finished_at - report.started_at).total_seconds()
    parts = [
        _word(report, code),
        f"{asked - len(failed)}/{asked} sources" if report.outcomes else "no source due",
        f"{report.new_articles} new articles → {report.new_stories} new stories",
        f"{report.new_versions} edits",
        f"{seconds:.0f} s",
        *_troubles(report, failed),
    ]
    return "  ".join(parts)


def _word(report: Report, code: int) -> str:
    if report.stopped:
        return "stopped early"
    return "ok" if code == Exit.OK else "FAILED"


def _troubles(report: Report, failed: Sequence[Outcome]) -> list[str]:
    found = []
    if failed:
        named = ", ".join(f"{outcome.source_id} {outcome.reason}" for outcome in failed[:NAMED])
        found.append(f"({len(failed)} failed: {named}{' ...' if len(failed) > NAMED else ''})")
    if bugs := report.page_reasons.get(Reason.BUG, 0):
        found.append(f"({bugs} pages met a bug: see the log)")
    if report.pages.pending:
        found.append(f"({report.pages.pending} pages left for the next run)")
    if report.failed_checks:
        found.append(f"DATA CHECKS FAILED: {', '.join(report.failed_checks)}")
    return found


def failure_lines(report: Report) -> list[str]:
    """One line per failed source: who, why, in words."""
    return [f"{outcome.source_id}: {outcome.reason} - {outcome.detail}" for outcome in failures(report)]


def accounts(report: Report) -> list[str]:
    """The sums that must add up, in words."""
    totals, reasons = totals_of(report.outcomes)
    pages = report.pages
    lines = [
        f"entries: {totals['fetched']} fetched = {totals['new']} new + {totals['seen']} seen + "
        f"{totals['changed']} changed + {totals['rejected']} rejected{_listed(reasons)}",
        f"pages:   {pages.wanted} wanted = {pages.stored} read + {pages.from_feed} from feed text + "
        f"{pages.rejected} not about Peru + {pages.pending} left for the next run"
        f"{_listed(Counter({reason.value: n for reason, n in report.page_reasons.items()}))}",
    ]
    if report.rechecks:
        outcomes = " + ".join(f"{n} {name.replace('_', ' ')}" for name, n in sorted(report.rechecks.items()))
        lines.append(f"again:   {sum(report.rechecks.values())} pages looked at = {outcomes}")
    return lines


def _listed(reasons: Counter[str]) -> str:
    return f" ({', '.join(f'{n} {reason}' for reason, n in reasons.most_common())})" if reasons else ""


def totals_of(outcomes: Sequence[Outcome]) -> tuple[Counter[str], Counter[str]]:
    """Counts over all sources, and rejected entries by reason."""
    totals: Counter[str] = Counter(dict.fromkeys(COUNTS, 0))
    reasons: Counter[str] = Counter()
    for outcome in outcomes:
        totals.update({name: getattr(outcome.counts, name) for name in COUNTS})
        reasons.update({reason.value: n for reason, n in outcome.rejected.items()})
    return totals, reasons


def report_json(report: Report, code: int) -> dict[str, Any]:
    """A report as `run --json` prints it."""
    totals, reasons = totals_of(report.outcomes)
    pages = ("wanted", "stored", "from_feed", "rejected", "pending")
    return {
        "exit_code": code,
        "run_id": report.run_id,
        "command": report.command,
        "started_at": report.started_at,
        "finished_at": report.finished_at,
        "stopped": report.stopped,
        "entries": {**totals, "rejected_by_reason": dict(reasons)},
        "pages": {
            **{name: getattr(report.pages, name) for name in pages},
            "reasons": {reason.value: n for reason, n in report.page_reasons.items()},
        },
        "rechecks": dict(report.rechecks),
        "new_articles": report.new_articles,
        "new_versions": report.new_versions,
        "new_stories": report.new_stories,
        "failed_checks": list(report.failed_checks),
        "stage_seconds": dict(report.stage_seconds),
        "sources": [_source_json(outcome) for outcome in report.outcomes],
    }


def _source_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "source": outcome.source_id,
        "status": outcome.status.value,
        "reason": outcome.reason.value if outcome.reason else None,
        "detail": outcome.detail,
        "http_status": outcome.http_status,
        **{name: getattr(outcome.counts, name) for name in COUNTS},
        "next_due_at": outcome.next_due_at,
    }
