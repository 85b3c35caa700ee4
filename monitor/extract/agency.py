"""The news agency whose text an article is: named as author, in the dateline or in the closing line."""

from __future__ import annotations

import re

# Words are bounded as in ASCII, blanks are ASCII's: stored answers were found so (migration 0011).
_AUTHOR = re.compile(
    r"(?<![0-9A-Za-z_])(EFE|AFP|Reuters|AP|Associated Press|Europa Press|DPA|ANSA|Xinhua|Sputnik|Andina|Bloomberg"
    r"|Prensa Latina)(?![0-9A-Za-z_])",
    re.IGNORECASE,
)
_NAMES = "EFE|AFP|Reuters|REUTERS|AP|Europa Press|DPA|ANSA|Xinhua|Sputnik|Andina|ANDINA|Bloomberg|Prensa Latina"
_DATELINE = re.compile(rf"\(({_NAMES})\)")
_CLOSING = re.compile(rf"(?:\(|Fuente: |Con información de |With information from )({_NAMES})\)?\.?[ \t\n\f\r]*\Z")
_OPENING_CHARACTERS, _CLOSING_CHARACTERS = 120, 80


def agency_of(byline_org: str, body: str) -> str | None:
    """Its name in capitals, or None: what an outlet wrote itself, as far as it says."""
    found = (
        _AUTHOR.search(byline_org)
        or _DATELINE.search(body[:_OPENING_CHARACTERS])
        or _CLOSING.search(body[-_CLOSING_CHARACTERS:])
    )
    return found[1].upper() if found else None
