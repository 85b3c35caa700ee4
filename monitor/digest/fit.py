"""Cuts an issue to the size that mail clients show in full: in a fair order, and what goes is counted in the issue."""

from __future__ import annotations

import binascii
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from monitor.digest.html import render_html
from monitor.digest.theme_rows import pointed
from monitor.model import Digest, Section

LIMIT = 80 * 1024  # encoded bytes; Gmail clips near 102 KB and takes the foot of the mail with it
_TOP_THEMES = 6  # these keep a second story as long as possible
_LISTS = ("edits", "stories", "articles")
_LONG, _SHORT = 5, 3  # rows that a list keeps: before second stories go, and after

# What goes first. Every theme keeps a story before any has a fourth, nearly always a second one too.
_DEEP, _TAILS, _LINKS, _SECONDS, _LISTS_AGAIN, _TOP_SECONDS, _FIRSTS = range(7)

Row = Mapping[str, Any]
Place = tuple[int, int, int, str]  # section, row, story (-1: the row itself), "all" or "links"
Key = tuple[int, ...]


def encoded_size(html: str) -> int:
    """Bytes of the part on the wire, in quoted-printable."""
    return len(binascii.b2a_qp(html.replace("\n", "\r\n").encode(), istext=True))


def fit(issue: Digest, limit: int = LIMIT) -> Digest:
    """The issue with as much as fits into `limit` encoded bytes of HTML; stories that stand above are pointed to."""
    order = [place for _, place in sorted(_droppable(issue))]
    if _size(issue, ()) <= limit or not order:
        return _without(issue, ())
    low, high = 1, len(order)  # the smallest number of drops that fits
    while low < high:
        middle = (low + high) // 2
        if _size(issue, order[:middle]) <= limit:
            high = middle
        else:
            low = middle + 1
    return _without(issue, order[:low])


def _size(issue: Digest, gone: Sequence[Place]) -> int:
    return encoded_size(render_html(_without(issue, gone)))


# ---------------------------------------------------------------- the order


def _droppable(issue: Digest) -> Iterator[tuple[Key, Place]]:
    """What may go, with a key that sorts the first to go first: of equal rank, the least covered."""
    for at, section in enumerate(issue.sections):
        if section.layout == "theme_leads":
            yield from _droppable_stories(at, section.rows)
        elif section.layout in _LISTS:
            yield from _droppable_rows(at, section.rows)


def _droppable_stories(at: int, rows: Sequence[Row]) -> Iterator[tuple[Key, Place]]:
    for row, group in enumerate(rows):
        for place, story in enumerate(group["stories"]):
            rest = (row < _TOP_THEMES, *story["weight"], -row)
            yield (_rank(row, place), -place, *rest), (at, row, place, "all")
            if any(outlet["url"] for outlet in story["outlets"]):
                yield (_LINKS, 0, *rest), (at, row, place, "links")


def _rank(row: int, place: int) -> int:
    if place >= 2:
        return _DEEP
    if place == 1:
        return _TOP_SECONDS if row < _TOP_THEMES else _SECONDS
    return _FIRSTS


def _droppable_rows(at: int, rows: Sequence[Row]) -> Iterator[tuple[Key, Place]]:
    for row, item in enumerate(rows):
        if row >= _SHORT:
            yield (_TAILS if row >= _LONG else _LISTS_AGAIN, -row), (at, row, -1, "all")
        if any(outlet["url"] for outlet in item.get("outlets", ())):
            yield (_LINKS, 0, 0, 0, 0, -row), (at, row, -1, "links")


# ---------------------------------------------------------------- the cut


def _without(issue: Digest, places: Sequence[Place]) -> Digest:
    gone = frozenset(places)
    return replace(issue, sections=tuple(_cut(at, section, gone) for at, section in enumerate(issue.sections)))


def _cut(at: int, section: Section, gone: frozenset[Place]) -> Section:
    rows = section.rows
    if section.layout == "theme_leads":
        return replace(section, rows=pointed(_group(row, gone, at, number) for number, row in enumerate(rows)))
    if section.layout in _LISTS:
        return replace(section, rows=tuple(_kept(rows, gone, at)))
    return section


def _group(group: Row, gone: frozenset[Place], section: int, row: int) -> Row:
    return {**group, "stories": list(_kept(group["stories"], gone, section, row))}


def _kept(items: Iterable[Row], gone: frozenset[Place], section: int, row: int = -1) -> Iterator[Row]:
    """Stories of a row, or the rows of a list where none is given."""
    for number, item in enumerate(items):
        place = (section, number, -1) if row < 0 else (section, row, number)
        if (*place, "all") not in gone:
            yield _unlinked(item) if (*place, "links") in gone else item


def _unlinked(item: Row) -> Row:
    """The same with its outlets by name alone."""
    return {**item, "outlets": [{**outlet, "url": ""} for outlet in item["outlets"]]}
