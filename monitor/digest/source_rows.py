"""Rows about sources and counts -> rows as drawn: coverage and gaps, what was left out, the figures of the week."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from monitor.digest.frame import Frame, Row, headline, safe_link

Drawn = tuple[list[dict[str, Any]], list[str]]  # rows, notes below the heading
_GIVING_STATES = ("ok", "shrinking", "unsteady", "teaser_only", "silent")


def coverage(rows: Sequence[Row], frame: Frame) -> Drawn:
    """Sources with a gap as rows; the healthy ones in one sentence with their new entries."""
    troubled = [row for row in rows if row["state"] != "ok"]
    healthy = sorted((row for row in rows if row["state"] == "ok"), key=lambda row: str(row["name"]))
    notes = []
    if not rows:
        notes.append(frame.say("no_sources"))
    if healthy:
        names = ", ".join(f"{headline(row['name'])} {frame.number(row['entries_new'])}" for row in healthy)
        notes.append(
            frame.say("as_usual" if troubled else "all_well", sources=frame.count("source", len(healthy)), names=names)
        )
    return [_gap(row, frame) for row in troubled], notes


def _gap(row: Row, frame: Frame) -> dict[str, Any]:
    return {
        "name": headline(row["name"]),
        "state": frame.say(row["state"]),
        "detail": " · ".join(_gap_details(row, frame)),
        "bias": _bias(row["themes"], frame),
        "grave": row["state"] not in _GIVING_STATES,
    }


def _gap_details(row: Row, frame: Frame) -> Iterable[str]:
    if row["fetches"]:
        yield frame.say("ok_of", ok=row["ok"], n=row["fetches"]) + _reasons(row["reasons"], frame)
    if row["state"] == "failing":
        yield frame.say("failing_since", at=frame.moment(row["failing_since"]))
    if row["ok"]:
        yield _gave(row, frame)
    if row["state"] == "teaser_only":
        yield frame.say("teasers", n=row["teasers"], articles=row["articles"])
    if row["state"] != "never_answered":
        yield _last_new(row["last_new_at"], frame)


def _gave(row: Row, frame: Frame) -> str:
    """`5 new entries (usually 12), 2 not about Peru`."""
    gave = frame.count("new_entries", row["entries_new"])
    if row["mean_new"] is not None:
        gave += f" ({frame.say('mean_new', n=frame.number(row['mean_new']))})"
    if row["turned_away"]:
        gave += f", {frame.number(row['turned_away'])} {frame.reason('not_about_peru')}"
    return gave


def _reasons(reasons: Sequence[Row], frame: Frame) -> str:
    listed = ", ".join(f"{frame.reason(item['reason'])} ×{item['n']}" for item in reasons)
    return f" ({listed})" if listed else ""


def _last_new(instant: datetime | None, frame: Frame) -> str:
    return frame.say("last_new", at=frame.moment(instant)) if instant else frame.say("never_new")


def _bias(themes: Sequence[Row], frame: Frame) -> str:
    """Themes of which the source gave at least 2% in the weeks before."""
    parts = [
        frame.say("share_of", share=frame.percent(theme["share"]), label=frame.label(theme))
        for theme in themes
        if theme["share"] >= 0.02
    ]
    return frame.say("biases", themes=", ".join(parts)) if parts else ""


def reasons(rows: Sequence[Row], frame: Frame) -> Drawn:
    """One row per stage, holding its reasons with one example each."""
    groups = [(stage, list(group)) for stage, group in groupby(rows, key=lambda row: row["stage"])]
    drawn = [
        {
            "stage": frame.say(f"stage_{stage}"),
            "n": frame.number(sum(row["n"] for row in group)),
            "reasons": [_reason(row, frame) for row in group],
        }
        for stage, group in groups
    ]
    return drawn, [] if drawn else [frame.say("no_rows")]


def _reason(row: Row, frame: Frame) -> dict[str, Any]:
    again = frame.say("in_fetches", fetches=frame.count("fetch", row["fetches"]))
    return {
        "reason": frame.reason(row["reason"]),
        "n": frame.number(row["n"]) + (f", {again}" if row["served"] > row["n"] else ""),
        "sources": frame.count("source", row["sources"]),
        "example": headline(row["example_title"]) if row["example_title"] else "",
        "url": safe_link(row["example_link"]),
    }


def summary(rows: Sequence[Row], frame: Frame) -> Drawn:
    """Sentences for the method note; the header figures go by way of the facts."""
    return [], [sentence for row in rows for sentence in _figures(row, frame)]


def _figures(row: Row, frame: Frame) -> Iterable[str]:
    yield frame.say(
        "collected",
        fetches=frame.count("fetch", row["fetches"]),
        failed=frame.number(row["fetches_failed"]),
        entries=frame.count("entry", row["entries_fetched"]),
        new=frame.number(row["entries_new"]),
        seen=frame.number(row["entries_seen"]),
        changed=frame.number(row["entries_changed"]),
        rejected=frame.number(row["entries_rejected"]),
    )
    yield frame.say(
        "counted",
        articles=frame.count("article", row["articles"]),
        texts=frame.number(row["texts"]),
        outlets=frame.count("outlet", row["outlets"]),
        owners=frame.count("owner", row["owners"]),
        bait=frame.count("bait_page", row["articles_bait"]),
        untagged=frame.count("story", row["stories_untagged"]),
    )
    if row["articles_backlog"]:
        yield frame.say("backlog", articles=frame.count("article", row["articles_backlog"]))
    if row["began_on"]:
        yield frame.say("began", day=frame.long_day(row["began_on"]))
