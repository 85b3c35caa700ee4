"""Two wordings of one article -> what an editor did to it, graded. Compares plain text; knows nothing of pages."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from monitor.extract.body import Text
from monitor.extract.figures import Figure, figures, stem
from monitor.extract.names import Named
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
    "summary_changed",
    "paragraph_removed",
    "paragraph_added",
    "grown",
)
_GROWTH = ("name_added", "paragraph_added")  # what a live page does by its nature
_AT_MOST = 8  # changes of one grade: a page rewritten from end to end needs no list of every name
_CITED = 300  # characters of a passage that is quoted as evidence
_PARAGRAPH = 40  # characters; shorter lines are subheads and labels
_SAME_SENTENCE = 0.5  # Dice coefficient of the longer words, figures aside
_LONGER = 4  # letters
_COMPARED = 80  # changed sentences a side; beyond, the text is another one

_ATTRIBUTION = re.compile(
    r"\b(?:segun|de acuerdo (?:con|al?)|en palabras de|a decir de|conforme a|trascendio"
    r"|(?:dij|inform|indic|señal|afirm|asegur|precis|declar|sostuv|manifest|explic|anunci|confirm|detall|refiri|denunci"
    r"|report|comunic|agreg|añadi|coment|advirti|admiti|reconoci|consider|relat|opin|remarc|subray|insisti|reiter|alert"
    r"|acus|cont)(?:o|eron|aron|ieron)"
    r"|(?:dice|informa|indica|señala|afirma|asegura|precisa|declara|sostiene|manifiesta|explica|refiere|denuncia|reporta"
    r"|advierte|estima)n?"
    r"|according to|said|says|told|stated|reported|announced|confirmed|added|noted|claimed|wrote|testified|warned"
    r"|alleged|acknowledged|argued|explained)\b"
)
_TEXT = r"(?:nota|articulo|informacion|noticia|texto|version|cable|despacho|publicacion)"
_STORY = r"(?:article|story|report|post|piece|headline|version)"
_CORRECTION = re.compile(
    r"^\W*(?:fe de errat[ao]s?|(?:correccion(?: del editor)?|rectificacion|aclaracion|correction|clarification)\s*[:.]"
    r"|nota (?:del editor|de (?:la )?redaccion)|n\. ?de(?:l| la) [er]\.|editor['’]?s note"
    r"|(?:corrige|corregid[oa]|corrects|corrected)\s*[:(),-])"
    r"|^\W*\(\s*(?:corrige|corregid[oa]|corrects|corrected)\b"
    rf"|\b(?:una version anterior de )?est[ae] {_TEXT}\b.{{0,60}}\b(?:corregid[oa]|rectificad[oa]|se corrigio)\b"
    rf"|\b(?:se corrigio|(?:se ha|hemos) corregido) (?:est[ae]|la|el|una?) (?:{_TEXT}|dato|cifra|error)\b"
    rf"|\b(?:una|en la|la) version (?:anterior|previa|inicial|original) de est[ae] {_TEXT}\b"
    rf"|\bthis {_STORY} (?:has been|was|is) (?:corrected|amended|clarified|updated to (?:correct|clarify|reflect))\b"
    rf"|\ban? (?:earlier|previous|prior) version of (?:this|the) {_STORY}\b"
)
# "5 años" and "7 años" of two sentences are not one figure that changed.
_COMMON_UNITS = (
    "años dias horas meses semanas minutos segundos soles dolares euros kilometros metros hectareas toneladas"
    " personas veces puntos grados casos partes years days hours months weeks minutes seconds dollars people times"
    " points degrees cases kilometers miles meters tons"
)
_UNITS = frozenset(stem(word) for word in _COMMON_UNITS.split())


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
    def named(self) -> Named:
        return Named("\n".join((self.summary, *self.paragraphs)), self.title)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that an edit did. `old` or `new` is empty where something was added or removed.

    A changed figure also has its sizes (none for a date) and what it counts: a word of the text (`heridos`), "%", "S/",
    "US$" or "€". What has grown has the numbers of its paragraphs.
    """

    grade: str
    field: str  # title, summary, body or page
    old: str
    new: str
    counted: str = ""
    old_number: float | None = None
    new_number: float | None = None


@dataclass(frozen=True, slots=True)
class _Pair:
    """A sentence before and after."""

    field: str
    old: str
    new: str


def changes(old: Wording, new: Wording, *, live: bool = False) -> tuple[Change, ...]:
    """Graded changes from one wording to the next, gravest first; none where only typography differs.

    A live page grows by design: there, what was only added is one change, `grown`.
    """
    found = list(dict.fromkeys(_all_changes(old, new)))
    if live:
        found = [*(change for change in found if change.grade not in _GROWTH), *_grown(old, new, found)]
    ranked = sorted(found, key=lambda change: GRADES.index(change.grade))
    return tuple(change for grade in GRADES for change in [each for each in ranked if each.grade == grade][:_AT_MOST])


def _all_changes(old: Wording, new: Wording) -> Iterator[Change]:
    if tokens(old.title) != tokens(new.title):
        yield Change("headline_changed", "title", old.title, new.title)
    if old.summary and new.summary and tokens(steady(old.summary)) != tokens(steady(new.summary)):
        yield Change("summary_changed", "summary", old.summary[:_CITED], new.summary[:_CITED])
    pairs = list(_pairs(old, new))
    yield from _figures_changed(old, new, pairs)
    for pair in pairs:
        if _lost_its_source(pair) and _attributions(new) < _attributions(old):  # else it only moved
            yield Change("attribution_removed", pair.field, pair.old[:_CITED], pair.new[:_CITED])
    yield from (Change("name_removed", "body", name, "") for name in old.named.missing(new.named))
    yield from (Change("name_added", "body", "", name) for name in new.named.missing(old.named))
    if old.body and new.body:
        yield from (Change("paragraph_removed", "body", line[:_CITED], "") for line in _lines_missing(old, new))
        yield from (Change("paragraph_added", "body", "", line[:_CITED]) for line in _lines_missing(new, old))
    yield from (Change("correction_note", "body", "", line[:_CITED]) for line in _notes(old, new))


def _grown(old: Wording, new: Wording, found: Iterable[Change]) -> Iterator[Change]:
    """The first of the new paragraphs, and how many there were and are."""
    added = next((change.new for change in found if change.grade == "paragraph_added"), "")
    if added:
        sizes = (float(len(wording.paragraphs)) for wording in (old, new))
        yield Change("grown", "body", "", added, "paragraphs", *sizes)


# ---------------------------------------------------------------- sentences


def _pairs(old: Wording, new: Wording) -> Iterator[_Pair]:
    """Sentences that were reworded, each with its new form; a headline or summary that says something else is none."""
    for field in ("title", "summary"):
        before, after = getattr(old, field), getattr(new, field)
        if before and after and tokens(before) != tokens(after) and _alike(_said(before), _said(after)):
            yield _Pair(field, before, after)
    yield from _reworded(_only_in(old, new), _only_in(new, old))


def _said(text: str) -> frozenset[str]:
    """The longer words of a sentence, without its figures."""
    numbers = {word for figure in figures(text) for word in tokens(figure.raw)}
    return frozenset(word for word in tokens(text) if len(word) >= _LONGER and word not in numbers)


def _only_in(one: Wording, other: Wording) -> list[tuple[str, frozenset[str]]]:
    theirs = {" ".join(tokens(each)) for each in sentences(other.body)}
    mine = ((each, " ".join(tokens(each))) for line in one.paragraphs for each in sentences(line))
    return [(each, _said(each)) for each in [each for each, words in mine if words and words not in theirs][:_COMPARED]]


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
    return pair.field != "title" and _speaks(pair.old) > 0 and _speaks(pair.new) == 0


def _attributions(wording: Wording) -> int:
    return _speaks(f"{wording.summary}\n{wording.body}")


def _speaks(text: str) -> int:
    return len(_ATTRIBUTION.findall(fold(text)))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return _dice(one, other) >= _SAME_SENTENCE


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 1.0


# ---------------------------------------------------------------- figures


def _figures_changed(old: Wording, new: Wording, pairs: Iterable[_Pair]) -> Iterator[Change]:
    """In sentences that were reworded, and where one number of something became another anywhere in the text."""
    told: set[tuple[str, str]] = set()
    found = [(pair.field, *change) for pair in pairs for change in _replaced(figures(pair.old), figures(pair.new))]
    found += (("body", *change) for change in _recounted(_all_figures(old), _all_figures(new)))
    for field, before, after in found:
        if (before.value, after.value) not in told:
            told.add((before.value, after.value))
            yield _figure_change(field, before, after)


def _figure_change(field: str, before: Figure, after: Figure) -> Change:
    kind = after.kind if after.kind in ("%", "S/", "US$", "€") else ""
    counted = after.counted or before.counted
    return Change("figure_changed", field, before.raw, after.raw, kind or counted, before.number, after.number)


def _replaced(before: Sequence[Figure], after: Sequence[Figure]) -> Iterator[tuple[Figure, Figure]]:
    """Figures that left, each with the one in its place: that of the same thing, else the next of its kind."""
    gone = [figure for figure in before if not any(figure.same(other) for other in after)]
    come = [figure for figure in after if not any(figure.same(other) for other in before)]
    for fits in (_of_one_thing, _of_one_kind):
        for figure in tuple(gone):
            other = next((each for each in come if fits(figure, each)), None)
            if other is not None:
                gone.remove(figure)
                come.remove(other)
                yield figure, other


def _of_one_thing(one: Figure, other: Figure) -> bool:
    return one.counts_like(other)


def _of_one_kind(one: Figure, other: Figure) -> bool:
    return _KIND.get(one.kind) == _KIND.get(other.kind) and "one" not in (one.kind, other.kind)


_KIND = {"": "number", "S/": "money", "US$": "money", "€": "money", "%": "share", "date": "date"}


def _recounted(before: Sequence[Figure], after: Sequence[Figure]) -> Iterator[tuple[Figure, Figure]]:
    """One number of something before, another one after, whatever the sentences became."""
    olds, news = _by_thing(before), _by_thing(after)
    for thing, [old, *more_old] in olds.items():
        new, *more_new = news.get(thing, [old])
        if not more_old and not more_new and "one" not in (old.kind, new.kind) and not old.same(new):
            yield old, new


def _by_thing(found: Iterable[Figure]) -> dict[str, list[Figure]]:
    """Different figures per thing counted."""
    things: dict[str, list[Figure]] = defaultdict(list)
    for figure in found:
        thing = stem(figure.counted)
        if thing and thing not in _UNITS and not any(figure.same(other) for other in things[thing]):
            things[thing].append(figure)
    return {thing: each for thing, each in things.items() if each}


def _all_figures(wording: Wording) -> list[Figure]:
    return [figure for line in (wording.summary, *wording.paragraphs) for figure in figures(line)]


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
    before = {" ".join(tokens(line)) for line in (old.title, old.summary, *old.body.splitlines())}
    for line in (new.title, new.summary, *new.body.splitlines()):
        if _CORRECTION.search(fold(line)) and " ".join(tokens(line)) not in before:
            yield line
