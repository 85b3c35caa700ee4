"""`sources list` and `sources check`; the list is changed by `source_adding` and `source_exchange`."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from monitor.cli.app import App
from monitor.cli.output import emit_json, table
from monitor.cli.progress import progress
from monitor.cli.source_adding import add_command, discover_command
from monitor.cli.source_exchange import export_command, import_command
from monitor.errors import Exit
from monitor.model import Settings, Source, Status

if TYPE_CHECKING:
    from monitor.stages.checking import Checked

_CONFIGURED = (
    "id", "name", "kind", "url", "lang", "country", "owner", "prior", "enabled", "pages", "group", "zone", "robots",
    "verify_tls", "aggregator", "verified_on", "evidence", "note",
)  # fmt: skip
_LIVED = (
    "health", "alarms", "failures", "weighted_failures", "reason", "detail", "last_attempt_at", "last_success_at",
    "last_new_at", "silent_at", "last_gap_at", "next_due_at", "interval_minutes", "address", "redirect_to",
    "redirect_hits", "redirect_since_at", "remarks",
)  # fmt: skip
_COLUMNS = (
    "id", "enabled", "kind", "prior", "every", "verified", "health", "last answer", "last entry", "next due", "url",
)  # fmt: skip
_TROUBLE = ("id", "health", "failures", "last answer", "last entry", "next due", "why")
_WELL = ("ok", "new")


@click.group("sources")
def sources_command() -> None:
    """List the sources, check that they answer, find and add new ones."""


for _command in (discover_command, add_command, import_command, export_command):
    sources_command.add_command(_command)


@sources_command.command("list")
@click.option("--enabled", is_flag=True, help="Only enabled ones.")
@click.option("--trouble", is_flag=True, help="Only enabled ones whose health is neither ok nor new, and why.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, with every setting and all that is known.")
@click.pass_obj
def list_command(app: App, enabled: bool, trouble: bool, as_json: bool) -> int:
    """List the sources of sources.toml, and how each fares since the first run. Asks nobody."""
    from monitor.stages.explain import source_health

    settings = app.settings()
    lived = source_health(settings)
    chosen = [source for source in settings.sources if source.enabled or not (enabled or trouble)]
    rows = [_listed(source, lived.get(source.id, {})) for source in chosen]
    rows = [row for row in rows if not trouble or row["health"] not in _WELL]
    if as_json:
        emit_json({"config": settings.path, "sources": rows}, settings.zone)
        return Exit.OK
    if trouble:
        _print_trouble(settings, rows, len(chosen))
        return Exit.OK
    click.echo(table(_COLUMNS, [_cells(row) for row in rows], limit=200, zone=settings.zone))
    shown = sum(row["enabled"] for row in rows)
    click.echo(f"({len(rows)} sources, {shown} enabled; {settings.path})", err=True)
    return Exit.OK


def _listed(source: Source, lived: dict[str, Any]) -> dict[str, Any]:
    """One source: as configured, and as the last snapshot knows it ("new", and else None, when it does not)."""
    row = {name: getattr(source, name) for name in _CONFIGURED} | {name: lived.get(name) for name in _LIVED}
    row["health"] = row["health"] or "new"
    row["interval_minutes"] = row["interval_minutes"] or source.interval // timedelta(minutes=1)
    return row


def _cells(row: dict[str, Any]) -> tuple[Any, ...]:
    health = f"{row['health']} ({row['failures']})" if row["failures"] else row["health"]
    return (
        row["id"], "yes" if row["enabled"] else "no", row["kind"], row["prior"], f"{row['interval_minutes']} min",
        row["verified_on"], health, row["last_success_at"], row["last_new_at"], row["next_due_at"], row["url"],
    )  # fmt: skip


def _print_trouble(settings: Settings, rows: list[dict[str, Any]], asked: int) -> None:
    """Every alarm, the leading one first, and the reason."""
    names = ("id", "alarms", "failures", "last_success_at", "last_new_at", "next_due_at", "detail")
    told = [row | {"alarms": ", ".join(dict.fromkeys((row["health"], *(row["alarms"] or ()))))} for row in rows]
    if told:
        cells = [tuple(row[name] for name in names) for row in told]
        click.echo(table(_TROUBLE, cells, limit=200, zone=settings.zone))
    click.echo(f"({len(rows)} of {asked} enabled sources in trouble)", err=True)


@sources_command.command("check")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--write", is_flag=True, help="Set verified_at in sources.toml for those that answered with entries.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def check_command(app: App, ids: tuple[str, ...], write: bool, as_json: bool) -> int:
    """Ask each source once, politely, and say what it answered. Stores nothing in the warehouse.

    Exit 0 when all answered usably, 69 when one did not. Without ID: every enabled source; a source that was asked
    less than an hour ago is better left alone. --write changes the lines of verified_at and no other.
    """
    from monitor.cli.collect import check_ids
    from monitor.stages import checking, source_list

    settings = app.settings()
    check_ids(settings, ids)
    if write:
        source_list.must_be_editable(settings.path)
    chosen = [source for source in settings.sources if (source.id in ids if ids else source.enabled)]
    with progress(wanted=not as_json) as tell:
        checked = asyncio.run(checking.check(settings, app.clock, chosen, progress=tell, network=app.network))
    today = app.clock.now().astimezone(ZoneInfo(settings.zone)).date()
    verified = {one.harvest.source.id: today for one in checked if one.verified} if write else {}
    source_list.set_verified(settings, verified)
    rows = [_result(one) for one in checked]
    if as_json:
        emit_json({"sources": rows, "written": sorted(verified)}, settings.zone)
    else:
        _print(settings, rows, len(verified) if write else None)
    return Exit.UNAVAILABLE if any(row["status"] == Status.FAILED for row in rows) else Exit.OK


def _result(checked: Checked) -> dict[str, Any]:
    harvest = checked.harvest
    entries = harvest.parsed.entries if harvest.parsed else ()
    said = harvest.error.message if harvest.error else harvest.parsed.warning if harvest.parsed else ""
    return {
        "source": harvest.source.id,
        "status": harvest.status.value,
        "reason": harvest.error.reason.value if harvest.error else None,
        "entries": len(entries),
        "rejected": len(harvest.parsed.rejected) if harvest.parsed else 0,
        "newest": max((entry.published.at for entry in entries if entry.published.at), default=None),
        "seconds": round(harvest.seconds, 3),
        "detail": said,
        "hints": list(checked.hints),
    }


def _print(settings: Settings, rows: list[dict[str, Any]], written: int | None) -> None:
    if not rows:
        click.echo("no source is enabled", err=True)
        return
    figures = ("source", "status", "reason", "entries", "rejected", "newest", "seconds")
    cells = [
        (*(row[name] for name in figures), "; ".join(filter(None, (row["detail"], *row["hints"])))) for row in rows
    ]
    click.echo(table((*figures, "remarks"), cells, limit=300, zone=settings.zone))
    failed = sum(row["status"] == Status.FAILED for row in rows)
    click.echo(f"({len(rows)} asked, {len(rows) - failed} answered usably)", err=True)
    if written is not None:
        click.echo(f"verified_at set for {written} of them in {settings.path}", err=True)
