"""A replay with a process that works ahead of it: nothing but its time depends on that process."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from monitor import config, extract, pipeline, themes
from monitor.demo import CONFIG, WEEK
from monitor.errors import ExtractError, Reason
from monitor.model import Fetched, Parsed, Purpose, Request, Settings
from monitor.stages import foresee, page_cell, rows
from monitor.stages.ahead import Ahead, Coming
from monitor.stages.foresee import END, Judgement, Opened, PageRead, Portion, Task
from monitor.stories.sparse import Lexicon
from monitor.stories.vectors import words_of
from monitor.warehouse import Warehouse

SINCE = datetime(2026, 11, 14)  # noqa: DTZ001 - a day, as `--since` gives it


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return config.load(CONFIG, {}, state=tmp_path / "state")


@pytest.fixture
def one_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})


def replayed(settings: Settings) -> dict[str, list[dict[str, object]]]:
    """Every table after a replay of the last bundled days; of runs what does not tell the time of this machine."""
    reports = asyncio.run(pipeline.replay(settings, [WEEK], since=SINCE))
    assert len(reports) > 5
    with Warehouse(settings.state).read() as session:
        names = [row["table_name"] for row in session.select("SELECT table_name FROM duckdb_tables() ORDER BY ALL")]
        assert len(names) > 20
        unlike = {"schema_version": "version", "run_end": "* EXCLUDE (stage_seconds)"}
        return {name: session.select(f"SELECT {unlike.get(name, '*')} FROM {name} ORDER BY ALL") for name in names}


@pytest.fixture
def alone(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[dict[str, object]]]:
    """What a replay on one core stores, which has no such process."""
    with monkeypatch.context() as patch:
        patch.setattr(os, "sched_getaffinity", lambda _: {0})
        return replayed(replace(settings, state=tmp_path / "alone"))


def test_nothing_that_is_stored_depends_on_it(settings: Settings, alone: dict[str, list[dict[str, object]]]) -> None:
    """Table by table; and a process that is killed on the way costs nothing but its help."""
    assert replayed(settings) == alone


def test_no_page_is_read_twice(settings: Settings) -> None:
    """The replay takes every article as it was read ahead: its own process for pages is never started."""
    if len(os.sched_getaffinity(0)) == 1:
        pytest.skip("one core: nothing is read ahead")
    page_cell.end()
    replayed(settings)
    assert page_cell._SHARED.process is None


def test_a_replay_goes_on_where_the_process_is_killed(
    settings: Settings, alone: dict[str, list[dict[str, object]]], caplog: pytest.LogCaptureFixture
) -> None:
    """In the middle of the archive: the log says so once, and every run is replayed, none twice."""

    class Doomed(Ahead):
        def runs(self) -> Iterator[Coming]:
            for place, coming in enumerate(super().runs()):
                if place == 3:
                    assert self.process is not None
                    os.kill(self.process.pid, signal.SIGKILL)
                    self.process.wait()
                yield coming

    with pytest.MonkeyPatch.context() as patch, caplog.at_level(logging.WARNING):
        patch.setattr(pipeline, "Ahead", Doomed)
        assert replayed(settings) == alone
    assert [record.message for record in caplog.records if "ahead" in record.message] == [
        "the process that works ahead of the replay has ended; the replay goes on without it"
    ]


def test_warnings_about_the_archive_are_given(
    settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A torn tail is met by the process that reads ahead; whoever replays is told."""
    torn = tmp_path / "torn.warc.gz"
    torn.write_bytes(WEEK.read_bytes()[:-100])
    with caplog.at_level(logging.WARNING):
        asyncio.run(pipeline.replay(settings, [torn], since=datetime(2026, 11, 16)))  # noqa: DTZ001
    assert [record.message for record in caplog.records if str(torn) in record.message]
    assert not [record for record in caplog.records if "has ended" in record.message]


def test_texts_are_judged_by_the_rules_of_the_replay(settings: Settings) -> None:
    """Whatever became of their files since."""
    loaded = themes.load().loaded
    strict = themes.Rules(replace(loaded, gate=replace(loaded.gate, threshold=2.0)))
    with Ahead(settings, strict, [WEEK], SINCE, Lexicon()) as ahead:
        judged = [relevance for coming in ahead.runs() for relevance in coming.foreseen.relevance.values()]
    assert len(judged) > 20
    assert not any(relevance.relevant for relevance in judged)


# ---------------------------------------------------------------- what is foreseen


@pytest.fixture
def desk(settings: Settings) -> Iterator[foresee.Desk]:
    made = foresee.Desk(Task([WEEK], SINCE, settings.sources, themes.load()))
    yield made
    made.close()


def told(desk: foresee.Desk) -> tuple[Opened, list[Portion]]:
    """What the desk says of the first run."""
    messages = desk.messages()
    opened = next(messages)
    assert isinstance(opened, Opened)
    portions: list[Portion] = []
    while isinstance(portion := next(messages), Portion) and portion != END:
        portions.append(portion)
    return opened, portions


def first_run(desk: foresee.Desk) -> tuple[Opened, list[PageRead], list[Judgement]]:
    """The same, with the pages and texts of all portions together."""
    opened, portions = told(desk)
    return opened, [page for one in portions for page in one.pages], [text for one in portions for text in one.texts]


def coming(
    settings: Settings, opened: Opened, pages: Sequence[PageRead] = (), texts: Sequence[Judgement] = ()
) -> Coming:
    return Coming(opened.run, settings.sources, opened, iter([Portion(pages, texts)]))


def test_a_page_that_was_read_comes_without_its_body(settings: Settings, desk: foresee.Desk) -> None:
    """The replay takes the article as it was read: the one that the extractor gives for the recorded page."""
    opened, pages, texts = first_run(desk)
    known = next(page for page in pages if page.error is None)
    ready = coming(settings, opened, pages, texts)
    source = next(source for source in settings.sources if source.id == known.entry.source_id)
    page = asyncio.run(ready.line.fetcher.fetch(Request(known.entry.link, source.id, Purpose.PAGE)))
    assert isinstance(page, Fetched)
    assert page.body == b""
    article = asyncio.run(ready.line.article(page, known.entry, source))
    recorded = asyncio.run(opened.run.fetch(page.request))
    assert isinstance(recorded, Fetched)
    assert recorded.body
    assert article == extract.article(recorded, known.entry, source)
    judged = next(document for document in ready.foreseen.taggings if document.url == article.url)
    assert ready.foreseen.taggings[judged] == themes.load().tag(judged)
    assert judged.body == article.body


def test_an_entry_in_other_words_is_read_again(settings: Settings, desk: foresee.Desk) -> None:
    """What the warehouse holds of the entry is what counts, whatever the process had read its page for."""
    opened, pages, _ = first_run(desk)
    known = next(page for page in pages if page.error is None)
    source = next(source for source in settings.sources if source.id == known.entry.source_id)
    ready = coming(settings, opened, pages)
    page = asyncio.run(ready.line.fetcher.fetch(Request(known.entry.link, source.id, Purpose.PAGE)))
    assert isinstance(page, Fetched)
    other = replace(known.entry, summary="Un resumen que la portada ya no muestra.")
    assert asyncio.run(ready.line.article(page, other, source)).summary == other.summary


def test_a_page_that_gave_nothing_gives_its_reason(settings: Settings, desk: foresee.Desk) -> None:
    """As the extractor raised it."""
    opened, pages, _ = first_run(desk)
    known = replace(next(page for page in pages if page.error is None), error=(Reason.SOFT_404, "nothing there"))
    ready = coming(settings, opened, [known])
    source = next(source for source in settings.sources if source.id == known.entry.source_id)
    page = asyncio.run(ready.line.fetcher.fetch(Request(known.entry.link, source.id, Purpose.PAGE)))
    assert isinstance(page, Fetched)
    with pytest.raises(ExtractError, match="nothing there"):
        asyncio.run(ready.line.article(page, known.entry, source))


def test_documents_and_entries_are_judged_as_the_replay_would(settings: Settings, desk: foresee.Desk) -> None:
    """Every document of the run is parsed, and every entry of it judged."""
    opened, _, _ = first_run(desk)
    ready = coming(settings, opened)
    entries = 0
    for request in opened.run.requests:
        source = next(source for source in settings.sources if source.id == request.source_id)
        answer = asyncio.run(ready.line.fetcher.fetch(request))
        if isinstance(answer, Fetched):
            parsed = ready.line.parsed(source, answer)
            assert isinstance(parsed, Parsed)
            entries += len(parsed.entries)
            assert ready.line.parsed(replace(source, url="https://moved.example/rss"), answer) is None
    assert entries > 20
    assert len(ready.foreseen.relevance) == entries


def test_lines_that_a_source_repeats_are_left_out(settings: Settings) -> None:
    """As far as the replay has told of them: what was judged is the text without them."""
    repeated: dict[str, frozenset[str]] = {}
    desk = foresee.Desk(Task([WEEK], SINCE, settings.sources, themes.load()), lambda: repeated)
    _, pages, texts = first_run(desk)
    known = next(page for page in pages if page.error is None)
    line = known.article.body.split("\n")[-1]
    repeated[known.entry.source_id] = frozenset({line})
    desk.close()
    again = foresee.Desk(Task([WEEK], SINCE, settings.sources, themes.load()), lambda: repeated)
    _, same, blanked = first_run(again)
    again.close()
    assert same == pages
    assert line in body_of(texts, known.article.url)
    assert line not in body_of(blanked, known.article.url)


def body_of(texts: Sequence[Judgement], url: str) -> str:
    """What was judged of an address."""
    return next(text.document.body for text in texts if text.document.url == url)


def test_terms_are_counted_of_the_texts_that_are_placed(settings: Settings, desk: foresee.Desk) -> None:
    """What the warehouse gives to placing, of every page that is about Peru; feed texts without a page are not read."""
    asyncio.run(pipeline.replay(settings, [WEEK], since=SINCE))
    opened, _, texts = first_run(desk)
    with Warehouse(settings.state).read() as session:
        placed = session.select("SELECT article_id FROM placed WHERE run_id = $run", {"run": opened.run.run_id})
        ids = [row["article_id"] for row in placed]
        placed_texts = session.rows("select_texts", ids=ids, versions=[1] * len(ids))
    counted = {text.words for text in texts if text.prepared is not None}
    assert len(counted) >= 5
    assert counted <= {words_of(rows.story_input(row)) for row in placed_texts}


def test_what_the_replay_waits_for_is_not_judged(settings: Settings, desk: foresee.Desk) -> None:
    """It judges such texts itself meanwhile: their pages come sooner, as they were read."""
    _, pages, texts = first_run(desk)
    hurried = replace(desk, is_awaited=lambda: True)
    _, same, none = first_run(hurried)
    hurried.close()
    assert len(texts) > 5
    assert pages == same
    assert not none


def test_entries_without_pages_are_judged_by_their_own_text(settings: Settings) -> None:
    """Before any page is asked for; what the replay reads of them later is what was judged."""
    sources = tuple(replace(source, pages=False) for source in settings.sources)
    pageless = replace(settings, sources=sources)
    desk = foresee.Desk(Task([WEEK], SINCE, sources, themes.load()))
    opened, portions = told(desk)
    desk.close()
    assert portions[0].texts
    ready = coming(pageless, opened, (), portions[0].texts)
    ready.line.ready()
    asyncio.run(pipeline.replay(pageless, [WEEK], since=SINCE))
    with Warehouse(pageless.state).read() as session:
        stored = session.select("SELECT url, title FROM article_version AS v JOIN article USING (article_id)")
    judged = {(document.url, document.title) for document in ready.foreseen.taggings}
    assert len(judged) >= 5
    assert judged <= {(row["url"], row["title"]) for row in stored}


def test_as_much_of_a_text_is_read_as_the_warehouse_gives(settings: Settings) -> None:
    """Else no long text would be known when it is placed."""
    asyncio.run(pipeline.replay(settings, [WEEK], since=datetime(2026, 11, 16)))  # noqa: DTZ001
    with Warehouse(settings.state).read() as session:
        assert session.select("SELECT length(compared(repeat('á', 9000))) AS n") == [{"n": foresee.READ}]
