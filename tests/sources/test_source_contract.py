"""Parsing, point by point: what a document may hold and what of it may come out."""

from __future__ import annotations

import asyncio
import html
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fakes import Reply, WebServer

from monitor import sources
from monitor.clock import SimulatedClock
from monitor.errors import ParseError, Reason
from monitor.fetch import Client, Network
from monitor.model import Fetched, FetchSettings, Parsed, Request, Source
from monitor.sources import discovery
from monitor.stages.cell import Cell, suspicious
from monitor.stages.discover import discover
from monitor.urls import safe_link

SEEN = datetime(2026, 11, 12, 12, tzinfo=UTC)
URL = "https://faro.example/fuente"
GOLDEN = Path(__file__).parents[1] / "golden/feeds"


def source(kind: str = "feed", **more: Any) -> Source:
    return Source("faro", "El Faro", kind, URL, "es", "PE", "faro", **more)


def fetched(body: bytes | str, url: str = URL, headers: Mapping[str, str] | None = None) -> Fetched:
    raw = body.encode() if isinstance(body, str) else body
    return Fetched(Request(url, "faro"), url, 200, tuple((headers or {}).items()), raw, SEEN, SEEN)


def parse(body: bytes | str, kind: str = "feed", headers: Mapping[str, str] | None = None, **more: Any) -> Parsed:
    return sources.kind(kind).parse(source(kind, **more), fetched(body, headers=headers))


def rss(*items: str) -> str:
    return (
        f'<rss version="2.0"><channel><title>C</title>{"".join(f"<item>{one}</item>" for one in items)}</channel></rss>'
    )


LINK = "<link>https://faro.example/a</link>"


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "https://a.example/\r\nSet-Cookie: x",
     "https://ana:clave@faro.example/", "https://", "vbscript:x", "https://a.example/\tb", "jAvA\tscript:x"],
)  # fmt: skip
def test_item_39_unsafe_links_never_leave_a_document(link: str) -> None:
    """Item 39: other schemes, user info and control characters are refused in links, sources, images and enclosures."""
    assert safe_link(link) is None
    body = rss(
        f"<title>x</title><link><![CDATA[{link}]]></link>",
        f'<title>y</title>{LINK}<enclosure url="{html.escape(link)}" type="image/jpeg"/>'
        f'<source url="{html.escape(link)}">O</source>',
    )
    parsed = parse(body)
    assert [entry.title for entry in parsed.entries if entry.link == "https://faro.example/a"] == ["y"]
    for entry in parsed.entries:
        for address in (entry.image, entry.origin):  # in an attribute XML itself turns line ends and tabs into blanks
            assert not address or (address.startswith("https://") and safe_link(address) == address)
    assert link not in {entry.link for entry in parsed.entries}


@pytest.mark.parametrize(
    "link", ["https://ana:clave@faro.example/a", "//ana@faro.example/a", " HTTPS://x@y@faro.example/a"]
)
def test_item_39_a_user_name_is_taken_out_of_a_link(link: str) -> None:
    """Item 39: `https://bank.pe@evil.test/` leads to evil.test and then says so; the item is not lost for it."""
    parsed = parse(rss(f"<title>x</title><link>{link}</link>"))
    assert [entry.link.lower() for entry in parsed.entries] == ["https://faro.example/a"]
    assert parsed.rejected == ()


def test_item_40_titles_are_plain_text() -> None:
    """Item 40: escaped markup in a title is text that was meant as markup: tags go, entities are decoded once."""
    [entry] = parse(
        rss(f"<title>&lt;script&gt;x()&lt;/script&gt;&lt;b&gt;Paro&lt;/b&gt; &amp;amp; marcha</title>{LINK}")
    ).entries
    assert entry.title == "Paro & marcha"


VECTORS = (
    '<a href="jAvA&#9;script:alert(1)">uno</a>', '<img src=javascript:alert(1)>', "<meta http-equiv=refresh>",
    '<svg><a xlink:href="javascript:x">uno</a></svg>',
    "<form action=x><input value=y></form>", '<video poster="javascript:x"></video>', "<iframe src=//x></iframe>",
    '<img src="https://t.example/pixel.gif" width=1>', "<style>*{}</style>", "<scr<script>ipt>alert(1)</script>",
    '<math href="javascript:x">', "<object data=x>", '<p onclick="x()">uno</p>', "<base href=//x>",
)  # fmt: skip


@pytest.mark.parametrize("vector", VECTORS)
def test_item_41_html_comes_out_as_text(vector: str) -> None:
    """Item 41: no tag, no attribute and no address of the markup survives in summary or content."""
    body = rss(f"<title>t</title>{LINK}<description><![CDATA[<p>antes</p>{vector}<p>después</p>]]></description>")
    [entry] = parse(body).entries
    text = f"{entry.summary} {entry.content}"
    assert "antes" in text
    assert not set("<>") & set(text.replace("ipt>", ""))
    assert "javascript" not in text.lower()
    assert "pixel" not in text


def test_item_42_no_dtd_no_stylesheet_no_file_is_opened(tmp_path: Path) -> None:
    """Item 42: an external entity, an XSLT instruction, a body that is a path: nothing is read or fetched."""
    secret = tmp_path / "secret.xml"
    secret.write_text(rss(f"<title>SECRETO</title>{LINK}"))
    dtd = f'<?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?><!DOCTYPE rss [<!ENTITY f SYSTEM "file://{secret}">]>'
    [entry] = parse(dtd + rss(f"<title>uno &f; dos</title>{LINK}")).entries
    assert "SECRETO" not in entry.title
    for body in (str(secret), "http://127.0.0.1:9/feed", f"file://{secret}"):
        with pytest.raises(ParseError) as caught:
            parse(body)
        assert caught.value.reason is Reason.NOT_A_FEED


def test_item_48_ill_formed_feeds_are_read() -> None:
    """Item 48: text/xml without charset, a bare ampersand, an unclosed tag: the entries come all the same."""
    body = rss(f"<title>Ley & orden en Áncash: S&P</title>{LINK}", f"<title>dos{LINK}").encode()
    parsed = parse(body, headers={"content-type": "text/xml"})
    assert parsed.entries[0].title == "Ley & orden en Áncash: S&P"
    with pytest.raises(ParseError):
        parse("<rss><channel><title>nada")


def test_item_49_the_prefilter_takes_what_hurts_parsers() -> None:
    """Item 49: byte order marks, blank prologs, long comments before the root, lone surrogates, C0 controls."""
    plain = rss(f"<title>A\x0b&#xD800;T&T</title>{LINK}")
    for before in ("\ufeff\ufeff", "\n" * 200_000, f"<!--{'x' * 9000}-->", "<!DOCTYPE rss>" * 40):
        assert [entry.title for entry in parse(before + plain).entries] == ["AT&T"]


def test_item_50_relative_links_get_their_base() -> None:
    """Item 50: links are joined with Content-Location, else with the final address."""
    body = rss("<title>a</title><link>/nota</link>", "<title>b</title><link>otra</link>")
    assert [entry.link for entry in parse(body).entries] == ["https://faro.example/nota", "https://faro.example/otra"]
    moved = parse(body, headers={"content-location": "https://b.example/x/feed.xml"})
    assert [entry.link for entry in moved.entries] == ["https://b.example/nota", "https://b.example/x/otra"]


def test_item_51_texts_are_cut_at_their_caps() -> None:
    """Item 51: title 1 kB, summary 64 kB, content 1 MB."""
    item = (
        f"<title>{'a ' * 9000}</title>{LINK}<description>{'b ' * 90_000}</description>"
        f'<c:encoded xmlns:c="http://purl.org/rss/1.0/modules/content/">{"c " * 900_000}</c:encoded>'
    )
    [entry] = parse(rss(item)).entries
    assert len(entry.title) <= 1000
    assert len(entry.summary) <= 64_000
    assert len(entry.content) <= 1_000_000


def test_item_51_a_document_that_exhausts_its_limits_is_killed() -> None:
    """Item 51: the process that reads suspicious documents ends at its caps; the next document is served by another."""
    cell = Cell(cpu_seconds=1, memory=400 * 2**20)
    ordinary = fetched(rss(f"<title>t</title>{LINK}"))
    inside = f"<description>{'<p>x</p>' * 90}</description>"
    hard = fetched(rss(*[f"<title>{n}</title><link>https://faro.example/{n}</link>{inside}" for n in range(1999)]))
    try:
        assert len(cell.parse_apart(source(), ordinary).entries) == 1
        assert len(cell.parse_apart(source(), ordinary).entries) == 1
        assert cell.started == 1
        with pytest.raises(ParseError, match="more than 1 s of work") as caught:
            cell.parse_apart(source(), hard)
        assert caught.value.reason is Reason.UNPARSABLE
        assert len(cell.parse_apart(source(), ordinary).entries) == 1
        assert cell.started == 2
        with pytest.raises(ParseError, match="HTML page"):
            cell.parse_apart(source(), fetched("<html><title>x</title>"))
    finally:
        cell.close()


def test_item_51_memory_is_capped() -> None:
    """Item 51: a document that needs more than its share of memory ends its process, not ours."""
    cell = Cell(memory=120 * 2**20)
    try:
        with pytest.raises(ParseError, match="120 MB"):
            cell.parse_apart(
                source(), fetched(rss(f"<title>t</title>{LINK}<description>{'ñ ' * 6_000_000}</description>"))
            )
    finally:
        cell.close()


BUSY = """
import sys, threading, time
sys.path[:0] = {path!r}
from test_source_contract import fetched, source
from monitor.stages.cell import Cell

cell = Cell(cpu_seconds=3600)
endless = source(id_pattern="/((?:a+)+)$")  # doubles its work with every letter, and holds the interpreter
page = fetched("<rss><item><title>t</title><link>https://faro.example/{letters}-</link></item></rss>")
threading.Thread(target=cell.parse_apart, args=(endless, page), daemon=True).start()
while cell.process is None:
    time.sleep(0.01)
print(cell.process.pid, flush=True)
time.sleep(3600)
"""


@pytest.mark.parametrize(("letters", "busy"), [("a" * 60, True), ("a", False)])
def test_item_51_the_process_ends_with_its_parent(letters: str, busy: bool) -> None:
    """Item 51: kill -9 of the run ends its parser too, in the middle of a document as well as between two."""
    program = BUSY.format(path=[str(Path(__file__).parent), str(Path(__file__).parents[1])], letters=letters)
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = Path("/proc", parent.stdout.readline().decode().strip())
        wait_until(lambda: seconds_of(child) > (1.0 if busy else 0.2))
        parent.kill()
    wait_until(lambda: ended(child))


def wait_until(done: Callable[[], bool]) -> None:
    """Until it is so; a minute is more than any machine needs, and less than the endless document takes."""
    for _ in range(600):
        if done():
            return
        time.sleep(0.1)
    pytest.fail("it never came to that")


def seconds_of(process: Path) -> float:
    user, system = (process / "stat").read_text().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def ended(process: Path) -> bool:
    """Gone, or a zombie where nobody collects the dead."""
    try:
        return (process / "stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_item_51_an_ordinary_document_starts_no_process() -> None:
    """Item 51: only what is far out of the ordinary is read apart, so that a normal run does not pay."""
    cell = Cell()
    body = rss(*[f"<title>{n}</title>{LINK}<description>{'palabra ' * 80}</description>" for n in range(200)])
    assert not suspicious(body.encode())
    assert len(asyncio.run(cell.parse(source(), fetched(body))).entries) == 200
    assert cell.started == 0
    assert suspicious(b"<a/>" * 90_000)
    assert suspicious(b"x" * 3_000_001)
    assert suspicious(b"<!DOCTYPE a [<!ENTITY b 'c'>]><rss/>")


@pytest.mark.parametrize(
    ("item", "title"),
    [
        (
            f"<media:title xmlns:media='http://search.yahoo.com/mrss/'>Foto</media:title><title>Nota</title>{LINK}",
            "Nota",
        ),
        (f"<title/>{LINK}<description>{'Primera frase del texto ' * 9}</description>", "Primera frase del texto"),
        ("<link>https://faro.example/politica/congreso-aprueba-ley-noticia-123/</link>", "Congreso aprueba ley"),
        (f"<title>Ley\u00a0 \n de   aguas</title>{LINK}", "Ley de aguas"),
        (f"<title>A &amp;amp;amp; B</title>{LINK}", "A &amp; B"),
    ],
)
def test_item_52_titles_and_their_fallbacks(item: str, title: str) -> None:
    """Item 52: its own title, else the first words, else the words of its address; spaces collapsed, decoded once."""
    [entry] = parse(rss(item)).entries
    assert entry.title.startswith(title)
    assert len(entry.title) <= 82


def test_item_53_indented_links_and_links_without_address() -> None:
    """Item 53: white space around a link goes; an Atom link without href is no link; enclosure and replies never."""
    assert (
        parse(rss("<title>a</title><link>\n   https://faro.example/a\n  </link>")).entries[0].link
        == "https://faro.example/a"
    )
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>t</title><link/><link rel="replies" href="/r"/>'
        '<link rel="enclosure" href="/e.mp3"/><link rel="alternate" href="/nota"/></entry></feed>'
    )
    assert [entry.link for entry in parse(atom).entries] == ["https://faro.example/nota"]


def test_item_54_identity_is_the_article() -> None:
    """Item 54: tracking parameters and a new guid make no new item; no guid is needed."""
    keys = [
        entry.key
        for entry in parse(
            rss(
                "<title>a</title><guid>1</guid><link>https://faro.example/a?utm_source=rss</link>",
                f"<title>a</title><guid>2</guid>{LINK}",
                f"<title>a</title>{LINK}",
                "<title>b</title><guid>1</guid><link>https://faro.example/b</link>",
            )
        ).entries
    ]
    assert len(keys) == 4
    assert len(set(keys)) == 2


def test_item_55_json_feed_whatever_its_label() -> None:
    """Item 55: both versions, told by their first byte and version address."""
    for version in ("1", "1.1"):
        body = f'{{"version":"https://jsonfeed.org/version/{version}","items":[{{"id":"1","url":"/n","title":"T"}}]}}'
        assert [entry.link for entry in parse(body, headers={"content-type": "text/html"}).entries] == [
            "https://faro.example/n"
        ]


@pytest.mark.parametrize("body", ["", " \n", "\ufeff"])
def test_item_56_an_empty_body_is_empty(body: str) -> None:
    """Item 56: no document is a reason of its own."""
    with pytest.raises(ParseError) as caught:
        parse(body)
    assert caught.value.reason is Reason.EMPTY


def test_item_57_doubly_encoded_spanish_is_mended() -> None:
    """Item 57: UTF-8 read as Latin-1 and encoded again comes out as it was meant."""
    broken = "Título de la elección en Ñaña".encode().decode("latin-1")
    assert parse(rss(f"<title>{broken}</title>{LINK}")).entries[0].title == "Título de la elección en Ñaña"


def test_item_59_raw_instant_offset_and_quality_are_kept() -> None:
    """Item 59: what was written stands beside what was read of it."""
    [entry] = parse(rss(f"<title>a</title>{LINK}<pubDate>Wed, 11 Nov 2026 08:30:00 -0500</pubDate>")).entries
    moment = entry.published
    assert (moment.raw, moment.quality.value) == ("Wed, 11 Nov 2026 08:30:00 -0500", "exact")
    assert (moment.at, moment.offset) == (datetime(2026, 11, 11, 13, 30, tzinfo=UTC), moment.offset)
    assert moment.offset is not None
    assert moment.offset.total_seconds() == -5 * 3600


def test_item_66_published_falls_back_and_updated_stays_apart() -> None:
    """Item 66: dc:date counts as published; an update date alone is both, a publication date is never the update."""
    dated = '<dc:date xmlns:dc="http://purl.org/dc/elements/1.1/">2026-11-11T10:00:00-05:00</dc:date>'
    [entry] = parse(rss(f"<title>a</title>{LINK}{dated}")).entries
    assert entry.published.at == datetime(2026, 11, 11, 15, tzinfo=UTC)
    [entry] = parse(rss(f"<title>a</title>{LINK}<pubDate>Wed, 11 Nov 2026 08:30:00 -0500</pubDate>")).entries
    assert entry.updated.at is None


def test_item_68_news_sitemaps_with_their_quirks() -> None:
    """Item 68: any prefix, blanks in loc, CDATA titles, publication_date over lastmod, `undefined` images."""
    body = (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'
        ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><url><loc>\n https://faro.example/a \n</loc>'
        "<lastmod>2026-11-11T22:59:59Z</lastmod><n:news><n:publication_date>2026-11-11T10:00:00-05:00</n:publication_date>"
        "<n:title><![CDATA[Paro & marcha]]></n:title></n:news>"
        "<image:image><image:loc>undefined</image:loc></image:image></url></urlset>"
    )
    [entry] = parse(body, "news_sitemap").entries
    assert (entry.link, entry.title, entry.image) == ("https://faro.example/a", "Paro & marcha", "")
    assert entry.published.at == datetime(2026, 11, 11, 15, tzinfo=UTC)


def test_item_69_wordpress_dates_are_gmt() -> None:
    """Item 69: date_gmt has no Z and means UTC."""
    post = '[{"id":1,"date_gmt":"2026-11-11T15:00:00","link":"https://faro.example/a","title":{"rendered":"T"}}]'
    assert parse(post, "wordpress").entries[0].published.at == datetime(2026, 11, 11, 15, tzinfo=UTC)


def test_item_71_google_news_keeps_its_link_and_names_the_outlet() -> None:
    """Item 71: the opaque link stays, nothing decodes it; the suffix goes from the title; origin is the outlet."""
    item = (
        "<title>Paro en Puno - Diario Inventado</title><link>https://news.google.com/rss/articles/CBMiABC?oc=5</link>"
        '<source url="https://inventado.example">Diario Inventado</source>'
    )
    [entry] = parse(rss(item), "google_news").entries
    assert (entry.title, entry.origin) == ("Paro en Puno", "https://inventado.example")
    assert entry.link.startswith("https://news.google.com/rss/articles/CBMiABC")


def test_item_72_a_selector_that_fits_nothing_is_an_error() -> None:
    """Item 72: a redesigned listing page is a failure with the selector named, never an empty success."""
    with pytest.raises(ParseError, match=r"li\.nota") as caught:
        parse("<html><body><p>x</p></body></html>", "listing", options={"item": "li.nota"})
    assert caught.value.reason is Reason.NO_ENTRIES


# ---------------------------------------------------------------- discovery


def look(web: WebServer) -> Any:
    async def run() -> Any:
        network = Network.mapped({("*", 80): web.address})
        async with Client(FetchSettings(), SimulatedClock(SEEN), network=network) as client:
            return (await discover("http://faro.example/", client, lambda: client.robots_learned)).found

    return asyncio.run(run())


def test_item_70_discovery_reads_links_of_a_page() -> None:
    """Item 70: rel=alternate of feed types, base href, Link headers; single posts of WordPress are no feed."""
    page = (
        '<html><head><base href="https://faro.example/s/"><link rel="alternate" type="application/rss+xml" href="rss">'
        '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1"><link rel=stylesheet href=x>'
        '<link rel="ALTERNATE home" type="application/feed+json" href="/f.json"></head></html>'
    )
    headers = {"link": '</atom>; rel="alternate"; type="application/atom+xml"'}
    assert discovery.in_page(fetched(page, headers=headers)) == [
        "https://faro.example/atom",
        "https://faro.example/s/rss",
        "https://faro.example/f.json",
    ]
    robots = "Sitemap: https://faro.example/all.xml\nsitemap: https://faro.example/news.xml"
    assert discovery.in_robots(robots)[0] == "https://faro.example/news.xml"


def test_item_70_a_page_that_is_some_other_xml_gives_no_feed_and_no_warning() -> None:
    """Item 70: what is no HTML page is looked through all the same, in silence; what holds no tag is an error."""
    assert discovery.in_page(fetched('<?xml version="1.0"?><opml><body/></opml>')) == []
    with pytest.raises(ParseError, match="no page"):
        discovery.in_page(fetched("nada"))


def test_item_70_discovery_stops_at_the_first_hit(web: WebServer) -> None:
    """Item 70: page, then robots.txt, then five paths at most; nothing is asked after a document that fits."""
    web.script("/rss.xml", Reply(rss(f"<title>t</title>{LINK}").encode()))
    web.script("/", Reply(b"<html><title>Portada</title></html>"))
    found = look(web)
    assert (found.url, found.kind, len(found.parsed.entries)) == ("http://faro.example/rss.xml", "feed", 1)
    assert [path for path in web.paths() if path != "/robots.txt"] == ["/", "/feed/", "/rss.xml"]


def test_item_70_discovery_gives_up_after_five_guesses(web: WebServer) -> None:
    """Item 70: a site without a feed sees seven kinds of request and no more."""
    web.script("/", Reply(b"<html><title>Portada</title></html>"))
    assert look(web) is None
    assert len(set(web.paths())) == 7
