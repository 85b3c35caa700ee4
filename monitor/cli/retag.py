"""`retag`: judge stored articles again after a change of rules."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from monitor.cli.app import App
from monitor.cli.output import emit_json
from monitor.cli.progress import progress
from monitor.errors import Exit, UsageError

if TYPE_CHECKING:
    from monitor.stages.retag import Changes, Example


@click.command("retag")
@click.option("--dry-run", is_flag=True, help="Only print what would change; nothing is stored.")
@click.option("--since", metavar="DAY", help="Leave articles before this day (YYYY-MM-DD, Lima) as they are.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def retag_command(app: App, dry_run: bool, since: str | None, as_json: bool) -> int:
    """Judge the stored articles again by the rules now in force: relevance, themes, evidence, entities.

    Earlier tags stay: what was known before is still what was known. Nothing is fetched: entries turned away earlier
    that the rules would now let in are counted. Cut off, the next call goes on where this one stopped.
    """
    from monitor import themes
    from monitor.lock import state_lock
    from monitor.stages.retag import Plan, preview, retag

    settings = app.settings()
    app.stop_on_signals()
    from_at = _instant(since, settings.zone) if since else None
    with progress(wanted=not as_json) as tell:
        plan = Plan(settings, themes.load(settings.themes_dir), from_at, tell, app.stop.is_set)
        if dry_run:
            changes = preview(plan)
        else:
            with state_lock(settings.state, "retag", app.clock.now()):
                changes = retag(plan, app.clock)
    if as_json:
        emit_json({"dry_run": dry_run, "since": since, **_plain(changes)}, settings.zone)
    else:
        _print(changes, dry_run)
    return app.code(Exit.OK)


def _instant(day: str, zone: str) -> datetime:
    """Midnight at the start of the day."""
    try:
        return datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        raise UsageError(f"{day!r} is not a day", hint="write it as 2026-11-09") from None


def _plain(changes: Changes) -> dict[str, object]:
    names = ("rules_version", "articles", "changed", "became_relevant_n", "became_irrelevant_n", "wanted_n", "stopped")
    themes = {
        theme: {
            "gained": changes.gained[theme],
            "lost": changes.lost[theme],
            "gains": [example._asdict() for example in changes.gains[theme]],
            "losses": [example._asdict() for example in changes.losses[theme]],
        }
        for theme in sorted(changes.gained.keys() | changes.lost.keys())
    }
    flips = ("became_relevant", "became_irrelevant", "wanted")
    shown = {name: [example._asdict() for example in getattr(changes, name)] for name in flips}
    return {**{name: getattr(changes, name) for name in names}, "themes": themes, **shown}


def _print(changes: Changes, dry_run: bool) -> None:
    if not changes.articles:
        click.echo(f"every article was judged by rules {changes.rules_version} already")
    else:
        would = "would change" if dry_run else "changed"
        click.echo(f"rules {changes.rules_version}: {changes.articles:,} articles judged, {changes.changed:,} {would}")
    for theme in sorted(changes.gained.keys() | changes.lost.keys()):
        click.echo(f"\n{theme}  +{changes.gained[theme]} -{changes.lost[theme]}")
        _print_examples("+", changes.gains[theme])
        _print_examples("-", changes.losses[theme])
    for sign, count, what, examples in (
        ("+", changes.became_relevant_n, "now held to be about Peru", changes.became_relevant),
        ("-", changes.became_irrelevant_n, "no longer held to be about Peru", changes.became_irrelevant),
        ("?", changes.wanted_n, "turned away earlier, would now be wanted (not fetched)", changes.wanted),
    ):
        if count:
            click.echo(f"\n{count:,} {what}")
            _print_examples(sign, examples)
    if changes.stopped:
        click.echo("stopped before the end; the next `retag` goes on from here", err=True)


def _print_examples(sign: str, examples: list[Example]) -> None:
    for example in examples:
        click.echo(f"  {sign} {example.title[:100]}  ({example.outlet}, {example.article_id})")
