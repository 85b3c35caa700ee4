"""The verbs about rules: themes test, check and suggest, label, retag, and the evidence that `why` shows."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from cli_world import BUS, Desk, publish_bus
from world import START

from monitor.cli.evidence import marked

ADDRESS = "http://andino.example/peru/bus"
LABEL = {"title": "Huaico en Chosica", "text": "Hay 20 viviendas inundadas.", "relevant": True, "themes": ["disasters"]}
LATER = START + timedelta(hours=1)


def labels(folder: Path, *lines: object) -> Path:
    path = folder / "labels.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return path


def test_themes_test_prints_figures_and_the_worst_errors(desk: Desk) -> None:
    """Figures with their intervals, a line per theme, and what went wrong with its evidence."""
    wrong = {**LABEL, "themes": ["elections"], "outlet": "Diario Andino", "lang": "es"}
    path = labels(desk.folder, {**LABEL, "outlet": "Diario Andino", "lang": "es"}, wrong)
    ended = desk("themes", "test", path)
    assert ended.code == 0
    assert "micro   P 0.500 [" in ended.out
    assert "wrong: disasters" in ended.out
    assert "missed: elections" in ended.out
    assert "“Huaico”" in ended.out


def test_themes_test_as_json_is_the_documented_object(desk: Desk) -> None:
    """Exactly the documented keys beside the version of the object."""
    found = desk("themes", "test", labels(desk.folder, {**LABEL, "url": "https://x.pe/a"}), "--json").json
    assert set(found) == {
        *("schema_version", "n", "micro", "macro_f1", "by_lang", "by_theme", "gate"),
        *("hard_negative_fp", "hard_negatives", "rules_version"),
    }
    assert found["micro"] == {"p": 1.0, "r": 1.0, "f1": 1.0}


def test_a_bad_label_file_ends_with_its_line(desk: Desk) -> None:
    """Exit 65, the line and the fault; a file that is not there is named too."""
    ended = desk("themes", "test", labels(desk.folder, LABEL, {"title": "x"}))
    assert ended.code == 65
    assert "labels.jsonl:2: relevant is missing" in ended.err
    assert desk("themes", "test", desk.folder / "none.jsonl").code != 0
    assert desk("themes", "test").code == 2


def test_themes_check_is_clean_and_names_what_is_broken(desk: Desk) -> None:
    """The shipped rules pass; a broken file is named with its line and the nearest key, exit 65."""
    assert desk("themes", "check").code == 0
    rules = desk.folder / "rules"
    rules.mkdir()
    (rules / "disasters.toml").write_text('slug = "disasters"\nextend = true\n\n[[term]]\ntext = "x"\nweigth = 1\n')
    desk.configure("andino", extra=f'themes_dir = "{rules}"\n')
    ended = desk("themes", "check")
    assert ended.code == 65
    assert "disasters.toml:6: unknown key 'weigth'; nearest valid: weight" in ended.out
    assert desk("themes", "check", "--json").json["errors"] == 1


def test_themes_check_looks_at_the_warehouse(desk: Desk) -> None:
    """Terms that never fire in what is stored."""
    publish_bus(desk.web)
    desk("run")
    ended = desk("themes", "check", "--warehouse")
    assert ended.code == 0
    assert "terms never fire in 1 texts" in ended.out
    assert max(map(len, ended.out.splitlines())) < 400


def test_label_why_and_retag_work_together(desk: Desk) -> None:
    """A person takes a theme away; `why` says who; a change of rules is previewed, applied, and leaves the label."""
    publish_bus(desk.web)
    desk("run")
    told = desk("label", ADDRESS, "--remove", "citizen-security", "--author", "Ana", "--note", "prueba", at=LATER)
    assert told.code == 0
    assert "themes: none" in told.out or "citizen-security" not in told.out
    rules = desk.folder / "rules"
    rules.mkdir()
    (rules / "mine.toml").write_text(
        'slug = "trade-tariffs"\nextend = true\n\n[[term]]\ntext = ["bus", "buses"]\n', encoding="utf-8"
    )
    desk.configure("andino", extra=f'themes_dir = "{rules}"\n')
    preview = desk("retag", "--dry-run", "--json", at=LATER).json
    assert preview["dry_run"] is True
    assert preview["themes"]["trade-tariffs"]["gained"] == 1
    assert "trade-tariffs  +1 -0" in desk("retag", at=LATER).out
    assert "already" in desk("retag", at=LATER).out
    found = desk("why", ADDRESS, "--json").json
    assert [row["author"] for row in found["labels"]] == ["Ana"]
    assert desk("sql", "SELECT theme FROM tag_current", "--json").json["rows"] == [{"theme": "trade-tariffs"}]
    figures = desk("themes", "test", "--from-labels", "--json").json
    assert figures["by_theme"]["citizen-security"]["p"] == 0.0


def test_retag_and_suggest_refuse_what_cannot_be(desk: Desk) -> None:
    """A day that is none, a theme that is none, a warehouse that is none."""
    assert desk("retag", "--since", "ayer").code == 2
    assert desk("retag").code == 69
    publish_bus(desk.web)
    desk("run")
    ended = desk("themes", "suggest", "disaster")
    assert ended.code == 2
    assert "nearest valid: disasters" in ended.err
    assert "only 0 stored articles carry disasters" in desk("themes", "suggest", "disasters").err


def test_why_marks_the_text_and_shows_the_arithmetic(desk: Desk) -> None:
    """Marked spans, the sum each theme needs, and the names found with their places."""
    publish_bus(desk.web)
    desk("run")
    text = desk("why", ADDRESS).out
    assert f"title: **Extorsionadores** {BUS[0].split(' ', 1)[1]}" in text or "**Extorsionadores**" in text
    assert "a theme needs" in text
    assert "institution: " in text
    found = desk("why", ADDRESS, "--json").json
    for row in found["entities"]:
        assert found["text"][row["field"]][row["start_offset"] : row["end_offset"]] == row["matched"]
    for theme in found["refused"]:
        assert theme["score"] < found["needs"]["least"]


def test_marks_that_overlap_become_one() -> None:
    """No star inside a marked word."""
    assert marked("minería ilegal de oro", [(0, 14), (8, 14), (18, 21)]) == "**minería ilegal** de **oro**"
