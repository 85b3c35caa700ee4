"""Is it about Peru, and which themes does it carry? Rules in TOML, evidence for every point; no model, no network."""

from __future__ import annotations

from pathlib import Path

from monitor.model import Document, Relevance, Tagging
from monitor.themes.automaton import Automaton, Needle
from monitor.themes.gate import is_sport
from monitor.themes.language import Example, ThemeInfo, term_needles
from monitor.themes.loading import Loaded, load_rules
from monitor.themes.reading import Reading, read
from monitor.themes.scoring import index_terms, judge

__all__ = ["Rules", "ThemeInfo", "load"]


class Rules:
    """Compiled rules. Immutable after construction; tagging the same document twice gives the same answer."""

    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded
        self._automaton = Automaton(_needles(loaded))
        self._themes = {theme.info.slug: theme for theme in loaded.themes}
        self._index = index_terms(loaded.themes)

    @property
    def version(self) -> str:
        """Short hash of every rule file; tags of another version are due for re-tagging."""
        return self._loaded.version

    @property
    def themes(self) -> tuple[ThemeInfo, ...]:
        return tuple(theme.info for theme in self._loaded.themes)

    @property
    def examples(self) -> tuple[tuple[str, Example], ...]:
        """The sentences that each theme must and must not tag: (slug, example)."""
        return tuple((theme.info.slug, example) for theme in self._loaded.themes for example in theme.examples)

    def relevance(self, document: Document) -> Relevance:
        """Is it about Peru? Also for the text of a feed entry alone (`body` empty)."""
        return self._relevance(self._read(document))

    def tag(self, document: Document) -> Tagging:
        """Relevance first; themes only for what is about Peru and no sport."""
        reading = self._read(document)
        relevance = self._relevance(reading)
        if not relevance.relevant:
            return Tagging(relevance, (), rules_version=self.version)
        if is_sport(reading, self._loaded.gate):
            return Tagging(relevance, (), regions=self._regions(reading), rules_version=self.version)
        tags, refused = judge(reading, self._themes, self._index, self._loaded.scale)
        return Tagging(relevance, tuple(tags), tuple(refused), self._regions(reading), self.version)

    def _read(self, document: Document) -> Reading:
        return read(document, self._automaton, self._loaded.gazetteer)

    def _relevance(self, reading: Reading) -> Relevance:
        return self._loaded.gate.weigh(reading, self._loaded.gazetteer)

    def _regions(self, reading: Reading) -> tuple[str, ...]:
        """Named themselves, or through one of their towns and zones."""
        entities = self._loaded.gazetteer.entities
        marks = [mark for kind in ("@region", "@town", "@zone") for mark in reading.marks.get(kind, ())]
        codes = {entities[mark.label[7:]].iso for mark in marks}
        return tuple(region.id for region in self._loaded.gazetteer.kind("region") if region.iso in codes)


def load(folder: Path | None = None) -> Rules:
    """The shipped rules with a user's folder laid over them. Raises ConfigError naming every problem."""
    return Rules(load_rules(folder))


def _needles(loaded: Loaded) -> list[Needle]:
    needles = [needle for entity in loaded.gazetteer.entities.values() for needle in entity.needles()]
    needles += term_needles(loaded.gate.bait, loaded.gazetteer)
    for theme in loaded.themes:
        needles += theme.needles(loaded.gazetteer)
    return needles
