"""One HTTP request and its answer over aiohttp, under deadlines and caps. No redirects, no politeness, no judgement."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import aiohttp
from yarl import URL

from monitor.codings import BodyDecoder
from monitor.errors import FetchError, Reason
from monitor.fetch.answers import Headers
from monitor.fetch.network import AddressRefusedError, Network
from monitor.fetch.target import Target, shown
from monitor.model import FetchSettings

_EVIDENCE_BYTES = 65_536  # of the body of an error or redirect: enough to see what it was
_EVIDENCE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes on the wire and after decoding. `clip`: cut at the limit instead of failing (robots.txt)."""

    wire: int
    body: int
    clip: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """Any answer, whatever its status. Header values are the latin-1 view of their bytes."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    wire_bytes: int


def open_session(network: Network, settings: FetchSettings) -> aiohttp.ClientSession:
    """A session without cookies, proxies, automatic redirects or automatic decompression."""
    return aiohttp.ClientSession(
        connector=network.connector(),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,
        max_line_size=32_768,
        max_field_size=32_768,
        max_headers=1_000,
        timeout=aiohttp.ClientTimeout(
            total=None,
            sock_connect=settings.connect_timeout.total_seconds(),
            sock_read=settings.read_timeout.total_seconds(),
        ),
    )


async def exchange(
    session: aiohttp.ClientSession,
    target: Target,
    headers: Mapping[str, str],
    limits: Limits,
    settings: FetchSettings,
    seconds: float,
    *,
    verify_tls: bool = True,
) -> Answer:
    """Send one GET and read its answer within `seconds` of wall time. Raises FetchError of a network reason."""
    dns = False
    try:
        async with asyncio.timeout(max(seconds, 0.001)):
            return await _ask(session, target, headers, limits, settings, verify_tls)
    except FetchError as error:  # of the decoder, which does not know the address
        reason, what = error.reason, error.message
    except (aiohttp.ClientError, OSError, UnicodeError) as error:
        reason, what = _diagnosis(error)
        dns = isinstance(error, aiohttp.ClientConnectorDNSError)
    raise FetchError(reason, f"{shown(target.url)}: {what}", final_url=target.url, dns=dns)


async def _ask(
    session: aiohttp.ClientSession,
    target: Target,
    headers: Mapping[str, str],
    limits: Limits,
    settings: FetchSettings,
    verify_tls: bool,
) -> Answer:
    # Name, connection, TLS and header together: the per-read deadline alone would let dripped header lines go on.
    patience = (settings.connect_timeout + settings.read_timeout).total_seconds()
    async with asyncio.timeout(patience) as deadline:
        url = URL(target.url, encoded=True)
        # `ssl=True` means the connector's own trust store, False none: the operator's choice for one site
        async with session.get(url, headers=headers, allow_redirects=False, ssl=verify_tls) as response:
            deadline.reschedule(None)
            values = tuple((key.decode("latin-1"), value.decode("latin-1")) for key, value in response.raw_headers)
            body, wire = await _body(response, values, limits)
            return Answer(response.status, values, body, wire)


async def _body(response: aiohttp.ClientResponse, headers: Headers, limits: Limits) -> tuple[bytes, int]:
    if response.status < 300:
        reader = _Reader(response, headers, limits)
        await reader.read()
        return reader.so_far
    # Of an error the status and the headers count; its body is evidence, as much of it as comes easily.
    reader = _Reader(response, headers, Limits(_EVIDENCE_BYTES, _EVIDENCE_BYTES, clip=True))
    with suppress(FetchError, aiohttp.ClientError, OSError):
        async with asyncio.timeout(_EVIDENCE_SECONDS):
            await reader.read()
    return reader.so_far


class _Reader:
    """Reads one body under its limits; `so_far` is what arrived, decoded, and its size on the wire."""

    def __init__(self, response: aiohttp.ClientResponse, headers: Headers, limits: Limits) -> None:
        self._response = response
        self._limits = limits
        self._wire = 0
        self._decoder = BodyDecoder(_codings(headers), limits.body)

    @property
    def so_far(self) -> tuple[bytes, int]:
        return self._decoder.output, self._wire

    async def read(self) -> None:
        try:
            await self._stream()
        except FetchError as error:
            if not (self._limits.clip and error.reason is Reason.TOO_LARGE):
                raise

    async def _stream(self) -> None:
        if not self._limits.clip and (self._response.content_length or 0) > self._limits.wire:
            raise self._too_large()
        async for chunk in self._response.content.iter_any():
            room = self._limits.wire - self._wire
            self._wire += len(chunk)
            self._decoder.feed(chunk[:room])
            if len(chunk) > room:
                raise self._too_large()
        self._decoder.finish()

    def _too_large(self) -> FetchError:
        return FetchError(Reason.TOO_LARGE, f"the answer is larger than {self._limits.wire:,} bytes")


def _codings(headers: Headers) -> list[str]:
    values = ",".join(value for key, value in headers if key.lower() == "content-encoding")
    return [token.strip().lower() for token in values.split(",")]


# The first type that fits decides, so the narrower ones stand first.
_DIAGNOSES: tuple[tuple[type[Exception], Reason, str], ...] = (
    (aiohttp.ConnectionTimeoutError, Reason.TIMEOUT, "no connection within the time allowed"),
    (aiohttp.SocketTimeoutError, Reason.TIMEOUT, "the server fell silent"),
    (TimeoutError, Reason.TIMEOUT, "the answer was not complete within the time allowed"),
    (aiohttp.ClientConnectorDNSError, Reason.UNREACHABLE, "the host name could not be resolved"),
    (aiohttp.ClientSSLError, Reason.TLS, "the TLS connection failed"),
    (ssl.SSLError, Reason.TLS, "the TLS connection failed"),
    (aiohttp.ClientConnectorError, Reason.UNREACHABLE, "no connection"),
    (aiohttp.ClientPayloadError, Reason.TRUNCATED, "the answer broke off"),
    (aiohttp.InvalidURL, Reason.BAD_URL, "the address cannot be called"),
    (UnicodeError, Reason.BAD_URL, "the host name cannot be looked up"),
    (aiohttp.ClientResponseError, Reason.PROTOCOL, "the answer is no proper HTTP"),
    (aiohttp.ServerDisconnectedError, Reason.UNREACHABLE, "the server closed the connection without an answer"),
    (Exception, Reason.UNREACHABLE, "the connection broke"),
)


def _diagnosis(error: Exception) -> tuple[Reason, str]:
    refused = getattr(error, "os_error", None)
    if isinstance(refused, AddressRefusedError):
        return Reason.SSRF_BLOCKED, f"the name leads to {refused.address}, which is not a public address"
    reason, what = next((reason, what) for kind, reason, what in _DIAGNOSES if isinstance(error, kind))
    detail = " ".join(_detail(error).split())[:200]
    return reason, f"{what} ({detail})" if detail and reason is not Reason.TIMEOUT else what


def _detail(error: Exception) -> str:
    """The plain words of the system or of OpenSSL; aiohttp wraps them in its own."""
    cause = getattr(error, "certificate_error", None) or getattr(error, "os_error", None) or error
    return str(getattr(cause, "verify_message", "") or getattr(cause, "strerror", "") or cause)
