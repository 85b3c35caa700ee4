"""Rows of one section -> rows as drawn: every word, number and link that the renderers print. Layout by layout."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from monitor.digest.frame import Frame, Row, bars, headline, safe_link
from monitor.digest.sections import SectionSpec

Drawn = tuple[list[dict[str, Any]], list[str]]  # rows, notes below the heading
_NAMED_OUTLETS = 3
_GIVING_STATES = ("ok", "shrinking", "unsteady", "teaser_only", "silent")


def confidence(owners: int) -> str:
    """`high` from five independent owner groups, `moderate` from two, else `low`."""
    return "high" if owners >= 5 else "moderate" if owners >= 2 else "low"


def basis(frame: Frame, row: Row, *counts: str) -> str:
    """`47 stories, 14 outlets, 9 owner groups · high confidence`."""
    return f"{', '.join(counts)}, {frame.count('owner', row['owners'])} · {frame.say(confidence(row['owners']))}"


# ---------------------------------------------------------------- themes


def theme_table(rows: Sequence[Row], frame: Frame) -> Drawn:
    """One row per theme with a story this week or last, or a flag; the rest become one sentence."""
    seen = [row for row in rows if row["stories"] or row["stories_last"] or row["flagged"]]
    idle = [frame.label(row) for row in rows if row not in seen]
    notes = _history_notes(rows, frame) if seen else [frame.say("no_rows")]
    if idle and seen:
        notes.append(frame.say("no_stories_in", labels=", ".join(idle)))
    return [_theme_row(row, frame) for row in seen], notes


def _history_notes(rows: Sequence[Row], frame: Frame) -> list[str]:
    notes = [frame.say("theme_caption")]
    if rows[0]["stories_last"] is None:
        notes.append(frame.say("no_last_week"))
    if rows[0]["weeks_usable"] < 4:
        return [*notes, frame.say("no_history", n=rows[0]["weeks_usable"])]
    return notes


def _theme_row(row: Row, frame: Frame) -> dict[str, Any]:
    flag = "" if not row["flagged"] else "up" if row["z"] > 0 else "down"
    return {
        "theme": row["theme"],
        "label": frame.label(row),
        "stories": frame.number(row["stories"]),
        "last": _or_dash(row["stories_last"], frame),
        "change": "–" if row["change"] is None else frame.signed(row["change"]),
        "usual": _or_dash(row["usual"], frame),
        "bars": bars(row["history"]),
        "flag": flag,
        "flag_text": frame.say(f"flag_{flag}") if flag else "",
        "detail": ", ".join(_movement(row, frame)),
        "basis": _theme_basis(row, frame),
    }


def _or_dash(value: float | None, frame: Frame) -> str:
    return "–" if value is None else frame.number(value)


def _movement(row: Row, frame: Frame) -> list[str]:
    """`3 new, 2 continuing, 1 gone quiet`; figures of zero are left out."""
    parts = [frame.count(key, row[key]) for key in ("new_n", "continuing_n", "quiet_n") if row[key]]
    if row["flagged"] and row["stories_like"] != row["stories"]:
        parts.append(frame.say("like_note", n=row["stories_like"]))
    return parts


def _theme_basis(row: Row, frame: Frame) -> str:
    if not row["stories"]:
        return ""
    return basis(frame, row, frame.count("article", row["articles"]), frame.count("outlet", row["outlets"]))


def theme_leads(rows: Sequence[Row], frame: Frame) -> Drawn:
    """One row per theme that holds its stories, best covered first."""
    groups = [list(group) for _, group in groupby(rows, key=lambda row: row["theme"])]
    above: dict[int, str] = {}
    drawn = [_theme_group(group, frame, above) for group in groups]
    return drawn, [] if drawn else [frame.say("no_themes")]


def _theme_group(group: Sequence[Row], frame: Frame, above: dict[int, str]) -> dict[str, Any]:
    """`above` collects the stories printed so far with the theme they stand under."""
    first, label = group[0], frame.label(group[0])
    stories = [_story(row, frame, above.setdefault(row["story_id"], label)) for row in group]
    return {
        "theme": first["theme"],
        "label": label,
        "stories": stories,
        "why": "",
        "total": first["theme_stories"],
        "sql": first["more_sql"],
    }


def _story(row: Row, frame: Frame, theme: str) -> dict[str, Any]:
    """In full under the first of its themes; under the others the headline points there."""
    return {
        **_headline(row, frame),
        **_voices(row, frame),
        "state": row["state"] or "",
        "tag": frame.say(f"tag_{row['state']}") if row["state"] else "",
        "when": frame.day(row["effective_at"]),
        "where": ", ".join(frame.region(slug) for slug in row["regions"][:3]),
        "see": "" if theme == frame.label(row) else frame.say("see", label=theme),
        "weight": (row["owner_n"], row["outlet_n"]),
    }


def _headline(row: Row, frame: Frame) -> dict[str, Any]:
    return {"title": headline(row["title"]), "url": safe_link(row["url"]), "lang": frame.lang_of(row)}


def _voices(row: Row, frame: Frame) -> dict[str, Any]:
    """Outlets by name with a link each, the rest as a number, and how independent they are."""
    named = row["outlets"][:_NAMED_OUTLETS]
    return {
        "outlets": [{"name": headline(voice["outlet"]), "url": safe_link(voice["url"])} for voice in named],
        "more_outlets": max(0, row["outlet_n"] - len(named)),
        "owners": _owners(row["owner_n"], frame),
    }


def _owners(n: int, frame: Frame) -> str:
    """`7 owner groups (high)`, never broken over two lines."""
    return frame.say(f"owners_{confidence(n)}", owners=frame.count("owner", n)).replace(" ", "\N{NO-BREAK SPACE}")


def why(row: Row, frame: Frame) -> str:
    """The line below a theme's heading: what it counts now, before and usually, and on how many voices."""
    if row["stories"] < 2:
        return ""
    parts = []
    if row["stories_last"] is not None:
        parts.append(frame.say("was", last=frame.number(row["stories_last"]), percent=""))
    if row["usual"] is not None:
        parts.append(frame.say("usual_short", usual=frame.number(row["usual"])))
    counted = frame.count("story", row["stories"])
    if parts:
        counted = frame.say("why_counts", stories=counted, comparison=", ".join(parts))
    moved = [frame.count(key, row[key]) for key in ("new_n", "continuing_n", "growing_n", "resurfaced_n") if row[key]]
    return frame.say(
        "why" if moved else "why_still", stories=counted, movement=", ".join(moved), basis=_theme_basis(row, frame)
    )


# ---------------------------------------------------------------- single stories and articles


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
    if row["change"] == "figure" and row["figures_gone"] and row["figures_come"]:
        gone, come = (", ".join(sorted(row[name], key=_size)[:4]) for name in ("figures_gone", "figures_come"))
        yield frame.say("figures", gone=gone, come=come)
    if row["change"] == "withdrawn":
        yield frame.say("gone_page")
    if row["edits"] > 1:
        yield frame.say("edit_times", n=row["edits"])


def _size(figure: str) -> tuple[int, str]:
    """Orders figures by value without reading them as numbers: `3.10.2026` is none."""
    return len(figure.split(".")[0]), figure


def stories(rows: Sequence[Row], frame: Frame) -> Drawn:
    return [_quiet(row, frame) for row in rows], [] if rows else [frame.say("none_here")]


def _quiet(row: Row, frame: Frame) -> dict[str, Any]:
    return {
        **_headline(row, frame),
        **_voices(row, frame),
        "when": frame.say("last_seen", day=frame.day(row["last_at"])),
        "themes": ", ".join(frame.labels(row)),
        "note": frame.say("unheard") if row["unheard"] else "",
        "total": row["total"],
    }


def articles(rows: Sequence[Row], frame: Frame) -> Drawn:
    return [_late(row, frame) for row in rows], [] if rows else [frame.say("none_here")]


def _late(row: Row, frame: Frame) -> dict[str, Any]:
    when = frame.say(
        "dated", day=frame.day(row["effective_at"]), week=row["week"], seen=frame.moment(row["learned_at"])
    )
    return {
        **_headline(row, frame),
        "outlet": headline(row["outlet"]),
        "when": when,
        "themes": ", ".join(frame.labels(row)),
        "note": frame.say("adds", week=row["week"]) if row["adds_story"] else "",
        "total": row["total"],
    }


# ---------------------------------------------------------------- coverage and counts


def coverage(rows: Sequence[Row], frame: Frame) -> Drawn:
    """Sources with a gap as rows; the healthy ones in one sentence with their new entries."""
    troubled = [row for row in rows if row["state"] != "ok"]
    healthy = sorted((row for row in rows if row["state"] == "ok"), key=lambda row: str(row["name"]))
    notes = []
    if not rows:
        notes.append(frame.say("no_sources"))
    elif not troubled:
        notes.append(frame.say("all_well", sources=frame.count("source", len(healthy))))
    if healthy:
        names = ", ".join(f"{headline(row['name'])} {frame.number(row['entries_new'])}" for row in healthy)
        notes.append(frame.say("as_usual", sources=frame.count("source", len(healthy)), names=names))
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
    if row["ok"]:
        usual = f" ({frame.say('mean_new', n=frame.number(row['mean_new']))})" if row["mean_new"] is not None else ""
        yield frame.count("new_entries", row["entries_new"]) + usual
    if row["state"] == "teaser_only":
        yield frame.say("teasers", n=row["teasers"], articles=row["articles"])
    if row["state"] != "never_answered":
        yield _last_new(row["last_new_at"], frame)


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
    return {
        "reason": frame.reason(row["reason"]),
        "n": frame.number(row["n"]),
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
        bait=frame.number(row["articles_bait"]),
        untagged=frame.count("story", row["stories_untagged"]),
    )
    if row["articles_backlog"]:
        yield frame.say("backlog", articles=frame.count("article", row["articles_backlog"]))
    if row["began_on"]:
        yield frame.say("began", day=frame.long_day(row["began_on"]))


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
    "coverage": coverage,
    "reasons": reasons,
    "table": table,
}


def draw(spec: SectionSpec, rows: Sequence[Row], frame: Frame) -> Drawn:
    """The rows and notes of one section, as printed."""
    return _LAYOUTS[spec.layout](rows, frame)
