"""Digest -> Markdown (CommonMark with tables), for notebooks, wikis and chat. Titles are escaped: they are not ours."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from monitor.model import Digest

Rows = Sequence[Mapping[str, Any]]

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+\-!|~&$])")


def escape(text: str) -> str:
    """Text that Markdown shows as it is."""
    return _SPECIAL.sub(r"\\\1", text)


def render_markdown(issue: Digest) -> str:
    """The whole issue."""
    return "\n".join(_lines(issue)).rstrip() + "\n"


def _lines(issue: Digest) -> Iterator[str]:
    facts: Mapping[str, Any] = issue.facts
    yield f"# {escape(facts['heading'])}\n"
    yield f"{escape(facts['product'])} · {escape(facts['kicker'])}  "
    yield f"{escape(_join(facts['flow'], facts['until']))}  "
    yield escape(facts["reading"]) + "\n"
    for alert in facts["alerts"]:
        yield f"> {escape(alert)}\n"
    yield f"## {escape(facts['say']['bottom_line'])}\n"
    for number, told in enumerate(facts["statements"], 1):
        yield f"{number}. {_told(told)}"
    for section in issue.sections:
        if section.layout != "summary":
            yield f"\n## {escape(section.title)}\n"
            yield from _LAYOUTS[section.layout](section.rows, facts["say"])
            yield from (f"\n{escape(note)}" for note in facts["notes"][section.name])
    yield from _method(issue, facts)


def _method(issue: Digest, facts: Mapping[str, Any]) -> Iterator[str]:
    yield f"\n## {escape(facts['say']['method'])}\n"
    for section in issue.sections:
        if section.layout == "summary":
            yield from (f"- {escape(line)}" for line in facts["notes"][section.name])
    yield from (f"- {escape(line)}" for line in (*facts["method"], facts["imprint"], facts["contact"]))


def _told(told: Any) -> str:
    detail = f"; {escape(told.detail)}" if told.detail else ""
    lead = f"; {escape(told.lead.label)} {_link(told.lead.title, told.lead.url)}" if told.lead else ""
    basis = f" \\[{escape(told.basis)}\\]" if told.basis else ""
    return f"**{_link(told.claim, told.url)}**{detail}{lead}.{basis}"


def _link(text: str, url: str) -> str:
    return f"[{escape(text)}](<{url}>)" if url else escape(text)


def _join(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _outlets(row: Mapping[str, Any]) -> str:
    more = f" \\+{row['more_outlets']}" if row["more_outlets"] else ""
    return ", ".join(_link(outlet["name"], outlet["url"]) for outlet in row["outlets"]) + more


def _item(title: str, *below: str) -> str:
    return "  \n  ".join((f"- {title}", *(text for text in below if text)))


def _more(rows: Rows, say: Mapping[str, str]) -> Iterator[str]:
    if rows and rows[0]["total"] > len(rows):
        yield f"- \\+{rows[0]['total'] - len(rows)} {say['more']}"


def _theme_table(rows: Rows, say: Mapping[str, str]) -> Iterator[str]:
    if not rows:
        return
    heads = [say[f"col_{name}"] for name in ("theme", "this", "last", "change", "usual", "states", "bars")]
    yield "| " + " | ".join(map(escape, heads)) + " |"
    yield "|:--|--:|--:|--:|--:|--:|:--|"
    for row in rows:
        theme = _join(escape(row["label"]), escape(row["flag_text"]))
        cells = [escape(row[name]) for name in ("stories", "last", "change", "usual", "states")]
        yield "| " + " | ".join((theme, *cells, f"`{row['bars']}`")) + " |"


def _theme_leads(rows: Rows, say: Mapping[str, str]) -> Iterator[str]:
    for group in rows:
        yield f"\n### {escape(group['label'])}\n"
        if group["why"]:
            yield escape(group["why"]) + "\n"
        for story in group["stories"]:
            tag = f"**{escape(story['tag'])}** " if story["tag"] else ""
            if story["see"]:
                yield _item(f"{tag}{escape(story['title'])} → {say['see']} {escape(story['see'])}")
            else:
                below = _join(_outlets(story), *map(escape, (story["owners"], story["when"], story["where"])))
                yield _item(tag + _link(story["title"], story["url"]), below)
        if group["total"] > len(group["stories"]):
            yield f"- \\+{group['total'] - len(group['stories'])} {say['more']}: `{group['sql']}`"


def _edits(rows: Rows, say: Mapping[str, str]) -> Iterator[str]:
    for row in rows:
        old = escape(f"{say['was_label']}: {row['old']}") if row["old"] else ""
        below = escape(_join(row["outlet"], row["when"], row["note"]))
        yield _item(f"**{escape(row['tag'])}** {_link(row['new'], row['url'])}", old, below)
    yield from _more(rows, say)


def _stories(rows: Rows, say: Mapping[str, str]) -> Iterator[str]:
    for row in rows:
        below = _join(_outlets(row), *map(escape, (row["owners"], row["when"], row["themes"], row["note"])))
        yield _item(_link(row["title"], row["url"]), below)
    yield from _more(rows, say)


def _articles(rows: Rows, say: Mapping[str, str]) -> Iterator[str]:
    for row in rows:
        below = escape(_join(row["outlet"], row["when"], row["themes"], row["note"]))
        yield _item(_link(row["title"], row["url"]), below)
    yield from _more(rows, say)


def _coverage(rows: Rows, _say: Mapping[str, str]) -> Iterator[str]:
    for row in rows:
        yield _item(f"{escape(row['name'])}: {escape(row['state'])}", escape(row["detail"]), escape(row["bias"]))


def _reasons(rows: Rows, _say: Mapping[str, str]) -> Iterator[str]:
    for row in rows:
        listed = "; ".join(f"{escape(item['reason'])} {item['n']}" for item in row["reasons"])
        yield _item(f"{escape(row['stage'])}: {row['n']}", listed)


def _table(rows: Rows, _say: Mapping[str, str]) -> Iterator[str]:
    if rows:
        yield "| " + " | ".join(map(escape, rows[0]["columns"])) + " |"
        yield "|" + ":--|" * len(rows[0]["columns"])
    for row in rows:
        yield "| " + " | ".join(map(escape, row["cells"])) + " |"


_LAYOUTS: Mapping[str, Callable[[Rows, Mapping[str, str]], Iterator[str]]] = {
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
