"""A document read once: its fields as words, and every mark found in them by label. Judges nothing."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from unicodedata import is_normalized, normalize
from urllib.parse import urlsplit

from monitor.model import Document, Mention
from monitor.themes.automaton import Automaton, Mark, resolve
from monitor.themes.gazetteer import Entity, Gazetteer
from monitor.themes.language import SENTENCE, Term
from monitor.themes.words import Words, folded, read_words

TITLE, LEAD, BODY = 0, 1, 2
MENTIONED = frozenset(("region", "zone", "town", "institution", "group", "person", "party"))
FEW = 8  # finds of one label that are looked through without searching for the near ones
LONGEST = 20  # words that a pattern may span
COUNTRY = "peru"  # what every text is about is no finding
_WHERE = {"title": TITLE, "lead": LEAD, "any": BODY}


@dataclass(frozen=True)
class Reading:
    """Fields title, lead, body (in this order) and the marks in them, without those an exclusion consumed."""

    document: Document
    fields: tuple[Words, Words, Words]
    marks: dict[str, list[Mark]]
    sections: tuple[str, ...]
    filed_in_peru: bool = False  # by the dateline, which says which Lima the text means and nothing else

    @cached_property
    def found(self) -> frozenset[str]:
        """Every label that stands somewhere in the document."""
        return frozenset(self.marks)

    @cached_property
    def lang(self) -> str:
        """Two letters, or nothing."""
        return self.document.lang[:2]

    def heads(self, mark: Mark, most: int) -> bool:
        """Does a find in the title stand in the headline? The words of a URL run on after `most` words."""
        return mark.first < most or not self._is_slug

    @cached_property
    def _is_slug(self) -> bool:
        """A "title" of small letters and spaces alone: a URL's last part."""
        return self.document.title.replace(" ", "").isalnum() and self.document.title.islower()

    def holds(self, term: Term, mark: Mark) -> bool:
        """Do the conditions of the term hold for this find?"""
        return (
            mark.field <= _WHERE[term.where]
            and (not term.near or self._close(term.labels["near"], term.within, mark))
            and not (term.not_near and self._close(term.labels["not_near"], term.within, mark))
        )

    def applies(self, term: Term) -> bool:
        """Do the conditions of the term hold for the document as a whole?"""
        return (
            (not term.lang or self.lang in ("", term.lang))
            and (not term.section or term.section in self.sections)
            and (not term.requires or not term.labels["requires"].isdisjoint(self.found))
            and (not term.unless or term.labels["unless"].isdisjoint(self.found))
        )

    def _close(self, labels: frozenset[str], within: int, mark: Mark) -> bool:
        return any(
            _apart(mark, other, within) for label in labels & self.found for other in self._around(label, within, mark)
        )

    def _around(self, label: str, within: int, mark: Mark) -> Sequence[Mark]:
        """The finds that may be near, so that a text of a megabyte costs no more a word than a short one."""
        marks = self.marks[label]
        if len(marks) <= FEW:
            return marks
        if within == SENTENCE:
            starts = self.fields[mark.field].starts
            first = starts[mark.sentence - 1] if mark.sentence else 0
            last = starts[mark.sentence] if mark.sentence < len(starts) else len(self.fields[mark.field].at)
        else:
            first, last = mark.first - within, mark.last + within
        ends = self._ends.get(label) or self._ends.setdefault(label, [(other.field, other.last) for other in marks])
        return marks[bisect_left(ends, (mark.field, first)) : bisect_right(ends, (mark.field, last + LONGEST))]

    @cached_property
    def _ends(self) -> dict[str, list[tuple[int, int]]]:
        """Field and last word of the finds of a label, which are in that order; filled as they are asked for."""
        return {}


def _apart(mark: Mark, other: Mark, within: int) -> bool:
    """Near, but not part of the find itself."""
    if mark.field != other.field or (other.first <= mark.last and mark.first <= other.last):
        return False
    if within == SENTENCE:
        return mark.sentence == other.sentence
    return other.first - mark.last <= within and mark.first - other.last <= within


def compose(document: Document) -> Document:
    """The document with composed characters (NFC), which offsets then refer to; text from the monitor is so already."""
    texts = (document.title, document.lead, document.body)
    if all(is_normalized("NFC", text) for text in texts):
        return document
    title, lead, body = (normalize("NFC", text) for text in texts)
    return replace(document, title=title, lead=lead, body=body)


def read(document: Document, automaton: Automaton, gazetteer: Gazetteer) -> Reading:
    """Read title, lead and body. What the lead repeats of the title, and the body of the lead, is read once."""
    document = compose(document)
    title, lead, body = document.title, document.lead, document.body
    fields = (
        read_words("title", title),
        read_words("lead", lead, _repeated(title, lead)),
        read_words("body", body, _repeated(lead, body)),
    )
    marks: dict[str, list[Mark]] = defaultdict(list)
    names_of = gazetteer.names.get
    for number, words in enumerate(fields):
        for mark in _uncovered(resolve(automaton.find(words, number))):
            marks[mark[0]].append(mark)
            for name in names_of(mark[0], ()):
                marks[name].append(mark)
    filed_in_peru = any(_names_peru(words.dateline, automaton, gazetteer) for words in fields)
    return Reading(document, fields, dict(marks), sections_of(document), filed_in_peru)


def _names_peru(dateline: str, automaton: Automaton, gazetteer: Gazetteer) -> bool:
    if not dateline:
        return False
    found = resolve(automaton.find(read_words("dateline", dateline.partition("(")[0]), LEAD))
    return any("@peru" in gazetteer.names.get(mark.label, ()) for mark in found)


def mentions_in(reading: Reading, gazetteer: Gazetteer, meant: Sequence[tuple[Mark, Entity]] = ()) -> list[Mention]:
    """What the text names of the gazetteer, in its order, and what it means besides (`meant`: holders of offices).

    Shielded names and names within names are left out.
    """
    found = [
        (mark, entity)
        for label, marks in reading.marks.items()
        if (entity := gazetteer.by_label.get(label)) and entity.kind in MENTIONED and entity.id != COUNTRY
        for mark in marks
    ]
    found += meant
    found.sort(key=lambda pair: (pair[0].field, pair[0].first, pair[1].id))
    return [_mention(reading.fields[mark.field], mark, entity) for mark, entity in found]


def _mention(words: Words, mark: Mark, entity: Entity) -> Mention:
    start, end = words.spans[mark.first][0], words.spans[mark.last][1]
    text = words.text[start:end]
    return Mention(entity.members.get(folded(text), entity.id), entity.kind, words.field, start, end, text)


def _repeated(before: str, text: str) -> int:
    """Feeds repeat the title in the summary, and pages the summary in the text."""
    before = before.rstrip(" .…")
    return len(before) if before and text.startswith(before) else 0


def _uncovered(marks: list[Mark]) -> list[Mark]:
    """Entities named inside a longer one (Lima in Universidad de Lima) are not named themselves."""
    longer: dict[int, list[Mark]] = defaultdict(list)  # by each word that one stands over
    for mark in marks:
        if mark.last > mark.first and mark.label.startswith("entity:"):
            for word in range(mark.first, mark.last + 1):
                longer[word].append(mark)
    if not longer:
        return marks
    return [
        mark
        for mark in marks
        if mark.first not in longer
        or not mark.label.startswith("entity:")
        or not any(mark.inside(other) for other in longer[mark.first])
    ]


def sections_of(document: Document) -> tuple[str, ...]:
    """Folder names of the URL and of the section, lower case, the article's own last part left out."""
    folders = [part for part in urlsplit(document.url).path.lower().split("/") if part][:-1]
    named = [part.strip() for part in document.section.lower().replace(">", "/").split("/") if part.strip()]
    return tuple(dict.fromkeys(folders + named))
