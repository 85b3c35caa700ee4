"""Charsets as outlets declare them, rightly or wrongly."""

from __future__ import annotations

import codecs

import pytest

from monitor.extract.decode import decode

TEXT = "<p>Año de la unión: «ñandú», niñez y €</p>"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (TEXT.encode("utf-8"), "text/html; charset=iso-8859-1"),  # UTF-8 under a wrong HTTP charset
        (b'<meta charset="iso-8859-1">' + TEXT.encode("utf-8"), "text/html"),  # ... and under a wrong meta
        (codecs.BOM_UTF8 + TEXT.encode("utf-8"), ""),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), ""),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "text/html; charset=utf-8"),
        (TEXT.encode("cp1252"), "text/html; charset=ISO-8859-1"),  # ISO-8859-1 on the web means windows-1252
        (TEXT.encode("cp1252"), ""),
        (TEXT.encode("iso8859-15"), 'text/html; charset="iso-8859-15"'),
        (b'<meta charset="iso-8859-15">' + TEXT.encode("iso8859-15"), ""),
        (TEXT.encode("cp1252"), "text/html; charset=no-such-charset"),
        (TEXT.encode("utf-8") + "ñ".encode()[:1], ""),  # cut inside its last character
    ],
)
def test_text_survives_its_declaration(body: bytes, content_type: str) -> None:
    """The declared charset is believed only where the bytes are not plainly UTF-8."""
    assert TEXT in decode(body, content_type)


@pytest.mark.parametrize("label", ["punycode", "unicode_escape", "hex", "rot13", "idna", "utf-7", "\x00"])
def test_codecs_that_are_no_charset_are_refused(label: str) -> None:
    """A page cannot choose a Python codec that transforms text: the bytes are read as windows-1252."""
    assert decode(b"ni\xf1o \\u0041", f"text/html; charset={label}") == "niño \\u0041"


def test_one_wrong_byte_does_not_break_the_rest() -> None:
    """UTF-8 with a damaged byte is still UTF-8 where the page says so."""
    assert decode("niñez ".encode() + b"\xff" + "año".encode(), "text/html; charset=utf-8") == "niñez \ufffdaño"
