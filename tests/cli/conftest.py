"""A desk per test: configuration, state, a web on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_world import Desk
from fakes import WebServer


@pytest.fixture
def desk(
    tmp_path: Path, web: WebServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    """A configured desk with the source `andino`; no setting of the caller's environment reaches it."""
    for name in ("MONITOR_CONFIG", "MONITOR_STATE", "STATE_DIRECTORY", "CONFIGURATION_DIRECTORY", "JOURNAL_STREAM"):
        monkeypatch.delenv(name, raising=False)
    desk = Desk(tmp_path, web, capsys)
    desk.configure("andino")
    yield desk
    desk.leave()
