"""What stands in a text without being said by it: credits, bylines, footers, invitations to read on, repeated lines.

Such places are blanked, not cut, so that offsets into the text stay what they were.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_LINE = "|".join(
    (
        r"©|\(c\) ?\d{4}|copyright\b|(?:todos los )?derechos reservados|all rights reserved",
        r"(?:fotos?|fotograf[ií]as?|fotogaler[ií]a|photos?|video|imagen|im[aá]genes|cr[eé]ditos?|credits?) ?[:/]",
        r"(?:fuente|source) ?[:/]",
        r"(?:lee|lea|mira|vea|ver|lee|leer|escucha|read|see) (?:tambi[eé]n|adem[aá]s|m[aá]s|more|also)\b",
        r"(?:te|le) puede interesar|te recomendamos|recomendado\b|puedes ver|related\b|video recomendado",
        r"s[ií]guenos\b|sigue a\b.*\ben\b|suscr[ií]bete|subscribe|sign up|newsletter|publicidad$|advertisement$",
    )
)
# Short lines only: longer ones that begin so are sentences.
_SHORT = r"(?:redacci[oó]n|escrito por|written by|reporting by|editing by|con informaci[oó]n de)\b[^\n]{0,60}$"
# A byline: "Por Ana Quispe Rojas", nothing else on the line.
_BYLINE = r"(?:(?-i:Por|By|POR|BY):? (?-i:[A-ZÁÉÍÓÚÑ][\w.'’-]*(?: (?:de|del|la|los|y|and)\b)? ?){2,6}$)"
_INLINE = "|".join(
    (
        r"\((?:fotos?|photos?|video|imagen|captura|cr[eé]ditos?|fuente|infograf[ií]a|ilustraci[oó]n|getty)\b[^()\n]{0,160}\)",
        r"\[(?:lee|lea|mira|vea|ver|te puede|read)\b[^\[\]\n]{0,200}\]",
        r"©[^.\n]{0,80}",
    )
)
_CREDIT_LINE = re.compile(rf"[ \t•*►▶|»>-]*(?:(?:{_LINE})[^\n]{{0,240}}$|{_SHORT}|{_BYLINE})", re.IGNORECASE)
_CREDIT = re.compile(_INLINE, re.IGNORECASE)


def without_credits(text: str) -> str:
    """The text with credits, bylines and footers blanked; of the same length."""
    return "\n".join(map(_without_credits, text.split("\n")))


def _without_credits(line: str) -> str:
    if _CREDIT_LINE.match(line):
        return " " * len(line)
    return _CREDIT.sub(_blank, line) if "(" in line or "[" in line or "©" in line else line


def without_lines(text: str, repeated: Collection[str]) -> str:
    """The text with the given lines blanked; of the same length."""
    if not repeated:
        return text
    return "\n".join(" " * len(line) if line.strip() in repeated else line for line in text.split("\n"))


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])
