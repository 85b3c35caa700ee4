"""How results look: tables, CSV, Markdown, JSON, times. Data goes to stdout, everything else to stderr."""

from __future__ import annotations

import csv
import io
import json
import math
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import click

SCHEMA_VERSION = 1
LIMA = "America/Lima"
UNBOUND = 60  # characters of a cell where there is no terminal to fit into
NARROWEST = 12
Row = Sequence[Any]


# ---------------------------------------------------------------- times


def lima(instant: datetime | None, zone: str = LIMA) -> str:
    """An instant as a person in Lima reads it, with its zone."""
    if instant is None:
        return "-"
    local = instant.astimezone(ZoneInfo(zone))
    return f"{local:%Y-%m-%d %H:%M} {'Lima' if zone == LIMA else local.tzname()}"


def stamp(value: date | datetime, zone: str = LIMA) -> str:
    """ISO 8601 for machines; instants in `zone` with their offset, days and zoneless times as they are."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(ZoneInfo(zone)).isoformat()
    return value.isoformat()


# ---------------------------------------------------------------- JSON


def emit_json(value: Mapping[str, Any], zone: str = LIMA) -> None:
    """One documented object on stdout; `schema_version` is that of the object. No number that JSON does not know."""
    plain = {"schema_version": SCHEMA_VERSION, **_plain(value, zone)}
    click.echo(json.dumps(plain, ensure_ascii=False, indent=2, allow_nan=False))


def _plain(value: Any, zone: str) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item, zone) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item, zone) for item in value]
    if isinstance(value, (float, Decimal)):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, (date, datetime)):
        return stamp(value, zone)
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)


def unique(names: Iterable[str]) -> list[str]:
    """Column names for an object: the second `title` becomes `title_2`."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return found


# ---------------------------------------------------------------- tables


def table(columns: Sequence[str], rows: Sequence[Row], *, limit: int = UNBOUND, zone: str = LIMA) -> str:
    """Aligned plain text. On a terminal the widest columns give way until a line fits; else `limit` cuts a cell."""
    numeric = [all(_is_number(row[i]) for row in rows) and bool(rows) for i in range(len(columns))]
    cells = [[_cell(value, zone) for value in row] for row in rows]
    widths = [max([len(name), *(len(row[i]) for row in cells)]) for i, name in enumerate(columns)]
    if sys.stdout.isatty():
        widths = _fit(widths, shutil.get_terminal_size().columns - 2 * (len(columns) - 1))
    else:
        widths = [min(width, max(limit, len(name))) for width, name in zip(widths, columns, strict=True)]
    lines = [list(columns), ["-" * width for width in widths], *cells]
    return "\n".join(_line(line, widths, numeric) for line in lines)


def _fit(widths: list[int], room: int) -> list[int]:
    widths = list(widths)
    while sum(widths) > room and max(widths) > NARROWEST:
        widths[widths.index(max(widths))] -= 1
    return widths


def _line(cells: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]) -> str:
    placed = (
        _cut(text, width).rjust(width) if right else _cut(text, width).ljust(width)
        for text, width, right in zip(cells, widths, numeric, strict=True)
    )
    return "  ".join(placed).rstrip()


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, (int, float, Decimal)) and not isinstance(value, bool))


def _cell(value: object, zone: str) -> str:
    """One line of text for people: no NULL, lists without brackets, instants in Lima."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".")
    if isinstance(value, datetime) and value.tzinfo is not None:
        return lima(value, zone)
    if isinstance(value, (list, tuple)):
        return ", ".join(_cell(item, zone) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_cell(item, zone)}" for key, item in value.items())
    return " ".join(str(value).split())


def as_csv(columns: Sequence[str], rows: Sequence[Row], zone: str = LIMA) -> str:
    """RFC 4180 with bare newlines; NULL is empty, instants are ISO 8601 with their offset, lists are JSON."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_csv_value(value, zone) for value in row] for row in rows)
    return buffer.getvalue().rstrip("\n")


def _csv_value(value: object, zone: str) -> object:
    if isinstance(value, (date, datetime)):
        return stamp(value, zone)
    if isinstance(value, (list, tuple, dict)):
        return json.dumps(_plain(value, zone), ensure_ascii=False)
    return value


def as_markdown(columns: Sequence[str], rows: Sequence[Row], zone: str = LIMA) -> str:
    """A pipe table."""

    def line(cells: Iterable[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

    body = (line(_cell(value, zone) for value in row) for row in rows)
    return "\n".join([line(columns), line(["---"] * len(columns)), *body])
