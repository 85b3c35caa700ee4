"""What goes out: one honest request, byte for byte the address and the validators that we were given."""

from __future__ import annotations

from typing import Any

import pytest
from fakes import Reply, WebServer
from surroundings import Bench

from monitor import __version__
from monitor.errors import Reason
from monitor.model import Fetched, NotModified, Purpose, Request, Validators

FEED = "http://diario.example/rss"
RSS = Reply(b"<rss version='2.0'/>", headers={"ETag": '"e1"', "Last-Modified": "Mon, 3 nov 2025"})


def test_item_1_first_contact_is_one_get(web: WebServer, bench: Bench) -> None:
    """Item 1: a feed seen for the first time costs one GET of it, after robots.txt, and nothing else."""
    web.script("/rss", RSS)
    assert isinstance(bench.get(FEED), Fetched)
    assert [(request.method, request.path) for request in web.log] == [("GET", "/robots.txt"), ("GET", "/rss")]


def test_item_2_user_agent_names_us_and_never_changes(web: WebServer, bench: Bench) -> None:
    """Item 2: the same honest name with an address to complain to, also after a 403."""
    web.script("/rss", Reply(status=403), RSS)
    bench.with_settings(contact="https://mesa.example/bot", email="bot@mesa.example")
    bench.get(FEED)
    bench.get(FEED)
    names = {request.header("user-agent") for request in web.log}
    assert names == {f"peru-monitor/{__version__} (+https://mesa.example/bot; bot@mesa.example)"}


def test_item_3_accept_lists_feed_types(web: WebServer, bench: Bench) -> None:
    """Item 3: Accept of a feed names Atom, RSS, JSON Feed and XML; that of a page names HTML."""
    web.script("/rss", RSS)
    web.script("/nota", Reply(b"<html>"))
    bench.get(FEED)
    bench.page("http://diario.example/nota")
    feed, page = web.requests("/rss")[0].header("accept"), web.requests("/nota")[0].header("accept")
    assert feed is not None
    for kind in ("application/atom+xml", "application/rss+xml", "application/feed+json", "text/xml;q=0.8", "*/*;q=0.1"):
        assert kind in feed
    assert page is not None
    assert page.startswith("text/html")


def test_item_4_item_5_item_7_nothing_private_or_uncached_is_sent(web: WebServer, bench: Bench) -> None:
    """Items 4, 5 and 7: bounded codings only; no Cookie (even when one was set), Referer, A-IM or cache-busting."""
    web.script("/rss", Reply(b"<rss/>", headers={"Set-Cookie": "id=1; Path=/"}))
    bench.run(Request(FEED, "d"), Request(FEED + "#top", "d"))
    assert len(web.requests("/rss")) == 2
    for request in web.log:
        assert request.header("accept-encoding") == "gzip, br, zstd"
        for name in ("cookie", "referer", "a-im", "cache-control", "pragma", "if-modified-since", "if-none-match"):
            assert request.header(name) is None


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("/a%2fb%7Ec?x=%c3%b1&k=a+b&&e=", "/a%2fb%7Ec?x=%c3%b1&k=a+b&&e="),
        ("/a/../b//c/./d;p=1?%zz&a[]=~", "/a/../b//c/./d;p=1?%zz&a[]=~"),
        ("/ñandú y más?q=á#trozo", "/%C3%B1and%C3%BA%20y%20m%C3%A1s?q=%C3%A1"),
        ("", "/"),
        ("?p=1", "/?p=1"),
    ],
)
def test_item_6_address_arrives_unchanged(web: WebServer, bench: Bench, address: str, sent: str) -> None:
    """Item 6: escapes keep their case, nothing is normalised, non-ASCII is encoded once, no fragment is sent."""
    web.script(sent, RSS)
    answer = bench.get("http://diario.example" + address)
    assert web.log[-1].path == sent
    assert answer.final_url == "http://diario.example" + sent


def test_item_6_host_name_is_sent_as_idna(web: WebServer, bench: Bench) -> None:
    """Item 6: a host with letters beyond ASCII goes out in its IDNA form, without a default port."""
    web.script("/rss", RSS)
    bench.get("http://ÑANDÚ.example:80/rss")
    assert web.log[-1].host == "xn--and-6ma2c.example"


@pytest.mark.parametrize(
    "validators",
    [
        Validators('W/"33a6-gzip"', "Mon, 3 nov 2025"),
        Validators("not quoted at all", "yesterday"),
        Validators('"a"', ""),
        Validators("", "Sat, 01 Nov 2025 10:00:00 GMT"),
    ],
)
def test_item_9_item_13_validators_are_echoed_verbatim(web: WebServer, bench: Bench, validators: Validators) -> None:
    """Items 9 and 13: each validator goes back as the string it was, and none is made up for one that is missing."""
    web.script("/rss", Reply(status=304))
    assert isinstance(bench.get(FEED, validators=validators), NotModified)
    request = web.requests("/rss")[0]
    assert (request.header("if-none-match") or "") == validators.etag
    assert (request.header("if-modified-since") or "") == validators.last_modified


def test_item_8_utf8_validator_comes_back_as_the_same_bytes(web: WebServer, bench: Bench) -> None:
    """Item 8: header bytes beyond ASCII make the round trip through the store unchanged."""
    tag = '"edición"'.encode()
    web.script("/rss", Reply(b"<rss/>", headers={"ETag": tag.decode("latin-1")}), Reply(status=304))
    first = bench.get(FEED)
    bench.get(FEED, validators=first.validators)
    assert b"If-None-Match: " + tag in web.requests("/rss")[1].raw


@pytest.mark.parametrize("poison", ['"a"\r\nX-Evil: 1', '"a"\x00', '"\u20ac"', '"\xf1"', "\n"])
def test_item_8_poisoned_validator_is_dropped(web: WebServer, bench: Bench, poison: str) -> None:
    """Item 8: a stored validator that could break or falsify the header is left out, and the request still works."""
    web.script("/rss", RSS)
    assert isinstance(bench.get(FEED, validators=Validators(poison, poison)), Fetched)
    request = web.requests("/rss")[0]
    assert request.header("if-none-match") is None
    assert request.header("if-modified-since") is None
    assert b"X-Evil" not in request.raw


def test_item_12_not_modified_keeps_its_headers(web: WebServer, bench: Bench) -> None:
    """Item 12: a 304 is a success that hands on what it refreshes."""
    web.script("/rss", Reply(status=304, headers={"ETag": '"e2"', "Cache-Control": "max-age=7200"}))
    answer = bench.get(FEED, validators=Validators('"e1"'))
    assert isinstance(answer, NotModified)
    assert (answer.header("etag"), answer.header("CACHE-CONTROL")) == ('"e2"', "max-age=7200")


def test_item_16_304_without_a_question_is_a_protocol_error(web: WebServer, bench: Bench) -> None:
    """Item 16: a 304 to an unconditional request is an error, not an empty success."""
    web.script("/rss", Reply(status=304))
    assert bench.get(FEED).reason is Reason.PROTOCOL


def test_item_15_item_27_validators_go_only_to_the_url_that_gave_them(web: WebServer, bench: Bench) -> None:
    """Items 15 and 27: behind a redirect only the final hop gets them, and its 304 is a success."""
    web.script("/old", Reply(status=301, headers={"Location": "/rss"}))
    web.script("/rss", RSS, Reply(status=304))
    first = bench.get("http://diario.example/old")
    again = bench.get("http://diario.example/old", validators=first.validators, validators_url=first.final_url)
    assert isinstance(again, NotModified)
    assert [hop.url for hop in again.redirects] == ["http://diario.example/old"]
    assert all(request.header("if-none-match") is None for request in web.requests("/old"))
    assert web.requests("/rss")[1].header("if-none-match") == '"e1"'


def test_item_15_validators_are_withheld_when_the_redirect_leads_elsewhere(web: WebServer, bench: Bench) -> None:
    """Item 15: a redirect that moved on to another address starts without validators."""
    web.script("/old", Reply(status=302, headers={"Location": "/new"}))
    web.script("/new", RSS)
    answer = bench.get(
        "http://diario.example/old", validators=Validators('"e1"'), validators_url="http://diario.example/rss"
    )
    assert isinstance(answer, Fetched)
    assert all(request.header("if-none-match") is None for request in web.log)


def test_every_exchange_is_recorded(web: WebServer, bench: Bench) -> None:
    """The recorder hears of robots.txt, of content, of an error with its answer and of one without any."""
    web.script("/rss", RSS)
    web.script("/gone", Reply(b"se fue", status=410))
    bench.run(Request(FEED, "d"), Request("http://diario.example/gone", "d"), Request("ftp://diario.example/", "d"))
    seen: list[Any] = [
        (r.request.purpose, r.answer and r.answer.body, r.error and r.error.reason) for r in bench.tape.records
    ]
    assert seen == [
        (Purpose.ROBOTS, b"", None),
        (Purpose.FEED, b"<rss version='2.0'/>", None),
        (Purpose.FEED, b"se fue", Reason.GONE),
        (Purpose.FEED, None, Reason.BAD_URL),
    ]
