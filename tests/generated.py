"""Documents made from the code: `python tests/generated.py` writes them, a test checks that they are current."""

from __future__ import annotations

import re
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import click

from monitor.cli import cli
from monitor.warehouse import Warehouse

TOP = Path(__file__).resolve().parents[1]
BEGIN, END = "<!-- commands: written by tests/generated.py -->", "<!-- end of commands -->"
WIDTH = 100


def commands() -> str:
    """The `--help` of every verb, as the README shows it."""
    # With the settings of the real call: click remembers the help option of a command from its first context.
    context = click.Context(cli, info_name="peru-monitor", terminal_width=WIDTH, **cli.context_settings)
    blocks = []
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        blocks.append(_help(command, context, name))
        if isinstance(command, click.Group):
            inner = click.Context(command, info_name=name, parent=context, terminal_width=WIDTH)
            blocks += [_help(command.commands[sub], inner, sub) for sub in command.list_commands(inner)]
    return "\n\n".join(f"```\n{block}\n```" for block in blocks)


def _help(command: click.Command, parent: click.Context, name: str) -> str:
    return command.get_help(click.Context(command, info_name=name, parent=parent, terminal_width=WIDTH)).rstrip()


def readme(text: str) -> str:
    """The README with its command reference renewed."""
    pattern = re.compile(re.escape(BEGIN) + ".*?" + re.escape(END), re.DOTALL)
    return pattern.sub(lambda _: f"{BEGIN}\n{commands()}\n{END}", text)


def dictionary() -> str:
    """Every table and view with the comments of their columns, as stored in the database itself."""
    with tempfile.TemporaryDirectory() as folder:
        warehouse = Warehouse(Path(folder))
        warehouse.migrate(datetime(2026, 1, 1, tzinfo=UTC))
        with warehouse.read() as session:
            kinds = session.select(
                "SELECT 'view' AS kind, view_name AS name, comment FROM duckdb_views() WHERE NOT internal "
                "UNION ALL SELECT 'table', table_name, comment FROM duckdb_tables() WHERE NOT internal "
                "ORDER BY kind DESC, name"
            )
            columns = session.select(
                "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal "
                "ORDER BY table_name, column_index"
            )
            macros = session.select(
                "SELECT DISTINCT function_name AS name, parameters FROM duckdb_functions() "
                "WHERE function_type = 'table_macro' AND NOT internal ORDER BY name"
            )
    lines = [
        "# What is in the warehouse",
        "",
        "Written by `python tests/generated.py` from the comments in the database.",
    ]
    for kind in kinds:
        lines += [
            "",
            f"## {kind['name']} ({kind['kind']})",
            "",
            str(kind["comment"]),
            "",
            "| column | type | |",
            "|---|---|---|",
        ]
        lines += [
            f"| {c['column_name']} | {c['data_type']} | {c['comment'] or ''} |"
            for c in columns
            if c["table_name"] == kind["name"]
        ]
    lines += [
        "",
        "## Table macros",
        "",
        "The past: each takes the instant whose knowledge is wanted, among others.",
        "",
    ]
    lines += [f"- `FROM {macro['name']}({', '.join(macro['parameters'])})`" for macro in macros]
    return "\n".join(lines) + "\n"


def outdated() -> dict[Path, str]:
    """Documents whose text is not what the code makes of them: path -> new text."""
    made = {
        TOP / "README.md": readme((TOP / "README.md").read_text(encoding="utf-8")),
        TOP / "warehouse" / "DICTIONARY.md": dictionary(),
    }
    return {path: text for path, text in made.items() if not path.exists() or path.read_text(encoding="utf-8") != text}


if __name__ == "__main__":
    for path, text in outdated().items():
        path.write_text(text, encoding="utf-8")
        print(f"wrote {path.relative_to(TOP)}")
    sys.exit(0)
