"""The linter: what it finds in rules made to be wrong, and that the shipped rules are in order."""

from __future__ import annotations

import shutil
from pathlib import Path

import fishery

from monitor.themes import Rules, load
from monitor.themes.lint import Fired, check, check_use
from monitor.themes.loading import SHIPPED, load_rules

THEME = (
    fishery.THEME.replace("[[term]]", 'not = ["calamar de papel"]\n\n[[term]]')
    .replace('anunció."]\n', 'anunció."]\nen = ["Fishing quotas are up in Peru | The cuota de pesca grew."]\n')
    .replace('sopas."]\n', 'sopas."]\nen = ["A restaurant opens | It serves soup."]\n')
)


def findings(folder: Path, text: str) -> set[tuple[str, str]]:
    """Of this theme beside the shipped gate and gazetteer; the shipped themes have a test of their own."""
    (folder / "fisheries.toml").write_text(text, encoding="utf-8")
    shipped = folder / "shipped"
    shipped.mkdir(exist_ok=True)
    for file in SHIPPED.glob("ga*.toml"):
        shutil.copy(file, shipped)
    return {(found.level, found.kind) for found in check(Rules(load_rules(folder, shipped)))}


def test_the_shipped_rules_are_in_order() -> None:
    """No error, and no warning either."""
    assert check(load()) == []


def test_failing_examples_are_errors(tmp_path: Path) -> None:
    """An example that does not get its theme, a counterexample that does."""
    text = THEME.replace("Sube la cuota de pesca", "Sube la marea").replace("Abre un restaurante", "Calamar gigante")
    assert findings(tmp_path, text) == {("error", "example"), ("warning", "idle exclusion")}


def test_a_term_that_an_exclusion_always_takes_is_an_error(tmp_path: Path) -> None:
    """The exclusion is the term itself, or its beginning."""
    assert ("error", "unreachable") in findings(tmp_path, THEME.replace("calamar de papel", "calamar gigante"))


def test_one_term_spelt_twice_is_found(tmp_path: Path) -> None:
    """Accents and hyphens make no difference to matching: the find would count twice."""
    text = THEME.replace('"calamar gigante"', '"calamar gigante", "calamar-gigante"')
    assert ("warning", "duplicate") in findings(tmp_path, text)


def test_one_term_with_two_weights_is_a_conflict(tmp_path: Path) -> None:
    """Which of the two was meant?"""
    text = THEME.replace("[examples]", '[[term]]\ntext = "Calamar Gigante"\nweight = 0.5\n\n[examples]')
    assert ("error", "conflict") in findings(tmp_path, text)


def test_a_form_that_an_open_term_covers_is_found(tmp_path: Path) -> None:
    """`calamares` is already in `calamar*`."""
    text = THEME.replace('"calamar gigante"', '"calamar*", "calamares"')
    assert ("warning", "redundant") in findings(tmp_path, text)


def test_a_language_without_examples_is_found(tmp_path: Path) -> None:
    """What no example covers may be broken without anybody seeing it."""
    text = THEME.replace('en = ["A restaurant opens | It serves soup."]\n', "")
    assert ("warning", "language") in findings(tmp_path, text)


def test_exclusions_that_hold_nothing_are_found(tmp_path: Path) -> None:
    """An exclusion protects from a term; without one it is a leftover."""
    assert findings(tmp_path, THEME) == {("warning", "idle exclusion")}
    assert findings(tmp_path, THEME.replace("calamar de papel", "calamar gigante de papel")) == set()


def test_terms_that_never_fire_and_terms_that_fire_anywhere_are_found() -> None:
    """What stored texts say: one term fires in half of the texts that are not about Peru, nearly all others never."""
    rules = load()
    theme = next(theme for theme in rules.loaded.themes if theme.info.slug == "disasters")
    noisy, useful = theme.terms[0], theme.terms[1]
    texts = [Fired(False, frozenset({noisy.id}))] * 15 + [Fired(False, frozenset())] * 15
    texts += [Fired(True, frozenset({useful.id}))] * 10
    found = [one for one in check_use(rules, texts) if one.theme == "disasters"]
    assert [one.kind for one in found] == ["never", "everywhere"]
    assert f"{len(theme.terms) - 2} of {len(theme.terms)} terms never fire in 40 texts" in found[0].what
    assert noisy.text in found[1].what
    assert "50%" in found[1].what
