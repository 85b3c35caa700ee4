"""Words that set the articles of a theme apart: candidates for terms, for a person to accept. Changes no rule.

B. L. Monroe, M. P. Colaresi and K. M. Quinn, "Fightin' Words", Political Analysis 16 (2008): log-odds ratio with an
informative Dirichlet prior, here the share of texts that hold the word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import log, sqrt

from monitor.text import tokens
from monitor.themes import Rules

LONGEST = 3  # words of a candidate
LEAD_CHARS = 400
PRIOR = 1000.0  # most that all texts together weigh against those of the theme, in words
COMMON = 0.15  # of the other texts: a word in more of them opens and ends no term
FEWEST = 3  # texts of the theme that must hold a candidate
CERTAIN = 1.96  # z below which a difference may be chance


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A candidate with how many texts inside and outside of the theme hold it."""

    text: str
    z: float
    inside: int
    outside: int


@dataclass(slots=True)
class Contrast:
    """Counts of texts by the word runs that they hold. Feed it, then `ranked`."""

    inside: Counter[str] = field(default_factory=Counter)
    outside: Counter[str] = field(default_factory=Counter)
    inside_n: int = 0
    outside_n: int = 0

    def add(self, title: str, lead: str, *, inside: bool) -> None:
        """One text: its title and the beginning of what follows."""
        runs = set(_runs(tokens(title))) | set(_runs(tokens(lead[:LEAD_CHARS])))
        (self.inside if inside else self.outside).update(runs)
        self.inside_n += inside
        self.outside_n += not inside

    def ranked(self, rules: Rules, slug: str, limit: int) -> list[Suggestion]:
        """The best candidates that the theme does not look for yet, without those that say the same as a better one."""
        found = [one for one in self._weighed() if one.z >= CERTAIN and not rules.looks_for(slug, one.text)]
        kept: list[Suggestion] = []
        for one in sorted(found, key=lambda one: (-one.z, -len(one.text), one.text)):
            if not any(_same(one, other) for other in kept):
                kept.append(one)
            if len(kept) == limit:
                break
        return kept

    def _weighed(self) -> Iterator[Suggestion]:
        all_in, all_out = self.inside.total(), self.outside.total()
        weight = min(PRIOR, (all_in + all_out) / 10)
        common = {run for run, n in self.outside.items() if " " not in run and n > COMMON * self.outside_n}
        for run, n in self.inside.items():
            words = run.split(" ")
            if n < FEWEST or words[0] in common or words[-1] in common or not any(map(str.isalpha, words)):
                continue
            m = self.outside[run]
            prior = weight * (n + m) / (all_in + all_out)
            odds = log((n + prior) / (all_in + weight - n - prior)) - log((m + prior) / (all_out + weight - m - prior))
            yield Suggestion(run, odds / sqrt(1 / (n + prior) + 1 / (m + prior)), n, m)


def _runs(words: Sequence[str]) -> Iterator[str]:
    """Words of four letters and more, and runs of up to three words that neither open nor end with a letter or two."""
    for start, word in enumerate(words):
        if len(word) < 3:
            continue
        if len(word) > 3:
            yield word
        for end in range(start + 1, min(start + LONGEST, len(words))):
            if len(words[end]) > 2:
                yield " ".join(words[start : end + 1])


def _same(one: Suggestion, other: Suggestion) -> bool:
    """Part of one another and held by nearly the same texts."""
    inner, outer = sorted((one, other), key=lambda each: len(each.text))
    return f" {inner.text} " in f" {outer.text} " and outer.inside >= 0.8 * inner.inside
