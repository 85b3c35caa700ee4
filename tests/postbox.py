"""A real SMTP server on loopback for tests: keeps what it accepted, answers as told, or not at all.

with Postbox(rcpt={"later@example.org": ["451 4.7.1 greylisted", "250 ok"]}) as post:
    ... post.port, post.got
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Postbox:
    """`rcpt` scripts the answers per address, in turn, the last one for ever. `stall`: it says nothing after DATA.

    `got` holds (address, message) of everything that was accepted; `reached` is set once a message arrived whole.
    """

    def __init__(self, *, rcpt: Mapping[str, Sequence[str]] | None = None, stall: bool = False) -> None:
        self._rcpt = {address: list(answers) for address, answers in (rcpt or {}).items()}
        self._stall = stall
        self.got: list[tuple[str, bytes]] = []
        self.reached = threading.Event()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    @property
    def addresses(self) -> list[str]:
        return [address for address, _ in self.got]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Sequence[Any]
    ) -> str:
        answers = self._rcpt.get(address, ["250 2.1.5 ok"])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.reached.set()
        if self._stall:
            await asyncio.sleep(60)
        self.got += [(address, envelope.content) for address in envelope.rcpt_tos]
        return f"250 2.0.0 queued as Q{len(self.got)}"

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop(no_assert=True)
