"""Documents that are damaged or built to do harm: any bytes give entries, rejections or a ParseError, and soon."""

from __future__ import annotations

import contextlib
import gzip
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import feedparser.api
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import sources
from monitor.errors import ParseError, Reason
from monitor.model import Fetched, Parsed, Request, Source

SEEN = datetime(2026, 11, 12, 12, tzinfo=UTC)
URL = "https://faro.example/fuente"
OPTIONS = {"item": "li, item", "items": "items"}
ITEM = "<item><title>Título ñ</title><link>https://faro.example/a</link>{}</item>"
HEAD = '<rss version="2.0"><channel><title>Canal</title>'
TAIL = "</channel></rss>"


def parse(body: bytes | str, kind: str = "feed", content_type: str = "") -> Parsed:
    raw = body.encode() if isinstance(body, str) else body
    source = Source("faro", "El Faro", kind, URL, "es", "PE", "faro", options=OPTIONS)
    headers = (("Content-Type", content_type),) if content_type else ()
    return sources.kind(kind).parse(source, Fetched(Request(URL, "faro"), URL, 200, headers, raw, SEEN, SEEN))


def feed(*insides: str) -> str:
    return HEAD + "".join(ITEM.format(inside) for inside in insides) + TAIL


def count(parsed: Parsed) -> int:
    return len(parsed.entries) + len(parsed.rejected)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (feed("").encode("utf-16"), ""),
        (feed("").encode("utf-16-le"), "application/xml"),
        (feed("").encode("utf-32"), ""),
        (b"\xef\xbb\xbf\xef\xbb\xbf \n" + feed("").encode(), ""),
        (b'<?xml version="1.0" encoding="ISO-8859-1"?>' + feed("").encode(), "text/xml; charset=utf-8"),
        (b'<?xml version="1.0" encoding="utf-16"?>' + feed("").encode(), ""),
        (feed("").encode("latin-1"), "text/plain"),
        (feed("").encode("cp1252"), "application/xml; charset=no-such-charset"),
        (gzip.compress(feed("").encode(), mtime=0), "application/xml"),
        (feed("").replace("Canal", "Can\x00\x0bal").encode(), ""),
        (b"<br />\n<b>Warning</b>: mysql_connect() in /x.php\n<?xml version='1.0'?>" + feed("").encode(), ""),
        (feed("").encode() + b"<script src='/cdn'></script>", ""),
    ],
)
def test_item_49_item_57_a_document_is_read_whatever_its_encoding_claims(body: bytes, content_type: str) -> None:
    """Marks, wide encodings, wrong declarations, gzip, controls and junk around the root do no harm."""
    parsed = parse(body, content_type=content_type)
    assert [entry.title for entry in parsed.entries] == ["Título ñ"]
    assert parsed.warning == ""


def test_item_57_another_alphabet_is_read_by_its_declaration() -> None:
    """A declared non-western charset is honoured; UTF-7, which hides markup, is not."""
    cyrillic = '<?xml version="1.0" encoding="windows-1251"?>' + feed("").replace("Título ñ", "Перу")
    assert parse(cyrillic.encode("cp1251")).entries[0].title == "Перу"
    with pytest.raises(ParseError):
        parse(b"+ADw-rss+AD4-", content_type="text/xml; charset=utf-7")


def test_item_57_mixed_encodings_are_read_byte_by_byte() -> None:
    """Stray Windows-1252 bytes in a UTF-8 document are what they look like."""
    body = feed("").encode().replace(b"Canal", b"Ni\xf1o \x93s\xed\x94")
    assert parse(body).title == "Niño “sí”"


def test_item_49_item_52_entities_are_decoded_once() -> None:
    """HTML names work without a DTD, bare ampersands stay, what is written as text stays text."""
    titles = {
        "Per&uacute; &nbsp; AT&T &foo; S&P": "Perú AT&T &foo; S&P",
        "&amp;amp;lt;b&amp;amp;gt;": "&lt;b&gt;",
        "&#147;cita&#148; &#xD800;&#0;": "“cita”",
        "&lt;b&gt;Uno&lt;/b&gt; &lt;script&gt;x&lt;/script&gt;": "Uno",
        "5 &lt; 6 y 7 &gt; 3": "5 < 6 y 7 > 3",
        "<![CDATA[a]]]]><![CDATA[>b &amp; c]]>": "a]]>b & c",
    }
    body = HEAD + "".join(f"<item><title>{raw}</title><link>/a</link></item>" for raw in titles) + TAIL
    parsed = parse(body)
    assert [entry.title for entry in parsed.entries] == list(titles.values())
    assert parsed.warning == ""


def test_an_apostrophe_reference_inside_an_attribute_keeps_the_document_well_formed() -> None:
    """`title='It&#39;s'` must not be torn apart by decoding."""
    parsed = parse(feed("<source url='https://d.example/' title='It&#39;s &quot;x&quot;'>a</source>"))
    assert (len(parsed.entries), parsed.warning) == (1, "")


def test_item_42_item_49_no_entity_of_the_document_is_ever_expanded() -> None:
    """Internal, external and parameter entities go with the DTD."""
    dtd = '<!DOCTYPE rss [<!ENTITY a "BOMBA"><!ENTITY b SYSTEM "file:///etc/passwd"><!ENTITY % p SYSTEM "http://127.0.0.1:9/">%p;]>'
    parsed = parse(dtd + feed("<description>&a;&b;</description>"))
    assert parsed.entries[0].summary == "&a;&b;"


def test_item_53_links_in_their_order() -> None:
    """alternate, then plain link, then a permalink guid; never an enclosure, and never a link that is unsafe."""
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom">'
        '<entry><title>1</title><link rel="enclosure" href="https://d.example/x.mp3"/><link/><link href="https://d.example/1"/></entry>'
        '<entry><title>2</title><link rel="enclosure" href="https://d.example/x.mp3"/><id>tag:2</id></entry>'
        "</feed>"
    )
    parsed = parse(body)
    assert [entry.link for entry in parsed.entries] == ["https://d.example/1"]
    assert [item.reason for item in parsed.rejected] == [Reason.NO_LINK]
    rss = "<rss><item><title>3</title><link>javascript:x</link><guid>https://d.example/3</guid></item></rss>"
    assert [entry.link for entry in parse(rss).entries] == []
    assert (
        parse("<rss><item><title>4</title><guid>https://d.example/4</guid></item></rss>").entries[0].link.endswith("/4")
    )


def test_item_54_one_guid_with_two_links_is_two_articles_and_one_link_with_two_guids_is_one() -> None:
    """Identity is the article's address; every item comes back, so that the counts add up."""
    items = "".join(
        f"<item><title>{link}{guid}</title><link>https://d.example/{link}</link><guid>{guid}</guid></item>"
        for link, guid in (("a", 1), ("b", 1), ("a", 2))
    )
    parsed = parse(HEAD + items + TAIL)
    assert [entry.key[-1] for entry in parsed.entries] == ["a", "b", "a"]


def test_item_51_the_newest_two_thousand_are_kept_and_the_rest_is_counted() -> None:
    """An endless feed loses its oldest items, each with its reason, wherever they stand."""
    dated = "<pubDate>Wed, 11 Nov 2026 {:02d}:{:02d}:00 GMT</pubDate>"
    insides = [dated.format(n // 60 % 24, n % 60) if n >= 100 else "<pubDate>1 Jan 2020</pubDate>" for n in range(2100)]
    parsed = parse(feed(*insides))
    assert (len(parsed.entries), count(parsed)) == (2000, 2100)
    assert {item.reason for item in parsed.rejected} == {Reason.OVER_LIMIT}
    assert all(entry.published.at and entry.published.at.year == 2026 for entry in parsed.entries)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<rss><channel><title>a</b></channel></rss>", Reason.NO_ENTRIES),
        ("<rss></rss>", Reason.NO_ENTRIES),
        ("<rss><channel><title>a</title><it", Reason.UNPARSABLE),
    ],
)
def test_item_30_item_48_an_empty_feed_is_empty_as_long_as_it_is_complete(body: str, reason: Reason) -> None:
    """Items 30 and 48: a feed without items is accepted though ill-formed; one that was cut before them is damaged."""
    with pytest.raises(ParseError) as caught:
        parse(body)
    assert caught.value.reason is reason


def test_item_43_a_refused_link_is_told_without_its_password() -> None:
    """Item 43: what is kept of an unsafe link holds no credentials."""
    [item] = parse("<rss><item><title>x</title><link>ftp://ana:clave@faro.example/a</link></item></rss>").rejected
    assert (item.reason, item.link) == (Reason.UNSAFE_LINK, "ftp://faro.example/a")


def test_an_item_element_inside_cdata_is_text() -> None:
    """Markup in a CDATA section neither counts as an item nor as a flood."""
    parsed = parse(feed("<description><![CDATA[" + "<item>no</item>" * 3000 + "]]></description>"))
    assert count(parsed) == 1


def test_item_48_a_truncated_feed_gives_what_came_before_and_says_so() -> None:
    """The end is missing: complete items are used, with a warning."""
    parsed = parse(feed("", "")[:-60])
    assert parsed.entries
    assert "not well-formed" in parsed.warning


LONG = {
    "escaped": f"<description> \n{'&lt;p&gt;Título ñ&lt;/p&gt; &amp;amp; ' * 60}</description>",
    "CDATA between texts": f"<description>{'a b ' * 200}<![CDATA[<p>{'ñ ' * 400}</p>]]>{'z ' * 300}</description>",
    "Windows-1252 controls": "<description>" + "\x93sí\x94 " * 200 + "</description>",
    "doubly encoded": "<description>" + "Ð\x9fÐµÑ\x80Ñ\x83 " * 200 + "</description>",
    "markup that is not escaped": f"<description>{'x ' * 300}<b>{'&lt;i&gt; ' * 300}</b>{'y ' * 300}</description>",
    "base64": "<content:encoded mode='base64'>" + "PHA+dW5vPC9wPiAK" * 90 + "</content:encoded>",
    "a long guid": f"<guid isPermaLink='false'>{'g' * 900}</guid>",
    "the same twice": "".join(f"<{tag}>{'hola ' * 300} </{tag}>" for tag in ("description", "content:encoded")),
    "marks of ours": f"<description>\ufdd00\ufdd1 {'ñ ' * 300}</description>",
}


@pytest.mark.parametrize("name", LONG)
def test_a_long_text_comes_out_as_feedparser_alone_would_give_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts that are kept aside while feedparser works are the same afterwards as if they had gone through it."""
    body = feed(LONG[name]).replace("<rss", '<rss xmlns:content="http://purl.org/rss/1.0/modules/content/"')
    quick = parse(body)
    monkeypatch.setattr(feedparser.api, "PREFERRED_XML_PARSERS", [])
    assert parse(body) == quick
    assert count(quick) == 1
    assert quick.entries[0].summary or quick.entries[0].content or name == "a long guid"


FLOODS = {
    "attributes": HEAD + "<item " + " ".join(f'a{n}="1"' for n in range(50_000)) + ">" + ITEM.format("")[6:] + TAIL,
    "categories": feed("".join(f"<category>c{n}</category>" for n in range(20_000))),
    "keywords": feed("<keywords>" + ",".join(f"k{n}" for n in range(100_000)) + "</keywords>"),
    "nested categories": feed("<category><i/></category>" * 20_000),
    "items": feed(*[""] * 30_000),
    "comments in CDATA": feed("<description><![CDATA[" + "<!--" * 250_000 + "]]></description>"),
    "unclosed CDATA": feed("<![CDATA[" * 100_000),
    "angles": feed("<description><![CDATA[" + "<" * 1_000_000 + "]]></description>"),
    "ampersands": feed("<description>" + "&" * 1_000_000 + "</description>"),
    "doctypes": "<!DOCTYPE a " * 100_000 + feed(""),
    "blank prolog": "\n" * 1_000_000 + feed(""),
    "namespaces": HEAD + "".join(f'<n{n}:a xmlns:n{n}="u{n}"/>' for n in range(20_000)) + TAIL,
    "tags": feed("<a></a>" * 200_000),
    "depth": feed("<a>" * 15_000),
    "zip": gzip.compress(b" " * 30_000_000),
    "json": '{"version":"https://jsonfeed.org/version/1","items":[' + "{}," * 600_000 + "{}]}",
    "json depth": '{"version":"https://jsonfeed.org/version/1","items":' + "[" * 100_000,
}


@pytest.mark.parametrize("name", FLOODS)
def test_item_49_item_51_a_flood_ends_soon(name: str) -> None:
    """What takes a plain parser minutes takes seconds of work here, as entries or as a ParseError."""
    started = time.process_time()
    with contextlib.suppress(ParseError):
        parse(FLOODS[name])
    assert time.process_time() - started < 20


def test_an_attribute_or_category_flood_still_gives_its_item() -> None:
    """The surplus goes, the item stays."""
    for name in ("attributes", "categories"):
        assert [entry.title for entry in parse(FLOODS[name]).entries] == ["Título ñ"]


FRAGMENTS = (
    "<rss>", "<feed xmlns='http://www.w3.org/2005/Atom'>", "<rdf:RDF xmlns:rdf='r'>", "<channel>", "<item>",
    "</item>", "<entry>", "</entry>", "<title>", "</title>", "<link>", "</link>", "<link href='/a'/>", "<guid>",
    "</guid>", "&", "&#", "&#xD800;", "&amp;", "<![CDATA[", "]]>", "<!--", "-->", "<?", "?>", "<!DOCTYPE a [", "]>",
    "https://d.example/a", "<pubDate>", "</pubDate>", "Wed, 11 Nov 2026", "<urlset>", "<sitemapindex>", "<sitemap>",
    "<url>", "</url>", "<loc>", "</loc>", "<n:news xmlns:n='news'>", "<content type='xhtml'>", "<div>",
    "<content mode='base64'>", "\x00", "\ufeff", "ñ", "{", '"items":', "[", "]", "}",
    '"version":"https://jsonfeed.org/version/1",', '"url":', '"\\ud800"', ",", "1e999", "null", '"', "\\", "<li>",
    "<a href='/b'>", "</a>", "<html>", "<media:content", " xmlns:media='x'", ">", "/>", "<category>",
    "<source url='x'>",
)  # fmt: skip


@pytest.mark.parametrize("kind", sorted(sources.KINDS))
@given(
    body=st.one_of(
        st.binary(max_size=200),
        st.lists(st.sampled_from(FRAGMENTS), max_size=30).map(lambda parts: "".join(parts).encode()),
        st.lists(st.sampled_from(FRAGMENTS), max_size=20).map(lambda parts: ("<rss><item>" + "".join(parts)).encode()),
    )
)
@settings(max_examples=120, deadline=None)
def test_item_56_any_bytes_give_a_parsed_document_or_a_parse_error(kind: str, body: bytes) -> None:
    """Nothing but ParseError is raised, and every text that comes out can be written as UTF-8."""
    try:
        parsed = parse(body, kind)
    except ParseError:
        return
    for text in texts(parsed):
        text.encode("utf-8")


def texts(parsed: Parsed) -> Iterator[str]:
    yield from (parsed.title, parsed.warning)
    for entry in parsed.entries:
        assert entry.link.startswith(("http://", "https://"))
        assert entry.title
        yield from (
            entry.title,
            entry.summary,
            entry.content,
            entry.guid,
            entry.published.raw,
            entry.image,
            *entry.authors,
        )
    for item in parsed.rejected:
        yield from (item.title, item.link, item.detail)
