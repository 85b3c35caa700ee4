"""An HTML page as a tree, within bounds. Selects nothing."""

from __future__ import annotations

import re
import warnings

from bs4 import BeautifulSoup, XMLParsedAsHTMLWarning

from monitor.errors import ParseError, Reason
from monitor.sources.prefilter import excerpt

_MAX_TAGS = 150_000
_ANY_TAG = re.compile(r"<[A-Za-z!]")


def soup(text: str) -> BeautifulSoup:
    """Raises ParseError: NOT_A_FEED for what holds no tag, UNPARSABLE for a page that is too much."""
    if not _ANY_TAG.search(text):
        raise ParseError(Reason.NOT_A_FEED, f"what came is no page; it begins “{excerpt(text)}”")
    if text.count("<") > _MAX_TAGS:
        raise ParseError(Reason.UNPARSABLE, f"the page holds more than {_MAX_TAGS:,} tags")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        return BeautifulSoup(text, "lxml")
