"""Digest -> HTML for mail: one 640 px column, no images, no remote parts.

Bytes count (see fit), so cells and rows carry no style of their own: they inherit from the wrappers, which are styled
in place. The style sheet in the head adds the rest; clients that drop it show a plain but complete page.
"""

from __future__ import annotations

from functools import cache

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


def render_html(issue: Digest) -> str:
    """A complete document. Every value is escaped; only http(s) links survive `build`."""
    return _template().render(issue=issue, facts=issue.facts, say=issue.facts["say"], notes=issue.facts["notes"])
