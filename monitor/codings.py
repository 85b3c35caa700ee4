"""Content codings (RFC 9110 section 8.4), undone in a stream under a cap. Knows neither sockets nor status codes.

Every layer hands on pieces of bounded size, so a bomb ends at the cap and not in memory; a stream without its
end marker is a failure, never a shorter document.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from typing import Protocol

import brotli
import zstandard

from monitor.errors import FetchError, Reason

_PIECE = 65_536
_SLICE = 32  # of zstd input: one block of 128 KiB can be written in 4 bytes, so this bounds a step to 1 MB
_HEAD = 16
_GZIP = 31  # zlib's wbits for a gzip header and trailer
_WINDOW = 8 << 20  # RFC 9659: content coding zstd needs no more
_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_MARKUP = (b"<?xml", b"<rss", b"<feed", b"<rdf", b"<urlset", b"<html", b"<!doctype", b'{"')
_ALIASES = {"gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate", "br": "br", "zstd": "zstd"}
_MAX_LAYERS = 2

ACCEPTED = "gzip, br, zstd"


class _Layer(Protocol):
    def push(self, data: bytes) -> Iterator[bytes]: ...

    def close(self) -> Iterator[bytes]: ...


class _Plain:
    def push(self, data: bytes) -> Iterator[bytes]:
        yield data

    def close(self) -> Iterator[bytes]:
        yield from ()


class _Zlib:
    """gzip (one or more members), zlib or raw deflate, by zlib's `wbits`."""

    def __init__(self, wbits: int) -> None:
        self._wbits = wbits
        self._stream = zlib.decompressobj(wbits)
        self._rest = b""  # after the end: the start of a next member, or padding to be ignored

    def push(self, data: bytes) -> Iterator[bytes]:
        if self._stream.eof:
            data = self._next_member(data)
            if not data:
                return
        more = True
        while more:
            piece = self._stream.decompress(data, _PIECE)
            if piece:
                yield piece
            if self._stream.eof:
                data = self._next_member(self._stream.unused_data)
                more = bool(data)
            else:
                data = self._stream.unconsumed_tail
                more = bool(data) or len(piece) == _PIECE

    def _next_member(self, data: bytes) -> bytes:
        """RFC 1952 section 2.2: a gzip file may hold several members. Anything else after the end is let pass."""
        rest = self._rest + data
        if self._wbits == _GZIP and rest.startswith(_GZIP_MAGIC):
            self._stream, self._rest = zlib.decompressobj(_GZIP), b""
            return rest
        self._rest = rest[:2]  # two bytes that are no magic will never become one
        return b""

    def close(self) -> Iterator[bytes]:
        if not self._stream.eof:
            raise _truncated()
        yield from ()


class _Brotli:
    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    def push(self, data: bytes) -> Iterator[bytes]:
        if self._stream.is_finished():
            return
        piece = self._stream.process(data, output_buffer_limit=_PIECE)
        while piece:  # until dry: `can_accept_more_data` is true as well while output is still held back
            yield piece
            piece = b"" if self._stream.is_finished() else self._stream.process(b"", output_buffer_limit=_PIECE)

    def close(self) -> Iterator[bytes]:
        if not self._stream.is_finished():
            raise _truncated()
        yield from ()


class _Zstd:
    def __init__(self) -> None:
        self._context = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
        self._frame = self._context.decompressobj()

    def push(self, data: bytes) -> Iterator[bytes]:
        for start in range(0, len(data), _SLICE):
            yield from self._step(data[start : start + _SLICE])

    def _step(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._frame.eof:
                self._frame = self._context.decompressobj()
            yield self._frame.decompress(data)
            data = self._frame.unused_data if self._frame.eof else b""

    def close(self) -> Iterator[bytes]:
        if not self._frame.eof:
            raise _truncated()
        yield from ()


class _Sniffed:
    """Looks at the first bytes before it believes the label: servers announce gzip and send plain XML."""

    def __init__(self, coding: str) -> None:
        self._coding = coding
        self._head = b""
        self._layer: _Layer | None = None

    def push(self, data: bytes) -> Iterator[bytes]:
        if self._layer is None:
            self._head += data
            if len(self._head) < _HEAD:
                return
            data = self._head
            self._layer = _layer(self._coding, self._head)
        yield from self._layer.push(data)

    def close(self) -> Iterator[bytes]:
        if self._layer is None:
            self._layer = _layer(self._coding, self._head)
            if self._head:
                yield from self._layer.push(self._head)
            else:
                self._layer = _Plain()
        yield from self._layer.close()


def _layer(coding: str, head: bytes) -> _Layer:
    if coding in ("gzip", "auto"):
        return _Zlib(_GZIP) if head.startswith(_GZIP_MAGIC) else _Plain()
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_MARKUP):
        return _Plain()
    if coding == "deflate":
        return _Zlib(15 if _zlib_header(head) else -15)
    if coding == "br":
        return _Brotli()
    return _Zstd() if head.startswith(_ZSTD_MAGIC) or head[1:4] == b"\x2a\x4d\x18" else _Plain()


def _zlib_header(head: bytes) -> bool:
    """RFC 1950 section 2.2; without it the stream is raw deflate, as some old servers send it."""
    return len(head) >= 2 and head[0] & 0x0F == 8 and int.from_bytes(head[:2], "big") % 31 == 0


class BodyDecoder:
    """Feed it the bytes of the wire, then `finish`. `cap` limits the output of every layer, in bytes.

    `codings` are the tokens of Content-Encoding in the order sent; unknown ones (some servers write `UTF-8`
    there) count as identity. A body that is gzip without saying so (`feed.xml.gz`) is unpacked once.
    Raises FetchError: TOO_LARGE, TRUNCATED, BAD_ENCODING.
    """

    def __init__(self, codings: Sequence[str], cap: int) -> None:
        known = [_ALIASES[token] for token in codings if token in _ALIASES]
        if len(known) > _MAX_LAYERS:
            raise FetchError(Reason.BAD_ENCODING, f"the answer is packed {len(known)} times ({', '.join(known)})")
        names = known[::-1] + ["auto"] * (len(known) < _MAX_LAYERS)
        self._layers: list[_Layer] = [_Sniffed(name) for name in names]
        self._sizes = [0] * len(names)
        self._cap = cap
        self._output = bytearray()

    @property
    def output(self) -> bytes:
        """What was decoded so far, never more than the cap."""
        return bytes(self._output)

    def feed(self, data: bytes) -> None:
        try:
            self._run(data, 0)
        except (zlib.error, brotli.error, zstandard.ZstdError) as error:
            raise _undecodable(error) from error

    def finish(self) -> bytes:
        try:
            for depth, layer in enumerate(self._layers):
                for piece in layer.close():
                    self._emit(piece, depth)
        except (zlib.error, brotli.error, zstandard.ZstdError) as error:
            raise _undecodable(error) from error
        return self.output

    def _run(self, data: bytes, depth: int) -> None:
        if depth == len(self._layers):
            self._output += data
            return
        for piece in self._layers[depth].push(data):
            self._emit(piece, depth)

    def _emit(self, piece: bytes, depth: int) -> None:
        room = self._cap - self._sizes[depth]
        self._sizes[depth] += len(piece)
        self._run(piece[:room], depth + 1)
        if len(piece) > room:
            raise FetchError(Reason.TOO_LARGE, f"the answer unpacks to more than {self._cap:,} bytes")


def _truncated() -> FetchError:
    return FetchError(Reason.TRUNCATED, "the packed answer ends in the middle")


def _undecodable(error: Exception) -> FetchError:
    return FetchError(Reason.BAD_ENCODING, f"the answer cannot be unpacked ({error})")
