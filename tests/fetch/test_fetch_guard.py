"""Where the client goes at all: public addresses only, checked on the socket, and verified TLS."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence

import pytest
from fakes import STALL, Reply, WebServer, certificates
from hypothesis import given, settings
from hypothesis import strategies as st
from surroundings import QUICK, Bench

from monitor.clock import SimulatedClock
from monitor.errors import FetchError, Reason
from monitor.fetch import Network
from monitor.fetch.addresses import is_public
from monitor.fetch.target import parse_target, registrable, shown
from monitor.model import Fetched, FetchSettings, Purpose, Request

FEED = "http://diario.example/rss"

SPECIAL = """
    0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.8.8.8 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.8 192.0.0.9
    192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.7 203.0.113.7 224.0.0.1 239.255.255.255 240.0.0.1
    255.255.255.255 :: ::1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:8.8.8.8 64:ff9b::808:808 64:ff9b:1::1 100::1 2001::1
    2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1:: 3fff::1 5f00::1 fc00::1 fd12::1 fe80::1 fec0::1 ff02::1
    fe80::1%eth0 diario.example 1
"""
DISGUISES = """
    127.0.0.1 localhost 2130706433 0x7f000001 0x7f.1 127.1 0177.0.0.1 [::1] [::ffff:127.0.0.1] [::] 0 127.0.0.1.
    169.254.169.254 １２７.０.０.１ 127。0。0。1 ² ２130706433
"""
UNSAFE = """
    ftp://diario.example/ file:///etc/passwd gopher://x/ data:,x diario.example //diario.example/ http:// http:///x
    http://:80/ http://diario.example:0/ http://diario.example:99999/ http://ana@diario.example/ http://a:b@c.example/
    http://a..example/ http://a%00b.example/ http://exa|mple/ http://[::1 http://[fe80::1%25eth0]/
"""
BLANKS = [
    "http://diario.example/\r\nX: y",
    "http://diario.example/\t",
    "http://dia rio.example/",
    "http://diario.example/\ud800",
]


@pytest.mark.parametrize("address", SPECIAL.split())
def test_item_38_special_addresses_are_not_public(address: str) -> None:
    """Item 38: every special range, also those that Python 3.11 takes for global."""
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "200.48.225.130", "172.32.0.1", "2800:200::1", "2606:4700::1111"])
def test_item_38_ordinary_addresses_are_public(address: str) -> None:
    """Item 38: the guard leaves the internet reachable."""
    assert is_public(address)


@pytest.mark.parametrize("host", DISGUISES.split())
@pytest.mark.parametrize("purpose", [Purpose.FEED, Purpose.PAGE])
def test_item_38_disguised_loopback_is_refused(bench: Bench, host: str, purpose: Purpose) -> None:
    """Item 38: no way of writing a private address gets a connection, with the system's own resolver."""
    bench.network = Network()
    assert bench.get(f"http://{host}/rss", purpose).reason is Reason.SSRF_BLOCKED


def test_item_25_item_38_sequence_s13_redirect_to_metadata_service_is_refused(web: WebServer, bench: Bench) -> None:
    """Items 25, 38 and S13: each hop is checked like the first."""
    web.script("/rss", Reply(status=302, headers={"Location": "http://169.254.169.254/latest/meta-data/"}))
    error = bench.get(FEED)
    assert error.reason is Reason.SSRF_BLOCKED
    assert "169.254.169.254" in error.message


def _network(web: WebServer, *answers: Sequence[str], allow: bool = True) -> Network:
    """A resolver whose n-th look-up gives the n-th list of addresses, the last for ever."""
    turn = iter(range(10_000))

    async def resolve(host: str, port: int) -> list[tuple[str, int]]:
        return [(ip, web.port) for ip in answers[min(next(turn), len(answers) - 1)]]

    return Network(resolve, frozenset({web.address}) if allow else frozenset())


def test_item_38_private_answer_of_the_resolver_is_refused(web: WebServer, bench: Bench) -> None:
    """Item 38: a public name that leads to a private address is not connected to."""
    bench.network = _network(web, ["127.0.0.1"], allow=False)
    error = bench.get(FEED)
    assert error.reason is Reason.SSRF_BLOCKED
    assert web.connections == 0


def test_item_38_sequence_s13_rebinding_does_not_help(web: WebServer, bench: Bench) -> None:
    """Items 38 and S13: a name that turns private on a later look-up is refused at that connection."""
    web.script("/rss", Reply(status=302, headers={"Location": "http://otro.example/x"}))
    bench.network = _network(web, ["127.0.0.1"], ["10.0.0.1"])
    assert bench.get(FEED).reason is Reason.SSRF_BLOCKED
    assert bench.page("http://diario.example/nota").reason is Reason.SSRF_BLOCKED
    assert web.paths() == ["/robots.txt", "/rss"]


def test_item_38_of_mixed_answers_only_the_public_is_used(web: WebServer, bench: Bench) -> None:
    """Item 38: beside a private address the permitted one still serves."""
    web.script("/rss", Reply(b"<rss/>"))
    bench.network = _network(web, ["10.0.0.1", "127.0.0.1", "192.168.0.1"])
    assert isinstance(bench.get(FEED), Fetched)
    bench.network = _network(web, ["10.0.0.1", "192.168.0.1", "fd00::1"])
    assert bench.get("http://otro.example/rss").reason is Reason.SSRF_BLOCKED


def test_unknown_host_is_unreachable(bench: Bench) -> None:
    """A name without an address is unreachable, and the message names it."""
    bench.network = Network()
    error = bench.get("http://no-such-outlet.invalid/rss")
    assert error.reason is Reason.UNREACHABLE
    assert "no-such-outlet.invalid" in error.message


def test_refused_connection_is_unreachable(bench: Bench) -> None:
    """A closed port is unreachable."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed = ("127.0.0.1", listener.getsockname()[1])
    bench.network = Network.mapped({("*", 80): closed})
    assert bench.get(FEED).reason is Reason.UNREACHABLE


def test_item_31_slow_name_lookup_is_left(web: WebServer, bench: Bench) -> None:
    """Item 31: the deadline holds for the resolver too."""

    async def resolve(host: str, port: int) -> list[tuple[str, int]]:
        await asyncio.sleep(STALL)
        return []

    bench.settings, bench.network = QUICK, Network(resolve)
    assert bench.get(FEED).reason is Reason.TIMEOUT


def test_item_36_tls_is_verified(clock: SimulatedClock) -> None:
    """Item 36: a certificate of an unknown authority or of another name ends the request; a good one serves."""
    server, trusting = certificates("diario.example")
    with WebServer(now=clock.now, tls=server) as web:
        web.script("/rss", Reply(b"<rss/>"))
        routes = {("*", 443): web.address}
        good = Bench(web, clock, network=Network.mapped(routes, ssl=trusting))
        assert isinstance(good.get("https://diario.example/rss"), Fetched)
        error = good.get("https://otro.example/rss")
        assert error.reason is Reason.TLS
        assert "otro.example" in error.message
        strange = Bench(web, clock, network=Network.mapped(routes))
        assert strange.get("https://diario.example/rss").reason is Reason.TLS


def test_item_26_item_36_https_is_never_downgraded(clock: SimulatedClock) -> None:
    """Items 26 and 36: a redirect from https to http is not followed."""
    server, trusting = certificates("diario.example")
    with WebServer(now=clock.now, tls=server) as secure, WebServer(now=clock.now) as plain:
        secure.script("/rss", Reply(status=301, headers={"Location": "http://diario.example/rss"}))
        plain.script("/rss", Reply(b"<rss/>"))
        network = Network.mapped({("*", 443): secure.address, ("*", 80): plain.address}, ssl=trusting)
        error = Bench(secure, clock, network=network).get("https://diario.example/rss")
        assert error.reason is Reason.REDIRECT
        assert plain.log == []


def test_item_31_stalled_handshake_is_left(web: WebServer, bench: Bench) -> None:
    """Item 31: a port that accepts and says nothing does not hold a TLS request."""
    bench.settings = QUICK
    bench.network = Network.mapped({("*", 443): web.address})
    assert bench.get("https://diario.example/rss").reason in (Reason.TIMEOUT, Reason.TLS, Reason.UNREACHABLE)


@pytest.mark.parametrize("url", [*UNSAFE.split(), *BLANKS, f"http://{'a' * 70}.pe/"])
def test_item_37_unsafe_addresses_are_refused(bench: Bench, url: str) -> None:
    """Item 37: other schemes, missing or broken hosts, credentials and control characters are refused unsent."""
    assert bench.get(url).reason is Reason.BAD_URL
    assert bench.web.log == []


@given(st.builds(str.__add__, st.sampled_from(["http://diario.example/", "http://", ""]), st.text(max_size=60)))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused(url: str) -> None:
    """Reading an address is total and settled: what was read reads again as itself."""
    try:
        target = parse_target(url)
    except FetchError:
        return
    assert parse_target(target.url) == target
    assert target.url.isascii()
    assert not set(target.url) & set(" \r\n\t\x00")


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("archivo.diario.pe", "diario.pe"),
        ("diario.pe", "diario.pe"),
        ("www.oficina.gob.pe", "oficina.gob.pe"),
        ("a.b.diario.com.pe", "diario.com.pe"),
        ("feeds.agencia.com", "agencia.com"),
        ("diario.pe.", "diario.pe"),
        ("localhost", "localhost"),
        ("10.20.30.40", "10.20.30.40"),
        ("2001:db8::1", "2001:db8::1"),
    ],
)
def test_item_24_registrable_name(host: str, name: str) -> None:
    """Item 24: subdomains of one outlet share one limit; outlets under com.pe or gob.pe do not."""
    assert registrable(host) == name


def test_item_43_secrets_are_not_shown() -> None:
    """Item 43: user info and secret query values never reach a message."""
    text = shown("https://ana:clave@diario.example/x?a=1&access_token=abc&API_KEY=def&b=2\n")
    assert text == "https://***@diario.example/x?a=1&access_token=***&API_KEY=***&b=2?"


def test_defaults_reach_only_public_addresses() -> None:
    """The default network lists no exception."""
    network = Network()
    assert network.permits("8.8.8.8", 443)
    assert not network.permits("127.0.0.1", 80)
    assert FetchSettings().concurrency == 16
    assert Request("http://x.example/", "x").purpose is Purpose.FEED
