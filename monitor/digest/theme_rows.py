"""Rows about themes -> rows as drawn: the table of changes, and the stories that lead each theme."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from monitor.digest.frame import Frame, Row, bars
from monitor.digest.voices import basis, titled, voices

Drawn = tuple[list[dict[str, Any]], list[str]]  # rows, notes below the heading
_SPELLED_OUT = 3  # themes with fewer stories need no line of figures above them


# ---------------------------------------------------------------- the table


def theme_table(rows: Sequence[Row], frame: Frame) -> Drawn:
    """One row per theme with a story this week or last, or a flag; the rest become one sentence."""
    seen = [row for row in rows if row["stories"] or row["stories_last"] or row["flagged"]]
    idle = [frame.label(row) for row in rows if row not in seen]
    notes = _history_notes(rows, frame) if seen else [frame.say("no_rows")]
    if idle and seen:
        notes.append(frame.say("no_stories_in", labels=", ".join(idle)))
    drawn = [_theme_row(row, frame) for row in seen]
    return sorted(drawn, key=lambda row: row["minor"]), notes


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
        "states": f"{row['new_n']}/{row['continuing_n']}/{row['quiet_n']}",
        "bars": bars(row["history"]),
        "flag": flag,
        "flag_text": " · ".join(_flag_texts(row, flag, frame)) if flag else "",
        "minor": not flag and row["change"] is not None and abs(row["change"]) <= 1,
    }


def _or_dash(value: float | None, frame: Frame) -> str:
    return "–" if value is None else frame.number(value)


def _flag_texts(row: Row, flag: str, frame: Frame) -> Iterable[str]:
    yield frame.say(f"flag_{flag}")
    if row["stories_like"] != row["stories"]:
        yield frame.say("like_note", n=row["stories_like"])


# ---------------------------------------------------------------- leading stories


def theme_leads(rows: Sequence[Row], frame: Frame) -> Drawn:
    """One row per theme that holds its stories, best covered first."""
    groups = [list(group) for _, group in groupby(rows, key=lambda row: row["theme"])]
    return [_theme_group(group, frame) for group in groups], [] if groups else [frame.say("no_themes")]


def _theme_group(group: Sequence[Row], frame: Frame) -> dict[str, Any]:
    first = group[0]
    return {
        "theme": first["theme"],
        "label": frame.label(first),
        "stories": [_story(row, frame) for row in group],
        "why": "",
        "total": first["theme_stories"],
        "sql": first["more_sql"],
    }


def _story(row: Row, frame: Frame) -> dict[str, Any]:
    return {
        **titled(row, frame),
        **voices(row, frame),
        "story_id": row["story_id"],
        "state": row["state"] or "",
        "tag": frame.say(f"tag_{row['state']}") if row["state"] else "",
        "when": frame.day(row["effective_at"]),
        "where": ", ".join(frame.region(slug) for slug in row["regions"][:3]),
        "see": "",
        "weight": (row["owner_n"], row["outlet_n"]),
    }


def pointed(groups: Iterable[Mapping[str, Any]]) -> tuple[dict[str, Any], ...]:
    """The same groups with every story in full under the first of its themes; under the others `see` names that one."""
    above: dict[int, str] = {}
    return tuple(
        {**group, "stories": [_pointing(story, group["label"], above) for story in group["stories"]]}
        for group in groups
    )


def _pointing(story: Mapping[str, Any], label: str, above: dict[int, str]) -> dict[str, Any]:
    first = above.setdefault(story["story_id"], label)
    return {**story, "see": "" if first == label else first}


def why(row: Row, frame: Frame) -> str:
    """The line below a theme's heading: what it counts now, before and usually, and on how many voices."""
    if row["stories"] < _SPELLED_OUT:
        return ""
    counts = {"stories": _counted(row, frame), "movement": _movement(row, frame)}
    return frame.say("why", **counts, basis=_theme_basis(row, frame))


def _counted(row: Row, frame: Frame) -> str:
    parts = [frame.count("story", row["stories"])]
    if row["stories_last"] is not None:
        parts.append(frame.say("was", last=frame.number(row["stories_last"]), percent=""))
    if row["usual"] is not None:
        parts.append(frame.say("usual_short", usual=frame.number(row["usual"])))
    return f"{parts[0]} ({', '.join(parts[1:])})" if parts[1:] else parts[0]


def _movement(row: Row, frame: Frame) -> str:
    """`: 12 new, 2 continuing (1 growing)`; figures of zero are left out."""
    parts = [frame.count(key, row[key]) for key in ("new_n", "continuing_n") if row[key]]
    inner = [frame.count(key, row[key]) for key in ("growing_n", "resurfaced_n") if row[key]]
    if parts and inner:
        parts[-1] += f" ({', '.join(inner)})"
    return f": {', '.join(parts)}" if parts else ""


def _theme_basis(row: Row, frame: Frame) -> str:
    return basis(frame, row, frame.count("article", row["articles"]), frame.count("outlet", row["outlets"]))
