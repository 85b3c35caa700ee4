"""Stories for people: one story with its members, the stories of a week, a pair explained, what analysts decide."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from monitor import stories
from monitor.errors import UsageError
from monitor.model import Settings
from monitor.stages import rows
from monitor.stages.explain import ids_of
from monitor.text import stable_id
from monitor.urls import canonical_url
from monitor.warehouse import Session, Warehouse

Row = dict[str, Any]
AROUND = timedelta(days=7)  # what grouping saw when it placed an article


def story(settings: Settings, wanted: str) -> Row:
    """A story by its id, or by id or address of one of its articles. Raises UsageError when there is none."""
    with Warehouse(settings.state).read_snapshot() as session:
        return _story(session, settings, wanted)


def week(settings: Settings, week: str, owners: int) -> list[Row]:
    """Stories of an ISO week such as 2026-W46 that at least so many owner groups told, best covered first."""
    with Warehouse(settings.state).read_snapshot() as session:
        return session.rows("select_week_stories", week=week, owners=owners)


def pair(settings: Settings, one: str, other: str) -> Row:
    """Two articles, and why they are or are not one text and one story. Raises UsageError for unknown ones."""
    with Warehouse(settings.state).read_snapshot() as session:
        ids = [_article(session, settings, wanted)["article_id"] for wanted in (one, other)]
        if ids[0] == ids[1]:
            raise UsageError(f"{one} and {other} are the same article", hint="give two different ones")
        found = session.rows("select_pair", one=ids[0], other=ids[1])
        if len(found) < 2:
            raise UsageError(
                "one of them is not about Peru, so it was never compared", hint="`why` of each one tells more"
            )
        since, until = (edge(row["effective_at"] for row in found) for edge in (min, max))
        around = {"since": since - AROUND, "until": until + AROUND, "sources": [row["source_id"] for row in found]}
        window = [rows.story_input(row) for row in session.rows("select_source_window", **around)]
    verdict = stories.verdict(rows.story_input(found[0]), rows.story_input(found[1]), window)
    articles = [{name: value for name, value in row.items() if name not in ("body", "summary")} for row in found]
    return {
        "kind": "pair",
        "articles": articles,
        "one_story": len({row["story_id"] for row in found}) == 1,
        **asdict(verdict),
    }


def merge(settings: Settings, into: str, other: str, *, author: str, note: str, now: datetime) -> Row:
    """Decide that story `other` is part of story `into`, for good. The caller holds the state lock."""
    with Warehouse(settings.state).write() as session:
        kept, gone = (_story(session, settings, wanted)["story"]["story_id"] for wanted in (into, other))
        if kept == gone:
            raise UsageError(f"{into} and {other} are one story already ({kept})")
        decision = _decision("merge", gone, None, kept, author, note, now)
        session.append("story_decision", [decision])
    Warehouse(settings.state).publish()
    return decision


def split(settings: Settings, wanted: str, *, author: str, note: str, now: datetime) -> Row:
    """Decide that an article is a story by itself. The caller holds the state lock."""
    with Warehouse(settings.state).write() as session:
        article = _article(session, settings, wanted)
        members = _story(session, settings, str(article["article_id"]))["members"]
        if len(members) < 2:
            raise UsageError(f"{wanted} is alone in its story already")
        decision = _decision(
            "split", article["story_id"], article["article_id"], _fresh_id(session, article, now), author, note, now
        )
        session.append("story_decision", [decision])
    Warehouse(settings.state).publish()
    return decision


def _fresh_id(session: Session, article: Row, now: datetime) -> int:
    """The article's own id where no story ever had it: an id must not come to mean another story."""
    own: int = article["article_id"]
    return stable_id(f"{own} split {now.isoformat()}") if session.rows("select_story_use", id=own)[0]["n"] else own


def _decision(
    action: str, story_id: int, article_id: int | None, into_id: int, author: str, note: str, now: datetime
) -> Row:
    names = ("action", "story_id", "article_id", "into_id", "author", "note", "known_at")
    return dict(zip(names, (action, story_id, article_id, into_id, author, note, now), strict=True))


def _story(session: Session, settings: Settings, wanted: str) -> Row:
    for number in ids_of(settings, wanted):
        found = next(iter(session.rows("select_story", id=number)), None)
        if found:
            members = session.rows("select_story_members", story=found["story_id"])
            return {
                "story": found,
                "members": members,
                "decisions": session.rows("select_decisions", story=found["story_id"]),
            }
    raise UsageError(
        f"no story {wanted}",
        hint="give the id of a story or an article, or an address; `peru-monitor stories` lists them",
    )


def _article(session: Session, settings: Settings, wanted: str) -> Row:
    canonical = canonical_url(wanted) if "://" in wanted else wanted
    for number in ids_of(settings, wanted):
        found = session.rows("find_article", id=number, canonical=canonical, url=wanted)
        if found:
            return found[0]
    raise UsageError(f"nothing is known of {wanted}", hint="give the article's address or its id")
