"""The bundled week: invented outlets and articles, recorded as if they had been fetched. Names the files; no more."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parent

WEEK: Path = _HERE / "week.warc.gz"  # runs of two weeks, 2026-W45 and 2026-W46, in one WARC file
CONFIG: Path = _HERE / "sources.toml"  # the outlets of the bundled week
ARTICLES: Path = _HERE / "articles"  # what they wrote: one TOML file per group of storylines

__all__ = ["ARTICLES", "CONFIG", "WEEK"]
