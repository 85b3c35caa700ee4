"""Who and where: places, institutions, groups, people, parties, countries, clubs and word sets, by id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from monitor.themes.automaton import BLOCK, ENTITY, Needle

MENTIONED = frozenset(("region", "zone", "town", "institution", "group", "person", "party"))
PLACES = ("region", "town", "zone")
COUNTRY = "peru"  # what every text is about is no finding
NAMESAKE = f"{BLOCK}-namesake"  # an exclusion that also casts doubt on every other "Peru" of the text


@dataclass(frozen=True, slots=True)
class Office:
    """An office someone holds or held. Data to verify before relying on it; open ends are None."""

    title: str
    valid_from: date | None
    valid_to: date | None  # the last day

    def held(self, title: str, day: date) -> bool:
        """On that day?"""
        begun = self.valid_from is None or self.valid_from <= day
        return self.title == title and begun and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Entity:
    """Something with a name. `cue` is how far naming it proves that a text is about Peru (0 to 1)."""

    id: str
    kind: str  # one of loading._KINDS: region, zone, town, institution, group, person, party, country, ...
    names: tuple[str, ...]  # any case
    cased: tuple[str, ...] = ()  # names that count only as written: acronyms, La Convención
    cue: float = 0.0
    weak: bool = False  # elsewhere too: counts only beside another cue or in a source from Peru
    iso: str = ""  # ISO 3166-2 (regions) or 3166-1 (countries)
    ubigeo: str = ""  # first two digits, INEI
    offices: tuple[Office, ...] = ()
    members: Mapping[str, str] = field(
        default_factory=dict
    )  # folded name -> id of the one it names, where many are one
    label: str = field(init=False, repr=False, compare=False)  # that its finds carry

    def __post_init__(self) -> None:
        object.__setattr__(self, "label", self._label())

    def _label(self) -> str:
        if self.kind in ("block", "namesake"):
            return BLOCK if self.kind == "block" else NAMESAKE
        return f"{self.kind}:{self.id}" if self.kind in ("set", "office", "cue") else f"{ENTITY}{self.id}"

    def needles(self, label: str = "") -> Iterator[Needle]:
        """What to look for, under its own label or another's."""
        for name in self.names:
            yield Needle(name, label or self.label)
        for name in self.cased:
            yield Needle(name, label or self.label, cased=True)


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All entities by id."""

    entities: dict[str, Entity]
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)  # label of a find -> @references it counts under
    proofs: dict[str, Entity] = field(default_factory=dict)  # label -> what it names, where that proves Peru,
    mentioned: dict[str, Entity] = field(default_factory=dict)  # where it is worth telling,
    places: dict[str, Entity] = field(default_factory=dict)  # where it lies in a region
    _kinds: dict[str, tuple[Entity, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for entity in self.entities.values():
            self._kinds[entity.kind] = (*self._kinds.get(entity.kind, ()), entity)
            self.names[entity.label] = tuple(f"@{name}" for name in self.classes(entity))
            if entity.cue > 0:
                self.proofs[entity.label] = entity
            if entity.kind in MENTIONED and entity.id != COUNTRY:
                self.mentioned[entity.label] = entity
            if entity.kind in PLACES:
                self.places[entity.label] = entity

    def kind(self, kind: str) -> tuple[Entity, ...]:
        return self._kinds.get(kind, ())

    def holder(self, office: str, day: date) -> Entity | None:
        """Who held an office on a day; nobody where the dates leave it open."""
        holders = [person for person in self.kind("person") if any(one.held(office, day) for one in person.offices)]
        return holders[0] if len(holders) == 1 else None

    def classes(self, entity: Entity) -> tuple[str, ...]:
        """The names under which a condition may ask for it: its id, its kind, and `peru` if it proves Peru."""
        shared = ("peru",) if entity.cue > 0 else ()
        return (entity.id, entity.kind, *shared)

    @property
    def references(self) -> frozenset[str]:
        """Everything that may follow an @ in a rule."""
        return frozenset(name for entity in self.entities.values() for name in self.classes(entity))
