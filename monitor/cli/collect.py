"""`run` and `replay`: the two verbs that fill a warehouse."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import click

from monitor.cli.app import App
from monitor.cli.output import accounts, emit_json, progress, report_json, summary
from monitor.errors import Exit, UsageError
from monitor.model import Report, Settings, Status


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
    """
    from monitor.lock import state_lock

    settings = app.settings()
    _check_ids(settings, only)
    app.stop_on_signals()
    with state_lock(settings.state, "run", app.clock.now()), progress(wanted=not quiet and not as_json) as tell:
        report = collect_once(app, settings, frozenset(only), force, tell)
    if as_json:
        emit_json(report_json(report))
    elif not quiet or _needs_attention(report):
        _print(report)
    return exit_code(report, settings)


def collect_once(app: App, settings: Settings, only: frozenset[str], force: bool, tell: object = None) -> Report:
    """One run through the pipeline; the caller holds the lock."""
    from monitor import pipeline

    return asyncio.run(
        pipeline.run(
            settings,
            app.clock,
            only=only,
            force=force,
            progress=tell if callable(tell) else lambda *_: None,
            stop_asked=app.stop.is_set,
        )
    )


def exit_code(report: Report, settings: Settings) -> int:
    from monitor.stages.job import exit_code_of

    return int(exit_code_of(report.outcomes, report.page_reasons, settings.min_ok_share))


def _check_ids(settings: Settings, only: tuple[str, ...]) -> None:
    known = {source.id for source in settings.sources}
    if unknown := [source_id for source_id in only if source_id not in known]:
        raise UsageError(f"no source is called {', '.join(unknown)}", hint="see `peru-monitor sources list`")


def _needs_attention(report: Report) -> bool:
    return bool(report.failed_checks) or any(outcome.status is Status.FAILED for outcome in report.outcomes)


def _print(report: Report) -> None:
    for outcome in report.outcomes:
        if outcome.status is Status.FAILED:
            click.echo(f"  {outcome.source_id}: {outcome.reason} - {outcome.detail}", err=True)
    if not report.outcomes:
        click.echo("no source is due yet (see `peru-monitor status`; --force asks anyway)", err=True)
    for line in accounts(report):
        click.echo(line, err=True)
    click.echo(summary(report))


# ---------------------------------------------------------------- replay


@click.command("replay")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--demo", is_flag=True, help="Replay the bundled two weeks of invented news into <state>/demo.")
@click.option(
    "--into", type=click.Path(path_type=Path), help="Folder for the rebuilt warehouse (default <state>/replay)."
)
@click.option("--json", "as_json", is_flag=True, help="Print totals as JSON.")
@click.pass_obj
def replay_command(app: App, files: tuple[Path, ...], demo: bool, into: Path | None, as_json: bool) -> int:
    """Run every archived run again, at its own time and with the answers it got, into a fresh warehouse.

    Without FILES it replays the archive of the state folder. Nothing is fetched; no network is needed.
    """
    settings = app.settings()
    target = into or settings.state / ("demo" if demo else "replay")
    if demo:
        from monitor.demo import CONFIG, WEEK

        paths: tuple[Path, ...] = (WEEK,)
        settings = app.settings(config=CONFIG, state=target)
    else:
        paths = _archive_files(settings, files)
        settings = app.settings(state=target)
    app.stop_on_signals()
    reports = _rebuild(app, settings, paths, as_json)
    digests = _write_digests(settings, reports) if demo else {}
    if as_json:
        emit_json({**_totals(reports), "warehouse": settings.state / "snapshots" / "peru.duckdb", "digests": digests})
    else:
        _tell_replay(settings, reports, digests, demo=demo)
    return Exit.OK


def _archive_files(settings: Settings, files: tuple[Path, ...]) -> tuple[Path, ...]:
    from monitor.archive import archive_files

    found = files or archive_files(settings.state / "archive")
    if missing := [path for path in found if not path.exists()]:
        raise UsageError(f"no such file: {missing[0]}")
    if not found:
        raise UsageError(
            f"there is no archive in {settings.state / 'archive'}",
            hint="it appears after the first run; `peru-monitor replay --demo` needs none",
        )
    return found


def _rebuild(app: App, settings: Settings, paths: tuple[Path, ...], as_json: bool) -> list[Report]:
    from monitor import pipeline
    from monitor.archive import read_runs
    from monitor.lock import state_lock

    with state_lock(settings.state, "replay", app.clock.now()), progress(wanted=not as_json) as tell:
        for leftover in ("warehouse.duckdb", "warehouse.duckdb.wal"):
            (settings.state / leftover).unlink(missing_ok=True)
        shutil.rmtree(settings.state / "digests", ignore_errors=True)
        return asyncio.run(pipeline.replay(settings, read_runs(paths), progress=tell, stop_asked=app.stop.is_set))


def _write_digests(settings: Settings, reports: list[Report]) -> dict[str, str]:
    """Digest files of every week that the replay covers whole; week -> path of its HTML file."""
    from monitor import pipeline
    from monitor.stages.issue import weeks_between

    weeks = weeks_between(reports[0].started_at, reports[-1].started_at, settings.zone)
    return {week: str(pipeline.write_digest(settings, week, as_of=reports[-1].finished_at)["html"]) for week in weeks}


def _totals(reports: list[Report]) -> dict[str, object]:
    return {
        "runs": len(reports),
        "fetched": sum(outcome.counts.fetched for report in reports for outcome in report.outcomes),
        "new_articles": sum(report.new_articles for report in reports),
        "new_versions": sum(report.new_versions for report in reports),
        "new_stories": sum(report.new_stories for report in reports),
    }


def _tell_replay(settings: Settings, reports: list[Report], digests: dict[str, str], *, demo: bool) -> None:
    totals = _totals(reports)
    click.echo(
        f"replayed {totals['runs']} runs: {totals['fetched']} entries → {totals['new_articles']} articles → "
        f"{totals['new_stories']} stories, {totals['new_versions']} edits"
    )
    for week, path in digests.items():
        click.echo(f"digest {week}:  {path}")
    click.echo(f"warehouse:        {settings.state / 'snapshots' / 'peru.duckdb'}")
    flags = f"--state {settings.state}" + (" --config monitor/demo/sources.toml" if demo else "")
    click.echo(f"next:             peru-monitor {flags} sql 'FROM theme_week ORDER BY stories DESC LIMIT 10'")
