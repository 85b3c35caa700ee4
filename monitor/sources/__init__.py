"""Source kinds: one module per kind, each with pure `requests(source, state)` and `parse(source, fetched)`.

Nothing here fetches; modules are loaded when a source of their kind is first seen.
"""

from __future__ import annotations

from importlib import import_module
from typing import Protocol, cast

from monitor.errors import ParseError, Reason
from monitor.model import Fetched, Parsed, Request, Source, SourceState

KINDS: frozenset[str] = frozenset(
    {"feed", "jsonfeed", "news_sitemap", "wordpress", "listing", "json_list", "google_news", "gdelt"}
)


class Kind(Protocol):
    """What every module of a kind offers."""

    @staticmethod
    def requests(source: Source, state: SourceState) -> tuple[Request, ...]:
        """Documents to ask for in a run. Validators and politeness are added by the pipeline."""
        ...

    @staticmethod
    def parse(source: Source, fetched: Fetched) -> Parsed:
        """Entries of one document, whatever its bytes. Raises ParseError and nothing else.

        len(entries) + len(rejected) is the number of items in the document; items with one key all come back.
        """
        ...


def kind(name: str) -> Kind:
    """The module of a kind. Raises ParseError(UNKNOWN_KIND)."""
    if name not in KINDS:
        raise ParseError(Reason.UNKNOWN_KIND, f"no source kind {name!r}; known: {', '.join(sorted(KINDS))}")
    return cast(Kind, import_module(f"monitor.sources.{name}"))
