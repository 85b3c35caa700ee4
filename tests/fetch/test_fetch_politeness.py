"""Politeness on a simulated clock: gaps, one request at a time per host, dead hosts, and robots.txt."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from fakes import Logged, Raw, Reply, WebServer
from hypothesis import given, settings
from hypothesis import strategies as st
from surroundings import NOON, Bench

from monitor.clock import SimulatedClock
from monitor.errors import Reason
from monitor.fetch import Network
from monitor.fetch.robots import read_rules
from monitor.model import Fetched, FetchSettings, HostState, Purpose, Request, RobotsRecord

HTML = Reply(b"<html>nota</html>")
DAY = timedelta(days=1)
CUT = Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nU")


def starts(web: WebServer, *hosts: str) -> list[datetime]:
    return [request.at for request in web.log if request.at is not None and (not hosts or request.host in hosts)]


def gaps(instants: list[datetime]) -> list[timedelta]:
    return [later - earlier for earlier, later in pairwise(sorted(instants))]


def pages(host: str, count: int, **rest: str) -> list[Request]:
    return [Request(f"http://{host}/{number}", "d", Purpose.PAGE, **rest) for number in range(count)]  # type: ignore[arg-type]


def serve_pages(web: WebServer, count: int) -> None:
    for number in range(count):
        web.script(f"/{number}", HTML)


def test_item_24_gap_between_starts_of_one_host(web: WebServer, bench: Bench) -> None:
    """Item 24: at least 2 s between starts, over robots.txt, feeds and pages, also of its subdomains."""
    serve_pages(web, 5)
    requests = [*pages("diario.example", 5), *pages("www.diario.example", 3)]
    assert all(isinstance(answer, Fetched) for answer in bench.run(*requests, together=True))
    assert len(web.log) == 10
    assert min(gaps(starts(web))) >= timedelta(seconds=2)


def test_item_24_gap_counts_from_the_start(web: WebServer, bench: Bench, clock: SimulatedClock) -> None:
    """Item 24: the gap is measured start to start, so a slow answer does not add to it."""

    def slow(request: Logged) -> Reply:
        clock.move_to(clock.now() + timedelta(seconds=5))
        return HTML

    web.script("/robots.txt", Reply(status=404))
    web.script("/0", slow)
    web.script("/1", HTML)
    bench.run(*pages("diario.example", 2))
    robots, first, second = starts(web)
    assert first - robots == timedelta(seconds=2)
    assert second - first == timedelta(seconds=5)


def test_item_24_hosts_do_not_wait_for_each_other(web: WebServer, bench: Bench) -> None:
    """Item 24: the gap is per host; different outlets go on side by side."""
    serve_pages(web, 1)
    bench.run(*(pages(f"d{number}.example", 1)[0] for number in range(10)), together=True)
    assert max(starts(web)) - min(starts(web)) < timedelta(seconds=2 * 20)
    assert len(web.log) == 20


def test_item_24_platform_group_shares_one_limit(web: WebServer, bench: Bench) -> None:
    """Item 24: hosts of one platform count as one, also for pages that do not name the group again."""
    serve_pages(web, 3)
    hosts = [f"diario{number}.example" for number in range(3)]
    feeds = [Request(f"http://{host}/0", "d", group="arc") for host in hosts]
    bench.run(*feeds, *(page for host in hosts for page in pages(host, 3)))
    assert len(web.log) == 15
    assert min(gaps(starts(web))) >= timedelta(seconds=2)


def test_item_24_one_request_at_a_time_per_host(web: WebServer, bench: Bench) -> None:
    """Item 24: concurrency 1 per host and the configured number over all hosts."""
    running: dict[str, int] = {}
    peak = {"host": 0, "all": 0}
    lock = threading.Lock()

    def busy(request: Logged) -> Reply:
        with lock:
            running[request.host] = running.get(request.host, 0) + 1
            peak["host"] = max(peak["host"], running[request.host])
            peak["all"] = max(peak["all"], sum(running.values()))
        threading.Event().wait(0.02)
        with lock:
            running[request.host] -= 1
        return HTML

    bench.with_settings(concurrency=4)
    for number in range(3):
        web.script(f"/{number}", busy)
    requests = [page for host in range(8) for page in pages(f"d{host}.example", 3)]
    assert all(isinstance(answer, Fetched) for answer in bench.run(*requests, together=True))
    assert peak["host"] == 1
    assert 2 <= peak["all"] <= 4


def test_three_connection_failures_pause_the_host(bench: Bench, web: WebServer) -> None:
    """Three failures in a row pause the host for this run only; others and the next run are not touched."""
    web.script("/0", HTML)
    bench.network = Network.mapped({("*", 80): web.address, ("muerto.example", 80): ("127.0.0.1", 1)})
    dead = [Request(f"http://muerto.example/{number}", "d") for number in range(5)]
    answers = bench.run(*dead, *pages("vivo.example", 1))
    assert [getattr(answer, "reason", None) for answer in answers] == [
        *[Reason.UNREACHABLE] * 5,
        None,
    ]
    assert "left alone in this run" in str(answers[4])
    assert bench.paused == []
    assert bench.get("http://muerto.example/rss").reason is Reason.UNREACHABLE


def test_an_answer_resets_the_count_of_failures(bench: Bench, web: WebServer) -> None:
    """Only failures in a row count; a 404 is an answer too."""
    web.script("/mal", Raw(b""))
    urls = ["mal", "mal", "bien", "mal", "mal", "bien", "mal"]
    answers = bench.run(*(Request(f"http://diario.example/{path}", "d") for path in urls))
    assert [answer.reason for answer in answers] == [
        Reason.NOT_FOUND if path == "bien" else Reason.UNREACHABLE for path in urls
    ]


def test_item_28_pauses_of_earlier_runs_hold(bench: Bench, web: WebServer) -> None:
    """Item 28: a pause in the warehouse, by host or by group, keeps every request away, robots.txt included."""
    bench.paused = [HostState("diario.example", NOON + DAY), HostState("arc", NOON + DAY)]
    assert bench.page("http://www.diario.example/x").reason is Reason.HOST_PAUSED
    assert bench.get("http://otro.example/x", group="arc").reason is Reason.HOST_PAUSED
    assert web.log == []


# ---------------------------------------------------------------- robots.txt


def robots(web: WebServer, text: str | bytes, status: int = 200) -> None:
    web.script("/robots.txt", Reply(text.encode() if isinstance(text, str) else text, status=status))


def test_item_44_robots_is_read_once_a_day(web: WebServer, bench: Bench, clock: SimulatedClock) -> None:
    """Item 44: one robots.txt per host and day, over runs; it is always allowed itself."""
    robots(web, "User-agent: *\nDisallow: /privado\nDisallow: /robots.txt\n")
    serve_pages(web, 2)
    bench.run(*pages("diario.example", 2), together=True)
    assert bench.page("http://diario.example/privado/x").reason is Reason.ROBOTS
    clock.move_to(NOON + DAY - timedelta(minutes=1))
    bench.page("http://diario.example/0")
    assert len(web.requests("/robots.txt")) == 1
    clock.move_to(NOON + DAY + timedelta(minutes=1))
    bench.page("http://diario.example/0")
    assert len(web.requests("/robots.txt")) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418, 451])
def test_item_44_client_errors_mean_no_rules(web: WebServer, bench: Bench, status: int) -> None:
    """Item 44: a robots.txt that does not exist forbids nothing (RFC 9309 section 2.3.1.3)."""
    robots(web, "User-agent: *\nDisallow: /\n", status)
    serve_pages(web, 1)
    assert isinstance(bench.page("http://diario.example/0"), Fetched)


@pytest.mark.parametrize("answer", [Reply(status=500), Reply(status=503), Raw(b""), CUT])
def test_item_44_item_45_unreachable_robots_forbids_pages_but_not_feeds(
    web: WebServer, bench: Bench, answer: Reply | Raw
) -> None:
    """Items 44 and 45: without an answer no page is fetched; the feed the operator chose is."""
    web.script("/robots.txt", answer)
    serve_pages(web, 1)
    assert bench.page("http://diario.example/0").reason is Reason.ROBOTS_UNAVAILABLE
    assert bench.get("http://diario.example/0", Purpose.FOLLOW).reason is Reason.ROBOTS_UNAVAILABLE
    assert isinstance(bench.get("http://diario.example/0"), Fetched)


def test_item_44_sequence_s12_last_good_copy_holds_while_robots_fails(
    web: WebServer, bench: Bench, clock: SimulatedClock
) -> None:
    """Items 44 and S12: blocked by our own group; still blocked while the server fails; free once it is gone."""
    web.script(
        "/robots.txt",
        Reply(b"User-agent: peru-monitor\nDisallow: /rss\n"),
        Reply(status=503),
        Reply(status=500),
        Reply(status=404),
    )
    web.script("/rss", Reply(b"<rss/>"))
    for _ in range(3):
        assert bench.get("http://diario.example/rss").reason is Reason.ROBOTS
        clock.move_to(clock.now() + DAY)
    assert isinstance(bench.get("http://diario.example/rss"), Fetched)
    assert [record.status for record in bench.robots] == [200, 503, 500, 404]


def test_item_44_last_good_copy_allows_pages_while_robots_fails(
    web: WebServer, bench: Bench, clock: SimulatedClock
) -> None:
    """Item 44: an earlier "there is none" holds as well as earlier rules."""
    web.script("/robots.txt", Reply(status=404), Reply(status=503))
    serve_pages(web, 1)
    for _ in range(2):
        assert isinstance(bench.page("http://diario.example/0"), Fetched)
        clock.move_to(clock.now() + DAY)
    bench.robots = bench.robots[-1:]  # the store may keep only the latest record
    assert isinstance(bench.page("http://diario.example/0"), Fetched)


def test_item_28_item_44_429_on_robots_pauses_the_host(web: WebServer, bench: Bench) -> None:
    """Items 28 and 44: a 429 forbids pages, and its wait holds for the feed too."""
    web.script("/robots.txt", Reply(status=429, headers={"Retry-After": "7200"}))
    assert bench.page("http://diario.example/0").reason is Reason.ROBOTS_UNAVAILABLE
    assert bench.get("http://diario.example/rss").reason is Reason.HOST_PAUSED
    assert web.paths() == ["/robots.txt"]


@pytest.mark.parametrize(
    ("text", "feed", "page"),
    [
        ("User-agent: *\nDisallow: /\n", True, False),
        ("User-agent: peru-monitor\nDisallow: /\n", False, False),
        ("user-AGENT : Peru-Monitor/1.0 # us\nDisallow: /x\n", False, False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: peru-monitor\nAllow: /\n", True, True),
        ("User-agent: *\nDisallow:\n\nUser-agent: otherbot\nUser-agent: peru-monitor\nDisallow: /x\n", False, False),
        ("\ufeffUser-agent: *\nDisallow: /x\n", True, False),
        ("<!DOCTYPE html><html>User-agent: *\nDisallow: /\n", True, True),
        ("", True, True),
        ("User-agent: otherbot\nDisallow: /\n", True, True),
        ("User-agent: *\nDisallow: /*?\n", True, True),
    ],
)
def test_item_44_item_45_item_47_rules_for_feeds_and_pages(
    web: WebServer, bench: Bench, text: str, feed: bool, page: bool
) -> None:
    """Items 44, 45 and 47: pages obey every group, configured feeds only a group with our name; BOM and HTML."""
    robots(web, text)
    web.script("/x", HTML)
    assert isinstance(bench.get("http://diario.example/x"), Fetched) is feed
    assert isinstance(bench.page("http://diario.example/x"), Fetched) is page


def test_item_25_item_46_redirect_target_is_asked_too(web: WebServer, bench: Bench) -> None:
    """Items 25 and 46: a redirect to another host obeys that host's robots.txt."""
    web.script("http://diario.example/0", Reply(status=302, headers={"Location": "http://otro.example/nota"}))
    web.script("http://otro.example/robots.txt", Reply(b"User-agent: *\nDisallow: /nota\n"))
    web.script("/nota", HTML)
    assert bench.page("http://diario.example/0").reason is Reason.ROBOTS
    assert web.requests("/nota") == []


def test_item_44_robots_redirects(web: WebServer, bench: Bench) -> None:
    """Item 44: up to five redirects are followed; more than that count as "there is none"."""
    web.script("/robots.txt", Reply(status=301, headers={"Location": "/r1"}))
    for number in range(1, 5):
        web.script(f"/r{number}", Reply(status=301, headers={"Location": f"/r{number + 1}"}))
    web.script("/r5", Reply(b"User-agent: *\nDisallow: /\n"))
    serve_pages(web, 1)
    assert bench.page("http://diario.example/0").reason is Reason.ROBOTS
    web.script("/r5", Reply(status=301, headers={"Location": "/r6"}))
    web.script("/r6", Reply(b"User-agent: *\nDisallow: /\n"))
    assert isinstance(bench.page("http://otro.example/0"), Fetched)


@pytest.mark.parametrize(
    ("line", "gap"),
    [
        ("Crawl-delay: 10", 10),
        ("Crawl-delay: 900", 60),
        ("Crawl-delay: -5", 2),
        ("Crawl-delay: nan", 2),
        ("Crawl-delay: 0.5", 2),
        ("Request-rate: 1/30", 30),
    ],
)
def test_item_46_crawl_delay_raises_the_gap(web: WebServer, bench: Bench, line: str, gap: int) -> None:
    """Item 46: what robots.txt asks for raises the gap, up to a minute, and never lowers it."""
    robots(web, f"User-agent: *\n{line}\n")
    serve_pages(web, 3)
    assert all(isinstance(answer, Fetched) for answer in bench.run(*pages("diario.example", 3)))
    assert set(gaps(starts(web))) == {timedelta(seconds=gap)}


@given(st.text(max_size=300) | st.text(alphabet="Uuser-agent:*Dislow/ \n#$CrhRqt0159.\ufeff", max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_robots_text_is_read(text: str) -> None:
    """Whatever stands in robots.txt: it is read, and gives a yes or a no."""
    rules = read_rules(RobotsRecord("http://diario.example", NOON, 200, text))
    for purpose in Purpose:
        assert rules.refusal("http://diario.example/a?b=1", purpose) in (None, Reason.ROBOTS)
    assert timedelta(0) <= rules.delay <= timedelta(days=1)


def test_settings_gap_is_honoured(web: WebServer, clock: SimulatedClock) -> None:
    """The configured gap is the one that is kept."""
    serve_pages(web, 3)
    Bench(web, clock, FetchSettings(host_gap=timedelta(seconds=7))).run(*pages("diario.example", 3), together=True)
    assert set(gaps(starts(web))) == {timedelta(seconds=7)}
