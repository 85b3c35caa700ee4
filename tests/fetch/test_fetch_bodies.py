"""Bodies: every coding, bombs, cuts and slow servers. A document arrives whole and within its limits, or not at all."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import brotli
import pytest
import zstandard
from fakes import STALL, Raw, Reply, WebServer, chunked
from hypothesis import given, settings
from hypothesis import strategies as st
from surroundings import QUICK, Bench

from monitor.codings import BodyDecoder
from monitor.errors import FetchError, Reason
from monitor.model import Fetched, Purpose

FEED = "http://diario.example/rss"
XML = b"<?xml version='1.0'?><rss>" + b"<item>Congreso</item>" * 4000 + b"</rss>"


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": lambda data: brotli.compress(data, quality=5),
    "zstd": zstandard.ZstdCompressor().compress,
}


@pytest.mark.parametrize(
    ("label", "body"),
    [(name, pack(XML)) for name, pack in PACK.items()]
    + [
        ("deflate", raw_deflate(XML)),
        ("GZip", gzip.compress(XML, mtime=0)),
        ("gzip, gzip", gzip.compress(gzip.compress(XML, mtime=0), mtime=0)),
        ("br, gzip", gzip.compress(brotli.compress(XML), mtime=0)),
        ("identity", XML),
        ("UTF-8", XML),
        ("gzip", XML),
        ("br", XML),
        ("deflate", XML),
        ("zstd", XML),
        ("", gzip.compress(XML, mtime=0)),
        ("gzip", gzip.compress(XML, mtime=0) + b"\0\0 trailing"),
        ("gzip", gzip.compress(XML[:500], mtime=0) + gzip.compress(XML[500:], mtime=0)),
        ("zstd", PACK["zstd"](XML[:500]) + PACK["zstd"](XML[500:])),
    ],
)
def test_item_4_item_34_codings_are_undone(web: WebServer, bench: Bench, label: str, body: bytes) -> None:
    """Items 4 and 34: each coding, two layers, wrong labels, a bare .gz, padding and several members."""
    web.script("/rss", Reply(body, headers={"Content-Encoding": label} if label else {}))
    answer = bench.get(FEED)
    assert answer.body == XML
    assert answer.wire_bytes == len(body)


def test_item_34_three_layers_are_refused(web: WebServer, bench: Bench) -> None:
    """Item 34: nobody packs three times for a good reason."""
    web.script("/rss", Reply(XML, headers={"Content-Encoding": ["gzip, br", "gzip"]}))
    assert bench.get(FEED).reason is Reason.BAD_ENCODING


@pytest.mark.parametrize("label", sorted(PACK))
def test_item_33_cut_streams_are_failures(web: WebServer, bench: Bench, label: str) -> None:
    """Item 33: a packed body without its end is an error although the HTTP message is complete."""
    web.script("/rss", Reply(PACK[label](XML)[:-5], headers={"Content-Encoding": label}))
    error = bench.get(FEED)
    assert error.reason is Reason.TRUNCATED
    assert FEED in error.message


@pytest.mark.parametrize("label", sorted(PACK))
def test_item_33_item_35_broken_streams_are_failures(web: WebServer, bench: Bench, label: str) -> None:
    """Items 33 and 35: damaged packing ends in a clean error."""
    body = bytearray(PACK[label](XML))
    body[12:] = b"\xff" * (len(body) - 12)
    web.script("/rss", Reply(bytes(body), headers={"Content-Encoding": label}))
    assert bench.get(FEED).reason in (Reason.BAD_ENCODING, Reason.TRUNCATED)


@pytest.mark.parametrize(
    "answer",
    [
        Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<rss>half"),
        chunked(b"<rss>", b"<item/>", end=False),
        Raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<rss"),
    ],
)
def test_item_33_cut_messages_are_failures(web: WebServer, bench: Bench, answer: Raw) -> None:
    """Item 33: short Content-Length, missing last chunk and cut chunk are errors, never a shorter feed."""
    web.script("/rss", answer)
    assert bench.get(FEED).reason is Reason.TRUNCATED


def test_chunks_are_joined(web: WebServer, bench: Bench) -> None:
    """A chunked, packed answer arrives whole, whatever the borders of its chunks."""
    packed = gzip.compress(XML, mtime=0)
    pieces = [packed[i : i + 7] for i in range(0, len(packed), 7)]
    web.script("/rss", chunked(*pieces, headers="Content-Encoding: gzip\r\n"))
    assert bench.get(FEED).body == XML


BOMBS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda data: gzip.compress(data, 6, mtime=0),
    "br": lambda data: brotli.compress(data, quality=2),
    "zstd": PACK["zstd"],
}


@pytest.mark.parametrize(
    ("label", "layers"), [("gzip", 1), ("br", 1), ("zstd", 1), ("gzip", 2), ("br", 2), ("zstd", 2)]
)
def test_item_32_bombs_end_at_the_cap(label: str, layers: int) -> None:
    """Item 32: a few kilobytes that unpack to 100 MB end at the cap, with little more than the cap in memory."""
    bomb = b"\0" * 100_000_000
    for _ in range(layers):
        bomb = BOMBS[label](bomb)
    assert len(bomb) < 110_000
    decoder = BodyDecoder([label] * layers, cap=10_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(FetchError) as caught:
            decoder.feed(bomb)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert caught.value.reason is Reason.TOO_LARGE
    assert len(decoder.output) <= 10_000_000
    assert peak < 40_000_000


def test_item_32_caps_hold_while_reading(web: WebServer, bench: Bench) -> None:
    """Item 32: announced, counted and unpacked size each end the request."""
    bench.with_settings(wire_cap=20_000, body_cap=60_000, page_cap=30_000)
    announced = Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 20001\r\n\r\n", STALL)
    packed = Reply(gzip.compress(XML[:70_000], mtime=0), headers={"Content-Encoding": "gzip"})
    web.script("/rss", announced, chunked(*[b"x" * 5000] * 5), packed)
    assert [bench.get(FEED).reason for _ in range(3)] == [Reason.TOO_LARGE] * 3
    web.script("/fits", Reply(gzip.compress(XML[:50_000], mtime=0), headers={"Content-Encoding": "gzip"}))
    assert isinstance(bench.get("http://diario.example/fits"), Fetched)
    assert bench.page("http://diario.example/fits").reason is Reason.TOO_LARGE


OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        Raw(STALL),
        Raw(OK, STALL),
        Raw(OK + b"Content-Length: 9\r\n\r\n<rss", STALL),
        Raw(OK + b"Content-Length: 500\r\n\r\n", *[0.05, b"x"] * 500),
        Raw(OK, *[0.05, b"X-A: b\r\n"] * 500),
        Raw(OK + b"X-A: ", *[0.05, b"b"] * 500),
    ],
)
def test_item_31_slow_servers_are_left(web: WebServer, bench: Bench, answer: Raw) -> None:
    """Item 31: silence, a stall, a dripped body and dripped headers all end at a deadline."""
    bench.settings = QUICK
    web.script("/rss", answer)
    assert bench.get(FEED).reason is Reason.TIMEOUT


def test_item_28_item_31_slow_body_of_an_error_does_not_hide_it(web: WebServer, bench: Bench) -> None:
    """Items 28 and 31: of a 429 whose body stalls, status and Retry-After still count."""
    bench.settings = QUICK
    web.script("/rss", Raw(b"HTTP/1.1 429 No\r\nRetry-After: 900\r\nContent-Length: 99\r\n\r\nwait", STALL))
    error = bench.get(FEED)
    assert (error.reason, error.status) == (Reason.RATE_LIMITED, 429)
    assert error.retry_at is not None


def test_item_31_deadline_covers_all_hops(web: WebServer, bench: Bench) -> None:
    """Item 31: redirects do not start the deadline anew."""
    bench.settings = QUICK
    for number in range(5):
        head = f"HTTP/1.1 302 Found\r\nLocation: /{number + 1}\r\nContent-Length: 0\r\n\r\n".encode()
        web.script(f"/{number}", Raw(0.3, head))
    web.script("/5", Raw(0.3, OK + b"\r\n<rss/>"))
    assert bench.get("http://diario.example/0").reason is Reason.TIMEOUT


@pytest.mark.parametrize(
    ("answer", "reasons"),
    [
        (Raw(OK + b"".join(b"X-%d: y\r\n" % i for i in range(500)) + b"\r\n<rss/>"), ()),
        (Raw(OK + b"X-Big: " + b"z" * 300_000 + b"\r\n\r\n<rss/>"), (Reason.PROTOCOL,)),
        (Raw(OK + b"Content-Length: 6\r\nContent-Length: 6\r\n\r\n<rss/>"), (Reason.PROTOCOL,)),
        (Raw(OK.replace(b"\r", b"") + b"Content-Type: text/xml\n\n<rss/>"), (Reason.PROTOCOL, Reason.UNREACHABLE)),
        (Raw(OK + b"X-City: " + "Áncash".encode() + b"\r\n\r\n<rss/>"), ()),
        (Raw(b"<rss/>"), (Reason.PROTOCOL,)),
        (Raw(b""), (Reason.UNREACHABLE,)),
        (Raw(b"\x16\x03\x01\x02\x00"), (Reason.PROTOCOL,)),
    ],
)
def test_item_35_odd_heads_are_accepted_or_refused_cleanly(
    web: WebServer, bench: Bench, answer: Raw, reasons: tuple[Reason, ...]
) -> None:
    """Item 35: many, huge, repeated or non-ASCII headers and things that are no HTTP never crash the client."""
    bench.settings = QUICK
    web.script("/rss", answer)
    result = bench.get(FEED)
    if isinstance(result, FetchError):
        assert result.reason in reasons
    else:
        assert result.body == b"<rss/>"


def test_item_44_robots_is_cut_at_its_limit(web: WebServer, bench: Bench) -> None:
    """Item 44: of an endless robots.txt the first 500 KiB count; the rest is not even read."""
    bench.with_settings(total_timeout=timedelta(seconds=5))
    rules = b"User-agent: *\nDisallow: /privado\n" + b"# " + b"x" * 700_000 + b"\nDisallow: /\n"
    web.script("/robots.txt", Reply(rules))
    web.script("/nota", Reply(b"<html>"))
    assert isinstance(bench.get("http://diario.example/nota", Purpose.PAGE), Fetched)
    assert bench.page("http://diario.example/privado").reason is Reason.ROBOTS
    assert len(bench.robots[0].body) <= 512_000


@given(data=st.binary(max_size=3000), label=st.sampled_from([*PACK, "auto", "gzip, br"]), step=st.integers(1, 600))
@settings(max_examples=150, deadline=None)
def test_any_bytes_decode_or_fail_cleanly(data: bytes, label: str, step: int) -> None:
    """Whatever arrives under whatever label: bytes within the cap, or a FetchError."""
    decoder = BodyDecoder(label.split(", "), cap=10_000)
    with suppress(FetchError):
        for start in range(0, len(data), step):
            decoder.feed(data[start : start + step])
        decoder.finish()
    assert len(decoder.output) <= 10_000


@pytest.mark.parametrize("label", sorted(PACK))
@pytest.mark.parametrize("step", [1000, 65_536, 1_000_000])
def test_item_33_large_bodies_come_back_whole(label: str, step: int) -> None:
    """Item 33: a body far larger than one piece is complete, and complete is recognised, whatever the chunks."""
    plain = b"".join(b"<item>%d</item>" % (number * number * 7919) for number in range(60_000))
    packed = PACK[label](plain)
    decoder = BodyDecoder([label], cap=2_000_000)
    for start in range(0, len(packed), step):
        decoder.feed(packed[start : start + step])
    assert decoder.finish() == plain


@given(data=st.binary(max_size=3000), label=st.sampled_from(sorted(PACK)), step=st.integers(1, 600))
@settings(max_examples=150, deadline=None)
def test_packed_bytes_come_back_whatever_the_chunks(data: bytes, label: str, step: int) -> None:
    """Decoding does not depend on where the network cut the stream."""
    plain = b"\0" + data  # never gzip itself, which would be unpacked once more
    packed = PACK[label](plain)
    decoder = BodyDecoder([label], cap=10_000)
    for start in range(0, len(packed), step):
        decoder.feed(packed[start : start + step])
    assert decoder.finish() == plain
