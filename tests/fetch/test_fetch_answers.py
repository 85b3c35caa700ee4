"""What comes back: status codes, redirects and their reasons."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from fakes import Reply, WebServer
from surroundings import NOON, Bench

from monitor.clock import SimulatedClock
from monitor.errors import Reason
from monitor.fetch.answers import retry_at
from monitor.model import Fetched

FEED = "http://diario.example/rss"


def moved(location: str, status: int = 302) -> Reply:
    return Reply(status=status, headers={"Location": location})


@pytest.mark.parametrize(
    ("status", "headers", "reason"),
    [
        (401, {}, Reason.HTTP_AUTH),
        (402, {}, Reason.HTTP_AUTH),
        (403, {}, Reason.HTTP_AUTH),
        (451, {}, Reason.HTTP_AUTH),
        (403, {"cf-mitigated": "challenge"}, Reason.CHALLENGE),
        (503, {"CF-Mitigated": "challenge"}, Reason.CHALLENGE),
        (202, {"x-amzn-waf-action": "challenge"}, Reason.CHALLENGE),
        (404, {}, Reason.NOT_FOUND),
        (410, {}, Reason.GONE),
        (429, {}, Reason.RATE_LIMITED),
        (503, {"Retry-After": "120"}, Reason.RATE_LIMITED),
        (503, {}, Reason.HTTP_SERVER),
        (503, {"Retry-After": "soon"}, Reason.HTTP_SERVER),
        (500, {}, Reason.HTTP_SERVER),
        (530, {}, Reason.HTTP_SERVER),
        (412, {}, Reason.HTTP_CLIENT),
        (418, {}, Reason.HTTP_CLIENT),
        (300, {}, Reason.REDIRECT),
        (204, {}, Reason.EMPTY),
        (206, {}, Reason.PROTOCOL),
    ],
)
def test_item_29_status_has_its_reason(
    web: WebServer, bench: Bench, status: int, headers: dict[str, str], reason: Reason
) -> None:
    """Item 29: every status that brings no content has one reason, and the message names status and address."""
    web.script("/rss", Reply(b"" if status == 204 else b"no", status=status, headers=headers))
    error = bench.get(FEED)
    assert (error.reason, error.status) == (reason, status)
    assert str(status) in error.message
    assert FEED in error.message


@pytest.mark.parametrize("body", [b"", b" \r\n\t "])
def test_item_29_empty_200_is_an_error(web: WebServer, bench: Bench, body: bytes) -> None:
    """Item 29: a 200 without a body is not an empty feed."""
    web.script("/rss", Reply(body))
    assert bench.get(FEED).reason is Reason.EMPTY


def test_item_7_partial_answer_keeps_its_status(web: WebServer, bench: Bench) -> None:
    """Item 7: an unasked-for 226 is handed on as 226, so that nobody takes the part for the whole."""
    web.script("/rss", Reply(b"<rss/>", status=226))
    assert bench.get(FEED).status == 226


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_item_25_redirects_are_followed_and_listed(web: WebServer, bench: Bench, status: int) -> None:
    """Item 25: all five kinds are followed, and the chain with its statuses is kept for the decision to move."""
    web.script("/rss", moved("/feed", status))
    web.script("/feed", Reply(b"<rss/>"))
    answer = bench.get(FEED)
    assert answer.final_url == "http://diario.example/feed"
    assert [(hop.url, hop.status) for hop in answer.redirects] == [(FEED, status)]


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("feed/", "/sec/feed/"),
        ("?p=2", "/sec/rss?p=2"),
        ("//otro.example/x", "/x"),
        ("/con espacio", "/con%20espacio"),
        ("/opinión".encode().decode("latin-1"), "/opini%C3%B3n"),
        ("/opini\xf3n", "/opini%F3n"),
        ("/a%2fB#frag", "/a%2fB"),
        ("HTTP://DIARIO.example/Y", "/Y"),
    ],
)
def test_item_25_odd_locations_are_understood(web: WebServer, bench: Bench, location: str, path: str) -> None:
    """Item 25: relative, blank-ridden and non-ASCII targets arrive as their bytes mean."""
    web.script("/sec/rss", moved(location))
    web.script(path, Reply(b"<rss/>"))
    assert isinstance(bench.get("http://diario.example/sec/rss"), Fetched)
    assert web.log[-1].path == path


def test_item_25_redirect_without_location_is_an_error(web: WebServer, bench: Bench) -> None:
    """Item 25: a redirect that leads nowhere."""
    web.script("/rss", Reply(status=301))
    error = bench.get(FEED)
    assert error.reason is Reason.REDIRECT
    assert "without a Location" in error.message


def test_item_25_redirect_circle_is_an_error(web: WebServer, bench: Bench) -> None:
    """Item 25: a loop ends at its second visit."""
    web.script("/rss", moved("/b"))
    web.script("/b", moved("/rss"))
    assert bench.get(FEED).reason is Reason.REDIRECT
    assert len(web.requests("/rss")) == 1


def test_item_25_at_most_five_redirects(web: WebServer, bench: Bench) -> None:
    """Item 25: the fifth redirect is followed, the sixth is not."""
    for number in range(6):
        web.script(f"/{number}", moved(f"/{number + 1}"))
    web.script("/6", Reply(b"<rss/>"))
    assert isinstance(bench.get("http://diario.example/1"), Fetched)
    assert bench.get("http://diario.example/0").reason is Reason.REDIRECT


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "ftp://diario.example/x", "javascript:1", "data:text/xml,<rss/>", "http://:80/x"],
)
def test_item_37_only_http_is_followed(web: WebServer, bench: Bench, location: str) -> None:
    """Item 37: no other scheme, and no address without a host."""
    web.script("/rss", moved(location))
    assert bench.get(FEED).reason is Reason.BAD_URL


def test_item_43_credentials_are_not_followed_and_not_shown(web: WebServer, bench: Bench) -> None:
    """Item 43: a redirect into user:password@ is refused and the message keeps the secret."""
    web.script("/rss", moved("http://ana:clave@otro.example/?token=abc"))
    error = bench.get(FEED)
    assert error.reason is Reason.BAD_URL
    assert "clave" not in error.message
    assert "abc" not in error.message


def test_item_37_foreign_ports_are_for_configured_feeds_only(web: WebServer, bench: Bench) -> None:
    """Item 37: the operator may name a feed on another port; a redirect or a page may not lead to one."""
    web.script("/rss", moved("http://otro.example:22/"))
    assert bench.get(FEED).reason is Reason.BAD_URL
    assert bench.page("http://diario.example:8080/nota").reason is Reason.BAD_URL
    assert bench.get("http://diario.example:8080/rss").reason is Reason.UNREACHABLE  # no such route in this bench


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("5400", timedelta(minutes=90)),
        (" 60 ", timedelta(minutes=1)),
        ("86400.0", timedelta(days=1)),
        ("1000000000", timedelta(days=7)),
        ("9" * 400, timedelta(days=7)),
        ("Mon, 02 Nov 2026 14:00:00 GMT", timedelta(hours=2)),
        ("Monday, 02-Nov-26 14:00:00 GMT", timedelta(hours=2)),
        ("Mon Nov  2 14:00:00 2026", timedelta(hours=2)),
        ("Mon, 02 Nov 2026 09:00:00 -0500", timedelta(hours=2)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", timedelta(days=7)),
        ("Mon, 02 Nov 2020 14:00:00 GMT", None),
        ("-5", None),
        ("0", None),
        ("", None),
        ("soon", None),
        ("Mon, 99 Foo 2026", None),
    ],
)
def test_item_28_retry_after_in_all_its_forms(value: str, wait: timedelta | None) -> None:
    """Item 28: seconds and the three dates of RFC 9110, at most seven days; what is no time to come is no wish."""
    expected = None if wait is None else NOON + wait
    assert retry_at(503, [("RETRY-AFTER", value)], NOON) == expected


def test_item_28_sequence_s4_item_44_retry_after_pauses_the_whole_host(
    web: WebServer, bench: Bench, clock: SimulatedClock
) -> None:
    """Items 28, S4 and 44: other feeds and pages of the host wait too, also in later runs, and then resume."""
    web.script("/a", Reply(status=429, headers={"Retry-After": "5400"}), Reply(b"<rss/>"))
    web.script("/b", Reply(b"<rss/>"))
    first, other = bench.get("http://diario.example/a"), bench.get("http://www.diario.example/b")
    assert first.reason is Reason.RATE_LIMITED
    assert other.reason is Reason.HOST_PAUSED
    assert first.retry_at == other.retry_at
    until = first.retry_at
    asked = len(web.log)
    clock.move_to(until - timedelta(minutes=2))
    assert bench.page("http://diario.example/nota").reason is Reason.HOST_PAUSED
    assert len(web.log) == asked
    clock.move_to(until)
    assert isinstance(bench.get("http://diario.example/b"), Fetched)
    assert isinstance(bench.get("http://diario.example/a"), Fetched)
    assert all(request.at is not None and request.at >= until for request in web.log[asked:])


def test_item_28_429_without_a_time_pauses_the_host_for_an_hour(
    web: WebServer, bench: Bench, clock: SimulatedClock
) -> None:
    """Item 28: the error names no time, since the server named none, but the host is left alone."""
    web.script("/a", Reply(status=429))
    web.script("/b", Reply(b"<rss/>"))
    assert bench.get("http://diario.example/a").retry_at is None
    assert bench.get("http://diario.example/b").reason is Reason.HOST_PAUSED
    clock.move_to(clock.now() + timedelta(hours=1))
    assert isinstance(bench.get("http://diario.example/b"), Fetched)


def test_item_28_retry_after_on_a_redirect_is_waited_for(web: WebServer, bench: Bench) -> None:
    """Item 28: a short wish on a 302 delays the next hop, a long one ends the request."""
    web.script("/rss", Reply(status=302, headers={"Location": "/feed", "Retry-After": "30"}))
    web.script("/feed", Reply(b"<rss/>"))
    assert isinstance(bench.get(FEED), Fetched)
    first, second = web.requests("/rss")[0].at, web.requests("/feed")[0].at
    assert first is not None
    assert second is not None
    assert second - first >= timedelta(seconds=30)
    web.script("/rss", Reply(status=302, headers={"Location": "/feed", "Retry-After": "3000"}))
    assert bench.get(FEED).reason is Reason.HOST_PAUSED


def test_instants_are_of_the_clock(web: WebServer, bench: Bench) -> None:
    """Answers are stamped with the instant of the first request, on the clock that was handed in."""
    web.script("/rss", Reply(b"<rss/>"))
    answer = bench.get(FEED)
    assert answer.started_at == web.requests("/rss")[0].at
    assert answer.started_at.tzinfo is UTC
    assert answer.started_at < datetime(2026, 11, 2, 12, 1, tzinfo=UTC)
