"""How fast the archive becomes a warehouse again: `python tests/bench/replay.py [--articles 3000] [--runs 3]`.

Replays (i) the bundled weeks, many small runs, and (ii) a few runs with many articles, recombined from the sentences
of the bundled weeks and written to WARC on the spot. Prints CPU seconds by stage, articles a second with and without
extraction, and the share that writing the archive takes.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import resource
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time
from typing import Any

from monitor import clock, pipeline
from monitor.archive import ArchiveWriter, archive_files, read_runs
from monitor.config import load
from monitor.demo import CONFIG, WEEK, feeds, generate, pages
from monitor.demo.newsroom import Article
from monitor.demo.outlets import OUTLETS
from monitor.model import Article as Extracted
from monitor.model import Fetched, Purpose, Report, Request, Settings, Source
from monitor.stages.page_cell import PageCell

T0 = datetime(2026, 11, 9, 12, tzinfo=UTC)


@dataclass
class Extraction:
    """CPU seconds and pages of the process that reads pages, while it is in force."""

    seconds: float = 0.0
    pages: int = 0

    def __enter__(self) -> Extraction:
        self._plain = PageCell.read
        PageCell.read = lambda cell, *given: self._timed(cell, *given)  # type: ignore[method-assign]
        return self

    def __exit__(self, *_: object) -> None:
        PageCell.read = self._plain  # type: ignore[method-assign]

    def _timed(self, cell: PageCell, *given: Any) -> Extracted:
        began, pid = cpu_of(cell), cell.process and cell.process.pid
        try:
            return self._plain(cell, *given)
        finally:
            same = cell.process is not None and cell.process.pid == pid
            self.seconds += cpu_of(cell) - (began if same else 0.0)
            self.pages += 1


def cpu_of(cell: PageCell) -> float:
    """CPU seconds of the process behind a cell so far; 0 where there is none."""
    stat = Path(f"/proc/{cell.process.pid if cell.process else 0}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=3_000)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    clock.perf_counter = process_time  # stages in CPU seconds: another job on the machine makes no difference
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        load_libraries(state / "warm")
        measure("(i) the bundled weeks", [WEEK], state / "weeks")
        written = write_archive(state / "archive", asked.articles, asked.runs)
        spent = measure("(ii) a few large runs", archive_files(state / "archive"), state / "large")
        print(f"writing the archive of (ii): {written:.2f} CPU-s, {100 * written / (spent + written):.1f} % of a run")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def load_libraries(state: Path) -> None:
    """Imports and compiled rules are paid once a process, whatever the archive holds."""
    first = next(iter(read_runs([WEEK])))
    asyncio.run(pipeline.replay(settings(state), [first]))


def measure(name: str, files: Sequence[Path], state: Path) -> float:
    """Replay and print; CPU seconds spent."""
    began = process_time()
    with Extraction() as extraction:
        reports = asyncio.run(pipeline.replay(settings(state), read_runs(files)))
    spent = process_time() - began
    articles = sum(report.new_articles for report in reports)
    whole = spent + extraction.seconds
    print(f"{name}: {len(reports)} runs, {articles} articles, {whole:.1f} CPU-s")
    print(f"  {articles / whole:.0f} articles/s with extraction ({extraction.pages} pages, {extraction.seconds:.1f} s)")
    print(f"  {articles / spent:.0f} articles/s without; {1000 * spent / len(reports):.0f} ms a run")
    print(f"  {by_stage(reports, spent)}")
    return spent


def by_stage(reports: Sequence[Report], spent: float) -> str:
    stages: Counter[str] = Counter()
    for report in reports:
        stages.update(report.stage_seconds)  # type: ignore[arg-type]
    stages["between the stages"] = spent - sum(stages.values())  # type: ignore[assignment]
    return ", ".join(f"{name} {seconds:.2f} s" for name, seconds in stages.most_common())


def settings(state: Path) -> Settings:
    return load(CONFIG, {}, state=state)


# ---------------------------------------------------------------- an archive with many articles


def write_archive(folder: Path, articles: int, runs: int) -> float:
    """Write `runs` hourly runs over all outlets of the bundled weeks; CPU seconds that the writer took."""
    sources = [source for source in settings(folder).sources if source.enabled]
    newsroom, spent = Newsroom(), 0.0
    for number in range(runs):
        at = T0 + timedelta(hours=number)
        answers = [
            answer for source in sources for answer in newsroom.answers(source, articles // runs // len(sources), at)
        ]
        began = process_time()
        with ArchiveWriter(folder, f"{number:08x}", "run", at) as archive:
            for answer in answers:
                archive.record(answer.request, answer, None, at, at)
        spent += process_time() - began
    return spent


class Newsroom:
    """Recombines the sentences of the bundled weeks, by language and theme, into articles of their own."""

    def __init__(self, seed: int = 1) -> None:
        self._chance = random.Random(seed)
        self._patterns = generate.articles()
        self._sentences: dict[str, list[str]] = {"es": [], "en": []}
        for one in self._patterns:
            self._sentences[_lang(one)] += [
                text for line in one.paragraphs for text in line.split(". ") if len(text) > 60
            ]
        self._made = 0

    def answers(self, source: Source, count: int, at: datetime) -> Iterator[Fetched]:
        """The source's feed, then the pages it links to."""
        outlet = OUTLETS[source.id]
        made = [self._article(source, at) for _ in range(count)]
        items = [
            feeds.Item(one.id, outlet.feed_link(one), one.title, one.summary, one.paragraphs, "", one.section, one.at)
            for one in made
        ]
        channel = feeds.Channel(source.name, outlet.site, source.url, source.lang)
        yield _fetched(source.url, source, Purpose.FEED, outlet.write_feed(channel, items), outlet.content_type, at)
        for one in made:
            page = pages.Page(one, outlet.link(one), outlet.site, outlet.name, outlet.lang)
            body = outlet.template(page).encode()
            yield _fetched(outlet.feed_link(one), source, Purpose.PAGE, body, "text/html; charset=utf-8", at)

    def _article(self, source: Source, at: datetime) -> Article:
        self._made += 1
        mine = [one for one in self._patterns if one.outlet == source.id]
        pattern, other = self._chance.choice(mine), self._chance.choice(mine)
        told = self._chance.sample(self._sentences[_lang(pattern)], k=14)
        paragraphs = [f"{told[n]}. {told[n + 1].rstrip('.')}." for n in range(0, 14, 2)]
        return replace(
            pattern,
            id=f"a{self._made}",
            slug=f"{pattern.slug}-{self._made}",
            title=f"{pattern.title}: {' '.join(other.title.split()[:6])}",
            body="\n\n".join([pattern.paragraphs[0], *paragraphs]),
            page="plain",
            at=at - timedelta(minutes=self._chance.randrange(5, 1200)),
            edits=(),
        )


def _lang(article: Article) -> str:
    return article.lang or OUTLETS[article.outlet].lang


def _fetched(url: str, source: Source, purpose: Purpose, body: bytes, content_type: str, at: datetime) -> Fetched:
    request = Request(url, source.id, purpose, group=source.group)
    return Fetched(request, url, 200, (("Content-Type", content_type),), body, at, at, wire_bytes=len(body))


if __name__ == "__main__":
    main()
