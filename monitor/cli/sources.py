"""`sources list` and `sources check`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.app import App
from monitor.cli.output import emit_json, table
from monitor.cli.progress import progress
from monitor.errors import Exit
from monitor.model import Settings, Source, Status

if TYPE_CHECKING:
    from monitor.stages.collect import Harvest


@click.group("sources")
def sources_command() -> None:
    """List the configured sources, or check that they answer."""


@sources_command.command("list")
@click.option("--enabled", is_flag=True, help="Only enabled ones.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def list_command(app: App, enabled: bool, as_json: bool) -> int:
    """List the sources of sources.toml."""
    settings = app.settings()
    chosen = [source for source in settings.sources if source.enabled or not enabled]
    if as_json:
        emit_json({"config": settings.path, "sources": [_as_dict(source) for source in chosen]})
        return Exit.OK
    rows = [
        (s.id, "yes" if s.enabled else "no", s.kind, s.lang, s.owner, s.prior, s.verified_on, s.url) for s in chosen
    ]
    click.echo(table(("id", "enabled", "kind", "lang", "owner", "prior", "verified", "url"), rows, limit=80))
    click.echo(f"({len(chosen)} sources, {sum(s.enabled for s in chosen)} enabled; {settings.path})", err=True)
    return Exit.OK


def _as_dict(source: Source) -> dict[str, Any]:
    words = (
        "id",
        "name",
        "kind",
        "url",
        "lang",
        "country",
        "owner",
        "prior",
        "enabled",
        "pages",
        "verified_on",
        "note",
    )
    return {name: getattr(source, name) for name in words}


@sources_command.command("check")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def check_command(app: App, ids: tuple[str, ...], as_json: bool) -> int:
    """Ask each source once, politely, and say what it answered. Stores nothing.

    Exit 0 when all answered usably, 69 when one did not. Without ID: every enabled source; a source that was asked
    less than an hour ago is better left alone.
    """
    from monitor import pipeline
    from monitor.cli.collect import check_ids

    settings = app.settings()
    check_ids(settings, ids)
    chosen = [source for source in settings.sources if (source.id in ids if ids else source.enabled)]
    with progress(wanted=not as_json) as tell:
        harvests = asyncio.run(pipeline.check_sources(settings, app.clock, chosen, progress=tell, network=app.network))
    rows = [_result(harvest) for harvest in harvests]
    if as_json:
        emit_json({"sources": rows}, settings.zone)
    else:
        _print(settings, rows)
    return Exit.UNAVAILABLE if any(harvest.status is Status.FAILED for harvest in harvests) else Exit.OK


def _result(harvest: Harvest) -> dict[str, Any]:
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
    }


def _print(settings: Settings, rows: list[dict[str, Any]]) -> None:
    if not rows:
        click.echo("no source is enabled", err=True)
        return
    click.echo(table(tuple(rows[0]), [tuple(row.values()) for row in rows], limit=90, zone=settings.zone))
    failed = sum(row["status"] == Status.FAILED for row in rows)
    click.echo(f"({len(rows)} asked, {len(rows) - failed} answered usably)", err=True)
