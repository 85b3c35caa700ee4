"""`replay`: rebuild a warehouse from archived answers, the bundled weeks included."""

from __future__ import annotations

import asyncio
import shutil
from datetime import datetime
from pathlib import Path

import click

from monitor.cli.app import App, near, program
from monitor.cli.output import emit_json
from monitor.cli.progress import progress
from monitor.errors import ArchiveError, UsageError
from monitor.model import Report, Settings


@click.command("replay")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--demo", is_flag=True, help="Replay the bundled two weeks of invented news into <state>/demo.")
@click.option(
    "--into", type=click.Path(path_type=Path), help="Folder for the rebuilt warehouse (default <state>/replay)."
)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only runs from this day (UTC) on.")
@click.option("--json", "as_json", is_flag=True, help="Print totals as JSON.")
@click.pass_obj
def replay_command(
    app: App, files: tuple[Path, ...], demo: bool, into: Path | None, since: datetime | None, as_json: bool
) -> int:
    """Run every archived run again, at its own time and with the answers it got, into a fresh warehouse.

    Without FILES it replays the archive of the state folder. Nothing is fetched; no network is needed.
    """
    if demo and files:
        raise UsageError("--demo replays the bundled weeks; leave out the files")
    settings = app.settings()
    paths = _demo_files() if demo else _archive_files(settings, files)
    target = _fresh_folder(into or settings.state / ("demo" if demo else "replay"))
    settings = app.settings(config=_demo_config() if demo else None, state=target)
    app.stop_on_signals()
    reports = _rebuild(app, settings, paths, since, as_json)
    digests = _write_digests(settings, reports) if demo else {}
    if as_json:
        emit_json({**_totals(reports), "warehouse": settings.state / "snapshots" / "peru.duckdb", "digests": digests})
    else:
        _tell(settings, reports, digests)
    return app.code(0)


def _demo_files() -> tuple[Path, ...]:
    from monitor.demo import WEEK

    return (WEEK,)


def _demo_config() -> Path:
    from monitor.demo import CONFIG

    return CONFIG


def _archive_files(settings: Settings, files: tuple[Path, ...]) -> tuple[Path, ...]:
    from monitor.archive import archive_files

    found = files or archive_files(settings.state / "archive")
    if missing := [path for path in found if not path.is_file()]:
        raise UsageError(f"{missing[0]} is not a file", hint="name WARC files, or none for the archive of the state")
    if not found:
        raise UsageError(
            f"there is no archive in {settings.state / 'archive'}",
            hint="it appears after the first run; `peru-monitor replay --demo` needs none",
        )
    return found


def _fresh_folder(target: Path) -> Path:
    """A folder whose warehouse may be replaced. One that runs write to holds an outbox that no archive brings back."""
    if (target / "archive").exists():
        raise UsageError(
            f"{target} is the state of live runs; a replay would replace its warehouse",
            hint="name another folder with --into, and move the rebuilt warehouse by hand if you mean it",
        )
    return target


def _rebuild(
    app: App, settings: Settings, paths: tuple[Path, ...], since: datetime | None, as_json: bool
) -> list[Report]:
    from monitor import pipeline
    from monitor.lock import state_lock

    with state_lock(settings.state, "replay", app.clock.now()), progress(wanted=not as_json) as tell:
        for leftover in ("warehouse.duckdb", "warehouse.duckdb.wal", "snapshots/peru.duckdb"):
            (settings.state / leftover).unlink(missing_ok=True)
        shutil.rmtree(settings.state / "digests", ignore_errors=True)
        reports = asyncio.run(pipeline.replay(settings, paths, since=since, progress=tell, stop_asked=app.stop.is_set))
    if not reports and not app.stop.is_set():
        raise ArchiveError(
            f"no run in {', '.join(map(str, paths))}",
            hint="a replay needs WARC files that peru-monitor wrote",
        )
    return reports


def _write_digests(settings: Settings, reports: list[Report]) -> dict[str, str]:
    """Digest files of every week that the replay covers whole; week -> path of its HTML file."""
    from monitor import pipeline
    from monitor.stages.issue import weeks_between

    if not reports:
        return {}
    weeks = weeks_between(reports[0].started_at, reports[-1].started_at, settings.zone)
    return {week: str(pipeline.write_digest(settings, week, as_of=reports[-1].finished_at)["html"]) for week in weeks}


def _totals(reports: list[Report]) -> dict[str, object]:
    return {
        "runs": len(reports),
        "fetched": sum(outcome.counts.fetched for report in reports for outcome in report.outcomes),
        "new_articles": sum(report.new_articles for report in reports),
        "new_versions": sum(report.new_versions for report in reports),
        "new_stories": sum(report.new_stories for report in reports),
        "failed_checks": sorted({name for report in reports for name in report.failed_checks}),
    }


def _tell(settings: Settings, reports: list[Report], digests: dict[str, str]) -> None:
    totals = _totals(reports)
    click.echo(
        f"replayed {totals['runs']} runs: {totals['fetched']} entries → {totals['new_articles']} articles → "
        f"{totals['new_stories']} stories, {totals['new_versions']} edits"
    )
    if totals["failed_checks"]:
        click.echo(f"DATA CHECKS FAILED: {totals['failed_checks']}", err=True)
    for week, path in digests.items():
        click.echo(f"digest {week}  {near(Path(path))}")
    click.echo(f"warehouse        {near(settings.state / 'snapshots' / 'peru.duckdb')}")
    click.echo(f"next             {program()} --state {near(settings.state)} sql themes")
