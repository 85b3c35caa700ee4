"""An empty warehouse for a test, copied from one that is made once a process: making it costs more than most tests."""

from __future__ import annotations

import atexit
import shutil
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from monitor.warehouse import Warehouse

MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)


def blank_warehouse(state: Path) -> Warehouse:
    """The warehouse of a state folder, migrated; one that is there is left as it is."""
    warehouse = Warehouse(state)
    if not warehouse.path.exists():
        (state / "tmp").mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_template(), warehouse.path)
    return warehouse


@cache
def _template() -> Path:
    made = Warehouse(Path(mkdtemp(prefix="blank-warehouse-")))
    made.migrate(MADE_AT)
    atexit.register(shutil.rmtree, made.state)
    return made.path
