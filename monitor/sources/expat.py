"""The SAX driver that feedparser is told to use: expat, but whole texts at a time, and long ones passed by.

feedparser handles every piece of a text several times over, and only to give it back. A long text in one of the usual
places therefore goes through it as a mark of a few characters and is put back afterwards: half of the time is saved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any
from xml.sax.expatreader import ExpatParser

_LONG = 400
_BUFFER = 1 << 20
_PLACES = frozenset({"description", "summary", "content", "encoded"})
_PLAIN_TYPES = frozenset({None, "", "text", "html", "text/plain", "text/html"})
_MARK = re.compile("\ufdd0(\\d+)\ufdd1")  # non-characters, which the pre-filter takes out of every document
_C1 = re.compile("[\x80-\x9f]")
_CP1252 = {byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xA0)}
_aside: ContextVar[list[str] | None] = ContextVar("texts kept aside", default=None)


class Reader(ExpatParser):
    """Hands on what expat reports. Texts are put into `aside` only where nothing but characters came before them."""

    def __init__(self, aside: list[str] | None) -> None:
        super().__init__()
        self._texts = aside
        self._holding = False

    def reset(self) -> None:
        super().reset()
        parser = self._parser  # type: ignore[attr-defined]
        parser.buffer_text = True
        parser.buffer_size = _BUFFER

    def _reset_cont_handler(self) -> None:
        super()._reset_cont_handler()  # type: ignore[misc]
        self._parser.CharacterDataHandler = self._characters  # type: ignore[attr-defined]

    def start_element_ns(self, name: str, attrs: Mapping[str, str]) -> None:
        local = name.split(" ", 2)[1] if " " in name else name
        escaped = attrs.get("type") in _PLAIN_TYPES and "mode" not in attrs
        self._holding = escaped and local.lower() in _PLACES
        super().start_element_ns(name, attrs)

    def end_element_ns(self, name: str) -> None:
        self._holding = False
        super().end_element_ns(name)

    def _characters(self, text: str) -> None:
        if self._holding and self._texts is not None and len(text) > _LONG:
            self._texts.append(text)
            text = f"\ufdd0{len(self._texts) - 1}\ufdd1"
        self._cont_handler.characters(text)  # type: ignore[attr-defined]


def create_parser() -> Reader:
    """What `xml.sax.make_parser` calls."""
    return Reader(_aside.get())


@contextmanager
def texts_aside() -> Iterator[list[str]]:
    """Long texts of the documents parsed inside are kept in this list; `put_back` fills them in again."""
    texts: list[str] = []
    token = _aside.set(texts)
    try:
        yield texts
    finally:
        _aside.reset(token)


def put_back(value: Any, texts: list[str]) -> Any:
    """The same value (of dicts, lists and strings, changed in place) with its texts in their places."""
    if isinstance(value, str):
        return _MARK.sub(lambda mark: as_feedparser(texts[int(mark[1])]), value).strip() if "\ufdd0" in value else value
    if isinstance(value, dict):
        for key, part in dict.items(value):
            if isinstance(part, str | dict | list):
                dict.__setitem__(value, key, put_back(part, texts))
    elif isinstance(value, list):
        value[:] = [put_back(part, texts) for part in value]
    return value


def as_feedparser(text: str) -> str:
    """What feedparser does to every text: doubly encoded UTF-8 is read once more, C1 characters mean Windows-1252."""
    if text.isascii():
        return text
    with suppress(UnicodeError):
        text = text.encode("latin-1").decode("utf-8")
    return text.translate(_CP1252) if _C1.search(text) else text
