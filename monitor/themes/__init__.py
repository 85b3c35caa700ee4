"""Is it about Peru, and which themes does it carry? Rules in TOML, evidence for every point; no model, no network."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from monitor.model import Document, Relevance, Tagging, ThemeTag
from monitor.themes.automaton import Automaton, Hit, Needle
from monitor.themes.gate import is_themeless, outlet_key
from monitor.themes.holders import holders_in
from monitor.themes.language import Example, ThemeInfo, term_needles
from monitor.themes.loading import SHIPPED, Loaded, load_rules
from monitor.themes.reading import LEAD, Reading, mentions_in, read
from monitor.themes.scoring import Needed, index_terms, judge, needed, points_of
from monitor.themes.words import read_words

VRAEM = "vraem"  # lies in five regions and is watched like one
__all__ = ["Rules", "ThemeInfo", "load"]


class Rules:
    """Compiled rules. Immutable after construction; tagging the same document twice gives the same answer."""

    def __init__(self, loaded: Loaded) -> None:
        self.loaded = loaded
        self._automaton = Automaton(_needles(loaded), loaded.gazetteer.names)
        self._themes = {theme.info.slug: theme for theme in loaded.themes}
        self._index = index_terms(loaded.themes)

    @property
    def version(self) -> str:
        """Short hash of every rule file; tags of another version are due for re-tagging."""
        return self.loaded.version

    @property
    def themes(self) -> tuple[ThemeInfo, ...]:
        return tuple(theme.info for theme in self.loaded.themes)

    def is_home(self, outlet: str) -> bool:
        """Is this the name of an outlet of Peru, as far as the rules know?"""
        return outlet_key(outlet) in self.loaded.gate.home_outlets

    @property
    def threshold(self) -> float:
        """Least score of a theme that is given."""
        return self.loaded.scale.threshold

    @property
    def examples(self) -> tuple[tuple[str, Example], ...]:
        """The sentences that each theme must and must not tag: (slug, example)."""
        return tuple((theme.info.slug, example) for theme in self.loaded.themes for example in theme.examples)

    def relevance(self, document: Document) -> Relevance:
        """Is it about Peru? Also for the text of a feed entry alone (`body` empty)."""
        return self._relevance(self._read(document))

    def tag(self, document: Document) -> Tagging:
        """Relevance first; themes only for what is about Peru, and neither sport nor show business."""
        reading = self._read(document)
        relevance = self._relevance(reading)
        if not relevance.relevant:
            return Tagging(relevance, (), rules_version=self.version)
        tags: list[ThemeTag] = []
        refused: list[ThemeTag] = []
        if not is_themeless(reading, self.loaded.gate):
            tags, refused = judge(reading, self._themes, self._index, self.loaded.scale)
        gazetteer = self.loaded.gazetteer
        mentions = tuple(mentions_in(reading, gazetteer, holders_in(reading, gazetteer)))
        return Tagging(relevance, tuple(tags), tuple(refused), self._regions(reading), self.version, mentions)

    def hits(self, text: str) -> list[Hit]:
        """Everything found in a lead, before exclusions and conditions; for those who check the rules."""
        return self._automaton.find(read_words("lead", text), LEAD)

    def looks_for(self, slug: str, text: str) -> bool:
        """Does a theme have a term that this text would hold?"""
        return any(label.startswith(f"term:{slug}:") for _, slot in self.hits(text) for label in slot.labels)

    def needed(self, document: Document, best: float) -> Needed:
        """What a theme of this document must reach when the best one reaches `best`."""
        return needed(self._read(document), best, self.loaded.scale)

    def fired(self, document: Document) -> tuple[bool, frozenset[str]]:
        """Is it about Peru, and which terms' conditions hold, whatever becomes of their themes?"""
        reading = self._read(document)
        points = points_of(reading, self._index)
        return self._relevance(reading).relevant, frozenset(term.id for group in points.values() for term, _ in group)

    def _read(self, document: Document) -> Reading:
        return read(document, self._automaton)

    def _relevance(self, reading: Reading) -> Relevance:
        return self.loaded.gate.weigh(reading, self.loaded.gazetteer)

    def _regions(self, reading: Reading) -> tuple[str, ...]:
        """Named themselves, or through one of their towns and zones; the VRAEM besides."""
        places = self.loaded.gazetteer.places
        codes = {places[label].iso for label in places.keys() & reading.marks.keys()}
        regions = [region.id for region in self.loaded.gazetteer.kind("region") if region.iso in codes]
        return (*regions, VRAEM) if f"@{VRAEM}" in reading.marks else tuple(regions)


def load(folder: Path | None = None) -> Rules:
    """The shipped rules with a user's folder laid over them. Raises ConfigError naming every problem.

    Read once for as long as no rule file changes: a service picks up an edit at its next run, at no cost otherwise.
    """
    return _load(folder, _stamps(SHIPPED) + (_stamps(folder) if folder is not None else ()))


@lru_cache(maxsize=2)
def _load(folder: Path | None, _: tuple[tuple[str, int, int], ...]) -> Rules:
    return Rules(load_rules(folder))


def _stamps(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, time of change and size of every rule file."""
    files = [(path, path.stat()) for path in sorted(folder.glob("*.toml"))]
    return tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in files)


def _needles(loaded: Loaded) -> list[Needle]:
    needles = [needle for entity in loaded.gazetteer.entities.values() for needle in entity.needles()]
    needles += term_needles(loaded.gate.bait, loaded.gazetteer)
    for theme in loaded.themes:
        needles += theme.needles(loaded.gazetteer)
    return needles
