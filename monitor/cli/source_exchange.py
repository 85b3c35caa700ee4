"""`sources import` and `sources export`: lists of feeds from and for other readers, as OPML."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.app import App
from monitor.cli.output import emit_json, table
from monitor.errors import ConfigError, DataError, Exit, UsageError
from monitor.model import Settings

if TYPE_CHECKING:
    from monitor.stages.subscriptions import Judged


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.opml")
@click.option("--disabled", is_flag=True, help="Add them switched off.")
@click.option("--dry-run", is_flag=True, help="Only say what would be added.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def import_command(app: App, file: Path, disabled: bool, dry_run: bool, as_json: bool) -> int:
    """Add the feeds of an OPML file (2.0, nested or not) to sources.toml. Asks nobody.

    Shows what is new, known and refused, with reasons. All that is new is written at once or not at all. Exit 65 when
    the file is no OPML, or nothing in it can be used.
    """
    from monitor.sources.opml import read
    from monitor.stages import source_list, subscriptions
    from monitor.stages.propose import owners_of

    settings = app.settings()
    if not file.is_file():
        raise UsageError(f"{file} is not a file", hint="name an OPML file")
    if not dry_run:
        source_list.must_be_editable(settings.path)
    try:
        judged = subscriptions.judge(read(file.read_bytes()), settings, disabled=disabled)
    except DataError as error:
        raise DataError(f"{file}: {error.message}", hint=error.hint) from error
    new = [one.proposal for one in judged if one.proposal]
    if not dry_run:
        source_list.append(settings, [proposal.block for proposal in new], owners_of(new))
    _print_import(settings, judged, dry_run=dry_run, as_json=as_json)
    usable = any(one.state != "refused" for one in judged)
    return Exit.OK if usable else Exit.BAD_DATA


def _print_import(settings: Settings, judged: list[Judged], *, dry_run: bool, as_json: bool) -> None:
    rows = [
        {"state": one.state, "id": one.proposal.block["id"] if one.proposal else None, "url": one.outline.url,
         "line": one.outline.line, "why": one.why} for one in judged
    ]  # fmt: skip
    counts = {state: sum(one.state == state for one in judged) for state in ("new", "known", "refused")}
    if as_json:
        emit_json({**counts, "written": not dry_run and counts["new"] > 0, "outlines": rows}, settings.zone)
        return
    if rows:
        columns = ("state", "line", "id", "url", "why")
        click.echo(table(columns, [tuple(row[name] for name in columns) for row in rows], limit=120))
    click.echo(", ".join(f"{n} {state}" for state, n in counts.items()), err=True)
    if not rows:
        click.echo("the file names no feed", err=True)
    elif dry_run:
        click.echo("nothing was written (--dry-run)", err=True)
    elif counts["new"]:
        click.echo(f"added to {settings.path}; try them: peru-monitor sources check --write ID...", err=True)


@click.command("export")
@click.argument("file", required=False, type=click.Path(path_type=Path), metavar="[FILE.opml]")
@click.option("--enabled", is_flag=True, help="Only enabled sources.")
@click.pass_obj
def export_command(app: App, file: Path | None, enabled: bool) -> int:
    """Write the sources as OPML 2.0, to FILE or to stdout.

    What OPML has no word for is kept in attributes of its own, so that `sources import` gives the same sources.
    """
    from monitor.source_blocks import block_of
    from monitor.sources.opml import write
    from monitor.stages.source_list import replace

    settings = app.settings()
    blocks = [block_of(source) for source in settings.sources if source.enabled or not enabled]
    text = write(blocks, settings.owners, app.clock.now())
    if file is None:
        sys.stdout.write(text)
        return Exit.OK
    try:
        replace(file.resolve(), text.encode("utf-8"))
    except OSError as error:
        raise ConfigError((f"{file}: {error.strerror}; nothing was written",), hint="name another file") from error
    click.echo(f"{len(blocks)} sources written to {file}", err=True)
    return Exit.OK
