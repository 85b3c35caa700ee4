"""Reading rule files: every problem at once, with its line; a user's folder over the shipped one."""

from __future__ import annotations

from pathlib import Path

import pytest
from fishery import THEME

from monitor.errors import ConfigError
from monitor.model import Document, Prior
from monitor.themes import load
from monitor.themes.loading import expand


def problems(folder: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(folder)
    return list(caught.value.problems)


def test_a_users_theme_is_added(tmp_path: Path) -> None:
    """A file of a new name is a further theme, and changes the version."""
    (tmp_path / "fisheries.toml").write_text(THEME, encoding="utf-8")
    rules = load(tmp_path)
    assert [info.en for info in rules.themes if info.slug == "fisheries"] == ["Fisheries"]
    tagging = rules.tag(Document("Suben las cuotas de pesca en Paita", "", "", "es", prior=Prior.HOME))
    assert tagging.tags[0].theme == "fisheries"
    assert rules.version != load().version


def test_extend_adds_terms_to_a_shipped_theme(tmp_path: Path) -> None:
    """Shipped terms stay, added ones count too."""
    text = 'slug = "disasters"\nextend = true\n[[term]]\ntext = "marejada(|s)"\n'
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    rules = load(tmp_path)
    for title in ("Marejadas golpean Paita", "Huaico golpea Chosica"):
        assert rules.tag(Document(title, "", "", "es", prior=Prior.HOME)).tags[0].theme == "disasters"


def test_a_file_of_the_same_name_replaces_the_shipped_one(tmp_path: Path) -> None:
    """Without `extend` the user's file stands alone."""
    (tmp_path / "disasters.toml").write_text(THEME.replace("fisheries", "disasters"), encoding="utf-8")
    tagging = load(tmp_path).tag(Document("Huaico golpea Chosica", "", "", "es", prior=Prior.HOME))
    assert "disasters" not in [tag.theme for tag in tagging.tags]


def test_every_problem_is_named_with_file_and_line(tmp_path: Path) -> None:
    """Unknown key, wrong type, unknown entity, bad value, duplicate: all in one error, nearest names given."""
    text = THEME + (
        '\n[[term]]\ntext = "veda"\nweigth = 2\n'
        '\n[[term]]\ntext = "@devidaa"\n'
        '\n[[term]]\ntext = "redes"\nnear = ["@institucion"]\nwhere = "footer"\n'
        '\n[[term]]\ntext = "calamar gigante"\n'
        '\n[[term]]\ntext = "pes* ca"\n'
        "\n[[term]]\ntext = 7\n"
    )
    (tmp_path / "fisheries.toml").write_text(text, encoding="utf-8")
    lines = text.splitlines()
    found = problems(tmp_path)

    def at(sought: str) -> str:
        return f"fisheries.toml:{lines.index(sought) + 1}: "

    assert at("weigth = 2") + "unknown key 'weigth'; nearest valid: weight" in found
    assert at('text = "@devidaa"') + "no entity @devidaa; nearest valid: devida" in found
    assert at('near = ["@institucion"]') + "near: no entity or class @institucion; nearest valid: institution" in found
    assert any(item.startswith(at('where = "footer"')) for item in found)
    assert at('text = "calamar gigante"') + "'calamar gigante' is there twice with the same conditions" in found
    assert any(item.startswith(at('text = "pes* ca"')) for item in found)
    assert at("text = 7") + "text must be a text or a list of texts, not int" in found


def test_problems_of_several_files_come_together(tmp_path: Path) -> None:
    """A file that is no TOML does not hide the next one's problems."""
    (tmp_path / "a.toml").write_text("slug = [\n", encoding="utf-8")
    (tmp_path / "b.toml").write_text('slug = "b"\n', encoding="utf-8")
    found = problems(tmp_path)
    assert any(item.startswith("a.toml:") for item in found)
    assert "b.toml:1: en is missing" in found


def test_a_folder_that_does_not_exist_is_a_problem(tmp_path: Path) -> None:
    """A typing error in the configuration is not silently ignored."""
    assert problems(tmp_path / "nowhere")[0].endswith("no such folder of theme files")


def test_a_slug_must_be_its_files_name(tmp_path: Path) -> None:
    """Two names for one theme would split its history."""
    (tmp_path / "fish.toml").write_text(THEME, encoding="utf-8")
    assert "fish.toml:1: slug must be the file's name, fish" in problems(tmp_path)


def test_the_gate_is_checked_too(tmp_path: Path) -> None:
    """A missing prior, an unknown number and a wrong kind of section list are named."""
    text = '[priors]\nhome = 0.7\n[sections]\noff = ["mundo"]\nupside = ["x"]\n[weigh]\nthreshhold = 1\n'
    (tmp_path / "gate.toml").write_text(text, encoding="utf-8")
    found = "\n".join(problems(tmp_path))
    assert "unknown key 'threshhold'; nearest valid: threshold" in found


def test_a_gazetteer_entity_needs_a_name_and_its_own_id(tmp_path: Path) -> None:
    """Also a user's gazetteer file is laid over the shipped ones."""
    text = '[[town]]\nid = "x"\n\n[[town]]\nid = "vraem"\nnames = ["Vraem"]\n\n[[planet]]\nid = "mars"\n'
    (tmp_path / "gazetteer-mine.toml").write_text(text, encoding="utf-8")
    found = problems(tmp_path)
    assert "gazetteer-mine.toml:1: x has no name" in found
    assert any("vraem is there twice" in item for item in found)
    assert any("unknown kind 'planet'" in item for item in found)


@pytest.mark.parametrize(
    "line",
    [
        'iptc = ["medtop:1"]',
        "gdelt = [1]",
        "not = 3",
        'sections = { mundo = "much" }',
        'examples = "one"',
        'counterexamples = { es = "one" }',
        "term = [1]",
        'extend = "yes"',
    ],
)
def test_a_value_of_another_shape_is_a_problem_not_a_crash(tmp_path: Path, line: str) -> None:
    """Whatever stands behind a known key, the answer is one sentence with its line."""
    (tmp_path / "odd.toml").write_text(f'slug = "odd"\n{line}\n', encoding="utf-8")
    key = line.split(" ")[0]
    assert any(item.startswith(f"odd.toml:2: {key} must be ") for item in problems(tmp_path))


def test_alternatives_expand_to_every_form() -> None:
    """An empty alternative is allowed and leaves no double space."""
    assert expand("miner(o|a) (muy |)ilegal(|es)") == (
        "minero muy ilegal",
        "minero muy ilegales",
        "minero ilegal",
        "minero ilegales",
        "minera muy ilegal",
        "minera muy ilegales",
        "minera ilegal",
        "minera ilegales",
    )
