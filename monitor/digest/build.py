"""Rows of the section files -> Digest: frame, bottom line, subject and drawn sections. No database, no clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from monitor.dates import week_bounds
from monitor.digest.fit import fit
from monitor.digest.frame import Frame, Row, tidy
from monitor.digest.layouts import draw
from monitor.digest.plain import render_opening, render_text
from monitor.digest.sections import Result, SectionSpec, check_columns
from monitor.digest.statements import Findings, statements, subject
from monitor.digest.theme_rows import why
from monitor.errors import UsageError
from monitor.model import Digest, Section

_WORDS_A_MINUTE = 220
_ONLY_WITH_ROWS = frozenset({"regrouped"})  # sections about something that as a rule does not happen


def build(
    week: str,
    language: str,
    results: Mapping[str, Result],
    specs: Mapping[str, SectionSpec],
    *,
    as_of: datetime,
    data_until: datetime | None,
    run_id: str,
    rules_version: str,
    zone: str = "America/Lima",
) -> Digest:
    """One issue from the results of the section files, keyed by file stem as `specs` are.

    The issue is cut to what a mail client shows in full (see `fit`). Raises ConfigError for a section whose
    columns do not suit its layout, UsageError for a week or language that does not exist.
    """
    try:
        monday, sunday = week_bounds(week)
    except ValueError as error:
        raise UsageError(str(error)) from error
    if language not in ("en", "es"):
        raise UsageError(f"no digest in {language!r}", hint="en or es")
    frame = Frame(language, monday, ZoneInfo(zone), week)
    rows = {name: _checked(specs[name], results[name]) for name in sorted(specs) if name in results}
    rows = _in_order_of_change(specs, rows)
    findings = _findings(specs, rows)
    told = statements(findings, frame)
    sections, notes = _sections(specs, rows, results, findings.themes, frame)
    facts = _facts(findings, frame, as_of, data_until, run_id, rules_version)
    issue = Digest(
        week=week,
        first_on=monday,
        last_on=sunday,
        language=language,
        as_of=as_of,
        data_until=data_until,
        run_id=run_id,
        rules_version=rules_version,
        subject=subject(findings, frame),
        preheader=str(told[1] if len(told) > 1 else facts["flow"]),
        bottom_line=tuple(map(str, told)),
        sections=sections,
        facts={**facts, "statements": told, "notes": notes},
    )
    return _with_length(fit(_with_length(issue, frame)), frame)


def _checked(spec: SectionSpec, result: Result) -> list[Row]:
    columns, rows = result
    check_columns(spec, columns)
    return [{column: tidy(row[column]) for column in columns} for row in rows]


def _in_order_of_change(specs: Mapping[str, SectionSpec], rows: Mapping[str, list[Row]]) -> dict[str, list[Row]]:
    """The leading stories in the order in which the table lists their themes."""
    table = next((found for name, found in rows.items() if specs[name].layout == "theme_table"), [])
    places = {row["theme"]: place for place, row in enumerate(table)}
    return {
        name: sorted(found, key=lambda row: places.get(row["theme"], len(places)))
        if specs[name].layout == "theme_leads"
        else found
        for name, found in rows.items()
    }


def _findings(specs: Mapping[str, SectionSpec], rows: Mapping[str, Sequence[Row]]) -> Findings:
    by_layout = {specs[name].layout: found for name, found in reversed(list(rows.items()))}
    summary = by_layout.get("summary") or [{}]
    return Findings(
        summary=summary[0],
        themes=by_layout.get("theme_table", ()),
        leads=by_layout.get("theme_leads", ()),
        quiet=by_layout.get("stories", ()),
        sources=by_layout.get("coverage", ()),
    )


def _sections(
    specs: Mapping[str, SectionSpec],
    rows: Mapping[str, Sequence[Row]],
    results: Mapping[str, Result],
    themes: Sequence[Row],
    frame: Frame,
) -> tuple[tuple[Section, ...], dict[str, list[str]]]:
    sections, notes = [], {}
    reasons = {row["theme"]: why(row, frame) for row in themes}
    for name, found in rows.items():
        spec = specs[name]
        if spec.layout in _ONLY_WITH_ROWS and not found:
            continue
        drawn, notes[name] = draw(spec, found, frame)
        if spec.layout == "theme_leads":
            drawn = [{**row, "why": reasons.get(row["theme"], "")} for row in drawn]
        columns = tuple(results[name][0])
        sections.append(Section(name, spec.title_in(frame.language), spec.layout, columns, tuple(drawn)))
    return tuple(sections), notes


def _facts(
    findings: Findings, frame: Frame, as_of: datetime, data_until: datetime | None, run_id: str, rules_version: str
) -> dict[str, Any]:
    """Every sentence of the header and the method note."""
    row = findings.summary
    until = frame.moment(data_until) if data_until else frame.say("no_data")
    imprint = frame.say(
        "imprint",
        week=frame.week,
        run=run_id or "–",
        rules=rules_version or "–",
        as_of=frame.moment(as_of),
        until=until,
        zone=frame.zone.key,
    )
    return {
        "product": frame.say("product"),
        "kicker": frame.say("kicker"),
        "heading": frame.say(
            "heading",
            week=frame.week.split("-W")[1],
            first=frame.day(frame.monday),
            last=frame.long_day(frame.monday + timedelta(days=6)),
        ),
        "flow": _flow(row, frame),
        "until": frame.say("until", at=until) if data_until else until,
        "alerts": _alerts(row, frame),
        "method": _method(row, frame, as_of),
        "imprint": imprint,
        "contact": frame.say("contact"),
        "words": 0,
        "reading": "",
        "say": {key: frame.say(key) for key in _TEMPLATE_WORDS},
    }


_TEMPLATE_WORDS = (
    "bottom_line",
    "col_theme",
    "col_this",
    "col_last",
    "col_change",
    "col_usual",
    "col_states",
    "col_bars",
    "minor",
    "was_label",
    "method",
    "more",
    "see",
    "for_example",
)


def _flow(row: Row, frame: Frame) -> str:
    return frame.say(
        "flow",
        articles=frame.count("article", row.get("articles", 0)),
        stories=frame.count("story", row.get("stories", 0)),
        answered=frame.number(row.get("sources_answered", 0)),
        enabled=frame.number(row.get("sources_enabled", 0)),
    )


def _alerts(row: Row, frame: Frame) -> list[str]:
    """What a reader must know before the first figure."""
    alerts = [] if row.get("week_over", True) else [frame.say("running")]
    if row.get("failed_checks"):
        alerts.append(frame.say("checks_failed", names=", ".join(row["failed_checks"])))
    now, before = row.get("rules_now") or [], row.get("rules_before") or []
    if now and before and set(now) != set(before):
        alerts.append(frame.say("rules_changed", before=", ".join(before), now=", ".join(now)))
    return alerts


def _method(row: Row, frame: Frame, as_of: datetime) -> list[str]:
    flags = ["def_flag"] if row.get("weeks_usable", 0) >= 4 else []
    lines = [frame.say(key) for key in ("def_story", "def_confidence", "def_tags", *flags, "def_week")]
    lines.append(frame.say("def_sql", as_of=f"{as_of.astimezone(ZoneInfo('UTC')):%Y-%m-%d %H:%M:%SZ}"))
    if row.get("runs") and not row["failed_checks"]:
        lines.append(frame.say("checks_ok"))
    if row.get("runs_cut_off"):
        lines.append(frame.say("cut_off", n=row["runs_cut_off"], runs=row["runs"]))
    return lines


def _with_length(issue: Digest, frame: Frame) -> Digest:
    """The issue with its own length in words and minutes, as its text part reads (links not counted)."""
    words = len(render_text(issue).rsplit("\n\n[1] ", 1)[0].split())
    first = _minutes(len(render_opening(issue).split()))
    reading = frame.say("reading", words=frame.number(words), first=first, minutes=max(first, _minutes(words)))
    return replace(issue, facts={**issue.facts, "words": words, "reading": reading})


def _minutes(words: int) -> int:
    return max(1, round(words / _WORDS_A_MINUTE))
