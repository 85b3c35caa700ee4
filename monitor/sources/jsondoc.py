"""Reading JSON that somebody else wrote: bounded, forgiving about types, never raising but ParseError."""

from __future__ import annotations

import json
import re
from typing import Any

from monitor.errors import ParseError, Reason
from monitor.sources.prefilter import not_a_feed

_MAX_NODES = 500_000
# GDELT writes `\'` and bare backslashes inside strings, which JSON does not know.
_BAD_ESCAPE = re.compile(r'\\(?:(["\\/bfnrt]|u[0-9a-fA-F]{4})|\'|)')


def load(text: str) -> Any:
    """Parse a JSON text. Raises ParseError: NOT_A_FEED for other documents, UNPARSABLE for damaged JSON."""
    if text[:1] not in "[{":
        raise not_a_feed(text)
    if text.count("{") + text.count("[") > _MAX_NODES:
        raise ParseError(Reason.UNPARSABLE, f"the JSON document holds more than {_MAX_NODES:,} objects")
    try:
        return _loads(text)
    except (ValueError, RecursionError) as first:
        problem = first
    try:
        return _loads(_BAD_ESCAPE.sub(_escape, text))
    except (ValueError, RecursionError):
        raise ParseError(Reason.UNPARSABLE, f"the JSON document is damaged: {problem}") from None


def _loads(text: str) -> Any:
    return json.loads(text, strict=False)


def _escape(match: re.Match[str]) -> str:
    if match[1]:
        return match[0]
    return "'" if match[0] == "\\'" else "\\\\"


def member(value: Any, path: str) -> Any:
    """What a dotted path (`data.items.0.title`) leads to, or None; the empty path leads to the value."""
    for name in filter(None, path.split(".")):
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and name.isdecimal() and len(name) < 6 and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value


def text(value: Any, path: str) -> str:
    """A string or number at a dotted path, as text without lone surrogates; empty for anything else."""
    found = member(value, path)
    if isinstance(found, str):
        return found.encode("utf-8", "ignore").decode("utf-8")
    number = isinstance(found, int | float) and not isinstance(found, bool)
    return str(found) if number and abs(found) < 1e15 else ""


def texts(value: Any, path: str) -> list[str]:
    """The strings in a list at a dotted path."""
    found = member(value, path)
    return [text(part, "") for part in found if isinstance(part, str)] if isinstance(found, list) else []
