"""The process that works ahead of a replay: documents parsed, pages read, texts judged, run after run of an archive.

Does what needs no warehouse, in the order in which the replay will ask. `ahead` starts it and takes what it says.
"""

from __future__ import annotations

import hashlib
import logging
import os
import pickle
import queue
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO, NamedTuple

from monitor import extract, sources
from monitor.archive import ArchivedRun, Exchange, read_runs, runs_since
from monitor.dates import effective_at
from monitor.errors import ExtractError, FetchError, ParseError, Reason, ReasonedError
from monitor.model import (
    Article,
    Document,
    Entry,
    Fetched,
    Parsed,
    Purpose,
    Relevance,
    Source,
    StoryInput,
    Tagging,
)
from monitor.stages import rows
from monitor.stages.cell import receive, send, suspicious
from monitor.stages.job import seldom_swept
from monitor.stages.judge import document_of_article, document_of_entry
from monitor.stages.page_cell import CPU_SECONDS, MEMORY, PageCell
from monitor.stories.prepared import Prepared
from monitor.stories.sparse import Lexicon
from monitor.stories.vectors import TermReader, Words, words_of
from monitor.themes import Rules

PORTION = 16  # pages to a message
_TEXTS = 1_000  # of entries, in the one message of a run
_WAITING = 64  # messages that wait to be taken: enough for the replay to place a run meanwhile
READ = 6_000  # characters of a body that are compared with others; the warehouse's macro `compared` says so
_REMEMBERED = 5_000  # entries whose page may be asked for in a later run

Place = tuple[str, str]  # id of the source and address that was asked for
Found = Article | ReasonedError | None  # what a page gave; None where it was no page
Lines = Mapping[str, frozenset[str]]  # source id -> lines that it repeats on many pages


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be replayed, and with what."""

    paths: Sequence[Path]
    since: datetime | None
    sources: Sequence[Source]
    rules: Rules


@dataclass(frozen=True, slots=True)
class Opened:
    """A run, what its documents said, and what was judged of their entries. Said first of every run."""

    run: ArchivedRun
    parsed: Mapping[Place, Parsed]
    relevance: Sequence[tuple[Document, Relevance]]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rules say of an article's text, without the lines that its source was known to repeat; and all of it
    prepared for placing."""

    document: Document
    tagging: Tagging
    words: Words
    prepared: Prepared | None  # of `words`, in numbers of the desk's lexicon; None where it is not to be placed


@dataclass(frozen=True, slots=True)
class PageRead:
    """What one page gave for one entry; with an `error`, the article is made of the entry's own text."""

    place: Place
    entry: Entry
    article: Article
    error: tuple[Reason, str] | None


@dataclass(frozen=True, slots=True)
class Portion:
    """Some pages of a run; texts of these and of entries whose pages nobody reads, as far as they were judged before
    the replay waited for them; and the terms that are new in these, in order of their numbers."""

    pages: Sequence[PageRead] = ()
    texts: Sequence[Judgement] = ()
    terms: Sequence[str] = ()


END = Portion()
# Of every run: Opened, portions, END. After the last run None. A warning at any time.
Message = Opened | Portion | str | None


class _Known(NamedTuple):
    entry: Entry
    seen_at: datetime  # when first in this wording
    relevant: bool


@dataclass(slots=True)
class Desk:
    """Works out one run after another; `lines` tells what the replay knows of repeated lines by now, `is_awaited`
    whether it has taken all that was said to it."""

    task: Task
    lines: Callable[[], Lines] = dict
    is_awaited: Callable[[], bool] = lambda: False
    _by_id: dict[str, Source] = field(init=False)
    _entries: dict[Place, _Known] = field(init=False, default_factory=dict)
    # Entries of this run whose pages nobody reads, and when they were seen.
    _pageless: list[tuple[Entry, datetime]] = field(init=False, default_factory=list)
    _texts: list[Judgement] = field(init=False, default_factory=list)  # of the next portion
    _hashes: dict[Place, bytes] = field(init=False, default_factory=dict)  # of the last documents
    _lexicon: Lexicon = field(init=False, default_factory=Lexicon)
    _terms: TermReader = field(init=False)
    _told: int = field(init=False, default=1)  # terms of the lexicon that the replay knows
    _cores: int = field(init=False)
    _free: list[PageCell] = field(init=False)  # one for each core, but those that are reading

    def __post_init__(self) -> None:
        self._by_id = {source.id: source for source in self.task.sources}
        self._terms = TermReader(self._lexicon)
        self._cores = len(os.sched_getaffinity(0))
        self._free = [PageCell(cpu_seconds=CPU_SECONDS, memory=MEMORY) for _ in range(self._cores)]

    def close(self) -> None:
        """End the processes that read pages."""
        for cell in self._free:
            cell.close()

    def messages(self) -> Iterator[Message]:
        """What there is to say of the archive, run by run. Raises ArchiveError."""
        for run in runs_since(read_runs(self.task.paths), self.task.since):
            yield self._open(run)
            self._judge_pageless()
            if self._texts:
                yield self._portion(())
            found = self._pages(run)
            while pages := list(islice(found, PORTION)):
                yield self._portion(pages)
            yield END

    def _open(self, run: ArchivedRun) -> Opened:
        self._pageless.clear()
        parsed: dict[Place, Parsed] = {}
        judged: list[tuple[Document, Relevance]] = []
        for exchange in run.answers:
            found = self._parsed(exchange) if exchange.request.purpose is not Purpose.PAGE else None
            if found is not None:
                parsed[_place(exchange)] = found
                judged += self._judged(found.entries, run.started_at)
        for place in list(self._entries)[:-_REMEMBERED]:
            del self._entries[place]
        return Opened(run, parsed, judged)

    def _parsed(self, exchange: Exchange) -> Parsed | None:
        """The document, where it is another than the last one, and an ordinary one."""
        place, source = _place(exchange), self._by_id.get(exchange.request.source_id)
        try:
            answer = exchange.answer(exchange.request)
            if source is None or not isinstance(answer, Fetched) or suspicious(answer.body):
                return None
            body_hash = hashlib.blake2b(answer.body, digest_size=16).digest()
            if self._hashes.get(place) == body_hash:
                return None
            self._hashes[place] = body_hash
            return sources.kind(source.kind).parse(source, answer)
        except (FetchError, ParseError):
            return None

    def _judged(self, entries: Iterable[Entry], at: datetime) -> Iterator[tuple[Document, Relevance]]:
        """Every entry whose wording is new here."""
        for entry in entries:
            place = entry.source_id, entry.link
            known = self._entries.pop(place, None)
            if known is not None and (known.entry.title, known.entry.summary) == (entry.title, entry.summary):
                self._entries[place] = known._replace(entry=entry)
                continue
            document = document_of_entry(self._by_id[entry.source_id], entry)
            relevance = self.task.rules.relevance(document)
            self._entries[place] = _Known(entry, at, relevance.relevant)
            if relevance.relevant and not self._by_id[entry.source_id].pages:
                self._pageless.append((entry, at))
            yield document, relevance

    def _portion(self, pages: Sequence[PageRead]) -> Portion:
        texts, self._texts = self._texts, []
        known, self._told = self._told, len(self._lexicon.terms)
        return Portion(pages, texts, self._lexicon.terms[known:])

    def _judge_pageless(self) -> None:
        lines = self.lines()
        for entry, seen_at in self._pageless[:_TEXTS]:
            source = self._by_id[entry.source_id]
            self._judge(extract.from_feed(entry, source, Reason.PAGES_OFF), source, seen_at, lines)

    def _pages(self, run: ArchivedRun) -> Iterator[PageRead]:
        """In the order in which they were asked for; while one is judged, the next are being read."""
        wanted = [one for one in run.answers if one.request.purpose is Purpose.PAGE and self._is_wanted(_place(one))]
        lines = self.lines()
        for exchange, found in self._readings(wanted):
            if found is not None:
                yield self._page(exchange, found, lines)

    def _readings(self, wanted: Sequence[Exchange]) -> Iterator[tuple[Exchange, Found]]:
        begun: deque[tuple[Exchange, PageCell | Found]] = deque()
        for exchange in wanted:
            done = self._finished(*begun.popleft()) if len(begun) == self._cores else None
            begun.append((exchange, self._begun(exchange)))
            if done is not None:
                yield done
        while begun:
            yield self._finished(*begun.popleft())

    def _is_wanted(self, place: Place) -> bool:
        return place in self._entries and self._entries[place].relevant

    def _entry(self, place: Place) -> Entry:
        """As the replay will ask for it."""
        return rows.as_stored(self._entries[place].entry)

    def _begun(self, exchange: Exchange) -> PageCell | Found:
        """The process that may be killed and is reading the page now, or why there is nothing to read."""
        try:
            answer = exchange.answer(exchange.request)
        except FetchError as error:
            return error
        if not isinstance(answer, Fetched):
            return None
        entry, cell = self._entry(_place(exchange)), self._free.pop()
        cell.begin("article", answer, entry, self._by_id[entry.source_id])
        return cell

    def _finished(self, exchange: Exchange, begun: PageCell | Found) -> tuple[Exchange, Found]:
        if not isinstance(begun, PageCell):
            return exchange, begun
        self._free.append(begun)
        try:
            return exchange, begun.finish()
        except ExtractError as error:
            return exchange, error
        except RuntimeError:  # a bug, which the replay is to meet itself
            return exchange, None

    def _page(self, exchange: Exchange, found: Article | ReasonedError, lines: Lines) -> PageRead:
        entry, seen_at = self._entry(_place(exchange)), self._entries[_place(exchange)].seen_at
        source, error = self._by_id[entry.source_id], None
        if isinstance(found, ReasonedError):
            error, found = (found.reason, found.message), extract.from_feed(entry, source, found.reason)
        self._judge(found, source, seen_at, lines)
        return PageRead(_place(exchange), entry, found, error)

    def _judge(self, article: Article, source: Source, seen_at: datetime, lines: Lines) -> None:
        """Unless the replay waits: then it has time to judge it itself."""
        if self.is_awaited():
            return
        at = effective_at(article.published, seen_at)
        document = document_of_article(article, source, lines.get(source.id, frozenset()), at)
        tagging = self.task.rules.tag(document)
        lang, body = article.lang or source.lang, article.body[:READ]
        text = StoryInput(0, source.id, "", lang, at, article.title, article.summary, body)
        prepared = Prepared.of(text, self._terms) if tagging.relevance.relevant else None
        self._texts.append(Judgement(document, tagging, words_of(text), prepared))


def _place(exchange: Exchange) -> Place:
    return exchange.request.source_id, exchange.request.url


# ---------------------------------------------------------------- the process


def serve() -> None:
    """Take a task from stdin, answer with messages on stdout. Whoever asked may tell of repeated lines meanwhile."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # meant for the replay, which ends us when it has finished its run
    with open(0, "rb", buffering=0) as questions, open(1, "wb", buffering=0) as answers:
        with seldom_swept():
            task: Task = pickle.loads(receive(questions))  # noqa: S301 - written by our own parent
        told: list[Lines] = [{}]
        waiting: queue.Queue[bytes] = queue.Queue(_WAITING)
        logging.getLogger().addHandler(_Teller(waiting))
        threading.Thread(target=_listen, args=(questions, told), daemon=True).start()
        speaking = threading.Thread(target=_speak, args=(answers, waiting), daemon=True)
        speaking.start()
        desk = Desk(task, lambda: told[-1], lambda: not waiting.unfinished_tasks)
        with seldom_swept():
            for message in desk.messages():
                waiting.put(pickle.dumps(message))
        desk.close()
        waiting.put(pickle.dumps(None))
        waiting.put(b"")
        speaking.join()


class _Teller(logging.Handler):
    """Warnings (of a torn archive, say) are the replay's to give: nobody sees what this process writes."""

    def __init__(self, waiting: queue.Queue[bytes]) -> None:
        super().__init__(logging.WARNING)
        self._waiting = waiting

    def emit(self, record: logging.LogRecord) -> None:
        self._waiting.put(pickle.dumps(record.getMessage()))


def _listen(questions: IO[bytes], told: list[Lines]) -> None:
    """Until the parent is gone; then nobody wants to hear more."""
    while True:
        try:
            told[:] = [pickle.loads(receive(questions))]  # noqa: S301 - written by our own parent
        except EOFError:
            os._exit(0)


def _speak(answers: IO[bytes], waiting: queue.Queue[bytes]) -> None:
    """A thread, so that work goes on while the parent is busy with other things."""
    while message := waiting.get():
        try:
            send(answers, message)
        except BrokenPipeError:
            os._exit(0)
        waiting.task_done()
