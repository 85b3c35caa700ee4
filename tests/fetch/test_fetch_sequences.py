"""What happens over hours, days and weeks: the fourteen sequences, each through the whole pipeline."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import pytest
from fakes import STALL, Logged, Raw, Reply, WebServer
from timeline import DAY, HOUR, Timeline, document, outcome, outlet
from world import START

from monitor.clock import SimulatedClock
from monitor.errors import LockedError, Reason
from monitor.fetch import Network
from monitor.lock import state_lock
from monitor.model import Status

L1, L2 = "Mon, 09 Nov 2026 11:00:00 GMT", "Mon, 9 nov 2026 13:00"


def tagged(body: bytes, etag: str, modified: str = "", **headers: str) -> Reply:
    """A 200 with validators."""
    extra = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(body, headers={"ETag": etag, **({"Last-Modified": modified} if modified else {}), **extra})


def test_sequence_s1_validators_are_echoed_over_a_day(line: Timeline) -> None:
    """One unconditional request; the ETag that holds is sent, Last-Modified always verbatim."""
    same = [Reply(status=304)] * 23
    line.web.script(
        "/rss", tagged(document(1), '"E1"', L1), *same, tagged(document(1, 2), '"E2"', L1), Reply(status=304)
    )
    line.runs(26)
    assert line.sent("if-none-match") == [None, *['"E1"'] * 24, '"E2"']
    assert line.sent("if-modified-since") == [None, *[L1] * 25]


def test_sequence_s2_new_validators_of_the_same_body_are_stored(line: Timeline) -> None:
    """The bytes have not changed, the validators have: the next request carries the new ones."""
    body = document(1)
    line.web.script("/rss", tagged(body, '"E1"', L1), tagged(body, '"E2"', L2), Reply(status=304))
    reports = line.runs(3)
    assert [outcome(report).status for report in reports] == [Status.OK, Status.UNCHANGED, Status.NOT_MODIFIED]
    assert line.sent("if-none-match") == [None, '"E1"', '"E2"']
    assert line.sent("if-modified-since") == [None, L1, L2]


def test_sequence_s3_max_age_holds_on_200_and_304(line: Timeline) -> None:
    """Two hours after the 200, four hours after each 304."""
    fresh = tagged(document(1), '"E1"', Cache_Control="max-age=7200")
    line.web.script("/rss", fresh, Reply(status=304, headers={"Cache-Control": "max-age=14400"}))
    line.runs(12)
    assert [at - START for at in line.times()] == [0 * HOUR, 2 * HOUR, 6 * HOUR, 10 * HOUR]


def test_sequence_s4_retry_after_holds_for_the_whole_host(line: Timeline) -> None:
    """A 429 on one feed keeps its sister on the same host waiting too; afterwards both are asked again."""
    line.sources = (outlet("a", url="http://andino.example/a"), outlet("b", url="http://www.andino.example/b"))
    line.web.script("/a", Reply(status=429, headers={"Retry-After": "5400"}), Reply(document(1)))
    line.web.script("/b", Reply(document(2)))
    line.run(START, only=frozenset({"a"}))
    refused_at = line.times("/a")[0]
    for minutes in (10, 40, 88):
        line.run(START + timedelta(minutes=minutes))
    assert [at for at in line.times("/a") + line.times("/b") if at > refused_at] == []
    for minutes in (92, 155):
        line.run(START + timedelta(minutes=minutes))
    later = sorted(at for at in line.times("/a") + line.times("/b") if at > refused_at)
    assert len(line.times("/a")) >= 2
    assert len(line.times("/b")) >= 1
    assert later[0] >= refused_at + timedelta(seconds=5400)


def test_sequence_s5_an_http_date_then_back_off_then_a_clean_slate(line: Timeline) -> None:
    """503 with a date: two hours; the next 503 without one: back-off; a 200 resets the count."""
    line.web.script(
        "/rss",
        Reply(status=503, headers={"Retry-After": format_datetime(START + 2 * HOUR, usegmt=False)}),
        Reply(status=503),
        tagged(document(1), '"E1"'),
        Reply(status=304),
    )
    line.runs(12)
    gaps = [later - earlier for earlier, later in pairwise(line.times())]
    assert gaps[0] == 2 * HOUR
    assert gaps[1] >= 3 * HOUR  # the second failure in a row: 4 h, less jitter, in steps of an hour
    assert set(gaps[2:]) == {HOUR}
    assert line.health()["failures"] == 0


def test_sequence_s6_a_permanent_move_is_followed_after_three_days(line: Timeline) -> None:
    """301 for four days, then the old host dies: the new address is asked, with its own validators, nothing doubled."""
    moved = Reply(status=301, headers={"Location": "http://nuevo.example/feed"})
    line.web.script("http://andino.example/rss", moved)
    line.web.script("http://nuevo.example/feed", tagged(document(1, 2), '"N1"'), Reply(status=304))
    for n in range(9):
        line.run(START + n * 9 * HOUR)
        if n == 4:
            waiting = line.health()
    assert (waiting["redirect_to"], waiting["redirect_hits"]) == ("http://nuevo.example/feed", 5)
    assert any("waits for confirmation" in remark for remark in waiting["remarks"])
    [move] = line.rows("FROM source_move")
    assert (move["from_url"], move["to_url"]) == ("http://andino.example/rss", "http://nuevo.example/feed")
    assert move["known_at"] - move["since_at"] >= timedelta(hours=72)
    line.network = Network.mapped({("nuevo.example", 80): line.web.address})  # the old name no longer resolves
    reports = [line.run(START + timedelta(hours=h)) for h in (81, 82, 83)]
    assert [outcome(report).status for report in reports] == [Status.NOT_MODIFIED] * 3
    assert set(line.sent("if-none-match", "/rss")) == {None}
    assert line.sent("if-none-match", "/feed") == [None, *['"N1"'] * 11]
    assert line.health()["address"] == "http://nuevo.example/feed"
    assert line.rows("SELECT count(*) AS n FROM entry") == [{"n": 2}]


def test_sequence_s7_a_maintenance_page_changes_nothing(line: Timeline) -> None:
    """302 to a page that says "back soon": an error, the address kept, the items kept, no validators of the page."""
    line.web.script(
        "/rss",
        tagged(document(1), '"E1"'),
        Reply(status=302, headers={"Location": "/mantenimiento"}),
        Reply(status=304),
    )
    line.web.script("/mantenimiento", tagged(b"<html><title>Volvemos pronto</title></html>", '"M"'))
    reports = [report for report in line.runs(5) if report.outcomes]
    assert [outcome(report).reason for report in reports[:3]] == [None, Reason.NOT_A_FEED, None]
    assert '"M"' not in line.sent("if-none-match")
    assert line.rows("FROM source_move") == []
    assert line.rows("SELECT count(*) AS n FROM article") == [{"n": 1}]


def test_sequence_s8_gone_means_never_again(line: Timeline) -> None:
    """One 410: not one further request in thirty days, and the source is shown as gone."""
    line.web.script("/rss", Reply(status=410))
    for day in range(0, 31, 3):
        line.run(START + day * DAY)
    assert len(line.asked()) == 1
    assert line.health()["health"] == "gone"


def test_sequence_s9_a_cut_body_leaves_no_validators(line: Timeline) -> None:
    """Truncated gzip under an ETag, then the whole: the second request is unconditional and the items are complete."""
    packed = gzip.compress(document(*range(10)))
    cut = Reply(packed[:-9], headers={"ETag": '"E1"', "Content-Encoding": "gzip"})
    whole = Reply(packed, headers={"ETag": '"E1"', "Content-Encoding": "gzip"})
    line.web.script("/rss", cut, whole)
    reports = line.runs(4)
    found = [outcome(report) for report in reports if report.outcomes]
    assert [one.reason for one in found[:2]] == [Reason.TRUNCATED, None]
    assert line.sent("if-none-match")[:2] == [None, None]
    assert found[1].counts.new == 10


RUN = """
import asyncio, sys
from pathlib import Path
sys.path[:0] = [{tests!r}, {here!r}]
from datetime import timedelta
from timeline import outlet
from world import START, settings
from monitor import pipeline
from monitor.clock import SimulatedClock
from monitor.fetch import Network
from monitor.lock import state_lock
state = Path({state!r})
with state_lock(state, "run", START):
    network = Network.mapped({{("*", 80): ("127.0.0.1", {port})}})
    asyncio.run(pipeline.run(settings(state, outlet()), SimulatedClock(START), network=network))
"""


def start(line: Timeline) -> subprocess.Popen[bytes]:
    here = Path(__file__).parent
    program = RUN.format(tests=str(here.parent), here=str(here), state=str(line.config.state), port=line.web.address[1])
    return subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.DEVNULL)


def test_sequence_s10_two_processes_a_kill_and_a_restart_make_one_request(line: Timeline) -> None:
    """Started together only one gets the lock; killed in mid-body it is not asked again before the interval is over."""
    line.web.script("/rss", Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n<rss>", STALL), Reply(document(1)))
    line.config.state.mkdir(parents=True)
    first = start(line)
    try:
        for _ in range(600):
            if line.asked():
                break
            pause(0.05)
        with pytest.raises(LockedError), state_lock(line.config.state, "run", START):
            pass
        second = start(line)
        assert second.wait(timeout=60) != 0
    finally:
        first.kill()
        first.wait()
    assert len(line.asked()) == 1
    for minutes in (10, 50):
        assert line.run(START + timedelta(minutes=minutes)).outcomes == ()
    assert len(line.asked()) == 1
    assert outcome(line.run(START + HOUR)).counts.new == 1


def pause(seconds: float) -> None:
    import threading

    threading.Event().wait(seconds)


def test_sequence_s11_a_stuck_304_is_probed_once(line: Timeline) -> None:
    """304 for eight days from a daily source: one request without validators, then 304s again."""
    day = [tagged(document(*range(n + 1), at=START + n * DAY), f'"E{n}"') for n in range(3)]
    probed = tagged(document(0, 1, 2, at=START + 2 * DAY), '"E2"')

    def stuck(request: Logged) -> Reply:
        return Reply(status=304) if request.header("if-none-match") else probed

    line.web.script("/rss", *day, stuck)
    for n in range(3):
        line.run(START + n * DAY)
    for half in range(1, 21):
        line.run(START + 2 * DAY + half * DAY / 2)
    sent = line.sent("if-none-match")
    assert sent[:3] == [None, '"E0"', '"E1"']
    assert sent[3:].count(None) == 1
    at = line.times()[3 + sent[3:].index(None)]
    assert at - (START + 2 * DAY) >= 7 * DAY
    assert line.rows("SELECT count(*) AS n FROM source_poll WHERE probe") == [{"n": 1}]


def test_sequence_s12_the_last_good_robots_copy_holds(line: Timeline) -> None:
    """Our own group forbids /rss; the server then fails (still forbidden); then there is no robots.txt (allowed)."""
    line.web.script(
        "/robots.txt", Reply(b"User-agent: peru-monitor\nDisallow: /rss\n"), Reply(status=503), Reply(status=404)
    )
    line.web.script("/rss", Reply(document(1)))
    reports = line.runs(3, every=2 * DAY)
    assert [outcome(report).reason for report in reports] == [Reason.ROBOTS, Reason.ROBOTS, None]
    assert len(line.asked()) == 1


def test_sequence_s13_no_private_address_is_ever_connected(line: Timeline, dawn: SimulatedClock) -> None:
    """A name that turns private between look-ups, and a redirect to the metadata service: refused, with the reason."""
    turns = iter(range(10_000))

    async def rebinding(host: str, port: int) -> Sequence[tuple[str, int]]:
        good = host == "limpio.example" or next(turns) == 0
        return [line.web.address if good else ("127.0.0.2", line.web.address[1])]

    line.network = Network(rebinding, frozenset({line.web.address}))
    line.sources = (outlet("andino"), outlet("limpio"))
    line.web.script(
        "/robots.txt", Raw(b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")
    )  # and closes: no connection to reuse
    with WebServer(now=dawn.now) as trap:
        line.web.script(
            "http://limpio.example/rss", Reply(status=302, headers={"Location": "http://169.254.169.254/x"})
        )
        report = line.run(START)
        assert trap.connections == 0
    assert {found.reason for found in report.outcomes} == {Reason.SSRF_BLOCKED}
    assert "/rss" not in [request.path for request in line.web.log if request.host == "andino.example"]


@pytest.mark.parametrize(("interval", "wait"), [(4 * HOUR, 2 * HOUR), (90 * HOUR / 60, HOUR), (HOUR, HOUR)])
def test_sequence_s14_a_feed_that_rolled_over_is_a_gap(line: Timeline, interval: timedelta, wait: timedelta) -> None:
    """Twenty items, all replaced: the gap is kept and shown, the interval halved, an hour at the least."""
    line.sources = (outlet(interval=interval),)
    line.web.script(
        "/rss", Reply(document(*range(20))), Reply(document(*range(20, 40))), Reply(document(*range(40, 60)))
    )
    line.run(START)
    report = line.run(START + interval)
    assert outcome(report).next_due_at == line.times()[1] + wait
    assert line.rows("SELECT gap, fresh_n, learned_minutes FROM source_poll ORDER BY known_at")[1] == {
        "gap": True,
        "fresh_n": 20,
        "learned_minutes": wait // timedelta(minutes=1),
    }
    assert (line.health()["health"], line.health()["last_gap_at"]) == ("gap", START + interval)
    line.run(START + interval + wait)
    assert len(line.asked()) == 3


def test_item_22_an_overlap_is_no_gap_and_the_interval_comes_back(line: Timeline) -> None:
    """One item in common proves that nothing was lost; after a gap the interval returns step by step."""
    line.sources = (outlet(interval=2 * HOUR),)
    rolling = [Reply(document(*range(n, n + 10))) for n in (0, 5, 30, 30, 31)]
    line.web.script("/rss", *rolling)
    instants: list[datetime] = [START + h * HOUR for h in (0, 2, 4, 5, 7)]
    for at in instants:
        line.run(at)
    found = line.rows("SELECT gap, learned_minutes FROM source_poll ORDER BY known_at")
    assert [row["gap"] for row in found] == [False, False, True, False, False]
    assert [row["learned_minutes"] for row in found] == [120, 120, 60, 70, 80]
