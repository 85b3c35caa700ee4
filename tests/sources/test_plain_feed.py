"""The plain reader beside feedparser: the same entries, or none because it is not sure. feedparser is the reference."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.demo import feeds
from monitor.demo.feeds import Channel, Item
from monitor.errors import ParseError
from monitor.model import Fetched, Parsed, Request, Source
from monitor.sources import feed, plain_feed
from monitor.sources.entries import Draft
from monitor.sources.prefilter import prepare

SHARED = Path(__file__).parents[3] / "shared/data/feeds"
GOLDEN = Path(__file__).parents[1] / "golden/feeds"
SEEN = datetime(2026, 11, 12, 12, tzinfo=UTC)
SOURCE = Source("faro", "El Faro", "feed", "https://faro.example/fuente", "es", "PE", "faro")
NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "georss": "http://www.georss.org/georss",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "x": "https://faro.example/ns",
}


def outcome(body: bytes | str) -> Parsed | tuple[str, str]:
    raw = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    try:
        return feed.parse(SOURCE, Fetched(Request(SOURCE.url, "faro"), SOURCE.url, 200, (), raw, SEEN, SEEN))
    except ParseError as error:
        return error.reason, error.message


@contextmanager
def noted(*, allowed: bool) -> Iterator[list[bool]]:
    """Which documents the plain reader took; with `allowed` off, it is never sure."""
    taken: list[bool] = []
    real = plain_feed.read

    def read(text: str, root: str) -> dict[str, Any] | None:
        document = real(text, root) if allowed else None
        taken.append(bool(document and document["entries"]))
        return document

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain_feed, "read", read)
        yield taken


def both(body: bytes | str) -> bool:
    """Asserts that both readings agree. Was the plain reader sure?"""
    with noted(allowed=True) as taken:
        ours = outcome(body)
    with noted(allowed=False):
        theirs = outcome(body)
    assert ours == theirs
    return any(taken)


@pytest.mark.parametrize(("folder", "share"), [("real", 0.9), ("captures", 1.0), ("nasty", 0.9)])
def test_documents_of_others_are_read_alike(folder: str, share: float) -> None:
    """Every field of every entry of real and hostile feeds is the same, and most feeds are read the fast way.

    The large ones are compared by `bench/feeds.py --only alike`.
    """
    files = [path for path in sorted((SHARED / folder).glob("*.xml")) if path.stat().st_size < 80_000]
    if not files:
        pytest.skip(f"no shared data at {SHARED / folder}")
    taken = [both(path.read_bytes()) for path in files]
    print(f"{folder}: {sum(taken)} of {len(taken)} read without feedparser")
    assert sum(taken) >= share * len(taken)


@pytest.mark.parametrize("name", ["feed_rss.xml", "feed_atom.xml", "feed_rdf.xml", "google_news.xml"])
def test_documents_of_ours_are_read_alike(name: str) -> None:
    """The golden feeds; RDF is feedparser's."""
    assert both((GOLDEN / name).read_bytes()) == (name != "feed_rdf.xml")


@pytest.mark.parametrize("write", [feeds.rss, feeds.rss_full_text, feeds.rss_broken_dates, feeds.atom])
def test_feeds_as_those_of_the_bundled_weeks_are_read_alike(write: Callable[[Channel, list[Item]], bytes]) -> None:
    """What writes them for the invented outlets: RSS with summaries, full texts and broken dates, Atom."""
    channel = Channel("El Faro", "https://faro.example", SOURCE.url, "es")
    texts = ("El río creció <de noche>.", "Ley & orden.")
    items = [
        Item(f"f-{n}", f"/nota-{n}" if n % 3 else "", f"Nota {n}", "Un resumen.", texts, "Ana Paz", "Política", SEEN)
        for n in range(12)
    ]
    assert both(write(channel, items))


# ---------------------------------------------------------------- documents that nobody has written yet

LONG = "palabra ñandú " * 40
TEXTS = (
    *(
        "",
        " ",
        "\n  ",
        "Paro en Puno",
        "Ley &amp; orden",
        "a &amp;amp;lt; b",
        "&lt;p&gt;uno&lt;/p&gt; dos",
        LONG,
        "Ana",
    ),
    *("<![CDATA[<p>tres</p> & cuatro]]>", "<![CDATA[x]]>y<![CDATA[ z ]]>", "antes<!-- c -->después<?pi x?>", "yes"),
    *("\x92citas\x94", "TÃ\xadtulo de la elecciÃ³n", f"<![CDATA[<div>{LONG}</div>]]>", "&#233;&nbsp;&eacute;", "a,b"),
    *("redaccion@faro.example (Ana Paz)", "Ana Paz &lt;ana@faro.example&gt;", "ana@faro.example", "es-PE", "urn:1"),
    *("https://faro.example/a?b=1&amp;c=2", "/nota", "https:///faro.example/x", "-12.04 -77.03", "28/07/2026"),
    *("2026-07-28T10:00:00-05:00", "Tue, 28 Jul 2026 10:00:00 GMT"),
)
XHTML = (
    '<div xmlns="http://www.w3.org/1999/xhtml"><p>uno &amp; dos</p>tres</div>',
    '<h:div xmlns:h="http://www.w3.org/1999/xhtml"><h:p lang="en">x<h:br/></h:p></h:div>',
    *(
        "<div><b class='x'>a</b> &lt;b&gt;</div> ",
        "<p>a</p><div>b</div>",
        "<div>a</div><div>b</div>",
        "<title>t</title>",
    ),
)
VALUES = {
    "type": ("html", "xhtml", "text", "text/html", "TEXT", "image/jpeg", "application/xhtml+xml", "text/xml", ""),
    "rel": ("alternate", "self", "enclosure", "hub", "next", "Alternate", "replies"),
    "href": ("https://faro.example/h", "https://faro.example/h", "/h", "", "javascript:x"),
    "url": ("https://faro.example/u.jpg", "u.png", ""),
    "uri": ("https://faro.example/uri",),
    "isPermaLink": ("true", "false", "TRUE"),
    "xml:lang": ("en", "es_PE", ""),
    "lang": ("qu",),
    "xml:base": ("https://otro.example/b/", "c/", "https://otro.example"),
    "base": ("https://otro.example/d/",),
    "term": ("Política", ""),
    "domain": ("https://faro.example/t",),
    "text": ("Sociedad",),
    "medium": ("image", "video"),
    "x:url": ("https://faro.example/x",),
    "mode": ("escaped",),
}
USUAL = (
    *("title", "link", "guid", "id", "description", "pubDate", "content:encoded", "summary", "content", "updated"),
    *("published", "author", "dc:creator", "category", "media:content", "media:thumbnail", "enclosure", "media:group"),
    *("media:title", "media:description", "media:credit", "itunes:summary", "dc:date", "source", "otro", "x:otro"),
    *(
        "dcterms:created",
        "itunes:author",
        "name",
        "email",
        "uri",
        "feedburner:origLink",
        "image",
        "language",
        "atom:link",
    ),
)
ODD = (
    *(
        "dc:title",
        "x:title",
        "itunes:title",
        "dc:description",
        "itunes:subtitle",
        "subtitle",
        "rights",
        "info",
        "abstract",
    ),
    *(
        "body",
        "atom:updated",
        "dcterms:issued",
        "created",
        "modified",
        "date",
        "x:date",
        "dc:language",
        "managingEditor",
    ),
    *("url", "homepage", "contributor", "dc:contributor", "itunes:owner", "webMaster", "dc:subject", "media:category"),
    *("itunes:category", "media:keywords", "tags", "media:text", "media:rating", "itunes:image", "textInput", "width"),
    *("x:origLink", "links", "authors", "title_detail", "media_content", "georss:point", "georss:where", "cloud", "p"),
    *("generator", "itunes:explicit", "div", "item", "channel"),
)
HOLDING = (
    "media:group",
    "media:content",
    "source",
    "image",
    "author",
    "content",
    "otro",
    "x:otro",
    "link",
    "contributor",
)


class Writer:
    """Feeds at random: usual most of the time, odd now and then."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.odd = self.dice.choice((0.0, 0.02, 0.1))

    def document(self) -> str:
        declared = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in self.namespaces().items())
        root = f"{declared}{self.attributes(('xml:lang', 'xml:base'))}"
        body = self.members(4)
        atom = self.dice.random() < 0.4
        for _ in range(self.dice.randint(1, 3)):
            name = "entry" if atom else "item"
            body += f"<{name}{self.attributes(('xml:lang',))}>{self.members(9)}</{name}>\n"
        body += self.members(2)
        if atom:
            default = "http://purl.org/atom/ns#" if self.dice.random() < self.odd else "http://www.w3.org/2005/Atom"
            return f'<feed xmlns="{default}"{root}>{body}</feed>'
        end = body if self.dice.random() < 0.9 else f"</channel>{body}<channel>"
        return f'<rss version="2.0"{root}><channel>{end}</channel></rss>'

    def namespaces(self) -> dict[str, str]:
        prefixes = list(NAMESPACES)
        if self.dice.random() < self.odd:
            self.dice.shuffle(prefixes)
        return dict(zip(prefixes, NAMESPACES.values(), strict=True))

    def members(self, most: int) -> str:
        return "".join(f"{self.element()}\n" for _ in range(self.dice.randint(0, most)))

    def element(self) -> str:
        if self.dice.random() < 0.12:
            name = self.dice.choice(HOLDING)
            inside = self.members(3)
        else:
            name = self.dice.choice(ODD if self.dice.random() < self.odd else USUAL)
            inside = self.dice.choice(XHTML if self.dice.random() < self.odd else TEXTS)
        if name in ("content", "summary", "title") and self.dice.random() < 0.2:
            return f'<{name} type="xhtml">{self.dice.choice(XHTML)}</{name}>'
        return f"<{name}{self.attributes()}>{inside}</{name}>"

    def attributes(self, names: Sequence[str] = ()) -> str:
        usual = names or ("rel", "href", "url", "isPermaLink", "term", "domain", "text", "medium", "xml:lang")
        chosen = [name for name in usual if self.dice.random() < 0.06]
        chosen += [name for name in VALUES if name not in chosen and self.dice.random() < self.odd / 10]
        return "".join(f' {name}="{self.dice.choice(VALUES[name])}"' for name in chosen)


def drafts(document: dict[str, Any]) -> list[Draft]:
    """What `feed.py` makes of each entry. It names nobody twice, so authors are compared without repetitions."""
    found = [feed._draft(item, "") for item in document["entries"]]
    return [replace(draft, authors=tuple(dict.fromkeys(filter(None, draft.authors)))) for draft in found]


def head(document: dict[str, Any]) -> tuple[str, str, list[str]]:
    found = document["feed"]
    related = [str(link.get("href")) for link in found.get("links", []) if link.get("rel") in ("next", "hub")]
    return str(found.get("title") or ""), str(found.get("language") or ""), related


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32))
def test_any_document_is_read_alike_or_left_to_feedparser(seed: int) -> None:
    """Whatever elements, attributes, namespaces and texts meet, no field of an entry and of the head differs."""
    check(Writer(seed).document())


def check(document: str) -> bool:
    """Was the plain reader sure? If so, feedparser agrees."""
    prepared = prepare(document, SEEN)
    ours = plain_feed.read(prepared.text, prepared.root)
    if ours is None:
        return False
    theirs = feed._feedparser(prepared)
    assert drafts(ours) == drafts(theirs)
    assert head(ours) == head(theirs)
    return True
