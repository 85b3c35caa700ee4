"""Documents and labels as benchmarks read them: JSON lines, gzipped or not, fields may be missing. Measures nothing."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from monitor import dates
from monitor.model import StoryInput
from monitor.stories.stopwords import STOP_WORDS
from monitor.text import tokens

SOME_DAY = datetime(2026, 6, 1, 12, tzinfo=UTC)
_GZIP = b"\x1f\x8b"
Row = dict[str, Any]


def read(path: Path) -> list[Row]:
    """The objects of a file of JSON lines, whatever its name ends in. SystemExit says which line is none."""
    try:
        data = path.read_bytes()
        text = (gzip.decompress(data) if data.startswith(_GZIP) else data).decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise SystemExit(f"{path}: {error}; give a file of JSON lines in UTF-8, gzipped or not") from None
    rows = []
    for number, line in enumerate(text.split("\n"), 1):
        try:
            row = json.loads(line) if line.strip() else {}
        except ValueError as error:
            raise SystemExit(f"{path}:{number}: no JSON ({error}); give one object a line") from None
        if not isinstance(row, dict):
            raise SystemExit(f"{path}:{number}: not an object; give one object a line")
        rows += [row] if row else []
    return rows


def fields(path: Path, rows: Sequence[Row], *names: str) -> None:
    """SystemExit names the first row that lacks one of these fields."""
    for number, row in enumerate(rows, 1):
        for name in names:
            if row.get(name) in (None, ""):
                raise SystemExit(f"{path}: object {number} has no `{name}` (it has {', '.join(row)})")


def story_inputs(rows: Sequence[Row]) -> list[StoryInput]:
    """Documents numbered in the order of the file; an undated one takes the day of the one before it.

    An unknown source is the host of the address, else one of its own; an unknown language is told by its small words.
    """
    days = list(_days(rows))
    return [_story_input(number, row, days[number]) for number, row in enumerate(rows)]


def text_of(row: Row) -> str:
    """`text` or `body`, a string or a list of paragraphs."""
    text = row.get("text") or row.get("body") or ""
    return "\n".join(text) if isinstance(text, list) else str(text)


def day_of(row: Row) -> datetime | None:
    """The instant of `date`: ISO or as feeds write it; None for what nobody can read."""
    raw = str(row.get("date") or "").strip()
    try:
        found = datetime.fromisoformat(raw)
    except ValueError:
        return dates.parse(raw, "UTC", datetime(2100, 1, 1, tzinfo=UTC)).at
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def lang_of(row: Row) -> str:
    """`lang` without its region; where it is missing, that of which the text has more small words."""
    lang = str(row.get("lang") or "")[:2].lower()
    if lang:
        return lang
    found = tokens(f"{row.get('title') or ''} {text_of(row)}")[:500]
    return max(("es", "en"), key=lambda code: sum(word in STOP_WORDS[code] for word in found))


def _days(rows: Sequence[Row]) -> Iterator[datetime]:
    last = SOME_DAY
    for row in rows:
        last = day_of(row) or last
        yield last


def _story_input(number: int, row: Row, at: datetime) -> StoryInput:
    source = str(row.get("source") or urlsplit(str(row.get("url") or "")).netloc or number)
    return StoryInput(number, source, source, lang_of(row), at, str(row.get("title") or ""), "", text_of(row))
