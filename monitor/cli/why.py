"""`why ARTICLE`: everything that was decided about one article, with the evidence."""

from __future__ import annotations

from typing import Any

import click

from monitor.cli.app import App
from monitor.cli.output import emit_json, lima
from monitor.errors import Exit


@click.command("why")
@click.argument("article")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def why_command(app: App, article: str, as_json: bool) -> int:
    """Explain ARTICLE (its id or its address): relevance, themes with the words that earned them, story, versions."""
    from monitor.stages.explain import article as explain

    settings = app.settings()
    found = explain(settings, article)
    if as_json:
        emit_json(found, settings.zone)
    else:
        _print(found, settings.zone)
    return Exit.OK


def _print(found: dict[str, Any], zone: str) -> None:
    if found["kind"] == "entry":
        _print_entry(found, zone)
        return
    head = found["article"]
    click.echo(f"{head['title']}\n{head['outlet']} · {lima(head['effective_at'], zone)} · {head['url']}")
    click.echo(
        f"article {head['article_id']} · week {head['week']} · text from {head['text_from']}"
        + (f" ({head['reason']})" if head["reason"] else "")
        + (" · partial" if head["partial"] else "")
    )
    click.echo(
        f"\nabout Peru: {'yes' if head['relevant'] else 'NO'} ({head['score']:.2f})"
        + (" · advice or lottery page, kept out of the digest" if head["seo_bait"] else "")
    )
    for reason in head["reasons"]:
        click.echo(f"  - {reason}")
    click.echo(f"\nthemes (rules {head['rules_version']}):")
    if not found["themes"]:
        click.echo("  none")
    for theme in found["themes"]:
        click.echo(f"  {theme['theme']}  {theme['score']:.2f}")
        for span in theme["evidence"]:
            click.echo(
                f"    {span['weight']:+.2f}  {span['field']}[{span['start_offset']}:{span['end_offset']}]  "
                f"“{span['matched']}”  rule {span['pattern']}"
            )
    _print_relations(found, zone)


def _print_relations(found: dict[str, Any], zone: str) -> None:
    if found["duplicates"]:
        click.echo("\nsame text:")
        for row in found["duplicates"]:
            click.echo(f"  {row['relation']} {row['similarity']:.2f}  {row['outlet']}  {row['title']}")
    click.echo(f"\nstory {found['article']['story_id']}:" if found["members"] else "\nstory: none")
    for row in found["members"]:
        shared = f"  [{', '.join(row['shared'][:6])}]" if row["shared"] else ""
        click.echo(f"  {lima(row['effective_at'], zone)}  {row['score']:.2f}  {row['outlet']}  {row['title']}{shared}")
    if len(found["versions"]) > 1:
        click.echo("\nversions:")
        for row in found["versions"]:
            click.echo(f"  {row['version']}  {lima(row['known_at'], zone)}  {row['title']}")


def _print_entry(found: dict[str, Any], zone: str) -> None:
    head, relevance = found["article"], found["relevance"]
    click.echo(f"{head['title']}\n{head['source_id']} · seen {lima(head['known_at'], zone)} · {head['link']}")
    if head["outcome"] == "rejected":
        click.echo(f"\nturned away before its page was read: {head['reason']}")
    else:
        click.echo("\nits page has not been read yet: the next run will")
    if relevance is None:
        click.echo(f"  (source {head['source_id']} is no longer configured, so the reasons cannot be worked out again)")
        return
    click.echo(
        f"\nabout Peru, by what the feed says: {'yes' if relevance['relevant'] else 'NO'} ({relevance['score']:.2f})"
        + (" · advice or lottery page" if relevance["seo_bait"] else "")
        + f"   (rules {relevance['rules_version']})"
    )
    for reason in relevance["reasons"]:
        click.echo(f"  - {reason}")
