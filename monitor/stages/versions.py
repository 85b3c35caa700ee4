"""Looks again at the pages of tagged articles: which are due, what they answered, and whether their wording changed.

Asks rarely (five times in a week, fewer and fewer), with the validators of the last answer, and never more than a few
pages of one host in a run. An answer that says less than what is held never replaces it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from monitor.errors import Reason, ReasonedError
from monitor.model import Article, Fetched, NotModified, Purpose, RecheckSettings, Request, Validators
from monitor.stages.boundary import attempt
from monitor.stages.job import Line
from monitor.stages.judge import WITHDRAWN, Judged, Previous
from monitor.stages.read import Reading, Wanted, in_rounds

EARLY = timedelta(minutes=5)  # timers jitter: a look due in this time is not put off for another hour
GIVEN_UP = timedelta(days=3)  # after the last look was due: what was missed until then is missed
# The page may well be there next time: its text is still wanted. Other reasons (a locked page, a robots rule) stay.
PASSING = (
    Reason.UNREACHABLE,
    Reason.TIMEOUT,
    Reason.TRUNCATED,
    Reason.RATE_LIMITED,
    Reason.HTTP_SERVER,
    Reason.HOST_PAUSED,
)
# Nobody was asked, so nothing was learned: the look stays due. (On a replay: it was not asked then.)
_NOT_ASKED = (Reason.NOT_ARCHIVED, Reason.STOPPED, Reason.HOST_PAUSED)


@dataclass(frozen=True, slots=True)
class Recheck:
    """A page to be looked at again, with what its last answer asked us to send along."""

    wanted: Wanted
    validators: Validators
    validators_url: str
    withdrawn: bool  # the last look found it gone already
    round: int = 1  # which of its looks is due, from 1
    owners: int = 0  # owner groups that tell its story


@dataclass(frozen=True, slots=True)
class Look:
    """What one page answered this time. `article` is set when it was read."""

    recheck: Recheck
    answer: Fetched | NotModified | None
    article: Article | None
    error: ReasonedError | None

    @property
    def article_id(self) -> int:
        return self.recheck.wanted.article_id

    @property
    def reading(self) -> Reading | None:
        """For judging, where the page was read."""
        if self.article is None or not isinstance(self.answer, Fetched):
            return None
        return Reading(self.recheck.wanted, self.article, self.answer, None)

    @property
    def validators(self) -> Validators:
        """To be sent next time: of this answer where it was read, refreshed by a 304, else none or those held."""
        held = self.recheck.validators
        if isinstance(self.answer, NotModified):
            return Validators(
                self.answer.header("etag") or held.etag, self.answer.header("last-modified") or held.last_modified
            )
        if isinstance(self.answer, Fetched):
            return self.answer.validators if self.error is None else Validators()
        return held if self.error is not None and self.error.reason in PASSING else Validators()

    @property
    def validators_url(self) -> str:
        read = isinstance(self.answer, Fetched) and self.error is None
        return self.answer.final_url if read and self.answer else self.recheck.validators_url

    def outcome(self, judged: Judged | None) -> str:
        """changed, unchanged, kept, not_modified, withdrawn or failed."""
        if isinstance(self.answer, NotModified):
            return "not_modified"
        if self.error is not None:
            return "withdrawn" if self.error.reason in WITHDRAWN else "failed"
        if judged is None:
            return "kept"
        return "unchanged" if judged.version is None else "changed"

    @property
    def newly_withdrawn(self) -> bool:
        return self.outcome(None) == "withdrawn" and not self.recheck.withdrawn


def due_at(now: datetime, asked: RecheckSettings) -> dict[str, object]:
    """Parameters of the query that finds what is due."""
    return {
        "now": now,
        "since": now - GIVEN_UP - max(asked.after, default=timedelta(0)),
        "passing": [reason.value for reason in PASSING],
        "offsets": [int((after - EARLY).total_seconds()) for after in asked.after],
    }


def within_limits(due: Sequence[Recheck], asked: RecheckSettings) -> list[Recheck]:
    """Those whose turn it is: early rounds first, then the widest covered stories, then the newest articles."""
    hosts: Counter[str] = Counter()
    chosen = []
    for one in sorted(
        due, key=lambda one: (one.round, -one.owners, -one.wanted.seen_at.timestamp(), one.wanted.article_id)
    ):
        host = urlsplit(one.wanted.entry.link).netloc
        hosts[host] += 1
        if hosts[host] <= asked.per_host:
            chosen.append(one)
    return chosen[: asked.per_run]


async def look_again(rechecks: Sequence[Recheck], line: Line, done: Callable[[], bool]) -> AsyncIterator[list[Look]]:
    """Looks, a round at a time, without those where nobody was asked."""

    def source_id_of(recheck: Recheck) -> str:
        return recheck.wanted.source.id

    async for looks in in_rounds(rechecks, line.round, source_id_of, lambda recheck: _look(recheck, line), done):
        yield [look for look in looks if look.error is None or look.error.reason not in _NOT_ASKED]


async def _look(recheck: Recheck, line: Line) -> Look:
    answers: list[Fetched | NotModified] = []
    link = recheck.wanted.entry.link
    result = await attempt(link, lambda: _fetch_and_extract(recheck, line, answers))
    answer = answers[0] if answers else None
    if isinstance(result, ReasonedError):
        return Look(recheck, answer, None, result)
    return Look(recheck, answer, result, None)


async def _fetch_and_extract(recheck: Recheck, line: Line, answers: list[Fetched | NotModified]) -> Article | None:
    source, entry = recheck.wanted.source, recheck.wanted.entry
    request = Request(
        entry.link,
        source.id,
        Purpose.PAGE,
        validators=recheck.validators,
        group=source.group,
        validators_url=recheck.validators_url,
    )
    answer = await line.fetcher.fetch(request)
    answers.append(answer)
    return await line.article(answer, entry, source) if isinstance(answer, Fetched) else None


def readable(looks: Sequence[Look], held: Mapping[int, Previous]) -> list[Reading]:
    """Readings worth judging: a page that now shows only part of what we hold keeps the last good copy."""
    readings = (look.reading for look in looks)
    return [
        reading for reading in readings if reading is not None and not _says_less(reading, held.get(_id_of(reading)))
    ]


def _says_less(reading: Reading, previous: Previous | None) -> bool:
    return previous is not None and reading.article.partial and previous.text_from == "page" and not previous.partial


def _id_of(reading: Reading) -> int:
    return reading.wanted.article_id
