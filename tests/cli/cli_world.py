"""A desk with its own configuration and state, on which the command line is tried: in this process or in a real one."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from blank import blank_warehouse
from fakes import Reply, WebServer
from world import START, feed, item, page

from monitor.cli import main
from monitor.cli.app import Surroundings
from monitor.clock import SimulatedClock
from monitor.fetch import Network

RUNNER = Path(__file__).with_name("on_loopback.py")
BUS = ("Extorsionadores atacan bus en Trujillo", "La Policía investiga el ataque a balazos contra un bus.")
PARAGRAPHS = (
    "Un grupo de extorsionadores disparó contra un bus de la empresa Los Pinos en el distrito de El Porvenir, en la "
    "provincia de Trujillo, cuando iniciaba su ruta con doce pasajeros a bordo durante la madrugada del lunes.",
    "Los vecinos denuncian que las bandas exigen cupos de dos mil soles por semana a los transportistas de La Libertad "
    "y que nadie se atreve a denunciar por temor a represalias, según dijo un dirigente del gremio.",
    "La Policía Nacional del Perú informó que hay dos heridos y que el conductor se encuentra fuera de peligro.",
)
HTML = {"Content-Type": "text/html; charset=utf-8"}
LATER = START + timedelta(days=8)  # the Tuesday after: the digest of 2026-W46 is due


@dataclass(frozen=True, slots=True)
class Ended:
    """How one call of the program ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """stdout, which must be one JSON object and nothing else."""
        found = json.loads(self.out)
        assert isinstance(found, dict)
        assert found["schema_version"] == 1
        return found


@dataclass(slots=True)
class Desk:
    folder: Path
    web: WebServer
    capsys: pytest.CaptureFixture[str]
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def config(self) -> Path:
        return self.folder / "sources.toml"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    def configure(self, *names: str, extra: str = "", fetch: str = 'host_gap = "0s"\n') -> None:
        """Sources that answer at http://<name>.example/rss."""
        blocks = [f"[fetch]\n{fetch}\n[owners]\n" + "".join(f'{name} = "{name.title()}"\n' for name in names)]
        blocks += [
            f'[[source]]\nid = "{name}"\nname = "Diario {name.title()}"\nkind = "feed"\nlang = "es"\ncountry = "PE"\n'
            f'url = "http://{name}.example/rss"\nowner = "{name}"\nprior = "home"\nenabled = true\ninterval = "60m"\n'
            for name in names
        ]
        self.config.write_text("[monitor]\nmin_free_bytes = 0\n" + extra + "\n" + "\n".join(blocks), encoding="utf-8")

    def words(self, *args: object) -> list[str]:
        return ["--config", str(self.config), "--state", str(self.state), *map(str, args)]

    def __call__(self, *args: object, at: datetime = START) -> Ended:
        """Call the program in this process, at a simulated instant. A first run finds an empty warehouse."""
        self._prepare(args)
        return self.bare(*self.words(*args), at=at)

    def bare(self, *args: object, at: datetime = START) -> Ended:
        """The same without naming configuration and state."""
        network = Network.mapped({("*", 80): self.web.address})
        self.capsys.readouterr()
        with _as_it_was(), pytest.raises(SystemExit) as ended:
            main(list(map(str, args)), Surroundings(SimulatedClock(at), network))
        out, err = self.capsys.readouterr()
        return Ended(int(ended.value.code or 0), out, err)

    def start(
        self, *args: object, at: datetime | None = START, environ: Mapping[str, str] | None = None, **options: Any
    ) -> subprocess.Popen[bytes]:
        """Start the program in a process of its own."""
        self._prepare(args)
        instant = at.isoformat() if at else "-"
        command = [sys.executable, str(RUNNER), str(self.web.port), instant, *self.words(*args)]
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        process = subprocess.Popen(command, env={**os.environ, **(environ or {})}, cwd=self.folder, **pipes)
        self.started.append(process)
        return process

    def _prepare(self, args: Sequence[object]) -> None:
        """To make a warehouse takes longer than to fill it."""
        if "run" in args:
            blank_warehouse(self.state)

    def leave(self) -> None:
        """End what a failed test left running."""
        for process in self.started:
            if process.poll() is None:
                process.kill()
                process.communicate()

    def process(self, *args: object, **options: Any) -> Ended:
        """Call the program in a process of its own and wait for its end."""
        return ended(self.start(*args, **options))


def ended(process: subprocess.Popen[bytes]) -> Ended:
    out, err = process.communicate(timeout=60)
    return Ended(process.returncode, out.decode(), err.decode())


@contextmanager
def _as_it_was() -> Iterator[None]:
    """The program owns its process: it sets signal handlers, the log and a hook. Here it is a guest."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    hook, logged = sys.excepthook, logging.getLogger().handlers[:]
    try:
        yield
    finally:
        sys.excepthook = hook
        logging.getLogger().handlers[:] = logged
        for number, handler in handlers.items():
            signal.signal(number, handler)


def publish_bus(web: WebServer, name: str = "andino") -> None:
    """One outlet with one article about Peru."""
    link = f"{name}.example"
    web.script(f"http://{link}/rss", Reply(feed(item("peru/bus", *BUS, host=link))))
    web.script(f"http://{link}/peru/bus", Reply(page(BUS[0], *PARAGRAPHS), headers=HTML))
