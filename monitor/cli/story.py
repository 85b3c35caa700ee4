"""`story` and `stories`: articles about one event, why they are together, and what an analyst decides about them."""

from __future__ import annotations

from textwrap import shorten
from typing import Any

import click

from monitor.cli.app import App
from monitor.cli.output import emit_json, lima, table
from monitor.errors import Exit


class _Story(click.Group):
    """`story ID` is `story show ID`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        return super().resolve_command(ctx, args if args[0] in self.commands else ["show", *args])


@click.group("story", cls=_Story)
def story_command() -> None:
    """Show one story (`story ID`), or correct the grouping: what people decide wins over what was computed."""


@story_command.command("show")
@click.argument("story")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def _show(app: App, story: str, as_json: bool) -> int:
    """Print the members of STORY (its id, or id or address of an article in it) by time, each with what placed it."""
    from monitor.stages import storytelling

    settings = app.settings()
    found = storytelling.story(settings, story)
    if as_json:
        emit_json(found, settings.zone)
    else:
        _print(found, settings.zone)
    return Exit.OK


_author = click.option("--author", required=True, help="Who decides; stored with the decision.")
_note = click.option("--note", default="", help="Why; stored with the decision.")


@story_command.command("merge")
@click.argument("into")
@click.argument("other")
@_author
@_note
@click.pass_obj
def _merge(app: App, into: str, other: str, author: str, note: str) -> int:
    """Make story OTHER part of story INTO, with what may still join it."""
    from monitor.lock import state_lock
    from monitor.stages import storytelling

    settings, now = app.settings(), app.clock.now()
    with state_lock(settings.state, "story merge", now):
        done = storytelling.merge(settings, into, other, author=author, note=note, now=now)
    click.echo(f"story {done['story_id']} is part of story {done['into_id']} now")
    return Exit.OK


@story_command.command("split")
@click.argument("article")
@_author
@_note
@click.pass_obj
def _split(app: App, article: str, author: str, note: str) -> int:
    """Take ARTICLE (its id or address) out of its story; it becomes one by itself."""
    from monitor.lock import state_lock
    from monitor.stages import storytelling

    settings, now = app.settings(), app.clock.now()
    with state_lock(settings.state, "story split", now):
        done = storytelling.split(settings, article, author=author, note=note, now=now)
    click.echo(f"article {done['article_id']} left story {done['story_id']} for story {done['into_id']}")
    return Exit.OK


@click.command("stories")
@click.option("--week", metavar="WEEK", help="ISO week, e.g. 2026-W46 (default: the last complete one).")
@click.option(
    "--owners", type=click.IntRange(1), default=1, show_default=True, help="Told by at least so many owner groups."
)
@click.option("--limit", type=click.IntRange(1), default=40, show_default=True, help="How many at most.")
@click.option("--json", "as_json", is_flag=True, help="Print all as JSON.")
@click.pass_obj
def stories_command(app: App, week: str | None, owners: int, limit: int, as_json: bool) -> int:
    """List the stories of a week as the digest counts them, best covered first."""
    from monitor.stages import storytelling
    from monitor.stages.issue import check_week, last_complete_week

    settings, now = app.settings(), app.clock.now()
    chosen = week or last_complete_week(now, settings.zone)
    check_week(chosen, now, settings.zone)
    found = storytelling.week(settings, chosen, owners)
    if as_json:
        emit_json({"week": chosen, "stories": found}, settings.zone)
        return Exit.OK
    names = ("owners", "outlets", "texts", "articles", "state", "title", "story_id")
    click.echo(table(names, [[row[name] for name in names] for row in found[:limit]], limit=80, zone=settings.zone))
    click.echo(f"({min(limit, len(found))} of {len(found)} stories of {chosen})", err=True)
    return Exit.OK


def _print(found: dict[str, Any], zone: str) -> None:
    head = found["story"]
    click.echo(f"{head['title']}\nstory {head['story_id']} · {head['state'] or 'older than the collection'}")
    click.echo(
        f"{head['articles']} articles · {head['texts']} texts · {head['outlets']} outlets · "
        f"{head['owners_independent']} independent · {lima(head['first_at'], zone)} to {lima(head['last_at'], zone)}"
    )
    _print_sides(head)
    titles = {row["article_id"]: row["outlet"] for row in found["members"]}
    for row in found["members"]:
        click.echo(f"\n{lima(row['effective_at'], zone)}  {row['outlet']} ({row['owner']})  {row['title']}")
        click.echo(f"  article {row['article_id']}  {row['url']}")
        for reason in _reasons(row, titles):
            click.echo(f"  {reason}")
    for row in found["decisions"]:
        what = (
            f"story {row['story_id']} merged in"
            if row["action"] == "merge"
            else f"article {row['article_id']} split off"
        )
        who = f"decided by {row['author']}" if row["author"] else "re-checked"
        note = f": {row['note']}" if row["note"] else ""
        click.echo(f"\n{who}, {lima(row['known_at'], zone)}: {what}{note}")


def _print_sides(head: dict[str, Any]) -> None:
    """Who tells it, where it is and what it is about, as far as anything is known."""
    for name, values in (("owners", head["owner_names"]), ("agencies", head["agencies"]), ("places", head["regions"])):
        if values:
            click.echo(f"{name}: {', '.join(values)}")
    if head["themes"]:
        click.echo("themes: " + ", ".join(f"{vote['theme']} ({vote['articles']})" for vote in head["themes"]))


def _reasons(row: dict[str, Any], outlets: dict[int, str]) -> list[str]:
    """Why a member is here, and whose text it carries."""
    reasons = []
    if row["decided_by"]:
        reasons.append(f"set apart by {row['decided_by']}")
    elif row["linked_to"] is None:
        reasons.append("opened the story")
    else:
        shared = f": {', '.join(row['shared'])}" if row["shared"] else ""
        reasons.append(f"joined at {row['score']:.2f}, nearest to {_of(row['linked_to'], outlets)}{shared}")
    if row["relation"]:
        reasons.append(
            f"{row['relation']} {row['similarity']:.2f} of {_of(row['of_id'], outlets)}: "
            f"“{shorten(row['detail'], 120, placeholder=' …')}”"
        )
    if row["placed_in"] != row["story_id"] and not row["decided_by"]:
        reasons.append(f"placed in story {row['placed_in']} at first, moved here since: see below")
    if row["agency"]:
        reasons.append(f"text of the agency {row['agency']}")
    return reasons


def _of(article_id: int, outlets: dict[int, str]) -> str:
    return f"{article_id} ({outlets[article_id]})" if article_id in outlets else str(article_id)
