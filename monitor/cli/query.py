"""`sql`: read-only SQL on the published snapshot, free or saved."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from monitor.cli.app import App
from monitor.cli.output import as_csv, as_markdown, emit_json, lima, table
from monitor.errors import Exit, UsageError, WarehouseError


@click.command("sql")
@click.argument("query", required=False)
@click.option(
    "-f", "--file", "file", type=click.Path(path_type=Path), help="Read the statement from a file (- = stdin)."
)
@click.option("--csv", "form", flag_value="csv", help="Print CSV.")
@click.option("--json", "form", flag_value="json", help="Print JSON.")
@click.option("--md", "form", flag_value="md", help="Print a Markdown table.")
@click.option("--timeout", default=60.0, show_default=True, help="Stop the query after so many seconds.")
@click.pass_obj
def sql_command(app: App, query: str | None, file: Path | None, form: str | None, timeout: float) -> int:
    """Run QUERY (a statement, or the name of a saved one) on the snapshot, also while a run is going on.

    \b
    Without QUERY: the saved queries. `sql tables`: every table, view and macro with its comment.
    The session is read-only and shut off from files and network; COPY may write to <state>/exports only.
    """
    from monitor.warehouse import Warehouse, analyst_query, named_files

    settings = app.settings()
    saved = named_files("saved")
    statement = _statement(query, file, saved)
    if statement is None:
        click.echo("saved queries (peru-monitor sql NAME):")
        click.echo(table(("name", "what"), [(name, _title(text)) for name, text in saved.items()], limit=100))
        return Exit.OK
    snapshot = Warehouse(settings.state).snapshot
    if not snapshot.exists():
        raise WarehouseError(
            f"no warehouse snapshot at {snapshot}", hint="it appears after the first `peru-monitor run`"
        )
    columns, rows = analyst_query(snapshot, statement, exports=settings.state / "exports", timeout=timeout)
    if form == "json":
        emit_json({"columns": columns, "rows": [dict(zip(columns, row, strict=True)) for row in rows]})
    elif form in ("csv", "md"):
        click.echo((as_csv if form == "csv" else as_markdown)(columns, rows))
    else:
        shown = [tuple(lima(v, settings.zone) if hasattr(v, "astimezone") else v for v in row) for row in rows]
        click.echo(table(columns, shown) if columns else "done")
        click.echo(f"({len(rows)} rows)", err=True)
    return Exit.OK


def _statement(query: str | None, file: Path | None, saved: dict[str, str]) -> str | None:
    if file is not None:
        if str(file) == "-":
            return sys.stdin.read()
        if not file.exists():
            raise UsageError(f"no such file: {file}")
        return file.read_text(encoding="utf-8")
    if query is None:
        return None
    if query in saved:
        return saved[query]
    if query.isidentifier() and query.islower():
        raise UsageError(f"no saved query is called {query}", hint="`peru-monitor sql` lists them")
    return query


def _title(text: str) -> str:
    first = text.partition("\n")[0]
    return first.removeprefix("--").strip() if first.startswith("--") else ""
