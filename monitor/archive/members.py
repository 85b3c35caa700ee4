"""The gzip members of a WARC file, one record each: finding whole ones, torn tails and damage. Knows no WARC."""

from __future__ import annotations

import logging
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import IO

from monitor.errors import ArchiveError

_log = logging.getLogger(__name__)

_RECORD_CAP = 128 * 2**20  # of one record, decoded; five times the largest body that is ever fetched
_CHUNK = 16 * 2**10  # most records are smaller, and each is read from its own place
_PIECE = 2**20  # of unpacked bytes at a time
MAGIC = b"\x1f\x8b\x08"


@dataclass(frozen=True, slots=True)
class Member:
    """One whole gzip member: its place in the file and what it holds."""

    start: int
    end: int
    data: bytes


def members(file: IO[bytes]) -> Iterator[Member]:
    """Whole members in order. Damage is stepped over: a gap between one `end` and the next `start` shows it."""
    start: int | None = 0
    while start is not None:
        member = member_at(file, start)
        if member is not None:
            yield member
            start = member.end
        else:
            start = next_magic(file, start + 1)


def member_at(file: IO[bytes], start: int) -> Member | None:
    """The member that starts here, or None when there is no whole one."""
    file.seek(start)
    inflater = zlib.decompressobj(wbits=31)
    parts: list[bytes] = []
    size = 0
    while not inflater.eof:
        chunk = file.read(_CHUNK)
        try:
            parts.append(inflater.decompress(chunk))
        except zlib.error:
            return None
        size += len(parts[-1])
        if not chunk or size > _RECORD_CAP:
            return None
    data = b"".join(parts)
    return Member(start, file.tell() - len(inflater.unused_data), data) if data.startswith(b"WARC/") else None


class Unpacked(Enum):
    """Why a member is not whole."""

    TORN = "torn"  # the file ends in it
    DAMAGED = "damaged"


def unpack(file: IO[bytes], start: int, into: IO[bytes]) -> int | Unpacked:
    """Unpack the member that starts here, whatever it holds; its end, or why there is none. Memory stays bounded."""
    file.seek(start)
    inflater = zlib.decompressobj(wbits=31)
    while not inflater.eof:
        packed = inflater.unconsumed_tail or file.read(_CHUNK)
        try:
            into.write(inflater.decompress(packed, _PIECE))
        except zlib.error:
            return Unpacked.DAMAGED
        if not packed and not inflater.eof:
            return Unpacked.TORN
    return file.tell() - len(inflater.unused_data) - len(inflater.unconsumed_tail)


def next_magic(file: IO[bytes], start: int) -> int | None:
    """Where the next member may start."""
    file.seek(start)
    held = b""
    while chunk := file.read(_CHUNK):
        held += chunk
        found = held.find(MAGIC)
        if found >= 0:
            return start + found
        cut = max(0, len(held) - len(MAGIC) + 1)
        start, held = start + cut, held[cut:]
    return None


def cut_torn_tail(path: Path) -> int:
    """Size of a file after whatever a crash left behind its last whole record is gone."""
    size = path.stat().st_size
    if not size:
        return 0
    with path.open("rb") as file:
        if not MAGIC.startswith(file.read(len(MAGIC))):
            raise _not_a_warc(path)
        whole = size if _ends_whole(file, size) else max((member.end for member in members(file)), default=0)
    if whole < size:
        _log.warning("%s: cut %d bytes of an unfinished record at offset %d", path, size - whole, whole)
        os.truncate(path, whole)
    return whole


def _ends_whole(file: IO[bytes], size: int) -> bool:
    """True when a record near the end runs exactly to the end, which saves reading the whole file."""
    start = next_magic(file, max(0, size - 64 * _CHUNK))
    while start is not None:
        member = member_at(file, start)
        if member is not None and member.end == size:
            return True
        start = next_magic(file, start + 1)
    return False


def _not_a_warc(path: Path) -> ArchiveError:
    hint = "give a .warc.gz file written by peru-monitor"
    return ArchiveError(f"{path}: not a compressed WARC file (offset 0)", hint=hint)


def whole_members(path: Path) -> Iterator[Member]:
    try:
        with path.open("rb") as file:
            if not MAGIC.startswith(file.read(len(MAGIC))):
                raise _not_a_warc(path)
            end = 0
            for member in members(file):
                if member.start != end:
                    raise damaged(path, end)
                yield member
                end = member.end
            size = file.seek(0, os.SEEK_END)
    except OSError as error:
        raise ArchiveError(f"cannot read {path}: {error.strerror or error}") from error
    if end < size:
        _log.warning("%s: ends in an unfinished record at offset %d; %d bytes are left out", path, end, size - end)


def damaged(path: Path, offset: int) -> ArchiveError:
    return ArchiveError(f"{path}: damaged at offset {offset}", hint="restore the file from a copy, or leave it out")
