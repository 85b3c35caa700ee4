"""The wording of an article, for comparing two readings: without counters, stamps, labels and typography."""

from __future__ import annotations

import re

from monitor.extract.filters import is_furniture
from monitor.text import digest_of, fold

_LABEL_MAX = 120  # characters; a longer line is prose, whatever it counts

_N = r"\d[\d.,\s]*(?:k|mil|m)?"
_UNIT = (
    r"(?:segundos?|minutos?|mins?|horas?|hrs?|h|dias?|semanas?|mes(?:es)?"
    r"|seconds?|minutes?|hours?|days?|weeks?|months?)"
)
_ZONE = r"(?:\s*(?:h|hs|hrs|[ap]\.?\s*m\.?))?(?:\s*(?:gmt|utc|pet|est|edt)?(?:\s*[+-]\d+)?)?"
_CLOCK = rf"\d{{1,2}}[:.h]\d{{2}}(?:[:.]\d{{2}})?{_ZONE}"
_MONTH = (
    r"(?:ene(?:ro)?|feb(?:rero)?|mar(?:zo)?|abr(?:il)?|may(?:o)?|jun(?:io)?|jul(?:io)?|ago(?:sto)?|set(?:iembre)?"
    r"|sep(?:t(?:iembre)?)?|oct(?:ubre)?|nov(?:iembre)?|dic(?:iembre)?|jan(?:uary)?|february|march|apr(?:il)?|june|july"
    r"|aug(?:ust)?|september|october|november|dec(?:ember)?)\.?"
)
_DAY = (
    rf"(?:(?:lunes|martes|miercoles|jueves|viernes|sabado|domingo|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\s*,?\s*)?"
    rf"(?:\d{{1,4}}[-/.]\d{{1,2}}[-/.]\d{{1,4}}|\d{{1,2}}\s+(?:de\s+)?{_MONTH}(?:\s+(?:de\s+|del\s+)?\d{{4}})?"
    rf"|{_MONTH}\s+\d{{1,2}}(?:\s*,?\s*\d{{4}})?|hoy|ayer|today|yesterday)"
)
_WHEN = rf"(?:{_DAY}(?:[\s,|·-]+(?:a\s+las?\s+|at\s+)?{_CLOCK})?|{_CLOCK}(?:[\s,|·-]+{_DAY})?)"
_AGO = (
    rf"(?:hace|hacia)\s+(?:{_N}|un|una|unos|unas)\s*{_UNIT}|(?:{_N}|an?|one)\s*{_UNIT}\s+ago"
    r"|ahora(?:\s+mismo)?|just\s+now"
)
_UPDATED = (
    r"(?:(?:ultima\s+)?(?:actualizad[oa]|actualizacion|modificad[oa]|modificacion|publicad[oa]|publicacion)"
    r"|(?:last\s+)?(?:updated|modified|published|posted))"
)
_COUNTED = (
    r"(?:vistas?|visitas?|visualizaciones|lecturas?|lectores|comentarios?|compartid[oa]s?|veces\s+compartid[oa]|me\s+gusta"
    r"|reacciones|likes?|views?|reads?|comments?|shares?|reactions?)"
)
_ITEM = "|".join(
    (
        rf"{_UPDATED}(?:\s+(?:el|a\s+las?|on|at|en))?\s*[:|-]?\s*(?:{_AGO}|(?:(?:el|on)\s+)?{_WHEN})?",
        _AGO,
        rf"{_N}\s*{_COUNTED}",
        rf"{_COUNTED}\s*[:(]?\s*{_N}\)?",
        rf"(?:tiempo\s+de\s+)?(?:lectura|reading\s+time)\s*(?:de|:)?\s*(?:{_N}\s*{_UNIT})?",
        rf"{_N}\s*{_UNIT}\s+(?:de\s+lectura|read)",
        _WHEN,
    )
)
_VOLATILE = re.compile(rf"\W*(?:{_ITEM})(?:[\s|·•,;:()/-]+(?:{_ITEM}))*\W*")
_TAIL = re.compile(rf"[\s|·•(\[—–-]+{_UPDATED}\s*[:|]?\s*(?:{_AGO})\W*$")


def steady(text: str) -> str:
    """The lines that an editor wrote: without view counters, "updated" stamps and advertisement labels."""
    lines = (_TAIL.sub("", line) if len(line) <= _LABEL_MAX else line for line in fold(text).splitlines())
    return "\n".join(line for line in lines if not _passes(line))


def _passes(line: str) -> bool:
    """Is this a line that changes, or comes and goes, by itself?"""
    return is_furniture(line) or (len(line) <= _LABEL_MAX and _VOLATILE.fullmatch(line) is not None)


def wording_hash(title: str, summary: str, body: str) -> str:
    """Equal for two readings of one wording: typography, case and what passes by itself make no difference."""
    return digest_of(steady(title), steady(summary), steady(body))
