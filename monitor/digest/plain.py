"""Digest -> plain text of 72 columns, links as [1] with a list at the end. Written from the rows, not from the HTML."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from monitor.model import Digest, Section

Rows = Sequence[Mapping[str, Any]]

WIDTH = 72


@dataclass(slots=True)
class _Page:
    """Lines so far and the links they point to."""

    lines: list[str] = field(default_factory=list)
    links: dict[str, int] = field(default_factory=dict)

    def add(self, text: str, first: str = "", rest: str | None = None) -> None:
        indent = first if rest is None else rest
        self.lines += textwrap.wrap(
            text, WIDTH, initial_indent=first, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        )

    def gap(self) -> None:
        if self.lines and self.lines[-1]:
            self.lines.append("")

    def heading(self, text: str, rule: str = "-") -> None:
        self.gap()
        self.add(text)
        self.lines.append(rule * min(WIDTH, len(self.lines[-1])))

    def link(self, url: str) -> str:
        """` [3]`, the same number for the same address; nothing without one."""
        return f" [{self.links.setdefault(url, len(self.links) + 1)}]" if url else ""

    def text(self) -> str:
        self.gap()
        self.lines += [f"[{number}] {url}" for url, number in self.links.items()]
        return "\n".join(self.lines).rstrip() + "\n"


def render_text(issue: Digest) -> str:
    """The whole issue. Lines hold at most 72 characters, addresses excepted."""
    page = _Page()
    _opening(page, issue.facts)
    for section in issue.sections:
        if section.layout != "summary":
            _section(page, section, issue.facts)
    _method(page, issue, issue.facts)
    return page.text()


def render_opening(issue: Digest) -> str:
    """What is read first: the header, the bottom line and what changed, without links."""
    page = _Page()
    _opening(page, issue.facts)
    for section in issue.sections:
        if section.layout == "theme_table":
            _section(page, section, issue.facts)
    return "\n".join(page.lines)


def _opening(page: _Page, facts: Mapping[str, Any]) -> None:
    page.add(f"{facts['product']} · {facts['kicker']}".upper())
    page.heading(facts["heading"], "=")
    page.add(_join(facts["flow"], facts["until"]))
    page.add(facts["reading"])
    for alert in facts["alerts"]:
        page.gap()
        page.add(f"! {alert}", rest="  ")
    page.heading(facts["say"]["bottom_line"])
    for number, told in enumerate(facts["statements"], 1):
        lead = page.link(told.lead.url) if told.lead else ""
        page.add(f"{number}. {told}{page.link(told.url)}{lead}", rest="   ")


def _section(page: _Page, section: Section, facts: Mapping[str, Any]) -> None:
    page.heading(section.title)
    _LAYOUTS[section.layout](page, section.rows, facts["say"])
    for note in facts["notes"][section.name]:
        page.add(note)


def _method(page: _Page, issue: Digest, facts: Mapping[str, Any]) -> None:
    page.heading(facts["say"]["method"])
    for section in issue.sections:
        if section.layout == "summary":
            for line in facts["notes"][section.name]:
                page.add(line)
    for line in (*facts["method"], facts["imprint"], facts["contact"]):
        page.add(line)


def _join(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _outlets(row: Mapping[str, Any]) -> str:
    more = f" +{row['more_outlets']}" if row["more_outlets"] else ""
    return ", ".join(outlet["name"] for outlet in row["outlets"]) + more


def _item(page: _Page, title: str, url: str, below: Iterable[str]) -> None:
    page.add(f"- {title}{page.link(url)}", rest="  ")
    for text in below:
        if text:
            page.add(text, first="  ")


def _more(page: _Page, rows: Rows, say: Mapping[str, str]) -> None:
    if rows and rows[0]["total"] > len(rows):
        page.add(f"+{rows[0]['total'] - len(rows)} {say['more']}", first="  ")


def _theme_table(page: _Page, rows: Rows, say: Mapping[str, str]) -> None:
    if not rows:
        return
    heads = (say["col_this"], say["col_last"], say["col_change"], say["col_usual"], say["col_states"])
    page.add(f"{say['col_theme']}: {', '.join(head.lower() for head in heads)}; {say['col_bars']}")
    page.gap()
    minor = False
    for row in rows:
        if row["minor"] and not minor:
            page.gap()
            page.add(f"{say['minor']}:")
        minor = row["minor"]
        label = row["label"] if len(row["label"]) <= 29 else row["label"][:28] + "…"
        figures = f"{row['stories']:>5}{row['last']:>5}{row['change']:>6}{row['usual']:>6}{row['states']:>10}"
        page.lines.append(f"{label:<29}{figures}  {row['bars']}")
        page.add(row["flag_text"], first="  ")
    page.gap()


def _theme_leads(page: _Page, rows: Rows, say: Mapping[str, str]) -> None:
    for group in rows:
        page.gap()
        page.add(group["label"].upper())
        page.add(group["why"])
        for story in group["stories"]:
            title = f"{story['tag']}: {story['title']}" if story["tag"] else story["title"]
            if story["see"]:
                page.add(f"- {title}{page.link(story['url'])} → {say['see']} {story['see']}", rest="  ")
            else:
                below = _join(_outlets(story), story["owners"], story["when"], story["where"])
                _item(page, title, story["url"], [below])
        if group["total"] > len(group["stories"]):
            page.add(f"+{group['total'] - len(group['stories'])} {say['more']}: {group['sql']}", first="  ")


def _edits(page: _Page, rows: Rows, say: Mapping[str, str]) -> None:
    for row in rows:
        old = f"{say['was_label']}: {row['old']}" if row["old"] else ""
        _item(page, f"{row['tag']}: {row['new']}", row["url"], [old, _join(row["outlet"], row["when"], row["note"])])
    _more(page, rows, say)


def _stories(page: _Page, rows: Rows, say: Mapping[str, str]) -> None:
    for row in rows:
        below = _join(_outlets(row), row["owners"], row["when"], row["themes"], row["note"])
        _item(page, row["title"], row["url"], [below])
    _more(page, rows, say)


def _articles(page: _Page, rows: Rows, say: Mapping[str, str]) -> None:
    for row in rows:
        _item(page, row["title"], row["url"], [_join(row["outlet"], row["when"], row["themes"], row["note"])])
    _more(page, rows, say)


def _coverage(page: _Page, rows: Rows, _say: Mapping[str, str]) -> None:
    for row in rows:
        _item(page, f"{row['name']}: {row['state']}", "", [row["detail"], row["bias"]])


def _reasons(page: _Page, rows: Rows, _say: Mapping[str, str]) -> None:
    for row in rows:
        listed = "; ".join(f"{item['reason']} {item['n']}" for item in row["reasons"])
        _item(page, f"{row['stage']}: {row['n']}", "", [listed])


def _table(page: _Page, rows: Rows, _say: Mapping[str, str]) -> None:
    for row in rows:
        page.add("- " + _join(*row["cells"]), rest="  ")


_LAYOUTS: Mapping[str, Callable[[_Page, Rows, Mapping[str, str]], None]] = {
    "theme_table": _theme_table,
    "theme_leads": _theme_leads,
    "edits": _edits,
    "stories": _stories,
    "articles": _articles,
    "regrouped": _articles,
    "coverage": _coverage,
    "reasons": _reasons,
    "table": _table,
}
