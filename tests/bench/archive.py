"""What the archive costs: `python tests/bench/archive.py`.

Writes real or invented pages to WARC and reads them back; replays the bundled weeks. Prints the share of a run that
goes into writing, what equal bodies save, and how many articles a second a replay stores when extraction is left out.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time

from monitor import pipeline
from monitor.archive import ArchiveWriter, archive_files, read_runs
from monitor.config import load
from monitor.demo import CONFIG, WEEK
from monitor.model import Fetched, Purpose, Report
from monitor.warehouse import Warehouse

T0 = datetime(2026, 11, 9, 12, tzinfo=UTC)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        reports, seconds = replayed(state / "replay")
        articles = sum(report.new_articles for report in reports)
        stages: dict[str, float] = {}
        for report in reports:
            for name, spent in report.stage_seconds.items():
                stages[name] = stages.get(name, 0.0) + spent
        pages = stages.get("fetch pages", 0.0) + stages.get("look again", 0.0)
        print(f"replay of the bundled weeks: {len(reports)} runs, {articles} articles, {seconds:.1f} CPU-s")
        print(f"  {articles / seconds:.0f} articles/s with extraction")
        print(
            f"  {articles / max(seconds - pages, 1e-9):.0f} articles/s without (reading and extracting: {pages:.1f} s)"
        )
        print(
            "  " + ", ".join(f"{name} {spent:.1f} s" for name, spent in sorted(stages.items(), key=lambda one: -one[1]))
        )
        writing(state / "archive", seconds)


def replayed(state: Path) -> tuple[list[Report], float]:
    settings = load(CONFIG, {}, state=state)
    Warehouse(settings.state)
    began = process_time()
    reports = asyncio.run(pipeline.replay(settings, read_runs([WEEK])))
    return reports, process_time() - began


def writing(folder: Path, run_seconds: float) -> None:
    """All answers of the bundled weeks, written again; then the same bodies for 23 more runs of one day."""
    answers = [
        (exchange, answer)
        for run in read_runs([WEEK])
        for exchange in run.exchanges
        if "error" not in exchange.metadata and exchange.request.purpose is not Purpose.ROBOTS
        if isinstance(answer := exchange.answer(exchange.request), Fetched)
    ]
    seconds = put(folder / "once", answers, runs=1)
    size = sum(path.stat().st_size for path in archive_files(folder / "once"))
    bodies = sum(len(answer.body) for _, answer in answers)
    print(f"writing {len(answers)} answers, {bodies / 1e6:.1f} MB: {seconds:.2f} CPU-s, {size / 1e6:.2f} MB on disk")
    print(f"  {len(answers) / seconds:.0f} answers/s, {100 * seconds / (run_seconds + seconds):.1f} % of a run")
    feeds = [(exchange, answer) for exchange, answer in answers if exchange.request.purpose is Purpose.FEED][:50]
    put(folder / "day", feeds, runs=24)
    put(folder / "hour", feeds, runs=1)
    day, hour = (sum(p.stat().st_size for p in archive_files(folder / name)) for name in ("day", "hour"))
    print(f"50 unchanged feeds, 24 runs of a day: {day / 1e3:.0f} kB; kept whole each time: {24 * hour / 1e3:.0f} kB")


def put(folder: Path, answers: list, runs: int) -> float:  # type: ignore[type-arg]
    began = process_time()
    for number in range(runs):
        at = T0.replace(hour=0) + timedelta(hours=number)
        with ArchiveWriter(folder, f"run-{number}", "run", at) as writer:
            for exchange, answer in answers:
                writer.record(exchange.request, answer, None, exchange.started_at, exchange.finished_at)
    return process_time() - began


if __name__ == "__main__":
    sys.exit(main())
