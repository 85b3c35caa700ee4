"""Rows of one section -> rows as drawn: every word, number and link that the renderers print. Layout by layout."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from monitor.digest.frame import Frame, Row, headline, safe_link
from monitor.digest.sections import SectionSpec
from monitor.digest.source_rows import coverage, reasons, summary
from monitor.digest.theme_rows import theme_leads, theme_table
from monitor.digest.voices import titled, voices

Drawn = tuple[list[dict[str, Any]], list[str]]  # rows, notes below the heading
_FIGURES = 4  # changed figures named per edit
_CURRENCIES = ("S/", "US$", "€")


def edits(rows: Sequence[Row], frame: Frame) -> Drawn:
    return [_edit(row, frame) for row in rows], [] if rows else [frame.say("none_here")]


def _edit(row: Row, frame: Frame) -> dict[str, Any]:
    old, new = headline(row["old_title"]), headline(row["new_title"])
    if row["change"] == "summary":
        old, new = headline(row["old_summary"]), headline(row["new_summary"])
    return {
        "tag": frame.say(f"edit_{row['change']}"),
        "change": row["change"],
        "old": old if old != new else "",
        "new": new,
        "url": safe_link(row["url"]),
        "lang": frame.lang_of(row),
        "outlet": headline(row["outlet"]),
        "when": frame.moment(row["edited_at"]),
        "note": " · ".join(_edit_notes(row, frame)),
        "total": row["total"],
    }


def _edit_notes(row: Row, frame: Frame) -> Iterable[str]:
    if row["change"] == "figure":
        yield _figures(row)
    if row["cited"]:
        yield f"«{headline(row['cited'])}»"
    if row["change"] == "withdrawn":
        yield frame.say("gone_page")
    if row["edits"] > 1:
        yield frame.say("edit_times", n=row["edits"])


def _figures(row: Row) -> str:
    """`12 → 19 empresas`, `2.5 → 3.1 %`, `S/ 900 → 1200`; without a word where nothing tells what was counted."""
    return ", ".join(
        _figure(pair["noun"], _grouped(pair["old"]), _grouped(pair["new"])) for pair in row["recounted"][:_FIGURES]
    )


def _figure(counted: str, old: str, new: str) -> str:
    before, behind = (f"{counted} ", "") if counted in _CURRENCIES else ("", f" {counted}" if counted else "")
    return f"{before}{old} → {new}{behind}"


def _grouped(figure: str) -> str:
    """`50000` -> `50,000`; four digits stay, for they may be a year."""
    return f"{int(figure):,}" if figure.isdecimal() and len(figure) > 4 else figure


def stories(rows: Sequence[Row], frame: Frame) -> Drawn:
    return [_quiet(row, frame) for row in rows], [] if rows else [frame.say("none_here")]


def _quiet(row: Row, frame: Frame) -> dict[str, Any]:
    return {
        **titled(row, frame),
        **voices(row, frame),
        "when": frame.say("last_seen", day=frame.day(row["last_at"])),
        "themes": ", ".join(frame.labels(row)),
        "note": frame.say("unheard") if row["unheard"] else "",
        "total": row["total"],
    }


def articles(rows: Sequence[Row], frame: Frame) -> Drawn:
    return [_late(row, frame) for row in rows], [] if rows else [frame.say("none_here")]


def _late(row: Row, frame: Frame) -> dict[str, Any]:
    when = frame.say("dated", day=frame.day(row["effective_at"]), week=_week(row), seen=frame.moment(row["learned_at"]))
    return {
        **titled(row, frame),
        "outlet": headline(row["outlet"]),
        "when": when,
        "themes": ", ".join(frame.labels(row)),
        "note": frame.say("adds", week=_week(row)) if row["adds_story"] else "",
        "total": row["total"],
    }


def regrouped(rows: Sequence[Row], frame: Frame) -> Drawn:
    return [_regrouped(row, frame) for row in rows], []


def _regrouped(row: Row, frame: Frame) -> dict[str, Any]:
    day = frame.day(row["changed_at"])
    who = frame.say("changed_by", day=day, author=row["author"]) if row["decided"] else frame.say("rechecked", day=day)
    return {
        **titled(row, frame),
        "outlet": frame.say(f"story_{row['action']}", title=headline(row["other_title"])),
        "when": who,
        "themes": "",
        "note": frame.say("refigured", weeks=", ".join(str(week).split("-")[-1] for week in row["weeks"])),
        "total": row["total"],
    }


def _week(row: Row) -> str:
    """`2026-W45` -> `W45`: the year is in the heading."""
    return str(row["week"]).split("-")[-1]


def table(rows: Sequence[Row], frame: Frame) -> Drawn:
    """Any other section: the values as they come."""
    drawn = [{"columns": list(row), "cells": [_cell(value, frame) for value in row.values()]} for row in rows]
    return drawn, [] if drawn else [frame.say("no_rows")]


def _cell(value: object, frame: Frame) -> str:
    if isinstance(value, datetime):
        return frame.moment(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return frame.number(value)
    if isinstance(value, (list, tuple)):
        return ", ".join(_cell(item, frame) for item in value)
    return "" if value is None else headline(str(value))


_LAYOUTS: Mapping[str, Callable[[Sequence[Row], Frame], Drawn]] = {
    "summary": summary,
    "theme_table": theme_table,
    "theme_leads": theme_leads,
    "edits": edits,
    "stories": stories,
    "articles": articles,
    "regrouped": regrouped,
    "coverage": coverage,
    "reasons": reasons,
    "table": table,
}


def draw(spec: SectionSpec, rows: Sequence[Row], frame: Frame) -> Drawn:
    """The rows and notes of one section, as printed."""
    return _LAYOUTS[spec.layout](rows, frame)
