"""Is a document about Peru? Source prior, URL section and the names in the text, with the reasons kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from monitor.model import Prior, Relevance
from monitor.text import tokens
from monitor.themes.automaton import Mark
from monitor.themes.gazetteer import NAMESAKE, Entity, Gazetteer
from monitor.themes.language import Term
from monitor.themes.reading import BODY, TITLE, Reading

DOMESTIC = "domestic"  # a section of a Peruvian outlet that covers the country itself
HOME_SPORT = "home_sport"  # its section for the country's own sport
HOME_SHOW = "home_show"  # its section for the country's own entertainment
HOME_LIFE = "home_life"  # a section for life and culture, at home as much as abroad
SURE = 1.2  # sum of cues from which names that exist elsewhere too prove one another: Lima and Chancay


@dataclass(frozen=True, slots=True)
class Gate:
    """The numbers and word lists of gate.toml."""

    priors: dict[str, float]  # home, domestic, foreign, off, sport, home_sport, ... -> where the score starts
    sections: dict[str, str]  # URL section -> domestic, off, sport, home_sport, home_show, home_life
    threshold: float = 0.5
    fields: tuple[float, float, float] = (1.0, 0.6, 0.25)  # title, lead, body
    gain: float = 0.45  # of one full Peru cue
    loss: float = 0.35  # of one foreign country more than Peru cues
    cap: float = 1.5  # cues beyond this change nothing
    lead_chars: int = 400
    title_words: int = 14  # a longer "title" is a URL's words: what comes after counts as lead
    bait: tuple[Term, ...] = field(default_factory=tuple)
    themeless: frozenset[str] = frozenset()  # URL sections whose pieces never carry a theme
    home_outlets: frozenset[str] = frozenset()  # names as `outlet_key` gives them

    def weigh(self, reading: Reading, gazetteer: Gazetteer) -> Relevance:
        """Start at the prior, add Peru cues, take off what other countries outweigh them by."""
        origin, why = self.origin(reading)
        peru = self._sum(reading, _cues(reading, gazetteer, at_home=origin != Prior.FOREIGN))
        named = (country for country in gazetteer.kind("country") if country.label in reading.marks)
        foreign = self._sum(reading, ((country, _filed(reading, country)) for country in named))
        gained = self.gain * min(sum(peru.values()), self.cap)
        abroad = self._at_home(foreign) if origin != Prior.FOREIGN else sum(foreign.values())
        excess = max(0.0, abroad - sum(peru.values()))
        if peru.get("peru", 0.0) >= self.fields[TITLE]:
            excess /= 2  # Peru itself in the title: a story it shares with others
        lost = self.loss * min(excess, self.cap)
        score = round(min(1.0, max(0.0, self.priors[origin] + gained - lost)), 3)
        reasons = (
            f"prior {why}: {self.priors[origin]:+.2f}",
            *_reason("Peru", peru, gained),
            *(_reason("other countries", foreign, -lost) if lost else ()),
        )
        return Relevance(score >= self.threshold, score, reasons, self._is_bait(reading))

    def origin(self, reading: Reading) -> tuple[str, str]:
        """The prior that holds and its reason: the source's, unless a section of the URL narrows it."""
        prior = reading.document.prior
        found = {self.sections[name]: name for name in reversed(reading.sections) if name in self.sections}
        at_home = prior in (Prior.HOME, Prior.SPORT)
        for kind in (HOME_SHOW, HOME_LIFE):
            if kind in found and (at_home or prior is Prior.OFF):
                return kind, f"{kind} (section {found[kind]})"
        for kind in (HOME_SPORT, Prior.OFF, Prior.SPORT, DOMESTIC):
            if kind in found and kind != prior and (at_home or kind not in (HOME_SPORT, DOMESTIC)):
                return kind, f"{kind} (section {found[kind]})"
        return prior, str(prior)

    def _at_home(self, foreign: dict[str, float]) -> float:
        """How much other countries weigh at home. Those that only the lead lists (buyers, rivals) weigh as one."""
        most = max(foreign.values(), default=0.0)
        return sum(foreign.values()) if most >= self.fields[TITLE] else most

    def _sum(self, reading: Reading, entities: Iterable[tuple[Entity, float]]) -> dict[str, float]:
        """What each entity adds: its cue times the best field it stands in."""
        found: dict[str, float] = {}
        for entity, cue in entities:
            marks = reading.marks.get(entity.label)
            if marks:
                found[entity.id] = cue * max([self._field(reading, mark) for mark in marks])
        return found

    def _field(self, reading: Reading, mark: Mark) -> float:
        title, lead, body = self.fields
        if mark.field == BODY:
            return body
        if mark.field == TITLE:
            return title if reading.heads(mark, self.title_words) else lead
        start = reading.fields[mark.field].start(mark.first)
        return lead if start < self.lead_chars else body

    def _is_bait(self, reading: Reading) -> bool:
        return any(
            reading.applies(term) and bool(reading.held(term, reading.marks[term.label]))
            for term in self.bait
            if term.label in reading.marks
        )


def _cues(reading: Reading, gazetteer: Gazetteer, *, at_home: bool) -> list[tuple[Entity, float]]:
    """Entities that prove Peru; weak ones only in a source from Peru, beside a strong one, or beside one another."""
    named = [gazetteer.proofs[label] for label in gazetteer.proofs.keys() & reading.marks.keys()]
    doubted = ("peru", "lima-city") if NAMESAKE in reading.marks and not at_home else ()
    entities = sorted((one for one in named if one.id not in doubted), key=lambda one: one.id)
    strong = at_home or any(not entity.weak for entity in entities)
    strong = strong or (len(entities) > 1 and sum(entity.cue for entity in entities) >= SURE)
    if reading.filed_in_peru:
        return [(entity, 1.0) for entity in entities]
    return [(entity, entity.cue) for entity in entities if strong or not entity.weak]


def _filed(reading: Reading, country: Entity) -> float:
    """1, or 2 for the country that the title opens with as a label: "Bolivia: ..." is a story of Bolivia."""
    words = reading.fields[TITLE]
    marks = [mark for mark in reading.marks.get(country.label, ()) if mark.field == TITLE and mark.first == 0]
    shared = any(mark.field == TITLE for mark in reading.marks.get("entity:peru", ()))
    return (
        2.0
        if not shared and any(words.text[words.span(mark.last, mark.last)[1] :].startswith(":") for mark in marks)
        else 1.0
    )


def _reason(what: str, found: dict[str, float], change: float) -> tuple[str, ...]:
    if not found:
        return ()
    names = ", ".join(sorted(found, key=lambda name: (-found[name], name))[:4])
    return (f"{what} {names}: {change:+.2f}",)


def outlet_key(name: str) -> str:
    """`Perú 21`, `peru21` and `PERÚ21` are one outlet."""
    return "".join(tokens(name))


def is_themeless(reading: Reading, gate: Gate) -> bool:
    """Sport and show business may be about Peru, and never carry a theme."""
    sport = gate.origin(reading)[0] in (Prior.SPORT, HOME_SPORT)
    return sport or not gate.themeless.isdisjoint(reading.sections)
