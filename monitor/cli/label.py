"""`label`: correct what the rules said of an article."""

from __future__ import annotations

import click

from monitor.cli.app import App
from monitor.cli.output import emit_json
from monitor.errors import Exit


@click.command("label")
@click.argument("article")
@click.option("--add", multiple=True, metavar="THEME", help="A theme it carries; may be given again.")
@click.option("--remove", multiple=True, metavar="THEME", help="A theme it does not carry; may be given again.")
@click.option("--accept", is_flag=True, help="All its other themes are right, and none is missing.")
@click.option("--relevant/--not-relevant", "relevant", default=None, help="Whether it is about Peru.")
@click.option("--author", required=True, help="Who says so.")
@click.option("--note", default="", help="Why.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def label_command(
    app: App,
    article: str,
    add: tuple[str, ...],
    remove: tuple[str, ...],
    accept: bool,
    relevant: bool | None,
    author: str,
    note: str,
    as_json: bool,
) -> int:
    """Say which themes ARTICLE (its id or its address) carries. What people say wins over the rules, for good.

    Labels are kept apart from the rules' tags and measure them: `peru-monitor themes test --from-labels`.
    """
    from monitor.lock import state_lock
    from monitor.stages.labels import Said, label

    settings = app.settings()
    now = app.clock.now()
    with state_lock(settings.state, "label", now):
        result = label(settings, article, Said(author, add, remove, accept, relevant, note), now)
    if as_json:
        emit_json(result)
        return Exit.OK
    click.echo(result["title"])
    click.echo(f"about Peru: {_WORDS[result['relevant']]}   themes: {', '.join(result['themes']) or 'none'}")
    return Exit.OK


_WORDS = {True: "yes", False: "no", None: "its page was never read; the label counts in `themes test --from-labels`"}
