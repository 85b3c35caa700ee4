"""The bundled week: made from its articles alone, complete, and readable by the monitor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor import sources as kinds
from monitor.archive import ArchivedRun, Exchange, read_runs
from monitor.demo import CONFIG, WEEK, generate, newsroom
from monitor.demo.outlets import OUTLETS
from monitor.errors import FetchError, Reason
from monitor.model import Entry, Fetched, NotModified, Parsed, Purpose, Source

ENTRIES = 150  # the least that the weeks must hold


@pytest.fixture(scope="module")
def week() -> list[ArchivedRun]:
    return list(read_runs([WEEK]))


@pytest.fixture(scope="module")
def articles() -> tuple[newsroom.Article, ...]:
    return generate.articles()


@pytest.fixture(scope="module")
def by_id() -> dict[str, Source]:
    return {source.id: source for source in generate.sources()}


@pytest.fixture(scope="module")
def parsed(week: list[ArchivedRun], by_id: dict[str, Source]) -> list[tuple[str, Parsed]]:
    return [
        (source_id, kinds.kind(by_id[source_id].kind).parse(by_id[source_id], answer))
        for source_id, answer in _feeds(week)
    ]


def _feeds(week: list[ArchivedRun]) -> Iterator[tuple[str, Fetched]]:
    for exchange in _exchanges(week, Purpose.FEED):
        answer = _answer(exchange)
        if isinstance(answer, Fetched):
            yield exchange.request.source_id, answer


def _exchanges(week: list[ArchivedRun], purpose: Purpose) -> Iterator[Exchange]:
    return (one for run in week for one in run.exchanges if one.request.purpose is purpose)


def _answer(exchange: Exchange) -> Fetched | NotModified | FetchError:
    try:
        return exchange.answer(exchange.request)
    except FetchError as error:
        return error


def _content(runs: list[ArchivedRun]) -> list[object]:
    """All that a reader can learn from runs; what compression made of it does not count."""
    return [
        (run.run_id, run.command, run.started_at, one.request, dict(one.metadata), _body(one))
        for run in runs
        for one in run.exchanges
    ]


def _body(exchange: Exchange) -> bytes:
    answer = _answer(exchange)
    return answer.body if isinstance(answer, Fetched) else b""


@pytest.fixture(scope="module")
def rewritten(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "week.warc.gz"
    generate.write(path)
    return path


def test_the_committed_week_is_what_the_generator_writes(week: list[ArchivedRun], rewritten: Path) -> None:
    """Whoever changes an article must run `python -m monitor.demo.generate`."""
    assert _content(list(read_runs([rewritten]))) == _content(week)


def test_the_generator_writes_the_same_bytes_each_time(rewritten: Path, tmp_path: Path) -> None:
    """Neither the clock nor the machine has a part in it, nor what stood in the file before."""
    again = tmp_path / "again.warc.gz"
    again.write_bytes(rewritten.read_bytes()[:1000])
    generate.write(again)
    assert again.read_bytes() == rewritten.read_bytes()


def test_the_runs_cover_two_weeks_three_times_a_day(week: list[ArchivedRun]) -> None:
    """From Monday 05:07 to the Monday after the second week, Lima time; every source is asked in every run."""
    assert [run.started_at for run in week] == list(newsroom.RUN_TIMES)
    assert len(week) == 43
    assert week[0].started_at == datetime(2026, 11, 2, 10, 7, tzinfo=UTC)
    assert {len(run.requests) for run in week} == {len(OUTLETS)}


def test_the_file_is_small_enough_to_ship() -> None:
    """It is part of every installation."""
    assert WEEK.stat().st_size < 1_500_000


def test_every_outlet_is_a_configured_source_and_the_other_way_round(by_id: dict[str, Source]) -> None:
    """The generator and the configuration speak of the same outlets, at the same hosts."""
    assert by_id.keys() == OUTLETS.keys()
    assert all(by_id[outlet.id].url.startswith(outlet.site) for outlet in OUTLETS.values())
    assert all(outlet.site.endswith(".example") for outlet in OUTLETS.values())
    assert CONFIG.is_file()


def test_the_weeks_hold_enough_articles_of_every_theme(articles: tuple[newsroom.Article, ...]) -> None:
    """All 25 themes are written about, in both languages, and the second week is the fuller one."""
    assert len(articles) >= ENTRIES
    assert generate.theme_slugs() <= {article.theme for article in articles}
    weeks = Counter(article.at.isocalendar().week for article in articles)
    assert weeks[46] > weeks[45] > 50


def test_stories_are_told_by_several_outlets(articles: tuple[newsroom.Article, ...]) -> None:
    """There are stories of three outlets and more, in Spanish and English, continuing, new and gone quiet."""
    stories: dict[str, list[newsroom.Article]] = {}
    for article in articles:
        if article.story:
            stories.setdefault(article.story, []).append(article)
    outlets = [{article.outlet for article in told} for told in stories.values()]
    langs = [{article.lang or OUTLETS[article.outlet].lang for article in told} for told in stories.values()]
    weeks = [frozenset(article.at.isocalendar().week for article in told) for told in stories.values()]
    assert sum(len(names) >= 3 for names in outlets) >= 8
    assert sum(names == {"es", "en"} for names in langs) >= 3
    assert {frozenset({45}), frozenset({46}), frozenset({45, 46})} <= set(weeks)


def test_every_feed_document_can_be_read(parsed: list[tuple[str, Parsed]], by_id: dict[str, Source]) -> None:
    """No document fails or is empty, and each source gives entries."""
    assert all(document.entries and not document.warning for _, document in parsed)
    assert {source_id for source_id, _ in parsed} == by_id.keys()


def test_every_article_is_seen_in_its_feed(
    parsed: list[tuple[str, Parsed]], articles: tuple[newsroom.Article, ...]
) -> None:
    """None is pushed out of its feed between two runs, and every edit shows there."""
    seen = {(source_id, entry.link, entry.title) for source_id, document in parsed for entry in document.entries}
    for article in articles:
        link = OUTLETS[article.outlet].feed_link(article)
        for at in (article.known_from, *(edit.at for edit in article.edits)):
            assert (article.outlet, link, article.as_of(at).title) in seen, article.id


def test_no_entry_leaves_its_outlet(parsed: list[tuple[str, Parsed]]) -> None:
    """Every link is on the host of its source, so that a visitor is never sent anywhere real."""
    assert all(
        entry.link.startswith(OUTLETS[source_id].site) for source_id, document in parsed for entry in document.entries
    )


def test_unusable_items_are_there_and_rejected(parsed: list[tuple[str, Parsed]]) -> None:
    """One item without a link and one with a script for a link."""
    titles = {(one.reason, one.title) for _, document in parsed for one in document.rejected}
    assert Counter(reason for reason, _ in titles) == {Reason.NO_LINK: 1, Reason.UNSAFE_LINK: 1}


def test_one_article_comes_twice_under_different_tracking(parsed: list[tuple[str, Parsed]]) -> None:
    """Two links, one key."""
    links: dict[str, set[str]] = {}
    for entry in _entries(parsed):
        links.setdefault(entry.key, set()).add(entry.link)
    assert [len(found) for found in links.values() if len(found) > 1] == [2]


def test_hand_typed_dates_are_of_several_qualities(parsed: list[tuple[str, Parsed]]) -> None:
    """The radio's dates are naive, without a time, ahead of the clock or unreadable."""
    found = {e.published.quality.value for s, document in parsed if s == "selva" for e in document.entries}
    assert {"naive_local", "date_only", "future", "bad"} <= found


def test_the_silent_outlet_answers_and_says_nothing_new(week: list[ArchivedRun]) -> None:
    """From Sunday evening of the first week on its feed is not modified."""
    later = [run for run in week if run.started_at >= datetime(2026, 11, 9, 1, 7, tzinfo=UTC)]
    answers = [_answer(one) for one in _exchanges(later, Purpose.FEED) if one.request.source_id == "altiplano"]
    assert len(answers) == 23
    assert all(isinstance(answer, NotModified) for answer in answers[1:])


def test_the_failing_outlet_fails_at_the_end(week: list[ArchivedRun]) -> None:
    """The last weekend brings server errors, then requests to wait; nothing before."""
    answers = [_answer(one) for one in _exchanges(week, Purpose.FEED) if one.request.source_id == "desk"]
    reasons = [answer.reason if isinstance(answer, FetchError) else None for answer in answers]
    assert reasons == [None] * 36 + [Reason.HTTP_SERVER] * 3 + [Reason.RATE_LIMITED] * 4


def test_an_unchanged_feed_is_not_modified_under_the_validators_it_gave(week: list[ArchivedRun]) -> None:
    """A request echoes what the last answer said; a 304 is given to that and to nothing else."""
    held: dict[str, str] = {}
    for one in _exchanges(week, Purpose.FEED):
        answer, known = _answer(one), held.get(one.request.source_id, "")
        assert one.request.validators.etag == known
        if isinstance(answer, NotModified):
            assert answer.header("etag") == known != ""
        elif isinstance(answer, Fetched):
            held[one.request.source_id] = answer.header("etag")


def test_pages_are_asked_for_after_their_entry_and_only_for_news_of_peru(
    week: list[ArchivedRun], parsed: list[tuple[str, Parsed]], articles: tuple[newsroom.Article, ...]
) -> None:
    """Every page belongs to an entry; foreign news has none; missing and withdrawn pages are among them."""
    pages = list(_exchanges(week, Purpose.PAGE))
    links = {entry.link for entry in _entries(parsed)}
    foreign = {OUTLETS[a.outlet].feed_link(a) for a in articles if a.theme == newsroom.FOREIGN}
    assert {one.request.url for one in pages} <= links - foreign
    reasons = {answer.reason for one in pages if isinstance(answer := _answer(one), FetchError)}
    assert reasons == {Reason.NOT_FOUND, Reason.GONE}


def _entries(parsed: list[tuple[str, Parsed]]) -> Iterator[Entry]:
    return (entry for _, document in parsed for entry in document.entries)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"outlet": "nobody"}, "unknown outlet 'nobody'"),
        ({"theme": "gossip"}, "unknown theme 'gossip'"),
        ({"copy_of": "missing"}, "copy of 'missing', which does not exist"),
        ({"at": datetime(2026, 12, 1, tzinfo=newsroom.LIMA)}, "outside the weeks"),
        ({"body": "Una sola línea."}, "too short"),
        ({"edits": (newsroom.Edit(datetime(2026, 11, 5, tzinfo=newsroom.LIMA)),)}, "changes neither title nor summary"),
    ],
)
def test_a_mistake_in_an_article_is_named(
    articles: tuple[newsroom.Article, ...], change: dict[str, object], complaint: str
) -> None:
    """The generator refuses what it cannot place, and says which article and why."""
    wrong = replace(articles[0], **change)  # type: ignore[arg-type]
    found = newsroom.problems([wrong, *articles[1:]], OUTLETS.keys(), generate.theme_slugs())
    assert len(found) == 1
    assert wrong.id in found[0]
    assert complaint in found[0]


def test_an_article_reads_as_it_did_at_the_time(articles: tuple[newsroom.Article, ...]) -> None:
    """Edits apply from their instant on, to title, summary and body."""
    toll = next(article for article in articles if article.id == "huaico-1")
    first, last = toll.as_of(toll.at), toll.as_of(newsroom.LAST_RUN_AT)
    assert "tres muertos" in first.title
    assert "tres muertos" in first.body
    assert "siete" in last.title
    assert "siete muertos" in last.body
    assert "tres muertos" not in last.body


def test_a_withdrawn_article_leaves_its_feed_later_than_its_page(articles: tuple[newsroom.Article, ...]) -> None:
    """So that the monitor can notice: the entry changes first, then the page is gone, then the entry."""
    gone = [article for article in articles if article.gone_at]
    assert gone
    for article in gone:
        assert article.gone_at is not None
        assert article.withdrawn(article.gone_at)
        assert article.in_feed(article.gone_at)
        assert not article.in_feed(newsroom.LAST_RUN_AT)
