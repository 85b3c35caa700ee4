"""What people say of articles: stored as data, and read back to measure the rules. The views let it win over rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor import themes
from monitor.errors import UsageError
from monitor.model import Settings
from monitor.stages import explain, stored
from monitor.themes.rulefile import nearest
from monitor.themes.scorecard import Passage
from monitor.warehouse import Row, Session, Warehouse


@dataclass(frozen=True, slots=True)
class Said:
    """One person's word on one article. `relevant` is None where nothing was said of it."""

    author: str
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    accept: bool = False  # the other themes are right, and none is missing
    relevant: bool | None = None
    note: str = ""


def label(settings: Settings, wanted: str, said: Said, now: datetime) -> dict[str, Any]:
    """Store what was said of an article (id or address); the article with its themes as they count from now on.

    The caller holds the state lock. Raises UsageError when nothing is known of it or the words contradict each other.
    """
    _check(settings, said)
    head = explain.article(settings, wanted)["article"]
    article_id, warehouse = head["article_id"], Warehouse(settings.state)
    warehouse.migrate(now)
    with warehouse.write() as session:
        themes_now = [row["theme"] for row in session.rows("select_tags", id=article_id)]
        session.append("label", _rows(article_id, said, themes_now, now))
        result = _as_it_counts(session, article_id)
    warehouse.publish()
    return {"article_id": article_id, "title": head["title"], **result}


def _check(settings: Settings, said: Said) -> None:
    if not (said.add or said.remove or said.accept or said.relevant is not None):
        raise UsageError("nothing is said of the article", hint="--accept, --add THEME, --remove THEME, --not-relevant")
    if not said.author.strip():
        raise UsageError("a label needs an author", hint="--author NAME")
    known = [info.slug for info in themes.load(settings.themes_dir).themes]
    for theme in (*said.add, *said.remove):
        if theme not in known:
            raise UsageError(f"there is no theme {theme!r}{nearest(theme, known)}")
    if both := set(said.add) & set(said.remove):
        raise UsageError(f"{', '.join(sorted(both))} cannot be both added and removed")
    if said.relevant is False and (said.add or said.accept):
        raise UsageError("an article that is not about Peru carries no theme", hint="--not-relevant stands alone")


def _rows(article_id: int, said: Said, themes_now: Sequence[str], now: datetime) -> list[Row]:
    """One row a matter. Who adds or accepts a theme holds the article to be about Peru."""
    relevant = True if said.add or said.accept else said.relevant
    accepted = [theme for theme in themes_now if theme not in said.remove] if said.accept else []
    words: dict[str | None, bool] = {None: relevant} if relevant is not None else {}
    words.update((theme, True) for theme in (*accepted, *said.add))
    words.update((theme, False) for theme in said.remove)
    return [
        {
            "article_id": article_id,
            "theme": theme,
            "holds": holds,
            "complete": said.accept,
            "author": said.author.strip(),
            "note": said.note,
            "known_at": now,
        }
        for theme, holds in words.items()
    ]


def _as_it_counts(session: Session, article_id: int) -> dict[str, Any]:
    """Relevance (None for an entry that never became an article) and themes, labels included."""
    relevance = session.rows("select_relevance", id=article_id)
    return {
        "relevant": relevance[0]["relevant"] if relevance else None,
        "themes": [row["theme"] for row in session.rows("select_tags", id=article_id)],
    }


def labelled_passages(settings: Settings, rules: themes.Rules) -> list[Passage]:
    """Labelled articles as passages to measure rules on. Where a person did not go through all themes, those of which
    nothing was said count neither way. Raises UsageError when nothing is labelled yet.
    """
    sources = {source.id: source for source in settings.sources}
    with Warehouse(settings.state).read_snapshot() as session:
        rows = session.rows("select_labelled")
    if not rows:
        raise UsageError("no article is labelled yet", hint="`peru-monitor label ARTICLE --accept --author NAME`")
    slugs = frozenset(info.slug for info in rules.themes)
    return [
        Passage(
            name=str(row["article_id"]),
            document=stored.document_of(row, sources),
            relevant=bool(row["held_relevant"] if row["relevant"] is None else row["relevant"]),
            themes=frozenset(row["holding"]),
            optional=frozenset() if row["complete"] else slugs - {*row["holding"], *row["failing"]},
        )
        for row in rows
    ]
