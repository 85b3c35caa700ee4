"""An HTML page that lists articles, read with CSS selectors of the source's options. The last resort."""

from __future__ import annotations

from bs4 import Tag
from soupsieve.util import SelectorSyntaxError

from monitor.errors import ParseError, Reason
from monitor.model import Fetched, Parsed, Request, Source, SourceState
from monitor.sources import pages
from monitor.sources.decoding import document_text
from monitor.sources.entries import Draft, collect


def requests(source: Source, state: SourceState) -> tuple[Request, ...]:  # noqa: ARG001 - one shape for all kinds
    """The one configured page."""
    return (Request(source.url, source.id, group=source.group),)


def parse(source: Source, fetched: Fetched) -> Parsed:
    """Entries of a listing page.

    Options: `item` (required) selects the blocks; inside a block, `link` (default: the first `a[href]`),
    `title` (default: the link's text), `date`, `summary`. Raises ParseError: EMPTY, NOT_A_FEED, NO_ENTRIES when
    `item` matches nothing (the page was redesigned), UNPARSABLE for a page that is too much or a wrong selector.
    """
    soup = pages.soup(document_text(fetched))
    try:
        blocks = soup.select(source.options.get("item", ""))
        drafts = [_draft(source, block) for block in blocks]
    except (SelectorSyntaxError, ValueError) as error:
        reason = str(error).split("\n", 1)[0]
        raise ParseError(Reason.UNPARSABLE, f"a selector in the source's options is wrong: {reason}") from None
    if not drafts:
        raise ParseError(Reason.NO_ENTRIES, f"nothing on the page matches {source.options.get('item', '')!r}")
    entries, rejected = collect(source, fetched, drafts)
    return Parsed(entries, rejected, title=soup.title.get_text()[:200].strip() if soup.title else "")


def _draft(source: Source, block: Tag) -> Draft:
    options = source.options
    anchor = _select(block, options.get("link", "a[href]")) or (block if block.name == "a" else None)
    title = _select(block, options["title"]) if options.get("title") else anchor
    return Draft(
        links=(_attribute(anchor, "href"),),
        title=_inside(title) or _attribute(anchor, "title"),
        summary=_inside(_select(block, options.get("summary", ""))),
        published=(_date(_select(block, options.get("date", "time"))),),
        image=_attribute(block.select_one("img[src]"), "src"),
    )


def _select(block: Tag, selector: str) -> Tag | None:
    return block.select_one(selector) if selector else None


def _inside(tag: Tag | None) -> str:
    return tag.decode_contents() if tag else ""


def _attribute(tag: Tag | None, name: str) -> str:
    value = tag.get(name) if tag else None
    return value if isinstance(value, str) else ""


def _date(tag: Tag | None) -> str:
    """`<time datetime>` where there is one, else what the reader sees."""
    return _attribute(tag, "datetime") or (tag.get_text(" ").strip() if tag else "")
