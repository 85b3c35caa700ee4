"""Which bodies a WARC file holds already, so that the same bytes are kept once; remembered in a file beside it.

It may be lost at any time: then bodies are kept again, and nothing else happens. References never leave their file.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import astuple, dataclass
from pathlib import Path

WORTH_IT = 512  # bytes; below, a reference is no shorter than the body
_PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"


@dataclass(frozen=True, slots=True)
class KeptBody:
    """Where a body is: the record that holds it."""

    digest: str
    offset: int
    record_id: str
    at: str
    url: str

    @property
    def headers(self) -> dict[str, str]:
        """Of a revisit record that refers to it (WARC 1.1, 6.7.2)."""
        return {
            "WARC-Profile": _PROFILE,
            "WARC-Payload-Digest": self.digest,
            "WARC-Refers-To": self.record_id,
            "WARC-Refers-To-Target-URI": self.url,
            "WARC-Refers-To-Date": self.at,
        }


class Bodies:
    """The bodies of one file, none where `warc` is None. Offsets beyond `size`, that of the file, are void."""

    def __init__(self, warc: Path | None, size: int) -> None:
        self._path = warc.with_name(f"{warc.name}.bodies") if warc else None
        self._known = {kept.digest: kept for kept in _read(self._path) if kept.offset < size} if self._path else {}

    def find(self, digest: str) -> KeptBody | None:
        return self._known.get(digest)

    def add(self, kept: KeptBody) -> None:
        if self._path is None:
            return
        self._known[kept.digest] = kept
        with suppress(OSError), self._path.open("a", encoding="ascii") as file:  # a full disk shows where it matters
            file.write("\t".join(map(str, astuple(kept))) + "\n")


def payload_digest(body: bytes) -> str:
    """SHA-1 in base 32, as every WARC tool writes it; a checksum, not a signature."""
    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()


def _read(path: Path) -> Iterator[KeptBody]:
    with suppress(OSError, UnicodeError):
        for line in path.read_text(encoding="ascii").splitlines():
            fields = line.split("\t")
            if len(fields) == 5 and fields[1].isdigit():
                yield KeptBody(fields[0], int(fields[1]), *fields[2:])
