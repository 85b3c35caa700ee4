"""`why ARTICLE`: everything that was decided about one article, with the evidence."""

from __future__ import annotations

from textwrap import shorten
from typing import Any

import click

from monitor.cli.app import App
from monitor.cli.evidence import print_evidence
from monitor.cli.output import emit_json, lima
from monitor.errors import Exit


@click.command("why")
@click.argument("article")
@click.argument("other", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def why_command(app: App, article: str, other: str | None, as_json: bool) -> int:
    """Explain ARTICLE (its id or its address): relevance, themes with the words that earned them, story, versions.

    With OTHER: why the two are or are not one text and one story.
    """
    from monitor.stages.explain import article as explain
    from monitor.stages.storytelling import pair

    settings = app.settings()
    found = pair(settings, article, other) if other else explain(settings, article)
    if as_json:
        emit_json(found, settings.zone)
    else:
        _print(found, settings.zone)
    return Exit.OK


def _print(found: dict[str, Any], zone: str) -> None:
    if found["kind"] == "entry":
        _print_entry(found, zone)
        return
    if found["kind"] == "pair":
        _print_pair(found, zone)
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
    print_evidence(found, zone)
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


def _print_pair(found: dict[str, Any], zone: str) -> None:
    for row in found["articles"]:
        click.echo(f"{lima(row['effective_at'], zone)}  {row['outlet']}  {row['title']}")
        click.echo(f"  article {row['article_id']} · story {row['story_id']} · {row['url']}")
    click.echo(f"\nsame text: {found['relation'] or 'no'}")
    for reason in found["text_reasons"]:
        click.echo(f"  - {reason}")
    if found["passage"]:
        _print_overlap(found)
    click.echo(f"\nsame story: {'yes' if found['one_story'] else 'no'}")
    for reason in found["event_reasons"]:
        click.echo(f"  - {reason}")
    click.echo(f"  words that count most: {', '.join(found['shared']) or 'none in common'}")


def _print_overlap(found: dict[str, Any]) -> None:
    click.echo(
        f"  {found['containment']:.0%} of the shorter text is in the other, {found['jaccard']:.0%} of both together is "
        f"common; titles alike to {found['titles']:.0%}"
    )
    click.echo(
        f"  of the openings {found['leads'][0]:.0%} and {found['leads'][1]:.0%} are told by the other too; the shared "
        f"text begins after {found['offsets'][0]} and {found['offsets'][1]} words"
    )
    click.echo(f"  longest shared passage: “{shorten(found['passage'], 199, placeholder=' …')}”")
