"""Which of four languages a text is in: Spanish, English, Portuguese, Quechua. Counts words and spellings, no model.

A model that knows Quechua (py3langid) needs 127 MB and 1.7 s to load; a run has 300 MB. Other languages are not told.
"""

from __future__ import annotations

import re

from monitor.text import clean

KNOWN = ("es", "en", "pt", "qu")
SHORTEST = 3  # words; below it nothing is guessed: names and dateless labels read alike in all of them
CONTRADICTS = 40  # words; only so much text is believed against what a page or feed declares
_LOOKED_AT = 4000  # characters
_LEAD = 1.5  # times the points of the runner-up
_MIN = 1.0  # points
_TITLE_CASE = 0.6  # share of capitalised words
_ENOUGH = 0.06  # points a word in a long text; lists of names earn less

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")

# Words frequent in one of the four and rare in the others; shared ones (de, a, que, se, por, no) tell nothing.
_WORDS = {
    "es": "el la los las del en y un una unos unas con su sus al es lo le les más fue son está están hay este"
    " esta estos según también pero muy ya sin sobre tras desde hasta entre cuando porque contra ante así"
    " qué cómo quién dónde hoy para como dos tres años día país gobierno ley",
    "en": "the of and to in on at by for with from is are was were be been has have had will would it its this"
    " that these those as an or but not after over into about against amid says said who what how why new"
    " more than out up down his her their they he she we you over two three years day government law under"
    " between",
    "pt": "o os do da dos das em na nas um uma uns umas com seu sua ao aos à às é são não mais foi está"
    " pelo pela também já muito após até você ele ela eles isso este esta sobre contra ou e ser há dois"
    " três anos país governo lei num numa pelos pelas quando diz",
    "qu": "kay chay huk hukllawan ima imayna mana manan manam ama ari runa runakuna llaqta llaqtapi wasi allin"
    " hatun sumaq ñuqa qam pay ñuqanchik ñuqayku kunan kunanqa punchaw p'unchaw wata watapi tayta mama"
    " wawa ñawpa ñawpaq kachkan kan karqa nin nispa chaymi chaypi kaypi hinaspa hinallataq ichaqa sapa"
    " llapan llapa achka qhichwa runasimi simi wan",
}  # fmt: skip
_OF_WORD = {lang: frozenset(words.split()) for lang, words in _WORDS.items()}
_SPELLINGS = {
    "es": re.compile(r"ñ|ción\b|ciones\b|idad\b|[aei]dos?\b|¿|¡|ll[aeo]|ié|ón\b"),
    "en": re.compile(r"\bth|tion\b|ing\b|\bwh|ck\b|sh\b|ght|ed\b|'s\b|ee|oo|ly\b|\w{2}y\b"),
    "pt": re.compile(r"[ãõç]|nh|lh|ções\b|[êô]|ou\b|ei[rt]"),
    "qu": re.compile(
        r"[kptq]['’]|q[ai]|kuna|manta\b|paq\b|chik\b|yku|\w{2}wan\b|chka|nchi|ypi\b|api\b|kama\b|rqa\b|llaq"
    ),
}


def heard(text: str, at_least: int = SHORTEST) -> str:
    """`es`, `en`, `pt` or `qu`, or nothing where the text has fewer words than `at_least` or does not say."""
    words = _WORD.findall(clean(text[:_LOOKED_AT]).replace("’", "'"))
    if len(words) < at_least:
        return ""
    points = {lang: _points(lang, words) for lang in KNOWN}
    best, second = sorted(KNOWN, key=lambda lang: -points[lang])[:2]
    enough = points[best] >= max(_MIN, _ENOUGH * len(words))
    return best if enough and points[best] >= _LEAD * points[second] else ""


def _points(lang: str, words: list[str]) -> float:
    """A function word counts 1; a spelling half, and only in words that are no names."""
    known, spelling = _OF_WORD[lang], _SPELLINGS[lang]
    headline = sum(word[0].isupper() for word in words) > _TITLE_CASE * len(words)  # English ones capitalise all
    score = 0.0
    for number, word in enumerate(words):
        low = word.lower()
        if low in known:
            score += 1.0
        elif (headline or word == low or number == 0) and spelling.search(low):
            score += 0.5
    return score
