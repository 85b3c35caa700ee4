"""Line numbers for a TOML document, which tomllib does not give. Not a parser: tomllib stays the only one."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

Where: TypeAlias = tuple[str | int, ...]
"""Place of a value in a document: `("source", 3, "interval")`."""


def line_numbers(document: str) -> dict[Where, int]:
    """Line (from 1) of every table header and key of a valid document with `\\n` line ends.

    An array of tables is followed at the top level only: `[[source]]`, and `[source.sections]` below it.
    """
    return {where: first for where, (first, _) in line_spans(document).items()}


def line_spans(document: str) -> dict[Where, tuple[int, int]]:
    """The same with the last line of each statement: a value may run over several."""
    return dict(_places(document))


def _places(document: str) -> Iterator[tuple[Where, tuple[int, int]]]:
    table: Where = ()
    blocks: dict[str, int] = {}
    for start, source, statement in _statements(document):
        span = (start, start + source.count("\n") - 1)
        if source.lstrip().startswith("["):
            table = _opened(statement, blocks)
            yield table, span
        else:
            yield from (((*table, *keys), span) for keys in _keys(statement))


def _statements(document: str) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """First line, text and value of each statement: the shortest run of lines that is valid TOML by itself."""
    pending, start = "", 1
    for number, line in enumerate(document.split("\n"), 1):
        start = start if pending else number
        pending += line + "\n"
        try:
            value = tomllib.loads(pending)
        except tomllib.TOMLDecodeError:
            continue
        yield start, pending, value
        pending = ""


def _opened(header: Mapping[str, Any], blocks: dict[str, int]) -> Where:
    """Path that a header opens. `blocks` holds the index of the newest `[[name]]`; deeper headers belong to it."""
    keys: list[str | int] = []
    value: Any = header
    while value:
        if isinstance(value, list):
            if len(keys) == 1:
                blocks[str(keys[0])] = blocks.get(str(keys[0]), -1) + 1
            value = value[0]
        else:
            key, value = next(iter(value.items()))
            keys.append(key)
    newest = blocks.get(str(keys[0]))
    return tuple(keys) if newest is None else (keys[0], newest, *keys[1:])


def _keys(table: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for key, value in table.items():
        yield (key,)
        if isinstance(value, dict):
            yield from ((key, *rest) for rest in _keys(value))
