"""Who is meant by "la presidenta" or "el premier": the holder of the office on the day of the text. Pure."""

from __future__ import annotations

from monitor.themes.automaton import Mark
from monitor.themes.gazetteer import Entity, Gazetteer
from monitor.themes.reading import Reading
from monitor.themes.words import folded

# "presidente del Congreso", "presidenta ejecutiva", "ex presidente": another office, or another holder.
_OTHER_AFTER = frozenset(
    (
        *("de", "del", "of", "ejecutivo", "ejecutiva", "regional", "municipal", "electo", "electa", "elect"),
        *("interino", "interina", "saliente", "entrante", "encargado", "encargada", "emerito", "honorario"),
    )
)
_OTHER_BEFORE = frozenset(
    ("ex", "vice", "entonces", "futuro", "futura", "primer", "primera", "proximo", "proxima", "former", "then", "next")
)


def holders_in(reading: Reading, gazetteer: Gazetteer) -> list[tuple[Mark, Entity]]:
    """Each naming of an office of Peru with the person who held it on that day, where the dates leave no doubt."""
    day = reading.document.day
    if day is None:
        return []
    return [
        (mark, person)
        for office in gazetteer.kind("office")
        if (marks := reading.marks.get(office.label)) and (person := gazetteer.holder(office.id, day))
        for mark in marks
        if not any(map(mark.inside, marks)) and _means_ours(reading, mark)
    ]


def _means_ours(reading: Reading, mark: Mark) -> bool:
    """Said of Peru, or of no other country in its sentence; and a bare title without a name or body after it."""
    words = reading.fields[mark.field].shape(mark.first, mark.last)
    if any(folded(word).startswith("peru") for word in words):
        return True
    start, end = reading.sentence(mark)
    if any(other.field == mark.field and start <= other.first <= end for other in reading.marks.get("@country", ())):
        return False
    return len(words) > 1 or _stands_alone(reading, mark)


def _stands_alone(reading: Reading, mark: Mark) -> bool:
    """Lower case, as only titles without a name are, and between words that lead to no other office."""
    field = reading.fields[mark.field]
    after = field.shape(mark.last + 1, mark.last + 1)
    before = field.shape(mark.first - 1, mark.first - 1) if mark.first else []
    if field.upper or field.text.islower() or any(word[0].isupper() for word in after):
        return False
    return _OTHER_AFTER.isdisjoint(map(folded, after)) and _OTHER_BEFORE.isdisjoint(map(folded, before))
