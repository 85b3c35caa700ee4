"""Article pages -> Article: text, metadata, access and what is wrong with them. Pure: bytes in, value out."""

from __future__ import annotations

from monitor.extract.agency import agency_of
from monitor.extract.changes import Change, Wording, changes
from monitor.extract.documents import document
from monitor.extract.page import EXTRACTOR, article, from_feed

__all__ = ["EXTRACTOR", "Change", "Wording", "agency_of", "article", "changes", "document", "from_feed"]
