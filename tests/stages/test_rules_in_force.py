"""A service goes on with the rules it has while somebody is still editing the files."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from monitor.errors import ConfigError
from monitor.model import Settings
from monitor.stages.job import rules_in_force

EXTRA = 'slug = "disasters"\nextend = true\n\n[[term]]\ntext = ["aniego gigante"]\n'


def test_a_broken_edit_leaves_the_old_rules_in_force(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The log names file, line, key and the nearest valid one; the mended file counts at once."""
    file = tmp_path / "disasters.toml"
    file.write_text(EXTRA, encoding="utf-8")
    settings = Settings(sources=(), state=tmp_path / "state", themes_dir=tmp_path)
    before = rules_in_force(settings)
    file.write_text(EXTRA + "wieght = 3.0\n", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        assert rules_in_force(settings) is before
    assert "disasters.toml:6: unknown key 'wieght'; nearest valid: weight" in caplog.text
    file.write_text(EXTRA + "weight = 3.0\n", encoding="utf-8")
    assert rules_in_force(settings).version != before.version


def test_broken_from_the_start_is_an_error(tmp_path: Path) -> None:
    """Without rules nothing can be judged."""
    (tmp_path / "disasters.toml").write_text("slug = [\n", encoding="utf-8")
    with pytest.raises(ConfigError):
        rules_in_force(Settings(sources=(), state=tmp_path / "state", themes_dir=tmp_path))
