"""A document read once: its fields as words, and every mark found in them by label. Judges nothing."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from unicodedata import is_normalized, normalize
from urllib.parse import urlsplit

from monitor.model import Document, Mention
from monitor.themes.automaton import Automaton, Mark, standing
from monitor.themes.gazetteer import Entity, Gazetteer
from monitor.themes.language import SENTENCE, Term
from monitor.themes.words import Words, folded, read_words

TITLE, LEAD, BODY = 0, 1, 2
FEW = 8  # finds of one label that are looked through without searching for the near ones
LONGEST = 20  # words that a pattern may span
_WHERE = {"title": TITLE, "lead": LEAD}


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

    def held(self, term: Term, marks: list[Mark]) -> list[Mark]:
        """Those finds of the term for which its conditions hold."""
        if term.where != "any":
            marks = [mark for mark in marks if mark.field <= _WHERE[term.where]]
        if term.near:
            near = term.labels.near & self.found
            marks = [mark for mark in marks if self._close(near, term.within, mark)] if near else []
        if marks and term.not_near and (near := term.labels.not_near & self.found):
            marks = [mark for mark in marks if not self._close(near, term.within, mark)]
        return marks

    def applies(self, term: Term) -> bool:
        """Do the conditions of the term hold for the document as a whole?"""
        return (
            (not term.lang or self.lang in ("", term.lang))
            and (not term.section or term.section in self.sections)
            and (not term.requires or not term.labels.requires.isdisjoint(self.found))
            and (not term.unless or term.labels.unless.isdisjoint(self.found))
        )

    def _close(self, labels: frozenset[str], within: int, mark: Mark) -> bool:
        """Does one of these labels, which stand somewhere in the document, stand near, but not in the find itself?"""
        field, first, last = mark
        start, end = self.sentence(mark) if within == SENTENCE else (first - within, last + within)
        for label in labels:
            for place, begin, stop in self._around(label, field, start, end):
                if place == field and start <= stop and begin <= end and (begin > last or stop < first):
                    return True
        return False

    def sentence(self, mark: Mark) -> tuple[int, int]:
        """The first and the last word of the sentence that holds a find."""
        words = self.fields[mark.field]
        number = bisect_right(words.starts, mark.first)
        start = words.starts[number - 1] if number else 0
        return start, (words.starts[number] if number < len(words.starts) else len(words.at)) - 1

    def _around(self, label: str, field: int, start: int, end: int) -> Sequence[Mark]:
        """The finds that may be near, so that a text of a megabyte costs no more a word than a short one."""
        marks = self.marks[label]
        if len(marks) <= FEW:
            return marks
        ends = self._ends.get(label) or self._ends.setdefault(label, [(mark.field, mark.last) for mark in marks])
        return marks[bisect_left(ends, (field, start)) : bisect_right(ends, (field, end + LONGEST))]

    @cached_property
    def _ends(self) -> dict[str, list[tuple[int, int]]]:
        """Field and last word of the finds of a label, which are in that order; filled as they are asked for."""
        return {}


def compose(document: Document) -> Document:
    """The document with composed characters (NFC), which offsets then refer to; text from the monitor is so already."""
    texts = (document.title, document.lead, document.body)
    if all(is_normalized("NFC", text) for text in texts):
        return document
    title, lead, body = (normalize("NFC", text) for text in texts)
    return replace(document, title=title, lead=lead, body=body)


def read(document: Document, automaton: Automaton) -> Reading:
    """Read title, lead and body. What the lead repeats of the title, and the body of the lead, is read once."""
    document = compose(document)
    title, lead, body = document.title, document.lead, document.body
    fields = (
        read_words("title", title),
        read_words("lead", lead, _repeated(title, lead)),
        read_words("body", body, _repeated(lead, body)),
    )
    marks: dict[str, list[Mark]] = {}
    for number, words in enumerate(fields):
        for mark, slot in standing(automaton.find(words, number), automaton.names):
            for label in slot.counted:
                if label in marks:
                    marks[label].append(mark)
                else:
                    marks[label] = [mark]
    filed_in_peru = any(words.dateline and _names_peru(words.dateline, automaton) for words in fields)
    return Reading(document, fields, marks, sections_of(document), filed_in_peru)


def _names_peru(dateline: str, automaton: Automaton) -> bool:
    hits = automaton.find(read_words("dateline", dateline.partition("(")[0]), LEAD)
    return any("@peru" in slot.counted for _, slot in standing(hits, automaton.names))


def mentions_in(reading: Reading, gazetteer: Gazetteer, meant: Sequence[tuple[Mark, Entity]] = ()) -> list[Mention]:
    """What the text names of the gazetteer, in its order, and what it means besides (`meant`: holders of offices).

    Shielded names and names within names are left out.
    """
    found = [
        (mark, gazetteer.mentioned[label])
        for label in gazetteer.mentioned.keys() & reading.marks.keys()
        for mark in reading.marks[label]
    ]
    found += meant
    found.sort(key=lambda pair: (pair[0].field, pair[0].first, pair[1].id))
    return [_mention(reading.fields[mark.field], mark, entity) for mark, entity in found]


def _mention(words: Words, mark: Mark, entity: Entity) -> Mention:
    start, end = words.span(mark.first, mark.last)
    text = words.text[start:end]
    named = entity.members.get(folded(text), entity.id) if entity.members else entity.id
    return Mention(named, entity.kind, words.field, start, end, text)


def _repeated(before: str, text: str) -> int:
    """Feeds repeat the title in the summary, and pages the summary in the text."""
    before = before.rstrip(" .…")
    return len(before) if before and text.startswith(before) else 0


def sections_of(document: Document) -> tuple[str, ...]:
    """Folder names of the URL and of the section, lower case, the article's own last part left out."""
    folders = [part for part in urlsplit(document.url).path.lower().split("/") if part][:-1]
    named = [part.strip() for part in document.section.lower().replace(">", "/").split("/") if part.strip()]
    return tuple(dict.fromkeys(folders + named))
