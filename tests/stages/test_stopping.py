"""A run that is asked to stop begins nothing more and waits only so long."""

from __future__ import annotations

import asyncio

import pytest

from monitor.errors import FetchError, Reason
from monitor.model import Fetched, NotModified, Request
from monitor.stages import stopping
from monitor.stages.stopping import Stoppable

REQUEST = Request("http://andino.example/rss", "andino")


class Slow:
    """Answers after a while, as a slow server does."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.asked = 0

    async def fetch(self, request: Request) -> Fetched | NotModified:
        self.asked += 1
        await asyncio.sleep(self.seconds)
        raise FetchError(Reason.EMPTY, "answered")


class AfterOneLook:
    """False the first time, True ever after."""

    def __init__(self) -> None:
        self.looks = 0

    def __call__(self) -> bool:
        self.looks += 1
        return self.looks > 1


def reason(fetcher: Stoppable) -> Reason:
    with pytest.raises(FetchError) as caught:
        asyncio.run(fetcher.fetch(REQUEST))
    return caught.value.reason


def test_without_a_stop_the_answer_is_the_other_s() -> None:
    """Also when it takes longer than the looks at the stop flag."""
    assert reason(Stoppable(Slow(0.3), lambda: False)) is Reason.EMPTY


def test_after_a_stop_nothing_is_asked() -> None:
    """Not even of a server that would answer at once."""
    slow = Slow(0)
    assert reason(Stoppable(slow, lambda: True)) is Reason.STOPPED
    assert slow.asked == 0


def test_what_is_under_way_gets_a_little_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer within the grace counts; a server that is silent is left."""
    monkeypatch.setattr(stopping, "GRACE", 0.6)
    assert reason(Stoppable(Slow(0.3), AfterOneLook())) is Reason.EMPTY
    slow = Slow(30)
    assert reason(Stoppable(slow, AfterOneLook())) is Reason.STOPPED
    assert slow.asked == 1
