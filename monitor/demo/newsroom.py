"""The articles as their authors wrote them: TOML -> Article, checked; and how one reads at an instant.

Knows nothing of feeds, pages or HTTP.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

LIMA = ZoneInfo("America/Lima")
FIRST_RUN_AT = datetime(2026, 11, 2, 5, 7, tzinfo=LIMA)
LAST_RUN_AT = datetime(2026, 11, 16, 5, 7, tzinfo=LIMA)
_RUN_HOURS = (5, 12, 20)  # seven minutes past, as the timer has it
_BACKLOG = timedelta(days=3)  # what feeds still held when collection began
GONE_FROM_FEED_AFTER = timedelta(hours=9)  # outlets withdraw the page first; the feed's cache follows
FOREIGN = "foreign"  # theme of an article that is not about Peru

_DAYS = ((FIRST_RUN_AT + timedelta(days=n)).replace(minute=7) for n in range(15))
_STARTS = (day.replace(hour=hour) for day in _DAYS for hour in _RUN_HOURS)
# Starts of the runs, Lima time: three a day from the first Monday to the Monday after the second week.
RUN_TIMES = tuple(at for at in _STARTS if FIRST_RUN_AT <= at <= LAST_RUN_AT)

PAGES = frozenset({"plain", "menus", "teaser", "shell", "none"})
KINDS = frozenset({"article", "opinion", "press_release", "live", "video"})


@dataclass(frozen=True, slots=True)
class Edit:
    """What an outlet changed later. `replace` pairs apply to title, summary and body."""

    at: datetime
    title: str = ""
    replace: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """One article. `at` is its date of publication; `listed_at` when the outlet's feed first carries it.

    `lang` is empty where it is the outlet's; `gone_at` is when its page starts to answer 410.
    """

    id: str
    outlet: str
    story: str
    theme: str
    at: datetime
    section: str
    slug: str
    author: str
    title: str
    summary: str
    body: str
    lang: str = ""
    page: str = "plain"
    kind: str = "article"
    edits: tuple[Edit, ...] = ()
    listed_at: datetime | None = None
    gone_at: datetime | None = None
    copy_of: str = ""
    lead: str = ""
    file: str = ""

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return tuple(line.strip() for line in self.body.splitlines() if line.strip())

    @property
    def edited_at(self) -> datetime | None:
        """Of the newest edit applied so far."""
        return max((edit.at for edit in self.edits), default=None)

    @property
    def known_from(self) -> datetime:
        return self.listed_at or self.at

    def as_of(self, now: datetime) -> Article:
        """The article as it read at an instant: edits up to then applied, later ones dropped."""
        text = replace(self, edits=tuple(sorted((e for e in self.edits if e.at <= now), key=lambda e: e.at)))
        for edit in text.edits:
            text = _edited(text, edit)
        return text

    def in_feed(self, now: datetime) -> bool:
        return self.known_from <= now and not (self.gone_at and self.gone_at + GONE_FROM_FEED_AFTER <= now)

    def withdrawn(self, now: datetime) -> bool:
        return self.gone_at is not None and self.gone_at <= now


def _edited(article: Article, edit: Edit) -> Article:
    title, summary, body = article.title, article.summary, article.body
    for old, new in edit.replace:
        title, summary, body = (text.replace(old, new) for text in (title, summary, body))
    return replace(article, title=edit.title or title, summary=summary, body=body)


def load(folder: Path) -> tuple[Article, ...]:
    """Every article of the folder's TOML files, in file order. Raises ValueError naming file and article."""
    articles = [article for path in sorted(folder.glob("*.toml")) for article in _read(path)]
    by_id = {article.id: article for article in articles}
    return tuple(_with_copied_body(article, by_id) for article in articles)


def _read(path: Path) -> list[Article]:
    try:
        blocks = tomllib.loads(path.read_text(encoding="utf-8")).get("article", [])
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path.name}: not valid TOML: {error}") from error
    return [_article(block, path.name) for block in blocks]


_DERIVED = {"edits", "listed_at", "gone_at", "file"}
_NAMES = {field.name for field in fields(Article)} - _DERIVED | {"edit", "gone", "listed"}


def _article(block: Mapping[str, Any], file: str) -> Article:
    unknown = sorted(block.keys() - _NAMES)
    if unknown:
        raise ValueError(f"{file}: {block.get('id', '?')}: unknown key {unknown[0]!r}")
    values = {key: value for key, value in block.items() if key not in ("edit", "gone", "listed", "at")}
    edits = tuple(
        Edit(_lima(edit["at"]), edit.get("title", ""), tuple((old, new) for old, new in edit.get("replace", ())))
        for edit in block.get("edit", ())
    )
    try:
        return Article(
            **{"body": "", **values},
            at=_lima(block["at"]),
            edits=edits,
            listed_at=_lima(block["listed"]) if "listed" in block else None,
            gone_at=_lima(block["gone"]["at"]) if "gone" in block else None,
            file=file,
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"{file}: {block.get('id', '?')}: {error}") from error


def _lima(instant: datetime) -> datetime:
    return instant.replace(tzinfo=LIMA)


def _with_copied_body(article: Article, by_id: Mapping[str, Article]) -> Article:
    """A copy has its original's body, with its own first paragraph where it brings one."""
    original = by_id.get(article.copy_of)
    if original is None:
        return article
    lead, *rest = original.paragraphs
    return replace(article, body="\n".join([article.lead.strip() or lead, *rest]))


# ---------------------------------------------------------------- checks


def problems(articles: Sequence[Article], outlets: Set[str], themes: Set[str]) -> list[str]:
    """What is wrong with the articles, one sentence each; `themes` are the known slugs."""
    known = {article.id for article in articles}
    found = [f"{a.file}: {a.id}: {what}" for a in articles for what in _problems_of(a, outlets, themes)]
    found += [
        f"{a.file}: {a.id}: copy of {a.copy_of!r}, which does not exist" for a in articles if _is_orphan(a, known)
    ]
    found += [f"{name}: the id of {n} articles" for name, n in _repeated(a.id for a in articles)]
    found += [f"{name}: the address of {n} articles" for name, n in _repeated(f"{a.outlet}/{a.slug}" for a in articles)]
    return found


def _is_orphan(article: Article, known: Set[str]) -> bool:
    return bool(article.copy_of) and article.copy_of not in known


def _problems_of(article: Article, outlets: Set[str], themes: Set[str]) -> Iterable[str]:
    if article.outlet not in outlets:
        yield f"unknown outlet {article.outlet!r}"
    if article.theme not in themes | {"", FOREIGN}:
        yield f"unknown theme {article.theme!r}"
    if not FIRST_RUN_AT - _BACKLOG <= article.at <= LAST_RUN_AT:
        yield f"dated {article.at:%Y-%m-%d}, outside the weeks"
    if article.page not in PAGES or article.kind not in KINDS:
        yield f"unknown page {article.page!r} or kind {article.kind!r}"
    if len(article.paragraphs) < (1 if article.page in ("shell", "none") else 2):
        yield "too short: a body has at least two paragraphs"
    yield from _idle_edits(article)


def _idle_edits(article: Article) -> Iterable[str]:
    """An edit that the feed does not show is never noticed: the monitor reads a page again when its entry changed."""
    read_at = article.known_from
    for edit in sorted(article.edits, key=lambda edit: edit.at):
        before, after = article.as_of(edit.at - timedelta(seconds=1)), article.as_of(edit.at)
        if (before.title, before.summary) == (after.title, after.summary):
            yield f"the edit of {edit.at:%d %b %H:%M} changes neither title nor summary"
        if not any(read_at <= run_at < edit.at for run_at in RUN_TIMES):
            yield f"no run reads it between {read_at:%d %b %H:%M} and its edit of {edit.at:%d %b %H:%M}"
        read_at = edit.at


def _repeated(names: Iterable[str]) -> list[tuple[str, int]]:
    return [(name, n) for name, n in Counter(names).items() if n > 1]
