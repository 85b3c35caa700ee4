"""Plain text: cleaning, folding that keeps the ñ, tokens, sentences. Knows no HTML and no language model."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence

_SPACE = re.compile(r"\s+")
# Bidirectional overrides and invisible marks can make a title read as something else (Unicode TR 36).
_INVISIBLE = dict.fromkeys(
    (
        *(*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F, *range(0x80, 0xA0), 0xAD, 0xFEFF),
        *(*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)),
        *(*range(0xD800, 0xE000), 0xFFFE, 0xFFFF),  # lone surrogates cannot even be written as UTF-8
    )
)
_HAS_INVISIBLE = re.compile(f"[{re.escape(''.join(map(chr, _INVISIBLE)))}]")
_BETWEEN = re.compile(r"\W")
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_SHORT = "Sr Sra Dr Dra Ing Gral Mr Mrs Ms Gen Gov Sen Rep St No Art EE"  # with a point, inside a sentence
_SENTENCE_END = re.compile(
    r"(?<=[.!?…])(?<!\b[A-Z]\.)(?<!S/\.)"
    + "".join(rf"(?<!\b{short}\.)" for short in _SHORT.split())
    + r"[\"'»”)]*\s+(?=[\"'«“¿¡(]*[A-ZÁÉÍÓÚÑÜ0-9])"
)


def clean(text: str) -> str:
    """NFC, without control, invisible and bidirectional-override characters, white space collapsed."""
    return " ".join(_visible(text).split())


def _visible(text: str) -> str:
    """NFC without what cannot be seen; looking for it first is many times faster than translating every character."""
    text = unicodedata.normalize("NFC", text)
    return text.translate(_INVISIBLE) if _HAS_INVISIBLE.search(text) else text


def clean_paragraphs(text: str) -> str:
    """`clean` line by line; empty lines are dropped, paragraphs end up separated by one newline."""
    lines = _visible("\n".join(text.splitlines())).split("\n")
    return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)


# `Ã­`, `Â¿`, `â€œ`: UTF-8 read as Windows-1252 and encoded again. None of these pairs occurs in Spanish or English.
_CP1252 = {bytes([b]).decode("cp1252", "ignore") or chr(b): b for b in range(0x80, 0x100)}
_TRAIL = "".join(re.escape(char) for char, byte in _CP1252.items() if byte < 0xC0) + "\x80-\xbf"
_MOJIBAKE = re.compile(f"(?:[ÃÂ][{_TRAIL}]|â[€\x80][{_TRAIL}])+")


def repair_mojibake(text: str) -> str:
    """Undo doubly encoded UTF-8 (`TÃ­tulo` -> `Título`) where it surely is that; all other text is untouched."""
    return _MOJIBAKE.sub(_redecode, text) if "Ã" in text or "Â" in text or "â" in text else text


def _redecode(match: re.Match[str]) -> str:
    found = match[0]
    try:
        return bytes(_CP1252.get(char, ord(char) & 0xFF) for char in found).decode("utf-8")
    except UnicodeDecodeError:
        return found


def fold(text: str) -> str:
    """Lower case without accents, except that ñ stays (puño is not Puno). May change the length: see `fold_map`."""
    if text.isascii():
        return text.lower()
    # Few characters of es and en lie beyond ASCII: to look up these alone takes a third of the time of `translate`.
    lowered = text.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")  # of ASCII, nothing else
    return _FOREIGN.sub(lambda match: _FOLDED[ord(match[0])], lowered)


def fold_map(text: str) -> tuple[str, list[int]]:
    """Folded text and, for each of its characters, the offset of its origin in `text`."""
    folded: list[str] = []
    origin: list[int] = []
    for offset, char in enumerate(text):
        for piece in _FOLDED[ord(char)]:
            folded.append(piece)
            origin.append(offset)
    return "".join(folded), origin


class _Folded(dict[int, str]):
    """What each character folds to, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        low = chr(code).lower()
        if low != "ñ":
            low = "".join(c for c in unicodedata.normalize("NFKD", low) if not unicodedata.combining(c))
        self[code] = low
        return low


_FOLDED = _Folded()


# As in `fold`: ASCII in one go, the few characters beyond it one by one. What is no part of a word becomes a blank.
_SPACED = _BETWEEN.sub(" ", bytes(range(128)).decode()).lower().encode() + bytes(range(128, 256))


def spaced(text: str, foreign: Mapping[str, str]) -> str:
    """The text in lower case with a blank for all that is no part of a word; `foreign` says it beyond ASCII."""
    plain = text.encode("utf-8", "surrogatepass").translate(_SPACED).decode("utf-8", "surrogatepass")
    return _FOREIGN.sub(lambda match: foreign[match[0]], plain)


class _Foreign(dict[str, str]):
    """What each character is in a run of tokens, worked out when it is first met."""

    def __missing__(self, char: str) -> str:
        self[char] = _BETWEEN.sub(" ", _FOLDED[ord(char)])
        return self[char]


_TOKEN_OF = _Foreign()


def tokens(text: str) -> list[str]:
    """Folded words and numbers."""
    return spaced(unicodedata.normalize("NFC", text), _TOKEN_OF).split()


def sentences(text: str) -> list[str]:
    """Sentences of plain text, by punctuation followed by a capital; good enough for leads, es and en."""
    return [part for line in text.splitlines() for part in _SENTENCE_END.split(line.strip()) if part]


def digest_of(*parts: str) -> str:
    """Stable 128-bit hex hash of normalised text: white space, case, quotes and dashes never make a difference."""
    return digest_of_words(*map(tokens, parts))


def digest_of_words(*parts: Sequence[str]) -> str:
    """`digest_of` the texts that have these tokens."""
    hasher = hashlib.blake2b(digest_size=16)
    for words in parts:
        hasher.update(" ".join(words).encode())
        hasher.update(b"\x1f")
    return hasher.hexdigest()


def stable_id(key: str) -> int:
    """A 63-bit id for an identity key: the same on every machine and version, and it fits a BIGINT."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big") >> 1
