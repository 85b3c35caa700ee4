"""`sources discover` and `sources add`: finding the feed of an outlet and putting it into sources.toml."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from monitor.cli.app import App
from monitor.cli.output import emit_json, table
from monitor.errors import DataError, Exit, FetchError, Reason, UnansweredError, UsageError
from monitor.model import Purpose, Settings
from monitor.sources import KINDS

if TYPE_CHECKING:
    from monitor.source_blocks import Block
    from monitor.stages.discover import Found, Search
    from monitor.stages.propose import Proposal

_DISCOVERED = ("feed", "jsonfeed", "news_sitemap", "google_news", "gdelt")


# ---------------------------------------------------------------- discover


@click.command("discover")
@click.argument("url")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def discover_command(app: App, url: str, as_json: bool) -> int:
    """Find the feed of a site: what its page names, sitemaps in robots.txt, then five usual paths; stops at the first.

    Asks one thing at a time and obeys robots.txt. Changes nothing. Exit 0 when something was found, 65 when the site
    answers but has nothing, 69 when it cannot or may not be asked.
    """
    settings = app.settings()
    search = _search(app, settings, _address(url), Purpose.FOLLOW)
    if as_json:
        emit_json({"url": url, "found": _shown(search.found), "tried": _tried(search)}, settings.zone)
    else:
        _print_search(settings, url, search)
    return Exit.OK if search.found else Exit.BAD_DATA


def _address(url: str) -> str:
    """A web address as the configuration takes it. Raises UsageError."""
    from monitor.config_values import web_url

    try:
        return str(web_url(url))
    except ValueError as error:
        raise UsageError(str(error), hint="name an address that begins with https://") from None


def _search(app: App, settings: Settings, url: str, purpose: Purpose) -> Search:
    """Raises UnansweredError, or UsageError for an address that can never be asked."""
    from monitor.stages.checking import look

    try:
        return asyncio.run(look(settings, app.clock, url, purpose=purpose, network=app.network))
    except FetchError as error:
        if error.reason is Reason.BAD_URL:
            raise UsageError(error.message) from error
        raise UnansweredError(f"{error.reason}: {error.message}", hint=_HINTS.get(error.reason, "")) from error


_HINTS = {
    Reason.SSRF_BLOCKED: "only addresses of the public internet are asked",
    Reason.UNREACHABLE: "is the name right, and is this machine online?",
    Reason.ROBOTS_UNAVAILABLE: "is the name right, is this machine online, and does the site answer?",
    Reason.ROBOTS: "its robots.txt turns us away; ask the outlet, or find a feed that it offers",
    Reason.CHALLENGE: "a browser test stands in the way; it is obeyed, not worked around",
    Reason.HTTP_AUTH: "the site refuses us; that is obeyed, not worked around",
}


def _shown(found: Found | None) -> dict[str, Any] | None:
    if found is None:
        return None
    entries = found.parsed.entries
    return {
        "url": found.url,
        "kind": found.kind,
        "how": found.how,
        "title": found.parsed.title,
        "entries": len(entries),
        "newest": max((entry.published.at for entry in entries if entry.published.at), default=None),
        "warning": found.parsed.warning,
    }


def _tried(search: Search) -> list[dict[str, str]]:
    return [{"url": url, "why_not": why} for url, why in search.tried]


def _print_search(settings: Settings, url: str, search: Search) -> None:
    for address, why in search.tried:
        click.echo(f"not {address}: {why}", err=True)
    if search.found is None:
        click.echo(f"no feed and no news sitemap found for {url}", err=True)
        return
    shown = _shown(search.found) or {}
    columns = ("url", "kind", "how", "entries", "newest", "title")
    click.echo(table(columns, [tuple(shown[name] for name in columns)], limit=200, zone=settings.zone))
    click.echo(f"add it: peru-monitor sources add {search.found.url!r}", err=True)


# ---------------------------------------------------------------- add


@click.command("add")
@click.argument("url")
@click.option("--id", help="Id (default: from the host).")
@click.option("--name", help="Name; the part before a colon is the outlet (default: the feed's title).")
@click.option("--kind", type=click.Choice(sorted(KINDS)), help="Kind (default: what the address turns out to be).")
@click.option("--lang", type=click.Choice(["es", "en"]), help="Language (default: heard from its entries).")
@click.option("--country", metavar="CC", help="Country of the outlet (default: from the host).")
@click.option("--owner", metavar="ID", help="Owner group; a new one is added to [owners] (default: from the host).")
@click.option(
    "--prior", type=click.Choice(["home", "foreign", "off", "sport"]), help="home: about Peru unless it says otherwise."
)
@click.option("--interval", metavar="SPAN", help='Shortest time between two visits, such as "6h".')
@click.option("--note", help="A remark.")
@click.option("--option", "options", multiple=True, metavar="KEY=VALUE", help="What its kind asks for (repeatable).")
@click.option("--disabled", is_flag=True, help="Add it switched off.")
@click.option("--dry-run", is_flag=True, help="Only print the block.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def add_command(
    app: App, /, url: str, dry_run: bool, as_json: bool, disabled: bool, options: tuple[str, ...], **given: str | None
) -> int:
    """Add a source to sources.toml: URL is a feed, or a page whose feed is then looked for.

    Asks it once and appends a [[source]] block; what is not given is guessed and named. Nothing else in the file
    changes. Exit 2 for an address that is a source already, 65 when no feed is there, 69 when nobody answers.
    """
    from monitor.stages import source_list
    from monitor.stages.propose import propose

    settings = app.settings()
    _refuse_twin(settings, _address(url))
    if not dry_run:
        source_list.must_be_editable(settings.path)
    block: Block = {key: value for key, value in given.items() if value is not None}
    if disabled:
        block["enabled"] = False
    if options:
        block["options"] = dict(_option(option) for option in options)
    _refuse_invalid(settings, propose(url, block.get("kind", "feed"), block, settings.sources))
    proposal, entries = _proposal(app, settings, url, block)
    _refuse_twin(settings, proposal.block["url"])
    _refuse_invalid(settings, proposal)
    if not dry_run:
        source_list.append(settings, [proposal.block], proposal.owners)
    _print_added(settings, proposal, entries, dry_run=dry_run, as_json=as_json)
    return Exit.OK


def _option(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise UsageError(f'--option {text}: write it as KEY=VALUE, such as item="main article"')
    return key, value


def _refuse_twin(settings: Settings, url: str) -> None:
    from monitor.stages.source_list import twin_of

    if twin := twin_of(url, settings.sources):
        raise UsageError(f"{url} is the source {twin.id} already ({settings.path}:{twin.line})")


def _refuse_invalid(settings: Settings, proposal: Proposal) -> None:
    """Raises UsageError with what the configuration would say."""
    from monitor.stages.source_list import problems_of

    if taken := next((source for source in settings.sources if source.id == proposal.block["id"]), None):
        raise UsageError(
            f"the id {taken.id} is taken by {taken.url} ({settings.path}:{taken.line})", hint="choose another with --id"
        )
    if problems := problems_of(proposal.block):
        raise UsageError("; ".join(problems))


def _proposal(app: App, settings: Settings, url: str, given: Block) -> tuple[Proposal, int]:
    """A complete block for what the address turned out to be, and how many entries it held."""
    from monitor.stages.propose import declared_language, propose, sample_of

    if given.get("kind", "feed") in _DISCOVERED:
        search = _search(app, settings, url, Purpose.FEED)
        if search.found is None:
            tried = "; ".join(f"{address}: {why}" for address, why in search.tried)
            raise DataError(
                f"no feed and no news sitemap found for {url} ({tried})", hint="name the feed itself, or a --kind"
            )
        url, kind, parsed = search.found.url, search.found.kind, search.found.parsed
        if (wanted := given.get("kind", kind)) != kind and {wanted, kind} != {"feed", "jsonfeed"}:
            raise DataError(f"{url} is of kind {kind}, not {wanted}", hint="leave out --kind")
    else:
        kind, parsed = given["kind"], None
    proposal = propose(
        url,
        kind,
        given,
        settings.sources,
        title=parsed.title if parsed else "",
        sample=sample_of(parsed) if parsed else "",
        declared=declared_language(parsed) if parsed else "",
    )
    return _verified(app, settings, proposal, len(parsed.entries) if parsed else None)


def _verified(app: App, settings: Settings, proposal: Proposal, entries: int | None) -> tuple[Proposal, int]:
    """With the day on which it was seen to answer; a kind that discovery does not know is asked now."""
    if entries is None:
        _refuse_invalid(settings, proposal)
        entries = _entries_of(app, settings, proposal)
    if entries:
        proposal.block["verified_at"] = app.clock.now().astimezone(ZoneInfo(settings.zone)).date()
    return proposal, entries


def _entries_of(app: App, settings: Settings, proposal: Proposal) -> int:
    from monitor.stages.checking import check
    from monitor.stages.source_list import source_of

    source = source_of(proposal.block)
    [checked] = asyncio.run(check(settings, app.clock, [source], network=app.network))
    error, parsed = checked.harvest.error, checked.harvest.parsed
    if isinstance(error, FetchError):
        raise UnansweredError(f"{error.reason}: {error.message}", hint=_HINTS.get(error.reason, ""))
    if error is not None or parsed is None:
        raise DataError(error.message if error else f"{source.url} gave no document", hint=error.hint if error else "")
    return len(parsed.entries)


def _print_added(settings: Settings, proposal: Proposal, entries: int, *, dry_run: bool, as_json: bool) -> None:
    from monitor.source_blocks import rendered

    block = proposal.block
    owners = {key: name for key, name in proposal.owners.items() if key not in settings.owners}
    text = rendered(block)
    if as_json:
        figures = {"added": not dry_run, "entries": entries, "guessed": proposal.guessed, "new_owners": owners}
        emit_json({**figures, "source": block, "toml": text, "config": settings.path}, settings.zone)
        return
    for owner, name in owners.items():
        click.echo(f"# [owners] {owner} = {name!r}")
    click.echo(text, nl=False)
    click.echo(f"{entries} entries; guessed: {', '.join(proposal.guessed) or 'nothing'}", err=True)
    if dry_run:
        click.echo("nothing was written (--dry-run)", err=True)
    else:
        click.echo(f"added to {settings.path}; the next run fetches it", err=True)
