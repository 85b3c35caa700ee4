"""`sql`: read-only SQL on the published snapshot, free or saved."""

from __future__ import annotations

import os
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from monitor.cli.app import App
from monitor.cli.output import as_csv, as_markdown, emit_json, lima, table, unique
from monitor.errors import Exit, UsageError
from monitor.model import Settings


@click.command("sql")
@click.argument("query", required=False)
@click.option(
    "-f", "--file", "file", type=click.Path(path_type=Path), help="Read the statement from a file (- = stdin)."
)
@click.option("--csv", "form", flag_value="csv", help="Print CSV.")
@click.option("--json", "form", flag_value="json", help="Print JSON.")
@click.option("--md", "form", flag_value="md", help="Print a Markdown table.")
@click.option(
    "--timeout",
    type=click.FloatRange(0.1),
    default=60.0,
    show_default=True,
    help="Stop the query after so many seconds.",
)
@click.pass_obj
def sql_command(app: App, query: str | None, file: Path | None, form: str | None, timeout: float) -> int:
    """Run QUERY (a statement, or the name of a saved one) on the snapshot, also while a run is going on.

    \b
    Without QUERY: the saved queries. `sql tables`: every table, view and macro with its comment.
    The session is read-only and shut off from files and network; COPY may write to <state>/exports only.
    Instants are shown in Lima time; NULL is shown as nothing.
    """
    from monitor.warehouse import Warehouse, analyst_query, named_files

    settings = app.settings()
    saved = named_files("saved")
    statement = _statement(_as_typed(query), file, saved)
    if statement is None:
        return _list_saved(saved, form)
    snapshot = Warehouse(settings.state).published()
    columns, rows = analyst_query(snapshot, statement, exports=settings.state / "exports", timeout=timeout)
    _print(settings, columns, rows, form)
    if form is None:
        published = lima(datetime.fromtimestamp(snapshot.stat().st_mtime, UTC), settings.zone)
        click.echo(f"({len(rows)} row{'' if len(rows) == 1 else 's'}; snapshot of {published})", err=True)
    return Exit.OK


def _print(settings: Settings, columns: tuple[str, ...], rows: list[tuple[object, ...]], form: str | None) -> None:
    zone = settings.zone
    if form == "json":
        names = unique(columns)
        emit_json({"columns": names, "rows": [dict(zip(names, row, strict=True)) for row in rows]}, zone)
    elif form in ("csv", "md"):
        click.echo((as_csv if form == "csv" else as_markdown)(columns, rows, zone))
    else:
        click.echo(table(columns, rows, zone=zone) if columns else "done")


def _list_saved(saved: dict[str, str], form: str | None) -> int:
    titles = {name: _title(text) for name, text in saved.items()}
    if form == "json":
        emit_json({"saved": [{"name": name, "title": title} for name, title in titles.items()]})
        return Exit.OK
    click.echo(table(("name", "what"), list(titles.items()), limit=100))
    click.echo("run one: peru-monitor sql NAME; a query of your own: peru-monitor sql 'FROM story_current'", err=True)
    return Exit.OK


def _statement(query: str | None, file: Path | None, saved: dict[str, str]) -> str | None:
    """The SQL to run; None when neither a query nor a file was named."""
    if query is not None and file is not None:
        raise UsageError("give a QUERY or --file, not both")
    if file is not None:
        query = _read(file)
    if query is None:
        return None
    if not query.strip():
        raise UsageError("the query is empty", hint="`peru-monitor sql` lists the saved ones")
    if query in saved:
        return saved[query]
    if file is None and re.fullmatch(r"[\w.-]+", query):
        from monitor.config_values import nearest

        raise UsageError(
            f'no saved query is called "{query}"{nearest(query, saved)}', hint="`peru-monitor sql` lists them"
        )
    return query


def _as_typed(query: str | None) -> str | None:
    """Accents as UTF-8 also where the locale knows only ASCII: Python hides their bytes in surrogates (PEP 383)."""
    return None if query is None else os.fsencode(query).decode("utf-8", "replace")


def _read(file: Path) -> str:
    try:
        return (sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()).decode("utf-8")
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"cannot read {file}: it is not UTF-8 text") from error


def _title(text: str) -> str:
    first = text.partition("\n")[0]
    return first.removeprefix("--").strip() if first.startswith("--") else ""
