"""XML of sitemaps, element by element, with lxml closed to entities, DTDs and the network."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

_DECLARATION = b'<?xml version="1.0" encoding="utf-8"?>\n'


@dataclass(slots=True)
class Record:
    """Local name -> texts of the elements inside one `url` or `sitemap`, `news:` ones under `news.name`."""

    fields: dict[str, list[str]] = field(default_factory=dict)

    def first(self, name: str) -> str:
        """The first text under a name that is not blank, or the empty string."""
        return next(filter(None, self.fields.get(name, [])), "")


def records(text: str, tag: str) -> Iterator[Record]:
    """One Record per element with this local name. Damaged XML gives those that come before the damage.

    Raises nothing: whatever cannot be read ends the sequence.
    """
    source = io.BytesIO(_DECLARATION + text.encode("utf-8", "ignore"))
    reader = etree.iterparse(
        source,
        events=("end",),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for _, element in reader:
            if _local(element) == tag:
                yield _record(element)
                _forget(element)
    except etree.XMLSyntaxError:
        return


def _record(element: etree._Element) -> Record:
    record = Record()
    for part in element.iter():
        name = _local(part)
        scope = _namespace(part)
        key = f"{scope}.{name}" if scope else name
        record.fields.setdefault(key, []).append(" ".join((part.text or "").split()))
    return record


def _local(element: etree._Element) -> str:
    tag = element.tag
    return tag.rsplit("}", 1)[-1].rsplit(":", 1)[-1].lower() if isinstance(tag, str) else ""


def _namespace(element: etree._Element) -> str:
    """`news`, `image`, `video` for Google's sitemap extensions whatever their prefix; empty for the rest."""
    tag = str(element.tag)
    uri, _, local = tag.rpartition("}")
    for name in ("news", "image", "video"):
        if f"sitemap-{name}" in uri or local.startswith(f"{name}:"):
            return name
    return ""


def _forget(element: etree._Element) -> None:
    """Free what was read, so that memory stays flat over a large sitemap."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
