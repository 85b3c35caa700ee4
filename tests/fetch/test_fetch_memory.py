"""What is remembered between two visits: validators, robots.txt, addresses, overlaps; through the whole pipeline."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from fakes import Raw, Reply, WebServer, certificates
from surroundings import NOON, Bench
from timeline import DAY, HOUR, Timeline, document, outcome, outlet
from world import START, feed, item

from monitor.clock import SimulatedClock
from monitor.errors import Reason
from monitor.fetch import Network
from monitor.fetch.robots import forbidden, read_rules, succeed
from monitor.model import Fetched, FetchSettings, Purpose, RobotsRecord, Status

FEED = "http://diario.example/rss"


def test_item_10_each_validator_is_replaced_or_forgotten_by_every_200(line: Timeline) -> None:
    """Item 10: ETag and Last-Modified change each by itself, and one that is gone is not sent again."""
    answers = [({"ETag": '"a"', "Last-Modified": "L1"}), ({"ETag": '"b"', "Last-Modified": "L1"}),
               ({"ETag": '"b"', "Last-Modified": "L2"}), ({"ETag": '"c"'}), ({"Last-Modified": "L3"})]  # fmt: skip
    line.web.script(
        "/rss", *(Reply(document(n), headers=headers) for n, headers in enumerate(answers)), Reply(status=304)
    )
    line.runs(6)
    assert line.sent("if-none-match") == [None, '"a"', '"b"', '"b"', '"c"', None]
    assert line.sent("if-modified-since") == [None, "L1", "L1", "L2", None, "L3"]


def test_item_11_new_validators_of_the_same_bytes_are_kept(line: Timeline) -> None:
    """Item 11: an unchanged body is not parsed again, but its new ETag counts from now on."""
    same = document(1)
    line.web.script(
        "/rss", Reply(same, headers={"ETag": '"a"'}), Reply(same, headers={"ETag": '"b"'}), Reply(status=304)
    )
    reports = line.runs(3)
    assert outcome(reports[1]).status is Status.UNCHANGED
    assert line.sent("if-none-match")[2] == '"b"'


def test_item_12_item_27_a_304_refreshes_and_resets(line: Timeline) -> None:
    """Items 12 and 27: a 304 behind a redirect is a success: failures are forgotten, its ETag and max-age count."""
    line.web.script("/rss", Reply(status=302, headers={"Location": "/feed"}))
    line.web.script(
        "/feed",
        Reply(document(1), headers={"ETag": '"a"'}),
        Reply(status=500),
        Reply(status=304, headers={"ETag": '"b"', "Cache-Control": "max-age=10800"}),
        Reply(status=304),
    )
    line.runs(8)
    assert line.sent("if-none-match", "/feed")[:4] == [None, '"a"', '"a"', '"b"']
    assert line.health()["failures"] == 0
    assert line.times("/feed")[3] - line.times("/feed")[2] >= 3 * HOUR


@pytest.mark.parametrize("bad", [b"<rss><channel><it", b"<html>caf\xc3\xa9</html>", document(1, 2)[:-80]])
def test_item_14_an_unreadable_body_leaves_no_validators(line: Timeline, bad: bytes) -> None:
    """Item 14: garbage, a page and a feed that was cut: their ETag is never sent, so that no 304 can pin them down."""
    line.web.script("/rss", Reply(bad, headers={"ETag": '"bad"'}), Reply(document(1, 2, 3), headers={"ETag": '"good"'}))
    line.runs(5)
    assert '"bad"' not in line.sent("if-none-match")
    assert line.rows("SELECT count(DISTINCT article_id) AS n FROM entry") == [{"n": 3}]


ILL_FORMED = {
    "a tag that never ends": document(1, 2).replace(b"<guid>", b"<b><guid>", 1),
    "an undeclared prefix": document(1, 2).replace(b"</item>", b"<media:x/></item>", 1),
    "a script behind the root": document(1, 2) + b"<script>x</script>",
    "Spanish as text/xml without a charset": document(1, 2),
}


@pytest.mark.parametrize("name", ILL_FORMED)
def test_item_14_item_48_an_ill_formed_but_complete_feed_stays_conditional(line: Timeline, name: str) -> None:
    """Items 14 and 48: some feeds are never well-formed; what ends with its root is asked for with its validators."""
    headers = {"ETag": '"a"', "Last-Modified": "L1", "Content-Type": "text/xml"}
    line.web.script("/rss", Reply(ILL_FORMED[name], headers=headers), Reply(status=304))
    reports = line.runs(3)
    assert [outcome(report).status for report in reports] == [Status.OK, Status.NOT_MODIFIED, Status.NOT_MODIFIED]
    assert line.sent("if-none-match") == [None, '"a"', '"a"']
    assert line.sent("if-modified-since") == [None, "L1", "L1"]
    assert line.rows("SELECT count(DISTINCT article_id) AS n FROM entry") == [{"n": 2}]


def test_item_14_item_68_a_sitemap_cut_between_two_addresses_is_asked_again_whole(line: Timeline) -> None:
    """Item 14: its first addresses are used, a warning says that it is cut off, its ETag is never sent."""
    body = b"<urlset><url><loc>http://andino.example/peru/1-lima</loc></url>"
    line.sources = (outlet(kind="news_sitemap"),)
    line.web.script(
        "/rss", Reply(body, headers={"ETag": '"cut"'}), Reply(body + b"</urlset>", headers={"ETag": '"whole"'})
    )
    line.runs(3)
    assert line.sent("if-none-match") == [None, None, '"whole"']
    warnings = line.rows("SELECT warning FROM source_fetch ORDER BY known_at")
    assert [row["warning"] for row in warnings[:2]] == ["the sitemap is cut off", None]


def test_item_15_validators_survive_restarts_but_not_a_new_address(line: Timeline) -> None:
    """Item 15: every run is a new process; another address in the configuration starts with one plain request."""
    line.web.script("/rss", Reply(document(1), headers={"ETag": '"a"'}), Reply(status=304))
    line.web.script("/otra", Reply(document(1), headers={"ETag": '"o"'}), Reply(status=304))
    line.runs(2)
    line.sources = (outlet(url="http://andino.example/otra"),)
    line.runs(2, start=START + 2 * HOUR)
    assert line.sent("if-none-match", "/rss") == [None, '"a"']
    assert line.sent("if-none-match", "/otra") == [None, '"o"']


def test_item_16_an_unasked_304_is_an_error_without_a_crash(line: Timeline) -> None:
    """Item 16: 304 to a plain request: protocol error and back-off."""
    line.web.script("/rss", Reply(status=304))
    found = outcome(line.run(START))
    assert found.reason is Reason.PROTOCOL
    assert found.next_due_at is not None
    assert found.next_due_at > START + HOUR


def test_item_17_the_same_bytes_are_not_parsed_and_come_rarely(line: Timeline) -> None:
    """Item 17: no validators: hash-equal counts as unchanged, six hours by default, an hour where configured, shown."""
    line.sources = (outlet("andino", interval_set=False), outlet("norte"))
    line.web.script("/rss", Reply(document(1)))
    reports = line.runs(7)
    hours = [n for n, report in enumerate(reports) if any(found.source_id == "andino" for found in report.outcomes)]
    assert hours == [0, 6]
    assert {found.status for report in reports[1:] for found in report.outcomes} == {Status.UNCHANGED}
    assert sum(found.source_id == "norte" for report in reports for found in report.outcomes) == 7
    assert any("neither ETag nor Last-Modified" in remark for remark in line.health()["remarks"])


@pytest.mark.parametrize("status", [400, 403, 412])
def test_item_18_a_refused_condition_is_dropped_at_the_next_slot(line: Timeline, status: int) -> None:
    """Item 18: 400, 403 or 412 to a conditional request: the next one, at its own time, goes without validators."""
    line.web.script("/rss", Reply(document(1), headers={"ETag": '"a"'}), Reply(status=status), Reply(document(1, 2)))
    line.run(START)
    line.run(START + HOUR)
    assert len(line.asked()) == 2
    line.run(START + 3 * DAY)
    assert line.sent("if-none-match") == [None, '"a"', None]


def test_item_19_item_24_starts_are_spread_and_never_early(line: Timeline) -> None:
    """Items 19 and 24: each source has its place in a run, and from start to start at least 60 minutes pass."""
    names = [f"d{n}" for n in range(6)]
    line.sources = tuple(outlet(name) for name in names)
    line.web.script("/rss", Reply(document(1)))
    line.web.script("/robots.txt", Reply(status=404))
    for n in range(3):
        line.run(START + n * timedelta(minutes=59, seconds=30))
    for name in names:
        times = [r.at for r in line.web.log if r.path == "/rss" and r.host == f"{name}.example" and r.at]
        assert len(times) >= 2
        assert all(later - earlier >= HOUR for earlier, later in pairwise(times))


def test_item_19_a_failed_request_counts_from_its_own_start(line: Timeline) -> None:
    """Item 19: late in its run and refused, then alone: 60 minutes after the request, not after the run began."""
    names = [f"d{n}" for n in range(6)]
    line.sources = tuple(outlet(name) for name in names)
    line.web.script("/rss", Reply(status=429, headers={"Retry-After": "60"}))
    line.web.script("/robots.txt", Reply(status=404))
    line.run(START)
    first = {request.host: request.at for request in line.asked()}
    stored = {row["source_id"]: row["started_at"] for row in line.rows("FROM source_fetch")}
    assert {f"{name}.example": at for name, at in stored.items()} == first
    late = max(names, key=lambda name: first[f"{name}.example"] or START)
    assert first[f"{late}.example"] > START + timedelta(seconds=1)
    line.run(START + HOUR, only=frozenset({late}))
    times = [request.at for request in line.asked() if request.host == f"{late}.example" and request.at]
    assert len(times) == 2
    assert times[1] - times[0] >= HOUR


@pytest.mark.parametrize("again", [Reply(status=304), None])
def test_item_20_item_21_what_a_document_asks_holds_until_the_next(line: Timeline, again: Reply | None) -> None:
    """Items 20 and 21: ttl and skipHours count after a 304 and after the same bytes; a new document replaces them."""
    head = b"<ttl>180</ttl><skipHours><hour>15</hour><hour>16</hour></skipHours>"  # 12:00 + 3 h is in it
    asks = document(1).replace(b"<title>Feed", head + b"<title>Feed", 1)
    first = Reply(asks, headers={"ETag": '"a"'})
    line.web.script("/rss", first, again or first, Reply(document(1, 2), headers={"ETag": '"b"'}), Reply(status=304))
    line.runs(13)
    hours = [(at - START) // HOUR for at in line.times()]
    assert hours == [0, 5, 8, 9, 10, 11, 12]
    assert line.sent("if-none-match")[:5] == [None, '"a"', '"a"', '"b"', '"b"']
    told = line.rows("FROM source_poll WHERE hint_minutes IS NOT NULL ORDER BY known_at")
    assert [(row["hint_minutes"], row["skip_hours"]) for row in told] == [(180, [15, 16]), (0, [])]


def test_item_7_a_part_of_a_feed_is_neither_a_gap_nor_a_deletion(line: Timeline) -> None:
    """Item 7: an unasked 226 brings six new entries only: stored beside the old ones, and nothing seems missing."""
    part = Reply(document(*range(6, 12)), status=226, headers={"ETag": '"b"'})
    line.web.script("/rss", Reply(document(*range(6)), headers={"ETag": '"a"'}), part, Reply(document(*range(12))))
    reports = line.runs(3)
    assert [outcome(report).counts.new for report in reports] == [6, 6, 0]
    assert line.rows("SELECT count(DISTINCT article_id) AS n FROM entry") == [{"n": 12}]
    assert [row["gap"] for row in line.rows("SELECT gap FROM source_poll ORDER BY known_at")] == [False] * 3
    assert line.health()["alarms"] == []
    assert all(b"A-IM" not in request.raw for request in line.web.log)


@pytest.mark.parametrize("kind", ["news_sitemap", "wordpress", "listing", "google_news"])
def test_item_45_sitemaps_listings_and_apis_obey_every_rule(line: Timeline, kind: str) -> None:
    """Items 45, 69 and 71: what is not a feed is asked like a page: a rule for everybody bars it."""
    line.web.script("/robots.txt", Reply(b"User-agent: *\nDisallow: /wp-json/\nDisallow: /fuente\n"))
    address = "http://andino.example/" if kind == "wordpress" else "http://andino.example/fuente"
    line.sources = (outlet(kind=kind, url=address, options={"item": "article"} if kind == "listing" else {}),)
    assert outcome(line.run(START)).reason is Reason.ROBOTS
    assert line.web.paths() == ["/robots.txt"]
    row = line.health()
    assert (row["health"], row["alarms"], row["last_success_at"]) == ("blocked", ["blocked"], None)
    assert not any("configure robots" in remark for remark in row["remarks"])


class Patient(SimulatedClock):
    """Sleeps of more than a few seconds last until a request has come, as they would in real time."""

    def __init__(self, start: datetime, arrived: Callable[[], bool]) -> None:
        super().__init__(start)
        self.arrived = arrived

    async def sleep(self, seconds: float) -> None:
        until = self.now() + timedelta(seconds=seconds)
        for _ in range(300 if seconds > 10 else 0):
            if self.arrived():
                break
            await asyncio.sleep(0.01)
        await super().sleep((until - self.now()).total_seconds())


def test_item_19_item_24_no_source_is_held_back_for_another(tmp_path: Path) -> None:
    """Items 19 and 24: a source that is due 50 seconds later waits for its time, and the other does not wait for it."""
    arrived = lambda: sum(request.host == "a.example" for request in web.requests("/rss")) >= 2  # noqa: E731
    clock = Patient(START, arrived)
    with WebServer(now=clock.now) as web:
        web.script("/rss", Reply(document(1)))
        line = Timeline(web, clock, tmp_path, (outlet("a"), outlet("b")))
        line.run(START, only=frozenset({"a"}))
        line.run(START + timedelta(seconds=50), only=frozenset({"b"}))
        line.run(START + HOUR)
        times = {host: [r.at - START for r in web.requests("/rss") if r.host == host and r.at]
                 for host in ("a.example", "b.example")}  # fmt: skip
    assert times["a.example"][1] - HOUR < timedelta(seconds=10)
    assert len(times["b.example"]) == 2
    assert times["b.example"][1] - times["b.example"][0] >= HOUR


@pytest.mark.parametrize("hop", [302, 303, 307])
def test_item_26_a_temporary_hop_is_never_made_permanent(line: Timeline, hop: int) -> None:
    """Item 26: one temporary redirect in the chain, and the address stays, however often it is seen."""
    line.web.script("/rss", Reply(status=301, headers={"Location": "/medio"}))
    line.web.script("/medio", Reply(status=hop, headers={"Location": "/feed"}))
    line.web.script("/feed", Reply(document(1), headers={"ETag": '"a"'}), Reply(status=304))
    line.runs(6, every=DAY)
    assert line.rows("FROM source_move") == []
    assert len(line.asked()) == 6


@pytest.mark.parametrize("path", ["/maintenance.xml", "/login?next=rss"])
def test_item_26_a_waiting_room_is_never_made_permanent(line: Timeline, path: str) -> None:
    """Item 26: a permanent redirect to an address that says "maintenance" or "login" is not trusted."""
    line.web.script("/rss", Reply(status=301, headers={"Location": path}))
    line.web.script(path, Reply(document(1)))
    line.runs(6, every=DAY)
    assert line.rows("FROM source_move") == []


def test_item_26_a_move_is_taken_back_when_the_old_address_serves_again(line: Timeline) -> None:
    """Item 26: the new address fails, the configured one is tried in turn, answers by itself, and is used again."""
    line.web.script("/rss", *[Reply(status=308, headers={"Location": "/feed"})] * 4, Reply(document(1)))
    line.web.script("/feed", *[Reply(document(1))] * 4, Reply(status=500))
    for day in range(20):
        line.run(START + day * DAY + timedelta(minutes=day))
    moves = line.rows("SELECT to_url FROM source_move ORDER BY known_at")
    assert [move["to_url"] for move in moves] == ["http://andino.example/feed", ""]
    assert line.health()["address"] == FEED.replace("diario", "andino")


def test_item_30_an_empty_feed_is_a_success_that_says_so(line: Timeline) -> None:
    """Item 30: `<rss></rss>`: a warning, no validators kept, nothing deleted, no failure counted."""
    line.web.script(
        "/rss",
        Reply(document(1), headers={"ETag": '"a"'}),
        Reply(b"<rss></rss>", headers={"ETag": '"empty"'}),
        Reply(document(1)),
    )
    reports = line.runs(3)
    assert [outcome(report).status for report in reports] == [Status.OK] * 3
    assert line.sent("if-none-match") == [None, '"a"', None]
    warnings = [row["warning"] for row in line.rows("SELECT warning FROM source_fetch ORDER BY known_at")]
    assert warnings[1] == "the feed is complete but holds no item"
    assert line.rows("SELECT count(*) AS n FROM article_current") == [{"n": 1}]


def test_item_58_shrinking_reordering_and_editing_delete_nothing(line: Timeline) -> None:
    """Item 58: items that fall out stay known; a later date on a known item is an update, not a new item."""
    redated = feed(item("peru/2", "Puerto de Chancay crece: nota 2", "Lima, Perú.", at=START + DAY))
    line.web.script("/rss", Reply(document(1, 2, 3)), Reply(document(3, 2)), Reply(redated), Reply(document(1, 2, 3)))
    reports = line.runs(4)
    assert [outcome(report).counts.new for report in reports] == [3, 0, 0, 0]
    assert line.rows("SELECT count(*) AS n FROM article_current") == [{"n": 3}]


def test_item_66_a_missing_date_is_first_sight_for_ever(line: Timeline) -> None:
    """Item 66: an undated item is dated by its first sight once, and never again by a later one."""
    undated = document(1).replace(b"<pubDate>", b"<x>").replace(b"</pubDate>", b"</x>")
    line.web.script(
        "/rss", Reply(undated), Reply(undated.replace(b"debate la", b"discute la").replace(b"nota 1", b"Nota 1!"))
    )
    line.runs(3)
    [article] = line.rows("SELECT effective_at, published_at, published_quality FROM article")
    assert article == {"effective_at": START, "published_at": None, "published_quality": "missing"}


@pytest.mark.parametrize(("shift", "word"), [(-5 * HOUR, "behind"), (5 * HOUR, "ahead")])
def test_item_65_dates_five_hours_off_raise_an_alarm(line: Timeline, shift: timedelta, word: str) -> None:
    """Item 65: Lima time labelled GMT, or the reverse, shows in the median of publication against arrival."""
    at = [START + n * HOUR for n in range(8)]
    bodies = [
        feed(*(item(f"peru/{k}", f"Nota {k} de Lima", "Perú.", at=at[k] + shift - HOUR / 2) for k in range(n + 1)))
        for n in range(8)
    ]
    line.web.script("/rss", *(Reply(body) for body in bodies))
    line.runs(8)
    assert (line.health()["health"], word in line.health()["detail"]) == ("wrong_zone", True)


def test_item_73_a_hub_is_recorded_and_older_pages_are_read_once(line: Timeline) -> None:
    """Item 73: rel=hub is kept and never called; `next` pages are followed at first contact only, three in all."""

    def paged(n: int) -> bytes:
        links = f'<atom:link rel="next" href="/rss?p={n + 1}"/><atom:link rel="hub" href="http://hub.example/"/>'
        body = document(n).replace(b"<rss version", b'<rss xmlns:atom="http://www.w3.org/2005/Atom" version')
        return body.replace(b"<title>Feed", links.encode() + b"<title>Feed", 1)

    line.web.script("/rss", Reply(paged(0)))
    for n in range(1, 6):
        line.web.script(f"/rss?p={n}", Reply(paged(n)))
    assert outcome(line.run(START)).counts.new == 3
    line.web.script("/rss", Reply(paged(7)))
    line.run(START + HOUR)
    assert [path for path in line.web.paths() if path.startswith("/rss")] == ["/rss", "/rss?p=1", "/rss?p=2", "/rss"]
    assert line.rows("SELECT hub FROM source_poll LIMIT 1") == [{"hub": "http://hub.example/"}]
    assert "hub.example" not in {request.host for request in line.web.log}


# ---------------------------------------------------------------- robots.txt and TLS


def test_item_44_robots_is_asked_conditionally(web: WebServer, bench: Bench, clock: SimulatedClock) -> None:
    """Item 44: once a day with its validators; after a 304 the copy goes on to hold."""
    rules = Reply(b"User-agent: *\nDisallow: /x\n", headers={"ETag": '"r"', "Last-Modified": "ayer"})
    web.script("/robots.txt", rules, Reply(status=304))
    web.script("/nota", Reply(b"<html>"))
    for _ in range(3):
        assert isinstance(bench.page("http://diario.example/nota"), Fetched)
        assert bench.page("http://diario.example/x").reason is Reason.ROBOTS
        clock.move_to(clock.now() + DAY)
    asked = web.requests("/robots.txt")
    assert [request.header("if-none-match") for request in asked] == [None, '"r"', '"r"']
    assert asked[1].header("if-modified-since") == "ayer"


def test_item_44_after_thirty_days_of_failures_nothing_is_forbidden() -> None:
    """Item 44: the last good copy holds while the server fails, for 30 days; then it counts as having none."""
    record = RobotsRecord("http://diario.example", NOON, 200, "User-agent: *\nDisallow: /\n")
    for day in range(1, 32):
        record = succeed(record, RobotsRecord(record.host, NOON + day * DAY, 503))
        refusal = read_rules(record).refusal("http://diario.example/nota", Purpose.PAGE)
        assert refusal is (Reason.ROBOTS if day < 31 else None), day


def test_item_44_the_streak_of_failures_is_remembered(line: Timeline) -> None:
    """Item 44: since when robots.txt fails is kept across runs, and forgotten when it answers."""
    line.web.script("/robots.txt", Reply(status=503), Reply(status=500), Reply(status=404))
    line.web.script("/rss", Reply(document(1)))
    line.runs(3, every=2 * DAY)
    found = line.rows("SELECT status, failing_since IS NULL AS fine FROM robots ORDER BY fetched_at")
    assert [(row["status"], row["fine"]) for row in found] == [(503, False), (500, False), (404, True)]


def test_item_45_a_rule_for_everybody_is_reported_and_may_be_obeyed(line: Timeline) -> None:
    """Item 45: a bare `*` rule on the feed: asked and shown by default, obeyed with robots = "all"."""
    line.web.script("/robots.txt", Reply(b"User-agent: *\nDisallow: /rss\n"))
    line.web.script("/rss", Reply(document(1)))
    assert outcome(line.run(START)).reason is None
    assert any("robots.txt forbids this address" in remark for remark in line.health()["remarks"])
    line.sources = (outlet(robots="all"),)
    assert outcome(line.run(START + HOUR)).reason is Reason.ROBOTS
    assert line.health()["health"] == "blocked"
    named = RobotsRecord("http://andino.example", START, 200, "User-agent: *\nDisallow: /rss\n")
    assert forbidden(named, [outlet(), outlet("otro")]) == ["andino"]


def test_item_36_a_tls_opt_out_holds_for_its_own_site_and_is_shown(line: Timeline, dawn: SimulatedClock) -> None:
    """Item 36: an unverified certificate is taken only where configured, not behind a redirect, and shown."""
    server, _ = certificates("falso.example")
    with WebServer(now=dawn.now, tls=server) as web:
        web.script("https://andino.example/rss", Reply(document(1)))
        web.script("https://norte.example/rss", Reply(status=302, headers={"Location": "https://otro.example/rss"}))
        line.network = Network.mapped({("*", 443): web.address})
        sources = [outlet(name, url=f"https://{name}.example/rss") for name in ("andino", "norte")]
        line.sources = tuple(replace(one, verify_tls=False) for one in sources)
        open_door = line.run(START)
        assert (outcome(open_door).reason, outcome(open_door, "norte").reason) == (None, Reason.TLS)
        assert any("TLS certificate not verified" in remark for remark in line.health()["remarks"])
        line.sources = tuple(sources)
        assert outcome(line.run(START + DAY)).reason is Reason.TLS


def test_item_23_a_failed_look_up_is_told_apart(line: Timeline) -> None:
    """Item 23: no such name weighs a quarter of a failure, and is back within the hour or so, not after two."""
    line.network = Network.mapped({})
    found = outcome(line.run(START))
    assert (found.reason, line.health()["weighted_failures"], line.health()["failures"]) == (
        Reason.UNREACHABLE,
        0.25,
        1,
    )
    assert found.next_due_at is not None
    assert found.next_due_at < START + timedelta(minutes=90)


def test_item_43_secrets_reach_neither_log_nor_warehouse(line: Timeline) -> None:
    """Item 43: a token in a configured address is not shown in what is told of its failure."""
    line.sources = (outlet(url="http://andino.example/rss?token=s3cret"),)
    line.web.script("/rss?token=s3cret", Raw(b""))
    assert "s3cret" not in outcome(line.run(START)).detail


def test_item_31_settings_are_those_of_the_contract() -> None:
    """Items 31 and 32: connect 5 s, header and silence 10 s, 30 s in all; 10 MB on the wire, 25 MB unpacked."""
    plain = FetchSettings()
    assert (plain.connect_timeout, plain.read_timeout) == (timedelta(seconds=5), timedelta(seconds=10))
    assert plain.total_timeout == timedelta(seconds=30)
    assert (plain.wire_cap, plain.body_cap, plain.concurrency) == (10_000_000, 25_000_000, 16)
