"""A real web server on loopback for tests: scripted answers, raw bytes where wanted, and a log of every request.

It runs in threads, so that synchronous tests, asyncio tests and child processes can all talk to it.

    with WebServer() as web:
        web.script("/rss", Reply(b"<rss/>", headers={"ETag": '"1"'}), Reply(status=304))
        web.script("https://diario.example/nota", Raw(b"HTTP/1.1 200 OK\\r\\n\\r\\nhalf", 0.2, b"the rest"))
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Self, TypeAlias

import trustme

STALL = 3600.0  # as a step of Raw: send nothing more until the server stops


@dataclass(frozen=True, slots=True)
class Logged:
    """One request as it arrived. `at` is what the server's clock said, if it has one."""

    raw: bytes
    at: datetime | None = None

    @property
    def line(self) -> str:
        return self.raw.split(b"\r\n", 1)[0].decode("latin-1")

    @property
    def method(self) -> str:
        return self.line.split(" ")[0]

    @property
    def path(self) -> str:
        return self.line.split(" ")[1]

    @property
    def host(self) -> str:
        return self.header("host") or ""

    def header(self, name: str) -> str | None:
        """Value of a header as latin-1 text, None where it was not sent."""
        for line in self.raw.split(b"\r\n")[1:]:
            key, _, value = line.partition(b":")
            if key.decode("latin-1").lower() == name.lower():
                return value.strip().decode("latin-1")
        return None


@dataclass(frozen=True, slots=True)
class Reply:
    """A proper answer; Content-Length is added. A value of `headers` may be a list, for a repeated header."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str | Sequence[str]] = field(default_factory=dict)

    def steps(self) -> tuple[bytes, ...]:
        lines = [f"HTTP/1.1 {self.status} Scripted", f"Content-Length: {len(self.body)}"]
        for name, value in self.headers.items():
            lines += [f"{name}: {each}" for each in ([value] if isinstance(value, str) else value)]
        head = "\r\n".join(lines) + "\r\n\r\n"
        return (head.encode("latin-1") + (b"" if self.status in (204, 304) else self.body),)


class Raw:
    """Bytes as they are, with pauses in seconds between them; the connection is closed afterwards."""

    def __init__(self, *steps: bytes | float) -> None:
        self._steps = steps

    def steps(self) -> tuple[bytes | float, ...]:
        return self._steps


Answer: TypeAlias = Reply | Raw
Script: TypeAlias = Answer | Callable[[Logged], Answer]


class WebServer:
    """Answers scripts and logs requests. A path without a script gets a 404.

    `now` stamps the log, for example with a simulated clock; `tls` makes it an https server.
    """

    def __init__(self, *, now: Callable[[], datetime] | None = None, tls: ssl.SSLContext | None = None) -> None:
        self._now = now
        self._tls = tls
        self._scripts: dict[str, list[Script]] = {}
        self._served: defaultdict[str, int] = defaultdict(int)
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self.log: list[Logged] = []
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    @property
    def address(self) -> tuple[str, int]:
        return ("127.0.0.1", self.port)

    def url(self, path: str) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}{path}"

    def script(self, where: str, *answers: Script) -> None:
        """Answers for a path (any host), or for a whole URL; given in turn, the last one for ever."""
        key = where if where.startswith("/") else where.split("://", 1)[1]
        with self._lock:
            self._scripts[key] = list(answers)
            self._served[key] = 0

    def paths(self) -> list[str]:
        return [request.path for request in self.log]

    def requests(self, path: str) -> list[Logged]:
        return [request for request in self.log if request.path == path]

    def __enter__(self) -> Self:
        self._spawn(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in list(self._threads):
            thread.join(timeout=5)
        self._listener.close()

    def _spawn(self, work: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=work, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                self._open.add(connection)
            self._spawn(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        stream = connection
        try:
            if self._tls is not None:
                stream = self._tls.wrap_socket(connection, server_side=True)
                with self._lock:
                    self._open.add(stream)
            while self._one(stream):
                pass
        except OSError:  # the client went away, or refused our certificate
            pass
        finally:
            with self._lock:
                self._open -= {connection, stream}
            with contextlib.suppress(OSError):
                stream.shutdown(socket.SHUT_RDWR)
            stream.close()
            connection.close()

    def _one(self, stream: socket.socket) -> bool:
        """Serve one request; True if the connection stays open for another."""
        raw = b""
        while b"\r\n\r\n" not in raw:
            data = stream.recv(65_536)
            if not data:
                return False
            raw += data
        request = Logged(raw, self._now() if self._now else None)
        with self._lock:
            self.log.append(request)
        answer = self._answer(request)
        for step in answer.steps():
            if isinstance(step, bytes):
                stream.sendall(step)
            elif self._stopping.wait(step):
                return False
        return isinstance(answer, Reply)

    def _answer(self, request: Logged) -> Answer:
        with self._lock:
            key = next((k for k in (request.host + request.path, request.path) if k in self._scripts), "")
            if not key:
                return Reply(status=404)
            answers = self._scripts[key]
            answer = answers[min(self._served[key], len(answers) - 1)]
            self._served[key] += 1
        return answer(request) if callable(answer) else answer


def chunked(*chunks: bytes, headers: str = "", end: bool = True) -> Raw:
    """A 200 with Transfer-Encoding: chunked; without `end` the last chunk is missing."""
    head = f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n{headers}\r\n".encode("latin-1")
    body = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    return Raw(head + body + (b"0\r\n\r\n" if end else b""))


def certificates(*names: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Contexts of a server that is `names` and of a client that trusts it, under a certificate authority made now."""
    authority = trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(server)
    client = ssl.create_default_context()
    authority.configure_trust(client)
    return server, client
