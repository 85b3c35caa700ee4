"""Handed in: `import-warc` (pages that others crawled), `add` (documents). Read again: `reextract` (our archive)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.app import App
from monitor.cli.output import emit_json
from monitor.cli.progress import progress
from monitor.errors import ArchiveError, UsageError

if TYPE_CHECKING:
    from monitor.archive import ForeignPage, Skipped
    from monitor.model import Fetched, Settings
    from monitor.stages.given import Outlets, Tally
    from monitor.stages.reextract import Difference


@click.command("import-warc")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@click.pass_obj
def import_warc_command(app: App, files: tuple[Path, ...], as_json: bool) -> int:
    """Take in article pages from WARC files that others wrote, such as Common Crawl's news archive.

    Only pages of hosts that a configured source names, and only what is about Peru; everything else is counted by
    reason. Nothing is fetched. Known articles stay as they are, so importing twice changes nothing.
    """
    from monitor.lock import state_lock
    from monitor.stages import given

    settings = app.settings()
    if missing := [path for path in files if not path.is_file()]:
        raise UsageError(f"{missing[0]} is not a file", hint="name .warc or .warc.gz files")
    outlets = given.Outlets(settings.sources)
    now = app.clock.now()
    with state_lock(settings.state, "import-warc", now), progress(wanted=not as_json) as tell:
        pages = given.pages_of(_all_pages(files, settings, outlets), outlets, now)
        tally = given.hand_in(settings, app.clock, "import-warc", pages, progress=tell)
    if as_json:
        emit_json(_counts(tally), settings.zone)
    else:
        _tell(tally)
    return 0 if tally.seen or not tally.problems else int(ArchiveError.exit_code)


def _all_pages(files: tuple[Path, ...], settings: Settings, outlets: Outlets) -> Iterator[ForeignPage | Skipped]:
    """Pages of every file; one that is no WARC is told, and the rest proceeds."""
    from monitor.archive import Skipped, foreign_pages
    from monitor.errors import Reason

    for path in files:
        try:
            yield from foreign_pages(path, lambda url: outlets.of(url) is not None, settings.fetch.page_cap)
        except ArchiveError as error:
            yield Skipped(Reason.UNPARSABLE, detail=error.message)


def _counts(tally: Tally) -> dict[str, object]:
    return {
        "seen": tally.seen,
        "stored": tally.stored,
        "known": tally.known,
        "refused": {reason.value: n for reason, n in tally.refused.most_common()},
        "problems": tally.problems,
        "failed_checks": list(tally.failed_checks),
    }


def _tell(tally: Tally, things: str = "pages") -> None:
    click.echo(f"{tally.seen} {things}: {tally.stored} stored, {tally.known} known, {tally.refused.total()} not used")
    for reason, n in tally.refused.most_common():
        click.echo(f"  {n:>7} {reason.value}")
    for problem in tally.problems:
        click.echo(problem, err=True)
    if tally.failed_checks:
        click.echo(f"DATA CHECKS FAILED: {', '.join(tally.failed_checks)}", err=True)


@click.command("add")
@click.argument("documents", nargs=-1, required=True, metavar="FILE|URL...")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@click.pass_obj
def add_command(app: App, documents: tuple[str, ...], as_json: bool) -> int:
    """Add documents: PDF, HTML, Markdown, plain text, mail (.eml), from files or addresses.

    Each becomes an article of source "documents": tagged, searchable, grouped with the news. The same file twice is
    one document. Files attached to a mail are not read with it; add them by themselves.
    """
    from monitor.lock import state_lock
    from monitor.stages import given

    settings, now = app.settings(), app.clock.now()
    with state_lock(settings.state, "add", now):
        handed = [_handed(app, settings, document) for document in documents]
        tally = given.hand_in(settings, app.clock, "add", handed)
    if as_json:
        emit_json(_counts(tally), settings.zone)
    else:
        _tell(tally, "documents")
        for article_id, title in tally.articles:
            click.echo(f"  {article_id}  {title}")
    return 0 if tally.stored + tally.known else int(ArchiveError.exit_code)


def _handed(app: App, settings: Settings, document: str) -> Fetched | Skipped:
    """A file's bytes, or what an address answers: asked politely, like any page."""
    from monitor.archive import Skipped
    from monitor.errors import FetchError
    from monitor.stages import given

    if not document.lower().startswith(("http://", "https://")):
        path = Path(document)
        if not path.is_file():
            raise UsageError(f"{document} is not a file", hint="name a file, or an address that begins with https://")
        return given.document_file(path.name, path.read_bytes(), app.clock.now())
    try:
        return asyncio.run(_fetched(app, settings, document))
    except FetchError as error:
        click.echo(error.message, err=True)
        return Skipped(error.reason, document)


async def _fetched(app: App, settings: Settings, url: str) -> Fetched:
    from monitor.fetch import Client
    from monitor.model import Fetched, Purpose, Request
    from monitor.stages.given import DOCUMENTS

    generous = replace(settings.fetch, page_cap=settings.fetch.body_cap)  # reports are larger than pages
    async with Client(generous, app.clock, network=app.network) as client:
        answer = await client.fetch(Request(url, DOCUMENTS.id, Purpose.PAGE))
    assert isinstance(answer, Fetched)  # nothing was asked on a condition
    return answer


@click.command("reextract")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--json", "as_json", is_flag=True, help="Print the differences as JSON.")
@click.pass_obj
def reextract_command(app: App, dry_run: bool, as_json: bool) -> int:
    """Read stored articles again from the pages in the archive, after the extractor changed.

    Where the text differs, a version is appended that does not count as an edit. Nothing is fetched.
    """
    from monitor import themes
    from monitor.archive import archive_files, read_runs
    from monitor.lock import state_lock
    from monitor.stages.job import Job, run_id_of
    from monitor.stages.reextract import reextract
    from monitor.warehouse import Warehouse

    settings, now = app.settings(), app.clock.now()
    files = archive_files(settings.state / "archive")
    if not files:
        raise UsageError(f"there is no archive in {settings.state / 'archive'}", hint="it appears after the first run")
    warehouse, rules = Warehouse(settings.state), themes.load(settings.themes_dir)
    with state_lock(settings.state, "reextract", now), progress(wanted=not as_json) as tell:
        warehouse.migrate(now)
        job = Job(settings, app.clock, run_id_of("reextract", now), "reextract", now, rules, warehouse, tell)
        found = reextract(job, read_runs(files), dry_run=dry_run)
        if not dry_run:
            warehouse.publish()
    if as_json:
        emit_json(_difference(found, dry_run), settings.zone)
    else:
        _tell_difference(found, dry_run)
    return 0


def _difference(found: Difference, dry_run: bool) -> dict[str, object]:
    return {
        "dry_run": dry_run,
        "read": found.read,
        "changed": found.changed,
        "not_in_archive": found.missing,
        "fields": dict(found.fields.most_common()),
        "refused": {reason.value: n for reason, n in found.refused.most_common()},
        "largest": [{"article_id": id_, "title": title, "characters": n} for id_, title, n in found.examples],
    }


def _tell_difference(found: Difference, dry_run: bool) -> None:
    would = "would get" if dry_run else "got"
    click.echo(f"{found.read} articles read again: {found.changed} {would} a new version")
    for name, n in found.fields.most_common():
        click.echo(f"  {n:>7} differ in {name}")
    for reason, n in found.refused.most_common():
        click.echo(f"  {n:>7} pages in which no article is found: {reason.value}")
    if found.missing:
        click.echo(f"  {found.missing:>7} pages are not in the archive")
    for article_id, title, n in found.examples:
        click.echo(f"  {n:>+7} characters  {title}  ({article_id})")
