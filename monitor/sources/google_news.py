"""A Google News search feed: an aggregator, whose links stay as they are and whose titles end in ` - Outlet`.

Its links are opaque and decoding them takes an undocumented call, which is not made: an item is matched with the
outlet's own by its title. `origin` holds the outlet's address.
"""

from __future__ import annotations

from dataclasses import replace

from monitor.model import Entry, Fetched, Parsed, Request, Source, SourceState
from monitor.sources import feed

_LONGEST_OUTLET = 60


def requests(source: Source, state: SourceState) -> tuple[Request, ...]:
    """The one configured search."""
    return feed.requests(source, state)


def parse(source: Source, fetched: Fetched) -> Parsed:
    """Entries with clean titles and without the summary, which only repeats them. Raises ParseError like `feed`."""
    parsed = feed.parse(source, fetched)
    return replace(parsed, entries=tuple(map(_clean, parsed.entries)))


def _clean(entry: Entry) -> Entry:
    head, mark, outlet = entry.title.rpartition(" - ")
    title = head.rstrip() if mark and head.strip() and len(outlet) <= _LONGEST_OUTLET else entry.title
    return replace(entry, title=title, summary="", content="", section="")
