"""Two wordings of one article -> what an editor did to it, graded. Compares plain text; knows nothing of pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from monitor.extract.body import Text
from monitor.extract.wording import steady, wording_hash
from monitor.text import fold, sentences, tokens

GRADES = (  # gravest first
    "withdrawn",
    "correction_note",
    "figure_changed",
    "name_removed",
    "name_added",
    "attribution_removed",
    "headline_changed",
    "paragraph_removed",
    "paragraph_added",
)
_AT_MOST = 8  # changes of one grade: a page rewritten from end to end needs no list of every name
_CITED = 300  # characters of a passage that is quoted as evidence
_PARAGRAPH = 40  # characters; shorter lines are subheads and labels
_SAME_SENTENCE = 0.5  # Dice coefficient of words
_COMPARED = 80  # changed sentences a side; beyond, the text is another one

_WRITTEN = {
    "dos": "2", "two": "2", "tres": "3", "three": "3", "cuatro": "4", "four": "4", "cinco": "5", "five": "5",
    "seis": "6", "six": "6", "siete": "7", "seven": "7", "ocho": "8", "eight": "8", "nueve": "9", "nine": "9",
    "diez": "10", "ten": "10", "once": "11", "eleven": "11", "doce": "12", "twelve": "12",
}  # fmt: skip
_CLOCK = re.compile(r"\b\d{1,2}:\d{2}(?::\d{2})?\b")
_GROUPED = r"\d{1,3}(?:[.,\u00a0\u202f ]\d{3})+(?!\d)"
_FIGURE = re.compile(rf"{_GROUPED}|\d+(?:[.,]\d+)*|\b(?:{'|'.join(_WRITTEN)})\b")
_THOUSANDS = re.compile(_GROUPED)

_CAP = r"[A-ZÁÉÍÓÚÑÜ][a-záéíóúñü]+(?:['’-][A-ZÁÉÍÓÚÑÜ]?[a-záéíóúñü]+)*"
_NAME = re.compile(rf"{_CAP}(?:\s+(?:(?:de|del|la|las|los|da|van|von)\s+){{0,2}}{_CAP})+")
_OPENERS = {
    "el", "la", "los", "las", "un", "una", "unos", "unas", "en", "de", "del", "al", "por", "para", "con", "sin",
    "segun", "tras", "ante", "entre", "desde", "hasta", "sobre", "ayer", "hoy", "este", "esta", "estos",
    "estas", "ese", "esa", "asi", "aunque", "como", "cuando", "donde", "mientras", "ademas", "tambien", "pero",
    "luego", "despues", "antes", "su", "sus", "the", "a", "an", "in", "on", "at", "by", "for", "from", "with",
    "after", "before", "under", "over", "yesterday", "today", "this", "that", "these", "those", "when", "while",
    "but", "also", "his", "her", "their",
}  # fmt: skip

_ATTRIBUTION = re.compile(
    r"\b(?:según|de acuerdo (?:con|al?)|dijo|dijeron|informó|informaron|indicó|señaló|afirmó|aseguró|precisó|declaró"
    r"|sostuvo|manifestó|explicó|anunció|confirmó|detalló|refirió|denunció|reportó|comunicó|according to|said|says|told"
    r"|stated|reported|announced|confirmed)\b",
    re.I,
)
_TEXT = r"(?:nota|articulo|informacion|noticia|texto|version)"
_CORRECTION = re.compile(
    r"^\W*(?:fe de errat[ao]s?|(?:correccion(?: del editor)?|rectificacion|aclaracion|correction|clarification)\s*[:.]"
    r"|nota (?:del editor|de (?:la )?redaccion)|editor['’]?s note)"
    rf"|\b(?:una version anterior de )?est[ae] {_TEXT}\b.{{0,60}}\b(?:corregid[oa]|rectificad[oa]|se corrigio)\b"
    rf"|\buna version anterior de est[ae] {_TEXT}\b"
    r"|\bthis (?:article|story|report) (?:has been|was) (?:corrected|amended|clarified)\b"
    r"|\ban earlier version of this (?:article|story)\b"
)


@dataclass(frozen=True)
class Wording:
    """What one version says. `body` holds one paragraph a line."""

    title: str
    summary: str = ""
    body: str = ""

    @cached_property
    def hash(self) -> str:
        """Equal for two readings of one wording: typography and what passes by itself make no difference."""
        return wording_hash(self.title, self.summary, self.body)

    @cached_property
    def paragraphs(self) -> tuple[str, ...]:
        kept = (line for line in self.body.splitlines() if steady(line))
        return tuple(kept)

    @cached_property
    def words(self) -> str:
        """All words, folded, with a space on either side: for asking whether a phrase occurs."""
        return f" {' '.join(tokens(' '.join((self.title, self.summary, self.body))))} "


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that an edit did. `old` or `new` is empty where something was added or removed."""

    grade: str
    field: str  # title, summary or body
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class _Pair:
    """A sentence before and after."""

    field: str
    old: str
    new: str


def changes(old: Wording, new: Wording) -> tuple[Change, ...]:
    """Graded changes from one wording to the next, gravest first; none where only typography differs."""
    found: dict[tuple[str, str, str], Change] = {}
    for change in _all_changes(old, new):
        found.setdefault((change.grade, change.old, change.new), change)
    ranked = sorted(found.values(), key=lambda change: GRADES.index(change.grade))
    return tuple(change for grade in GRADES for change in [each for each in ranked if each.grade == grade][:_AT_MOST])


def _all_changes(old: Wording, new: Wording) -> Iterator[Change]:
    if tokens(old.title) != tokens(new.title):
        yield Change("headline_changed", "title", old.title, new.title)
    for pair in _pairs(old, new):
        yield from _figures_changed(pair)
        if _lost_its_source(pair) and _attributions(new) < _attributions(old):  # else it only moved
            yield Change("attribution_removed", pair.field, pair.old[:_CITED], pair.new[:_CITED])
    yield from (Change("name_removed", "body", name, "") for name in _names_missing(old, new))
    yield from (Change("name_added", "body", "", name) for name in _names_missing(new, old))
    if old.body and new.body:
        yield from (Change("paragraph_removed", "body", line[:_CITED], "") for line in _lines_missing(old, new))
        yield from (Change("paragraph_added", "body", "", line[:_CITED]) for line in _lines_missing(new, old))
    yield from (Change("correction_note", "body", "", line[:_CITED]) for line in _notes(old, new))


# ---------------------------------------------------------------- sentences


def _pairs(old: Wording, new: Wording) -> Iterator[_Pair]:
    """Sentences that were reworded, each with its new form."""
    for field in ("title", "summary"):
        before, after = getattr(old, field), getattr(new, field)
        if before and after and tokens(before) != tokens(after):
            yield _Pair(field, before, after)
    yield from _reworded(_only_in(old, new), _only_in(new, old))


def _only_in(one: Wording, other: Wording) -> list[tuple[str, frozenset[str]]]:
    theirs = {" ".join(tokens(each)) for each in sentences(other.body)}
    mine = ((each, tokens(each)) for line in one.paragraphs for each in sentences(line))
    return [(each, frozenset(words)) for each, words in mine if words and " ".join(words) not in theirs][:_COMPARED]


def _reworded(
    gone: Sequence[tuple[str, frozenset[str]]], come: Sequence[tuple[str, frozenset[str]]]
) -> Iterator[_Pair]:
    likeness = [(_dice(before, after), i, j) for i, (_, before) in enumerate(gone) for j, (_, after) in enumerate(come)]
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    for score, i, j in sorted(likeness, key=lambda each: (-each[0], each[1], each[2])):
        if score < _SAME_SENTENCE:
            return
        if i not in taken_old and j not in taken_new:
            taken_old.add(i)
            taken_new.add(j)
            yield _Pair("body", gone[i][0], come[j][0])


def _lost_its_source(pair: _Pair) -> bool:
    return bool(pair.field != "title" and _ATTRIBUTION.search(pair.old) and not _ATTRIBUTION.search(pair.new))


def _attributions(wording: Wording) -> int:
    return len(_ATTRIBUTION.findall(f"{wording.summary}\n{wording.body}"))


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))


# ---------------------------------------------------------------- figures


def _figures_changed(pair: _Pair) -> Iterator[Change]:
    before, after = figures(pair.old), figures(pair.new)
    gone = [raw for value, raw in before.items() if value not in after]
    come = [raw for value, raw in after.items() if value not in before]
    for old, new in zip(gone, come, strict=False):
        yield Change("figure_changed", pair.field, old, new)


def figures(text: str) -> dict[str, str]:
    """Figures of a text: value -> as written. 1.200 = 1,200 = 1200, 2,5 = 2.5; numbers written out count to twelve."""
    found: dict[str, str] = {}
    for match in _FIGURE.finditer(_CLOCK.sub(" ", text.lower())):
        found.setdefault(_value(match[0]), match[0])
    return found


def _value(raw: str) -> str:
    if raw in _WRITTEN:
        return _WRITTEN[raw]
    if _THOUSANDS.fullmatch(raw):
        return re.sub(r"\D", "", raw)
    return raw.replace(",", ".")


# ---------------------------------------------------------------- names


def _names_missing(one: Wording, other: Wording) -> Iterator[str]:
    """Full names of `one` that `other` does not hold anywhere. Not of headlines: English ones capitalise all."""
    for name in dict.fromkeys(_names("\n".join((one.summary, *one.paragraphs)))):
        if f" {' '.join(tokens(name))} " not in other.words:
            yield name


def _names(text: str) -> Iterator[str]:
    for sentence in sentences(text):
        for match in _NAME.finditer(sentence):
            words = match[0].split()
            while words and fold(words[0]) in _OPENERS:
                del words[0]
            if len(words) > 1:
                yield " ".join(words)


# ---------------------------------------------------------------- paragraphs


def _lines_missing(one: Wording, other: Wording) -> Iterator[str]:
    """Paragraphs of `one` whose words are nowhere in `other`: moved, split and reworded ones are still there."""
    theirs = Text(other.paragraphs)
    reworded = [frozenset(tokens(line)) for line in other.paragraphs]
    for line in one.paragraphs:
        if len(line) < _PARAGRAPH or theirs.holds(line):
            continue
        words = frozenset(tokens(line))
        if not any(_dice(words, each) >= _SAME_SENTENCE for each in reworded if each):
            yield line


def _notes(old: Wording, new: Wording) -> Iterator[str]:
    """Correction notes that were not there before."""
    before = {" ".join(tokens(line)) for line in (old.summary, *old.body.splitlines())}
    for line in (new.summary, *new.body.splitlines()):
        if _CORRECTION.search(fold(line)) and " ".join(tokens(line)) not in before:
            yield line
