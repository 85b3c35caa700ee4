"""The weekly digest: rows in, one issue out, rendered as HTML, text and Markdown. Knows no database, clock or mail."""

from __future__ import annotations

import hashlib

from monitor.digest.build import build
from monitor.digest.fit import encoded_size
from monitor.digest.html import render_html
from monitor.digest.markdown import render_markdown
from monitor.digest.plain import render_text
from monitor.digest.sections import LAYOUTS, Result, SectionSpec, check_columns, parse_header
from monitor.model import Digest, Rendered

__all__ = [
    "LAYOUTS",
    "Result",
    "SectionSpec",
    "build",
    "check_columns",
    "encoded_size",
    "parse_header",
    "render",
    "render_html",
    "render_markdown",
    "render_text",
]


def render(issue: Digest) -> Rendered:
    """The issue in all its forms. `content_hash` is the BLAKE2b-128 of subject, HTML, text and Markdown."""
    html, text, markdown = render_html(issue), render_text(issue), render_markdown(issue)
    parts = "\x1f".join((issue.week, issue.language, issue.subject, html, text, markdown))
    content_hash = hashlib.blake2b(parts.encode(), digest_size=16).hexdigest()
    return Rendered(issue.week, issue.language, issue.subject, html, text, markdown, content_hash)
