"""A selector of CSS that an operator gives for one outlet's pages: used where it proves itself, never blindly.

Selectors rot: La República's class names are hashes that change with each build. What one finds counts only when it is
an article (250 characters) and no less than six tenths of what the vote found without it.
"""

from __future__ import annotations

from monitor.extract import filters
from monitor.extract.body import ENOUGH, Body
from monitor.text import clean

OPTION = "body"  # of `[source.options]` in sources.toml
_SHARE = 0.6
_BLOCKS = ("p", "h2", "h3", "h4", "li", "blockquote")


def chosen(html: str, selector: str, title: str, voted: Body) -> Body:
    """The paragraphs under the selector, or `voted` where those fail the check or the selector is wrong."""
    found = tuple(filters.article_lines(_lines(html, selector), title))
    size = sum(map(len, found))
    return Body(found, "css", agreement=voted.agreement) if size >= ENOUGH and size >= _SHARE * voted.size else voted


def _lines(html: str, selector: str) -> list[str]:
    from bs4 import BeautifulSoup  # only outlets with a selector pay for it
    from soupsieve import SelectorSyntaxError

    soup = BeautifulSoup(html, "lxml")
    try:
        roots = soup.select(selector)
    except SelectorSyntaxError:
        return []
    found: list[str] = []
    for root in roots:
        blocks = [block for block in root.find_all(_BLOCKS) if block.find_parent(_BLOCKS) is None] or [root]
        found += (clean(block.get_text(" ")) for block in ([root] if root.name in _BLOCKS else blocks))
    return [line for line in found if line]
