"""What every verb needs: settings, clock, log and stop flag. Built once per call of the program."""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import FrameType

from monitor.clock import Clock, SystemClock
from monitor.model import Settings


@dataclass(slots=True)
class App:
    """Options given before the verb."""

    config: Path | None
    state: Path | None
    log_format: str
    verbose: bool
    clock: Clock = field(default_factory=SystemClock)
    stop: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(_formatter(self.log_format))
        logging.basicConfig(level=logging.INFO if self.verbose else logging.WARNING, handlers=[handler], force=True)

    def settings(self, *, config: Path | None = None, state: Path | None = None) -> Settings:
        """Settings of this call. Raises ConfigError with every problem found."""
        from monitor.config import load

        settings = load(config or self.config, os.environ, state=state or self.state)
        return replace(settings, state=settings.state.absolute())

    def stop_on_signals(self) -> None:
        """SIGTERM and the first Ctrl-C ask the run to finish what it holds; the second Ctrl-C ends it at once."""

        def ask(number: int, _: FrameType | None) -> None:
            if self.stop.is_set() and number == signal.SIGINT:
                raise KeyboardInterrupt
            self.stop.set()

        signal.signal(signal.SIGTERM, ask)
        signal.signal(signal.SIGINT, ask)


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {"level": record.levelname.lower(), "logger": record.name, "message": record.getMessage()}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class _Journal(logging.Formatter):
    """sd-daemon(3) priority prefixes; the journal adds the time."""

    def format(self, record: logging.LogRecord) -> str:
        priority = 3 if record.levelno >= logging.ERROR else 4 if record.levelno >= logging.WARNING else 6
        return f"<{priority}>{super().format(record)}"


def _formatter(log_format: str) -> logging.Formatter:
    if log_format == "json":
        return _Json()
    if "JOURNAL_STREAM" in os.environ:
        return _Journal("%(name)s: %(message)s")
    return logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
