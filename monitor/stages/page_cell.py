"""Reads pages and documents in a process of its own that may be killed: 10 s of CPU and 256 MB for each.

Every page goes there: whatever it holds, the run waits no longer for it, and the extractors' memory is not the run's.
The process is started for the first page, serves those that follow, and ends after a minute without any or when a
page has swollen it. It judges nothing: what it answers is what `monitor.extract` says.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import pickle
import resource
import select
import signal
import subprocess
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from monitor import extract
from monitor.errors import ExtractError, Reason
from monitor.model import Article, Entry, Fetched, Source
from monitor.stages.cell import Cell, end_with_parent, limit, receive, send

CPU_SECONDS = 10  # a page takes a tenth of a second; the slowest of 457 real ones took less than one
MEMORY = 256 * 2**20  # ordinary pages, one after the other, bring it to 100
_SWOLLEN = 160 * 2**20  # beyond this a page has left the process larger than it needs to be
_FULL = 0.8  # of MEMORY
_IDLE_SECONDS = 60.0

_Answer = Article | tuple[Reason, str] | str


class PageCell(Cell):
    """Asks the process to read; `article` and `read` ask the one that all runs of this process share."""

    program = "from monitor.stages.page_cell import serve; serve()"
    _asked: tuple[bytes, str] = (b"", "")

    def read(self, kind: str, page: Fetched, entry: Entry, source: Source) -> Article:
        """`extract.article` or `extract.document`, as `kind` says.

        Raises ExtractError: theirs, or TOO_SLOW where the limits were reached. RuntimeError, with the traceback,
        where the extractor has a bug.
        """
        with self.one_at_a_time:
            self.begin(kind, page, entry, source)
            return self.finish()

    def begin(self, kind: str, page: Fetched, entry: Entry, source: Source) -> None:
        """`read`, for callers with something else to do until they `finish` it."""
        self._asked = pickle.dumps((kind, page, entry, source, self.limits)), page.final_url
        with suppress(OSError):  # whoever wants the answer finds out
            self.put(self._asked[0])

    def finish(self) -> Article:
        """What `read` gives or raises for what was begun last."""
        question, url = self._asked
        answer = self._answer(question, url)
        if isinstance(answer, Article):
            return answer
        if isinstance(answer, str):
            raise RuntimeError(f"{url}: {answer}")
        raise ExtractError(*answer)

    def _answer(self, question: bytes, url: str) -> _Answer:
        for is_last in (False, True):
            try:
                answer: _Answer = self.answer()
            except (OSError, EOFError):
                left = self._has_left()
                self.close()
            else:
                return answer
            if is_last or not left:
                break
            with suppress(OSError):  # it went just when it was asked
                self.put(question)
        cpu, memory = self.limits
        return Reason.TOO_SLOW, f"{url}: reading it took more than {cpu} s of work or {memory // 2**20} MB"

    def _has_left(self) -> bool:
        """Did the process end in order?"""
        try:
            return self.process is not None and self.process.wait(timeout=0.2) == 0
        except subprocess.TimeoutExpired:
            return False


_SHARED = PageCell(cpu_seconds=CPU_SECONDS, memory=MEMORY)


async def article(page: Fetched, entry: Entry, source: Source) -> Article:
    """`extract.article` apart. Raises like `PageCell.read`."""
    return await asyncio.to_thread(_SHARED.read, "article", page, entry, source)


def read(kind: str, page: Fetched, entry: Entry, source: Source) -> Article:
    """`extract.article` or `extract.document` apart, for callers that have nothing else to do meanwhile."""
    return _SHARED.read(kind, page, entry, source)


def end() -> None:
    """End the process that all runs share, if there is one; the next page starts another."""
    _SHARED.close()


atexit.register(end)


# ---------------------------------------------------------------- inside the process


def serve() -> None:
    """Read pages from stdin, answer on stdout; until stdin ends, nobody asks for a minute, or memory has grown."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # meant for the run, which finishes the page it is at
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # whatever a library prints is no answer

    def confess(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if _was_full():
            os._exit(1)
        send(answers, pickle.dumps("".join(traceback.format_exception(kind, error, trace))))

    sys.excepthook = confess
    with open(0, "rb", buffering=0) as questions:
        while select.select([questions], [], [], _IDLE_SECONDS)[0]:
            try:
                kind, page, entry, source, limits = pickle.loads(receive(questions))  # noqa: S301 - from our own parent
            except EOFError:
                return
            limit(*limits)
            end_with_parent(wanted=True)
            answer = pickle.dumps(_read(kind, page, entry, source))
            end_with_parent(wanted=False)
            send(answers, answer)
            if _memory("VmRSS") > _SWOLLEN or _was_full():
                return


def _was_full() -> bool:
    """Did memory run short? C code then fails in ways that look like bugs."""
    return _memory("VmPeak") > _FULL * resource.getrlimit(resource.RLIMIT_AS)[0]


def _memory(name: str) -> int:
    """Bytes, as the kernel counts them: the maximum of getrusage begins with that of the parent (execve keeps it)."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition(f"{name}:")[2].split()[0]) * 1024


def _read(kind: str, page: Fetched, entry: Entry, source: Source) -> _Answer:
    reader = {"article": extract.article, "document": extract.document}[kind]
    try:
        return reader(page, entry, source)
    except ExtractError as error:
        if not _was_full():  # else the parser saw a page that ended where memory did
            return error.reason, error.message
    except MemoryError:
        pass
    os._exit(1)  # what is left of the process may be unsound: the parent starts another
