"""How well do rules agree with labelled passages? Counts, P/R/F1 with bootstrap intervals, and the worst errors.

Values in, values out: reading label files and choosing priors is the caller's work.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from monitor.model import Document, Evidence, Tagging, ThemeTag
from monitor.themes import Rules

SEED = 1970  # the intervals of the same labels are the same every time
DRAWS = 400_000  # passages drawn in all, so that a large file costs no more than a small one
Interval = tuple[float, float]
RELEVANT = "about Peru"  # what the gate says, among the mistakes


@dataclass(frozen=True, slots=True)
class Passage:
    """A text and what a person said of it. `optional` themes count neither way."""

    name: str
    document: Document
    relevant: bool
    themes: frozenset[str]
    optional: frozenset[str] = frozenset()
    hard_negative: bool = False  # written or chosen to mislead: no theme but those of the label is right


@dataclass(slots=True)
class Tally:
    """True and false positives, false negatives."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    @property
    def p(self) -> float:
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else 0.0

    @property
    def r(self) -> float:
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.tp / (2 * self.tp + self.fp + self.fn) if self.tp else 0.0

    def add(self, wanted: bool, got: bool) -> None:
        self.tp += wanted and got
        self.fp += got and not wanted
        self.fn += wanted and not got


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something given that is wrong, or missed. `by` is how far the score was on the wrong side."""

    passage: Passage
    what: str  # slug of a theme, or RELEVANT
    missed: bool
    score: float
    by: float
    evidence: tuple[Evidence, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """One passage judged: (what, wanted, got) of each theme that counts, and of the gate."""

    passage: Passage
    themes: tuple[tuple[str, bool, bool], ...]
    gate: tuple[bool, bool]
    mistakes: tuple[Mistake, ...]

    @property
    def misled(self) -> bool:
        """A hard negative that was given a wrong theme."""
        return self.passage.hard_negative and any(got and not wanted for _, wanted, got in self.themes)


@dataclass(slots=True)
class Tallies:
    """All counts over some verdicts."""

    micro: Tally
    gate: Tally
    by_theme: dict[str, Tally]
    by_lang: dict[str, Tally]

    @property
    def macro_f1(self) -> float:
        """Mean over the themes that were wanted at least once."""
        wanted = [tally.f1 for tally in self.by_theme.values() if tally.tp + tally.fn]
        return sum(wanted) / len(wanted) if wanted else 0.0


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The result. Intervals are 95 % percentile bootstrap over passages, by the name of their figure."""

    verdicts: tuple[Verdict, ...]
    tallies: Tallies
    intervals: Mapping[str, Interval]
    rules_version: str

    @property
    def hard_negatives(self) -> int:
        return sum(verdict.passage.hard_negative for verdict in self.verdicts)

    @property
    def hard_negative_fp(self) -> int:
        """Hard negatives with a theme that is neither wanted nor optional."""
        return sum(verdict.misled for verdict in self.verdicts)

    def worst(self, count: int) -> list[Mistake]:
        """The mistakes that were clearest, gate and themes together."""
        mistakes = [mistake for verdict in self.verdicts for mistake in verdict.mistakes]
        return sorted(mistakes, key=lambda item: (-item.by, item.passage.name, item.what))[:count]

    def figures(self) -> dict[str, object]:
        """The whole as plain values: the object that `themes test --json` prints."""
        tallies = self.tallies
        return {
            "n": len(self.verdicts),
            "micro": _figures(tallies.micro),
            "macro_f1": _rounded(tallies.macro_f1),
            "by_lang": {lang: _figures(tally) for lang, tally in sorted(tallies.by_lang.items())},
            "by_theme": {theme: _figures(tally) for theme, tally in sorted(tallies.by_theme.items())},
            "gate": _figures(tallies.gate),
            "hard_negative_fp": self.hard_negative_fp,
            "hard_negatives": self.hard_negatives,
            "rules_version": self.rules_version,
        }


def _figures(tally: Tally) -> dict[str, float]:
    return {"p": _rounded(tally.p), "r": _rounded(tally.r), "f1": _rounded(tally.f1)}


def _rounded(value: float) -> float:
    return round(value, 4)


def score(rules: Rules, passages: Iterable[Passage], *, intervals: bool = True) -> Scorecard:
    """Tag every passage and hold the result against its label."""
    verdicts = tuple(_verdict(passage, rules.tag(passage.document), rules.threshold) for passage in passages)
    found = _bootstrap(verdicts) if intervals and verdicts else {}
    return Scorecard(verdicts, _tallied(verdicts), found, rules.version)


def _verdict(passage: Passage, tagging: Tagging, threshold: float) -> Verdict:
    given = {tag.theme: tag for tag in tagging.tags}
    near = {tag.theme: tag for tag in tagging.refused}
    counted = sorted((given.keys() | passage.themes) - (passage.optional - passage.themes))
    themes = tuple((theme, theme in passage.themes, theme in given) for theme in counted)
    wrong = [
        _theme_mistake(passage, theme, given.get(theme) or near.get(theme), wanted, threshold)
        for theme, wanted, got in themes
        if wanted != got
    ]
    relevance = tagging.relevance
    if passage.relevant != relevance.relevant:
        # A wrong gate costs every theme of the passage: it outweighs all but the worst of those.
        by = 4 * abs(relevance.score - 0.5) + 2
        wrong.append(Mistake(passage, RELEVANT, passage.relevant, relevance.score, by, reasons=relevance.reasons))
    return Verdict(passage, themes, (passage.relevant, relevance.relevant), tuple(wrong))


def _theme_mistake(passage: Passage, theme: str, tag: ThemeTag | None, missed: bool, threshold: float) -> Mistake:
    points = tag.score if tag else 0.0
    by = max(0.0, threshold - points) if missed else points
    return Mistake(passage, theme, missed, points, by, tag.evidence if tag else ())


def _tallied(verdicts: Sequence[Verdict]) -> Tallies:
    tallies = Tallies(Tally(), Tally(), defaultdict(Tally), defaultdict(Tally))
    for verdict in verdicts:
        lang = tallies.by_lang[verdict.passage.document.lang]
        for theme, wanted, got in verdict.themes:
            for tally in (tallies.micro, lang, tallies.by_theme[theme]):
                tally.add(wanted, got)
        tallies.gate.add(*verdict.gate)
    return tallies


# ---------------------------------------------------------------- intervals

_MEASURES: dict[str, Callable[[Tallies], float]] = {
    "micro p": lambda tallies: tallies.micro.p,
    "micro r": lambda tallies: tallies.micro.r,
    "micro f1": lambda tallies: tallies.micro.f1,
    "macro f1": lambda tallies: tallies.macro_f1,
    "gate p": lambda tallies: tallies.gate.p,
    "gate r": lambda tallies: tallies.gate.r,
    "gate f1": lambda tallies: tallies.gate.f1,
}


def _bootstrap(verdicts: Sequence[Verdict]) -> dict[str, Interval]:
    """Draw as many passages with replacement, many times (B. Efron, Annals of Statistics 7, 1979)."""
    draw = Random(SEED)  # noqa: S311 - a sample, no secret
    drawn: dict[str, list[float]] = defaultdict(list)
    for _ in range(max(200, min(1000, DRAWS // len(verdicts)))):
        tallies = _tallied(draw.choices(verdicts, k=len(verdicts)))
        for name, value in _measured(tallies):
            drawn[name].append(value)
    return {name: _middle(sorted(values)) for name, values in drawn.items()}


def _measured(tallies: Tallies) -> Iterable[tuple[str, float]]:
    yield from ((name, measure(tallies)) for name, measure in _MEASURES.items())
    yield from ((f"theme {theme}", tally.f1) for theme, tally in tallies.by_theme.items())
    yield from ((f"lang {lang}", tally.f1) for lang, tally in tallies.by_lang.items())


def _middle(values: Sequence[float]) -> Interval:
    last = len(values) - 1
    return values[round(0.025 * last)], values[round(0.975 * last)]
