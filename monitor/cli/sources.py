"""`sources list` and `sources check`."""

from __future__ import annotations

import asyncio

import click

from monitor.cli.app import App
from monitor.cli.output import emit_json, progress, table
from monitor.errors import Exit, UsageError
from monitor.model import Source, Status


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
        emit_json({"sources": [_as_dict(source) for source in chosen]})
        return Exit.OK
    rows = [
        (s.id, "yes" if s.enabled else "no", s.kind, s.lang, s.owner, s.prior, str(s.verified_on or "-"), s.url)
        for s in chosen
    ]
    click.echo(table(("id", "enabled", "kind", "lang", "owner", "prior", "verified", "url"), rows, limit=80))
    click.echo(f"({len(chosen)} sources, {sum(s.enabled for s in chosen)} enabled)", err=True)
    return Exit.OK


def _as_dict(source: Source) -> dict[str, object]:
    names = (
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
    return {name: getattr(source, name) for name in names}


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

    settings = app.settings()
    known = {source.id: source for source in settings.sources}
    if unknown := [name for name in ids if name not in known]:
        raise UsageError(f"no source is called {', '.join(unknown)}", hint="see `peru-monitor sources list`")
    chosen = [known[name] for name in ids] or [source for source in settings.sources if source.enabled]
    with progress(wanted=not as_json) as tell:
        harvests = asyncio.run(pipeline.check_sources(settings, app.clock, chosen, progress=tell))
    rows = [
        {
            "source": harvest.source.id,
            "status": harvest.status.value,
            "entries": len(harvest.parsed.entries) if harvest.parsed else 0,
            "newest": max((e.published.at for e in harvest.parsed.entries if e.published.at), default=None)
            if harvest.parsed
            else None,
            "seconds": harvest.seconds,
            "detail": harvest.error.message if harvest.error else (harvest.parsed.warning if harvest.parsed else ""),
        }
        for harvest in harvests
    ]
    if as_json:
        emit_json({"sources": rows})
    else:
        click.echo(table(tuple(rows[0]) if rows else ("source",), [tuple(row.values()) for row in rows], limit=90))
    return Exit.UNAVAILABLE if any(harvest.status is Status.FAILED for harvest in harvests) else Exit.OK
