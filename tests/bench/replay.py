"""How fast the archive becomes a warehouse again: `python tests/bench/replay.py [--articles 6000] [--runs 12]`.

Replays (i) the bundled weeks, many small runs, and (ii) a few runs with many articles, recombined from the sentences
of the bundled weeks and written to WARC on the spot. Each twice: first as it is, with pages read in processes of their
own; then into a new warehouse with the answers of these processes remembered, which is the replay without extraction.
CPU seconds are of all processes; wall time is what a user waits, by stage of the one that writes the warehouse. Prints
also the share that writing the archive takes.
"""

from __future__ import annotations

import argparse
import asyncio
import pickle
import random
import resource
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time

from monitor import pipeline, themes
from monitor.archive import ArchiveWriter, archive_files
from monitor.config import load
from monitor.demo import CONFIG, WEEK, feeds, generate, pages
from monitor.demo.newsroom import Article
from monitor.demo.outlets import OUTLETS
from monitor.errors import ExtractError, Reason
from monitor.model import Article as Extracted
from monitor.model import Entry, Fetched, Purpose, Report, Request, Settings, Source
from monitor.stages import foresee, page_cell
from monitor.stages.ahead import Ahead
from monitor.stages.foresee import Desk, Task
from monitor.stages.page_cell import PageCell

HERE = Path(__file__).parent
Key = tuple[str, str, datetime]  # kind of page, address, and when it was asked for
T0 = datetime(2026, 11, 9, 12, tzinfo=UTC)


class Remembered:
    """What the reading process answered for each page, so that it need not be asked again.

    In this process and in the one that works ahead of a replay.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.answers: dict[Key, bytes] = {}
        self._asked: dict[PageCell, Key] = {}
        self._plain, self._program = (PageCell.begin, PageCell.finish), Ahead.program

    @classmethod
    def of(cls, files: Sequence[Path], settings: Settings, file: Path) -> Remembered:
        """Read every page of an archive that a replay will ask for."""
        made, desk = cls(file), Desk(Task(files, None, settings.sources, themes.load()))
        with made.patched(made._begin_and_ask, made._finish_and_keep):
            for _ in desk.messages():
                pass
        desk.close()
        file.write_bytes(pickle.dumps(made.answers))
        return made

    @contextmanager
    def in_force(self) -> Iterator[None]:
        """Nobody reads a page meanwhile."""
        here, file = str(HERE), str(self.file)
        Ahead.program = f"import sys; sys.path.insert(0, {here!r}); import replay; replay.serve({file!r})"
        try:
            with self.patched(self._begin, self._finish):
                yield
        finally:
            Ahead.program = self._program

    @contextmanager
    def patched(self, begin: Callable[..., None], finish: Callable[[PageCell], Extracted]) -> Iterator[None]:
        PageCell.begin = lambda *asked: begin(*asked)  # type: ignore[method-assign]
        PageCell.finish = lambda cell: finish(cell)  # type: ignore[method-assign]
        try:
            yield
        finally:
            PageCell.begin, PageCell.finish = self._plain  # type: ignore[method-assign]

    def _begin(self, cell: PageCell, kind: str, page: Fetched, *_: object) -> None:
        self._asked[cell] = kind, page.final_url, page.started_at

    def _finish(self, cell: PageCell) -> Extracted:
        return _said(pickle.loads(self.answers[self._asked[cell]]))

    def _begin_and_ask(self, cell: PageCell, kind: str, page: Fetched, entry: Entry, source: Source) -> None:
        self._begin(cell, kind, page)
        self._plain[0](cell, kind, page, entry, source)

    def _finish_and_keep(self, cell: PageCell) -> Extracted:
        answer = _answer(lambda: self._plain[1](cell))
        self.answers[self._asked[cell]] = pickle.dumps(answer)
        return _said(answer)


def serve(file: str) -> None:
    """`foresee.serve`, with remembered answers."""
    remembered = Remembered(Path(file))
    remembered.answers = pickle.loads(remembered.file.read_bytes())
    with remembered.patched(remembered._begin, remembered._finish):
        foresee.serve()


def _answer(read: Callable[[], Extracted]) -> Extracted | tuple[Reason, str]:
    try:
        return read()
    except ExtractError as error:
        return error.reason, error.message


def _said(answer: Extracted | tuple[Reason, str]) -> Extracted:
    if isinstance(answer, Extracted):
        return answer
    raise ExtractError(*answer)


@dataclass(frozen=True)
class Spent:
    """Seconds of one replay."""

    wall: float
    cpu: float  # of this process and those it started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=6_000)
    parser.add_argument("--runs", type=int, default=12)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        load_libraries(state / "warm")
        measure("(i) the bundled weeks", [WEEK], state / "weeks")
        written = write_archive(state / "archive", asked.articles, asked.runs)
        spent = measure("(ii) a few large runs", archive_files(state / "archive"), state / "large")
        share = 100 * written / (spent.cpu + written)
        print(f"writing the archive of (ii): {written:.2f} CPU-s, {share:.1f} % of a run without extraction")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def load_libraries(state: Path) -> None:
    """Imports and compiled rules are paid once a process, whatever the archive holds."""
    asyncio.run(pipeline.replay(settings(state), [WEEK]))


def measure(name: str, files: Sequence[Path], state: Path) -> Spent:
    """Replay twice and print; what the second replay took, which extracts nothing."""
    state.mkdir()
    whole, _ = replayed(files, state / "with")
    remembered = Remembered.of(files, settings(state), state / "answers")
    with remembered.in_force():
        spent, reports = replayed(files, state / "without")
    articles = sum(report.new_articles for report in reports)
    print(f"{name}: {len(reports)} runs, {articles} articles, {len(remembered.answers)} pages")
    print(f"  with extraction     {articles / whole.wall:4.0f} articles/s ({whole.wall:.1f} s, {whole.cpu:.1f} CPU-s)")
    print(f"  without extraction  {articles / spent.wall:4.0f} articles/s ({spent.wall:.1f} s, {spent.cpu:.1f} CPU-s)")
    print(f"  {1000 * spent.wall / len(reports):.0f} ms a run: {by_stage(reports, spent.wall)}")
    return spent


def replayed(files: Sequence[Path], state: Path) -> tuple[Spent, list[Report]]:
    """One replay into a warehouse of its own."""
    began, cpu = perf_counter(), cpu_seconds()
    reports = asyncio.run(pipeline.replay(settings(state), files))
    page_cell.end()  # so that its seconds are counted
    return Spent(perf_counter() - began, cpu_seconds() - cpu), reports


def cpu_seconds() -> float:
    """Of this process and of all that it started and that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


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
    """Recombines the sentences of the bundled weeks, by language, into articles of their own.

    A third of the words is exchanged for others of these weeks, so that articles have hardly more text in common than
    real ones (of 5,200 from the Spanish press 22 pairs).
    """

    def __init__(self, seed: int = 1) -> None:
        self._chance = random.Random(seed)
        self._patterns = generate.articles()
        self._sentences: dict[str, list[str]] = {"es": [], "en": []}
        for one in self._patterns:
            self._sentences[_lang(one)] += [
                text for line in one.paragraphs for text in line.split(". ") if len(text) > 60
            ]
        self._words = {lang: " ".join(found).split() for lang, found in self._sentences.items()}
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
            body="\n\n".join(self._reworded(text, _lang(pattern)) for text in (pattern.paragraphs[0], *paragraphs)),
            page="plain",
            at=at - timedelta(minutes=self._chance.randrange(5, 1200)),
            edits=(),
        )

    def _reworded(self, text: str, lang: str) -> str:
        words = text.split()
        for place in self._chance.sample(range(len(words)), k=len(words) // 3):
            words[place] = self._chance.choice(self._words[lang])
        return " ".join(words)


def _lang(article: Article) -> str:
    return article.lang or OUTLETS[article.outlet].lang


def _fetched(url: str, source: Source, purpose: Purpose, body: bytes, content_type: str, at: datetime) -> Fetched:
    request = Request(url, source.id, purpose, group=source.group)
    return Fetched(request, url, 200, (("Content-Type", content_type),), body, at, at, wire_bytes=len(body))


if __name__ == "__main__":
    main()
