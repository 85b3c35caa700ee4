"""The daily second look at stories: reads those of the last days and stores what changes. recheck.py says what does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor import stories
from monitor.model import Duplicate
from monitor.stages import rows
from monitor.stages.weighing import recalled
from monitor.stories.grouping import Remembered
from monitor.stories.recheck import Settled
from monitor.warehouse import Session

ACTIVE = timedelta(days=7)  # stories with an article since then are looked at,
REACH = timedelta(days=14)  # with their articles of so long
Row = rows.Row


def recheck(session: Session, run_id: str, at: datetime, zone: str, remembered: Remembered | None = None) -> int:
    """Look at the stories of the last days again, once a day by the clock of `zone`. Returns how many changes it made.

    All rows carry the instant of the run, and a later run of the day does nothing: replays come to the same.
    """
    last = session.rows("select_last_story_recheck")[0]["known_at"]
    if last is not None and _day(last, zone) >= _day(at, zone):
        return 0
    found = session.rows("select_recheck_articles", since=at - ACTIVE, from_at=at - REACH, until=at)
    remembered = remembered or Remembered()
    members = recalled(session, {row["article_id"]: row["story_id"] for row in found}, remembered)
    changes = stories.recheck(members.values(), remembered.lexicon, _bonds(session, found), _settled(session, found))
    stamp = {"run_id": run_id, "known_at": at}
    session.append("story_event", [{**asdict(change), **stamp} for change in changes])
    merges = sum(change.action == "merge" for change in changes)
    seen = {"articles": len(found), "stories": len({row["story_id"] for row in found})}
    done = {"since_at": at - ACTIVE, "merges": merges, "splits": len(changes) - merges}
    session.append("story_recheck", [{**seen, **done, **stamp}])
    return len(changes)


def _day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


def _bonds(session: Session, found: Sequence[Row]) -> list[Duplicate]:
    pairs = session.rows("select_bonds", ids=[row["article_id"] for row in found])
    return [Duplicate(row["article_id"], row["of_id"], row["relation"], row["similarity"]) for row in pairs]


def _settled(session: Session, found: Sequence[Row]) -> Settled:
    kept = session.rows("select_settled_stories")
    return Settled(
        stories=frozenset(row["id"] for row in kept if row["kind"] == "decided"),
        openers=frozenset(row["article_id"] for row in found if row["opener"]),
        joined=frozenset(row["article_id"] for row in found if row["placed_in"] != row["story_id"]),
        parted=frozenset((row["id"], row["of_id"]) for row in kept if row["kind"] == "parted"),
    )
