"""Finds the files that ship beside the code (`warehouse/`, `sources.toml`, `deploy/`) wherever it is installed."""

from __future__ import annotations

from pathlib import Path


def resource(*parts: str) -> Path:
    """Path of a shipped file or folder, in an installed wheel or in a checkout (also an editable install).

    A wheel carries them under `monitor/_data`; a checkout has them at its top. Raises FileNotFoundError,
    which means a broken installation.
    """
    here = Path(__file__).resolve().parent
    for root in (here / "_data", here.parent):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"{'/'.join(parts)} is missing from this installation of peru-monitor")
