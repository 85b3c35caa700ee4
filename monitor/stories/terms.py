"""Text to terms: stems within one language, and forms that Spanish and English share. Weighs nothing."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import Stemmer

from monitor.stories.concepts import CONCEPTS, PHRASES
from monitor.stories.stopwords import STOP_WORDS

# Latin letters by their ranges, several times as fast as [^\W\d_]; others leave nothing when they become ASCII.
_LETTERS = "a-zß-öø-ÿĀ-ɏḀ-ỿ"
_WORD = re.compile(rf"\d+(?:[.,]\d+)*|[{_LETTERS}]+")
_STEMMERS = {"es": Stemmer.Stemmer("spanish", 0), "en": Stemmer.Stemmer("english", 0)}
_MONTHS = {
    "es": "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre",
    "en": "january|february|march|april|may|june|july|august|september|october|november|december",
}
_WEEKDAYS = {
    "es": "lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo",
    "en": "monday|tuesday|wednesday|thursday|friday|saturday|sunday",
}
_DAY = {
    "es": rf"\d{{1,2}}(?:\s*(?:y|al|,)\s*\d{{1,2}})*(?:\s+de)?\s+(?:{_MONTHS['es']})",
    "en": rf"(?:{_MONTHS['en']})\s+\d{{1,2}}(?:st|nd|rd|th)?|\d{{1,2}}\s+(?:{_MONTHS['en']})",
}
_DATES = {lang: re.compile(rf"\b(?:{_DAY[lang]}|{_WEEKDAYS[lang]}|19[89]\d|20[0-4]\d)\b") for lang in ("es", "en")}
# One of these is in every date.
_DATE_PARTS = {
    "es": (*_MONTHS["es"].split("|"), "lunes", "martes", "coles", "jueves", "viernes", "bado", "domingo", "19", "20"),
    "en": (*_MONTHS["en"].split("|"), *_WEEKDAYS["en"].split("|"), "19", "20"),
}
# How learned words of one root differ between the two languages: teatro/theatre, oficina/office, crisis/crisis.
_COGNATE = (("ph", "f"), ("th", "t"), ("qu", "c"), ("k", "c"), ("y", "i"), ("z", "c"), ("ct", "cc"), ("mm", "nm"))
_DOUBLED = re.compile(r"(.)\1")
_COGNATE_LENGTH = 5


def words(text: str) -> list[str]:
    """Words in lower case, and figures as written; `1,500` and `1.500` are one token."""
    return _WORD.findall(_lower(text))


def dates(text: str, lang: str) -> tuple[str, ...]:
    """Days, weekdays and years named, folded, in order."""
    code, lowered = _code(lang), _lower(text)
    return tuple(map(plain, _DATES[code].findall(lowered))) if _may_date(lowered, code) else ()


def undated(text: str, lang: str) -> str:
    """The text in lower case, without its dates: two reports of one day share the day, whatever they are about."""
    code, lowered = _code(lang), _lower(text)
    return _DATES[code].sub(" ", lowered) if _may_date(lowered, code) else lowered


def _may_date(lowered: str, code: str) -> bool:
    """Most titles have no part of any date, which is found out several times as fast as where a date stands."""
    return any(map(lowered.__contains__, _DATE_PARTS[code]))


def _lower(text: str) -> str:
    return unicodedata.normalize("NFC", text.lower())


def stems(text: str, lang: str) -> list[str]:
    """Stems without accents, stop words left out, figures without their separators. Languages: es, else en."""
    code = _code(lang)
    return [stem for word in words(text) if (stem := _stem(word, code))]


def both_terms(word: str, lang: str) -> tuple[str, str]:
    """The stem of a word, and the term that a Spanish and an English text about one event have in common: a concept,
    a cognate or name, a figure. Empty where there is none."""
    code = _code(lang)
    return _stem(word, code), _shared(word, code)


def concepts_of_phrases(text: str, lang: str) -> list[str]:
    """What phrases of the text mean, as far as both languages share it."""
    folded = plain(text)
    return [concept for phrase, concept in PHRASES[_code(lang)] if phrase in folded]


def _code(lang: str) -> str:
    return "es" if lang == "es" else "en"


def plain(text: str) -> str:
    """Lower-case ASCII, the tilde of ñ gone as well: English text writes Nino and Pena."""
    return unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()


@lru_cache(maxsize=200_000)
def _stem(word: str, code: str) -> str:
    if word[0].isdigit():
        return _figure(word)
    bare = plain(word)
    if len(bare) < 2 or bare in STOP_WORDS[code]:
        return ""
    return plain(_STEMMERS[code].stemWord(word))


def _shared(word: str, code: str) -> str:
    if word[0].isdigit():
        figure = _figure(word)
        return "#" + figure if figure else ""
    bare = plain(word)
    if len(bare) < 3 or bare in STOP_WORDS[code]:
        return ""
    concepts = CONCEPTS[code]
    return concepts.get(bare) or concepts.get(_singular(bare)) or cognate(bare)


def _figure(word: str) -> str:
    digits = re.sub(r"\D", "", word)
    return digits if len(digits) > 1 else ""


def _singular(bare: str) -> str:
    return bare[:-2] if bare.endswith("es") and len(bare) > 5 else bare.removesuffix("s")


def cognate(bare: str) -> str:
    """The first letters of a folded word, spelt alike in both languages: estadio and stadium both give `stadi`."""
    for old, new in _COGNATE:
        bare = bare.replace(old, new)
    bare = _DOUBLED.sub(r"\1", bare)
    if len(bare) > 3 and bare.startswith("es") and bare[2] not in "aeiou":
        bare = bare[1:]
    return bare[:_COGNATE_LENGTH]
