"""Digest -> HTML for mail: one 640 px column, styles inlined, no images, no remote parts."""

from __future__ import annotations

from functools import cache

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from monitor.model import Digest


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("monitor.digest"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    return environment.get_template("digest.html")


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False)


def render_html(issue: Digest) -> str:
    """A complete document. Every value is escaped; only http(s) links survive `build`."""
    page = _template().render(issue=issue, facts=issue.facts, say=issue.facts["say"], notes=issue.facts["notes"])
    return str(_inliner().inline(page))
