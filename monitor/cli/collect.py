"""`run`: fetch what is due and store it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

import click

from monitor.cli.app import App
from monitor.cli.output import emit_json
from monitor.cli.progress import progress
from monitor.cli.report import accounts, failure_lines, report_json, summary
from monitor.errors import Exit, UsageError
from monitor.model import Report, Settings

Tell = Callable[[str, int, int], None]


@click.command("run")
@click.option("--source", "only", multiple=True, metavar="ID", help="Only this source (repeatable).")
@click.option("--force", is_flag=True, help="Also sources that are not due yet. Be polite: not in a loop.")
@click.option("--quiet", is_flag=True, help="Say nothing unless something needs attention (for cron).")
@click.option("--json", "as_json", is_flag=True, help="Print the full report as JSON.")
@click.pass_obj
def run_command(app: App, only: tuple[str, ...], force: bool, quiet: bool, as_json: bool) -> int:
    """Fetch the sources that are due, read new articles, tag and group them, publish the snapshot.

    \b
    Exit 0: at least one source answered, or none was due. 69: none answered. 75: another run holds the lock.
    --quiet speaks of a failed run, failed data checks, and once of each source that has failed three times in a row
    or has gone silent.
    """
    from monitor.lock import state_lock

    settings = app.settings()
    check_ids(settings, only)
    app.stop_on_signals()
    with state_lock(settings.state, "run", app.clock.now()), progress(wanted=not quiet and not as_json) as tell:
        report = collect_once(app, settings, only=frozenset(only), force=force, tell=tell)
    code = exit_code(app, settings, report)
    if as_json:
        emit_json(report_json(report, code), settings.zone)
    elif quiet:
        _alert(settings, report, code)
    else:
        _print(app, report, code)
    return code


def collect_once(
    app: App, settings: Settings, *, only: frozenset[str] = frozenset(), force: bool = False, tell: Tell | None = None
) -> Report:
    """One run through the pipeline; the caller holds the lock."""
    from monitor import pipeline

    return asyncio.run(
        pipeline.run(
            settings,
            app.clock,
            only=only,
            force=force,
            progress=tell or (lambda *_: None),
            stop_asked=app.stop.is_set,
            network=app.network,
        )
    )


def exit_code(app: App, settings: Settings, report: Report) -> int:
    """0, 69 or 70 by what the sources answered; 130 or 143 for a run that a signal cut short."""
    from monitor.stages.job import exit_code_of

    return app.code(exit_code_of(report.outcomes, report.page_reasons, settings.min_ok_share))


def check_ids(settings: Settings, wanted: Iterable[str]) -> None:
    """Raises UsageError for an id that no source has."""
    from monitor.config_values import nearest

    known = [source.id for source in settings.sources]
    for source_id in wanted:
        if source_id not in known:
            raise UsageError(
                f'no source is called "{source_id}"{nearest(source_id, known)}', hint="see `peru-monitor sources list`"
            )


def _print(app: App, report: Report, code: int) -> None:
    for line in failure_lines(report):
        click.echo(f"  {line}", err=True)
    if app.chatty:
        for line in accounts(report):
            click.echo(line, err=True)
        if not report.outcomes:
            click.echo("next due: see `peru-monitor status`; --force asks before that", err=True)
    click.echo(summary(report, code))


def _alert(settings: Settings, report: Report, code: int) -> None:
    """What cron is to mail: nothing on an ordinary hour, also when a source failed that may be back in the next."""
    if code != Exit.OK or report.failed_checks:
        for line in (*failure_lines(report), summary(report, code)):
            click.echo(line, err=True)
        return
    from monitor.stages.explain import new_trouble

    for row in new_trouble(settings):
        click.echo(f"{row['source_id']} is {row['health']}: {row['detail']}", err=True)
