"""A fetcher that obeys a request to stop: it begins nothing more, and waits only so long for what is under way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from monitor.errors import FetchError, Reason
from monitor.model import Fetched, Fetcher, NotModified, Request

GRACE = 5.0  # seconds for answers under way; containers are killed ten seconds after they were asked to stop
_LOOK = 0.25  # seconds between two looks at the stop flag


class Stoppable:
    """Another fetcher until `stop_asked`; from then on FetchError(STOPPED), which means "not asked": it stays due.

    Requests that wait their turn inside the other fetcher count as under way.
    """

    def __init__(self, fetcher: Fetcher, stop_asked: Callable[[], bool]) -> None:
        self._fetcher = fetcher
        self._stop_asked = stop_asked
        self._until: float | None = None

    async def fetch(self, request: Request) -> Fetched | NotModified:
        """Raises FetchError."""
        if self._stop_asked():
            raise _stopped(request)
        answer = asyncio.ensure_future(self._fetcher.fetch(request))
        try:
            while not answer.done():
                await asyncio.wait({answer}, timeout=_LOOK)
                if not answer.done() and self._out_of_patience():
                    raise _stopped(request)
            return answer.result()
        finally:
            answer.cancel()

    def _out_of_patience(self) -> bool:
        if not self._stop_asked():
            return False
        now = asyncio.get_running_loop().time()
        self._until = self._until or now + GRACE
        return now >= self._until


def _stopped(request: Request) -> FetchError:
    return FetchError(Reason.STOPPED, f"the run was stopped before {request.url} had answered")
