"""`python -m monitor.demo.generate`: checks the articles, records the two weeks and writes week.warc.gz.

The same articles give the same bytes.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from monitor import config, themes
from monitor.archive import ArchiveWriter
from monitor.demo import ARTICLES, CONFIG, WEEK, newsroom
from monitor.demo.newsroom import LIMA, Article
from monitor.demo.outlets import OUTLETS
from monitor.demo.recording import Run, record
from monitor.model import Fetched, NotModified, Purpose, Source


def sources() -> tuple[Source, ...]:
    """The sources of the bundled week. Raises ConfigError, which means a broken installation."""
    return config.load(CONFIG, {}, state=CONFIG.parent).sources


def theme_slugs() -> frozenset[str]:
    """The themes that ship with the monitor: an article names one of them, or none."""
    return frozenset(theme.slug for theme in themes.load().themes)


def articles() -> tuple[Article, ...]:
    """The articles of the bundled week, checked. Raises ValueError with every problem."""
    found = newsroom.load(ARTICLES)
    problems = newsroom.problems(found, OUTLETS.keys(), theme_slugs())
    if problems:
        raise ValueError("\n".join(problems))
    return found


def write(path: Path) -> list[Run]:
    """Record the weeks into one WARC file at `path`, replacing what was there in one step."""
    runs = list(record(articles(), sources()))
    with TemporaryDirectory(dir=path.parent) as folder:
        draft = Path(folder) / path.name
        for run in runs:
            with ArchiveWriter(draft, run.run_id, "run", run.started_at, single_file=True) as archive:
                for one in run.exchanges:
                    archive.record(one.request, one.answer, one.error, one.started_at, one.finished_at)
        draft.replace(path)
    return runs


def summary(written: Sequence[Article], runs: Sequence[Run]) -> str:
    """A table for the editor: articles by theme and week, outlets, stories, and what was recorded."""
    week = {article.id: _week(article) for article in written}
    weeks = sorted(set(week.values()))
    by_theme = Counter((article.theme or "(none)", week[article.id]) for article in written)
    by_outlet = Counter((article.outlet, week[article.id]) for article in written)
    lines = [f"{'':28}" + "".join(f"{name:>9}" for name in weeks)]
    for counted in (by_theme, by_outlet):
        lines += [f"{name:28}" + "".join(f"{counted[name, w] or '':>9}" for w in weeks) for name in _names(counted)]
        lines.append("")
    return "\n".join([*lines, _stories(written), _recorded(runs)])


def _week(article: Article) -> str:
    year, week, _ = article.at.astimezone(LIMA).isocalendar()
    return f"{year}-W{week:02d}"


def _names(counted: Counter[tuple[str, str]]) -> list[str]:
    return sorted({name for name, _ in counted})


def _stories(written: Sequence[Article]) -> str:
    outlets: dict[str, set[str]] = {}
    langs: dict[str, set[str]] = {}
    for article in written:
        if article.story:
            outlets.setdefault(article.story, set()).add(article.outlet)
            langs.setdefault(article.story, set()).add(article.lang or OUTLETS[article.outlet].lang)
    wide = sum(len(names) >= 3 for names in outlets.values())
    both = sum(len(names) == 2 for names in langs.values())
    return f"{len(written)} articles, {len(outlets)} stories; {wide} with three outlets or more, {both} in es and en"


def _recorded(runs: Sequence[Run]) -> str:
    exchanges = [one for run in runs for one in run.exchanges]
    feeds = [one for one in exchanges if one.request.purpose is Purpose.FEED]
    full = sum(isinstance(one.answer, Fetched) for one in feeds)
    same = sum(isinstance(one.answer, NotModified) for one in feeds)
    failed = sum(one.error is not None for one in exchanges)
    return (
        f"{len(runs)} runs, {len(exchanges)} exchanges: {len(feeds)} feeds ({full} read, {same} not modified), "
        f"{len(exchanges) - len(feeds)} pages, {failed} failures"
    )


def main() -> int:
    try:
        runs = write(WEEK)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 65
    sys.stdout.write(f"{summary(articles(), runs)}\n{WEEK.name}: {WEEK.stat().st_size:,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
