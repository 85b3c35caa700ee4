"""How `why` shows themes: the text with its spans marked, the sum of each theme, what was refused, names, labels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import click

from monitor.cli.output import lima

MARK = "**"
ABOUT = 90  # characters shown about a mark in a long line
Row = Mapping[str, Any]


def print_evidence(found: Row, zone: str) -> None:
    """Everything that speaks for and against the themes of an article explained by `explain.article`."""
    _print_text(found["text"], [span for theme in found["themes"] for span in theme["evidence"]])
    click.echo(f"\nthemes (rules {found['article']['rules_version']}):")
    if not found["themes"]:
        click.echo("  none")
    for theme in found["themes"]:
        _print_theme(theme)
    needs = found["needs"]
    click.echo(
        f"  a theme needs {needs['least']:.2f}: the greater of {needs['threshold']:.2f} and {needs['share']:.2f} × "
        f"{needs['best']:.2f}, what the best one counts for; at most {needs['most']} are given"
    )
    if found["refused"]:
        click.echo(f"\nrefused (rules {found['refused_by']}):")
    for theme in found["refused"]:
        _print_theme(theme)
    _print_labels(found["labels"], zone)
    _print_names(found["entities"])


def _print_theme(theme: Row) -> None:
    click.echo(f"  {theme['theme']}  {theme['score']:.2f}")
    for span in theme["evidence"]:
        click.echo(
            f"    {span['weight']:+.2f}  {span['field']}[{span['start_offset']}:{span['end_offset']}]  "
            f"“{span['matched']}”  rule {span['pattern']}"
        )


def _print_labels(labels: Iterable[Row], zone: str) -> None:
    for number, row in enumerate(labels):
        if not number:
            click.echo("\nlabels (they win over the rules):")
        what = row["theme"] or "about Peru"
        note = f": {row['note']}" if row["note"] else ""
        click.echo(
            f"  {'yes' if row['holds'] else 'NO ':<3} {what}  {row['author']}, {lima(row['known_at'], zone)}{note}"
        )


def _print_names(entities: Iterable[Row]) -> None:
    by_kind: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in entities:
        by_kind[row["kind"]][row["entity"]] += 1
    if by_kind:
        click.echo("\nnames:")
    for kind, names in by_kind.items():
        counted = ", ".join(f"{name} ×{count}" if count > 1 else name for name, count in names.items())
        click.echo(f"  {kind}: {counted}")


# ---------------------------------------------------------------- the text


def _print_text(text: Mapping[str, str], spans: Iterable[Row]) -> None:
    """Title and lead whole, of the body the lines that hold a mark."""
    by_field: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for span in spans:
        by_field[span["field"]].add((span["start_offset"], span["end_offset"]))
    click.echo("\ntext:")
    for field in ("title", "lead", "body"):
        shown = marked(text[field], by_field[field])
        for line in shown.split("\n"):
            if MARK in line or (line and field != "body"):
                click.echo(f"  {field}: {_near_marks(line)}")


def marked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with its spans between two stars; spans that overlap are marked as one."""
    pieces, last = [], 0
    for start, end in _merged(spans):
        pieces += [text[last:start], MARK, text[start:end], MARK]
        last = end
    return "".join([*pieces, text[last:]])


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _near_marks(line: str) -> str:
    """A long line from a little before its first mark to a little after its last."""
    first, last = line.find(MARK), line.rfind(MARK)
    if first < 0 or len(line) <= 4 * ABOUT:
        return line if len(line) <= 4 * ABOUT else line[: 4 * ABOUT] + "…"
    start, end = max(0, first - ABOUT), min(len(line), last + ABOUT)
    return ("…" if start else "") + line[start:end] + ("…" if end < len(line) else "")
