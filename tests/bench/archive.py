"""What writing the archive costs, and what equal bodies save: `python tests/bench/archive.py`. Reading: replay.py."""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time

from monitor.archive import ArchiveWriter, archive_files, read_runs
from monitor.demo import WEEK
from monitor.model import Fetched, Purpose

T0 = datetime(2026, 11, 9, 12, tzinfo=UTC)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        writing(Path(folder))


def writing(folder: Path) -> None:
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
    print(f"  {len(answers) / seconds:.0f} answers/s")
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
