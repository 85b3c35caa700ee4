"""Every source kind against documents of ours, down to each field."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor import sources
from monitor.errors import ParseError, Reason
from monitor.model import Entry, FeedHints, Fetched, Moment, Parsed, Purpose, Request, Source, SourceState

GOLDEN = Path(__file__).parents[1] / "golden/feeds"
SEEN = datetime(2026, 11, 12, 12, tzinfo=UTC)
URL = "https://faro.example/fuente"
LISTING = {"item": "li.nota", "date": "time, .fecha", "summary": "p"}
JSON_LIST = {
    "items": "data.resultados",
    "title": "titulo",
    "summary": "bajada",
    "date": "fecha",
    "link": "https://oficial.example/noticia/{id}-{slug}",
}
CASES: dict[str, tuple[str, Mapping[str, str]]] = {
    "feed_rss.xml": ("feed", {}),
    "feed_atom.xml": ("feed", {}),
    "feed_rdf.xml": ("feed", {}),
    "jsonfeed.json": ("jsonfeed", {}),
    "news_sitemap.xml": ("news_sitemap", {}),
    "wordpress.json": ("wordpress", {}),
    "listing.html": ("listing", LISTING),
    "json_list.json": ("json_list", JSON_LIST),
    "google_news.xml": ("google_news", {}),
    "gdelt.json": ("gdelt", {}),
}


def source(kind: str = "feed", **values: Any) -> Source:
    return Source(id="faro", name="El Faro", kind=kind, url=URL, lang="es", country="PE", owner="faro", **values)


def fetched(body: bytes, url: str = URL, purpose: Purpose = Purpose.FEED, **headers: str) -> Fetched:
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Fetched(Request(url, "faro", purpose), url, 200, pairs, body, SEEN, SEEN)


def parse(body: bytes | str, kind: str = "feed", options: Mapping[str, str] | None = None, **more: Any) -> Parsed:
    raw = body.encode() if isinstance(body, str) else body
    return sources.kind(kind).parse(source(kind, options=options or {}), fetched(raw, **more))


def failure(body: bytes | str, kind: str = "feed", options: Mapping[str, str] | None = None) -> ParseError:
    with pytest.raises(ParseError) as caught:
        parse(body, kind, options)
    return caught.value


def told(parsed: Parsed) -> dict[str, Any]:
    """A Parsed as plain JSON values, without what is empty."""
    return {
        "title": parsed.title,
        "entries": [_entry(entry) for entry in parsed.entries],
        "rejected": [[item.reason.value, item.title, item.link] for item in parsed.rejected],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    names = (name for name in Entry.__dataclass_fields__ if name != "source_id")
    return {name: _plain(value) for name in names if (value := _plain(getattr(entry, name)))}


def _plain(value: Any) -> Any:
    if isinstance(value, Moment):
        return (
            f"{value.at.isoformat() if value.at else '-'} {value.quality.value}" if value.quality != "missing" else ""
        )
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize("name", CASES)
def test_a_golden_document(name: str) -> None:
    """The document gives exactly the entries and rejections that stand beside it."""
    kind, options = CASES[name]
    path = GOLDEN / name
    expected = json.loads(path.with_name(f"{name}.expected.json").read_text(encoding="utf-8"))
    assert told(parse(path.read_bytes(), kind, options)) == expected


def test_every_kind_has_a_golden_document_and_the_two_functions() -> None:
    """A kind without a case, or with another signature, cannot be added."""
    assert {kind for kind, _ in CASES.values()} == sources.KINDS
    for name in sources.KINDS:
        module = sources.kind(name)
        assert list(inspect.signature(module.requests).parameters) == ["source", "state"]
        assert list(inspect.signature(module.parse).parameters) == ["source", "fetched"]


def test_an_unknown_kind_is_refused() -> None:
    """A typing error names the kinds there are."""
    with pytest.raises(ParseError, match="no source kind 'rss'") as caught:
        sources.kind("rss")
    assert caught.value.reason is Reason.UNKNOWN_KIND


@pytest.mark.parametrize("name", sorted(sources.KINDS - {"wordpress"}))
def test_a_kind_asks_for_its_configured_address(name: str) -> None:
    """One document per run, under the source's id and group."""
    asked = sources.kind(name).requests(source(name, group="plataforma"), SourceState("faro"))
    assert asked == (Request(URL, "faro", group="plataforma"),)


def test_item_69_wordpress_asks_since_two_days_before_the_last_success() -> None:
    """The overlap keeps posts that were dated back; the first time, the newest 50 are asked for."""
    module = sources.kind("wordpress")
    first = module.requests(source("wordpress"), SourceState("faro"))[0].url
    later = module.requests(source("wordpress"), SourceState("faro", last_success_at=SEEN))[0].url
    assert first == f"{URL}/wp-json/wp/v2/posts?per_page=50&_fields=id,date_gmt,modified_gmt,link,title,excerpt"
    assert later == f"{first}&after=2026-11-10T00:00:00"


def test_item_69_wordpress_follows_to_the_second_page_and_no_further() -> None:
    """X-WP-TotalPages may say 400; two pages are read."""
    body = (GOLDEN / "wordpress.json").read_bytes()
    first = parse(body, "wordpress", url=f"{URL}?per_page=50", x_wp_totalpages="400")
    assert [request.url for request in first.follow] == [f"{URL}?per_page=50&page=2"]
    assert first.follow[0].purpose is Purpose.FOLLOW
    assert parse(body, "wordpress", url=first.follow[0].url, x_wp_totalpages="400").follow == ()


def test_item_20_item_21_hints_of_the_head() -> None:
    """ttl, updatePeriod, skipHours (24 is midnight) and skipDays are told; items never give hints."""
    assert parse((GOLDEN / "feed_rss.xml").read_bytes()).hints == FeedHints(
        ttl=timedelta(minutes=30),
        update_period=timedelta(minutes=30),
        skip_hours=frozenset({0, 3}),
        skip_days=frozenset({6}),
    )
    assert (
        parse("<rss><item><ttl>5</ttl><title>a</title><link>https://d.example/a</link></item></rss>").hints
        == FeedHints()
    )


def test_item_68_a_sitemap_index_gives_its_newest_children() -> None:
    """At most five children are followed, the newest first, those that fit the `follow` option."""
    children = "".join(
        f"<sitemap><loc>https://d.example/{n}.xml</loc><lastmod>2026-10-0{n}</lastmod></sitemap>" for n in range(1, 8)
    )
    body = f"<sitemapindex>{children}<sitemap><loc>ftp://d.example/x</loc></sitemap></sitemapindex>"
    follow = parse(body, "news_sitemap").follow
    assert [request.url[-5] for request in follow] == ["7", "6", "5", "4", "3"]
    assert {request.purpose for request in follow} == {Purpose.FOLLOW}
    assert [r.url for r in parse(body, "news_sitemap", {"follow": "/2"}).follow] == ["https://d.example/2.xml"]


def test_item_68_a_sitemap_index_is_followed_one_level_deep() -> None:
    """An index inside an index is an error, not a walk through a whole site."""
    body = "<sitemapindex><sitemap><loc>https://d.example/1.xml</loc></sitemap></sitemapindex>"
    with pytest.raises(ParseError, match="one level"):
        parse(body, "news_sitemap", purpose=Purpose.FOLLOW)


def test_item_55_a_json_feed_behind_a_feed_address_is_read() -> None:
    """A site that changes its format keeps working."""
    body = (GOLDEN / "jsonfeed.json").read_bytes()
    assert parse(body, "feed", content_type="application/rss+xml") == parse(body, "jsonfeed")


@pytest.mark.parametrize(
    ("kind", "body", "reason", "words"),
    [
        ("feed", "", Reason.EMPTY, "without a document"),
        ("feed", " \n\ufeff", Reason.EMPTY, "without a document"),
        ("feed", "<rss></rss>", Reason.NO_ENTRIES, "no item"),
        ("feed", "<!doctype html><title> En  mantenimiento </title>", Reason.NOT_A_FEED, "“En mantenimiento”"),
        ("feed", "<html><body><feed>no</feed></body></html>", Reason.NOT_A_FEED, "HTML page"),
        ("feed", '{"error": "limit"}', Reason.NOT_A_FEED, "neither a feed nor a page"),
        ("feed", "<opml/>", Reason.NOT_A_FEED, "<opml>"),
        ("feed", "<urlset/>", Reason.NOT_A_FEED, "sitemap"),
        ("feed", "<rss><channel><tit", Reason.UNPARSABLE, "damaged"),
        ("feed", b"\x1f\x8b\x08\x00", Reason.TRUNCATED, "ends early"),
        ("feed", b"\x1f\x8bnonsense", Reason.UNPARSABLE, "gzip"),
        ("jsonfeed", '{"items": []}', Reason.NOT_A_FEED, "no JSON Feed"),
        ("jsonfeed", '{"version": "https://jsonfeed.org/version/1", "items": []}', Reason.NO_ENTRIES, "no item"),
        ("jsonfeed", '{"version": ', Reason.UNPARSABLE, "damaged"),
        ("news_sitemap", "<urlset></urlset>", Reason.NO_ENTRIES, "no address"),
        ("news_sitemap", "<rss/>", Reason.NOT_A_FEED, "<rss>"),
        ("news_sitemap", "<sitemapindex/>", Reason.NO_ENTRIES, "no child"),
        ("wordpress", "[]", Reason.NO_ENTRIES, "no post"),
        ("wordpress", '{"code": "x", "message": "Cerrado"}', Reason.NOT_A_FEED, "Cerrado"),
        ("listing", "<html><body></body></html>", Reason.NO_ENTRIES, "'li.nota'"),
        ("listing", "https://d.example/", Reason.NOT_A_FEED, "no page"),
        ("json_list", '{"data": {}}', Reason.NOT_A_FEED, "data.resultados"),
        ("json_list", '{"data": {"resultados": []}}', Reason.NO_ENTRIES, "empty"),
        ("gdelt", "Please limit requests to one every 5 seconds", Reason.RATE_LIMITED, "5 seconds"),
        ("gdelt", "{}", Reason.NO_ENTRIES, "no article"),
        ("google_news", "<html></html>", Reason.NOT_A_FEED, "HTML page"),
    ],
)
def test_what_is_no_list_of_articles_says_why(kind: str, body: bytes | str, reason: Reason, words: str) -> None:
    """Another document than promised is a ParseError with its reason and one sentence."""
    options = {"listing": LISTING, "json_list": JSON_LIST}.get(kind, {})
    error = failure(body, kind, options)
    assert error.reason is reason
    assert words in error.message


def test_a_wrong_selector_names_itself() -> None:
    """A configuration mistake does not end a run."""
    assert "selector" in failure("<html><p>a</p></html>", "listing", {"item": "li[["}).message
    assert "selector" in failure("<html><p>a</p></html>", "listing", {}).message
