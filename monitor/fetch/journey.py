"""One request on its way through its redirects: where it is, what it carries there. Sends nothing itself."""

from __future__ import annotations

import re
from datetime import datetime

from monitor.errors import FetchError, Reason
from monitor.fetch.answers import header
from monitor.fetch.exchange import Answer
from monitor.fetch.target import parse_target, resolve_location, shown
from monitor.model import Fetched, Redirect, Request

_MAX_REDIRECTS = 5
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


class Journey:
    """Starts at the request's URL. `started_at` is the start of the first hop, `spent` its seconds in exchanges."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.target = parse_target(request.url)
        self.redirects: list[Redirect] = []
        self.started_at: datetime | None = None
        self.wait_until: datetime | None = None  # of the latest answer
        self.spent = 0.0
        self._seen = {self.target.url}
        self._site = self.target.site
        self._owner = parse_target(request.validators_url).url if request.validators_url else self.target.url

    @property
    def group(self) -> str:
        """The platform group of the present hop: it is known of the first host only."""
        return self.request.group if not self.redirects else ""

    @property
    def verifies_tls(self) -> bool:
        """False only where the operator accepts what the site of the first address shows."""
        return self.request.verify_tls or self.target.site != self._site

    def validators(self) -> dict[str, str]:
        """Conditional headers of the present hop: only the URL that gave the validators gets them back."""
        if self.target.url != self._owner:
            return {}
        kept = self.request.validators
        headers = {"If-None-Match": _echo(kept.etag), "If-Modified-Since": _echo(kept.last_modified)}
        return {name: value for name, value in headers.items() if value}

    def follow(self, answer: Answer) -> None:
        """Step to the Location of a redirect; raises FetchError(REDIRECT or BAD_URL)."""
        here = shown(self.target.url)
        location = header(answer.headers, "location")
        if not location:
            raise self._lost(answer, f"{here} answered {answer.status} without a Location")
        target = resolve_location(self.target, location)
        if self.target.scheme == "https" and target.scheme == "http":
            raise self._lost(answer, f"{here} redirects from https to http, which is never followed")
        if target.url in self._seen:
            raise self._lost(answer, f"{here} redirects in a circle")
        if len(self.redirects) == _MAX_REDIRECTS:
            raise self._lost(answer, f"{shown(self.request.url)} redirects more than {_MAX_REDIRECTS} times")
        self.redirects.append(Redirect(self.target.url, answer.status))
        self._seen.add(target.url)
        self.target = target

    def _lost(self, answer: Answer, message: str) -> FetchError:
        return FetchError(
            Reason.REDIRECT, message, status=answer.status, retry_at=self.wait_until, final_url=self.target.url
        )

    def arrived(self, answer: Answer, finished_at: datetime) -> Fetched:
        """The last answer, whatever its status."""
        return Fetched(
            self.request,
            self.target.url,
            answer.status,
            answer.headers,
            answer.body,
            self.started_at or finished_at,
            finished_at,
            tuple(self.redirects),
            answer.wire_bytes,
        )


def _echo(value: str) -> str:
    """A stored validator fit for a header, or nothing. Its characters are the latin-1 view of the server's bytes.

    aiohttp writes headers as UTF-8, so the bytes are handed over as the UTF-8 they are; bytes that are none
    could not be echoed verbatim and are dropped, as is anything that could start a new header line.
    """
    try:
        return "" if _CONTROL.search(value) else value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return ""
