"""Cuts an issue to the size that mail clients show in full. The lowest-ranked rows go first, and are counted."""

from __future__ import annotations

import binascii
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from monitor.digest.html import render_html
from monitor.model import Digest

LIMIT = 80 * 1024  # encoded bytes; Gmail clips near 102 KB and takes the foot of the mail with it
_KEPT = {"edits": 3, "stories": 3, "articles": 3}  # rows of a list that are cut last

Place = tuple[int, int, int]  # section, row, story (-1: the row itself)


def encoded_size(html: str) -> int:
    """Bytes of the part on the wire, in quoted-printable."""
    return len(binascii.b2a_qp(html.encode(), istext=True))


def fit(issue: Digest, limit: int = LIMIT) -> Digest:
    """The issue with as many rows as fit into `limit` encoded bytes of HTML."""
    order = [place for _, place in sorted(_droppable(issue))]
    if encoded_size(render_html(issue)) <= limit or not order:
        return issue
    low, high = 1, len(order)  # the smallest number of drops that fits
    while low < high:
        middle = (low + high) // 2
        if encoded_size(render_html(_without(issue, order[:middle]))) <= limit:
            high = middle
        else:
            low = middle + 1
    return _without(issue, order[:low])


def _droppable(issue: Digest) -> Iterator[tuple[tuple[int, ...], Place]]:
    """What may go, with a key that sorts the first to go first.

    Stories go from the fifth place up to the second, the least covered first; then lists down to three rows;
    then leading stories of themes that hardly anybody covered.
    """
    for at, section in enumerate(issue.sections):
        if section.layout == "theme_leads":
            yield from _droppable_stories(at, section.rows)
        elif section.layout in _KEPT:
            for row in range(_KEPT[section.layout], len(section.rows)):
                yield (1, -row, 0, 0), (at, row, -1)


def _droppable_stories(at: int, rows: tuple[Mapping[str, Any], ...]) -> Iterator[tuple[tuple[int, ...], Place]]:
    for row, group in enumerate(rows):
        for place, story in enumerate(group["stories"]):
            owners, outlets = story["weight"]
            yield (0 if place else 2, -place, owners, outlets), (at, row, place)


def _without(issue: Digest, places: list[Place]) -> Digest:
    gone = set(places)
    sections = tuple(
        replace(section, rows=tuple(_kept_rows(at, section.rows, gone))) for at, section in enumerate(issue.sections)
    )
    return replace(issue, sections=sections)


def _kept_rows(at: int, rows: tuple[Mapping[str, Any], ...], gone: set[Place]) -> Iterator[Mapping[str, Any]]:
    for number, row in enumerate(rows):
        if (at, number, -1) in gone:
            continue
        if "stories" in row and isinstance(row["stories"], list):
            kept = [story for place, story in enumerate(row["stories"]) if (at, number, place) not in gone]
            yield {**row, "stories": kept}
        else:
            yield row
