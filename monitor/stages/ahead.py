"""A replay's side of the process that works ahead of it: runs as they come, and what was worked out of each.

Whatever is missing, or was worked out of other words than the replay has by then, the replay works out itself:
nothing but its time depends on that process.
"""

from __future__ import annotations

import logging
import os
import pickle
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from monitor.archive import ArchivedRun, read_runs, runs_since
from monitor.errors import ExtractError
from monitor.model import Article, Entry, Fetched, NotModified, Parsed, Purpose, Request, Settings, Source
from monitor.stages import page_cell
from monitor.stages.cell import Cell, receive, send
from monitor.stages.foresee import END, Judgement, Lines, Message, Opened, PageRead, Place, Portion, Task
from monitor.stages.job import Foreseen, Line
from monitor.stories.sparse import Lexicon
from monitor.themes import Rules

ROUND = 500  # pages per source at a time: a replay commits whole runs, and most pages come without their bodies

_log = logging.getLogger(__name__)


class Ahead(Cell):
    """The archived runs, in order. A context, at whose end the process is ended.

    On a single core there is no process, and nothing is foreseen.
    """

    program = "from monitor.stages.foresee import serve; serve()"

    def __init__(
        self, settings: Settings, rules: Rules, paths: Sequence[Path], since: datetime | None, lexicon: Lexicon
    ) -> None:
        super().__init__()
        self._lexicon = lexicon  # the replay's
        self._numbers = np.zeros(1, np.int64)  # there, by number in the lexicon of the process
        self._task = Task(tuple(paths), since, settings.sources, rules)
        self._lines: Lines = {}

    def __enter__(self) -> Self:
        if len(os.sched_getaffinity(0)) > 1:
            with suppress(OSError):  # no room for another process: then there is none
                self.running()
                self._say(self._task)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def runs(self) -> Iterator[Coming]:
        """Every run. Raises ArchiveError."""
        done = 0
        while self.process is not None and (message := self._message()) is not None:
            assert isinstance(message, Opened)
            done += 1
            portions = self._portions()
            yield Coming(message.run, self._task.sources, message, portions)
            deque(portions, maxlen=0)  # pages that the run did not ask for
        if self.process is not None:
            return
        runs = runs_since(read_runs(self._task.paths), self._task.since)
        for run in islice(runs, done, None):
            yield Coming(run)

    def tell(self, lines: Lines) -> None:
        """Lines that sources repeat, as far as the replay knows them by now."""
        if lines != self._lines:
            self._lines = lines
            self._say(lines)

    def _say(self, what: Task | Lines) -> None:
        if self.process is not None and self.process.stdin is not None:
            with suppress(BrokenPipeError):  # what is left of its answers tells that it has gone
                send(self.process.stdin, pickle.dumps(what))

    def _portions(self) -> Iterator[Portion]:
        """Of the run that was opened last, with terms in numbers of the replay's lexicon."""
        while self.process is not None and isinstance(portion := self._message(), Portion) and portion != END:
            self._numbers = np.concatenate([self._numbers, self._lexicon.numbers(portion.terms)])
            yield replace(portion, texts=list(map(self._translated, portion.texts)))

    def _translated(self, text: Judgement) -> Judgement:
        return text if text.prepared is None else replace(text, prepared=text.prepared.renumbered(self._numbers))

    def _message(self) -> Message:
        """The next one. None at the end of the archive, and where the process is gone before; there is none then."""
        assert self.process is not None
        assert self.process.stdout is not None
        message: Message = ""
        try:
            while isinstance(message, str):
                message = pickle.loads(receive(self.process.stdout))  # noqa: S301 - written by our own process
                if isinstance(message, str):
                    _log.warning("%s", message)
        except (EOFError, OSError):
            _log.warning("the process that works ahead of the replay has ended; the replay goes on without it")
            self.close()
            return None
        return message


@dataclass(slots=True)
class Coming:
    """One run, and what is foreseen of it. Answers requests; satisfies `model.Fetcher`."""

    run: ArchivedRun
    _sources: Sequence[Source] = ()
    _opened: Opened | None = None
    _portions: Iterator[Portion] = field(default_factory=lambda: iter(()))
    _pages: dict[Place, PageRead] = field(default_factory=dict)  # those not asked for yet
    _asked: set[str] = field(default_factory=set)  # addresses
    foreseen: Foreseen = field(default_factory=Foreseen)

    def __post_init__(self) -> None:
        if self._opened is not None:
            self.foreseen.relevance.update(self._opened.relevance)

    @property
    def line(self) -> Line:
        """The way to its answers."""
        if self._opened is None:
            return Line(self, left=self._left)
        return Line(self, ready=self._take_in, parsed=self._parsed, article=self._article, left=self._left, round=ROUND)

    async def fetch(self, request: Request) -> Fetched | NotModified:
        """`ArchivedRun.fetch`; without the body where the page was read already."""
        self._asked.add(request.url)
        is_read = request.purpose is Purpose.PAGE and self._page(request) is not None
        return self.run.answer(request, with_body=not is_read)

    def _left(self) -> frozenset[str]:
        """What the run looked at again, as a rule: a few pages, or none."""
        pages = {one.request.url for one in self.run.answers if one.request.purpose is Purpose.PAGE}
        return frozenset(pages - self._asked)

    def _parsed(self, source: Source, answer: Fetched) -> Parsed | None:
        moved = source not in self._sources
        return None if moved or self._opened is None else self._opened.parsed.get((source.id, answer.request.url))

    async def _article(self, page: Fetched, entry: Entry, source: Source) -> Article:
        found = self._page(page.request)
        if found is None:
            return await page_cell.article(page, entry, source)
        del self._pages[found.place]
        if found.entry != entry:
            return await page_cell.article(self._whole(page), entry, source)
        if found.error is not None:
            raise ExtractError(*found.error)
        return found.article

    def _whole(self, page: Fetched) -> Fetched:
        """The page with its body."""
        answer = self.run.answer(page.request)
        assert isinstance(answer, Fetched)
        return answer

    def _page(self, request: Request) -> PageRead | None:
        """What was read of a page; waits for it where it is still to come."""
        place = request.source_id, request.url
        while place not in self._pages:
            if not self._take_in():
                return None
        return self._pages[place]

    def _take_in(self) -> bool:
        """One more portion; False where there is none."""
        portion = next(self._portions, None)
        if portion is None:
            return False
        self._pages.update((page.place, page) for page in portion.pages)
        self.foreseen.taggings.update((text.document, text.tagging) for text in portion.texts)
        prepared = {text.words: text.prepared for text in portion.texts if text.prepared is not None}
        self.foreseen.prepared.update(prepared)
        return True
