"""Lines of laid-out pages -> running text: running heads dropped, broken words mended, lines joined to paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

_MARGIN = 3  # lines at the top and at the bottom of a page that may be a running head
_REPEATED = 0.5  # share of pages that carry a running head
_DIGITS = re.compile(r"\d+")
# What browsers print above and below a page: its time and title, its address and number.
_PRINTED = re.compile(r"^\d{1,2}/\d{1,2}/\d{2,4}, \d{1,2}:\d{2}\b|^(?:file|https?)://\S+(?:\s+\d+/\d+)?$")
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl"})
HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010]\n(?=[a-záéíóúñü])")  # in front of the rest of a broken word
_SENTENCE_END = re.compile(r"[.!?:…»”\"]$")
_NUMBERED = re.compile(r"^\d{1,2}(?:\.\d{1,2})*\.?\s+[^\W\d_a-z]")  # "2.1 Antecedentes", a heading
_HEADING_MAX = 120  # characters


def without_running_heads(pages: Sequence[str]) -> list[str]:
    """Pages without the lines that return, page number aside, at the top or bottom of more than half of them."""
    split = [[line.strip() for line in page.translate(_LIGATURES).splitlines() if line.strip()] for page in pages]
    seen = Counter(mark for page in split for mark in {_mark(line) for line in _margins(page)})
    heads = {mark for mark, n in seen.items() if len(pages) > 2 and n > _REPEATED * len(pages)}
    return ["\n".join(_inner(page, heads)) for page in split]


def _margins(page: list[str]) -> Iterable[str]:
    return page[:_MARGIN] + page[-_MARGIN:]


def _mark(line: str) -> str:
    return _DIGITS.sub("#", line.lower())


def _inner(page: list[str], heads: set[str]) -> list[str]:
    last = len(page) - _MARGIN
    outer = [number < _MARGIN or number >= last for number in range(len(page))]
    return [line for line, is_outer in zip(page, outer, strict=True) if not (is_outer and _is_head(line, heads))]


def _is_head(line: str, heads: set[str]) -> bool:
    return _mark(line) in heads or line.isdigit() or _PRINTED.match(line) is not None


def paragraphs(pages: Iterable[str]) -> str:
    """Running text of laid-out lines: words broken at the line's end are mended, lines joined to paragraphs."""
    found: list[str] = []
    rows = "\n".join(pages).splitlines()
    width = sorted(map(len, rows))[int(len(rows) * 0.8)] if rows else 0
    goes_on = False
    for row in rows:
        headed = bool(found and row[:1].isupper() and _NUMBERED.match(found[-1]) and len(found[-1]) < _HEADING_MAX)
        if goes_on and row[:1] not in "•-–" and not headed:
            found[-1] = HYPHEN.sub("", f"{found[-1]}\n{row}").replace("\n", " ")
        else:
            found.append(row)
        # A full line, or one that stops in the middle of a sentence, goes on in the next one.
        ended = _SENTENCE_END.search(row) and len(row) < 0.9 * width
        goes_on = row.endswith("-") or (len(row) > 0.6 * width and not ended)
    return "\n".join(found)
