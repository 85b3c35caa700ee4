"""What the tags of RSS, Atom and their usual extensions do to the state: a pair of functions for each kind.

Named as feedparser 6.0 names them (`dc_creator`). Reads no bytes and knows no parser.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from feedparser.api import StrictFeedParser

from monitor.sources.expat import as_feedparser
from monitor.sources.plain_people import (
    end_author,
    end_category,
    end_owner,
    end_person,
    start_author,
    start_category,
    start_owner,
)
from monitor.sources.plain_state import IN_IMAGE, IN_TEXTINPUT, KEPT, XHTML, Attributes, State, UnsureError

_HTML = ("text/html", "html", XHTML, "xhtml")
_REFERENCE = re.compile(r"&([A-Za-z0-9_]+);")
_Start = Callable[[State, str, Attributes], None]
_End = Callable[[State, str], None]


class Kind(NamedTuple):
    """What the tags of an element do."""

    key: str
    local: str
    start: _Start
    end: _End


def check_corner(state: State, kind: Kind, found: Attributes) -> None:
    """An unexpected tag ends an image or textinput; what one means inside the image of an entry is not certain."""
    plain = kind.key == kind.local
    if plain and kind.key not in state.corner_names:
        state.leave_corner()
        return
    in_entry = state.entry is not None and (found or kind.key == "description")
    if in_entry or (not plain and kind.key in KINDS):
        raise UnsureError


# ---------------------------------------------------------------- elements without a meaning of their own


def _start_unknown(state: State, key: str, found: Attributes) -> None:
    if not found:
        state.push(key)
    elif key in KEPT:
        raise UnsureError


def _end_unknown(state: State, key: str) -> None:
    text = state.pop(key)
    if text is not None:
        state.store(key, as_feedparser(text))


def _start_nothing(state: State, key: str, found: Attributes) -> None:
    """Takes no text."""


def _start_text(state: State, key: str, found: Attributes) -> None:  # noqa: ARG001 - one shape for all elements
    state.push(_TEXTS[key])


def _end_text(state: State, key: str) -> None:
    name = _TEXTS[key]
    state.store(name, state.text(name))


def _end_person(state: State, key: str) -> None:
    end_person(state, _TEXTS[key])


def _start_construct(state: State, key: str, found: Attributes) -> None:
    state.open(key, found)


def _end_construct(state: State, key: str) -> None:
    state.close(key)


# ---------------------------------------------------------------- frame


def _start_rss(state: State, key: str, found: Attributes) -> None:  # noqa: ARG001
    state.atom = False  # a feed of RSS may know the namespace
    _begin(state)


def _start_feed(state: State, key: str, found: Attributes) -> None:  # noqa: ARG001
    if not state.atom:  # 0.3, or none at all
        raise UnsureError
    state.in_feed = True
    _begin(state)


def _begin(state: State) -> None:
    if state.depth > 1:
        raise UnsureError
    if state.lang:
        state.head["language"] = state.lang


def _start_channel(state: State, key: str, found: Attributes) -> None:  # noqa: ARG001
    if "lastmod" in found or "href" in found:  # CDF
        raise UnsureError
    state.in_feed = True


def _end_channel(state: State, key: str) -> None:
    state.in_feed = False
    state.pop(key)


def _start_item(state: State, key: str, found: Attributes) -> None:  # noqa: ARG001
    if "lastmod" in found or "href" in found or "rdf:about" in found:  # CDF and RDF
        raise UnsureError
    state.begin_entry()
    state.push("item")


def _end_item(state: State, key: str) -> None:  # noqa: ARG001
    state.pop("item")
    state.entry = None
    state.has_content = False


def _start_image(state: State, key: str, found: Attributes) -> None:  # noqa: ARG001
    state.begin_corner(IN_IMAGE)
    state.push(key)


def _start_textinput(state: State, key: str, found: Attributes) -> None:  # noqa: ARG001
    if state.entry is not None:
        raise UnsureError
    state.begin_corner(IN_TEXTINPUT)
    state.push(key)


def _end_corner(state: State, key: str) -> None:
    state.pop(key)
    state.corner = None


def _start_source(state: State, key: str, found: Attributes) -> None:
    state.begin_source(found.get("url", ""))
    state.push(key)


def _end_source(state: State, key: str) -> None:
    source, state.source = state.source, None
    state.sure(key)
    state.context()["source"] = source


# ---------------------------------------------------------------- texts with markup


def _start_title(state: State, key: str, found: Attributes) -> None:  # noqa: ARG001
    state.title_lang = state.lang
    state.open("title", found)


def _end_title(state: State, key: str) -> None:
    """The first of several at one height; a picture's own never hides that of the entry."""
    text = state.close("title")
    if not -1 < state.title_depth <= state.depth:
        state.store("title", text)
        if state.entry is not None and state.source is None:
            state.entry["title_detail"] = {"language": state.title_lang}
    if text and key != "media_title":
        state.title_depth = state.depth


def _start_summary(state: State, key: str, found: Attributes) -> None:
    """A second one is taken for the content."""
    if "summary" in state.context() and not state.has_content:
        state.as_content = True
        _start_content(state, key, found)
    else:
        state.open("summary", found)


def _end_summary(state: State, key: str) -> None:
    """In the head only a `summary` is one; a `description` is the subtitle."""
    if state.as_content:
        state.as_content = False
        _end_content(state, key)
        return
    text = state.close("summary")
    if key in _SUMMARIES or (state.entry is not None and state.source is None):
        state.store("summary", text)


def _start_content(state: State, key: str, found: Attributes) -> None:  # noqa: ARG001
    if state.innermost not in ("", "item"):
        raise UnsureError
    state.has_content = True
    state.open("content", found)


def _end_content(state: State, key: str) -> None:  # noqa: ARG001
    text = state.close("content")
    if state.entry is not None and state.source is None:
        state.entry.setdefault("content", []).append({"value": text})
    state.context().setdefault("summary", text)


# ---------------------------------------------------------------- links


def _with_href(found: Attributes) -> Attributes:
    """`url` and `uri` count as `href`."""
    href = found.get("url", found.get("uri", found.get("href")))
    if not href:
        return dict(found)
    return {**{key: value for key, value in found.items() if key not in ("url", "uri")}, "href": href}


def _start_link(state: State, key: str, found: Attributes) -> None:
    rel = found.get("rel", "alternate")
    kind = "application/atom+xml" if rel == "self" else "text/html"
    node = {"type": kind, **_with_href(found), "rel": rel}
    context = state.context()
    links = context.setdefault("links", [])
    if state.entry is None or state.corner is None:
        links.append(node)
    if "href" not in node:
        state.push(key)
        return
    node["href"] = state.joined(node["href"])
    if rel == "alternate" and node["type"] in _HTML:
        context["link"] = node["href"]


def _end_link(state: State, key: str) -> None:
    text = state.pop(key)
    if text is None or (state.entry is not None and state.corner is not None):
        return
    href = as_feedparser(state.joined_text(text))
    if state.entry is None:
        if not state.in_feed:
            return
    else:
        href = href.replace("&amp;", "&")
    context = state.context()
    context["link"] = href = _REFERENCE.sub(r"&\1", href)
    if href or state.entry is None:
        context["links"][-1]["href"] = href


def _start_enclosure(state: State, key: str, found: Attributes) -> None:  # noqa: ARG001
    state.context().setdefault("links", []).append({**_with_href(found), "rel": "enclosure"})


def _start_guid(state: State, key: str, found: Attributes) -> None:  # noqa: ARG001
    state.permalink = found.get("ispermalink", "true") == "true"
    state.push("id")


def _end_guid(state: State, key: str) -> None:  # noqa: ARG001
    text = state.text("id")
    if state.permalink:
        text = state.joined_text(text)
    state.store("id", text)
    context = state.context()
    context.setdefault("guidislink", state.permalink and "link" not in context)
    if state.permalink:
        context.setdefault("link", text)


def _start_media(state: State, key: str, found: Attributes) -> None:
    state.context().setdefault(key, []).append(found)


def _start_thumbnail(state: State, key: str, found: Attributes) -> None:
    _start_media(state, key, found)
    state.push("url")


def _end_thumbnail(state: State, key: str) -> None:
    if state.source is not None:  # becomes its address
        raise UnsureError
    text = state.joined_text(state.text("url"))
    if text.strip():
        state.context()[key][-1].setdefault("url", text)


# ---------------------------------------------------------------- which element does what

_TEXTS = {
    **dict.fromkeys(("published", "issued", "pubdate", "dcterms_issued"), "published"),
    **dict.fromkeys(("updated", "modified", "lastbuilddate", "dc_date", "dcterms_modified"), "updated"),
    **dict.fromkeys(("created", "dcterms_created"), "created"),
    **dict.fromkeys(("language", "dc_language"), "language"),
    **dict.fromkeys(("webmaster", "dc_publisher"), "publisher"),
    **dict.fromkeys(("georss_point", "georss_line", "georss_polygon", "georss_box"), "geometry"),
    **dict.fromkeys(("where", "georss_where"), "where"),
    **dict.fromkeys(("itunes_image", "itunes_link"), "itunes_image"),
    **dict.fromkeys(("media_license", "creativecommons_license"), "license"),
    **dict.fromkeys(("name", "itunes_name", "dc_contributor"), "name"),
    **dict.fromkeys(("email", "itunes_email"), "email"),
    **dict.fromkeys(("url", "uri", "homepage"), "href"),
    **{name: name for name in ("contributor", "generator", "height", "media_player", "width")},
    "expirationdate": "expired",
    "media_credit": "credit",
    "media_rating": "rating",
    "media_restriction": "restriction",
    "dcterms_valid": "validity",
}
_PEOPLE = ("name", "itunes_name", "dc_contributor", "email", "itunes_email", "url", "uri", "homepage")
_SUMMARIES = ("summary", "itunes_summary")
_CONSTRUCTS = ("subtitle", "tagline", "itunes_subtitle", "rights", "copyright", "dc_rights", "info",
               "feedburner_browserfriendly")  # fmt: skip
UNKNOWN: tuple[_Start, _End] = (_start_unknown, _end_unknown)
KINDS: dict[str, tuple[_Start, _End]] = {
    **dict.fromkeys(_TEXTS, (_start_text, _end_text)),
    **dict.fromkeys(_PEOPLE, (_start_text, _end_person)),
    **dict.fromkeys(_CONSTRUCTS, (_start_construct, _end_construct)),
    **dict.fromkeys(("itunes_block", "itunes_explicit"), UNKNOWN),
    **dict.fromkeys(("cc_license", "cloud", "media_group"), (_start_nothing, _end_unknown)),
    "rss": (_start_rss, _end_unknown),
    "feed": (_start_feed, _end_channel),
    "channel": (_start_channel, _end_channel),
    **dict.fromkeys(("item", "entry"), (_start_item, _end_item)),
    "image": (_start_image, _end_corner),
    "textinput": (_start_textinput, _end_corner),
    "source": (_start_source, _end_source),
    **dict.fromkeys(("title", "dc_title", "media_title"), (_start_title, _end_title)),
    **dict.fromkeys(_SUMMARIES, (_start_summary, _end_summary)),
    **dict.fromkeys(("description", "dc_description", "media_description"), (_start_summary, _end_summary)),
    **dict.fromkeys(("content", "content_encoded"), (_start_content, _end_content)),
    "link": (_start_link, _end_link),
    "enclosure": (_start_enclosure, _end_unknown),
    **dict.fromkeys(("guid", "id"), (_start_guid, _end_guid)),
    "media_content": (_start_media, _end_unknown),
    "media_thumbnail": (_start_thumbnail, _end_thumbnail),
    **dict.fromkeys(("author", "managingeditor", "dc_author", "dc_creator", "itunes_author"),
                    (start_author, end_author)),
    "itunes_owner": (start_owner, end_owner),
    **dict.fromkeys(("category", "dc_subject", "itunes_category", "media_category"),
                    (start_category, end_category)),
}  # fmt: skip
# What feedparser has an own way with and we have not; and names by which an unknown element overwrites a field:
# `date` is one of its names for `updated`.
PECULIAR = {
    name.removeprefix("_start_").removeprefix("_end_")
    for name in dir(StrictFeedParser)
    if name.startswith(("_start_", "_end_"))
} - KINDS.keys() | {"authors", "date", "guidislink", "links", "title_detail"}
