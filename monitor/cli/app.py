"""What every verb needs: settings, clock, way to the network, log and stop flag. Built once per call of the program."""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from shutil import which
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.clock import Clock
    from monitor.fetch import Network
    from monitor.model import Settings

LOOK = 0.25  # seconds between two looks at the stop flag while sleeping


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the program stands in; None is the world. Tests give a clock of theirs, and a network that is loopback."""

    clock: Clock | None = None
    network: Network | None = None


@dataclass(slots=True)
class App:
    """Options given before the verb, and what the program stands in. `signal` is the one that asked for a stop."""

    config: Path | None
    state: Path | None
    log_format: str
    verbose: bool
    surroundings: Surroundings = field(default_factory=Surroundings)
    stop: threading.Event = field(default_factory=threading.Event)
    signal: int = 0

    def __post_init__(self) -> None:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(_formatter(self.log_format))
        logging.basicConfig(level=logging.INFO if self.verbose else logging.WARNING, handlers=[handler], force=True)

    @property
    def clock(self) -> Clock:
        from monitor.clock import SystemClock

        return _Wakeful(self.surroundings.clock or SystemClock(), self.stop)

    @property
    def network(self) -> Network | None:
        return self.surroundings.network

    @property
    def chatty(self) -> bool:
        """Somebody is looking: figures beyond the summary line are welcome."""
        return self.verbose or sys.stderr.isatty()

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
            self.signal = number
            self.stop.set()
            if sys.stderr.isatty():
                os.write(sys.stderr.fileno(), b"\nfinishing what is under way; Ctrl-C again ends at once\n")

        signal.signal(signal.SIGTERM, ask)
        signal.signal(signal.SIGINT, ask)

    def code(self, code: int) -> int:
        """The exit code, after a signal the one the shell knows it by: 130 or 143."""
        return 128 + self.signal if self.signal else int(code)


@dataclass(frozen=True, slots=True)
class _Wakeful:
    """A clock whose sleeps hear the stop flag: polite waits of minutes must not outlast a Ctrl-C."""

    _clock: Clock
    _stop: threading.Event

    def now(self) -> datetime:
        return self._clock.now()

    async def sleep(self, seconds: float) -> None:
        """Ends early once a stop is asked, but never at once: a loop that waits for an instant must not spin."""
        left = max(0.0, seconds)
        while True:
            part = min(left, LOOK)
            await self._clock.sleep(part)
            left -= part
            if left <= 0 or self._stop.is_set():
                return


def program() -> str:
    """How this very program is called from here, for commands that can be copied."""
    script = Path(sys.executable).with_name("peru-monitor")
    if not script.exists():
        return f"{near(Path(sys.executable))} -m monitor"
    found = which("peru-monitor")
    return "peru-monitor" if found and Path(found).resolve() == script.resolve() else near(script)


def near(path: Path) -> str:
    """A path as one would type it here: relative when it is below the current folder."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


class _Text(logging.Formatter):
    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: ARG002, N802
        return _instant(record)


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": _instant(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class _Journal(logging.Formatter):
    """sd-daemon(3) priority prefixes; the journal adds the time."""

    def format(self, record: logging.LogRecord) -> str:
        priority = 3 if record.levelno >= logging.ERROR else 4 if record.levelno >= logging.WARNING else 6
        return "\n".join(f"<{priority}>{line}" for line in super().format(record).splitlines())


def _instant(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds")


def _formatter(log_format: str) -> logging.Formatter:
    if log_format == "json":
        return _Json()
    if "JOURNAL_STREAM" in os.environ:
        return _Journal("%(name)s: %(message)s")
    return _Text("%(asctime)s %(levelname)s %(name)s: %(message)s")
