"""`[[source]]` blocks as text: written, marked as verified, added. Changes no other line and opens no file."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from datetime import date, timedelta
from typing import Any, TypeAlias

from monitor.model import Source
from monitor.toml_lines import Where, line_spans

Block: TypeAlias = dict[str, Any]
"""A `[[source]]` block as tomllib reads it: keys as in sources.toml, strings, flags, days and two tables."""

KEYS = (
    "id", "name", "kind", "url", "lang", "country", "owner", "prior", "interval", "enabled", "pages", "group",
    "id_pattern", "zone", "robots", "verify_tls", "aggregator", "verified_at", "evidence", "note",
)  # fmt: skip
TABLES = ("sections", "options")
# What follows `verified_at` by the order at the head of sources.toml.
_BEFORE = ("evidence", "note")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_VALUE = re.compile(r"""^(\s*["']?verified_at["']?\s*=\s*)(?:"[^"]*"|'[^']*'|[^\s#]+(?: \d[^\s#]*)?)(.*)$""", re.DOTALL)


class UneditableError(ValueError):
    """The document is written in a way that cannot be changed line by line; the message says what to do by hand."""


# ---------------------------------------------------------------- sources as blocks


def block_of(source: Source) -> Block:
    """The block that configures this source; keys at their default are left out."""
    block: Block = {
        "interval": _duration(source.interval) if source.interval_set else "",
        "prior": str(source.prior),
        "sections": {rule.prefix: str(rule.prior) for rule in source.sections},
        "verified_at": source.verified_on,
        "options": dict(source.options),
    }
    defaults = {one.name: one.default for one in fields(Source) if one.default is not MISSING}
    for key in KEYS:
        if key not in block:
            value = getattr(source, key)
            block[key] = None if value == defaults.get(key) else value
    return {key: block[key] for key in (*KEYS, *TABLES) if block[key] or block[key] is False}


def _duration(span: timedelta) -> str:
    """`1d`, `6h`, `90m`."""
    minutes = span // timedelta(minutes=1)
    for unit, size in (("d", 1440), ("h", 60)):
        if minutes % size == 0:
            return f"{minutes // size}{unit}"
    return f"{minutes}m"


def rendered(block: Block) -> str:
    """The block as TOML, ending in a line break."""
    lines = ["[[source]]", *(f"{key} = {_literal(block[key])}" for key in KEYS if key in block)]
    for table in TABLES:
        if block.get(table):
            lines += [f"[source.{table}]", *(f"{_key(key)} = {_literal(item)}" for key, item in block[table].items())]
    return "\n".join(lines) + "\n"


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    # JSON's escapes are TOML's; DEL is the one control character that JSON leaves as it is.
    return value.isoformat() if isinstance(value, date) else _quoted(str(value))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _quoted(name)


# ---------------------------------------------------------------- documents


def with_verified(document: str, days: Mapping[str, date]) -> str:
    """The document with `verified_at` set for the sources with these ids; comments and all other lines as they were.

    Raises UneditableError when a source is not written as a block of lines.
    """
    wanted = _data(document)
    for block in wanted["source"]:
        if block["id"] in days:
            block["verified_at"] = days[block["id"]]
    lines = document.split("\n")
    spans = line_spans(document.replace("\r\n", "\n"))
    ids = {number: block["id"] for number, block in enumerate(wanted["source"])}
    # From the end on, so that line numbers above stay true.
    for number in sorted((n for n, id_ in ids.items() if id_ in days), reverse=True):
        if ("source", number) not in spans:
            raise UneditableError(f"the source {ids[number]} is not written as a [[source]] block")
        _set_verified(lines, spans, number, days[ids[number]])
    return _checked("\n".join(lines), wanted, "verified_at could not be set")


def _set_verified(lines: list[str], spans: Mapping[Where, tuple[int, int]], number: int, day: date) -> None:
    present = spans.get(("source", number, "verified_at"))
    if present:
        match = _VALUE.match(lines[present[0] - 1])
        if match:
            lines[present[0] - 1] = f"{match[1]}{day.isoformat()}{match[2]}"
        return
    following = next((spans[key][0] for word in _BEFORE if (key := ("source", number, word)) in spans), 0)
    own = [
        span[1] for where, span in spans.items() if where[:2] == ("source", number) and _is_own(where, spans, number)
    ]
    at = following - 1 if following else max(own)
    ending = "\r" if lines[at - 1].endswith("\r") else ""
    lines.insert(at, f"verified_at = {day.isoformat()}{ending}")


def _is_own(where: Where, spans: Mapping[Where, tuple[int, int]], number: int) -> bool:
    """A key of the block itself or its header, not of a table below it."""
    below = [spans[("source", number, table)][0] for table in TABLES if ("source", number, table) in spans]
    return len(where) <= 3 and all(spans[where][0] < first for first in below)


def with_sources(document: str, blocks: Iterable[Block], owners: Mapping[str, str]) -> str:
    """The document with these blocks at its end, and in [owners] those of `owners` (id -> name) that it lacks.

    Raises UneditableError when sources or owners are not written as tables of lines.
    """
    wanted, added = _data(document), list(blocks)
    missing = {key: name for key, name in owners.items() if key not in wanted["owners"]}
    wanted["owners"].update(missing)
    wanted["source"] += added
    breaks = "\r\n" if "\r\n" in document else "\n"
    text = _with_owners(document.replace("\r\n", "\n"), missing)
    text = text.rstrip("\n") + "\n" if text.strip() else ""
    text += "".join(f"\n{rendered(block)}" for block in added)
    return _checked(text.replace("\n", breaks), wanted, "the source could not be added")


def _with_owners(document: str, owners: Mapping[str, str]) -> str:
    if not owners:
        return document
    entries = [f"{_key(key)} = {_quoted(name)}" for key, name in owners.items()]
    spans = line_spans(document)
    if ("owners",) not in spans:
        return document.rstrip("\n") + "\n\n" + "\n".join(["[owners]", *entries]) + "\n"
    lines = document.split("\n")
    last = max(span[1] for where, span in spans.items() if where[0] == "owners")
    lines[last:last] = entries
    return "\n".join(lines)


def _data(document: str) -> dict[str, Any]:
    data = tomllib.loads(document.replace("\r\n", "\n"))
    data.setdefault("source", [])
    data.setdefault("owners", {})
    return data


def _checked(document: str, wanted: Mapping[str, Any], problem: str) -> str:
    """The new document, if it says exactly what was wanted."""
    try:
        same = _data(document) == wanted
    except tomllib.TOMLDecodeError:
        same = False
    if not same:
        raise UneditableError(f"{problem} without touching other lines")
    return document
