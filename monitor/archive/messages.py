"""An HTTP response as a crawler kept it: status, headers, and the body without chunks and content codings.

Crawlers keep the bytes of the wire, or the decoded body under the headers of the wire: both are met.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.codings import BodyDecoder
from monitor.errors import FetchError, Reason

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?:[ \t][^\r\n]*)?\r?\n")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r?\n")
_TRAILER = re.compile(rb"\r?\n")


@dataclass(frozen=True, slots=True)
class Message:
    """A response; `raw` is its body as it stands in the record."""

    status: int
    headers: tuple[tuple[str, str], ...]
    raw: bytes

    def header(self, name: str) -> str:
        """The first header of a name (small letters), empty where there is none."""
        return next((value for key, value in self.headers if key.lower() == name), "")

    def decoded(self, cap: int) -> bytes:
        """The body. Raises FetchError: TRUNCATED, TOO_LARGE (over `cap` bytes), BAD_ENCODING."""
        packed = self._without_chunks()
        codings = [token.strip().lower() for token in self.header("content-encoding").split(",")]
        decoder = BodyDecoder(codings, cap)
        decoder.feed(packed)
        return decoder.finish()

    def _without_chunks(self) -> bytes:
        chunked = "chunked" in self.header("transfer-encoding").lower()
        if chunked and _CHUNK.match(self.raw):
            return _unchunked(self.raw)
        length = self.header("content-length")
        if not chunked and not self.header("content-encoding") and length.isdigit() and int(length) > len(self.raw):
            raise FetchError(Reason.TRUNCATED, f"{len(self.raw)} of {length} bytes were kept")
        return self.raw


def message_of(content: bytes) -> Message | None:
    """The response that a record holds, None where it holds something else."""
    first = _STATUS.match(content)
    if first is None:
        return None
    end = _HEAD_END.search(content, first.end() - 2)
    head = content[first.end() : end.start()] if end else content[first.end() :]
    fields = (line.partition(":") for line in head.decode("latin-1").splitlines() if ":" in line)
    headers = tuple((name.strip(), value.strip()) for name, _, value in fields)
    return Message(int(first[1]), headers, content[end.end() :] if end else b"")


def _unchunked(raw: bytes) -> bytes:
    """RFC 9112 section 7.1; a body without its last chunk was cut."""
    parts: list[bytes] = []
    at = 0
    while (size := _CHUNK.match(raw, at)) is not None:
        length = int(size[1], 16)
        if length == 0:
            return b"".join(parts)
        begin, at = size.end(), size.end() + length
        parts.append(raw[begin:at])
        line_end = _TRAILER.match(raw, at)
        if line_end is None:
            break
        at = line_end.end()
    raise FetchError(Reason.TRUNCATED, "the chunks of the body end in the middle")
