"""CHECKLIST.md lists every point of the contract, and every test that it names exists."""

from __future__ import annotations

import checklist
from checklist import ITEMS, ROW, SEQUENCES, TABLE, points


def test_the_checklist_is_complete_and_true() -> None:
    """73 points and 14 sequences, each with its tests; after a change `python tests/fetch/checklist.py` was run."""
    rows = dict(ROW.findall(TABLE.read_text(encoding="utf-8")))
    assert (len(ITEMS), len(SEQUENCES)) == (73, 14)
    assert list(rows) == list(points())
    named = checklist.tests()
    for number, names in rows.items():
        assert names == ", ".join(f"`{name}`" for name in sorted(set(named[number]))), number
        assert names, f"{number} has no test"
