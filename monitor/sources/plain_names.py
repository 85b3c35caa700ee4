"""What feedparser 6.0 calls the elements and attributes of a document: `dc_creator`, whatever prefix was declared.

Keeps feedparser's own account of the namespaces, so that a prefix bound to an unknown address reads as it does there.
"""

from __future__ import annotations

from typing import NamedTuple

from feedparser.api import StrictFeedParser

_STANDARD = {uri.lower(): prefix for uri, prefix in StrictFeedParser.namespaces.items()}
_USERLAND = "backend.userland.com/rss"
_LOWERED = ("rel", "type")  # attributes of which feedparser lowers the value


class Name(NamedTuple):
    """`dc_creator` and `creator`; the same twice where there is no prefix."""

    key: str
    local: str


class Names:
    """Namespaces declared so far. Names are those of expat with a blank between namespace and local name."""

    def __init__(self) -> None:
        self._in_use: dict[str, str] = {}
        self._prefixes: dict[str | None, str] = {}

    def declare(self, prefix: str | None, uri: str) -> bool:
        """Take note of a declaration. Does it change what any name means?"""
        low = uri.lower()
        if _USERLAND in low:
            uri = low = f"http://{_USERLAND}"
        standard = _STANDARD.get(low)
        key = (prefix or "") if standard is None else standard
        changed = self._in_use.get(key) != uri or (standard is not None and self._prefixes.get(prefix) != standard)
        self._in_use[key] = uri
        if standard is not None:
            self._prefixes[prefix] = standard
        return changed

    def element(self, name: str) -> Name:
        """Of an unknown namespace the first prefix that was declared for it counts."""
        uri, _, local = name.rpartition(" ")
        local = local.lower()
        low = uri.lower()
        prefix = "" if _USERLAND in low else _STANDARD.get(low, "")
        if uri and not prefix:
            prefix = next((known for known, value in self._in_use.items() if known and value == uri), "")
        prefix = self._prefixes.get(prefix.lower(), prefix.lower())
        return Name(f"{prefix}_{local}" if prefix else local, local)


def attributes(given: dict[str, str]) -> dict[str, str]:
    """By lower-case name, `xml:lang` with its prefix; one of an unknown namespace counts as if it had none."""
    found: dict[str, str] = {}
    foreign: dict[str, str] = {}
    for name, value in given.items():
        low = name.lower()
        if " " in low:
            uri, _, low = low.rpartition(" ")
            prefix = _STANDARD.get(uri)
            low = f"{prefix}:{low}" if prefix else low
            foreign[low] = value.lower() if low in _LOWERED else value
        else:
            found[low] = value.lower() if low in _LOWERED else value
    return {**foreign, **found} if foreign else found
