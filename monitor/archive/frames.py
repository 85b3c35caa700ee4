"""The records of an unpacked WARC file by their lengths, whole or not at all; after damage the next one is found.

Headers of a record are read, its content is not looked into.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

_HEAD_CAP = 64 * 2**10
_CONTENT_CAP = 32 * 2**20  # of one record in memory; more than any page that is read
_CHUNK = 64 * 2**10
_START = re.compile(rb"WARC/\d\.\d+[ \t]*\r?\n")
_AFTER_A_LINE = re.compile(rb"(?<=\n)WARC/\d\.\d+[ \t]*\r?\n")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_END = b"\r\n\r\n"
_HASHES = {"sha1": 20, "sha256": 32, "md5": 16}


@dataclass(frozen=True, slots=True)
class Frame:
    """One whole record: its place, its headers (names in small letters), and its content unless that is too large."""

    start: int
    end: int
    headers: dict[str, str]
    content: bytes | None

    @property
    def digest_holds(self) -> bool | None:
        """Is the content what `WARC-Block-Digest` says? None where it says nothing that we can work out."""
        algorithm, _, written = self.headers.get("warc-block-digest", "").partition(":")
        size = _HASHES.get(algorithm.lower())
        if size is None or self.content is None:
            return None
        wanted = _digest_bytes(written.strip(), size)
        return None if wanted is None else hashlib.new(algorithm.lower(), self.content).digest() == wanted


def frames(file: IO[bytes]) -> Iterator[Frame]:
    """Whole records in order. A gap between one `end` and the next `start`, or before the end, shows damage."""
    size = file.seek(0, 2)
    start: int | None = 0
    while start is not None and start < size:
        frame = _frame_at(file, start, size)
        if frame is not None:
            yield frame
            start = frame.end
        else:
            start = _next_start(file, start + 1)


def _frame_at(file: IO[bytes], start: int, size: int) -> Frame | None:
    file.seek(start)
    head = file.read(_HEAD_CAP)
    end_of_head = _HEAD_END.search(head)
    if not _START.match(head) or end_of_head is None:
        return None
    headers = _headers(head[: end_of_head.start()])
    length = headers.get("content-length", "")
    if not re.fullmatch(r"\d{1,15}", length):
        return None
    begin = start + end_of_head.end()
    end = begin + int(length)
    if end > size or not _ends_at(file, end, size):
        return None
    file.seek(begin)
    content = file.read(int(length)) if int(length) <= _CONTENT_CAP else None
    return Frame(start, _behind_blank_lines(file, end), headers, content)


def _headers(head: bytes) -> dict[str, str]:
    unfolded = re.sub(rb"\r?\n[ \t]+", b" ", head).decode("utf-8", "replace")
    fields = (line.partition(":") for line in unfolded.splitlines()[1:])
    return {name.strip().lower(): value.strip() for name, _, value in fields}


def _ends_at(file: IO[bytes], end: int, size: int) -> bool:
    """Two line ends follow every record; writers forget them at the end of a file."""
    file.seek(end)
    return file.read(len(_END)) in (_END, _END[: size - end]) or end == size


def _behind_blank_lines(file: IO[bytes], end: int) -> int:
    file.seek(end)
    held = file.read(64)
    return end + len(held) - len(held.lstrip(b"\r\n"))


def _next_start(file: IO[bytes], start: int) -> int | None:
    """Where the next line begins that looks like the first one of a record."""
    at = max(0, start - 1)
    file.seek(at)
    held = b""
    while chunk := file.read(_CHUNK):
        held += chunk
        if found := _AFTER_A_LINE.search(held):
            return at + found.start()
        cut = max(0, len(held) - 32)
        at, held = at + cut, held[cut:]
    return None


def _digest_bytes(written: str, size: int) -> bytes | None:
    """Base 32 as most tools write it, or hexadecimal."""
    try:
        if len(written) == 2 * size:
            return bytes.fromhex(written)
        padded = written.upper() + "=" * (-len(written) % 8)
        found = base64.b32decode(padded)
    except ValueError:
        return None
    return found if len(found) == size else None
