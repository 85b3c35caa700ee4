"""From marks to themes: field weights, damped repeats, thresholds. Explains every point it gives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp, log2
from typing import NamedTuple

from monitor.model import Evidence, ThemeTag
from monitor.themes.automaton import Mark
from monitor.themes.language import Term, Theme
from monitor.themes.reading import BODY, LEAD, TITLE, Reading


@dataclass(frozen=True, slots=True)
class Scale:
    """The numbers of the score, from gate.toml."""

    title: float = 2.0
    title_words: int = 14  # a longer "title" is a URL's words: what comes after counts as lead
    lead: float = 1.0
    body: float = 0.5
    lead_chars: int = 400  # a longer "lead" is a text: what comes after counts as body
    body_cap: float = 2.0  # most a body can add to one theme
    threshold: float = 2.0
    title_only: float = 1.4  # threshold where there is nothing but a title
    share: float = 0.4  # of the best theme's score
    top_cap: float = 6.0  # a best theme counts as at most this when others are held against it
    most: int = 4
    refused: int = 3  # how many themes below the threshold are kept with their evidence

    def of(self, reading: Reading, mark: Mark) -> float:
        if mark.field == BODY:
            return self.body
        if mark.field == TITLE:
            return self.title if reading.heads(mark, self.title_words) else self.lead
        start = reading.fields[mark.field].start(mark.first)
        return self.lead if start < self.lead_chars else self.body


Point = tuple[Term, Mark]  # a mark that counts for a term
Index = Mapping[str, tuple[str, Term]]  # label -> theme and term


def index_terms(themes: Iterable[Theme]) -> Index:
    """Where a mark's label leads."""
    return {term.label: (theme.info.slug, term) for theme in themes for term in theme.terms}


def judge(
    reading: Reading, themes: Mapping[str, Theme], index: Index, scale: Scale
) -> tuple[list[ThemeTag], list[ThemeTag]]:
    """Themes that the document carries (best first) and the nearest ones it does not."""
    points = points_of(reading, index)
    longer = _cover(mark for group in points.values() for _, mark in group)
    standing = ((themes[slug], _outermost(group, longer)) for slug, group in points.items())
    weighed = [_weigh(reading, theme, group, scale) for theme, group in standing if group]
    weighed = sorted((one for one in weighed if one.score > 0), key=lambda one: (-one.score, one.theme.info.slug))
    kept, refused = _select(reading, weighed, scale)
    return [_tag(reading, one) for one in kept], [_tag(reading, one) for one in refused]


def points_of(reading: Reading, index: Index) -> dict[str, list[Point]]:
    """What counts, by theme, in the order of the document."""
    points: dict[str, list[Point]] = defaultdict(list)
    for label, marks in reading.marks.items():
        if label in index:
            slug, term = index[label]
            if reading.applies(term) and (held := reading.held(term, marks)):
                points[slug] += [(term, mark) for mark in held]
    return points


Cover = Mapping[tuple[int, int], list[Mark]]  # field and word -> the longer marks over it


def _cover(marks: Iterable[Mark]) -> Cover:
    cover: dict[tuple[int, int], list[Mark]] = defaultdict(list)
    for mark in marks:
        if mark.last > mark.first:
            for word in range(mark.first, mark.last + 1):
                cover[mark.field, word].append(mark)
    return cover


def _outermost(points: list[Point], cover: Cover) -> list[Point]:
    """The longer pattern wins, whatever its theme: "minería ilegal" is no vote for mining."""
    return [
        (term, mark)
        for term, mark in points
        if not ((over := cover.get((mark.field, mark.first))) and any(map(mark.inside, over)))
    ]


class _Weighed(NamedTuple):
    """A theme with the points that speak for it, each with its weight; evidence is made only of what is shown."""

    theme: Theme
    points: list[tuple[Point, float]]
    section: str  # that adds to it, or nothing
    score: float


def _weigh(reading: Reading, theme: Theme, points: list[Point], scale: Scale) -> _Weighed:
    text: list[tuple[Point, float]] = []
    body: list[tuple[Point, float]] = []
    for point, weight, full in _damped(reading, points, scale):
        (body if full <= scale.body else text).append((point, weight))
    if body:
        factor = _squeeze(sum([weight for _, weight in body]), scale.body_cap)
        text += [(point, weight * factor) for point, weight in body]
    weighed = [(point, round(weight, 3)) for point, weight in text]
    section = next((name for name in reading.sections if name in theme.sections), "")
    score = sum([weight for _, weight in weighed]) + theme.sections.get(section, 0.0)
    return _Weighed(theme, weighed, section, round(score, 3))


def _tag(reading: Reading, weighed: _Weighed) -> ThemeTag:
    slug, section = weighed.theme.info.slug, weighed.section
    evidence = [_evidence(reading, point, weight) for point, weight in weighed.points]
    if section:
        weight = weighed.theme.sections[section]
        evidence.append(Evidence(f"{slug}:/{section}/", "section", 0, len(section), section, weight))
    return ThemeTag(slug, weighed.score, tuple(evidence))


def _damped(reading: Reading, points: list[Point], scale: Scale) -> list[tuple[Point, float, float]]:
    """(point, its weight, its field's weight). The n-th find of one block adds log2((n+1)/n) of its full weight.

    The terms of a block say one thing in several words: "congresista", "legislador" and "bancada" are one sign.
    """
    by_block: dict[int, list[tuple[float, Point]]] = defaultdict(list)
    for point in points:
        by_block[point[0].block].append((scale.of(reading, point[1]), point))
    weighed = []
    for group in by_block.values():
        if len(group) > 1:
            group.sort(key=lambda pair: -pair[0] * pair[1][0].weight)
        for place, (full, point) in enumerate(group, start=1):
            weighed.append((point, point[0].weight * full * log2((place + 1) / place), full))
    return weighed


def _squeeze(total: float, cap: float) -> float:
    """Factor that keeps a sum below the cap: many passing mentions in a long text never make a subject."""
    return cap * (1 - exp(-total / cap)) / total if total > 0 else 1.0


def _evidence(reading: Reading, point: Point, weight: float) -> Evidence:
    term, mark = point
    words = reading.fields[mark.field]
    start, end = words.span(mark.first, mark.last)
    return Evidence(term.id, words.field, start, end, words.text[start:end], weight)


class Needed(NamedTuple):
    """What a theme must reach: `least`, which is the greater of the threshold and a share of the best theme's score."""

    least: float
    threshold: float  # lower where there is nothing but a title
    share: float
    best: float  # the best theme's score, as far as it counts
    most: int  # themes a document may carry


def needed(reading: Reading, best: float, scale: Scale) -> Needed:
    """What a theme must reach beside a best theme of that score."""
    bare = not reading.fields[LEAD].at and not reading.fields[BODY].at
    threshold, best = scale.title_only if bare else scale.threshold, min(best, scale.top_cap)
    return Needed(max(threshold, round(scale.share * best, 3)), threshold, scale.share, best, scale.most)


def _select(reading: Reading, scored: list[_Weighed], scale: Scale) -> tuple[list[_Weighed], list[_Weighed]]:
    least = needed(reading, scored[0].score if scored else 0.0, scale).least
    kept = [one for one in scored if one.score >= least]
    refused = kept[scale.most :] + [one for one in scored if one.score < least]
    return kept[: scale.most], refused[: scale.refused]
