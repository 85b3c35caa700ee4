"""Reads suspicious documents in a process of its own that may be killed: 20 s of CPU, 512 MB. Judges no entry.

The process is started for the first such document, serves those that follow, and never sees an ordinary one. It
ends with its parent, however that one ends, also in the middle of a document.
"""

from __future__ import annotations

import asyncio
import fcntl
import io
import os
import pickle
import resource
import select
import subprocess
import sys
import threading
import time
from typing import IO, Any

from monitor import sources
from monitor.errors import ParseError, Reason
from monitor.model import Fetched, Parsed, Source

CPU_SECONDS = 20
MEMORY = 512 * 2**20
_WALL_SECONDS = 40.0  # for a machine that is busy with other things
# Of 61 real feeds the largest has 321 kB and 8,000 tags; these are ten times that.
_LARGE = 3_000_000
_TAGS = 80_000
_REFERENCES = 80_000
_EMPTY_LINES = b"\n" * 2_000
_SUBSET = b"<!ENTITY"
# Values that may come out of the process: a document must not make us build anything else.
_ALLOWED = frozenset({("datetime", name) for name in ("date", "datetime", "timedelta", "timezone")}) | {
    ("builtins", "frozenset"),
    ("builtins", "set"),
    ("pytz", "_UTC"),  # of the instants that DuckDB gives
}
_MODULES = ("monitor.model.", "monitor.errors")
_PROGRAM = "from monitor.stages.cell import serve; serve()"


def suspicious(body: bytes) -> bool:
    """Far larger, or built of far more pieces, than any feed that somebody publishes for people to read."""
    if len(body) > _LARGE:
        return True
    if len(body) < _TAGS // 2:
        return _SUBSET in body
    crowded = body.count(b"<") > _TAGS or body.count(b"&") > _REFERENCES or body.count(b"=") > 2 * _TAGS
    return crowded or _SUBSET in body or _EMPTY_LINES in body


class Cell:
    """Parses documents; the process behind it ends with `close`, or when a document exhausted it.

    A kind of cell for other work names its own `program`, which answers what `ask` sends.
    """

    program = _PROGRAM

    def __init__(self, *, cpu_seconds: int = CPU_SECONDS, memory: int = MEMORY) -> None:
        self.limits = (cpu_seconds, memory)
        self.process: subprocess.Popen[bytes] | None = None
        self.one_at_a_time = threading.Lock()
        self.started = 0  # processes so far

    async def parse(self, source: Source, fetched: Fetched) -> Parsed:
        """`sources.<kind>.parse`, here or apart. Raises ParseError; UNPARSABLE when the limits were reached."""
        kind = sources.kind(source.kind)
        if not suspicious(fetched.body):
            return kind.parse(source, fetched)
        return await asyncio.to_thread(self.parse_apart, source, fetched)

    def parse_apart(self, source: Source, fetched: Fetched) -> Parsed:
        """The same in the process, whatever the document looks like."""
        with self.one_at_a_time:
            try:
                answer = self.ask(pickle.dumps((source, fetched, self.limits)))
            except (OSError, EOFError, pickle.UnpicklingError):
                self.close()
                raise self._exhausted(fetched) from None
        if isinstance(answer, Parsed):
            return answer
        reason, message, hint = answer
        raise ParseError(reason, message, hint=hint)

    def close(self) -> None:
        """End the process, if there is one."""
        process, self.process = self.process, None
        if process is None:
            return
        process.kill()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()
        process.wait()

    def ask(self, question: bytes) -> Any:
        """What the process answers to one pickled question. Raises OSError or EOFError where it does not."""
        self.put(question)
        return self.answer()

    def put(self, question: bytes) -> None:
        """Ask, for callers with something else to do until they want the `answer`. Raises OSError."""
        process = self.running()
        assert process.stdin is not None
        send(process.stdin, question)

    def answer(self) -> Any:
        """What the process answers to the question put last. Raises OSError or EOFError where it does not."""
        if self.process is None or self.process.stdout is None:
            raise EOFError
        return Careful(io.BytesIO(receive(self.process.stdout, time.monotonic() + _WALL_SECONDS))).load()

    def running(self) -> subprocess.Popen[bytes]:
        """The process, started where there is none."""
        if self.process is None or self.process.poll() is not None:
            self.close()
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and program
                [sys.executable, "-c", self.program],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
            )
            self.started += 1
        return self.process

    def _exhausted(self, fetched: Fetched) -> ParseError:
        cpu, memory = self.limits
        return ParseError(
            Reason.UNPARSABLE,
            f"{fetched.final_url}: reading the document took more than {cpu} s of work or {memory // 2**20} MB",
        )


class Careful(pickle.Unpickler):
    """Builds values of the model and of the standard library that they hold, nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        if module.startswith(_MODULES) or (module, name) in _ALLOWED:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is nothing a document can hold")


def send(stream: IO[bytes], data: bytes) -> None:
    """Eight bytes of length, then the data."""
    view = memoryview(len(data).to_bytes(8, "big") + data)
    while view:
        view = view[stream.write(view) :]


def receive(stream: IO[bytes], deadline: float | None = None) -> bytes:
    """What `send` wrote. Raises EOFError when the other side is gone or the deadline (monotonic seconds) has passed."""
    size = int.from_bytes(_exactly(stream, 8, deadline), "big")
    return _exactly(stream, size, deadline)


def _exactly(stream: IO[bytes], size: int, deadline: float | None) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        wait = None if deadline is None else max(0.0, deadline - time.monotonic())
        if not select.select([stream], [], [], wait)[0]:
            raise EOFError
        data = os.read(stream.fileno(), min(size - len(parts), 1 << 20))
        if not data:
            raise EOFError
        parts += data
    return bytes(parts)


# ---------------------------------------------------------------- inside the process


def serve() -> None:
    """Read documents from stdin and answer on stdout until stdin ends."""
    with open(0, "rb", buffering=0) as questions, open(1, "wb", buffering=0) as answers:
        while True:
            try:
                source, fetched, limits = pickle.loads(receive(questions))  # noqa: S301 - written by our own parent
            except EOFError:
                return
            limit(*limits)
            end_with_parent(wanted=True)
            answer = pickle.dumps(_parsed(source, fetched))
            end_with_parent(wanted=False)
            send(answers, answer)


def end_with_parent(*, wanted: bool) -> None:
    """While a document is parsed, let the kernel end us (SIGIO) when the other end of stdin goes away.

    A thread could not: regular expressions hold the interpreter. The parent writes nothing before it has its answer,
    so the only event there can be is its end; one that came before we asked for the signal shows in `poll`.
    """
    flags = fcntl.fcntl(0, fcntl.F_GETFL)
    if not wanted:
        fcntl.fcntl(0, fcntl.F_SETFL, flags & ~os.O_ASYNC)
        return
    fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(0, fcntl.F_SETFL, flags | os.O_ASYNC)
    hung_up = select.poll()
    hung_up.register(0, 0)
    if hung_up.poll(0):
        os._exit(1)


def limit(cpu_seconds: int, memory: int) -> None:
    """Memory of the whole process; CPU anew for every document. Beyond them the kernel ends it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime) + 1
    _lower(resource.RLIMIT_CPU, spent + cpu_seconds)
    _lower(resource.RLIMIT_AS, memory)


def _lower(kind: int, limit: int) -> None:
    """The soft limit; the operator's hard one (`ulimit`, systemd) is never exceeded."""
    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _parsed(source: Source, fetched: Fetched) -> Parsed | tuple[Reason, str, str]:
    try:
        return sources.kind(source.kind).parse(source, fetched)
    except ParseError as error:
        return error.reason, error.message, error.hint
    except MemoryError:
        # what is left of the process may be unsound: the parent sees its end and starts another
        os._exit(1)
