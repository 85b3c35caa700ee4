"""The bytes of a document -> text: inflating, byte order marks, charsets. Decides no format and parses nothing."""

from __future__ import annotations

import codecs
import re
import zlib

from monitor.errors import ParseError, Reason
from monitor.model import Fetched

BODY_CAP = 25_000_000
_GZIP = b"\x1f\x8b"
_WIDE = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_DECLARED = re.compile(rb"""(?:encoding|charset)\s*=\s*["']?\s*([A-Za-z0-9_.:\-]{2,40})""", re.IGNORECASE)
# Only codecs in which `<` and `&` are always those bytes: UTF-7 and its kind would carry markup past the pre-filter.
_CODECS = re.compile(
    r"^(?:iso8859-(?:[2-9]|1[0-46])|cp125[0134567]|cp866|koi8-[ru]|mac-roman|gb2312|gbk|gb18030|big5|"
    r"shift_jis|cp932|euc_jp|euc_kr|cp949)$"
)
_CP1252 = {0xDC00 + byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0x100)}


def document_text(fetched: Fetched) -> str:
    """The document as text, without byte order marks and white space around it.

    UTF-8 wherever it is valid, whatever is declared; else the declared charset when it is one of the allowed;
    else UTF-8 with every stray byte read as Windows-1252 (mixed documents are common in Latin America).
    Raises ParseError: EMPTY, TRUNCATED, TOO_LARGE.
    """
    body = _inflate(fetched.body)
    text = _decode(body, fetched.header("content-type")).strip("\ufeff\x00 \t\r\n\f\v")
    if not text:
        raise ParseError(Reason.EMPTY, f"{fetched.final_url} answered {fetched.status} without a document")
    return text


def _inflate(body: bytes) -> bytes:
    """A `.gz` file that was served without saying so; one layer, bounded."""
    if not body.startswith(_GZIP):
        return body
    inflater = zlib.decompressobj(wbits=31)
    try:
        plain = inflater.decompress(body, BODY_CAP + 1)
    except zlib.error as error:
        raise ParseError(Reason.UNPARSABLE, f"the gzip file is damaged: {error}") from None
    if len(plain) > BODY_CAP:
        raise ParseError(Reason.TOO_LARGE, f"the gzip file holds more than {BODY_CAP:,} bytes")
    if not inflater.eof:
        raise ParseError(Reason.TRUNCATED, "the gzip file ends early")
    return plain


def _decode(body: bytes, content_type: str) -> str:
    for mark, codec in _WIDE:
        if body.startswith(mark):
            return body.decode(codec, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    for name in _declared(body, content_type):
        return body.decode(name, "replace")
    return body.decode("utf-8", "surrogateescape").translate(_CP1252)


def _declared(body: bytes, content_type: str) -> list[str]:
    """Allowed non-western charsets that the header or the document names, in that order."""
    found = _DECLARED.findall(content_type.encode("latin-1", "replace")) + _DECLARED.findall(body[:1024])
    names: list[str] = []
    for raw in found:
        try:
            name = codecs.lookup(raw.decode("ascii")).name
        except LookupError:
            continue
        if _CODECS.match(name):
            names.append(name)
    return names
