"""The command reference and the data dictionary say what the code does."""

from __future__ import annotations

from generated import BEGIN, TOP, outdated


def test_generated_documents_are_current() -> None:
    """After a change of commands or tables, `python tests/generated.py` was run."""
    assert BEGIN in (TOP / "README.md").read_text(encoding="utf-8")
    assert [str(path) for path in outdated()] == []
