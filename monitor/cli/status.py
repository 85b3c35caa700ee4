"""`status`: is it alive, and what needs attention? Usable as a check by a monitoring system."""

from __future__ import annotations

from typing import Any

import click

from monitor.cli.app import App, near, program
from monitor.cli.output import emit_json, lima, table
from monitor.errors import Exit
from monitor.model import Settings


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def status_command(app: App, as_json: bool) -> int:
    """Show the last run, the sources in trouble and the size of the warehouse.

    Exit 0 when the last run stored something usable; 69 when it did not, when there has been none, or none for a day.
    """
    from monitor.stages.explain import status

    settings = app.settings()
    found = status(settings, app.clock.now())
    if as_json:
        emit_json(found, settings.zone)
    else:
        _print(settings, found)
    return Exit.OK if found["healthy"] else Exit.UNAVAILABLE


def greet(app: App) -> None:
    """What `peru-monitor` alone prints: the state in a few lines and the three usual commands."""
    from monitor.stages.explain import status

    settings = app.settings()
    enabled = sum(source.enabled for source in settings.sources)
    click.echo(f"sources    {enabled} enabled of {len(settings.sources)}, {near(settings.path)}")
    _print(settings, status(settings, app.clock.now()))
    name = program()
    click.echo("\nusual commands:")
    click.echo(f"  {name} run       fetch what is due")
    click.echo(f"  {name} digest    write the digest of the last complete week")
    click.echo(f"  {name} sql       query the warehouse")
    click.echo(f"\nall commands: {name} --help; two bundled weeks of invented news: {name} replay --demo")


def _print(settings: Settings, found: dict[str, Any]) -> None:
    last, zone = found["last_run"], settings.zone
    if last is None:
        click.echo(f"warehouse  none yet in {near(settings.state)}; it appears after the first `peru-monitor run`")
        return
    click.echo(f"last run   {lima(last['started_at'], zone)}  {last['command']} {last['run_id']}  {_ending(last)}")
    for line in found["problems"]:
        click.echo(f"PROBLEM    {line}")
    if last["command"] == "run":
        click.echo(f"next due   {lima(found['next_due_at'], zone)}  ({found['due_now']} sources due now)")
    click.echo(
        f"warehouse  {found['articles']} articles about Peru in {found['stories']} stories, "
        f"{found['warehouse_bytes'] / 1e6:.1f} MB"
    )
    click.echo(f"snapshot   {near(found['snapshot'])}")
    if found["outbox"]:
        click.echo("outbox     " + ", ".join(f"{n} {state}" for state, n in found["outbox"].items()))
    _print_trouble(settings, found["trouble"])


def _ending(last: dict[str, Any]) -> str:
    if last["finished_at"] is None:
        return "was cut off"
    return (
        f"exit {last['exit_code']}  {last['sources_ok']}/{last['sources_tried']} sources  "
        f"{last['new_articles']} new articles"
    )


def _print_trouble(settings: Settings, trouble: list[dict[str, Any]]) -> None:
    click.echo(f"trouble    {len(trouble)} of the sources" if trouble else "trouble    none")
    if not trouble:
        return
    rows = [(row["source_id"], row["health"], row["failures"], row["last_success_at"], _why(row)) for row in trouble]
    click.echo(table(("source", "health", "failures", "last answer", "why"), rows, limit=48, zone=settings.zone))


def _why(row: dict[str, Any]) -> str:
    return f"{row['reason']}: {row['detail']}" if row["reason"] else str(row["detail"])
