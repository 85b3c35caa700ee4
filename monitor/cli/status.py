"""`status`: is it alive, and what needs attention? Usable as a check by a monitoring system."""

from __future__ import annotations

from typing import Any

import click

from monitor.cli.app import App
from monitor.cli.output import emit_json, lima, table
from monitor.errors import Exit
from monitor.model import Settings


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def status_command(app: App, as_json: bool) -> int:
    """Show the last run, the sources in trouble and the size of the warehouse.

    Exit 0 when the last run stored something usable, 69 when it did not or when there has been none.
    """
    from monitor.stages.explain import status

    settings = app.settings()
    found = status(settings, app.clock.now())
    if as_json:
        emit_json(found)
    else:
        _print(settings, found)
    return Exit.OK if found["healthy"] else Exit.UNAVAILABLE


def greet(app: App) -> None:
    """What `peru-monitor` alone prints: the state in three lines and the three usual commands."""
    from monitor.warehouse import Warehouse

    settings = app.settings()
    snapshot = Warehouse(settings.state).snapshot
    enabled = sum(source.enabled for source in settings.sources)
    click.echo(f"sources    {enabled} enabled of {len(settings.sources)} in {settings.path}")
    click.echo(f"warehouse  {snapshot if snapshot.exists() else 'none yet in ' + str(settings.state)}")
    click.echo("\nusual commands:")
    click.echo("  peru-monitor run       fetch what is due")
    click.echo("  peru-monitor digest    write the digest of the last complete week")
    click.echo("  peru-monitor sql       query the warehouse")
    click.echo("\nall commands: peru-monitor --help; two weeks of invented news: peru-monitor replay --demo")


def _print(settings: Settings, found: dict[str, Any]) -> None:
    last = found["last_run"]
    if last is None:
        click.echo(f"no run yet in {settings.state}; start with `peru-monitor run`")
        return
    click.echo(
        f"last run     {lima(last['started_at'], settings.zone)}  {last['command']} {last['run_id']}  "
        f"exit {last['exit_code']}  {last['sources_ok']}/{last['sources_tried']} sources  "
        f"{last['new_articles']} new articles"
    )
    click.echo(f"next due     {lima(found['next_due_at'], settings.zone)}  ({found['due_now']} sources due now)")
    click.echo(
        f"warehouse    {found['warehouse_bytes'] / 1e6:.1f} MB, {found['articles']} articles about Peru, "
        f"{found['stories']} stories; schema {found['schema_version']}"
    )
    click.echo(f"snapshot     {found['snapshot']}")
    if last["failed_checks"]:
        click.echo(f"DATA CHECKS FAILED: {', '.join(last['failed_checks'])}")
    if found["outbox"]:
        click.echo("outbox       " + ", ".join(f"{n} {state}" for state, n in found["outbox"].items()))
    trouble = found["trouble"]
    click.echo(f"trouble      {len(trouble)} sources" if trouble else "trouble      none")
    if trouble:
        rows = [
            (
                row["source_id"],
                row["health"],
                row["failures"],
                row["reason"],
                lima(row["last_success_at"]),
                row["detail"],
            )
            for row in trouble
        ]
        click.echo(table(("source", "health", "failures", "reason", "last success", "detail"), rows, limit=70))
