"""Are the rules in order? Finds rules that cannot work, work twice or are untested; changes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from monitor.model import Document, Prior
from monitor.themes import Rules
from monitor.themes.automaton import Automaton, Needle, key_of, standing
from monitor.themes.language import Example, Term, Theme
from monitor.themes.words import read_words, split_words

LANGUAGES = ("es", "en")
OFTEN = 0.15  # of the texts that are not about Peru: a term found in more says nothing
ENOUGH = 20  # texts that are not about Peru, before such a share means anything


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend (error) or to look at (warning). `kind` is one word for machines."""

    level: str  # error, warning
    theme: str
    kind: str
    what: str


@dataclass(frozen=True, slots=True)
class Fired:
    """Terms whose conditions held in one text."""

    relevant: bool
    terms: frozenset[str]


def check(rules: Rules) -> list[Finding]:
    """Everything that can be seen from the rule files alone; errors first."""
    findings = [finding for theme in rules.loaded.themes for finding in _check_theme(rules, theme)]
    return sorted(findings, key=lambda finding: (finding.level != "error", finding.theme, finding.kind))


def check_use(rules: Rules, texts: Iterable[Fired]) -> list[Finding]:
    """What stored texts say of the terms: those that never fire, those that fire in any text."""
    fired: dict[str, int] = defaultdict(int)
    outside: dict[str, int] = defaultdict(int)
    total = others = 0
    for text in texts:
        total += 1
        others += not text.relevant
        for term in text.terms:
            fired[term] += 1
            outside[term] += not text.relevant
    return [
        finding
        for theme in rules.loaded.themes
        for finding in (*_idle(theme, fired, total), *_everywhere(theme, outside, others))
    ]


def _idle(theme: Theme, fired: dict[str, int], total: int) -> Iterator[Finding]:
    idle = [term.text for term in theme.terms if not fired[term.id]]
    if idle:
        names = ", ".join(idle)
        what = f"{len(idle)} of {len(theme.terms)} terms never fire in {total:,} texts: {names}"
        yield Finding("warning", theme.info.slug, "never", what)


def _everywhere(theme: Theme, outside: dict[str, int], others: int) -> Iterator[Finding]:
    for term in theme.terms:
        if others >= ENOUGH and outside[term.id] > OFTEN * others:
            what = f"{term.text!r} fires in {outside[term.id] / others:.0%} of the {others:,} texts not about Peru"
            yield Finding("warning", theme.info.slug, "everywhere", what)


# ---------------------------------------------------------------- one theme


def _check_theme(rules: Rules, theme: Theme) -> Iterator[Finding]:
    slug = theme.info.slug
    yield from (Finding("error", slug, "example", what) for what in _failing(rules, theme))
    yield from (Finding("error", slug, "unreachable", what) for what in _unreachable(rules, theme))
    yield from _repeated(theme)
    yield from (Finding("warning", slug, "redundant", what) for what in _redundant(theme))
    yield from (Finding("warning", slug, "idle exclusion", what) for what in _idle_blocks(theme))
    yield from (Finding("warning", slug, "language", what) for what in _untested(theme))


def _failing(rules: Rules, theme: Theme) -> Iterator[str]:
    for example in theme.examples:
        given = theme.info.slug in [tag.theme for tag in rules.tag(_document(example)).tags]
        if given != example.tagged:
            kind, got = ("example", "does not get it") if example.tagged else ("counterexample", "gets it")
            yield f"{kind} {got}: {example.title!r}"


def _document(example: Example) -> Document:
    return Document(example.title, example.lead, "", example.lang, prior=Prior.HOME)


def _unreachable(rules: Rules, theme: Theme) -> Iterator[str]:
    """Terms that an exclusion takes away even where they stand alone."""
    for term in theme.terms:
        if term.text.startswith("@"):
            continue
        hits = standing(rules.hits(_alone(term.text)), rules.loaded.gazetteer.names)
        if not any(term.label in slot.labels for _, slot in hits):
            yield f"{term.text!r} can never count: an exclusion takes it, or its own form cannot be found"


def _alone(text: str) -> str:
    """The term between two words that no rule knows, so that a text all in capitals keeps its meaning."""
    return f"zz {text.rstrip('*')} zz"


def _repeated(theme: Theme) -> Iterator[Finding]:
    """The same term twice under the same conditions: spelt apart, found alike."""
    groups: dict[tuple[object, ...], list[Term]] = defaultdict(list)
    for term in theme.terms:
        if not term.text.startswith("@"):
            groups[_sense(term)].append(term)
    for terms in groups.values():
        if len(terms) > 1:
            names = " and ".join(repr(term.text) for term in terms)
            clash = len({term.weight for term in terms}) > 1
            level, kind = ("error", "conflict") if clash else ("warning", "duplicate")
            what = f"{names} are one term" + (" with different weights" if clash else " and count twice")
            yield Finding(level, theme.info.slug, kind, what)


def _sense(term: Term) -> tuple[object, ...]:
    """What decides whether it counts, without its weight."""
    written = tuple(split_words(term.text)) if term.case else ()
    return (key_of(term.text), written, *_limits(term))


def _limits(term: Term) -> tuple[object, ...]:
    return (term.lang, term.where, term.near, term.not_near, term.within, term.requires, term.unless, term.section)


def _redundant(theme: Theme) -> Iterator[str]:
    """Terms whose every find is also one of an open term of as many words: the span counts twice."""
    plain = [(key_of(term.text), term) for term in theme.terms if not term.text.startswith("@")]
    for start, term in plain:
        if not term.text.endswith("*"):
            continue
        for key, other in plain:
            longer = key.startswith(start) and key != start and key.count(" ", 1, -1) == start.count(" ", 1)
            if longer and _limits(other) == _limits(term):
                yield f"{other.text!r} is part of {term.text!r} and counts twice"


def _idle_blocks(theme: Theme) -> Iterator[str]:
    """Exclusions that hold no term of their theme."""
    terms = [term for term in theme.terms if not term.text.startswith("@")]
    if len(terms) < len(theme.terms):
        return  # terms that are entities may be what the exclusion is for
    automaton = Automaton(Needle(term.text, "term") for term in terms)
    for block in theme.blocks:
        if not automaton.find(read_words("lead", _alone(block)), 0):
            yield f"the exclusion {block!r} holds no term of the theme"


def _untested(theme: Theme) -> Iterator[str]:
    for tagged, kind in ((True, "example"), (False, "counterexample")):
        tested = {example.lang for example in theme.examples if example.tagged is tagged}
        yield from (f"no {kind} in {lang}" for lang in LANGUAGES if lang not in tested)
