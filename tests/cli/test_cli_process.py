"""The program as a process: signals, pipes, terminals, locales. Nothing here can be seen from inside."""

from __future__ import annotations

import asyncio
import os
import pty
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cli_world import BUS, HTML, PARAGRAPHS, Desk, ended, publish_bus
from fakes import Logged, Reply
from world import START, feed, item, page, rows, settings

from monitor.cli.app import App, Surroundings
from monitor.clock import SimulatedClock

PAGES = 6


def wait_for(what: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.02)


def slow(answer: Reply, seconds: float) -> Callable[[Logged], Reply]:
    def later(_: Logged) -> Reply:
        time.sleep(seconds)
        return answer

    return later


def publish_many(desk: Desk, seconds: float = 0.4) -> None:
    """A feed with several articles whose pages take their time."""
    items = [item(f"peru/bus-{n}", f"{BUS[0]} {n}", f"{BUS[1]} {n}") for n in range(PAGES)]
    desk.web.script("/rss", Reply(feed(*items)))
    for n in range(PAGES):
        body = page(f"{BUS[0]} {n}", *(f"{text} {n}" for text in PARAGRAPHS))
        desk.web.script(f"/peru/bus-{n}", slow(Reply(body, headers=HTML), seconds))


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_run_cleanly(desk: Desk, number: int, code: int) -> None:
    """Ctrl-C or SIGTERM among the pages: what was read is stored and published, the rest waits for the next run."""
    publish_many(desk)
    process = desk.start("run")
    wait_for(lambda: any("bus-" in path for path in desk.web.paths()))
    process.send_signal(number)
    done = ended(process)
    assert done.code == code, done
    assert done.out.startswith("stopped early")
    assert "Traceback" not in done.err
    [end] = rows(settings(desk.state), "FROM run_end")
    assert end["stopped"]
    assert end["pages_pending"] > 0
    assert end["pages_wanted"] == PAGES
    publish_many(desk, 0)
    again = desk.process("run", "--force", "--json")
    assert again.code == 0, again
    assert again.json["pages"] | {"reasons": {}} == {
        "wanted": end["pages_pending"],
        "stored": end["pages_pending"],
        "from_feed": 0,
        "rejected": 0,
        "pending": 0,
        "reasons": {},
    }
    assert rows(settings(desk.state), "SELECT count(*) AS n FROM article") == [{"n": PAGES}]


def test_a_stop_is_heard_while_it_waits() -> None:
    """A polite wait of an hour ends when a stop is asked, and takes its whole time when none is."""
    app = App(None, None, "text", False, Surroundings(SimulatedClock(START)))
    asyncio.run(app.clock.sleep(3600))
    assert app.clock.now() == START + timedelta(hours=1)
    app.stop.set()
    asyncio.run(app.clock.sleep(3600))
    assert app.clock.now() < START + timedelta(hours=1, seconds=1)


def test_a_killed_run_loses_nothing(desk: Desk) -> None:
    """SIGKILL among the pages leaves no lock behind; the next run takes up where it was."""
    publish_many(desk)
    process = desk.start("run")
    wait_for(lambda: any("bus-" in path for path in desk.web.paths()))
    process.kill()
    assert ended(process).code == -signal.SIGKILL
    publish_many(desk, 0)
    assert desk.process("run", "--force").code == 0
    assert rows(settings(desk.state), "SELECT count(*) AS n FROM article") == [{"n": PAGES}]


def test_a_reader_that_leaves_early_is_no_error(desk: Desk) -> None:
    """`sql ... | head -1`: the pipe closes in the middle of much output; no traceback, exit 0."""
    publish_bus(desk.web)
    desk("run")
    process = desk.start("sql", "SELECT i, repeat('x', 500) FROM range(20000) AS t(i)", "--csv")
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(timeout=30) == 0


@pytest.mark.parametrize(
    "environ",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "latin-1"},
    ],
)
def test_accents_survive_a_pipe_under_any_locale(desk: Desk, environ: dict[str, str]) -> None:
    """LANG=C is what cron gives: accents and arrows reach the pipe as UTF-8."""
    publish_bus(desk.web)
    done = desk.process("run", environ=environ)
    assert done.code == 0
    assert "1 new articles → 1 new stories" in done.out
    assert "tildó ñ" in desk.process("sql", "SELECT 'tildó ñ' AS palabra", environ=environ).out


def on_a_terminal(desk: Desk, *args: object, environ: dict[str, str] | None = None) -> tuple[int, str]:
    """Exit code and what a person saw, on a terminal of 100 columns."""
    here, there = pty.openpty()
    size = {"COLUMNS": "100", "LINES": "40", "TERM": "xterm", **(environ or {})}
    process = desk.start(*args, stdin=there, stdout=there, stderr=there, environ=size)
    os.close(there)
    seen = b""
    try:
        while chunk := os.read(here, 65536):
            seen += chunk
    except OSError:  # Linux: the other side is closed
        pass
    finally:
        os.close(here)
    return process.wait(timeout=30), seen.decode()


def test_a_terminal_gets_progress_and_the_sums(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bar while it works and the accounts at the end; with NO_COLOR plain lines only."""
    for name in ("CI", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    publish_many(desk, 0.1)
    code, seen = on_a_terminal(desk, "run")
    assert code == 0
    assert "articles" in seen
    assert "\x1b[" in seen
    assert "entries: 6 fetched = 6 new + 0 seen + 0 changed + 0 rejected" in seen
    assert "ok  1/1 sources  6 new articles" in seen
    _, plain = on_a_terminal(desk, "run", "--force", environ={"NO_COLOR": "1"})
    assert "\x1b[" not in plain
    assert "ok  1/1 sources" in plain


def test_tables_fit_the_terminal(desk: Desk) -> None:
    """Long texts give way until a line fits into 100 columns."""
    publish_bus(desk.web)
    desk("run")
    _, seen = on_a_terminal(desk, "sql", "SELECT title, summary, body, url FROM article_current")
    assert max(map(len, seen.splitlines())) <= 100
    _, status = on_a_terminal(desk, "status")
    assert max(map(len, status.splitlines())) <= 100 + len(str(desk.folder))


def test_a_disk_that_fills_up_is_75(desk: Desk, tmp_path: Path) -> None:
    """No room left in the middle of the run: exit 75; with room again the next run gets everything."""
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.call(["mount", "-t", "tmpfs", "-o", "size=2500k", "tmpfs", small], stderr=subprocess.DEVNULL):
        pytest.skip("a file system of its own needs root")
    try:
        noise = [f"{text} {os.urandom(20_000).hex()}" for text in PARAGRAPHS]
        items = [item(f"peru/bus-{n}", f"{BUS[0]} {n}", f"{BUS[1]} {n}") for n in range(20)]
        desk.web.script("/rss", Reply(feed(*items)))
        for n in range(20):
            desk.web.script(f"/peru/bus-{n}", Reply(page(f"{BUS[0]} {n}", *noise, str(n)), headers=HTML))
        process = desk.start("--state", small / "state", "run")
        done = ended(process)
        assert done.code == 75, done
        assert "free some space" in done.err
        assert "Traceback" not in done.err
        subprocess.check_call(["mount", "-o", "remount,size=200m", small])
        assert ended(desk.start("--state", small / "state", "run", "--force")).code == 0
        assert rows(settings(small / "state"), "SELECT count(*) AS n FROM article") == [{"n": 20}]
    finally:
        subprocess.check_call(["umount", small])


def test_help_costs_little() -> None:
    """`--help` answers within 100 ms of CPU on an ordinary machine; the test allows a busy one."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "monitor", "--help"], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1.0


def test_serve_runs_at_once_and_stops_when_told(desk: Desk) -> None:
    """In a container: the first run starts at once, SIGTERM ends it with exit 0."""
    publish_bus(desk.web)
    process = desk.start("serve", at=None)
    assert process.stderr is not None
    said = iter(process.stderr.readline, b"")  # a run that falls due during the first one is skipped, with a warning
    assert any(line.startswith(b"ok  1/1 sources") for line in said)
    process.terminate()
    assert ended(process).code == 0
